/*
 * test_session_extended.c - Parse, Bind, Execute and Sync, and messages out of place.
 */
#include "session_fixture.h"

static void an_execute_before_sync_needs_no_transaction(void **state)
{
    (void)state;
    check("P |INSERT INTO t VALUES ($1, $2)\nB ||7,~\nD P\nE |0\nS\nX",
          LOGIN "1 2 n C(INSERT 0 3) ZI\n", DATABASE("describe statement $7 $ "));
    check("P |INSERT INTO t VALUES ($1, $2)\nB ||7,~\nD S\nE |0\nS\nX",
          LOGIN "1 2 t n C(INSERT 0 3) ZI\n", DATABASE("describe statement $7 $ "));
    check("P a|SELECT 1\nD Sa\nS\nB p|a|\nE p|0\nS\nX",
          LOGIN "1 t T ZI\n2 D(1,x,y) D(2,x,y) C(SELECT 2) ZI\n",
          DATABASE("describe statement want want want "));
}

static void a_span_until_sync_is_one_transaction(void **state)
{
    (void)state;
    check("P |DELETE FROM t\nB ||\nE |0\nB ||\nE |0\nS\nX",
          LOGIN "1 2 C(DELETE 3) 2 C(DELETE 3) ZI\n",
          DATABASE("(begin statement statement (commit "));
    transcript("P |DELETE FROM t\nB ||\nE |0\nP |COPY t TO STDOUT\nB ||\nE |0\nP x|y\nQ SELECT "
               "1\nS\nX",
               "copy-out", LOGIN "1 2 C(DELETE 3) 1 2 E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin statement copy-out (rollback "), 0);
}

static void a_row_limit_suspends_the_portal(void **state)
{
    (void)state;
    check("P |SELECT 1\nB ||\nE |1\nE |1\nE |1\nE |0\nS\nX",
          LOGIN "1 2 D(1,x,y) s D(2,x,y) s C(SELECT 0) C(SELECT 0) ZI\n",
          DATABASE("(begin statement want want want (commit "));
    check("P |SELECT 1\nB ||\nE |1\nS\nE |0\nS\nX",
          LOGIN "1 2 D(1,x,y) s ZI\nE(ERROR 34000 portal \"\" does not exist) ZI\n",
          DATABASE("statement want finish "));
    check("Q BEGIN\nP |SELECT 1\nB p||\nE p|1\nS\nE p|0\nC Pp\nE p|0\nS\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) ZT\n1 2 D(1,x,y) s ZT\nD(2,x,y) C(SELECT 1) 3 E(ERROR 34000 portal "
                "\"p\" does not exist) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin statement want want want (rollback "));
}

static void copy_by_extended_query_swallows_the_first_sync(void **state)
{
    (void)state;
    check("P |COPY t FROM STDIN\nB ||\nD P\nE |0\nS\nd 1\tx\\n\nc\nS\nX",
          LOGIN "1 2 n G C(COPY 1) ZI\n",
          DATABASE("(begin copy-in rows:1! copy-done (commit "));
    check("P |COPY t FROM STDIN\nB ||\nE |0\nS\nd 1\\n\nc\nQ SELECT 1\nS\nX",
          LOGIN "1 2 G E(ERROR 22P04 missing data for column \"b\" | COPY t, line 1: \"1\") "
                "ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
    transcript("P |COPY t FROM STDIN\nB ||\nE |0\nS\nd 1\\n\nc\nS\nX", "copy-in",
               LOGIN "1 2 E(ERROR 58000 refused) ZI\nZI\n",
               DATABASE("(begin copy-in (rollback "), 0);
    check("P |COPY t TO STDOUT\nB ||\nE |1\nE |1\nS\nX",
          LOGIN
          "1 2 H d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) E(ERROR 55000 portal \"\" cannot be "
          "run) ZI\n",
          DATABASE("(begin copy-out want want want (rollback "));
}

static void mistakes_of_extended_query_have_their_words(void **state)
{
    (void)state;
    check("B |x|\nS\nD Sx\nS\nE x|0\nS\nP |SELECT 1; SELECT 2\nS\nP |SELECT $1\nB ||\nS\nX",
          LOGIN
          "E(ERROR 26000 prepared statement \"x\" does not exist) ZI\n"
          "E(ERROR 26000 prepared statement \"x\" does not exist) ZI\n"
          "E(ERROR 34000 portal \"x\" does not exist) ZI\n"
          "E(ERROR 42601 cannot insert multiple commands into a prepared statement) ZI\n"
          "1 E(ERROR 08P01 bind message supplies 0 parameters, but prepared statement \"\" "
          "requires 1) ZI\n",
          DATABASE(""));
    check("P a|SELECT 1\nP a|SELECT 1\nS\nQ DEALLOCATE a\nP a|\nB |a|\nD P\nE |0\nC Sa\nB "
          "|a|\nS\nX",
          LOGIN
          "1 E(ERROR 42P05 prepared statement \"a\" already exists) ZI\nC(DEALLOCATE) ZI\n"
          "1 2 n I 3 E(ERROR 26000 prepared statement \"a\" does not exist) ZI\n",
          DATABASE(""));
}

static void transactions_by_extended_query(void **state)
{
    (void)state;
    check("P |BEGIN\nB ||\nE |0\nP |DELETE FROM t\nB ||\nE |0\nS\nP |COMMIT\nB ||\nE |0\nS\nX",
          LOGIN "1 2 C(BEGIN) 1 2 C(DELETE 3) ZT\n1 2 C(COMMIT) ZI\n",
          DATABASE("begin statement commit "));
    check("P |SHOW application_name\nB ||\nD P\nE |0\nS\nP |SET application_name = x\nB ||\nE "
          "|1\nS\nX",
          LOGIN "1 2 T D(test) C(SHOW) ZI\n1 2 C(SET) ZI\n", DATABASE(""));
    check("P |SHOW application_name\nB ||\nE |1\nE |1\nE |1\nS\n"
          "P |SELECT current_setting('application_name')\nB ||\nE |1\nE |2\nS\n"
          "P |SHOW application_name\nB ||\nE |2\nS\nX",
          LOGIN "1 2 D(test) s C(SHOW) C(SHOW) ZI\n1 2 D(test) s C(SELECT 0) ZI\n"
                "1 2 D(test) C(SHOW) ZI\n",
          DATABASE(""));
    check("Q BEGIN; SELEC 'x\nP |SELECT 1\nS\nP |ROLLBACK\nB ||\nE |0\nS\nX",
          LOGIN "E(ERROR 42601 unterminated quoted string at or near \"'x\" @14) ZI\n1 ZI\n1 2 "
                "N(WARNING "
                "25P01 there is no transaction in progress) C(ROLLBACK) ZI\n",
          DATABASE(""));
    check("Q BEGIN\nF x\nP |\nB ||\nS\nX",
          LOGIN
          "C(BEGIN) ZT\nE(ERROR 0A000 function calls are not supported) ZE\n1 E(ERROR 25P02 "
          "current transaction is aborted, commands ignored until end of transaction "
          "block) ZE\n",
          NULL);
    check("Q BEGIN\nF x\nP |SELECT 1\nB ||\nS\nQ ROLLBACK\nX",
          LOGIN
          "C(BEGIN) ZT\nE(ERROR 0A000 function calls are not supported) ZE\nE(ERROR 25P02 "
          "current transaction is aborted, commands ignored until end of transaction "
          "block) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin (rollback "));
}

static void unknown_messages_end_it(void **state)
{
    (void)state;
    check("Q \ny what", LOGIN "I ZI\nE(FATAL 08P01 invalid frontend message type 121) ",
          DATABASE(""));
    check("\1 x", LOGIN "E(FATAL 08P01 invalid frontend message type 1) ", DATABASE(""));
    check("p secret", LOGIN "E(FATAL 08P01 invalid frontend message type 112) ", DATABASE(""));
}

static void the_end_of_input_is_a_silent_end(void **state)
{
    (void)state;
    check("Q BEGIN", LOGIN "C(BEGIN) ZT\n", DATABASE("begin "));
    check("", LOGIN, DATABASE(""));
}

static void parameters_are_counted_before_a_failed_transaction_is_seen(void **state)
{
    (void)state;
    check("P a|SELECT $1\nQ BEGIN\nF x\nB |a|\nS\nX",
          LOGIN "1 C(BEGIN) ZT\nE(ERROR 0A000 function calls are not supported) ZE\n"
                "E(ERROR 08P01 bind message supplies 0 parameters, but prepared statement "
                "\"a\" requires 1) ZE\n",
          NULL);
}

#define LONG_NAME "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii"

static void the_lexer_is_a_token_ahead_behind_some_words(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN NULLS " LONG_NAME "i\nQ COPY t FROM STDIN TO " LONG_NAME "i\nX",
          LOGIN "N(NOTICE 42622 identifier \"" LONG_NAME "i\" will be truncated to \"" LONG_NAME
                "\") E(ERROR 42601 syntax error at or near \"NULLS\" @19) ZI\n"
                "E(ERROR 42601 syntax error at or near \"TO\" @19) ZI\n",
          DATABASE(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_counted_before_a_failed_transaction_is_seen),
        cmocka_unit_test(the_lexer_is_a_token_ahead_behind_some_words),
        cmocka_unit_test(an_execute_before_sync_needs_no_transaction),
        cmocka_unit_test(a_span_until_sync_is_one_transaction),
        cmocka_unit_test(a_row_limit_suspends_the_portal),
        cmocka_unit_test(copy_by_extended_query_swallows_the_first_sync),
        cmocka_unit_test(mistakes_of_extended_query_have_their_words),
        cmocka_unit_test(transactions_by_extended_query),
        cmocka_unit_test(unknown_messages_end_it),
        cmocka_unit_test(the_end_of_input_is_a_silent_end)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
