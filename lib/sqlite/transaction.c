/*
 * sqlite/transaction.c - begin, commit, savepoints.
 *
 *   NONE --BEGIN--> OWED --first read--> OPEN, BEGIN             to write now can be 40001
 *                     '----first write-> OPEN, BEGIN IMMEDIATE   has the lock before it reads
 *
 * SQLite refuses to write on a snapshot that another writer has made old, so what a transaction
 * begins with decides.
 */
#include "sqlite/conn.h"

pgcopy_status lite_say(lite_conn *c, const char *sql, pgcopy_reply *r)
{
    int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? PGCOPY_OK : lite_failed(c, rc, r);
}

pgcopy_status lite_say_word(lite_conn *c, lite_word word, pgcopy_reply *r)
{
    static const char *const texts[] = {[LITE_BEGIN_READ]  = "BEGIN",
                                        [LITE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
                                        [LITE_COMMIT]      = "COMMIT",
                                        [LITE_POINT]       = "SAVEPOINT " LITE_POINT_NAME,
                                        [LITE_RELEASE]     = "RELEASE " LITE_POINT_NAME};
    sqlite3_stmt           **stmt    = &c->words[word];
    int                      rc      = SQLITE_OK;

    if (!*stmt)
        rc = sqlite3_prepare_v3(c->db, texts[word], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(*stmt);
        sqlite3_reset(*stmt);
    }
    return rc == SQLITE_DONE ? PGCOPY_OK : lite_failed(c, rc, r);
}

pgcopy_status lite_begin(lite_conn *c, bool write, pgcopy_reply *r)
{
    pgcopy_status status = lite_say_word(c, write ? LITE_BEGIN_WRITE : LITE_BEGIN_READ, r);

    if (!status)
        c->tx = LITE_TX_OPEN;
    return status;
}

pgcopy_status lite_touch(lite_conn *c, bool write, pgcopy_reply *r)
{
    return c->tx == LITE_TX_OWED ? lite_begin(c, write, r) : PGCOPY_OK;
}

/* SQLite has rolled back by itself after some errors: then there is nothing left to do. */
static pgcopy_status rollback(lite_conn *c, pgcopy_reply *r)
{
    return sqlite3_get_autocommit(c->db) ? PGCOPY_OK : lite_say(c, "ROLLBACK", r);
}

static pgcopy_status end_open(lite_conn *c, bool commit, pgcopy_reply *r)
{
    pgcopy_status status = commit ? lite_say_word(c, LITE_COMMIT, r) : rollback(c, r);

    if (status && !sqlite3_get_autocommit(c->db))
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

pgcopy_status lite_end_tx(lite_conn *c, bool commit, pgcopy_reply *r)
{
    pgcopy_status status = c->tx == LITE_TX_OPEN ? end_open(c, commit, r) : PGCOPY_OK;

    c->tx        = LITE_TX_NONE;
    c->read_only = false;
    return status;
}

static pgcopy_status on_savepoint(lite_conn *c, const char *word, const char *name,
                                  pgcopy_reply *r)
{
    pgcopy_buf    sql    = {.allocator = c->allocator};
    pgcopy_status status = PGCOPY_ERR_NOMEM;

    lite_add(&sql, word);
    lite_quote(&sql, name);
    if (lite_end(&sql))
        status = lite_say(c, (const char *)sql.data, r);
    pgcopy_buf_free(&sql);
    return status;
}

/* A savepoint is a beginning too; whether writing follows is not known, so the lock is taken.
 */
static pgcopy_status savepoint(lite_conn *c, const char *name, pgcopy_reply *r)
{
    pgcopy_status status = lite_touch(c, !c->read_only, r);

    return status ? status : on_savepoint(c, "SAVEPOINT ", name, r);
}

/* Isolation is always serializable, never less than what was asked for. */
pgcopy_status lite_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    lite_conn *c = conn;

    switch (tx->verb) {
    case PGCOPY_VERB_BEGIN:
        c->tx        = LITE_TX_OWED;
        c->read_only = tx->read_only;
        return PGCOPY_OK;
    case PGCOPY_VERB_SET_TRANSACTION:
        c->read_only = tx->read_only || (c->read_only && !tx->read_write);
        return PGCOPY_OK;
    case PGCOPY_VERB_COMMIT:
        return lite_end_tx(c, true, r);
    case PGCOPY_VERB_ROLLBACK:
        return lite_end_tx(c, false, r);
    case PGCOPY_VERB_SAVEPOINT:
        return savepoint(c, tx->name, r);
    case PGCOPY_VERB_RELEASE:
        return on_savepoint(c, "RELEASE ", tx->name, r);
    case PGCOPY_VERB_ROLLBACK_TO:
        return on_savepoint(c, "ROLLBACK TO ", tx->name, r);
    default:
        return PGCOPY_ERR_UNSUPPORTED;
    }
}
