/*
 * session/run.c - one statement at work, of a query string or of an Execute, and what an error
 * leaves to be done.
 *
 *   [BEGIN] --> START --> ROWS or a COPY --> COMMIT --> TAG --> the next one, Z, or IDLE
 *      any error: E --> COPY_FAIL, FINISH --> rollback --> Z or SKIP
 */
#include "session/session.h"

#include "base/text.h"
#include "session/copyin.h"
#include "session/describe.h"
#include "session/portals.h"
#include "session/result.h"
#include "session/tx.h"
#include "session/verbs.h"

#include <string.h>

const pgcopy_stmt *run_stmt(const pgcopy_session *s)
{
    return s->work && s->work->query.portal ? s->work->query.portal->pub.stmt : NULL;
}

bool run_is_last(const pgcopy_session *s)
{
    return s->work->query.left == 0 && !s->work->query.extended;
}

/* ---- Errors ------------------------------------------------------------------------- */

/* E is written; what follows it is run_step's. */
void run_failed(pgcopy_session *s)
{
    send_flush(s);
    if (s->state != STATE_ENDED)
        s->state = STATE_RUN;
    s->work->query.failed = true;
}

void run_fail(pgcopy_session *s, const pgcopy_error *err)
{
    copyin_refused(s, err);
    session_error(s, err);
    run_failed(s);
}

/* A message that is refused for itself fails the transaction as a statement would. */
void run_refuse(pgcopy_session *s, const pgcopy_error *err, bool extended)
{
    s->work->query = (struct session_query){.extended = extended};
    run_fail(s, err);
}

static const pgcopy_error no_memory = {.sqlstate = "53200", .message = "out of memory"};

void run_no_memory(pgcopy_session *s)
{
    run_fail(s, &no_memory);
}

void run_cancelled(const pgcopy_session *s, pgcopy_error *err)
{
    pgcopy_error_text(err, "57014",
                      s->cancel == CANCEL_TIMEOUT
                          ? "canceling statement due to statement timeout"
                          : "canceling statement due to user request");
}

/* ---- The start ---------------------------------------------------------------------- */

/* Without a transaction, an Execute that Sync follows at once needs none of ours: that is known
   from the next message's type byte.  VACUUM and the like cannot have one. */
static void choose_begin(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    if (stmt->verb == PGCOPY_VERB_COPY_FROM && s->tx.state == TX_NONE)
        s->tx.state = TX_IMPLICIT; /* atomic, whatever the database does by itself */
    s->work->query.step = s->tx.state == TX_IMPLICIT && !s->tx.open ? RUN_BEGIN : RUN_START;
    if (s->work->query.extended && s->tx.state == TX_NONE && !stmt->alone)
        s->state = STATE_HOLD;
}

bool run_hold(pgcopy_session *s)
{
    pgcopy_slice in = recv_bytes(s);

    if (!in.len && !s->recv.eof)
        return false;
    s->state = STATE_RUN;
    if (in.len && in.data[0] != PGCOPY_MSG_SYNC) {
        s->tx.state         = TX_IMPLICIT;
        s->work->query.step = RUN_BEGIN;
    }
    return true;
}

/* The portal of a COMMIT goes with the others, when it has run. */
static bool ends_portals(const pgcopy_stmt *stmt)
{
    return stmt && (stmt->verb == PGCOPY_VERB_COMMIT || stmt->verb == PGCOPY_VERB_ROLLBACK);
}

static void choose(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    if (stmt->verb >= PGCOPY_VERB_BEGIN && stmt->verb <= PGCOPY_VERB_SET_TRANSACTION) {
        if (ends_portals(stmt))
            portals_end(s, s->work->query.portal);
        s->work->query.step = RUN_VERB;
    } else if (stmt->verb >= PGCOPY_VERB_SET) {
        verbs_run(s, stmt);
    } else {
        choose_begin(s, stmt);
    }
}

/* DoCopy looks at the privilege for files before it looks at the table. */
static bool lacks_privilege(const pgcopy_stmt *stmt)
{
    return stmt->bad_option && strcmp(stmt->bad_option->sqlstate, "42501") == 0;
}

void run_choose(pgcopy_session *s)
{
    const pgcopy_stmt *stmt = run_stmt(s);
    pgcopy_error       err;

    s->work->query.rows     = 0;
    s->work->query.affected = PGCOPY_NO_COUNT;
    run_tag(s, stmt->tag);
    if (s->cancel) {
        run_cancelled(s, &err);
        run_fail(s, &err);
    } else if (tx_allows(s, stmt, &err) < 0) {
        run_fail(s, &err);
    } else if (lacks_privilege(stmt)) {
        run_fail(s, stmt->bad_option);
    } else {
        choose(s, stmt);
    }
}

/* A session reaches its own database only. */
static bool is_elsewhere(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    pgcopy_error err;

    if (!stmt->catalog || strcmp(stmt->catalog, s->who.database) == 0)
        return false;
    pgcopy_error_set(&err, "0A000",
                     "cross-database references are not implemented: \"%s.%s.%s\"",
                     stmt->catalog, stmt->schema, stmt->table);
    run_fail(s, &err);
    return true;
}

static void do_start(pgcopy_session *s)
{
    struct portal *p = s->work->query.portal;

    if (is_elsewhere(s, p->pub.stmt))
        return;
    tx_queried(s);
    switch (p->pub.stmt->verb) {
    case PGCOPY_VERB_COPY_FROM:
        event_post(s, PGCOPY_EVENT_COPY_IN);
        s->event.stmt = p->pub.stmt;
        return;
    case PGCOPY_VERB_COPY_TO:
        event_post(s, PGCOPY_EVENT_COPY_OUT);
        break;
    default:
        event_post(s, PGCOPY_EVENT_STATEMENT);
        break;
    }
    s->event.portal = &p->pub;
}

/* ---- The end ------------------------------------------------------------------------ */

void run_tag(pgcopy_session *s, const char *tag)
{
    s->work->query.tag[0] = '\0';
    text_add(s->work->query.tag, sizeof s->work->query.tag, tag, strlen(tag));
}

void run_done(pgcopy_session *s, uint64_t count)
{
    s->work->query.affected = count;
    s->work->query.step     = RUN_COMMIT;
    if (run_stmt(s))
        tx_statement_done(s, run_stmt(s));
}

void run_chain(pgcopy_session *s, bool chain)
{
    s->work->query.step = chain ? RUN_CHAIN : RUN_COMMIT;
}

static void do_commit(pgcopy_session *s)
{
    s->work->query.step = RUN_TAG;
    if (run_is_last(s) && s->tx.state == TX_IMPLICIT)
        tx_commit(s);
}

/* Only these tags have a count behind them (protocol 54.7, CommandComplete). */
static bool tag_counts(const char *tag)
{
    static const char *const counted[] = {"INSERT 0", "SELECT", "UPDATE", "DELETE",
                                          "MERGE",    "COPY",   "FETCH",  "MOVE"};

    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (strcmp(tag, counted[i]) == 0)
            return true;
    return false;
}

static void do_tag(pgcopy_session *s)
{
    struct session_query *q     = &s->work->query;
    uint64_t              count = q->affected;

    q->portal->done = true;
    if (ends_portals(q->portal->pub.stmt))
        portal_end(q->portal);
    q->step = q->extended ? RUN_IDLE : RUN_NEXT;
    if (s->work->copy.copy) {
        pgcopy_copy_finish(s->work->copy.copy, count, send_out(s));
        copyin_free(s);
        return;
    }
    pgcopy_write_complete(send_out(s), q->tag, tag_counts(q->tag) ? count : PGCOPY_NO_COUNT);
}

/* Outside a block portals end here, and so does the transaction of the span (protocol 54.2.3).
 */
static void do_sync(pgcopy_session *s)
{
    s->work->query.step = RUN_NEXT;
    if (s->tx.state == TX_IMPLICIT)
        tx_commit(s);
}

void run_sync(pgcopy_session *s)
{
    s->state       = STATE_RUN;
    s->work->query = (struct session_query){.step = RUN_SYNC, .sync = true};
    if (s->tx.state == TX_NONE || s->tx.state == TX_IMPLICIT)
        portals_end(s, NULL);
}

/* ---- Steps -------------------------------------------------------------------------- */

static void after_error(pgcopy_session *s)
{
    bool skip = s->work->query.extended;

    query_free(s);
    if (skip)
        s->state = STATE_SKIP;
    else
        session_ready(s);
}

/* Law 4: the COPY or the results first, then the transaction, then Z or SKIP. */
static void clean_up(pgcopy_session *s)
{
    if (s->work->copy.loading) {
        s->work->copy.loading = false;
        event_post(s, PGCOPY_EVENT_COPY_FAIL);
        s->event.error =
            s->work->copy.copy ? pgcopy_copy_error(s->work->copy.copy) : &no_memory;
        return;
    }
    portals_end(s, NULL);
    if (portals_finish(s))
        return;
    if (!tx_clean_up(s))
        after_error(s);
}

static bool room_to_send(const pgcopy_session *s)
{
    size_t waiting = send_waiting(s);

    if (s->work->query.step == RUN_ROWS)
        return waiting < s->opts.send_bytes / 2;
    return s->work->query.step != RUN_NEXT || waiting < s->opts.send_bytes;
}

static void do_step(pgcopy_session *s)
{
    switch (s->work->query.step) {
    case RUN_NEXT:
        query_next(s);
        break;
    case RUN_VERB:
        tx_verb(s, run_stmt(s));
        break;
    case RUN_BEGIN:
        tx_begin(s);
        break;
    case RUN_START:
        do_start(s);
        break;
    case RUN_ROWS:
        result_more(s);
        break;
    case RUN_LOAD:
        copyin_finish(s);
        break;
    case RUN_LOADED:
        event_post(s, PGCOPY_EVENT_COPY_DONE);
        s->event.commit = run_is_last(s) && s->tx.state == TX_IMPLICIT;
        break;
    case RUN_COMMIT:
        do_commit(s);
        break;
    case RUN_CHAIN:
        tx_chain(s);
        break;
    case RUN_TAG:
        do_tag(s);
        break;
    case RUN_SYNC:
        do_sync(s);
        break;
    case RUN_DESCRIBE:
        describe_post(s);
        break;
    case RUN_IDLE:
        query_free(s);
        s->state = STATE_READY;
        break;
    }
}

bool run_step(pgcopy_session *s)
{
    if (s->work->query.failed)
        clean_up(s);
    else if (!room_to_send(s))
        return false;
    else if (!portals_finish(s))
        do_step(s);
    return true;
}
