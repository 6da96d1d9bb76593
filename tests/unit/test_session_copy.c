/*
 * test_session_copy.c - COPY through a session: what each message of it does.
 */
#include "session_fixture.h"

static void copy_from_is_atomic_and_commits_before_its_tag(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n2\ty\\n\nc\nX", LOGIN "G C(COPY 2) ZI\n",
          DATABASE("(begin copy-in rows:2!! copy-done (commit "));
}

static void rows_may_be_cut_between_messages(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN CSV\nd 1,\nd \"x\nd y\"\\n2\nd ,z\nc\nX",
          LOGIN "G C(COPY 2) ZI\n", DATABASE("(begin copy-in rows:2!! copy-done (commit "));
}

static void batches_follow_each_other(void **state)
{
    (void)state;
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n2\ty\\n3\tz\\n4\tu\\n5\tv\\n\nc\nX", NULL,
               LOGIN "G C(COPY 5) ZI\n",
               DATABASE("(begin copy-in rows:2 rows:2 rows:1!! copy-done (commit "), 2);
}

static void no_rows_are_no_batch(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nc\nX", LOGIN "G C(COPY 0) ZI\n",
          DATABASE("(begin copy-in copy-done (commit "));
}

static void a_bad_row_refuses_all_and_the_session_lives(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n2\\n3\tz\\n\nd 4\tu\\n\nc\nQ SELECT 1\nX",
          LOGIN "G E(ERROR 22P04 missing data for column \"b\" | COPY t, line 2: \"2\") ZI\n"
                "T D(1,x,y) D(2,x,y) C(SELECT 2) ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback statement want want want "));
}

static void a_wrong_value_names_line_and_column(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\nq\ty\\n\nc\nX",
          LOGIN
          "G E(ERROR 22P02 invalid input syntax for type integer: \"q\" | COPY t, line 2, "
          "column a: \"q\") ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nd q\ty\\n\nd 3\\n\nd \\.\\n\nc\nX",
          LOGIN
          "G E(ERROR 22P02 invalid input syntax for type integer: \"q\" | COPY t, line 2, "
          "column a: \"q\") ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
}

static void copy_fail_is_57014(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nf no more\nX",
          LOGIN "G E(ERROR 57014 COPY from stdin failed: no more | COPY t, line 2) ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nd 2\ty\\n\nd 3\t\nf no more\nX",
          LOGIN "G E(ERROR 57014 COPY from stdin failed: no more | COPY t, line 3) ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
}

static void what_comes_late_is_dropped(void **state)
{
    (void)state;
    check("Q COPY nowhere FROM STDIN\nd 1\tx\\n\nc\nf late\nQ \nX",
          LOGIN "G C(COPY 1) ZI\nI ZI\n", NULL);
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nc\nf late\nQ \nX", "copy-in",
               LOGIN "E(ERROR 58000 refused) ZI\nI ZI\n", DATABASE("(begin copy-in (rollback "),
               0);
}

static void flush_and_sync_are_swallowed(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nS\nd 1\tx\\n\nH\nc\nS\nX", LOGIN "G C(COPY 1) ZI\nZI\n",
          DATABASE("(begin copy-in rows:1!! copy-done (commit "));
}

static void another_message_is_abuse(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nQ SELECT 1",
          LOGIN "G E(ERROR 08P01 unexpected message type 0x51 during COPY from stdin | COPY t, "
                "line 2) E(FATAL 08P01 terminating connection because protocol "
                "synchronization was lost) ",
          DATABASE("(begin copy-in "));
}

static void a_client_that_vanishes_stores_nothing(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n",
          LOGIN
          "G E(ERROR 08006 unexpected EOF on client connection with an open transaction | "
          "COPY t, line 2) E(FATAL 08P01 terminating connection because protocol "
          "synchronization was lost) ",
          DATABASE("(begin copy-in "));
}

static void a_refused_batch_drops_the_next(void **state)
{
    (void)state;
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n2\ty\\n3\tz\\n4\\n\nc\nX", "rows",
               LOGIN "G E(ERROR 58000 refused | COPY t) ZI\n",
               DATABASE("(begin copy-in rows:2 copy-fail (rollback "), 2);
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nd 2\ty\\n\nd 3\tz\\n\nd 4\\n\nc\nX", "rows",
               LOGIN "G E(ERROR 58000 refused | COPY t) ZI\n",
               DATABASE("(begin copy-in rows:2 copy-fail (rollback "), 2);
}

static void a_refused_end_or_commit_takes_the_place_of_the_tag(void **state)
{
    (void)state;
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nc\nX", "copy-done",
               LOGIN "G E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin copy-in rows:1!! copy-done (rollback "), 0);
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nc\nX", "commit",
               LOGIN "G E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin copy-in rows:1!! copy-done (commit "), 0);
    transcript("Q COPY t FROM STDIN\nX", "begin", LOGIN "E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin "), 0);
}

static void copy_to_sends_a_message_a_row(void **state)
{
    (void)state;
    check("Q COPY t TO STDOUT\nX", LOGIN "H d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) ZI\n",
          DATABASE("copy-out want want want "));
    check("Q COPY t TO STDOUT (FORMAT csv, HEADER)\nX",
          LOGIN "H d(a,b\\n) d(1,\"x,y\"\\n) d(2,\"x,y\"\\n) c C(COPY 2) ZI\n", NULL);
    check("Q COPY (SELECT 1) TO STDOUT\nX",
          LOGIN "H d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) ZI\n", NULL);
}

static void a_file_is_refused_before_the_table_is_looked_at(void **state)
{
    (void)state;
    check("Q COPY t (a, a) FROM '/etc/passwd'\nQ COPY nope TO PROGRAM 'true' (WHAT)\nX",
          LOGIN "E(ERROR 42501 permission denied to COPY from a file) ZI\n"
                "E(ERROR 42501 permission denied to COPY to or from an external program) ZI\n",
          DATABASE(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_from_is_atomic_and_commits_before_its_tag),
        cmocka_unit_test(rows_may_be_cut_between_messages),
        cmocka_unit_test(batches_follow_each_other),
        cmocka_unit_test(no_rows_are_no_batch),
        cmocka_unit_test(a_bad_row_refuses_all_and_the_session_lives),
        cmocka_unit_test(a_wrong_value_names_line_and_column),
        cmocka_unit_test(copy_fail_is_57014),
        cmocka_unit_test(what_comes_late_is_dropped),
        cmocka_unit_test(flush_and_sync_are_swallowed),
        cmocka_unit_test(another_message_is_abuse),
        cmocka_unit_test(a_client_that_vanishes_stores_nothing),
        cmocka_unit_test(a_refused_batch_drops_the_next),
        cmocka_unit_test(a_refused_end_or_commit_takes_the_place_of_the_tag),
        cmocka_unit_test(copy_to_sends_a_message_a_row),
        cmocka_unit_test(a_file_is_refused_before_the_table_is_looked_at)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
