/*
 * odbc/encoding.c - does the driver take text as UTF-8?
 *
 * IRIS has drivers that read bytes as characters of their own: then a name comes back as it
 * went in, but for everybody else it is stored garbled.  So a text is asked for again, and how
 * many characters it has there.
 */
#include "odbc/conn.h"

#include <string.h>

/* Two characters in five bytes, of the plane that every database counts alike. */
static const char sample[] = "\xC3\xA4\xE2\x82\xAC";

static pgcopy_status not_utf8(pgcopy_reply *r)
{
    pgcopy_reply_log(r, "text came back otherwise than it went in: another ODBC driver file, "
                        "or its locale, may take UTF-8");
    return pgcopy_reply_error(r, "0A000", "the ODBC driver does not take text as UTF-8");
}

static bool same_column(SQLHSTMT stmt, SQLUSMALLINT col, const char *expected)
{
    char   text[32] = "";
    SQLLEN ind;

    return SQL_SUCCEEDED(SQLGetData(stmt, col, SQL_C_CHAR, text, sizeof text, &ind)) &&
           strcmp(text, expected) == 0;
}

/* A database that cannot answer the question is not refused for it. */
static pgcopy_status ask(odbc_conn *c, SQLHSTMT stmt, pgcopy_reply *r)
{
    SQLLEN len = sizeof sample - 1;

    odbc_bind_value(stmt, 1, sample, &len, false);
    odbc_bind_value(stmt, 2, sample, &len, false);
    if (!SQL_SUCCEEDED(odbc_run(c, stmt, c->dialect->characters)) ||
        !SQL_SUCCEEDED(odbc_next(c, stmt)))
        return PGCOPY_OK;
    if (!same_column(stmt, 1, sample) || same_column(stmt, 2, "5"))
        return not_utf8(r);
    return PGCOPY_OK;
}

pgcopy_status odbc_encoding_check(odbc_conn *c, pgcopy_reply *r)
{
    SQLHSTMT      stmt = SQL_NULL_HSTMT;
    pgcopy_status status;

    if (!c->dialect->characters)
        return PGCOPY_OK;
    status = odbc_statement(c, &stmt, r);
    if (!status)
        status = ask(c, stmt, r);
    odbc_drop(&stmt);
    return status;
}
