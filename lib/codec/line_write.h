/* codec/line_write.h - lines of text and CSV. */
#ifndef CODEC_LINE_WRITE_H
#define CODEC_LINE_WRITE_H

#include "codec/encoder.h"

/* What is escaped and what is quoted, once for an encoder; by which table of the scan. */
void line_rules(pgcopy_encoder *enc);
void line_use(pgcopy_encoder *enc, const struct scan_table *table);

/* All append a line, or what of it there was memory for: then out->failed is set.  rest: from
   field i on, behind a delimiter if that is not the first. */
void line_of_names(const pgcopy_encoder *enc, pgcopy_buf *out);
void line_write_rest(const pgcopy_encoder *enc, const pgcopy_view *v,
                     const pgcopy_field *fields, size_t i, pgcopy_buf *out);

/* No columns at all, or a value that may be \. and then is quoted. */
static inline bool line_is_odd(const pgcopy_field *fields, uint32_t n)
{
    return n < 2 && (n == 0 || fields->len == 2);
}

/* Most rows are one run, and there is room for it. */
static inline void line_of_row(const pgcopy_encoder *enc, const pgcopy_view *v,
                               const pgcopy_field *fields, pgcopy_buf *out)
{
    uint32_t n = v->ncols;
    uint8_t *to;

    if (line_is_odd(fields, n) || !enc->run || out->failed ||
        out->cap - out->len < (size_t)n * SCAN_FIELD_ROOM) {
        line_write_rest(enc, v, fields, 0, out);
        return;
    }
    to       = enc->run(&enc->write, v->bytes, fields, &n, out->data + out->len);
    out->len = (size_t)(to - out->data);
    if (n < v->ncols)
        line_write_rest(enc, v, fields, n, out);
    else
        to[-1] = '\n';
}

#endif
