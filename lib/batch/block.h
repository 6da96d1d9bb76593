/*
 * batch/block.h - a batch from the inside: for the decoders that fill it, and for the checks
 * that change values in it.
 *
 *   block  | pad | row 0 | row 1 | values changed by a check | open row ... | pad |
 *                ^ view.bytes                     view.nbytes ^         used ^
 *
 * Offsets count from view.bytes.  Fields and rows lie in tables of their own.  The open row is
 * the one that is being written: its bytes begin at view.nbytes, its fields at nrows * ncols.
 */
#ifndef BATCH_BLOCK_H
#define BATCH_BLOCK_H

#include <pgcopy/batch.h>

#include "base/mem.h"

enum {
    BATCH_PAD       = 64,         /* readable, and at the end writable, bytes around        */
    BATCH_BYTES_MAX = 0x7FFFFFFF, /* of the block, so that an offset has a bit to spare     */
    BATCH_RAW_TEXT  = 128         /* kept of a row's text: CONTEXT needs its first 101      */
};
#define BATCH_RAW_SAVED 0x80000000u /* in row.raw: an offset into `saved`, not the block    */
#define BATCH_FIELD_RAW 0x80000000u /* in len, of the open row: still as it came            */

struct pgcopy_batch {
    pgcopy_view         view;
    pgcopy_allocator    allocator;
    pgcopy_batch_limits limits;
    size_t              declared; /* ncols that new() was given; 0: the first row tells     */
    bool                counted;  /* view.ncols is known                                    */
    pgcopy_status       broken;   /* why end_row will fail                                  */

    uint8_t      *block;
    size_t        block_cap; /* without the pads                                            */
    size_t        used;      /* bytes, with the open row                                    */
    pgcopy_field *fields;
    size_t        fields_cap;
    size_t        nfields; /* with the open row                                             */
    pgcopy_row   *rows;
    size_t        rows_cap;
    uint8_t      *saved; /* raw texts, each behind its length in one byte                   */
    size_t        saved_cap;
    size_t        saved_len;
    size_t        checked; /* bytes of new values: they do not move the place where a batch  */
    size_t        removed; /* is full, nor do rows taken out, for when checks run is chance  */
    bool          open_value; /* put_buf began a value that is not finished                 */
    uint32_t      open_start;
};

/* Room for n bytes at view.bytes + used, and BATCH_PAD more that may be written and mean
   nothing. view.bytes may move.  LIMIT: the block would be over BATCH_BYTES_MAX. */
pgcopy_status batch_room_bytes(pgcopy_batch *batch, size_t n) PGCOPY_MUST_CHECK;

/* Room for n more fields at fields + nfields. */
pgcopy_status batch_room_fields(pgcopy_batch *batch, size_t n) PGCOPY_MUST_CHECK;

/* Keeps the raw text of the open row, before its values are unescaped where they lie; *raw is
   for batch_row_ends. */
pgcopy_status batch_save_raw(pgcopy_batch *batch, pgcopy_slice text,
                             uint32_t *raw) PGCOPY_MUST_CHECK;

/*
 * Makes the open row a whole one, up to `used` and `nfields`; row NULL: not from a decoder.
 * OK, FULL: it is in.  USAGE: it has another number of values than the rest; it stays open.
 */
pgcopy_status batch_row_ends(pgcopy_batch *batch, const pgcopy_row *row) PGCOPY_MUST_CHECK;

/*
 * Many rows at once, from a decoder: room for them, then n that lie behind the whole ones, in
 * the tables and in the block up to `used`.  No more than rows_to_full, and only the last may
 * end at used_if_full or behind it, or the batch would be full before; neither is ever 0.
 */
size_t        batch_rows_to_full(const pgcopy_batch *batch, size_t ncols);
size_t        batch_used_if_full(const pgcopy_batch *batch);
pgcopy_status batch_room_rows(pgcopy_batch *batch, size_t n) PGCOPY_MUST_CHECK;
pgcopy_status batch_rows_end(pgcopy_batch *batch, size_t n, size_t ncols,
                             size_t used) PGCOPY_MUST_CHECK;

/* A marker lies nowhere. */
static inline bool batch_field_is_marker(pgcopy_field f)
{
    return f.len > (BATCH_FIELD_RAW | PGCOPY_LEN_MAX);
}

/* At one of its limits, as if no check had changed a value or taken a row out. */
static inline bool batch_is_full(const pgcopy_batch *batch)
{
    size_t removed = batch->removed;

    return batch->view.nrows + removed >= batch->limits.rows ||
           batch->used - batch->checked >= batch->limits.bytes ||
           batch->nfields + removed * batch->view.ncols >= batch->limits.fields;
}

/* Takes a whole row out of the middle; the rows behind it move up. */
void batch_remove_row(pgcopy_batch *batch, size_t row);

/*
 * New values for fields of whole rows: new_value gives room for len bytes behind everything,
 * and the field says where; settle, once behind them, brings them in front of the open row, so
 * that that one can go on growing.
 */
pgcopy_status batch_new_value(pgcopy_batch *batch, size_t len, pgcopy_field *field,
                              uint8_t **room) PGCOPY_MUST_CHECK;
pgcopy_status batch_settle(pgcopy_batch *batch, size_t open_end) PGCOPY_MUST_CHECK;

#endif
