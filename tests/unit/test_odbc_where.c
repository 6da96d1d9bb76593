/*
 * test_odbc_where.c - COPY FROM ... WHERE by ODBC: the database behind judges it.
 */
#include "odbc_fixture.h"

static void put_people(pgcopy_batch *batch)
{
    char number[16], name[16], score[16];

    for (int i = 1; i <= 130; i++) { /* groups and a tail */
        snprintf(number, sizeof number, "%d", i);
        snprintf(name, sizeof name, "p%d", i % 7);
        snprintf(score, sizeof score, "%d.50", i);
        put_marked(batch, number, name, i % 10 ? score : NULL);
    }
}

/* What a condition lets in, and that exactly this is counted. */
static const char *filtered(struct db *db, const char *where)
{
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);
    char          sql[512];

    put_people(batch);
    must(db, "DROP TABLE IF EXISTS t");
    must(db, "CREATE TABLE t (id int, name text, score numeric(8,2), kind text DEFAULT 'k', "
             "\"Odd one\" int)");
    snprintf(sql, sizeof sql, "COPY t (id, name, score) FROM STDIN WHERE %s", where);
    assert_int_equal(load_begin_of(db, sql, 3), PGCOPY_OK);
    assert_int_equal(load_rows(db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(db, true), PGCOPY_OK);
    snprintf(sql, sizeof sql, "%llu", (unsigned long long)pgcopy_reply_count(db->r));
    assert_string_equal(value(db, "SELECT count(*) FROM t"), sql);
    pgcopy_batch_free(batch);
    return value(db, "SELECT count(*) || ' ' || coalesce(min(id), 0) || ' ' || "
                     "coalesce(max(kind), '') FROM t");
}

static void a_condition_filters_rows_by_the_columns_of_the_table(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    assert_string_equal(filtered(&db, "true"), "130 1 k");
    assert_string_equal(filtered(&db, "id > 99"), "31 100 k"); /* as text, 9 would be more */
    assert_string_equal(filtered(&db, "t.ID BETWEEN 9 AND 10"), "2 9 k");
    assert_string_equal(filtered(&db, "score < 9.6"), "9 1 k");
    assert_string_equal(filtered(&db, "score IS NULL"), "13 10 k");
    assert_string_equal(filtered(&db, "name = 'p3' AND (id = 3 OR id = 10)"), "2 3 k");
    assert_string_equal(filtered(&db, "\"id\" = 7 OR lower(\"name\") = 'P9'"), "1 7 k");
    assert_string_equal(filtered(&db, "\"Odd one\" IS NULL AND kind IS NULL AND id = 5"),
                        "1 5 k");
    assert_string_equal(filtered(&db, "false"), "0 0 ");
    assert_string_equal(filtered(&db, "name <> ') OR (''1''=''1' AND id < 3"), "2 1 k");
    assert_string_equal(filtered(&db, "id < 3 -- that's all"), "2 1 k");
    assert_string_equal(filtered(&db, "id < 3 /* /* it's */ ) OR (1 = 1 */"), "2 1 k");
    end_db(&db);
}

static void conditions_that_mean_something_else_here_are_refused(void **unused)
{
    static const struct {
        const char *where, *state;
    } refused[] = {
        {"nosuch = 1", "42703"},       {"\"nosuch\" = 1", "42703"},
        {"id IN (SELECT 1)", "0A000"}, {"EXISTS ( /* */ VALUES (1))", "0A000"},
        {"count(*) > 1", "42803"},     {"name = E'\\' OR id = 1 OR name = '", "0A000"},
        {"name = $$x$$", "0A000"},     {"id = $1", "0A000"},
        {"id ? 1", "0A000"},           {"id::text = '1'", "0A000"},
        {"@ id = 1", "0A000"},         {"id = [1)--]", "0A000"}};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (id int, name text)");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        pgcopy_stmt     stmt = {.verb = PGCOPY_VERB_COPY_FROM, .table = "t"};
        pgcopy_columns *cols = pgcopy_columns_new(NULL);

        pgcopy_columns_add(cols, "id", PGCOPY_OID_INT4);
        stmt.where = refused[i].where;
        pgcopy_reply_clear(db.r);
        if (pgcopy_odbc.load_begin(db.conn, &stmt, cols, db.r) != PGCOPY_ERR_SQL)
            fail_msg("%s", refused[i].where);
        assert_string_equal(state(&db), refused[i].state);
        pgcopy_columns_free(cols);
    }
    end_db(&db);
}

/* A row that is left out is not looked at by constraints. */
static void a_bad_row_is_named_behind_a_condition_too(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int UNIQUE, b text)");
    put_numbers(batch, 0, 60);
    PUT(batch, "7", "again, but left out");
    PUT(batch, "8", "again");
    put_numbers(batch, 60, 70);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN WHERE b NOT LIKE '%left out'"),
                     PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 62);
    assert_int_equal(load_rows(&db, batch, 62), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_int_equal(pgcopy_reply_count(db.r), 70);
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void markers_and_a_condition(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text DEFAULT 'b', c text)");
    put_marked(batch, "1", "DEFAULT", "x");
    put_marked(batch, "2", "DEFAULT", "x");
    put_marked(batch, "2", "B", "x");
    assert_int_equal(load(&db, "COPY t FROM STDIN (DEFAULT 'D') WHERE a > 1", batch),
                     PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT group_concat(a || b || c) FROM t"), "2bx,2Bx");
    pgcopy_batch_clear(batch);
    put_marked(batch, "DEFAULT", "DEFAULT", "DEFAULT");
    assert_int_equal(load(&db, "COPY t FROM STDIN (DEFAULT 'D') WHERE a > 1", batch),
                     PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "0A000");
    pgcopy_batch_free(batch);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_condition_filters_rows_by_the_columns_of_the_table),
        cmocka_unit_test(conditions_that_mean_something_else_here_are_refused),
        cmocka_unit_test(a_bad_row_is_named_behind_a_condition_too),
        cmocka_unit_test(markers_and_a_condition)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
