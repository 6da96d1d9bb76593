/*
 * bridge_fixture.c - the loop, with something that happens beside a job if it is asked for.
 */
#include "bridge_fixture.h"

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void say(pgcopy_buf *to, char type, const void *body, size_t len)
{
    uint8_t head[5] = {(uint8_t)type};

    put_u32(head + 1, (uint32_t)(len + 4));
    pgcopy_buf_append(to, type ? head : head + 1, type ? 5 : 4);
    pgcopy_buf_append(to, body, len);
}

void say_text(pgcopy_buf *to, char type, const char *text)
{
    say(to, type, text, strlen(text) + 1);
}

void say_startup(pgcopy_buf *to)
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

void say_line(pgcopy_buf *to, const char *line)
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

void tell(const pgcopy_buf *out, char *to, size_t cap)
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

void run_main(struct talk *t, pgcopy_job *job)
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

void converse(struct talk *t)
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

void check_laws(const struct talk *t)
{
    const struct recorder *rec = &t->rec;

    assert_int_equal(rec->opens, rec->closes);
    assert_false(rec->open || rec->loading || rec->in_tx);
    assert_int_equal(rec->cursors, 0);
}

bool talk(struct talk *t)
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

void end_session(struct talk *t)
{
    converse(t);
    pgcopy_bridge_free(t->bridge);
    pgcopy_session_free(t->session);
    check_laws(t);
    tell(&t->out, t->told, sizeof t->told);
    pgcopy_buf_free(&t->in);
    pgcopy_buf_free(&t->out);
}

void lose(struct talk *t, size_t call)
{
    t->rec.fail_at   = call;
    t->rec.fail_with = PGCOPY_ERR_LOST;
    assert_true(talk(t));
    assert_true(t->rec.failed);
}

/* ---- What is said, what is answered, what is called --------------------------------- */

const struct scene small = {
    SCRIPT("Q COPY t FROM STDIN", "d 1\tone\n", "c", "X"), "R ZI G C:COPY 1 ZI",
    "open, begin, relation, load_begin, load_rows 0-1, load_end keep, commit, close", 4};

const struct scene scenes[SCENES] = {
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
