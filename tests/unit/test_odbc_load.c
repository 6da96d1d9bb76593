/*
 * test_odbc_load.c - COPY FROM by ODBC: errors of rows, arrays of parameters, and their bounds.
 */
#include "odbc_fixture.h"

#include <unistd.h>

static void constraints_are_told_apart_in_fixed_words(void **unused)
{
    static const struct {
        const char *row[4];
        const char *state, *message;
    } rows[] = {{{"1", "x", "1", "1"},
                 "23505",
                 "duplicate key value violates unique constraint \"t_pkey\""},
                {{"2", NULL, "1", "1"},
                 "23502",
                 "null value in column \"b\" of relation \"t\" violates not-null constraint"},
                {{"3", "x", "-4711", "1"},
                 "23514",
                 "new row for relation \"t\" violates check constraint"},
                {{"4", "x", "1", "4711"},
                 "23503",
                 "insert or update on table \"t\" violates foreign key constraint"},
                {{"four", "x", "1", "1"}, "42804", "value has the wrong type for its column"}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "PRAGMA foreign_keys = ON");
    must(&db, "CREATE TABLE other (id integer PRIMARY KEY)");
    must(&db, "INSERT INTO other VALUES (1)");
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text NOT NULL, c int CHECK (c > 0), "
              "d int REFERENCES other)");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pgcopy_batch_clear(batch);
        PUT(batch, "1", "y", "1", "1");
        put(batch, rows[i].row, 4);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), rows[i].state);
        assert_string_equal(message(&db), rows[i].message);
        assert_int_equal(failed_row(&db), 2);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Texts end at a NUL on their way in: one in the middle must not cut them. */
static void a_nul_in_a_text_is_refused_not_cut(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    for (int before = 0; before < 50; before += 49) { /* alone, and the last of a group */
        pgcopy_batch_clear(batch);
        put_numbers(batch, 0, before);
        pgcopy_batch_put(batch, "1", 1);
        pgcopy_batch_put(batch, "a\0b", 3);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "22021");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void array_binding_stores_and_names_rows_too(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL), *back;
    struct db     db;

    (void)unused;
    begin_db(&db);
    leave_db(&db);
    db.r               = pgcopy_reply_new(NULL);
    db.odbc.array_rows = 40;
    assert_int_equal(open_db(&db), PGCOPY_OK);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text)");
    put_numbers(batch, 0, 130);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    pgcopy_batch_clear(batch);
    put_numbers(batch, 200, 260);
    PUT(batch, "3", "again");
    put_numbers(batch, 260, 300);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_int_equal(failed_row(&db), 61);
    assert_int_equal(load_rows(&db, batch, 61), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "230");
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

/* 1024 rows or 10 MB: of the first kind are rows of a few bytes, of the other of 4000. */
static void an_execute_is_bounded_whatever_is_asked_for(void **unused)
{
    static const struct {
        uint32_t insert_rows, array_rows;
        size_t   len, most;
    } asked[] = {
        {30000, 1, 8, 1024 * 64}, {1, 1000000, 8, 1024 * 64}, {1, 1000000, 20000, 10000000}};
    pgcopy_batch_limits limits = {sizeof limits, 3000, 1u << 30, 3000};
    char                text[20000];

    (void)unused;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        pgcopy_batch      *batch = pgcopy_batch_new(1, &limits, NULL);
        struct test_memory m;
        struct db          db;

        begin_db(&db);
        must(&db, "CREATE TABLE t (a text)");
        leave_db(&db);
        test_memory_init(&m, 0);
        db.r                = pgcopy_reply_new(NULL);
        db.odbc.allocator   = &m.allocator;
        db.odbc.batch_bytes = SIZE_MAX;
        db.odbc.insert_rows = asked[i].insert_rows;
        db.odbc.array_rows  = asked[i].array_rows;
        assert_int_equal(open_db(&db), PGCOPY_OK);
        for (int n = 0; n < 1100; n++) {
            pgcopy_batch_put(batch, text, asked[i].len);
            assert_true(pgcopy_batch_end_row(batch) >= 0);
        }
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
        assert_true(m.peak < asked[i].most + 65536);
        assert_true(m.peak > asked[i].most / 4);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "1100");
        pgcopy_batch_free(batch);
        end_db(&db);
    }
}

static size_t lines_with(const char *path, const char *begin)
{
    FILE  *file = fopen(path, "r");
    char   line[256];
    bool   at_start = true;
    size_t n        = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        n += at_start && strncmp(line, begin, strlen(begin)) == 0;
        at_start = strchr(line, '\n') != NULL;
    }
    fclose(file);
    return n;
}

/* sqliteodbc tells in a file what it says to SQLite.  To prepare an INSERT at each execute is
   two thirds of a load. */
static void a_load_prepares_each_of_its_statements_once(void **unused)
{
    pgcopy_batch_limits limits = {sizeof limits, 5000, 1u << 20, 5000};
    pgcopy_batch       *batch  = pgcopy_batch_new(2, &limits, NULL);
    char                trace[96];
    struct db           db;
    size_t              prepared;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text)");
    leave_db(&db);
    db.r = pgcopy_reply_new(NULL);
    snprintf(trace, sizeof trace, "%s-trace", db.path);
    snprintf(db.connection, sizeof db.connection, SQLITE_DRIVER "%s;TraceFile=%s", db.path,
             trace);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    put_numbers(batch, 0, 4000);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "4000");
    end_db(&db);
    prepared = lines_with(trace, "-- sqlite3_prepare_v2: WITH pgcopy_nothing");
    assert_true(prepared > 0 && prepared <= 8); /* `one`, and the rungs that 4000 rows take */
    assert_int_equal(lines_with(trace, "-- sqlite3_prepare_v2: INSERT"), 0);
    assert_true(lines_with(trace, "WITH pgcopy_nothing") >= 40); /* executes */
    assert_int_equal(lines_with(trace, "-- sqlite3_prepare_v2: SELECT changes"), 1);
    unlink(trace);
    pgcopy_batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constraints_are_told_apart_in_fixed_words),
        cmocka_unit_test(a_nul_in_a_text_is_refused_not_cut),
        cmocka_unit_test(array_binding_stores_and_names_rows_too),
        cmocka_unit_test(an_execute_is_bounded_whatever_is_asked_for),
        cmocka_unit_test(a_load_prepares_each_of_its_statements_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
