/*
 * session/tx.c - the laws of transactions: what the client has said, and what the database is
 * told.
 *
 *   NONE -- BEGIN --> BLOCK -- an error --> FAILED     the client's word; tx.open: the database
 *    ^                | ^--- ROLLBACK TO ---' |         has heard of it
 *    '---- COMMIT, ROLLBACK ----- ROLLBACK ---'
 */
#include "session/tx.h"

#include "session/copyin.h"
#include "session/savepoint.h"
#include "session/tx_modes.h"

enum { SAVEPOINTS_MAX = 10000 };

void tx_note_time(pgcopy_session *s)
{
    const pgcopy_zones *zones = s->settings.zones;

    if (zones && zones->now)
        s->tx.start = zones->now(zones->ctx);
}

static void post(pgcopy_session *s, const pgcopy_tx *tx, pgcopy_verb verb, bool implicit)
{
    s->work->said          = tx ? *tx : (pgcopy_tx){0};
    s->work->said.size     = sizeof s->work->said;
    s->work->said.verb     = verb;
    s->work->said.implicit = implicit;
    if (verb == PGCOPY_VERB_BEGIN)
        tx_note_time(s);
    event_post(s, PGCOPY_EVENT_TRANSACTION);
    s->event.tx = &s->work->said;
}

static void notice(pgcopy_session *s, const char *sqlstate, const char *message)
{
    pgcopy_error err;

    pgcopy_error_text(&err, sqlstate, message);
    err.severity = PGCOPY_SEVERITY_WARNING;
    pgcopy_write_error(send_out(s), &err);
    send_flush(s);
}

static void refuse(pgcopy_session *s, const char *sqlstate, const char *fmt, const char *what)
{
    pgcopy_error err;

    pgcopy_error_set(&err, sqlstate, fmt, what);
    run_fail(s, &err);
}

/* ---- Settings that follow the transaction ------------------------------------------- */

pgcopy_status tx_keeps_settings(pgcopy_session *s)
{
    if (s->tx.state == TX_NONE || s->tx.kept)
        return PGCOPY_OK;
    if (settings_copy(&s->tx.before, &s->settings, &s->allocator) < 0)
        return PGCOPY_ERR_NOMEM;
    s->tx.kept = true;
    return PGCOPY_OK;
}

static void settings_stay(pgcopy_session *s)
{
    settings_end_local(&s->settings, &s->allocator);
    settings_free(&s->tx.before, &s->allocator);
    s->tx.kept = false;
}

static void settings_go_back(pgcopy_session *s)
{
    if (s->tx.kept)
        settings_back(&s->settings, &s->tx.before, &s->allocator);
    s->tx.kept = false;
}

/* ---- For a COPY, and what comes behind a query --------------------------------------- */

const pgcopy_tx *tx_now(pgcopy_session *s)
{
    s->tx.modes.implicit = !s->tx.makes;
    return s->tx.state == TX_NONE ? NULL : &s->tx.modes;
}

void tx_queried(pgcopy_session *s)
{
    s->tx.queried = s->tx.state != TX_NONE;
}

/* ---- The verbs ---------------------------------------------------------------------- */

/* The database does not hear of an isolation that it has: it may refuse even that by now. */
static void change_modes(pgcopy_session *s, const pgcopy_tx *tx)
{
    const char *late = tx_modes_late(s, tx);
    pgcopy_tx   said = *tx;

    if (late) {
        refuse(s, "25001", "%s", late);
        return;
    }
    if (s->tx.queried)
        said.isolation = PGCOPY_ISOLATION_DEFAULT;
    if (said.isolation)
        s->tx.modes.isolation = said.isolation;
    if (said.read_only || said.read_write)
        s->tx.modes.read_only = said.read_only;
    post(s, &said, PGCOPY_VERB_SET_TRANSACTION, false);
}

/* Of a block that runs, or of an implicit transaction whose work becomes a block's. */
static void go_on(pgcopy_session *s, const pgcopy_tx *tx)
{
    if (tx->isolation || tx->read_only || tx->read_write)
        change_modes(s, tx);
    else
        run_done(s, PGCOPY_NO_COUNT);
    if (!s->work->query.failed)
        s->tx.state = TX_BLOCK;
}

/* A block begins once, but what the second BEGIN asks for is set all the same. */
static void begin(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    if (s->tx.state == TX_BLOCK)
        notice(s, "25001", "there is already a transaction in progress");
    if (s->tx.state == TX_BLOCK || s->tx.open) {
        go_on(s, stmt->tx);
        return;
    }
    tx_modes_begin(s, stmt->tx);
    s->tx.state = TX_BLOCK;
    post(s, &s->tx.modes, PGCOPY_VERB_BEGIN, false);
}

static void ended(pgcopy_session *s)
{
    savepoints_pop(s, NULL);
    s->tx.makes   = false;
    s->tx.queried = false;
    s->tx.open    = false;
    s->tx.state   = TX_NONE;
}

/* COMMIT and ROLLBACK; of a failed block both are ROLLBACK. */
static void end(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    bool commit = stmt->verb == PGCOPY_VERB_COMMIT && s->tx.state != TX_FAILED;
    bool block  = s->tx.state == TX_BLOCK || s->tx.state == TX_FAILED;

    if (!block && stmt->chain) {
        refuse(s, "25P01", "%s AND CHAIN can only be used in transaction blocks", stmt->tag);
        return;
    }
    if (!block)
        notice(s, "25P01", "there is no transaction in progress");
    if (s->tx.state == TX_FAILED)
        tx_modes_begin(s, NULL); /* went with the error: what is chained to it begins without */
    run_tag(s, commit ? "COMMIT" : "ROLLBACK");
    if (s->tx.open) {
        post(s, NULL, commit ? PGCOPY_VERB_COMMIT : PGCOPY_VERB_ROLLBACK, false);
        return;
    }
    if (commit)
        settings_stay(s);
    else
        settings_go_back(s);
    ended(s);
    run_chain(s, stmt->chain);
}

static void in_savepoint(pgcopy_session *s, const pgcopy_stmt *stmt, const char *what)
{
    const char *name = stmt->tx->name;

    if (s->tx.state != TX_BLOCK && s->tx.state != TX_FAILED)
        refuse(s, "25P01", "%s can only be used in transaction blocks", what);
    else if (stmt->verb == PGCOPY_VERB_SAVEPOINT && s->tx.nsavepoints >= SAVEPOINTS_MAX)
        refuse(s, "54000", "too many savepoints%s", "");
    else if (stmt->verb != PGCOPY_VERB_SAVEPOINT && !savepoint_find(s, name))
        refuse(s, "3B001", "savepoint \"%s\" does not exist", name);
    else
        post(s, stmt->tx, stmt->verb, false);
}

static void set_transaction(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    if (s->tx.state != TX_BLOCK) {
        notice(s, "25P01", "SET TRANSACTION can only be used in transaction blocks");
        run_done(s, PGCOPY_NO_COUNT);
        return;
    }
    change_modes(s, stmt->tx);
}

void tx_verb(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    switch (stmt->verb) {
    case PGCOPY_VERB_BEGIN:
        begin(s, stmt);
        break;
    case PGCOPY_VERB_SAVEPOINT:
        in_savepoint(s, stmt, "SAVEPOINT");
        break;
    case PGCOPY_VERB_RELEASE:
        in_savepoint(s, stmt, "RELEASE SAVEPOINT");
        break;
    case PGCOPY_VERB_ROLLBACK_TO:
        in_savepoint(s, stmt, "ROLLBACK TO SAVEPOINT");
        break;
    case PGCOPY_VERB_SET_TRANSACTION:
        set_transaction(s, stmt);
        break;
    default: /* COMMIT, ROLLBACK */
        end(s, stmt);
        break;
    }
}

/* ---- The session's own steps -------------------------------------------------------- */

void tx_begin(pgcopy_session *s)
{
    tx_modes_begin(s, NULL);
    post(s, &s->tx.modes, PGCOPY_VERB_BEGIN, true);
}

void tx_commit(pgcopy_session *s)
{
    if (s->tx.open) {
        post(s, NULL, PGCOPY_VERB_COMMIT, true);
        return;
    }
    settings_stay(s);
    ended(s);
}

void tx_chain(pgcopy_session *s)
{
    s->tx.state = TX_BLOCK;
    post(s, &s->tx.modes, PGCOPY_VERB_BEGIN, false);
}

bool tx_clean_up(pgcopy_session *s)
{
    bool block = s->tx.state == TX_BLOCK || s->tx.state == TX_FAILED;

    if (s->tx.open && !s->tx.cleaned) {
        pgcopy_tx to = {0};
        if (block && s->tx.savepoints)
            to.name = s->tx.savepoints->name;
        s->tx.cleaned = true;
        if (s->tx.state != TX_FAILED) {
            post(s, &to, to.name ? PGCOPY_VERB_ROLLBACK_TO : PGCOPY_VERB_ROLLBACK, true);
            return true;
        }
    }
    s->tx.cleaned = false;
    if (block) {
        s->tx.state = TX_FAILED;
        return false;
    }
    settings_go_back(s);
    ended(s);
    return false;
}

/* ---- The answers -------------------------------------------------------------------- */

static void rolled_back(pgcopy_session *s)
{
    if (s->work->query.failed) { /* the rest is tx_clean_up's, which comes again */
        s->tx.open = false;
        savepoints_pop(s, NULL);
        settings_go_back(s);
        return;
    }
    settings_go_back(s);
    ended(s);
    run_chain(s, run_stmt(s)->chain);
}

static void committed(pgcopy_session *s)
{
    bool implicit = s->work->said.implicit;

    settings_stay(s);
    ended(s);
    if (implicit)
        s->work->query.step = s->work->query.sync ? RUN_NEXT : RUN_TAG;
    else
        run_chain(s, run_stmt(s)->chain);
}

static void rolled_back_to(pgcopy_session *s)
{
    const struct savepoint *p = savepoint_find(s, s->work->said.name);

    if (!savepoint_settings_back(s, p))
        pgcopy_session_lost(s);
    if (s->work->query.failed)
        return;
    savepoints_pop(s, p);
    s->tx.makes = false;
    s->tx.state = TX_BLOCK;
    run_done(s, PGCOPY_NO_COUNT);
}

static void begun(pgcopy_session *s)
{
    s->tx.open = true;
    if (s->work->said.implicit)
        s->work->query.step = RUN_START;
    else
        run_done(s, PGCOPY_NO_COUNT);
}

void tx_accepted(pgcopy_session *s)
{
    switch (s->work->said.verb) {
    case PGCOPY_VERB_BEGIN:
        begun(s);
        break;
    case PGCOPY_VERB_COMMIT:
        committed(s);
        break;
    case PGCOPY_VERB_ROLLBACK:
        rolled_back(s);
        break;
    case PGCOPY_VERB_ROLLBACK_TO:
        rolled_back_to(s);
        break;
    case PGCOPY_VERB_SAVEPOINT:
        if (savepoint_push(s, s->work->said.name))
            run_done(s, PGCOPY_NO_COUNT);
        else
            pgcopy_session_lost(s);
        break;
    case PGCOPY_VERB_RELEASE:
        savepoints_pop(s, savepoint_find(s, s->work->said.name)->outer);
        run_done(s, PGCOPY_NO_COUNT);
        break;
    default: /* SET TRANSACTION */
        run_done(s, PGCOPY_NO_COUNT);
        break;
    }
}

/* A commit that was rejected has rolled back; a rollback that was rejected leaves the database
   in a state that nobody knows. */
void tx_rejected(pgcopy_session *s, const pgcopy_error *err)
{
    pgcopy_error fatal = *err;
    bool         back  = s->work->said.verb == PGCOPY_VERB_ROLLBACK ||
                (s->work->said.verb == PGCOPY_VERB_ROLLBACK_TO && s->work->query.failed);

    if (back) {
        fatal.severity = PGCOPY_SEVERITY_FATAL;
        session_error(s, &fatal);
        return;
    }
    if (s->work->said.verb == PGCOPY_VERB_COMMIT || s->work->said.verb == PGCOPY_VERB_BEGIN) {
        settings_go_back(s);
        ended(s);
    }
    if (s->work->copy.copy) /* its rows go with the commit */
        copyin_rejected(s, err);
    else
        run_fail(s, err);
}

void tx_free(pgcopy_session *s)
{
    savepoints_pop(s, NULL);
    settings_free(&s->tx.before, &s->allocator);
}
