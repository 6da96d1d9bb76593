/* test_backend.c - the reply: what a backend says besides its status. */
#include "harness.h"

#include "backend/reply.h"

#include <string.h>

static bool fill_reply(const pgcopy_allocator *allocator, void *arg)
{
    pgcopy_reply *r      = pgcopy_reply_new(allocator);
    pgcopy_error  notice = {.sqlstate = "00000", .severity = PGCOPY_SEVERITY_NOTICE};
    bool          ok     = r != NULL;

    (void)arg;
    if (!r)
        return false;
    ok = pgcopy_reply_columns(r) && pgcopy_columns_add(pgcopy_reply_columns(r), "a", 23);
    ok = ok && pgcopy_reply_parameters(r) &&
         pgcopy_columns_add(pgcopy_reply_parameters(r), "", 25);
    for (size_t i = 0; i < 5; i++)
        pgcopy_reply_notice(r, &notice);
    pgcopy_reply_log(r, "one");
    pgcopy_reply_log(r, "a line that is longer than the first piece of memory a buffer takes");
    ok = ok && r->nnotices == 5 && reply_log_text(r) && strlen(reply_log_text(r)) == 71;
    pgcopy_reply_free(r);
    return ok;
}

static void reply_survives_every_failure(void **state)
{
    (void)state;
    test_every_failure(fill_reply, NULL);
}

static void reply_begins_empty_and_clears_to_that(void **state)
{
    pgcopy_reply *r = pgcopy_reply_new(NULL);

    (void)state;
    for (int round = 0; round < 2; round++) {
        assert_null(r->columns);
        assert_null(r->parameters);
        assert_null(reply_log_text(r));
        assert_true(pgcopy_reply_count(r) == PGCOPY_NO_COUNT);
        assert_string_equal(pgcopy_reply_failure(r)->sqlstate, "");
        assert_int_equal(r->nnotices, 0);
        assert_non_null(pgcopy_reply_columns(r));
        assert_non_null(pgcopy_reply_parameters(r));
        pgcopy_reply_set_count(r, 7);
        assert_true(pgcopy_reply_count(r) == 7);
        pgcopy_reply_notice(r, pgcopy_reply_failure(r));
        pgcopy_reply_log(r, "x");
        assert_int_equal(pgcopy_reply_error(r, "23505", "no %d", 1), PGCOPY_ERR_SQL);
        pgcopy_reply_clear(r);
    }
    pgcopy_reply_free(r);
    pgcopy_reply_free(NULL);
}

static void asking_for_columns_twice_gives_the_same(void **state)
{
    pgcopy_reply   *r    = pgcopy_reply_new(NULL);
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    (void)state;
    assert_ptr_equal(pgcopy_reply_columns(r), cols);
    assert_ptr_not_equal(pgcopy_reply_parameters(r), cols);
    assert_ptr_equal(reply_take_columns(r), cols);
    assert_null(r->columns);
    pgcopy_columns_free(cols);
    pgcopy_reply_free(r);
}

static void error_is_a_value_to_add_to(void **state)
{
    pgcopy_reply *r = pgcopy_reply_new(NULL);
    char          words[600];

    (void)state;
    pgcopy_reply_failure(r)->row = 9;
    assert_int_equal(pgcopy_reply_error(r, "23505", "duplicate key \"%s\"", "k"),
                     PGCOPY_ERR_SQL);
    assert_string_equal(pgcopy_reply_failure(r)->sqlstate, "23505");
    assert_string_equal(pgcopy_reply_failure(r)->message, "duplicate key \"k\"");
    assert_int_equal(pgcopy_reply_failure(r)->row, 0);
    pgcopy_reply_error(r, "23505", "again: %s", pgcopy_reply_failure(r)->message);
    assert_string_equal(pgcopy_reply_failure(r)->message, "again: duplicate key \"k\"");
    memset(words, 'x', sizeof words - 1);
    memcpy(words + 510, "\xc3\xa9", 2);
    words[sizeof words - 1] = '\0';
    pgcopy_reply_error(r, "22000", "%s", words);
    assert_int_equal(strlen(pgcopy_reply_failure(r)->message), 510);
    pgcopy_reply_free(r);
}

static void log_keeps_lines_in_order(void **state)
{
    pgcopy_reply *r = pgcopy_reply_new(NULL);

    (void)state;
    pgcopy_reply_log(r, "first");
    assert_string_equal(reply_log_text(r), "first");
    pgcopy_reply_log(r, "second");
    assert_string_equal(reply_log_text(r), "first\nsecond");
    pgcopy_reply_free(r);
}

static void log_without_memory_stays_a_text(void **state)
{
    struct test_memory m;
    pgcopy_reply      *r;
    char               words[100];

    (void)state;
    test_memory_init(&m, 3); /* the reply, the log, its growth */
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    r                       = pgcopy_reply_new(&m.allocator);
    pgcopy_reply_log(r, "first");
    pgcopy_reply_log(r, words);
    assert_string_equal(reply_log_text(r), "first");
    pgcopy_reply_free(r);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reply_survives_every_failure),
        cmocka_unit_test(reply_begins_empty_and_clears_to_that),
        cmocka_unit_test(asking_for_columns_twice_gives_the_same),
        cmocka_unit_test(error_is_a_value_to_add_to),
        cmocka_unit_test(log_keeps_lines_in_order),
        cmocka_unit_test(log_without_memory_stays_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
