/*
 * odbc/page.c - COPY table TO, by ranges of its primary key, where a driver would hold all of a
 * table.
 *
 *   execute   SELECT ... ORDER BY key LIMIT n                      the first page
 *   step      SELECT ... WHERE key > last ORDER BY key LIMIT n     each one behind it
 *                                    '-- of the last row that was fetched
 *
 * All of them in one snapshot: what is between two pages is not lost, and comes once.
 */
#include "odbc/page.h"
#include "odbc/describe.h"
#include "odbc/stmt.h"
#include "odbc/text.h"

#include <stdio.h>
#include <string.h>

/* ---- The first ---------------------------------------------------------------------- */

bool odbc_page_may(odbc_conn *c, const pgcopy_stmt *stmt, const pgcopy_columns *columns)
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
    pgcopy_status status = odbc_stmt_select(c, stmt, columns, &sql, r);
    char          limit[32];

    if (!first) {
        odbc_text_add(&sql, " WHERE ");
        odbc_text_quote(&sql, c->dialect, key);
        odbc_text_add(&sql, " > CAST(? AS SIGNED)"); /* texts would be compared as decimals */
    }
    odbc_text_add(&sql, " ORDER BY ");
    odbc_text_quote(&sql, c->dialect, key);
    snprintf(limit, sizeof limit, " LIMIT %lu", (unsigned long)c->dialect->page_rows);
    odbc_text_add(&sql, limit);
    if (!status)
        status = odbc_text_end(&sql)
                     ? odbc_stmt_prepare(c, (const char *)sql.data, false, hstmt, r)
                     : PGCOPY_ERR_NOMEM;
    pgcopy_buf_free(&sql);
    return status;
}

/* own_tx: the cursor ends the transaction that holds the snapshot.  Takes the statement. */
static void add_pages(odbc_cursor *cur, SQLHSTMT *next, size_t key, bool own_tx)
{
    cur->own_tx = own_tx;
    cur->key    = key;
    cur->more   = *next;
    *next       = SQL_NULL_HSTMT;
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
        add_pages(*cursor, more, key, own);
    if (!status)
        status = odbc_stmt_run(c, stmt, NULL, (*cursor)->stmt, r);
    if (!status)
        status = odbc_cursor_start(c, *cursor, r);
    if (status && *cursor)
        odbc_finish(c, *cursor);
    else if (status && own)
        (void)odbc_end(c, false, r);
    return status;
}

pgcopy_status odbc_page_execute(odbc_conn *c, const pgcopy_stmt *stmt,
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
        status = odbc_describe_table(columns, r);
    if (!status)
        status = run_pages(c, stmt, &first, &more, at, cursor, r);
    odbc_drop(&first);
    odbc_drop(&more);
    return status;
}

/* ---- The next ----------------------------------------------------------------------- */

void odbc_page_count(odbc_cursor *cur)
{
    const odbc_out *out = &cur->outs[cur->key];

    if (cur->more == SQL_NULL_HSTMT || cur->got == 0)
        return;
    cur->page += (uint32_t)cur->got;
    cur->last_len = out->inds[cur->got - 1];
    if (cur->last_len > 0 && cur->last_len < ODBC_KEY_CAP)
        memcpy(cur->last, out->data + (cur->got - 1) * out->cap, (size_t)cur->last_len);
}

/* The statement of a page gives way to that of the next ones, and keeps this place. */
SQLRETURN odbc_page_next(odbc_conn *c, odbc_cursor *cur)
{
    SQLRETURN rc;

    SQLFreeStmt(cur->stmt, SQL_CLOSE);
    if (cur->more != cur->stmt) {
        SQLFreeHandle(SQL_HANDLE_STMT, cur->stmt);
        cur->stmt = cur->more;
        odbc_rowset_bind(cur);
        odbc_bind_value(cur->stmt, 1, cur->last, &cur->last_len, false);
    }
    cur->page = 0;
    rc        = odbc_run(c, cur->stmt, NULL);
    return SQL_SUCCEEDED(rc) ? odbc_next(c, cur->stmt) : rc;
}
