/*
 * test_copy_to.c - COPY TO: messages, values, and errors among them.
 */
#include "copy_fixture.h"

static void put_row(pgcopy_batch *batch, const char *a, const char *b)
{
    (void)pgcopy_batch_put(batch, a, a ? strlen(a) : PGCOPY_NULL);
    (void)pgcopy_batch_put(batch, b, b ? strlen(b) : PGCOPY_NULL);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
}

static void every_row_is_a_message(void **state)
{
    struct player         *p  = begin("COPY w TO STDOUT (FORMAT csv, HEADER)", w_columns);
    const pgcopy_progress *at = pgcopy_copy_progress(p->copy);

    (void)state;
    put_row(p->batch, " 01", "x,y");
    put_row(p->batch, NULL, NULL); /* NOT NULL is no concern of COPY TO */
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_OK);
    assert_true(at->rows == 2 && at->bytes == 4 + 8 + 2 && at->verb == PGCOPY_VERB_COPY_TO);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    assert_int_equal(at->state, PGCOPY_COPY_COMPLETED);
    end(p, "H 0 2\nd a,b\n\nd 1,\"x,y\"\n\nd ,\n\nc\nC COPY 2\n");
}

static void a_query_is_copied_like_a_table(void **state)
{
    struct player *p = begin("COPY (SELECT a, b) TO STDOUT", u_columns);

    (void)state;
    put_row(p->batch, "1", "a\tb");
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    end(p, "H 0 2\nd 1\ta\\tb\n\nc\nC COPY 1\n");
}

static void three_rows_one_of_them_bad(struct player *p)
{
    put_row(p->batch, "1", "x");
    put_row(p->batch, "q", "y");
    put_row(p->batch, "3", "z");
}

/* SQLite lets a column hold what is not of its type. */
static void a_value_of_another_type_goes_out_as_it_is(void **state)
{
    struct player *p = begin("COPY u TO STDOUT", u_columns);

    (void)state;
    three_rows_one_of_them_bad(p);
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(p->copy, 3, &p->out), PGCOPY_OK);
    end(p, "H 0 2\nd 1\tx\n\nd q\ty\n\nd 3\tz\n\nc\nC COPY 3\n");
}

static void an_error_takes_the_place_of_copy_done(void **state)
{
    struct player      *p = begin("COPY u TO STDOUT BINARY", u_columns);
    const pgcopy_error *err;

    (void)state;
    three_rows_one_of_them_bad(p);
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_finish(p->copy, 3, &p->out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_progress(p->copy)->rows, 1);
    err = pgcopy_copy_error(p->copy);
    assert_string_equal(err->sqlstate, "22P02");
    assert_string_equal(err->message, "invalid input syntax for type integer: \"q\"");
    p->out.len = 0;
    end(p, "");

    p = begin("COPY u TO STDOUT", u_columns);
    assert_int_equal(reject(p, "57014", 0), PGCOPY_ERR_SQL);
    end(p, "H 0 2\nE 57014 no\n");
}

static void a_character_that_the_encoding_lacks_ends_copy_to(void **state)
{
    struct player *p = begin("COPY u TO STDOUT (ENCODING 'latin-1')", u_columns);

    (void)state;
    put_row(p->batch, "1", "\xc3\xa9");
    put_row(p->batch, "2", "\xe2\x82\xac");
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    end(p,
        "H 0 2\nd 1\t\xe9\n\nE 22P05 character with byte sequence 0xe2 0x82 0xac in encoding "
        "\"UTF8\" has no equivalent in encoding \"LATIN1\"\n");
}

static bool copy_out(const pgcopy_allocator *allocator, void *arg)
{
    struct player *p = arg;
    char           said[TEXT];
    bool           same;

    start(p, allocator);
    if (p->rc >= 0) {
        for (int i = 0; i < 3; i++) {
            (void)pgcopy_batch_put(p->batch, "02", 2);
            (void)pgcopy_batch_put(p->batch, "x", 1);
            p->rc = pgcopy_batch_end_row(p->batch);
        }
        if (p->rc >= 0)
            p->rc = pgcopy_copy_rows(p->copy, p->batch, &p->out);
        if (p->rc >= 0)
            p->rc = pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out);
    }
    say(&p->out, said);
    same = strcmp(said, "H 0 2\nd a,b\n\nd 2,x\n\nd 2,x\n\nd 2,x\n\nc\nC COPY 3\n") == 0;
    assert_true(same ? p->rc == PGCOPY_OK : p->rc < 0);
    stop(p);
    return same;
}

static void copy_to_survives_every_failure(void **state)
{
    struct player *p = begin("COPY u TO STDOUT (FORMAT csv, HEADER)", u_columns);

    (void)state;
    stop(p);
    test_every_failure(copy_out, p);
    pgcopy_columns_free(p->relation);
    pgcopy_stmt_free(p->stmt);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_a_message),
        cmocka_unit_test(a_query_is_copied_like_a_table),
        cmocka_unit_test(a_value_of_another_type_goes_out_as_it_is),
        cmocka_unit_test(an_error_takes_the_place_of_copy_done),
        cmocka_unit_test(a_character_that_the_encoding_lacks_ends_copy_to),
        cmocka_unit_test(copy_to_survives_every_failure)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
