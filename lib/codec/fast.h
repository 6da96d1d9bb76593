/* codec/fast.h - whole rows of a chunk at once, when nothing about them is out of the common.
 */
#ifndef CODEC_FAST_H
#define CODEC_FAST_H

#include "codec/decoder.h"

/*
 * From the start of a row takes rows as long as they are whole in the chunk, have the right
 * number of columns, and their values lie in the block as they are: bare, NULL, or quoted with
 * nothing to undo inside.  Stops before the first other row, which is for the states of text.c
 * and csv.c.  FULL, < 0: stop.
 */
pgcopy_status fast_rows(pgcopy_decoder *dec, pgcopy_batch *batch);

/* Can rows of this format be taken so at all? */
bool fast_suits(const struct codec_format *f);

#endif
