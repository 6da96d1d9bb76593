/*
 * sqlite/fetch.c - results, a row at a time from SQLite's page into the batch.
 *
 *   INTEGER  its digits       FLOAT  17 digits, or 15       TEXT  as it lies       BLOB  \x00ff
 */
#include "sqlite/conn.h"

#include <stdio.h>
#include <string.h>

enum { INT_MAX_TEXT = 20, FLOAT_MAX_TEXT = 32 };

struct lite_cursor {
    lite_cursor  *next;
    sqlite3_stmt *stmt;
    size_t        ncols;
    bool         *exact; /* by column: 17 digits, the types make the shortest of them */
    bool          row;   /* the statement is at one that was not put yet              */
};

static bool is_exact(const pgcopy_columns *cols, size_t i)
{
    return pgcopy_columns_at(cols, i)->type == PGCOPY_OID_FLOAT8;
}

lite_cursor *lite_cursor_new(lite_conn *c, sqlite3_stmt *stmt, int rc,
                             const pgcopy_columns *cols)
{
    size_t       ncols = pgcopy_columns_count(cols);
    lite_cursor *cur   = lite_new(c, sizeof *cur);
    bool        *exact = cur ? lite_new(c, ncols * sizeof *exact) : NULL;

    if (!exact) {
        lite_free(c, cur, sizeof *cur);
        sqlite3_finalize(stmt);
        return NULL;
    }
    for (size_t i = 0; i < ncols; i++)
        exact[i] = is_exact(cols, i);
    *cur       = (lite_cursor){c->cursors, stmt, ncols, exact, rc == SQLITE_ROW};
    c->cursors = cur;
    if (!cur->row)
        sqlite3_reset(stmt); /* and with it the snapshot goes */
    return cur;
}

void lite_finish(void *conn, void *cursor)
{
    lite_conn    *c   = conn;
    lite_cursor  *cur = cursor;
    lite_cursor **at  = &c->cursors;

    if (!cur)
        return;
    while (*at != cur)
        at = &(*at)->next;
    *at = cur->next;
    sqlite3_finalize(cur->stmt);
    lite_free(c, cur->exact, cur->ncols * sizeof *cur->exact);
    lite_free(c, cur, sizeof *cur);
}

/* ---- Values ------------------------------------------------------------------------- */

/* In SQLite's stead, which would make a text of its own first. */
static void put_integer(pgcopy_batch *batch, sqlite3_int64 value)
{
    char     text[INT_MAX_TEXT], *p = text + sizeof text;
    uint64_t n = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        *--p = (char)('0' + n % 10);
    while (n /= 10);
    if (value < 0)
        *--p = '-';
    pgcopy_batch_put(batch, p, (size_t)(text + sizeof text - p));
}

/* Whatever the locale's point is. */
static void put_float(pgcopy_batch *batch, double value)
{
    char  text[FLOAT_MAX_TEXT];
    int   len   = snprintf(text, sizeof text, "%.17g", value);
    char *comma = strchr(text, ',');

    if (comma)
        *comma = '.';
    pgcopy_batch_put(batch, text, (size_t)len);
}

/* SQLITE_NOMEM shows as a NULL where none is: false. */
static bool put_blob(pgcopy_batch *batch, sqlite3_stmt *stmt, int col)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t    *bytes    = sqlite3_column_blob(stmt, col);
    size_t            len      = (size_t)sqlite3_column_bytes(stmt, col), room;
    char             *out      = pgcopy_batch_put_buf(batch, 2 + 2 * len, &room);

    if (!out || (!bytes && len))
        return !out; /* end_row will say why */
    *out++ = '\\';
    *out++ = 'x';
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    pgcopy_batch_put_ack(batch, 2 + 2 * len, true);
    return true;
}

static bool put_text(pgcopy_batch *batch, sqlite3_stmt *stmt, int col)
{
    const unsigned char *text = sqlite3_column_text(stmt, col);

    if (!text)
        return false;
    pgcopy_batch_put(batch, text, (size_t)sqlite3_column_bytes(stmt, col));
    return true;
}

static bool put_value(const lite_cursor *cur, size_t i, pgcopy_batch *batch)
{
    int           col  = (int)i;
    sqlite3_stmt *stmt = cur->stmt;

    switch (sqlite3_column_type(stmt, col)) {
    case SQLITE_NULL:
        pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
        return true;
    case SQLITE_INTEGER:
        put_integer(batch, sqlite3_column_int64(stmt, col));
        return true;
    case SQLITE_FLOAT:
        if (!cur->exact[i])
            return put_text(batch, stmt, col);
        put_float(batch, sqlite3_column_double(stmt, col));
        return true;
    case SQLITE_BLOB:
        return put_blob(batch, stmt, col);
    default:
        return put_text(batch, stmt, col);
    }
}

static pgcopy_status put_row(const lite_cursor *cur, pgcopy_batch *batch)
{
    for (size_t i = 0; i < cur->ncols; i++)
        if (!put_value(cur, i, batch)) {
            pgcopy_batch_drop_row(batch);
            return PGCOPY_ERR_NOMEM;
        }
    return pgcopy_batch_end_row(batch);
}

/* ---- Rows --------------------------------------------------------------------------- */

/* A row that was put is left before the next one is asked for: the last call can then say
   END, and the snapshot goes at once. */
static pgcopy_status fetch(lite_conn *c, lite_cursor *cur, pgcopy_batch *batch, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;
    int           rc;

    while (cur->row && !status) {
        status = put_row(cur, batch);
        if (status < 0)
            return status;
        rc       = sqlite3_step(cur->stmt);
        cur->row = rc == SQLITE_ROW;
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return lite_failed(c, rc, r);
    }
    if (cur->row)
        return PGCOPY_OK;
    sqlite3_reset(cur->stmt);
    return PGCOPY_END;
}

pgcopy_status lite_fetch(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r)
{
    lite_conn    *c = conn;
    pgcopy_status status;

    if (!cursor)
        return PGCOPY_ERR_USAGE;
    lite_enter(c);
    status = fetch(c, cursor, batch, r);
    lite_leave(c);
    return status;
}
