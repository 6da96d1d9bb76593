/*
 * test_sqlite_memory.c - the SQLite backend in constant memory, and without any.
 */
#include "db_fixture.h"

#include <sqlite3.h>

/* SQLite's own memory, too: its cache has a limit. */
static void a_million_rows_go_in_and_out_in_constant_memory(void **unused)
{
    struct db     db;
    pgcopy_batch *batch  = pgcopy_batch_new(2, NULL, NULL);
    void         *cursor = NULL;
    size_t        rows   = 0;
    pgcopy_status status;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 1000);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    sqlite3_memory_highwater(1);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_int_equal(start(&db, "COPY t TO STDOUT", NULL, &cursor), PGCOPY_OK);
    do {
        rows += pgcopy_batch_view(batch)->nrows;
        pgcopy_batch_clear(batch);
        status = pgcopy_sqlite.fetch(db.conn, cursor, batch, db.r);
        assert_true(status >= 0);
    } while (status != PGCOPY_END);
    pgcopy_sqlite.finish(db.conn, cursor);
    assert_int_equal(rows + pgcopy_batch_view(batch)->nrows, 1001000);
    assert_true(sqlite3_memory_highwater(0) < 4000000);
    pgcopy_batch_free(batch);
    end_db(&db);
}

struct sweep {
    struct db    *db;
    pgcopy_batch *batch;
    const char   *sql;
};

static bool copy_in_and_out(struct db *db, const char *sql, const pgcopy_batch *batch,
                            pgcopy_batch *out)
{
    pgcopy_stmt  *in     = parse(sql);
    void         *cursor = NULL;
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_sqlite.relation(db->conn, NULL, "t", db->r);
    if (!status)
        status = pgcopy_sqlite.load_begin(db->conn, in, pgcopy_reply_columns(db->r), db->r);
    if (!status) {
        status = pgcopy_sqlite.load_rows(db->conn, batch, 0, db->r);
        assert_int_equal(pgcopy_sqlite.load_end(db->conn, false, db->r), PGCOPY_OK);
    }
    pgcopy_stmt_free(in);
    if (!status)
        status = start(db, "COPY (SELECT 1, 'x', a FROM t) TO STDOUT", NULL, &cursor);
    if (!status) {
        status = pgcopy_sqlite.fetch(db->conn, cursor, out, db->r);
        pgcopy_sqlite.finish(db->conn, cursor);
    }
    return status >= 0;
}

static bool ask_with_parameters(struct db *db)
{
    pgcopy_stmt  *stmt   = parse("SELECT b FROM t WHERE a < $1 AND c = $2");
    pgcopy_batch *params = pgcopy_batch_new(2, NULL, NULL);
    void         *cursor = NULL;
    pgcopy_status status;

    PUT(params, "7", "\\x01");
    pgcopy_reply_clear(db->r);
    status = pgcopy_sqlite.describe(db->conn, stmt, db->r);
    pgcopy_stmt_free(stmt);
    if (!status)
        status = start(db, "INSERT INTO t (a, c) SELECT 1, $2 WHERE CAST($1 AS int) > 7",
                       params, &cursor);
    pgcopy_batch_free(params);
    return status >= 0;
}

static bool sweep_run(const pgcopy_allocator *allocator, void *arg)
{
    struct sweep *sweep = arg;
    struct db     db    = *sweep->db;
    pgcopy_batch *out   = pgcopy_batch_new(0, NULL, NULL);
    bool          done  = false;

    db.r = pgcopy_reply_new(NULL);
    assert_non_null(db.r);
    db.sqlite.path      = db.path;
    db.sqlite.allocator = allocator;
    if (open_db(&db) == PGCOPY_OK) {
        done = copy_in_and_out(&db, sweep->sql, sweep->batch, out) && ask_with_parameters(&db);
        pgcopy_sqlite.close(db.conn);
    }
    pgcopy_reply_free(db.r);
    pgcopy_batch_free(out);
    return done;
}

static void begin_sweep(struct sweep *sweep, struct db *db)
{
    begin_db(db);
    must(db, "CREATE TABLE t (a int, b text, c bytea)");
    *sweep =
        (struct sweep){db, pgcopy_batch_new(3, NULL, NULL), "COPY t FROM STDIN (DEFAULT 'D')"};
    for (int i = 0; i < 70; i++)
        PUT(sweep->batch, "1", "x", "\\x00ff");
    put_marked(sweep->batch, "2", "DEFAULT", "\\x01");
}

static void end_sweep(struct sweep *sweep)
{
    assert_string_equal(value(sweep->db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(sweep->batch);
    end_db(sweep->db);
}

static void every_lack_of_memory_ends_well(void **unused)
{
    struct db    db;
    struct sweep sweep;

    (void)unused;
    begin_sweep(&sweep, &db);
    test_every_failure(sweep_run, &sweep);
    sweep.sql = "COPY t FROM STDIN (DEFAULT 'D') WHERE a > 0 OR b = 'x'";
    test_every_failure(sweep_run, &sweep);
    end_sweep(&sweep);
}

/* Of memory that is not by our allocator. */
static void sqlites_lack_of_memory_ends_well(void **unused)
{
    struct db    db;
    struct sweep sweep;
    bool         done     = false;
    int          failures = 0;

    (void)unused;
    begin_sweep(&sweep, &db);
    for (sqlite3_int64 more = 0; !done; more += 700) {
        failures++;
        sqlite3_hard_heap_limit64(sqlite3_memory_used() + more);
        done = sweep_run(NULL, &sweep);
        sqlite3_hard_heap_limit64(0);
    }
    assert_in_range(failures, 50, 10000);
    end_sweep(&sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_rows_go_in_and_out_in_constant_memory),
        cmocka_unit_test(every_lack_of_memory_ends_well),
        cmocka_unit_test(sqlites_lack_of_memory_ends_well)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
