/*
 * test_copy_refused.c - rows that the database refuses: their CONTEXT, and which are passed
 * over.
 */
#include "copy_fixture.h"

static void a_refused_row_gets_its_context(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);

    (void)state;
    assert_int_equal(data(p, "1\tx\n2\t\\x41\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23514", 2), PGCOPY_ERR_SQL);
    end(p,
        "G 0 2\nE 23514 no | DFailing row contains (2, A). | WCOPY u, line 2: \"2\t\\x41\"\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(data(p, "1\tx\n2\ty\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23505", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23505 no | WCOPY u, line 2\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(data(p, "1\tx\n2\ty\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23503", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23503 no\n");
}

static void a_refusal_of_no_row_has_no_line(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   err;

    (void)state;
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "57P03", 0), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57P03 no | WCOPY u\n");

    p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error_text(&err, "40001", "serialize");
    assert_int_equal(pgcopy_copy_reject(p->copy, &err, NULL, &p->out), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 40001 serialize\n");
}

static void refused_rows_are_ignored_by_class(void **state)
{
    struct player *p = begin("COPY u FROM STDIN (ON_DATABASE_ERROR ignore, LOG_VERBOSITY "
                             "verbose)",
                             u_columns);
    const pgcopy_progress *at = pgcopy_copy_progress(p->copy);

    (void)state;
    assert_int_equal(data(p, "1\tx\n2\ty\n3\tz\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_OK);
    assert_int_equal(reject(p, "22001", 3), PGCOPY_OK);
    assert_true(at->rows == 1 && at->skipped == 2 && at->state == PGCOPY_COPY_STREAMING);
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "");
    assert_int_equal(reject(p, "53100", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\n"
           "N 00000 skipping row refused by the database at line 1: 23505 | WCOPY u\n"
           "N 00000 skipping row refused by the database at line 3: 22001 | WCOPY u\n"
           "E 53100 no | WCOPY u, line 2: \"2\ty\"\n");
}

/* The words of the database may hold values; its names of things do not. */
static void a_refused_row_is_told_by_what_refused_it(void **state)
{
    struct player *p =
        begin("COPY u FROM STDIN (ON_DATABASE_ERROR IGNORE, LOG_VERBOSITY verbose)", u_columns);
    pgcopy_error err;

    (void)state;
    assert_int_equal(data(p, "1\tsecret\n2\ty\n"), PGCOPY_AGAIN);
    pgcopy_error_text(&err, "23505", "secret is there already");
    err.row = 1;
    strcpy(err.constraint, "u_pkey");
    strcpy(err.column, "a");
    assert_int_equal(pgcopy_copy_reject(p->copy, &err, p->batch, &p->out), PGCOPY_OK);
    strcpy(err.constraint, "");
    assert_int_equal(pgcopy_copy_reject(p->copy, &err, p->batch, &p->out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_END);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    end(p,
        "G 0 2\n"
        "N 00000 skipping row refused by the database at line 1: 23505, constraint "
        "\"u_pkey\" | WCOPY u\n"
        "N 00000 skipping row refused by the database at line 1: 23505, column \"a\" | WCOPY "
        "u\n"
        "N 00000 2 rows were skipped due to refusal by the database\nC COPY 0\n");
}

static void on_error_is_for_conversions_alone(void **state)
{
    struct player *p = begin("COPY u FROM STDIN (ON_ERROR ignore)", u_columns);

    (void)state;
    assert_int_equal(data(p, "q\tx\n2\ty\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23505 no | WCOPY u, line 2\n");

    from(
        "COPY u FROM STDIN (ON_DATABASE_ERROR ignore)", u_columns, "q\tx\n",
        "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 1, column "
        "a: \"q\"\n",
        NULL);
}

static void refused_rows_count_towards_the_limit(void **state)
{
    struct player *p =
        begin("COPY u FROM STDIN (ON_ERROR ignore, ON_DATABASE_ERROR ignore, REJECT_LIMIT 1)",
              u_columns);

    (void)state;
    assert_int_equal(data(p, "1\tx\nq\ty\n3\tz\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23514", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23514 skipped more than REJECT_LIMIT (1) rows due to data type "
           "incompatibility or refusal by the database | WCOPY u, line 3: \"3\tz\"\n");
}

/* What is found before the database sees it, in its place. */
static void null_where_it_may_not_be_is_a_refusal(void **state)
{
    (void)state;
    from("COPY w FROM STDIN (ON_DATABASE_ERROR ignore, LOG_VERBOSITY verbose)", w_columns,
         "1\tx\n\\N\ty\n\\N\tz\n4\tz\n",
         "G 0 2\nN 00000 skipping row refused by the database at line 2: 23502, column \"a\" | "
         "WCOPY w\n"
         "N 00000 skipping row refused by the database at line 3: 23502, column \"a\" | WCOPY "
         "w\n"
         "N 00000 2 rows were skipped due to refusal by the database\nC COPY 2\n",
         "1,x;4,z;");
    from("COPY w (b) FROM STDIN (ON_DATABASE_ERROR ignore)", w_columns, "x\ny\nz\n",
         "G 0 1\nN 00000 3 rows were skipped due to refusal by the database\nC COPY 0\n", "");
}

static void null_in_binary_rows_is_a_refusal(void **state)
{
    static const char bytes[] = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"
                                "\0\2\0\0\0\4\0\0\0\1\0\0\0\1x"
                                "\0\2\xff\xff\xff\xff\0\0\0\1y"
                                "\0\2\0\0\0\4\0\0\0\3\xff\xff\xff\xff"
                                "\0\2\0\0\0\4\0\0\0\4\0\0\0\1z";
    struct player    *p =
        begin("COPY w FROM STDIN (FORMAT binary, ON_DATABASE_ERROR ignore)", w_columns);
    pgcopy_slice in = {(const uint8_t *)bytes, sizeof bytes - 1};

    (void)state;
    assert_int_equal(pgcopy_copy_data(p->copy, &in, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_END);
    assert_int_equal(pgcopy_batch_view(p->batch)->nrows, 2);
    assert_memory_equal(pgcopy_batch_value(p->batch, 0, 0).data, "1", 1);
    assert_memory_equal(pgcopy_batch_value(p->batch, 1, 0).data, "4", 1);
    assert_int_equal(pgcopy_copy_progress(p->copy)->skipped, 2);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    end(p, "G 1 2\nN 00000 2 rows were skipped due to refusal by the database\nC COPY 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_row_gets_its_context),
        cmocka_unit_test(a_refusal_of_no_row_has_no_line),
        cmocka_unit_test(refused_rows_are_ignored_by_class),
        cmocka_unit_test(a_refused_row_is_told_by_what_refused_it),
        cmocka_unit_test(on_error_is_for_conversions_alone),
        cmocka_unit_test(refused_rows_count_towards_the_limit),
        cmocka_unit_test(null_where_it_may_not_be_is_a_refusal),
        cmocka_unit_test(null_in_binary_rows_is_a_refusal)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
