/* test_names.c - what the columns of a result are called: names.txt was asked of PostgreSQL. */
#include "harness.h"

#include <pgcopy/types.h>

#include "backend/names.h"

#include <stdio.h>
#include <string.h>

struct fixture {
    const char *sql;
    const char *expected; /* with a comma between */
    size_t      count;
};

static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    size_t       pos  = 0;
    pgcopy_error err  = {0};
    pgcopy_stmt *stmt;

    if (pgcopy_stmt_parse(text, &pos, NULL, &stmt, &err) != PGCOPY_OK)
        fail_msg("%s: %s", sql, err.message);
    return stmt;
}

/* As a database may have named them; NULL: no memory. */
static pgcopy_columns *columns(const pgcopy_allocator *a, size_t count)
{
    pgcopy_columns *cols = pgcopy_columns_new(a);

    for (size_t i = 0; cols && i < count; i++) {
        pgcopy_column *col = pgcopy_columns_add(cols, "Theirs", PGCOPY_OID_VARCHAR);
        if (!col) {
            pgcopy_columns_free(cols);
            return NULL;
        }
        col->typmod   = 14;
        col->not_null = true;
    }
    if (cols)
        pgcopy_columns_set_date_order(cols, PGCOPY_DATE_ORDER_DMY);
    return cols;
}

static void assert_names(const struct fixture *f, const pgcopy_columns *cols)
{
    char all[1024] = "";

    for (size_t i = 0; i < f->count; i++) {
        const pgcopy_column *col = pgcopy_columns_at(cols, i);
        assert_non_null(col);
        assert_int_equal(col->type, PGCOPY_OID_VARCHAR);
        assert_int_equal(col->typmod, 14);
        assert_true(col->not_null);
        strcat(strcat(all, i ? "," : ""), col->name);
    }
    assert_int_equal(pgcopy_columns_count(cols), f->count);
    assert_int_equal(pgcopy_columns_date_order(cols), PGCOPY_DATE_ORDER_DMY);
    if (strcmp(all, f->expected) != 0)
        fail_msg("%s: %s, not %s", f->sql, all, f->expected);
}

static bool give(const pgcopy_allocator *a, void *arg)
{
    const struct fixture *f    = arg;
    pgcopy_stmt          *stmt = parse(f->sql);
    pgcopy_columns       *cols = columns(a, f->count);
    pgcopy_status         rc   = cols ? names_give(stmt, a, &cols) : PGCOPY_ERR_NOMEM;

    if (rc == PGCOPY_OK)
        assert_names(f, cols);
    else
        assert_int_equal(rc, PGCOPY_ERR_NOMEM);
    pgcopy_columns_free(cols);
    pgcopy_stmt_free(stmt);
    return rc == PGCOPY_OK;
}

static void assert_given(const char *sql, const char *expected, size_t count)
{
    struct fixture f = {sql, expected, count};

    test_every_failure(give, &f);
}

static size_t names_in(const char *list)
{
    size_t n = 1;

    for (; *list; list++)
        n += *list == ',';
    return n;
}

static void columns_have_the_names_that_postgresql_gives_them(void **state)
{
    static char line[1024], copy[1100];
    FILE       *file  = fopen(TEST_DATA "/names.txt", "r");
    size_t      tried = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *sql = strchr(line, '\t');
        if (!sql)
            continue;
        *sql++                  = '\0';
        sql[strcspn(sql, "\n")] = '\0';
        assert_given(sql, line, names_in(line));
        snprintf(copy, sizeof copy, "COPY (%s) TO STDOUT", sql);
        assert_given(copy, line, names_in(line));
        tried++;
    }
    (void)fclose(file);
    assert_true(tried > 50);
}

static void all_names_stay_where_a_list_has_a_star_or_another_length(void **state)
{
    (void)state;
    assert_given("SELECT * FROM t", "Theirs", 1);
    assert_given("SELECT * FROM t", "Theirs,Theirs", 2);
    assert_given("SELECT t.* FROM t", "Theirs", 1);
    assert_given("SELECT 1, t.* FROM t", "Theirs,Theirs", 2);
    assert_given("SELECT 1, (k).* FROM t", "Theirs,Theirs", 2);
    assert_given("SELECT 1, 2", "Theirs", 1);
    assert_given("SELECT 1", "Theirs,Theirs", 2);
    assert_given("SELECT FROM t", "", 0);
    assert_given("SELECT 1, CASE WHEN a THEN b, f(x) FROM t", "Theirs,Theirs,Theirs", 3);
    assert_given("INSERT INTO t VALUES (1) RETURNING *", "Theirs", 1);
}

static void statements_without_a_list_have_the_names_of_the_database(void **state)
{
    (void)state;
    assert_given("TABLE t", "Theirs", 1);
    assert_given("PRAGMA a", "Theirs", 1);
    assert_given("EXPLAIN SELECT 1", "Theirs", 1);
    assert_given("SHOW all", "Theirs", 1);
    assert_given("INSERT INTO t SELECT 1", "Theirs", 1);
    assert_given("WITH x AS (SELECT 1)", "Theirs", 1);
    assert_given("COPY t TO STDOUT", "Theirs", 1);
    assert_given("COPY t (a) FROM STDIN", "Theirs", 1);
}

static void what_is_not_understood_has_the_name_of_the_database(void **state)
{
    static const char *const others[] = {"`a`",
                                         "[a]",
                                         "a AT TIME ZONE 'UTC'",
                                         "(a, b) OVERLAPS (c, d)",
                                         "a OPERATOR(pg_catalog.+) b",
                                         "a IS JSON OBJECT",
                                         "a IS NOT NFC NORMALIZED",
                                         "a GLOB 'x'",
                                         "a DIV b",
                                         "N'x'",
                                         "'x'::national char",
                                         "a AS 'x'",
                                         "CAST(a)",
                                         "TREAT(a AS int)",
                                         "U&\"a\"",
                                         "(SELECT * FROM t)",
                                         "(TABLE t)",
                                         "a::1",
                                         ":a",
                                         "1 +"};
    char                     sql[128];

    (void)state;
    assert_given("SELECT COLLATION FOR (a)", "Theirs", 1);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(sql, sizeof sql, "SELECT 1, %s, f(x) FROM t", others[i]);
        assert_given(sql, "?column?,Theirs,f", 3);
    }
}

static void parentheses_may_lie_in_each_other(void **state)
{
    char sql[256] = "SELECT ";

    (void)state;
    for (size_t depth = 1; depth < 100; depth++) {
        memset(sql + 7, '(', depth);
        sql[7 + depth] = 'a';
        memset(sql + 8 + depth, ')', depth);
        sql[8 + 2 * depth] = '\0';
        assert_given(sql, depth < 32 ? "a" : "Theirs", 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_have_the_names_that_postgresql_gives_them),
        cmocka_unit_test(all_names_stay_where_a_list_has_a_star_or_another_length),
        cmocka_unit_test(statements_without_a_list_have_the_names_of_the_database),
        cmocka_unit_test(what_is_not_understood_has_the_name_of_the_database),
        cmocka_unit_test(parentheses_may_lie_in_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
