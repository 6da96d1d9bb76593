/*
 * odbc/query.c - statements: SQL with its $n as ?, what it will bring, and running it.
 */
#include "odbc/conn.h"
#include "odbc/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_CAP = 260 };

/* ---- The text ----------------------------------------------------------------------- */

static bool first_word(const char *sql, const char *word)
{
    while (isspace((unsigned char)*sql) || *sql == '(')
        sql++;
    for (; *word; sql++, word++)
        if (tolower((unsigned char)*sql) != *word)
            return false;
    return !isalnum((unsigned char)*sql) && *sql != '_';
}

static bool is_date(uint32_t type)
{
    return type == PGCOPY_OID_DATE || type == PGCOPY_OID_TIMESTAMP ||
           type == PGCOPY_OID_TIMESTAMPTZ;
}

static void add_column(odbc_conn *c, const pgcopy_column *col, pgcopy_buf *sql)
{
    bool text = c->dialect->text_dates && is_date(col->type);

    odbc_text_add(sql, text ? "CAST(" : "");
    odbc_text_quote(sql, c->dialect, col->name);
    odbc_text_add(sql, text ? " AS text) AS " : "");
    if (text)
        odbc_text_quote(sql, c->dialect, col->name);
}

static pgcopy_status add_select(odbc_conn *c, const pgcopy_stmt *stmt,
                                const pgcopy_columns *columns, pgcopy_buf *sql, pgcopy_reply *r)
{
    const pgcopy_columns *cols = columns ? columns : stmt->columns;
    const pgcopy_column  *col;

    odbc_text_add(sql, "SELECT ");
    for (size_t i = 0; cols && (col = pgcopy_columns_at(cols, i)); i++) {
        odbc_text_add(sql, i ? "," : "");
        add_column(c, col, sql);
    }
    odbc_text_add(sql, cols ? " FROM " : "* FROM ");
    return odbc_table_name(c, stmt->schema, stmt->table, sql, r);
}

/* sqliteodbc brings no rows of a bare VALUES. */
static void add_statement(odbc_conn *c, const pgcopy_stmt *stmt, pgcopy_buf *sql)
{
    const char *text   = stmt->verb == PGCOPY_VERB_COPY_TO ? stmt->query : stmt->sql;
    bool        values = c->dialect->lazy && first_word(text, "values");

    odbc_text_add(sql, values ? "SELECT * FROM (" : "");
    odbc_text_statement(sql, c->dialect, text, stmt);
    odbc_text_add(sql, values ? ")" : "");
}

static pgcopy_status statement_text(odbc_conn *c, const pgcopy_stmt *stmt,
                                    const pgcopy_columns *columns, pgcopy_buf *sql,
                                    pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    if (stmt->verb == PGCOPY_VERB_COPY_TO && !stmt->query)
        status = add_select(c, stmt, columns, sql, r);
    else
        add_statement(c, stmt, sql);
    return status ? status : odbc_text_end(sql) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* ---- Preparing ---------------------------------------------------------------------- */

static pgcopy_status prepare(odbc_conn *c, const char *sql, bool whole, SQLHSTMT *stmt,
                             pgcopy_reply *r)
{
    pgcopy_status status = odbc_statement(c, stmt, r);

    if (status)
        return status;
    if (whole)
        SQLSetStmtAttr(*stmt, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)SQL_CURSOR_STATIC,
                       SQL_IS_UINTEGER);
    if (!SQL_SUCCEEDED(SQLPrepare(*stmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS)))
        status = odbc_failed(c, SQL_HANDLE_STMT, *stmt, r);
    return status;
}

/* *n: of its columns.  A statement without any runs under no forward-only cursor of a lazy
   driver, and the kind of cursor is not to be changed once it is prepared. */
static pgcopy_status prepare_any(odbc_conn *c, const char *sql, SQLHSTMT *stmt, SQLSMALLINT *n,
                                 pgcopy_reply *r)
{
    pgcopy_status status = prepare(c, sql, false, stmt, r);

    *n = 0;
    if (!status && !SQL_SUCCEEDED(SQLNumResultCols(*stmt, n)))
        status = odbc_failed(c, SQL_HANDLE_STMT, *stmt, r);
    if (status || *n > 0 || !c->dialect->lazy)
        return status;
    odbc_drop(stmt);
    return prepare(c, sql, true, stmt, r);
}

/* ---- Parameters --------------------------------------------------------------------- */

/* A place is a ? of its own, also where two are the same $n.  params NULL: all are NULL. */
static pgcopy_status bind_places(const pgcopy_stmt *stmt, const pgcopy_batch *params,
                                 SQLHSTMT hstmt, SQLLEN *inds, pgcopy_reply *r)
{
    size_t n = params ? pgcopy_batch_view(params)->ncols : 0;

    for (uint32_t i = 0; i < stmt->nplaces; i++) {
        uint32_t     number = stmt->places[i].number;
        pgcopy_slice value  = {NULL, 0};

        if (params && (number == 0 || number > n))
            return pgcopy_reply_error(r, "42P02", "there is no parameter $%lu",
                                      (unsigned long)number);
        if (params)
            value = pgcopy_batch_value(params, 0, number - 1);
        inds[i] = value.data ? (SQLLEN)value.len : SQL_NULL_DATA;
        if (!SQL_SUCCEEDED(
                odbc_bind_value(hstmt, (SQLUSMALLINT)(i + 1), value.data, &inds[i], false)))
            return pgcopy_reply_error(r, "0A000", "a parameter could not be bound");
    }
    return PGCOPY_OK;
}

/* Runs a prepared statement, its parameters bound for as long as that takes.  END: it met no
   row, and then some drivers (UPDATE ... RETURNING by psqlodbc) have nothing to fetch from. */
static pgcopy_status run_bound(odbc_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_batch *params, SQLHSTMT hstmt, pgcopy_reply *r)
{
    size_t        size   = (stmt->nplaces ? stmt->nplaces : 1) * sizeof(SQLLEN);
    SQLLEN       *inds   = odbc_new(c, size);
    pgcopy_status status = inds ? bind_places(stmt, params, hstmt, inds, r) : PGCOPY_ERR_NOMEM;
    SQLRETURN     rc;

    if (!status) {
        rc = odbc_run(c, hstmt, NULL);
        if (rc == SQL_NO_DATA)
            status = PGCOPY_END;
        else if (!SQL_SUCCEEDED(rc))
            status = odbc_failed(c, SQL_HANDLE_STMT, hstmt, r);
    }
    if (stmt->nplaces)
        SQLFreeStmt(hstmt, SQL_RESET_PARAMS);
    odbc_free(c, inds, size);
    return status;
}

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
    if (!c->dialect->lazy || !first_word(sql, "select"))
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
    pgcopy_status status = prepare(c, sql, true, &probe, r);

    SQLSetStmtAttr(probe, SQL_ATTR_MAX_ROWS, (SQLPOINTER)1, SQL_IS_UINTEGER);
    if (!status)
        status = run_bound(c, stmt, params, probe, r);
    if (status >= 0)
        status = result_columns(c, probe, n, cols);
    odbc_drop(&probe);
    return status;
}

/* COPY TO in text needs no types, and its query may be a long one: it is not run twice. */
static pgcopy_status reply_columns(odbc_conn *c, const pgcopy_stmt *stmt,
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

/* Those of a table are known better than a driver tells them of a result. */
static pgcopy_status table_columns(const pgcopy_columns *columns, pgcopy_reply *r)
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

static bool is_table(const pgcopy_stmt *stmt, const pgcopy_columns *columns, SQLSMALLINT n)
{
    return stmt->verb == PGCOPY_VERB_COPY_TO && !stmt->query && columns &&
           pgcopy_columns_count(columns) == (size_t)n;
}

/* ---- describe ----------------------------------------------------------------------- */

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
    pgcopy_status   status = statement_text(c, stmt, NULL, sql, r);

    if (!status)
        status = prepare_any(c, (const char *)sql->data, hstmt, &n, r);
    for (uint32_t n = 1; !status && n <= stmt->nparams; n++)
        if (!parameters ||
            !pgcopy_columns_add(parameters, "", parameter_type(c, stmt, *hstmt, n)))
            status = PGCOPY_ERR_NOMEM;
    if (!status && n > 0)
        status = reply_columns(c, stmt, NULL, (const char *)sql->data, *hstmt, n, r);
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

/* ---- execute ------------------------------------------------------------------------ */

static pgcopy_status read_only(const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    const char *tag = stmt->tag ? stmt->tag : "statement";
    size_t      len = strlen(tag);

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

/* As far as its tag says. */
static bool reads(const pgcopy_stmt *stmt)
{
    return stmt->verb == PGCOPY_VERB_COPY_TO || !counts(stmt) ||
           strncmp(stmt->tag, "SELECT", 6) == 0;
}

/* Connector/ODBC takes the semicolons in a body for several results, and crashes on the second.
 */
static bool has_one_result(const pgcopy_stmt *stmt)
{
    return stmt->tag && strncmp(stmt->tag, "CREATE", 6) == 0;
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
        if (first_word(sql, words[i]))
            return !first_word(sql + strcspn(sql, " \t\r\n"), "temporary");
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
        status = run_bound(c, stmt, params, hstmt, r);
    if (status >= 0 && c->tx == ODBC_TX_READ)
        c->tx = ODBC_TX_WRITE;
    if (status >= 0)
        status = drain(c, stmt, hstmt, r);
    if (status >= 0)
        warn_of_commit(c, stmt, r);
    return tell_loss(c, status, r);
}

static pgcopy_status run_query(odbc_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_batch *params, SQLHSTMT *hstmt,
                               odbc_cursor **cursor, pgcopy_reply *r)
{
    pgcopy_status status = odbc_cursor_open(c, hstmt, pgcopy_reply_columns(r), cursor);

    if (!status)
        status = run_bound(c, stmt, params, odbc_cursor_stmt(*cursor), r);
    if (status == PGCOPY_END)
        status = odbc_cursor_over(*cursor);
    else if (!status)
        status = odbc_cursor_start(c, *cursor, r);
    if (status && *cursor)
        odbc_finish(c, *cursor);
    return reads(stmt) ? status : tell_loss(c, status, r);
}

/* ---- COPY table TO, by ranges of its primary key ------------------------------------ */

/* Where a driver would hold all of a table.  The pages are one result only in one snapshot. */
static bool may_page(odbc_conn *c, const pgcopy_stmt *stmt, const pgcopy_columns *columns)
{
    return c->dialect->page_rows && c->gets_bound && stmt->verb == PGCOPY_VERB_COPY_TO &&
           !stmt->query && columns && odbc_one_snapshot(c);
}

static bool is_integer(uint32_t type)
{
    return type == PGCOPY_OID_INT2 || type == PGCOPY_OID_INT4 || type == PGCOPY_OID_INT8;
}

/* Which of the columns alone is the key; NULL: none of them. */
static pgcopy_status find_key(odbc_conn *c, const pgcopy_stmt *stmt,
                              const pgcopy_columns *columns, const pgcopy_column **key,
                              size_t *at, pgcopy_reply *r)
{
    char          name[ODBC_NAME_CAP];
    pgcopy_status status = odbc_table_key(c, stmt->schema, stmt->table, name, r);

    *at = 0;
    do
        *key = status ? NULL : pgcopy_columns_at(columns, *at);
    while (*key && strcmp((*key)->name, name) != 0 && ++*at);
    if (*key && !is_integer((*key)->type))
        *key = NULL;
    return status;
}

static pgcopy_status prepare_page(odbc_conn *c, const pgcopy_stmt *stmt,
                                  const pgcopy_columns *columns, const char *key, bool first,
                                  SQLHSTMT *hstmt, pgcopy_reply *r)
{
    pgcopy_buf    sql    = {.allocator = c->allocator};
    pgcopy_status status = add_select(c, stmt, columns, &sql, r);
    char          limit[32];

    if (!first) {
        odbc_text_add(&sql, " WHERE ");
        odbc_text_quote(&sql, c->dialect, key);
        odbc_text_add(&sql, " > ?");
    }
    odbc_text_add(&sql, " ORDER BY ");
    odbc_text_quote(&sql, c->dialect, key);
    snprintf(limit, sizeof limit, " LIMIT %lu", (unsigned long)c->dialect->page_rows);
    odbc_text_add(&sql, limit);
    if (!status)
        status = odbc_text_end(&sql) ? prepare(c, (const char *)sql.data, false, hstmt, r)
                                     : PGCOPY_ERR_NOMEM;
    pgcopy_buf_free(&sql);
    return status;
}

static pgcopy_status run_pages(odbc_conn *c, const pgcopy_stmt *stmt, SQLHSTMT *hstmt,
                               SQLHSTMT *more, size_t key, odbc_cursor **cursor,
                               pgcopy_reply *r)
{
    bool          own    = c->tx == ODBC_TX_NONE;
    pgcopy_status status = own ? odbc_begin(c, false, r) : odbc_touch(c, false, r);

    if (!status)
        status = odbc_cursor_open(c, hstmt, pgcopy_reply_columns(r), cursor);
    if (*cursor)
        odbc_cursor_page(*cursor, more, key, own);
    if (!status)
        status = run_bound(c, stmt, NULL, odbc_cursor_stmt(*cursor), r);
    if (!status)
        status = odbc_cursor_start(c, *cursor, r);
    if (status && *cursor)
        odbc_finish(c, *cursor);
    else if (status && own)
        (void)odbc_end(c, false, r);
    return status;
}

/* *paged false: it is to be read whole. */
static pgcopy_status execute_pages(odbc_conn *c, const pgcopy_stmt *stmt,
                                   const pgcopy_columns *columns, odbc_cursor **cursor,
                                   bool *paged, pgcopy_reply *r)
{
    SQLHSTMT             first = SQL_NULL_HSTMT, more = SQL_NULL_HSTMT;
    const pgcopy_column *key;
    size_t               at;
    pgcopy_status        status = find_key(c, stmt, columns, &key, &at, r);

    *paged = status || key;
    if (!*paged)
        return PGCOPY_OK;
    if (!status)
        status = prepare_page(c, stmt, columns, key->name, true, &first, r);
    if (!status)
        status = prepare_page(c, stmt, columns, key->name, false, &more, r);
    if (!status)
        status = table_columns(columns, r);
    if (!status)
        status = run_pages(c, stmt, &first, &more, at, cursor, r);
    odbc_drop(&first);
    odbc_drop(&more);
    return status;
}

/* ---- Any ---------------------------------------------------------------------------- */

static pgcopy_status execute(odbc_conn *c, const pgcopy_stmt *stmt,
                             const pgcopy_columns *columns, const pgcopy_batch *params,
                             pgcopy_buf *sql, SQLHSTMT *hstmt, odbc_cursor **cursor,
                             pgcopy_reply *r)
{
    SQLSMALLINT   n;
    bool          paged = may_page(c, stmt, columns);
    pgcopy_status status =
        paged ? execute_pages(c, stmt, columns, cursor, &paged, r) : PGCOPY_OK;

    if (paged)
        return status;
    status = statement_text(c, stmt, columns, sql, r);
    if (status)
        return status;
    if (stmt->nplaces && !params)
        return pgcopy_reply_error(r, "42P02", "there is no parameter $%lu",
                                  (unsigned long)stmt->places[0].number);
    status = prepare_any(c, (const char *)sql->data, hstmt, &n, r);
    if (status)
        return status;
    if (n == 0)
        return run_change(c, stmt, params, *hstmt, r);
    status = odbc_touch(c, false, r);
    if (!status)
        status = is_table(stmt, columns, n)
                     ? table_columns(columns, r)
                     : reply_columns(c, stmt, params, (const char *)sql->data, *hstmt, n, r);
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
