/* codec/binary.h - binary format, both ways. */
#ifndef CODEC_BINARY_H
#define CODEC_BINARY_H

#include "codec/decoder.h"

/* Takes some of *in, which is not empty.  OK, FULL behind a row, END behind the trailer, < 0.
 */
pgcopy_status binary_read(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch);

/* The input is over.  END, < 0. */
pgcopy_status binary_end(pgcopy_decoder *dec, const pgcopy_batch *batch);

void binary_header(pgcopy_buf *out);
void binary_row(const pgcopy_view *v, size_t row, pgcopy_buf *out);
void binary_trailer(pgcopy_buf *out);

#endif
