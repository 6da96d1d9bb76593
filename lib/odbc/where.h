/* odbc/where.h - the condition of COPY FROM ... WHERE, for a database that is not PostgreSQL.
 */
#ifndef ODBC_WHERE_H
#define ODBC_WHERE_H

#include "odbc/conn.h"

/* Appends the condition as one expression of the database: without comments, names in its own
   quotes.  relation: the columns that it may name.  ERR_SQL: PostgreSQL refuses it, or it
   cannot be said so that it is read in one way only. */
pgcopy_status odbc_where(const odbc_dialect *d, const pgcopy_columns *relation,
                         const char *where, pgcopy_buf *out, pgcopy_reply *r);

#endif
