/*
 * db_fixture.c - statements, rows and transactions through a backend's table, and what came
 * back.
 */
#include "db_fixture.h"

#include <time.h>
#include <unistd.h>

/* ---- Connections ------------------------------------------------------------------------ */

void new_file(struct db *db)
{
    int fd;

    snprintf(db->path, sizeof db->path, "/tmp/pgcopy-db-XXXXXX");
    fd = mkstemp(db->path);
    assert_true(fd >= 0);
    close(fd);
}

pgcopy_status open_db(struct db *db)
{
    pgcopy_who who = {0};

    db->conn = NULL;
    return db->backend->open(&db->sqlite, &who, &db->conn, db->r);
}

void leave_db(struct db *db)
{
    db->backend->close(db->conn);
    pgcopy_reply_free(db->r);
}

void end_db(struct db *db)
{
    char file[80];

    leave_db(db);
    unlink(db->path);
    snprintf(file, sizeof file, "%s-wal", db->path);
    unlink(file);
    snprintf(file, sizeof file, "%s-shm", db->path);
    unlink(file);
}

/* ---- Statements ------------------------------------------------------------------------- */

pgcopy_stmt *parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    assert_int_equal(pgcopy_stmt_parse(text, &pos, NULL, &stmt, NULL), PGCOPY_OK);
    return stmt;
}

const char *state(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->sqlstate;
}

const char *message(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->message;
}

pgcopy_status start(struct db *db, const char *sql, const pgcopy_batch *params, void **cursor)
{
    pgcopy_stmt  *stmt = parse(sql);
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    stmt->param_types = db->param_types;
    status            = db->backend->execute(db->conn, stmt, NULL, params, cursor, db->r);
    pgcopy_stmt_free(stmt);
    return status;
}

pgcopy_status run(struct db *db, const char *sql)
{
    void         *cursor = NULL;
    pgcopy_status status = start(db, sql, NULL, &cursor);

    if (!status && cursor)
        db->backend->finish(db->conn, cursor);
    return status;
}

pgcopy_status run_raw(struct db *db, const char *sql)
{
    pgcopy_stmt   stmt   = {.sql = sql, .sql_len = strlen(sql)};
    void         *cursor = NULL;
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = db->backend->execute(db->conn, &stmt, NULL, NULL, &cursor, db->r);
    if (!status && cursor)
        db->backend->finish(db->conn, cursor);
    return status;
}

void must(struct db *db, const char *sql)
{
    if (run(db, sql) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
}

const char *value_with(struct db *db, const char *sql, const pgcopy_batch *params)
{
    pgcopy_batch *batch  = pgcopy_batch_new(0, NULL, NULL);
    void         *cursor = NULL;
    pgcopy_slice  value;

    if (start(db, sql, params, &cursor) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
    assert_true(db->backend->fetch(db->conn, cursor, batch, db->r) >= 0);
    value = pgcopy_batch_value(batch, 0, 0);
    snprintf(db->value, sizeof db->value, "%.*s", value.data ? (int)value.len : 4,
             value.data ? (const char *)value.data : "NULL");
    db->backend->finish(db->conn, cursor);
    pgcopy_batch_free(batch);
    return db->value;
}

const char *value(struct db *db, const char *sql)
{
    return value_with(db, sql, NULL);
}

pgcopy_status tx(struct db *db, pgcopy_verb verb, const char *name)
{
    pgcopy_tx tx = {.size = sizeof tx, .verb = verb, .name = name};

    pgcopy_reply_clear(db->r);
    return db->backend->transaction(db->conn, &tx, db->r);
}

pgcopy_status relation(struct db *db, const char *schema, const char *table)
{
    pgcopy_reply_clear(db->r);
    return db->backend->relation(db->conn, schema, table, db->r);
}

const pgcopy_column *column(const struct db *db, size_t i)
{
    return pgcopy_columns_at(pgcopy_reply_columns(db->r), i);
}

void assert_tells_nothing(const struct db *db)
{
    const pgcopy_error *err = pgcopy_reply_failure(db->r);

    assert_int_equal(strlen(err->sqlstate), 5);
    assert_true(err->message[0] != '\0');
    for (const char *const *secret = db_secrets; *secret; secret++) {
        assert_null(strstr(err->message, *secret));
        assert_null(strstr(err->detail, *secret));
        assert_null(strstr(err->hint, *secret));
        assert_null(strstr(err->where, *secret));
        assert_null(strstr(err->constraint, *secret));
        assert_null(strstr(err->column, *secret));
    }
}

/* ---- Rows ------------------------------------------------------------------------------- */

void put(pgcopy_batch *batch, const char *const *values, size_t ncols)
{
    for (size_t i = 0; i < ncols; i++)
        pgcopy_batch_put(batch, values[i], values[i] ? strlen(values[i]) : PGCOPY_NULL);
    assert_true(pgcopy_batch_end_row(batch) >= 0);
}

void put_marked(pgcopy_batch *batch, const char *a, const char *b, const char *c)
{
    const char *values[] = {a, b, c};

    for (size_t i = 0; i < 3; i++) {
        bool marker = values[i] && !strcmp(values[i], "DEFAULT");
        pgcopy_batch_put(batch, marker ? NULL : values[i],
                         marker      ? PGCOPY_DEFAULT
                         : values[i] ? strlen(values[i])
                                     : PGCOPY_NULL);
    }
    assert_true(pgcopy_batch_end_row(batch) >= 0);
}

void put_numbers(pgcopy_batch *batch, int from, int to)
{
    char number[16], name[32];

    for (int i = from; i < to; i++) {
        snprintf(number, sizeof number, "%d", i);
        snprintf(name, sizeof name, "name %d", i);
        PUT(batch, number, name);
    }
}

pgcopy_status load_begin_of(struct db *db, const char *sql, size_t n)
{
    pgcopy_stmt    *stmt   = parse(sql);
    pgcopy_columns *target = pgcopy_columns_new(NULL);
    pgcopy_status   status;

    pgcopy_reply_clear(db->r);
    status = db->backend->relation(db->conn, stmt->schema, stmt->table, db->r);
    if (!status) {
        pgcopy_columns *relation = pgcopy_reply_columns(db->r);

        assert_true(pgcopy_columns_count(relation) > 0);
        for (size_t i = 0; i < pgcopy_columns_count(relation); i++)
            if (i < n && !pgcopy_columns_at(relation, i)->generated)
                pgcopy_columns_add(target, pgcopy_columns_at(relation, i)->name,
                                   pgcopy_columns_at(relation, i)->type);
        status = db->backend->load_begin(db->conn, stmt, target, db->r);
    }
    pgcopy_columns_free(target);
    pgcopy_stmt_free(stmt);
    return status;
}

pgcopy_status load_begin(struct db *db, const char *sql)
{
    return load_begin_of(db, sql, SIZE_MAX);
}

pgcopy_status load_rows(struct db *db, const pgcopy_batch *batch, size_t first)
{
    pgcopy_reply_clear(db->r);
    return db->backend->load_rows(db->conn, batch, first, db->r);
}

pgcopy_status load_end(struct db *db, bool keep)
{
    pgcopy_reply_clear(db->r);
    return db->backend->load_end(db->conn, keep, db->r);
}

pgcopy_status load(struct db *db, const char *sql, const pgcopy_batch *batch)
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

uint32_t failed_row(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->row;
}

pgcopy_batch *unload(struct db *db, const char *sql)
{
    pgcopy_batch_limits limits = {sizeof limits, 1000000, 1u << 30, 1000000};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    void               *cursor = NULL;

    assert_int_equal(start(db, sql, NULL, &cursor), PGCOPY_OK);
    assert_int_equal(db->backend->fetch(db->conn, cursor, batch, db->r), PGCOPY_END);
    db->backend->finish(db->conn, cursor);
    return batch;
}

void assert_same_rows(const pgcopy_batch *a, const pgcopy_batch *b)
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

/* ---- Time ------------------------------------------------------------------------------- */

void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&t, NULL);
}

long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void *cancel_in_thread(void *arg)
{
    struct canceller *job = arg;

    for (int i = 0; i < job->times; i++) {
        pause_ms(20);
        job->backend->cancel(job->conn);
    }
    return NULL;
}

pthread_t cancel_soon(struct canceller *job, const struct db *db, int times)
{
    pthread_t thread;

    job->backend = db->backend;
    job->conn    = db->conn;
    job->times   = times;
    assert_int_equal(pthread_create(&thread, NULL, cancel_in_thread, job), 0);
    return thread;
}
