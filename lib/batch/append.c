/*
 * batch/append.c - whole rows at once: of another batch, or of anyone's bytes and fields.
 *
 *   bytes   ...| span of the fields |...   -> as it lies, where little of it is of no field
 *                |v|    |v|       |v|      -> else value by value
 */
#include "batch/block.h"

#include <string.h>

/* The part of someone's bytes that some fields use. */
struct span {
    size_t start, end, total;
};

static bool span_of(const pgcopy_field *fields, size_t n, size_t len, struct span *s)
{
    *s = (struct span){.start = len};
    for (size_t i = 0; i < n; i++) {
        pgcopy_field f = fields[i];
        if (f.len > PGCOPY_LEN_MAX)
            continue;
        if (f.start > len || f.len > len - f.start)
            return false;
        s->start = f.start < s->start ? f.start : s->start;
        s->end   = f.start + f.len > s->end ? (size_t)f.start + f.len : s->end;
        s->total += f.len;
    }
    s->end = s->end < s->start ? s->start : s->end;
    return true;
}

enum { SHORT = 32 };

/* The block may be written behind its end, so most values go in one piece of a known size;
   `room` of theirs may be read. */
static inline void copy_value(uint8_t *to, const uint8_t *from, size_t len, size_t room)
{
    if (len <= SHORT && room >= SHORT)
        memcpy(to, from, SHORT);
    else
        memcpy(to, from, len);
}

/* Scattered values are copied one by one, so that a few rows of a large block stay small. */
static pgcopy_status copy_values(pgcopy_batch *batch, const uint8_t *bytes, size_t len,
                                 const pgcopy_field *fields, size_t n, const struct span *s)
{
    bool          whole = s->end - s->start <= 2 * s->total + 1024;
    pgcopy_field *out   = batch->fields + batch->nfields;
    pgcopy_status rc    = batch_room_bytes(batch, whole ? s->end - s->start : s->total);
    uint8_t      *to;

    if (rc < 0)
        return rc;
    to = batch->block + BATCH_PAD;
    for (size_t i = 0; i < n; i++) {
        pgcopy_field f = fields[i];
        if (f.len <= PGCOPY_LEN_MAX && whole) {
            f.start = (uint32_t)(f.start - s->start + batch->used);
        } else if (f.len <= PGCOPY_LEN_MAX) {
            copy_value(to + batch->used, bytes + f.start, f.len, len - f.start);
            f.start = (uint32_t)batch->used;
            batch->used += f.len;
        } else {
            f.start = 0; /* a marker lies nowhere, and what it said there is not known */
        }
        out[i] = f;
    }
    if (whole && s->end > s->start)
        memcpy(to + batch->used, bytes + s->start, s->end - s->start);
    batch->used += whole ? s->end - s->start : 0;
    return PGCOPY_OK;
}

static pgcopy_status add_rows(pgcopy_batch *batch, const uint8_t *bytes, size_t len,
                              const pgcopy_field *fields, size_t nrows)
{
    size_t        n = nrows * batch->view.ncols;
    struct span   s;
    pgcopy_status rc;

    if (!span_of(fields, n, len, &s))
        return PGCOPY_ERR_USAGE;
    rc = batch_room_fields(batch, n);
    if (rc == PGCOPY_OK)
        rc = copy_values(batch, bytes, len, fields, n, &s);
    if (rc < 0)
        return rc;
    batch->nfields += n;
    batch->view.nrows += (uint32_t)nrows;
    batch->view.nbytes = batch->used;
    return batch_is_full(batch) ? PGCOPY_FULL : PGCOPY_OK;
}

/* Not beside an open row, nor to rows that a decoder made. */
static bool takes_rows(const pgcopy_batch *batch, size_t nrows)
{
    return !batch->open_value && !batch->view.rows &&
           batch->nfields == (size_t)batch->view.nrows * batch->view.ncols &&
           nrows <= UINT32_MAX - batch->view.nrows;
}

pgcopy_status pgcopy_batch_add(pgcopy_batch *batch, const void *bytes, size_t len,
                               const pgcopy_field *fields, size_t nrows)
{
    if (!takes_rows(batch, nrows) || !batch->counted)
        return PGCOPY_ERR_USAGE;
    return nrows ? add_rows(batch, bytes, len, fields, nrows) : PGCOPY_OK;
}

pgcopy_status pgcopy_batch_append(pgcopy_batch *batch, const pgcopy_batch *from, size_t first,
                                  size_t n)
{
    const pgcopy_view *v = &from->view;

    if (!takes_rows(batch, n) || from == batch || first > v->nrows || n > v->nrows - first)
        return PGCOPY_ERR_USAGE;
    if (!n)
        return PGCOPY_OK;
    if (batch->counted && batch->view.ncols != v->ncols)
        return PGCOPY_ERR_USAGE;
    batch->counted    = true;
    batch->view.ncols = v->ncols;
    return add_rows(batch, v->bytes, v->nbytes, v->fields + first * v->ncols, n);
}
