/*
 * codec/row.c - a whole line becomes a row: markers, escapes, forced NULLs, the count of its
 * columns, in the order in which PostgreSQL looks at them, for the first error wins.
 */
#include "codec/decoder.h"

#include "base/text.h"

#include <string.h>

/* A row on its way: where its fields and its text are. */
struct row {
    pgcopy_field *fields;
    size_t        n;
    pgcopy_slice  raw;
    uint32_t      at; /* for batch_row_ends: raw's offset, or where it is saved */
    bool          saved;
};

/*
 * Between two rows the state is always the same, so that a batch can be handed over there and
 * the rest of the input looked at again.
 */
void row_begins(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    batch->used    = batch->view.nbytes;
    batch->nfields = (size_t)batch->view.nrows * batch->view.ncols;
    dec->state     = DEC_DATA;
    dec->field     = 0;
    dec->seen      = 0;
    dec->marked    = false;
    dec->embedded  = false;
    dec->quoted_cr = false;
    dec->missing   = false;
    dec->finished  = 0;
    dec->raw       = false;
    dec->odd       = false;
}

/* Before the first byte of it changes, a row's text is kept for messages. */
static pgcopy_status save_raw(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row)
{
    pgcopy_status rc;

    if (row->saved)
        return PGCOPY_OK;
    rc = batch_save_raw(batch, row->raw, &row->at);
    if (rc < 0)
        return decoder_broke(dec, rc);
    row->saved    = true;
    row->raw.data = batch->saved + (row->at & ~BATCH_RAW_SAVED) + 1;
    return PGCOPY_OK;
}

/* ---- Escapes ------------------------------------------------------------------------ */

/*
 * Octal and hex escapes can make any byte, so what they made is verified again, field by field
 * (PostgreSQL): \303\251 is a character, \303 alone is not.  A NUL never is one.
 */
static pgcopy_status unescape(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row,
                              pgcopy_field *f)
{
    uint8_t      *p       = batch->block + BATCH_PAD + f->start;
    bool          recheck = false;
    size_t        good;
    pgcopy_status rc;

    if (!f->len || !memchr(p, '\\', f->len))
        return PGCOPY_OK;
    rc = save_raw(dec, batch, row);
    if (rc < 0)
        return rc;
    f->len = text_unescape(p, f->len, &recheck);
    good   = recheck ? utf8_find_bad(p, f->len) : f->len;
    if (good < f->len)
        return bad_bytes_in_row(dec, p + good, f->len - good, row->raw);
    return PGCOPY_OK;
}

/* "abc" with nothing to change inside only loses its first and last byte. */
static bool is_plainly_quoted(const struct codec_format *fmt, const uint8_t *p, uint32_t len)
{
    return len >= 2 && p[0] == fmt->quote && p[len - 1] == fmt->quote &&
           (len == 2 || (!memchr(p + 1, fmt->quote, len - 2) &&
                         (fmt->escape == fmt->quote || !memchr(p + 1, fmt->escape, len - 2))));
}

/* A quote that is open at the end of the field was open at the end of the input. */
static pgcopy_status unquote(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row,
                             pgcopy_field *f)
{
    uint8_t      *p    = batch->block + BATCH_PAD + f->start;
    bool          open = false;
    pgcopy_status rc;

    if (is_plainly_quoted(&dec->format, p, f->len)) {
        f->start++;
        f->len -= 2;
        return PGCOPY_OK;
    }
    rc = save_raw(dec, batch, row);
    if (rc < 0)
        return rc;
    f->len = csv_unquote(dec, p, f->len, &open);
    if (!open)
        return PGCOPY_OK;
    pgcopy_error_text(&dec->error, "22P04", "unterminated CSV quoted field");
    return bad_row(dec, row->raw);
}

/* ---- Markers ------------------------------------------------------------------------ */

static bool is_text(pgcopy_slice text, const uint8_t *p, uint32_t len)
{
    return len == text.len && (!len || !memcmp(p, text.data, len));
}

/* The marker needs a default to stand for.  A name in the header may look like the marker. */
static pgcopy_status default_marker(pgcopy_decoder *dec, struct row *row, size_t i)
{
    const struct codec_column *col = format_column(&dec->format, i);

    if (!col->has_default) {
        pgcopy_error_set(&dec->error, "22P04", "unexpected default marker in COPY data");
        text_add(dec->error.detail, sizeof dec->error.detail, "Column \"", 8);
        text_add(dec->error.detail, sizeof dec->error.detail, col->name, strlen(col->name));
        text_add(dec->error.detail, sizeof dec->error.detail, "\" has no default value.", 23);
        return bad_row(dec, row->raw);
    }
    if (!dec->header)
        row->fields[i].len = PGCOPY_DEFAULT;
    return PGCOPY_OK;
}

/* Markers are compared with the text as it came.  First NULL, then DEFAULT, then escapes.  A
 * field with any quote is neither marker. */
static pgcopy_status finish_raw(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row,
                                size_t i)
{
    const struct codec_format *fmt = &dec->format;
    pgcopy_field              *f   = &row->fields[i];
    const uint8_t             *p   = batch->view.bytes + f->start;
    bool                       csv = fmt->kind == PGCOPY_FORMAT_CSV;
    bool quoted = csv && dec->marked && f->len && memchr(p, fmt->quote, f->len);

    if (!quoted && is_text(fmt->null_text, p, f->len))
        f->len = PGCOPY_NULL;
    else if (!quoted && fmt->has_default && i < dec->ncols &&
             is_text(fmt->default_text, p, f->len))
        return default_marker(dec, row, i);
    else if (quoted)
        return unquote(dec, batch, row, f);
    else if (!csv && dec->marked)
        return unescape(dec, batch, row, f);
    return PGCOPY_OK;
}

/* What fast.c has finished but for a few fields is left as it is but for these. */
static pgcopy_status finish_field(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row,
                                  size_t i)
{
    pgcopy_field *f = &row->fields[i];

    if (i < dec->finished && (f->len <= PGCOPY_LEN_MAX || batch_field_is_marker(*f)))
        return PGCOPY_OK;
    if (i < dec->finished)
        f->len &= ~BATCH_FIELD_RAW;
    return finish_raw(dec, batch, row, i);
}

/* A NULL that may not be one is the marker itself, which still lies where it was. */
static void force(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row)
{
    pgcopy_slice null_text = dec->format.null_text;

    for (size_t i = 0; i < row->n; i++) {
        const struct codec_column *col = format_column(&dec->format, i);
        pgcopy_field              *f   = &row->fields[i];

        if (f->len == PGCOPY_NULL && col->force_not_null)
            f->len = (uint32_t)null_text.len;
        else if (col->force_null && f->len <= PGCOPY_LEN_MAX &&
                 is_text(null_text, batch->view.bytes + f->start, f->len))
            f->len = PGCOPY_NULL;
        if (col->unselected)
            f->len = PGCOPY_NULL;
    }
}

static pgcopy_status extra_data(pgcopy_decoder *dec, struct row *row)
{
    pgcopy_error_text(&dec->error, "22P04", "extra data after last expected column");
    return bad_row(dec, row->raw);
}

/*
 * In order, and those that are too many as well: PostgreSQL splits the whole line, and what is
 * wrong in a field is an error before their number is.  Only a table without columns is
 * quicker.
 */
static pgcopy_status finish_fields(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row)
{
    pgcopy_status rc = PGCOPY_OK;

    if (row->n && !dec->ncols)
        return extra_data(dec, row);
    if (dec->embedded)
        rc = save_raw(dec, batch, row);
    for (size_t i = 0; i < row->n && rc == PGCOPY_OK; i++)
        rc = finish_field(dec, batch, row, i);
    return rc;
}

/* ---- The header (HEADER, HEADER MATCH) ---------------------------------------------- */

/* The parts are put together one by one, for a field of any length may be among them. */
static pgcopy_status bad_header(pgcopy_decoder *dec, struct row *row, size_t i,
                                pgcopy_slice got, const char *before, const char *behind)
{
    pgcopy_error *err  = &dec->error;
    const char   *name = format_column(&dec->format, i)->name;

    pgcopy_error_set(err, "22P04", "column name mismatch in header line field %zu: got %s\"",
                     i + 1, before);
    text_add_message(err, (const char *)got.data, got.len);
    text_add_message(err, behind, strlen(behind));
    text_add_message(err, ", expected \"", 12);
    text_add_message(err, name, strlen(name));
    text_add_message(err, "\"", 1);
    return bad_row(dec, row->raw);
}

/* Number first, then names in order, byte by byte; case and blanks count. */
static pgcopy_status match_header(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row)
{
    if (dec->seen != dec->format.ncols) {
        pgcopy_error_set(&dec->error, "22P04",
                         "wrong number of fields in header line: got %zu, expected %zu",
                         dec->seen, dec->format.ncols);
        return bad_row(dec, row->raw);
    }
    for (size_t i = 0; i < row->n; i++) {
        pgcopy_field f    = row->fields[i];
        pgcopy_slice got  = {batch->view.bytes + f.start, f.len};
        const char  *name = dec->format.columns[i].name;

        if (f.len == PGCOPY_NULL)
            return bad_header(dec, row, i, dec->format.null_text, "null value (", "\")");
        if (f.len != strlen(name) || memcmp(got.data, name, f.len) != 0)
            return bad_header(dec, row, i, got, "", "\"");
    }
    return PGCOPY_OK;
}

/*
 * The header takes no place in the batch.  With its bytes gone the rest of the chunk does not
 * lie where it should, so the chunk ends here and its rest is copied again, once for every
 * COPY.
 */
static pgcopy_status header_ends(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row)
{
    pgcopy_status rc = PGCOPY_OK;

    if (dec->format.header == PGCOPY_HEADER_MATCH) {
        rc = finish_fields(dec, batch, row);
        if (rc == PGCOPY_OK)
            rc = match_header(dec, batch, row);
    }
    if (rc < 0)
        return rc;
    dec->header = false;
    dec->line++;
    dec->dropped += batch->used - batch->view.nbytes;
    row_begins(dec, batch);
    dec->end = batch->used; /* the rest of the chunk no longer lies behind `used` */
    return PGCOPY_OK;
}

/* ---- The row ------------------------------------------------------------------------ */

/* The first column that is missing; where names are not known, its number. */
static pgcopy_status missing_data(pgcopy_decoder *dec, struct row *row)
{
    const char *name = format_column(&dec->format, row->n)->name;

    if (dec->format.known)
        pgcopy_error_set(&dec->error, "22P04", "missing data for column \"%.64s\"", name);
    else
        pgcopy_error_set(&dec->error, "22P04", "missing data for column \"%zu\"", row->n + 1);
    dec->missing = true;
    return bad_row(dec, row->raw);
}

/*
 * Too many columns come before any value is looked at; too few are noticed when the turn of the
 * missing one comes, so what is there is finished first (NextCopyFrom).
 */
static pgcopy_status check_row(pgcopy_decoder *dec, pgcopy_batch *batch, struct row *row)
{
    size_t        most = dec->ncols == SIZE_MAX ? CODEC_COLUMNS_MAX : dec->ncols;
    pgcopy_status rc   = finish_fields(dec, batch, row);

    if (rc < 0)
        return rc;
    if (row->n > most)
        return extra_data(dec, row);
    force(dec, batch, row);
    if (row->n < dec->ncols && dec->ncols != SIZE_MAX)
        return missing_data(dec, row);
    return PGCOPY_OK;
}

/*
 * The line of a row is that of its end, as in CONTEXT, and not of its first byte: a quoted
 * value may span lines.  line0 is the line of the first row of a batch.
 */
pgcopy_status row_is_whole(pgcopy_decoder *dec, pgcopy_batch *batch, uint32_t raw)
{
    pgcopy_row    place = {.raw = raw};
    pgcopy_status rc;

    if (!batch->view.nrows)
        batch->view.line0 = dec->line;
    place.line = (uint32_t)(dec->line - batch->view.line0);
    rc         = batch_row_ends(batch, &place);
    if (rc < 0)
        return decoder_broke(dec, rc);
    dec->ncols = batch->view.ncols;
    dec->line++;
    row_begins(dec, batch);
    return rc;
}

/* A table without columns has rows that are empty lines. */
static void drop_empty_field(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    if (dec->ncols == 0 && !dec->line_len && batch->nfields) {
        batch->nfields--;
        dec->seen = 0;
    }
}

static struct row open_row(const pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    size_t whole = (size_t)batch->view.nrows * batch->view.ncols;

    return (struct row){.fields = batch->fields ? batch->fields + whole : NULL,
                        .n      = batch->nfields - whole,
                        .raw    = {batch->view.bytes + batch->view.nbytes, dec->line_len},
                        .at     = (uint32_t)batch->view.nbytes};
}

pgcopy_status row_ends(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    struct row    row;
    pgcopy_status rc;

    drop_empty_field(dec, batch);
    row = open_row(dec, batch);
    if (dec->header)
        return header_ends(dec, batch, &row);
    rc = check_row(dec, batch, &row);
    return rc == PGCOPY_OK ? row_is_whole(dec, batch, row.at) : rc;
}

/* It is taken for an empty line: MATCH then finds one field where it wants another number, or
   an empty name, and says so at line 1. */
pgcopy_status header_is_missing(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    pgcopy_status rc;

    if (dec->format.header != PGCOPY_HEADER_MATCH)
        return PGCOPY_OK;
    dec->line_len = 0;
    rc            = batch_room_bytes(batch, 1);
    if (rc == PGCOPY_OK)
        rc = batch_room_fields(batch, 1);
    if (rc < 0)
        return decoder_broke(dec, rc);
    batch->fields[batch->nfields++] = (pgcopy_field){(uint32_t)batch->used, 0};
    dec->seen                       = 1;
    return row_ends(dec, batch);
}

/* ---- For lib/copy ------------------------------------------------------------------- */

bool decoder_row_is_short(const pgcopy_decoder *dec)
{
    return dec->missing;
}

bool decoder_in_header(const pgcopy_decoder *dec)
{
    return dec->format.kind == PGCOPY_FORMAT_BINARY && dec->binary.stage < BINARY_COUNT;
}

bool decoder_in_field(const pgcopy_decoder *dec)
{
    return dec->format.kind == PGCOPY_FORMAT_BINARY &&
           (dec->binary.stage == BINARY_LEN || dec->binary.stage == BINARY_VALUE);
}

/* *in was moved behind the row when it failed, so there is nothing else to put back. */
void decoder_skip_row(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    memset(&dec->error, 0, sizeof dec->error);
    dec->status = PGCOPY_OK;
    dec->line++;
    row_begins(dec, batch);
    dec->open_bytes  = 0;
    dec->open_fields = 0;
}
