/*
 * odbc/query.c - running a statement: what changes something is run and counted, what has
 * columns leaves a cursor.
 *
 *   COPY table TO, by pages  -->  page.c
 *   no columns               -->  run, and all of its results counted
 *   columns                  -->  told, a cursor opened over them, run: its first rows are here
 */
#include "odbc/cursor.h"
#include "odbc/describe.h"
#include "odbc/page.h"
#include "odbc/stmt.h"
#include "odbc/text.h"

#include <string.h>

/* ---- Without columns ---------------------------------------------------------------- */

static pgcopy_status read_only(const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    const char *change = stmt->query ? odbc_stmt_change(stmt->query) : NULL;
    const char *tag    = change ? change : stmt->tag ? stmt->tag : "statement";
    size_t      len    = strlen(tag);

    if (len > 2 && strcmp(tag + len - 2, " 0") == 0) /* INSERT 0: an OID, once */
        len -= 2;
    return pgcopy_reply_error(r, "25006", "cannot execute %.*s in a read-only transaction",
                              (int)len, tag);
}

/* Those that count rows; of others a driver says what the last of them counted. */
static bool counts(const pgcopy_stmt *stmt)
{
    static const char *const tags[] = {"INSERT", "UPDATE", "DELETE",
                                       "MERGE",  "SELECT", "REPLACE"};

    for (size_t i = 0; stmt->tag && i < sizeof tags / sizeof *tags; i++)
        if (strncmp(stmt->tag, tags[i], strlen(tags[i])) == 0)
            return true;
    return false;
}

/* Connector/ODBC takes the semicolons in a body for several results, and crashes on the second.
 */
static bool has_one_result(const pgcopy_stmt *stmt)
{
    return stmt->tag && strncmp(stmt->tag, "CREATE", 6) == 0;
}

/* The database's own count of the change before, where the driver told none. */
static SQLLEN ask_changes(odbc_conn *c)
{
    SQLHSTMT  hstmt = SQL_NULL_HSTMT;
    SQLBIGINT n     = 0;

    if (SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &hstmt)) &&
        SQL_SUCCEEDED(odbc_run(c, hstmt, c->dialect->changes)) &&
        SQL_SUCCEEDED(odbc_next(c, hstmt)))
        SQLGetData(hstmt, 1, SQL_C_SBIGINT, &n, sizeof n, NULL);
    odbc_drop(&hstmt);
    return (SQLLEN)n;
}

/* The last result that counts, of however many there are. */
static pgcopy_status drain(odbc_conn *c, const pgcopy_stmt *stmt, SQLHSTMT hstmt,
                           pgcopy_reply *r)
{
    SQLLEN    count = -1;
    SQLRETURN rc;

    do {
        SQLLEN n = -1;

        if (SQL_SUCCEEDED(SQLRowCount(hstmt, &n)) && n >= 0)
            count = n;
        rc = has_one_result(stmt) ? SQL_NO_DATA : SQLMoreResults(hstmt);
    } while (SQL_SUCCEEDED(rc));
    if (rc != SQL_NO_DATA)
        return odbc_failed(c, SQL_HANDLE_STMT, hstmt, r);
    if (count == 0 && c->dialect->changes && counts(stmt))
        count = ask_changes(c);
    if (count >= 0 && counts(stmt))
        pgcopy_reply_set_count(r, (uint64_t)count);
    return PGCOPY_OK;
}

/* Outside of a transaction nobody knows then if it was done: what a client may do again without
   asking (08006) is not this. */
static pgcopy_status tell_loss(const odbc_conn *c, pgcopy_status status, pgcopy_reply *r)
{
    if (status == PGCOPY_ERR_LOST && c->tx == ODBC_TX_NONE)
        pgcopy_reply_error(r, "08007",
                           "connection to the database was lost while it was at the statement");
    return status;
}

/* Also a few that PostgreSQL has no names for. */
static bool is_ddl(const char *sql)
{
    static const char *const words[] = {"alter", "create", "drop",   "grant",
                                        "lock",  "rename", "revoke", "truncate"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (odbc_text_first_word(sql, words[i]))
            return !odbc_text_first_word(sql + strcspn(sql, " \t\r\n"), "temporary");
    return false;
}

/* The transaction goes on, as autocommit is off; but a ROLLBACK ends where this began. */
static void warn_of_commit(const odbc_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    pgcopy_error warning;

    if (!c->dialect->ddl_commits || c->tx == ODBC_TX_NONE || !is_ddl(stmt->sql))
        return;
    pgcopy_error_text(&warning, "01000",
                      "the database has committed what the transaction did so far");
    warning.severity = PGCOPY_SEVERITY_WARNING;
    pgcopy_reply_notice(r, &warning);
}

static pgcopy_status run_change(odbc_conn *c, const pgcopy_stmt *stmt,
                                const pgcopy_batch *params, SQLHSTMT hstmt, pgcopy_reply *r)
{
    pgcopy_status status;

    /* COPY (query) TO: not run, because its rows would be lost. */
    if (stmt->verb == PGCOPY_VERB_COPY_TO)
        return pgcopy_reply_error(r, "0A000", "COPY query must have a RETURNING clause");
    if (c->read_only)
        return read_only(stmt, r);
    status = stmt->alone ? PGCOPY_OK : odbc_touch(c, true, r);
    if (!status)
        status = odbc_stmt_run(c, stmt, params, hstmt, r);
    if (status >= 0 && c->tx == ODBC_TX_READ)
        c->tx = ODBC_TX_WRITE;
    if (status >= 0)
        status = drain(c, stmt, hstmt, r);
    if (status >= 0)
        warn_of_commit(c, stmt, r);
    return tell_loss(c, status, r);
}

/* ---- With columns ------------------------------------------------------------------- */

static bool is_table(const pgcopy_stmt *stmt, const pgcopy_columns *columns, SQLSMALLINT n)
{
    return stmt->verb == PGCOPY_VERB_COPY_TO && !stmt->query && columns &&
           pgcopy_columns_count(columns) == (size_t)n;
}

/* As far as its tag says, or the first word of what is copied. */
static bool reads(const pgcopy_stmt *stmt)
{
    if (stmt->verb == PGCOPY_VERB_COPY_TO)
        return !stmt->query || !odbc_stmt_change(stmt->query);
    return !counts(stmt) || strncmp(stmt->tag, "SELECT", 6) == 0;
}

static pgcopy_status run_query(odbc_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_batch *params, SQLHSTMT *hstmt,
                               odbc_cursor **cursor, pgcopy_reply *r)
{
    pgcopy_status status = odbc_cursor_open(c, hstmt, pgcopy_reply_columns(r), cursor);

    if (!status)
        status = odbc_stmt_run(c, stmt, params, (*cursor)->stmt, r);
    if (status == PGCOPY_END)
        status = odbc_cursor_over(*cursor);
    else if (!status)
        status = odbc_cursor_start(c, *cursor, r);
    if (status && *cursor)
        odbc_finish(c, *cursor);
    return reads(stmt) ? status : tell_loss(c, status, r);
}

/* ---- Any ---------------------------------------------------------------------------- */

static pgcopy_status execute(odbc_conn *c, const pgcopy_stmt *stmt,
                             const pgcopy_columns *columns, const pgcopy_batch *params,
                             pgcopy_buf *sql, SQLHSTMT *hstmt, odbc_cursor **cursor,
                             pgcopy_reply *r)
{
    SQLSMALLINT   n;
    bool          paged = odbc_page_may(c, stmt, columns);
    pgcopy_status status =
        paged ? odbc_page_execute(c, stmt, columns, cursor, &paged, r) : PGCOPY_OK;

    if (paged)
        return status;
    status = odbc_stmt_text(c, stmt, columns, sql, r);
    if (status)
        return status;
    if (stmt->nplaces && !params)
        return pgcopy_reply_error(r, "42P02", "there is no parameter $%lu",
                                  (unsigned long)stmt->places[0].number);
    status = odbc_stmt_prepare_any(c, (const char *)sql->data, hstmt, &n, r);
    if (status)
        return status;
    if (n == 0)
        return run_change(c, stmt, params, *hstmt, r);
    if (c->read_only && !reads(stmt))
        return read_only(stmt, r);
    status = odbc_touch(c, !reads(stmt), r);
    if (!status)
        status =
            is_table(stmt, columns, n)
                ? odbc_describe_table(columns, r)
                : odbc_describe_result(c, stmt, params, (const char *)sql->data, *hstmt, n, r);
    return status ? status : run_query(c, stmt, params, hstmt, cursor, r);
}

pgcopy_status odbc_execute(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *columns,
                           const pgcopy_batch *params, void **cursor, pgcopy_reply *r)
{
    odbc_conn    *c     = conn;
    pgcopy_buf    sql   = {.allocator = c->allocator};
    SQLHSTMT      hstmt = SQL_NULL_HSTMT;
    odbc_cursor  *made  = NULL;
    pgcopy_status status;

    odbc_enter(c);
    c->stmt = stmt;
    status  = execute(c, stmt, columns, params, &sql, &hstmt, &made, r);
    c->stmt = NULL;
    odbc_drop(&hstmt);
    if (status)
        odbc_settle(c);
    odbc_leave(c);
    pgcopy_buf_free(&sql);
    *cursor = status ? NULL : made;
    return status;
}
