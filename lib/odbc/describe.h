/* odbc/describe.h - the columns that a statement will bring, as the reply has them. */
#ifndef ODBC_DESCRIBE_H
#define ODBC_DESCRIBE_H

#include "odbc/conn.h"

/* The n columns of a prepared statement, as the driver tells them.  sql, params: to run it for
   a first row where only that tells. */
pgcopy_status odbc_describe_result(odbc_conn *c, const pgcopy_stmt *stmt,
                                   const pgcopy_batch *params, const char *sql, SQLHSTMT hstmt,
                                   SQLSMALLINT n, pgcopy_reply *r);

/* Those of a table are known better than a driver tells them of a result. */
pgcopy_status odbc_describe_table(const pgcopy_columns *columns, pgcopy_reply *r);

#endif
