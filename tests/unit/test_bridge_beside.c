/*
 * test_bridge_beside.c - what happens beside a job: cancel, a loss, the end, and the next rows.
 */
#include "bridge_fixture.h"

#include <string.h>

#include "base/bytes.h"

static size_t run_beside(const struct scene *scene, enum beside beside, size_t job)
{
    struct talk t = {.script = scene->script, .beside = beside, .beside_at = job};

    assert_true(talk(&t));
    assert_true(t.rec.cancels <= (beside == CANCEL_TWICE ? 2 : 1));
    return t.jobs;
}

static void cancel_loss_and_end_beside_every_job_leave_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENES; i++)
        for (enum beside beside = CANCEL; beside <= END; beside++)
            for (size_t job = 1; job <= scenes[i].jobs; job++)
                run_beside(&scenes[i], beside, job);
}

static void only_a_long_call_is_cancelled(void **state)
{
    struct talk t = {.script = small.script, .beside = CANCEL};

    (void)state;
    for (size_t job = 1; job <= small.jobs; job++) {
        t           = (struct talk){.script = small.script, .beside = CANCEL};
        t.beside_at = job;
        assert_true(talk(&t));
        assert_int_equal(t.rec.cancels, job == 2 || job == 3); /* not open, not close */
    }
}

static void job_that_opens_anew_is_not_cancelled(void **state)
{
    struct talk t = {
        .script = SCRIPT("Q SELECT 1", "Q SELECT 2", "X"), .beside = CANCEL, .beside_at = 3};

    (void)state;
    lose(&t, 2);
    assert_string_equal(t.rec.log, "open, execute, !, close, open, execute, finish, close");
    assert_int_equal(t.rec.cancels, 0);
}

static void result_that_was_read_needs_no_job_to_end(void **state)
{
    struct talk t = {.script =
                         SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "c", "Q SELECT 1", "X"),
                     .beside    = CANCEL,
                     .beside_at = 5};

    (void)state;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G C:COPY 1 ZI T D E:57014 ZI");
    assert_int_equal(t.jobs, 6);
}

/* The commit is beside it: what was committed is told as such. */
static void late_cancel_does_not_undo_a_commit(void **state)
{
    struct talk t = {.script = small.script, .beside = CANCEL_LATE, .beside_at = 3};

    (void)state;
    assert_true(talk(&t));
    assert_string_equal(t.told, small.told);
    assert_int_equal(t.rec.nrows, 1);
}

static void cancel_without_a_job_is_the_sessions_alone(void **state)
{
    struct recorder rec     = {.fail_at = 0};
    pgcopy_session *session = pgcopy_session_new(NULL);
    pgcopy_bridge  *bridge  = pgcopy_bridge_new(session, &recorder_backend, &rec);

    (void)state;
    pgcopy_bridge_cancel(bridge);
    assert_null(pgcopy_bridge_next(bridge));
    assert_false(pgcopy_bridge_over(bridge));
    pgcopy_session_lost(session);
    assert_null(pgcopy_bridge_next(bridge));
    assert_true(pgcopy_bridge_over(bridge));
    pgcopy_bridge_free(bridge);
    pgcopy_session_free(session);
}

static void backend_without_cancel_gets_no_job_for_it(void **state)
{
    pgcopy_backend backend = recorder_backend;
    struct talk    t       = {
                 .script = small.script, .backend = &backend, .beside = CANCEL, .beside_at = 3};

    (void)state;
    backend.cancel = NULL;
    assert_true(talk(&t));
    assert_int_equal(t.rec.cancels, 0);
}

static void client_may_go_at_every_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENES; i++)
        for (size_t at = 1;; at++) {
            struct talk t = {.script = scenes[i].script, .lost_at = at};
            assert_true(talk(&t));
            if (t.steps < at)
                break;
        }
}

static void run_cut(struct test_cut cut, void *arg)
{
    const struct scene *scene = arg;
    struct talk         t     = {.script = scene->script, .cut = cut};

    assert_true(talk(&t));
    assert_string_equal(t.told, scene->told);
    assert_string_equal(t.rec.log, scene->log);
    assert_int_equal(t.jobs, scene->jobs);
}

static void calls_do_not_depend_on_how_bytes_come(void **state)
{
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < SCENES; i++) {
        scene = scenes[i];
        test_every_cut(200, run_cut, &scene);
    }
}

static size_t feed(struct talk *t)
{
    size_t n = pgcopy_session_feed(t->session, t->in.data + t->taken, t->in.len - t->taken);

    t->taken += n;
    return n;
}

static pgcopy_job *until_rows_are_out(struct talk *t)
{
    pgcopy_job *job = NULL;

    while (t->rec.nload || !(job = pgcopy_bridge_next(t->bridge)) || !t->rec.loading)
        if (job)
            run_main(t, job);
        else
            assert_true(feed(t) > 0);
    return job;
}

/* Rows of 2 KiB through a buffer of 1 KiB: a session that waits could not take the second one.
 */
static void next_rows_are_decoded_while_rows_are_out(void **state)
{
    static char         row[2048];
    struct talk         t    = {.script = NULL};
    pgcopy_batch_limits one  = {.size = sizeof one, .rows = 1};
    pgcopy_session_opts opts = {.size = sizeof opts, .recv_bytes = 1024, .batch = &one};
    pgcopy_job         *job;
    size_t              before;

    (void)state;
    memset(row, 'x', sizeof row);
    memcpy(row, "1\t", 2);
    row[sizeof row - 1] = '\n';
    say_startup(&t.in);
    say_line(&t.in, "Q COPY t FROM STDIN");
    for (int i = 0; i < 3; i++)
        say(&t.in, 'd', row, sizeof row);
    t.session = pgcopy_session_new(&opts);
    t.bridge  = pgcopy_bridge_new(t.session, &recorder_backend, &t.rec);
    job       = until_rows_are_out(&t);
    before    = t.taken;
    do
        assert_null(pgcopy_bridge_next(t.bridge));
    while (feed(&t));
    assert_true(t.taken > before + sizeof row);
    assert_true(t.taken < t.in.len); /* but no more than one batch ahead */
    run_main(&t, job);
    end_session(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancel_loss_and_end_beside_every_job_leave_nothing),
        cmocka_unit_test(only_a_long_call_is_cancelled),
        cmocka_unit_test(job_that_opens_anew_is_not_cancelled),
        cmocka_unit_test(result_that_was_read_needs_no_job_to_end),
        cmocka_unit_test(late_cancel_does_not_undo_a_commit),
        cmocka_unit_test(cancel_without_a_job_is_the_sessions_alone),
        cmocka_unit_test(backend_without_cancel_gets_no_job_for_it),
        cmocka_unit_test(client_may_go_at_every_step),
        cmocka_unit_test(calls_do_not_depend_on_how_bytes_come),
        cmocka_unit_test(next_rows_are_decoded_while_rows_are_out)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
