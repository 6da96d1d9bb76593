/*
 * test_odbc_iris.c - what only the backend's options reach of IRIS: array binding, which its
 * driver may do or not.  TEST_STANDIN is a driver that can be told which; see tests/odbc.
 */
#include "odbc_db.h"

#include <dlfcn.h>
#include <unistd.h>

enum { ARRAY = 7, ROWS = 2500 };

static char connection[1024];

/* A new database, by a driver with this habit of arrays. */
static void begin_iris(struct db *db, const char *arrays, uint32_t array_rows)
{
    int fd;

    memset(db, 0, sizeof *db);
    snprintf(db->path, sizeof db->path, "/tmp/pgcopy-iris-XXXXXX");
    fd = mkstemp(db->path);
    assert_true(fd >= 0);
    close(fd);
    snprintf(connection, sizeof connection, "Driver=" TEST_STANDIN ";Database=%s;Arrays=%s",
             db->path, arrays);
    db->opts = (pgcopy_odbc_opts){
        .size = sizeof db->opts, .connection = connection, .array_rows = array_rows};
    db->r = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(db), PGCOPY_OK);
    must(db, "CREATE TABLE t (a int PRIMARY KEY, b varchar(40))");
}

static void end_iris(struct db *db)
{
    char file[80];

    leave_db(db);
    unlink(db->path);
    snprintf(file, sizeof file, "%s-wal", db->path);
    unlink(file);
    snprintf(file, sizeof file, "%s-shm", db->path);
    unlink(file);
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
        end_iris(&db);
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
        end_iris(&db);
    }
    pgcopy_batch_free(batch);
}

/* It says that all are in, and has stored the first: so arrays are for who asks for them. */
static void a_driver_that_lies_about_arrays_does_no_harm(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;

    (void)unused;
    put_numbers(batch, 0, ROWS);
    begin_iris(&db, "lies", 0);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "2500");
    pgcopy_batch_free(batch);
    end_iris(&db);
}

/* Groups are of 1000 rows at most, and a transaction has 255 savepoints: behind the 200th group
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
    end_iris(&db);
}

static bool open_and_close(const pgcopy_allocator *allocator, void *arg)
{
    struct db     db     = *(struct db *)arg;
    pgcopy_status status = PGCOPY_OK;

    db.opts.allocator = allocator;
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
    end_iris(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_whatever_the_driver_does_with_arrays),
        cmocka_unit_test(the_bad_row_is_named_whatever_the_driver_does_with_arrays),
        cmocka_unit_test(a_driver_that_lies_about_arrays_does_no_harm),
        cmocka_unit_test(more_groups_than_savepoints_are_loaded),
        cmocka_unit_test(every_lack_of_memory_at_connect_ends_well)};

    /* It goes with the driver and forgets its cache of ini files, a leak that is not ours. */
    dlopen("libodbcinst.so.2", RTLD_NOW);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
