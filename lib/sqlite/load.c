/*
 * sqlite/load.c - COPY FROM: what it is made of, and its beginning and end, in a transaction of
 * its own if there is none.  Its rows: rows.c.
 */
#include "sqlite/load.h"

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

const char *lite_load_table(const lite_conn *c)
{
    return c->load ? (const char *)c->load->client_table.data : NULL;
}
