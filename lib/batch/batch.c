/* batch/batch.c - reading rows: one value, a row's text, a column laid out for binding. */
#include "batch/block.h"

#include <string.h>

const pgcopy_view *pgcopy_batch_view(const pgcopy_batch *batch)
{
    return &batch->view;
}

pgcopy_slice pgcopy_batch_value(const pgcopy_batch *batch, size_t row, size_t col)
{
    const pgcopy_view  *v = &batch->view;
    const pgcopy_field *f;

    if (row >= v->nrows || col >= v->ncols)
        return (pgcopy_slice){NULL, 0};
    f = &v->fields[row * v->ncols + col];
    if (f->len > PGCOPY_LEN_MAX)
        return (pgcopy_slice){NULL, 0};
    return (pgcopy_slice){v->bytes + f->start, f->len};
}

/* A row whose text was not saved has no line end inside, so the first one ends it. */
static pgcopy_slice raw_in_place(const pgcopy_view *v, uint32_t start)
{
    const uint8_t *text = v->bytes + start;
    size_t         len  = 0;

    while (start + len < v->nbytes && text[len] != '\n' && text[len] != '\r')
        len++;
    return (pgcopy_slice){text, len};
}

pgcopy_slice pgcopy_batch_raw(const pgcopy_batch *batch, size_t row)
{
    const pgcopy_view *v = &batch->view;
    uint32_t           raw;

    if (row >= v->nrows || !v->rows)
        return (pgcopy_slice){NULL, 0};
    raw = v->rows[row].raw;
    if (!(raw & BATCH_RAW_SAVED))
        return raw_in_place(v, raw);
    raw &= ~BATCH_RAW_SAVED;
    return (pgcopy_slice){batch->saved + raw + 1, batch->saved[raw]};
}

size_t pgcopy_batch_widest(const pgcopy_batch *batch, size_t col, size_t first, size_t n)
{
    const pgcopy_view *v      = &batch->view;
    uint32_t           widest = 0;

    for (size_t row = first; col < v->ncols && row < v->nrows && row - first < n; row++) {
        uint32_t len = v->fields[row * v->ncols + col].len;
        if (len <= PGCOPY_LEN_MAX && len > widest)
            widest = len;
    }
    return widest;
}

/* ---- A column laid out -------------------------------------------------------------- */

/* Markers are above all lengths: two more make them the least. */
static size_t widest_field(const pgcopy_field *f, size_t n, size_t ncols)
{
    uint32_t widest = 2;

    for (size_t i = 0; i < n; i++) {
        uint32_t len = f[i * ncols].len + 2;
        widest       = len > widest ? len : widest;
    }
    return widest - 2;
}

/* Value by value. */
static pgcopy_status pack_exactly(const pgcopy_view *v, const pgcopy_field *f, size_t n,
                                  uint8_t *dst, size_t stride, ptrdiff_t *indicator)
{
    pgcopy_status rc = PGCOPY_OK;

    for (size_t i = 0; i < n; i++) {
        pgcopy_field value = f[i * v->ncols];
        indicator[i]       = (int32_t)value.len;
        if (value.len <= stride)
            memcpy(dst + i * stride, v->bytes + value.start, value.len);
        else if (value.len <= PGCOPY_LEN_MAX)
            rc = PGCOPY_FULL;
    }
    return rc;
}

/* None is longer than its place.  So many bytes are copied, whatever the length; what is too
   much of them is overwritten by the next value. */
static inline void pack_widely(const pgcopy_view *v, const pgcopy_field *f, size_t n,
                               uint8_t *dst, size_t stride, ptrdiff_t *indicator, size_t width)
{
    for (size_t i = 0; i < n; i++) {
        pgcopy_field value = f[i * v->ncols];
        indicator[i]       = (int32_t)value.len;
        memcpy(dst + i * stride, v->bytes + value.start, width);
    }
}

/* How many rows were packed: not the last ones, or behind dst would be written. */
static size_t pack_most(const pgcopy_view *v, const pgcopy_field *f, size_t n, uint8_t *dst,
                        size_t stride, ptrdiff_t *indicator)
{
    size_t width = stride <= 16 ? 16 : stride <= 32 ? 32 : 64;
    size_t last  = stride ? (width + stride - 1) / stride - 1 : n;

    if (stride > 64 || n <= last || widest_field(f, n, v->ncols) > stride)
        return 0;
    n -= last;
    if (width == 16)
        pack_widely(v, f, n, dst, stride, indicator, 16);
    else if (width == 32)
        pack_widely(v, f, n, dst, stride, indicator, 32);
    else
        pack_widely(v, f, n, dst, stride, indicator, 64);
    return n;
}

pgcopy_status pgcopy_batch_pack(const pgcopy_batch *batch, size_t col, size_t first, size_t n,
                                void *dst, size_t stride, ptrdiff_t *indicator)
{
    const pgcopy_view  *v = &batch->view;
    const pgcopy_field *f;
    size_t              done = 0;

    if (col >= v->ncols || first > v->nrows || n > v->nrows - first)
        return PGCOPY_ERR_USAGE;
    f = v->fields + first * v->ncols + col;
    if (v->bytes)
        done = pack_most(v, f, n, dst, stride, indicator);
    return pack_exactly(v, f + done * v->ncols, n - done, (uint8_t *)dst + done * stride,
                        stride, indicator + done);
}

size_t pgcopy_batch_room(const pgcopy_batch *batch)
{
    return batch->view.nrows < batch->limits.rows ? batch->limits.rows - batch->view.nrows : 0;
}
