/*
 * array.c - array binding.  Whether IRIS's driver knows it is documented nowhere, so:
 *   works     each row is executed; what fails is marked, and ends the set
 *   refuses   the size of a set cannot be set
 *   ignores   any size can be, and the first row is stored
 *   lies      the same, and all rows are said to be in
 */
#include "standin.h"

#include <stdint.h>
#include <string.h>

static bool is(const struct stmt *s, const char *habit)
{
    return strcmp(s->dbc->arrays, habit) == 0;
}

/* SQLite's parameters at a row of the set, which lies column by column. */
static void bind_row(struct stmt *s, SQLULEN row)
{
    for (SQLUSMALLINT i = 0; i < PARAMS && s->params[i].c_type; i++) {
        const struct param *p = &s->params[i];

        real.BindParameter(s->h.real, (SQLUSMALLINT)(i + 1), p->in_out, p->c_type, p->sql_type,
                           p->size, p->digits, p->data + row * (SQLULEN)p->cap, p->cap,
                           p->ind ? p->ind + row : NULL);
    }
}

static SQLRETURN execute_row(struct stmt *s, SQLULEN row)
{
    SQLLEN    count = 0;
    SQLRETURN rc;

    if (!valid(s, row))
        return SQL_ERROR;
    rc = judged(&s->h, real.Execute(s->h.real));
    if (SQL_SUCCEEDED(rc) && s->rows > 1 && SQL_SUCCEEDED(real.RowCount(s->h.real, &count)))
        s->count += count;
    return rc;
}

static void mark(const struct stmt *s, SQLULEN row, SQLUSMALLINT status)
{
    if (s->statuses)
        s->statuses[row] = status;
}

static SQLRETURN every_row(struct stmt *s)
{
    SQLRETURN rc = SQL_SUCCESS;
    SQLULEN   row;

    s->count = 0;
    for (row = 0; row < s->rows && rc != SQL_ERROR; row++) {
        bind_row(s, row);
        rc = execute_row(s, row);
        mark(s, row, rc == SQL_ERROR ? SQL_PARAM_ERROR : SQL_PARAM_SUCCESS);
    }
    if (s->processed)
        *s->processed = row;
    for (; row < s->rows; row++)
        mark(s, row, SQL_PARAM_UNUSED);
    bind_row(s, 0);
    return rc;
}

static SQLRETURN first_row(struct stmt *s)
{
    SQLRETURN rc = execute_row(s, 0);

    for (SQLULEN row = 0; row < s->rows; row++)
        mark(s, row, SQL_PARAM_SUCCESS);
    if (s->processed)
        *s->processed = s->rows;
    s->count = is(s, "lies") ? (SQLLEN)s->rows : 1;
    return rc;
}

SQLRETURN execute_set(struct stmt *s)
{
    s->count = -1;
    if (s->rows > 1)
        return is(s, "works") ? every_row(s) : first_row(s);
    if (s->processed)
        *s->processed = 1;
    return execute_row(s, 0);
}

SQLRETURN SQLSetStmtAttr(SQLHSTMT stmt, SQLINTEGER attr, SQLPOINTER value, SQLINTEGER len)
{
    struct stmt *s = stmt;

    switch (attr) {
    case SQL_ATTR_PARAMSET_SIZE:
        if ((uintptr_t)value > 1 && is(s, "refuses"))
            return refuse(&s->h, "HYC00", 469, "Driver not capable");
        s->rows = (SQLULEN)(uintptr_t)value;
        return SQL_SUCCESS;
    case SQL_ATTR_PARAM_STATUS_PTR:
        s->statuses = value;
        return SQL_SUCCESS;
    case SQL_ATTR_PARAMS_PROCESSED_PTR:
        s->processed = value;
        return SQL_SUCCESS;
    case SQL_ATTR_ROW_ARRAY_SIZE:
        s->rowset = (SQLULEN)(uintptr_t)value;
        break;
    case SQL_ATTR_ROWS_FETCHED_PTR:
        s->fetched = value;
        break;
    default:
        break;
    }
    return judged(&s->h, real.SetStmtAttr(s->h.real, attr, value, len));
}
