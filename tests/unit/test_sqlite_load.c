/*
 * test_sqlite_load.c - COPY FROM into SQLite as only its own backend does it: by the types of
 * columns, in inserts of many rows.
 */
#include "db_fixture.h"

/* Floats are compared by their bits; SQLite's own reader and writer would lose some. */
static void floats_come_back_to_the_last_bit(void **unused)
{
    static const char *const texts[] = {
        "0.1",    "-0.3",  "1e-320",   "2.2250738585072014e-308", "1.7976931348623157e+308",
        "5e-324", "1e+22", "123456.7", "0.30000000000000004",     "9007199254740993"};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(1, NULL, NULL), *back;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a double precision)");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        PUT(batch, texts[i]);
    PUT(batch, "NaN");
    PUT(batch, "-Infinity");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char         text[40];
        pgcopy_slice v = pgcopy_batch_value(back, i, 0);

        snprintf(text, sizeof text, "%.*s", (int)v.len, (const char *)v.data);
        assert_true(strtod(text, NULL) == strtod(texts[i], NULL));
    }
    assert_memory_equal(pgcopy_batch_value(back, 10, 0).data, "NaN", 3);
    assert_memory_equal(pgcopy_batch_value(back, 11, 0).data, "-Infinity", 9);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

static void integers_come_back_from_end_to_end(void **unused)
{
    static const char *const texts[] = {"0",
                                        "-1",
                                        "999999999999999999",
                                        "-999999999999999999",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "42"};
    struct db                db;
    pgcopy_batch            *batch = pgcopy_batch_new(2, NULL, NULL), *back;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a bigint, b numeric(12,2))");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        PUT(batch, texts[i], i % 2 ? "12.5" : "-7");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    assert_string_equal(value(&db, "SELECT count(*) FROM t WHERE typeof(a) = 'integer'"), "7");
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

/* Rows of a failed INSERT stay where the table says so, and must not be there twice. */
static void a_bad_row_is_named_where_the_table_keeps_half_an_insert(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY ON CONFLICT FAIL, b text)");
    put_numbers(batch, 0, 100);
    PUT(batch, "50", "again");
    put_numbers(batch, 100, 200);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 101);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "100");
    assert_int_equal(load_rows(&db, batch, 101), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "200");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* One INSERT never has more parameters than SQLite takes. */
static void wide_tables_are_loaded_in_smaller_inserts(void **unused)
{
    struct db           db;
    pgcopy_buf          sql    = {0};
    pgcopy_batch_limits limits = {sizeof limits, 1000, 1u << 30, 10000000};
    pgcopy_batch       *batch  = pgcopy_batch_new(1500, &limits, NULL);
    char                text[32];

    (void)unused;
    begin_db(&db);
    pgcopy_buf_append(&sql, "CREATE TABLE t (c0 int", 22);
    for (int i = 1; i < 1500; i++)
        pgcopy_buf_append(&sql, text, (size_t)snprintf(text, sizeof text, ", c%d int", i));
    pgcopy_buf_append(&sql, ")", 2);
    must(&db, (const char *)sql.data);
    for (int i = 0; i < 100 * 1500; i++) {
        pgcopy_batch_put(batch, text, (size_t)snprintf(text, sizeof text, "%d", i));
        if (i % 1500 == 1499)
            assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    }
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(
        value(&db, "SELECT count(*) || ' ' || sum(c0) || ' ' || max(c1499) FROM t"),
        "100 7425000 149999");
    pgcopy_buf_free(&sql);
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Without types nobody has looked at the values: what does not fit goes in as it came. */
static void values_of_other_types_are_bound_as_text(void **unused)
{
    static const char *const rows[][4] = {
        {"1.5", "maybe", "1e", "no bytes"},
        {"-", "", "", ""},
        {"12345678901234567890", "true",
         "0.1000000000000000000000000000000000000000000000000000000000000000001", "\\x"}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a bigint, b boolean, c real, d bytea)");
    for (size_t i = 0; i < 3; i++)
        put(batch, rows[i], 4);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT a || b || c || d FROM t WHERE a = 1.5"),
                        "1.5maybe1eno bytes");
    assert_string_equal(value(&db, "SELECT a || b || c || d || '.' FROM t WHERE a = '-'"),
                        "-.");
    assert_string_equal(value(&db, "SELECT typeof(a) || b || c || typeof(d) FROM t WHERE a > 2 "
                                   "AND typeof(a) <> 'text'"),
                        "realtrue0.1blob");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* A row of a load can be long at work, too: here by its trigger. */
static void a_load_is_cut_short_and_gone(void **unused)
{
    struct db        db;
    struct canceller job;
    pgcopy_batch    *batch = pgcopy_batch_new(2, NULL, NULL);
    pthread_t        thread;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    assert_int_equal(run_raw(&db,
                             "CREATE TRIGGER slow BEFORE INSERT ON t WHEN new.a = 70 BEGIN "
                             "SELECT count(*) FROM " ENDLESS "; END"),
                     PGCOPY_OK);
    put_numbers(batch, 0, 100);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    thread = cancel_soon(&job, &db, 1);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "57014");
    pthread_join(thread, NULL);
    assert_int_equal(load_end(&db, false), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_come_back_to_the_last_bit),
        cmocka_unit_test(integers_come_back_from_end_to_end),
        cmocka_unit_test(a_bad_row_is_named_where_the_table_keeps_half_an_insert),
        cmocka_unit_test(wide_tables_are_loaded_in_smaller_inserts),
        cmocka_unit_test(values_of_other_types_are_bound_as_text),
        cmocka_unit_test(a_load_is_cut_short_and_gone)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
