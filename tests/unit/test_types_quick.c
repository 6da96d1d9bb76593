/* test_types_quick.c - what goes from one form to the other quickly is what its type's own
   function makes of it. */
#include "harness.h"

#include "types/quick.h"
#include "types/type.h"

#include <string.h>

enum { RUNS = 200000, LONGEST = 24 };

static const uint32_t types[] = {PGCOPY_OID_BOOL, PGCOPY_OID_INT2, PGCOPY_OID_INT4,
                                 PGCOPY_OID_INT8, PGCOPY_OID_DATE};
enum { TYPES = sizeof types / sizeof *types };

/* Of a batch that is used again and again. */
static pgcopy_slice put(pgcopy_batch *batch, const void *data, size_t len)
{
    pgcopy_batch_clear(batch);
    assert_int_equal(pgcopy_batch_put(batch, data, len), PGCOPY_OK);
    assert_int_equal(pgcopy_batch_put(batch, "0123456789", 10), PGCOPY_OK);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    return pgcopy_batch_value(batch, 0, 0);
}

/* True: it was quick. */
static bool same(pgcopy_batch *batch, uint32_t oid, bool binary, const void *data, size_t len)
{
    const struct type *type  = type_find(oid);
    quick_step        *quick = binary ? quick_to_text(oid) : quick_to_binary(oid);
    struct date_rules  dates = {.into = NULL};
    struct value       v     = {.in     = put(batch, data, len),
                                .type   = type,
                                .typmod = -1,
                                .batch  = batch,
                                .dates  = &dates};
    uint8_t            out[QUICK_MAX];
    size_t             n = quick(v.in, out);

    if (n == 0)
        return false;
    assert_int_equal(binary ? type->to_text(&v) : type->to_binary(&v), PGCOPY_OK);
    if (v.changed)
        v.in = (pgcopy_slice){batch->view.bytes + v.out.start, v.out.len};
    assert_int_equal(n, v.in.len);
    assert_memory_equal(out, v.in.data, n);
    return true;
}

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

static void texts_become_the_same_bytes(void **state)
{
    static const char letters[] = "012345678901234567890123456789--/:. tfae\xb9\xba\xff\x01";
    static const char *const usual[] = {"t", "-12", "-123456789", "1234567890123456",
                                        "2024-02-29"};
    pgcopy_batch            *batch   = pgcopy_batch_new(2, NULL, NULL);
    uint32_t                 seed = 3, quick = 0;
    char                     text[LONGEST];

    (void)state;
    for (uint32_t run = 0; run < RUNS; run++) {
        size_t t = run % TYPES, len = strlen(usual[t]), changes = draw(&seed, 4);
        memcpy(text, usual[t], len);
        len -= draw(&seed, 3) ? 0 : draw(&seed, (uint32_t)len + 1);
        for (size_t i = 0; i < changes && len; i++)
            text[draw(&seed, (uint32_t)len)] = letters[draw(&seed, sizeof letters - 1)];
        quick += same(batch, types[t], false, text, len);
    }
    assert_true(quick > RUNS / 4);
    pgcopy_batch_free(batch);
}

static void bytes_become_the_same_text(void **state)
{
    static const size_t sizes[] = {1, 2, 4, 8, 4};
    pgcopy_batch       *batch   = pgcopy_batch_new(2, NULL, NULL);
    uint32_t            seed = 5, quick = 0;
    uint8_t             bytes[LONGEST];

    (void)state;
    for (uint32_t run = 0; run < RUNS; run++) {
        size_t t = run % TYPES, len = draw(&seed, 50) ? sizes[t] : draw(&seed, 9);
        for (size_t i = 0; i < len; i++) /* small numbers of either sign more often than not */
            bytes[i] = (uint8_t)(i >= len / 2     ? draw(&seed, 256)
                                 : draw(&seed, 2) ? 0
                                                  : draw(&seed, 256));
        quick += same(batch, types[t], true, bytes, len);
    }
    assert_true(quick > RUNS / 4);
    pgcopy_batch_free(batch);
}

/* Where years begin and end, and where they get another number of digits. */
static void every_day_becomes_the_same(void **state)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)state;
    for (int32_t days = -730500; days<2922000; days += days % 1000> 900 ? 1 : 13) {
        uint32_t wire    = (uint32_t)days;
        uint8_t  bytes[] = {(uint8_t)(wire >> 24), (uint8_t)(wire >> 16), (uint8_t)(wire >> 8),
                            (uint8_t)wire};
        char     text[LONGEST];
        bool     quick = same(batch, PGCOPY_OID_DATE, true, bytes, 4);
        assert_int_equal(quick, days >= -730119 && days < 2921940);
        if (!quick)
            continue;
        assert_int_equal(
            quick_to_text(PGCOPY_OID_DATE)((pgcopy_slice){bytes, 4}, (uint8_t *)text), 10);
        assert_true(same(batch, PGCOPY_OID_DATE, false, text, 10));
    }
    pgcopy_batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_the_same_bytes),
        cmocka_unit_test(bytes_become_the_same_text),
        cmocka_unit_test(every_day_becomes_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
