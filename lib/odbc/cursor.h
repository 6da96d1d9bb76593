/*
 * odbc/cursor.h - a result that is being read, from the inside.
 *
 *   fetch.c --> SQLFetch --> rowset.c: the slots --> value.c, or rows.c --> batch
 *           '--> page.c: the statement of the next rows
 */
#ifndef ODBC_CURSOR_H
#define ODBC_CURSOR_H

#include "odbc/conn.h"

enum {
    ODBC_KEY_CAP      = 32, /* of an integer                                  */
    ODBC_ROWS_AT_ONCE = 32  /* put: a batch gets not much longer than full    */
};

/* The slots of a column, one for each row of the rowset. */
typedef struct odbc_out {
    char   *data;
    SQLLEN *inds;
    size_t  cap;  /* of one value, with a NUL                                    */
    size_t  room; /* that it may grow to                                         */
    size_t  want; /* what a value that was longer would have taken; 0: none was  */
    bool    bytes;
    bool    bit; /* 0 and 1 are bytes of that value                               */
} odbc_out;

struct odbc_cursor {
    odbc_cursor  *next;
    SQLHSTMT      stmt;
    size_t        ncols;
    odbc_out     *outs;
    uint8_t      *block;
    size_t        block_size;
    size_t        rowset;
    pgcopy_field *fields; /* of ODBC_ROWS_AT_ONCE rows; NULL: they go one by one        */
    SQLUSMALLINT *marks;  /* SQL_ROW_...                                         */
    SQLULEN       got;    /* rows of this rowset                                 */
    size_t        at;     /* the next of them                                    */
    bool          bound;
    bool          done;
    bool          was_long; /* the row that was put had a long value                */
    bool          ahead;    /* the next rowset is here, as rc says                  */
    SQLRETURN     rc;
    pgcopy_buf    scratch; /* a long bytea                                      */

    SQLHSTMT more; /* pages: brings the one behind `last`; else none                */
    size_t   key;  /* the column that they are ordered by                           */
    char     last[ODBC_KEY_CAP];
    SQLLEN   last_len;
    uint32_t page; /* rows of this page so far                                      */
    bool     own_tx;
};

/* ---- fetch.c ------------------------------------------------------------------------ */

/* A cursor over a prepared statement, its columns bound.  The statement is the cursor's from
   here on, and it is in c->cursors until odbc_finish, also when this fails. */
pgcopy_status odbc_cursor_open(odbc_conn *c, SQLHSTMT *stmt, const pgcopy_columns *cols,
                               odbc_cursor **cursor);

/* Brings the first rows, so that what fails only then fails in execute. */
pgcopy_status odbc_cursor_start(odbc_conn *c, odbc_cursor *cursor, pgcopy_reply *r);

/* There are none.  OK. */
pgcopy_status odbc_cursor_over(odbc_cursor *cursor);

/* ---- rowset.c ----------------------------------------------------------------------- */

/* Makes the slots and binds them to the cursor's statement; bind does so for another one. */
pgcopy_status odbc_rowset_make(const odbc_conn *c, odbc_cursor *cur,
                               const pgcopy_columns *cols);
void          odbc_rowset_bind(odbc_cursor *cur);

/* Makes the slots larger that a value did not fit into, for the next row. */
void odbc_rowset_grow(odbc_cursor *cur);

/* ---- value.c ------------------------------------------------------------------------ */

/* Puts the values of the row that the cursor is at into the batch; the row is still open. */
pgcopy_status odbc_row_put(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch,
                           pgcopy_reply *r);

/* Did a length that a driver told not go into a slot? */
static inline bool odbc_is_cut(SQLLEN ind, size_t cap)
{
    return ind == SQL_NO_TOTAL || (ind >= 0 && (size_t)ind >= cap);
}

/* ---- rows.c ------------------------------------------------------------------------- */

/* Puts some of the rows that the cursor is at into a batch that has the first of its rows, and
   so knows how many columns they have. */
pgcopy_status odbc_rows_put(odbc_conn *c, odbc_cursor *cur, pgcopy_batch *batch,
                            pgcopy_reply *r);

#endif
