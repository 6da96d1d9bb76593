/*
 * backend/events.c - each event becomes a job, or is answered at once.
 *
 *   STARTUP BEGIN ------------------> accept                 a begin is owed to the next job
 *   CONNECT DESCRIBE STATEMENT ... -> a job ---------------> its answer
 *   the last ROWS ------------------> a job for three -----> accept, and what COPY_DONE and
 *                                                            COMMIT will be answered
 */
#include "backend/bridge.h"

#include <string.h>

/* Functions here return the job, or NULL when the event has its answer. */

/* ---- Answered at once --------------------------------------------------------------- */

static pgcopy_job *accepted(pgcopy_bridge *b)
{
    bridge_accept(b);
    return NULL;
}

static pgcopy_job *refused(pgcopy_bridge *b, pgcopy_status why)
{
    pgcopy_error err;

    job_word_status(&err, why);
    bridge_refuse(b, &err);
    return NULL;
}

/* what: "COPY FROM is" */
static pgcopy_job *unsupported(pgcopy_bridge *b, const char *what)
{
    pgcopy_error err;

    pgcopy_error_set(&err, "0A000", "%s not supported by this database", what);
    bridge_refuse(b, &err);
    return NULL;
}

/* ---- Jobs --------------------------------------------------------------------------- */

/* Takes no memory: for what must always run. */
static pgcopy_job *fresh(pgcopy_bridge *b)
{
    job_clear(&b->job);
    return &b->job;
}

/* A job for what was begun already: no connection is opened and no transaction begun for it. */
static pgcopy_job *go_on(pgcopy_bridge *b)
{
    if (!job_equip(&b->job, &b->allocator))
        return refused(b, PGCOPY_ERR_NOMEM);
    return fresh(b);
}

/*
 * A job that begins something.  The first one behind a loss outside a transaction opens the
 * connection anew; inside one nothing can be done until the client has ended it.
 */
static pgcopy_job *begin(pgcopy_bridge *b, const pgcopy_stmt *stmt)
{
    pgcopy_job *job = go_on(b);

    if (!job)
        return NULL;
    if (b->db.lost && b->db.in_tx)
        return refused(b, PGCOPY_ERR_LOST);
    job->with->stmt    = stmt;
    job->with->who     = b->who;
    job->with->running = b->tx.verb ? &b->tx : NULL;
    if (b->db.lost) {
        job_add(job, CALL_CLOSE);
        job_add(job, CALL_OPEN);
    }
    if (b->begin_owed)
        job_add(job, CALL_BEGIN);
    else
        b->tx.implicit = false; /* not the first of its transaction: FREEZE may be right */
    b->begin_owed = false;
    return job;
}

/* ---- Connection --------------------------------------------------------------------- */

static pgcopy_job *take_connect(pgcopy_bridge *b, const pgcopy_who *who)
{
    pgcopy_job *job;

    b->who = who;
    job    = go_on(b);
    if (!job)
        return NULL;
    job->with->who = who;
    job_add(job, CALL_OPEN);
    return job;
}

/* What was never opened, or could not be opened anew, is closed already. */
static pgcopy_job *take_close(pgcopy_bridge *b)
{
    if (!b->db.open)
        return accepted(b);
    job_add(fresh(b), CALL_CLOSE);
    return &b->job;
}

/* ---- Transactions ------------------------------------------------------------------- */

/*
 * Accepted before it is made: the next job makes it, and speaks of its failure.  Where
 * statements stand alone the session's own begin means nothing, but a client must not take its
 * BEGIN for one (0A000).
 */
static pgcopy_job *take_begin(pgcopy_bridge *b, const pgcopy_tx *tx)
{
    if (!b->db.backend->transaction)
        return tx->implicit ? accepted(b) : unsupported(b, "transactions are");
    b->tx         = *tx;
    b->tx.name    = NULL;
    b->begin_owed = true;
    return accepted(b);
}

/*
 * What the database never began, or lost, it need not end.  A commit can only be asked of a
 * lost connection by mistake; it must not be taken for one that happened.
 */
static pgcopy_job *take_end(pgcopy_bridge *b, const pgcopy_tx *tx)
{
    pgcopy_job *job;

    b->tx.verb    = PGCOPY_VERB_OTHER;
    b->begin_owed = false;
    if (b->stored) {
        bridge_answer_commit(b);
        return NULL;
    }
    if (b->db.in_tx && b->db.lost) {
        b->db.in_tx = false;
        return tx->verb == PGCOPY_VERB_COMMIT ? refused(b, PGCOPY_ERR_LOST) : accepted(b);
    }
    if (!b->db.in_tx)
        return accepted(b);
    job = go_on(b);
    if (!job)
        return NULL;
    job->with->tx = tx;
    job_add(job, CALL_TRANSACTION);
    return job;
}

/* SAVEPOINT, RELEASE, ROLLBACK TO, SET TRANSACTION: may be the first of their transaction. */
static pgcopy_job *take_step(pgcopy_bridge *b, const pgcopy_tx *tx)
{
    pgcopy_job *job;

    if (!b->db.backend->transaction)
        return unsupported(b, "transactions are");
    job = begin(b, NULL);
    if (!job)
        return NULL;
    job->with->tx = tx;
    job_add(job, CALL_TRANSACTION);
    return job;
}

static pgcopy_job *take_transaction(pgcopy_bridge *b, const pgcopy_tx *tx)
{
    switch (tx->verb) {
    case PGCOPY_VERB_BEGIN:
        return take_begin(b, tx);
    case PGCOPY_VERB_COMMIT:
    case PGCOPY_VERB_ROLLBACK:
        return take_end(b, tx);
    default:
        return take_step(b, tx);
    }
}

/* ---- Statements --------------------------------------------------------------------- */

/* Without describe nothing is known before execute: the answer is that of no rows. */
static pgcopy_job *take_describe(pgcopy_bridge *b, const pgcopy_stmt *stmt)
{
    pgcopy_job *job;

    if (!b->db.backend->describe) {
        bridge_columns(b, NULL);
        return NULL;
    }
    job = begin(b, stmt);
    if (job)
        job_add(job, CALL_DESCRIBE);
    return job;
}

/* Made before the job, so that a result is never open without a place to note it. */
static struct cursor *new_cursor(pgcopy_bridge *b)
{
    struct cursor *cursor = mem_new(&b->allocator, sizeof *cursor);

    if (!cursor)
        return NULL;
    cursor->next  = b->db.cursors;
    b->db.cursors = cursor;
    return cursor;
}

/* STATEMENT and COPY_OUT.  A query inside COPY has no relation; its options are checked all the
   same. */
static pgcopy_job *take_statement(pgcopy_bridge *b, const pgcopy_event *ev)
{
    const pgcopy_stmt *stmt = ev->portal->stmt;
    struct cursor     *cursor;
    pgcopy_job        *job;

    if (!b->db.backend->execute)
        return unsupported(b, "this statement is");
    cursor = new_cursor(b);
    if (!cursor)
        return refused(b, PGCOPY_ERR_NOMEM);
    job = begin(b, stmt);
    if (!job)
        return NULL;
    job->with->cursor = cursor;
    job->with->params = ev->portal->params;
    if (ev->type == PGCOPY_EVENT_COPY_OUT) {
        if (stmt->table && b->db.backend->relation)
            job_add(job, CALL_RELATION);
        job_add(job, CALL_CHECK);
    }
    job_add(job, CALL_EXECUTE);
    return job;
}

/* max_rows becomes the batch's own limit: what a backend asks with pgcopy_batch_room(). */
static bool make_room(pgcopy_bridge *b, size_t max_rows)
{
    pgcopy_batch_limits limits = {.size = sizeof limits};

    limits.rows = max_rows < UINT32_MAX ? (uint32_t)max_rows : UINT32_MAX;
    if (!b->fetched)
        b->fetched = pgcopy_batch_new(0, NULL, &b->allocator);
    if (!b->fetched)
        return false;
    pgcopy_batch_clear(b->fetched);
    pgcopy_batch_set_limits(b->fetched, &limits);
    return true;
}

/* The end of a result was seen with its last rows: no hand-over to ask again. */
static pgcopy_job *take_want_rows(pgcopy_bridge *b, const pgcopy_event *ev)
{
    struct cursor *cursor = ev->portal->user;
    pgcopy_job    *job;

    if (cursor->ended) {
        bridge_end_result(b, ev->portal);
        return NULL;
    }
    if (!make_room(b, ev->max_rows))
        return refused(b, PGCOPY_ERR_NOMEM);
    job = go_on(b);
    if (!job)
        return NULL;
    job->with->cursor  = cursor;
    job->with->fetched = b->fetched;
    job_add(job, CALL_FETCH);
    return job;
}

/* A result whose rows have ended was let go by its last fetch. */
static pgcopy_job *take_finish(pgcopy_bridge *b, const pgcopy_event *ev)
{
    struct cursor *cursor = ev->portal->user;

    ev->portal->user = NULL;
    cursor->portal   = false;
    if (!cursor->open)
        return accepted(b);
    job_add(fresh(b), CALL_FINISH);
    b->job.with->cursor = cursor;
    return &b->job;
}

/* ---- COPY FROM ---------------------------------------------------------------------- */

/* One hand-over from the statement to the first row; what the check refuses is never begun. */
static pgcopy_job *take_copy_in(pgcopy_bridge *b, const pgcopy_stmt *stmt)
{
    const pgcopy_backend *backend = b->db.backend;
    pgcopy_job           *job;

    if (!backend->load_begin || !backend->load_rows || !backend->load_end)
        return unsupported(b, "COPY FROM is");
    job = begin(b, stmt);
    if (!job)
        return NULL;
    if (backend->relation)
        job_add(job, CALL_RELATION);
    job_add(job, CALL_CHECK);
    job_add(job, CALL_LOAD_BEGIN);
    return job;
}

/*
 * The last rows take the end of the load and the commit along: one hand-over for all three.
 * After a loss ON_ERROR ignore could ask for the next row.
 */
static pgcopy_job *take_rows(pgcopy_bridge *b, const pgcopy_event *ev)
{
    pgcopy_job *job;

    if (b->db.lost || !b->db.loading)
        return refused(b, PGCOPY_ERR_LOST);
    job = go_on(b);
    if (!job)
        return NULL;
    job->with->rows  = ev->batch;
    job->with->first = ev->first;
    job_add(job, CALL_LOAD_ROWS);
    if (ev->last)
        job_add(job, CALL_LOAD_KEEP);
    if (ev->last && ev->commit && b->db.in_tx)
        job_add(job, CALL_COMMIT);
    return job;
}

/* A job of its own where no rows came last: an empty COPY, or one of full batches only. */
static pgcopy_job *take_copy_done(pgcopy_bridge *b, const pgcopy_event *ev)
{
    pgcopy_job *job;

    if (b->stored) {
        bridge_answer_copy_done(b);
        return NULL;
    }
    if (b->db.lost || !b->db.loading)
        return refused(b, PGCOPY_ERR_LOST);
    job = go_on(b);
    if (!job)
        return NULL;
    job_add(job, CALL_LOAD_KEEP);
    if (ev->commit && b->db.in_tx)
        job_add(job, CALL_COMMIT);
    return job;
}

/* Takes no refusal, so it must not need memory: the reply stays as long as a load does. */
static pgcopy_job *take_copy_fail(pgcopy_bridge *b)
{
    if (!b->db.loading)
        return accepted(b);
    job_add(fresh(b), CALL_LOAD_DROP);
    return &b->job;
}

/* ---- All of them -------------------------------------------------------------------- */

pgcopy_job *bridge_take(pgcopy_bridge *b, const pgcopy_event *ev)
{
    switch (ev->type) {
    case PGCOPY_EVENT_STARTUP: /* trust: who wants more answers it, before there is a bridge */
        return accepted(b);
    case PGCOPY_EVENT_AUTH: /* whoever sent a challenge looks at what came of it */
        bridge_refuse(b, NULL);
        return NULL;
    case PGCOPY_EVENT_CONNECT:
        return take_connect(b, ev->who);
    case PGCOPY_EVENT_TRANSACTION:
        return take_transaction(b, ev->tx);
    case PGCOPY_EVENT_DESCRIBE:
        return take_describe(b, ev->stmt);
    case PGCOPY_EVENT_STATEMENT:
    case PGCOPY_EVENT_COPY_OUT:
        return take_statement(b, ev);
    case PGCOPY_EVENT_WANT_ROWS:
        return take_want_rows(b, ev);
    case PGCOPY_EVENT_FINISH:
        return take_finish(b, ev);
    case PGCOPY_EVENT_COPY_IN:
        return take_copy_in(b, ev->stmt);
    case PGCOPY_EVENT_ROWS:
        return take_rows(b, ev);
    case PGCOPY_EVENT_COPY_DONE:
        return take_copy_done(b, ev);
    case PGCOPY_EVENT_COPY_FAIL:
        return take_copy_fail(b);
    case PGCOPY_EVENT_CLOSE:
        return take_close(b);
    }
    bridge_refuse(b, NULL);
    return NULL;
}
