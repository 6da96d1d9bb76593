/*
 * test_session_steps.c - a session step by step: cancel, end, two batches, buffers, time
 * limits.
 */
#include "session_fixture.h"

#include <stdlib.h>
#include <string.h>

static void cancel_waits_for_the_next_row(void **state)
{
    struct transcript *t      = calloc(1, sizeof *t);
    struct stream     *server = calloc(1, sizeof *server);
    pgcopy_session    *s;

    (void)state;
    assert_true(t && server);
    s = session_that_is_ready(NULL, t, server);
    pgcopy_session_cancel(s); /* nothing runs: forgotten */
    send_lines(s, t, "Q COPY t FROM STDIN\nd 1\tx\\n");
    work(s, t, server, NULL);
    expect(t, server, "G ");
    pgcopy_session_cancel(s);
    send_lines(s, t, "d 2\t");
    work(s, t, server, NULL);
    expect(t, server, "");
    send_lines(s, t, "d y\\n\nc\nQ DELETE FROM t");
    work(s, t, server, NULL);
    expect(t, server,
           "E(ERROR 57014 canceling statement due to user request | COPY t, line 2: "
           "\"2\ty\") ZI\nC(DELETE 3) ZI\n");
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    assert_true(pgcopy_session_over(s) && t->db.closed);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

static void an_end_from_above_is_fatal_with_context(void **state)
{
    struct transcript *t      = calloc(1, sizeof *t);
    struct stream     *server = calloc(1, sizeof *server);
    pgcopy_session    *s;

    (void)state;
    assert_true(t && server);
    s = session_that_is_ready(NULL, t, server);
    send_lines(s, t, "Q COPY t FROM STDIN\nd 1\tx\\n");
    work(s, t, server, NULL);
    server->len = 0;
    pgcopy_session_end(s, NULL);
    work(s, t, server, NULL);
    expect(
        t, server,
        "E(FATAL 57P01 terminating connection due to administrator command | COPY t, line 2) ");
    assert_true(pgcopy_session_over(s));
    assert_int_equal(pgcopy_session_progress(s)->state, PGCOPY_COPY_FAILED);
    assert_string_equal(pgcopy_session_progress(s)->sqlstate, "57P01");
    pgcopy_session_free(s);
    free(t);
    free(server);
}

static void the_next_batch_is_decoded_beside_the_first(void **state)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 1};
    pgcopy_session_opts opts   = {.size = sizeof opts, .batch = &limits};
    struct transcript  *t      = calloc(1, sizeof *t);
    struct stream      *server = calloc(1, sizeof *server);
    const pgcopy_event *ev;
    pgcopy_session     *s;

    (void)state;
    assert_true(t && server);
    s = session_that_is_ready(&opts, t, server);
    send_lines(s, t, "Q COPY t FROM STDIN");
    work(s, t, server, NULL);
    send_lines(s, t, "d 1\tx\\n2\\n");
    ev = pgcopy_session_next(s);
    assert_true(ev && ev->type == PGCOPY_EVENT_ROWS);
    assert_null(pgcopy_session_next(s)); /* line 2 is bad, but that is not said yet */
    server->len = 0;
    take_output(s, server);
    expect(t, server, "");
    assert_int_equal(pgcopy_session_accept(s), PGCOPY_OK);
    assert_int_equal(pgcopy_session_accept(s), PGCOPY_ERR_USAGE);
    work(s, t, server, NULL);
    expect(t, server,
           "E(ERROR 22P04 missing data for column \"b\" | COPY t, line 2: \"2\") ZI\n");
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

static void an_idle_session_owns_no_buffer(void **state)
{
    struct test_memory  m;
    pgcopy_session_opts opts   = {.size = sizeof opts, .allocator = &m.allocator};
    struct transcript  *t      = calloc(1, sizeof *t);
    struct stream      *server = calloc(1, sizeof *server);
    pgcopy_session     *s;
    size_t              idle, len;

    (void)state;
    assert_true(t && server);
    test_memory_init(&m, 0);
    s = session_that_is_ready(&opts, t, server);
    assert_non_null(pgcopy_session_recv_buf(s, &len));
    pgcopy_session_recv_ack(s, 0);
    idle = m.live;
    assert_true(idle <= 936);
    send_lines(s, t, "Q COPY t FROM STDIN\nd 1\tx\\n\nc");
    work(s, t, server, NULL);
    assert_non_null(pgcopy_session_recv_buf(s, &len));
    pgcopy_session_recv_ack(s, 0);
    assert_int_equal(m.live, idle + sizeof(pgcopy_progress)); /* of the last COPY */
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);
    assert_int_equal(m.live, 0);
    free(t);
    free(server);
}

static void timers_run_where_they_should(void **state)
{
    struct transcript  *t      = calloc(1, sizeof *t);
    struct stream      *server = calloc(1, sizeof *server);
    pgcopy_session_opts opts   = {.size = sizeof opts, .copy_idle_ms = 50};
    pgcopy_session     *s      = pgcopy_session_new(&opts);
    uint32_t            start, again;

    (void)state;
    assert_true(t && server);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_AUTH, &start), 60000);
    pgcopy_session_free(s);
    s = session_that_is_ready(&opts, t, server);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_AUTH, &start), 0);
    send_lines(s, t, "Q SET statement_timeout = '2s'\nQ COPY t FROM STDIN");
    work(s, t, server, NULL);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_STATEMENT, &start), 2000);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_COPY_IDLE, &start), 50);
    send_lines(s, t, "d 1");
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_COPY_IDLE, &again), 50);
    assert_int_not_equal(start, again);
    pgcopy_session_expired(s, PGCOPY_TIMER_STATEMENT);
    send_lines(s, t, "d \tx\\n");
    server->len = 0;
    work(s, t, server, NULL);
    expect(t, server,
           "E(ERROR 57014 canceling statement due to statement timeout | COPY t, line "
           "1: \"1\tx\") ZI\n");
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancel_waits_for_the_next_row),
        cmocka_unit_test(an_end_from_above_is_fatal_with_context),
        cmocka_unit_test(the_next_batch_is_decoded_beside_the_first),
        cmocka_unit_test(an_idle_session_owns_no_buffer),
        cmocka_unit_test(timers_run_where_they_should)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
