/* test_stmt.c - statements of a string: which, where, and what they say. */
#include <pgcopy/stmt.h>

#include "harness.h"

#include <string.h>

static pgcopy_slice slice(const char *text)
{
    return (pgcopy_slice){(const uint8_t *)text, strlen(text)};
}

/* The first statement, which must be good. */
static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_error err  = {0};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    if (pgcopy_stmt_parse(slice(sql), &pos, NULL, &stmt, &err) != PGCOPY_OK)
        fail_msg("%s: %s", sql, err.message);
    return stmt;
}

static void a_copy_says_its_table_and_format(void **state)
{
    pgcopy_stmt *s = parse("COPY Sales.\"T\" (a, \"B\"\"c\") FROM STDIN WITH (FORMAT csv)");

    (void)state;
    assert_int_equal(s->verb, PGCOPY_VERB_COPY_FROM);
    assert_string_equal(s->schema, "sales");
    assert_string_equal(s->table, "T");
    assert_int_equal(pgcopy_columns_count(s->columns), 2);
    assert_string_equal(pgcopy_columns_at(s->columns, 1)->name, "B\"c");
    assert_int_equal(s->format->kind, PGCOPY_FORMAT_CSV);
    assert_null(s->bad_option);
    assert_string_equal(s->tag, "COPY");
    pgcopy_stmt_free(s);
}

static void statements_come_one_by_one_with_their_offset(void **state)
{
    pgcopy_slice sql  = slice(" ;SELECT 'é;' ; /* x */ BEGIN -- y\n ;");
    size_t       pos  = 0;
    pgcopy_stmt *stmt = NULL;
    pgcopy_error err;

    (void)state;
    assert_int_equal(pgcopy_stmt_parse(sql, &pos, NULL, &stmt, &err), PGCOPY_OK);
    assert_string_equal(stmt->sql, "SELECT 'é;'");
    assert_int_equal(stmt->offset, 2);
    pgcopy_stmt_free(stmt);
    assert_int_equal(pgcopy_stmt_parse(sql, &pos, NULL, &stmt, &err), PGCOPY_OK);
    assert_string_equal(stmt->sql, "BEGIN");
    assert_int_equal(stmt->verb, PGCOPY_VERB_BEGIN);
    assert_int_equal(stmt->offset, 24);
    pgcopy_stmt_free(stmt);
    assert_int_equal(pgcopy_stmt_parse(sql, &pos, NULL, &stmt, &err), PGCOPY_END);
    assert_int_equal(pos, sql.len);
}

static void files_and_programs_are_not_for_anyone(void **state)
{
    pgcopy_stmt *s = parse("COPY t FROM '/etc/passwd' (nonsense)");

    (void)state;
    assert_string_equal(s->bad_option->sqlstate, "42501");
    assert_string_equal(s->bad_option->message, "permission denied to COPY from a file");
    assert_string_equal(s->bad_option->detail, "Only roles with privileges of the "
                                               "\"pg_read_server_files\" role may COPY from a "
                                               "file.");
    assert_string_equal(s->bad_option->hint, "Anyone can COPY to stdout or from stdin. psql's "
                                             "\\copy command also works for anyone.");
    pgcopy_stmt_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_says_its_table_and_format),
        cmocka_unit_test(files_and_programs_are_not_for_anyone),
        cmocka_unit_test(statements_come_one_by_one_with_their_offset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
