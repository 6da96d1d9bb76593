/* statement.c - prepare, bind, execute. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void trace(const struct stmt *s, const char *what)
{
    FILE *f = *s->dbc->trace ? fopen(s->dbc->trace, "a") : NULL;

    if (!f)
        return;
    fprintf(f, "%s %s\n", what, s->sql);
    fclose(f);
}

static void note(struct stmt *s, const char *sql)
{
    s->count   = -1;
    s->nfields = 0;
    snprintf(s->sql, sizeof s->sql, "%s", sql);
    for (char *p = s->sql; *p; p++)
        if (*p == '\n')
            *p = ' ';
}

SQLRETURN SQLPrepare(SQLHSTMT stmt, SQLCHAR *sql, SQLINTEGER len)
{
    struct stmt *s = stmt;
    char        *text;
    SQLRETURN    rc;

    (void)len;
    note(s, (const char *)sql);
    trace(s, "prepare");
    text = to_sqlite(s, (const char *)sql);
    if (!text)
        return SQL_ERROR;
    rc = judged(&s->h, real.Prepare(s->h.real, (SQLCHAR *)text, SQL_NTS));
    if (SQL_SUCCEEDED(rc))
        find_fields(s, text);
    free(text);
    return rc;
}

SQLRETURN SQLExecDirect(SQLHSTMT stmt, SQLCHAR *sql, SQLINTEGER len)
{
    struct stmt *s = stmt;
    SQLRETURN    rc;
    char        *text;

    (void)len;
    note(s, (const char *)sql);
    trace(s, "execute");
    text = to_sqlite(s, (const char *)sql);
    if (!text)
        return SQL_ERROR;
    rc = begin(s, text);
    if (SQL_SUCCEEDED(rc) && !savepoint_word(s, text, &rc))
        rc = judged(&s->h, real.ExecDirect(s->h.real, (SQLCHAR *)text, SQL_NTS));
    free(text);
    return rc;
}

SQLRETURN SQLExecute(SQLHSTMT stmt)
{
    struct stmt *s  = stmt;
    SQLRETURN    rc = begin(s, s->sql);

    trace(s, "execute");
    if (!SQL_SUCCEEDED(rc) || savepoint_word(s, s->sql, &rc))
        return rc;
    return execute_set(s);
}

SQLRETURN SQLBindParameter(SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT in_out,
                           SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN size,
                           SQLSMALLINT digits, SQLPOINTER data, SQLLEN cap, SQLLEN *ind)
{
    struct stmt  *s = stmt;
    struct param *p = &s->params[number - 1];

    if (number > PARAMS)
        return refuse(&s->h, "S1093", 466, "Invalid parameter number");
    p->in_out   = in_out;
    p->c_type   = c_type;
    p->sql_type = sql_type;
    p->size     = size;
    p->digits   = digits;
    p->data     = data;
    p->cap      = cap;
    p->ind      = ind;
    return judged(&s->h, real.BindParameter(s->h.real, number, in_out, c_type, sql_type, size,
                                            digits, data, cap, ind));
}

SQLRETURN SQLNumParams(SQLHSTMT stmt, SQLSMALLINT *count)
{
    struct stmt *s = stmt;

    return judged(&s->h, real.NumParams(s->h.real, count));
}

SQLRETURN SQLRowCount(SQLHSTMT stmt, SQLLEN *count)
{
    struct stmt *s  = stmt;
    SQLRETURN    rc = judged(&s->h, real.RowCount(s->h.real, count));

    if (s->count >= 0 && count)
        *count = s->count;
    return rc;
}

SQLRETURN SQLMoreResults(SQLHSTMT stmt)
{
    struct stmt *s = stmt;

    return judged(&s->h, real.MoreResults(s->h.real));
}

SQLRETURN SQLCancel(SQLHSTMT stmt)
{
    struct stmt *s = stmt;

    return real.Cancel(s->h.real);
}
