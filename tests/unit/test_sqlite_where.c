/*
 * test_sqlite_where.c - COPY FROM ... WHERE, which SQLite itself judges.
 */
#include "db_fixture.h"

/* What a condition lets in of rows (1..200, 'name <n>'); its columns c and d do not come. */
static void check_where(const char *sql, const char *count)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    pgcopy_stmt  *stmt  = parse(sql);
    char          rows[24];

    begin_db(&db);
    must(&db, "CREATE TABLE \"T able\" (A integer, b text, c int DEFAULT (3 + 4), "
              "d date DEFAULT '2024-01-31', e text, f int GENERATED ALWAYS AS (A + 1))");
    put_numbers(batch, 1, 201);
    pgcopy_reply_clear(db.r);
    if (pgcopy_sqlite.load_begin(db.conn, stmt, NULL, db.r) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(&db), message(&db));
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    snprintf(rows, sizeof rows, "%llu", (unsigned long long)pgcopy_reply_count(db.r));
    assert_string_equal(rows, count);
    assert_string_equal(value(&db, "SELECT count(*) FROM \"T able\""), count);
    pgcopy_stmt_free(stmt);
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_condition_sees_the_row_as_it_would_be(void **unused)
{
    (void)unused;
#define FROM "COPY \"t able\" (a, b) FROM STDIN WHERE "
    check_where(FROM "true", "200");
    check_where(FROM "a <= '9'", "190"); /* its type is not known: as text */
    check_where(FROM "b = 'name 7' or b like '%99' -- those", "3");
    check_where(FROM "b = 'name ?' /* it's ? /* not) */ ' */ OR b = 'name 3'", "1");
    check_where(FROM "c = 7 AND d > '2024-01-30' AND e IS NULL AND length(b) = 6", "9");
    check_where(FROM "\"T able\".b = 'name 8'", "1");
    check_where(FROM "false", "0");
#undef FROM
}

static pgcopy_status load_where(struct db *db, const char *sql, const pgcopy_batch *batch)
{
    pgcopy_status status = load_begin(db, sql);

    if (!status) {
        status = load_rows(db, batch, 0);
        if (status)
            return status;
        assert_int_equal(load_end(db, true), PGCOPY_OK);
    }
    return status;
}

static void a_condition_compares_by_the_columns_types(void **unused)
{
    static const struct {
        const char *where, *count;
    } checks[] = {{"a < 10", "2"},        {"a < '10'", "2"},
                  {"n < 10.5", "1"},      {"n = '2.50'", "1"},
                  {"f > 1e3", "1"},       {"ok", "2"},
                  {"NOT ok", "1"},        {"ok = true", "2"},
                  {"raw = x'00ff'", "1"}, {"born < '2000-01-01'", "1"},
                  {"born IS NULL", "1"},  {"t.a = 100", "1"}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(6, NULL, NULL);

    (void)unused;
    begin_db(&db);
    PUT(batch, "9", "2.5", "0.5", "t", "\\x00ff", "1999-12-31");
    PUT(batch, "-3", "100", "1e4", "f", "\\x", "2000-01-01");
    PUT(batch, "100", "11", "2", "t", "\\x01", NULL);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        char sql[128];

        must(&db,
             "CREATE TABLE t (a int, n numeric, f real, ok boolean, raw bytea, born date)");
        snprintf(sql, sizeof sql, "COPY t FROM STDIN WHERE %s", checks[i].where);
        if (load_where(&db, sql, batch) != PGCOPY_OK)
            fail_msg("%s: %s %s", sql, state(&db), message(&db));
        value(&db, "SELECT count(*) FROM t");
        if (strcmp(db.value, checks[i].count) != 0)
            fail_msg("%s lets in %s, not %s", checks[i].where, db.value, checks[i].count);
        must(&db, "DROP TABLE t");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_condition_goes_with_markers_and_bad_rows(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text DEFAULT 'b', c int DEFAULT 5)");
    put_marked(batch, "1", "DEFAULT", "5");       /* in  */
    put_marked(batch, "1", "DEFAULT", "6");       /* out, so that it is no duplicate */
    put_marked(batch, "DEFAULT", "b", "DEFAULT"); /* in  */
    put_marked(batch, "DEFAULT", "DEFAULT", "DEFAULT");
    put_marked(batch, "1", "DEFAULT", "5"); /* bad */
    put_marked(batch, "9", "b", "5");
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN (DEFAULT 'D') WHERE b = 'b' AND c = 5"),
                     PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 5);
    assert_int_equal(load_rows(&db, batch, 5), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_true(pgcopy_reply_count(db.r) == 4);
    assert_string_equal(value(&db, "SELECT group_concat(a) FROM t WHERE b = 'b' AND c = 5"),
                        "1,2,3,9");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_wrong_condition_is_refused_before_a_row_moves(void **unused)
{
    static const struct {
        const char *where, *state;
    } wrong[] = {
        {"nowhere = 1", "42703"},    {"twice > 1", "42703"}, /* generated: not there yet */
        {"\"a b\" <> 'x'", "42703"},                         /* no string */
        {"count(*) > 1", "42803"},   {"a IN ( /* all */ SELECT 1)", "0A000"},
        {"a = ?1", "42601"},         {"a = $1", "42601"},
        {"a = :b", "42601"},         {"no_such(a) > 1", "42883"},
        {"a > > 1", "42601"}};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, twice int GENERATED ALWAYS AS (a * 2))");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char sql[128];

        snprintf(sql, sizeof sql, "COPY t (a) FROM STDIN WHERE %s", wrong[i].where);
        assert_int_equal(load_begin(&db, sql), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), wrong[i].state);
        must(&db, "INSERT INTO t VALUES (1)"); /* no transaction was left open */
    }
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_condition_sees_the_row_as_it_would_be),
        cmocka_unit_test(a_condition_compares_by_the_columns_types),
        cmocka_unit_test(a_condition_goes_with_markers_and_bad_rows),
        cmocka_unit_test(a_wrong_condition_is_refused_before_a_row_moves)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
