/* session/answers.c - what you answer to an event: each is checked against the event that
   waits, then goes to the room that asked. */
#include "session/session.h"

#include "session/copyin.h"
#include "session/describe.h"
#include "session/result.h"
#include "session/tx.h"

enum answer {
    ANSWER_ACCEPT   = 1,
    ANSWER_REJECT   = 2,
    ANSWER_COLUMNS  = 4,
    ANSWER_ROWS     = 8,
    ANSWER_COMPLETE = 16
};

/* The table of session.h. */
static const uint8_t answers[] = {
    [PGCOPY_EVENT_STARTUP]     = ANSWER_ACCEPT | ANSWER_REJECT,
    [PGCOPY_EVENT_AUTH]        = ANSWER_ACCEPT | ANSWER_REJECT,
    [PGCOPY_EVENT_CONNECT]     = ANSWER_ACCEPT | ANSWER_REJECT,
    [PGCOPY_EVENT_TRANSACTION] = ANSWER_ACCEPT | ANSWER_REJECT,
    [PGCOPY_EVENT_DESCRIBE]    = ANSWER_COLUMNS | ANSWER_REJECT,
    [PGCOPY_EVENT_STATEMENT]   = ANSWER_COLUMNS | ANSWER_COMPLETE | ANSWER_REJECT,
    [PGCOPY_EVENT_COPY_OUT]    = ANSWER_COLUMNS | ANSWER_REJECT,
    [PGCOPY_EVENT_WANT_ROWS]   = ANSWER_ROWS | ANSWER_COMPLETE | ANSWER_REJECT,
    [PGCOPY_EVENT_FINISH]      = ANSWER_ACCEPT,
    [PGCOPY_EVENT_COPY_IN]     = ANSWER_COLUMNS | ANSWER_REJECT,
    [PGCOPY_EVENT_ROWS]        = ANSWER_ACCEPT | ANSWER_REJECT,
    [PGCOPY_EVENT_COPY_DONE]   = ANSWER_COMPLETE | ANSWER_REJECT,
    [PGCOPY_EVENT_COPY_FAIL]   = ANSWER_ACCEPT,
    [PGCOPY_EVENT_CLOSE]       = ANSWER_ACCEPT,
};

static bool takes(const pgcopy_session *s, enum answer answer)
{
    return s->waiting && (answers[s->event.type] & (unsigned)answer);
}

/* The event has its answer.  false: the session has ended meanwhile, so nothing follows from it
   but that a database was opened. */
static bool answered(pgcopy_session *s)
{
    s->waiting = false;
    return s->state != STATE_ENDED;
}

static pgcopy_status refused(pgcopy_error *err, const char *sqlstate, const char *message)
{
    return pgcopy_error_text(err, sqlstate, message);
}

/* ---- Accept ------------------------------------------------------------------------- */

pgcopy_status pgcopy_session_accept(pgcopy_session *s)
{
    if (!takes(s, ANSWER_ACCEPT))
        return PGCOPY_ERR_USAGE;
    if (!answered(s)) {
        s->connected = s->connected || s->event.type == PGCOPY_EVENT_CONNECT;
        return PGCOPY_OK;
    }
    switch (s->event.type) {
    case PGCOPY_EVENT_STARTUP:
    case PGCOPY_EVENT_AUTH:
        startup_accepted(s);
        break;
    case PGCOPY_EVENT_CONNECT:
        startup_connected(s);
        break;
    case PGCOPY_EVENT_TRANSACTION:
        tx_accepted(s);
        break;
    case PGCOPY_EVENT_ROWS:
        copyin_accepted(s);
        break;
    default: /* FINISH, COPY_FAIL: query_step goes on; CLOSE comes after the end only */
        break;
    }
    return PGCOPY_OK;
}

/* ---- Reject ------------------------------------------------------------------------- */

/* PostgreSQL's words where it has some for this. */
static void usual_words(const pgcopy_session *s, pgcopy_error *err)
{
    const pgcopy_stmt *stmt = run_stmt(s);

    switch (s->event.type) {
    case PGCOPY_EVENT_STARTUP:
    case PGCOPY_EVENT_AUTH:
        pgcopy_error_set(err, "28P01", "password authentication failed for user \"%s\"",
                         s->who.user);
        break;
    case PGCOPY_EVENT_CONNECT:
        pgcopy_error_set(err, "3D000", "database \"%s\" does not exist", s->who.database);
        break;
    case PGCOPY_EVENT_TRANSACTION:
        refused(err, "0A000", "transactions are not supported");
        break;
    case PGCOPY_EVENT_COPY_IN:
    case PGCOPY_EVENT_COPY_OUT:
        if (stmt->table)
            pgcopy_error_set(err, "42P01", "relation \"%s\" does not exist", stmt->table);
        else
            refused(err, "0A000", "this query is not supported");
        break;
    case PGCOPY_EVENT_ROWS:
    case PGCOPY_EVENT_COPY_DONE:
        refused(err, "XX000", "the rows could not be stored");
        break;
    case PGCOPY_EVENT_WANT_ROWS:
        refused(err, "XX000", "the rows could not be read");
        break;
    default:
        refused(err, "0A000", "this statement is not supported");
        break;
    }
}

static void choose_words(const pgcopy_session *s, const pgcopy_error *given, pgcopy_error *err)
{
    if (s->cancel)
        run_cancelled(s, err);
    else if (given && given->sqlstate[0])
        *err = *given;
    else
        usual_words(s, err);
}

/* The database knows a statement alone, the client its string.  What COPY's own checks say
   counts from the start of the string already. */
static void place_in_string(const pgcopy_session *s, pgcopy_error *err)
{
    const pgcopy_stmt *stmt = run_stmt(s);
    bool copy = s->event.type == PGCOPY_EVENT_COPY_IN || s->event.type == PGCOPY_EVENT_COPY_OUT;

    if (err->position && stmt && !copy)
        err->position += stmt->offset;
}

static void reject(pgcopy_session *s, const pgcopy_error *err)
{
    switch (s->event.type) {
    case PGCOPY_EVENT_TRANSACTION:
        tx_rejected(s, err);
        break;
    case PGCOPY_EVENT_COPY_DONE:
        s->work->copy.loading = false;
        copyin_rejected(s, err);
        break;
    case PGCOPY_EVENT_ROWS:
        copyin_rejected(s, err);
        break;
    case PGCOPY_EVENT_WANT_ROWS:
        s->work->query.portal->open = false;
        run_fail(s, err);
        break;
    default:
        run_fail(s, err);
        break;
    }
}

pgcopy_status pgcopy_session_reject(pgcopy_session *s, const pgcopy_error *given)
{
    pgcopy_error err;

    if (!takes(s, ANSWER_REJECT))
        return PGCOPY_ERR_USAGE;
    if (!answered(s))
        return PGCOPY_OK;
    choose_words(s, given, &err);
    if (s->event.type <= PGCOPY_EVENT_CONNECT) {
        startup_forget_auth(s);
        err.severity = PGCOPY_SEVERITY_FATAL;
        session_error(s, &err);
        return PGCOPY_OK;
    }
    place_in_string(s, &err);
    reject(s, &err);
    return PGCOPY_OK;
}

/* ---- Columns, rows, complete -------------------------------------------------------- */

pgcopy_status pgcopy_session_parameters(pgcopy_session *s, const pgcopy_columns *params)
{
    if (!s->waiting || s->event.type != PGCOPY_EVENT_DESCRIBE)
        return PGCOPY_ERR_USAGE;
    return s->state == STATE_ENDED ? PGCOPY_OK : describe_parameters(s, params);
}

static void begin_result(pgcopy_session *s, const pgcopy_columns *cols)
{
    switch (s->event.type) {
    case PGCOPY_EVENT_COPY_IN:
        copyin_begin(s, cols);
        break;
    case PGCOPY_EVENT_COPY_OUT:
        result_begin_copy(s, cols);
        break;
    case PGCOPY_EVENT_DESCRIBE:
        describe_columns(s, cols);
        break;
    default:
        result_begin(s, cols);
        break;
    }
}

/* Only a statement that gives rows must say which. */
pgcopy_status pgcopy_session_columns(pgcopy_session *s, const pgcopy_columns *cols)
{
    if (!takes(s, ANSWER_COLUMNS) || (!cols && s->event.type == PGCOPY_EVENT_STATEMENT))
        return PGCOPY_ERR_USAGE;
    if (answered(s))
        begin_result(s, cols);
    return PGCOPY_OK;
}

pgcopy_status pgcopy_session_rows(pgcopy_session *s, pgcopy_batch *batch)
{
    if (!takes(s, ANSWER_ROWS))
        return PGCOPY_ERR_USAGE;
    if (answered(s))
        result_rows(s, batch);
    return PGCOPY_OK;
}

pgcopy_status pgcopy_session_complete(pgcopy_session *s, const char *tag, uint64_t count)
{
    if (!takes(s, ANSWER_COMPLETE))
        return PGCOPY_ERR_USAGE;
    if (!answered(s))
        return PGCOPY_OK;
    if (tag)
        run_tag(s, tag);
    if (s->event.type == PGCOPY_EVENT_WANT_ROWS)
        count = s->work->query.rows;
    if (s->work->query.portal)
        s->work->query.portal->open = false;
    s->work->copy.loading = false;
    run_done(s, count);
    return PGCOPY_OK;
}

pgcopy_status pgcopy_session_notice(pgcopy_session *s, const pgcopy_error *notice)
{
    if (!s->connected || s->state == STATE_ENDED || notice->severity <= PGCOPY_SEVERITY_FATAL)
        return PGCOPY_ERR_USAGE;
    pgcopy_write_error(send_out(s), notice);
    send_flush(s);
    return PGCOPY_OK;
}
