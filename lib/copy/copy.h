/*
 * copy/copy.h - a COPY from the inside, and what the session needs beside the public functions.
 *
 *   INITIATED -- resolve, begin --> STREAMING -- finish --> COMPLETED
 *       '----------- an error ----------'--- an error ----> FAILED
 */
#ifndef COPY_COPY_H
#define COPY_COPY_H

#include <pgcopy/copy.h>

#include "base/mem.h"
#include "base/text.h"

#define COPY_NO_PLACE 0xFFFFFFFFu /* of a column of the relation that is not copied */

enum { COPY_HEADER_LEN = 19 }; /* of binary data: signature, flags, length of the extension */

/* What FREEZE is answered with. */
enum freeze { FREEZE_TAKEN, FREEZE_NOT_NEW, FREEZE_ACTIVITY };

struct pgcopy_copy {
    pgcopy_allocator    allocator;
    const pgcopy_stmt  *stmt;
    pgcopy_format       format; /* the statement's, with the client's encoding */
    char                encoding[TEXT_NAME_MAX + 1];
    uint32_t            max_row;
    pgcopy_datestyle    datestyle;
    pgcopy_when         when;
    pgcopy_columns     *relation; /* a copy, with its kind; NULL: not known      */
    uint32_t           *places;   /* of the relation's columns among `columns`   */
    size_t              nplaces;
    pgcopy_columns     *columns; /* those that are copied; NULL: not known      */
    pgcopy_decoder     *decoder; /* COPY FROM */
    pgcopy_encoder     *encoder; /* COPY TO   */
    const pgcopy_error *interrupt;
    pgcopy_progress     progress;
    pgcopy_error        error;
    enum freeze         freeze;
    bool                resolved;
    bool                late;    /* refused, but behind the binary header        */
    bool                ended;   /* the data said that it is over               */
    bool                done;    /* CopyDone came and all rows are out          */
    bool                begun;   /* binary COPY TO: the header is out           */
    uint64_t            refused; /* of progress.skipped, those that the database refused */
    size_t              judged;  /* fields of the binary row that is not whole yet       */
    pgcopy_batch       *part;    /* some of them; NULL: there were none to judge         */
};

/* ---- For the session ---------------------------------------------------------------- */

/* The number of the COPY in its session, for its progress. */
void copy_set_serial(pgcopy_copy *copy, uint64_t serial);

/* Between resolve() and begin(): other portals are open in the transaction, which FREEZE does
   not stand. */
void copy_set_activity(pgcopy_copy *copy);

/*
 * Fails the COPY in words of the session's own: a time limit, a shutdown, FATAL or not.  Adds
 * CONTEXT and writes it.  ERR_SQL; when it has failed before, nothing is written.
 */
pgcopy_status copy_abort(pgcopy_copy *copy, const pgcopy_error *err, pgcopy_buf *out);

/* The client's stream broke in COPY FROM: ERROR 08006 and the FATAL that ends the connection.
   ERR_PROTOCOL. */
pgcopy_status copy_broken(pgcopy_copy *copy, pgcopy_buf *out);

/*
 * From now on the COPY is to fail with err, as PostgreSQL looks at a cancel: behind the next
 * row that data() completes, else at done(); CopyFail, abuse and an error of that row come
 * first. err is borrowed until the COPY has failed or is freed; NULL takes it back.
 */
void copy_interrupt(pgcopy_copy *copy, const pgcopy_error *err);

/*
 * For batches that are decoded while an earlier one is at the database: data() or done()
 * failed, what it wrote was not sent, and now the earlier batch is refused, which comes first.
 * Back to STREAMING, so that reject() can say so; nothing more is to be decoded.  With
 * ON_DATABASE_ERROR ignore do not decode ahead: a refusal counts towards REJECT_LIMIT in its
 * turn.
 */
void copy_forget_error(pgcopy_copy *copy);

/* ---- Among the files of this layer: check.c ----------------------------------------- */

/* What PostgreSQL finds out only behind CopyInResponse: the kind of relation, FREEZE. */
pgcopy_status check_late(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                         enum freeze freeze, pgcopy_error *err) PGCOPY_MUST_CHECK;

/* Both give the count of columns where there is none.  find, for names that clients write: as
   it is written, or else the one column that a folded name may mean. */
size_t check_column_named(const pgcopy_columns *cols, const char *name);
size_t check_find_column(const pgcopy_columns *cols, const char *name);

/* ---- where.c ------------------------------------------------------------------------ */

/* What is wrong with the statement's WHERE, as far as its words and the relation tell; OK: the
   rest is the database's to find. */
pgcopy_status where_check(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                          pgcopy_error *err) PGCOPY_MUST_CHECK;

/* ---- copy.c ------------------------------------------------------------------------- */

/* copy->error is the last word: FAILED, written once.  Returns rc, which is negative. */
pgcopy_status copy_failed(pgcopy_copy *copy, pgcopy_status rc, pgcopy_buf *out);

/* For what check_late() finds. */
pgcopy_status copy_refused_late(pgcopy_copy *copy, pgcopy_buf *out);

/* The same for a status that has no words of its own yet; ERR_USAGE changes nothing. */
pgcopy_status copy_failed_status(pgcopy_copy *copy, pgcopy_status rc, pgcopy_buf *out);

/* ---- refused.c ---------------------------------------------------------------------- */

/* One row less, by ON_ERROR ignore; copy->error says why and where.  OK, or failed:
   REJECT_LIMIT. */
pgcopy_status copy_skip_row(pgcopy_copy *copy, const char *notice, pgcopy_buf *out);

/* The same by ON_DATABASE_ERROR ignore, for a row of this line. */
pgcopy_status copy_skip_refused(pgcopy_copy *copy, uint64_t line, pgcopy_buf *out);

/* ---- rows.c ------------------------------------------------------------------------- */

/* Brings the rows from *row on to canonical text and judges them; OK, or failed. */
pgcopy_status rows_judge(pgcopy_copy *copy, pgcopy_batch *batch, size_t row,
                         pgcopy_buf *out) PGCOPY_MUST_CHECK;

/*
 * The decoder stopped at a row that lacks columns: PostgreSQL converts those that are there
 * first.  OK: they are good, the decoder's error stands.  AGAIN: ON_ERROR ignore takes the row
 * out.  < 0: failed.
 */
pgcopy_status rows_judge_short(pgcopy_copy *copy, const pgcopy_batch *batch,
                               pgcopy_buf *out) PGCOPY_MUST_CHECK;

/* ---- out.c: what begins and ends the data of COPY TO -------------------------------- */

pgcopy_status out_header(pgcopy_copy *copy, pgcopy_buf *out);
void          out_trailer(pgcopy_copy *copy, pgcopy_buf *out);

/* ---- context.c: CONTEXT, in place of what err->where had ---------------------------- */

void context_table(const pgcopy_copy *copy, pgcopy_error *err);
void context_line(const pgcopy_copy *copy, pgcopy_error *err, uint64_t line);
void context_reading(const pgcopy_copy *copy,
                     pgcopy_error      *err); /* the line that is being read */
void context_row(const pgcopy_copy *copy, pgcopy_error *err, const pgcopy_batch *batch,
                 size_t row);
void context_value(const pgcopy_copy *copy, pgcopy_error *err, uint64_t line,
                   const char *column, pgcopy_slice value);

/* The line of a row of a batch, from 1; 0: it did not come from a decoder. */
uint64_t context_line_of(const pgcopy_batch *batch, size_t row);

/* DETAIL of a constraint: the row as the table would have it, where all of it is known. */
void context_failing_row(const pgcopy_copy *copy, pgcopy_error *err, const pgcopy_batch *batch,
                         size_t row);

#endif
