/*
 * test_bridge.c - client bytes in, server bytes and the backend's calls out: a session, its
 * bridge and a recording backend in the loop of examples/gateway.c.
 */
#include "recorder.h"

#include "base/bytes.h"

#include <stdlib.h>

/* ---- What a client says ------------------------------------------------------------- */

static void say(pgcopy_buf *to, char type, const void *body, size_t len)
{
    uint8_t head[5] = {(uint8_t)type};

    put_u32(head + 1, (uint32_t)(len + 4));
    pgcopy_buf_append(to, type ? head : head + 1, type ? 5 : 4);
    pgcopy_buf_append(to, body, len);
}

static void say_text(pgcopy_buf *to, char type, const char *text)
{
    say(to, type, text, strlen(text) + 1);
}

static void say_startup(pgcopy_buf *to)
{
    static const char body[] = "\0\3\0\0user\0ann\0database\0db\0";

    say(to, 0, body, sizeof body);
}

/* The unnamed portal of the unnamed statement, with one value of text or none. */
static void say_bind(pgcopy_buf *to, const char *value)
{
    uint8_t body[64] = {0};
    size_t  n = strlen(value), at = 4;

    if (n) {
        put_u16(body + at, 1);
        put_u32(body + at + 2, (uint32_t)n);
        memcpy(body + at + 6, value, n);
        at += 4 + n;
    }
    say(to, 'B', body, at + 4);
}

/*
 * A line is one message: "Q text" and "d text\n" as they are, "P text" an unnamed statement,
 * "B" binds it, "D" describes the portal, "E" or "E 2" executes it; other letters alone.
 */
static void say_line(pgcopy_buf *to, const char *line)
{
    uint8_t     portal[5] = {0};
    const char *text      = line[1] ? line + 2 : "";
    char        parse[256];
    int         n;

    switch (line[0]) {
    case 'd':
        say(to, 'd', text, strlen(text));
        break;
    case 'P':
        n = snprintf(parse, sizeof parse, "%c%s%c%c%c", 0, text, 0, 0, 0);
        say(to, 'P', parse, (size_t)n);
        break;
    case 'B':
        say_bind(to, text);
        break;
    case 'D':
        say(to, 'D', "P", 2);
        break;
    case 'E':
        put_u32(portal + 1, (uint32_t)atoi(text));
        say(to, 'E', portal, 5);
        break;
    case 'Q':
    case 'f':
        say_text(to, line[0], text);
        break;
    default:
        say(to, line[0], NULL, 0);
    }
}

/* ---- What a server said ------------------------------------------------------------- */

static const char *field_of(const uint8_t *body, char code)
{
    for (; *body; body += strlen((const char *)body) + 1)
        if (*body == (uint8_t)code)
            return (const char *)body + 1;
    return "";
}

static void tell_one(char *to, size_t cap, const uint8_t *msg, size_t len)
{
    switch (msg[0]) {
    case 'S': /* settings and the key are the session's own affair */
    case 'K':
        return;
    case 'Z':
        snprintf(to, cap, " Z%c", msg[5]);
        break;
    case 'C':
        snprintf(to, cap, " C:%s", (const char *)msg + 5);
        break;
    case 'E':
    case 'N':
        snprintf(to, cap, " %c:%s", msg[0], field_of(msg + 5, 'C'));
        break;
    case 'd':
        snprintf(to, cap, " d:%.*s", (int)len - 6, (const char *)msg + 5);
        break;
    default:
        snprintf(to, cap, " %c", msg[0]);
    }
}

/* "R ZI G C:COPY 2 ZI": every message by its type and what matters of it. */
static void tell(const pgcopy_buf *out, char *to, size_t cap)
{
    size_t at = 0;

    to[0] = '\0';
    while (out->len - at >= 5) {
        size_t len = 1 + get_u32(out->data + at + 1), have = strlen(to);
        assert_true(len <= out->len - at);
        tell_one(to + have, cap - have, out->data + at, len);
        at += len;
    }
    assert_int_equal(at, out->len);
    memmove(to, to + (to[0] == ' '), strlen(to) + (to[0] != ' '));
}

/* ---- The loop ----------------------------------------------------------------------- */

/* What happens beside a job, between next and run. */
enum beside {
    NOTHING,
    CANCEL,
    CANCEL_LATE,       /* it runs, and is done, behind the job               */
    CANCEL_TWICE,      /* a second one while the first is out                */
    CANCEL_AND_FORGET, /* the job is done before anybody asks for it         */
    LOSE,
    END
};

struct talk {
    /* To be set before a run. */
    struct recorder           rec;
    const pgcopy_backend     *backend; /* NULL: the recorder's                              */
    const pgcopy_allocator   *allocator;
    const char *const        *script; /* lines, behind the startup packet                  */
    struct test_cut           cut;
    size_t                    lost_at;   /* the step at which the client goes; 0: never       */
    size_t                    beside_at; /* the job, from 1; 0: none                          */
    enum beside               beside;
    const struct test_memory *memory;

    pgcopy_session *session;
    pgcopy_bridge  *bridge;
    pgcopy_buf      in, out;
    size_t          taken;
    bool            idle; /* there was nothing to do in the last turn              */
    size_t          steps;
    size_t          jobs;
    size_t          live; /* bytes, when all input was taken                    */
    char            told[2048];
};

/* What the backend logged is there for the caller, as long as it has the job. */
static void run_main(struct talk *t, pgcopy_job *job)
{
    size_t calls = t->rec.calls;

    pgcopy_job_run(job);
    if (t->rec.calls > calls && !t->allocator)
        assert_non_null(strstr(pgcopy_job_log(job), "secret"));
    pgcopy_bridge_done(t->bridge, job);
}

static void run_cancel(struct talk *t, pgcopy_job *cancel)
{
    int cancels = t->rec.cancels;

    pgcopy_job_run(cancel);
    assert_int_equal(t->rec.cancels, cancels + 1);
    assert_null(pgcopy_job_log(cancel));
    pgcopy_bridge_done(t->bridge, cancel);
}

/* While one of the two is out nothing else begins, and nothing is over. */
static void check_alone(struct talk *t)
{
    assert_null(pgcopy_bridge_next(t->bridge));
    assert_false(pgcopy_bridge_over(t->bridge));
}

static void happen(struct talk *t)
{
    if (t->beside == LOSE)
        pgcopy_session_lost(t->session);
    if (t->beside == END)
        pgcopy_session_end(t->session, NULL);
    pgcopy_bridge_cancel(t->bridge);
}

/* One at a time: the second is given when the first is done. */
static pgcopy_job *cancel_again(struct talk *t, pgcopy_job *cancel)
{
    pgcopy_bridge_cancel(t->bridge);
    check_alone(t);
    run_cancel(t, cancel);
    cancel = pgcopy_bridge_next(t->bridge);
    assert_non_null(cancel);
    return cancel;
}

static void run_job(struct talk *t, pgcopy_job *job)
{
    pgcopy_job *cancel = NULL;

    if (++t->jobs == t->beside_at)
        happen(t);
    if (t->jobs == t->beside_at && t->beside != CANCEL_AND_FORGET)
        cancel = pgcopy_bridge_next(t->bridge);
    if (t->jobs != t->beside_at || t->beside != CANCEL_AND_FORGET)
        check_alone(t);
    if (cancel && t->beside == CANCEL_TWICE)
        cancel = cancel_again(t, cancel);
    if (cancel && t->beside == CANCEL_LATE) {
        run_main(t, job);
        check_alone(t);
        assert_true(t->rec.open);
        run_cancel(t, cancel);
        return;
    }
    if (cancel) {
        run_cancel(t, cancel);
        check_alone(t);
    }
    run_main(t, job);
}

static void receive(struct talk *t, void *room, size_t len)
{
    size_t left = t->in.len - t->taken, n = test_cut_next(&t->cut, left);

    n = n < len ? n : len;
    if (!left) {
        t->live = t->memory ? t->memory->live : 0;
        pgcopy_session_recv_eof(t->session);
        return;
    }
    memcpy(room, t->in.data + t->taken, n);
    t->taken += n;
    pgcopy_session_recv_ack(t->session, n);
}

/* One turn of gateway.c.  Its law: before the end there is always something to do, but for the
   turn in which recv_buf finds no memory and gives the client up. */
static void step(struct talk *t)
{
    bool        idle = t->idle;
    pgcopy_job *job;
    const void *out;
    void       *in;
    size_t      len;

    t->idle = false;
    if ((job = pgcopy_bridge_next(t->bridge))) {
        run_job(t, job);
    } else if ((out = pgcopy_session_send_buf(t->session, &len))) {
        pgcopy_buf_append(&t->out, out, len);
        pgcopy_session_send_ack(t->session, len);
    } else if ((in = pgcopy_session_recv_buf(t->session, &len))) {
        receive(t, in, len);
    } else {
        assert_true(t->allocator && !idle);
        t->idle = true;
    }
}

static void converse(struct talk *t)
{
    while (!pgcopy_bridge_over(t->bridge)) {
        if (++t->steps == t->lost_at) {
            pgcopy_session_lost(t->session);
            pgcopy_bridge_cancel(t->bridge);
            continue;
        }
        assert_true(t->steps < 100000);
        step(t);
    }
}

/* Whatever happened: what was begun has ended, once. */
static void check_laws(const struct talk *t)
{
    const struct recorder *rec = &t->rec;

    assert_int_equal(rec->opens, rec->closes);
    assert_false(rec->open || rec->loading || rec->in_tx);
    assert_int_equal(rec->cursors, 0);
}

/* false: there was no memory to begin. */
static bool talk(struct talk *t)
{
    const pgcopy_backend *backend = t->backend ? t->backend : &recorder_backend;
    pgcopy_batch_limits   few     = {.size = sizeof few, .rows = 2};
    pgcopy_session_opts opts = {.size = sizeof opts, .batch = &few, .allocator = t->allocator};

    say_startup(&t->in);
    for (size_t i = 0; t->script[i]; i++)
        say_line(&t->in, t->script[i]);
    t->session = pgcopy_session_new(&opts);
    t->bridge  = t->session ? pgcopy_bridge_new(t->session, backend, &t->rec) : NULL;
    if (t->bridge)
        converse(t);
    pgcopy_bridge_free(t->bridge);
    pgcopy_session_free(t->session);
    check_laws(t);
    tell(&t->out, t->told, sizeof t->told);
    assert_null(strstr(t->told, "secret"));
    pgcopy_buf_free(&t->in);
    pgcopy_buf_free(&t->out);
    return t->bridge != NULL;
}

/* ---- What is said, what is answered, what is called --------------------------------- */

struct scene {
    const char *const *script;
    const char        *told;
    const char        *log;
    size_t             jobs; /* with that of open and that of close */
};

#define SCRIPT(...)       \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

static const struct scene small = {
    SCRIPT("Q COPY t FROM STDIN", "d 1\tone\n", "c", "X"), "R ZI G C:COPY 1 ZI",
    "open, begin, relation, load_begin, load_rows 0-1, load_end keep, commit, close", 4};

static const struct scene scenes[] = {
    {SCRIPT("X"), "R ZI", "open, close", 2},
    {SCRIPT("Q COPY t FROM STDIN", "c", "X"), "R ZI G C:COPY 0 ZI",
     "open, begin, relation, load_begin, load_end keep, commit, close", 4},
    {SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "d 2\tb\n", "c", "X"), "R ZI G C:COPY 2 ZI",
     "open, begin, relation, load_begin, load_rows 0-2, load_end keep, commit, close", 5},
    {SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "d 2\tb\n", "d 3\tc\n", "c", "X"),
     "R ZI G C:COPY 3 ZI",
     "open, begin, relation, load_begin, load_rows 0-2, load_rows 0-1, load_end keep, commit, "
     "close",
     5},
    {SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "d 2\tb\n", "f no", "X"), "R ZI G E:57014 ZI",
     "open, begin, relation, load_begin, load_rows 0-2, load_end drop, rollback, close", 6},
    {SCRIPT("Q COPY nowhere FROM STDIN", "X"), "R ZI E:42P01 ZI",
     "open, begin, relation, rollback, close", 4},
    {SCRIPT("Q BEGIN", "Q COPY t FROM STDIN", "d 1\ta\n", "c", "Q COMMIT", "X"),
     "R ZI C:BEGIN ZT G C:COPY 1 ZT C:COMMIT ZI",
     "open, begin, relation, load_begin, load_rows 0-1, load_end keep, commit, close", 5},
    {SCRIPT("Q BEGIN", "Q ROLLBACK", "Q SELECT 1", "X"),
     "R ZI C:BEGIN ZT C:ROLLBACK ZI T C:SELECT 0 ZI", "open, execute, fetch, finish, close", 4},
    {SCRIPT("Q COPY t (b, a) TO STDOUT (HEADER)", "X"), "R ZI H d:b\ta c C:COPY 0 ZI",
     "open, relation, execute, fetch, finish, close", 4},
    {SCRIPT("Q COPY (UPDATE t SET a = 1 RETURNING a) TO STDOUT", "X"), "R ZI E:0A000 ZI",
     "open, execute, close", 3},
    {SCRIPT("Q BEGIN READ ONLY", "Q COPY t FROM STDIN", "X"), "R ZI C:BEGIN ZT E:25006 ZE",
     "open, begin, relation, rollback, close", 4},
    {SCRIPT("Q BEGIN", "Q SET TRANSACTION READ ONLY", "Q COPY t FROM STDIN", "X"),
     "R ZI C:BEGIN ZT C:SET ZT E:25006 ZE", "open, begin, set, relation, rollback, close", 5},
    {SCRIPT("Q BEGIN", "Q SAVEPOINT a", "Q ROLLBACK TO a", "Q RELEASE a", "X"),
     "R ZI C:BEGIN ZT C:SAVEPOINT ZT C:ROLLBACK ZT C:RELEASE ZT",
     "open, begin, savepoint, rollback to, release, close", 5},
    {SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "d 2\tb\n", "d 3\tc\n", "c", "Q SELECT 1",
            "Q COPY t TO STDOUT", "Q COPY (SELECT 1) TO STDOUT", "X"),
     "R ZI G C:COPY 3 ZI T D D D C:SELECT 3 ZI H d:1\ta d:2\tb d:3\tc c C:COPY 3 ZI "
     "H d:1\ta d:2\tb d:3\tc c C:COPY 3 ZI",
     "open, begin, relation, load_begin, load_rows 0-2, load_rows 0-1, load_end keep, commit, "
     "execute, fetch, fetch, finish, relation, execute, fetch, fetch, finish, "
     "execute, fetch, fetch, finish, close",
     14},
    {SCRIPT("Q SELECT 1", "X"), "R ZI T C:SELECT 0 ZI", "open, execute, fetch, finish, close",
     4},
    {SCRIPT("Q UPDATE t", "X"), "R ZI C:UPDATE 3 ZI", "open, execute, close", 3},
    {SCRIPT("Q UPDATE t; SELECT 1", "X"), "R ZI C:UPDATE 3 T C:SELECT 0 ZI",
     "open, begin, execute, execute, fetch, finish, commit, close", 6},
    {SCRIPT("Q COPY t FROM STDIN WHERE a > 1", "X"), "R ZI E:0A000 ZI",
     "open, begin, relation, rollback, close", 4},
    {SCRIPT("Q COPY t FROM STDIN (DEFAULT 'x')", "X"), "R ZI E:0A000 ZI",
     "open, begin, relation, rollback, close", 4},
    {SCRIPT("Q COPY t FROM STDIN (FREEZE)", "X"), "R ZI G E:55000 ZI",
     "open, begin, relation, rollback, close", 4},
    {SCRIPT("Q CREATE TABLE t; COPY t FROM STDIN (FREEZE)", "c", "X"),
     "R ZI C:CREATE TABLE G C:COPY 0 ZI",
     "open, begin, execute, relation, load_begin, load_end keep, commit, close", 5},
    {SCRIPT("Q UPDATE t; COPY t FROM STDIN (FREEZE)", "c", "X"), "R ZI C:UPDATE 3 G E:55000 ZI",
     "open, begin, execute, relation, load_begin, load_end drop, rollback, close", 6},
    {SCRIPT("P SELECT 1", "B", "D", "E", "S", "X"), "R ZI 1 2 T C:SELECT 0 ZI",
     "open, describe, execute, fetch, finish, close", 5},
    {SCRIPT("P UPDATE t SET a = $1", "B 7", "D", "E", "S", "X"), "R ZI 1 2 n C:UPDATE 3 ZI",
     "open, describe, execute 7, close", 4},
    {SCRIPT("P COPY t FROM STDIN", "B", "E", "d 1\ta\n", "c", "S", "X"),
     "R ZI 1 2 G C:COPY 1 ZI",
     "open, begin, relation, load_begin, load_rows 0-1, load_end keep, commit, close", 5},
    {SCRIPT("P COPY t FROM STDIN", "B", "E", "d 1\ta\n", "d 2\tb\n", "d 3\tc\n", "c",
            "P SELECT 1", "B", "E 2", "E 2", "S", "P SELECT 2", "B", "E 1", "S", "X"),
     "R ZI 1 2 G C:COPY 3 1 2 D D s D C:SELECT 1 ZI 1 2 D s ZI",
     "open, begin, relation, load_begin, load_rows 0-2, load_rows 0-1, load_end keep, "
     "execute, fetch, fetch, finish, commit, execute, fetch, finish, close",
     12},
    {SCRIPT("Q COPY t FROM STDIN"), "R ZI G E:08006 E:08P01",
     "open, begin, relation, load_begin, load_end drop, close", 3},
};
enum { SCENES = sizeof scenes / sizeof *scenes };

static void play(const struct scene *scene)
{
    struct talk t = {.script = scene->script};

    assert_true(talk(&t));
    assert_string_equal(t.told, scene->told);
    assert_string_equal(t.rec.log, scene->log);
    assert_int_equal(t.jobs, scene->jobs);
}

static void small_copy_takes_two_hand_overs(void **state)
{
    (void)state;
    play(&small);
}

static void every_scene_has_its_calls_and_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENES; i++)
        play(&scenes[i]);
}

/* ---- Every call fails, each way ----------------------------------------------------- */

struct failure {
    pgcopy_status status;
    const char   *state; /* what the backend says, NULL: nothing      */
    const char   *told;  /* what the client hears                     */
    const char   *open;  /* ... if it was open; NULL: the same        */
    const char   *commit;
};

static const struct failure failures[] = {
    {PGCOPY_ERR_SQL, "23505", "E:23505", NULL, NULL},
    {PGCOPY_ERR_SQL, NULL, "E:XX000", "E:08006", NULL},
    {PGCOPY_ERR_NOMEM, NULL, "E:53200", NULL, NULL},
    {PGCOPY_ERR_UNSUPPORTED, NULL, "E:0A000", "E:08006", NULL},
    {PGCOPY_ERR_LIMIT, NULL, "E:54000", "E:08006", NULL},
    {PGCOPY_ERR_LOST, NULL, "E:08006", NULL, "E:08007"},
    {PGCOPY_ERR_LOST, "57P01", "E:57P01", NULL, NULL},
};
enum { FAILURES = sizeof failures / sizeof *failures };

/* The call before the "!". */
static bool was_failed(const struct talk *t, const char *call)
{
    const char *mark = strstr(t->rec.log, ", !");
    size_t      len  = strlen(call);

    return mark && (size_t)(mark - t->rec.log) >= len && memcmp(mark - len, call, len) == 0;
}

static const char *words_for(const struct failure *f, const struct talk *t)
{
    if (was_failed(t, "load_end drop"))
        return "";
    if (f->open && was_failed(t, "open"))
        return f->open;
    if (f->commit && was_failed(t, "commit"))
        return f->commit;
    return f->told;
}

/* What the calls before left in the reply is not taken for this one's. */
static bool fail_one(const struct scene *scene, size_t n, const struct failure *f)
{
    struct talk t = {.script = scene->script};

    t.rec.leaves     = true;
    t.rec.fail_at    = n;
    t.rec.fail_with  = f->status;
    t.rec.fail_state = f->state;
    assert_true(talk(&t));
    if (t.rec.failed)
        assert_non_null(strstr(t.told, words_for(f, &t)));
    return t.rec.failed;
}

static void every_failure_is_told_and_leaves_nothing(void **state)
{
    size_t n;

    (void)state;
    for (size_t i = 0; i < SCENES; i++)
        for (size_t k = 0; k < FAILURES; k++) {
            for (n = 1; fail_one(&scenes[i], n, &failures[k]); n++)
                continue;
            assert_true(n > 1);
        }
}

/* A batch's FULL is the end of a backend's last call more often than it means to say. */
static void positive_status_is_success(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 7; n++) {
        struct talk t   = {.script = small.script};
        t.rec.fail_at   = n;
        t.rec.fail_with = PGCOPY_FULL;
        assert_true(talk(&t));
        assert_true(t.rec.failed);
        assert_string_equal(t.told, small.told);
        assert_int_equal(t.rec.nrows, 1);
    }
}

static void what_a_call_left_in_the_reply_is_not_the_next_ones(void **state)
{
    struct talk t = {.script = small.script};

    (void)state;
    t.rec.leaves    = true;
    t.rec.fail_at   = 6;
    t.rec.fail_with = PGCOPY_ERR_NOMEM;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G E:53200 ZI");
    t            = (struct talk){.script = small.script};
    t.rec.leaves = true;
    assert_true(talk(&t));
    assert_string_equal(t.told, small.told);
}

static void count_of_load_end_is_the_tags(void **state)
{
    struct talk t = {.script = small.script};

    (void)state;
    t.rec.count = 42;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G C:COPY 42 ZI");
}

static void failed_fetch_lets_its_result_go_at_once(void **state)
{
    struct talk t = {.script = SCRIPT("Q SELECT 1", "Q UPDATE t", "X")};

    (void)state;
    t.rec.fail_at   = 3;
    t.rec.fail_with = PGCOPY_ERR_NOMEM;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI T E:53200 ZI C:UPDATE 3 ZI");
    assert_string_equal(t.rec.log, "open, execute, fetch, !, finish, execute, close");
}

/* ---- A connection that is lost ------------------------------------------------------ */

static void lose(struct talk *t, size_t call)
{
    t->rec.fail_at   = call;
    t->rec.fail_with = PGCOPY_ERR_LOST;
    assert_true(talk(t));
    assert_true(t->rec.failed);
}

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

/* ---- Beside a job, and at every step ------------------------------------------------ */

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

/* ---- Memory ------------------------------------------------------------------------- */

static bool run_with_memory(const pgcopy_allocator *allocator, void *arg)
{
    const struct scene *scene = arg;
    struct talk         t     = {.script = scene->script, .allocator = allocator};

    return talk(&t) && strcmp(t.told, scene->told) == 0 && strcmp(t.rec.log, scene->log) == 0;
}

static void every_allocation_may_fail(void **state)
{
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < SCENES; i++) {
        scene = scenes[i];
        test_every_failure(run_with_memory, &scene);
    }
}

enum { RECV_BYTES = 65536 }; /* of recv_buf */

static size_t live_at_rest(const char *const *script)
{
    struct test_memory m;
    struct talk        t = {.script = script, .allocator = &m.allocator, .memory = &m};

    test_memory_init(&m, 0);
    assert_true(talk(&t));
    assert_int_equal(m.live, 0);
    return t.live;
}

static void bridge_at_rest_keeps_no_reply_and_no_batch(void **state)
{
    size_t idle = live_at_rest(SCRIPT(NULL));

    (void)state;
    assert_int_equal(live_at_rest(SCRIPT("Q SELECT 1")), idle);
    assert_int_equal(live_at_rest(SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "c")),
                     idle + sizeof(pgcopy_progress)); /* of the last COPY */
    assert_true(idle <= RECV_BYTES + 1280); /* the room that was just given, what goes with it,
                                               and all the rest */
    assert_true(live_at_rest(SCRIPT("Q BEGIN", "Q SELECT 1")) > idle + sizeof(pgcopy_error));
}

/* ---- What a backend need not do ----------------------------------------------------- */

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

/* ---- Checks, rows that are refused, notices ----------------------------------------- */

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

static void end_session(struct talk *t)
{
    converse(t);
    pgcopy_bridge_free(t->bridge);
    pgcopy_session_free(t->session);
    check_laws(t);
    tell(&t->out, t->told, sizeof t->told);
    pgcopy_buf_free(&t->in);
    pgcopy_buf_free(&t->out);
}

/* ---- Rows while rows are out -------------------------------------------------------- */

static size_t feed(struct talk *t)
{
    size_t n = pgcopy_session_feed(t->session, t->in.data + t->taken, t->in.len - t->taken);

    t->taken += n;
    return n;
}

static pgcopy_job *until_rows_are_out(struct talk *t)
{
    pgcopy_job *job;

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

/* ---- The start ---------------------------------------------------------------------- */

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
        cmocka_unit_test(small_copy_takes_two_hand_overs),
        cmocka_unit_test(every_scene_has_its_calls_and_words),
        cmocka_unit_test(every_failure_is_told_and_leaves_nothing),
        cmocka_unit_test(positive_status_is_success),
        cmocka_unit_test(what_a_call_left_in_the_reply_is_not_the_next_ones),
        cmocka_unit_test(count_of_load_end_is_the_tags),
        cmocka_unit_test(failed_fetch_lets_its_result_go_at_once),
        cmocka_unit_test(lost_connection_is_opened_by_the_next_job),
        cmocka_unit_test(job_fails_where_the_connection_does_not_open_again),
        cmocka_unit_test(reopen_has_the_words_of_a_loss_whatever_open_says),
        cmocka_unit_test(connection_lost_in_a_block_waits_for_its_end),
        cmocka_unit_test(savepoint_is_lost_with_its_connection),
        cmocka_unit_test(committed_copy_is_no_transaction_to_wait_for),
        cmocka_unit_test(result_and_load_end_on_a_lost_connection),
        cmocka_unit_test(lost_connection_loads_no_more_rows),
        cmocka_unit_test(cancel_loss_and_end_beside_every_job_leave_nothing),
        cmocka_unit_test(only_a_long_call_is_cancelled),
        cmocka_unit_test(job_that_opens_anew_is_not_cancelled),
        cmocka_unit_test(result_that_was_read_needs_no_job_to_end),
        cmocka_unit_test(late_cancel_does_not_undo_a_commit),
        cmocka_unit_test(cancel_without_a_job_is_the_sessions_alone),
        cmocka_unit_test(backend_without_cancel_gets_no_job_for_it),
        cmocka_unit_test(client_may_go_at_every_step),
        cmocka_unit_test(calls_do_not_depend_on_how_bytes_come),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(bridge_at_rest_keeps_no_reply_and_no_batch),
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
        cmocka_unit_test(next_rows_are_decoded_while_rows_are_out),
        cmocka_unit_test(bridge_may_be_made_when_connect_waits),
        cmocka_unit_test(password_that_nobody_looks_at_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
