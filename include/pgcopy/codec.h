/*
 * pgcopy/codec.h - COPY data to rows and back: text, CSV, binary.  Usable on files: no wire, no
 * statement, no types.  A binary file gives binary values (types.h turns them into text).
 */
#ifndef PGCOPY_CODEC_H
#define PGCOPY_CODEC_H

#include <pgcopy/batch.h>

PGCOPY_BEGIN_DECLS

/* ---- Bytes to rows ------------------------------------------------------------------- */

typedef struct pgcopy_decoder pgcopy_decoder;

typedef struct pgcopy_decoder_opts {
    size_t                  size;
    const char             *table;   /* for CONTEXT; NULL: none */
    uint32_t                max_row; /* in bytes; 0: 1 GiB - 1  */
    const pgcopy_allocator *allocator;
} pgcopy_decoder_opts;

/* format and opts may be NULL; columns NULL: as many as the first row has.
   NULL: no memory, or a format that PostgreSQL refuses; err (may be NULL) says which. */
PGCOPY_API pgcopy_decoder *pgcopy_decoder_new(const pgcopy_format       *format,
                                              const pgcopy_columns      *columns,
                                              const pgcopy_decoder_opts *opts,
                                              pgcopy_error              *err);
PGCOPY_API void            pgcopy_decoder_free(pgcopy_decoder *dec);

/*
 * Appends whole rows and moves *in behind what it took; in may be cut at any byte.
 *   AGAIN      all taken, an unfinished row is kept inside: bring more, or decode_end()
 *   FULL       use and clear the batch (or bring another), call again with this *in, even empty
 *   END        the end-of-data mark; *in holds what follows it
 *   ERR_DATA   see decoder_error(); the rows in the batch are good
 */
PGCOPY_API pgcopy_status pgcopy_decode(pgcopy_decoder *dec, pgcopy_slice *in,
                                       pgcopy_batch *batch) PGCOPY_MUST_CHECK;

/* The input is over.  FULL as above; END when all rows are out. */
PGCOPY_API pgcopy_status pgcopy_decode_end(pgcopy_decoder *dec,
                                           pgcopy_batch   *batch) PGCOPY_MUST_CHECK;

/* With CONTEXT, in PostgreSQL's words.  Good as long as the decoder. */
PGCOPY_API const pgcopy_error *pgcopy_decoder_error(const pgcopy_decoder *dec);

/* The line that is being read, from 1; binary: the row. */
PGCOPY_API uint64_t pgcopy_decoder_line(const pgcopy_decoder *dec);

/* ---- Rows to bytes ------------------------------------------------------------------- */

typedef struct pgcopy_encoder pgcopy_encoder;

/* format may be NULL; NULL as decoder_new(). */
PGCOPY_API pgcopy_encoder *pgcopy_encoder_new(const pgcopy_format    *format,
                                              const pgcopy_columns   *columns,
                                              const pgcopy_allocator *allocator,
                                              pgcopy_error           *err);
PGCOPY_API void            pgcopy_encoder_free(pgcopy_encoder *enc);

/* Each appends to out.  Header and trailer may be nothing: that depends on the format. */
PGCOPY_API void pgcopy_encode_header(pgcopy_encoder *enc, pgcopy_buf *out);
PGCOPY_API void pgcopy_encode_row(pgcopy_encoder *enc, const pgcopy_batch *batch, size_t row,
                                  pgcopy_buf *out);
PGCOPY_API void pgcopy_encode_trailer(pgcopy_encoder *enc, pgcopy_buf *out);

PGCOPY_END_DECLS
#endif
