/*
 * codec/fast.c - the common rows.  It only ever accepts a row or leaves it alone: all that can
 * be wrong with a row is found, and worded, by the exact states.
 */
#include "codec/fast.h"

#include <string.h>

/* Where the ends and marks of the chunk have been read up to. */
struct cursor {
    const uint64_t *words;
    size_t          n;
    size_t          word;
    uint64_t        bits;
};

/* A chunk is read again from the middle when the states have taken a row in between. */
static struct cursor cursor_at(const uint64_t *words, size_t n, size_t at)
{
    return (struct cursor){words, n, at / 64, scan_from(words[at / 64], at)};
}

/* SIZE_MAX: no more in the chunk. */
static inline size_t cursor_next(struct cursor *c)
{
    size_t at;

    while (!c->bits) {
        if (++c->word >= c->n)
            return SIZE_MAX;
        c->bits = c->words[c->word];
    }
    at = c->word * 64 + scan_lowest(c->bits);
    c->bits &= c->bits - 1;
    return at;
}

/* One pass over a chunk, from the start of a row. */
struct fast {
    const struct codec_format *format;
    const uint8_t             *bytes; /* of the chunk                                        */
    size_t                     base;  /* of the chunk in the block                           */
    struct cursor              ends;
    struct cursor              marks;
    size_t                     mark; /* the next one                                         */
    bool                       crlf;
    bool                       hidden; /* there may be line ends in quotes                   */
};

/* The marker is compared with the text as it came, before anything is undone. */
static inline bool is_null(const struct codec_format *f, const uint8_t *p, size_t len)
{
    return len == f->null_text.len && (!len || !memcmp(p, f->null_text.data, len));
}

/*
 * A field with marks in it: NULL, or quotes around nothing but data.
 * Text: any other field with a backslash is left, so no end that a backslash has escaped is
 * ever taken for one.  CSV: the marks must be the first and the last byte and no others; line
 * ends in between would need their lines counted and the raw text kept.
 */
static bool marked_field(struct fast *x, size_t start, size_t end, pgcopy_field *f)
{
    const uint8_t *p = x->bytes + start;

    if (x->format->kind == PGCOPY_FORMAT_TEXT) {
        if (!is_null(x->format, p, end - start))
            return false;
        while (x->mark < end)
            x->mark = cursor_next(&x->marks);
        f->len = PGCOPY_NULL;
        return true;
    }
    if (x->mark != start || cursor_next(&x->marks) != end - 1 || end - start < 2)
        return false;
    x->mark = cursor_next(&x->marks);
    f->start++;
    f->len -= 2;
    return x->mark > end &&
           (!x->hidden || (!memchr(p, '\n', end - start) && !memchr(p, '\r', end - start)));
}

/* The field from start to the next end, which becomes *start's next; false: leave the row. */
static inline bool next_field(struct fast *x, size_t *start, size_t *end, pgcopy_field *f)
{
    size_t len;

    *end = cursor_next(&x->ends);
    if (*end == SIZE_MAX)
        return false;
    len = *end - *start;
    *f  = (pgcopy_field){(uint32_t)(x->base + *start), (uint32_t)len};
    if (x->mark < *end) {
        if (!marked_field(x, *start, *end, f))
            return false;
    } else if (is_null(x->format, x->bytes + *start, len)) {
        f->len = PGCOPY_NULL;
    }
    *start = *end + 1;
    return true;
}

/* Where the row that begins at start ends, behind its line end; 0: leave it. */
static size_t next_row(struct fast *x, size_t start, pgcopy_field *f, size_t ncols)
{
    size_t end = 0;

    for (size_t i = 0; i < ncols; i++) {
        if (!next_field(x, &start, &end, &f[i]) ||
            (x->bytes[end] != x->format->delim && i + 1 < ncols))
            return 0;
    }
    if (x->crlf)
        return x->bytes[end] == '\r' && cursor_next(&x->ends) == end + 1 &&
                       x->bytes[end + 1] == '\n'
                   ? end + 2
                   : 0;
    return x->bytes[end] == '\n' ? end + 1 : 0;
}

/* Quotes are looked for once a chunk, and not at all where there is none. */
static struct fast begin(pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    struct scan_words *w  = &dec->words;
    size_t             at = batch->used - dec->chunk;
    struct fast        x  = {.format = &dec->format,
                             .bytes  = batch->view.bytes + dec->chunk,
                             .base   = dec->chunk,
                             .mark   = SIZE_MAX,
                             .crlf   = dec->eol == EOL_CRLF};

    if (!(dec->seen_bytes & SCAN_SEEN_MARK)) {
        x.ends = cursor_at(w->end, w->n, at);
        return x;
    }
    if (!dec->quotes_known && dec->format.kind == PGCOPY_FORMAT_CSV)
        scan_quotes(w, at);
    dec->quotes_known = true;
    x.ends   = cursor_at(dec->format.kind == PGCOPY_FORMAT_CSV ? w->live : w->end, w->n, at);
    x.hidden = w->hidden;
    x.marks  = cursor_at(w->mark, w->n, at);
    x.mark   = cursor_next(&x.marks);
    return x;
}

/*
 * The room for the fields of a row is made before it is known that the row will be taken; what
 * is written there means nothing until nfields moves.  A row that ends behind dec->end is not
 * verified yet.
 */
pgcopy_status fast_rows(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    struct fast   x  = begin(dec, batch);
    pgcopy_status rc = PGCOPY_OK;

    while (rc == PGCOPY_OK && batch->used < dec->end) {
        size_t start = batch->used - dec->chunk, end;
        rc           = batch_room_fields(batch, dec->ncols);
        if (rc < 0)
            return decoder_broke(dec, rc);
        end = next_row(&x, start, batch->fields + batch->nfields, dec->ncols);
        if (!end || dec->chunk + end > dec->end || end - start > dec->max_row)
            break;
        batch->nfields += dec->ncols;
        batch->used = dec->chunk + end;
        rc          = row_is_whole(dec, batch, (uint32_t)(dec->chunk + start));
    }
    return rc;
}

/*
 * Forced columns and DEFAULT look at values again, an ESCAPE of its own needs the order of
 * bytes, and a quote that is a line end closes twice: all of them are rare, and exact in the
 * states.
 */
bool fast_suits(const struct codec_format *f)
{
    bool csv    = f->kind == PGCOPY_FORMAT_CSV;
    bool forced = f->any.force_null || f->any.force_not_null;

    for (size_t i = 0; i < f->ncols; i++)
        forced |= f->columns[i].force_null || f->columns[i].force_not_null;
    if (csv && (f->quote != f->escape || f->quote == '\n' || f->quote == '\r'))
        return false;
    return !forced && !f->has_default;
}
