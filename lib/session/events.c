/* session/events.c - how a session goes on: the next event, errors, ReadyForQuery, the end. */
#include "session/session.h"

#include "session/copyin.h"
#include "session/tx.h"

void event_post(pgcopy_session *s, pgcopy_event_type type)
{
    s->event     = (pgcopy_event){.type = type};
    s->waiting   = true;
    s->given     = false;
    s->event.who = type <= PGCOPY_EVENT_CONNECT ? &s->who : NULL;
}

/* ---- Errors and the end ------------------------------------------------------------- */

static void keep_last_word(pgcopy_session *s, const pgcopy_error *err)
{
    if (!s->last_word)
        s->last_word = mem_new(&s->allocator, sizeof *s->last_word);
    if (s->last_word)
        *s->last_word = *err;
}

void session_failed(pgcopy_session *s, const pgcopy_error *why)
{
    keep_last_word(s, why);
    session_end(s);
}

void session_error(pgcopy_session *s, const pgcopy_error *err)
{
    pgcopy_write_error(send_out(s), err);
    send_flush(s);
    if (err->severity == PGCOPY_SEVERITY_FATAL)
        session_failed(s, err);
}

void session_fatal(pgcopy_session *s, const char *sqlstate, const char *message)
{
    pgcopy_error err;

    pgcopy_error_text(&err, sqlstate, message);
    err.severity = PGCOPY_SEVERITY_FATAL;
    session_error(s, &err);
}

/* The database's side of it, a COPY or a result, ends with CLOSE. */
void session_end(pgcopy_session *s)
{
    s->state = STATE_ENDED;
    send_flush(s);
    copyin_ended(s);
}

void pgcopy_session_end(pgcopy_session *s, const pgcopy_error *fatal)
{
    pgcopy_error err;

    if (s->state == STATE_ENDED)
        return;
    if (fatal)
        err = *fatal;
    else
        pgcopy_error_text(&err, "57P01", "terminating connection due to administrator command");
    err.severity = PGCOPY_SEVERITY_FATAL;
    if (s->state != STATE_COPY_IN) {
        session_error(s, &err);
        return;
    }
    copyin_last_word(s, &err);
    session_failed(s, &err);
}

void pgcopy_session_lost(pgcopy_session *s)
{
    pgcopy_error err;

    pgcopy_error_text(&err, "08006", "connection to client lost");
    if (!s->last_word)
        keep_last_word(s, &err);
    s->lost = true;
    session_end(s);
}

/* ---- ReadyForQuery ------------------------------------------------------------------ */

void session_ready(pgcopy_session *s)
{
    static const char shown[] = {
        [TX_NONE] = 'I', [TX_IMPLICIT] = 'I', [TX_BLOCK] = 'T', [TX_FAILED] = 'E'};

    settings_report(&s->settings, &s->allocator, false, send_out(s));
    pgcopy_write_ready(send_out(s), shown[s->tx.state]);
    send_flush(s);
    s->state  = STATE_READY;
    s->cancel = CANCEL_NONE;
    s->idles++;
}

pgcopy_state pgcopy_session_state(const pgcopy_session *s)
{
    switch (s->state) {
    case STATE_STARTUP:
    case STATE_TLS:
    case STATE_LOGIN:
    case STATE_AUTH:
        return PGCOPY_STATE_STARTING;
    case STATE_READY:
    case STATE_SKIP:
        return s->tx.state == TX_FAILED  ? PGCOPY_STATE_IDLE_IN_FAILED_TX
               : s->tx.state == TX_BLOCK ? PGCOPY_STATE_IDLE_IN_TX
                                         : PGCOPY_STATE_IDLE;
    case STATE_ENDED:
        return PGCOPY_STATE_ENDED;
    default:
        return PGCOPY_STATE_ACTIVE;
    }
}

/* ---- The next event ----------------------------------------------------------------- */

static bool close_step(pgcopy_session *s)
{
    if (!s->recv.lent)
        recv_free(s);
    if (!s->connected)
        return false;
    s->connected = false;
    event_post(s, PGCOPY_EVENT_CLOSE);
    s->event.error = s->last_word;
    return true;
}

/* One step; false: nothing can be done without bytes, or room to send them. */
static bool step(pgcopy_session *s)
{
    bool full = send_waiting(s) >= s->opts.send_bytes;

    if ((s->send.out.failed || (s->work && s->work->copy.held.failed)) && !s->lost)
        pgcopy_session_lost(s);
    switch (s->state) {
    case STATE_ENDED:
        return close_step(s);
    case STATE_RUN:
        return run_step(s);
    case STATE_HOLD:
        return run_hold(s);
    case STATE_COPY_IN:
        return copyin_step(s) || (!full && !s->waiting && messages_take(s));
    case STATE_TLS:
    case STATE_LOGIN:
        return false;
    default:
        return !full && messages_take(s);
    }
}

/* Beside ROWS the next batch is decoded; not under ON_DATABASE_ERROR ignore, where a row that
   the database refuses counts in its turn. */
static void parse_ahead(pgcopy_session *s)
{
    while (s->state == STATE_COPY_IN && s->event.type == PGCOPY_EVENT_ROWS &&
           s->work->copy.due == PGCOPY_OK && !run_stmt(s)->format->ignore_refused &&
           send_waiting(s) < s->opts.send_bytes && messages_take(s))
        continue;
}

const pgcopy_event *pgcopy_session_next(pgcopy_session *s)
{
    if (s->waiting && s->given) {
        parse_ahead(s);
        return NULL;
    }
    while (!s->waiting && step(s))
        continue;
    s->given = s->waiting;
    return s->waiting ? &s->event : NULL;
}

const pgcopy_event *pgcopy_session_event(const pgcopy_session *s)
{
    return s->waiting ? &s->event : NULL;
}

bool pgcopy_session_over(const pgcopy_session *s)
{
    return s->state == STATE_ENDED && !s->waiting && !s->connected &&
           (s->lost || !send_waiting(s));
}
