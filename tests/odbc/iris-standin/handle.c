/* handle.c - each handle of ours holds one of SQLite's. */
#include "standin.h"

#include <stdlib.h>

static size_t size_of(SQLSMALLINT type)
{
    return type == SQL_HANDLE_ENV   ? sizeof(struct handle)
           : type == SQL_HANDLE_DBC ? sizeof(struct dbc)
                                    : sizeof(struct stmt);
}

SQLRETURN SQLAllocHandle(SQLSMALLINT type, SQLHANDLE above, SQLHANDLE *made)
{
    struct handle *h = calloc(1, size_of(type)), *parent = above;
    SQLRETURN      rc;

    if (!h || (type == SQL_HANDLE_ENV && !real.AllocHandle && !real_load())) {
        free(h);
        return SQL_ERROR;
    }
    h->type = type;
    rc      = real.AllocHandle(type, parent ? parent->real : SQL_NULL_HANDLE, &h->real);
    if (!SQL_SUCCEEDED(rc)) {
        free(h);
        return rc;
    }
    if (type == SQL_HANDLE_DBC)
        ((struct dbc *)(void *)h)->env = above;
    if (type == SQL_HANDLE_STMT) {
        ((struct stmt *)(void *)h)->dbc    = above;
        ((struct stmt *)(void *)h)->rows   = 1;
        ((struct stmt *)(void *)h)->rowset = 1;
    }
    *made = h;
    return rc;
}

SQLRETURN SQLFreeHandle(SQLSMALLINT type, SQLHANDLE handle)
{
    struct handle *h  = handle;
    SQLRETURN      rc = real.FreeHandle(type, h->real);

    free(h);
    return rc;
}
