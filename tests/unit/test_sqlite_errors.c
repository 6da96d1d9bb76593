/*
 * test_sqlite_errors.c - what a client is told of an error of SQLite, and what it is not.
 */
#include "db_fixture.h"

#include <unistd.h>

static void no_error_tells_a_value_a_path_or_sqlites_words(void **unused)
{
    static const char *const statements[] = {
        "SELECT * FROM nowhere WHERE a = 'Mueller'",
        "SELECT nobody.x, 'Mueller' FROM t",
        "SELECT 'Mueller",
        "SELEC Mueller",
        "SELECT nothing('Mueller')",
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
        "SELECT CAST('Mueller' AS blob) REGEXP 'x'",
        "SELECT ?, 'Mueller'",
        "SELECT :Mueller",
        "VACUUM INTO '/tmp/Mueller.db'",
        "PRAGMA Mueller('"};
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

/* What PostgreSQL 18 answered. */
static void what_a_query_names_is_told_as_postgresql_tells_it(void **unused)
{
    static const struct {
        const char *sql, *state, *message;
        uint32_t    position;
    } cases[] = {
        {"SELECT nope FROM t", "42703", "column \"nope\" does not exist", 8},
        {"SELECT '\xc3\xa9', NOPE FROM t", "42703", "column \"nope\" does not exist", 13},
        {"SELECT \"Nope\" FROM t", "42703", "column \"Nope\" does not exist", 8},
        {"SELECT a AS nope, \"no\"\"pe\" FROM t", "42703", "column \"no\"pe\" does not exist",
         19},
        {"SELECT t.nope FROM t", "42703", "column t.nope does not exist", 8},
        {"SELECT x.a FROM t", "42P01", "missing FROM-clause entry for table \"x\"", 8},
        {"SELECT a FROM missing", "42P01", "relation \"missing\" does not exist", 15},
        {"SELECT missing.a FROM /* missing */ missing", "42P01",
         "relation \"missing\" does not exist", 37},
        {"SELECT * FROM s.Missing", "42P01", "relation \"s.missing\" does not exist", 15},
        {"COPY (SELECT nope FROM t) TO STDOUT", "42703", "column \"nope\" does not exist", 14},
        {"INSERT INTO t (a, nope) VALUES (1, 2)", "42703",
         "column \"nope\" of relation \"t\" does not exist", 19},
        {"UPDATE OR IGNORE main.t SET nope = 1", "42703",
         "column \"nope\" of relation \"t\" does not exist", 29},
        {"DROP TABLE missing", "42P01", "table \"missing\" does not exist", 0},
        {"DROP VIEW missing", "42P01", "view \"missing\" does not exist", 0},
        {"DROP INDEX missing", "42704", "index \"missing\" does not exist", 0},
        {"ALTER TABLE missing ADD COLUMN a int", "42P01", "relation \"missing\" does not exist",
         0},
        {"SELECT foo()", "42883", "function foo() does not exist", 8},
        {"SELECT foo(a) FROM t", "42883", "function does not exist", 8},
        {"SELECT a FROM broken", "42P01", "relation does not exist", 0}, /* a view's table */
        {"SELECT 1 +", "42601", "syntax error at end of input", 11},
        {"COPY (SELECT 1 + ) TO STDOUT", "42601", "syntax error at or near \")\"", 18},
        {"SELEC 1", "42601", "syntax error at or near \"SELEC\"", 1}};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    must(&db, "CREATE TABLE secret (a int)");
    must(&db, "CREATE VIEW broken AS SELECT a FROM secret");
    must(&db, "DROP TABLE secret");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(run(&db, cases[i].sql), PGCOPY_ERR_SQL);
        assert_string_equal(message(&db), cases[i].message);
        assert_string_equal(state(&db), cases[i].state);
        assert_int_equal(pgcopy_reply_failure(db.r)->position, cases[i].position);
    }
    end_db(&db);
}

static void a_bad_rows_error_tells_nothing_of_others(void **unused)
{
    static const char *const tables[] = {
        "CREATE TABLE t (a text PRIMARY KEY, b text)",
        "CREATE TABLE t (a text, b text CHECK (b = 'Mueller'))",
        "CREATE TABLE t (a int, b int) STRICT",
        "CREATE TABLE t (a text, b integer PRIMARY KEY)"};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    for (int i = 0; i < 60; i++)
        PUT(batch, "Meyer", "Meyer");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        must(&db, tables[i]);
        (void)run(&db, "INSERT INTO t VALUES ('Meyer', 'Mueller')");
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
    char      text[64] = "/tmp/pgcopy-sqlite-XXXXXX";
    int       fd       = mkstemp(text);
    struct db db       = {.backend = &pgcopy_sqlite, .sqlite = {.size = sizeof db.sqlite}};

    (void)unused;
    db.r           = pgcopy_reply_new(NULL);
    db.sqlite.path = "/nonexistent/pgcopy-sqlite/x.db";
    for (int i = 0; i < 2; i++) {
        pgcopy_reply_clear(db.r);
        assert_int_equal(open_db(&db), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "08006");
        assert_string_equal(message(&db), "could not connect to the database");
        for (int k = 0; k < 100; k++)
            assert_int_equal(write(fd, "This is no database, by far. ", 29), 29);
        db.sqlite.path = text;
    }
    db.sqlite.path = "";
    assert_int_equal(open_db(&db), PGCOPY_ERR_USAGE);
    close(fd);
    unlink(text);
    pgcopy_reply_free(db.r);
}

static void other_files_are_named_only_where_it_is_allowed(void **unused)
{
    struct db db, other;
    char      sql[128];

    (void)unused;
    begin_db(&db);
    begin_db(&other);
    must(&other, "CREATE TABLE elsewhere (a int)");
    snprintf(sql, sizeof sql, "ATTACH '%s' AS o", other.path);
    assert_int_equal(run(&db, sql), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42501");
    must(&db, "ATTACH ':memory:' AS m");
    leave_db(&db);
    db.r             = pgcopy_reply_new(NULL);
    db.sqlite.attach = true;
    assert_int_equal(open_db(&db), PGCOPY_OK);
    must(&db, sql);
    assert_int_equal(relation(&db, NULL, "elsewhere"), PGCOPY_OK);
    assert_int_equal(relation(&db, "o", "elsewhere"), PGCOPY_OK);
    end_db(&other);
    end_db(&db);
}

static void an_older_callers_options_are_shorter(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    leave_db(&db);
    db.sqlite.size        = offsetof(pgcopy_sqlite_opts, busy_ms);
    db.sqlite.insert_rows = 1000000;
    db.sqlite.allocator   = (void *)1; /* behind its end: not looked at */
    db.r                  = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    db.sqlite.allocator = NULL;
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_error_tells_a_value_a_path_or_sqlites_words),
        cmocka_unit_test(what_a_query_names_is_told_as_postgresql_tells_it),
        cmocka_unit_test(a_bad_rows_error_tells_nothing_of_others),
        cmocka_unit_test(a_connection_that_fails_says_so_and_no_more),
        cmocka_unit_test(other_files_are_named_only_where_it_is_allowed),
        cmocka_unit_test(an_older_callers_options_are_shorter)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
