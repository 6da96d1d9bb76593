/* backend/catalog.h - what is answered for PostgreSQL: functions of the session, and questions
   to its catalogs that the database behind refuses. */
#ifndef BACKEND_CATALOG_H
#define BACKEND_CATALOG_H

#include <pgcopy/backend.h>

/* Who asks, and the database that knows the tables. */
struct catalog_asker {
    const pgcopy_backend   *backend;
    void                   *conn;
    const pgcopy_allocator *allocator;
    const char             *user, *database;
};

/* The backend's describe or execute, or their answers here.  *rows: the answer's, which are the
   caller's to free; NULL: the backend has answered, or it is an error. */
pgcopy_status catalog_describe(const struct catalog_asker *who, const pgcopy_stmt *stmt,
                               pgcopy_reply *r);
pgcopy_status catalog_execute(const struct catalog_asker *who, const pgcopy_stmt *stmt,
                              const pgcopy_columns *columns, const pgcopy_batch *params,
                              void **cursor, pgcopy_batch **rows, pgcopy_reply *r);

#endif
