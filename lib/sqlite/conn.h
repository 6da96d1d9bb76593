/*
 * sqlite/conn.h - a connection from the inside.
 *
 *   sqlite3 --+-- find, columns   the catalog's two questions, prepared once
 *             +-- known           what they were answered last
 *             +-- load            one COPY FROM: its INSERTs
 *             '-- cursors         results that are being read
 */
#ifndef SQLITE_CONN_H
#define SQLITE_CONN_H

#include <pgcopy/sqlite.h>

#include "sqlite/token.h"

#include <sqlite3.h>
#include <stdatomic.h>

typedef enum lite_tx {
    LITE_TX_NONE,
    LITE_TX_OWED, /* begun by word alone: whether it will write is not known yet */
    LITE_TX_OPEN
} lite_tx;

/* What cancel may turn: BUSY to CANCELLED, nothing else. */
enum { LITE_IDLE, LITE_BUSY, LITE_CANCELLED };

typedef struct lite_cursor lite_cursor;
typedef struct lite_load   lite_load;

/* A table of main, and how it was asked for. */
typedef struct lite_known {
    pgcopy_buf      asked;
    pgcopy_buf      name;    /* as the catalog spells it, NUL-terminated */
    pgcopy_columns *columns; /* NULL: nothing is known                   */
    sqlite3_int64   version;
} lite_known;

#define LITE_POINT_NAME "pgcopy_batch"

/* SQL of our own that comes with every COPY. */
typedef enum lite_word {
    LITE_BEGIN_READ,
    LITE_BEGIN_WRITE,
    LITE_COMMIT,
    LITE_POINT,
    LITE_RELEASE,
    LITE_WORDS
} lite_word;

typedef struct lite_conn {
    const pgcopy_allocator *allocator;
    sqlite3                *db;
    uint32_t                busy_ms;
    uint32_t                insert_rows;
    sqlite3_stmt           *find;
    sqlite3_stmt           *columns;
    sqlite3_stmt           *version;
    sqlite3_stmt           *words[LITE_WORDS];
    sqlite3_stmt           *inserts[2]; /* the last COPY's: the next may be alike */
    lite_known              known;
    lite_tx                 tx;
    bool                    read_only;
    lite_load              *load;
    lite_cursor            *cursors;
    uint64_t                waits_since; /* ms; of the lock that is being waited for */
    atomic_int              call;
} lite_conn;

/* A table as the catalog spells it; both are SQLite's until `find` is used again. */
typedef struct lite_table {
    const char     *schema;
    const char     *name;
    pgcopy_relation kind;
} lite_table;

/* ---- mem.c: memory and SQL text ----------------------------------------------------- */

/* As pgcopy_allocator's resize; a NULL allocator is malloc's.  New memory is not zeroed. */
void *lite_resize(const pgcopy_allocator *a, void *ptr, size_t old_size, size_t new_size);

/* Zeroed; NULL for lack of memory. */
void *lite_new(const lite_conn *c, size_t size);
void  lite_free(const lite_conn *c, void *ptr, size_t size);

/* Appends text, or a name in quotes.  end adds the NUL: NULL for lack of memory, else good
   until buf changes. */
void        lite_add(pgcopy_buf *buf, const char *text);
void        lite_quote(pgcopy_buf *buf, const char *name);
const char *lite_end(pgcopy_buf *buf);

/* Are two names one to SQLite?  Is `part` how `text` begins?  In any case (ASCII). */
bool lite_same(const char *a, const char *b);
bool lite_begins(const char *text, const char *part);

/* The text of a result's column; "" for NULL. */
const char *lite_text_of(sqlite3_stmt *stmt, int col);

/* ---- connect.c ---------------------------------------------------------------------- */

/* Around a call of the backend that cancel may cut short. */
void lite_enter(lite_conn *c);
void lite_leave(lite_conn *c);
bool lite_cancelled(const lite_conn *c);

/* ---- error.c, missing.c, blame.c ---------------------------------------------------- */

/* Words what SQLite's last call, which returned rc, failed for, and logs it.  ERR_SQL. */
pgcopy_status lite_failed(lite_conn *c, int rc, pgcopy_reply *r);

/* Behind it, of a statement that could not be prepared: adds the name and the position of what
   is missing or wrong, if the client's own statement has that.  ERR_SQL. */
pgcopy_status lite_name_missing(lite_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r);

/* The name of the table that INSERT, UPDATE or DELETE changes. */
bool lite_target(const pgcopy_stmt *stmt, lite_token *target);

/* Whose fault it is: a table's, as the catalog and as the client calls it; of a COPY FROM the
   row, with the columns of its batch. */
typedef struct lite_accused {
    const char           *schema, *table, *name;
    bool                  inserts; /* the statement is an INSERT */
    const pgcopy_columns *columns;
    const pgcopy_batch   *batch; /* NULL: the row is not known */
    size_t                row;
} lite_accused;

/* Behind it, of a row that was refused: names the constraint.  ERR_SQL. */
pgcopy_status lite_blame_row(lite_conn *c, const lite_accused *who, pgcopy_reply *r);
pgcopy_status lite_blame_statement(lite_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r);

/* May a batch that failed so be repeated row by row: is it a row's fault? */
bool lite_rows_fault(const pgcopy_error *failure);

/* ---- transaction.c ------------------------------------------------------------------ */

pgcopy_status lite_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r);

/* Begins for good what is owed; write: for a statement that writes. */
pgcopy_status lite_touch(lite_conn *c, bool write, pgcopy_reply *r);
pgcopy_status lite_begin(lite_conn *c, bool write, pgcopy_reply *r);
pgcopy_status lite_end_tx(lite_conn *c, bool commit, pgcopy_reply *r);

/* SQL of our own without rows; a word is prepared once. */
pgcopy_status lite_say(lite_conn *c, const char *sql, pgcopy_reply *r);
pgcopy_status lite_say_word(lite_conn *c, lite_word word, pgcopy_reply *r);

/* ---- relation.c --------------------------------------------------------------------- */

pgcopy_status lite_relation(void *conn, const char *schema, const char *table, pgcopy_reply *r);

/* 42P01 where there is none. */
pgcopy_status lite_find(lite_conn *c, const char *schema, const char *name, lite_table *table,
                        pgcopy_reply *r);

/* The columns of a table that was found: step `columns` for their rows, reset it at the end. */
enum {
    LITE_NAME,
    LITE_DECLARED,
    LITE_NOT_NULL,
    LITE_HAS_DEFAULT,
    LITE_GENERATED,
    LITE_DEFAULT
};

pgcopy_status lite_ask_columns(lite_conn *c, const lite_table *table, pgcopy_reply *r);

/* Adds them as columns. */
pgcopy_status lite_read_columns(lite_conn *c, const lite_table *table, pgcopy_columns *cols,
                                pgcopy_reply *r);

/* Appends a table's name, quoted. */
void lite_table_name(pgcopy_buf *sql, const lite_table *table);

/* ---- known.c ------------------------------------------------------------------------ */

/* The answer of before, if it still is one; NULL: the catalog is to be asked. */
const lite_known *lite_known_table(lite_conn *c, const char *schema, const char *name);

/* While `find` stands on the table: so its columns and the version are of one moment. */
void lite_known_keep(lite_conn *c, const char *schema, const char *name,
                     const lite_table *found, const pgcopy_columns *columns);
void lite_known_forget(lite_conn *c);

/* With what the relation is; false: no memory. */
bool lite_copy_columns(pgcopy_columns *to, const pgcopy_columns *from);

/* ---- type.c ------------------------------------------------------------------------- */

/* PostgreSQL's type for a declaration; 0: it says nothing.  typmod may be NULL. */
uint32_t lite_type(const char *declared, int32_t *typmod);

/* ... and for a value, by its storage class. */
uint32_t lite_type_of_value(int storage);

/* ---- load.c, rows.c, query.c, fetch.c ----------------------------------------------- */

pgcopy_status lite_load_begin(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *target,
                              pgcopy_reply *r);
pgcopy_status lite_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                             pgcopy_reply *r);
pgcopy_status lite_load_end(void *conn, bool keep, pgcopy_reply *r);
void          lite_load_drop(lite_conn *c);

/* The table of a COPY FROM as the client called it; NULL: there is none. */
const char *lite_load_table(const lite_conn *c);

pgcopy_status lite_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r);
pgcopy_status lite_execute(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *columns,
                           const pgcopy_batch *params, void **cursor, pgcopy_reply *r);
pgcopy_status lite_fetch(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r);
void          lite_finish(void *conn, void *cursor);

/* A cursor over a statement that was stepped once; rc is what that gave.  It takes the
   statement, also when it fails: NULL for lack of memory. */
lite_cursor *lite_cursor_new(lite_conn *c, sqlite3_stmt *stmt, int rc,
                             const pgcopy_columns *cols);

#endif
