/*
 * odbc/load.h - a COPY FROM from the inside: its statements, and the block that values are laid
 * out in, a column after the other, to be bound once and executed many times.
 *
 *   block  | column 0: lengths, room | data, room * stride | column 1: lengths | data | ...
 *   rungs  INSERT of 100 rows, of 50, 25, 12, 6, 3: what a batch leaves over takes few
 *
 * Or the block is one text, all rows of an execute (rowtype.c).
 */
#ifndef ODBC_LOAD_H
#define ODBC_LOAD_H

#include "odbc/conn.h"

typedef struct odbc_slot {
    size_t   stride; /* bytes of a value at most; 0: not laid out yet */
    uint8_t *data;
    SQLLEN  *inds;
    bool     numbers; /* data is bound as numbers of 64 bits, in an array            */
    bool     texts;   /* it was not so once, and is not any more                   */
} odbc_slot;

enum {
    ODBC_KEYS        = 16,
    ODBC_KEY_COLUMNS = 16,
    ODBC_VARIANTS    = 4,
    ODBC_RUNGS       = 16,
    ODBC_GROUP_ROWS  = 1024 /* behind one savepoint, and of one execute, whatever is asked for:
                               a batch of the session's has no more, and few rows left over would
                               cost as many round trips                                       */
};

/* How several rows go in one execute. */
typedef enum odbc_way {
    ODBC_VALUES,  /* by rungs, from the block                                            */
    ODBC_ARRAYS,  /* one rung: an INSERT of one row with arrays of the block bound to it */
    ODBC_ROW_TYPE /* one rung: an INSERT of the rows of one text                         */
} odbc_way;

#define ODBC_NOT_COPIED SIZE_MAX

/* The INSERT of so many rows in one execute, from the block; made when it is first needed. */
typedef struct odbc_rung {
    SQLHSTMT stmt;
    uint32_t rows;
    uint32_t layout; /* of the block that it is bound to; 0: not bound */
} odbc_rung;

/* The INSERT of a row that leaves some columns to their defaults. */
typedef struct odbc_variant {
    SQLHSTMT stmt;
    bool    *defaulted; /* by column */
} odbc_variant;

/* A unique key of the table. */
typedef struct odbc_key {
    char   id[ODBC_NAME_CAP]; /* that tells it from others                               */
    char   name[64];          /* PostgreSQL's; "": not known                             */
    bool   whole;             /* all of its columns are loaded, and can be compared      */
    size_t n;
    size_t columns[ODBC_KEY_COLUMNS];
} odbc_key;

struct odbc_load {
    const odbc_dialect *dialect;

    pgcopy_buf      table;  /* as the client called it, NUL-terminated, for messages */
    pgcopy_buf      schema; /* likewise; empty: none was said */
    pgcopy_buf      name;   /* quoted, as SQL says it, NUL-terminated                */
    pgcopy_columns *cols;
    size_t          ncols;
    bool            own_tx;

    pgcopy_buf      where;    /* as this database reads it, NUL-terminated; empty: none */
    pgcopy_columns *relation; /* for where and row types: all columns of the table      */
    uint64_t        stored;   /* rows                                                   */

    SQLHSTMT  changes; /* the dialect's query; SQL_NULL_HSTMT: SQLRowCount tells it */
    SQLBIGINT changed; /* its answer                                              */

    SQLHSTMT  one;  /* a row, bound where it lies                                        */
    uint32_t  rows; /* of one execute at most                                            */
    odbc_rung rungs[ODBC_RUNGS]; /* each half of the one before it; none if rows is 1 */
    odbc_way  way;
    bool      proven; /* rows of the table's type went in                               */
    size_t   *places; /* of its columns in cols, or NOT_COPIED                          */
    size_t    nplaces;
    size_t    at;      /* the row that a group at once has come to                        */
    bool      guarded; /* by a savepoint, the group                                      */

    const pgcopy_batch *batch; /* of the row that goes in alone now; NULL: they go together */
    size_t              row;

    odbc_key *keys; /* read when a row first breaks one; NULL before */
    size_t    nkeys;

    bool         defaults; /* rows may have DEFAULT markers                              */
    bool        *marks;    /* of all variants, then of the row that is looked at         */
    odbc_variant variants[ODBC_VARIANTS];
    unsigned     oldest; /* of them: the next to make room                             */

    odbc_slot *slots;
    uint8_t   *block;
    size_t     block_size;
    size_t     room;    /* rows of the block; 0: not laid out                            */
    uint32_t   layout;  /* counts, from 1 on                                             */
    SQLLEN    *inds;    /* of `one`                                                      */
    pgcopy_buf scratch; /* bytea values of `one`, as bytes                               */
};

/* Makes room in the block for the values of n rows; false: they are too long for it. */
bool odbc_load_fit(const odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t at,
                   size_t n);

/* Lays n rows out in the block, for a rung of as many. */
pgcopy_status odbc_load_pack(odbc_load *l, odbc_rung *rung, const pgcopy_batch *batch,
                             size_t at, size_t n, pgcopy_reply *r);

/* Binds a row's values, DEFAULT markers left out; good until the batch or scratch changes. */
pgcopy_status odbc_load_bind_row(odbc_load *l, SQLHSTMT stmt, const pgcopy_batch *batch,
                                 size_t row, pgcopy_reply *r);

/* A marker, or a NUL in a text, where none may be. */
pgcopy_status odbc_no_defaults(pgcopy_reply *r);
pgcopy_status odbc_has_nul(pgcopy_reply *r);

/* ---- rowtype.c ---------------------------------------------------------------------- */

/* Where the columns of the row type stand; good: all that are copied were found, and are not
   few of very many. */
pgcopy_status odbc_rowtype_begin(odbc_conn *c, odbc_load *l, bool *good);

/* As odbc_load_fit and odbc_load_pack. */
bool odbc_rowtype_fit(const odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t at,
                      size_t n);
pgcopy_status odbc_rowtype_pack(odbc_load *l, SQLHSTMT stmt, const pgcopy_batch *batch,
                                size_t at, size_t n, pgcopy_reply *r);

/* ---- numbers.c ---------------------------------------------------------------------- */

/* Lays out in the block which columns of the next n rows go as numbers, and their values. */
void odbc_numbers_pack(odbc_load *l, const pgcopy_batch *batch, size_t at, size_t n);

/* ---- insert.c ----------------------------------------------------------------------- */

/* Prepares `one` and says which rungs there are. */
pgcopy_status odbc_insert_prepare(odbc_conn *c, odbc_load *l, pgcopy_reply *r);

/* From here on another way. */
void odbc_insert_go_by(const odbc_conn *c, odbc_load *l, odbc_way way);

/* The most rows up to `most` that one execute takes. */
size_t odbc_insert_step(const odbc_load *l, size_t most);

/* The statement for such a number of rows. */
pgcopy_status odbc_insert_of_rows(odbc_conn *c, odbc_load *l, size_t rows, odbc_rung **rung,
                                  pgcopy_reply *r);

/* Has this row a DEFAULT marker? */
bool odbc_insert_is_variant(const odbc_load *l, const pgcopy_batch *batch, size_t row);

/* The statement for a row by itself. */
pgcopy_status odbc_insert_of_row(odbc_conn *c, odbc_load *l, const pgcopy_batch *batch,
                                 size_t row, SQLHSTMT *stmt, pgcopy_reply *r);

/* ---- key.c -------------------------------------------------------------------------- */

/* Adds to a failure that is a duplicate key which one it is, where the dialect knows how to
   ask. The row is not in, those before it are. */
void odbc_tell_key(odbc_conn *c, const pgcopy_batch *batch, size_t row, pgcopy_reply *r);

#endif
