/*
 * test_bridge_lost.c - a connection that is lost, and opened anew.
 */
#include "bridge_fixture.h"

static void lost_connection_is_opened_by_the_next_job(void **state)
{
    struct talk t = {.script = SCRIPT("Q SELECT 1", "Q SELECT 2", "Q SELECT 3", "X")};

    (void)state;
    lose(&t, 2);
    assert_string_equal(t.told, "R ZI E:08006 ZI T C:SELECT 0 ZI T C:SELECT 0 ZI");
    assert_string_equal(t.rec.log, "open, execute, !, close, open, execute, fetch, finish, "
                                   "execute, fetch, finish, close");
}

static void job_fails_where_the_connection_does_not_open_again(void **state)
{
    struct talk t = {.script = SCRIPT("Q SELECT 1", "Q SELECT 2", "Q SELECT 3", "X")};

    (void)state;
    t.rec.fail_then = PGCOPY_ERR_SQL;
    lose(&t, 2);
    assert_string_equal(t.told, "R ZI E:08006 ZI E:08006 ZI E:08006 ZI");
    assert_string_equal(t.rec.log, "open, execute, !, close, open, !, open, !");
}

static void reopen_has_the_words_of_a_loss_whatever_open_says(void **state)
{
    struct talk t = {.script = SCRIPT("Q SELECT 1", "Q SELECT 2", "X")};

    (void)state;
    t.rec.fail_then  = PGCOPY_ERR_SQL;
    t.rec.fail_state = "28P01";
    lose(&t, 2);
    assert_string_equal(t.told, "R ZI E:28P01 ZI E:08006 ZI");
}

static void connection_lost_in_a_block_waits_for_its_end(void **state)
{
    struct talk t = {.script = SCRIPT("Q BEGIN", "Q SELECT 1", "Q SELECT 2", "Q ROLLBACK",
                                      "Q SELECT 3", "X")};

    (void)state;
    lose(&t, 3);
    assert_string_equal(t.told,
                        "R ZI C:BEGIN ZT E:08006 ZE E:25P02 ZE C:ROLLBACK ZI T C:SELECT 0 ZI");
    assert_string_equal(t.rec.log, "open, begin, execute, !, close, open, execute, fetch, "
                                   "finish, close");
}

static void savepoint_is_lost_with_its_connection(void **state)
{
    struct talk t = {.script = SCRIPT("Q BEGIN", "Q SAVEPOINT a", "Q SELECT 1", "X")};

    (void)state;
    lose(&t, 4);
    assert_string_equal(t.told, "R ZI C:BEGIN ZT C:SAVEPOINT ZT E:08006 E:08006");
    assert_string_equal(t.rec.log, "open, begin, savepoint, execute, !, close");
}

static void committed_copy_is_no_transaction_to_wait_for(void **state)
{
    struct talk t = {.script =
                         SCRIPT("Q COPY t FROM STDIN", "c", "Q SELECT 1", "Q UPDATE t", "X")};

    (void)state;
    lose(&t, 7);
    assert_string_equal(t.told, "R ZI G C:COPY 0 ZI E:08006 ZI C:UPDATE 3 ZI");
}

static void result_and_load_end_on_a_lost_connection(void **state)
{
    struct talk fetch = {.script = SCRIPT("Q SELECT 1", "Q SELECT 2", "X")};
    struct talk rows  = {.script =
                             SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "c", "Q SELECT 1", "X")};

    (void)state;
    lose(&fetch, 3);
    assert_string_equal(fetch.rec.log, "open, execute, fetch, !, finish, close, open, execute, "
                                       "fetch, finish, close");
    lose(&rows, 5);
    assert_string_equal(rows.told, "R ZI G E:08006 ZI T C:SELECT 0 ZI");
    assert_string_equal(rows.rec.log,
                        "open, begin, relation, load_begin, load_rows 0-1, !, load_end drop, "
                        "close, open, execute, fetch, finish, close");
}

/* A backend that calls a loss a row's fault must not be asked for the next row. */
static void lost_connection_loads_no_more_rows(void **state)
{
    struct talk t    = {.script = SCRIPT("Q COPY t FROM STDIN (ON_DATABASE_ERROR ignore)",
                                         "d 1\ta\n", "d 2\tb\n", "c", "X")};
    struct talk last = {.script = SCRIPT("Q COPY t FROM STDIN (ON_DATABASE_ERROR ignore)",
                                         "d 1\ta\n", "c", "X")};

    (void)state;
    t.rec.fail_state = last.rec.fail_state = "23505";
    t.rec.fail_row = last.rec.fail_row = 1;
    lose(&t, 5);
    assert_string_equal(t.told, "R ZI G E:08006 ZI");
    assert_string_equal(t.rec.log, "open, begin, relation, load_begin, load_rows 0-2, !, "
                                   "load_end drop, close");
    lose(&last, 5);
    assert_string_equal(last.told, "R ZI G E:08006 ZI");
    assert_string_equal(last.rec.log, "open, begin, relation, load_begin, load_rows 0-1, !, "
                                      "load_end drop, close");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_connection_is_opened_by_the_next_job),
        cmocka_unit_test(job_fails_where_the_connection_does_not_open_again),
        cmocka_unit_test(reopen_has_the_words_of_a_loss_whatever_open_says),
        cmocka_unit_test(connection_lost_in_a_block_waits_for_its_end),
        cmocka_unit_test(savepoint_is_lost_with_its_connection),
        cmocka_unit_test(committed_copy_is_no_transaction_to_wait_for),
        cmocka_unit_test(result_and_load_end_on_a_lost_connection),
        cmocka_unit_test(lost_connection_loads_no_more_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
