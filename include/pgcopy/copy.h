/*
 * pgcopy/copy.h - one COPY over CopyData payloads, for a gateway that owns its protocol.
 *
 *   new, resolve, begin --> data ... done ----> you commit --> finish | reject    COPY FROM
 *                       '-> rows ... ---------------------> finish | reject       COPY TO
 *
 * Whatever the client must be told is appended to `out` as whole messages, ready to send; only
 * ReadyForQuery, and dropping what follows an error (until Sync, in extended query), are yours.
 * An ErrorResponse is written once: from then on bytes are swallowed and the answer is AGAIN.
 *
 * What all calls have in common.  ERR_USAGE: out of turn, nothing changed.  Any other negative
 * answer: FAILED, with progress and error filled in and the ErrorResponse in out (ERR_SQL: in
 * PostgreSQL's words; ERR_NOMEM: 53200, or out->failed and nothing was written).  out is yours;
 * one that `failed` may lack a message, so then close the connection.
 */
#ifndef PGCOPY_COPY_H
#define PGCOPY_COPY_H

#include <pgcopy/codec.h>
#include <pgcopy/stmt.h>
#include <pgcopy/types.h>
#include <pgcopy/wire.h>

PGCOPY_BEGIN_DECLS

typedef struct pgcopy_copy pgcopy_copy;

typedef enum pgcopy_copy_state {
    PGCOPY_COPY_INITIATED = 0,
    PGCOPY_COPY_STREAMING = 1,
    PGCOPY_COPY_COMPLETED = 2,
    PGCOPY_COPY_FAILED    = 3
} pgcopy_copy_state;

/* Read at any time, where it lies.  Only grows. */
typedef struct pgcopy_progress {
    uint64_t          serial; /* of the COPY in its session, from 1                  */
    pgcopy_copy_state state;
    pgcopy_verb       verb;        /* COPY_FROM or COPY_TO                                */
    uint64_t          rows;        /* good ones, less those you rejected; COPY TO: written */
    uint64_t          skipped;     /* by ON_ERROR and ON_DATABASE_ERROR                   */
    uint64_t          bytes;       /* of CopyData payload                                 */
    uint64_t          line;        /* COPY FROM: that is being read, from 1; binary: row  */
    char              schema[64];  /* as the statement says it, "": it does not           */
    char              table[64];   /* "": a query                                         */
    char              sqlstate[6]; /* FAILED: why                                         */
} pgcopy_progress;

typedef struct pgcopy_copy_opts {
    size_t                  size;
    uint32_t                max_row;         /* in bytes; 0: 1 GiB - 1                    */
    const char             *client_encoding; /* without ENCODING in the statement; NULL: UTF8 */
    const pgcopy_allocator *allocator;
    pgcopy_datestyle        datestyle; /* the client's; 0: ISO, MDY                       */
    pgcopy_when when; /* likewise; its zone and zones outlive the COPY; 0: UTC, no clock */
} pgcopy_copy_opts;

/* ---- Before the first row ----------------------------------------------------------- */

/*
 * Every check that needs no row, in PostgreSQL's order and words; of WHERE, what its words and
 * the table's columns show: the rest is the database's.  Pure, so it may run anywhere.
 * relation: the table's columns and kind, or the query's columns; NULL: not known, nothing to
 * check against.  tx: the transaction that runs; NULL: none, or a plain one; implicit: nothing
 * in it can have made or emptied the table, as COPY is its first statement, so FREEZE is
 * refused.  target (NULL: no one asks): an empty one of yours, to which the columns that are
 * copied are added, in order, with their types.
 *   OK        go on
 *   END       refused, but not before CopyInResponse: err (a view, FREEZE)
 *   ERR_SQL   refused: err
 */
PGCOPY_API pgcopy_status pgcopy_copy_check(const pgcopy_stmt    *stmt,
                                           const pgcopy_columns *relation, const pgcopy_tx *tx,
                                           pgcopy_columns *target,
                                           pgcopy_error   *err) PGCOPY_MUST_CHECK;

/* Borrows stmt until free.  opts may be NULL.  NULL: no memory, or not a COPY. */
PGCOPY_API pgcopy_copy *pgcopy_copy_new(const pgcopy_stmt *stmt, const pgcopy_copy_opts *opts);
PGCOPY_API void         pgcopy_copy_free(pgcopy_copy *copy);

/* check() for this COPY, once.  OK: begin() is next; it is what refuses where check() says END.
   Nothing is borrowed. */
PGCOPY_API pgcopy_status pgcopy_copy_resolve(pgcopy_copy *copy, const pgcopy_columns *relation,
                                             const pgcopy_tx *tx,
                                             pgcopy_buf      *out) PGCOPY_MUST_CHECK;

/* Those that are copied; NULL: as many as the first row has.  Good as long as the copy. */
PGCOPY_API const pgcopy_columns *pgcopy_copy_columns(const pgcopy_copy *copy);

/* CopyInResponse, or CopyOutResponse and the header line (protocol 54.7).  It says how many
   columns there are; 0 when they are not known, which no client in text or CSV minds. */
PGCOPY_API pgcopy_status pgcopy_copy_begin(pgcopy_copy *copy,
                                           pgcopy_buf  *out) PGCOPY_MUST_CHECK;

/* ---- COPY FROM: the batches are yours, one may load while the next is filled -------- */

/*
 * Payload of CopyData, cut anywhere; *in moves behind what was taken.  Rows come out checked
 * and in canonical text; row numbers of errors are those of the batch.
 *   AGAIN   all taken; the batch is not full yet
 *   FULL    load and clear the batch (or bring another), call again with the same *in
 *   < 0     failed: roll back, send out, drop the batch; its rows are not to be loaded
 * An unfinished row stays in the batch, also when that is cleared; so bring another batch
 * behind FULL only.
 */
PGCOPY_API pgcopy_status pgcopy_copy_data(pgcopy_copy *copy, pgcopy_slice *in,
                                          pgcopy_batch *batch,
                                          pgcopy_buf   *out) PGCOPY_MUST_CHECK;

/* CopyDone.  FULL as above.  END: load what is in the batch, commit, then finish(). */
PGCOPY_API pgcopy_status pgcopy_copy_done(pgcopy_copy *copy, pgcopy_batch *batch,
                                          pgcopy_buf *out) PGCOPY_MUST_CHECK;

/* CopyFail with its body as it came.  ERR_SQL: it always fails: 57014 with the client's words,
   or 08P01 or 22021 when they are no text. */
PGCOPY_API pgcopy_status pgcopy_copy_fail(pgcopy_copy *copy, pgcopy_slice body,
                                          pgcopy_buf *out);

/*
 * Any message of the client, in place of the three above, with all or part of its body (of
 * CopyFail, all): d, c and f as they do, H and S are swallowed.  ERR_PROTOCOL: anything else;
 * 08P01 and then FATAL are in out, close the connection (protocol 54.2.6 reads milder; this
 * is what PostgreSQL does).
 */
PGCOPY_API pgcopy_status pgcopy_copy_message(pgcopy_copy *copy, int type, pgcopy_slice *body,
                                             pgcopy_batch *batch,
                                             pgcopy_buf   *out) PGCOPY_MUST_CHECK;

/* ---- COPY TO ------------------------------------------------------------------------ */

/* One CopyData a row, all rows of the batch.  Brings values to canonical text first (dates
   are read as MDY, in UTC), then to what PostgreSQL prints, in text and CSV with the DateStyle
   and zone of opts.  So the batch changes; it stays yours.  < 0: the rows before the bad one
   are in out, and the error takes the place of CopyDone. */
PGCOPY_API pgcopy_status pgcopy_copy_rows(pgcopy_copy *copy, pgcopy_batch *batch,
                                          pgcopy_buf *out) PGCOPY_MUST_CHECK;

/* ---- The end ------------------------------------------------------------------------ */

/* The rows are safe, or all sent: [CopyDone] [notice of skipped rows] CommandComplete.
   count: the database's own, or PGCOPY_NO_COUNT.  ERR_NOMEM: COMPLETED, but out lacks some. */
PGCOPY_API pgcopy_status pgcopy_copy_finish(pgcopy_copy *copy, uint64_t count, pgcopy_buf *out);

/*
 * The database refused, at any time before finish().  err->row, from 1, is a row of batch
 * (0: not known), or batch is NULL; for a batch, CONTEXT is added.
 *   OK        ON_DATABASE_ERROR ignore, state of class 22 or 23: counted and noted, go on
 *             with the rows behind err->row
 *   ERR_SQL   failed: roll back; if it had failed before, nothing is written
 */
PGCOPY_API pgcopy_status pgcopy_copy_reject(pgcopy_copy *copy, const pgcopy_error *err,
                                            const pgcopy_batch *batch,
                                            pgcopy_buf         *out) PGCOPY_MUST_CHECK;

/* Both are good as long as the copy; error: what FAILED it, else sqlstate is "". */
PGCOPY_API const pgcopy_progress *pgcopy_copy_progress(const pgcopy_copy *copy);
PGCOPY_API const pgcopy_error    *pgcopy_copy_error(const pgcopy_copy *copy);

PGCOPY_END_DECLS
#endif
