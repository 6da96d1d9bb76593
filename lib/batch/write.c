/* batch/write.c - writing rows: the block, its tables, values one by one. */
#include "batch/block.h"

#include <string.h>

enum { ROWS_DEFAULT = 1024, BYTES_DEFAULT = 65536, FIELDS_DEFAULT = 8192, BLOCK_LEAST = 1024 };
/* Grown by half from one it would be all copying. */
enum { ROWS_LEAST = 64, FIELDS_LEAST = 256 };

/* ---- A batch ------------------------------------------------------------------------ */

pgcopy_batch *pgcopy_batch_new(size_t ncols, const pgcopy_batch_limits *limits,
                               const pgcopy_allocator *allocator)
{
    pgcopy_allocator a     = mem_allocator(allocator);
    pgcopy_batch    *batch = ncols < PGCOPY_LEN_MAX ? mem_new(&a, sizeof *batch) : NULL;

    if (!batch)
        return NULL;
    batch->allocator  = a;
    batch->declared   = ncols;
    batch->counted    = ncols > 0;
    batch->view.ncols = (uint32_t)ncols;
    pgcopy_batch_set_limits(batch, limits);
    return batch;
}

static void free_block(pgcopy_batch *batch)
{
    if (batch->block)
        mem_free(&batch->allocator, batch->block, batch->block_cap + 2 * BATCH_PAD);
}

void pgcopy_batch_free(pgcopy_batch *batch)
{
    pgcopy_allocator a;

    if (!batch)
        return;
    a = batch->allocator;
    free_block(batch);
    mem_free(&a, batch->fields, batch->fields_cap * sizeof *batch->fields);
    mem_free(&a, batch->rows, batch->rows_cap * sizeof *batch->rows);
    mem_free(&a, batch->saved, batch->saved_cap);
    mem_free(&a, batch, sizeof *batch);
}

static uint32_t limit_or(uint32_t limit, uint32_t otherwise)
{
    return limit ? limit : otherwise;
}

void pgcopy_batch_set_limits(pgcopy_batch *batch, const pgcopy_batch_limits *limits)
{
    pgcopy_batch_limits none = {0};

    limits               = limits ? limits : &none;
    batch->limits.rows   = limit_or(limits->rows, ROWS_DEFAULT);
    batch->limits.bytes  = limit_or(limits->bytes, BYTES_DEFAULT);
    batch->limits.fields = limit_or(limits->fields, FIELDS_DEFAULT);
}

/* The open row, if there is one, moves to the front: its fields with its bytes. */
static void keep_open_row(pgcopy_batch *batch)
{
    size_t        from = batch->view.nbytes, len = batch->used - from;
    size_t        whole = (size_t)batch->view.nrows * batch->view.ncols;
    size_t        n     = batch->nfields - whole;
    pgcopy_field *f     = batch->fields;

    if (len)
        memmove(batch->block + BATCH_PAD, batch->block + BATCH_PAD + from, len);
    for (size_t i = 0; i < n; i++) {
        f[i] = f[whole + i];
        if (!batch_field_is_marker(f[i]))
            f[i].start -= (uint32_t)from;
    }
    batch->open_start -= batch->open_value ? (uint32_t)from : 0;
    batch->used    = len;
    batch->nfields = n;
}

void pgcopy_batch_clear(pgcopy_batch *batch)
{
    keep_open_row(batch);
    batch->saved_len   = 0;
    batch->checked     = 0;
    batch->removed     = 0;
    batch->view.nrows  = 0;
    batch->view.nbytes = 0;
    batch->view.rows   = NULL;
    batch->view.line0  = 0;
    batch->counted     = batch->declared > 0;
    batch->view.ncols  = (uint32_t)batch->declared;
}

/* ---- Room --------------------------------------------------------------------------- */

/* A table grows by half, but at first no further than a batch that is full needs: `limit`, and
   what one more row or piece of input brings. */
static size_t growth_max(size_t need, size_t limit, size_t max)
{
    size_t usual = limit + limit / 16;

    return need <= usual && usual < max ? usual : max;
}

static pgcopy_status grow_block(pgcopy_batch *batch, size_t need)
{
    void         *block = batch->block;
    size_t        cap   = batch->block ? batch->block_cap + 2 * BATCH_PAD : 0;
    pgcopy_status rc;

    need = (need > BLOCK_LEAST ? need : BLOCK_LEAST) + 2 * BATCH_PAD;
    rc   = mem_grow(&batch->allocator, &block, &cap, need, 1,
                    growth_max(need, batch->limits.bytes, BATCH_BYTES_MAX));
    if (rc < 0)
        return rc;
    if (!batch->block)
        memset(block, 0, BATCH_PAD);
    batch->block      = block;
    batch->block_cap  = cap - 2 * BATCH_PAD;
    batch->view.bytes = batch->block + BATCH_PAD;
    /* The pad behind is read, not used: it only must not be without a value. */
    memset(batch->block + cap - BATCH_PAD, 0, BATCH_PAD);
    return PGCOPY_OK;
}

pgcopy_status batch_room_bytes(pgcopy_batch *batch, size_t n)
{
    if (batch->block && n <= batch->block_cap - batch->used)
        return PGCOPY_OK;
    if (n > BATCH_BYTES_MAX)
        return PGCOPY_ERR_LIMIT;
    return grow_block(batch, batch->used + n);
}

pgcopy_status batch_room_fields(pgcopy_batch *batch, size_t n)
{
    void         *list = batch->fields;
    size_t        need;
    pgcopy_status rc;

    if (batch->fields && n <= batch->fields_cap - batch->nfields)
        return PGCOPY_OK;
    if (n > UINT32_MAX)
        return PGCOPY_ERR_LIMIT;
    need = batch->nfields + n > FIELDS_LEAST ? batch->nfields + n : FIELDS_LEAST;
    rc   = mem_grow(&batch->allocator, &list, &batch->fields_cap, need, sizeof *batch->fields,
                    growth_max(need, batch->limits.fields, UINT32_MAX));
    batch->fields      = list;
    batch->view.fields = list;
    return rc;
}

pgcopy_status batch_room_rows(pgcopy_batch *batch, size_t n)
{
    void         *list = batch->rows;
    size_t        need = (size_t)batch->view.nrows + n;
    pgcopy_status rc;

    if (need <= batch->rows_cap)
        return PGCOPY_OK;
    rc          = mem_grow(&batch->allocator, &list, &batch->rows_cap,
                  need > ROWS_LEAST ? need : ROWS_LEAST, sizeof *batch->rows, UINT32_MAX);
    batch->rows = list;
    if (batch->view.rows) /* the user's view follows, whether or not a row comes now */
        batch->view.rows = list;
    return rc;
}

/* ---- Row ends ----------------------------------------------------------------------- */

static pgcopy_status count_columns(pgcopy_batch *batch)
{
    size_t n = batch->nfields - (size_t)batch->view.nrows * batch->view.ncols;

    if (!batch->counted) {
        batch->counted    = true;
        batch->view.ncols = (uint32_t)n;
    }
    return n == batch->view.ncols ? PGCOPY_OK : PGCOPY_ERR_USAGE;
}

pgcopy_status batch_row_ends(pgcopy_batch *batch, const pgcopy_row *row)
{
    pgcopy_status rc = batch_room_bytes(batch, 0); /* an empty row has a place too */

    if (rc == PGCOPY_OK)
        rc = batch_room_fields(batch, 0);
    if (rc == PGCOPY_OK && row)
        rc = batch_room_rows(batch, 1);
    if (rc == PGCOPY_OK)
        rc = count_columns(batch);
    if (rc < 0)
        return rc;
    if (row) {
        batch->rows[batch->view.nrows] = *row;
        batch->view.rows               = batch->rows;
    }
    batch->view.nrows++;
    batch->view.nbytes = batch->used;
    return batch_is_full(batch) ? PGCOPY_FULL : PGCOPY_OK;
}

/* The limit of fields counts those of rows that were taken out, as the limit of rows does. */
size_t batch_rows_to_full(const pgcopy_batch *batch, size_t ncols)
{
    size_t have   = batch->view.nrows + batch->removed;
    size_t fields = (batch->limits.fields + ncols - 1) / ncols;
    size_t most   = batch->limits.rows < fields ? batch->limits.rows : fields;

    return have < most ? most - have : 1;
}

size_t batch_used_if_full(const pgcopy_batch *batch)
{
    size_t full = batch->limits.bytes + batch->checked;

    return full > batch->view.nbytes ? full : batch->view.nbytes + 1;
}

pgcopy_status batch_rows_end(pgcopy_batch *batch, size_t n, size_t ncols, size_t used)
{
    batch->counted    = true;
    batch->view.ncols = (uint32_t)ncols;
    batch->view.rows  = batch->rows;
    batch->view.nrows += (uint32_t)n;
    batch->view.nbytes = used;
    batch->used        = used;
    batch->nfields     = (size_t)batch->view.nrows * ncols;
    return batch_is_full(batch) ? PGCOPY_FULL : PGCOPY_OK;
}

pgcopy_status batch_save_raw(pgcopy_batch *batch, pgcopy_slice text, uint32_t *raw)
{
    void         *saved = batch->saved;
    size_t        n     = text.len < BATCH_RAW_TEXT ? text.len : BATCH_RAW_TEXT;
    pgcopy_status rc    = mem_grow(&batch->allocator, &saved, &batch->saved_cap,
                                   batch->saved_len + 1 + n, 1, BATCH_BYTES_MAX);
    if (rc < 0)
        return rc;
    batch->saved                   = saved;
    *raw                           = (uint32_t)batch->saved_len | BATCH_RAW_SAVED;
    batch->saved[batch->saved_len] = (uint8_t)n;
    if (n)
        memcpy(batch->saved + batch->saved_len + 1, text.data, n);
    batch->saved_len += 1 + n;
    return PGCOPY_OK;
}

/* ---- Values one by one -------------------------------------------------------------- */

static pgcopy_status broken(pgcopy_batch *batch, pgcopy_status why)
{
    if (batch->broken == PGCOPY_OK)
        batch->broken = why;
    return why;
}

static pgcopy_status put_field(pgcopy_batch *batch, uint32_t start, uint32_t len)
{
    pgcopy_status rc = batch_room_fields(batch, 1);

    if (rc < 0)
        return broken(batch, rc);
    batch->fields[batch->nfields++] = (pgcopy_field){start, len};
    return PGCOPY_OK;
}

/* There is room for a field of so many bytes, not for a marker. */
static bool has_room(const pgcopy_batch *batch, size_t len)
{
    return batch->block && len <= batch->block_cap - batch->used && len <= PGCOPY_LEN_MAX &&
           batch->nfields < batch->fields_cap;
}

pgcopy_status pgcopy_batch_put(pgcopy_batch *batch, const void *data, size_t len)
{
    pgcopy_status rc;
    size_t        start = batch->used;

    if (batch->broken < 0 || batch->open_value)
        return broken(batch, PGCOPY_ERR_USAGE);
    if (len && has_room(batch, len)) {
        memcpy(batch->block + BATCH_PAD + start, data, len);
        batch->fields[batch->nfields++] = (pgcopy_field){(uint32_t)start, (uint32_t)len};
        batch->used += len;
        return PGCOPY_OK;
    }
    if (len == PGCOPY_NULL || len == PGCOPY_DEFAULT)
        return put_field(batch, 0, (uint32_t)len);
    rc = len <= PGCOPY_LEN_MAX ? batch_room_bytes(batch, len) : PGCOPY_ERR_LIMIT;
    if (rc < 0)
        return broken(batch, rc);
    if (len)
        memcpy(batch->block + BATCH_PAD + start, data, len);
    batch->used += len;
    return put_field(batch, (uint32_t)start, (uint32_t)len);
}

void *pgcopy_batch_put_buf(pgcopy_batch *batch, size_t want, size_t *room)
{
    size_t        have = batch->open_value ? batch->used - batch->open_start : 0;
    pgcopy_status rc =
        want <= PGCOPY_LEN_MAX - have ? batch_room_bytes(batch, want) : PGCOPY_ERR_LIMIT;
    if (rc < 0) {
        broken(batch, rc);
        return NULL;
    }
    if (!batch->open_value)
        batch->open_start = (uint32_t)batch->used;
    batch->open_value = true;
    *room             = batch->block_cap - batch->used;
    if (*room > PGCOPY_LEN_MAX - have)
        *room = PGCOPY_LEN_MAX - have;
    return batch->block + BATCH_PAD + batch->used;
}

pgcopy_status pgcopy_batch_put_ack(pgcopy_batch *batch, size_t used, bool last)
{
    if (!batch->open_value || used > batch->block_cap - batch->used)
        return broken(batch, PGCOPY_ERR_USAGE);
    batch->used += used;
    if (!last)
        return PGCOPY_OK;
    batch->open_value = false;
    return put_field(batch, batch->open_start, (uint32_t)(batch->used - batch->open_start));
}

pgcopy_status pgcopy_batch_end_row(pgcopy_batch *batch)
{
    pgcopy_status rc = batch->open_value ? PGCOPY_ERR_USAGE : batch->broken;

    if (rc == PGCOPY_OK)
        rc = batch_row_ends(batch, NULL);
    if (rc < 0)
        pgcopy_batch_drop_row(batch);
    return rc;
}

void pgcopy_batch_drop_row(pgcopy_batch *batch)
{
    batch->used       = batch->view.nbytes;
    batch->nfields    = (size_t)batch->view.nrows * batch->view.ncols;
    batch->open_value = false;
    batch->broken     = PGCOPY_OK;
}
