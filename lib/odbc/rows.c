/*
 * odbc/rows.c - rows of a rowset, several at a time, from their slots into the batch.
 *
 *   slots of a column: lengths, values  -->  its fields over the block  --> pgcopy_batch_add
 */
#include "odbc/cursor.h"

/* Is any of them longer than its slot? */
static bool list_column(const odbc_cursor *cur, size_t col, size_t n)
{
    const odbc_out *out   = &cur->outs[col];
    const SQLLEN   *ind   = out->inds + cur->at;
    size_t          start = (size_t)((const uint8_t *)out->data - cur->block);
    bool            cut   = false;

    for (size_t i = 0; i < n; i++) {
        pgcopy_field *f = &cur->fields[i * cur->ncols + col];

        cut |= odbc_is_cut(ind[i], out->cap);
        f->start = (uint32_t)(start + (cur->at + i) * out->cap);
        f->len   = ind[i] < 0 ? PGCOPY_NULL : (uint32_t)ind[i];
    }
    return cut;
}

static void write_bits(odbc_cursor *cur, size_t col, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const pgcopy_field *f = &cur->fields[i * cur->ncols + col];

        if (f->len == 1 && cur->block[f->start] <= 1)
            cur->block[f->start] = cur->block[f->start] ? 't' : 'f';
    }
}

static void empty_nuls(const odbc_cursor *cur, size_t n)
{
    for (size_t i = 0; i < n * cur->ncols; i++)
        if (cur->fields[i].len == 1 && cur->block[cur->fields[i].start] == 0)
            cur->fields[i].len = 0;
}

pgcopy_status odbc_rows_put(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch,
                            pgcopy_reply *r)
{
    size_t        room = pgcopy_batch_room(batch), n = cur->got - cur->at;
    bool          cut = false;
    pgcopy_status status;

    n = n < ODBC_ROWS_AT_ONCE ? n : ODBC_ROWS_AT_ONCE;
    n = room && room < n ? room : n;
    for (size_t col = 0; col < cur->ncols; col++) {
        cut |= list_column(cur, col, n);
        if (cur->outs[col].bit)
            write_bits(cur, col, n);
    }
    if (cut)
        return pgcopy_reply_error(r, "22001", "a value is longer than its column says");
    if (c->dialect->nul_is_empty)
        empty_nuls(cur, n);
    status = pgcopy_batch_add(batch, cur->block, cur->block_size, cur->fields, n);
    if (status >= 0)
        cur->at += n;
    return status;
}
