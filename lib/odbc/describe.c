/*
 * odbc/describe.c - what a statement will bring: the columns of its rows, the types of its
 * parameters.
 *
 *   COPY table TO                the catalog's columns
 *   anything with columns        SQLColAttribute of each, once it is prepared
 *   '-- count(*), lazy driver    a first row of it tells
 *   $n                           SQLDescribeParam of the first ? that it became
 */
#include "odbc/describe.h"
#include "odbc/stmt.h"
#include "odbc/text.h"

enum { LABEL_CAP = 260 };

/* ---- Columns ------------------------------------------------------------------------ */

static bool text_attr(SQLHSTMT stmt, SQLSMALLINT col, SQLUSMALLINT attr, char *buf, size_t cap)
{
    SQLSMALLINT len = 0;

    buf[0] = '\0';
    return SQL_SUCCEEDED(SQLColAttribute(stmt, (SQLUSMALLINT)col, attr, buf, (SQLSMALLINT)cap,
                                         &len, NULL)) &&
           buf[0];
}

static SQLLEN number_attr(SQLHSTMT stmt, SQLSMALLINT col, SQLUSMALLINT attr)
{
    SQLLEN value = 0;

    SQLColAttribute(stmt, (SQLUSMALLINT)col, attr, NULL, 0, NULL, &value);
    return value;
}

/* Of a column that is no table's: SQLite's integers have 64 bits. */
static uint32_t wide(uint32_t oid)
{
    return oid == PGCOPY_OID_INT4 ? PGCOPY_OID_INT8 : oid;
}

static bool is_expression(SQLHSTMT stmt, SQLSMALLINT col)
{
    char table[LABEL_CAP];

    return !text_attr(stmt, col, SQL_DESC_TABLE_NAME, table, sizeof table);
}

static uint32_t column_type(const odbc_conn *c, SQLHSTMT stmt, SQLSMALLINT col)
{
    char        name[LABEL_CAP];
    SQLSMALLINT code = (SQLSMALLINT)number_attr(stmt, col, SQL_DESC_CONCISE_TYPE);
    uint32_t    oid;

    text_attr(stmt, col, SQL_DESC_TYPE_NAME, name, sizeof name);
    oid = odbc_type(c->dialect, name, code, 0, 0, NULL);
    return c->dialect->lazy && is_expression(stmt, col) ? wide(oid) : oid;
}

static pgcopy_status result_columns(const odbc_conn *c, SQLHSTMT stmt, SQLSMALLINT n,
                                    pgcopy_columns *cols)
{
    char label[LABEL_CAP];

    for (SQLSMALLINT i = 1; i <= n; i++) {
        if (!text_attr(stmt, i, SQL_DESC_LABEL, label, sizeof label))
            text_attr(stmt, i, SQL_DESC_NAME, label, sizeof label);
        if (!pgcopy_columns_add(cols, *label ? label : "?column?", column_type(c, stmt, i)))
            return PGCOPY_ERR_NOMEM;
    }
    return PGCOPY_OK;
}

/* A lazy driver knows the type of count(*) only from a first row. */
static bool has_expressions(const odbc_conn *c, SQLHSTMT stmt, SQLSMALLINT n, const char *sql)
{
    if (!c->dialect->lazy || !odbc_text_first_word(sql, "select"))
        return false;
    for (SQLSMALLINT i = 1; i <= n; i++)
        if (is_expression(stmt, i))
            return true;
    return false;
}

static pgcopy_status columns_by_first_row(odbc_conn *c, const pgcopy_stmt *stmt,
                                          const pgcopy_batch *params, const char *sql,
                                          SQLSMALLINT n, pgcopy_columns *cols, pgcopy_reply *r)
{
    SQLHSTMT      probe  = SQL_NULL_HSTMT;
    pgcopy_status status = odbc_stmt_prepare(c, sql, true, &probe, r);

    SQLSetStmtAttr(probe, SQL_ATTR_MAX_ROWS, (SQLPOINTER)1, SQL_IS_UINTEGER);
    if (!status)
        status = odbc_stmt_run(c, stmt, params, probe, r);
    if (status >= 0)
        status = result_columns(c, probe, n, cols);
    odbc_drop(&probe);
    return status;
}

/* COPY TO in text needs no types, and its query may be a long one: it is not run twice. */
pgcopy_status odbc_describe_result(odbc_conn *c, const pgcopy_stmt *stmt,
                                   const pgcopy_batch *params, const char *sql, SQLHSTMT hstmt,
                                   SQLSMALLINT n, pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);
    bool            typed =
        stmt->verb != PGCOPY_VERB_COPY_TO || stmt->format->kind == PGCOPY_FORMAT_BINARY;

    if (!cols)
        return PGCOPY_ERR_NOMEM;
    if (typed && has_expressions(c, hstmt, n, sql))
        return columns_by_first_row(c, stmt, params, sql, n, cols, r);
    return result_columns(c, hstmt, n, cols);
}

pgcopy_status odbc_describe_table(const pgcopy_columns *columns, pgcopy_reply *r)
{
    pgcopy_columns      *cols = pgcopy_reply_columns(r);
    const pgcopy_column *col;
    pgcopy_column       *copy;

    for (size_t i = 0; cols && (col = pgcopy_columns_at(columns, i)); i++) {
        copy = pgcopy_columns_add(cols, col->name, col->type);
        if (!copy)
            return PGCOPY_ERR_NOMEM;
        copy->typmod = col->typmod;
    }
    return cols ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* ---- Without running it ------------------------------------------------------------- */

/* Of $n, by the first of its places; 0: the driver does not say. */
static uint32_t parameter_type(const odbc_conn *c, const pgcopy_stmt *stmt, SQLHSTMT hstmt,
                               uint32_t n)
{
    SQLSMALLINT code, digits, nullable;
    SQLULEN     size;
    uint32_t    i = 0;

    while (i < stmt->nplaces && stmt->places[i].number != n)
        i++;
    if (c->dialect->blind || i == stmt->nplaces ||
        !SQL_SUCCEEDED(
            SQLDescribeParam(hstmt, (SQLUSMALLINT)(i + 1), &code, &size, &digits, &nullable)) ||
        code == SQL_UNKNOWN_TYPE)
        return 0;
    return odbc_type(c->dialect, "", code, 0, 0, NULL);
}

static pgcopy_status describe(odbc_conn *c, const pgcopy_stmt *stmt, pgcopy_buf *sql,
                              SQLHSTMT *hstmt, pgcopy_reply *r)
{
    pgcopy_columns *parameters = pgcopy_reply_parameters(r);
    SQLSMALLINT     n;
    pgcopy_status   status = odbc_stmt_text(c, stmt, NULL, sql, r);

    if (!status)
        status = odbc_stmt_prepare_any(c, (const char *)sql->data, hstmt, &n, r);
    for (uint32_t n = 1; !status && n <= stmt->nparams; n++)
        if (!parameters ||
            !pgcopy_columns_add(parameters, "", parameter_type(c, stmt, *hstmt, n)))
            status = PGCOPY_ERR_NOMEM;
    if (!status && n > 0)
        status = odbc_describe_result(c, stmt, NULL, (const char *)sql->data, *hstmt, n, r);
    return status;
}

pgcopy_status odbc_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    odbc_conn    *c     = conn;
    pgcopy_buf    sql   = {.allocator = c->allocator};
    SQLHSTMT      hstmt = SQL_NULL_HSTMT;
    pgcopy_status status;

    odbc_enter(c);
    c->stmt = stmt;
    status  = describe(c, stmt, &sql, &hstmt, r);
    c->stmt = NULL;
    odbc_drop(&hstmt);
    if (status)
        odbc_settle(c);
    odbc_leave(c);
    pgcopy_buf_free(&sql);
    return status;
}
