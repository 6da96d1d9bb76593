/*
 * codec/decoder.h - a decoder from the inside.
 *
 *   in -> a chunk, copied behind the open row and sorted (scan.h) -> verified
 *      -> fast.c: all its rows at once        whatever it leaves:
 *      -> csv.c, text.c: states, a run at a time -> line.c: line end -> row.c: a whole row
 *
 *   block  | whole rows | open row, as it came    | rest of the chunk |
 *                       ^ view.nbytes        used ^               end ^
 *
 * A row's values are unescaped where they lie once its line has ended, so until then the open
 * row is the text that CONTEXT shows.  Offsets that live longer than a call are relative to
 * view.nbytes, because pgcopy_batch_clear() moves the open row.
 */
#ifndef CODEC_DECODER_H
#define CODEC_DECODER_H

#include <pgcopy/codec.h>

#include "base/utf8.h"
#include "batch/block.h"
#include "codec/foreign.h"
#include "codec/format.h"
#include "codec/scan.h"

enum decoder_state {
    DEC_DATA,       /* unquoted, or text                                     */
    DEC_ESCAPE,     /* text: behind a backslash                              */
    DEC_HEX,        /* text: behind \x                                       */
    DEC_HEX2,       /* text: behind \x and one digit                         */
    DEC_DOT,        /* text: behind \.                                       */
    DEC_DOT_CR,     /* text: behind \. and the CR of a CRLF                  */
    DEC_QUOTED,     /* CSV: inside quotes                                    */
    DEC_QUOTED_ESC, /* CSV: behind an ESCAPE that is not the QUOTE           */
    DEC_CR,         /* behind a CR that may be half of a CRLF                */
    DEC_BAD         /* a bad character: `tail` gets its bytes for the message */
};

enum decoder_eol { EOL_UNKNOWN, EOL_LF, EOL_CR, EOL_CRLF };

enum binary_stage {
    BINARY_SIGNATURE,
    BINARY_FLAGS,
    BINARY_EXTENSION_LEN,
    BINARY_EXTENSION,
    BINARY_COUNT, /* of a row's fields, or the trailer */
    BINARY_LEN,
    BINARY_VALUE
};

struct binary_state {
    enum binary_stage stage;
    uint8_t           head[11]; /* the part of fixed length that is being read */
    uint8_t           have;     /* of it                                       */
    uint32_t          left;     /* of an extension or a value                  */
};

struct pgcopy_decoder {
    struct codec_format format;
    char               *table; /* NULL: no CONTEXT                                         */
    uint32_t            max_row;
    pgcopy_status       status; /* < 0 or END: over, and stays so                           */
    pgcopy_error        error;
    uint64_t            line;
    enum decoder_eol    eol;
    enum decoder_state  state;
    uint8_t             tail[4]; /* a character that is cut off, for the next chunk     */
    uint8_t             ntail;
    bool                header; /* the header line is being read                            */
    size_t              ncols;  /* of every row; SIZE_MAX until the first one is whole      */

    /* the open row */
    size_t field;     /* where its open field begins                              */
    size_t seen;      /* finished fields, with those that are too many to be kept */
    size_t line_len;  /* without the line end                                     */
    bool   marked;    /* has a backslash or a quote                               */
    bool   embedded;  /* has a CR or LF inside                                    */
    bool   quoted_cr; /* the last byte was a CR in quotes that counts as a line           */
    bool   missing;   /* failed for lack of a column, see decoder_skip_row        */
    size_t finished;  /* the first fields, by fast.c: only raw ones are left to do         */
    bool   raw;       /* some of them are (BATCH_FIELD_RAW)                       */
    bool   odd;       /* the open field needs a closer look, see scan_ends        */
    size_t open_bytes, open_fields; /* what the batch must still hold at the next call */

    struct binary_state binary;
    struct foreign     *foreign; /* NULL: the input is UTF-8, or SQL_ASCII */

    /* the chunk */
    const struct scan_table *scan;
    struct scan_set          set;
    struct scan_kind         kind;
    uint64_t                 nulls;      /* see scan_carry                                  */
    bool                     markers;    /* NULL is neither nothing nor \N                  */
    bool                     fast;       /* fast_suits                                      */
    uint8_t                  stops[256]; /* bytes that mean something to the states         */
    unsigned                 seen_bytes; /* SCAN_HIGH, ...                                  */
    size_t                   chunk;      /* where it begins and ends in the block           */
    size_t                   end;
    size_t                   dropped; /* bytes of a header that are no longer in the block */
    struct scan_words        words;
    struct scan_ends         ends;
};

/* ---- For lib/copy ------------------------------------------------------------------- */

/*
 * After `missing data for column`: the values of the row that are there were finished, forced
 * NULLs and all, and lie in the open row (fields behind nrows * ncols, bytes behind nbytes),
 * for PostgreSQL converts them first and an error of theirs wins.  With ON_ERROR ignore such an
 * error skips the row instead: skip_row drops it and the decoder goes on behind it.
 */
bool decoder_row_is_short(const pgcopy_decoder *dec);
bool decoder_in_header(const pgcopy_decoder *dec); /* of binary */
bool decoder_in_field(
    const pgcopy_decoder *dec); /* of binary: its length or value is awaited */
void decoder_skip_row(pgcopy_decoder *dec, pgcopy_batch *batch);

/* ---- The two formats ---------------------------------------------------------------- */

/* Goes on from dec->state: takes a byte at least, or ends a row.  FULL, END, < 0: stop. */
pgcopy_status text_step(pgcopy_decoder *dec, pgcopy_batch *batch);
pgcopy_status csv_step(pgcopy_decoder *dec, pgcopy_batch *batch);

/* The CR in quotes that may have been the last byte is followed by one, or by the end. */
void csv_count_cr(pgcopy_decoder *dec);

/* In place: the new length; *recheck: an escape made a byte that UTF-8 or a string may not
   have. */
uint32_t text_unescape(uint8_t *p, uint32_t len, bool *recheck);

/* In place, for a field with quotes: the new length.  open: no quote ends it. */
uint32_t csv_unquote(const pgcopy_decoder *dec, uint8_t *p, uint32_t len, bool *open);

/* Goes to the next byte of the chunk that means something; false: there is none. */
static inline bool run_ends(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    const uint8_t *bytes = batch->view.bytes;
    size_t         at    = batch->used;

    while (at < dec->end && !dec->stops[bytes[at]])
        at++;
    batch->used = at;
    return at < dec->end;
}

/* ---- Input (decoder.c, foreign.c) --------------------------------------------------- */

/* Takes *in up to its end, as OK, or to where it stops. */
pgcopy_status decoder_take(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch);

/* The same with input in another encoding; and the end of it. */
pgcopy_status foreign_take(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch);
pgcopy_status foreign_end(pgcopy_decoder *dec, pgcopy_batch *batch);

/* ---- Lines and rows (line.c, row.c) ------------------------------------------------- */

/* At the byte that ends a field: it is recorded and the byte taken. */
pgcopy_status field_ends(pgcopy_decoder *dec, pgcopy_batch *batch);

/* At a LF, at a CR, and behind a CR. */
pgcopy_status line_feed(pgcopy_decoder *dec, pgcopy_batch *batch);
pgcopy_status carriage_return(pgcopy_decoder *dec, pgcopy_batch *batch);
pgcopy_status after_carriage_return(pgcopy_decoder *dec, pgcopy_batch *batch);

/* \. alone on its line, up to and with its line end. */
pgcopy_status end_marker(pgcopy_decoder *dec, pgcopy_batch *batch);

/* The input ends in the state of the decoder. */
pgcopy_status line_ends_at_eof(pgcopy_decoder *dec, pgcopy_batch *batch);

/* The line is whole: line_len bytes from view.nbytes; used is behind its end. */
pgcopy_status row_ends(pgcopy_decoder *dec, pgcopy_batch *batch);

/* The open row, all of it finished, becomes one of the batch. */
pgcopy_status row_is_whole(pgcopy_decoder *dec, pgcopy_batch *batch, uint32_t raw);

/* What PostgreSQL makes of a header when the input ends before it. */
pgcopy_status header_is_missing(pgcopy_decoder *dec, pgcopy_batch *batch);

/* The open row is forgotten; the next one begins. */
void row_begins(pgcopy_decoder *dec, pgcopy_batch *batch);

/* ---- Errors (complain.c): each says CONTEXT, stops the decoder and returns why ------ */

pgcopy_status bad_line(pgcopy_decoder *dec, pgcopy_batch *batch, const char *message,
                       const char *hint);
pgcopy_status bad_row(pgcopy_decoder *dec, pgcopy_slice raw); /* dec->error has its words */
pgcopy_status bad_bytes(pgcopy_decoder *dec, const uint8_t *seq, size_t n);
pgcopy_status bad_character(pgcopy_decoder *dec, enum transcode_stop why, const uint8_t *p,
                            size_t n);
pgcopy_status bad_bytes_in_row(pgcopy_decoder *dec, const uint8_t *seq, size_t n,
                               pgcopy_slice raw);
pgcopy_status row_too_long(pgcopy_decoder *dec);
pgcopy_status decoder_broke(pgcopy_decoder *dec, pgcopy_status why); /* NOMEM, LIMIT */

/* Is the line over max_row?  Asked before any other error of it, so that the answer does not
   depend on the pieces. */
bool line_is_too_long(const pgcopy_decoder *dec, const pgcopy_batch *batch);

#endif
