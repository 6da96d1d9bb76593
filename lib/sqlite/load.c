/*
 * sqlite/load.c - COPY FROM: a batch is all in, or the row that is to blame is named.
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

/* ---- Begin and end ------------------------------------------------------------------ */

static pgcopy_status copy_columns(lite_load *l, const pgcopy_columns *from)
{
    for (size_t i = 0; i < pgcopy_columns_count(from); i++) {
        const pgcopy_column *col = pgcopy_columns_at(from, i);

        if (!pgcopy_columns_add(l->cols, col->name, col->type))
            return PGCOPY_ERR_NOMEM;
    }
    l->ncols = pgcopy_columns_count(l->cols);
    return l->ncols ? PGCOPY_OK : PGCOPY_ERR_UNSUPPORTED;
}

/* A floor of one row: a table that has more columns than parameters are fails in words. */
static void choose_rows(lite_conn *c, lite_load *l)
{
    size_t most = (size_t)sqlite3_limit(c->db, SQLITE_LIMIT_VARIABLE_NUMBER, -1) / l->ncols;

    l->rows = c->insert_rows < most ? c->insert_rows : (uint32_t)most;
    if (l->rows < 1 || l->where.len)
        l->rows = 1;
}

static pgcopy_status make_arrays(lite_conn *c, lite_load *l)
{
    l->binds = lite_new(c, l->ncols * sizeof *l->binds);
    l->marks = lite_new(c, l->ncols * (LITE_VARIANTS + 1));
    if (!l->binds || !l->marks)
        return PGCOPY_ERR_NOMEM;
    for (size_t i = 0; i < l->ncols; i++) {
        l->binds[i] = lite_bind_of(pgcopy_columns_at(l->cols, i)->type);
        l->has_bytes |= l->binds[i] == LITE_BYTES;
    }
    return PGCOPY_OK;
}

static pgcopy_status make_load(lite_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_columns *target, pgcopy_reply *r)
{
    lite_load    *l      = lite_new(c, sizeof *l);
    pgcopy_status status = PGCOPY_OK;

    if (!l)
        return PGCOPY_ERR_NOMEM;
    c->load                   = l;
    l->client_table.allocator = c->allocator;
    l->schema.allocator       = c->allocator;
    l->table.allocator        = c->allocator;
    l->where.allocator        = c->allocator;
    l->defaults               = stmt->format && stmt->format->default_string;
    lite_add(&l->client_table, stmt->table);
    l->cols = pgcopy_columns_new(c->allocator);
    if (!l->cols || !lite_end(&l->client_table))
        return PGCOPY_ERR_NOMEM;
    if (stmt->where)
        status = lite_where(stmt->where, &l->where, r);
    if (!status)
        status = copy_columns(l, target);
    if (status)
        return status;
    choose_rows(c, l);
    return make_arrays(c, l);
}

static pgcopy_status find_table(lite_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    lite_load        *l     = c->load;
    const lite_known *known = lite_known_table(c, stmt->schema, stmt->table);
    lite_table        table;
    pgcopy_status     status = PGCOPY_OK;

    if (known)
        table = (lite_table){.schema = "main", .name = (const char *)known->name.data};
    else
        status = lite_find(c, stmt->schema, stmt->table, &table, r);
    if (!status) {
        lite_add(&l->schema, table.schema);
        lite_add(&l->table, table.name);
        if (!lite_end(&l->schema) || !lite_end(&l->table))
            status = PGCOPY_ERR_NOMEM;
    }
    sqlite3_reset(c->find);
    return status;
}

/* In a transaction of its own if there is none: a COPY is all or nothing. */
static pgcopy_status begin_write(lite_conn *c, pgcopy_reply *r)
{
    if (c->tx != LITE_TX_NONE)
        return lite_touch(c, true, r);
    c->load->own_tx = true;
    return lite_begin(c, true, r);
}

/* With the lock to write the table stays what it is.  A condition is read here, so that what is
   wrong with it is said before a row moves. */
static pgcopy_status load_begin(lite_conn *c, const pgcopy_stmt *stmt,
                                const pgcopy_columns *target, pgcopy_reply *r)
{
    pgcopy_status status = make_load(c, stmt, target, r);
    sqlite3_stmt *one;

    if (!status)
        status = begin_write(c, r);
    if (!status)
        status = find_table(c, stmt, r);
    if (!status && stmt->where)
        status = lite_insert_one(c, &one, r);
    return status;
}

pgcopy_status lite_load_begin(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *target,
                              pgcopy_reply *r)
{
    lite_conn            *c    = conn;
    const pgcopy_columns *cols = target ? target : stmt->columns;
    pgcopy_status         status;

    if (c->load)
        return PGCOPY_ERR_USAGE;
    if (!cols)
        return PGCOPY_ERR_UNSUPPORTED;
    lite_enter(c);
    status = load_begin(c, stmt, cols, r);
    if (status && c->load && c->load->own_tx)
        (void)lite_end_tx(c, false, r);
    if (status)
        lite_load_drop(c);
    lite_leave(c);
    return status;
}

/* For the next COPY into the same columns. */
static void keep_insert(sqlite3_stmt **kept, sqlite3_stmt *stmt)
{
    if (!stmt)
        return;
    sqlite3_clear_bindings(stmt);
    sqlite3_finalize(*kept);
    *kept = stmt;
}

void lite_load_drop(lite_conn *c)
{
    lite_load *l = c->load;

    if (!l)
        return;
    c->load = NULL;
    keep_insert(&c->inserts[0], l->one);
    keep_insert(&c->inserts[1], l->many);
    for (size_t i = 0; i < LITE_VARIANTS; i++)
        sqlite3_finalize(l->variants[i].stmt);
    pgcopy_buf_free(&l->client_table);
    pgcopy_buf_free(&l->schema);
    pgcopy_buf_free(&l->table);
    pgcopy_buf_free(&l->where);
    pgcopy_columns_free(l->cols);
    lite_free(c, l->binds, l->ncols * sizeof *l->binds);
    lite_free(c, l->marks, l->ncols * (LITE_VARIANTS + 1));
    lite_free(c, l->bytes, l->bytes_size);
    lite_free(c, l, sizeof *l);
}

/* Only a condition makes the rows that are in others than those that came. */
pgcopy_status lite_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    lite_conn *c = conn;
    bool       own;

    if (!c->load)
        return PGCOPY_ERR_USAGE;
    own = c->load->own_tx;
    if (keep && c->load->where.len)
        pgcopy_reply_set_count(r, c->load->stored);
    lite_load_drop(c);
    return own ? lite_end_tx(c, keep, r) : PGCOPY_OK;
}

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

/* ---- For error.c -------------------------------------------------------------------- */

const char *lite_load_table(const lite_conn *c)
{
    return c->load ? (const char *)c->load->client_table.data : NULL;
}

/* "NOT NULL constraint failed: t.column". */
const char *lite_load_column(const lite_conn *c, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; c->load && i < c->load->ncols; i++) {
        const char *name = pgcopy_columns_at(c->load->cols, i)->name;
        size_t      n    = strlen(name);

        if (n < len && text[len - n - 1] == '.' && lite_same(text + len - n, name))
            return name;
    }
    return NULL;
}
