/*
 * test_session_settings.c - SET and SHOW of a session: what is kept, what is refused, DateStyle
 * word by word.
 */
#include "session_fixture.h"

#include <stdio.h>
#include <string.h>

static void settings_follow_transactions(void **state)
{
    (void)state;
    check("Q SET application_name = 'b'\nQ BEGIN; SET application_name = 'c'\nQ ROLLBACK\n"
          "Q SHOW application_name\nX",
          LOGIN "C(SET) ZI\nC(BEGIN) C(SET) ZT\nC(ROLLBACK) ZI\nT D(b) C(SHOW) ZI\n",
          DATABASE("begin rollback "));
    check("Q BEGIN; SET LOCAL statement_timeout = '90s'; SHOW statement_timeout; COMMIT; SHOW "
          "statement_timeout\nQ SET nonsense = 1\nX",
          LOGIN "C(BEGIN) C(SET) T D(90s) C(SHOW) C(COMMIT) T D(0) C(SHOW) ZI\nE(ERROR 42704 "
                "unrecognized configuration parameter \"nonsense\") ZI\n",
          NULL);
}

#define BAD_DATESTYLE(s) \
    "E(ERROR 22023 invalid value for parameter \"DateStyle\": \"" s "\") ZI\n"

/* SET and SHOW, once for each value; each begins with what the one before left. */
static void set_datestyles(const char *const (*values)[2], size_t n)
{
    char client[TEXT_MAX] = "", told[TEXT_MAX] = LOGIN;

    for (size_t i = 0; i < n; i++) {
        size_t c = strlen(client), t = strlen(told);
        snprintf(client + c, sizeof client - c, "Q SET datestyle = '%s'; SHOW datestyle\n",
                 values[i][0]);
        snprintf(told + t, sizeof told - t, "C(SET) T D(%s) C(SHOW) ZI\n", values[i][1]);
    }
    strcat(client, "X");
    check(client, told, NULL);
}

/* What is expected was said by PostgreSQL 18.4. */
static void datestyle_is_put_together_word_by_word(void **state)
{
    static const char *const half[][2]  = {{"dmy", "ISO, DMY"},
                                           {"european, sql", "SQL, DMY"},
                                           {"default", "ISO, MDY"},
                                           {"german", "German, DMY"},
                                           {"iso", "ISO, DMY"},
                                           {"german, mdy", "German, MDY"},
                                           {"mdy, german", "German, MDY"},
                                           {"", "German, MDY"}};
    static const char *const other[][2] = {{"ISO , iso,dmy", "ISO, DMY"},
                                           {"\"ISO\", \"ymd\"", "ISO, YMD"},
                                           {"postgresqlx, europex", "Postgres, DMY"},
                                           {"noneuropean", "Postgres, MDY"},
                                           {"ymd, default", "ISO, YMD"},
                                           {"german, default", "German, MDY"},
                                           {"default, german", "German, DMY"},
                                           {"us", "German, MDY"}};

    (void)state;
    set_datestyles(half, sizeof half / sizeof *half);
    set_datestyles(other, sizeof other / sizeof *other);
}

static void datestyle_may_be_refused(void **state)
{
    (void)state;
    check(
        "Q SET datestyle = 'ISO MDY'\nQ SET datestyle = 'iso,,mdy'\nQ SET datestyle = 'iso,'\n"
        "Q SET datestyle = ' , '\nQ SET datestyle = '\"iso'\nQ SET datestyle = 'usa'\n"
        "Q SET datestyle = 'dmy, mdy'\nQ SET datestyle = 'iso, sql'\nQ SHOW datestyle\nX",
        LOGIN BAD_DATESTYLE("ISO MDY") BAD_DATESTYLE("iso,,mdy") BAD_DATESTYLE("iso,")
            BAD_DATESTYLE(" , ") BAD_DATESTYLE("\"iso") BAD_DATESTYLE("usa")
                BAD_DATESTYLE("dmy, mdy")
                    BAD_DATESTYLE("iso, sql") "T D(ISO, MDY) C(SHOW) ZI\n",
        NULL);
}

#define BAD_ZONE(s) "E(ERROR 22023 invalid value for parameter \"TimeZone\": \"" s "\") ZI\n"

/* What is expected was said by PostgreSQL 18.4, which has files. */
static void timezone_is_an_offset_or_a_string_of_posix(void **state)
{
    (void)state;
    check("Q SET TimeZone TO 2; SHOW TimeZone\nQ SET TimeZone TO '-7.5'; SHOW TimeZone\n"
          "Q SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE; SHOW TimeZone\n"
          "Q SET TIME ZONE INTERVAL '1' HOUR; SHOW TimeZone\n"
          "Q SET TimeZone TO 'foo+1bar'; SHOW TimeZone\nQ SET TimeZone TO '+02:00'; SHOW "
          "TimeZone\n"
          "Q SET TimeZone TO 'utc'; SHOW TimeZone\nQ BEGIN; SET LOCAL TimeZone TO 1; SHOW "
          "TimeZone; "
          "COMMIT; SHOW TimeZone\nX",
          LOGIN "C(SET) T D(<+02>-02) C(SHOW) ZI\nC(SET) T D(<-07:30>+07:30) C(SHOW) ZI\n"
                "C(SET) T D(<-08>+08) C(SHOW) ZI\nC(SET) T D(<+01>-01) C(SHOW) ZI\n"
                "C(SET) T D(FOO+1BAR) C(SHOW) ZI\nC(SET) T D(+02:00) C(SHOW) ZI\n"
                "C(SET) T D(UTC) C(SHOW) ZI\nC(BEGIN) C(SET) T D(<+01>-01) C(SHOW) C(COMMIT) "
                "T D(UTC) C(SHOW) ZI\n",
          NULL);
}

static void a_timezone_that_is_not_honoured_is_refused(void **state)
{
    (void)state;
    check("Q SET TimeZone TO 'Europe/Berlin'\nQ SET TimeZone TO 168\nQ SET TimeZone TO 'nan'\n"
          "Q SET TimeZone TO 'interval x'\nQ SET TIME ZONE INTERVAL '1 day'\n"
          "Q SET TIME ZONE INTERVAL '1 mon'\nQ SET TimeZone TO ''\nQ SHOW TimeZone\nX",
          LOGIN BAD_ZONE("Europe/Berlin") BAD_ZONE("168") BAD_ZONE("nan") BAD_ZONE("interval x")
              BAD_ZONE("INTERVAL '1 day'") BAD_ZONE("INTERVAL '1 mon'")
                  BAD_ZONE("") "T D(UTC) C(SHOW) ZI\n",
          NULL);
}

static void settings_are_selected_as_they_are_shown(void **state)
{
    (void)state;
    check("Q SELECT pg_catalog.set_config('search_path', '', false);\n"
          "Q SELECT current_setting('search_path')\nQ SELECT current_setting('what', true)\n"
          "Q SELECT current_setting('what')\nQ SELECT set_config('what', '1', false)\nX",
          LOGIN "T D() C(SELECT 1) ZI\nT D() C(SELECT 1) ZI\nT D() C(SELECT 1) ZI\n"
                "E(ERROR 42704 unrecognized configuration parameter \"what\") ZI\n"
                "E(ERROR 42704 unrecognized configuration parameter \"what\") ZI\n",
          DATABASE(""));
    check("Q SELECT set_config('statement_timeout', '90000', true); SHOW statement_timeout\n"
          "Q SELECT set_config('statement_timeout', '1s', true)\nQ SHOW statement_timeout\n"
          "Q BEGIN; SELECT set_config('statement_timeout', '2s', false); ROLLBACK; SHOW "
          "statement_timeout\nX",
          LOGIN "T D(90s) C(SELECT 1) T D(90s) C(SHOW) ZI\nT D(1s) C(SELECT 1) ZI\n"
                "T D(0) C(SHOW) ZI\n"
                "C(BEGIN) T D(2s) C(SELECT 1) C(ROLLBACK) T D(0) C(SHOW) ZI\n",
          NULL);
    check("P a|SELECT set_config('application_name', 'b', false) AS c\nD Sa\nB |a|\nE |0\nS\nX",
          LOGIN "1 t T 2 D(b) C(SELECT 1) ZI\n", DATABASE(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_follow_transactions),
        cmocka_unit_test(datestyle_is_put_together_word_by_word),
        cmocka_unit_test(datestyle_may_be_refused),
        cmocka_unit_test(timezone_is_an_offset_or_a_string_of_posix),
        cmocka_unit_test(a_timezone_that_is_not_honoured_is_refused),
        cmocka_unit_test(settings_are_selected_as_they_are_shown)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
