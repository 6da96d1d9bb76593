/* test_question.c - what a SELECT asks for, and what its columns are called. */
#include "harness.h"

#include "backend/question.h"

#include <stdlib.h>
#include <string.h>

/* The question of a statement; NULL: it is none. */
static struct question *ask(const char *sql)
{
    struct question *q    = calloc(1, sizeof *q);
    pgcopy_slice     text = {(const uint8_t *)sql, strlen(sql)};
    size_t           pos  = 0;
    pgcopy_error     err  = {0};
    pgcopy_stmt     *stmt;

    assert_non_null(q);
    if (pgcopy_stmt_parse(text, &pos, NULL, &stmt, &err) != PGCOPY_OK)
        fail_msg("%s: %s", sql, err.message);
    if (!question_read(q, stmt)) {
        free(q);
        q = NULL;
    }
    pgcopy_stmt_free(stmt);
    return q;
}

static void assert_labels(const char *sql, const char *expected)
{
    struct question *q        = ask(sql);
    char             all[512] = "";

    assert_non_null(q);
    for (size_t i = 0; i < q->nitems; i++)
        strcat(strcat(all, i ? "," : ""), q->items[i].label);
    if (strcmp(all, expected) != 0)
        fail_msg("%s: %s, not %s", sql, all, expected);
    free(q);
}

static void columns_have_the_names_that_postgresql_gives_them(void **state)
{
    (void)state;
    assert_labels("SELECT a, b.C, d.e.\"F\"\"g\" FROM t", "a,c,F\"g");
    assert_labels("SELECT DISTINCT a AS x, b Y, 1 z, f(1, (2)) u, 'a' \"V\" FROM t",
                  "x,y,z,u,V");
    assert_labels("SELECT count(*), pg_catalog.format_type(a, b), array_agg(a) OVER (w)",
                  "count,format_type,array_agg");
    assert_labels("SELECT a::text, 'a'::pg_catalog.regtype, f(a)::int4, $1::\"T\"",
                  "a,regtype,f,T");
    assert_labels("SELECT 1, 'a', a + b, -a, (a), f(a) || b, NULL, a IS NULL, a AND b",
                  "?column?,?column?,?column?,?column?,a,?column?,?column?,?column?,"
                  "?column?");
    assert_labels(
        "SELECT CASE WHEN a THEN b ELSE c END, ARRAY[1, 2], EXISTS (SELECT 1 FROM t), "
        "CASE a WHEN 1 THEN 2 END AS d",
        "c,array,exists,d");
    assert_labels("SELECT t.oid, (SELECT x FROM u WHERE y = 1) AS z FROM pg_type t", "oid,z");
    assert_labels("WITH x AS (SELECT a FROM t) SELECT b FROM x", "b");
    assert_labels("SELECT a UNION SELECT b", "a");
}

static void some_functions_have_their_answer_here(void **state)
{
    static const char *const calls[] = {
        "select pg_catalog.version()",
        "SELECT current_schema() AS x, current_database(), current_user, session_user u",
        "SELECT current_schema, pg_is_in_recovery();",
        "SELECT pg_advisory_unlock_all()",
        "SELECT quote_literal($1::\"pg_catalog\".\"int4\"::text)",
        "SELECT quote_literal($2)"};
    static const char *const others[] = {
        "SELECT version() FROM t", "SELECT version(), 1",          "SELECT version",
        "SELECT version(1)",       "SELECT my.version()",          "SELECT version() || 'x'",
        "SELECT quote_literal(a)", "SELECT quote_literal($1, $2)", "SELECT 1"};

    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct question *q = ask(calls[i]);
        if (!q || !q->calls)
            fail_msg("%s", calls[i]);
        free(q);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct question *q = ask(others[i]);
        if (!q || q->calls)
            fail_msg("%s", others[i]);
        free(q);
    }
}

static void a_literal_is_of_the_type_of_its_first_cast(void **state)
{
    struct question *q =
        ask("SELECT quote_literal($7::\"pg_catalog\".\"int4\"::text), quote_literal($1::what)");

    (void)state;
    assert_non_null(q);
    assert_int_equal(q->items[0].number, 7);
    assert_int_equal(q->items[0].type, 23);
    assert_int_equal(q->items[1].number, 1);
    assert_int_equal(q->items[1].type, 25);
    free(q);
}

static void assert_catalog(const char *sql, const char *schema, const char *table,
                           uint32_t number)
{
    struct question *q = ask(sql);

    assert_non_null(q);
    assert_true(q->catalog);
    assert_string_equal(q->schema, schema);
    assert_string_equal(q->table, table);
    assert_int_equal(q->number, number);
    free(q);
}

static void a_catalog_is_asked_for_a_table(void **state)
{
    (void)state;
    assert_catalog("select relname from pg_class c join pg_namespace n on n.oid=c.relnamespace "
                   "where pg_catalog.pg_table_is_visible(c.oid) and relname='It''s'",
                   "", "It's", 0);
    assert_catalog("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND "
                   "tablename = 'x')",
                   "public", "x", 0);
    assert_catalog(
        "SELECT 1 FROM \"information_schema\".tables, information_schema.columns WHERE "
        "table_name = $2",
        "", "", 2);
    assert_catalog("SELECT pg_catalog.pg_encoding_to_char(6)", "", "", 0);
    assert_catalog("SELECT * FROM t, pg_user", "", "", 0);
}

static void other_statements_ask_for_nothing(void **state)
{
    static const char *const others[] = {
        "DELETE FROM pg_class",       "VALUES (1)", "TABLE pg_class", "COPY pg_class TO STDOUT",
        "CREATE TABLE x AS SELECT 1", "SHOW all"};
    struct question *q;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(ask(others[i]));
    q = ask("SELECT pg_class, pg_sleep(1) FROM t WHERE 'pg_catalog' = \"pg_catalog\"");
    assert_non_null(q);
    assert_false(q->catalog);
    free(q);
}

static void a_list_that_is_too_long_asks_for_nothing(void **state)
{
    char sql[8 + 2 * (QUESTION_ITEMS + 1)] = "SELECT a";

    (void)state;
    for (size_t i = 1; i < QUESTION_ITEMS; i++)
        strcat(sql, ",a");
    free(ask(sql));
    strcat(sql, ",a");
    assert_null(ask(sql));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_have_the_names_that_postgresql_gives_them),
        cmocka_unit_test(some_functions_have_their_answer_here),
        cmocka_unit_test(a_literal_is_of_the_type_of_its_first_cast),
        cmocka_unit_test(a_catalog_is_asked_for_a_table),
        cmocka_unit_test(other_statements_ask_for_nothing),
        cmocka_unit_test(a_list_that_is_too_long_asks_for_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
