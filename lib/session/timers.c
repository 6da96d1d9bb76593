/* session/timers.c - limits of time, for a session that has no clock: how long each runs, when
   it was started, and what follows when you say that it is over; cancel. */
#include "session/session.h"

enum { AUTH_MS = 60000 }; /* authentication_timeout */

static bool is_starting(const pgcopy_session *s)
{
    return !s->connected && s->state != STATE_ENDED;
}

static bool runs(const pgcopy_session *s)
{
    return s->state == STATE_RUN || s->state == STATE_COPY_IN;
}

uint32_t pgcopy_session_timer(const pgcopy_session *s, pgcopy_timer timer, uint32_t *start)
{
    bool ready = s->state == STATE_READY || s->state == STATE_SKIP;
    bool in_tx = s->tx.state == TX_BLOCK || s->tx.state == TX_FAILED;

    switch (timer) {
    case PGCOPY_TIMER_AUTH:
        *start = 1;
        return !is_starting(s) ? 0 : s->opts.auth_ms ? s->opts.auth_ms : AUTH_MS;
    case PGCOPY_TIMER_STATEMENT:
        *start = s->statements;
        return runs(s) ? settings_ms(&s->settings, "statement_timeout") : 0;
    case PGCOPY_TIMER_COPY_IDLE:
        *start = s->recv.count;
        return s->state == STATE_COPY_IN && !s->waiting ? s->opts.copy_idle_ms : 0;
    case PGCOPY_TIMER_IDLE_IN_TX:
        *start = s->idles;
        return ready && in_tx ? settings_ms(&s->settings, "idle_in_transaction_session_timeout")
                              : 0;
    case PGCOPY_TIMER_IDLE:
        *start = s->idles;
        return ready && !in_tx ? settings_ms(&s->settings, "idle_session_timeout") : 0;
    }
    *start = 0;
    return 0;
}

static void end_with(pgcopy_session *s, const char *sqlstate, const char *message)
{
    pgcopy_error err;

    pgcopy_error_text(&err, sqlstate, message);
    pgcopy_session_end(s, &err);
}

void pgcopy_session_expired(pgcopy_session *s, pgcopy_timer timer)
{
    uint32_t start;

    if (!pgcopy_session_timer(s, timer, &start))
        return;
    switch (timer) {
    case PGCOPY_TIMER_AUTH:
        if (s->state == STATE_STARTUP || s->state == STATE_TLS)
            session_end(s); /* PostgreSQL has no word for who has not said a word */
        else
            end_with(s, "57014", "canceling authentication due to timeout");
        break;
    case PGCOPY_TIMER_STATEMENT:
        s->cancel = CANCEL_TIMEOUT;
        break;
    case PGCOPY_TIMER_COPY_IDLE:
        end_with(s, "57P05", "terminating connection due to idle COPY timeout");
        break;
    case PGCOPY_TIMER_IDLE_IN_TX:
        end_with(s, "25P03", "terminating connection due to idle-in-transaction timeout");
        break;
    case PGCOPY_TIMER_IDLE:
        end_with(s, "57P05", "terminating connection due to idle-session timeout");
        break;
    }
}

void pgcopy_session_cancel(pgcopy_session *s)
{
    if (runs(s) && !s->cancel)
        s->cancel = CANCEL_USER;
}
