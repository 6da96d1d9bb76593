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
    static const char *const tables[] = {"CREATE TABLE t (a text, b text CHECK (b <> a))",
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

/* The names are the catalog's, the values the client's; what is not known so is not told. */
static void a_duplicate_key_is_named_with_the_clients_own_row(void **unused)
{
    static const struct {
        const char *table, *more, *row[3], *constraint, *detail;
    } keys[] = {{"a int PRIMARY KEY, b, c",
                 NULL,
                 {"1", "Mueller", "x"},
                 "t_pkey",
                 "Key (a)=(1) already exists."},
                {"a integer PRIMARY KEY, b, c",
                 NULL,
                 {"1", "Mueller", "x"},
                 "t_pkey",
                 "Key (a)=(1) already exists."},
                {"a, b, c int UNIQUE, UNIQUE (c, a)",
                 NULL,
                 {"1", "Mueller", "2"},
                 "t_c_key",
                 "Key (c)=(2) already exists."},
                {"a int UNIQUE, b, c text, UNIQUE (c, a)",
                 "INSERT INTO t VALUES (2, 'Mueller', 'y')",
                 {"1", "Mueller", "x"},
                 "t_a_key",
                 "Key (a)=(1) already exists."},
                {"a, b, c boolean, PRIMARY KEY (c, a)",
                 NULL,
                 {"1", "Mueller", "t"},
                 "t_pkey",
                 "Key (c, a)=(t, 1) already exists."},
                {"a, b, c text",
                 "CREATE UNIQUE INDEX \"I x\" ON t (c)",
                 {"1", "Mueller", "x"},
                 "I x",
                 "Key (c)=(x) already exists."},
                {"a, b, c text, CONSTRAINT own UNIQUE (c)",
                 NULL,
                 {"1", "Mueller", "x"},
                 "",
                 "Key (c)=(x) already exists."},
                {"a, b, c text",
                 "CREATE UNIQUE INDEX i ON t (lower(b))",
                 {"1", "Mueller", "x"},
                 "",
                 ""},
                {"a, b, c text",
                 "CREATE UNIQUE INDEX i ON t (c) WHERE a = '1'",
                 {"1", "Mueller", "x"},
                 "",
                 ""},
                {"a, b, c bytea UNIQUE", NULL, {"1", "Mueller", "\\x00"}, "", ""}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);

    (void)unused;
    begin_db(&db);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const pgcopy_error *err = pgcopy_reply_failure(db.r);
        char                sql[256];

        snprintf(sql, sizeof sql, "CREATE TABLE t (%s)", keys[i].table);
        must(&db, sql);
        if (keys[i].more)
            must(&db, keys[i].more);
        pgcopy_batch_clear(batch);
        put(batch, keys[i].row, 3);
        put(batch, keys[i].row, 3);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "23505");
        assert_int_equal(failed_row(&db), 2);
        assert_string_equal(err->constraint, keys[i].constraint);
        assert_string_equal(err->detail, keys[i].detail);
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
        cmocka_unit_test(a_duplicate_key_is_named_with_the_clients_own_row),
        cmocka_unit_test(a_connection_that_fails_says_so_and_no_more)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
