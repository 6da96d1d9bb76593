/*
 * transaction.c - a transaction begins with the first statement behind SQL_AUTOCOMMIT_OFF. What
 * writes takes SQLite's lock first: a snapshot that another writer made old could not get it.
 */
#include "standin.h"

#include <stdint.h>
#include <strings.h>

static SQLRETURN say(struct dbc *c, const char *word)
{
    SQLRETURN rc = SQL_SUCCESS;

    if (!c->words)
        rc = real.AllocHandle(SQL_HANDLE_STMT, c->h.real, &c->words);
    return SQL_SUCCEEDED(rc) ? real.ExecDirect(c->words, (SQLCHAR *)word, SQL_NTS) : rc;
}

SQLRETURN begin(struct stmt *s, const char *sql)
{
    struct dbc *c     = s->dbc;
    bool        reads = strncasecmp(sql, "SELECT", 6) == 0;
    SQLRETURN   rc;

    if (!c->manual || c->begun)
        return SQL_SUCCESS;
    rc       = say(c, reads ? "BEGIN" : "BEGIN IMMEDIATE");
    c->begun = SQL_SUCCEEDED(rc);
    return c->begun ? rc : refuse(&s->h, "HY000", 110, "Unable to lock");
}

SQLRETURN end(struct dbc *c, bool commit)
{
    bool begun = c->begun;

    c->levels = 0;
    c->begun  = false;
    if (!begun || SQL_SUCCEEDED(say(c, commit ? "COMMIT" : "ROLLBACK")))
        return SQL_SUCCESS;
    return refuse(&c->h, "HY000", 400, "COMMIT");
}

SQLRETURN SQLEndTran(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT how)
{
    return type == SQL_HANDLE_DBC ? end(handle, how == SQL_COMMIT) : SQL_SUCCESS;
}

SQLRETURN SQLSetConnectAttr(SQLHDBC dbc, SQLINTEGER attr, SQLPOINTER value, SQLINTEGER len)
{
    struct dbc *c = dbc;

    if (attr != SQL_ATTR_AUTOCOMMIT)
        return judged(&c->h, real.SetConnectAttr(c->h.real, attr, value, len));
    c->manual = (uintptr_t)value == SQL_AUTOCOMMIT_OFF;
    return c->manual ? SQL_SUCCESS : end(c, true);
}

SQLRETURN SQLGetConnectAttr(SQLHDBC dbc, SQLINTEGER attr, SQLPOINTER value, SQLINTEGER cap,
                            SQLINTEGER *len)
{
    struct dbc *c = dbc;

    return judged(&c->h, real.GetConnectAttr(c->h.real, attr, value, cap, len));
}
