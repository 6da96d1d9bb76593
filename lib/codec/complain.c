/* codec/complain.c - errors of the decoder in PostgreSQL's words, with their CONTEXT. */
#include "codec/decoder.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* `COPY t, line 3`: while a line is not complete, this is all PostgreSQL says. */
static pgcopy_status stop_at_line(pgcopy_decoder *dec)
{
    pgcopy_error *err = &dec->error;

    if (dec->table)
        snprintf(err->where, sizeof err->where, "COPY %s, line %llu", dec->table,
                 (unsigned long long)dec->line);
    return dec->status = PGCOPY_ERR_DATA;
}

/*
 * `COPY t, line 3: "the line as it came"`: the line is whole, so PostgreSQL shows its text,
 * still escaped and quoted, of which the first hundred bytes at most.
 */
pgcopy_status bad_row(pgcopy_decoder *dec, pgcopy_slice raw)
{
    pgcopy_error *err = &dec->error;

    stop_at_line(dec);
    if (dec->table) {
        text_add(err->where, sizeof err->where, ": \"", 3);
        text_add_clipped(err->where, sizeof err->where, raw);
        text_add(err->where, sizeof err->where, "\"", 1);
    }
    return dec->status;
}

/*
 * Behind a CR that may be half of a CRLF the length was settled at the CR; a line end is no
 * part of the length.
 */
bool line_is_too_long(const pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    size_t len = batch->used - batch->view.nbytes;

    if (dec->state == DEC_CR)
        len = dec->line_len;
    return len > dec->max_row;
}

/*
 * PostgreSQL reads a line into a string buffer, and these are the words of one that is full
 * (54000, program_limit_exceeded); its own limit is the default of max_row.
 */
pgcopy_status row_too_long(pgcopy_decoder *dec)
{
    pgcopy_error_set(&dec->error, "54000",
                     "string buffer exceeds maximum allowed length (%lu bytes)",
                     (unsigned long)dec->max_row);
    return stop_at_line(dec);
}

/*
 * 22P04 (bad_copy_file_format) while the line is read.  All such errors come through here, so
 * that a line that was too long before its error is too long however the input is cut: in small
 * pieces the length is noticed first.
 */
pgcopy_status bad_line(pgcopy_decoder *dec, pgcopy_batch *batch, const char *message,
                       const char *hint)
{
    if (line_is_too_long(dec, batch))
        return row_too_long(dec);
    pgcopy_error_text(&dec->error, "22P04", message);
    text_add(dec->error.hint, sizeof dec->error.hint, hint, strlen(hint));
    return stop_at_line(dec);
}

/* PostgreSQL verifies before it splits lines, so it has no text of the line to show. */
pgcopy_status bad_bytes(pgcopy_decoder *dec, const uint8_t *seq, size_t n)
{
    utf8_complain(&dec->error, dec->format.verify ? "UTF8" : "SQL_ASCII", seq, n);
    return stop_at_line(dec);
}

/* The conversion comes before the lines as well. */
pgcopy_status bad_character(pgcopy_decoder *dec, enum transcode_stop why, const uint8_t *p,
                            size_t n)
{
    transcode_complain(dec->foreign->transcoder, why, p, n, &dec->error);
    return stop_at_line(dec);
}

/* What escapes made must be UTF-8, whatever the encoding of the input. */
pgcopy_status bad_bytes_in_row(pgcopy_decoder *dec, const uint8_t *seq, size_t n,
                               pgcopy_slice raw)
{
    utf8_complain(&dec->error, "UTF8", seq, n);
    return bad_row(dec, raw);
}

/*
 * The batch could not grow.  A block that may not get any larger is a row that is too long; the
 * status of a failed allocation is the caller's, for it may try again with another decoder.
 */
pgcopy_status decoder_broke(pgcopy_decoder *dec, pgcopy_status why)
{
    if (why == PGCOPY_ERR_LIMIT)
        return row_too_long(dec);
    pgcopy_error_text(&dec->error, "53200", "out of memory");
    stop_at_line(dec);
    return dec->status = why;
}
