/*
 * pgcopy/codec.h - COPY data to rows and back: text, CSV, binary.  Usable on files: no wire, no
 * statement, no types.  A binary file gives binary values (types.h turns them into text).
 *
 * What is read and written, and the words of every error, are those of PostgreSQL 18.
 */
#ifndef PGCOPY_CODEC_H
#define PGCOPY_CODEC_H

#include <pgcopy/batch.h>

PGCOPY_BEGIN_DECLS

/* ---- Bytes to rows ------------------------------------------------------------------ */

typedef struct pgcopy_decoder pgcopy_decoder;

typedef struct pgcopy_decoder_opts {
    size_t      size;
    const char *table;   /* as CONTEXT names it; NULL: errors have no CONTEXT  */
    uint32_t    max_row; /* of a row as it comes, without its line end, in bytes;
                            0, or more: 1 GiB - 1                              */
    const pgcopy_allocator *allocator;
} pgcopy_decoder_opts;

/*
 * All arguments are copied; each may be NULL.  format NULL: text.  columns NULL: as many as the
 * first row has; HEADER MATCH is then HEADER, and forced columns can only be "*".  Of a column
 * the decoder uses the name (errors, HEADER MATCH, forced columns) and has_default.
 * Values are UTF-8: input in another encoding is converted (iconv; PostgreSQL's names, in any
 * case and punctuation), UTF8 is verified, SQL_ASCII is neither.  Binary has no encoding.
 * NULL: no memory (53200), or a format that PostgreSQL refuses, in its words, because rows
 * could not be told apart; or an encoding that is none (22023) or that this machine cannot
 * convert (42883).  err (may be NULL) says which.
 */
PGCOPY_API pgcopy_decoder *pgcopy_decoder_new(const pgcopy_format       *format,
                                              const pgcopy_columns      *columns,
                                              const pgcopy_decoder_opts *opts,
                                              pgcopy_error              *err);
PGCOPY_API void            pgcopy_decoder_free(pgcopy_decoder *dec);

/*
 * Appends whole rows and moves *in behind what it took; in may be cut at any byte.
 *   AGAIN      all taken, an unfinished row is kept: bring more, or decode_end()
 *   FULL       use and clear the batch (or bring another), call again with this *in, even empty
 *   END        the end-of-data mark; *in holds what follows it
 *   ERR_DATA   see decoder_error(); the rows in the batch are good
 *   ERR_NOMEM  as ERR_DATA
 *   ERR_USAGE  not the batch of the last AGAIN, or one whose rows were put or have another
 *              number of columns; nothing changed
 * After AGAIN the unfinished row lies in the batch, unseen: bring the same one until FULL or
 * END; it may be cleared meanwhile.  Where a batch is FULL depends on the rows and its limits,
 * never on the pieces.  END and errors but USAGE stay: a later call returns them again.
 */
PGCOPY_API pgcopy_status pgcopy_decode(pgcopy_decoder *dec, pgcopy_slice *in,
                                       pgcopy_batch *batch) PGCOPY_MUST_CHECK;

/* The input is over.  FULL as above; END when all rows are out, the last ones in the batch;
   errors as above. */
PGCOPY_API pgcopy_status pgcopy_decode_end(pgcopy_decoder *dec,
                                           pgcopy_batch   *batch) PGCOPY_MUST_CHECK;

/*
 * Why it failed: sqlstate, message, detail, hint and, with a table, CONTEXT in `where`:
 * `COPY t, line 3`, and `: "the line as it came"` once all of it is there.  sqlstate is "" when
 * nothing failed.  A row over max_row is 54000.  Good as long as the decoder.
 */
PGCOPY_API const pgcopy_error *pgcopy_decoder_error(const pgcopy_decoder *dec);

/*
 * The line that is being read, from 1, as PostgreSQL counts: an escaped line end in text is
 * none; one in CSV quotes is, a LF if lines end so, else a CR.  A row's line (batch.h) is its
 * last. Binary: the row.
 */
PGCOPY_API uint64_t pgcopy_decoder_line(const pgcopy_decoder *dec);

/* ---- Rows to bytes ------------------------------------------------------------------ */

typedef struct pgcopy_encoder pgcopy_encoder;

/* Arguments and NULL as decoder_new().  Columns are for the header and FORCE_QUOTE. */
PGCOPY_API pgcopy_encoder *pgcopy_encoder_new(const pgcopy_format    *format,
                                              const pgcopy_columns   *columns,
                                              const pgcopy_allocator *allocator,
                                              pgcopy_error           *err);
PGCOPY_API void            pgcopy_encoder_free(pgcopy_encoder *enc);

/*
 * Each appends to out; lines end with LF.  The header is nothing without HEADER or columns, the
 * trailer only binary has.  row is an index of the batch; one that it does not have is nothing.
 * NULL, and DEFAULT if the format has no string for it, are written as the NULL string.
 * For lack of memory out->failed is set.  A header or row with a character that the encoding of
 * the format does not have is not written at all: see encoder_error().
 */
PGCOPY_API void pgcopy_encode_header(pgcopy_encoder *enc, pgcopy_buf *out);
PGCOPY_API void pgcopy_encode_row(pgcopy_encoder *enc, const pgcopy_batch *batch, size_t row,
                                  pgcopy_buf *out);
PGCOPY_API void pgcopy_encode_trailer(pgcopy_encoder *enc, pgcopy_buf *out);

/* The last header or row that could not be written, and why: 22P05, or 22021 for bytes that are
   not UTF-8; sqlstate is "" while all could.  Good as long as the encoder. */
PGCOPY_API const pgcopy_error *pgcopy_encoder_error(const pgcopy_encoder *enc);

PGCOPY_END_DECLS
#endif
