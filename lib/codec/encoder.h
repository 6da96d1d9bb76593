/* codec/encoder.h - an encoder from the inside. */
#ifndef CODEC_ENCODER_H
#define CODEC_ENCODER_H

#include <pgcopy/codec.h>

#include "codec/format.h"
#include "codec/scan.h"
#include "codec/transcode.h"

struct pgcopy_encoder {
    struct codec_format      format;
    const struct scan_table *scan;
    struct scan_write        write;
    scan_write_run          *run; /* for all columns; NULL: FORCE_QUOTE holds for some only */
    struct transcoder       *transcoder; /* NULL: the output is UTF-8, or SQL_ASCII       */
    pgcopy_buf               line;       /* in UTF-8, before it is transcoded             */
    pgcopy_error             error;
};

#endif
