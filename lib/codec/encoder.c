/*
 * codec/encoder.c - rows to bytes: a batch's fields, escaped or quoted, go straight into the
 * output; a value of any length needs room for a piece of it only, and for what it becomes.
 */
#include "codec/encoder.h"

#include "base/buf.h"

#include <string.h>

enum { PIECE = 16384 };

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
    if (enc->format.kind == PGCOPY_FORMAT_CSV)
        csv_stops(&enc->format, enc->stops);
    else
        text_stops(&enc->format, enc->stops);
    return enc;
}

void pgcopy_encoder_free(pgcopy_encoder *enc)
{
    pgcopy_allocator a;

    if (!enc)
        return;
    a = enc->format.memory.allocator;
    format_free(&enc->format);
    mem_free(&a, enc, sizeof *enc);
}

/* ---- Values -------------------------------------------------------------------------------
 */

typedef uint8_t *write_piece(const pgcopy_encoder *enc, uint8_t *to, const uint8_t *p,
                             size_t n);

static void put_pieces(const pgcopy_encoder *enc, write_piece *write, pgcopy_slice v,
                       pgcopy_buf *out)
{
    while (v.len) {
        size_t   n  = v.len < PIECE ? v.len : PIECE;
        uint8_t *to = buf_room(out, 2 * n);
        if (!to)
            return;
        out->len = (size_t)(write(enc, to, v.data, n) - out->data);
        v.data += n;
        v.len -= n;
    }
}

static void put_byte(pgcopy_buf *out, uint8_t c)
{
    pgcopy_buf_append(out, &c, 1);
}

static void put_value(const pgcopy_encoder *enc, pgcopy_slice v, bool force_quote,
                      pgcopy_buf *out)
{
    if (enc->format.kind == PGCOPY_FORMAT_TEXT) {
        put_pieces(enc, text_value, v, out);
    } else if (force_quote || csv_needs_quotes(enc, v)) {
        put_byte(out, enc->format.quote);
        put_pieces(enc, csv_quoted, v, out);
        put_byte(out, enc->format.quote);
    } else {
        pgcopy_buf_append(out, v.data, v.len);
    }
}

/* Markers are written as they are.  COPY TO has no DEFAULT; a batch that was decoded may. */
static void put_field(const pgcopy_encoder *enc, const pgcopy_view *v, pgcopy_field f,
                      bool force_quote, pgcopy_buf *out)
{
    const struct codec_format *fmt    = &enc->format;
    pgcopy_slice               marker = fmt->null_text;

    if (f.len <= PGCOPY_LEN_MAX) {
        put_value(enc, (pgcopy_slice){v->bytes + f.start, f.len}, force_quote, out);
        return;
    }
    if (f.len == PGCOPY_DEFAULT && fmt->has_default)
        marker = fmt->default_text;
    pgcopy_buf_append(out, marker.data, marker.len);
}

/* ---- Lines --------------------------------------------------------------------------------
 */

void pgcopy_encode_header(pgcopy_encoder *enc, pgcopy_buf *out)
{
    const struct codec_format *f = &enc->format;

    if (f->header == PGCOPY_HEADER_NONE || !f->known)
        return;
    enc->ncols = f->ncols;
    for (size_t i = 0; i < f->ncols; i++) {
        const char *name = f->columns[i].name;
        if (i)
            put_byte(out, f->delim);
        put_value(enc, (pgcopy_slice){(const uint8_t *)name, strlen(name)}, false, out);
    }
    put_byte(out, '\n');
}

void pgcopy_encode_row(pgcopy_encoder *enc, const pgcopy_batch *batch, size_t row,
                       pgcopy_buf *out)
{
    const pgcopy_view  *v = pgcopy_batch_view(batch);
    const pgcopy_field *f;

    if (row >= v->nrows)
        return;
    f          = v->fields + row * v->ncols;
    enc->ncols = v->ncols;
    for (size_t i = 0; i < v->ncols; i++) {
        if (i)
            put_byte(out, enc->format.delim);
        put_field(enc, v, f[i], format_column(&enc->format, i)->force_quote, out);
    }
    put_byte(out, '\n');
}

void pgcopy_encode_trailer(pgcopy_encoder *enc, pgcopy_buf *out)
{
    (void)enc, (void)out; /* of these formats only binary has one */
}
