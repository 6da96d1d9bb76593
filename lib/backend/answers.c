/*
 * backend/answers.c - the outcome of a job becomes the session's answer: notices first, then
 * the error of the call that failed, or what the calls gave.
 *
 *   made    relation  check  load_begin        columns: the relation's
 *   failed  relation                           reject: the reply's error
 *   failed  load_rows load_keep! commit        ROWS accept; COPY_DONE reject
 */
#include "backend/bridge.h"

/* ---- Answers that always end their event -------------------------------------------- */

/* Each event that can come with an error takes it; the session copies the words. */
void bridge_refuse(pgcopy_bridge *b, const pgcopy_error *err)
{
    (void)pgcopy_session_reject(b->session, err);
}

/* An answer that cannot be given, for lack of memory, becomes a refusal. */
static void answered(pgcopy_bridge *b, pgcopy_status rc)
{
    pgcopy_error err;

    if (rc >= 0)
        return;
    job_word_status(&err, rc);
    bridge_refuse(b, &err);
}

void bridge_accept(pgcopy_bridge *b)
{
    answered(b, pgcopy_session_accept(b->session));
}

void bridge_complete(pgcopy_bridge *b, uint64_t count)
{
    answered(b, pgcopy_session_complete(b->session, NULL, count));
}

void bridge_columns(pgcopy_bridge *b, const pgcopy_columns *cols)
{
    answered(b, pgcopy_session_columns(b->session, cols));
}

static void refuse_failure(pgcopy_bridge *b)
{
    bridge_refuse(b, pgcopy_reply_failure(b->job.with->reply));
}

static void accept_or_refuse(pgcopy_bridge *b)
{
    if (b->job.status < 0)
        refuse_failure(b);
    else
        bridge_accept(b);
}

/* What SET TRANSACTION says counts for the checks from here on. */
static void answer_transaction(pgcopy_bridge *b)
{
    const pgcopy_tx *tx = b->job.with->tx;

    if (b->job.status >= 0 && tx->verb == PGCOPY_VERB_SET_TRANSACTION &&
        (tx->read_only || tx->read_write)) {
        b->tx.read_only  = tx->read_only;
        b->tx.read_write = tx->read_write;
    }
    accept_or_refuse(b);
}

/* ---- Statements --------------------------------------------------------------------- */

/* No columns in the reply: it gives no rows. */
static void answer_describe(pgcopy_bridge *b)
{
    pgcopy_reply *r  = b->job.with->reply;
    pgcopy_status rc = PGCOPY_OK;

    if (b->job.status < 0) {
        refuse_failure(b);
        return;
    }
    if (r->parameters)
        rc = pgcopy_session_parameters(b->session, r->parameters);
    if (rc >= 0)
        rc = pgcopy_session_columns(b->session, r->columns);
    answered(b, rc);
}

/* From here on WANT_ROWS and FINISH lead to the cursor, or CLOSE ends it. */
static void open_portal(pgcopy_bridge *b, pgcopy_portal *portal, const pgcopy_columns *cols)
{
    b->job.with->cursor->portal = true;
    portal->user                = b->job.with->cursor;
    bridge_columns(b, cols);
}

/* To have asked for columns is to have said that rows follow (backend.h). */
static void answer_statement(pgcopy_bridge *b, const pgcopy_event *ev)
{
    if (b->job.status < 0)
        refuse_failure(b);
    else if (b->job.with->reply->columns)
        open_portal(b, ev->portal, b->job.with->reply->columns);
    else
        bridge_complete(b, pgcopy_reply_count(b->job.with->reply));
}

/* The table's own columns where they are known: the session checks the statement by them. */
static void answer_copy_out(pgcopy_bridge *b, const pgcopy_event *ev)
{
    pgcopy_job *job = &b->job;

    if (job->status < 0)
        refuse_failure(b);
    else
        open_portal(b, ev->portal,
                    job->with->relation ? job->with->relation : job->with->reply->columns);
}

/* No event speaks of this result any more (session.h: one complete, reject or FINISH). */
static struct cursor *leave(pgcopy_portal *portal)
{
    struct cursor *cursor = portal->user;

    portal->user   = NULL;
    cursor->portal = false;
    return cursor;
}

void bridge_end_result(pgcopy_bridge *b, pgcopy_portal *portal)
{
    bridge_complete(b, leave(portal)->count);
}

/* Rows and their end are two answers, so the end waits for the next ask. */
static void answer_want_rows(pgcopy_bridge *b, const pgcopy_event *ev)
{
    if (b->job.status < 0) {
        leave(ev->portal);
        refuse_failure(b);
    } else {
        answered(b, pgcopy_session_rows(b->session, b->fetched));
    }
}

/* ---- COPY FROM ---------------------------------------------------------------------- */

/* A check that said END (a view) has the same answer: the session says it behind G. */
static void answer_copy_in(pgcopy_bridge *b)
{
    if (b->job.status < 0)
        refuse_failure(b);
    else
        bridge_columns(b, b->job.with->relation);
}

/* The rows are in even if the load's end or the commit failed: those have events of their own.
 */
static void answer_rows(pgcopy_bridge *b, const pgcopy_event *ev)
{
    bool loaded = !job_failed(&b->job, CALL_LOAD_ROWS);

    b->stored = loaded && ev->last;
    if (loaded)
        bridge_accept(b);
    else
        refuse_failure(b);
}

/* The commit stays stored if there was one; else the job has told all. */
void bridge_answer_copy_done(pgcopy_bridge *b)
{
    b->stored = job_succeeded(&b->job, CALL_COMMIT) || job_failed(&b->job, CALL_COMMIT);
    if (job_failed(&b->job, CALL_LOAD_KEEP))
        refuse_failure(b);
    else
        bridge_complete(b, b->job.with->count);
}

void bridge_answer_commit(pgcopy_bridge *b)
{
    b->stored = false;
    accept_or_refuse(b);
}

/* ---- All of them -------------------------------------------------------------------- */

/* Lost without a word where the session takes none any more. */
static void tell_notices(pgcopy_bridge *b)
{
    const pgcopy_reply *r = b->job.with ? b->job.with->reply : NULL;

    for (size_t i = 0; r && i < r->nnotices; i++)
        (void)pgcopy_session_notice(b->session, &r->notices[i]);
}

/* A session takes no notice before CONNECT is accepted, so this is their first chance. */
static void answer_connect(pgcopy_bridge *b)
{
    accept_or_refuse(b);
    tell_notices(b);
}

static void answer(pgcopy_bridge *b, const pgcopy_event *ev)
{
    switch (ev->type) {
    case PGCOPY_EVENT_CONNECT:
        answer_connect(b);
        break;
    case PGCOPY_EVENT_TRANSACTION:
        answer_transaction(b);
        break;
    case PGCOPY_EVENT_DESCRIBE:
        answer_describe(b);
        break;
    case PGCOPY_EVENT_STATEMENT:
        answer_statement(b, ev);
        break;
    case PGCOPY_EVENT_COPY_OUT:
        answer_copy_out(b, ev);
        break;
    case PGCOPY_EVENT_WANT_ROWS:
        answer_want_rows(b, ev);
        break;
    case PGCOPY_EVENT_COPY_IN:
        answer_copy_in(b);
        break;
    case PGCOPY_EVENT_ROWS:
        answer_rows(b, ev);
        break;
    case PGCOPY_EVENT_COPY_DONE:
        bridge_answer_copy_done(b);
        break;
    default: /* FINISH, COPY_FAIL, CLOSE: whatever came of it, it is over */
        bridge_accept(b);
    }
}

void bridge_answer(pgcopy_bridge *b, const pgcopy_event *ev)
{
    tell_notices(b);
    answer(b, ev);
}
