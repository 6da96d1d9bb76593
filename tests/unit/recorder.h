/*
 * recorder.h - a backend for tests: one table t (a integer, b text) in memory with
 * transactions, a log of every call, and a failure at the n-th one.  It holds the laws of
 * backend.h against its caller: a call out of place ends the test.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include "harness.h"

#include <pgcopy/backend.h>

enum { RECORDER_ROWS = 64 };

struct recorder {
    /* To be set before a run. */
    size_t        fail_at; /* the call that fails, from 1; 0: none                     */
    pgcopy_status fail_with;
    const char   *fail_state; /* NULL: without words                                      */
    uint32_t      fail_row;
    pgcopy_status fail_then; /* all calls behind it fail like this; 0: none */
    bool          is_view;
    bool          notices;
    bool          leaves; /* an error and a count where nothing failed */
    uint64_t      count;  /* that load_end replies; 0: none */

    char   log[4096];
    size_t calls;
    bool   failed; /* the failure was reached                                  */

    /* Laws: what is open now, and how often. */
    int  opens, closes, begins;
    bool open, lost, in_tx, loading;
    int  cursors;
    int  cancels;

    char   rows[RECORDER_ROWS][32];
    size_t nrows;  /* in the table                                             */
    size_t nsaved; /* of them, from before the transaction                     */
    size_t nload;  /* behind them, loaded and not kept yet                     */
};

extern const pgcopy_backend recorder_backend;

/* Entries of it, for backends that lack others. */
pgcopy_status recorder_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r);
void          recorder_close(void *conn);
pgcopy_status recorder_execute(void *conn, const pgcopy_stmt *stmt,
                               const pgcopy_columns *columns, const pgcopy_batch *params,
                               void **cursor, pgcopy_reply *r);
void          recorder_finish(void *conn, void *cursor);

#endif
