/* batch/changed.c - what checks do to rows that are in a batch: new values, and rows less. */
#include "batch/block.h"

#include <string.h>

enum { ASIDE = 4096 }; /* of an open row, while it changes places: most are shorter */

pgcopy_status batch_new_value(pgcopy_batch *batch, size_t len, pgcopy_field *field,
                              uint8_t **room)
{
    pgcopy_status rc = len <= PGCOPY_LEN_MAX ? batch_room_bytes(batch, len) : PGCOPY_ERR_LIMIT;

    if (rc < 0)
        return rc;
    *room  = batch->block + BATCH_PAD + batch->used;
    *field = (pgcopy_field){(uint32_t)batch->used, (uint32_t)len};
    batch->used += len;
    return PGCOPY_OK;
}

static void move_fields(pgcopy_batch *batch, size_t open, size_t open_end)
{
    size_t whole = (size_t)batch->view.nrows * batch->view.ncols;

    for (size_t i = 0; i < batch->nfields; i++) {
        pgcopy_field *f = &batch->fields[i];
        if (batch_field_is_marker(*f))
            continue;
        if (i >= whole)
            f->start += (uint32_t)(batch->used - open_end);
        else if (f->start >= open_end)
            f->start -= (uint32_t)(open_end - open);
    }
}

/* | rows | open row | new values |  becomes  | rows | new values | open row | */
pgcopy_status batch_settle(pgcopy_batch *batch, size_t open_end)
{
    size_t   open = batch->view.nbytes, len = open_end - open;
    size_t   added = batch->used - open_end;
    uint8_t *at    = batch->block + BATCH_PAD + open;
    uint8_t  few[ASIDE], *aside = few;

    if (added && len) {
        if (len > sizeof few)
            aside = batch->allocator.resize(batch->allocator.ctx, NULL, 0, len);
        if (!aside)
            return PGCOPY_ERR_NOMEM;
        memcpy(aside, at, len);
        memmove(at, at + len, added);
        memcpy(at + added, aside, len);
        if (aside != few)
            mem_free(&batch->allocator, aside, len);
        move_fields(batch, open, open_end);
        batch->open_start += batch->open_value ? (uint32_t)added : 0;
    }
    batch->view.nbytes += added;
    batch->checked += added;
    return PGCOPY_OK;
}

void batch_remove_row(pgcopy_batch *batch, size_t row)
{
    size_t n = batch->view.ncols, behind = batch->nfields - (row + 1) * n;

    if (behind)
        memmove(batch->fields + row * n, batch->fields + (row + 1) * n,
                behind * sizeof *batch->fields);
    if (batch->view.rows)
        memmove(batch->rows + row, batch->rows + row + 1,
                (batch->view.nrows - row - 1) * sizeof *batch->rows);
    batch->nfields -= n;
    batch->view.nrows--;
    batch->removed++;
}
