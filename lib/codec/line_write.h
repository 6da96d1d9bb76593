/* codec/line_write.h - lines of text and CSV. */
#ifndef CODEC_LINE_WRITE_H
#define CODEC_LINE_WRITE_H

#include "codec/encoder.h"

/* What is escaped and what is quoted, once for an encoder. */
void line_rules(pgcopy_encoder *enc);

/* All append a line, or what of it there was memory for: then out->failed is set.  rest: from
   field i on, behind a delimiter if that is not the first. */
void line_of_names(const pgcopy_encoder *enc, pgcopy_buf *out);
void line_write_rest(const pgcopy_encoder *enc, const pgcopy_view *v,
                     const pgcopy_field *fields, size_t i, pgcopy_buf *out);

/* Most rows are one run, and there is room for it. */
static inline void line_of_row(const pgcopy_encoder *enc, const pgcopy_view *v,
                               const pgcopy_field *fields, pgcopy_buf *out)
{
    uint32_t n = v->ncols;
    uint8_t *to;

    if (n < 2 || !enc->run || out->failed ||
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
