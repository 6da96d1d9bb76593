/* backend/reply.h - what a backend says besides its status, from the inside. */
#ifndef BACKEND_REPLY_H
#define BACKEND_REPLY_H

#include <pgcopy/backend.h>

#include "base/mem.h"

struct pgcopy_reply {
    pgcopy_allocator allocator;
    pgcopy_columns  *columns; /* NULL: nobody asked for them, so no rows follow */
    pgcopy_columns  *parameters;
    uint64_t         count;
    pgcopy_error     failure;
    pgcopy_error    *notices;
    size_t           nnotices;
    size_t           notices_cap;
    pgcopy_buf       log; /* ends with a NUL if it has any text */
};

/* The columns become the caller's, to free; the next call in a job gets new ones. */
pgcopy_columns *reply_take_columns(pgcopy_reply *r);

/* No error: what stood there is not read any more.  Every call of every job begins with it, so
   it does not clear two kilobytes. */
void reply_forget_failure(pgcopy_reply *r);

/* What was logged; NULL: nothing. */
const char *reply_log_text(const pgcopy_reply *r);

#endif
