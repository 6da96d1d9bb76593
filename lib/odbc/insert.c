/*
 * odbc/insert.c - the INSERTs of a COPY FROM.
 *
 *   one     INSERT INTO t (a,b,c) VALUES (?,?,?)
 *   many    ... VALUES (?,?,?),(?,?,?),...
 *   variant INSERT INTO t (a,c) VALUES (?,?)        a row whose b is a DEFAULT marker
 */
#include "odbc/load.h"
#include "odbc/text.h"

#include <string.h>

/* ---- Text --------------------------------------------------------------------------- */

static void add_tuple(pgcopy_buf *sql, size_t ncols)
{
    odbc_text_add(sql, "(?");
    for (size_t i = 1; i < ncols; i++)
        odbc_text_add(sql, ",?");
    odbc_text_add(sql, ")");
}

/* The names of the columns that are given; how many. */
static size_t add_names(const odbc_load *l, const bool *defaulted, pgcopy_buf *sql)
{
    size_t n = 0;

    for (size_t i = 0; i < l->ncols; i++)
        if (!defaulted || !defaulted[i]) {
            odbc_text_add(sql, n++ ? "," : "");
            odbc_text_quote(sql, l->dialect, pgcopy_columns_at(l->cols, i)->name);
        }
    return n;
}

/* defaulted NULL: all columns are given. */
static const char *insert_text(const odbc_load *l, const bool *defaulted, uint32_t tuples,
                               pgcopy_buf *sql)
{
    size_t ncols;

    odbc_text_add(sql, "INSERT INTO ");
    odbc_text_add(sql, (const char *)l->name.data);
    odbc_text_add(sql, " (");
    ncols = add_names(l, defaulted, sql);
    if (!ncols) {
        sql->len -= 2;
        odbc_text_add(sql,
                      l->dialect->all_default ? l->dialect->all_default : " DEFAULT VALUES");
        return odbc_text_end(sql);
    }
    odbc_text_add(sql, ") VALUES ");
    for (uint32_t i = 0; i < tuples; i++) {
        odbc_text_add(sql, i ? "," : "");
        add_tuple(sql, ncols);
    }
    return odbc_text_end(sql);
}

static pgcopy_status prepare(odbc_conn *c, odbc_load *l, const bool *defaulted, uint32_t tuples,
                             SQLHSTMT *stmt, pgcopy_reply *r)
{
    pgcopy_buf    text   = {.allocator = c->allocator};
    const char   *sql    = insert_text(l, defaulted, tuples, &text);
    pgcopy_status status = sql ? odbc_statement(c, stmt, r) : PGCOPY_ERR_NOMEM;

    if (!status && !SQL_SUCCEEDED(SQLPrepare(*stmt, (SQLCHAR *)sql, SQL_NTS))) {
        status = odbc_failed(c, SQL_HANDLE_STMT, *stmt, r);
        odbc_drop(stmt);
    }
    pgcopy_buf_free(&text);
    return status;
}

/* ---- One and many ------------------------------------------------------------------- */

/* How many rows one execute of `many` takes. */
static void choose_rows(const odbc_conn *c, odbc_load *l)
{
    uint32_t arrays = c->array_rows ? c->array_rows : c->dialect->array_rows;
    uint32_t tuples = c->insert_rows ? c->insert_rows : c->dialect->insert_rows;
    size_t   most   = c->dialect->max_params / l->ncols;

    l->arrays = arrays > 1;
    if (l->arrays)
        l->rows = arrays;
    else
        l->rows = tuples < most ? tuples : (uint32_t)(most ? most : 1);
}

pgcopy_status odbc_insert_prepare(odbc_conn *c, odbc_load *l, pgcopy_reply *r)
{
    pgcopy_status status;

    choose_rows(c, l);
    status = prepare(c, l, NULL, 1, &l->one, r);
    if (!status && l->rows > 1)
        status = prepare(c, l, NULL, l->arrays ? 1 : l->rows, &l->many, r);
    return status;
}

/* ---- Variants: a few are kept, as rows of a file tend to look alike ------------------ */

static const pgcopy_field *fields_of(const odbc_load *l, const pgcopy_batch *batch, size_t row)
{
    return pgcopy_batch_view(batch)->fields + row * l->ncols;
}

bool odbc_insert_is_variant(const odbc_load *l, const pgcopy_batch *batch, size_t row)
{
    const pgcopy_field *fields = fields_of(l, batch, row);

    for (size_t i = 0; l->defaults && i < l->ncols; i++)
        if (fields[i].len == PGCOPY_DEFAULT)
            return true;
    return false;
}

static odbc_variant *find_variant(odbc_load *l, const bool *defaulted)
{
    for (size_t i = 0; i < ODBC_VARIANTS; i++)
        if (l->variants[i].stmt != SQL_NULL_HSTMT &&
            memcmp(l->variants[i].defaulted, defaulted, l->ncols) == 0)
            return &l->variants[i];
    return NULL;
}

/* In the place of the oldest. */
static pgcopy_status add_variant(odbc_conn *c, odbc_load *l, const bool *defaulted,
                                 SQLHSTMT *stmt, pgcopy_reply *r)
{
    odbc_variant *v = &l->variants[l->oldest];
    pgcopy_status status;

    odbc_drop(&v->stmt);
    v->defaulted = l->marks + l->oldest * l->ncols;
    memcpy(v->defaulted, defaulted, l->ncols);
    status    = prepare(c, l, defaulted, 1, &v->stmt, r);
    *stmt     = v->stmt;
    l->oldest = (l->oldest + 1) % ODBC_VARIANTS;
    return status;
}

pgcopy_status odbc_insert_of_row(odbc_conn *c, odbc_load *l, const pgcopy_batch *batch,
                                 size_t row, SQLHSTMT *stmt, pgcopy_reply *r)
{
    const pgcopy_field *fields    = fields_of(l, batch, row);
    bool               *defaulted = l->marks + ODBC_VARIANTS * l->ncols;
    odbc_variant       *v;

    *stmt = l->one;
    if (!odbc_insert_is_variant(l, batch, row))
        return PGCOPY_OK;
    for (size_t i = 0; i < l->ncols; i++)
        defaulted[i] = fields[i].len == PGCOPY_DEFAULT;
    v = find_variant(l, defaulted);
    if (!v)
        return add_variant(c, l, defaulted, stmt, r);
    *stmt = v->stmt;
    return PGCOPY_OK;
}
