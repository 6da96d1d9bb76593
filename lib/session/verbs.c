/* session/verbs.c - the statements that a session answers itself: SET, SHOW, RESET, DISCARD,
   DEALLOCATE, CLOSE, UNLISTEN, and SELECT set_config() or current_setting(). */
#include "session/verbs.h"

#include "session/portals.h"
#include "session/result.h"
#include "session/tx.h"

#include <string.h>

static void warn_local(pgcopy_session *s)
{
    pgcopy_error err;

    pgcopy_error_text(&err, "25P01", "SET LOCAL can only be used in transaction blocks");
    err.severity = PGCOPY_SEVERITY_WARNING;
    pgcopy_write_error(send_out(s), &err);
    send_flush(s);
}

static pgcopy_status set(pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_error *err)
{
    enum setting_level level = stmt->local ? SETTING_LOCAL : SETTING_SESSION;

    if (stmt->verb == PGCOPY_VERB_RESET && !stmt->name) {
        settings_reset_all(&s->settings, &s->allocator);
        return PGCOPY_OK;
    }
    if (stmt->local && s->tx.state == TX_NONE) {
        warn_local(s);
        return PGCOPY_OK;
    }
    return settings_set(&s->settings, &s->allocator, stmt->name, stmt->value, level, err);
}

/* ---- SHOW, set_config(), current_setting() ------------------------------------------ */

bool verbs_give_rows(pgcopy_verb verb)
{
    return verb == PGCOPY_VERB_SHOW || verb == PGCOPY_VERB_SET_CONFIG ||
           verb == PGCOPY_VERB_CURRENT_SETTING;
}

/* SHOW ALL alone has three. */
pgcopy_columns *verbs_columns(const pgcopy_session *s, const pgcopy_stmt *stmt)
{
    static const char *const all[] = {"name", "setting", "description"};
    const char              *label = stmt->label;
    pgcopy_columns          *cols  = pgcopy_columns_new(&s->allocator);
    size_t                   n     = stmt->name ? 1 : 3;

    if (stmt->verb == PGCOPY_VERB_SHOW && stmt->name)
        settings_get(&s->settings, stmt->name, &label);
    for (size_t i = 0; cols && i < n; i++)
        if (!pgcopy_columns_add(cols, label ? label : all[i], PGCOPY_OID_TEXT)) {
            pgcopy_columns_free(cols);
            return NULL;
        }
    return cols;
}

static pgcopy_status put(pgcopy_batch *batch, const char *text)
{
    return pgcopy_batch_put(batch, text, strlen(text));
}

static pgcopy_status end_row(pgcopy_batch *batch)
{
    pgcopy_status rc = pgcopy_batch_end_row(batch);

    return rc == PGCOPY_FULL ? PGCOPY_OK : rc;
}

static pgcopy_status show_one(pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_batch *batch,
                              pgcopy_error *err)
{
    const char *value = tx_shows(s, stmt->name);

    if (!value)
        value = settings_get(&s->settings, stmt->name, NULL);
    if (value)
        put(batch, value);
    else if (stmt->missing_ok)
        pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    else
        return pgcopy_error_set(err, "42704", "unrecognized configuration parameter \"%s\"",
                                stmt->name);
    return end_row(batch);
}

static pgcopy_status show_all(pgcopy_session *s, pgcopy_batch *batch)
{
    pgcopy_status rc = PGCOPY_OK;
    const char   *name;

    for (size_t i = 0; rc == PGCOPY_OK && (name = settings_name(i)); i++) {
        put(batch, name);
        put(batch, settings_get(&s->settings, name, NULL));
        put(batch, "");
        rc = end_row(batch);
    }
    return rc;
}

static pgcopy_status show(pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_error *err)
{
    pgcopy_columns *cols  = verbs_columns(s, stmt);
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, &s->allocator);
    pgcopy_status   rc    = PGCOPY_ERR_NOMEM;

    if (cols && batch)
        rc = stmt->name ? show_one(s, stmt, batch, err) : show_all(s, batch);
    if (rc == PGCOPY_OK) {
        result_answer(s, cols, batch);
        return PGCOPY_OK;
    }
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
    return rc;
}

/* Outside a transaction one that is local lasts until its own row is told, without a word. */
static pgcopy_status set_config(pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_error *err)
{
    enum setting_level level = stmt->local ? SETTING_LOCAL : SETTING_SESSION;
    pgcopy_status      rc =
        settings_set(&s->settings, &s->allocator, stmt->name, stmt->value, level, err);

    if (rc == PGCOPY_OK)
        rc = show(s, stmt, err);
    if (s->tx.state == TX_NONE)
        settings_end_local(&s->settings, &s->allocator);
    return rc;
}

/* ---- The rest ----------------------------------------------------------------------- */

static pgcopy_status discard(pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_error *err)
{
    if (strcmp(stmt->tag, "DISCARD ALL") != 0)
        return PGCOPY_OK;
    if (s->tx.state != TX_NONE)
        return pgcopy_error_text(err, "25001",
                                 "DISCARD ALL cannot run inside a transaction block");
    settings_reset_all(&s->settings, &s->allocator);
    portals_end(s, s->work->query.portal);
    prepared_drop_all(s);
    return PGCOPY_OK;
}

static pgcopy_status deallocate(pgcopy_session *s, const char *name, pgcopy_error *err)
{
    struct prepared *p = name ? prepared_find(s, name) : NULL;

    if (name && !p)
        return pgcopy_error_set(err, "26000", "prepared statement \"%s\" does not exist", name);
    if (name)
        prepared_drop(s, p);
    else
        prepared_drop_all(s);
    return PGCOPY_OK;
}

static pgcopy_status close_cursor(pgcopy_session *s, const char *name, pgcopy_error *err)
{
    struct portal *p = name ? portal_find(s, name) : NULL;

    if (name && !p)
        return pgcopy_error_set(err, "34000", "cursor \"%s\" does not exist", name);
    if (name)
        portal_end(p);
    else
        portals_end(s, s->work->query.portal);
    return PGCOPY_OK;
}

static pgcopy_status run(pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_error *err)
{
    switch (stmt->verb) {
    case PGCOPY_VERB_SET:
    case PGCOPY_VERB_RESET:
        return set(s, stmt, err);
    case PGCOPY_VERB_SHOW:
    case PGCOPY_VERB_CURRENT_SETTING:
        return show(s, stmt, err);
    case PGCOPY_VERB_SET_CONFIG:
        return set_config(s, stmt, err);
    case PGCOPY_VERB_DISCARD:
        return discard(s, stmt, err);
    case PGCOPY_VERB_DEALLOCATE:
        return deallocate(s, stmt->name, err);
    case PGCOPY_VERB_CLOSE:
        return close_cursor(s, stmt->name, err);
    default: /* UNLISTEN: nothing is listened to */
        return PGCOPY_OK;
    }
}

void verbs_run(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    pgcopy_error  err;
    pgcopy_status rc = tx_keeps_settings(s);

    if (rc == PGCOPY_OK)
        rc = run(s, stmt, &err);
    if (rc == PGCOPY_ERR_SQL)
        run_fail(s, &err);
    else if (rc < 0)
        run_no_memory(s);
    else if (!verbs_give_rows(stmt->verb))
        run_done(s, PGCOPY_NO_COUNT);
}
