/* discard.c - a backend that throws rows away: it measures the library and the network alone.
 */
#include "discard.h"

/* relation is not there: no column is known, so any table takes what the first row has. */

static pgcopy_status discard_open(void *arg, const pgcopy_who *who, void **conn,
                                  pgcopy_reply *r)
{
    (void)arg, (void)who, (void)r;
    *conn = NULL;
    return PGCOPY_OK;
}

static void discard_close(void *conn)
{
    (void)conn;
}

static pgcopy_status discard_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    (void)conn, (void)tx, (void)r;
    return PGCOPY_OK;
}

static pgcopy_status discard_load_begin(void *conn, const pgcopy_stmt *stmt,
                                        const pgcopy_columns *target, pgcopy_reply *r)
{
    (void)conn, (void)stmt, (void)target, (void)r;
    return PGCOPY_OK;
}

static pgcopy_status discard_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                       pgcopy_reply *r)
{
    (void)conn, (void)batch, (void)first, (void)r;
    return PGCOPY_OK;
}

static pgcopy_status discard_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    (void)conn, (void)keep, (void)r;
    return PGCOPY_OK;
}

const pgcopy_backend discard_backend = {
    .size        = sizeof(pgcopy_backend),
    .flags       = PGCOPY_BACKEND_DEFAULTS,
    .open        = discard_open,
    .close       = discard_close,
    .transaction = discard_transaction,
    .load_begin  = discard_load_begin,
    .load_rows   = discard_load_rows,
    .load_end    = discard_load_end,
};
