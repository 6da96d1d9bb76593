/*
 * pgcopy/backend.h - the database behind a session, and the bridge that leads there.
 *
 *   session -- events --> bridge -- next: a job --> a thread of yours: pgcopy_job_run(),
 *           <- answers --        <----- done ------     the only place where you are called
 *
 * A backend is a table of plain blocking functions and knows nothing of sessions or threads.
 */
#ifndef PGCOPY_BACKEND_H
#define PGCOPY_BACKEND_H

#include <pgcopy/session.h>

PGCOPY_BEGIN_DECLS

/* ---- What a backend says besides its status ----------------------------------------- */

typedef struct pgcopy_reply pgcopy_reply;

/* For a backend that calls another one with a reply of its own, and clears it before each call.
   allocator NULL: malloc's; it outlives the reply.  NULL: no memory. */
PGCOPY_API pgcopy_reply *pgcopy_reply_new(const pgcopy_allocator *allocator);
PGCOPY_API void          pgcopy_reply_free(pgcopy_reply *r);
PGCOPY_API void          pgcopy_reply_clear(pgcopy_reply *r);

/* The columns of the table or result, and the types of $1 .., to add to and to read: the same
   ones each time, the reply's, good until clear.  To ask for columns is to say that rows
   follow, even if there are none.  NULL: no memory, and nothing was said. */
PGCOPY_API pgcopy_columns *pgcopy_reply_columns(pgcopy_reply *r);
PGCOPY_API pgcopy_columns *pgcopy_reply_parameters(pgcopy_reply *r);

/* Of rows changed or loaded, as the tag will say it: from execute, load_end, and a fetch that
   says END.  PGCOPY_NO_COUNT until it is set; a result's and a COPY's are then counted. */
PGCOPY_API void     pgcopy_reply_set_count(pgcopy_reply *r, uint64_t count);
PGCOPY_API uint64_t pgcopy_reply_count(const pgcopy_reply *r);

/* For the client, in order, before the answer; a copy.  Lost without a word for lack of memory.
 */
PGCOPY_API void pgcopy_reply_notice(pgcopy_reply *r, const pgcopy_error *notice);

/* return pgcopy_reply_error(r, "23505", "duplicate key value violates ...", ...);
   Replaces the error that was there; returns PGCOPY_ERR_SQL.  The client sees these words: take
   no text of a driver, which may hold values of other rows. */
PGCOPY_API pgcopy_status pgcopy_reply_error(pgcopy_reply *r, const char *sqlstate,
                                            const char *fmt, ...) PGCOPY_PRINTF(3, 4);

/* That error, to read, or to add row, detail, constraint, ... to; never NULL, sqlstate "" when
   there is none.  Good until clear. */
PGCOPY_API pgcopy_error *pgcopy_reply_failure(pgcopy_reply *r);

/* One more line for your log, never for the client: the driver's own words.  Lost without a
   word for lack of memory. */
PGCOPY_API void pgcopy_reply_log(pgcopy_reply *r, const char *text);

/* ---- The table ---------------------------------------------------------------------- */

enum pgcopy_backend_flags {
    PGCOPY_BACKEND_DEFAULTS =
        1,                   /* load_rows takes PGCOPY_DEFAULT; else 0A000 before a row moves */
    PGCOPY_BACKEND_WHERE = 2 /* load_rows applies stmt->where;  else 0A000 likewise           */
};

/*
 * Calls for one conn come one after the other, cancel apart, maybe from different threads.
 * Arguments are good until the function returns, conn and cursor until close and finish.
 *
 * Zero or positive is success.  A negative status without an error in the reply gets the words
 * of its kind: 53200 for NOMEM, 0A000 for UNSUPPORTED, 54000 for LIMIT, XX000 for others.
 *
 * LOST says that the database connection is gone: 08006, for a commit 08007 (it may have
 * happened).  What was begun still ends: load_end with keep false, finish and close come as
 * ever, to free memory.  The first job behind it that needs the database opens a new conn
 * before its other calls, but not until the transaction that was lost has ended; where that
 * fails too, the job has failed with 08006.
 *
 * Only open and close are required; NULL for another is 0A000, or what stands there.
 */
typedef struct pgcopy_backend {
    size_t   size;  /* of this struct, as you compiled it */
    unsigned flags; /* enum pgcopy_backend_flags          */

    /* A connection for this user and database; arg is what pgcopy_bridge_new() got.  An error
       ends the client's connection; without words it is 08006.  *conn may stay NULL. */
    pgcopy_status (*open)(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r);

    /* Once for each open that was OK, as its last call.  Rolls back a transaction. */
    void (*close)(void *conn);

    /* BEGIN, COMMIT, ROLLBACK, savepoints, SET TRANSACTION.  A commit that fails has rolled
       back; a rollback that fails ends the client's connection.  ROLLBACK and COMMIT come only
       behind a BEGIN that was OK.  NULL: statements stand alone, the client's BEGIN is 0A000.
     */
    pgcopy_status (*transaction)(void *conn, const pgcopy_tx *tx, pgcopy_reply *r);

    /* Replies a table's columns and kind; 42P01.  schema may be NULL.  NULL, or no columns in
       the reply: not known, and COPY goes unchecked. */
    pgcopy_status (*relation)(void *conn, const char *schema, const char *table,
                              pgcopy_reply *r);

    /* Replies a statement's columns and parameters, no columns if it gives no rows; runs
       nothing.  NULL: columns come from execute, so a Describe before it says no rows. */
    pgcopy_status (*describe)(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r);

    /* columns: of COPY table TO, in order; NULL: not known, or no such COPY.  params: one row,
       canonical text; NULL: none.  Replies columns and may set *cursor, or replies a count.
       Columns of a query, here and in describe, get the names that PostgreSQL gives them. */
    pgcopy_status (*execute)(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *columns,
                             const pgcopy_batch *params, void **cursor, pgcopy_reply *r);

    /* Rows, until the batch is full: at most pgcopy_batch_room().  The batch is empty and takes
       any number of columns.  OK: there may be more.  END: these were the last. */
    pgcopy_status (*fetch)(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r);

    /* Once for each execute that was OK and replied columns, wherever its rows ended: at once
       behind a fetch that says END or fails.  NULL: there is nothing to let go. */
    void (*finish)(void *conn, void *cursor);

    /* COPY FROM.  target: the columns that come, in order; NULL: not known, the first row
       tells. Also NULL: COPY FROM is 0A000, unless all three are there. */
    pgcopy_status (*load_begin)(void *conn, const pgcopy_stmt *stmt,
                                const pgcopy_columns *target, pgcopy_reply *r);

    /* The rows from `first` on, in canonical text.  On an error set failure's row: [first, row)
       are in, none behind it; 0: not known, the COPY fails.  Under ON_DATABASE_ERROR ignore
       (classes 22 and 23) the same batch comes again with a higher first. */
    pgcopy_status (*load_rows)(void *conn, const pgcopy_batch *batch, size_t first,
                               pgcopy_reply *r);

    /* Once for each load_begin that was OK.  keep: an error here fails the COPY, and its rows
       are rolled back.  Not keep: its status is not looked at, but for LOST. */
    pgcopy_status (*load_end)(void *conn, bool keep, pgcopy_reply *r);

    /* From another thread, beside a job with a describe, relation, execute, fetch, load_begin
       or load_rows in it: that one is to fail soon.  It may come a little early or late,
       between calls or beside the load_end and commit of the same job, where it must do no
       harm; never beside open or close.  NULL: they cannot be cut short. */
    void (*cancel)(void *conn);
} pgcopy_backend;

/* ---- Answers in front of a backend: what clients ask of PostgreSQL's own catalog ---- */

/* For the open() of a backend that pgcopy_canned() made.  What it points to stays until close.
 */
typedef struct pgcopy_canned_opts {
    size_t                size;
    const pgcopy_backend *backend; /* the one behind      */
    void                 *arg;     /* of its open()       */

    /* Puts a row for each COPY that runs, by canned_progress(); called on the thread of a job.
       NULL: pg_stat_progress_copy is for the backend. */
    pgcopy_status (*progress)(void *ctx, pgcopy_batch *rows);
    void *ctx;
} pgcopy_canned_opts;

/*
 * Makes *canned a backend that passes everything on to `backend`, which its opts must name too,
 * but these, which it answers itself, also as the query of COPY TO:
 *
 *   SELECT columns FROM [pg_catalog.]pg_stat_progress_copy
 *
 * with the columns of PostgreSQL 18, or *.  A SELECT from it that says more is 0A000.
 *
 * Also a SELECT of nothing but version(), current_schema(), current_database(), current_user,
 * pg_is_in_recovery(), pg_advisory_unlock_all() and quote_literal($1), with or without
 * pg_catalog.; and, where the backend refuses it, any SELECT of pg_catalog or
 * information_schema: no rows of these columns, or, where it looks for a table by its name
 * (relname = 'x', tablename = $1), whether relation() knows it.
 */
PGCOPY_API void pgcopy_canned(const pgcopy_backend *backend, pgcopy_backend *canned);

/* One row of pg_stat_progress_copy.  Values are copied; database may be NULL.  Of what is not
   known to a gateway datid, relid, bytes_total and tuples_excluded are 0. */
PGCOPY_API pgcopy_status pgcopy_canned_progress(pgcopy_batch *rows, int32_t pid,
                                                const char            *database,
                                                const pgcopy_progress *progress);

/* ---- Jobs --------------------------------------------------------------------------- */

/* One or more calls of the backend.  What it points to is its own until it is done. */
typedef struct pgcopy_job pgcopy_job;

/* Makes the calls, until one fails.  Once for each job, on any thread: touches the job and the
   backend alone, and allocates through the session's allocator. */
PGCOPY_API void pgcopy_job_run(pgcopy_job *job);

/* What reply_log got, in lines, between run and done; NULL: nothing. */
PGCOPY_API const char *pgcopy_job_log(const pgcopy_job *job);

/* ---- The bridge: on the session's thread -------------------------------------------- */

typedef struct pgcopy_bridge pgcopy_bridge;

/*
 * Borrows all three until freed; arg goes to open().  Make it at the start and it trusts every
 * client; or answer STARTUP and AUTH yourself, make it when CONNECT has come, with the backend
 * for that database, and leave CONNECT to it.  An AUTH that is left to it is refused: whoever
 * sent a challenge looks at the answer.  NULL: no memory, or open or close is not there.
 */
PGCOPY_API pgcopy_bridge *pgcopy_bridge_new(pgcopy_session *s, const pgcopy_backend *backend,
                                            void *arg);

/* Frees memory, calls no backend.  Not while a job is out, and best when over(); NULL is fine.
   Before the session. */
PGCOPY_API void pgcopy_bridge_free(pgcopy_bridge *b);

/*
 * Takes the event that waits and pulls more, then gives the next job; NULL: not now, move bytes
 * or bring one done.  Call it after anything that happened to the session too: with rows out it
 * decodes the next ones.  One job is out at a time, and beside it one that cancels it; while
 * that one is out no other begins.  Each that is given is run, then done, in either order.
 */
PGCOPY_API pgcopy_job *pgcopy_bridge_next(pgcopy_bridge *b);

/* Takes the outcome to the session; the job is gone. */
PGCOPY_API void pgcopy_bridge_done(pgcopy_bridge *b, pgcopy_job *job);

/* session_cancel(), and next() gives a job that cuts short the one that is out, if it can be.
   Say it after expired(), end() and lost() too; the words said first stay. */
PGCOPY_API void pgcopy_bridge_cancel(pgcopy_bridge *b);

/* The session is over, the backend is closed, no job is out: free both. */
PGCOPY_API bool pgcopy_bridge_over(const pgcopy_bridge *b);

PGCOPY_END_DECLS
#endif
