/* test_copy_check.c - what PostgreSQL refuses before the first row, in its order and words. */
#include "harness.h"

#include <pgcopy/copy.h>

#include <stdio.h>
#include <string.h>

static pgcopy_stmt *parse(const char *sql)
{
    size_t       pos  = 0;
    pgcopy_stmt *stmt = NULL;
    pgcopy_error err;

    assert_int_equal(pgcopy_stmt_parse((pgcopy_slice){(const uint8_t *)sql, strlen(sql)}, &pos,
                                       NULL, &stmt, &err),
                     PGCOPY_OK);
    return stmt;
}

/* t: a int4 NOT NULL, b text DEFAULT, g int4 GENERATED. */
static pgcopy_columns *table(pgcopy_relation kind)
{
    pgcopy_columns *cols = pgcopy_columns_new(NULL);

    pgcopy_columns_add(cols, "a", PGCOPY_OID_INT4)->not_null    = true;
    pgcopy_columns_add(cols, "b", PGCOPY_OID_TEXT)->has_default = true;
    pgcopy_columns_add(cols, "g", PGCOPY_OID_INT4)->generated   = true;
    pgcopy_columns_set_relation(cols, kind);
    return cols;
}

static void add(char *dst, const char *text)
{
    strcat(dst, text);
}

/* "42703 message | detail | hint", or the columns that are copied: "a b". */
static void check(const char *sql, const pgcopy_columns *relation, const pgcopy_tx *tx,
                  char *got)
{
    pgcopy_stmt    *stmt   = parse(sql);
    pgcopy_columns *target = pgcopy_columns_new(NULL);
    pgcopy_error    err    = {0};
    pgcopy_status   rc     = pgcopy_copy_check(stmt, relation, tx, target, &err);

    got[0] = '\0';
    if (rc == PGCOPY_END)
        add(got, "END ");
    if (rc != PGCOPY_OK) {
        assert_true(rc == PGCOPY_END || rc == PGCOPY_ERR_SQL);
        add(got, err.sqlstate);
        add(got, " ");
        add(got, err.message);
        add(got, err.detail[0] ? " | " : "");
        add(got, err.detail);
        add(got, err.hint[0] ? " | " : "");
        add(got, err.hint);
    }
    for (size_t i = 0; rc == PGCOPY_OK && i < pgcopy_columns_count(target); i++) {
        add(got, i ? " " : "");
        add(got, pgcopy_columns_at(target, i)->name);
    }
    pgcopy_columns_free(target);
    pgcopy_stmt_free(stmt);
}

static void expect_tx(const char *sql, pgcopy_relation kind, const pgcopy_tx *tx,
                      const char *expected)
{
    pgcopy_columns *relation = table(kind);
    char            got[1024];

    check(sql, relation, tx, got);
    assert_string_equal(got, expected);
    pgcopy_columns_free(relation);
}

static void expect(const char *sql, const char *expected)
{
    expect_tx(sql, PGCOPY_RELATION_TABLE, NULL, expected);
}

static void expect_kind(const char *sql, pgcopy_relation kind, const char *expected)
{
    expect_tx(sql, kind, NULL, expected);
}

static void expect_unknown(const char *sql, const char *expected)
{
    char got[1024];

    check(sql, NULL, NULL, got);
    assert_string_equal(got, expected);
}

/* ---- Columns ------------------------------------------------------------------------ */

static void generated_columns_are_not_copied(void **state)
{
    (void)state;
    expect("COPY t FROM STDIN", "a b");
    expect("COPY t TO STDOUT", "a b");
    expect("COPY t (b, a) FROM STDIN", "b a");
    expect("COPY t (g) FROM STDIN", "42P10 column \"g\" is a generated column | Generated "
                                    "columns cannot be used in COPY.");
}

static void columns_are_looked_up(void **state)
{
    (void)state;
    expect("COPY t (a, z) TO STDOUT", "42703 column \"z\" of relation \"t\" does not exist");
    expect("COPY t (a, a) FROM STDIN", "42701 column \"a\" specified more than once");
    expect("COPY t (a, a, z) FROM STDIN", "42701 column \"a\" specified more than once");
}

/* Other databases keep the case that PostgreSQL folds away. */
static void folded_names_are_found_if_only_one_fits_and_quoted_ones_exactly(void **state)
{
    static const char *const names[] = {"PatientID", "Name", "name", "NAME"};
    pgcopy_columns          *cols    = pgcopy_columns_new(NULL);
    char                     got[1024];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        pgcopy_columns_add(cols, names[i], PGCOPY_OID_TEXT);
    check("COPY t (patientid, name) FROM STDIN", cols, NULL, got);
    assert_string_equal(got, "PatientID name");
    check("COPY t (patientid) TO STDOUT (FORMAT csv, FORCE_QUOTE (PATIENTID))", cols, NULL,
          got);
    assert_string_equal(got, "PatientID");
    check("COPY t (patientid, \"PatientID\") FROM STDIN", cols, NULL, got);
    assert_string_equal(got, "42701 column \"PatientID\" specified more than once");
    check("COPY t (\"NAME\", \"name\", \"Name\") FROM STDIN", cols, NULL, got);
    assert_string_equal(got, "NAME name Name");
    check("COPY t (\"patientID\") FROM STDIN", cols, NULL, got);
    assert_string_equal(got, "42703 column \"patientID\" of relation \"t\" does not exist");
    check("COPY t (\"nAME\") FROM STDIN", cols, NULL, got);
    assert_string_equal(got, "42703 column \"nAME\" of relation \"t\" does not exist");
    pgcopy_columns_free(cols);
}

static void the_target_has_types_and_what_they_may_be(void **state)
{
    pgcopy_columns      *relation = table(PGCOPY_RELATION_TABLE);
    pgcopy_columns      *target   = pgcopy_columns_new(NULL);
    pgcopy_stmt         *stmt     = parse("COPY t (b, a) FROM STDIN");
    const pgcopy_column *b, *a;

    (void)state;
    assert_int_equal(pgcopy_copy_check(stmt, relation, NULL, target, NULL), PGCOPY_OK);
    b = pgcopy_columns_at(target, 0);
    a = pgcopy_columns_at(target, 1);
    assert_true(b->type == PGCOPY_OID_TEXT && b->has_default && !b->not_null);
    assert_true(a->type == PGCOPY_OID_INT4 && !a->has_default && a->not_null);
    pgcopy_stmt_free(stmt);
    pgcopy_columns_free(relation);
    pgcopy_columns_free(target);
}

static void where_is_judged_before_all_else(void **state)
{
    const char *subquery  = "0A000 cannot use subquery in COPY FROM WHERE condition";
    const char *generated = "42P10 generated columns are not supported in COPY FROM WHERE "
                            "conditions | Column \"g\" is a generated column.";

    (void)state;
    expect("COPY t (z) FROM STDIN (WHAT) WHERE y > 0", "42703 column \"y\" does not exist");
    expect("COPY t FROM STDIN WHERE a + y > 0", "42703 column \"y\" does not exist");
    expect("COPY t FROM STDIN WHERE t.y > 0", "42703 column t.y does not exist");
    expect("COPY t FROM STDIN WHERE u.a > 0",
           "42P01 missing FROM-clause entry for table \"u\"");
    expect("COPY t FROM STDIN WHERE count(a) > y",
           "42803 aggregate functions are not allowed in COPY FROM WHERE conditions");
    expect("COPY t FROM STDIN WHERE count(y) > 0", "42703 column \"y\" does not exist");
    expect("COPY t FROM STDIN WHERE sum(a) OVER () > 0",
           "42P20 window functions are not allowed in COPY FROM WHERE conditions");
    expect("COPY t FROM STDIN WHERE rank() > 0",
           "42809 window function rank requires an OVER clause");
    expect("COPY t FROM STDIN WHERE generate_series(1, 2) > 0",
           "0A000 set-returning functions are not allowed in COPY FROM WHERE conditions");
    expect("COPY t FROM STDIN WHERE a IN (SELECT 1)", subquery);
    expect("COPY t FROM STDIN WHERE (SELECT true)", subquery);
    expect("COPY t FROM STDIN WHERE EXISTS (SELECT 1)", subquery);
    expect("COPY t FROM STDIN WHERE g > 0", generated);
    expect("COPY t FROM STDIN WHERE g > 0 OR y", "42703 column \"y\" does not exist");
    expect("COPY t FROM STDIN WHERE a",
           "42804 argument of WHERE must be type boolean, not type integer");
}

static void what_is_not_understood_of_where_is_the_databases(void **state)
{
    static const char *const good[] = {"a > 0 AND NOT b IS NULL",
                                       "t.a IN (1, 2)",
                                       "a::text = '1'",
                                       "b COLLATE \"C\" = 'x'",
                                       "CAST(a AS int) = 1",
                                       "date '2024-01-01' < now()",
                                       "extract(year FROM now()) > 0",
                                       "timestamp with time zone '2024-01-01' IS NULL",
                                       "substring(b from 1 for 2) = 'x'",
                                       "f(y := 1)",
                                       "public.t.a = 1",
                                       "tableoid = 1",
                                       "t IS NULL",
                                       "current_user = 'x'",
                                       "CASE WHEN a = 1 THEN true ELSE false END",
                                       "\"a\" = A",
                                       "a IS DISTINCT FROM 2"};
    char                     sql[200];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(sql, sizeof sql, "COPY t FROM STDIN WHERE %s", good[i]);
        expect(sql, "a b");
    }
}

static void a_mistake_in_where_has_its_place(void **state)
{
    static const struct {
        const char *sql;
        uint32_t    position;
    } cases[]                = {{"COPY t FROM STDIN WHERE \xc3\xa9 = 1", 25},
                                {"COPY t FROM STDIN WHERE a = 1 AND y", 35},
                                {"COPY t FROM STDIN WHERE a NOT IN (SELECT 1)", 27},
                                {"COPY t FROM STDIN WHERE NOT EXISTS (SELECT 1)", 29},
                                {"COPY t FROM STDIN WHERE b = '\xc3\xa9' AND max(a) = 1", 37}};
    pgcopy_columns *relation = table(PGCOPY_RELATION_TABLE);
    pgcopy_error    err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgcopy_stmt *stmt = parse(cases[i].sql);
        assert_int_equal(pgcopy_copy_check(stmt, relation, NULL, NULL, &err), PGCOPY_ERR_SQL);
        assert_int_equal(err.position, cases[i].position);
        pgcopy_stmt_free(stmt);
    }
    pgcopy_columns_free(relation);
}

static void behind_where_the_database_looks_for_nulls(void **state)
{
    pgcopy_columns *relation = table(PGCOPY_RELATION_TABLE);
    pgcopy_columns *target   = pgcopy_columns_new(NULL);
    pgcopy_stmt    *stmt     = parse("COPY t (a) FROM STDIN WHERE a > 0");

    (void)state;
    assert_int_equal(pgcopy_copy_check(stmt, relation, NULL, target, NULL), PGCOPY_OK);
    assert_false(pgcopy_columns_at(target, 0)->not_null);
    pgcopy_stmt_free(stmt);
    pgcopy_columns_free(relation);
    pgcopy_columns_free(target);
}

static void without_a_relation_only_the_statement_is_checked(void **state)
{
    (void)state;
    expect_unknown("COPY t FROM STDIN", "");
    expect_unknown("COPY t (x, y) FROM STDIN", "x y");
    expect_unknown("COPY t (x, x) FROM STDIN", "42701 column \"x\" specified more than once");
    expect_unknown("COPY t (x) FROM STDIN (FORMAT csv, FORCE_NULL (y))",
                   "42P10 FORCE_NULL column \"y\" not referenced by COPY");
    expect_unknown("COPY t FROM STDIN (FORMAT csv, FORCE_NULL (y))", "");
}

static void a_list_for_an_unknown_relation_is_no_longer_than_a_table(void **state)
{
    char sql[16384] = "COPY t (x", got[1024];

    (void)state;
    for (int i = 1; i < 1601; i++)
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), ",x%d", i);
    strcat(sql, ") FROM STDIN");
    check(sql, NULL, NULL, got);
    assert_string_equal(got, "54011 tables can have at most 1600 columns");
}

/* ---- FORCE_* ------------------------------------------------------------------------ */

static void forced_columns_must_be_copied(void **state)
{
    (void)state;
    expect("COPY t (a) FROM STDIN (FORMAT csv, FORCE_NULL (b))",
           "42P10 FORCE_NULL column \"b\" not referenced by COPY");
    expect("COPY t (a) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (b), FORCE_NULL (z))",
           "42P10 FORCE_NOT_NULL column \"b\" not referenced by COPY");
    expect("COPY t (a) TO STDOUT (FORMAT csv, FORCE_QUOTE (b))",
           "42P10 FORCE_QUOTE column \"b\" not referenced by COPY");
    expect("COPY t (a) FROM STDIN (FORMAT csv, FORCE_NULL (g))",
           "42P10 column \"g\" is a generated column | Generated columns cannot be used in "
           "COPY.");
    expect("COPY t FROM STDIN (FORMAT csv, FORCE_NULL (z))",
           "42703 column \"z\" of relation \"t\" does not exist");
    expect("COPY t FROM STDIN (FORMAT csv, FORCE_NULL (a, a))",
           "42701 column \"a\" specified more than once");
    expect("COPY t (a) FROM STDIN (FORMAT csv, FORCE_NULL *, FORCE_NOT_NULL (a))", "a");
}

static void selected_columns_must_be_copied(void **state)
{
    (void)state;
    expect("COPY t (a) FROM STDIN (CONVERT_SELECTIVELY (b))",
           "42P10 selected column \"b\" not referenced by COPY");
    expect("COPY t (a) FROM STDIN (CONVERT_SELECTIVELY)",
           "42P10 selected column \"b\" not referenced by COPY");
    expect("COPY t FROM STDIN (CONVERT_SELECTIVELY (z))",
           "42703 column \"z\" of relation \"t\" does not exist");
    expect("COPY t FROM STDIN (FORMAT csv, CONVERT_SELECTIVELY (z), FORCE_NULL (y))",
           "42703 column \"y\" of relation \"t\" does not exist");
    expect("COPY t FROM STDIN (CONVERT_SELECTIVELY)", "a b");
    expect("COPY t TO STDOUT (CONVERT_SELECTIVELY (z))", "a b");
}

static void a_query_has_no_relation_to_name(void **state)
{
    (void)state;
    expect_kind("COPY (SELECT a, b) TO STDOUT (FORMAT csv, FORCE_QUOTE (z))",
                PGCOPY_RELATION_TABLE, "42703 column \"z\" does not exist");
    expect_kind("COPY (SELECT a, b) TO STDOUT (FORMAT csv, FORCE_QUOTE (a, a))",
                PGCOPY_RELATION_TABLE, "42701 column \"a\" specified more than once");
    expect_unknown("COPY (SELECT nope()) TO STDOUT (FORMAT csv, FORCE_QUOTE (a, a))", "");
}

/* ---- Kinds of relation -------------------------------------------------------------- */

static void from_other_relations_is_refused_at_once(void **state)
{
    const char *hint = " | Try the COPY (SELECT ...) TO variant.";
    char        expected[256];

    (void)state;
    snprintf(expected, sizeof expected, "42809 cannot copy from view \"t\"%s", hint);
    expect_kind("COPY t TO STDOUT", PGCOPY_RELATION_VIEW, expected);
    snprintf(expected, sizeof expected, "42809 cannot copy from partitioned table \"t\"%s",
             hint);
    expect_kind("COPY t TO STDOUT", PGCOPY_RELATION_PARTITIONED, expected);
    snprintf(expected, sizeof expected, "42809 cannot copy from foreign table \"t\"%s", hint);
    expect_kind("COPY t TO STDOUT", PGCOPY_RELATION_FOREIGN, expected);
    expect_kind("COPY t TO STDOUT", PGCOPY_RELATION_SEQUENCE,
                "42809 cannot copy from sequence \"t\"");
    expect_kind("COPY t TO STDOUT", PGCOPY_RELATION_OTHER,
                "42809 cannot copy from non-table relation \"t\"");
    expect_kind("COPY t TO STDOUT", PGCOPY_RELATION_MATVIEW, "a b");
}

static void to_other_relations_is_refused_behind_copy_in_response(void **state)
{
    (void)state;
    expect_kind("COPY t FROM STDIN", PGCOPY_RELATION_VIEW,
                "END 42809 cannot copy to view \"t\" | To enable copying to a view, provide an "
                "INSTEAD OF INSERT trigger.");
    expect_kind("COPY t FROM STDIN", PGCOPY_RELATION_MATVIEW,
                "END 42809 cannot copy to materialized view \"t\"");
    expect_kind("COPY t FROM STDIN", PGCOPY_RELATION_SEQUENCE,
                "END 42809 cannot copy to sequence \"t\"");
    expect_kind("COPY t FROM STDIN", PGCOPY_RELATION_OTHER,
                "END 42809 cannot copy to non-table relation \"t\"");
    expect_kind("COPY t FROM STDIN", PGCOPY_RELATION_PARTITIONED, "a b");
    expect_kind("COPY t FROM STDIN", PGCOPY_RELATION_FOREIGN, "a b");
}

static void freeze_needs_a_table_of_this_transaction(void **state)
{
    pgcopy_tx   implicit = {.size = sizeof implicit, .implicit = true};
    pgcopy_tx   block    = {.size = sizeof block};
    const char *sql      = "COPY t FROM STDIN (FREEZE)";

    (void)state;
    expect_kind(sql, PGCOPY_RELATION_PARTITIONED,
                "END 0A000 cannot perform COPY FREEZE on a partitioned table");
    expect_kind(sql, PGCOPY_RELATION_FOREIGN,
                "END 0A000 cannot perform COPY FREEZE on a foreign table");
    expect_tx(sql, PGCOPY_RELATION_TABLE, &implicit,
              "END 55000 cannot perform COPY FREEZE because the table was not created or "
              "truncated in the current subtransaction");
    expect_tx(sql, PGCOPY_RELATION_TABLE, &block, "a b");
}

/* ---- Order -------------------------------------------------------------------------- */

static void a_read_only_transaction_takes_no_rows(void **state)
{
    pgcopy_tx   tx = {.size = sizeof tx, .read_only = true};
    const char *no = "25006 cannot execute COPY FROM in a read-only transaction";

    (void)state;
    expect_tx("COPY t FROM STDIN", PGCOPY_RELATION_TABLE, &tx, no);
    expect_tx("COPY t FROM STDIN (FORMAT foo)", PGCOPY_RELATION_VIEW, &tx, no);
    expect_tx("COPY t TO STDOUT", PGCOPY_RELATION_TABLE, &tx, "a b");
    expect_tx("COPY t (z) FROM STDIN", PGCOPY_RELATION_TABLE, &tx,
              "42703 column \"z\" of relation \"t\" does not exist");
}

static void a_bad_option_waits_for_its_turn(void **state)
{
    const char *bad = "22023 COPY format \"foo\" not recognized";

    (void)state;
    expect("COPY t FROM STDIN (FORMAT foo)", bad);
    expect("COPY t (z) FROM STDIN (FORMAT foo)",
           "42703 column \"z\" of relation \"t\" does not exist");
    expect_kind("COPY t TO STDOUT (FORMAT foo)", PGCOPY_RELATION_SEQUENCE,
                "42809 cannot copy from sequence \"t\"");
    expect_kind("COPY t FROM STDIN (FORMAT foo)", PGCOPY_RELATION_VIEW, bad);
    expect_kind("COPY t FROM STDIN (FORMAT csv, FORCE_NULL (z))", PGCOPY_RELATION_VIEW,
                "42703 column \"z\" of relation \"t\" does not exist");
    expect("COPY t (z) TO 'file'",
           "42501 permission denied to COPY to a file | Only roles with privileges of the "
           "\"pg_write_server_files\" role may COPY to a file. | Anyone can COPY to stdout or "
           "from stdin. psql's \\copy command also works for anyone.");
}

static void other_statements_are_not_checked(void **state)
{
    pgcopy_stmt *stmt = parse("BEGIN");

    (void)state;
    assert_int_equal(pgcopy_copy_check(stmt, NULL, NULL, NULL, NULL), PGCOPY_ERR_USAGE);
    pgcopy_stmt_free(stmt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_columns_are_not_copied),
        cmocka_unit_test(columns_are_looked_up),
        cmocka_unit_test(folded_names_are_found_if_only_one_fits_and_quoted_ones_exactly),
        cmocka_unit_test(the_target_has_types_and_what_they_may_be),
        cmocka_unit_test(where_is_judged_before_all_else),
        cmocka_unit_test(what_is_not_understood_of_where_is_the_databases),
        cmocka_unit_test(a_mistake_in_where_has_its_place),
        cmocka_unit_test(behind_where_the_database_looks_for_nulls),
        cmocka_unit_test(without_a_relation_only_the_statement_is_checked),
        cmocka_unit_test(a_list_for_an_unknown_relation_is_no_longer_than_a_table),
        cmocka_unit_test(forced_columns_must_be_copied),
        cmocka_unit_test(selected_columns_must_be_copied),
        cmocka_unit_test(a_query_has_no_relation_to_name),
        cmocka_unit_test(from_other_relations_is_refused_at_once),
        cmocka_unit_test(to_other_relations_is_refused_behind_copy_in_response),
        cmocka_unit_test(freeze_needs_a_table_of_this_transaction),
        cmocka_unit_test(a_read_only_transaction_takes_no_rows),
        cmocka_unit_test(a_bad_option_waits_for_its_turn),
        cmocka_unit_test(other_statements_are_not_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
