/*
 * sqlite/rows.c - the rows of a COPY FROM: a batch is all in, or the row that is to blame is
 * named.
 *
 *   batch  [first ................................. nrows)
 *          SAVEPOINT | `many` | `many` | ... | `one` `one` | RELEASE
 *                        '-- failed: ROLLBACK TO, then row by row from `first`, between
 *                            savepoints: which row is it?  Those before it are in.
 *
 * A failed INSERT leaves nothing behind by itself, but for ON CONFLICT FAIL and triggers that
 * say so; the savepoint is for these.  A row counts as in when SQLite counts it as changed.
 */
#include "sqlite/load.h"

#include <string.h>

/* ---- One execute -------------------------------------------------------------------- */

static pgcopy_status run(lite_conn *c, sqlite3_stmt *stmt, size_t rows, pgcopy_reply *r)
{
    lite_load    *l      = c->load;
    int           rc     = sqlite3_step(stmt);
    uint64_t      n      = rc == SQLITE_DONE ? (uint64_t)sqlite3_changes64(c->db) : 0;
    pgcopy_status status = rc == SQLITE_DONE ? PGCOPY_OK : lite_failed(c, rc, r);

    sqlite3_reset(stmt);
    if (status)
        return status;
    if (n != rows && !(l->where.len && n == 0))
        return pgcopy_reply_error(r, "XX000", "the database did not store all rows");
    l->stored += n;
    return PGCOPY_OK;
}

static pgcopy_status many(lite_conn *c, const pgcopy_batch *batch, size_t at, pgcopy_reply *r)
{
    lite_load    *l      = c->load;
    int           number = 1;
    sqlite3_stmt *stmt   = NULL;
    pgcopy_status status = lite_insert_many(c, &stmt, r);

    if (!status)
        status = lite_bind_begin(c, l, batch, at, l->rows);
    for (size_t row = at; !status && row < at + l->rows; row++)
        status = lite_bind_row(c, stmt, batch, row, &number, r);
    return status ? status : run(c, stmt, l->rows, r);
}

static pgcopy_status one(lite_conn *c, const pgcopy_batch *batch, size_t row, pgcopy_reply *r)
{
    int           number = 1;
    sqlite3_stmt *stmt   = NULL;
    pgcopy_status status = lite_insert_of_row(c, batch, row, &stmt, r);

    if (!status)
        status = lite_bind_begin(c, c->load, batch, row, 1);
    if (!status)
        status = lite_bind_row(c, stmt, batch, row, &number, r);
    return status ? status : run(c, stmt, 1, r);
}

/* ---- Batches ------------------------------------------------------------------------ */

/* Nothing behind the savepoint happened; what led here stays said.  SQLite may have ended the
   whole transaction by itself (ON CONFLICT ROLLBACK, no memory, a full disk). */
static bool go_back(lite_conn *c, uint64_t stored, pgcopy_reply *r)
{
    pgcopy_error failure = *pgcopy_reply_failure(r);
    bool         back    = !sqlite3_get_autocommit(c->db) &&
                lite_say(c, "ROLLBACK TO " LITE_POINT_NAME "; RELEASE " LITE_POINT_NAME, r) ==
                    PGCOPY_OK;

    c->load->stored          = stored;
    *pgcopy_reply_failure(r) = failure;
    return back;
}

static pgcopy_status blame(lite_conn *c, const pgcopy_batch *batch, size_t row, pgcopy_reply *r)
{
    const lite_load   *l   = c->load;
    const lite_accused who = {.schema  = (const char *)l->schema.data,
                              .table   = (const char *)l->table.data,
                              .name    = (const char *)l->client_table.data,
                              .inserts = true,
                              .columns = l->cols,
                              .batch   = batch,
                              .row     = row};

    return lite_blame_row(c, &who, r);
}

/* On a failure that is its own, the row is named and nothing of it is left. */
static pgcopy_status guarded_row(lite_conn *c, const pgcopy_batch *batch, size_t row,
                                 pgcopy_reply *r)
{
    uint64_t      stored = c->load->stored;
    pgcopy_status status = lite_say_word(c, LITE_POINT, r);

    if (status)
        return status;
    status = one(c, batch, row, r);
    if (!status)
        return lite_say_word(c, LITE_RELEASE, r);
    if (status == PGCOPY_ERR_SQL)
        status = blame(c, batch, row, r);
    if (status == PGCOPY_ERR_SQL && lite_rows_fault(pgcopy_reply_failure(r)) &&
        go_back(c, stored, r))
        pgcopy_reply_failure(r)->row = (uint32_t)row + 1;
    return status;
}

static pgcopy_status cancelled(pgcopy_reply *r)
{
    return pgcopy_reply_error(r, "57014", "canceling statement due to user request");
}

static pgcopy_status replay(lite_conn *c, const pgcopy_batch *batch, size_t first,
                            pgcopy_reply *r)
{
    size_t        nrows  = pgcopy_batch_view(batch)->nrows;
    pgcopy_status status = PGCOPY_OK;

    memset(pgcopy_reply_failure(r), 0, sizeof(pgcopy_error));
    for (size_t row = first; !status && row < nrows; row++)
        status = lite_cancelled(c) ? cancelled(r) : guarded_row(c, batch, row, r);
    return status;
}

/* How many rows the next execute takes: those of `many`, if none of them has a marker. */
static size_t next_rows(const lite_load *l, const pgcopy_batch *batch, size_t at)
{
    size_t left = pgcopy_batch_view(batch)->nrows - at, n = 0;

    if (l->rows < 2 || left < l->rows)
        return 1;
    if (!l->defaults)
        return l->rows;
    while (n < l->rows && !lite_insert_is_variant(l, batch, at + n))
        n++;
    return n == l->rows ? n : 1;
}

static pgcopy_status all_at_once(lite_conn *c, const pgcopy_batch *batch, size_t first,
                                 pgcopy_reply *r)
{
    size_t        nrows  = pgcopy_batch_view(batch)->nrows, n;
    pgcopy_status status = PGCOPY_OK;

    for (size_t at = first; !status && at < nrows; at += n) {
        n = next_rows(c->load, batch, at);
        if (lite_cancelled(c))
            status = cancelled(r);
        else
            status = n > 1 ? many(c, batch, at, r) : one(c, batch, at, r);
    }
    return status;
}

static pgcopy_status load_rows(lite_conn *c, const pgcopy_batch *batch, size_t first,
                               pgcopy_reply *r)
{
    uint64_t      stored = c->load->stored;
    pgcopy_status status = lite_say_word(c, LITE_POINT, r);

    if (status)
        return status;
    status = all_at_once(c, batch, first, r);
    if (!status)
        return lite_say_word(c, LITE_RELEASE, r);
    if (status != PGCOPY_ERR_SQL || !lite_rows_fault(pgcopy_reply_failure(r)) ||
        !go_back(c, stored, r))
        return status;
    return replay(c, batch, first, r);
}

pgcopy_status lite_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                             pgcopy_reply *r)
{
    lite_conn    *c     = conn;
    size_t        nrows = pgcopy_batch_view(batch)->nrows;
    pgcopy_status status;

    if (!c->load || first > nrows ||
        (nrows && pgcopy_batch_view(batch)->ncols != c->load->ncols))
        return PGCOPY_ERR_USAGE;
    if (first == nrows)
        return PGCOPY_OK;
    lite_enter(c);
    status = load_rows(c, batch, first, r);
    lite_leave(c);
    return status;
}
