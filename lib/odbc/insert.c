/*
 * odbc/insert.c - the INSERTs of a COPY FROM.
 *
 *   one     INSERT INTO t (a,b,c) VALUES (?,?,?)
 *   rung    ... VALUES (?,?,?),(?,?,?),...
 *   type    ... SELECT a,b,c FROM pg_catalog.unnest(CAST(? AS t[])) AS t(a,b,c,d)
 *   kept    WITH ... INSERT ...                      the same, where the driver keeps but that
 *   variant INSERT INTO t (a,c) VALUES (?,?)        a row whose b is a DEFAULT marker
 *
 * With WHERE the values become rows of the table before they are judged, each once as it came,
 * to be stored, and once as its column's type, to be compared; other columns are NULL:
 *
 *   INSERT INTO t (a,b) SELECT pgcopy_0,pgcopy_1
 *   FROM (SELECT pgcopy_0,pgcopy_1,CAST(pgcopy_0 AS x) AS a,CAST(pgcopy_1 AS y) AS b,
 *                CAST(NULL AS z) AS c
 *         FROM (SELECT ? AS pgcopy_0,? AS pgcopy_1 UNION ALL SELECT ?,? ...) AS pgcopy_rows) AS
 * t WHERE (...)
 */
#include "odbc/load.h"
#include "odbc/text.h"

#include <stdio.h>
#include <string.h>

enum { UNION_MAX = 100 }; /* SELECTs that every database takes in one statement */

/* ---- WHERE -------------------------------------------------------------------------- */

static bool is_given(const bool *defaulted, size_t i)
{
    return !defaulted || !defaulted[i];
}

static void add_cast(pgcopy_buf *sql, const odbc_dialect *d, const char *what, uint32_t oid)
{
    const odbc_cast *cast = d->casts;
    const char      *name;

    while (cast->oid && cast->oid != oid)
        cast++;
    name = cast->name;
    if (!name)
        name = pgcopy_type_by_oid(oid) ? pgcopy_type_by_oid(oid)->name : "text";
    odbc_text_add(sql, "CAST(");
    odbc_text_add(sql, what);
    odbc_text_add(sql, " AS ");
    odbc_text_add(sql, name);
    odbc_text_add(sql, ")");
}

/* Of the value of a column, as it came. */
static const char *value_name(size_t i, char name[32])
{
    snprintf(name, 32, "pgcopy_%zu", i);
    return name;
}

static void add_value_names(const odbc_load *l, const bool *defaulted, pgcopy_buf *sql)
{
    char   name[32];
    size_t n = 0;

    for (size_t i = 0; i < l->ncols; i++)
        if (is_given(defaulted, i)) {
            odbc_text_add(sql, n++ ? "," : "");
            odbc_text_add(sql, value_name(i, name));
        }
}

static void add_values(const odbc_load *l, const bool *defaulted, bool named, pgcopy_buf *sql)
{
    char   name[32];
    size_t n = 0;

    for (size_t i = 0; i < l->ncols; i++) {
        if (!is_given(defaulted, i))
            continue;
        odbc_text_add(sql, n++ ? "," : "SELECT ");
        if (l->dialect->typed)
            add_cast(sql, l->dialect, "?", pgcopy_columns_at(l->cols, i)->type);
        else
            odbc_text_add(sql, "?");
        if (named) {
            odbc_text_add(sql, " AS ");
            odbc_text_add(sql, value_name(i, name));
        }
    }
}

/* A column of the table by its own name. */
static void add_column(const odbc_load *l, const bool *defaulted, const pgcopy_column *col,
                       pgcopy_buf *sql)
{
    char   name[32] = "NULL";
    size_t i        = 0;

    while (i < l->ncols && strcmp(pgcopy_columns_at(l->cols, i)->name, col->name) != 0)
        i++;
    if (i < l->ncols && is_given(defaulted, i))
        value_name(i, name);
    odbc_text_add(sql, ",");
    add_cast(sql, l->dialect, name, col->type);
    odbc_text_add(sql, " AS ");
    odbc_text_quote(sql, l->dialect, col->name);
}

static void add_alias(const odbc_load *l, pgcopy_buf *sql)
{
    odbc_text_add(sql, " AS ");
    odbc_text_quote(sql, l->dialect, (const char *)l->table.data);
}

/* A line end before the last parenthesis, whatever the condition ends in. */
static void add_where(const odbc_load *l, const char *before, pgcopy_buf *sql)
{
    odbc_text_add(sql, before);
    odbc_text_add(sql, (const char *)l->where.data);
    odbc_text_add(sql, "\n)");
}

static void add_filtered(const odbc_load *l, const bool *defaulted, uint32_t tuples,
                         pgcopy_buf *sql)
{
    odbc_text_add(sql, " SELECT ");
    add_value_names(l, defaulted, sql);
    odbc_text_add(sql, " FROM (SELECT ");
    add_value_names(l, defaulted, sql);
    for (size_t i = 0; i < pgcopy_columns_count(l->relation); i++)
        add_column(l, defaulted, pgcopy_columns_at(l->relation, i), sql);
    odbc_text_add(sql, " FROM (");
    for (uint32_t i = 0; i < tuples; i++) {
        odbc_text_add(sql, i ? " UNION ALL " : "");
        add_values(l, defaulted, i == 0, sql);
    }
    odbc_text_add(sql, ") AS pgcopy_rows)");
    add_alias(l, sql);
    add_where(l, " WHERE (", sql);
}

/* The condition over a row of NULLs, and none comes. */
static const char *probe_text(odbc_load *l, pgcopy_buf *sql)
{
    bool *all = l->marks + ODBC_VARIANTS * l->ncols;

    memset(all, true, l->ncols);
    odbc_text_add(sql, "SELECT 1 FROM (SELECT 1 AS pgcopy_0");
    for (size_t i = 0; i < pgcopy_columns_count(l->relation); i++)
        add_column(l, all, pgcopy_columns_at(l->relation, i), sql);
    odbc_text_add(sql, ")");
    add_alias(l, sql);
    add_where(l, " WHERE 1 = 0 AND (", sql);
    return odbc_text_end(sql);
}

/* What is wrong with the condition is to be said before a row is asked for, and drivers may
   look at an INSERT only when it is executed. */
static pgcopy_status probe(odbc_conn *c, odbc_load *l, pgcopy_reply *r)
{
    pgcopy_buf    text   = {.allocator = c->allocator};
    SQLHSTMT      stmt   = SQL_NULL_HSTMT;
    const char   *sql    = probe_text(l, &text);
    pgcopy_status status = sql ? odbc_statement(c, &stmt, r) : PGCOPY_ERR_NOMEM;

    if (!status && !SQL_SUCCEEDED(odbc_run(c, stmt, sql)))
        status = odbc_failed(c, SQL_HANDLE_STMT, stmt, r);
    odbc_drop(&stmt);
    pgcopy_buf_free(&text);
    return status;
}

/* ---- Text --------------------------------------------------------------------------- */

static void add_tuples(size_t ncols, uint32_t tuples, pgcopy_buf *sql)
{
    odbc_text_add(sql, " VALUES ");
    for (uint32_t i = 0; i < tuples; i++) {
        odbc_text_add(sql, i ? ",(?" : "(?");
        for (size_t col = 1; col < ncols; col++)
            odbc_text_add(sql, ",?");
        odbc_text_add(sql, ")");
    }
}

/* The names of the columns that are given; how many. */
static size_t add_names(const odbc_load *l, const bool *defaulted, pgcopy_buf *sql)
{
    size_t n = 0;

    for (size_t i = 0; i < l->ncols; i++)
        if (is_given(defaulted, i)) {
            odbc_text_add(sql, n++ ? "," : "");
            odbc_text_quote(sql, l->dialect, pgcopy_columns_at(l->cols, i)->name);
        }
    return n;
}

static bool any_given(const odbc_load *l, const bool *defaulted)
{
    for (size_t i = 0; i < l->ncols; i++)
        if (is_given(defaulted, i))
            return true;
    return false;
}

/* Its columns are named by their place, whatever they are called by now. */
static void add_typed_rows(const odbc_load *l, pgcopy_buf *sql)
{
    odbc_text_add(sql, " SELECT ");
    add_names(l, NULL, sql);
    odbc_text_add(sql, " FROM pg_catalog.unnest(CAST(? AS ");
    odbc_text_add(sql, (const char *)l->name.data);
    odbc_text_add(sql, "[]))");
    add_alias(l, sql);
    for (size_t i = 0; i < l->nplaces; i++) {
        odbc_text_add(sql, i ? "," : "(");
        odbc_text_quote(sql, l->dialect, pgcopy_columns_at(l->relation, i)->name);
    }
    odbc_text_add(sql, ")");
    if (l->where.len)
        add_where(l, " WHERE (", sql);
}

/* defaulted NULL: all columns are given; tuples 0: rows of the table's type. */
static const char *insert_text(const odbc_load *l, const bool *defaulted, uint32_t tuples,
                               pgcopy_buf *sql)
{
    size_t ncols;

    if (l->changes != SQL_NULL_HSTMT && any_given(l, defaulted))
        odbc_text_add(sql, l->dialect->kept_by);
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
    odbc_text_add(sql, ")");
    odbc_text_add(sql, l->dialect->overriding ? l->dialect->overriding : "");
    if (!tuples)
        add_typed_rows(l, sql);
    else if (l->where.len)
        add_filtered(l, defaulted, tuples, sql);
    else
        add_tuples(ncols, tuples, sql);
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

static pgcopy_status choose_way(odbc_conn *c, odbc_load *l)
{
    uint32_t      arrays = c->array_rows ? c->array_rows : c->dialect->array_rows;
    bool          known  = false;
    pgcopy_status status = PGCOPY_OK;

    if (c->dialect->row_type && !c->insert_rows && !c->array_rows)
        status = odbc_rowtype_begin(c, l, &known);
    l->way = known ? ODBC_ROW_TYPE : arrays > 1 ? ODBC_ARRAYS : ODBC_VALUES;
    return status;
}

/* How many rows one execute takes at most. */
static void choose_rows(const odbc_conn *c, odbc_load *l)
{
    uint32_t arrays = c->array_rows ? c->array_rows : c->dialect->array_rows;
    uint32_t tuples = c->insert_rows ? c->insert_rows : c->dialect->insert_rows;
    size_t   most   = c->dialect->max_params / l->ncols;

    if (l->where.len && tuples > UNION_MAX)
        tuples = UNION_MAX;
    if (most > ODBC_GROUP_ROWS)
        most = ODBC_GROUP_ROWS;
    if (l->way == ODBC_ROW_TYPE)
        l->rows = ODBC_GROUP_ROWS;
    else if (l->way == ODBC_ARRAYS)
        l->rows = arrays < ODBC_GROUP_ROWS ? arrays : ODBC_GROUP_ROWS;
    else
        l->rows = tuples < most ? tuples : (uint32_t)(most ? most : 1);
}

static void choose_rungs(odbc_load *l)
{
    uint32_t rows = l->rows;

    for (size_t i = 0; rows > 1 && i < (l->way == ODBC_VALUES ? ODBC_RUNGS : 1); i++, rows /= 2)
        l->rungs[i].rows = rows;
}

/* Under a forward-only cursor sqliteodbc would not begin anew at the next execute. */
static pgcopy_status prepare_changes(odbc_conn *c, odbc_load *l, pgcopy_reply *r)
{
    pgcopy_status status = odbc_statement(c, &l->changes, r);
    SQLRETURN     rc;

    if (status)
        return status;
    rc = SQLSetStmtAttr(l->changes, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)SQL_CURSOR_STATIC,
                        SQL_IS_UINTEGER);
    if (SQL_SUCCEEDED(rc))
        rc = SQLPrepare(l->changes, (SQLCHAR *)(uintptr_t)l->dialect->changes, SQL_NTS);
    if (SQL_SUCCEEDED(rc))
        rc = SQLBindCol(l->changes, 1, SQL_C_SBIGINT, &l->changed, sizeof l->changed, NULL);
    return SQL_SUCCEEDED(rc) ? PGCOPY_OK : odbc_failed(c, SQL_HANDLE_STMT, l->changes, r);
}

pgcopy_status odbc_insert_prepare(odbc_conn *c, odbc_load *l, pgcopy_reply *r)
{
    pgcopy_status status = l->where.len ? probe(c, l, r) : PGCOPY_OK;

    if (!status)
        status = choose_way(c, l);
    choose_rows(c, l);
    choose_rungs(l);
    if (!status && l->dialect->kept_by && l->way != ODBC_ARRAYS)
        status = prepare_changes(c, l, r);
    return status ? status : prepare(c, l, NULL, 1, &l->one, r);
}

void odbc_insert_go_by(const odbc_conn *c, odbc_load *l, odbc_way way)
{
    for (size_t i = 0; i < ODBC_RUNGS; i++) {
        odbc_drop(&l->rungs[i].stmt);
        l->rungs[i] = (odbc_rung){.stmt = SQL_NULL_HSTMT};
    }
    l->way  = way;
    l->room = 0; /* of the block, which is another way's now */
    choose_rows(c, l);
    choose_rungs(l);
}

size_t odbc_insert_step(const odbc_load *l, size_t most)
{
    if (l->way != ODBC_VALUES)
        return most < l->rows ? most : l->rows;
    for (size_t i = 0; i < ODBC_RUNGS && l->rungs[i].rows; i++)
        if (l->rungs[i].rows <= most)
            return l->rungs[i].rows;
    return 1;
}

pgcopy_status odbc_insert_of_rows(odbc_conn *c, odbc_load *l, size_t rows, odbc_rung **rung,
                                  pgcopy_reply *r)
{
    static const uint32_t tuples[] = {[ODBC_ARRAYS] = 1, [ODBC_ROW_TYPE] = 0};
    odbc_rung            *found    = l->rungs;

    while (l->way == ODBC_VALUES && found->rows != rows)
        found++;
    *rung = found;
    if (found->stmt != SQL_NULL_HSTMT)
        return PGCOPY_OK;
    return prepare(c, l, NULL, l->way == ODBC_VALUES ? found->rows : tuples[l->way],
                   &found->stmt, r);
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

    size_t given = 0;

    *stmt = l->one;
    if (!odbc_insert_is_variant(l, batch, row))
        return PGCOPY_OK;
    for (size_t i = 0; i < l->ncols; i++) {
        defaulted[i] = fields[i].len == PGCOPY_DEFAULT;
        given += !defaulted[i];
    }
    if (!given && l->where.len)
        return pgcopy_reply_error(
            r, "0A000", "a row of DEFAULT alone with WHERE is not supported by this database");
    v = find_variant(l, defaulted);
    if (!v)
        return add_variant(c, l, defaulted, stmt, r);
    *stmt = v->stmt;
    return PGCOPY_OK;
}
