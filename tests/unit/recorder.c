/*
 * recorder.c - one table in memory, and every call written down.
 */
#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct recorder_cursor {
    struct recorder *owner;
    size_t           next;
};

static void record(struct recorder *rec, const char *call)
{
    size_t len = strlen(rec->log);

    snprintf(rec->log + len, sizeof rec->log - len, "%s%s", len ? ", " : "", call);
}

static pgcopy_status recorder_outcome(struct recorder *rec)
{
    if (!rec->fail_at || rec->calls < rec->fail_at)
        return PGCOPY_OK;
    rec->failed = true;
    return rec->calls == rec->fail_at ? rec->fail_with : rec->fail_then;
}

/* Every call but finish, close and cancel may fail. */
static pgcopy_status recorder_call(struct recorder *rec, const char *call, pgcopy_reply *r)
{
    pgcopy_error  notice = {.sqlstate = "01000", .severity = PGCOPY_SEVERITY_WARNING};
    pgcopy_status rc;

    assert_non_null(r);
    assert_true(rec->open);
    record(rec, call);
    rec->calls++;
    pgcopy_reply_log(r, "secret");
    if (rec->notices)
        pgcopy_reply_notice(r, &notice);
    rc = recorder_outcome(rec);
    if (rc != PGCOPY_OK)
        record(rec, "!");
    rec->lost = rec->lost || rc == PGCOPY_ERR_LOST;
    if (rc >= 0 && rec->leaves && strncmp(call, "load_end", 8) != 0) {
        pgcopy_reply_error(r, "99999", "left behind");
        pgcopy_reply_set_count(r, 99);
    }
    if (rc < 0 && rec->fail_state) {
        pgcopy_reply_error(r, rec->fail_state, "injected");
        pgcopy_reply_failure(r)->row = rec->fail_row;
    }
    return rc;
}

pgcopy_status recorder_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    struct recorder *rec = arg;
    pgcopy_status    rc;

    assert_false(rec->open);
    assert_string_equal(who->user, "ann");
    assert_string_equal(who->database, "db");
    rec->open = true;
    rec->lost = false;
    rc        = recorder_call(rec, "open", r);
    rec->open = rc >= 0;
    rec->opens += rec->open;
    *conn = rec;
    return rc;
}

void recorder_close(void *conn)
{
    struct recorder *rec = conn;

    assert_true(rec->open);
    assert_false(rec->loading);
    assert_int_equal(rec->cursors, 0);
    rec->open = false;
    rec->closes++;
    if (rec->in_tx)
        rec->nrows = rec->nsaved;
    rec->in_tx = false;
    record(rec, "close");
}

/* A lost connection takes only the calls that end something. */
static pgcopy_status recorder_use(struct recorder *rec, const char *call, pgcopy_reply *r)
{
    assert_false(rec->lost);
    return recorder_call(rec, call, r);
}

static pgcopy_status recorder_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    static const char *const names[] = {
        [PGCOPY_VERB_BEGIN] = "begin",         [PGCOPY_VERB_COMMIT] = "commit",
        [PGCOPY_VERB_ROLLBACK] = "rollback",   [PGCOPY_VERB_SAVEPOINT] = "savepoint",
        [PGCOPY_VERB_RELEASE] = "release",     [PGCOPY_VERB_ROLLBACK_TO] = "rollback to",
        [PGCOPY_VERB_SET_TRANSACTION] = "set",
    };
    struct recorder *rec = conn;
    pgcopy_status    rc  = recorder_use(rec, names[tx->verb], r);
    bool             end = tx->verb == PGCOPY_VERB_COMMIT || tx->verb == PGCOPY_VERB_ROLLBACK;

    assert_true(tx->size == sizeof *tx);
    assert_true(rec->in_tx == (tx->verb != PGCOPY_VERB_BEGIN));
    assert_false(rec->loading);
    if (tx->verb == PGCOPY_VERB_BEGIN) {
        rec->nsaved = rec->nrows;
        rec->in_tx  = rc >= 0;
    }
    if (end && (rc < 0 || tx->verb == PGCOPY_VERB_ROLLBACK))
        rec->nrows = rec->nsaved;
    if (end)
        rec->in_tx = false;
    return rc;
}

static void recorder_columns(pgcopy_columns *cols, bool names)
{
    pgcopy_column *a = cols ? pgcopy_columns_add(cols, names ? "a" : "x", 23) : NULL;

    if (a)
        pgcopy_columns_add(cols, names ? "b" : "y", 25);
}

static pgcopy_status recorder_relation(void *conn, const char *schema, const char *table,
                                       pgcopy_reply *r)
{
    struct recorder *rec = conn;
    pgcopy_status    rc  = recorder_use(rec, "relation", r);
    pgcopy_columns  *cols;

    (void)schema;
    if (rc < 0)
        return rc;
    if (strcmp(table, "t") != 0)
        return pgcopy_reply_error(r, "42P01", "relation \"%s\" does not exist", table);
    cols = pgcopy_reply_columns(r);
    recorder_columns(cols, true);
    if (!cols || pgcopy_columns_count(cols) != 2)
        return PGCOPY_ERR_NOMEM;
    if (rec->is_view)
        pgcopy_columns_set_relation(cols, PGCOPY_RELATION_VIEW);
    return PGCOPY_OK;
}

static bool recorder_gives_rows(const pgcopy_stmt *stmt)
{
    return stmt->query ? stmt->query[0] == 'S' : stmt->table || stmt->sql[0] == 'S';
}

static pgcopy_status recorder_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    pgcopy_status   rc = recorder_use(conn, "describe", r);
    pgcopy_columns *cols;

    if (rc < 0 || !recorder_gives_rows(stmt))
        return rc;
    cols = pgcopy_reply_columns(r);
    recorder_columns(cols, false);
    return cols && pgcopy_columns_count(cols) == 2 ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

pgcopy_status recorder_execute(void *conn, const pgcopy_stmt *stmt,
                               const pgcopy_columns *columns, const pgcopy_batch *params,
                               void **cursor, pgcopy_reply *r)
{
    struct recorder        *rec = conn;
    pgcopy_status           rc;
    char                    call[64] = "execute";
    struct recorder_cursor *k;
    pgcopy_columns         *cols;

    assert_true(!columns || stmt->table);
    if (params) {
        pgcopy_slice value = pgcopy_batch_value(params, 0, 0);
        assert_int_equal(pgcopy_batch_view(params)->nrows, 1);
        snprintf(call, sizeof call, "execute %.*s", (int)value.len, (const char *)value.data);
    }
    rc = recorder_use(rec, call, r);
    if (rc < 0)
        return rc;
    if (!recorder_gives_rows(stmt)) {
        pgcopy_reply_set_count(r, 3);
        return PGCOPY_OK;
    }
    cols = pgcopy_reply_columns(r);
    recorder_columns(cols, false);
    if (!cols || pgcopy_columns_count(cols) != 2)
        return PGCOPY_ERR_NOMEM;
    k        = calloc(1, sizeof *k);
    k->owner = rec;
    *cursor  = k;
    rec->cursors++;
    return PGCOPY_OK;
}

static pgcopy_status recorder_put(pgcopy_batch *batch, const char *row)
{
    size_t a = strcspn(row, "|");

    pgcopy_batch_put(batch, row, a);
    pgcopy_batch_put(batch, row + a + 1, strlen(row + a + 1));
    return pgcopy_batch_end_row(batch);
}

static pgcopy_status recorder_fetch(void *conn, void *cursor, pgcopy_batch *batch,
                                    pgcopy_reply *r)
{
    struct recorder        *rec = conn;
    struct recorder_cursor *k   = cursor;
    pgcopy_status           rc  = recorder_use(rec, "fetch", r);

    assert_ptr_equal(k->owner, rec);
    if (rc < 0)
        return rc;
    assert_int_equal(pgcopy_batch_view(batch)->nrows, 0);
    while (pgcopy_batch_room(batch) && k->next < rec->nrows)
        if (recorder_put(batch, rec->rows[k->next++]) < 0)
            return PGCOPY_ERR_NOMEM;
    return k->next == rec->nrows ? PGCOPY_END : PGCOPY_OK;
}

void recorder_finish(void *conn, void *cursor)
{
    struct recorder        *rec = conn;
    struct recorder_cursor *k   = cursor;

    assert_true(rec->open);
    assert_ptr_equal(k->owner, rec);
    free(k);
    rec->cursors--;
    record(rec, "finish");
}

static pgcopy_status recorder_load_begin(void *conn, const pgcopy_stmt *stmt,
                                         const pgcopy_columns *target, pgcopy_reply *r)
{
    struct recorder *rec = conn;
    pgcopy_status    rc  = recorder_use(rec, "load_begin", r);

    assert_non_null(target);
    assert_string_equal(stmt->table, "t");
    assert_false(rec->loading);
    rec->loading = rc >= 0;
    rec->nload   = 0;
    return rc;
}

static void recorder_keep(struct recorder *rec, const pgcopy_batch *batch, size_t row)
{
    pgcopy_slice a = pgcopy_batch_value(batch, row, 0), b = pgcopy_batch_value(batch, row, 1);
    size_t       at = rec->nrows + rec->nload++;

    assert_true(at < RECORDER_ROWS);
    snprintf(rec->rows[at], sizeof rec->rows[at], "%.*s|%.*s", (int)a.len, (const char *)a.data,
             (int)b.len, (const char *)b.data);
}

static pgcopy_status recorder_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                        pgcopy_reply *r)
{
    struct recorder *rec = conn;
    size_t           n   = pgcopy_batch_view(batch)->nrows;
    pgcopy_status    rc;
    char             call[64];

    assert_true(rec->loading);
    assert_true(first < n);
    snprintf(call, sizeof call, "load_rows %zu-%zu", first, n);
    rc = recorder_use(rec, call, r);
    if (rc < 0)
        n = rec->fail_row ? rec->fail_row - 1 : first;
    for (size_t i = first; i < n; i++)
        recorder_keep(rec, batch, i);
    return rc;
}

static pgcopy_status recorder_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    struct recorder *rec = conn;
    pgcopy_status    rc;

    assert_true(rec->loading);
    assert_false(keep && rec->lost);
    rc           = recorder_call(rec, keep ? "load_end keep" : "load_end drop", r);
    rec->loading = false;
    if (keep && rc >= 0)
        rec->nrows += rec->nload;
    if (keep && rec->count)
        pgcopy_reply_set_count(r, rec->count);
    return rc;
}

static void recorder_cancel(void *conn)
{
    struct recorder *rec = conn;

    assert_true(rec->open);
    rec->cancels++;
}

const pgcopy_backend recorder_backend = {
    .size        = sizeof(pgcopy_backend),
    .open        = recorder_open,
    .close       = recorder_close,
    .transaction = recorder_transaction,
    .relation    = recorder_relation,
    .describe    = recorder_describe,
    .execute     = recorder_execute,
    .fetch       = recorder_fetch,
    .finish      = recorder_finish,
    .load_begin  = recorder_load_begin,
    .load_rows   = recorder_load_rows,
    .load_end    = recorder_load_end,
    .cancel      = recorder_cancel,
};
