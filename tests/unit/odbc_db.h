/*
 * odbc_db.h - what tests of the ODBC backend say to a database, through the backend's table.
 */
#ifndef ODBC_DB_H
#define ODBC_DB_H

#include "harness.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pgcopy/odbc.h>

/* ---- A database and what is said to it ---------------------------------------------- */

struct db {
    char             path[64];
    char             connection[160];
    pgcopy_odbc_opts opts;
    void            *conn;
    pgcopy_reply    *r;
    char             value[128]; /* the last that value() gave */
};

static inline pgcopy_status open_db(struct db *db)
{
    pgcopy_who who = {0};

    db->conn = NULL;
    return pgcopy_odbc.open(&db->opts, &who, &db->conn, db->r);
}

/* A second connection to the same database. */
static inline void join_db(struct db *db, const struct db *other)
{
    *db                 = *other;
    db->opts.connection = db->connection;
    db->r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

static inline void leave_db(struct db *db)
{
    pgcopy_odbc.close(db->conn);
    pgcopy_reply_free(db->r);
}

static inline pgcopy_stmt *parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    assert_int_equal(pgcopy_stmt_parse(text, &pos, NULL, &stmt, NULL), PGCOPY_OK);
    return stmt;
}

static inline const char *state(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->sqlstate;
}

static inline const char *message(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->message;
}

/* Runs a statement up to its first rows, which go to batch; *cursor is open if it has any. */
static inline pgcopy_status start(struct db *db, const char *sql, const pgcopy_batch *params,
                                  void **cursor)
{
    pgcopy_stmt  *stmt = parse(sql);
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_odbc.execute(db->conn, stmt, NULL, params, cursor, db->r);
    pgcopy_stmt_free(stmt);
    return status;
}

static inline pgcopy_status run(struct db *db, const char *sql)
{
    void         *cursor = NULL;
    pgcopy_status status = start(db, sql, NULL, &cursor);

    if (!status && cursor)
        pgcopy_odbc.finish(db->conn, cursor);
    return status;
}

/* As it is, also where our own lexer would refuse it. */
static inline pgcopy_status run_raw(struct db *db, const char *sql)
{
    pgcopy_stmt   stmt   = {.sql = sql, .sql_len = strlen(sql)};
    void         *cursor = NULL;
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_odbc.execute(db->conn, &stmt, NULL, NULL, &cursor, db->r);
    if (!status && cursor)
        pgcopy_odbc.finish(db->conn, cursor);
    return status;
}

static inline void must(struct db *db, const char *sql)
{
    if (run(db, sql) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
}

/* The first value of a query's first row: "NULL", or text. */
static inline const char *value_with(struct db *db, const char *sql, const pgcopy_batch *params)
{
    pgcopy_batch *batch  = pgcopy_batch_new(0, NULL, NULL);
    void         *cursor = NULL;
    pgcopy_slice  value;

    if (start(db, sql, params, &cursor) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
    assert_true(pgcopy_odbc.fetch(db->conn, cursor, batch, db->r) >= 0);
    value = pgcopy_batch_value(batch, 0, 0);
    snprintf(db->value, sizeof db->value, "%.*s", value.data ? (int)value.len : 4,
             value.data ? (const char *)value.data : "NULL");
    pgcopy_odbc.finish(db->conn, cursor);
    pgcopy_batch_free(batch);
    return db->value;
}

static inline const char *value(struct db *db, const char *sql)
{
    return value_with(db, sql, NULL);
}

static inline pgcopy_status tx(struct db *db, pgcopy_verb verb, const char *name)
{
    pgcopy_tx tx = {.size = sizeof tx, .verb = verb, .name = name};

    pgcopy_reply_clear(db->r);
    return pgcopy_odbc.transaction(db->conn, &tx, db->r);
}

/* ---- Rows --------------------------------------------------------------------------- */

/* NULL in the list is NULL. */
static inline void put(pgcopy_batch *batch, const char *const *values, size_t ncols)
{
    for (size_t i = 0; i < ncols; i++)
        pgcopy_batch_put(batch, values[i], values[i] ? strlen(values[i]) : PGCOPY_NULL);
    assert_true(pgcopy_batch_end_row(batch) >= 0);
}

#define PUT(batch, ...)                            \
    put(batch, (const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Rows (number, "name <number>") for numbers from..to-1. */
static inline void put_numbers(pgcopy_batch *batch, int from, int to)
{
    char number[16], name[32];

    for (int i = from; i < to; i++) {
        snprintf(number, sizeof number, "%d", i);
        snprintf(name, sizeof name, "name %d", i);
        PUT(batch, number, name);
    }
}

/* As the bridge does it: the relation's columns, the first n of them, then load_begin. */
static inline pgcopy_status load_begin_of(struct db *db, const char *sql, size_t n)
{
    pgcopy_stmt    *stmt   = parse(sql);
    pgcopy_columns *target = pgcopy_columns_new(NULL);
    pgcopy_status   status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_odbc.relation(db->conn, stmt->schema, stmt->table, db->r);
    if (!status) {
        pgcopy_columns *relation = pgcopy_reply_columns(db->r);

        assert_true(pgcopy_columns_count(relation) > 0);
        for (size_t i = 0; i < pgcopy_columns_count(relation); i++)
            if (i < n && !pgcopy_columns_at(relation, i)->generated)
                pgcopy_columns_add(target, pgcopy_columns_at(relation, i)->name,
                                   pgcopy_columns_at(relation, i)->type);
        status = pgcopy_odbc.load_begin(db->conn, stmt, target, db->r);
    }
    pgcopy_columns_free(target);
    pgcopy_stmt_free(stmt);
    return status;
}

static inline pgcopy_status load_begin(struct db *db, const char *sql)
{
    return load_begin_of(db, sql, SIZE_MAX);
}

static inline pgcopy_status load_rows(struct db *db, const pgcopy_batch *batch, size_t first)
{
    pgcopy_reply_clear(db->r);
    return pgcopy_odbc.load_rows(db->conn, batch, first, db->r);
}

static inline pgcopy_status load_end(struct db *db, bool keep)
{
    pgcopy_reply_clear(db->r);
    return pgcopy_odbc.load_end(db->conn, keep, db->r);
}

/* One whole COPY of one batch; the status of its rows. */
static inline pgcopy_status load(struct db *db, const char *sql, const pgcopy_batch *batch)
{
    pgcopy_error  failure;
    pgcopy_status status;

    if (load_begin(db, sql) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
    status  = load_rows(db, batch, 0);
    failure = *pgcopy_reply_failure(db->r);
    assert_int_equal(load_end(db, status == PGCOPY_OK), PGCOPY_OK);
    *pgcopy_reply_failure(db->r) = failure;
    return status;
}

static inline uint32_t failed_row(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->row;
}

/* All rows of a table, as COPY TO brings them. */
static inline pgcopy_batch *unload(struct db *db, const char *sql)
{
    pgcopy_batch_limits limits = {sizeof limits, 1000000, 1u << 30, 1000000};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    void               *cursor = NULL;

    assert_int_equal(start(db, sql, NULL, &cursor), PGCOPY_OK);
    assert_int_equal(pgcopy_odbc.fetch(db->conn, cursor, batch, db->r), PGCOPY_END);
    pgcopy_odbc.finish(db->conn, cursor);
    return batch;
}

static inline void assert_same_rows(const pgcopy_batch *a, const pgcopy_batch *b)
{
    const pgcopy_view *v = pgcopy_batch_view(a), *w = pgcopy_batch_view(b);

    assert_int_equal(v->nrows, w->nrows);
    assert_int_equal(v->ncols, w->ncols);
    for (size_t row = 0; row < v->nrows; row++)
        for (size_t col = 0; col < v->ncols; col++) {
            pgcopy_slice x = pgcopy_batch_value(a, row, col);
            pgcopy_slice y = pgcopy_batch_value(b, row, col);

            assert_int_equal(x.data == NULL, y.data == NULL);
            assert_int_equal(x.len, y.len);
            if (x.len)
                assert_memory_equal(x.data, y.data, x.len);
        }
}

static inline pgcopy_status relation(struct db *db, const char *schema, const char *table)
{
    pgcopy_reply_clear(db->r);
    return pgcopy_odbc.relation(db->conn, schema, table, db->r);
}

static inline const pgcopy_column *column(const struct db *db, size_t i)
{
    return pgcopy_columns_at(pgcopy_reply_columns(db->r), i);
}

/* All that a client could see. */
static inline void assert_tells_nothing(const struct db *db)
{
    static const char *const secrets[] = {
        "Mueller",   "/tmp",   "pgcopy-odbc", "SQLite", "sqlite", "failed:", "near",
        "no such",   "[",      "(19)",        "Maria",  "maodbc", "psql",    "ERROR",
        "Duplicate", "DETAIL", "PRIMARY",     "1062",   "at row"};
    const pgcopy_error *err = pgcopy_reply_failure(db->r);

    assert_int_equal(strlen(err->sqlstate), 5);
    assert_true(err->message[0] != '\0');
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        assert_null(strstr(err->message, secrets[i]));
        assert_null(strstr(err->detail, secrets[i]));
        assert_null(strstr(err->hint, secrets[i]));
        assert_null(strstr(err->where, secrets[i]));
        assert_null(strstr(err->constraint, secrets[i]));
        assert_null(strstr(err->column, secrets[i]));
    }
}

static inline void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&t, NULL);
}

struct canceller {
    void *conn;
    int   times;
};

static inline void *cancel_in_thread(void *arg)
{
    struct canceller *job = arg;

    for (int i = 0; i < job->times; i++) {
        pause_ms(20);
        pgcopy_odbc.cancel(job->conn);
    }
    return NULL;
}

static inline pthread_t cancel_soon(struct canceller *job, const struct db *db, int times)
{
    pthread_t thread;

    job->conn  = db->conn;
    job->times = times;
    assert_int_equal(pthread_create(&thread, NULL, cancel_in_thread, job), 0);
    return thread;
}

#endif
