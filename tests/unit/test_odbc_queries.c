/*
 * test_odbc_queries.c - relations and statements by ODBC, where drivers have ways of their own.
 */
#include "odbc_fixture.h"

/* By SQLTables and SQLColumns, which is how any other database is asked. */
static void the_catalog_functions_tell_the_same(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL), *back;
    struct db     db;

    (void)unused;
    begin_dialect(&db, "other");
    must(&db,
         "CREATE TABLE Patients (PatientID INTEGER NOT NULL, Name VARCHAR(30) DEFAULT 'x')");
    must(&db, "CREATE TABLE Patients2 (a int)");
    must(&db, "CREATE VIEW v AS SELECT 1 AS one");
    assert_int_equal(relation(&db, NULL, "patients"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 2);
    assert_string_equal(column(&db, 0)->name, "PatientID");
    assert_int_equal(column(&db, 0)->type, PGCOPY_OID_INT4);
    assert_true(column(&db, 0)->not_null && !column(&db, 0)->has_default);
    assert_int_equal(column(&db, 1)->type, PGCOPY_OID_VARCHAR);
    assert_true(!column(&db, 1)->not_null && column(&db, 1)->has_default);
    assert_int_equal(relation(&db, NULL, "v"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_relation(pgcopy_reply_columns(db.r)), PGCOPY_RELATION_VIEW);
    assert_int_equal(relation(&db, NULL, "missing"), PGCOPY_ERR_SQL);
    put_numbers(batch, 0, 130);
    assert_int_equal(load(&db, "COPY patients FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY patients TO STDOUT");
    assert_same_rows(batch, back);
    PUT(batch, NULL, "x");
    assert_int_equal(load(&db, "COPY patients FROM STDIN", batch), PGCOPY_ERR_SQL);
    assert_int_equal(failed_row(&db), 131);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

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
    pgcopy_odbc.finish(db.conn, cursor);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 5);
    assert_int_equal(column(&db, 0)->type, PGCOPY_OID_INT4);
    assert_string_equal(column(&db, 1)->name, "bee");
    assert_int_equal(column(&db, 1)->type, PGCOPY_OID_VARCHAR);
    assert_int_equal(column(&db, 2)->type, PGCOPY_OID_INT8);
    assert_int_equal(column(&db, 3)->type, PGCOPY_OID_FLOAT8);
    assert_int_equal(column(&db, 4)->type, PGCOPY_OID_VARCHAR);
    end_db(&db);
}

/* Each is something that sqliteodbc alone would get wrong. */
static void what_the_driver_misreads_is_run_all_the_same(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    must(&db, "WITH x AS (SELECT 1 AS a) INSERT INTO t SELECT a FROM x");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "1");
    must(&db, "PRAGMA user_version = 7");
    assert_string_equal(value(&db, "PRAGMA user_version"), "7");
    assert_string_equal(value(&db, "SELECT /* what's ? this */ 5 -- isn't it?"), "5");
    assert_string_equal(value(&db, "SELECT '-- ?' || \"a\" || '/*' FROM t"), "-- ?1/*");
    assert_string_equal(value(&db, "VALUES (3), (4)"), "3");
    assert_string_equal(value(&db, "COPY (VALUES (6)) TO STDOUT"), "6");
    end_db(&db);
}

/* As psycopg2 writes its values. */
static void the_cast_of_a_literal_or_a_parameter_is_left_out(void **unused)
{
    struct db     db;
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);

    (void)unused;
    begin_db(&db);
    PUT(params, "b");
    assert_string_equal(value(&db, "SELECT '1930-02-07'::date || 'x' :: pg_catalog.\"text\" ||"
                                   "'y'::timestamp(3) with time zone::varchar(10)[]"),
                        "1930-02-07xy");
    assert_string_equal(value_with(&db, "SELECT $1::character varying || '::date'", params),
                        "b::date");
    assert_int_equal(start(&db, "SELECT sqlite_version()::date", NULL, &(void *){NULL}),
                     PGCOPY_ERR_SQL);
    assert_int_equal(start(&db, "SELECT 'a'::", NULL, &(void *){NULL}), PGCOPY_ERR_SQL);
    pgcopy_batch_free(params);
    end_db(&db);
}

/* Of two dialects that ask alike the one has rowsets. */
static void rowsets_bring_what_rows_do(void **unused)
{
    static const char *const insert =
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
        "INSERT INTO t SELECT i, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '' "
        "ELSE substr('a value that is as long as it is', 1, i % 33) END FROM n";
    static const char *const dialects[] = {"sqlserver", "other"};
    pgcopy_batch            *rows[2];
    struct db                db;

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        begin_dialect(&db, dialects[i]);
        must(&db, "CREATE TABLE t (a int, b varchar(40))");
        must(&db, insert);
        rows[i] = unload(&db, "COPY t TO STDOUT");
        end_db(&db);
    }
    assert_int_equal(pgcopy_batch_view(rows[0])->nrows, 2500);
    assert_same_rows(rows[0], rows[1]);
    pgcopy_batch_free(rows[0]);
    pgcopy_batch_free(rows[1]);
}

/* Drivers lose the rest of what is cut in the middle of a rowset. */
static void a_value_that_is_too_long_for_a_rowset_is_refused(void **unused)
{
    pgcopy_batch *batch  = pgcopy_batch_new(0, NULL, NULL);
    void         *cursor = NULL;
    struct db     db;

    (void)unused;
    begin_dialect(&db, "sqlserver");
    must(&db, "CREATE TABLE t (a varchar(3))");
    must(&db, "INSERT INTO t VALUES ('a'), ('b'), ('longer than it may be')");
    assert_int_equal(start(&db, "COPY t TO STDOUT", NULL, &cursor), PGCOPY_OK);
    assert_int_equal(pgcopy_odbc.fetch(db.conn, cursor, batch, db.r), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "22001");
    pgcopy_odbc.finish(db.conn, cursor);
    pgcopy_batch_free(batch);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalog_functions_tell_the_same),
        cmocka_unit_test(statements_count_and_results_have_types),
        cmocka_unit_test(what_the_driver_misreads_is_run_all_the_same),
        cmocka_unit_test(the_cast_of_a_literal_or_a_parameter_is_left_out),
        cmocka_unit_test(rowsets_bring_what_rows_do),
        cmocka_unit_test(a_value_that_is_too_long_for_a_rowset_is_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
