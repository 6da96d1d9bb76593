/*
 * odbc/fetch.c - results, in constant memory.
 *
 *   SQLFetch -> slots (a rowset of short columns, else one row) -> batch
 *                 '-- longer than its slot: SQLGetData, piece by piece, into the batch
 *
 * NULL is a length of -1, and '' one of 0: they stay apart.  No value is ever cut.
 */
#include "odbc/conn.h"

#include <string.h>

enum {
    SLOT_MAX    = 1024, /* bytes of a slot where one row is fetched at a time     */
    SLOT_MIN    = 64,
    SHORT_MAX   = 255, /* characters of a column that goes into a rowset          */
    PIECE       = 4096,
    LENGTH_SIGN = 0x77,
    KEY_CAP     = 32 /* of an integer */
};

struct out {
    char   *data;
    SQLLEN *inds;
    size_t  cap; /* of one value, with a NUL */
    bool    bytes;
};

struct odbc_cursor {
    odbc_cursor  *next;
    SQLHSTMT      stmt;
    size_t        ncols;
    struct out   *outs;
    uint8_t      *block;
    size_t        block_size;
    size_t        rowset;
    SQLUSMALLINT *marks; /* SQL_ROW_...                                         */
    SQLULEN       got;   /* rows of this rowset                                 */
    size_t        at;    /* the next of them                                    */
    bool          bound;
    bool          done;
    bool          was_long; /* the row that was put had a long value                */
    bool          ahead;    /* the next rowset is here, as rc says                  */
    SQLRETURN     rc;
    pgcopy_buf    scratch; /* a long bytea                                      */

    SQLHSTMT more; /* pages: brings the one behind `last`; else none                */
    size_t   key;  /* the column that they are ordered by                           */
    char     last[KEY_CAP];
    SQLLEN   last_len;
    uint32_t page; /* rows of this page so far                                      */
    bool     own_tx;
};

SQLHSTMT odbc_cursor_stmt(const odbc_cursor *cursor)
{
    return cursor->stmt;
}

/* ---- Slots -------------------------------------------------------------------------- */

/* The most characters that a column says it shows; 0: it does not say. */
static size_t shown(SQLHSTMT stmt, size_t col)
{
    SQLLEN size = 0;

    SQLColAttribute(stmt, (SQLUSMALLINT)(col + 1), SQL_DESC_DISPLAY_SIZE, NULL, 0, NULL, &size);
    return size > 0 ? (size_t)size : 0;
}

/* psqlodbc shows 30 characters of a numeric without a precision, which may have 147455. */
static bool is_any_numeric(const pgcopy_column *col)
{
    return col->type == PGCOPY_OID_NUMERIC && col->typmod < 0;
}

/* A rowset only of columns that are all short: in the middle of one there is no going back for
   the rest of a value. */
static bool all_short(const odbc_cursor *cur, const pgcopy_columns *cols)
{
    for (size_t i = 0; i < cur->ncols; i++) {
        size_t size = shown(cur->stmt, i);

        if (size == 0 || size > SHORT_MAX || cur->outs[i].bytes ||
            is_any_numeric(pgcopy_columns_at(cols, i)))
            return false;
    }
    return true;
}

static void choose_slots(const odbc_conn *c, odbc_cursor *cur, const pgcopy_columns *cols)
{
    size_t cap = c->batch_bytes / (cur->ncols * 2);

    cur->rowset =
        c->dialect->fetch_rows > 1 && all_short(cur, cols) ? c->dialect->fetch_rows : 1;
    cur->bound = cur->rowset > 1 || c->gets_bound;
    cap        = cap > SLOT_MAX ? SLOT_MAX : cap < SLOT_MIN ? SLOT_MIN : cap & ~(size_t)15;
    for (size_t i = 0; i < cur->ncols; i++) /* 4 bytes of UTF-8 a character */
        cur->outs[i].cap = cur->rowset > 1 ? (shown(cur->stmt, i) * 4 + 16) & ~(size_t)15 : cap;
}

static size_t block_size(const odbc_cursor *cur)
{
    size_t size = cur->rowset * sizeof *cur->marks;

    for (size_t i = 0; i < cur->ncols; i++)
        size += cur->rowset * (sizeof(SQLLEN) + cur->outs[i].cap);
    return size;
}

/* Lengths, then values, then the marks: each is aligned. */
static void place(odbc_cursor *cur)
{
    uint8_t *p = cur->block;

    for (size_t i = 0; i < cur->ncols; i++) {
        cur->outs[i].inds = (SQLLEN *)(void *)p;
        p += cur->rowset * sizeof(SQLLEN);
        cur->outs[i].data = (char *)p;
        p += cur->rowset * cur->outs[i].cap;
    }
    cur->marks = (SQLUSMALLINT *)(void *)p;
}

static void bind(odbc_cursor *cur)
{
    for (size_t i = 0; cur->bound && i < cur->ncols; i++)
        SQLBindCol(cur->stmt, (SQLUSMALLINT)(i + 1), SQL_C_CHAR, cur->outs[i].data,
                   (SQLLEN)cur->outs[i].cap, cur->outs[i].inds);
    SQLSetStmtAttr(cur->stmt, SQL_ATTR_ROWS_FETCHED_PTR, &cur->got, SQL_IS_POINTER);
    SQLSetStmtAttr(cur->stmt, SQL_ATTR_ROW_STATUS_PTR, cur->marks, SQL_IS_POINTER);
    SQLSetStmtAttr(cur->stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(SQLULEN)cur->rowset,
                   SQL_IS_UINTEGER);
}

static pgcopy_status make_slots(const odbc_conn *c, odbc_cursor *cur,
                                const pgcopy_columns *cols)
{
    cur->outs = odbc_new(c, cur->ncols * sizeof *cur->outs);
    if (!cur->outs)
        return PGCOPY_ERR_NOMEM;
    for (size_t i = 0; i < cur->ncols; i++)
        cur->outs[i].bytes = pgcopy_columns_at(cols, i)->type == PGCOPY_OID_BYTEA;
    choose_slots(c, cur, cols);
    cur->block_size = block_size(cur);
    cur->block      = odbc_new(c, cur->block_size);
    if (!cur->block)
        return PGCOPY_ERR_NOMEM;
    place(cur);
    bind(cur);
    return PGCOPY_OK;
}

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
    return make_slots(c, cur, cols);
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
    odbc_free(c, cur->outs, cur->ncols * sizeof *cur->outs);
    pgcopy_buf_free(&cur->scratch);
    odbc_free(c, cur, sizeof *cur);
}

/* ---- Pages -------------------------------------------------------------------------- */

void odbc_cursor_page(odbc_cursor *cur, SQLHSTMT *next, size_t key, bool own_tx)
{
    cur->own_tx = own_tx;
    cur->key    = key;
    cur->more   = *next;
    *next       = SQL_NULL_HSTMT;
}

/* The key of the last row so far. */
static void count_page(odbc_cursor *cur)
{
    const struct out *out = &cur->outs[cur->key];

    if (cur->more == SQL_NULL_HSTMT || cur->got == 0)
        return;
    cur->page += (uint32_t)cur->got;
    cur->last_len = out->inds[cur->got - 1];
    if (cur->last_len > 0 && cur->last_len < KEY_CAP)
        memcpy(cur->last, out->data + (cur->got - 1) * out->cap, (size_t)cur->last_len);
}

/* The statement of a page gives way to that of the next ones, and keeps this place. */
static SQLRETURN next_page(odbc_conn *c, odbc_cursor *cur)
{
    SQLRETURN rc;

    SQLFreeStmt(cur->stmt, SQL_CLOSE);
    if (cur->more != cur->stmt) {
        SQLFreeHandle(SQL_HANDLE_STMT, cur->stmt);
        cur->stmt = cur->more;
        bind(cur);
        odbc_bind_value(cur->stmt, 1, cur->last, &cur->last_len, false);
    }
    cur->page = 0;
    rc        = odbc_run(c, cur->stmt, NULL);
    return SQL_SUCCEEDED(rc) ? odbc_next(c, cur->stmt) : rc;
}

/* ---- Rowsets ------------------------------------------------------------------------ */

static SQLRETURN step(odbc_conn *c, odbc_cursor *cur)
{
    SQLRETURN rc;

    cur->at  = 0;
    cur->got = 1; /* for a driver that does not say */
    rc       = odbc_next(c, cur->stmt);
    if (rc == SQL_NO_DATA && cur->more != SQL_NULL_HSTMT &&
        cur->page >= c->dialect->page_rows) {
        cur->got = 1;
        rc       = next_page(c, cur);
    }
    if (SQL_SUCCEEDED(rc))
        count_page(cur);
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

/* ---- Values ------------------------------------------------------------------------- */

static bool is_cut(SQLLEN ind, size_t cap)
{
    return ind == SQL_NO_TOTAL || (ind >= 0 && (size_t)ind >= cap);
}

/* What a piece holds: it ends with a NUL, maybe early, at a character. */
static size_t piece_length(const char *piece, SQLLEN ind, size_t cap)
{
    const char *nul;

    if (!is_cut(ind, cap))
        return ind > 0 ? (size_t)ind : 0;
    nul = memchr(piece, '\0', cap);
    return nul ? (size_t)(nul - piece) : cap - 1;
}

static SQLRETURN get_piece(const odbc_cursor *cur, size_t col, void *buf, size_t cap,
                           SQLLEN *ind)
{
    return SQLGetData(cur->stmt, (SQLUSMALLINT)(col + 1), SQL_C_CHAR, buf,
                      cap > PGCOPY_LEN_MAX ? PGCOPY_LEN_MAX : (SQLLEN)cap, ind);
}

/* The whole of a value, or what is left of it, straight into the batch. */
static pgcopy_status put_pieces(odbc_conn *c, odbc_cursor *cur, size_t col, SQLLEN expect,
                                pgcopy_batch *batch, pgcopy_reply *r)
{
    SQLLEN    ind = expect;
    size_t    room, used;
    SQLRETURN rc;

    for (;;) {
        size_t want = ind > 0 ? (size_t)ind + 1 : PIECE;
        char  *buf  = pgcopy_batch_put_buf(batch, want, &room);

        if (!buf)
            return PGCOPY_OK; /* end_row will say why */
        rc = get_piece(cur, col, buf, room, &ind);
        if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
            return odbc_failed(c, SQL_HANDLE_STMT, cur->stmt, r);
        used = rc == SQL_NO_DATA ? 0 : piece_length(buf, ind, room);
        pgcopy_batch_put_ack(batch, used, rc == SQL_NO_DATA || !is_cut(ind, room));
        if (rc == SQL_NO_DATA || !is_cut(ind, room))
            return PGCOPY_OK;
        ind = ind == SQL_NO_TOTAL ? 0 : ind - (SQLLEN)used;
    }
}

/* Drivers show bytes as hex digits, sqliteodbc as X'...'; what begins with \x is text that was
   stored so. */
static void put_bytes(const char *text, size_t len, pgcopy_batch *batch)
{
    size_t room;
    char  *buf;

    if (len >= 3 && (text[0] | 0x20) == 'x' && text[1] == '\'') {
        text += 2;
        len -= 3;
    } else if (len >= 2 && text[0] == '\\') {
        pgcopy_batch_put(batch, text, len);
        return;
    }
    buf = pgcopy_batch_put_buf(batch, len + 2, &room);
    if (!buf)
        return;
    memcpy(buf, "\\x", 2);
    for (size_t i = 0; i < len; i++)
        buf[i + 2] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] | 0x20 : text[i]);
    pgcopy_batch_put_ack(batch, len + 2, true);
}

static pgcopy_status gather(odbc_conn *c, odbc_cursor *cur, size_t col, pgcopy_reply *r)
{
    char      piece[PIECE];
    SQLLEN    ind = 0;
    SQLRETURN rc;

    do {
        rc = get_piece(cur, col, piece, sizeof piece, &ind);
        if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
            return odbc_failed(c, SQL_HANDLE_STMT, cur->stmt, r);
        if (rc != SQL_NO_DATA)
            pgcopy_buf_append(&cur->scratch, piece, piece_length(piece, ind, sizeof piece));
    } while (rc != SQL_NO_DATA && is_cut(ind, sizeof piece));
    return cur->scratch.failed ? PGCOPY_ERR_NOMEM : PGCOPY_OK;
}

/* `first` is what the slot has of it already and SQLGetData will not bring again. */
static pgcopy_status put_long(odbc_conn *c, odbc_cursor *cur, size_t col, pgcopy_slice first,
                              SQLLEN rest, pgcopy_batch *batch, pgcopy_reply *r)
{
    pgcopy_status status;
    size_t        room;
    void         *buf;

    cur->was_long = true;
    if (cur->outs[col].bytes) {
        cur->scratch.len = 0;
        pgcopy_buf_append(&cur->scratch, first.data, first.len);
        status = gather(c, cur, col, r);
        if (!status)
            put_bytes((const char *)cur->scratch.data, cur->scratch.len, batch);
        return status;
    }
    buf = first.len ? pgcopy_batch_put_buf(batch, first.len, &room) : NULL;
    if (buf) {
        memcpy(buf, first.data, first.len);
        pgcopy_batch_put_ack(batch, first.len, false);
    }
    return put_pieces(c, cur, col, rest, batch, r);
}

/* A bound value, of row `row` of the rowset. */
static pgcopy_status put_bound(odbc_conn *c, odbc_cursor *cur, size_t row, size_t col,
                               pgcopy_batch *batch, pgcopy_reply *r)
{
    const struct out *out  = &cur->outs[col];
    const char       *data = out->data + row * out->cap;
    SQLLEN            ind  = out->inds[row];

    if (is_cut(ind, out->cap)) {
        if (cur->rowset > 1)
            return pgcopy_reply_error(r, "22001", "a value is longer than its column says");
        return put_long(c, cur, col, (pgcopy_slice){NULL, 0}, ind, batch, r);
    }
    if (ind < 0)
        pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    else if (out->bytes)
        put_bytes(data, (size_t)ind, batch);
    else if (c->dialect->nul_is_empty && ind == 1 && !*data)
        pgcopy_batch_put(batch, "", 0);
    else
        pgcopy_batch_put(batch, data, (size_t)ind);
    return PGCOPY_OK;
}

/* One that is not bound: its slot takes the first piece, which tells if it is NULL. */
static pgcopy_status put_unbound(odbc_conn *c, odbc_cursor *cur, size_t col,
                                 pgcopy_batch *batch, pgcopy_reply *r)
{
    struct out  *out = &cur->outs[col];
    SQLLEN      *ind = out->inds;
    pgcopy_slice first;

    if (!SQL_SUCCEEDED(get_piece(cur, col, out->data, out->cap, ind)))
        return odbc_failed(c, SQL_HANDLE_STMT, cur->stmt, r);
    if (!is_cut(*ind, out->cap))
        return put_bound(c, cur, 0, col, batch, r);
    first.data = (const uint8_t *)out->data;
    first.len  = piece_length(out->data, *ind, out->cap);
    return put_long(c, cur, col, first, *ind == SQL_NO_TOTAL ? 0 : *ind - (SQLLEN)first.len,
                    batch, r);
}

static pgcopy_status put_row(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch,
                             pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    cur->was_long = false;
    for (size_t i = 0; !status && i < cur->ncols; i++)
        status = cur->bound ? put_bound(c, cur, cur->at, i, batch, r)
                            : put_unbound(c, cur, i, batch, r);
    if (status) {
        pgcopy_batch_drop_row(batch);
        return status;
    }
    cur->at++;
    return pgcopy_batch_end_row(batch);
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
            status = put_row(c, cur, batch, r);
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
