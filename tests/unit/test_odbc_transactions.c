/*
 * test_odbc_transactions.c - transactions by ODBC where the database has no savepoints.
 */
#include "odbc_fixture.h"

static void transactions_need_no_savepoints(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_dialect(&db, "other");
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 120);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");

    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
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

static void savepoints_without_words_for_them_are_refused(void **unused)
{
    struct db db;

    (void)unused;
    begin_dialect(&db, "other");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "a"), PGCOPY_ERR_UNSUPPORTED);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(savepoints_without_words_for_them_are_refused),
        cmocka_unit_test(transactions_need_no_savepoints)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
