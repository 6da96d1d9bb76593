/* odbc/stmt.h - a statement of the client's: its text, prepared, and run. */
#ifndef ODBC_STMT_H
#define ODBC_STMT_H

#include "odbc/conn.h"

/* Appends SELECT columns FROM table, of COPY table TO.  columns NULL: those that it names. */
pgcopy_status odbc_stmt_select(odbc_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_columns *columns, pgcopy_buf *sql, pgcopy_reply *r);

/* The first word of an INSERT, UPDATE, DELETE or their like; NULL: it is none. */
const char *odbc_stmt_change(const char *sql);

/* Appends any statement, NUL-terminated. */
pgcopy_status odbc_stmt_text(odbc_conn *c, const pgcopy_stmt *stmt,
                             const pgcopy_columns *columns, pgcopy_buf *sql, pgcopy_reply *r);

/* whole: under a static cursor, which a lazy driver runs at once.  *hstmt is the caller's to
   drop, also when this fails. */
pgcopy_status odbc_stmt_prepare(odbc_conn *c, const char *sql, bool whole, SQLHSTMT *hstmt,
                                pgcopy_reply *r);

/* Under the cursor that it needs; *n: of its columns. */
pgcopy_status odbc_stmt_prepare_any(odbc_conn *c, const char *sql, SQLHSTMT *hstmt,
                                    SQLSMALLINT *n, pgcopy_reply *r);

/* Runs a prepared statement, its parameters bound for as long as that takes; params NULL: all
   are NULL.  END: it met no row, and then some drivers (UPDATE ... RETURNING by psqlodbc) have
   nothing to fetch from. */
pgcopy_status odbc_stmt_run(odbc_conn *c, const pgcopy_stmt *stmt, const pgcopy_batch *params,
                            SQLHSTMT hstmt, pgcopy_reply *r);

#endif
