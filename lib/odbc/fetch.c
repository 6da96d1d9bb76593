/*
 * odbc/fetch.c - results, in constant memory: one rowset after the other, each row of it put
 * into the batch.
 */
#include "odbc/cursor.h"
#include "odbc/page.h"

#include <string.h>

enum { LENGTH_SIGN = 0x77 };

/* ---- The cursor --------------------------------------------------------------------- */

pgcopy_status odbc_cursor_open(odbc_conn *c, SQLHSTMT *stmt, const pgcopy_columns *cols,
                               odbc_cursor **cursor)
{
    odbc_cursor *cur = odbc_new(c, sizeof *cur);

    if (!cur)
        return PGCOPY_ERR_NOMEM;
    cur->stmt              = *stmt;
    *stmt                  = SQL_NULL_HSTMT;
    cur->ncols             = pgcopy_columns_count(cols);
    cur->scratch.allocator = c->allocator;
    cur->next              = c->cursors;
    c->cursors             = cur;
    *cursor                = cur;
    return odbc_rowset_make(c, cur, cols);
}

void odbc_finish(void *conn, void *cursor)
{
    odbc_conn    *c   = conn;
    odbc_cursor  *cur = cursor;
    odbc_cursor **at  = &c->cursors;

    if (!cur)
        return;
    while (*at != cur)
        at = &(*at)->next;
    *at = cur->next;
    if (cur->more != cur->stmt)
        odbc_drop(&cur->more);
    odbc_drop(&cur->stmt);
    if (cur->own_tx) {
        c->tx = ODBC_TX_NONE;
        odbc_settle(c);
    }
    odbc_free(c, cur->block, cur->block_size);
    odbc_free(c, cur->fields, ODBC_ROWS_AT_ONCE * cur->ncols * sizeof *cur->fields);
    odbc_free(c, cur->outs, cur->ncols * sizeof *cur->outs);
    pgcopy_buf_free(&cur->scratch);
    odbc_free(c, cur, sizeof *cur);
}

/* ---- Rowsets ------------------------------------------------------------------------ */

static SQLRETURN step(odbc_conn *c, odbc_cursor *cur)
{
    SQLRETURN rc;

    if (cur->was_long)
        odbc_rowset_grow(cur);
    cur->at  = 0;
    cur->got = 1; /* for a driver that does not say */
    rc       = odbc_next(c, cur->stmt);
    if (rc == SQL_NO_DATA && cur->more != SQL_NULL_HSTMT &&
        cur->page >= c->dialect->page_rows) {
        cur->got = 1;
        rc       = odbc_page_next(c, cur);
    }
    if (SQL_SUCCEEDED(rc))
        odbc_page_count(cur);
    return rc;
}

/* Drivers keep a row until the next one is asked for: a long one should be gone before ours is
   written out.  What was met is told when its turn comes. */
static void step_ahead(odbc_conn *c, odbc_cursor *cur)
{
    if (!cur->was_long || cur->at < cur->got)
        return;
    cur->rc    = step(c, cur);
    cur->ahead = true;
}

static pgcopy_status next_rowset(odbc_conn *c, odbc_cursor *cur, pgcopy_reply *r)
{
    SQLRETURN rc = cur->ahead ? cur->rc : step(c, cur);

    cur->ahead = false;
    if (rc == SQL_NO_DATA) {
        cur->got  = 0;
        cur->done = true;
        SQLFreeStmt(cur->stmt, SQL_CLOSE); /* and with it the database's snapshot */
        return PGCOPY_OK;
    }
    if (!SQL_SUCCEEDED(rc))
        return odbc_failed(c, SQL_HANDLE_STMT, cur->stmt, r);
    for (SQLULEN i = 0; i < cur->got && rc == SQL_SUCCESS_WITH_INFO; i++)
        if (cur->marks[i] == SQL_ROW_ERROR)
            return odbc_failed(c, SQL_HANDLE_STMT, cur->stmt, r);
    return PGCOPY_OK;
}

pgcopy_status odbc_cursor_over(odbc_cursor *cur)
{
    cur->at   = 0;
    cur->got  = 0;
    cur->done = true;
    return PGCOPY_OK;
}

/* Some 64-bit drivers write lengths of 32 bits: then every NULL would be a value. */
pgcopy_status odbc_cursor_start(odbc_conn *c, odbc_cursor *cur, pgcopy_reply *r)
{
    unsigned char length[sizeof(SQLLEN)];
    pgcopy_status status;

    memset(cur->outs[0].inds, LENGTH_SIGN, sizeof(SQLLEN));
    status = next_rowset(c, cur, r);
    if (status || cur->done || !cur->bound)
        return status;
    memcpy(length, cur->outs[0].inds, sizeof length);
    if (length[0] == LENGTH_SIGN || length[sizeof length - 1] != LENGTH_SIGN)
        return PGCOPY_OK;
    return pgcopy_reply_error(r, "0A000", "the ODBC driver's lengths are not of this system");
}

/* ---- Rows --------------------------------------------------------------------------- */

static pgcopy_status put_row(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch,
                             pgcopy_reply *r)
{
    pgcopy_status status;

    cur->was_long = false;
    status        = odbc_row_put(c, cur, batch, r);
    if (status) {
        pgcopy_batch_drop_row(batch);
        return status;
    }
    cur->at++;
    return pgcopy_batch_end_row(batch);
}

/* What a batch does not know before its first row is how many columns it has. */
static pgcopy_status put(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch, pgcopy_reply *r)
{
    return cur->fields && pgcopy_batch_view(batch)->nrows ? odbc_rows_put(c, cur, batch, r)
                                                          : put_row(c, cur, batch, r);
}

static pgcopy_status fetch(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    while (!status) {
        if ((cur->ahead || cur->at == cur->got) && !cur->done)
            status = next_rowset(c, cur, r);
        if (cur->done)
            return PGCOPY_END;
        if (!status)
            status = put(c, cur, batch, r);
    }
    if (status != PGCOPY_FULL)
        return status;
    step_ahead(c, cur);
    return PGCOPY_OK;
}

pgcopy_status odbc_fetch(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r)
{
    odbc_conn    *c = conn;
    pgcopy_status status;

    if (!cursor)
        return PGCOPY_ERR_USAGE;
    odbc_enter(c);
    status = fetch(c, cursor, batch, r);
    if (status < 0)
        odbc_settle(c);
    odbc_leave(c);
    return status;
}
