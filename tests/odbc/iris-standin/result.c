/*
 * result.c - results: their types have ODBC 2's codes, and values may come as ObjectScript has
 * them: '' as one NUL, 0.5 without its 0.
 */
#include "standin.h"

#include <stdio.h>
#include <string.h>

/* ---- Types -------------------------------------------------------------------------- */

static const struct type *column_type(struct stmt *s, SQLUSMALLINT col)
{
    char        declared[NAME] = "";
    SQLSMALLINT len;

    real.ColAttribute(s->h.real, col, SQL_DESC_TYPE_NAME, declared, sizeof declared, &len,
                      NULL);
    return *declared ? type_of(declared) : NULL;
}

SQLRETURN SQLColAttribute(SQLHSTMT stmt, SQLUSMALLINT col, SQLUSMALLINT what, SQLPOINTER text,
                          SQLSMALLINT cap, SQLSMALLINT *len, SQLLEN *number)
{
    struct stmt       *s = stmt;
    const struct type *type;
    SQLRETURN          rc =
        judged(&s->h, real.ColAttribute(s->h.real, col, what, text, cap, len, number));

    if (!SQL_SUCCEEDED(rc) || !(type = column_type(s, col)))
        return rc;
    if (number && (what == SQL_DESC_CONCISE_TYPE || what == SQL_COLUMN_TYPE))
        *number = type->code;
    if (text && cap > 0 && what == SQL_DESC_TYPE_NAME)
        snprintf(text, (size_t)cap, "%s", s->dbc->type_names ? type->name : "");
    return rc;
}

SQLRETURN SQLDescribeCol(SQLHSTMT stmt, SQLUSMALLINT col, SQLCHAR *name, SQLSMALLINT cap,
                         SQLSMALLINT *len, SQLSMALLINT *code, SQLULEN *size,
                         SQLSMALLINT *digits, SQLSMALLINT *nullable)
{
    struct stmt       *s = stmt;
    const struct type *type;
    SQLRETURN          rc = judged(
                 &s->h, real.DescribeCol(s->h.real, col, name, cap, len, code, size, digits, nullable));

    if (SQL_SUCCEEDED(rc) && code && (type = column_type(s, col)))
        *code = type->code;
    return rc;
}

SQLRETURN SQLNumResultCols(SQLHSTMT stmt, SQLSMALLINT *count)
{
    struct stmt *s = stmt;

    return judged(&s->h, real.NumResultCols(s->h.real, count));
}

/* ---- Values ------------------------------------------------------------------------- */

static void as_nul(const struct stmt *s, SQLSMALLINT c_type, char *data, SQLLEN cap,
                   SQLLEN *ind)
{
    if (s->dbc->empty_as_nul && c_type == SQL_C_CHAR && ind && *ind == 0 && cap > 1) {
        memset(data, 0, 2);
        *ind = 1;
    }
}

static void as_canonical(const struct stmt *s, const struct out *out, char *data, SQLLEN *ind)
{
    size_t sign = *data == '-';

    if (!s->dbc->canonical || !out->number || !ind || *ind < (SQLLEN)sign + 2 ||
        data[sign] != '0' || data[sign + 1] != '.')
        return;
    *ind -= 1;
    memmove(data + sign, data + sign + 1, (size_t)*ind - sign + 1);
}

static void as_logical(const struct stmt *s, const struct out *out, SQLULEN row)
{
    char   *data = out->data + row * (SQLULEN)out->cap;
    SQLLEN *ind  = out->ind ? out->ind + row : NULL;

    as_nul(s, out->c_type, data, out->cap, ind);
    as_canonical(s, out, data, ind);
}

SQLRETURN SQLBindCol(SQLHSTMT stmt, SQLUSMALLINT col, SQLSMALLINT c_type, SQLPOINTER data,
                     SQLLEN cap, SQLLEN *ind)
{
    struct stmt       *s = stmt;
    const struct type *type;

    if (col == 0 || col > OUTS)
        return refuse(&s->h, "S1002", 463, "Invalid column number");
    type = column_type(s, col);
    s->outs[col - 1] =
        (struct out){type && (type->code == SQL_NUMERIC || type->code == SQL_DOUBLE), c_type,
                     data, cap, ind};
    return judged(&s->h, real.BindCol(s->h.real, col, c_type, data, cap, ind));
}

SQLRETURN SQLFetch(SQLHSTMT stmt)
{
    struct stmt *s    = stmt;
    SQLRETURN    rc   = judged(&s->h, real.Fetch(s->h.real));
    SQLULEN      rows = s->fetched ? *s->fetched : s->rowset;

    for (size_t i = 0; SQL_SUCCEEDED(rc) && i < OUTS; i++)
        for (SQLULEN row = 0; s->outs[i].data && row < rows; row++)
            as_logical(s, &s->outs[i], row);
    return rc;
}

SQLRETURN SQLGetData(SQLHSTMT stmt, SQLUSMALLINT col, SQLSMALLINT c_type, SQLPOINTER data,
                     SQLLEN cap, SQLLEN *ind)
{
    struct stmt *s  = stmt;
    SQLRETURN    rc = judged(&s->h, real.GetData(s->h.real, col, c_type, data, cap, ind));

    if (SQL_SUCCEEDED(rc))
        as_nul(s, c_type, data, cap, ind);
    return rc;
}

static void unbind(struct stmt *s, SQLUSMALLINT how)
{
    if (how == SQL_UNBIND)
        memset(s->outs, 0, sizeof s->outs);
    for (size_t i = 0; how == SQL_RESET_PARAMS && i < PARAMS; i++)
        s->params[i].c_type = 0;
}

SQLRETURN SQLFreeStmt(SQLHSTMT stmt, SQLUSMALLINT how)
{
    struct stmt *s = stmt;

    unbind(s, how);
    return judged(&s->h, real.FreeStmt(s->h.real, how));
}

SQLRETURN SQLCloseCursor(SQLHSTMT stmt)
{
    struct stmt *s = stmt;

    return judged(&s->h, real.CloseCursor(s->h.real));
}

SQLRETURN SQLGetStmtAttr(SQLHSTMT stmt, SQLINTEGER attr, SQLPOINTER value, SQLINTEGER cap,
                         SQLINTEGER *len)
{
    struct stmt *s = stmt;

    if (attr == SQL_ATTR_PARAMSET_SIZE) {
        *(SQLULEN *)value = s->rows;
        return SQL_SUCCESS;
    }
    return judged(&s->h, real.GetStmtAttr(s->h.real, attr, value, cap, len));
}
