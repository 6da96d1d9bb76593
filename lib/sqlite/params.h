/* sqlite/params.h - parameters: which type each has, and binding them. */
#ifndef SQLITE_PARAMS_H
#define SQLITE_PARAMS_H

#include "sqlite/conn.h"

/* ---- infer.c ------------------------------------------------------------------------ */

/* Adds the types of $1 ..: as the client declares them, else as they are plain from where they
   stand, else 0.  sql is the statement as SQLite gets it, stmt's places in it. */
pgcopy_status lite_infer(lite_conn *c, const pgcopy_stmt *stmt, const char *sql,
                         pgcopy_columns *types);

/* ---- params.c ----------------------------------------------------------------------- */

/* Adds the types of all parameters that the client sends. */
pgcopy_status lite_param_types(lite_conn *c, const pgcopy_stmt *stmt, const char *sql,
                               pgcopy_columns *types);

/* Binds one row, by these types.  params NULL: some value of each type that is known, so that
   an expression of them has a type too. */
pgcopy_status lite_bind_params(lite_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_columns *types, const pgcopy_batch *params,
                               sqlite3_stmt *prepared, pgcopy_reply *r);

#endif
