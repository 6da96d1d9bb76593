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

/* ---- What a backend says besides its status ------------------------------------------------
 */

typedef struct pgcopy_reply pgcopy_reply;

/* For a backend that calls another one with a reply of its own. */
PGCOPY_API pgcopy_reply *pgcopy_reply_new(const pgcopy_allocator *allocator);
PGCOPY_API void          pgcopy_reply_free(pgcopy_reply *r);
PGCOPY_API void          pgcopy_reply_clear(pgcopy_reply *r);

/* To add to, and to read; good until clear.  To ask for columns is to say that rows follow,
   even if there are none.  NULL: no memory. */
PGCOPY_API pgcopy_columns *pgcopy_reply_columns(pgcopy_reply *r);
PGCOPY_API pgcopy_columns *pgcopy_reply_parameters(pgcopy_reply *r);

/* Of rows changed or loaded.  PGCOPY_NO_COUNT until it is set. */
PGCOPY_API void     pgcopy_reply_set_count(pgcopy_reply *r, uint64_t count);
PGCOPY_API uint64_t pgcopy_reply_count(const pgcopy_reply *r);

/* For the client, in order; lost without a word for lack of memory. */
PGCOPY_API void pgcopy_reply_notice(pgcopy_reply *r, const pgcopy_error *notice);

/* return pgcopy_reply_error(r, "23505", "duplicate key value violates ...", ...); */
PGCOPY_API pgcopy_status pgcopy_reply_error(pgcopy_reply *r, const char *sqlstate,
                                            const char *fmt, ...) PGCOPY_PRINTF(3, 4);

/* That error, to read, or to add row, detail, constraint, ... to; never NULL. */
PGCOPY_API pgcopy_error *pgcopy_reply_failure(pgcopy_reply *r);

/* For your log, never for the client: the driver's own words, which may hold values. */
PGCOPY_API void pgcopy_reply_log(pgcopy_reply *r, const char *text);

/* ---- The table ------------------------------------------------------------------------------
 */

enum pgcopy_backend_flags {
    PGCOPY_BACKEND_DEFAULTS =
        1,                   /* load_rows takes PGCOPY_DEFAULT; else 0A000 before a row moves */
    PGCOPY_BACKEND_WHERE = 2 /* load_rows applies stmt->where;  else 0A000 likewise           */
};

/*
 * Calls for one conn come one after the other, cancel apart, maybe from different threads.
 * Arguments are good until the function returns.  A negative status without an error in the
 * reply gets the words of its kind: 53200 for NOMEM, 0A000 for UNSUPPORTED, 08006 for LOST (the
 * conn is closed, and opened anew outside a transaction; in a commit 08007).
 * Only open and close are required; NULL for another is 0A000, or what stands there.
 */
typedef struct pgcopy_backend {
    size_t   size;
    unsigned flags;

    pgcopy_status (*open)(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r);
    void (*close)(void *conn); /* rolls back, drops cursors and load */

    /* NULL: statements stand alone, BEGIN is 0A000.  A commit that fails has rolled back. */
    pgcopy_status (*transaction)(void *conn, const pgcopy_tx *tx, pgcopy_reply *r);

    /* A table's columns and kind; 42P01.  schema may be NULL.  NULL: not known, unchecked. */
    pgcopy_status (*relation)(void *conn, const char *schema, const char *table,
                              pgcopy_reply *r);

    /* A statement's columns and parameters; runs nothing.  NULL: columns come from execute. */
    pgcopy_status (*describe)(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r);

    /* columns: of COPY table TO, in order; NULL: not known, or no such COPY.  params: one row;
       NULL: none.  Replies columns and may set *cursor, or replies a count. */
    pgcopy_status (*execute)(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *columns,
                             const pgcopy_batch *params, void **cursor, pgcopy_reply *r);

    /* Rows, until the batch is full.  OK: there may be more.  END: these were the last. */
    pgcopy_status (*fetch)(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r);

    /* Once for each execute that was OK and replied columns, wherever its rows ended. */
    void (*finish)(void *conn, void *cursor);

    /* target: the columns that come, in order; NULL: not known, the first row tells. */
    pgcopy_status (*load_begin)(void *conn, const pgcopy_stmt *stmt,
                                const pgcopy_columns *target, pgcopy_reply *r);

    /* The rows from `first` on.  On an error set failure's row: [first, row) are in, none
       behind it; 0: not known, the COPY fails. */
    pgcopy_status (*load_rows)(void *conn, const pgcopy_batch *batch, size_t first,
                               pgcopy_reply *r);

    /* Once for each load_begin that was OK. */
    pgcopy_status (*load_end)(void *conn, bool keep, pgcopy_reply *r);

    /* From another thread, beside describe, relation, execute, fetch, load_begin or load_rows;
       one that comes late must do no harm.  NULL: they cannot be cut short. */
    void (*cancel)(void *conn);
} pgcopy_backend;

/* ---- Jobs -----------------------------------------------------------------------------------
 */

/* One or more calls of the backend; what it points to is its own until it is done. */
typedef struct pgcopy_job pgcopy_job;

/* Makes the calls, until one fails.  On any thread: touches the job and the backend alone. */
PGCOPY_API void pgcopy_job_run(pgcopy_job *job);

/* What reply_log got, between run and done; NULL: nothing. */
PGCOPY_API const char *pgcopy_job_log(const pgcopy_job *job);

/* ---- The bridge: on the session's thread ----------------------------------------------------
 */

typedef struct pgcopy_bridge pgcopy_bridge;

/*
 * Borrows all three until freed; arg goes to open().  Make it at the start and it trusts every
 * client; or answer STARTUP and AUTH yourself, make it when CONNECT has come, with the backend
 * for that database, and leave CONNECT to it.  NULL: no memory, or the backend lacks an entry.
 */
PGCOPY_API pgcopy_bridge *pgcopy_bridge_new(pgcopy_session *s, const pgcopy_backend *backend,
                                            void *arg);

/* Frees memory, calls no backend.  Not while a job is out, and best when over(). */
PGCOPY_API void pgcopy_bridge_free(pgcopy_bridge *b);

/* Takes the event that waits and pulls more, then gives the next job; NULL: not now.  One is
   out at a time, and beside it one that cancels it.  Each that is given is run, then done. */
PGCOPY_API pgcopy_job *pgcopy_bridge_next(pgcopy_bridge *b);

/* Takes the outcome to the session; the job is gone. */
PGCOPY_API void pgcopy_bridge_done(pgcopy_bridge *b, pgcopy_job *job);

/* session_cancel(), and next() gives a job that cuts short the one that is out.  Say it after
   expired(), end() and lost() too; the words said first stay. */
PGCOPY_API void pgcopy_bridge_cancel(pgcopy_bridge *b);

/* The session is over, the backend is closed, no job is out: free both. */
PGCOPY_API bool pgcopy_bridge_over(const pgcopy_bridge *b);

PGCOPY_END_DECLS
#endif
