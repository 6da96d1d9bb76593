/*
 * test_odbc_connect.c - connection strings: their keys, their dialect, what is found by a name.
 */
#include "odbc_fixture.h"

#include <unistd.h>

#include "odbc/dialect.h"
#include "odbc/text.h"

/* Then the driver is known only once it is connected: its keys come with a second connection.
 */
static void a_data_source_name_finds_its_dialect(void **unused)
{
    char      ini[64] = "/tmp/pgcopy-odbc-ini-XXXXXX", text[192];
    int       fd      = mkstemp(ini);
    struct db db;

    (void)unused;
    begin_db(&db);
    leave_db(&db);
    snprintf(text, sizeof text, "[pgcopy-test]\nDriver=SQLite3\nDatabase=%s\n", db.path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    setenv("ODBCINI", ini, 1);
    db.odbc.connection = "DSN=pgcopy-test";
    db.r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "PRAGMA journal_mode"), "wal");
    assert_string_equal(value(&db, "PRAGMA synchronous"), "2");
    unsetenv("ODBCINI");
    unlink(ini);
    end_db(&db);
}

/* The stored rows tell nothing of it, so a dialect is named that cannot do what SQLite can. */
static void dialect_and_arrays_may_be_said_in_the_connection_string(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;

    (void)unused;
    begin_db(&db);
    leave_db(&db);
    strcat(db.connection, ";dialect=other;array_rows=40");
    db.odbc.connection = db.connection;
    db.r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    must(&db, "CREATE TABLE t (a int, b text)");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "x"), PGCOPY_ERR_UNSUPPORTED);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    put_numbers(batch, 0, 130);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "130");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_key_in_the_connection_string_wins(void **unused)
{
    struct db db, other;

    (void)unused;
    begin_db(&db);
    leave_db(&db);
    strcat(db.connection, ";journalmode=DELETE;Timeout=120");
    db.odbc.connection = db.connection;
    db.r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "PRAGMA journal_mode"), "delete");
    must(&db, "CREATE TABLE t (a int, b text)");
    join_db(&other, &db);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_begin(&other, "COPY t FROM STDIN"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&other), "55P03"); /* and not after a minute */
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    leave_db(&other);
    end_db(&db);
}

static void dialects_are_known_by_name_and_by_their_drivers(void **unused)
{
    (void)unused;
    assert_string_equal(odbc_dialect_of("SQLite")->name, "sqlite");
    assert_string_equal(odbc_dialect_of("/usr/lib/odbc/libmaodbc.so")->name, "mysql");
    assert_string_equal(odbc_dialect_of("InterSystems IRIS ODBC")->name, "iris");
    assert_string_equal(odbc_dialect_of("Microsoft SQL Server")->name, "sqlserver");
    assert_string_equal(odbc_dialect_of("PostgreSQL Unicode")->name, "postgresql");
    assert_string_equal(odbc_dialect_of("Oracle")->name, "other");
    assert_string_equal(odbc_dialect_named("iris")->name, "iris");
    assert_null(odbc_dialect_named("IRIS"));
}

static void connection_keys_are_found_in_any_case_and_in_braces(void **unused)
{
    static const char text[] = "Driver={a;b};database=x ; TIMEOUT=5;empty=;last";
    pgcopy_slice      value;

    (void)unused;
    value = odbc_text_key(text, "driver");
    assert_int_equal(value.len, 3);
    assert_memory_equal(value.data, "a;b", 3);
    value = odbc_text_key(text, "Timeout");
    assert_int_equal(value.len, 1);
    assert_non_null(odbc_text_key(text, "Empty").data);
    assert_null(odbc_text_key(text, "b").data);
    assert_null(odbc_text_key(text, "last").data);
    assert_null(odbc_text_key(text, "base").data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_source_name_finds_its_dialect),
        cmocka_unit_test(dialect_and_arrays_may_be_said_in_the_connection_string),
        cmocka_unit_test(a_key_in_the_connection_string_wins),
        cmocka_unit_test(dialects_are_known_by_name_and_by_their_drivers),
        cmocka_unit_test(connection_keys_are_found_in_any_case_and_in_braces)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
