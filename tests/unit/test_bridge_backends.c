/*
 * test_bridge_backends.c - what a backend need not do, what reaches it, and how it begins.
 */
#include "bridge_fixture.h"

#include <string.h>

static const char *const script_copy[]   = {"Q COPY t FROM STDIN", "d 1\ta\n", "c", "X", NULL};
static const char *const script_out[]    = {"Q COPY t TO STDOUT", "X", NULL};
static const char *const script_select[] = {"Q SELECT 1", "X", NULL};
static const char *const script_block[]  = {"Q BEGIN", "Q SAVEPOINT a", "X", NULL};

static void play_lack(const pgcopy_backend *backend, const char *const *script,
                      const char *told, const char *log)
{
    struct talk t = {.script = script, .backend = backend};

    assert_true(talk(&t));
    assert_string_equal(t.told, told);
    assert_string_equal(t.rec.log, log);
}

static void missing_entries_are_refused(void **state)
{
    pgcopy_backend b = {
        .size = sizeof b, .open = recorder_open, .close = recorder_close, .finish = NULL};

    (void)state;
    play_lack(&b, script_copy, "R ZI E:0A000 ZI", "open, close");
    play_lack(&b, script_out, "R ZI E:0A000 ZI", "open, close");
    play_lack(&b, script_select, "R ZI E:0A000 ZI", "open, close");
    play_lack(&b, script_block, "R ZI E:0A000 ZI E:25P01 ZI", "open, close");
    b.execute = recorder_execute;
    b.finish  = recorder_finish;
    play_lack(&b, script_select, "R ZI T E:0A000 ZI", "open, execute, finish, close");
}

static void without_transactions_a_copy_stands_alone(void **state)
{
    pgcopy_backend b = recorder_backend;

    (void)state;
    b.transaction = NULL;
    play_lack(&b, script_copy, "R ZI G C:COPY 1 ZI",
              "open, relation, load_begin, load_rows 0-1, load_end keep, close");
    play_lack(&b, SCRIPT("Q COPY t FROM STDIN", "f no", "X"), "R ZI G E:57014 ZI",
              "open, relation, load_begin, load_end drop, close");
}

/* With nothing to do but wait, a byte at a time, between the load's begin and its end. */
static void load_can_always_be_dropped(void **state)
{
    pgcopy_backend b = recorder_backend;
    struct talk    t = {.script  = SCRIPT("Q COPY t FROM STDIN", "f no", "X"),
                        .backend = &b,
                        .cut     = {.piece = 1}};

    (void)state;
    b.transaction = NULL;
    assert_true(talk(&t));
    assert_string_equal(t.rec.log, "open, relation, load_begin, load_end drop, close");
}

static void without_relation_nothing_is_checked(void **state)
{
    pgcopy_backend b = recorder_backend;

    (void)state;
    b.relation = NULL;
    play_lack(&b, script_out, "R ZI H c C:COPY 0 ZI", "open, execute, fetch, finish, close");
}

static void without_describe_nothing_is_known_before_execute(void **state)
{
    pgcopy_backend b = recorder_backend;

    (void)state;
    b.describe = NULL;
    play_lack(&b, SCRIPT("P UPDATE t", "B", "D", "E", "S", "X"), "R ZI 1 2 n C:UPDATE 3 ZI",
              "open, execute, close");
}

static void older_backend_lacks_what_came_later(void **state)
{
    pgcopy_backend b = recorder_backend;

    (void)state;
    b.size = offsetof(pgcopy_backend, load_begin);
    play_lack(&b, script_copy, "R ZI E:0A000 ZI", "open, close");
}

static void backend_must_open_and_close(void **state)
{
    pgcopy_session *session = pgcopy_session_new(NULL);
    pgcopy_backend  b       = recorder_backend;

    (void)state;
    b.close = NULL;
    assert_null(pgcopy_bridge_new(session, &b, NULL));
    b      = recorder_backend;
    b.open = NULL;
    assert_null(pgcopy_bridge_new(session, &b, NULL));
    pgcopy_session_free(session);
    pgcopy_bridge_free(NULL);
}

static void where_and_default_reach_a_backend_that_takes_them(void **state)
{
    pgcopy_backend b = recorder_backend;

    (void)state;
    b.flags = PGCOPY_BACKEND_WHERE | PGCOPY_BACKEND_DEFAULTS;
    play_lack(&b, SCRIPT("Q COPY t FROM STDIN (DEFAULT 'x') WHERE a > 1", "c", "X"),
              "R ZI G C:COPY 0 ZI",
              "open, begin, relation, load_begin, load_end keep, commit, close");
}

static void view_is_refused_behind_G_and_never_loaded(void **state)
{
    struct talk t = {.script = SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "c", "X")};

    (void)state;
    t.rec.is_view = true;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G E:42809 ZI");
    assert_string_equal(t.rec.log, "open, begin, relation, rollback, close");
}

static void refused_row_is_skipped_and_the_rest_comes_again(void **state)
{
    struct talk t = {.script = SCRIPT("Q COPY t FROM STDIN (ON_DATABASE_ERROR ignore)",
                                      "d 1\ta\n", "d 2\tb\n", "d 3\tc\n", "c", "X")};

    (void)state;
    t.rec.fail_at    = 5;
    t.rec.fail_with  = PGCOPY_ERR_SQL;
    t.rec.fail_state = "23505";
    t.rec.fail_row   = 1;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G N:00000 C:COPY 2 ZI");
    assert_string_equal(t.rec.log,
                        "open, begin, relation, load_begin, load_rows 0-2, !, load_rows 1-2, "
                        "load_rows 0-1, load_end keep, commit, close");
    assert_string_equal(t.rec.rows[0], "2|b");
    assert_int_equal(t.rec.nrows, 2);
}

static void last_row_may_be_the_refused_one(void **state)
{
    struct talk t = {.script = SCRIPT("Q COPY t FROM STDIN (ON_DATABASE_ERROR ignore)",
                                      "d 1\ta\n", "c", "X")};

    (void)state;
    t.rec.fail_at    = 5;
    t.rec.fail_with  = PGCOPY_ERR_SQL;
    t.rec.fail_state = "23505";
    t.rec.fail_row   = 1;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G N:00000 C:COPY 0 ZI");
    assert_string_equal(t.rec.log, "open, begin, relation, load_begin, load_rows 0-1, !, "
                                   "load_end keep, commit, close");
}

static void failed_copy_leaves_no_row(void **state)
{
    struct talk t = {
        .script = SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "d 2\tb\n", "d 3\tc\n", "c", "X")};

    (void)state;
    t.rec.fail_at    = 6;
    t.rec.fail_with  = PGCOPY_ERR_SQL;
    t.rec.fail_state = "23505";
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G E:23505 ZI");
    assert_int_equal(t.rec.nrows, 0);
}

static void notices_come_before_their_answer(void **state)
{
    struct talk t = {.script = SCRIPT("Q SELECT 1", "X")};

    (void)state;
    t.rec.notices = true;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI N:01000 N:01000 T N:01000 C:SELECT 0 ZI");
}

static void begin_session(struct talk *t, pgcopy_event_type until)
{
    const pgcopy_event *ev;
    size_t              len;
    void               *room;

    say_startup(&t->in);
    t->session = pgcopy_session_new(NULL);
    room       = pgcopy_session_recv_buf(t->session, &len);
    memcpy(room, t->in.data, t->in.len);
    pgcopy_session_recv_ack(t->session, t->in.len);
    t->taken = t->in.len;
    while ((ev = pgcopy_session_next(t->session)) && ev->type != until)
        assert_int_equal(pgcopy_session_accept(t->session), PGCOPY_OK);
    assert_non_null(ev);
}

static void bridge_may_be_made_when_connect_waits(void **state)
{
    struct talk t = {.script = NULL};

    (void)state;
    begin_session(&t, PGCOPY_EVENT_CONNECT);
    t.bridge = pgcopy_bridge_new(t.session, &recorder_backend, &t.rec);
    end_session(&t);
    assert_string_equal(t.told, "R ZI");
    assert_string_equal(t.rec.log, "open, close");
}

static void password_that_nobody_looks_at_is_refused(void **state)
{
    struct talk  t    = {.script = NULL};
    pgcopy_slice none = {NULL, 0};

    (void)state;
    begin_session(&t, PGCOPY_EVENT_STARTUP);
    pgcopy_session_challenge(t.session, PGCOPY_CHALLENGE_PASSWORD, none);
    t.bridge = pgcopy_bridge_new(t.session, &recorder_backend, &t.rec);
    say_text(&t.in, 'p', "hunter2");
    end_session(&t);
    assert_string_equal(t.told, "R E:28P01");
    assert_string_equal(t.rec.log, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_entries_are_refused),
        cmocka_unit_test(without_transactions_a_copy_stands_alone),
        cmocka_unit_test(load_can_always_be_dropped),
        cmocka_unit_test(without_relation_nothing_is_checked),
        cmocka_unit_test(without_describe_nothing_is_known_before_execute),
        cmocka_unit_test(older_backend_lacks_what_came_later),
        cmocka_unit_test(backend_must_open_and_close),
        cmocka_unit_test(where_and_default_reach_a_backend_that_takes_them),
        cmocka_unit_test(view_is_refused_behind_G_and_never_loaded),
        cmocka_unit_test(refused_row_is_skipped_and_the_rest_comes_again),
        cmocka_unit_test(last_row_may_be_the_refused_one),
        cmocka_unit_test(failed_copy_leaves_no_row),
        cmocka_unit_test(notices_come_before_their_answer),
        cmocka_unit_test(bridge_may_be_made_when_connect_waits),
        cmocka_unit_test(password_that_nobody_looks_at_is_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
