/* test_base.c - memory, buffers, texts and errors. */
#include "harness.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/mem.h"
#include "base/text.h"

#include <string.h>

static void grows_by_half_and_refuses_too_much(void **state)
{
    struct test_memory m;
    void              *list = NULL;
    size_t             cap  = 0;

    (void)state;
    test_memory_init(&m, 0);
    assert_int_equal(mem_grow(&m.allocator, &list, &cap, 10, 4, 100), PGCOPY_OK);
    assert_int_equal(cap, 10);
    assert_int_equal(mem_grow(&m.allocator, &list, &cap, 11, 4, 100), PGCOPY_OK);
    assert_int_equal(cap, 15);
    assert_int_equal(mem_grow(&m.allocator, &list, &cap, 101, 4, 100), PGCOPY_ERR_LIMIT);
    assert_int_equal(mem_grow(&m.allocator, &list, &cap, SIZE_MAX / 2, 4, SIZE_MAX),
                     PGCOPY_ERR_LIMIT);
    assert_int_equal(cap, 15);
    mem_free(&m.allocator, list, cap * 4);
    assert_int_equal(m.live, 0);
}

static bool fill_arena(const pgcopy_allocator *allocator, void *arg)
{
    arena m  = {.allocator = mem_allocator(allocator)};
    bool  ok = true;

    (void)arg;
    for (size_t i = 0; i < 40 && ok; i++) {
        char *text = arena_dup(&m, "abcdefghij", i % 11);
        char *big  = arena_alloc(&m, i * 100);
        ok         = text && (big || !i) && strlen(text) == i % 11;
        if (ok && i)
            memset(big, 1, i * 100);
    }
    arena_free(&m);
    return ok;
}

static void arena_survives_every_failure(void **state)
{
    (void)state;
    test_every_failure(fill_arena, NULL);
}

static void buffer_failure_sticks(void **state)
{
    struct test_memory m;
    pgcopy_buf         buf = {.allocator = &m.allocator};

    (void)state;
    test_memory_init(&m, 2);
    pgcopy_buf_append(&buf, "abc", 3);
    assert_false(buf.failed);
    assert_null(buf_room(&buf, 1000));
    pgcopy_buf_append(&buf, "d", 1);
    assert_true(buf.failed);
    assert_int_equal(buf.len, 3);
    assert_null(buf_room(&buf, SIZE_MAX));
    pgcopy_buf_free(&buf);
    assert_int_equal(m.live, 0);
}

static void texts_are_cut_at_characters(void **state)
{
    char         small[6] = "";
    char         where[256];
    uint8_t      long_text[101];
    pgcopy_slice text = {long_text, sizeof long_text};

    (void)state;
    assert_int_equal(text_cut("a\xc3\xa9", 3, 2), 1);
    assert_int_equal(text_cut("a\xc3\xa9", 3, 3), 3);
    assert_int_equal(text_cut("\x80\x80\x80\x80\x80", 5, 4), 4);
    text_add(small, sizeof small, "1234\xc3\xa9", 6);
    assert_string_equal(small, "1234");
    memset(long_text, 'x', sizeof long_text);
    where[0] = '\0';
    text_add_clipped(where, sizeof where, text);
    assert_int_equal(strlen(where), TEXT_CLIP + 3);
    where[0] = '\0';
    text_add_clipped(where, sizeof where, (pgcopy_slice){long_text, TEXT_CLIP});
    assert_int_equal(strlen(where), TEXT_CLIP);
}

static void errors_are_values(void **state)
{
    pgcopy_error err = {.row = 7};
    char         name[600];

    (void)state;
    assert_int_equal(pgcopy_error_set(&err, "42P01", "no \"%s\"", "t"), PGCOPY_ERR_SQL);
    assert_string_equal(err.message, "no \"t\"");
    assert_string_equal(err.sqlstate, "42P01");
    assert_int_equal(err.row, 0);
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    pgcopy_error_text(&err, "42P01", name);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(strlen(err.message) + strlen(err.message_more), sizeof name - 1);
    assert_int_equal(pgcopy_error_text(NULL, "42P01", name), PGCOPY_ERR_SQL);
    assert_string_not_equal(pgcopy_strerror(PGCOPY_ERR_LOST), pgcopy_strerror(PGCOPY_OK));
    assert_string_equal(pgcopy_strerror((pgcopy_status)99), "unknown status");
    assert_string_equal(pgcopy_version(), PGCOPY_VERSION);
    assert_int_equal(pgcopy_version_num(), PGCOPY_VERSION_NUM);
}

static void a_long_text_goes_on_in_more(void **state)
{
    pgcopy_error err = {.row = 0};
    char         name[6000];

    (void)state;
    memset(name, 'n', sizeof name - 1);
    memcpy(name + 510, "\xc3\xa9", 2);
    name[sizeof name - 1] = '\0';
    pgcopy_error_text(&err, "42P01", name);
    assert_int_equal(strlen(err.message), 510);
    assert_int_equal(strlen(err.message_more), sizeof err.message_more - 1);
    text_add_detail(&err, name, 511);
    text_add_detail(&err, "d", 1);
    assert_string_equal(err.detail_more, "d");
    pgcopy_error_text(&err, "42P01", "short");
    assert_string_equal(err.message_more, "");
}

static void numbers_are_big_endian(void **state)
{
    uint8_t b[8];

    (void)state;
    put_u64(b, 0x0102030405060708);
    assert_memory_equal(b, "\1\2\3\4\5\6\7\10", 8);
    assert_true(get_u64(b) == 0x0102030405060708);
    assert_int_equal(get_u32(b), 0x01020304);
    assert_int_equal(get_u16(b + 6), 0x0708);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_by_half_and_refuses_too_much),
        cmocka_unit_test(arena_survives_every_failure),
        cmocka_unit_test(buffer_failure_sticks),
        cmocka_unit_test(texts_are_cut_at_characters),
        cmocka_unit_test(errors_are_values),
        cmocka_unit_test(a_long_text_goes_on_in_more),
        cmocka_unit_test(numbers_are_big_endian),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
