/*
 * odbc/load.c - COPY FROM: what it is made of, and its beginning and end, in a transaction of
 * its own if there is none.  Its rows: group.c.
 */
#include "odbc/load.h"
#include "odbc/text.h"
#include "odbc/where.h"

static pgcopy_status copy_columns(odbc_load *l, const pgcopy_columns *from)
{
    for (size_t i = 0; i < pgcopy_columns_count(from); i++) {
        const pgcopy_column *col = pgcopy_columns_at(from, i);

        if (!pgcopy_columns_add(l->cols, col->name, col->type))
            return PGCOPY_ERR_NOMEM;
    }
    l->ncols = pgcopy_columns_count(l->cols);
    return l->ncols ? PGCOPY_OK : PGCOPY_ERR_UNSUPPORTED;
}

static pgcopy_status make_load(odbc_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_columns *target)
{
    odbc_load    *l = odbc_new(c, sizeof *l);
    pgcopy_status status;

    if (!l)
        return PGCOPY_ERR_NOMEM;
    c->load              = l;
    l->dialect           = c->dialect;
    l->table.allocator   = c->allocator;
    l->scratch.allocator = c->allocator;
    l->schema.allocator  = c->allocator;
    l->name.allocator    = c->allocator;
    l->where.allocator   = c->allocator;
    l->defaults          = stmt->format && stmt->format->default_string;
    odbc_text_add(&l->table, stmt->table);
    odbc_text_add(&l->schema, stmt->schema ? stmt->schema : "");
    l->cols = pgcopy_columns_new(c->allocator);
    if (!l->cols || !odbc_text_end(&l->table) || (l->schema.len && !odbc_text_end(&l->schema)))
        return PGCOPY_ERR_NOMEM;
    status = copy_columns(l, target);
    if (status)
        return status;
    l->slots = odbc_new(c, l->ncols * sizeof *l->slots);
    l->inds  = odbc_new(c, l->ncols * sizeof *l->inds);
    l->marks = odbc_new(c, l->ncols * (ODBC_VARIANTS + 1));
    return l->slots && l->inds && l->marks ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* By the catalog, which is read before the transaction begins: that should not begin with a
   read. */
static pgcopy_status read_table(odbc_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    odbc_load *l = c->load;

    if (stmt->where || c->dialect->row_type) {
        l->relation = pgcopy_columns_new(c->allocator);
        if (!l->relation)
            return PGCOPY_ERR_NOMEM;
    }
    return odbc_table_name(c, stmt->schema, stmt->table, l->relation, &l->name, r);
}

/* The condition may name columns that are not copied. */
static pgcopy_status read_where(odbc_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    if (!stmt->where)
        return PGCOPY_OK;
    if (!c->dialect->casts)
        return pgcopy_reply_error(r, "0A000",
                                  "COPY FROM with WHERE is not supported by this database");
    return odbc_where(c->dialect, c->load->relation, stmt->where, &c->load->where, r);
}

/* In a transaction of its own if there is none: a COPY is all or nothing. */
static pgcopy_status begin_write(odbc_conn *c, pgcopy_reply *r)
{
    if (c->tx != ODBC_TX_NONE)
        return odbc_touch(c, true, r);
    c->load->own_tx = true;
    return odbc_begin(c, true, r);
}

static pgcopy_status load_begin(odbc_conn *c, const pgcopy_stmt *stmt,
                                const pgcopy_columns *target, pgcopy_reply *r)
{
    pgcopy_status status = make_load(c, stmt, target);

    if (!status)
        status = read_table(c, stmt, r);
    if (!status)
        status = read_where(c, stmt, r);
    if (!status)
        status = odbc_text_end(&c->load->name) ? begin_write(c, r) : PGCOPY_ERR_NOMEM;
    if (!status)
        status = odbc_insert_prepare(c, c->load, r);
    return status;
}

pgcopy_status odbc_load_begin(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *target,
                              pgcopy_reply *r)
{
    odbc_conn            *c    = conn;
    const pgcopy_columns *cols = target ? target : stmt->columns;
    pgcopy_status         status;

    if (c->load)
        return PGCOPY_ERR_USAGE;
    if (!cols)
        return PGCOPY_ERR_UNSUPPORTED;
    odbc_enter(c);
    status = load_begin(c, stmt, cols, r);
    if (status && c->load && c->load->own_tx)
        (void)odbc_end(c, false, r);
    if (status)
        odbc_load_drop(c);
    odbc_leave(c);
    return status;
}

void odbc_load_drop(odbc_conn *c)
{
    odbc_load *l = c->load;

    if (!l)
        return;
    c->load = NULL;
    odbc_drop(&l->changes);
    odbc_drop(&l->one);
    for (size_t i = 0; i < ODBC_RUNGS; i++)
        odbc_drop(&l->rungs[i].stmt);
    for (size_t i = 0; i < ODBC_VARIANTS; i++)
        odbc_drop(&l->variants[i].stmt);
    pgcopy_buf_free(&l->table);
    pgcopy_buf_free(&l->schema);
    pgcopy_buf_free(&l->name);
    pgcopy_buf_free(&l->where);
    pgcopy_columns_free(l->relation);
    pgcopy_buf_free(&l->scratch);
    pgcopy_columns_free(l->cols);
    odbc_free(c, l->block, l->block_size);
    odbc_free(c, l->keys, ODBC_KEYS * sizeof *l->keys);
    odbc_free(c, l->slots, l->ncols * sizeof *l->slots);
    odbc_free(c, l->places, (l->nplaces + 1) * sizeof *l->places);
    odbc_free(c, l->inds, l->ncols * sizeof *l->inds);
    odbc_free(c, l->marks, l->ncols * (ODBC_VARIANTS + 1));
    odbc_free(c, l, sizeof *l);
}

pgcopy_status odbc_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    odbc_conn    *c   = conn;
    bool          own = c->load && c->load->own_tx;
    pgcopy_status status;

    if (!c->load)
        return PGCOPY_ERR_USAGE;
    if (c->load->where.len)
        pgcopy_reply_set_count(r, c->load->stored);
    odbc_load_drop(c);
    status = own ? odbc_end(c, keep, r) : PGCOPY_OK;
    return status;
}

const char *odbc_load_table(const odbc_conn *c)
{
    return c->load ? (const char *)c->load->table.data : NULL;
}
