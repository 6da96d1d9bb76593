/*
 * test_odbc_memory.c - the ODBC backend without memory.
 */
#include "odbc_fixture.h"

struct sweep {
    struct db    *db;
    pgcopy_batch *batch;
};

static bool copy_in_and_out(struct db *db, const pgcopy_batch *batch, pgcopy_batch *out)
{
    pgcopy_stmt  *in     = parse("COPY t FROM STDIN (DEFAULT 'D') WHERE a > 0");
    void         *cursor = NULL;
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_odbc.relation(db->conn, NULL, "t", db->r);
    if (!status)
        status = pgcopy_odbc.load_begin(db->conn, in, pgcopy_reply_columns(db->r), db->r);
    if (!status) {
        status = pgcopy_odbc.load_rows(db->conn, batch, 0, db->r);
        assert_int_equal(pgcopy_odbc.load_end(db->conn, false, db->r), PGCOPY_OK);
    }
    pgcopy_stmt_free(in);
    if (!status)
        status = start(db, "COPY (SELECT 1, 'x', a FROM t) TO STDOUT", NULL, &cursor);
    if (!status) {
        status = pgcopy_odbc.fetch(db->conn, cursor, out, db->r);
        pgcopy_odbc.finish(db->conn, cursor);
    }
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
    db.odbc.connection = db.connection;
    db.odbc.allocator  = allocator;
    if (open_db(&db) == PGCOPY_OK) {
        done = copy_in_and_out(&db, sweep->batch, out);
        pgcopy_odbc.close(db.conn);
    }
    pgcopy_reply_free(db.r);
    pgcopy_batch_free(out);
    return done;
}

static void every_lack_of_memory_ends_well(void **unused)
{
    struct db    db;
    struct sweep sweep = {&db, pgcopy_batch_new(3, NULL, NULL)};

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text, c bytea)");
    for (int i = 0; i < 53; i++)
        PUT(sweep.batch, "1", "x", "\\x00ff");
    put_marked(sweep.batch, "2", "DEFAULT", "\\x01");
    test_every_failure(sweep_run, &sweep);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(sweep.batch);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_lack_of_memory_ends_well)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
