/*
 * codec/line_write.c - a row's fields, escaped or quoted, become a line of text or CSV.
 *
 *   fields   12  Ann  NULL  a,b  7         runs of short fields that need nothing go out in
 *            '----------'        '         one call; the one that ends a run goes by itself,
 * and line     12 , Ann ,     ,"a,b", 7 \n   a long value in pieces
 */
#include "codec/line_write.h"

#include "base/buf.h"

#include <string.h>

enum { PIECE = 16384, RUN_USUAL = 64 };

/* ---- Rules -------------------------------------------------------------------------- */

/* Control characters that have a letter are written with it, also as the delimiter; all others
   go out raw.  The NULL string in a value is protected by its backslash alone, as in
   PostgreSQL: with NULL 'x' the value x is read back as NULL. */
static void text_rules(const struct codec_format *f, struct scan_write *w)
{
    static const char controls[] = "\b\f\n\r\t\v", letters[] = "bfnrtv";

    w->marks            = (struct scan_marks){f->delim, '\\', '\\'};
    w->guarded          = PGCOPY_NULL;
    w->behind['\\']     = '\\';
    w->behind[f->delim] = f->delim;
    for (size_t i = 0; controls[i]; i++)
        w->behind[(uint8_t)controls[i]] = (uint8_t)letters[i];
}

/* A value with a stop is quoted: it would not be read back as one field.  Inside an ESCAPE is
   escaped too, or it would take the byte behind it along. */
static void csv_rules(const struct codec_format *f, struct scan_write *w)
{
    w->marks             = (struct scan_marks){f->delim, f->quote, f->escape};
    w->guarded           = (uint32_t)f->null_text.len;
    w->behind[f->quote]  = f->quote;
    w->behind[f->escape] = f->escape;
    w->stops[f->delim]   = true;
    w->stops[f->quote]   = true;
    w->stops['\n']       = true;
    w->stops['\r']       = true;
}

void line_use(pgcopy_encoder *enc, const struct scan_table *table)
{
    const struct codec_format *f = &enc->format;

    enc->scan = table;
    enc->run  = f->any.force_quote ? table->write_quoted : table->write_short;
    for (size_t i = 0; i < f->ncols; i++)
        if (f->columns[i].force_quote != f->any.force_quote)
            enc->run = NULL;
}

void line_rules(pgcopy_encoder *enc)
{
    const struct codec_format *f = &enc->format;
    struct scan_write         *w = &enc->write;

    if (f->kind == PGCOPY_FORMAT_CSV)
        csv_rules(f, w);
    else
        text_rules(f, w);
    w->null_len = (uint32_t)f->null_text.len;
    if (w->null_len && w->null_len <= SCAN_NULL_MAX)
        memcpy(w->null, f->null_text.data, w->null_len);
    line_use(enc, scan_at(0));
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

/* ---- Any value ---------------------------------------------------------------------- */

/* Each byte may become two.  In pieces, or a value of a gigabyte would need two behind it. */
static void put_pieces(const struct scan_write *w, scan_write_escaped *write, pgcopy_slice v,
                       struct sink *s)
{
    while (v.len) {
        size_t n = v.len < PIECE ? v.len : PIECE;
        if (!sink_room(s, 2 * n + SCAN_ESCAPE_ROOM))
            return;
        s->to = write(w, s->to, v.data, n);
        v.data += n;
        v.len -= n;
    }
}

/*
 * A value that reads like the NULL string is quoted, since a quoted one is never NULL.  ESCAPE
 * alone needs no quotes.  PostgreSQL 18 still quotes \. in a row of one column, for the sake of
 * older readers.
 */
static bool needs_quotes(const pgcopy_encoder *enc, pgcopy_slice v, size_t ncols)
{
    pgcopy_slice null = enc->format.null_text;

    if (v.len == null.len && (!v.len || !memcmp(v.data, null.data, v.len)))
        return true;
    if (ncols == 1 && v.len == 2 && !memcmp(v.data, "\\.", 2))
        return true;
    return enc->scan->finds_stop(&enc->write, v.data, v.len);
}

/* FORCE_QUOTE does not touch NULL: a quoted marker would be read back as a value. */
static void put_value(const pgcopy_encoder *enc, pgcopy_slice v, bool force_quote, size_t ncols,
                      struct sink *s)
{
    if (enc->format.kind == PGCOPY_FORMAT_TEXT) {
        put_pieces(&enc->write, enc->scan->escape_text, v, s);
    } else if (force_quote || needs_quotes(enc, v, ncols)) {
        put_byte(s, enc->format.quote);
        put_pieces(&enc->write, enc->scan->escape_quoted, v, s);
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

static bool is_forced(const pgcopy_encoder *enc, size_t i)
{
    return format_column(&enc->format, i)->force_quote;
}

static void put_field(const pgcopy_encoder *enc, const pgcopy_view *v, const pgcopy_field *row,
                      size_t i, struct sink *s)
{
    pgcopy_field f = row[i];

    if (f.len > PGCOPY_LEN_MAX)
        put_marker(enc, f.len, s);
    else
        put_value(enc, (pgcopy_slice){v->bytes + f.start, f.len}, is_forced(enc, i), v->ncols,
                  s);
    put_byte(s, enc->format.delim);
}

/* ---- Runs --------------------------------------------------------------------------- */

/* How many columns from i on are forced, or not, as it is. */
static size_t alike(const pgcopy_encoder *enc, size_t i, size_t ncols)
{
    size_t n = 1;

    if (enc->run)
        return ncols - i;
    while (i + n < ncols && is_forced(enc, i + n) == is_forced(enc, i))
        n++;
    return n;
}

/* How many short fields from i on went out.  \. may be a row of one column. */
static size_t put_run(const pgcopy_encoder *enc, const pgcopy_view *v, const pgcopy_field *row,
                      size_t i, struct sink *s)
{
    scan_write_run *write =
        is_forced(enc, i) ? enc->scan->write_quoted : enc->scan->write_short;
    size_t   n = alike(enc, i, v->ncols), room;
    uint32_t run;

    if (line_is_odd(row, v->ncols) ||
        !sink_room(s, (n < RUN_USUAL ? n : RUN_USUAL) * SCAN_FIELD_ROOM))
        return 0;
    room  = (size_t)(s->limit - s->to) / SCAN_FIELD_ROOM;
    run   = (uint32_t)(n < room ? n : room);
    s->to = write(&enc->write, v->bytes, row + i, &run, s->to);
    return run;
}

/* ---- Lines -------------------------------------------------------------------------- */

static struct sink line_opens(pgcopy_buf *out)
{
    struct sink s = {.out = out};

    if (out->data && !out->failed) {
        s.to    = out->data + out->len;
        s.limit = out->data + out->cap;
    }
    return s;
}

/* The end of the line takes the place of the last delimiter. */
static void line_closes(struct sink *s, size_t ncols)
{
    if (!ncols)
        put_byte(s, '\n');
    else if (s->to)
        s->to[-1] = '\n';
    sink_settle(s);
}

void line_of_names(const pgcopy_encoder *enc, pgcopy_buf *out)
{
    const struct codec_format *f = &enc->format;
    struct sink                s = line_opens(out);

    for (size_t i = 0; i < f->ncols; i++) {
        const char *name = f->columns[i].name;
        put_value(enc, (pgcopy_slice){(const uint8_t *)name, strlen(name)}, false, f->ncols,
                  &s);
        put_byte(&s, f->delim);
    }
    line_closes(&s, f->ncols);
}

void line_write_rest(const pgcopy_encoder *enc, const pgcopy_view *v,
                     const pgcopy_field *fields, size_t i, pgcopy_buf *out)
{
    struct sink s = line_opens(out);

    for (; i < v->ncols; i++) {
        i += put_run(enc, v, fields, i, &s);
        if (i < v->ncols)
            put_field(enc, v, fields, i, &s);
    }
    line_closes(&s, v->ncols);
}
