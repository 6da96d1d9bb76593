/*
 * session/copyin.c - COPY FROM in a session: while one batch is at the database the next is
 * decoded.
 *
 *   CopyData --> fill --(full, and the other is in)--> load --> ROWS --> accept | reject
 *
 * What the decoder says of a batch (notices, an error) is held until the batch before it is in:
 * so what a client is told depends on the place in the stream, never on time.
 */
#include "session/copyin.h"

#include "copy/copy.h"
#include "session/join.h"
#include "session/portals.h"
#include "session/timezone.h"
#include "session/tx.h"

#include <string.h>

/* ---- A COPY ------------------------------------------------------------------------- */

/* Made at the start, so that the end of a COPY needs no memory. */
static bool make_last(pgcopy_session *s)
{
    if (!s->last_copy)
        s->last_copy = mem_new(&s->allocator, sizeof *s->last_copy);
    return s->last_copy != NULL;
}

static bool make_batches(pgcopy_session *s)
{
    struct session_copy *c = &s->work->copy;

    c->fill = pgcopy_batch_new(0, &s->limits, &s->allocator);
    c->load = pgcopy_batch_new(0, &s->limits, &s->allocator);
    return c->fill && c->load;
}

static bool make_zone(pgcopy_session *s, pgcopy_when *when)
{
    struct session_copy *c   = &s->work->copy;
    bool                 utc = timezone_is_utc(s);

    c->zone = utc ? NULL : mem_new(&s->allocator, sizeof *c->zone);
    if (!utc && !c->zone)
        return false;
    timezone_now(s, when, c->zone);
    return true;
}

bool copyin_new(pgcopy_session *s)
{
    struct session_copy *c    = &s->work->copy;
    pgcopy_copy_opts     opts = {
            .size = sizeof opts, .max_row = s->opts.max_row, .allocator = &s->allocator};

    opts.client_encoding = settings_get(&s->settings, "client_encoding", NULL);
    opts.datestyle       = settings_datestyle(&s->settings);
    c->held              = (pgcopy_buf){.allocator = &s->allocator};
    c->due               = PGCOPY_OK;
    if (make_zone(s, &opts.when))
        c->copy = pgcopy_copy_new(run_stmt(s), &opts);
    if (!c->copy || !make_last(s) ||
        (run_stmt(s)->verb == PGCOPY_VERB_COPY_FROM && !make_batches(s))) {
        run_no_memory(s);
        return false;
    }
    copy_set_serial(c->copy, ++s->copies);
    return true;
}

void copyin_free(pgcopy_session *s)
{
    struct session_copy *c = &s->work->copy;

    if (c->copy && s->last_copy)
        *s->last_copy = *pgcopy_copy_progress(c->copy);
    pgcopy_copy_free(c->copy);
    pgcopy_batch_free(c->fill);
    pgcopy_batch_free(c->load);
    pgcopy_buf_free(&c->held);
    mem_free(&s->allocator, c->zone, sizeof *c->zone);
    c->zone = NULL;
    c->copy = NULL;
    c->fill = c->load = NULL;
}

void copyin_refused(pgcopy_session *s, const pgcopy_error *err)
{
    const pgcopy_stmt *stmt = run_stmt(s);
    pgcopy_progress   *last;

    if (!stmt || (stmt->verb != PGCOPY_VERB_COPY_FROM && stmt->verb != PGCOPY_VERB_COPY_TO) ||
        s->work->copy.copy || !make_last(s))
        return;
    last  = s->last_copy;
    *last = (pgcopy_progress){
        .serial = ++s->copies, .state = PGCOPY_COPY_FAILED, .verb = stmt->verb};
    if (stmt->schema)
        text_add(last->schema, sizeof last->schema, stmt->schema, strlen(stmt->schema));
    if (stmt->table)
        text_add(last->table, sizeof last->table, stmt->table, strlen(stmt->table));
    memcpy(last->sqlstate, err->sqlstate, sizeof last->sqlstate);
}

const pgcopy_progress *pgcopy_session_progress(const pgcopy_session *s)
{
    if (s->work && s->work->copy.copy)
        return pgcopy_copy_progress(s->work->copy.copy);
    return s->copies ? s->last_copy : NULL;
}

/* ---- Failure ------------------------------------------------------------------------ */

void copyin_failed(pgcopy_session *s)
{
    if (pgcopy_copy_error(s->work->copy.copy)->sqlstate[0])
        run_failed(s);
    else
        run_no_memory(s);
}

static void release_held(pgcopy_session *s)
{
    pgcopy_buf_append(send_out(s), s->work->copy.held.data, s->work->copy.held.len);
    s->work->copy.held.len = 0;
}

/* FATAL, with the CONTEXT of the COPY that it hits. */
void copyin_last_word(pgcopy_session *s, const pgcopy_error *fatal)
{
    copy_abort(s->work->copy.copy, fatal, send_out(s));
}

/* Nobody is told any more, but progress shows how the COPY ended. */
void copyin_ended(pgcopy_session *s)
{
    pgcopy_error err = {.message = ""};

    if (!s->work || !s->work->copy.copy || pgcopy_copy_error(s->work->copy.copy)->sqlstate[0])
        return;
    if (s->last_word)
        err = *s->last_word;
    else
        pgcopy_error_text(&err, "08006", "connection to client lost");
    copy_abort(s->work->copy.copy, &err, &s->work->copy.held);
    s->work->copy.held.len = 0;
}

/* ---- The start ---------------------------------------------------------------------- */

void copyin_begin(pgcopy_session *s, const pgcopy_columns *relation)
{
    pgcopy_status rc;

    s->work->copy.loading = true;
    if (!copyin_new(s))
        return;
    rc = pgcopy_copy_resolve(s->work->copy.copy, relation, tx_now(s), send_out(s));
    if (portals_wait(s))
        copy_set_activity(s->work->copy.copy);
    if (rc >= 0)
        rc = pgcopy_copy_begin(s->work->copy.copy, send_out(s));
    if (rc < 0) {
        copyin_failed(s);
        return;
    }
    send_flush(s);
    s->state = STATE_COPY_IN;
}

/* ---- What the client says ----------------------------------------------------------- */

void copyin_data(pgcopy_session *s, pgcopy_slice body)
{
    struct session_copy *c = &s->work->copy;
    pgcopy_error         err;
    pgcopy_status        rc;

    if (s->cancel) {
        run_cancelled(s, &err);
        copy_interrupt(c->copy, &err);
    }
    c->ahead = true;
    body     = join_copy_data(s, body);
    rc       = pgcopy_copy_data(c->copy, &body, c->fill, &c->held);
    copy_interrupt(c->copy, NULL);
    join_give_back(s, body);
    if (rc != PGCOPY_AGAIN)
        c->due = rc;
    else if (!s->waiting)
        release_held(s);
}

void copyin_done(pgcopy_session *s)
{
    s->state            = STATE_RUN;
    s->work->query.step = RUN_LOAD;
}

void copyin_fail(pgcopy_session *s, pgcopy_slice body)
{
    if (pgcopy_copy_fail(s->work->copy.copy, body, send_out(s)) < 0)
        copyin_failed(s);
}

/* Both end the connection, in words that are the COPY's. */
void copyin_abuse(pgcopy_session *s, int type)
{
    pgcopy_slice none = {NULL, 0};

    (void)!pgcopy_copy_message(s->work->copy.copy, type, &none, s->work->copy.fill,
                               send_out(s));
    session_failed(s, pgcopy_copy_error(s->work->copy.copy));
}

void copyin_broken(pgcopy_session *s)
{
    copy_broken(s->work->copy.copy, send_out(s));
    session_failed(s, pgcopy_copy_error(s->work->copy.copy));
}

/* ---- What is due
 * ---------------------------------------------------------------------------------------------
 */

static void post_rows(pgcopy_session *s, size_t first, bool last)
{
    event_post(s, PGCOPY_EVENT_ROWS);
    s->event.batch  = s->work->copy.load;
    s->event.first  = first;
    s->event.last   = last;
    s->event.commit = last && run_is_last(s) && s->tx.state == TX_IMPLICIT;
}

static void load_next(pgcopy_session *s, bool last)
{
    struct session_copy *c    = &s->work->copy;
    pgcopy_batch        *full = c->fill;

    release_held(s);
    c->fill = c->load;
    c->load = full;
    pgcopy_batch_clear(c->fill);
    c->due   = PGCOPY_OK;
    c->ahead = false;
    post_rows(s, 0, last);
}

static void failed_decoding(pgcopy_session *s)
{
    release_held(s);
    copyin_failed(s);
}

bool copyin_step(pgcopy_session *s)
{
    if (s->work->copy.due == PGCOPY_OK)
        return false;
    if (s->work->copy.due > 0)
        load_next(s, false);
    else
        failed_decoding(s);
    return true;
}

static pgcopy_status finish_decoding(pgcopy_session *s)
{
    pgcopy_error  err;
    pgcopy_status rc;

    if (s->work->copy.due != PGCOPY_OK)
        return s->work->copy.due;
    if (s->cancel) {
        run_cancelled(s, &err);
        copy_interrupt(s->work->copy.copy, &err);
    }
    rc = pgcopy_copy_done(s->work->copy.copy, s->work->copy.fill, &s->work->copy.held);
    copy_interrupt(s->work->copy.copy, NULL);
    return rc;
}

void copyin_finish(pgcopy_session *s)
{
    pgcopy_status rc = finish_decoding(s);

    if (rc < 0) {
        failed_decoding(s);
        return;
    }
    if (rc == PGCOPY_END)
        s->work->query.step = RUN_LOADED;
    if (rc == PGCOPY_FULL || pgcopy_batch_view(s->work->copy.fill)->nrows)
        load_next(s, rc == PGCOPY_END);
    else
        release_held(s);
}

/* ---- The answers to ROWS ------------------------------------------------------------ */

/* Where jobs run at once nothing is decoded beside them, and the second batch stays empty. */
static void fill_again(struct session_copy *c)
{
    pgcopy_batch *empty = c->fill;

    if (c->ahead)
        return;
    c->fill = c->load;
    c->load = empty;
    pgcopy_batch_clear(c->fill);
}

void copyin_accepted(pgcopy_session *s)
{
    release_held(s);
    fill_again(&s->work->copy);
}

/* The batch that was decoded meanwhile falls with the one that was refused, whatever was wrong
   with it itself. */
static void rows_rejected(pgcopy_session *s, const pgcopy_error *err)
{
    struct session_copy *c    = &s->work->copy;
    bool                 last = s->event.last;

    if (c->due < 0)
        copy_forget_error(c->copy);
    if (pgcopy_copy_reject(c->copy, err, c->load, send_out(s)) < 0) {
        c->held.len = 0;
        copyin_failed(s);
    } else if (err->row < pgcopy_batch_view(c->load)->nrows) {
        post_rows(s, err->row, last);
    } else {
        fill_again(c);
    }
}

void copyin_rejected(pgcopy_session *s, const pgcopy_error *err)
{
    if (s->event.type == PGCOPY_EVENT_ROWS) {
        rows_rejected(s, err);
        return;
    }
    if (pgcopy_copy_reject(s->work->copy.copy, err, NULL, send_out(s)) < 0)
        copyin_failed(s);
}
