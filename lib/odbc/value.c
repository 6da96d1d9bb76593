/*
 * odbc/value.c - one value of a result, from its slot into the batch.
 *
 *   slot -- shorter than it --> batch
 *     '---- longer: SQLGetData, piece by piece, into the batch; of bytes into scratch first
 *
 * NULL is a length of -1, and '' one of 0: they stay apart.  No value is ever cut.
 */
#include "odbc/cursor.h"

#include <string.h>

enum { PIECE = 4096 };

/* What a piece holds: it ends with a NUL, maybe early, at a character. */
static size_t piece_length(const char *piece, SQLLEN ind, size_t cap)
{
    const char *nul;

    if (!odbc_is_cut(ind, cap))
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
        pgcopy_batch_put_ack(batch, used, rc == SQL_NO_DATA || !odbc_is_cut(ind, room));
        if (rc == SQL_NO_DATA || !odbc_is_cut(ind, room))
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
    } while (rc != SQL_NO_DATA && odbc_is_cut(ind, sizeof piece));
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
    odbc_out   *out  = &cur->outs[col];
    const char *data = out->data + row * out->cap;
    SQLLEN      ind  = out->inds[row];

    if (odbc_is_cut(ind, out->cap)) {
        if (cur->rowset > 1)
            return pgcopy_reply_error(r, "22001", "a value is longer than its column says");
        out->want =
            ind < 0 || ind > PGCOPY_LEN_MAX ? SIZE_MAX / 2 : (size_t)ind + (size_t)ind / 4;
        return put_long(c, cur, col, (pgcopy_slice){NULL, 0}, ind, batch, r);
    }
    if (ind < 0)
        pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    else if (out->bytes)
        put_bytes(data, (size_t)ind, batch);
    else if (out->bit && ind == 1 && (uint8_t)*data <= 1)
        pgcopy_batch_put(batch, *data ? "t" : "f", 1);
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
    odbc_out    *out = &cur->outs[col];
    SQLLEN      *ind = out->inds;
    pgcopy_slice first;

    if (!SQL_SUCCEEDED(get_piece(cur, col, out->data, out->cap, ind)))
        return odbc_failed(c, SQL_HANDLE_STMT, cur->stmt, r);
    if (!odbc_is_cut(*ind, out->cap))
        return put_bound(c, cur, 0, col, batch, r);
    first.data = (const uint8_t *)out->data;
    first.len  = piece_length(out->data, *ind, out->cap);
    return put_long(c, cur, col, first, *ind == SQL_NO_TOTAL ? 0 : *ind - (SQLLEN)first.len,
                    batch, r);
}

/* Short texts are most of what there is; a length below zero is above every slot's. */
static pgcopy_status put_bound_row(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch,
                                   pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    for (size_t i = 0; !status && i < cur->ncols; i++) {
        const odbc_out *out = &cur->outs[i];
        size_t          len = (size_t)out->inds[cur->at];

        if (len < out->cap && len > 1 && !out->bytes)
            pgcopy_batch_put(batch, out->data + cur->at * out->cap, len);
        else
            status = put_bound(c, cur, cur->at, i, batch, r);
    }
    return status;
}

pgcopy_status odbc_row_put(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    if (cur->bound)
        return put_bound_row(c, cur, batch, r);
    for (size_t i = 0; !status && i < cur->ncols; i++)
        status = put_unbound(c, cur, i, batch, r);
    return status;
}
