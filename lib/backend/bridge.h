/*
 * backend/bridge.h - a bridge from the inside: one session, one connection, at most one job and
 * one that cancels it.
 */
#ifndef BACKEND_BRIDGE_H
#define BACKEND_BRIDGE_H

#include "backend/job.h"

struct pgcopy_bridge {
    pgcopy_session   *session;
    pgcopy_allocator  allocator;
    struct connection db;
    pgcopy_backend   *backend; /* of db, where it is a copy; else NULL */

    const pgcopy_who *who; /* the session's: to open the connection anew */

    pgcopy_tx tx;    /* the transaction that runs, by what BEGIN and SET say; verb 0: none */
    bool begin_owed; /* accepted, and to be made by the next job                           */

    pgcopy_job job; /* here from the start, so that close needs no memory                  */
    bool       out;
    bool       stored; /* job holds what COPY_DONE and the commit will be answered            */
    bool       cancel_wanted;
    pgcopy_job *canceller; /* NULL: not out; its lack of memory harms nobody               */

    pgcopy_batch *fetched; /* NULL: no result is being read */
};

/* events.c: the job for an event; NULL: it was answered at once. */
pgcopy_job *bridge_take(pgcopy_bridge *b, const pgcopy_event *ev);

/* answers.c: the job's outcome for its event, or for those whose outcome it stored. */
void bridge_answer(pgcopy_bridge *b, const pgcopy_event *ev);
void bridge_answer_copy_done(pgcopy_bridge *b);
void bridge_answer_commit(pgcopy_bridge *b);

/* answers.c: plain answers.  An event that does not get its answer is refused instead. */
void bridge_accept(pgcopy_bridge *b);
void bridge_columns(pgcopy_bridge *b, const pgcopy_columns *cols);
void bridge_complete(pgcopy_bridge *b, uint64_t count);
void bridge_end_result(pgcopy_bridge *b, pgcopy_portal *portal);
void bridge_refuse(pgcopy_bridge *b, const pgcopy_error *err);

#endif
