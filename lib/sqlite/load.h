/*
 * sqlite/load.h - a COPY FROM from the inside.
 *
 *   batch, a row:   7  | Ann | \x00ff | DEFAULT | NULL
 *   INSERT (a,b,c,e)    VALUES (?, ?, ?, ?), ...      `one`, `many`, or a variant of `one`
 *                      int text blob       null
 */
#ifndef SQLITE_LOAD_H
#define SQLITE_LOAD_H

#include "sqlite/conn.h"

/* How a column's values are bound. */
typedef enum lite_bind { LITE_TEXT, LITE_INTEGER, LITE_BOOL, LITE_FLOAT, LITE_BYTES } lite_bind;

enum { LITE_VARIANTS = 4 };

/* The INSERT of a row that leaves some columns to their defaults. */
typedef struct lite_variant {
    sqlite3_stmt *stmt;
    bool         *defaulted; /* by column */
} lite_variant;

struct lite_load {
    pgcopy_buf      client_table; /* as the client called it, NUL-terminated, for messages */
    pgcopy_buf      schema;       /* as the catalog does, NUL-terminated                   */
    pgcopy_buf      table;
    pgcopy_buf      where; /* the condition, NUL-terminated; empty: none                */
    pgcopy_columns *cols;
    lite_bind      *binds; /* by column                                                 */
    size_t          ncols;
    bool            own_tx;
    uint64_t        stored; /* rows                                                      */

    sqlite3_stmt *one;
    sqlite3_stmt *many; /* both are made when they are first needed                  */
    uint32_t      rows; /* of `many`                                                 */

    bool         defaults; /* rows may have DEFAULT markers                             */
    bool        *marks;    /* of all variants, then of the row that is looked at        */
    lite_variant variants[LITE_VARIANTS];
    unsigned     oldest; /* of them: the next to make room                            */

    bool     has_bytes;
    uint8_t *bytes; /* the blobs of one execute                                  */
    size_t   bytes_size;
    size_t   bytes_used;
};

/* ---- bind.c ------------------------------------------------------------------------- */

lite_bind lite_bind_of(uint32_t type);

/* Binds one value that is not BYTES; keep: as of sqlite3_bind_text64. */
int lite_bind_value(lite_bind kind, sqlite3_stmt *stmt, int number, pgcopy_slice v,
                    sqlite3_destructor_type keep);

/* Is it \x and digits?  Writes less than half as many bytes as it has. */
bool   lite_is_bytes(pgcopy_slice v);
size_t lite_bytes(uint8_t *out, pgcopy_slice v);

/* Room for the blobs of n rows, which are bound where they lie. */
pgcopy_status lite_bind_begin(const lite_conn *c, lite_load *l, const pgcopy_batch *batch,
                              size_t at, size_t n);

/* Binds the values of a row from parameter *number on, DEFAULT markers left out; good until
   the batch changes, or the next begin. */
pgcopy_status lite_bind_row(lite_conn *c, sqlite3_stmt *stmt, const pgcopy_batch *batch,
                            size_t row, int *number, pgcopy_reply *r);

/* ---- where.c ------------------------------------------------------------------------ */

/* Appends a condition, with a NUL behind it. */
pgcopy_status lite_where(const char *where, pgcopy_buf *out, pgcopy_reply *r);

/* ---- insert.c ----------------------------------------------------------------------- */

/* Prepared when they are first asked for. */
pgcopy_status lite_insert_one(lite_conn *c, sqlite3_stmt **stmt, pgcopy_reply *r);
pgcopy_status lite_insert_many(lite_conn *c, sqlite3_stmt **stmt, pgcopy_reply *r);

/* Has this row a DEFAULT marker that stands for one? */
bool lite_insert_is_variant(const lite_load *l, const pgcopy_batch *batch, size_t row);

/* The statement for a row by itself. */
pgcopy_status lite_insert_of_row(lite_conn *c, const pgcopy_batch *batch, size_t row,
                                 sqlite3_stmt **stmt, pgcopy_reply *r);

#endif
