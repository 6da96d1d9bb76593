/*
 * db_fixture.h - what tests say to a database behind a backend's table.  SQLite is reached by
 * its own backend and by ODBC: test_db_<subject>.c is built for both, and what differs between
 * the two is given by sqlite_fixture.c or odbc_fixture.c.
 */
#ifndef DB_FIXTURE_H
#define DB_FIXTURE_H

#include "harness.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pgcopy/odbc.h>
#include <pgcopy/sqlite.h>

struct db {
    const pgcopy_backend *backend;
    union { /* what its open() takes */
        pgcopy_sqlite_opts sqlite;
        pgcopy_odbc_opts   odbc;
    };
    char          path[64];
    char          connection[256]; /* ODBC's */
    void         *conn;
    pgcopy_reply *r;
    char          value[128]; /* the last that value() gave */

    const pgcopy_columns *param_types; /* as Parse declares them; NULL: it does not */
};

/* ---- By the backend's own fixture --------------------------------------------------- */

/* A new SQLite file. */
void begin_db(struct db *db);

/* A second connection to the same database. */
void join_db(struct db *db, const struct db *other);

/* From the next open_db() on. */
void set_allocator(struct db *db, const pgcopy_allocator *allocator);
void set_lock_ms(struct db *db, uint32_t ms);

/* What no client may be told; NULL ends it. */
extern const char *const db_secrets[];

/* ---- Connections -------------------------------------------------------------------- */

void          new_file(struct db *db);
pgcopy_status open_db(struct db *db);
void          leave_db(struct db *db);
void          end_db(struct db *db);

/* ---- Statements ------------------------------------------------------------------------- */

pgcopy_stmt *parse(const char *sql);
const char  *state(const struct db *db);
const char  *message(const struct db *db);

/* Runs a statement up to its first rows, which go to batch; *cursor is open if it has any. */
pgcopy_status start(struct db *db, const char *sql, const pgcopy_batch *params, void **cursor);
pgcopy_status run(struct db *db, const char *sql);

/* As it is, also where our own lexer would refuse it. */
pgcopy_status run_raw(struct db *db, const char *sql);
void          must(struct db *db, const char *sql);

/* The first value of a query's first row: "NULL", or text. */
const char          *value_with(struct db *db, const char *sql, const pgcopy_batch *params);
const char          *value(struct db *db, const char *sql);
pgcopy_status        tx(struct db *db, pgcopy_verb verb, const char *name);
pgcopy_status        relation(struct db *db, const char *schema, const char *table);
const pgcopy_column *column(const struct db *db, size_t i);

/* All that a client could see. */
void assert_tells_nothing(const struct db *db);

/* ---- Rows ------------------------------------------------------------------------------- */

/* NULL in the list is NULL. */
void put(pgcopy_batch *batch, const char *const *values, size_t ncols);

#define PUT(batch, ...)                            \
    put(batch, (const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* NULL in the list is NULL, "DEFAULT" a marker. */
void put_marked(pgcopy_batch *batch, const char *a, const char *b, const char *c);

/* Rows (number, "name <number>") for numbers from..to-1. */
void put_numbers(pgcopy_batch *batch, int from, int to);

/* As the bridge does it: the relation's columns, the first n of them, then load_begin. */
pgcopy_status load_begin_of(struct db *db, const char *sql, size_t n);
pgcopy_status load_begin(struct db *db, const char *sql);
pgcopy_status load_rows(struct db *db, const pgcopy_batch *batch, size_t first);
pgcopy_status load_end(struct db *db, bool keep);

/* One whole COPY of one batch; the status of its rows. */
pgcopy_status load(struct db *db, const char *sql, const pgcopy_batch *batch);
uint32_t      failed_row(const struct db *db);

/* All rows of a table, as COPY TO brings them. */
pgcopy_batch *unload(struct db *db, const char *sql);
void          assert_same_rows(const pgcopy_batch *a, const pgcopy_batch *b);

/* ---- Time ------------------------------------------------------------------------------- */

void pause_ms(long ms);
long now_ms(void);

/* A query that ends when it is cancelled. */
#define ENDLESS \
    "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)"

struct canceller {
    const pgcopy_backend *backend;
    void                 *conn;
    int                   times;
};

/* Cancels each 20 ms, so many times, beside what the caller does meanwhile. */
pthread_t cancel_soon(struct canceller *job, const struct db *db, int times);

#endif
