/*
 * codec/fast.c - the common rows, a chunk at a time.  It only ever accepts a row or leaves it
 * alone: all that can be wrong with a row is found, and worded, by the exact states.
 *
 *   ends    , , \n , , \n , , \n ,      of the words that scan.h draws; 3 columns, 1 field
 * open: | |  |                      the 2nd end and every 3rd behind it must be a LF, and rows
 * 0  '--1-'  '--2-'         there are as many LFs as rows
 *
 * Between chunks all it knows lies in the decoder, in the terms of the states, so either can
 * go on behind the other.
 */
#include "codec/fast.h"

#include <string.h>

/* One pass over a chunk. */
struct fast {
    pgcopy_decoder   *dec;
    pgcopy_batch     *batch;
    struct scan_ends *ends;
    size_t            ncols;
    size_t            open;   /* fields that the first row had before the chunk */
    size_t            rows;   /* regular ones that are whole                    */
    size_t            row;    /* how many of them are taken                     */
    size_t            odd;    /* of the list of odd fields, the next            */
    uint64_t          hidden; /* line ends in quotes that are not counted yet */
    struct scan_carry carry;
};

static bool is_csv(const pgcopy_decoder *dec)
{
    return dec->format.kind == PGCOPY_FORMAT_CSV;
}

/* Where row r of the chunk ends, in ends->end. */
static size_t row_end(const struct fast *x, size_t r)
{
    return (r + 1) * x->ncols - x->open;
}

/* ---- Where the chunk begins --------------------------------------------------------- */

/* The fields of an open row that the states have left are as they came. */
static void mark_raw(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    size_t first = batch->nfields - dec->seen;

    for (size_t i = dec->finished; i < dec->seen; i++)
        batch->fields[first + i].len |= BATCH_FIELD_RAW;
    dec->raw |= dec->finished < dec->seen;
    dec->finished = dec->seen;
}

/* All but the state can be seen in the open field itself. */
static struct scan_carry carry_on(const pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    const uint8_t    *p   = batch->view.bytes + batch->used;
    size_t            len = batch->used - batch->view.nbytes - dec->field;
    struct scan_carry c   = {.open     = dec->state != DEC_DATA,
                             .at_start = len == 0,
                             .odd      = dec->odd,
                             .nulls    = dec->nulls};

    if (len && is_csv(dec))
        c.closed = !c.open && p[-1] == dec->format.quote;
    else if (len)
        c.slash = len == 1 && c.open;
    if (len == 2 && !is_csv(dec))
        c.marker = !c.open && p[-2] == '\\' && p[-1] == 'N';
    return c;
}

static void split(struct fast *x)
{
    pgcopy_decoder   *dec = x->dec;
    struct scan_carry c   = carry_on(dec, x->batch);
    bool        marks = dec->seen_bytes & SCAN_MARK || c.open || c.closed || c.marker || c.odd;
    scan_split *pass  = !marks        ? dec->scan->split_plain
                        : is_csv(dec) ? dec->scan->split_csv
                                      : dec->scan->split_text;

    x->ends->end[0] = (uint32_t)(x->batch->view.nbytes + dec->field) - 1;
    pass(&c, &dec->words, dec->end - dec->chunk, (uint32_t)dec->chunk, x->ends);
    x->carry  = c;
    x->hidden = x->ends->hidden;
}

/* ---- Fields ------------------------------------------------------------------------- */

/* Fields that need more than to lose their quotes keep the text as it came, until their row is
   whole: the text of the row is kept before any of them changes. */
static void keep_odd_fields(const struct scan_ends *ends, pgcopy_field *f)
{
    for (size_t i = 0; i < ends->nodd; i++) {
        const uint32_t *end   = ends->end + ends->odd[i];
        f[ends->odd[i]].start = end[0] + 1;
        f[ends->odd[i]].len   = (end[1] - end[0] - 1) | BATCH_FIELD_RAW;
    }
}

/* NULL markers other than nothing and \N are compared one by one; one in quotes is none. */
static void find_markers(struct fast *x, pgcopy_field *f)
{
    pgcopy_slice   marker = x->dec->format.null_text;
    const uint8_t *bytes  = x->batch->view.bytes;

    for (size_t i = 0; i < x->ends->n; i++)
        if (f[i].len == marker.len && !(x->ends->flagged && scan_bit(x->ends->flag, i)) &&
            !memcmp(bytes + f[i].start, marker.data, marker.len))
            f[i].len = PGCOPY_NULL;
}

/* A row of CRLFs ends at the LF: its last field has the CR too much, and may be empty without.
 */
static void strip_crs(struct fast *x, pgcopy_field *f)
{
    for (size_t r = 0; r < x->rows; r++) {
        pgcopy_field *last = &f[row_end(x, r) - 1];
        if (--last->len == 0 && x->dec->kind.empty)
            last->len = PGCOPY_NULL;
    }
}

static pgcopy_status write_fields(struct fast *x)
{
    pgcopy_decoder *dec = x->dec;
    pgcopy_status   rc  = batch_room_fields(x->batch, x->ends->n + SCAN_SLACK);
    pgcopy_field   *f;

    if (rc < 0)
        return decoder_broke(dec, rc);
    f = x->batch->fields + x->batch->nfields;
    dec->scan->fields(x->ends, dec->kind, f);
    keep_odd_fields(x->ends, f);
    if (dec->eol == EOL_CRLF)
        strip_crs(x, f);
    if (dec->markers)
        find_markers(x, f);
    return PGCOPY_OK;
}

/* ---- Rows --------------------------------------------------------------------------- */

/* The rows before the first one that has too few or too many columns. */
static size_t regular_rows(const struct fast *x)
{
    const uint8_t *bytes  = x->batch->view.bytes;
    size_t         column = x->open, rows = 0;

    for (size_t i = 1; i <= x->ends->n; i++) {
        bool last = ++column == x->ncols;
        if ((bytes[x->ends->end[i]] == '\n') != last)
            break;
        rows += last;
        column = last ? 0 : column;
    }
    return rows;
}

/* There may be a line end in the middle of a row even if there is one at its end. */
static size_t find_rows(const struct fast *x)
{
    const uint8_t *bytes = x->batch->view.bytes;
    size_t         rows  = 0;

    for (size_t i = row_end(x, 0); i <= x->ends->n; i += x->ncols) {
        if (bytes[x->ends->end[i]] != '\n')
            break;
        rows++;
    }
    return rows == x->ends->lines ? rows : regular_rows(x);
}

/* Of CRLFs: every CR stands before the LF that ends a row, and no LF is data. */
static bool crs_are_regular(const struct fast *x)
{
    const pgcopy_decoder *dec   = x->dec;
    const uint8_t        *bytes = x->batch->view.bytes;
    const uint32_t       *end   = x->ends->end;
    size_t                crs   = 0;

    for (size_t i = 1; i <= x->ends->n; i++)
        if (bytes[end[i]] == '\n' && (end[i] == end[i - 1] + 1 || bytes[end[i] - 1] != '\r'))
            return false;
    for (size_t i = dec->chunk; i < dec->end; i++)
        crs += bytes[i] == '\r';
    return crs == x->ends->lines && !x->ends->hidden;
}

/* Of the rows from x->row up to `to`: those that the batch takes before it is full. */
static size_t rows_to_full(const struct fast *x, size_t to)
{
    size_t most = batch_rows_to_full(x->batch, x->ncols), full = batch_used_if_full(x->batch);
    size_t n = to - x->row < most ? to - x->row : most;

    while (n > 1 && x->ends->end[row_end(x, x->row + n - 2)] + 1 >= full)
        n--;
    return n;
}

/* Rows from x->row up to `to`, of which no field needs a closer look, or to a full batch. */
static pgcopy_status take_rows(struct fast *x, size_t to)
{
    pgcopy_batch   *batch = x->batch;
    pgcopy_decoder *dec   = x->dec;
    size_t          n = rows_to_full(x, to), ncols = x->ncols;
    pgcopy_status   rc    = batch_room_rows(batch, n);
    const uint32_t *end   = x->ends->end + row_end(x, x->row);
    uint32_t        start = (uint32_t)batch->view.nbytes, line;
    pgcopy_row     *row;

    if (rc < 0)
        return decoder_broke(dec, rc);
    if (!batch->view.nrows)
        batch->view.line0 = dec->line;
    line = (uint32_t)(dec->line - batch->view.line0);
    row  = batch->rows + batch->view.nrows;
    for (size_t i = 0; i < n; i++, end += ncols) {
        row[i] = (pgcopy_row){start, line + (uint32_t)i};
        start  = *end + 1;
    }
    x->row += n;
    dec->line += n;
    rc = batch_rows_end(batch, n, ncols, start);
    row_begins(dec, batch);
    return rc;
}

/* LFs from `from` up to `to`, places in the block that lie in the chunk. */
static uint64_t count_lines(const pgcopy_decoder *dec, size_t from, size_t to)
{
    uint64_t lines = 0, bits;

    from -= dec->chunk;
    to -= dec->chunk;
    for (size_t i = from / 64; i * 64 < to; i++) {
        bits = dec->words.eol[i];
        if (i == from / 64)
            bits &= UINT64_MAX << from % 64;
        if (i == to / 64)
            bits &= ((uint64_t)1 << to % 64) - 1;
        for (; bits; bits &= bits - 1)
            lines++;
    }
    return lines;
}

/* In CSV quoted lines are counted (csv.c): those of the row that goes on up to `to`. */
static void count_hidden(struct fast *x, size_t to)
{
    size_t   from = x->batch->view.nbytes, chunk = x->dec->chunk;
    uint64_t lines = x->hidden;

    if (!lines || !is_csv(x->dec))
        return;
    if (to < x->dec->end)
        lines = count_lines(x->dec, from > chunk ? from : chunk, to);
    x->dec->line += lines;
    x->hidden -= lines;
}

/* Its text is kept, and its raw fields get their turn. */
static pgcopy_status take_odd_row(struct fast *x)
{
    pgcopy_decoder *dec   = x->dec;
    pgcopy_batch   *batch = x->batch;
    size_t          end   = x->ends->end[row_end(x, x->row)];

    count_hidden(x, end);
    dec->line_len  = end - batch->view.nbytes - (dec->eol == EOL_CRLF);
    dec->marked    = true;
    dec->embedded  = true;
    dec->finished  = x->ncols;
    batch->nfields = (size_t)(batch->view.nrows + 1) * x->ncols;
    batch->used    = end + 1;
    x->row++;
    return row_ends(dec, batch);
}

/* The next row that has a raw field, perhaps from before the chunk. */
static size_t next_odd_row(struct fast *x)
{
    const struct scan_ends *ends  = x->ends;
    size_t                  first = x->row ? x->row * x->ncols - x->open : 0;

    if (!x->row && x->dec->raw)
        return 0;
    while (x->odd < ends->nodd && ends->odd[x->odd] < first)
        x->odd++;
    return x->odd < ends->nodd ? (ends->odd[x->odd] + x->open) / x->ncols : x->rows;
}

static pgcopy_status take_all(struct fast *x)
{
    pgcopy_status rc = PGCOPY_OK;

    while (rc == PGCOPY_OK && x->row < x->rows) {
        size_t odd = next_odd_row(x);
        if (odd == x->row)
            rc = take_odd_row(x);
        else
            rc = take_rows(x, odd < x->rows ? odd : x->rows);
    }
    return rc;
}

/* ---- Where it ends ------------------------------------------------------------------ */

/* The fields behind the last row belong to the open one. */
static void leave_open_row(struct fast *x)
{
    pgcopy_decoder *dec   = x->dec;
    pgcopy_batch   *batch = x->batch;
    size_t          first = x->row ? x->row * x->ncols - x->open : 0, n = x->ends->n;

    count_hidden(x, dec->end);
    dec->raw |= x->ends->nodd && x->ends->odd[x->ends->nodd - 1] >= first;
    dec->seen += n - first;
    dec->finished = dec->seen;
    batch->nfields += n - first;
    dec->field = x->ends->end[n] + 1 - (uint32_t)batch->view.nbytes;
    dec->marked |= (dec->seen_bytes & SCAN_MARK) != 0;
    dec->embedded |= x->ends->hidden > 0;
    dec->odd    = x->carry.odd;
    dec->state  = !x->carry.open ? DEC_DATA : is_csv(dec) ? DEC_QUOTED : DEC_ESCAPE;
    batch->used = dec->end;
}

pgcopy_status fast_chunk(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    struct fast x = {
        .dec = dec, .batch = batch, .ends = &dec->ends, .ncols = dec->ncols, .open = dec->seen};
    pgcopy_status rc;

    mark_raw(dec, batch);
    csv_count_cr(dec);
    split(&x);
    if (dec->eol == EOL_CRLF && !crs_are_regular(&x))
        return PGCOPY_OK;
    x.rows = find_rows(&x);
    rc     = write_fields(&x);
    if (rc == PGCOPY_OK)
        rc = take_all(&x);
    if (rc == PGCOPY_OK && x.rows == x.ends->lines &&
        x.open + x.ends->n - x.rows * x.ncols < x.ncols)
        leave_open_row(&x);
    return rc;
}

/* ---- When --------------------------------------------------------------------------- */

/* Where lines end with LF, a CR is data or a stray one.  With CRLF neither of them is cut off
   or, in text, escaped. */
static bool line_ends_are_common(const pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    if (dec->eol == EOL_LF)
        return !(dec->seen_bytes & SCAN_CR);
    return dec->eol == EOL_CRLF && batch->view.bytes[dec->end - 1] != '\r' &&
           (is_csv(dec) || !(dec->seen_bytes & SCAN_MARK)) && dec->state != DEC_ESCAPE;
}

/* \. ends the data; a chunk may begin with the dot. */
static bool is_marker(const pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    return dec->seen_bytes & SCAN_DOT ||
           (dec->state == DEC_ESCAPE && batch->view.bytes[batch->used] == '.');
}

/* No row in the chunk can be longer than max_row; the first row has told how many columns there
   are, and the header is past. */
bool fast_can(const pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    return dec->fast && !dec->header && dec->ncols != SIZE_MAX && dec->seen < dec->ncols &&
           (dec->state == DEC_DATA || dec->state == DEC_QUOTED || dec->state == DEC_ESCAPE) &&
           line_ends_are_common(dec, batch) && !is_marker(dec, batch) &&
           dec->end - batch->view.nbytes <= dec->max_row;
}

/*
 * Forced columns and DEFAULT look at values again, an ESCAPE of its own needs the order of
 * bytes, a quote that is a line end closes twice, and A to F may follow \x: all of them are
 * rare, and exact in the states.
 */
bool fast_suits(const struct codec_format *f)
{
    bool csv    = f->kind == PGCOPY_FORMAT_CSV;
    bool forced = f->any.force_null || f->any.force_not_null || f->any.unselected;

    for (size_t i = 0; i < f->ncols; i++)
        forced |= f->columns[i].force_null || f->columns[i].force_not_null ||
                  f->columns[i].unselected;
    if (csv && (f->quote != f->escape || f->quote == '\n' || f->quote == '\r'))
        return false;
    if (!csv && f->delim >= 'A' && f->delim <= 'F')
        return false;
    return !forced && !f->has_default && f->delim < 0x80 && f->quote < 0x80;
}
