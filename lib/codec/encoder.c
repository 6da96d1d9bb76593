/*
 * codec/encoder.c - rows to bytes: lines go straight into the output, or through the one that
 * transcodes them.
 */
#include "codec/encoder.h"

#include "base/buf.h"
#include "batch/block.h"
#include "codec/binary.h"
#include "codec/line_write.h"

#include <string.h>

enum { PIECE = 16384 };

/* ---- New and free ------------------------------------------------------------------- */

pgcopy_encoder *pgcopy_encoder_new(const pgcopy_format *format, const pgcopy_columns *columns,
                                   const pgcopy_allocator *allocator, pgcopy_error *err)
{
    pgcopy_allocator a   = mem_allocator(allocator);
    pgcopy_encoder  *enc = mem_new(&a, sizeof *enc);

    if (!enc) {
        pgcopy_error_text(err, "53200", "out of memory");
        return NULL;
    }
    if (format_init(&enc->format, format, columns, &a, err) < 0) {
        mem_free(&a, enc, sizeof *enc);
        return NULL;
    }
    enc->line.allocator = &enc->format.memory.allocator;
    if (format_is_foreign(&enc->format)) {
        enc->transcoder = transcoder_new(enc->format.encoding, true, &a, err);
        if (!enc->transcoder) {
            pgcopy_encoder_free(enc);
            return NULL;
        }
    }
    line_rules(enc);
    return enc;
}

void pgcopy_encoder_free(pgcopy_encoder *enc)
{
    pgcopy_allocator a;

    if (!enc)
        return;
    a = enc->format.memory.allocator;
    transcoder_free(enc->transcoder);
    pgcopy_buf_free(&enc->line);
    format_free(&enc->format);
    mem_free(&a, enc, sizeof *enc);
}

const pgcopy_error *pgcopy_encoder_error(const pgcopy_encoder *enc)
{
    return &enc->error;
}

/* ---- Another encoding --------------------------------------------------------------- */

/* A piece of the line; it may end inside a character.  How much of it was taken. */
static size_t transcode_piece(pgcopy_encoder *enc, pgcopy_slice line, pgcopy_buf *out,
                              enum transcode_stop *why)
{
    size_t   n    = line.len < PIECE ? line.len : PIECE, made;
    size_t   room = n * TRANSCODE_GROWTH + TRANSCODE_SLACK;
    uint8_t *to   = buf_room(out, room);

    *why = TRANSCODE_FULL;
    if (!to)
        return 0;
    n = transcode(enc->transcoder, line.data, n, to, room, &made, why);
    out->len += made;
    return n;
}

/* The whole line or nothing of it: quotes and escapes were made in UTF-8, where no second byte
   of a character can look like one. */
static void transcode_line(pgcopy_encoder *enc, pgcopy_buf *out)
{
    size_t              begun = out->len;
    pgcopy_slice        line  = {enc->line.data, enc->line.len};
    enum transcode_stop why   = TRANSCODE_ALL;

    enc->line.len = 0;
    out->failed   = out->failed || enc->line.failed;
    while (line.len && !out->failed) {
        size_t n = transcode_piece(enc, line, out, &why);
        line     = (pgcopy_slice){line.data + n, line.len - n};
        if (why != TRANSCODE_ALL && !n && !out->failed)
            break;
    }
    if (!line.len || out->failed)
        return;
    out->len = begun;
    transcode_complain(enc->transcoder, why, line.data, line.len, &enc->error);
}

/* ---- Lines -------------------------------------------------------------------------- */

/* Names are values like others, but FORCE_QUOTE is not for them (PostgreSQL). */
void pgcopy_encode_header(pgcopy_encoder *enc, pgcopy_buf *out)
{
    const struct codec_format *f = &enc->format;

    if (f->kind == PGCOPY_FORMAT_BINARY) {
        binary_header(out);
        return;
    }
    if (f->header == PGCOPY_HEADER_NONE || !f->known)
        return;
    line_of_names(enc, enc->transcoder ? &enc->line : out);
    if (enc->transcoder)
        transcode_line(enc, out);
}

/* Over the wire lines end with LF, whatever the machine. */
void pgcopy_encode_row(pgcopy_encoder *enc, const pgcopy_batch *batch, size_t row,
                       pgcopy_buf *out)
{
    const pgcopy_view *v = &batch->view;

    if (row >= v->nrows)
        return;
    if (enc->format.kind == PGCOPY_FORMAT_BINARY) {
        binary_row(v, row, out);
    } else if (enc->transcoder) {
        line_write_rest(enc, v, v->fields + row * v->ncols, 0, &enc->line);
        transcode_line(enc, out);
    } else {
        line_of_row(enc, v, v->fields + row * v->ncols, out);
    }
}

void pgcopy_encode_trailer(pgcopy_encoder *enc, pgcopy_buf *out)
{
    if (enc->format.kind == PGCOPY_FORMAT_BINARY)
        binary_trailer(out);
}
