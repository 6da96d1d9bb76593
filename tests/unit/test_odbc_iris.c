/*
 * test_odbc_iris.c - what only the backend's options reach of IRIS: array binding, which its
 * driver may do or not.  TEST_STANDIN is a driver that can be told which; see tests/odbc.
 */
#include "odbc_fixture.h"

#include <dlfcn.h>

#include "odbc/conn.h"

enum { ARRAY = 7, ROWS = 2500 };

static char connection[1024];

/* A new database, by a driver with this habit of arrays. */
static void begin_iris(struct db *db, const char *arrays, uint32_t array_rows)
{
    memset(db, 0, sizeof *db);
    new_file(db);
    snprintf(connection, sizeof connection, "Driver=" TEST_STANDIN ";Database=%s;Arrays=%s",
             db->path, arrays);
    db->backend = &pgcopy_odbc;
    db->odbc    = (pgcopy_odbc_opts){
           .size = sizeof db->odbc, .connection = connection, .array_rows = array_rows};
    db->r = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(db), PGCOPY_OK);
    must(db, "CREATE TABLE t (a int PRIMARY KEY, b varchar(40))");
}

/* Each says one thing of arrays and does it, or another, or nothing. */
static const char *const habits[] = {"works", "refuses", "ignores"};

enum { HABITS = sizeof habits / sizeof *habits };

static void rows_are_in_whatever_the_driver_does_with_arrays(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;

    (void)unused;
    for (size_t i = 0; i < HABITS; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, 0, ROWS);
        PUT(batch, "2500", "");
        PUT(batch, "2501", NULL);
        begin_iris(&db, habits[i], ARRAY);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "2502");
        assert_string_equal(value(&db, "SELECT sum(a) FROM t WHERE b = 'name ' || a"),
                            "3123750");
        assert_string_equal(value(&db, "SELECT a FROM t WHERE b = ''"), "2500");
        assert_string_equal(value(&db, "SELECT a FROM t WHERE b IS NULL"), "2501");
        end_db(&db);
    }
    pgcopy_batch_free(batch);
}

static void the_bad_row_is_named_whatever_the_driver_does_with_arrays(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;

    (void)unused;
    for (size_t i = 0; i < HABITS; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, 0, 1234);
        PUT(batch, "17", "again");
        put_numbers(batch, 1234, ROWS);
        begin_iris(&db, habits[i], ARRAY);
        assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "23505");
        assert_int_equal(failed_row(&db), 1235);
        assert_tells_nothing(&db);
        assert_int_equal(load_rows(&db, batch, 1235), PGCOPY_OK);
        assert_int_equal(load_end(&db, true), PGCOPY_OK);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "2500");
        end_db(&db);
    }
    pgcopy_batch_free(batch);
}

/* The driver is tried on a table of our own first, so one that says that all rows are in and
   has stored the first is found out. */
static void arrays_are_used_where_a_trial_shows_that_they_work(void **unused)
{
    static const struct {
        const char *habit;
        size_t      rows; /* of one execute */
    } drivers[]         = {{"works", 1000}, {"refuses", 1}, {"ignores", 1}, {"lies", 1}};
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;

    (void)unused;
    put_numbers(batch, 0, ROWS);
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        begin_iris(&db, drivers[i].habit, 0);
        assert_int_equal(((const odbc_conn *)db.conn)->array_rows, drivers[i].rows);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "2500");
        end_db(&db);
    }
    pgcopy_batch_free(batch);
}

/* Whoever shares what is known of the nodes is not tried again. */
static void a_trial_is_made_once(void **unused)
{
    pgcopy_odbc_nodes *nodes = pgcopy_odbc_nodes_new(NULL);
    struct db          db;

    (void)unused;
    begin_iris(&db, "lies", 0);
    pgcopy_odbc.close(db.conn);
    db.odbc.nodes = nodes;
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_int_equal(((const odbc_conn *)db.conn)->array_rows, 1);
    pgcopy_odbc.close(db.conn);
    strcpy(strstr(connection, ";Arrays="), ";Arrays=works");
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_int_equal(((const odbc_conn *)db.conn)->array_rows, 1);
    end_db(&db);
    pgcopy_odbc_nodes_free(nodes);
}

/* Groups are of 1024 rows at most, and a transaction has 255 savepoints: behind the 200th group
   rows go one by one. */
static void more_groups_than_savepoints_are_loaded(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;

    (void)unused;
    begin_iris(&db, "works", ARRAY);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    for (int i = 0; i < 300; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, i * 3, i * 3 + 3);
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    }
    pgcopy_batch_clear(batch);
    put_numbers(batch, 900, 902);
    PUT(batch, "4", "again");
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_int_equal(failed_row(&db), 3);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "of_a_client"), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "902");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static bool open_and_close(const pgcopy_allocator *allocator, void *arg)
{
    struct db     db     = *(struct db *)arg;
    pgcopy_status status = PGCOPY_OK;

    db.odbc.allocator = allocator;
    db.r              = pgcopy_reply_new(NULL);
    status            = open_db(&db);
    if (!status)
        pgcopy_odbc.close(db.conn);
    pgcopy_reply_free(db.r);
    return status == PGCOPY_OK;
}

static void every_lack_of_memory_at_connect_ends_well(void **unused)
{
    struct db db;

    (void)unused;
    begin_iris(&db, "works", ARRAY);
    test_every_failure(open_and_close, &db);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_whatever_the_driver_does_with_arrays),
        cmocka_unit_test(the_bad_row_is_named_whatever_the_driver_does_with_arrays),
        cmocka_unit_test(arrays_are_used_where_a_trial_shows_that_they_work),
        cmocka_unit_test(a_trial_is_made_once),
        cmocka_unit_test(more_groups_than_savepoints_are_loaded),
        cmocka_unit_test(every_lack_of_memory_at_connect_ends_well)};

    /* It goes with the driver and forgets its cache of ini files, a leak that is not ours. */
    dlopen("libodbcinst.so.2", RTLD_NOW);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
