/*
 * backend/job.h - one hand-over to the database: a few calls, made in order until one of them
 * does not say OK.
 *
 *   COPY_IN         [close open] [begin] relation check load_begin
 *   ROWS, the last  load_rows load_keep commit
 *                   ^ calls[0]          ^ calls[made]: the one that stopped it, or ncalls
 */
#ifndef BACKEND_JOB_H
#define BACKEND_JOB_H

#include <pgcopy/backend.h>

#include "backend/reply.h"

enum call {
    CALL_CLOSE, /* all that was begun on the connection ends first */
    CALL_OPEN,
    CALL_BEGIN,
    CALL_TRANSACTION,
    CALL_RELATION,
    CALL_CHECK, /* pgcopy_copy_check(): no call of the backend     */
    CALL_DESCRIBE,
    CALL_EXECUTE,
    CALL_FETCH,
    CALL_FINISH,
    CALL_LOAD_BEGIN,
    CALL_LOAD_ROWS,
    CALL_LOAD_KEEP,
    CALL_LOAD_DROP,
    CALL_COMMIT,
    CALL_CANCEL
};
enum { CALLS_MAX = 8 };

/* A result, from its execute to its portal's end. */
struct cursor {
    struct cursor *next;
    void          *handle;
    bool           open;   /* finish is owed                                    */
    bool           ended;  /* the last rows were fetched: complete the next ask */
    bool           portal; /* one leads here                                    */
    uint64_t       count;  /* ended: the backend's own                          */
};

/* The one connection, and what was begun on it; the job's while one is out. */
struct connection {
    const pgcopy_backend *backend; /* NULL for the entries that it is too old to have */
    void                 *arg;
    void                 *conn;
    bool                  open;
    bool                  lost; /* to be closed, and opened anew outside a transaction  */
    bool                  in_tx;
    bool                  loading; /* load_end is owed                                  */
    struct cursor        *cursors;
};

/* All that a job needs but one that closes or cancels. */
struct job_data {
    pgcopy_reply *reply;

    /* What the calls take, borrowed until done. */
    const pgcopy_who   *who;
    const pgcopy_tx    *running; /* NULL: no transaction, or a plain one         */
    const pgcopy_tx    *tx;
    const pgcopy_stmt  *stmt;
    const pgcopy_batch *params;
    const pgcopy_batch *rows;
    size_t              first;
    pgcopy_batch       *fetched;
    struct cursor      *cursor;

    /* What they gave, the job's own. */
    pgcopy_columns *relation; /* NULL: not known                             */
    pgcopy_columns *target;
    uint64_t        count; /* of load_end                                 */
};

struct pgcopy_job {
    struct connection *db;
    uint8_t            calls[CALLS_MAX]; /* enum call                          */
    uint8_t            ncalls;
    uint8_t            made;   /* calls that said OK                           */
    pgcopy_status      status; /* of calls[made]; OK if all were made          */
    struct job_data   *with;   /* NULL only where no call takes of it          */
};

/* To a zeroed one: an application that was compiled against an older table has a shorter one.
 */
void backend_copy(pgcopy_backend *to, const pgcopy_backend *from);

/* The one to call: `from` itself, or where it is an older one a copy, *made, to free; else that
   is NULL.  NULL: no memory. */
const pgcopy_backend *backend_keep(const pgcopy_allocator *a, const pgcopy_backend *from,
                                   pgcopy_backend **made);

/* Nothing to call and nothing given; keeps db, and an empty reply. */
void job_clear(pgcopy_job *job);

/* Makes what calls need, if it is not there; false: no memory. */
bool job_equip(pgcopy_job *job, const pgcopy_allocator *a);

/* Clears it, and lets that go. */
void job_rest(pgcopy_job *job, const pgcopy_allocator *a);
void job_add(pgcopy_job *job, enum call call);

/* It was made and said OK, or it is the one that failed. */
bool job_succeeded(const pgcopy_job *job, enum call call);
bool job_failed(const pgcopy_job *job, enum call call);

/* There is a call that cancel may run beside, and conn stays the same throughout. */
bool job_can_be_cancelled(const pgcopy_job *job);

/* calls.c: one call, whatever state it leaves the connection in noted. */
pgcopy_status job_call(pgcopy_job *job, enum call call);

/* words.c: an error for a status that came without one. */
void job_word_failure(pgcopy_job *job, enum call call, pgcopy_status rc);
void job_word_status(pgcopy_error *err, pgcopy_status rc);

#endif
