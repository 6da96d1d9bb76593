/* codec/encoder.h - an encoder from the inside. */
#ifndef CODEC_ENCODER_H
#define CODEC_ENCODER_H

#include <pgcopy/codec.h>

#include "codec/format.h"
#include "codec/transcode.h"

struct pgcopy_encoder {
    struct codec_format format;
    size_t              ncols;      /* of the row that is written          */
    uint8_t             stops[256]; /* bytes that are escaped, or call for quotes */
    struct transcoder  *transcoder; /* NULL: the output is UTF-8, or SQL_ASCII    */
    pgcopy_buf          line;       /* in UTF-8, before it is transcoded          */
    pgcopy_error        error;
};

/* Marks what a value cannot hold as it is. */
void text_stops(const struct codec_format *f, uint8_t stops[256]);
void csv_stops(const struct codec_format *f, uint8_t stops[256]);

/* Both write at most 2 * n bytes and return the new end.  csv: what stands inside the quotes.
 */
uint8_t *text_value(const pgcopy_encoder *enc, uint8_t *to, const uint8_t *p, size_t n);
uint8_t *csv_quoted(const pgcopy_encoder *enc, uint8_t *to, const uint8_t *p, size_t n);

/* Must this value be quoted? */
bool csv_needs_quotes(const pgcopy_encoder *enc, pgcopy_slice v);

#endif
