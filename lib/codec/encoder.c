/*
 * codec/encoder.c - rows to bytes: a batch's fields, escaped or quoted, go straight into the
 * output; a value of any length needs room for a piece of it only, and for what it becomes.
 */
#include "codec/encoder.h"

#include "base/buf.h"
#include "codec/binary.h"

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
    transcoder_free(enc->transcoder);
    pgcopy_buf_free(&enc->line);
    format_free(&enc->format);
    mem_free(&a, enc, sizeof *enc);
}

const pgcopy_error *pgcopy_encoder_error(const pgcopy_encoder *enc)
{
    return &enc->error;
}

/* ---- Output: a pointer that runs, until what is written is settled in the buffer ---- */

struct sink {
    pgcopy_buf *out;
    uint8_t    *to; /* NULL: no memory */
    uint8_t    *limit;
};

/* What was written before memory ran out stays in the buffer, which says that it failed. */
static void sink_settle(struct sink *s)
{
    if (s->to)
        s->out->len = (size_t)(s->to - s->out->data);
}

/* The buffer grows by more than is asked for, and all of it is used before the next call. */
static bool sink_grow(struct sink *s, size_t n)
{
    sink_settle(s);
    s->to    = buf_room(s->out, n);
    s->limit = s->to ? s->out->data + s->out->cap : NULL;
    return s->to != NULL;
}

static inline bool sink_room(struct sink *s, size_t n)
{
    return (s->to && (size_t)(s->limit - s->to) >= n) || sink_grow(s, n);
}

static inline void put_byte(struct sink *s, uint8_t c)
{
    if (sink_room(s, 1))
        *s->to++ = c;
}

static void put_bytes(struct sink *s, pgcopy_slice v)
{
    if (v.len && sink_room(s, v.len)) {
        memcpy(s->to, v.data, v.len);
        s->to += v.len;
    }
}

/* ---- Values ------------------------------------------------------------------------- */

typedef uint8_t *write_piece(const pgcopy_encoder *enc, uint8_t *to, const uint8_t *p,
                             size_t n);

/* Each byte may become two.  In pieces, or a value of a gigabyte would need two behind it. */
static void put_pieces(const pgcopy_encoder *enc, write_piece *write, pgcopy_slice v,
                       struct sink *s)
{
    while (v.len) {
        size_t n = v.len < PIECE ? v.len : PIECE;
        if (!sink_room(s, 2 * n))
            return;
        s->to = write(enc, s->to, v.data, n);
        v.data += n;
        v.len -= n;
    }
}

/* FORCE_QUOTE does not touch NULL: a quoted marker would be read back as a value. */
static void put_value(const pgcopy_encoder *enc, pgcopy_slice v, bool force_quote,
                      struct sink *s)
{
    if (enc->format.kind == PGCOPY_FORMAT_TEXT) {
        put_pieces(enc, text_value, v, s);
    } else if (force_quote || csv_needs_quotes(enc, v)) {
        put_byte(s, enc->format.quote);
        put_pieces(enc, csv_quoted, v, s);
        put_byte(s, enc->format.quote);
    } else {
        put_bytes(s, v);
    }
}

/* Markers are written as they are.  COPY TO has no DEFAULT; a batch that was decoded may. */
static void put_marker(const pgcopy_encoder *enc, uint32_t marker, struct sink *s)
{
    bool is_default = marker == PGCOPY_DEFAULT && enc->format.has_default;

    put_bytes(s, is_default ? enc->format.default_text : enc->format.null_text);
}

/* ---- Another encoding --------------------------------------------------------------- */

static pgcopy_buf *line_begins(pgcopy_encoder *enc, pgcopy_buf *out)
{
    return enc->transcoder ? &enc->line : out;
}

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
static void line_ends(pgcopy_encoder *enc, pgcopy_buf *out)
{
    size_t              begun = out->len;
    pgcopy_slice        line  = {enc->line.data, enc->line.len};
    enum transcode_stop why   = TRANSCODE_ALL;

    if (!enc->transcoder)
        return;
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
    struct sink                s = {.out = line_begins(enc, out)};

    if (f->kind == PGCOPY_FORMAT_BINARY) {
        binary_header(out);
        return;
    }
    if (f->header == PGCOPY_HEADER_NONE || !f->known)
        return;
    (void)sink_grow(&s, 1);
    enc->ncols = f->ncols;
    for (size_t i = 0; i < f->ncols; i++) {
        const char *name = f->columns[i].name;
        if (i)
            put_byte(&s, f->delim);
        put_value(enc, (pgcopy_slice){(const uint8_t *)name, strlen(name)}, false, &s);
    }
    put_byte(&s, '\n');
    sink_settle(&s);
    line_ends(enc, out);
}

/* Over the wire lines end with LF, whatever the machine. */
void pgcopy_encode_row(pgcopy_encoder *enc, const pgcopy_batch *batch, size_t row,
                       pgcopy_buf *out)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);
    struct sink        s = {.out = line_begins(enc, out)};

    if (row >= v->nrows)
        return;
    if (enc->format.kind == PGCOPY_FORMAT_BINARY) {
        binary_row(v, row, out);
        return;
    }
    (void)sink_grow(&s, 1);
    enc->ncols = v->ncols;
    for (size_t i = 0; i < v->ncols; i++) {
        pgcopy_field f = v->fields[row * v->ncols + i];
        if (i)
            put_byte(&s, enc->format.delim);
        if (f.len > PGCOPY_LEN_MAX)
            put_marker(enc, f.len, &s);
        else
            put_value(enc, (pgcopy_slice){v->bytes + f.start, f.len},
                      format_column(&enc->format, i)->force_quote, &s);
    }
    put_byte(&s, '\n');
    sink_settle(&s);
    line_ends(enc, out);
}

void pgcopy_encode_trailer(pgcopy_encoder *enc, pgcopy_buf *out)
{
    if (enc->format.kind == PGCOPY_FORMAT_BINARY)
        binary_trailer(out);
}
