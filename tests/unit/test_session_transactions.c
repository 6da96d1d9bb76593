/*
 * test_session_transactions.c - queries and what they make of the transaction around them.
 */
#include "session_fixture.h"

static void positions_count_from_the_start_of_the_string(void **state)
{
    (void)state;
    check("Q DELETE FROM t;  COPY t FROM STDIN (FORMAT xml)\nQ DELETE FROM t; SELECT 'x\nX",
          LOGIN "C(DELETE 3) E(ERROR 22023 COPY format \"xml\" not recognized @36) ZI\n"
                "E(ERROR 42601 unterminated quoted string at or near \"'x\" @23) ZI\n",
          NULL);
    transcript("Q DELETE FROM t; SELECT 1\nX", "statement statement",
               LOGIN "C(DELETE 3) E(ERROR 58000 refused @16) ZI\n", NULL, 0);
}

static void another_database_is_out_of_reach(void **state)
{
    (void)state;
    check("Q COPY other.s.t TO STDOUT\nQ COPY clinic.s.t TO STDOUT\nX",
          LOGIN "E(ERROR 0A000 cross-database references are not implemented: \"other.s.t\") "
                "ZI\nH d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) ZI\n",
          DATABASE("copy-out want want want "));
}

static void one_statement_runs_by_itself(void **state)
{
    (void)state;
    check("Q INSERT INTO t VALUES (1)\nX", LOGIN "C(INSERT 0 3) ZI\n", DATABASE("statement "));
    check("Q CREATE TABLE u (a int)\nX", LOGIN "C(CREATE TABLE) ZI\n", DATABASE("statement "));
}

static void a_string_of_many_is_one_transaction(void **state)
{
    (void)state;
    check("Q DELETE FROM t; UPDATE t SET a = 1; \nX", LOGIN "C(DELETE 3) C(UPDATE 3) ZI\n",
          DATABASE("(begin statement statement (commit "));
    transcript("Q DELETE FROM t; COPY t TO STDOUT; DELETE FROM t\nX", "copy-out",
               LOGIN "C(DELETE 3) E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin statement copy-out (rollback "), 0);
    check("Q DELETE FROM t; SELEC T; COPY t FROM STDIN (FORMAT 'x\nX",
          LOGIN "E(ERROR 42601 unterminated quoted string at or near \"'x\" @51) ZI\n",
          DATABASE(""));
}

static void a_block_shows_t_and_e(void **state)
{
    (void)state;
    check("Q BEGIN\nQ COPY t FROM STDIN\nd 1\tx\\n\nc\nQ COMMIT\nX",
          LOGIN "C(BEGIN) ZT\nG C(COPY 1) ZT\nC(COMMIT) ZI\n",
          DATABASE("begin copy-in rows:1! copy-done commit "));
    check("Q BEGIN\nQ COPY t FROM STDIN\nd 1\\n\nc\nQ SELECT 1\nQ COMMIT\nX",
          LOGIN "C(BEGIN) ZT\nG E(ERROR 22P04 missing data for column \"b\" | COPY t, line 1: "
                "\"1\") ZE\nE(ERROR 25P02 current transaction is aborted, commands ignored "
                "until end of transaction block) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin copy-in copy-fail (rollback "));
}

static void a_second_begin_warns_and_sets_what_it_says(void **state)
{
    (void)state;
    check("Q BEGIN\nQ BEGIN READ ONLY\nQ COPY t FROM STDIN\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) ZT\nN(WARNING 25001 there is already a transaction in progress) "
                "C(BEGIN) ZT\nE(ERROR 25006 cannot execute COPY FROM in a read-only "
                "transaction) ZE\nC(ROLLBACK) ZI\n",
          NULL);
    check("Q BEGIN\nQ BEGIN\nQ COMMIT\nX",
          LOGIN "C(BEGIN) ZT\nN(WARNING 25001 there is already a transaction in progress) "
                "C(BEGIN) ZT\nC(COMMIT) ZI\n",
          DATABASE("begin commit "));
}

static void what_is_chained_has_the_modes_unless_it_failed(void **state)
{
    (void)state;
    check("Q BEGIN READ ONLY\nQ COMMIT AND CHAIN\nQ COPY t FROM STDIN\nQ COMMIT AND CHAIN\n"
          "Q COPY t FROM STDIN\nc\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) ZT\nC(COMMIT) ZT\nE(ERROR 25006 cannot execute COPY FROM in a "
                "read-only transaction) ZE\nC(ROLLBACK) ZT\nG C(COPY 0) ZT\nC(ROLLBACK) ZI\n",
          NULL);
}

static void savepoints_bring_a_failed_block_back(void **state)
{
    (void)state;
    transcript(
        "Q BEGIN\nQ SAVEPOINT a\nQ DELETE FROM t\nQ ROLLBACK TO a\nQ RELEASE a\nQ COMMIT\nX",
        "statement",
        LOGIN "C(BEGIN) ZT\nC(SAVEPOINT) ZT\nE(ERROR 58000 refused) ZE\nC(ROLLBACK) ZT\n"
              "C(RELEASE) ZT\nC(COMMIT) ZI\n",
        DATABASE("begin savepoint:a statement (rollback-to:a rollback-to:a release:a "
                 "commit "),
        0);
    check("Q SAVEPOINT a\nQ BEGIN; RELEASE b\nQ ROLLBACK\nX",
          LOGIN "E(ERROR 25P01 SAVEPOINT can only be used in transaction blocks) ZI\n"
                "C(BEGIN) E(ERROR 3B001 savepoint \"b\" does not exist) ZE\nC(ROLLBACK) ZI\n",
          NULL);
}

static void commit_without_begin_warns_and_ends_the_implicit_one(void **state)
{
    (void)state;
    check("Q COMMIT\nQ DELETE FROM t; COMMIT; DELETE FROM t\nX",
          LOGIN "N(WARNING 25P01 there is no transaction in progress) C(COMMIT) ZI\n"
                "C(DELETE 3) N(WARNING 25P01 there is no transaction in progress) C(COMMIT) "
                "C(DELETE 3) ZI\n",
          DATABASE("(begin statement commit (begin statement (commit "));
}

static void begin_adopts_what_a_string_has_done(void **state)
{
    (void)state;
    check("Q DELETE FROM t; BEGIN; DELETE FROM t\nQ COMMIT AND CHAIN\nQ ROLLBACK\nX",
          LOGIN "C(DELETE 3) C(BEGIN) C(DELETE 3) ZT\nC(COMMIT) ZT\nC(ROLLBACK) ZI\n",
          DATABASE("(begin statement statement commit begin rollback "));
}

static void vacuum_stands_alone(void **state)
{
    (void)state;
    check("Q VACUUM; SELECT 1\nQ VACUUM\nX",
          LOGIN
          "E(ERROR 25001 VACUUM cannot run inside a transaction block) ZI\nC(VACUUM) ZI\n",
          DATABASE("statement "));
}

#define NOT_NEW                                                                        \
    "G E(ERROR 55000 cannot perform COPY FREEZE because the table was not created or " \
    "truncated "                                                                       \
    "in the current subtransaction) Z"
#define ACTIVITY \
    "G E(ERROR 25000 cannot perform COPY FREEZE because of prior transaction activity) "

/* What is expected was said by PostgreSQL 18.4. */
static void freeze_needs_a_table_of_its_subtransaction(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN (FREEZE)\nQ BEGIN\nQ COPY t FROM STDIN (FREEZE)\nQ ROLLBACK\n"
          "Q SELECT 1; COPY t FROM STDIN (FREEZE)\nX",
          LOGIN NOT_NEW "I\nC(BEGIN) ZT\n" NOT_NEW
                        "E\nC(ROLLBACK) ZI\nT D(1,x,y) D(2,x,y) C(SELECT 2) " NOT_NEW "I\n",
          NULL);
    check("Q BEGIN; CREATE TABLE t (a int); SELECT 1; COPY t FROM STDIN (FREEZE)\nc\nQ "
          "SAVEPOINT s\n"
          "Q COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(CREATE TABLE) T D(1,x,y) D(2,x,y) C(SELECT 2) G C(COPY 0) ZT\n"
                "C(SAVEPOINT) ZT\n" NOT_NEW "E\n",
          NULL);
    check("Q BEGIN; SAVEPOINT s; TRUNCATE t; RELEASE s; COPY t FROM STDIN (FREEZE)\nc\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) C(TRUNCATE TABLE) C(RELEASE) G C(COPY 0) ZT\n", NULL);
    check("Q BEGIN; TRUNCATE t; SAVEPOINT s; ROLLBACK TO s; RELEASE s; COPY t FROM STDIN "
          "(FREEZE)\nc\nX",
          LOGIN
          "C(BEGIN) C(TRUNCATE TABLE) C(SAVEPOINT) C(ROLLBACK) C(RELEASE) G C(COPY 0) ZT\n",
          NULL);
    check("Q BEGIN; SAVEPOINT s; TRUNCATE t; ROLLBACK TO s; COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) C(TRUNCATE TABLE) C(ROLLBACK) " NOT_NEW "E\n", NULL);
    check("Q BEGIN; TRUNCATE t; COMMIT AND CHAIN; COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(TRUNCATE TABLE) C(COMMIT) " NOT_NEW "E\n", NULL);
}

static void freeze_stands_no_other_portal(void **state)
{
    (void)state;
    check("Q BEGIN; TRUNCATE t\nP s|SELECT 1\nB p|s|\nS\nQ COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(TRUNCATE TABLE) ZT\n1 2 ZT\n" ACTIVITY "ZE\n", NULL);
    check(
        "Q BEGIN\nP s|SELECT 1\nB p|s|\nE p|0\nP |COPY t FROM STDIN (FREEZE)\nB ||\nE |0\nS\nX",
        LOGIN "C(BEGIN) ZT\n1 2 D(1,x,y) D(2,x,y) C(SELECT 2) 1 2 " ACTIVITY "ZE\n", NULL);
    check(
        "Q BEGIN; TRUNCATE t\nP s|DELETE FROM t\nB p|s|\nE p|0\nP |COPY t FROM STDIN (FREEZE)\n"
        "B ||\nE |0\nc\nS\nX",
        LOGIN "C(BEGIN) C(TRUNCATE TABLE) ZT\n1 2 C(DELETE 3) 1 2 G C(COPY 0) ZT\n", NULL);
    check("Q BEGIN; TRUNCATE t\nP e|\nB e|e|\nE e|0\nP |COPY t FROM STDIN (FREEZE)\nB ||\nE "
          "|0\nS\nX",
          LOGIN "C(BEGIN) C(TRUNCATE TABLE) ZT\n1 2 I 1 2 " ACTIVITY "ZE\n", NULL);
}

static void a_read_only_transaction_refuses_what_writes(void **state)
{
    (void)state;
    check("Q BEGIN READ ONLY; INSERT INTO t VALUES (1)\nQ ROLLBACK\n"
          "Q INSERT INTO t VALUES (1); DELETE FROM t\nX",
          LOGIN "C(BEGIN) E(ERROR 25006 cannot execute INSERT in a read-only transaction) ZE\n"
                "C(ROLLBACK) ZI\nC(INSERT 0 3) C(DELETE 3) ZI\n",
          DATABASE("begin (rollback (begin statement statement (commit "));
    check("Q BEGIN; SET TRANSACTION READ ONLY; SELECT 1; CREATE TABLE u AS SELECT 1\nQ END\nX",
          LOGIN "C(BEGIN) C(SET) T D(1,x,y) D(2,x,y) C(SELECT 2) E(ERROR 25006 cannot execute "
                "CREATE TABLE AS in a read-only transaction) ZE\nC(ROLLBACK) ZI\n",
          NULL);
    check("Q SET default_transaction_read_only = on\nQ DROP TABLE t\nQ VACUUM\n"
          "Q BEGIN READ WRITE; DROP TABLE t; COMMIT\nX",
          LOGIN
          "C(SET) ZI\nE(ERROR 25006 cannot execute DROP TABLE in a read-only transaction) "
          "ZI\nC(VACUUM) ZI\nC(BEGIN) C(DROP TABLE) C(COMMIT) ZI\n",
          NULL);
    check("P |TRUNCATE t\nS\nB ||\nE |0\nS\nX", LOGIN "1 ZI\n2 C(TRUNCATE TABLE) ZI\n", NULL);
    check("Q BEGIN READ ONLY\nP |TRUNCATE t\nB ||\nE |0\nS\nX",
          LOGIN "C(BEGIN) ZT\n1 2 E(ERROR 25006 cannot execute TRUNCATE TABLE in a read-only "
                "transaction) ZE\n",
          NULL);
}

static void a_transaction_shows_its_modes(void **state)
{
    (void)state;
    check("Q BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY; SHOW transaction_isolation; SHOW "
          "transaction_read_only; ROLLBACK; SHOW TRANSACTION ISOLATION LEVEL; SHOW "
          "transaction_read_only\nX",
          LOGIN "C(BEGIN) T D(serializable) C(SHOW) T D(on) C(SHOW) C(ROLLBACK) T D(read "
                "committed) C(SHOW) T D(off) C(SHOW) ZI\n",
          NULL);
    check(
        "Q SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ\n"
        "Q BEGIN; SHOW transaction_isolation; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
        "SHOW transaction_isolation; END\nX",
        LOGIN "C(SET) ZI\nC(BEGIN) T D(repeatable read) C(SHOW) C(SET) T D(read committed) "
              "C(SHOW) C(COMMIT) ZI\n",
        NULL);
}

/* As PostgreSQL 15 answers; an isolation that the transaction has is no change. */
static void modes_come_too_late_behind_a_query(void **state)
{
    (void)state;
    check("Q BEGIN; INSERT 1; BEGIN ISOLATION LEVEL SERIALIZABLE\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) C(INSERT 0 3) N(WARNING 25001 there is already a transaction in "
                "progress) E(ERROR 25001 SET TRANSACTION ISOLATION LEVEL must be called before "
                "any query) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin statement (rollback "));
    check("Q INSERT 1; BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT 1\nX",
          LOGIN "C(INSERT 0 3) E(ERROR 25001 SET TRANSACTION ISOLATION LEVEL must be called "
                "before any query) ZI\n",
          NULL);
    check("Q BEGIN; SAVEPOINT a; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET "
          "TRANSACTION ISOLATION LEVEL SERIALIZABLE\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) C(SET) E(ERROR 25001 SET TRANSACTION ISOLATION LEVEL "
                "must not be called in a subtransaction) ZE\n",
          NULL);
    check("Q BEGIN READ ONLY; SAVEPOINT a; SET TRANSACTION READ WRITE\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) E(ERROR 25001 cannot set transaction read-write mode "
                "inside a read-only transaction) ZE\n",
          NULL);
    check("Q BEGIN READ ONLY; SET TRANSACTION READ WRITE; INSERT 1; SET TRANSACTION READ ONLY; "
          "BEGIN READ WRITE\nX",
          LOGIN "C(BEGIN) C(SET) C(INSERT 0 3) C(SET) N(WARNING 25001 there is already a "
                "transaction in progress) E(ERROR 25001 transaction read-write mode must be "
                "set before any query) ZE\n",
          NULL);
}

static void empty_queries_are_answered(void **state)
{
    (void)state;
    check("Q \nQ ;;\nQ -- nothing\nX", LOGIN "I ZI\nI ZI\nI ZI\n", DATABASE(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_count_from_the_start_of_the_string),
        cmocka_unit_test(another_database_is_out_of_reach),
        cmocka_unit_test(one_statement_runs_by_itself),
        cmocka_unit_test(a_string_of_many_is_one_transaction),
        cmocka_unit_test(a_block_shows_t_and_e),
        cmocka_unit_test(a_second_begin_warns_and_sets_what_it_says),
        cmocka_unit_test(what_is_chained_has_the_modes_unless_it_failed),
        cmocka_unit_test(savepoints_bring_a_failed_block_back),
        cmocka_unit_test(commit_without_begin_warns_and_ends_the_implicit_one),
        cmocka_unit_test(begin_adopts_what_a_string_has_done),
        cmocka_unit_test(vacuum_stands_alone),
        cmocka_unit_test(freeze_needs_a_table_of_its_subtransaction),
        cmocka_unit_test(freeze_stands_no_other_portal),
        cmocka_unit_test(a_read_only_transaction_refuses_what_writes),
        cmocka_unit_test(a_transaction_shows_its_modes),
        cmocka_unit_test(modes_come_too_late_behind_a_query),
        cmocka_unit_test(empty_queries_are_answered)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
