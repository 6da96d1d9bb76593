/*
 * odbc/group.c - the rows of a COPY FROM go in as groups, each of which is all in or not at
 * all.
 *
 *   batch  [first ......... at ...... l->at ........ at + n ...... nrows)
 *                           '--------- a group ---------'
 *   SAVEPOINT, executes of a rung (or of `one` for each row), RELEASE
 *          '-- failed at l->at: ROLLBACK TO, what was in once more, then row by row between
 *              savepoints: which row is it?
 *
 * No return code is believed: some drivers report success for rows that they did not store.
 * A group is in when the database counts as many rows as were sent, or with WHERE no more.
 */
#include "odbc/load.h"

#include <string.h>

#define BATCH_POINT "pgcopy_batch"

/* ---- One execute -------------------------------------------------------------------- */

/* What the last execute stored, by the database's own count. */
static pgcopy_status ask_changes(odbc_conn *c, odbc_load *l, size_t *count, pgcopy_reply *r)
{
    SQLRETURN     rc     = odbc_run(c, l->changes, NULL);
    pgcopy_status status = PGCOPY_OK;

    if (SQL_SUCCEEDED(rc))
        rc = odbc_next(c, l->changes);
    if (!SQL_SUCCEEDED(rc))
        status = odbc_failed(c, SQL_HANDLE_STMT, l->changes, r);
    else
        *count = l->changed > 0 ? (size_t)l->changed : 0;
    SQLFreeStmt(l->changes, SQL_CLOSE);
    return status;
}

/* Rows that all results of an execute count together.  NO_DATA may be the word of the last row
   of an array alone. */
static pgcopy_status count_rows(odbc_conn *c, SQLHSTMT stmt, SQLRETURN rc, size_t *count,
                                pgcopy_reply *r)
{
    bool more = rc != SQL_NO_DATA;

    *count = 0;
    if (c->load->changes != SQL_NULL_HSTMT)
        return ask_changes(c, c->load, count, r);
    do {
        SQLLEN n = 0;

        SQLRowCount(stmt, &n);
        *count += n > 0 ? (size_t)n : 0;
        rc = more ? SQLMoreResults(stmt) : SQL_NO_DATA;
    } while (SQL_SUCCEEDED(rc));
    return rc == SQL_NO_DATA ? PGCOPY_OK : odbc_failed(c, SQL_HANDLE_STMT, stmt, r);
}

/* Diagnostics first: SQLRowCount replaces them.  What Connector/ODBC warns of may be why a row
   was not stored. */
static pgcopy_status took(odbc_conn *c, SQLHSTMT stmt, SQLRETURN rc, size_t rows,
                          pgcopy_reply *r)
{
    pgcopy_error *failure = pgcopy_reply_failure(r);
    size_t        count   = 0;
    pgcopy_status status  = PGCOPY_OK;

    if (rc != SQL_SUCCESS && rc != SQL_NO_DATA)
        status = odbc_failed(c, SQL_HANDLE_STMT, stmt, r);
    if (rc == SQL_SUCCESS_WITH_INFO)
        status = PGCOPY_OK;
    if (!status)
        status = count_rows(c, stmt, rc, &count, r);
    if (status)
        return status;
    c->load->stored += count;
    if (count == rows || (c->load->where.len && count < rows)) {
        memset(failure, 0, sizeof *failure);
        return PGCOPY_OK;
    }
    if (failure->sqlstate[0])
        return PGCOPY_ERR_SQL;
    return pgcopy_reply_error(r, "XX000", "the database did not store all rows");
}

static bool fit(const odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t at,
                size_t n)
{
    return l->way == ODBC_ROW_TYPE ? odbc_rowtype_fit(c, l, batch, at, n)
                                   : odbc_load_fit(c, l, batch, at, n);
}

static pgcopy_status pack(odbc_load *l, odbc_rung *rung, const pgcopy_batch *batch, size_t at,
                          size_t n, pgcopy_reply *r)
{
    return l->way == ODBC_ROW_TYPE ? odbc_rowtype_pack(l, rung->stmt, batch, at, n, r)
                                   : odbc_load_pack(l, rung, batch, at, n, r);
}

static pgcopy_status many(odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t at,
                          size_t n, pgcopy_reply *r)
{
    odbc_rung    *rung;
    pgcopy_status status;

    odbc_numbers_pack(l, batch, at, n);
    status = odbc_insert_of_rows(c, l, n, &rung, r);
    if (!status)
        status = pack(l, rung, batch, at, n, r);
    if (!status)
        status = took(c, rung->stmt, odbc_run(c, rung->stmt, NULL), n, r);
    l->proven |= !status && l->way == ODBC_ROW_TYPE;
    return status;
}

static pgcopy_status one(odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t row,
                         pgcopy_reply *r)
{
    SQLHSTMT      stmt   = SQL_NULL_HSTMT;
    pgcopy_status status = odbc_insert_of_row(c, l, batch, row, &stmt, r);

    if (!status)
        status = odbc_load_bind_row(l, stmt, batch, row, r);
    l->batch = batch;
    l->row   = row;
    if (!status)
        status = took(c, stmt, odbc_run(c, stmt, NULL), 1, r);
    l->batch = NULL;
    /* Without a savepoint each row stands alone, and what is before it is in. */
    if (status == PGCOPY_ERR_SQL && !l->guarded && odbc_rows_fault(pgcopy_reply_failure(r)))
        pgcopy_reply_failure(r)->row = (uint32_t)row + 1;
    return status;
}

/* How many of the next rows go in one execute: fewer, if their values are long. */
static size_t step(const odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t at,
                   size_t left)
{
    bool   alone = !l->guarded && c->dialect->savepoint_max;
    size_t n = alone || odbc_insert_is_variant(l, batch, at) ? 1 : odbc_insert_step(l, left);

    while (n > 1 && !fit(c, l, batch, at, n))
        n = odbc_insert_step(l, n / 2);
    return n;
}

/* ---- Groups ------------------------------------------------------------------------- */

/* Where savepoints are few, rows that go one by one need none; nor do all, when none is left.
 */
static bool may_guard(const odbc_conn *c)
{
    uint32_t max = c->dialect->savepoint_max;

    return c->dialect->savepoint && (!max || (c->load->rows > 1 && c->points < max));
}

/* Nothing behind the savepoint happened. */
static pgcopy_status go_back(odbc_conn *c, pgcopy_reply *r)
{
    pgcopy_status status = odbc_say(c, c->dialect->rollback_to, BATCH_POINT, r);

    if (!status && c->dialect->release)
        status = odbc_say(c, c->dialect->release, BATCH_POINT, r);
    return status;
}

static pgcopy_status go_on(odbc_conn *c, pgcopy_reply *r)
{
    return c->dialect->release ? odbc_say(c, c->dialect->release, BATCH_POINT, r) : PGCOPY_OK;
}

/* On a failure that is its own, the row is named and nothing of it is left. */
static pgcopy_status guarded_row(odbc_conn *c, const pgcopy_batch *batch, size_t row,
                                 pgcopy_reply *r)
{
    pgcopy_status status, back;

    status = odbc_say(c, c->dialect->savepoint, BATCH_POINT, r);
    if (status)
        return status;
    status = one(c, c->load, batch, row, r);
    if (!status)
        return go_on(c, r);
    if (status == PGCOPY_ERR_SQL && odbc_rows_fault(pgcopy_reply_failure(r))) {
        pgcopy_error failure = *pgcopy_reply_failure(r);

        back                     = go_back(c, r);
        *pgcopy_reply_failure(r) = failure;
        if (!back) {
            pgcopy_reply_failure(r)->row = (uint32_t)row + 1;
            odbc_tell_key(c, batch, row, r);
        }
    }
    return status;
}

static pgcopy_status replay(odbc_conn *c, const pgcopy_batch *batch, size_t at, size_t n,
                            pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    for (size_t row = at; !status && row < at + n; row++)
        status = guarded_row(c, batch, row, r);
    return status;
}

static pgcopy_status group_at_once(odbc_conn *c, const pgcopy_batch *batch, size_t at, size_t n,
                                   pgcopy_reply *r)
{
    odbc_load    *l      = c->load;
    pgcopy_status status = PGCOPY_OK;
    size_t        rows;

    for (l->at = at; l->at < at + n; l->at += rows) {
        if (odbc_cancelled(c))
            return pgcopy_reply_error(r, "57014", "canceling statement due to user request");
        rows   = step(c, l, batch, l->at, at + n - l->at);
        status = rows > 1 ? many(c, l, batch, l->at, rows, r) : one(c, l, batch, l->at, r);
        if (status)
            break;
    }
    return status;
}

/* Which row of a group was it that failed? */
static pgcopy_status search(odbc_conn *c, const pgcopy_batch *batch, size_t at, size_t n,
                            pgcopy_reply *r)
{
    size_t        before = c->load->at - at;
    pgcopy_status status = go_back(c, r);

    memset(pgcopy_reply_failure(r), 0, sizeof(pgcopy_error));
    if (!status)
        status = group_at_once(c, batch, at, before, r);
    if (status || !c->dialect->savepoint_max)
        return status ? status : replay(c, batch, at + before, n - before, r);
    c->load->guarded = false;
    return group_at_once(c, batch, at + before, n - before, r);
}

static pgcopy_status group(odbc_conn *c, const pgcopy_batch *batch, size_t at, size_t n,
                           pgcopy_reply *r);

/* Before any rows of the table's type went in, that they do not may be the way's fault: of a
   database that only says PostgreSQL, or of a domain that refuses the NULL of a column that is
   not copied.  Then VALUES do better; where they do not, a row is to blame, not the way. */
static pgcopy_status doubt(odbc_conn *c, const pgcopy_batch *batch, size_t at, size_t n,
                           pgcopy_reply *r)
{
    pgcopy_status status = go_back(c, r);

    odbc_insert_go_by(c, c->load, ODBC_VALUES);
    if (!status)
        status = group(c, batch, at, n, r);
    if (status == PGCOPY_ERR_SQL && odbc_rows_fault(pgcopy_reply_failure(r)))
        odbc_insert_go_by(c, c->load, ODBC_ROW_TYPE);
    return status;
}

static pgcopy_status group(odbc_conn *c, const pgcopy_batch *batch, size_t at, size_t n,
                           pgcopy_reply *r)
{
    uint64_t      stored = c->load->stored;
    pgcopy_status status = PGCOPY_OK;

    c->load->guarded = may_guard(c);
    if (!c->load->guarded)
        return group_at_once(c, batch, at, n, r);
    status = odbc_say(c, c->dialect->savepoint, BATCH_POINT, r);
    if (status)
        return status;
    status = group_at_once(c, batch, at, n, r);
    if (!status)
        return go_on(c, r);
    if (status == PGCOPY_ERR_SQL && c->load->way == ODBC_ROW_TYPE && !c->load->proven) {
        c->load->stored = stored;
        return doubt(c, batch, at, n, r);
    }
    if (status != PGCOPY_ERR_SQL || !odbc_rows_fault(pgcopy_reply_failure(r)))
        return status;
    c->load->stored = stored;
    return search(c, batch, at, n, r);
}

/* A group has rows without DEFAULT markers, or with them: these go one by one. */
static size_t group_size(const odbc_load *l, const pgcopy_batch *batch, size_t at)
{
    size_t left    = pgcopy_batch_view(batch)->nrows - at;
    size_t most    = left < ODBC_GROUP_ROWS ? left : ODBC_GROUP_ROWS;
    bool   variant = odbc_insert_is_variant(l, batch, at);
    size_t n       = 1;

    if (!l->defaults)
        return most;
    while (n < most && odbc_insert_is_variant(l, batch, at + n) == variant)
        n++;
    return n;
}

pgcopy_status odbc_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                             pgcopy_reply *r)
{
    odbc_conn    *c      = conn;
    size_t        nrows  = pgcopy_batch_view(batch)->nrows;
    pgcopy_status status = PGCOPY_OK;
    size_t        n;

    if (!c->load || first > nrows ||
        (nrows && pgcopy_batch_view(batch)->ncols != c->load->ncols))
        return PGCOPY_ERR_USAGE;
    odbc_enter(c);
    for (size_t at = first; !status && at < nrows; at += n) {
        n      = group_size(c->load, batch, at);
        status = group(c, batch, at, n, r);
    }
    odbc_leave(c);
    return status;
}
