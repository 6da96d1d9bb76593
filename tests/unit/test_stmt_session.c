/* test_stmt_session.c - transactions and the session's own verbs: what they say. */
#include <pgcopy/stmt.h>

#include "harness.h"

#include <string.h>

static pgcopy_slice slice(const char *text)
{
    return (pgcopy_slice){(const uint8_t *)text, strlen(text)};
}

static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_error err  = {0};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    if (pgcopy_stmt_parse(slice(sql), &pos, NULL, &stmt, &err) != PGCOPY_OK)
        fail_msg("%s: %s", sql, err.message);
    return stmt;
}

static void assert_text(const char *sql, const char *text, const char *expected)
{
    if (text ? !expected || strcmp(text, expected) != 0 : expected != NULL)
        fail_msg("%s: %s, not %s", sql, text ? text : "NULL", expected ? expected : "NULL");
}

/* ---- Transactions ----------------------------------------------------------------- */

struct transaction {
    const char      *sql;
    const char      *tag;
    pgcopy_verb      verb;
    const char      *name;
    pgcopy_isolation isolation;
    bool             read_only, read_write, deferrable, chain;
};

static void assert_transaction(const struct transaction *t)
{
    pgcopy_stmt *s = parse(t->sql);

    assert_text(t->sql, s->tag, t->tag);
    assert_int_equal(s->verb, t->verb);
    assert_int_equal(s->tx->verb, t->verb);
    assert_int_equal(s->tx->size, sizeof *s->tx);
    assert_text(t->sql, s->tx->name, t->name);
    assert_int_equal(s->tx->isolation, t->isolation);
    assert_int_equal(s->tx->read_only, t->read_only);
    assert_int_equal(s->tx->read_write, t->read_write);
    assert_int_equal(s->tx->deferrable, t->deferrable);
    assert_int_equal(s->chain, t->chain);
    assert_false(s->tx->implicit);
    pgcopy_stmt_free(s);
}

static void transactions_begin_with_modes(void **state)
{
    static const struct transaction cases[] = {
        {.sql = "BEGIN", .tag = "BEGIN", .verb = PGCOPY_VERB_BEGIN},
        {.sql = "begin work;", .tag = "BEGIN", .verb = PGCOPY_VERB_BEGIN},
        {.sql        = "BEGIN READ WRITE",
         .tag        = "BEGIN",
         .verb       = PGCOPY_VERB_BEGIN,
         .read_write = true},
        {.sql        = "START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY DEFERRABLE",
         .tag        = "START TRANSACTION",
         .verb       = PGCOPY_VERB_BEGIN,
         .isolation  = PGCOPY_ISOLATION_SERIALIZABLE,
         .read_only  = true,
         .deferrable = true},
        {.sql       = "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED",
         .tag       = "BEGIN",
         .verb      = PGCOPY_VERB_BEGIN,
         .isolation = PGCOPY_ISOLATION_READ_COMMITTED},
        {.sql        = "BEGIN READ ONLY, READ WRITE, DEFERRABLE, NOT DEFERRABLE",
         .tag        = "BEGIN",
         .verb       = PGCOPY_VERB_BEGIN,
         .read_write = true},
        {.sql       = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
         .tag       = "SET",
         .verb      = PGCOPY_VERB_SET_TRANSACTION,
         .isolation = PGCOPY_ISOLATION_REPEATABLE_READ},
        {.sql       = "SET LOCAL TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
         .tag       = "SET",
         .verb      = PGCOPY_VERB_SET_TRANSACTION,
         .isolation = PGCOPY_ISOLATION_READ_UNCOMMITTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_transaction(&cases[i]);
}

static void transactions_end_and_go_back(void **state)
{
    static const struct transaction cases[] = {
        {.sql = "COMMIT", .tag = "COMMIT", .verb = PGCOPY_VERB_COMMIT},
        {.sql = "END WORK AND NO CHAIN", .tag = "COMMIT", .verb = PGCOPY_VERB_COMMIT},
        {.sql   = "COMMIT TRANSACTION AND CHAIN",
         .tag   = "COMMIT",
         .verb  = PGCOPY_VERB_COMMIT,
         .chain = true},
        {.sql = "ABORT", .tag = "ROLLBACK", .verb = PGCOPY_VERB_ROLLBACK},
        {.sql   = "ROLLBACK AND CHAIN",
         .tag   = "ROLLBACK",
         .verb  = PGCOPY_VERB_ROLLBACK,
         .chain = true},
        {.sql = "SAVEPOINT A", .tag = "SAVEPOINT", .verb = PGCOPY_VERB_SAVEPOINT, .name = "a"},
        {.sql = "RELEASE \"A\"", .tag = "RELEASE", .verb = PGCOPY_VERB_RELEASE, .name = "A"},
        {.sql  = "RELEASE SAVEPOINT a",
         .tag  = "RELEASE",
         .verb = PGCOPY_VERB_RELEASE,
         .name = "a"},
        {.sql  = "RELEASE SAVEPOINT;",
         .tag  = "RELEASE",
         .verb = PGCOPY_VERB_RELEASE,
         .name = "savepoint"},
        {.sql  = "ROLLBACK WORK TO SAVEPOINT a",
         .tag  = "ROLLBACK",
         .verb = PGCOPY_VERB_ROLLBACK_TO,
         .name = "a"},
        {.sql  = "ROLLBACK TO a",
         .tag  = "ROLLBACK",
         .verb = PGCOPY_VERB_ROLLBACK_TO,
         .name = "a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_transaction(&cases[i]);
}

/* ---- Settings --------------------------------------------------------------------- */

struct setting {
    const char *sql;
    const char *name;
    const char *value;
};

static void assert_settings(const struct setting *cases, size_t n, pgcopy_verb verb)
{
    for (size_t i = 0; i < n; i++) {
        pgcopy_stmt *s = parse(cases[i].sql);
        assert_text(cases[i].sql, s->name, cases[i].name);
        assert_text(cases[i].sql, s->value, cases[i].value);
        assert_int_equal(s->verb, verb);
        pgcopy_stmt_free(s);
    }
}

/* The values are those that SHOW gave on a live server. */
static void set_says_name_and_value(void **state)
{
    static const struct setting cases[] = {
        {"SET extra_float_digits = 3", "extra_float_digits", "3"},
        {"SET Application_Name TO 'x y'", "application_name", "x y"},
        {"SET x.y TO -1.50", "x.y", "-1.50"},
        {"SET x.y TO + 007", "x.y", "7"},
        {"SET x.y = On", "x.y", "on"},
        {"SET x.y TO DEFAULT", "x.y", NULL},
        {"SET DateStyle = 'ISO', MDY", "datestyle", "ISO, mdy"},
        {"SET search_path TO \"$user\", public, 'A b', \"select\", 'q\"q', true", "search_path",
         "\"$user\", public, \"A b\", \"select\", \"q\"\"q\", \"true\""},
        {"SET search_path = ''", "search_path", "\"\""},
        {"SET SESSION x = 1", "x", "1"},
        {"SET session = 1", "session", "1"},
        {"SET local TO 1", "local", "1"},
        {"SET TIME ZONE 'UTC'", "timezone", "UTC"},
        {"SET TIME ZONE -7", "timezone", "-7"},
        {"SET TIME ZONE LOCAL", "timezone", NULL},
        {"SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE", "timezone",
         "INTERVAL '-08:00' HOUR TO MINUTE"},
        {"SET TIME ZONE INTERVAL(3) '1'", "timezone", "INTERVAL '1'"},
        {"SET NAMES 'utf8'", "client_encoding", "utf8"},
        {"SET NAMES", "client_encoding", NULL},
        {"SET SCHEMA 'x y'", "search_path", "\"x y\""},
        {"SET ROLE NONE", "role", "none"},
        {"SET SESSION AUTHORIZATION 'x'", "session_authorization", "x"},
        {"SET SESSION AUTHORIZATION DEFAULT", "session_authorization", NULL},
        {"SET XML OPTION DOCUMENT", "xmloption", "document"},
        {"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY",
         "default_transaction_isolation", "serializable"},
        {"SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
         "default_transaction_read_only", "off"},
        {"SET SESSION CHARACTERISTICS AS TRANSACTION NOT DEFERRABLE",
         "default_transaction_deferrable", "off"},
    };

    (void)state;
    assert_settings(cases, sizeof cases / sizeof *cases, PGCOPY_VERB_SET);
}

static void only_set_local_is_local(void **state)
{
    pgcopy_stmt *local   = parse("SET LOCAL x = 1");
    pgcopy_stmt *session = parse("SET SESSION x = 1");

    (void)state;
    assert_true(local->local);
    assert_false(session->local);
    pgcopy_stmt_free(local);
    pgcopy_stmt_free(session);
}

static void characteristics_have_all_their_modes(void **state)
{
    pgcopy_stmt *s = parse("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY, ISOLATION "
                           "LEVEL SERIALIZABLE");

    (void)state;
    assert_true(s->tx->read_only);
    assert_int_equal(s->tx->isolation, PGCOPY_ISOLATION_SERIALIZABLE);
    pgcopy_stmt_free(s);
}

static void show_and_reset_say_what(void **state)
{
    static const struct setting shows[] = {
        {"SHOW ALL", NULL, NULL},
        {"SHOW Client_Encoding", "client_encoding", NULL},
        {"SHOW TIME ZONE", "timezone", NULL},
        {"SHOW time", "time", NULL},
        {"show transaction isolation level", "transaction_isolation", NULL},
        {"SHOW SESSION AUTHORIZATION", "session_authorization", NULL}};
    static const struct setting resets[] = {{"RESET ALL", NULL, NULL},
                                            {"RESET x.Y", "x.y", NULL},
                                            {"RESET TIME ZONE", "timezone", NULL}};

    (void)state;
    assert_settings(shows, sizeof shows / sizeof *shows, PGCOPY_VERB_SHOW);
    assert_settings(resets, sizeof resets / sizeof *resets, PGCOPY_VERB_RESET);
}

/* ---- The others, with the tags that PostgreSQL gives them ---------------------------------
 */

static void assert_verb(const char *sql, pgcopy_verb verb, const char *tag, const char *name)
{
    pgcopy_stmt *s = parse(sql);

    assert_int_equal(s->verb, verb);
    assert_text(sql, s->tag, tag);
    assert_text(sql, s->name, name);
    pgcopy_stmt_free(s);
}

static void what_is_dropped_has_a_name_or_is_all(void **state)
{
    (void)state;
    assert_verb("DISCARD ALL", PGCOPY_VERB_DISCARD, "DISCARD ALL", NULL);
    assert_verb("DISCARD TEMPORARY", PGCOPY_VERB_DISCARD, "DISCARD TEMP", "temp");
    assert_verb("DISCARD PLANS", PGCOPY_VERB_DISCARD, "DISCARD PLANS", "plans");
    assert_verb("DISCARD SEQUENCES", PGCOPY_VERB_DISCARD, "DISCARD SEQUENCES", "sequences");
    assert_verb("DEALLOCATE dbdpg_p1", PGCOPY_VERB_DEALLOCATE, "DEALLOCATE", "dbdpg_p1");
    assert_verb("DEALLOCATE PREPARE \"P\"", PGCOPY_VERB_DEALLOCATE, "DEALLOCATE", "P");
    assert_verb("DEALLOCATE PREPARE", PGCOPY_VERB_DEALLOCATE, "DEALLOCATE", "prepare");
    assert_verb("DEALLOCATE PREPARE ALL", PGCOPY_VERB_DEALLOCATE, "DEALLOCATE ALL", NULL);
    assert_verb("CLOSE c", PGCOPY_VERB_CLOSE, "CLOSE CURSOR", "c");
    assert_verb("CLOSE ALL", PGCOPY_VERB_CLOSE, "CLOSE CURSOR ALL", NULL);
    assert_verb("UNLISTEN *", PGCOPY_VERB_UNLISTEN, "UNLISTEN", NULL);
    assert_verb("UNLISTEN x", PGCOPY_VERB_UNLISTEN, "UNLISTEN", "x");
}

static void assert_select(const char *sql, pgcopy_verb verb, const char *name,
                          const char *value, const char *label)
{
    pgcopy_stmt *s = parse(sql);

    assert_int_equal(s->verb, verb);
    assert_text(sql, s->tag, "SELECT");
    assert_text(sql, s->name, name);
    assert_text(sql, s->value, value);
    assert_text(sql, s->label, label);
    pgcopy_stmt_free(s);
}

static void settings_can_be_selected(void **state)
{
    const char  *local   = "SELECT set_config('a', 'b', TRUE) \"As\"";
    const char  *missing = "select current_setting('a', true)";
    pgcopy_stmt *s;

    (void)state;
    assert_select("SELECT pg_catalog.set_config('search_path', '', false)",
                  PGCOPY_VERB_SET_CONFIG, "search_path", "", "set_config");
    assert_select("SELECT set_config(E'\\x61', NULL, false) AS select", PGCOPY_VERB_SET_CONFIG,
                  "a", NULL, "select");
    assert_select("SELECT current_setting('Time''Zone')", PGCOPY_VERB_CURRENT_SETTING,
                  "Time'Zone", NULL, "current_setting");
    assert_select(local, PGCOPY_VERB_SET_CONFIG, "a", "b", "As");
    s = parse(local);
    assert_true(s->local);
    pgcopy_stmt_free(s);
    s = parse(missing);
    assert_true(s->missing_ok);
    pgcopy_stmt_free(s);
}

static void a_select_that_says_more_is_passed_on(void **state)
{
    static const char *const others[] = {"SELECT set_config('a', 'b', false), 1",
                                         "SELECT set_config('a', $1, false)",
                                         "SELECT set_config('a', 'b')",
                                         "SELECT current_setting('a') FROM t",
                                         "SELECT mine.set_config('a', 'b', true)",
                                         "SELECT current_setting",
                                         "SELECT pg_catalog.current_setting",
                                         "SELECT current_setting('a') || 'b'",
                                         "SELECT",
                                         "SELECT set_config"};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_select(others[i], PGCOPY_VERB_OTHER, NULL, NULL, NULL);
}

static void their_relatives_are_passed_on(void **state)
{
    (void)state;
    assert_verb("ROLLBACK PREPARED 'x'", PGCOPY_VERB_OTHER, "ROLLBACK PREPARED", NULL);
    assert_verb("SET CONSTRAINTS ALL DEFERRED", PGCOPY_VERB_OTHER, "SET CONSTRAINTS", NULL);
    assert_verb("SET TRANSACTION SNAPSHOT 'x'", PGCOPY_VERB_OTHER, "SET", NULL);
    assert_verb("SET x FROM CURRENT", PGCOPY_VERB_OTHER, "SET", NULL);
    assert_verb("SET constraints = 1", PGCOPY_VERB_SET, "SET", "constraints");
}

/* ---- Errors, as a live PostgreSQL 15 words and places them ---------------------------------
 */

static void syntax_errors_are_postgresqls(void **state)
{
    static const struct {
        const char *sql;
        uint32_t    position;
        const char *message;
    } cases[] = {
        {"BEGIN IMMEDIATE", 7, "syntax error at or near \"IMMEDIATE\""},
        {"BEGIN ISOLATION LEVEL SERIALIZABLE,", 36, "syntax error at end of input"},
        {"BEGIN , READ ONLY", 7, "syntax error at or near \",\""},
        {"BEGIN READ x", 12, "syntax error at or near \"x\""},
        {"START WORK", 7, "syntax error at or near \"WORK\""},
        {"COMMIT AND", 11, "syntax error at end of input"},
        {"END PREPARED 'x'", 5, "syntax error at or near \"PREPARED\""},
        {"ABORT TO x", 7, "syntax error at or near \"TO\""},
        {"ROLLBACK TO 'x'", 13, "syntax error at or near \"'x'\""},
        {"SAVEPOINT left", 11, "syntax error at or near \"left\""},
        {"SET x", 6, "syntax error at end of input"},
        {"SET x.user = 1", 7, "syntax error at or near \"user\""},
        {"SET x TO a b", 12, "syntax error at or near \"b\""},
        {"SET x TO DEFAULT, 1", 17, "syntax error at or near \",\""},
        {"SET x = $1", 9, "syntax error at or near \"$1\""},
        {"SET NAMES utf8", 11, "syntax error at or near \"utf8\""},
        {"SET TRANSACTION;", 16, "syntax error at or near \";\""},
        {"SET SESSION CHARACTERISTICS AS TRANSACTION", 43, "syntax error at end of input"},
        {"SET CATALOG 'x'", 13, "current database cannot be changed"},
        {"SET TIME ZONE INTERVAL '1' DAY", 28,
         "time zone interval must be HOUR or HOUR TO MINUTE"},
        {"SHOW x y", 8, "syntax error at or near \"y\""},
        {"SHOW TRANSACTION ISOLATION", 27, "syntax error at end of input"},
        {"DISCARD x", 9, "syntax error at or near \"x\""},
        {"DEALLOCATE", 11, "syntax error at end of input"},
        {"UNLISTEN x.y", 11, "syntax error at or near \".\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgcopy_error err  = {0};
        pgcopy_stmt *stmt = NULL;
        size_t       pos  = 0;
        assert_int_equal(pgcopy_stmt_parse(slice(cases[i].sql), &pos, NULL, &stmt, &err),
                         PGCOPY_ERR_SQL);
        assert_string_equal(err.message, cases[i].message);
        assert_int_equal(err.position, cases[i].position);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transactions_begin_with_modes),
        cmocka_unit_test(transactions_end_and_go_back),
        cmocka_unit_test(set_says_name_and_value),
        cmocka_unit_test(only_set_local_is_local),
        cmocka_unit_test(characteristics_have_all_their_modes),
        cmocka_unit_test(show_and_reset_say_what),
        cmocka_unit_test(what_is_dropped_has_a_name_or_is_all),
        cmocka_unit_test(settings_can_be_selected),
        cmocka_unit_test(a_select_that_says_more_is_passed_on),
        cmocka_unit_test(their_relatives_are_passed_on),
        cmocka_unit_test(syntax_errors_are_postgresqls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
