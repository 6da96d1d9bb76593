/* codec/fast.h - all rows of a chunk at once, when nothing in it is out of the common. */
#ifndef CODEC_FAST_H
#define CODEC_FAST_H

#include "codec/decoder.h"

/*
 * Takes the rows of the chunk up to dec->end and begins the next, going on from any state that
 * is DATA, QUOTED or ESCAPE.  OK with batch->used < dec->end: it left a row that is not
 * regular, from its start, or the start of the chunk, to the states of text.c and csv.c.  FULL,
 * < 0: stop.
 */
pgcopy_status fast_chunk(pgcopy_decoder *dec, pgcopy_batch *batch);

/* Can it go on with this chunk? */
bool fast_can(const pgcopy_decoder *dec, const pgcopy_batch *batch);

/* Can rows of this format be taken so at all? */
bool fast_suits(const struct codec_format *f);

#endif
