/*
 * odbc/stmt.c - a statement of the client's: as SQL with its $n as ?, prepared, and run.
 *
 *   COPY t (a, b) TO ...   -->  SELECT "a","b" FROM "t"
 *   ... WHERE x = $1       -->  ... WHERE x = ?   -->  SQLPrepare  -->  ? bound  --> SQLExecute
 */
#include "odbc/stmt.h"
#include "odbc/text.h"

#include <string.h>

/* ---- The text ----------------------------------------------------------------------- */

static bool is_date(uint32_t type)
{
    return type == PGCOPY_OID_DATE || type == PGCOPY_OID_TIMESTAMP ||
           type == PGCOPY_OID_TIMESTAMPTZ;
}

static void add_column(odbc_conn *c, const pgcopy_column *col, pgcopy_buf *sql)
{
    bool text = c->dialect->date_open && is_date(col->type);

    odbc_text_add(sql, text ? c->dialect->date_open : "");
    odbc_text_quote(sql, c->dialect, col->name);
    odbc_text_add(sql, text ? c->dialect->date_close : "");
    odbc_text_add(sql, text ? " AS " : "");
    if (text)
        odbc_text_quote(sql, c->dialect, col->name);
}

pgcopy_status odbc_stmt_select(odbc_conn *c, const pgcopy_stmt *stmt,
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
    return odbc_table_name(c, stmt->schema, stmt->table, NULL, sql, r);
}

const char *odbc_stmt_change(const char *sql)
{
    static const char *const words[][2] = {{"insert", "INSERT"},
                                           {"update", "UPDATE"},
                                           {"delete", "DELETE"},
                                           {"replace", "REPLACE"},
                                           {"merge", "MERGE"}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (odbc_text_first_word(sql, words[i][0]))
            return words[i][1];
    return NULL;
}

/* sqliteodbc brings no rows of what it takes for a change, nor looks at it before it is run. */
static bool is_taken_for_change(const pgcopy_stmt *stmt, const char *text)
{
    if (stmt->verb != PGCOPY_VERB_COPY_TO)
        return odbc_text_has(text, "returning") && odbc_stmt_change(text);
    return text[strspn(text, " \t\r\n")] == '(' ||
           !(odbc_text_first_word(text, "select") || odbc_text_first_word(text, "with"));
}

static void add_statement(odbc_conn *c, const pgcopy_stmt *stmt, pgcopy_buf *sql)
{
    const char *text   = stmt->verb == PGCOPY_VERB_COPY_TO ? stmt->query : stmt->sql;
    bool        values = c->dialect->no_values && odbc_text_first_word(text, "values");

    if (c->dialect->kept_by && !values && is_taken_for_change(stmt, text))
        odbc_text_add(sql, c->dialect->kept_by);
    odbc_text_add(sql, values ? "SELECT * FROM (" : "");
    odbc_text_statement(sql, c->dialect, text, stmt);
    odbc_text_add(sql, values ? ") AS pgcopy_values" : "");
}

pgcopy_status odbc_stmt_text(odbc_conn *c, const pgcopy_stmt *stmt,
                             const pgcopy_columns *columns, pgcopy_buf *sql, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    if (stmt->verb == PGCOPY_VERB_COPY_TO && !stmt->query)
        status = odbc_stmt_select(c, stmt, columns, sql, r);
    else
        add_statement(c, stmt, sql);
    return status ? status : odbc_text_end(sql) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* ---- Preparing ---------------------------------------------------------------------- */

pgcopy_status odbc_stmt_prepare(odbc_conn *c, const char *sql, bool whole, SQLHSTMT *stmt,
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

/* A statement without any runs under no forward-only cursor of a lazy
   driver, and the kind of cursor is not to be changed once it is prepared. */
pgcopy_status odbc_stmt_prepare_any(odbc_conn *c, const char *sql, SQLHSTMT *stmt,
                                    SQLSMALLINT *n, pgcopy_reply *r)
{
    pgcopy_status status = odbc_stmt_prepare(c, sql, false, stmt, r);

    *n = 0;
    if (!status && !SQL_SUCCEEDED(SQLNumResultCols(*stmt, n)))
        status = odbc_failed(c, SQL_HANDLE_STMT, *stmt, r);
    if (status || *n > 0 || !c->dialect->lazy)
        return status;
    odbc_drop(stmt);
    return odbc_stmt_prepare(c, sql, true, stmt, r);
}

/* ---- Running ------------------------------------------------------------------------ */

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

pgcopy_status odbc_stmt_run(odbc_conn *c, const pgcopy_stmt *stmt, const pgcopy_batch *params,
                            SQLHSTMT hstmt, pgcopy_reply *r)
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
