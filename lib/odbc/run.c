/*
 * odbc/run.c - every execute and fetch: what cancel finds running, and the wait for a lock.
 *
 *   enter ... run, next, run ... leave      on the thread of the job
 *              ^ cancel                     on another one: marks, and says SQLCancel
 */
#include "odbc/conn.h"

#include <time.h>

void odbc_enter(odbc_conn *c)
{
    pthread_mutex_lock(&c->lock);
    c->busy      = true;
    c->cancelled = false;
    pthread_mutex_unlock(&c->lock);
}

void odbc_leave(odbc_conn *c)
{
    pthread_mutex_lock(&c->lock);
    c->busy      = false;
    c->cancelled = false;
    pthread_mutex_unlock(&c->lock);
}

bool odbc_cancelled(odbc_conn *c)
{
    bool cancelled;

    pthread_mutex_lock(&c->lock);
    cancelled = c->cancelled;
    pthread_mutex_unlock(&c->lock);
    return cancelled;
}

static void set_running(odbc_conn *c, SQLHSTMT stmt)
{
    pthread_mutex_lock(&c->lock);
    c->running = stmt;
    pthread_mutex_unlock(&c->lock);
}

static uint64_t now_ms(void)
{
    struct timespec t = {0, 0};

    timespec_get(&t, TIME_UTC);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A snapshot that is too old to write on does not get younger by waiting. */
static bool worth_waiting(odbc_conn *c, SQLHSTMT stmt, uint64_t since)
{
    return c->dialect->busy && c->tx != ODBC_TX_READ &&
           odbc_native_is(stmt, c->dialect->busy) && !odbc_cancelled(c) &&
           now_ms() - since < c->lock_ms;
}

SQLRETURN odbc_run(odbc_conn *c, SQLHSTMT stmt, const char *sql)
{
    uint64_t  since = 0;
    SQLRETURN rc;

    set_running(c, stmt);
    for (;;) {
        rc = sql ? SQLExecDirect(stmt, (SQLCHAR *)sql, SQL_NTS) : SQLExecute(stmt);
        if (rc != SQL_ERROR)
            break;
        if (!since)
            since = now_ms();
        if (!worth_waiting(c, stmt, since))
            break;
    }
    set_running(c, SQL_NULL_HSTMT);
    return rc;
}

SQLRETURN odbc_next(odbc_conn *c, SQLHSTMT stmt)
{
    SQLRETURN rc;

    set_running(c, stmt);
    rc = SQLFetch(stmt);
    set_running(c, SQL_NULL_HSTMT);
    return rc;
}

pgcopy_status odbc_statement(odbc_conn *c, SQLHSTMT *stmt, pgcopy_reply *r)
{
    if (SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, stmt)))
        return PGCOPY_OK;
    *stmt = SQL_NULL_HSTMT;
    return odbc_failed(c, SQL_HANDLE_DBC, c->dbc, r);
}

void odbc_drop(SQLHSTMT *stmt)
{
    if (*stmt != SQL_NULL_HSTMT)
        SQLFreeHandle(SQL_HANDLE_STMT, *stmt);
    *stmt = SQL_NULL_HSTMT;
}
