/* codec/decoder.c - the decoder: takes input by chunks, of any size down to a byte. */
#include "codec/decoder.h"
#include "codec/binary.h"
#include "codec/fast.h"

#include <string.h>

enum { MAX_ROW = 0x3FFFFFFF };

/* ---- New and free ------------------------------------------------------------------- */

/* The letters of the format, as the scan wants them. */
static void set_scan(pgcopy_decoder *dec)
{
    const struct codec_format *f       = &dec->format;
    bool                       csv     = f->kind == PGCOPY_FORMAT_CSV;
    pgcopy_slice               null    = f->null_text;
    bool                       slash_n = !csv && null.len == 2 && !memcmp(null.data, "\\N", 2);

    dec->scan        = scan_at(0);
    dec->fast        = fast_suits(f);
    dec->set         = (struct scan_set){f->delim, csv ? f->quote : '\\'};
    dec->kind.quotes = csv ? UINT32_MAX : 0;
    dec->kind.empty  = null.len ? 0 : UINT32_MAX;
    dec->nulls       = slash_n ? UINT64_MAX : 0;
    dec->markers     = null.len && !slash_n;
}

/* And as the states want them. */
static void set_stops(pgcopy_decoder *dec)
{
    dec->stops[dec->format.delim] = 1;
    dec->stops[dec->set.mark]     = 1;
    dec->stops['\n']              = 1;
    dec->stops['\r']              = 1;
    if (dec->format.kind == PGCOPY_FORMAT_CSV)
        dec->stops[dec->format.escape] = 1;
}

/* A value is at most PGCOPY_LEN_MAX bytes, and so is a row that holds it. */
static bool set_opts(pgcopy_decoder *dec, const pgcopy_decoder_opts *opts)
{
    const char *table = opts ? opts->table : NULL;

    dec->max_row = opts && opts->max_row && opts->max_row < MAX_ROW ? opts->max_row : MAX_ROW;
    if (table)
        dec->table = arena_dup(&dec->format.memory, table, strlen(table));
    return !table || dec->table;
}

/* Without names there is nothing to match; the header is skipped. */
static void set_columns(pgcopy_decoder *dec)
{
    struct codec_format *f = &dec->format;

    if (!f->known && f->header == PGCOPY_HEADER_MATCH)
        f->header = PGCOPY_HEADER_LINE;
    dec->header = f->header != PGCOPY_HEADER_NONE;
    dec->ncols  = f->known ? f->ncols : SIZE_MAX;
    dec->line   = 1;
}

/* But for what the passes leave of a chunk, 15 of its 16 KiB: that is written before it is
 * read. */
static pgcopy_decoder *new_zeroed(const pgcopy_allocator *a)
{
    pgcopy_decoder *dec = a->resize(a->ctx, NULL, 0, sizeof *dec);

    if (!dec)
        return NULL;
    memset(dec, 0, offsetof(pgcopy_decoder, words));
    memset(&dec->ends, 0, offsetof(struct scan_ends, end));
    return dec;
}

pgcopy_decoder *pgcopy_decoder_new(const pgcopy_format *format, const pgcopy_columns *columns,
                                   const pgcopy_decoder_opts *opts, pgcopy_error *err)
{
    pgcopy_allocator a   = mem_allocator(opts ? opts->allocator : NULL);
    pgcopy_decoder  *dec = new_zeroed(&a);

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
    if (format_is_foreign(&dec->format)) {
        dec->foreign = foreign_new(dec->format.encoding, &a, err);
        if (!dec->foreign) {
            pgcopy_decoder_free(dec);
            return NULL;
        }
    }
    set_columns(dec);
    set_scan(dec);
    set_stops(dec);
    return dec;
}

void pgcopy_decoder_free(pgcopy_decoder *dec)
{
    pgcopy_allocator a;

    if (!dec)
        return;
    a = dec->format.memory.allocator;
    foreign_free(dec->foreign, &a);
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

/* ---- Batches ------------------------------------------------------------------------ */

/*
 * The open row lies in the batch behind its whole rows (batch/block.h), where the user does not
 * see it: what the decoder left there is what it must find at the next call.
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

/* Also after an error: decoder_skip_row() may go on from there. */
static pgcopy_status leave(pgcopy_decoder *dec, const pgcopy_batch *batch, pgcopy_status rc)
{
    dec->open_bytes  = open_bytes(batch);
    dec->open_fields = open_fields(batch);
    return rc;
}

/* ---- Input -------------------------------------------------------------------------- */

static void skip(pgcopy_slice *in, size_t n)
{
    in->data += n;
    in->len -= n;
}

/* PostgreSQL judges it when as many bytes are there as the encoding's longest character has
   (CopyConvertBuf), or none come: until then CopyFail may win. */
static pgcopy_status read_bad(pgcopy_decoder *dec, pgcopy_slice *in)
{
    size_t want = dec->format.verify ? sizeof dec->tail : 1;

    while (in->len && dec->ntail < want) {
        dec->tail[dec->ntail++] = in->data[0];
        skip(in, 1);
    }
    if (dec->ntail < want)
        return PGCOPY_OK;
    return bad_bytes(dec, dec->tail, dec->ntail);
}

/* How many bytes of the chunk are good.  That is not all if a character is bad, or cut off by
   the end of the piece. */
static size_t verify(const pgcopy_decoder *dec, const uint8_t *p, size_t n, bool *bad)
{
    size_t whole = n - utf8_cut_off(p, n);

    *bad = false;
    if (!(dec->seen_bytes & (SCAN_HIGH | SCAN_NUL)))
        return n;
    if (!dec->format.verify)
        return ascii_check(p, n, bad);
    if (dec->seen_bytes & SCAN_NUL || !dec->scan->utf8(p, whole, dec->words.high))
        return utf8_check(p, n, bad);
    return whole + utf8_check(p + whole, n - whole, bad);
}

/* Copies a chunk behind the open row and sorts its bytes; how many of them are good. */
static size_t load(pgcopy_decoder *dec, pgcopy_batch *batch, const uint8_t *data, size_t n,
                   bool *bad)
{
    uint8_t *at = batch->block + BATCH_PAD + batch->used;

    if (dec->ntail) {
        memcpy(at, dec->tail, dec->ntail);
        memcpy(at + dec->ntail, data, n);
        data = at;
        n += dec->ntail;
    }
    dec->chunk      = batch->used;
    dec->seen_bytes = dec->scan->classify(at, data, n, dec->set, &dec->words);
    if (dec->format.kind == PGCOPY_FORMAT_TEXT &&
        (dec->seen_bytes & SCAN_MARK || dec->state == DEC_ESCAPE))
        dec->seen_bytes |= dec->scan->letters(at, n, &dec->words);
    return verify(dec, at, n, bad);
}

/*
 * The first line tells the style of line ends and perhaps the number of columns.  Behind it the
 * chunk ends, and its rest is taken again, since it may be fast then.
 */
static pgcopy_status by_states(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    bool          csv   = dec->format.kind == PGCOPY_FORMAT_CSV;
    bool          first = dec->eol == EOL_UNKNOWN || dec->ncols == SIZE_MAX;
    pgcopy_status rc    = PGCOPY_OK;

    while (rc == PGCOPY_OK && batch->used < dec->end) {
        rc = csv ? csv_step(dec, batch) : text_step(dec, batch);
        if (first && batch->used == batch->view.nbytes)
            dec->end = batch->used;
    }
    dec->odd = dec->marked;
    return rc;
}

/* The common rows at once, the others by their states; how many bytes of the chunk were
   taken. */
static pgcopy_status scan(pgcopy_decoder *dec, pgcopy_batch *batch, size_t good, bool bad,
                          size_t *taken)
{
    pgcopy_status rc = PGCOPY_OK;

    dec->end     = dec->chunk + good;
    dec->dropped = 0;
    if (good && !bad && fast_can(dec, batch))
        rc = fast_chunk(dec, batch);
    if (rc == PGCOPY_OK && batch->used < dec->end)
        rc = by_states(dec, batch);
    *taken = batch->used + dec->dropped - dec->chunk;
    return rc;
}

/* All before a bad character was good; now it is its turn. */
static pgcopy_status good_ends(pgcopy_decoder *dec, pgcopy_batch *batch, bool bad)
{
    if (line_is_too_long(dec, batch))
        return row_too_long(dec);
    if (bad)
        dec->state = DEC_BAD;
    return PGCOPY_OK;
}

/* Takes from *in what was taken of the tail and the n bytes behind it, and keeps a new tail. */
static void advance(pgcopy_decoder *dec, pgcopy_slice *in, size_t taken, size_t cut_off)
{
    if (taken >= dec->ntail) {
        skip(in, taken - dec->ntail);
        dec->ntail = 0;
    }
    if (cut_off) {
        memcpy(dec->tail + dec->ntail, in->data, cut_off - dec->ntail);
        skip(in, cut_off - dec->ntail);
        dec->ntail = (uint8_t)cut_off;
    }
}

/* Within the piece neither a character nor a CRLF is cut. */
static size_t next_chunk(const pgcopy_decoder *dec, pgcopy_slice in)
{
    size_t room = SCAN_CHUNK - dec->ntail;

    if (in.len <= room)
        return in.len;
    if (dec->format.verify)
        room -= utf8_cut_off(in.data, room);
    return in.data[room - 1] == '\r' ? room - 1 : room;
}

/*
 * All bytes are copied, and in the batch only: the caller's piece is his own again when this
 * returns, and rows may be cut anywhere.  A chunk is small enough to stay in the first cache
 * between the copy, the sorting and the rows; what lies behind the row that fills a batch, less
 * than a chunk, is given back and read again.  The chunk begins with the character that the one
 * before could not finish.
 */
static pgcopy_status take_chunk(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    size_t        n = next_chunk(dec, *in);
    size_t        good, taken, all = dec->ntail + n;
    pgcopy_status rc = batch_room_bytes(batch, all);
    bool          bad;

    if (rc < 0)
        return decoder_broke(dec, rc);
    good = load(dec, batch, in->data, n, &bad);
    rc   = scan(dec, batch, good, bad, &taken);
    advance(dec, in, taken, taken == good && rc == PGCOPY_OK && !bad ? all - good : 0);
    if (rc == PGCOPY_OK && taken == good)
        rc = good_ends(dec, batch, bad);
    return rc;
}

/* Reading a bad character is not worth a chunk: it is four bytes at most. */
static pgcopy_status take_some(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    if (dec->format.kind == PGCOPY_FORMAT_BINARY)
        return binary_read(dec, in, batch);
    return dec->state == DEC_BAD ? read_bad(dec, in) : take_chunk(dec, in, batch);
}

pgcopy_status decoder_take(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    pgcopy_status rc = PGCOPY_OK;

    while (rc == PGCOPY_OK && in->len)
        rc = take_some(dec, in, batch);
    return rc;
}

pgcopy_status pgcopy_decode(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    pgcopy_status rc = dec->status;

    if (rc != PGCOPY_OK)
        return rc;
    rc = check_batch(dec, batch);
    if (rc < 0)
        return rc;
    rc = dec->foreign ? foreign_take(dec, in, batch) : decoder_take(dec, in, batch);
    return leave(dec, batch, rc == PGCOPY_OK ? PGCOPY_AGAIN : rc);
}

/* ---- The end of the input ----------------------------------------------------------- */

/*
 * A character that is cut off comes before the row it stands in (PostgreSQL verifies first).
 * After FULL the last row is out and the second call finds nothing.
 */
static pgcopy_status finish(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    pgcopy_status rc;

    if (dec->format.kind == PGCOPY_FORMAT_BINARY)
        return binary_end(dec, batch);
    if (dec->ntail)
        return bad_bytes(dec, dec->tail, dec->ntail);
    rc = dec->foreign ? foreign_end(dec, batch) : PGCOPY_OK;
    if (rc == PGCOPY_OK)
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
