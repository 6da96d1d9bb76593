/*
 * backend/bridge.c - between a session and a database: events become jobs, their outcomes
 * answers.
 *
 *   session  --- event --->  bridge_take    --- job --->  a thread of yours
 *            <-- answer ---  bridge_answer  <-- done ---
 */
#include "backend/bridge.h"

#include <assert.h>
#include <string.h>

void backend_copy(pgcopy_backend *to, const pgcopy_backend *from)
{
    memcpy(to, from, from->size < sizeof *to ? from->size : sizeof *to);
    to->size = sizeof *to;
}

const pgcopy_backend *backend_keep(const pgcopy_allocator *a, const pgcopy_backend *from,
                                   pgcopy_backend **made)
{
    *made = NULL;
    if (from->size >= sizeof *from)
        return from;
    *made = mem_new(a, sizeof **made);
    if (*made)
        backend_copy(*made, from);
    return *made;
}

/* The job is in it from the start, so that close needs no memory. */
pgcopy_bridge *pgcopy_bridge_new(pgcopy_session *s, const pgcopy_backend *backend, void *arg)
{
    pgcopy_allocator a = *pgcopy_session_allocator(s);
    pgcopy_bridge   *b = mem_new(&a, sizeof *b);

    if (!b)
        return NULL;
    b->session    = s;
    b->allocator  = a;
    b->db.arg     = arg;
    b->job.db     = &b->db;
    b->db.backend = backend_keep(&a, backend, &b->backend);
    if (!b->db.backend || !b->db.backend->open || !b->db.backend->close) {
        pgcopy_bridge_free(b);
        return NULL;
    }
    return b;
}

/* Those that nothing leads to any more; all: the rest as well. */
static void free_cursors(pgcopy_bridge *b, bool all)
{
    struct cursor **at = &b->db.cursors;

    while (*at) {
        struct cursor *cursor = *at;
        if (all || (!cursor->portal && !cursor->open)) {
            *at = cursor->next;
            mem_free(&b->allocator, cursor, sizeof *cursor);
        } else {
            at = &cursor->next;
        }
    }
}

/*
 * A connection at rest owns no memory but its bridge: errors and batches are large.  What was
 * begun can always be ended, so it keeps what a job needs until then.
 */
static void rest(pgcopy_bridge *b)
{
    if (b->db.in_tx || b->db.loading || b->db.cursors)
        return;
    job_rest(&b->job, &b->allocator);
    pgcopy_batch_free(b->fetched);
    b->fetched = NULL;
}

void pgcopy_bridge_free(pgcopy_bridge *b)
{
    pgcopy_allocator a;

    if (!b)
        return;
    a = b->allocator;
    free_cursors(b, true);
    job_rest(&b->job, &a);
    pgcopy_batch_free(b->fetched);
    mem_free(&a, b->backend, sizeof *b->backend);
    mem_free(&a, b, sizeof *b);
}

/* ---- Jobs out and in ---------------------------------------------------------------- */

/* A late one could hit the next job's call: so there is none while it is out. */
static pgcopy_job *next_cancel(pgcopy_bridge *b)
{
    if (!b->cancel_wanted || b->canceller)
        return NULL;
    b->canceller = mem_new(&b->allocator, sizeof *b->canceller);
    if (!b->canceller)
        return NULL;
    b->cancel_wanted = false;
    b->canceller->db = &b->db;
    job_add(b->canceller, CALL_CANCEL);
    return b->canceller;
}

/* The one that was left to us, when somebody else took those before it; else the next. */
static const pgcopy_event *waiting(pgcopy_bridge *b)
{
    const pgcopy_event *ev = pgcopy_session_event(b->session);

    return ev ? ev : pgcopy_session_next(b->session);
}

/* Many are answered at once, so one call goes through them all. */
static pgcopy_job *take_events(pgcopy_bridge *b)
{
    const pgcopy_event *ev;
    pgcopy_job         *job = NULL;

    while (!job && (ev = waiting(b))) {
        job = bridge_take(b, ev);
        if (!job)
            free_cursors(b, false);
    }
    return job;
}

pgcopy_job *pgcopy_bridge_next(pgcopy_bridge *b)
{
    pgcopy_job *job;

    if (b->out || b->canceller) {
        pgcopy_session_next(b->session); /* with ROWS out, it decodes the next ones */
        return b->out ? next_cancel(b) : NULL;
    }
    job    = take_events(b);
    b->out = job != NULL;
    if (!job)
        rest(b);
    return job;
}

/* The event waits, also where the client has gone meanwhile. */
void pgcopy_bridge_done(pgcopy_bridge *b, pgcopy_job *job)
{
    if (job == b->canceller) {
        mem_free(&b->allocator, job, sizeof *job);
        b->canceller = NULL;
        return;
    }
    b->out           = false;
    b->cancel_wanted = false;
    bridge_answer(b, pgcopy_session_event(b->session));
    free_cursors(b, false);
}

/* Only beside a call that can be cut short, and never beside one that changes the conn. */
void pgcopy_bridge_cancel(pgcopy_bridge *b)
{
    pgcopy_session_cancel(b->session);
    b->cancel_wanted = b->out && b->db.backend->cancel && job_can_be_cancelled(&b->job);
}

/* CLOSE has no answer before all these are done, and a session is not over before that. */
bool pgcopy_bridge_over(const pgcopy_bridge *b)
{
    bool over = pgcopy_session_over(b->session);

    assert(!over || (!b->out && !b->canceller && !b->db.open));
    return over;
}
