/*
 * client.c - one client on the loop, from accept to close.
 *
 *   bytes, a job done, a limit, a cancel, a signal --> drive --> jobs out, bytes out, waits
 */
#include "client.h"
#include "tls.h"

#include <stdlib.h>

/* ---- Its end ---------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    struct client *c      = handle->data;
    struct server *server = c->server;

    pgcopy_bridge_free(c->bridge);
    pgcopy_session_free(c->session);
    tls_free(c->tls);
    login_forget(c);
    free(c);
    server_forget(server);
}

static void client_close(struct client *c)
{
    struct server *server = c->server;

    c->closing = true;
    report_copy(c);
    report_disconnect(c);
    *(c->prev ? &c->prev->next : &server->clients) = c->next;
    if (c->next)
        c->next->prev = c->prev;
    server->nadmitted -= c->admitted;
    limits_forget(c);
    uv_close((uv_handle_t *)&c->tcp, on_closed);
}

void client_lost(struct client *c)
{
    c->lost = true;
    pgcopy_session_lost(c->session);
    if (c->bridge)
        pgcopy_bridge_cancel(c->bridge);
}

/* While the server drains, a client may finish its statement, and no more than that. */
static bool leave_in_time(struct client *c)
{
    enum stage stage = c->server->stage;

    if (stage == STAGE_DROPPING && !c->lost) {
        client_lost(c);
        return true;
    }
    if (c->leaving || stage == STAGE_SERVING ||
        (stage == STAGE_DRAINING && pgcopy_session_state(c->session) == PGCOPY_STATE_ACTIVE))
        return false;
    c->leaving = true;
    pgcopy_session_end(c->session, NULL);
    if (c->bridge)
        pgcopy_bridge_cancel(c->bridge);
    return true;
}

/* ---- Its jobs --------------------------------------------------------------------------- */

static void finish_job(struct client *c, pgcopy_job *job)
{
    report_job(c, job);
    pgcopy_bridge_done(c->bridge, job);
    if (c->opening) {
        c->opening = false;
        report_open(c);
    }
    report_copy(c);
}

static void run_job(struct task *task)
{
    pgcopy_job_run(task->job);
}

static void on_done(struct task *task, struct client *c)
{
    pgcopy_job *job = task->job;

    task->job = NULL;
    finish_job(c, job);
    client_drive(c);
}

static void on_work_done(struct task *task)
{
    on_done(task, (struct client *)((char *)task - offsetof(struct client, work)));
}

static void on_cancel_done(struct task *task)
{
    on_done(task, (struct client *)((char *)task - offsetof(struct client, cancel)));
}

/* The bridge gives a second job beside one that is out only to cancel that one: it must not
   wait behind the workers that it is to free. */
static void hand_out(struct client *c, pgcopy_job *job)
{
    bool         cancels = c->work.job != NULL;
    struct task *task    = cancels ? &c->cancel : &c->work;

    task->job    = job;
    task->urgent = c->midway;
    c->midway    = true;
    pool_push(cancels ? &c->server->cancels : &c->server->workers, task);
}

static bool run_jobs(struct client *c)
{
    bool        any = false;
    pgcopy_job *job;

    while ((job = pgcopy_bridge_next(c->bridge))) {
        any = true;
        report_copy(c);
        if (!c->database->inlined) {
            hand_out(c, job);
            continue;
        }
        pgcopy_job_run(job);
        finish_job(c, job);
    }
    report_copy(c); /* it may have ended without a job */
    return any;
}

/* ---- Its life --------------------------------------------------------------------------- */

static bool is_over(const struct client *c)
{
    return c->bridge ? pgcopy_bridge_over(c->bridge) : pgcopy_session_over(c->session);
}

void client_drive(struct client *c)
{
    const pgcopy_key *sent;
    pgcopy_state      state;
    bool              moved = !c->closing, lost;

    while (moved) { /* what can be said at once is sent at once, in one piece */
        moved = c->bridge ? run_jobs(c) : login_step(c);
        moved |= tls_step(c);
        moved |= leave_in_time(c);
        moved = moved || bytes_send(c);
    }
    if (c->closing)
        return;
    if ((sent = pgcopy_session_cancels(c->session)))
        cancel_client(c->server, sent);
    if (is_over(c) && bytes_finish(c)) {
        client_close(c);
        return;
    }
    state = pgcopy_session_state(c->session);
    if (state == PGCOPY_STATE_IDLE)
        c->midway = false;
    if (state != PGCOPY_STATE_ACTIVE)
        bytes_rest(c);
    lost = c->lost;
    bytes_watch(c);
    limits_watch(c);
    if (c->lost != lost) /* for lack of memory: nothing else would come */
        client_drive(c);
}

static bool make_session(struct client *c)
{
    pgcopy_key          key;
    pgcopy_session_opts opts = {.size         = sizeof opts,
                                .key          = &key,
                                .tls          = c->server->tls != NULL,
                                .copy_idle_ms = c->server->options->copy_idle_ms,
                                .zones        = &c->server->zones.hook};

    if (!cancel_make_key(c, &key))
        return false;
    c->session = pgcopy_session_new(&opts);
    return c->session != NULL;
}

static void join(struct client *c, struct server *server)
{
    c->next = server->clients;
    if (c->next)
        c->next->prev = c;
    server->clients = c;
}

/* As PostgreSQL's postmaster: twice as many as may log in, for those that come to be told that
   they are too many, and for cancels. */
static bool is_flood(const struct server *server)
{
    return server->nclients / 2 > server->options->max_clients;
}

void client_accept(struct server *server)
{
    struct client *c = calloc(1, sizeof *c);

    server->accept_owed = !c;
    if (!c)
        return;
    c->server    = server;
    c->connected = uv_hrtime();
    c->work      = (struct task){.run = run_job, .done = on_work_done};
    c->cancel    = (struct task){.run = run_job, .done = on_cancel_done};
    server->nclients++;
    uv_tcp_init(&server->loop, &c->tcp); /* the loop's from here on, whatever fails */
    c->tcp.data = c;
    join(c, server);
    if (uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&c->tcp) ||
        is_flood(server) || !make_session(c)) {
        client_close(c);
        return;
    }
    client_drive(c);
}
