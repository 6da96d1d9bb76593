/*
 * test_sqlite_queries.c - statements over SQLite: results, casts.
 */
#include "db_fixture.h"

static void statements_count_and_results_have_types(void **unused)
{
    struct db db;
    void     *cursor = NULL;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b varchar(9), c real)");
    assert_true(pgcopy_reply_count(db.r) == PGCOPY_NO_COUNT);
    must(&db, "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2), (3, NULL, 3)");
    assert_true(pgcopy_reply_count(db.r) == 3);
    must(&db, "UPDATE t SET c = 0 WHERE a > 1");
    assert_true(pgcopy_reply_count(db.r) == 2);
    must(&db, "DELETE FROM t WHERE a > 99");
    assert_true(pgcopy_reply_count(db.r) == 0);
    assert_int_equal(
        start(&db, "SELECT a, b AS bee, count(*), avg(a), 'x' FROM t", NULL, &cursor),
        PGCOPY_OK);
    pgcopy_sqlite.finish(db.conn, cursor);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 5);
    assert_int_equal(column(&db, 0)->type, PGCOPY_OID_INT4);
    assert_string_equal(column(&db, 1)->name, "bee");
    assert_int_equal(column(&db, 1)->typmod, 9 + 4);
    assert_int_equal(column(&db, 1)->type, PGCOPY_OID_VARCHAR);
    assert_int_equal(column(&db, 2)->type, PGCOPY_OID_INT8);
    assert_int_equal(column(&db, 3)->type, PGCOPY_OID_FLOAT8);
    assert_int_equal(column(&db, 4)->type, PGCOPY_OID_TEXT);
    end_db(&db);
}

static void the_cast_of_a_literal_or_a_parameter_is_left_out(void **unused)
{
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);
    struct db     db;

    (void)unused;
    begin_db(&db);
    PUT(params, "b");
    assert_string_equal(value(&db, "SELECT '1930-02-07'::date || 'x' :: pg_catalog.\"text\""),
                        "1930-02-07x");
    assert_string_equal(value(&db, "COPY (SELECT 'a'::varchar(10)) TO STDOUT"), "a");
    assert_string_equal(value_with(&db, "SELECT $1::text || '::date'", params), "b::date");
    pgcopy_batch_free(params);
    end_db(&db);
}

/* As psycopg2 writes dates, and others their parameters. */
static void casts_of_literals_and_parameters_are_left_out(void **unused)
{
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);
    struct db     db;
    void         *cursor = NULL;

    (void)unused;
    begin_db(&db);
    PUT(params, "7");
    assert_string_equal(
        value_with(&db, "SELECT '2024-01-31'::timestamp || $1::int4 || '::y'", params),
        "2024-01-317::y");
    assert_string_equal(value(&db, "COPY (SELECT '2024-01-31'::date, 'x') TO STDOUT"),
                        "2024-01-31");
    assert_int_equal(start(&db, "SELECT x::int FROM (SELECT 1 AS x)", NULL, &cursor),
                     PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42601");
    pgcopy_batch_free(params);
    end_db(&db);
}

static void an_error_behind_the_first_rows_is_told_by_fetch(void **unused)
{
    struct db     db;
    void         *cursor = NULL;
    pgcopy_batch *batch  = pgcopy_batch_new(0, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b blob)");
    must(&db, "INSERT INTO t VALUES (1, x'00ff'), (-9223372036854775807 - 1, NULL)");
    assert_int_equal(start(&db, "SELECT abs(a) FROM t", NULL, &cursor), PGCOPY_OK);
    assert_int_equal(pgcopy_sqlite.fetch(db.conn, cursor, batch, db.r), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "22003");
    pgcopy_sqlite.finish(db.conn, cursor);
    assert_int_equal(pgcopy_sqlite.fetch(db.conn, NULL, batch, db.r), PGCOPY_ERR_USAGE);
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* They end in any order, and with the connection. */
static void several_results_are_open_at_once(void **unused)
{
    struct db     db;
    void         *cursors[3] = {NULL};
    pgcopy_batch *batch      = pgcopy_batch_new(0, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b blob)");
    must(&db, "INSERT INTO t VALUES (1, x'00ff'), (2, NULL)");
    for (int i = 0; i < 3; i++)
        assert_int_equal(start(&db, "COPY t (b, a) TO STDOUT", NULL, &cursors[i]), PGCOPY_OK);
    assert_int_equal(pgcopy_sqlite.fetch(db.conn, cursors[0], batch, db.r), PGCOPY_END);
    assert_memory_equal(pgcopy_batch_value(batch, 0, 0).data, "\\x00ff", 6);
    assert_memory_equal(pgcopy_batch_value(batch, 1, 1).data, "2", 1);
    pgcopy_sqlite.finish(db.conn, cursors[0]);
    pgcopy_sqlite.finish(db.conn, NULL);
    assert_int_equal(start(&db, "SELECT b || '' , max(b), +b FROM t", NULL, &cursors[0]),
                     PGCOPY_OK);
    assert_int_equal(column(&db, 2)->type, PGCOPY_OID_BYTEA);
    pgcopy_batch_free(batch);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_count_and_results_have_types),
        cmocka_unit_test(the_cast_of_a_literal_or_a_parameter_is_left_out),
        cmocka_unit_test(casts_of_literals_and_parameters_are_left_out),
        cmocka_unit_test(an_error_behind_the_first_rows_is_told_by_fetch),
        cmocka_unit_test(several_results_are_open_at_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
