/* connect.c - a connection: its keys, who it says that it is, its licence. */
#include "standin.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static atomic_int connections;

/* ---- Keys --------------------------------------------------------------------------- */

/* The value of a key, else `otherwise`. */
static void key(const char *text, const char *name, const char *otherwise, char *value,
                size_t cap)
{
    size_t len = strlen(name);

    snprintf(value, cap, "%s", otherwise);
    for (const char *p = text; p; p = strchr(p, ';') ? strchr(p, ';') + 1 : NULL)
        if (strncasecmp(p, name, len) == 0 && p[len] == '=')
            snprintf(value, cap, "%.*s", (int)strcspn(p + len + 1, ";"), p + len + 1);
}

static bool flag(const char *text, const char *name, const char *otherwise)
{
    char value[8];

    key(text, name, otherwise, value, sizeof value);
    return value[0] == '1';
}

static void read_keys(struct dbc *c, const char *text)
{
    key(text, "Arrays", "works", c->arrays, sizeof c->arrays);
    key(text, "DefaultSchema", "SQLUser", c->schema, sizeof c->schema);
    key(text, "Trace", "", c->trace, sizeof c->trace);
    c->release      = flag(text, "Release", "0");
    c->empty_as_nul = flag(text, "EmptyAsNul", "0");
    c->canonical    = flag(text, "Canonical", "0");
    c->type_names   = flag(text, "TypeNames", "1");
    c->latin        = flag(text, "Latin", "0");
}

/* ---- Open and close ----------------------------------------------------------------- */

/* A Community licence has few units, and what is over it is refused. */
static bool licensed(const char *text)
{
    char limit[16];

    key(text, "Connections", "1000000", limit, sizeof limit);
    if (atomic_fetch_add(&connections, 1) < atoi(limit))
        return true;
    atomic_fetch_sub(&connections, 1);
    return false;
}

static SQLRETURN connect_to(SQLHDBC dbc, const char *text)
{
    SQLSMALLINT len;

    return real.DriverConnect(dbc, NULL, (SQLCHAR *)text, SQL_NTS, NULL, 0, &len,
                              SQL_DRIVER_NOPROMPT);
}

static SQLRETURN connect_both(struct dbc *c, const char *text)
{
    SQLRETURN rc = judged(&c->h, connect_to(c->h.real, text));

    if (rc == SQL_ERROR)
        return rc;
    c->connected = true;
    rc           = real.AllocHandle(SQL_HANDLE_DBC, c->env->real, &c->aside);
    return SQL_SUCCEEDED(rc) ? connect_to(c->aside, text) : rc;
}

SQLRETURN SQLDriverConnect(SQLHDBC dbc, SQLHWND window, SQLCHAR *in, SQLSMALLINT in_len,
                           SQLCHAR *out, SQLSMALLINT out_cap, SQLSMALLINT *out_len,
                           SQLUSMALLINT completion)
{
    struct dbc *c    = dbc;
    const char *text = (const char *)in;
    char        file[TEXT], wait[16], sqlite[2 * TEXT];

    (void)window, (void)in_len, (void)out, (void)out_cap, (void)out_len, (void)completion;
    read_keys(c, text);
    key(text, "Database", "", file, sizeof file);
    key(text, "LockTimeout", "10000", wait, sizeof wait);
    if (!*file)
        return refuse(&c->h, "08001", 417, "Access Denied");
    if (!licensed(text))
        return refuse(&c->h, "08004", 98, "LICENSE LIMIT EXCEEDED");
    snprintf(sqlite, sizeof sqlite,
             "Database=%s;JournalMode=WAL;SyncPragma=FULL;FKSupport=1;Timeout=%s", file, wait);
    if (SQL_SUCCEEDED(connect_both(c, sqlite)))
        return SQL_SUCCESS;
    atomic_fetch_sub(&connections, 1);
    return SQL_ERROR;
}

SQLRETURN SQLDisconnect(SQLHDBC dbc)
{
    struct dbc *c = dbc;

    if (c->connected)
        atomic_fetch_sub(&connections, 1);
    c->connected = false;
    if (c->words)
        real.FreeHandle(SQL_HANDLE_STMT, c->words);
    if (c->aside) {
        real.Disconnect(c->aside);
        real.FreeHandle(SQL_HANDLE_DBC, c->aside);
        c->aside = NULL;
    }
    return judged(&c->h, real.Disconnect(c->h.real));
}

/* ---- Who it is ---------------------------------------------------------------------- */

static const char *name_of(SQLUSMALLINT what)
{
    switch (what) {
    case SQL_DBMS_NAME:
        return "InterSystems IRIS";
    case SQL_DBMS_VER:
        return "2026.1.0 stand-in";
    case SQL_DRIVER_NAME:
        return "libirisodbcur6435.so";
    default:
        return NULL;
    }
}

SQLRETURN SQLGetInfo(SQLHDBC dbc, SQLUSMALLINT what, SQLPOINTER value, SQLSMALLINT cap,
                     SQLSMALLINT *len)
{
    struct dbc *c    = dbc;
    const char *name = name_of(what);

    if (!name)
        return judged(&c->h, real.GetInfo(c->h.real, what, value, cap, len));
    if (value && cap > 0)
        snprintf(value, (size_t)cap, "%s", name);
    if (len)
        *len = (SQLSMALLINT)strlen(name);
    return SQL_SUCCESS;
}

SQLRETURN SQLSetEnvAttr(SQLHENV env, SQLINTEGER attr, SQLPOINTER value, SQLINTEGER len)
{
    struct handle *h = env;

    return real.SetEnvAttr(h->real, attr, value, len);
}
