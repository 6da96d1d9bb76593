/*
 * codec/line.c - where a field and where a line ends: the three styles of line ends, of which
 * the first line fixes one for the whole input, and the end marker.
 */
#include "codec/decoder.h"

static bool is_csv(const pgcopy_decoder *dec)
{
    return dec->format.kind == PGCOPY_FORMAT_CSV;
}

/* ---- Fields ------------------------------------------------------------------------- */

/*
 * A field is what lies between two delimiters, still as it came: markers are compared with
 * that. The header that is not looked at has no fields at all.
 * More than one field too many need not be kept: the last that is kept then holds the rest.
 */
static pgcopy_status add_field(pgcopy_decoder *dec, pgcopy_batch *batch, size_t end)
{
    size_t        limit = dec->ncols == SIZE_MAX ? CODEC_COLUMNS_MAX : dec->ncols;
    size_t        base  = batch->view.nbytes;
    pgcopy_status rc    = PGCOPY_OK;

    dec->seen++;
    if (dec->header && dec->format.header == PGCOPY_HEADER_LINE)
        return PGCOPY_OK;
    if (dec->seen > limit + 1) {
        pgcopy_field *last = &batch->fields[batch->nfields - 1];
        last->len          = (uint32_t)(base + end - last->start);
        return PGCOPY_OK;
    }
    rc = batch_room_fields(batch, 1);
    if (rc < 0)
        return decoder_broke(dec, rc);
    batch->fields[batch->nfields++] =
        (pgcopy_field){(uint32_t)(base + dec->field), (uint32_t)(end - dec->field)};
    return PGCOPY_OK;
}

/* The next field begins behind the delimiter. */
pgcopy_status field_ends(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    size_t        end = batch->used - batch->view.nbytes;
    pgcopy_status rc  = add_field(dec, batch, end);

    batch->used++;
    dec->field = end + 1;
    return rc;
}

/* ---- Line ends ---------------------------------------------------------------------- */

/* Only now is the line judged: what is wrong in reading it comes before what is wrong in it. */
static pgcopy_status line_is_whole(pgcopy_decoder *dec, pgcopy_batch *batch, size_t field_end)
{
    pgcopy_status rc;

    if (dec->line_len > dec->max_row)
        return row_too_long(dec);
    rc = add_field(dec, batch, field_end);
    return rc == PGCOPY_OK ? row_ends(dec, batch) : rc;
}

/*
 * The first line fixes the style, and a line end of another style is an error, not data: a file
 * with mixed line ends has most likely been damaged on its way.  Text and CSV say so
 * differently.
 */
static pgcopy_status stray_lf(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    if (is_csv(dec))
        return bad_line(dec, batch, "unquoted newline found in data",
                        "Use quoted CSV field to represent newline.");
    return bad_line(dec, batch, "literal newline found in data",
                    "Use \"\\n\" to represent newline.");
}

static pgcopy_status stray_cr(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    if (is_csv(dec))
        return bad_line(dec, batch, "unquoted carriage return found in data",
                        "Use quoted CSV field to represent carriage return.");
    return bad_line(dec, batch, "literal carriage return found in data",
                    "Use \"\\r\" to represent carriage return.");
}

/* A LF ends the line, and where nothing was known yet makes the style LF. */
pgcopy_status line_feed(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    if (dec->eol == EOL_CR || dec->eol == EOL_CRLF)
        return stray_lf(dec, batch);
    dec->eol      = EOL_LF;
    dec->line_len = batch->used - batch->view.nbytes;
    batch->used++;
    return line_is_whole(dec, batch, dec->line_len);
}

/* A CR ends the line in style CR; else the next byte must tell, in this piece or the next.  In
   CSV PostgreSQL looks at that byte whatever the style, so that a row waits for it. */
pgcopy_status carriage_return(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    if (dec->eol == EOL_LF && !is_csv(dec))
        return stray_cr(dec, batch);
    dec->line_len = batch->used - batch->view.nbytes;
    batch->used++;
    if (dec->eol == EOL_CR && !is_csv(dec))
        return line_is_whole(dec, batch, dec->line_len);
    dec->state = DEC_CR;
    return PGCOPY_OK;
}

/* A LF belongs to the CR; anything else means style CR, if no line has ended with CRLF yet. */
pgcopy_status after_carriage_return(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    if (dec->eol == EOL_LF)
        return stray_cr(dec, batch);
    if (batch->view.bytes[batch->used] == '\n' && dec->eol != EOL_CR) {
        dec->eol = EOL_CRLF;
        batch->used++;
    } else if (dec->eol == EOL_CRLF) {
        return stray_cr(dec, batch);
    } else {
        dec->eol = EOL_CR; /* the byte behind it belongs to the next line */
    }
    return line_is_whole(dec, batch, dec->line_len);
}

/* ---- The end ------------------------------------------------------------------------ */

/* The marker is no row.  As the header line it ends the data too, but MATCH still wants names.
 */
static pgcopy_status stop_here(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    dec->dropped += batch->used - batch->view.nbytes;
    row_begins(dec, batch);
    if (dec->header && header_is_missing(dec, batch) < 0)
        return dec->status;
    return dec->status = PGCOPY_END;
}

/* At the line end behind \. : whether anything stood before it is asked last (PostgreSQL). */
pgcopy_status end_marker(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    size_t before = batch->used - batch->view.nbytes - (dec->state == DEC_DOT_CR ? 3 : 2);

    if (line_is_too_long(dec, batch))
        return row_too_long(dec);
    if (before)
        return bad_line(dec, batch, "end-of-copy marker is not alone on its line", "");
    batch->used++;
    return stop_here(dec, batch);
}

/* The last line may lack its end: it gets one, so that its text too ends where a line ends. */
static pgcopy_status end_line(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    size_t        len = batch->used - batch->view.nbytes;
    pgcopy_status rc  = batch_room_bytes(batch, 1);

    if (rc < 0)
        return decoder_broke(dec, rc);
    csv_count_cr(dec);
    batch->block[BATCH_PAD + batch->used++] = '\n';
    dec->line_len                           = len;
    /* A backslash before the end of the input is part of the line, but not of its field. */
    return line_is_whole(dec, batch, dec->state == DEC_ESCAPE ? len - 1 : len);
}

/* A CR at the end of the input is a line end of style CR, so in style CRLF it is a stray one.
 */
pgcopy_status line_ends_at_eof(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    switch (dec->state) {
    case DEC_CR:
        if (dec->eol == EOL_CRLF || dec->eol == EOL_LF)
            return stray_cr(dec, batch);
        dec->eol = EOL_CR;
        return line_is_whole(dec, batch, dec->line_len);
    case DEC_DOT:
    case DEC_DOT_CR:
        return bad_line(dec, batch, "end-of-copy marker is not alone on its line", "");
    default:
        return batch->used > batch->view.nbytes ? end_line(dec, batch) : PGCOPY_OK;
    }
}
