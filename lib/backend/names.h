/* backend/names.h - a result's columns have the names that PostgreSQL would give them. */
#ifndef BACKEND_NAMES_H
#define BACKEND_NAMES_H

#include <pgcopy/stmt.h>

/* Replaces those that a database gave to the columns of a SELECT, VALUES or RETURNING, also of
   one in COPY.  Left as they are: all, if the list has a * or another number of items; one that
   is not understood.  NOMEM: *cols is as it was. */
pgcopy_status names_give(const pgcopy_stmt *stmt, const pgcopy_allocator *a,
                         pgcopy_columns **cols) PGCOPY_MUST_CHECK;

#endif
