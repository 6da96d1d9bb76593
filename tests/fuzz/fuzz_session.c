/* fuzz_session.c - what a client may send, to a session with a database that knows one table;
   whole and in pieces the answer must be the same.  Input: piece, the stream behind a login. */
#include "fuzz.h"

#include <pgcopy/backend.h>

#include <string.h>

/* ---- A database: every name is a table (a int4, b text) of the same three rows ----------- */

static pgcopy_status db_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    (void)who, (void)r;
    *conn = arg;
    return PGCOPY_OK;
}

static void db_close(void *conn)
{
    (void)conn;
}

static pgcopy_status db_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    (void)conn, (void)tx, (void)r;
    return PGCOPY_OK;
}

static pgcopy_status db_columns(pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);
    bool            made = cols && pgcopy_columns_add(cols, "a", 23);

    return made && pgcopy_columns_add(cols, "b", 25) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static pgcopy_status db_relation(void *conn, const char *schema, const char *table,
                                 pgcopy_reply *r)
{
    (void)conn, (void)schema;
    if (strcmp(table, "t") != 0)
        return pgcopy_reply_error(r, "42P01", "relation \"%s\" does not exist", table);
    return db_columns(r);
}

static pgcopy_status db_execute(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *cols,
                                const pgcopy_batch *params, void **cursor, pgcopy_reply *r)
{
    (void)conn, (void)cols, (void)params;
    *cursor = NULL;
    if (stmt->verb == PGCOPY_VERB_OTHER && (stmt->sql[0] == 'i' || stmt->sql[0] == 'I')) {
        pgcopy_reply_set_count(r, 1);
        return PGCOPY_OK;
    }
    return db_columns(r);
}

static pgcopy_status db_fetch(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    (void)conn, (void)cursor, (void)r;
    for (int i = 0; i < 3 && pgcopy_batch_room(batch); i++) {
        pgcopy_batch_put(batch, "1", 1);
        for (uint32_t col = 1; col < (v->ncols ? v->ncols : 2); col++)
            pgcopy_batch_put(batch, "x\ty", 3);
        if (pgcopy_batch_end_row(batch) < 0)
            return PGCOPY_ERR_NOMEM;
    }
    return PGCOPY_END;
}

static void db_finish(void *conn, void *cursor)
{
    (void)conn, (void)cursor;
}

static pgcopy_status db_load_begin(void *conn, const pgcopy_stmt *stmt,
                                   const pgcopy_columns *target, pgcopy_reply *r)
{
    (void)conn, (void)stmt, (void)target, (void)r;
    return PGCOPY_OK;
}

/* A row whose last value is "bad" is refused, so that this happens too. */
static pgcopy_status db_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                  pgcopy_reply *r)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    (void)conn;
    for (size_t row = first; row < v->nrows; row++) {
        pgcopy_slice value = pgcopy_batch_value(batch, row, v->ncols - 1);
        if (value.len == 3 && memcmp(value.data, "bad", 3) == 0) {
            (void)pgcopy_reply_error(r, "23514", "bad");
            pgcopy_reply_failure(r)->row = (uint32_t)row + 1;
            return PGCOPY_ERR_SQL;
        }
    }
    return PGCOPY_OK;
}

static pgcopy_status db_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    (void)conn, (void)keep, (void)r;
    return PGCOPY_OK;
}

static const pgcopy_backend db = {
    .size        = sizeof(pgcopy_backend),
    .flags       = PGCOPY_BACKEND_DEFAULTS | PGCOPY_BACKEND_WHERE,
    .open        = db_open,
    .close       = db_close,
    .transaction = db_transaction,
    .relation    = db_relation,
    .execute     = db_execute,
    .fetch       = db_fetch,
    .finish      = db_finish,
    .load_begin  = db_load_begin,
    .load_rows   = db_load_rows,
    .load_end    = db_load_end,
};

/* ---- The conversation -------------------------------------------------------------------- */

static const uint8_t login[] = "\0\0\0\x1b\0\3\0\0user\0u\0database\0d\0";

/* All that can be done without more bytes of the client; the sum goes on over what is sent. */
static uint64_t settle(pgcopy_session *s, pgcopy_bridge *b, uint64_t sum)
{
    pgcopy_job *job;
    const void *out;
    size_t      len;

    for (;;) {
        if ((job = pgcopy_bridge_next(b))) {
            pgcopy_job_run(job);
            pgcopy_bridge_done(b, job);
        } else if ((out = pgcopy_session_send_buf(s, &len))) {
            sum = fuzz_sum(sum, out, len);
            pgcopy_session_send_ack(s, len);
        } else {
            return sum;
        }
    }
}

static uint64_t converse(size_t piece, const uint8_t *data, size_t size)
{
    pgcopy_session *s   = pgcopy_session_new(NULL);
    pgcopy_bridge  *b   = pgcopy_bridge_new(s, &db, NULL);
    uint64_t        sum = 0;

    fuzz_check(pgcopy_session_feed(s, login, sizeof login) == sizeof login);
    sum = settle(s, b, sum);
    while (size && !pgcopy_bridge_over(b)) {
        size_t n = pgcopy_session_feed(s, data, piece < size ? piece : size);
        sum      = settle(s, b, sum);
        fuzz_check(n || pgcopy_bridge_over(b));
        data += n;
        size -= n;
    }
    pgcopy_session_recv_eof(s);
    sum = settle(s, b, sum);
    fuzz_check(pgcopy_bridge_over(b));
    pgcopy_bridge_free(b);
    pgcopy_session_free(s);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    fuzz_check(converse(size, data + 1, size - 1) ==
               converse((size_t)data[0] + 1, data + 1, size - 1));
    return 0;
}
