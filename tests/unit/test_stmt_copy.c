/* test_stmt_copy.c - COPY: every spelling, what it says, and what is wrong with it. */
#include <pgcopy/stmt.h>

#include "harness.h"

#include <string.h>

static pgcopy_slice slice(const char *text)
{
    return (pgcopy_slice){(const uint8_t *)text, strlen(text)};
}

/* A COPY that is no syntax error. */
static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_error err  = {0};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    if (pgcopy_stmt_parse(slice(sql), &pos, NULL, &stmt, &err) != PGCOPY_OK)
        fail_msg("%s: %s", sql, err.message);
    assert_true(stmt->verb == PGCOPY_VERB_COPY_FROM || stmt->verb == PGCOPY_VERB_COPY_TO);
    assert_string_equal(stmt->tag, "COPY");
    assert_int_equal(stmt->format->size, sizeof *stmt->format);
    return stmt;
}

/* ---- What it says ----------------------------------------------------------------- */

static void names_are_folded_unquoted_and_cut(void **state)
{
    pgcopy_stmt *s = parse("COPY Db.Sales.\"T\"\"x\" (Aé, \"B\", U&\"d\\0061t\", U&\"d!0061t\" "
                           "UESCAPE '!', abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
                           "1234567890é_) FROM STDIN");

    (void)state;
    assert_string_equal(s->catalog, "db");
    assert_string_equal(s->schema, "sales");
    assert_string_equal(s->table, "T\"x");
    assert_int_equal(pgcopy_columns_count(s->columns), 5);
    assert_string_equal(pgcopy_columns_at(s->columns, 0)->name, "aé");
    assert_string_equal(pgcopy_columns_at(s->columns, 1)->name, "B");
    assert_string_equal(pgcopy_columns_at(s->columns, 2)->name, "dat");
    assert_string_equal(pgcopy_columns_at(s->columns, 3)->name, "dat");
    assert_string_equal(pgcopy_columns_at(s->columns, 4)->name,
                        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz1234567890");
    pgcopy_stmt_free(s);
}

static void keywords_can_be_names(void **state)
{
    pgcopy_stmt *s = parse("COPY copy.select (from_, values, time, csv) FROM STDIN");

    (void)state;
    assert_string_equal(s->schema, "copy");
    assert_string_equal(s->table, "select");
    assert_string_equal(pgcopy_columns_at(s->columns, 1)->name, "values");
    pgcopy_stmt_free(s);
}

static void a_plain_copy_has_every_default(void **state)
{
    pgcopy_stmt *s = parse("copy t from stdin");

    (void)state;
    assert_null(s->schema);
    assert_null(s->columns);
    assert_null(s->query);
    assert_null(s->where);
    assert_null(s->bad_option);
    assert_int_equal(s->format->kind, PGCOPY_FORMAT_TEXT);
    assert_int_equal(s->format->header, PGCOPY_HEADER_NONE);
    assert_int_equal(s->format->delimiter, 0);
    assert_int_equal(s->format->quote, 0);
    assert_int_equal(s->format->escape, 0);
    assert_null(s->format->null_string);
    assert_null(s->format->default_string);
    assert_null(s->format->encoding);
    assert_null(s->format->force_null);
    pgcopy_stmt_free(s);
}

static void stdin_and_stdout_are_the_same(void **state)
{
    pgcopy_stmt *from = parse("COPY t FROM STDOUT");
    pgcopy_stmt *to   = parse("COPY t TO STDIN");

    (void)state;
    assert_int_equal(from->verb, PGCOPY_VERB_COPY_FROM);
    assert_int_equal(to->verb, PGCOPY_VERB_COPY_TO);
    pgcopy_stmt_free(from);
    pgcopy_stmt_free(to);
}

static void a_query_and_a_where_are_kept_as_written(void **state)
{
    pgcopy_stmt *q = parse("COPY ( /* x */ SELECT ')' , (1)  /* y */ ) TO STDOUT (FORMAT csv)");
    pgcopy_stmt *w = parse("COPY t FROM STDIN CSV WHERE  a > 1 AND b = ';' ; SELECT 1");

    (void)state;
    assert_string_equal(q->query, "SELECT ')' , (1)");
    assert_null(q->table);
    assert_int_equal(q->format->kind, PGCOPY_FORMAT_CSV);
    assert_string_equal(w->where, "a > 1 AND b = ';'");
    assert_string_equal(w->sql, "COPY t FROM STDIN CSV WHERE  a > 1 AND b = ';'");
    pgcopy_stmt_free(q);
    pgcopy_stmt_free(w);
}

static void new_options_fill_the_format(void **state)
{
    pgcopy_stmt *s = parse(
        "COPY t FROM STDIN WITH (FORMAT 'csv', HEADER Match, DELIMITER '|', QUOTE '''', ESCAPE "
        "E'\\\\', NULL 'n' \n 'ull', DEFAULT $$\\D$$, ENCODING 'ISO-8859-1', FORCE_NOT_NULL "
        "(a, "
        "\"B\", 'C', true), FORCE_NULL *, FREEZE 1, ON_ERROR 'IGNORE', REJECT_LIMIT 10, "
        "LOG_VERBOSITY verbose)");
    const pgcopy_format *f = s->format;

    (void)state;
    assert_null(s->bad_option);
    assert_int_equal(f->kind, PGCOPY_FORMAT_CSV);
    assert_int_equal(f->header, PGCOPY_HEADER_MATCH);
    assert_int_equal(f->delimiter, '|');
    assert_int_equal(f->quote, '\'');
    assert_int_equal(f->escape, '\\');
    assert_string_equal(f->null_string, "null");
    assert_string_equal(f->default_string, "\\D");
    assert_string_equal(f->encoding, "ISO-8859-1");
    assert_string_equal(f->force_not_null[0], "a");
    assert_string_equal(f->force_not_null[1], "B");
    assert_string_equal(f->force_not_null[2], "C");
    assert_string_equal(f->force_not_null[3], "true");
    assert_null(f->force_not_null[4]);
    assert_string_equal(f->force_null[0], "*");
    assert_null(f->force_null[1]);
    assert_true(f->freeze);
    assert_true(f->ignore_errors);
    assert_int_equal(f->reject_limit, 10);
    assert_int_equal(f->verbosity, PGCOPY_VERBOSITY_VERBOSE);
    pgcopy_stmt_free(s);
}

static void old_options_fill_the_same_format(void **state)
{
    pgcopy_stmt *s = parse("COPY t TO STDOUT USING DELIMITERS '|' WITH CSV HEADER NULL AS '' "
                           "QUOTE '\"' ESCAPE AS '\"' FORCE QUOTE a, \"B\" ENCODING 'utf8'");
    pgcopy_stmt *f = parse("COPY t FROM STDIN CSV FORCE NOT NULL a FORCE NULL * FREEZE");
    pgcopy_stmt *b = parse("COPY BINARY t TO STDOUT");

    (void)state;
    assert_null(s->bad_option);
    assert_int_equal(s->format->delimiter, '|');
    assert_int_equal(s->format->header, PGCOPY_HEADER_LINE);
    assert_string_equal(s->format->null_string, "");
    assert_string_equal(s->format->force_quote[1], "B");
    assert_null(s->format->force_quote[2]);
    assert_string_equal(s->format->encoding, "utf8");
    assert_string_equal(f->format->force_not_null[0], "a");
    assert_string_equal(f->format->force_null[0], "*");
    assert_true(f->format->freeze);
    assert_int_equal(b->format->kind, PGCOPY_FORMAT_BINARY);
    pgcopy_stmt_free(s);
    pgcopy_stmt_free(f);
    pgcopy_stmt_free(b);
}

/* What real clients send, one for each shape. */
static void the_spellings_of_clients_are_read(void **state)
{
    static const char *const all[] = {
        "COPY  t FROM STDIN ",
        "COPY  t FROM STDIN with (format csv, header)",
        "COPY  t TO STDOUT csv header",
        "COPY  t TO STDOUT with binary",
        "copy \"T\" ( \"id\", \"mrn\" ) from stdin binary;",
        "COPY \"T\"(\"id\",\"mrn\") FROM stdin WITH DELIMITER AS '\t' NULL AS '\\N'",
        "COPY t FROM STDIN DELIMITER E'\t' NULL AS E'\\\\N'",
        "COPY \"T\" (\"id\") FROM STDIN NULL ''",
        "COPY t FROM STDIN WITH DELIMITER E'\t' NULL AS E'\\\\N'",
        "COPY \"T\"(\"id\") FROM STDIN (FORMAT 'csv', HEADER True)",
        "COPY \"T\" FROM STDIN (FORMAT 'binary')",
        "copy pgbench_accounts from stdin with (freeze on)",
        "\ncopy \"public\".\"T\" (\"id\",\"mrn\") FROM STDIN",
        "COPY public.t (id, mrn) FROM stdin;\n\n",
        "COPY t (id,mrn,name) TO STDOUT",
        "COPY (SELECT id FROM t WHERE id <= 10) TO STDOUT WITH (FORMAT csv, HEADER);",
        "COPY (SELECT id, name FROM t) TO STDOUT BINARY",
        "COPY (SELECT * FROM t) TO STDOUT WITH CSV HEADER"};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        pgcopy_stmt *s = parse(all[i]);
        assert_null(s->bad_option);
        pgcopy_stmt_free(s);
    }
}

/* ---- Arguments: PostgreSQL gives them as text ------------------------------------- */

static void arguments_are_text(void **state)
{
    static const char *const cases[][2] = {{"0", "0"},
                                           {"-1", "-1"},
                                           {"- 1", "-1"},
                                           {"+5", "5"},
                                           {"007", "7"},
                                           {"1.50", "1.50"},
                                           {"- 1.50", "-1.50"},
                                           {"0x1F", "31"},
                                           {"1_000", "1000"},
                                           {"99999999999", "99999999999"},
                                           {"true", "true"},
                                           {"ON", "on"},
                                           {"Abc", "abc"},
                                           {"\"Abc\"", "Abc"},
                                           {"*", "*"},
                                           {"(a, 'b')", "a.b"},
                                           {"default", "default"},
                                           {"E'\\x41\\u00e9\\U0001F600\\q\\052'", "Aé😀q*"},
                                           {"U&'\\0061\\+00006a\\\\'", "aj\\"},
                                           {"$x$a'$$b$x$", "a'$$b"},
                                           {"'it''s'", "it's"},
                                           {"E'\\xc3\\xa9\\ud83d\\ude00'", "é😀"},
                                           {"left", "left"}};
    char                     sql[128];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgcopy_stmt *s;
        strcpy(sql, "COPY t FROM STDIN (NULL ");
        strcat(strcat(sql, cases[i][0]), ")");
        s = parse(sql);
        assert_string_equal(s->format->null_string, cases[i][1]);
        pgcopy_stmt_free(s);
    }
}

static void encoding_names_are_matched_as_postgresql_does(void **state)
{
    static const char *const good[] = {"utf8",      "UTF-8",          "u_t_f 8",
                                       "latin1",    "ISO-8859-1",     "WIN1252",
                                       "sql_ascii", "Shift_JIS_2004", "koi8r"};
    static const char *const bad[]  = {"", "utf", "utf88", "latin11", "é"};
    char                     sql[128];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good + sizeof bad / sizeof *bad; i++) {
        bool         is_good = i < sizeof good / sizeof *good;
        const char  *name    = is_good ? good[i] : bad[i - sizeof good / sizeof *good];
        pgcopy_stmt *s;
        strcpy(sql, "COPY t FROM STDIN ENCODING '");
        strcat(strcat(sql, name), "'");
        s = parse(sql);
        assert_int_equal(s->bad_option == NULL, is_good);
        pgcopy_stmt_free(s);
    }
}

/* ---- Errors ----------------------------------------------------------------------- */

struct refused {
    const char *sql;
    const char *sqlstate;
    uint32_t    position;
    const char *message;
};

static void assert_error(const pgcopy_error *err, const struct refused *r)
{
    if (strcmp(err->message, r->message) != 0 || err->position != r->position ||
        strcmp(err->sqlstate, r->sqlstate) != 0)
        fail_msg("%s: %s %s at %u", r->sql, err->sqlstate, err->message, err->position);
}

/* As a live PostgreSQL 15 words and places them, but FORMAT json, which is 18's. */
static void syntax_errors_are_postgresqls(void **state)
{
    static const struct refused cases[] = {
        {"COPY", "42601", 5, "syntax error at end of input"},
        {"COPY;", "42601", 5, "syntax error at or near \";\""},
        {"SELECT 'é'; COPY t FROM foo", "42601", 25, "syntax error at or near \"foo\""},
        {"COPY t FROM foo 'abc", "42601", 13, "syntax error at or near \"foo\""},
        {"COPY t () FROM STDIN", "42601", 9, "syntax error at or near \")\""},
        {"COPY t (a,) FROM STDIN", "42601", 11, "syntax error at or near \")\""},
        {"COPY user FROM STDIN", "42601", 6, "syntax error at or near \"user\""},
        {"COPY binary FROM STDIN", "42601", 13, "syntax error at or near \"FROM\""},
        {"COPY ONLY t FROM STDIN", "42601", 6, "syntax error at or near \"ONLY\""},
        {"COPY t.* FROM STDIN", "42601", 10, "syntax error at or near \"FROM\""},
        {"COPY t * FROM STDIN", "42601", 8, "syntax error at or near \"*\""},
        {"COPY a.b.c.d FROM STDIN", "42601", 6,
         "improper qualified name (too many dotted names): a.b.c.d"},
        {"COPY BINARY (select 1) TO STDOUT", "42601", 13, "syntax error at or near \"(\""},
        {"COPY (SELECT 1) FROM STDIN", "42601", 17, "syntax error at or near \"FROM\""},
        {"COPY (SELECT 1) (a) TO STDOUT", "42601", 17, "syntax error at or near \"(\""},
        {"COPY (SELECT 1; SELECT 2) TO STDOUT", "42601", 15, "syntax error at or near \";\""},
        {"COPY (CREATE TABLE x(a int)) TO STDOUT", "42601", 7,
         "syntax error at or near \"CREATE\""},
        {"COPY () TO STDOUT", "42601", 7, "syntax error at or near \")\""},
        {"COPY (SELECT 1) TO STDOUT DELIMITERS ','", "42601", 27,
         "syntax error at or near \"DELIMITERS\""},
        {"COPY (SELECT 1) TO STDOUT WHERE true", "42601", 27,
         "syntax error at or near \"WHERE\""},
        {"COPY t FROM STDIN ()", "42601", 20, "syntax error at or near \")\""},
        {"COPY t FROM STDIN (FORMAT csv,)", "42601", 31, "syntax error at or near \")\""},
        {"COPY t FROM STDIN (FORMAT = csv)", "42601", 27, "syntax error at or near \"=\""},
        {"COPY t FROM STDIN CSV (HEADER)", "42601", 23, "syntax error at or near \"(\""},
        {"COPY t FROM STDIN (FORMAT json)", "42601", 20, "syntax error at or near \"FORMAT\""},
        {"COPY t FROM STDIN (NULL NULL)", "42601", 25, "syntax error at or near \"NULL\""},
        {"COPY t FROM STDIN (FORCE_NULL (*))", "42601", 32, "syntax error at or near \"*\""},
        {"COPY t FROM STDIN (x $1)", "42601", 22, "syntax error at or near \"$1\""},
        {"COPY t WITH OIDS FROM STDIN", "42601", 8, "syntax error at or near \"WITH\""},
        {"COPY t FROM STDIN WITH time", "42601", 24, "syntax error at or near \"time\""},
        {"COPY t FROM STDIN FORCE NOT IN", "42601", 25, "syntax error at or near \"NOT\""},
        {"COPY t FROM STDIN WHERE", "42601", 24, "syntax error at end of input"},
        {"COPY t FROM STDIN WHERE (a > 1", "42601", 31, "syntax error at end of input"},
        {"COPY t FROM PROGRAM STDIN x", "42601", 0, "STDIN/STDOUT not allowed with PROGRAM"},
        {"COPY t FROM PROGRAM STDIN USING DELIMITERS ','", "42601", 27,
         "STDIN/STDOUT not allowed with PROGRAM"},
        {"COPY (SELECT 1) TO PROGRAM STDOUT", "42601", 17,
         "STDIN/STDOUT not allowed with PROGRAM"},
        {"COPY t TO STDOUT WHERE a > 1", "42601", 18, "WHERE clause not allowed with COPY TO"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgcopy_error err  = {0};
        pgcopy_stmt *stmt = NULL;
        size_t       pos  = cases[i].sql[0] == 'S' ? 11 : 0;
        assert_int_equal(pgcopy_stmt_parse(slice(cases[i].sql), &pos, NULL, &stmt, &err),
                         PGCOPY_ERR_SQL);
        assert_error(&err, &cases[i]);
    }
}

static void bad_escapes_are_errors_where_they_stand(void **state)
{
    static const struct refused cases[] = {
        {"COPY t FROM STDIN (NULL E'a\\u00zz')", "22025", 28, "invalid Unicode escape"},
        {"COPY t FROM STDIN (NULL U&'d\\061t')", "42601", 29, "invalid Unicode escape"},
        {"COPY t FROM STDIN (NULL E'a\\U00110000')", "42601", 28,
         "invalid Unicode escape value at or near \"\\U00110000\""},
        {"COPY t FROM STDIN (NULL U&'abc\\0000')", "42601", 31, "invalid Unicode escape value"},
        {"COPY t FROM STDIN (NULL E'\\ud83dé')", "42601", 33,
         "invalid Unicode surrogate pair at or near \"é\""},
        {"COPY t FROM STDIN (NULL E'\\ude00')", "42601", 27,
         "invalid Unicode surrogate pair at or near \"\\ude00\""},
        {"COPY t FROM STDIN (NULL U&'a\\d83d\\0061')", "42601", 34,
         "invalid Unicode surrogate pair"},
        {"COPY t FROM STDIN (NULL E'\\xff')", "22021", 0,
         "invalid byte sequence for encoding \"UTF8\": 0xff"},
        {"COPY t FROM STDIN (NULL E'\\xe2\\x28\\xa1')", "22021", 0,
         "invalid byte sequence for encoding \"UTF8\": 0xe2 0x28 0xa1"},
        {"COPY t FROM STDIN (NULL E'\\355\\240\\200')", "22021", 0,
         "invalid byte sequence for encoding \"UTF8\": 0xed 0xa0 0x80"},
        {"COPY t FROM STDIN (NULL E'a\\000')", "22021", 0,
         "invalid byte sequence for encoding \"UTF8\": 0x00"},
        {"COPY t FROM STDIN (NULL U&'a' UESCAPE x)", "42601", 39,
         "UESCAPE must be followed by a simple string literal at or near \"x\""},
        {"COPY t FROM STDIN (NULL U&'a' UESCAPE 'ab')", "42601", 39,
         "invalid Unicode escape character at or near \"'ab'\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgcopy_error err  = {0};
        pgcopy_stmt *stmt = NULL;
        size_t       pos  = 0;
        assert_int_equal(pgcopy_stmt_parse(slice(cases[i].sql), &pos, NULL, &stmt, &err),
                         PGCOPY_ERR_SQL);
        assert_error(&err, &cases[i]);
    }
}

static void assert_bad_options(const struct refused *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pgcopy_stmt *s = parse(cases[i].sql);
        if (!s->bad_option)
            fail_msg("%s: nothing is wrong", cases[i].sql);
        assert_error(s->bad_option, &cases[i]);
        pgcopy_stmt_free(s);
    }
}

static void each_option_is_checked_by_itself(void **state)
{
    static const struct refused cases[] = {
        {"/* é */ COPY t FROM STDIN (FORMAT csv, FORMAT csv)", "42601", 40,
         "conflicting or redundant options"},
        {"COPY BINARY t FROM STDIN CSV", "42601", 26, "conflicting or redundant options"},
        {"COPY t FROM STDIN DELIMITERS ',' DELIMITER '|'", "42601", 34,
         "conflicting or redundant options"},
        {"COPY t FROM STDIN (FORMAT csv, FORMAT)", "42601", 0, "format requires a parameter"},
        {"COPY t FROM STDIN (NULL '', NULL)", "42601", 29, "conflicting or redundant options"},
        {"COPY t FROM STDIN (OIDS)", "42601", 20, "option \"oids\" not recognized"},
        {"COPY t FROM STDIN (\"Format\" csv)", "42601", 20, "option \"Format\" not recognized"},
        {"COPY t FROM STDIN (ENCODING)", "42601", 0, "encoding requires a parameter"},
        {"COPY t FROM STDIN (FORMAT 'CSV')", "22023", 20, "COPY format \"CSV\" not recognized"},
        {"COPY t FROM STDIN (FREEZE yes)", "42601", 0, "freeze requires a Boolean value"},
        {"COPY t FROM STDIN (FREEZE 2)", "42601", 0, "freeze requires a Boolean value"},
        {"COPY t FROM STDIN (HEADER 2)", "42601", 0,
         "header requires a Boolean value or \"match\""},
        {"COPY t TO STDOUT (HEADER Match)", "0A000", 0,
         "cannot use \"match\" with HEADER in COPY TO"},
        {"COPY t TO STDOUT (HEADER 'MATCH')", "0A000", 0,
         "cannot use \"MATCH\" with HEADER in COPY TO"},
        {"COPY t TO STDOUT (FORCE_QUOTE a)", "22023", 19,
         "argument to option \"force_quote\" must be a list of column names"},
        {"COPY t FROM STDIN (CONVERT_SELECTIVELY *)", "22023", 20,
         "argument to option \"convert_selectively\" must be a list of column names"},
        {"COPY t FROM STDIN (ENCODING nope)", "22023", 20,
         "argument to option \"encoding\" must be a valid encoding name"},
        {"COPY t TO STDOUT (ON_ERROR stop)", "22023", 19,
         "COPY ON_ERROR cannot be used with COPY TO"},
        {"COPY t TO STDOUT (ON_ERROR)", "42601", 0, "on_error requires a parameter"},
        {"COPY t FROM STDIN (ON_ERROR x)", "22023", 20, "COPY ON_ERROR \"x\" not recognized"},
        {"COPY t TO STDOUT (ON_DATABASE_ERROR ignore)", "22023", 19,
         "COPY ON_DATABASE_ERROR cannot be used with COPY TO"},
        {"COPY t FROM STDIN (ON_DATABASE_ERROR x)", "22023", 20,
         "COPY ON_DATABASE_ERROR \"x\" not recognized"},
        {"COPY t FROM STDIN (LOG_VERBOSITY x)", "22023", 20,
         "COPY LOG_VERBOSITY \"x\" not recognized"},
    };

    (void)state;
    assert_bad_options(cases, sizeof cases / sizeof *cases);
}

static void a_reject_limit_is_a_positive_bigint(void **state)
{
    static const struct refused cases[] = {
        {"COPY t FROM STDIN (REJECT_LIMIT)", "42601", 0,
         "reject_limit requires a numeric value"},
        {"COPY t FROM STDIN (REJECT_LIMIT x)", "22P02", 0,
         "invalid input syntax for type bigint: \"x\""},
        {"COPY t FROM STDIN (REJECT_LIMIT 1.5)", "22P02", 0,
         "invalid input syntax for type bigint: \"1.5\""},
        {"COPY t FROM STDIN (REJECT_LIMIT 0)", "22023", 0,
         "REJECT_LIMIT (0) must be greater than zero"},
        {"COPY t FROM STDIN (REJECT_LIMIT -9223372036854775808)", "22023", 0,
         "REJECT_LIMIT (-9223372036854775808) must be greater than zero"},
        {"COPY t FROM STDIN (REJECT_LIMIT 9223372036854775808)", "22003", 0,
         "value \"9223372036854775808\" is out of range for type bigint"},
        {"COPY t FROM STDIN (REJECT_LIMIT '99999999999999999999999')", "22003", 0,
         "value \"99999999999999999999999\" is out of range for type bigint"},
        {"COPY t FROM STDIN (REJECT_LIMIT 5)", "22023", 0,
         "COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE"},
    };
    pgcopy_stmt *s = parse("COPY t FROM STDIN (ON_ERROR ignore, REJECT_LIMIT ' 0x1_0 ')");

    (void)state;
    assert_bad_options(cases, sizeof cases / sizeof *cases);
    assert_null(s->bad_option);
    assert_int_equal(s->format->reject_limit, 16);
    pgcopy_stmt_free(s);
}

/* Each is the first that is wrong, though what comes later in PostgreSQL 18's order is too. */
static void options_are_checked_together_in_order(void **state)
{
    static const struct refused cases[] = {
        {"COPY t TO STDOUT (FORMAT binary, NULL 'x', DELIMITER 'ab', FREEZE)", "42601", 0,
         "cannot specify DELIMITER in BINARY mode"},
        {"COPY t TO STDOUT (FORMAT binary, NULL 'x', DEFAULT 'x')", "42601", 0,
         "cannot specify NULL in BINARY mode"},
        {"COPY t TO STDOUT (FORMAT binary, DEFAULT 'x', HEADER)", "42601", 0,
         "cannot specify DEFAULT in BINARY mode"},
        {"COPY t FROM STDIN (DELIMITER 'é', NULL E'\\n')", "0A000", 0,
         "COPY delimiter must be a single one-byte character"},
        {"COPY t FROM STDIN (DELIMITER E'\\n', NULL E'\\n')", "22023", 0,
         "COPY delimiter cannot be newline or carriage return"},
        {"COPY t FROM STDIN (DELIMITER 'a', NULL E'\\r')", "22023", 0,
         "COPY null representation cannot use newline or carriage return"},
        {"COPY t FROM STDIN (DELIMITER 'a', DEFAULT E'\\r')", "22023", 0,
         "COPY default representation cannot use newline or carriage return"},
        {"COPY t FROM STDIN (DELIMITER 'a', QUOTE 'x')", "22023", 0,
         "COPY delimiter cannot be \"a\""},
        {"COPY t FROM STDIN (FORMAT binary, HEADER, QUOTE 'x')", "0A000", 0,
         "cannot specify HEADER in BINARY mode"},
        {"COPY t FROM STDIN (QUOTE 'x', ESCAPE 'x')", "0A000", 0,
         "COPY QUOTE requires CSV mode"},
        {"COPY t FROM STDIN (FORMAT csv, QUOTE '', ESCAPE '')", "0A000", 0,
         "COPY quote must be a single one-byte character"},
        {"COPY t FROM STDIN (FORMAT csv, QUOTE ',', ESCAPE '')", "22023", 0,
         "COPY delimiter and quote must be different"},
        {"COPY t TO STDOUT (ESCAPE 'x', FORCE_QUOTE *)", "0A000", 0,
         "COPY ESCAPE requires CSV mode"},
        {"COPY t TO STDOUT (FORMAT csv, ESCAPE '', FORCE_NULL *)", "0A000", 0,
         "COPY escape must be a single one-byte character"},
        {"COPY t FROM STDIN (FORCE_QUOTE *, FORCE_NULL *)", "0A000", 0,
         "COPY FORCE_QUOTE requires CSV mode"},
        {"COPY t FROM STDIN (FORMAT csv, FORCE_QUOTE *, NULL ',')", "0A000", 0,
         "COPY FORCE_QUOTE cannot be used with COPY FROM"},
        {"COPY t TO STDOUT (FORCE_NOT_NULL *, FORCE_NULL *)", "0A000", 0,
         "COPY FORCE_NOT_NULL requires CSV mode"},
        {"COPY t TO STDOUT (FORMAT csv, FORCE_NOT_NULL *, FORCE_NULL *)", "22023", 0,
         "COPY FORCE_NOT_NULL cannot be used with COPY TO"},
        {"COPY t TO STDOUT (FORCE_NULL *, NULL E'\\t')", "0A000", 0,
         "COPY FORCE_NULL requires CSV mode"},
        {"COPY t TO STDOUT (FORMAT csv, FORCE_NULL *, FREEZE)", "22023", 0,
         "COPY FORCE_NULL cannot be used with COPY TO"},
        {"COPY t TO STDOUT (DELIMITER 'N', FREEZE)", "22023", 0,
         "COPY delimiter character must not appear in the NULL specification"},
        {"COPY t TO STDOUT (FORMAT csv, NULL '\"', FREEZE)", "22023", 0,
         "CSV quote character must not appear in the NULL specification"},
        {"COPY t TO STDOUT (FREEZE, DEFAULT 'x')", "22023", 0,
         "COPY FREEZE cannot be used with COPY TO"},
        {"COPY t TO STDOUT (DEFAULT E'\\t')", "0A000", 0,
         "COPY DEFAULT cannot be used with COPY TO"},
        {"COPY t FROM STDIN (DEFAULT E'\\t', REJECT_LIMIT 1)", "0A000", 0,
         "COPY delimiter character must not appear in the DEFAULT specification"},
        {"COPY t FROM STDIN (FORMAT csv, DEFAULT '\"')", "0A000", 0,
         "CSV quote character must not appear in the DEFAULT specification"},
        {"COPY t FROM STDIN (DEFAULT '\\N', REJECT_LIMIT 1)", "0A000", 0,
         "NULL specification and DEFAULT specification cannot be the same"},
        {"COPY t FROM STDIN (FORMAT binary, ON_ERROR ignore)", "42601", 0,
         "only ON_ERROR STOP is allowed in BINARY mode"},
    };

    (void)state;
    assert_bad_options(cases, sizeof cases / sizeof *cases);
}

static void what_postgresql_allows_is_allowed(void **state)
{
    static const char *const good[] = {
        "COPY t FROM STDIN (FORMAT csv, DELIMITER '|', ESCAPE '|')",
        "COPY t FROM STDIN (FORMAT csv, QUOTE E'\\n')",
        "COPY t FROM STDIN (NULL 'a\\b')",
        "COPY t FROM STDIN (FORMAT csv, DELIMITER '\\')",
        "COPY t FROM STDIN (FORMAT csv, DELIMITER 'a')",
        "COPY t TO STDOUT (FORMAT binary, HEADER false)",
        "COPY t TO STDOUT (FREEZE false)",
        "COPY t TO STDOUT (LOG_VERBOSITY silent)",
        "COPY t FROM STDIN (FORMAT (csv))",
        "COPY t FROM STDIN (FORMAT binary, ENCODING 'latin1')",
        "COPY t FROM STDIN HEADER",
        "COPY (DELETE FROM t RETURNING a) TO STDOUT",
        "COPY (SELECT 1 AS into) TO STDOUT"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        pgcopy_stmt *s = parse(good[i]);
        if (s->bad_option)
            fail_msg("%s: %s", good[i], s->bad_option->message);
        pgcopy_stmt_free(s);
    }
}

static void a_query_must_give_rows(void **state)
{
    static const struct refused cases[] = {
        {"COPY (DELETE FROM t) TO STDOUT", "0A000", 0,
         "COPY query must have a RETURNING clause"},
        {"COPY (WITH x AS (SELECT 1) INSERT INTO t SELECT 1) TO STDOUT", "0A000", 0,
         "COPY query must have a RETURNING clause"},
        {"COPY (SELECT 1 INTO x) TO STDOUT", "0A000", 0, "COPY (SELECT INTO) is not supported"},
        {"COPY (DELETE FROM t) TO STDOUT (nope)", "42601", 33,
         "option \"nope\" not recognized"},
        {"COPY (SELECT 'é', $2, $1) TO STDOUT", "42P02", 19, "there is no parameter $2"},
        {"COPY t FROM STDIN (nope) WHERE a = $1", "42P02", 36, "there is no parameter $1"},
    };

    (void)state;
    assert_bad_options(cases, sizeof cases / sizeof *cases);
}

static void files_and_programs_are_not_for_anyone(void **state)
{
    static const struct refused cases[] = {
        {"COPY t FROM '/x' (nope)", "42501", 0, "permission denied to COPY from a file"},
        {"COPY (SELECT $1) TO '/x'", "42501", 0, "permission denied to COPY to a file"},
        {"COPY t FROM PROGRAM 'x'", "42501", 0,
         "permission denied to COPY to or from an external program"},
    };
    pgcopy_stmt *s = parse(cases[0].sql);

    (void)state;
    assert_bad_options(cases, sizeof cases / sizeof *cases);
    assert_string_equal(s->bad_option->detail,
                        "Only roles with privileges of the \"pg_read_server_files\" role may "
                        "COPY from a file.");
    assert_string_equal(s->bad_option->hint, "Anyone can COPY to stdout or from stdin. psql's "
                                             "\\copy command also works for anyone.");
    pgcopy_stmt_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_folded_unquoted_and_cut),
        cmocka_unit_test(keywords_can_be_names),
        cmocka_unit_test(a_plain_copy_has_every_default),
        cmocka_unit_test(stdin_and_stdout_are_the_same),
        cmocka_unit_test(a_query_and_a_where_are_kept_as_written),
        cmocka_unit_test(new_options_fill_the_format),
        cmocka_unit_test(old_options_fill_the_same_format),
        cmocka_unit_test(the_spellings_of_clients_are_read),
        cmocka_unit_test(arguments_are_text),
        cmocka_unit_test(encoding_names_are_matched_as_postgresql_does),
        cmocka_unit_test(syntax_errors_are_postgresqls),
        cmocka_unit_test(bad_escapes_are_errors_where_they_stand),
        cmocka_unit_test(each_option_is_checked_by_itself),
        cmocka_unit_test(a_reject_limit_is_a_positive_bigint),
        cmocka_unit_test(options_are_checked_together_in_order),
        cmocka_unit_test(what_postgresql_allows_is_allowed),
        cmocka_unit_test(a_query_must_give_rows),
        cmocka_unit_test(files_and_programs_are_not_for_anyone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
