/* test_stmt.c - a string's statements: where each ends, its tag, its parameters, its errors. */
#include <pgcopy/stmt.h>

#include "harness.h"
#include "stmt/next.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

static pgcopy_slice slice(const char *text)
{
    return (pgcopy_slice){(const uint8_t *)text, strlen(text)};
}

/* The next statement, which must be good. */
static pgcopy_stmt *next(const char *sql, size_t *pos)
{
    pgcopy_error err  = {0};
    pgcopy_stmt *stmt = NULL;

    if (pgcopy_stmt_parse(slice(sql), pos, NULL, &stmt, &err) != PGCOPY_OK)
        fail_msg("%s: %s", sql, err.message);
    return stmt;
}

static pgcopy_stmt *parse(const char *sql)
{
    size_t pos = 0;

    return next(sql, &pos);
}

/* ---- Where statements end --------------------------------------------------------- */

/* The statements of a string, each with | behind it. */
static void assert_split(const char *sql, const char *expected)
{
    char         all[512] = "";
    size_t       pos      = 0;
    pgcopy_error err      = {0};
    pgcopy_stmt *stmt;

    while (pgcopy_stmt_parse(slice(sql), &pos, NULL, &stmt, &err) == PGCOPY_OK) {
        strcat(strcat(all, stmt->sql), "|");
        assert_int_equal(strlen(stmt->sql), stmt->sql_len);
        pgcopy_stmt_free(stmt);
    }
    assert_string_equal(err.message, "");
    assert_string_equal(all, expected);
    assert_int_equal(pos, strlen(sql));
}

static void a_semicolon_ends_a_statement(void **state)
{
    (void)state;
    assert_split("SELECT 1;SELECT 2", "SELECT 1|SELECT 2|");
    assert_split("SELECT 1;\n\nCOPY t FROM STDIN ; BEGIN;",
                 "SELECT 1|COPY t FROM STDIN|BEGIN|");
}

static void empty_statements_and_comments_are_none(void **state)
{
    (void)state;
    assert_split("", "");
    assert_split(";", "");
    assert_split(" ;; \n;", "");
    assert_split("-- pg_restore sends these", "");
    assert_split("/* a /* b */ ; */", "");
    assert_split(";;SELECT 1;;;", "SELECT 1|");
}

static void a_semicolon_in_quotes_or_comments_does_not(void **state)
{
    (void)state;
    assert_split("SELECT ';', \";\", $$;$$, $a$;$$;$a$, E'\\';', U&';', B';'; X",
                 "SELECT ';', \";\", $$;$$, $a$;$$;$a$, E'\\';', U&';', B';'|X|");
    assert_split("SELECT 1 /* ; /* ; */ ; */ + 2 -- ;\n + 3; X",
                 "SELECT 1 /* ; /* ; */ ; */ + 2 -- ;\n + 3|X|");
    assert_split("SELECT 'a' -- '\n ';'; X", "SELECT 'a' -- '\n ';'|X|");
    assert_split("SELECT '\\'; X", "SELECT '\\'|X|");
    assert_split("SELECT a$b$;X$b$", "SELECT a$b$|X$b$|");
}

static void a_semicolon_in_a_body_or_a_rule_does_not(void **state)
{
    (void)state;
    assert_split("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); X",
                 "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)|X|");
    assert_split(
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN "
        "1 END; SELECT 1 AS end; SELECT t.case; END; X",
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN "
        "1 END; SELECT 1 AS end; SELECT t.case; END|X|");
    assert_split("CREATE PROCEDURE p() BEGIN ATOMIC END; X",
                 "CREATE PROCEDURE p() BEGIN ATOMIC END|X|");
    assert_split("SELECT begin atomic; X", "SELECT begin atomic|X|");
}

/* One statement, then X. */
static void assert_whole(const char *body)
{
    char sql[512], want[512];

    snprintf(sql, sizeof sql, "%s; X", body);
    snprintf(want, sizeof want, "%s|X|", body);
    assert_split(sql, want);
}

static void a_body_of_another_database_is_whole(void **state)
{
    (void)state;
    assert_whole("CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.id); "
                 "UPDATE t SET a = CASE WHEN b THEN 1 END, b = new.end; END");
    assert_whole("CREATE TEMP TRIGGER IF NOT EXISTS r DELETE ON begin WHEN old.a BEGIN "
                 "SELECT 1 AS end; SELECT (begin) FROM t; END");
    assert_whole("CREATE TRIGGER begin AFTER UPDATE OF begin, begin ON s.begin BEGIN ; END");
    assert_whole(
        "CREATE OR REPLACE DEFINER=`root`@`localhost` TRIGGER r BEFORE INSERT ON t FOR "
        "EACH ROW l: BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SELECT 1; END; "
        "IF new.a THEN SET new.b = 1; END IF; END l");
    assert_whole(
        "CREATE PROCEDURE p(IN a INT) DETERMINISTIC BEGIN WHILE a DO LOOP SELECT 1; END "
        "LOOP; END WHILE; CASE a WHEN 1 THEN BEGIN END; END CASE; REPEAT SELECT IF(a, 1, "
        "2); UNTIL a END REPEAT; END");
    assert_whole("CREATE FUNCTION f() RETURNS INT BEGIN RETURN 1; END");
    assert_whole("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; SELECT 2; END");
    assert_whole("BEGIN NOT ATOMIC DECLARE a INT; IF a THEN BEGIN SELECT 1; END; END IF; END");
}

static void a_begin_that_opens_no_body_does_not_hold_it_together(void **state)
{
    (void)state;
    assert_split("BEGIN; SELECT CASE WHEN a THEN 1 END; END; X",
                 "BEGIN|SELECT CASE WHEN a THEN 1 END|END|X|");
    assert_split("BEGIN NOT DEFERRABLE; SELECT begin not atomic; X",
                 "BEGIN NOT DEFERRABLE|SELECT begin not atomic|X|");
    assert_whole("CREATE TABLE trigger (begin int)");
    assert_whole("CREATE VIEW v AS SELECT 1 begin");
    assert_whole("CREATE FUNCTION begin() RETURNS begin SET x TO begin AS $$ BEGIN; $$");
    assert_whole("CREATE TRIGGER begin BEFORE UPDATE OF a, begin ON begin FOR EACH ROW WHEN "
                 "(old.a > begin) EXECUTE FUNCTION f('begin')");
    assert_whole(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin FROM t ORDER BY CASE "
        "WHEN a THEN 1 END; SELECT CASE WHEN a THEN 1 END loop; END");
}

static void offset_counts_the_characters_before(void **state)
{
    const char  *sql = " ;SELECT 'é;' ; /* x */ BEGIN -- y\n ;";
    size_t       pos = 0;
    pgcopy_stmt *s   = next(sql, &pos);

    (void)state;
    assert_string_equal(s->sql, "SELECT 'é;'");
    assert_int_equal(s->offset, 2);
    pgcopy_stmt_free(s);
    s = next(sql, &pos);
    assert_string_equal(s->sql, "BEGIN");
    assert_int_equal(s->offset, 24);
    pgcopy_stmt_free(s);
}

static void a_string_of_many_is_counted_once(void **state)
{
    struct stmt_at at  = {0};
    pgcopy_slice   sql = slice("SELECT 'é'; SELECT 'é'; SELECT (");
    pgcopy_stmt   *s   = NULL;
    pgcopy_error   err = {0};

    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(stmt_next(sql, &at, NULL, &s, &err), PGCOPY_OK);
        assert_int_equal(s->offset, i * 12);
        pgcopy_stmt_free(s);
    }
    assert_int_equal(stmt_next(sql, &at, NULL, &s, &err), PGCOPY_ERR_SQL);
    assert_int_equal(err.position, 33);
}

/* ---- Tags ------------------------------------------------------------------------- */

static void tags_are_postgresqls(void **state)
{
    static const char *const cases[][2] = {
        {"insert into t values (1)", "INSERT 0"},
        {"SELECT 1", "SELECT"},
        {"VALUES (1)", "SELECT"},
        {"TABLE t", "SELECT"},
        {"((SELECT 1))", "SELECT"},
        {"UPDATE t SET a = 1", "UPDATE"},
        {"DELETE FROM t", "DELETE"},
        {"MERGE INTO t USING s ON a = b WHEN MATCHED THEN DO NOTHING", "MERGE"},
        {"CREATE TABLE t (a int)", "CREATE TABLE"},
        {"CREATE GLOBAL TEMPORARY TABLE t (a int)", "CREATE TABLE"},
        {"CREATE TABLE t AS SELECT 1", "SELECT"},
        {"CREATE TABLE t AS SELECT 1 WITH NO DATA", "CREATE TABLE AS"},
        {"CREATE MATERIALIZED VIEW v AS SELECT 1", "SELECT"},
        {"CREATE MATERIALIZED VIEW v AS SELECT 1 WITH NO DATA", "CREATE MATERIALIZED VIEW"},
        {"CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE VIEW"},
        {"CREATE UNIQUE INDEX ON t (a)", "CREATE INDEX"},
        {"CREATE CONSTRAINT TRIGGER x", "CREATE TRIGGER"},
        {"CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE x", "CREATE LANGUAGE"},
        {"CREATE USER u", "CREATE ROLE"},
        {"DROP GROUP g", "DROP ROLE"},
        {"ALTER USER MAPPING FOR public SERVER s", "ALTER USER MAPPING"},
        {"ALTER TEXT SEARCH CONFIGURATION c", "ALTER TEXT SEARCH CONFIGURATION"},
        {"DROP FOREIGN DATA WRAPPER w", "DROP FOREIGN DATA WRAPPER"},
        {"DROP TABLE t", "DROP TABLE"},
        {"ALTER TABLE t ADD b int", "ALTER TABLE"},
        {"TRUNCATE t", "TRUNCATE TABLE"},
        {"LOCK t", "LOCK TABLE"},
        {"ANALYSE t", "ANALYZE"},
        {"GRANT SELECT ON t TO u", "GRANT"},
        {"GRANT r TO u", "GRANT ROLE"},
        {"REVOKE r FROM u", "REVOKE ROLE"},
        {"DECLARE c CURSOR FOR SELECT 1", "DECLARE CURSOR"},
        {"EXPLAIN INSERT INTO t VALUES (1)", "EXPLAIN"},
        {"PREPARE p AS SELECT 1", "PREPARE"},
        {"PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"},
        {"COMMIT PREPARED 'x'", "COMMIT PREPARED"},
        {"SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS"},
        {"REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW"},
        {"DO $$ $$", "DO"},
        {"pragma table_info(t)", "PRAGMA"},
        {"%NOTHING", "???"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgcopy_stmt *s = parse(cases[i][0]);
        assert_string_equal(s->tag, cases[i][1]);
        assert_int_equal(s->verb, PGCOPY_VERB_OTHER);
        pgcopy_stmt_free(s);
    }
}

static void with_has_the_tag_of_its_main_verb(void **state)
{
    static const char *const cases[][2] = {
        {"WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT * FROM x", "SELECT"},
        {"WITH x AS (SELECT 1) INSERT INTO t SELECT 1", "INSERT 0"},
        {"WITH insert AS (SELECT 1), update AS (SELECT 2) DELETE FROM t", "DELETE"},
        {"WITH RECURSIVE delete(a) AS (SELECT 1) UPDATE t SET a = 1", "UPDATE"},
        {"WITH RECURSIVE s AS (SELECT 1) SEARCH DEPTH FIRST BY a SET insert SELECT 1",
         "SELECT"},
        {"WITH x AS (SELECT 1) (TABLE x)", "SELECT"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgcopy_stmt *s = parse(cases[i][0]);
        assert_string_equal(s->tag, cases[i][1]);
        pgcopy_stmt_free(s);
    }
}

static void assert_alone(const char *sql, bool alone)
{
    pgcopy_stmt *s = parse(sql);

    if (s->alone != alone)
        fail_msg("%s", sql);
    pgcopy_stmt_free(s);
}

static void some_stand_alone(void **state)
{
    static const char *const yes[] = {"VACUUM",
                                      "VACUUM (ANALYZE) t",
                                      "CREATE DATABASE d",
                                      "DROP DATABASE d",
                                      "CREATE TABLESPACE x LOCATION 'y'",
                                      "DROP TABLESPACE x",
                                      "ALTER SYSTEM RESET ALL",
                                      "ALTER DATABASE d SET TABLESPACE x",
                                      "CREATE INDEX CONCURRENTLY ON t (a)",
                                      "CREATE UNIQUE INDEX CONCURRENTLY ON t (a)",
                                      "DROP INDEX CONCURRENTLY i",
                                      "REINDEX TABLE CONCURRENTLY t",
                                      "REINDEX (CONCURRENTLY, VERBOSE) TABLE t",
                                      "REINDEX SCHEMA s",
                                      "REINDEX (VERBOSE, TABLESPACE x) DATABASE d",
                                      "REINDEX SYSTEM d",
                                      "CLUSTER",
                                      "CLUSTER VERBOSE",
                                      "DISCARD ALL",
                                      "COMMIT PREPARED 'x'",
                                      "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
                                      "PRAGMA x",
                                      "ATTACH 'f' AS x",
                                      "DETACH x"};
    static const char *const no[]  = {"ANALYZE",
                                      "ALTER DATABASE d SET work_mem = 1",
                                      "CREATE INDEX ON t (a)",
                                      "REINDEX TABLE system",
                                      "REINDEX (CONCURRENTLY false) TABLE t",
                                      "REINDEX (CONCURRENTLY 0) TABLE t",
                                      "CLUSTER t",
                                      "CLUSTER VERBOSE t",
                                      "DISCARD PLANS",
                                      "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
                                      "ALTER TABLE t DETACH PARTITION p",
                                      "PREPARE TRANSACTION 'x'",
                                      "ALTER TABLE t ADD \"concurrently\" int",
                                      "COPY t FROM STDIN"};

    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_alone(yes[i], true);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_alone(no[i], false);
}

/* ---- Parameters ------------------------------------------------------------------- */

static void places_are_bytes_of_the_statement(void **state)
{
    const char  *sql = "; SELECT 'é$9', $2, \"$8\", $$ $7 $$ /* $6 */ || $10 -- $5";
    pgcopy_stmt *s   = parse(sql);

    (void)state;
    assert_int_equal(s->nplaces, 2);
    assert_int_equal(s->nparams, 10);
    assert_memory_equal(s->sql + s->places[0].start, "$2,", 3);
    assert_int_equal(s->places[0].len, 2);
    assert_int_equal(s->places[0].number, 2);
    assert_memory_equal(s->sql + s->places[1].start, "$10", 3);
    assert_int_equal(s->places[1].len, 3);
    pgcopy_stmt_free(s);
}

/* ---- Errors: all but those marked 18 as a live PostgreSQL 15 words them ----------- */

struct refused {
    const char *sql;
    const char *sqlstate;
    uint32_t    position;
    const char *message;
};

static void assert_refused(const struct refused *r)
{
    pgcopy_error err  = {0};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    assert_int_equal(pgcopy_stmt_parse(slice(r->sql), &pos, NULL, &stmt, &err), PGCOPY_ERR_SQL);
    assert_string_equal(err.message, r->message);
    assert_string_equal(err.sqlstate, r->sqlstate);
    assert_int_equal(err.position, r->position);
    assert_int_equal(pos, 0);
    assert_int_equal(pgcopy_stmt_parse(slice(r->sql), &pos, NULL, &stmt, NULL), PGCOPY_ERR_SQL);
}

static void tokens_must_be_whole(void **state)
{
    static const struct refused cases[] = {
        {"SELECT 'é', 'abc", "42601", 13, "unterminated quoted string at or near \"'abc\""},
        {"SELECT E'a\\'", "42601", 8, "unterminated quoted string at or near \"E'a\\'\""},
        {"SELECT 'a'\n'b", "42601", 8, "unterminated quoted string at or near \"'a'\n'b\""},
        {"SELECT \"a", "42601", 8, "unterminated quoted identifier at or near \"\"a\""},
        {"SELECT \"\"", "42601", 8, "zero-length delimited identifier at or near \"\"\"\""},
        {"SELECT U&\"\"", "42601", 8, "zero-length delimited identifier at or near \"U&\"\"\""},
        {"SELECT 1 /* /* */", "42601", 10, "unterminated /* comment at or near \"/* /* */\""},
        {"SELECT $a$ $b$", "42601", 8,
         "unterminated dollar-quoted string at or near \"$a$ $b$\""},
        {"SELECT B'0", "42601", 8, "unterminated bit string literal at or near \"B'0\""},
        {"SELECT x'0", "42601", 8,
         "unterminated hexadecimal string literal at or near \"x'0\""},
        {"SELECT 1e+", "42601", 8, "trailing junk after numeric literal at or near \"1e+\""},
        /* 18 shows the whole word */
        {"SELECT 12abc", "42601", 8,
         "trailing junk after numeric literal at or near \"12abc\""},
        {"SELECT 1.5a", "42601", 8, "trailing junk after numeric literal at or near \"1.5a\""},
        {"SELECT 1_", "42601", 8, "trailing junk after numeric literal at or near \"1_\""},
        {"SELECT 0x", "42601", 8, "invalid hexadecimal integer at or near \"0x\""},
        {"SELECT 0o_", "42601", 8, "invalid octal integer at or near \"0o_\""},
        {"SELECT 0b", "42601", 8, "invalid binary integer at or near \"0b\""},
        {"SELECT 0b12", "42601", 8, "trailing junk after numeric literal at or near \"0b12\""},
        {"SELECT ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ 1", "42601",
         8,
         "operator too long at or near "
         "\"~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\""},
        {"SELECT $1a", "42601", 8, "trailing junk after parameter at or near \"$1a\""},
        {"SELECT $2147483648", "42601", 8,
         "parameter number too large at or near \"$2147483648\""},
        {"SELECT $0", "42P02", 8, "there is no parameter $0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(&cases[i]);
}

static void parentheses_must_match(void **state)
{
    static const struct refused cases[] = {
        {"SELECT (1", "42601", 10, "syntax error at end of input"},
        {"SELECT (1; SELECT 2)", "42601", 10, "syntax error at or near \";\""},
        {"SELECT 1)", "42601", 9, "syntax error at or near \")\""},
        {"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", "42601", 43,
         "syntax error at end of input"},
        {"CREATE TRIGGER r DELETE ON t BEGIN SELECT 1; END IF;", "42601", 53,
         "syntax error at end of input"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(&cases[i]);
}

static void a_nul_is_not_sql(void **state)
{
    pgcopy_slice sql  = {(const uint8_t *)"SELECT '\0'", 10};
    pgcopy_error err  = {0};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    (void)state;
    assert_int_equal(pgcopy_stmt_parse(sql, &pos, NULL, &stmt, &err), PGCOPY_ERR_SQL);
    assert_string_equal(err.message, "invalid byte sequence for encoding \"UTF8\": 0x00");
}

static void a_long_rest_is_cut_at_a_character(void **state)
{
    char         sql[2000] = "'";
    pgcopy_error err       = {0};
    pgcopy_stmt *stmt      = NULL;
    size_t       pos       = 0;
    size_t       len;

    (void)state;
    for (size_t i = 0; i < 600; i++)
        strcat(sql, "é");
    assert_int_equal(pgcopy_stmt_parse(slice(sql), &pos, NULL, &stmt, &err), PGCOPY_ERR_SQL);
    len = strlen(err.message);
    assert_true(len >= sizeof err.message - 2);
    assert_memory_equal(err.message + len - 2, "é", 2);
}

static void wrong_arguments_change_nothing(void **state)
{
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 9;

    (void)state;
    assert_int_equal(pgcopy_stmt_parse(slice("SELECT 1"), &pos, NULL, &stmt, NULL),
                     PGCOPY_ERR_USAGE);
    assert_int_equal(pos, 9);
    pgcopy_stmt_free(NULL);
}

/* ---- Bounds ----------------------------------------------------------------------- */

/* Deep nesting and long runs: no recursion, no second look. */
static void nesting_is_only_counted(void **state)
{
    const size_t n   = 1u << 20;
    char        *sql = malloc(2 * n + 8);
    pgcopy_stmt *s   = NULL;
    size_t       pos = 0;
    pgcopy_slice text;

    (void)state;
    assert_non_null(sql);
    memcpy(sql, "SELECT ", 7);
    memset(sql + 7, '(', n);
    memset(sql + 7 + n, ')', n);
    text = (pgcopy_slice){(const uint8_t *)sql, 2 * n + 7};
    assert_int_equal(pgcopy_stmt_parse(text, &pos, NULL, &s, NULL), PGCOPY_OK);
    pgcopy_stmt_free(s);
    for (size_t i = 0; i < 2 * n; i++)
        sql[7 + i] = "+-"[i % 2];
    sql[7 + 2 * n - 1] = '1';
    pos                = 0;
    assert_int_equal(pgcopy_stmt_parse(text, &pos, NULL, &s, NULL), PGCOPY_OK);
    pgcopy_stmt_free(s);
    free(sql);
}

static bool parse_all(const pgcopy_allocator *allocator, void *arg)
{
    pgcopy_slice  sql    = slice(arg);
    pgcopy_status status = PGCOPY_OK;
    pgcopy_error  err    = {0};
    size_t        pos    = 0;

    while (status == PGCOPY_OK) {
        pgcopy_stmt *stmt = NULL;
        status            = pgcopy_stmt_parse(sql, &pos, allocator, &stmt, &err);
        pgcopy_stmt_free(stmt);
    }
    assert_true(status == PGCOPY_END || status == PGCOPY_ERR_NOMEM);
    return status == PGCOPY_END;
}

static void memory_may_run_out_anywhere(void **state)
{
    char sql[] =
        "COPY a.b.c (d, \"e\", U&\"f\" UESCAPE '!') FROM STDIN (FORMAT csv, NULL E'\\x41', "
        "FORCE_NULL (d, e), DELIMITER -1.5, nonsense (a, b)) WHERE d > 1;"
        "COPY (SELECT $1, 'a long query so that the arena needs more than one of its chunks, "
        "and "
        "then some more of it') TO PROGRAM 'x';"
        "CREATE TABLE t (a int); SELECT $1, $2, $3; SAVEPOINT x; CLOSE c; SHOW ALL;"
        "SET search_path TO \"$user\", public, 'A \"b'; SET TIME ZONE INTERVAL '1' HOUR";

    (void)state;
    test_every_failure(parse_all, sql);
}

/* ---- Casts of literals ------------------------------------------------------------------- */

/* The statement, or the query of a COPY, with its casts in brackets. */
static void assert_casts(const char *sql, const char *expected)
{
    pgcopy_stmt *s        = parse(sql);
    const char  *text     = s->query ? s->query : s->sql;
    char         all[256] = "";

    for (uint32_t i = 0, at = 0; i <= s->ncasts; i++) {
        uint32_t start = i < s->ncasts ? s->casts[i].start : (uint32_t)strlen(text);
        strncat(all, text + at, start - at);
        if (i < s->ncasts)
            strncat(strcat(all, "<"), text + start, s->casts[i].len);
        strcat(all, i < s->ncasts ? ">" : "");
        at = start + (i < s->ncasts ? s->casts[i].len : 0);
    }
    assert_string_equal(all, expected);
    pgcopy_stmt_free(s);
}

static void casts_of_literals_are_told(void **state)
{
    (void)state;
    assert_casts(
        "SELECT 'a'::date, $1 :: pg_catalog.\"T\"::text, E'b'::varchar(10)[][3] x",
        "SELECT 'a'<::date>, $1 <:: pg_catalog.\"T\"><::text>, E'b'<::varchar(10)[][3]> x");
    assert_casts(
        "VALUES ('a'::timestamp (3) with time zone, 'b'::double precision, 'c'::numeric(1,2))",
        "VALUES ('a'<::timestamp (3) with time zone>, 'b'<::double precision>, "
        "'c'<::numeric(1,2)>)");
    assert_casts(" /* é */ COPY (SELECT 'a' /* :: */ ::date) TO STDOUT",
                 "SELECT 'a' /* :: */ <::date>");
}

static void other_casts_are_the_databases(void **state)
{
    static const char *const others[] = {"SELECT a::int, f('a')::text, 1::int8, (b)::t",
                                         "SELECT 'a'::",
                                         "SELECT 'a'::'b'",
                                         "SELECT '::date'",
                                         "SELECT 'a' || b::date",
                                         "SELECT $$::date$$, \"'a'::b\""};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_casts(others[i], others[i]);
    assert_casts("SELECT 'a'::b(x)", "SELECT 'a'<::b>(x)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_semicolon_ends_a_statement),
        cmocka_unit_test(empty_statements_and_comments_are_none),
        cmocka_unit_test(a_semicolon_in_quotes_or_comments_does_not),
        cmocka_unit_test(a_semicolon_in_a_body_or_a_rule_does_not),
        cmocka_unit_test(a_body_of_another_database_is_whole),
        cmocka_unit_test(a_begin_that_opens_no_body_does_not_hold_it_together),
        cmocka_unit_test(offset_counts_the_characters_before),
        cmocka_unit_test(a_string_of_many_is_counted_once),
        cmocka_unit_test(tags_are_postgresqls),
        cmocka_unit_test(with_has_the_tag_of_its_main_verb),
        cmocka_unit_test(some_stand_alone),
        cmocka_unit_test(places_are_bytes_of_the_statement),
        cmocka_unit_test(tokens_must_be_whole),
        cmocka_unit_test(parentheses_must_match),
        cmocka_unit_test(a_nul_is_not_sql),
        cmocka_unit_test(a_long_rest_is_cut_at_a_character),
        cmocka_unit_test(wrong_arguments_change_nothing),
        cmocka_unit_test(nesting_is_only_counted),
        cmocka_unit_test(memory_may_run_out_anywhere),
        cmocka_unit_test(casts_of_literals_are_told),
        cmocka_unit_test(other_casts_are_the_databases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
