/*
 * test_db_load.c - COPY FROM into SQLite, by its own backend and by ODBC: all rows or the place
 * of the bad one.
 */
#include "db_fixture.h"

static void rows_of_several_batches_are_stored(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE patients (id integer PRIMARY KEY, name varchar(40) NOT NULL)");
    assert_int_equal(load_begin(&db, "COPY patients FROM STDIN"), PGCOPY_OK);
    for (int i = 0; i < 100; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, i * 250, (i + 1) * 250);
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    }
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM patients"), "25000");
    assert_string_equal(value(&db, "SELECT sum(id) FROM patients"), "312487500");
    assert_string_equal(value(&db, "SELECT count(*) FROM patients WHERE name = 'name ' || id"),
                        "25000");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void rows_before_first_are_left_out(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 200);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 77), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 200), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 201), PGCOPY_ERR_USAGE);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) || ' ' || min(a) FROM t"), "123 77");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* In each place of a group of 50, and of the tail. */
static void a_bad_row_is_named_and_the_rows_before_it_are_in(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text)");
    for (size_t bad = 1; bad < 130; bad += bad < 3 || (bad > 47 && bad < 53) ? 1 : 13) {
        char rows[32];

        must(&db, "DELETE FROM t");
        pgcopy_batch_clear(batch);
        put_numbers(batch, 0, (int)bad);
        PUT(batch, "0", "again");
        put_numbers(batch, (int)bad, 130);
        assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "23505");
        assert_int_equal(failed_row(&db), bad + 1);
        /* ON_ERROR ignore: the same batch comes again from behind the row. */
        assert_string_equal(value(&db, "SELECT count(*) FROM t"),
                            (snprintf(rows, sizeof rows, "%zu", bad), rows));
        assert_int_equal(load_rows(&db, batch, bad + 1), PGCOPY_OK);
        assert_int_equal(load_end(&db, true), PGCOPY_OK);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "130");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* SQLite and its driver say success; the count says otherwise. */
static void a_row_that_the_database_drops_in_silence_fails_the_copy(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY ON CONFLICT IGNORE, b text)");
    put_numbers(batch, 0, 60);
    PUT(batch, "7", "dropped");
    put_numbers(batch, 60, 120);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "XX000");
    assert_int_equal(failed_row(&db), 61);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Then there is no savepoint to go back to, and a repetition would be committed row by row. */
static void nothing_is_repeated_when_the_database_ended_the_transaction(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY ON CONFLICT ROLLBACK, b text)");
    put_numbers(batch, 0, 60);
    PUT(batch, "7", "again");
    put_numbers(batch, 60, 120);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_int_equal(failed_row(&db), 0);
    assert_int_equal(load_end(&db, false), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    must(&db, "INSERT INTO t VALUES (1, 'x')");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void columns_with_a_marker_get_their_default(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);
    char          number[16];

    (void)unused;
    begin_db(&db);
    must(&db,
         "CREATE TABLE t (a integer PRIMARY KEY, b text DEFAULT 'b', c bytea DEFAULT x'01')");
    for (int i = 1; i <= 200; i++) { /* runs of both kinds, longer than a group and shorter */
        snprintf(number, sizeof number, "%d", i);
        put_marked(batch, number, i > 120 && i % 3 ? "DEFAULT" : NULL,
                   i < 60 || i % 2 ? "\\x02" : "DEFAULT");
    }
    put_marked(batch, "DEFAULT", "DEFAULT", "DEFAULT");
    assert_int_equal(load(&db, "COPY t FROM STDIN (DEFAULT 'D')", batch), PGCOPY_OK);
    assert_string_equal(
        value(&db, "SELECT count(*) FROM t WHERE (b IS 'b') = (a > 120 AND a % 3 > 0) AND "
                   "(c = x'01') = (a >= 60 AND a % 2 = 0) AND a <= 200"),
        "200");
    assert_string_equal(value(&db, "SELECT a || b || hex(c) FROM t WHERE a > 200"), "201b01");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Every set of columns that can be left out, so that statements are made anew. */
static void a_bad_row_with_markers_is_named(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);
    char          number[16];

    (void)unused;
    begin_db(&db);
    must(&db,
         "CREATE TABLE t (a int UNIQUE DEFAULT 0, b text DEFAULT 'b', c text DEFAULT 'c')");
    for (int i = 1; i < 60; i++) {
        snprintf(number, sizeof number, "%d", i);
        put_marked(batch,
                   i == 56   ? "DEFAULT"
                   : i == 49 ? "DEFAULT"
                             : number,
                   i & 2 ? "DEFAULT" : "x", i & 4 ? "DEFAULT" : "y");
    }
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN (DEFAULT 'D')"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 56);
    assert_int_equal(load_rows(&db, batch, 56), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "58");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Without the option there should be none.  Its -2 is ODBC's SQL_DATA_AT_EXEC, at which a
   driver would wait for us for ever. */
static void a_default_marker_is_never_bound(void **unused)
{
    static const int last[] = {1, 50, 64}; /* alone, and the last of a group */
    struct db        db;
    pgcopy_batch    *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    for (size_t i = 0; i < 3; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, 1, last[i]);
        pgcopy_batch_put(batch, "1", 1);
        pgcopy_batch_put(batch, NULL, PGCOPY_DEFAULT);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "0A000");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_copy_without_begin_is_all_or_nothing(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 300);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, false), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_ERR_USAGE);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    leave_db(&db); /* close in the middle */
    db.r = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_several_batches_are_stored),
        cmocka_unit_test(rows_before_first_are_left_out),
        cmocka_unit_test(a_bad_row_is_named_and_the_rows_before_it_are_in),
        cmocka_unit_test(a_row_that_the_database_drops_in_silence_fails_the_copy),
        cmocka_unit_test(nothing_is_repeated_when_the_database_ended_the_transaction),
        cmocka_unit_test(columns_with_a_marker_get_their_default),
        cmocka_unit_test(a_bad_row_with_markers_is_named),
        cmocka_unit_test(a_default_marker_is_never_bound),
        cmocka_unit_test(a_copy_without_begin_is_all_or_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
