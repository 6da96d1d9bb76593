/*
 * test_odbc_errors.c - what a client is told of an error of a driver, and what it is not.
 */
#include "odbc_fixture.h"

static void no_error_tells_a_value_a_path_or_the_drivers_words(void **unused)
{
    static const char *const statements[] = {
        "SELECT * FROM \"Mueller\"",
        "SELECT \"Mueller\".x FROM t",
        "SELECT 'Mueller",
        "SELEC Mueller",
        "SELECT Mueller('x')",
        "INSERT INTO t VALUES ('Mueller', 'Mueller', 'Mueller')",
        "INSERT INTO t VALUES (1, 'Mueller')",
        "INSERT INTO t VALUES (1, NULL)",
        "INSERT INTO raises VALUES ('Mueller')",
        "CREATE TABLE t (\"Mueller\" int)",
        "ATTACH '/tmp/Mueller/no/such/place' AS x",
        "SELECT json('Mueller')",
        "SELECT abs(-9223372036854775808)",
        "SELECT load_extension('/tmp/Mueller')",
        "UPDATE t SET a = 'Mueller'",
        "INSERT INTO strict VALUES ('Mueller')",
        "SELECT CAST('Mueller' AS blob) REGEXP 'x'"};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text NOT NULL)");
    must(&db, "CREATE TABLE strict (a int) STRICT");
    must(&db, "CREATE TABLE raises (a text)");
    assert_int_equal(run_raw(&db, "CREATE TRIGGER r BEFORE INSERT ON raises BEGIN "
                                  "SELECT RAISE(ABORT, 'Mueller is dead'); END"),
                     PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1, 'x')");
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        pgcopy_status status = run_raw(&db, statements[i]);

        if (status == PGCOPY_OK)
            fail_msg("%s is no error", statements[i]);
        assert_int_equal(status, PGCOPY_ERR_SQL);
        assert_tells_nothing(&db);
    }
    end_db(&db);
}

static void a_bad_rows_error_tells_nothing_of_it(void **unused)
{
    static const char *const tables[] = {"CREATE TABLE t (a text PRIMARY KEY, b text)",
                                         "CREATE TABLE t (a text, b text CHECK (b <> a))",
                                         "CREATE TABLE t (a int, b int) STRICT",
                                         "CREATE TABLE t (a text, b integer PRIMARY KEY)"};
    struct db                db;
    pgcopy_batch            *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    for (int i = 0; i < 60; i++)
        PUT(batch, "Mueller", "Mueller");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        must(&db, tables[i]);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_true(failed_row(&db) > 0);
        assert_tells_nothing(&db);
        must(&db, "DROP TABLE t");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_connection_that_fails_says_so_and_no_more(void **unused)
{
    static const char *const connections[] = {SQLITE_DRIVER "/nonexistent/pgcopy-odbc/x.db",
                                              "Driver=/no/such/driver.so;UID=Mueller;PWD=x",
                                              "DSN=no-such-pgcopy-odbc", ""};
    struct db                db = {.backend = &pgcopy_odbc, .odbc = {.size = sizeof db.odbc}};

    (void)unused;
    db.r = pgcopy_reply_new(NULL);
    for (size_t i = 0; i < sizeof connections / sizeof *connections; i++) {
        db.odbc.connection = connections[i];
        pgcopy_reply_clear(db.r);
        assert_int_equal(open_db(&db), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "08006");
        assert_string_equal(message(&db), "could not connect to the database");
    }
    db.odbc.dialect = "klingon";
    assert_int_equal(open_db(&db), PGCOPY_ERR_SQL);
    pgcopy_reply_free(db.r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_error_tells_a_value_a_path_or_the_drivers_words),
        cmocka_unit_test(a_bad_rows_error_tells_nothing_of_it),
        cmocka_unit_test(a_connection_that_fails_says_so_and_no_more)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
