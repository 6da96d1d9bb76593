/*
 * odbc/transaction.c - begin, commit, savepoints.
 *
 *   NONE --BEGIN--> OWED --first read--> READ      to write now can fail: 40001
 *                     '----first write-> WRITE     the lock is had before anything is read
 *
 * SQLite refuses at once to write on a snapshot that another writer has made old, so what a
 * transaction begins with decides.  Elsewhere BEGIN means autocommit off: the driver begins.
 */
#include "odbc/conn.h"
#include "odbc/text.h"

static bool in_words(const odbc_conn *c)
{
    return c->dialect->begin_read != NULL;
}

static pgcopy_status run_words(odbc_conn *c, const char *sql, pgcopy_reply *r)
{
    SQLRETURN     rc     = odbc_run(c, c->words, sql);
    pgcopy_status status = PGCOPY_OK;

    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        status = odbc_failed(c, SQL_HANDLE_STMT, c->words, r);
    SQLFreeStmt(c->words, SQL_CLOSE);
    return status;
}

pgcopy_status odbc_say(odbc_conn *c, const char *word, const char *name, pgcopy_reply *r)
{
    pgcopy_buf    sql    = {.allocator = c->allocator};
    pgcopy_status status = PGCOPY_ERR_NOMEM;
    const char   *text;

    odbc_text_add(&sql, word);
    odbc_text_quote(&sql, c->dialect, name);
    text = odbc_text_end(&sql);
    if (text)
        status = run_words(c, text, r);
    if (word == c->dialect->savepoint)
        c->points++;
    pgcopy_buf_free(&sql);
    return status;
}

/* ---- Begin -------------------------------------------------------------------------- */

static pgcopy_status set_attr(odbc_conn *c, SQLINTEGER attr, SQLULEN value, pgcopy_reply *r)
{
    if (SQL_SUCCEEDED(SQLSetConnectAttr(c->dbc, attr, (SQLPOINTER)value, SQL_IS_UINTEGER)))
        return PGCOPY_OK;
    return odbc_failed(c, SQL_HANDLE_DBC, c->dbc, r);
}

/* ODBC knows isolation as the connection's, SQL as the transaction's. */
static void keep_isolation(odbc_conn *c)
{
    SQLUINTEGER level = 0;

    if (!c->isolation && SQL_SUCCEEDED(SQLGetConnectAttr(c->dbc, SQL_ATTR_TXN_ISOLATION, &level,
                                                         SQL_IS_UINTEGER, NULL)))
        c->isolation = level;
}

/* Without words: a line that is cut meanwhile is noticed by the next statement. */
static void restore_isolation(odbc_conn *c)
{
    SQLULEN level = c->isolation;

    if (level && SQL_SUCCEEDED(SQLSetConnectAttr(c->dbc, SQL_ATTR_TXN_ISOLATION,
                                                 (SQLPOINTER)level, SQL_IS_UINTEGER)))
        c->isolation = 0;
}

/* What is begun in words is serializable anyway.  Never less than what was asked for. */
static pgcopy_status set_isolation(odbc_conn *c, pgcopy_isolation isolation, pgcopy_reply *r)
{
    static const SQLULEN levels[] = {0, SQL_TXN_READ_UNCOMMITTED, SQL_TXN_READ_COMMITTED,
                                     SQL_TXN_REPEATABLE_READ, SQL_TXN_SERIALIZABLE};

    if (in_words(c) || isolation == PGCOPY_ISOLATION_DEFAULT)
        return PGCOPY_OK;
    keep_isolation(c);
    return set_attr(c, SQL_ATTR_TXN_ISOLATION, levels[isolation], r);
}

pgcopy_status odbc_begin(odbc_conn *c, bool write, pgcopy_reply *r)
{
    pgcopy_status status;

    if (in_words(c))
        status = run_words(c, write ? c->dialect->begin_write : c->dialect->begin_read, r);
    else
        status = set_attr(c, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF, r);
    if (!status)
        c->tx = write ? ODBC_TX_WRITE : ODBC_TX_READ;
    c->points = 0;
    return status;
}

pgcopy_status odbc_touch(odbc_conn *c, bool write, pgcopy_reply *r)
{
    return c->tx == ODBC_TX_OWED ? odbc_begin(c, write, r) : PGCOPY_OK;
}

static pgcopy_status begin(odbc_conn *c, const pgcopy_tx *tx, pgcopy_reply *r)
{
    pgcopy_status status = set_isolation(c, tx->isolation, r);

    if (status)
        return status;
    c->read_only = tx->read_only;
    if (!in_words(c))
        return odbc_begin(c, true, r);
    c->tx = ODBC_TX_OWED;
    return PGCOPY_OK;
}

bool odbc_one_snapshot(odbc_conn *c)
{
    SQLUINTEGER level = 0;

    return SQL_SUCCEEDED(SQLGetConnectAttr(c->dbc, SQL_ATTR_TXN_ISOLATION, &level, 0, NULL)) &&
           level >= SQL_TXN_REPEATABLE_READ;
}

/* ---- End ---------------------------------------------------------------------------- */

/* SQLite has rolled back by itself after some errors: then there is nothing left to do. */
static pgcopy_status rollback_words(odbc_conn *c, pgcopy_reply *r)
{
    SQLRETURN     rc     = odbc_run(c, c->words, c->dialect->rollback);
    pgcopy_status status = PGCOPY_OK;

    if (rc == SQL_ERROR && !odbc_native_is(c->words, c->dialect->no_tx))
        status = odbc_failed(c, SQL_HANDLE_STMT, c->words, r);
    SQLFreeStmt(c->words, SQL_CLOSE);
    return status;
}

static pgcopy_status end_words(odbc_conn *c, bool commit, pgcopy_reply *r)
{
    pgcopy_status status;

    if (c->tx == ODBC_TX_OWED)
        return PGCOPY_OK;
    if (!commit)
        return rollback_words(c, r);
    status = run_words(c, c->dialect->commit, r);
    if (status == PGCOPY_ERR_SQL)
        odbc_run(c, c->words, c->dialect->rollback);
    return status;
}

/* Without words for the log: the error that led here has been said. */
static void autocommit(odbc_conn *c, bool on)
{
    SQLULEN mode = on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF;

    SQLSetConnectAttr(c->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)mode, SQL_IS_UINTEGER);
}

void odbc_settle(odbc_conn *c)
{
    if (c->tx != ODBC_TX_NONE || in_words(c))
        return;
    autocommit(c, false);
    SQLEndTran(SQL_HANDLE_DBC, c->dbc, SQL_ROLLBACK);
    autocommit(c, true);
}

static pgcopy_status end_odbc(odbc_conn *c, bool commit, pgcopy_reply *r)
{
    pgcopy_status status;
    SQLSMALLINT   how = commit ? SQL_COMMIT : SQL_ROLLBACK;

    if (SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, c->dbc, how)))
        return set_attr(c, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON, r);
    status = odbc_failed(c, SQL_HANDLE_DBC, c->dbc, r);
    SQLEndTran(SQL_HANDLE_DBC, c->dbc, SQL_ROLLBACK);
    autocommit(c, true);
    return status;
}

pgcopy_status odbc_end(odbc_conn *c, bool commit, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    if (c->tx != ODBC_TX_NONE)
        status = in_words(c) ? end_words(c, commit, r) : end_odbc(c, commit, r);
    restore_isolation(c);
    c->tx        = ODBC_TX_NONE;
    c->read_only = false;
    return status;
}

/* ---- Savepoints --------------------------------------------------------------------- */

/* A savepoint is a beginning too; whether writing follows is not known, so the lock is taken.
 */
static pgcopy_status savepoint(odbc_conn *c, const pgcopy_tx *tx, pgcopy_reply *r)
{
    pgcopy_status status;

    if (!c->dialect->savepoint)
        return PGCOPY_ERR_UNSUPPORTED;
    status = odbc_touch(c, !c->read_only, r);
    return status ? status : odbc_say(c, c->dialect->savepoint, tx->name, r);
}

static pgcopy_status on_savepoint(odbc_conn *c, const char *word, const pgcopy_tx *tx,
                                  pgcopy_reply *r)
{
    if (!c->dialect->savepoint)
        return PGCOPY_ERR_UNSUPPORTED;
    return word ? odbc_say(c, word, tx->name, r) : PGCOPY_OK;
}

/* PostgreSQL's savepoint is there until it is released. */
static pgcopy_status rollback_to(odbc_conn *c, const pgcopy_tx *tx, pgcopy_reply *r)
{
    pgcopy_status status = on_savepoint(c, c->dialect->rollback_to, tx, r);

    if (!status && c->dialect->rollback_drops)
        status = odbc_say(c, c->dialect->savepoint, tx->name, r);
    return status;
}

pgcopy_status odbc_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    odbc_conn *c = conn;

    switch (tx->verb) {
    case PGCOPY_VERB_BEGIN:
        return begin(c, tx, r);
    case PGCOPY_VERB_SET_TRANSACTION:
        c->read_only = tx->read_only || (c->read_only && !tx->read_write);
        return set_isolation(c, tx->isolation, r);
    case PGCOPY_VERB_COMMIT:
        return odbc_end(c, true, r);
    case PGCOPY_VERB_ROLLBACK:
        return odbc_end(c, false, r);
    case PGCOPY_VERB_SAVEPOINT:
        return savepoint(c, tx, r);
    case PGCOPY_VERB_RELEASE:
        return on_savepoint(c, c->dialect->release, tx, r);
    case PGCOPY_VERB_ROLLBACK_TO:
        return rollback_to(c, tx, r);
    default:
        return PGCOPY_ERR_UNSUPPORTED;
    }
}
