/* fuzz_copy.c - CopyData of any bytes against a table with types: what the client is told and
   what is to be loaded.  Input: statement, piece, how it ends, the data. */
#include "fuzz.h"

#include <pgcopy/copy.h>

#include <string.h>

static const char *const statements[] = {
    "COPY t FROM STDIN",
    "COPY t FROM STDIN (FORMAT csv, HEADER match, FORCE_NULL (b))",
    "COPY t (c, b, a) FROM STDIN (ON_ERROR ignore, LOG_VERBOSITY verbose)",
    "COPY t FROM STDIN (FORMAT csv, ON_ERROR ignore, REJECT_LIMIT 3, DEFAULT 'D')",
    "COPY t (b, d) FROM STDIN",
    "COPY t FROM STDIN (FORMAT binary)",
    "COPY t FROM STDIN (FORMAT binary, ON_DATABASE_ERROR ignore)",
    "COPY t FROM STDIN (ON_ERROR ignore, ON_DATABASE_ERROR ignore, REJECT_LIMIT 5)",
    "COPY t FROM STDIN (ENCODING 'sjis')",
};

enum { STATEMENTS = sizeof statements / sizeof statements[0] };

struct outcome {
    uint64_t told;
    uint64_t rows;
    uint64_t progress;
};

static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    fuzz_check(pgcopy_stmt_parse((pgcopy_slice){(const uint8_t *)sql, strlen(sql)}, &pos, NULL,
                                 &stmt, NULL) == PGCOPY_OK);
    return stmt;
}

static pgcopy_columns *table(void)
{
    pgcopy_columns *cols = pgcopy_columns_new(NULL);

    pgcopy_columns_add(cols, "a", PGCOPY_OID_INT4)->not_null       = true;
    pgcopy_columns_add(cols, "b", PGCOPY_OID_TEXT)->has_default    = true;
    pgcopy_columns_add(cols, "c", PGCOPY_OID_NUMERIC)->has_default = true;
    pgcopy_columns_add(cols, "d", PGCOPY_OID_TIMESTAMP);
    return cols;
}

static uint64_t sum_rows(uint64_t sum, const pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    sum = fuzz_sum_number(sum, v->nrows);
    for (size_t i = 0; i < (size_t)v->nrows * v->ncols; i++) {
        uint32_t len = v->fields[i].len;
        sum          = fuzz_sum_number(sum, len);
        if (len <= PGCOPY_LEN_MAX)
            sum = fuzz_sum(sum, v->bytes + v->fields[i].start, len);
    }
    return sum;
}

static pgcopy_status message(pgcopy_copy *copy, int type, pgcopy_slice body,
                             pgcopy_batch *batch, pgcopy_buf *out, struct outcome *o)
{
    pgcopy_status rc;

    do {
        rc = pgcopy_copy_message(copy, type, &body, batch, out);
        if (rc == PGCOPY_FULL || rc == PGCOPY_END) {
            o->rows = sum_rows(o->rows, batch);
            pgcopy_batch_clear(batch);
        }
    } while (rc == PGCOPY_FULL);
    fuzz_check(rc < 0 || body.len == 0);
    fuzz_check((rc < 0) == (pgcopy_copy_progress(copy)->state == PGCOPY_COPY_FAILED));
    return rc;
}

static void stream(pgcopy_copy *copy, pgcopy_slice all, size_t piece, int end,
                   pgcopy_batch *batch, pgcopy_buf *out, struct outcome *o)
{
    pgcopy_status rc = PGCOPY_AGAIN;

    while (all.len && rc == PGCOPY_AGAIN) {
        size_t n = piece < all.len ? piece : all.len;
        rc       = message(copy, 'd', (pgcopy_slice){all.data, n}, batch, out, o);
        all      = (pgcopy_slice){all.data + n, all.len - n};
    }
    if (rc == PGCOPY_AGAIN)
        rc = message(copy, end, all, batch, out, o);
    if (rc == PGCOPY_END)
        fuzz_check(pgcopy_copy_finish(copy, PGCOPY_NO_COUNT, out) == PGCOPY_OK);
}

static struct outcome play(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                           pgcopy_slice all, size_t piece, int end)
{
    pgcopy_batch_limits    limits = {.size = sizeof limits, .rows = 3, .bytes = 64};
    pgcopy_copy           *copy   = pgcopy_copy_new(stmt, NULL);
    pgcopy_batch          *batch  = pgcopy_batch_new(0, &limits, NULL);
    const pgcopy_progress *at     = pgcopy_copy_progress(copy);
    pgcopy_buf             out    = {0};
    struct outcome         o      = {0, 0, 0};

    if (pgcopy_copy_resolve(copy, relation, NULL, &out) == PGCOPY_OK &&
        pgcopy_copy_begin(copy, &out) == PGCOPY_OK)
        stream(copy, all, piece, end, batch, &out, &o);
    o.told = fuzz_sum(0, out.data, out.len);
    if (at->state == PGCOPY_COPY_COMPLETED)
        o.progress = fuzz_sum_number(at->rows, at->skipped);
    pgcopy_copy_free(copy);
    pgcopy_batch_free(batch);
    pgcopy_buf_free(&out);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char ends[] = "ccfSQ";
    pgcopy_slice      all    = {data + 3, size - 3};
    pgcopy_columns   *relation;
    pgcopy_stmt      *stmt;
    struct outcome    whole, pieces;

    if (size < 4)
        return 0;
    relation = data[0] & 128 ? NULL : table();
    stmt     = parse(statements[(data[0] & 127) % STATEMENTS]);
    whole    = play(stmt, relation, all, size, ends[data[2] % 5]);
    pieces   = play(stmt, relation, all, (size_t)data[1] + 1, ends[data[2] % 5]);
    fuzz_check(whole.told == pieces.told && whole.rows == pieces.rows &&
               whole.progress == pieces.progress);
    pgcopy_stmt_free(stmt);
    pgcopy_columns_free(relation);
    return 0;
}
