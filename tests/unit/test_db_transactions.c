/*
 * test_db_transactions.c - transactions of SQLite, and two clients at once, by its own backend
 * and by ODBC.
 */
#include "db_fixture.h"

static void transactions_keep_or_drop_what_was_loaded(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 120);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");

    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "a \"point\""), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK_TO, "a \"point\""), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_RELEASE, "a \"point\""), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "120");
    /* and autocommit is on again */
    must(&db, "INSERT INTO t VALUES (1, 'x')");
    leave_db(&db);
    db.r = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "121");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void an_empty_transaction_and_an_unknown_savepoint(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "a"), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK_TO, "b"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "3B001");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    end_db(&db);
}

static void a_read_only_transaction_changes_nothing(void **unused)
{
    pgcopy_tx begin = {.size = sizeof begin, .verb = PGCOPY_VERB_BEGIN, .read_only = true};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    assert_int_equal(db.backend->transaction(db.conn, &begin, db.r), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(run(&db, "INSERT INTO t VALUES (1)"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "25006");
    assert_string_equal(message(&db), "cannot execute INSERT in a read-only transaction");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1)");
    end_db(&db);
}

struct copier {
    struct db     db;
    int           from;
    pgcopy_status status;
};

/* BEGIN, COPY of 20 batches, COMMIT. */
static void *copy_in_thread(void *arg)
{
    struct copier *job   = arg;
    pgcopy_batch  *batch = pgcopy_batch_new(2, NULL, NULL);

    job->status = tx(&job->db, PGCOPY_VERB_BEGIN, NULL);
    if (!job->status)
        job->status = load_begin(&job->db, "COPY t FROM STDIN");
    for (int i = 0; !job->status && i < 20; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, job->from + i * 100, job->from + i * 100 + 100);
        job->status = load_rows(&job->db, batch, 0);
        pause_ms(5);
    }
    if (!job->status)
        job->status = load_end(&job->db, true);
    if (!job->status)
        job->status = tx(&job->db, PGCOPY_VERB_COMMIT, NULL);
    pgcopy_batch_free(batch);
    return NULL;
}

static void two_copies_at_once_both_succeed(void **unused)
{
    struct db     db;
    struct copier jobs[2];
    pthread_t     threads[2];

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text)");
    for (int i = 0; i < 2; i++) {
        join_db(&jobs[i].db, &db);
        jobs[i].from = i * 10000;
        assert_int_equal(pthread_create(&threads[i], NULL, copy_in_thread, &jobs[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].status, PGCOPY_OK);
        leave_db(&jobs[i].db);
    }
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "4000");
    end_db(&db);
}

static void a_lock_that_is_not_had_in_time_is_55P03(void **unused)
{
    struct db db, other;
    long      before;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    other = db;
    set_lock_ms(&other, 150);
    join_db(&other, &other);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    before = now_ms();
    assert_int_equal(load_begin(&other, "COPY t FROM STDIN"), PGCOPY_ERR_SQL);
    assert_true(now_ms() - before >= 140 && now_ms() - before < 20000);
    assert_string_equal(state(&other), "55P03");
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_int_equal(load_begin(&other, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_end(&other, true), PGCOPY_OK);
    leave_db(&other);
    end_db(&db);
}

/* SQLite will never let it write, so to wait would be in vain. */
static void writing_on_an_old_snapshot_is_40001_at_once(void **unused)
{
    struct db db, other;
    long      before;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    join_db(&other, &db);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    must(&other, "INSERT INTO t VALUES (1, 'x')");
    before = now_ms();
    assert_int_equal(run(&db, "INSERT INTO t VALUES (2, 'y')"), PGCOPY_ERR_SQL);
    assert_true(now_ms() - before < 10000);
    assert_string_equal(state(&db), "40001");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (2, 'y')");
    leave_db(&other);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transactions_keep_or_drop_what_was_loaded),
        cmocka_unit_test(an_empty_transaction_and_an_unknown_savepoint),
        cmocka_unit_test(a_read_only_transaction_changes_nothing),
        cmocka_unit_test(two_copies_at_once_both_succeed),
        cmocka_unit_test(a_lock_that_is_not_had_in_time_is_55P03),
        cmocka_unit_test(writing_on_an_old_snapshot_is_40001_at_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
