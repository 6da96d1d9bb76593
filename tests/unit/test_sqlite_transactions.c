/*
 * test_sqlite_transactions.c - what SQLite keeps of a transaction, and what may not be written.
 */
#include "db_fixture.h"

/* Only the commit looks at it: by then the COPY has been well. */
static void a_deferred_key_fails_the_commit_which_rolls_back(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE other (id integer PRIMARY KEY)");
    must(&db, "CREATE TABLE t (a int REFERENCES other DEFERRABLE INITIALLY DEFERRED, b text)");
    put_numbers(batch, 1, 3);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23503");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (7, 'x')");
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_ERR_SQL);
    must(&db, "INSERT INTO other VALUES (7)");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_transaction_can_become_read_only(void **unused)
{
    pgcopy_tx set = {
        .size = sizeof set, .verb = PGCOPY_VERB_SET_TRANSACTION, .read_only = true};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1)");
    assert_int_equal(pgcopy_sqlite.transaction(db.conn, &set, db.r), PGCOPY_OK);
    assert_int_equal(run(&db, "INSERT INTO t VALUES (2)"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "25006");
    set.read_only  = false;
    set.read_write = true;
    assert_int_equal(pgcopy_sqlite.transaction(db.conn, &set, db.r), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (3)");
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT sum(a) FROM t"), "4");
    set.verb = PGCOPY_VERB_SHOW;
    assert_int_equal(pgcopy_sqlite.transaction(db.conn, &set, db.r), PGCOPY_ERR_UNSUPPORTED);
    end_db(&db);
}

static void what_is_committed_is_meant_to_last(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    assert_string_equal(value(&db, "PRAGMA journal_mode"), "wal");
    assert_string_equal(value(&db, "PRAGMA synchronous"), "2");
    assert_string_equal(value(&db, "PRAGMA foreign_keys"), "1");
    must(&db, "VACUUM");
    end_db(&db);
}

static void what_may_only_be_read_is_25006(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    must(&db, "PRAGMA query_only = 1");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(run(&db, "INSERT INTO t VALUES (1, 'x')"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "25006");
    assert_string_equal(message(&db), "the database is read-only");
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deferred_key_fails_the_commit_which_rolls_back),
        cmocka_unit_test(a_transaction_can_become_read_only),
        cmocka_unit_test(what_is_committed_is_meant_to_last),
        cmocka_unit_test(what_may_only_be_read_is_25006)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
