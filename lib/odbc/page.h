/* odbc/page.h - COPY table TO, by ranges of its primary key. */
#ifndef ODBC_PAGE_H
#define ODBC_PAGE_H

#include "odbc/cursor.h"

/* Where a driver would hold all of a table.  The pages are one result only in one snapshot. */
bool odbc_page_may(odbc_conn *c, const pgcopy_stmt *stmt, const pgcopy_columns *columns);

/* Begins with the first page.  *paged false: it is to be read whole. */
pgcopy_status odbc_page_execute(odbc_conn *c, const pgcopy_stmt *stmt,
                                const pgcopy_columns *columns, odbc_cursor **cursor,
                                bool *paged, pgcopy_reply *r);

/* Keeps the key of the last row so far. */
void odbc_page_count(odbc_cursor *cur);

/* Runs the statement of the next page, and fetches the first rows of it. */
SQLRETURN odbc_page_next(odbc_conn *c, odbc_cursor *cur);

#endif
