/* codec/decoder.c - the decoder: takes input by chunks, of any size down to a byte. */
#include "codec/decoder.h"

#include <string.h>

enum { CHUNK = 2048, MAX_ROW = 0x3FFFFFFF };

/* ---- New and free -------------------------------------------------------------------------
 */

static void set_stops(pgcopy_decoder *dec)
{
    const struct codec_format *f   = &dec->format;
    bool                       csv = f->kind == PGCOPY_FORMAT_CSV;

    dec->stops[f->delim] = STOP_DATA;
    dec->stops['\n'] |= STOP_DATA | STOP_QUOTED;
    dec->stops['\r'] |= STOP_DATA | STOP_QUOTED;
    dec->stops[csv ? f->quote : '\\'] |= STOP_DATA | STOP_QUOTED;
    if (csv)
        dec->stops[f->escape] |= STOP_QUOTED;
}

static bool set_opts(pgcopy_decoder *dec, const pgcopy_decoder_opts *opts)
{
    const char *table = opts ? opts->table : NULL;

    dec->max_row = opts && opts->max_row && opts->max_row < MAX_ROW ? opts->max_row : MAX_ROW;
    if (table)
        dec->table = arena_dup(&dec->format.memory, table, strlen(table));
    return !table || dec->table;
}

static void set_columns(pgcopy_decoder *dec)
{
    struct codec_format *f = &dec->format;

    if (!f->known && f->header == PGCOPY_HEADER_MATCH)
        f->header = PGCOPY_HEADER_LINE;
    dec->header = f->header != PGCOPY_HEADER_NONE;
    dec->ncols  = f->known ? f->ncols : SIZE_MAX;
    dec->line   = 1;
}

pgcopy_decoder *pgcopy_decoder_new(const pgcopy_format *format, const pgcopy_columns *columns,
                                   const pgcopy_decoder_opts *opts, pgcopy_error *err)
{
    pgcopy_allocator a   = mem_allocator(opts ? opts->allocator : NULL);
    pgcopy_decoder  *dec = mem_new(&a, sizeof *dec);

    if (!dec) {
        pgcopy_error_text(err, "53200", "out of memory");
        return NULL;
    }
    if (format_init(&dec->format, format, columns, &a, err) < 0) {
        mem_free(&a, dec, sizeof *dec);
        return NULL;
    }
    if (!set_opts(dec, opts)) {
        pgcopy_error_text(err, "53200", "out of memory");
        pgcopy_decoder_free(dec);
        return NULL;
    }
    set_columns(dec);
    set_stops(dec);
    return dec;
}

void pgcopy_decoder_free(pgcopy_decoder *dec)
{
    pgcopy_allocator a;

    if (!dec)
        return;
    a = dec->format.memory.allocator;
    format_free(&dec->format);
    mem_free(&a, dec, sizeof *dec);
}

const pgcopy_error *pgcopy_decoder_error(const pgcopy_decoder *dec)
{
    return &dec->error;
}

uint64_t pgcopy_decoder_line(const pgcopy_decoder *dec)
{
    return dec->line;
}

/* ---- Batches ------------------------------------------------------------------------------
 */

static size_t open_bytes(const pgcopy_batch *batch)
{
    return batch->used - batch->view.nbytes;
}

static size_t open_fields(const pgcopy_batch *batch)
{
    return batch->nfields - (size_t)batch->view.nrows * batch->view.ncols;
}

/* The batch must hold the open row as it was left, and be for rows of a decoder.  Its number of
   columns is as good as that of a first row. */
static pgcopy_status check_batch(pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    const pgcopy_view *v = &batch->view;

    if (dec->ncols == SIZE_MAX && batch->counted)
        dec->ncols = v->ncols;
    if (batch->open_value || (v->nrows && !v->rows) ||
        (batch->counted && v->ncols != dec->ncols) || open_bytes(batch) != dec->open_bytes ||
        open_fields(batch) != dec->open_fields)
        return PGCOPY_ERR_USAGE;
    return PGCOPY_OK;
}

static pgcopy_status leave(pgcopy_decoder *dec, const pgcopy_batch *batch, pgcopy_status rc)
{
    dec->open_bytes  = open_bytes(batch);
    dec->open_fields = open_fields(batch);
    return rc;
}

/* ---- Input --------------------------------------------------------------------------------
 */

static void skip(pgcopy_slice *in, size_t n)
{
    in->data += n;
    in->len -= n;
}

/* PostgreSQL shows as many bytes as the first of them promises, if they are there. */
static pgcopy_status read_bad(pgcopy_decoder *dec, pgcopy_slice *in)
{
    struct utf8_state *u = &dec->utf8;

    while (in->len && (!u->n || u->n < utf8_length(u->seq[0]))) {
        u->seq[u->n++] = in->data[0];
        skip(in, 1);
    }
    return u->n < utf8_length(u->seq[0]) ? PGCOPY_OK : bad_bytes(dec, u->seq, u->n);
}

/* All before the bad character was good: only now is it its turn. */
static pgcopy_status bad_begins(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    batch->used -= dec->utf8.n;
    if (line_is_too_long(dec, batch))
        return row_too_long(dec);
    dec->state = DEC_BAD;
    return PGCOPY_OK;
}

static size_t verify(pgcopy_decoder *dec, const uint8_t *p, size_t n)
{
    return dec->format.verify ? utf8_check(&dec->utf8, p, n) : ascii_check(&dec->utf8, p, n);
}

static pgcopy_status scan(pgcopy_decoder *dec, pgcopy_batch *batch, size_t good, size_t *taken)
{
    size_t        start = batch->used;
    pgcopy_status rc;

    dec->end     = start + good;
    dec->dropped = 0;
    rc = dec->format.kind == PGCOPY_FORMAT_CSV ? csv_scan(dec, batch) : text_scan(dec, batch);
    *taken = batch->used + dec->dropped - start;
    return rc;
}

/* What lies behind the end of a row, with the state of its verification, is for the next turn;
   a row ends between two characters. */
static pgcopy_status chunk_ends(pgcopy_decoder *dec, pgcopy_batch *batch, bool whole,
                                pgcopy_status rc)
{
    if (!whole)
        dec->utf8 = (struct utf8_state){0};
    if (rc != PGCOPY_OK)
        return rc;
    if (dec->utf8.bad)
        return bad_begins(dec, batch);
    return line_is_too_long(dec, batch) ? row_too_long(dec) : PGCOPY_OK;
}

static pgcopy_status take_chunk(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    size_t        n = in->len < CHUNK ? in->len : CHUNK, good, taken;
    pgcopy_status rc;

    if (dec->state == DEC_BAD)
        return read_bad(dec, in);
    rc = batch_room_bytes(batch, n);
    if (rc < 0)
        return decoder_broke(dec, rc);
    memcpy(batch->block + BATCH_PAD + batch->used, in->data, n);
    good = verify(dec, batch->view.bytes + batch->used, n);
    rc   = scan(dec, batch, good, &taken);
    skip(in, taken);
    return chunk_ends(dec, batch, taken == good, rc);
}

pgcopy_status pgcopy_decode(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    pgcopy_status rc = dec->status;

    if (rc != PGCOPY_OK)
        return rc;
    rc = check_batch(dec, batch);
    if (rc < 0)
        return rc;
    while (rc == PGCOPY_OK && in->len)
        rc = take_chunk(dec, in, batch);
    return leave(dec, batch, rc == PGCOPY_OK ? PGCOPY_AGAIN : rc);
}

/* ---- The end of the input ------------------------------------------------------------------
 */

static pgcopy_status finish(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    pgcopy_status rc;

    if (dec->state == DEC_BAD || dec->utf8.n)
        return bad_bytes(dec, dec->utf8.seq, dec->utf8.n);
    rc = line_ends_at_eof(dec, batch);
    if (rc == PGCOPY_OK && dec->header)
        rc = header_is_missing(dec, batch);
    if (rc != PGCOPY_OK)
        return rc;
    return dec->status = PGCOPY_END;
}

pgcopy_status pgcopy_decode_end(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    pgcopy_status rc = dec->status;

    if (rc != PGCOPY_OK)
        return rc;
    rc = check_batch(dec, batch);
    if (rc < 0)
        return rc;
    return leave(dec, batch, finish(dec, batch));
}
