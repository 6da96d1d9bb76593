/*
 * odbc/conn.h - a connection from the inside.
 *
 *   environment -- HDBC --+-- words    BEGIN, SAVEPOINT, ...
 *                         +-- aside    idle; what SQLCancel is said on where the dialect wants
 * it
 *                         +-- load     one COPY FROM: its INSERT of many rows and that of one
 *                         '-- cursors  results that are being read
 */
#ifndef ODBC_CONN_H
#define ODBC_CONN_H

#include <pgcopy/odbc.h>

#include "odbc/dialect.h"

#include <pthread.h>
#include <sql.h>
#include <sqlext.h>

typedef enum odbc_tx {
    ODBC_TX_NONE,
    ODBC_TX_OWED, /* begun by word alone: whether it will write is not known yet  */
    ODBC_TX_READ, /* holds a snapshot; to write now may be refused                */
    ODBC_TX_WRITE
} odbc_tx;

typedef struct odbc_cursor odbc_cursor;
typedef struct odbc_load   odbc_load;

typedef struct odbc_conn {
    const pgcopy_allocator *allocator;
    const odbc_dialect     *dialect;
    size_t                  batch_bytes;
    uint32_t                insert_rows;
    uint32_t                array_rows;
    uint32_t                lock_ms;
    bool                    gets_bound; /* SQLGetData reads bound columns too            */

    pgcopy_odbc_nodes *nodes;
    uint32_t           login_s; /* 0: the driver's                                       */
    size_t             node;    /* of the connection string's                              */

    SQLHENV      env;
    SQLHDBC      dbc;
    SQLHSTMT     words;
    SQLHSTMT     aside;
    odbc_tx      tx;
    bool         read_only;
    SQLUINTEGER  isolation; /* the session's own, while a transaction has another; else 0  */
    uint32_t     points;    /* savepoints of the transaction, whatever became of them       */
    odbc_load   *load;
    odbc_cursor *cursors;

    const pgcopy_stmt *stmt; /* that is described or executed now; NULL: none */

    pthread_mutex_t lock;      /* of what cancel touches from another thread              */
    bool            busy;      /* a call that may be cut short is under way               */
    bool            cancelled; /* it was                                                  */
    SQLHSTMT        running;   /* what executes or fetches in it now                      */
} odbc_conn;

/* ---- mem.c -------------------------------------------------------------------------- */

/* As pgcopy_allocator's resize; a NULL allocator is malloc's.  New memory is not zeroed. */
void *odbc_resize(const pgcopy_allocator *a, void *ptr, size_t old_size, size_t new_size);

/* Zeroed; NULL for lack of memory. */
void *odbc_new(const odbc_conn *c, size_t size);
void  odbc_free(const odbc_conn *c, void *ptr, size_t size);

/* ---- connect.c ---------------------------------------------------------------------- */

pgcopy_status odbc_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r);
void          odbc_close(void *conn);
void          odbc_cancel(void *conn);

/* ---- encoding.c --------------------------------------------------------------------- */

/* Refuses a driver that does not take text as UTF-8, where the dialect knows how to ask. */
pgcopy_status odbc_encoding_check(odbc_conn *c, pgcopy_reply *r);

/* ---- probe.c ------------------------------------------------------------------------ */

/* How many rows go as an array where only a trial can tell, once for all connections that share
   what is known of their nodes. */
void odbc_probe_arrays(odbc_conn *c);

/* ---- run.c: every execute and fetch goes through here ------------------------------- */

/* Around a call of the backend that cancel may cut short. */
void odbc_enter(odbc_conn *c);
void odbc_leave(odbc_conn *c);
bool odbc_cancelled(odbc_conn *c);

/* SQLExecute, or with sql SQLExecDirect; waits for a lock where the dialect leaves that to us.
 */
SQLRETURN odbc_run(odbc_conn *c, SQLHSTMT stmt, const char *sql);
SQLRETURN odbc_next(odbc_conn *c, SQLHSTMT stmt); /* SQLFetch */

/* One of the dialect's own words, with a quoted name behind it unless that is NULL. */
pgcopy_status odbc_say(odbc_conn *c, const char *word, const char *name, pgcopy_reply *r);

pgcopy_status odbc_statement(odbc_conn *c, SQLHSTMT *stmt, pgcopy_reply *r);
void          odbc_drop(SQLHSTMT *stmt);

/* ---- error.c ------------------------------------------------------------------------ */

/* Words what a handle's diagnostics say, and logs them; nothing may be called on the handle in
   between.  Returns ERR_SQL or ERR_LOST. */
pgcopy_status odbc_failed(odbc_conn *c, SQLSMALLINT type, SQLHANDLE handle, pgcopy_reply *r);

/* Is this the native error of the handle's first record? */
bool odbc_native_is(SQLHSTMT stmt, int code);

/* May a batch that failed so be repeated row by row: is it a row's fault? */
bool odbc_rows_fault(const pgcopy_error *failure);

/* ---- names.c ------------------------------------------------------------------------ */

/* Says the names that a message of PostgreSQL has, as far as they are the client's own. */
void odbc_tell_names(const odbc_conn *c, const char *text, pgcopy_reply *r);

/* ---- transaction.c ------------------------------------------------------------------ */

pgcopy_status odbc_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r);

/* Begins for good what is owed; write: for a statement that writes. */
pgcopy_status odbc_touch(odbc_conn *c, bool write, pgcopy_reply *r);
pgcopy_status odbc_end(odbc_conn *c, bool commit, pgcopy_reply *r);

/* Do all statements of a transaction see one snapshot? */
bool          odbc_one_snapshot(odbc_conn *c);
pgcopy_status odbc_begin(odbc_conn *c, bool write, pgcopy_reply *r);

/* After an error outside of a transaction: psqlodbc wraps its cursors in one of its own, and
   leaves that failed. */
void odbc_settle(odbc_conn *c);

/* ---- relation.c --------------------------------------------------------------------- */

pgcopy_status odbc_relation(void *conn, const char *schema, const char *table, pgcopy_reply *r);

/* Appends the quoted name of a table as the catalog spells it, and adds its columns to cols
   unless that is NULL. */
pgcopy_status odbc_table_name(odbc_conn *c, const char *schema, const char *table,
                              pgcopy_columns *cols, pgcopy_buf *name, pgcopy_reply *r);

enum { ODBC_NAME_CAP = 260 };

/* Gives each column of the unique keys of a table, as dialect->keys_of has them. */
typedef void  odbc_key_column(void *arg, const char *id, const char *name, const char *column);
pgcopy_status odbc_table_keys(odbc_conn *c, const char *schema, const char *table,
                              odbc_key_column *each, void *arg, pgcopy_reply *r);

/* The column that alone is the primary key of a table; "": there is none. */
pgcopy_status odbc_table_key(odbc_conn *c, const char *schema, const char *table,
                             char key[ODBC_NAME_CAP], pgcopy_reply *r);

/* ---- type.c ------------------------------------------------------------------------- */

/* The type of a column by what the catalog calls it, its ODBC code and its size; typmod may be
   NULL. */
uint32_t odbc_type(const odbc_dialect *d, const char *name, SQLSMALLINT code, SQLLEN size,
                   SQLSMALLINT scale, int32_t *typmod);

/* ---- bind.c ------------------------------------------------------------------------- */

/* One value as a parameter of its own, where it lies; ind and data stay put until the execute.
 */
SQLRETURN odbc_bind_value(SQLHSTMT stmt, SQLUSMALLINT number, const void *data, SQLLEN *ind,
                          bool binary);

/* ---- load.c, group.c ---------------------------------------------------------------- */

pgcopy_status odbc_load_begin(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *target,
                              pgcopy_reply *r);
pgcopy_status odbc_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                             pgcopy_reply *r);
pgcopy_status odbc_load_end(void *conn, bool keep, pgcopy_reply *r);
void          odbc_load_drop(odbc_conn *c);

/* The table of a COPY FROM as the client called it; NULL: there is none. */
const char *odbc_load_table(const odbc_conn *c);

/* ---- describe.c, query.c, fetch.c --------------------------------------------------- */

pgcopy_status odbc_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r);
pgcopy_status odbc_execute(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *columns,
                           const pgcopy_batch *params, void **cursor, pgcopy_reply *r);
pgcopy_status odbc_fetch(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r);
void          odbc_finish(void *conn, void *cursor);

#endif
