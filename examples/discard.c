/* discard.c - the smallest backend, for any number of threads: takes any table of any columns
   and throws the rows away. */
#include <pgcopy/backend.h>

static pgcopy_status discard_open(void *arg, const pgcopy_who *who, void **conn,
                                  pgcopy_reply *r)
{
    (void)arg, (void)who, (void)conn, (void)r;
    return PGCOPY_OK;
}

static void discard_close(void *conn)
{
    (void)conn;
}

static pgcopy_status discard_begin(void *conn, const pgcopy_stmt *stmt,
                                   const pgcopy_columns *target, pgcopy_reply *r)
{
    (void)conn, (void)stmt, (void)target, (void)r;
    return PGCOPY_OK;
}

static pgcopy_status discard_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                  pgcopy_reply *r)
{
    (void)conn, (void)batch, (void)first, (void)r;
    return PGCOPY_OK;
}

static pgcopy_status discard_end(void *conn, bool keep, pgcopy_reply *r)
{
    (void)conn, (void)keep, (void)r;
    return PGCOPY_OK;
}

extern const pgcopy_backend the_backend; /* epoll_worker.c */
const pgcopy_backend        the_backend = {
           .size       = sizeof(pgcopy_backend),
           .open       = discard_open,
           .close      = discard_close,
           .load_begin = discard_begin,
           .load_rows  = discard_rows,
           .load_end   = discard_end,
};
