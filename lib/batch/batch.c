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

pgcopy_status pgcopy_batch_pack(const pgcopy_batch *batch, size_t col, size_t first, size_t n,
                                void *dst, size_t stride, ptrdiff_t *indicator)
{
    const pgcopy_view *v  = &batch->view;
    pgcopy_status      rc = PGCOPY_OK;

    if (col >= v->ncols || first > v->nrows || n > v->nrows - first)
        return PGCOPY_ERR_USAGE;
    for (size_t i = 0; i < n; i++) {
        pgcopy_field f = v->fields[(first + i) * v->ncols + col];
        indicator[i]   = (int32_t)f.len;
        if (f.len <= stride)
            memcpy((uint8_t *)dst + i * stride, v->bytes + f.start, f.len);
        else if (f.len <= PGCOPY_LEN_MAX)
            rc = PGCOPY_FULL;
    }
    return rc;
}

size_t pgcopy_batch_room(const pgcopy_batch *batch)
{
    return batch->view.nrows < batch->limits.rows ? batch->limits.rows - batch->view.nrows : 0;
}
