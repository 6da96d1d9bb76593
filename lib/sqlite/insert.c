/*
 * sqlite/insert.c - the INSERTs of a COPY FROM.
 *
 *   one      INSERT INTO t (a,b,c) VALUES (?,?,?)
 *   many     ... VALUES (?,?,?),(?,?,?),...
 *   variant  INSERT INTO t (a,c) VALUES (?,?)        a row whose b is a DEFAULT marker
 *   WHERE    INSERT INTO t (a,c) SELECT ?1,?2
 *            FROM (SELECT CAST(?1 AS INTEGER) AS a, (b's default) AS b, ... AS c) AS t
 *            WHERE (condition)                       what goes in is the value as it came
 */
#include "sqlite/load.h"

#include <stdio.h>
#include <string.h>

/* ---- Text --------------------------------------------------------------------------- */

static const char *name_at(const lite_load *l, size_t i)
{
    return pgcopy_columns_at(l->cols, i)->name;
}

static void add_tuple(pgcopy_buf *sql, size_t ncols)
{
    lite_add(sql, "(?");
    for (size_t i = 1; i < ncols; i++)
        lite_add(sql, ",?");
    lite_add(sql, ")");
}

/* INSERT INTO t (names of the columns that are given; how many. */
static size_t add_head(const lite_load *l, const bool *defaulted, pgcopy_buf *sql)
{
    size_t n = 0;

    lite_add(sql, "INSERT INTO ");
    lite_quote(sql, (const char *)l->schema.data);
    lite_add(sql, ".");
    lite_quote(sql, (const char *)l->table.data);
    for (size_t i = 0; i < l->ncols; i++)
        if (!defaulted || !defaulted[i]) {
            lite_add(sql, n++ ? "," : " (");
            lite_quote(sql, name_at(l, i));
        }
    return n;
}

/* defaulted NULL: all columns are given. */
static void add_insert(const lite_load *l, const bool *defaulted, uint32_t tuples,
                       pgcopy_buf *sql)
{
    size_t ncols = add_head(l, defaulted, sql);

    if (!ncols) {
        lite_add(sql, " DEFAULT VALUES");
        return;
    }
    lite_add(sql, ") VALUES ");
    for (uint32_t i = 0; i < tuples; i++) {
        lite_add(sql, i ? "," : "");
        add_tuple(sql, ncols);
    }
}

/* ---- With WHERE --------------------------------------------------------------------- */

/* A parameter has no affinity, and so would compare as another type than its column.  Dates and
   all else that SQLite keeps as text are compared as text. */
static const char *cast_of(uint32_t type)
{
    if (type == PGCOPY_OID_NUMERIC)
        return "NUMERIC";
    switch (lite_bind_of(type)) {
    case LITE_INTEGER:
    case LITE_BOOL:
        return "INTEGER";
    case LITE_FLOAT:
        return "REAL";
    case LITE_BYTES:
        return "BLOB";
    default:
        return "TEXT";
    }
}

/* Which parameter a column is, from 1; 0: it does not come, or comes as a marker. */
static unsigned parameter_of(const lite_load *l, const bool *defaulted, const char *name,
                             uint32_t *type)
{
    unsigned number = 0;

    for (size_t i = 0; i < l->ncols; i++) {
        bool given = !defaulted || !defaulted[i];

        number += given;
        *type = pgcopy_columns_at(l->cols, i)->type;
        if (lite_same(name_at(l, i), name))
            return given ? number : 0;
    }
    return 0;
}

/* One column of the row that the condition sees: of the catalog's row. */
static void add_seen(const lite_load *l, const bool *defaulted, sqlite3_stmt *row,
                     pgcopy_buf *sql)
{
    const char *name  = (const char *)sqlite3_column_text(row, LITE_NAME);
    const char *value = (const char *)sqlite3_column_text(row, LITE_DEFAULT);
    uint32_t    type;
    unsigned    number = parameter_of(l, defaulted, name, &type);
    char        text[48];

    if (number) {
        snprintf(text, sizeof text, "CAST(?%u AS %s)", number, cast_of(type));
        lite_add(sql, text);
    } else {
        lite_add(sql, "(");
        lite_add(sql, value ? value : "NULL");
        lite_add(sql, ")");
    }
    lite_add(sql, " AS ");
    lite_quote(sql, name);
}

/* All columns but the generated: a condition that has one of these is refused. */
static pgcopy_status add_seen_row(lite_conn *c, const bool *defaulted, pgcopy_buf *sql,
                                  pgcopy_reply *r)
{
    const lite_load *l       = c->load;
    lite_table       table   = {(const char *)l->schema.data, (const char *)l->table.data,
                                PGCOPY_RELATION_TABLE};
    pgcopy_status    status  = lite_ask_columns(c, &table, r);
    const char      *between = "";
    int              rc;

    if (status)
        return status;
    while ((rc = sqlite3_step(c->columns)) == SQLITE_ROW)
        if (!sqlite3_column_int(c->columns, LITE_GENERATED)) {
            lite_add(sql, between);
            add_seen(l, defaulted, c->columns, sql);
            between = ",";
        }
    if (rc != SQLITE_DONE)
        status = lite_failed(c, rc, r);
    sqlite3_reset(c->columns);
    return status;
}

/* The values that go in.  Where all are markers the first column stands for them: it is its
   own default. */
static void add_given(const lite_load *l, size_t n, pgcopy_buf *sql)
{
    char text[24];

    if (!n) {
        lite_add(sql, " (");
        lite_quote(sql, name_at(l, 0));
    }
    lite_add(sql, ") SELECT ");
    for (size_t i = 1; i <= n; i++) {
        snprintf(text, sizeof text, "%s?%zu", i > 1 ? "," : "", i);
        lite_add(sql, text);
    }
    if (!n)
        lite_quote(sql, name_at(l, 0));
}

static pgcopy_status add_conditional(lite_conn *c, const bool *defaulted, pgcopy_buf *sql,
                                     pgcopy_reply *r)
{
    const lite_load *l = c->load;
    pgcopy_status    status;

    add_given(l, add_head(l, defaulted, sql), sql);
    lite_add(sql, " FROM (SELECT ");
    status = add_seen_row(c, defaulted, sql, r);
    lite_add(sql, ") AS ");
    lite_quote(sql, (const char *)l->table.data);
    lite_add(sql, " WHERE (");
    lite_add(sql, (const char *)l->where.data);
    lite_add(sql, ")");
    return status;
}

/* ---- Preparing ---------------------------------------------------------------------- */

/* $1, :name and @name are parameters to SQLite, and would be NULL. */
static pgcopy_status check_parameters(const lite_load *l, const bool *defaulted,
                                      sqlite3_stmt *stmt, pgcopy_reply *r)
{
    int given = 0;

    for (size_t i = 0; i < l->ncols; i++)
        given += !defaulted || !defaulted[i];
    if (sqlite3_bind_parameter_count(stmt) == given)
        return PGCOPY_OK;
    return pgcopy_reply_error(r, "42601", "syntax error");
}

/* The last COPY's, if it says the same; one whose tables have changed SQLite prepares anew. */
static sqlite3_stmt *kept(lite_conn *c, const char *sql)
{
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = c->inserts[i];

        if (!stmt || strcmp(sqlite3_sql(stmt), sql))
            continue;
        c->inserts[i] = NULL;
        return stmt;
    }
    return NULL;
}

static int prepare_text(lite_conn *c, const char *sql, sqlite3_stmt **stmt)
{
    *stmt = kept(c, sql);
    return *stmt ? SQLITE_OK
                 : sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
}

static pgcopy_status prepare(lite_conn *c, const bool *defaulted, uint32_t tuples,
                             sqlite3_stmt **stmt, pgcopy_reply *r)
{
    pgcopy_buf    sql    = {.allocator = c->allocator};
    pgcopy_status status = PGCOPY_OK;
    int           rc;

    if (c->load->where.len)
        status = add_conditional(c, defaulted, &sql, r);
    else
        add_insert(c->load, defaulted, tuples, &sql);
    if (!status && !lite_end(&sql))
        status = PGCOPY_ERR_NOMEM;
    if (!status) {
        rc = prepare_text(c, (const char *)sql.data, stmt);
        if (rc != SQLITE_OK)
            status = lite_failed(c, rc, r);
        else if (c->load->where.len)
            status = check_parameters(c->load, defaulted, *stmt, r);
    }
    pgcopy_buf_free(&sql);
    return status;
}

static pgcopy_status of_rows(lite_conn *c, uint32_t rows, sqlite3_stmt **kept,
                             sqlite3_stmt **stmt, pgcopy_reply *r)
{
    pgcopy_status status = *kept ? PGCOPY_OK : prepare(c, NULL, rows, kept, r);

    *stmt = *kept;
    return status;
}

pgcopy_status lite_insert_one(lite_conn *c, sqlite3_stmt **stmt, pgcopy_reply *r)
{
    return of_rows(c, 1, &c->load->one, stmt, r);
}

pgcopy_status lite_insert_many(lite_conn *c, sqlite3_stmt **stmt, pgcopy_reply *r)
{
    return of_rows(c, c->load->rows, &c->load->many, stmt, r);
}

/* ---- Variants: a few are kept, as rows of a file tend to look alike ------------------ */

static const pgcopy_field *fields_of(const lite_load *l, const pgcopy_batch *batch, size_t row)
{
    return pgcopy_batch_view(batch)->fields + row * l->ncols;
}

bool lite_insert_is_variant(const lite_load *l, const pgcopy_batch *batch, size_t row)
{
    const pgcopy_field *fields = fields_of(l, batch, row);

    for (size_t i = 0; l->defaults && i < l->ncols; i++)
        if (fields[i].len == PGCOPY_DEFAULT)
            return true;
    return false;
}

static lite_variant *find_variant(lite_load *l, const bool *defaulted)
{
    for (size_t i = 0; i < LITE_VARIANTS; i++)
        if (l->variants[i].stmt && !memcmp(l->variants[i].defaulted, defaulted, l->ncols))
            return &l->variants[i];
    return NULL;
}

/* In the place of the oldest. */
static pgcopy_status add_variant(lite_conn *c, const bool *defaulted, sqlite3_stmt **stmt,
                                 pgcopy_reply *r)
{
    lite_load    *l = c->load;
    lite_variant *v = &l->variants[l->oldest];
    pgcopy_status status;

    sqlite3_finalize(v->stmt);
    v->stmt      = NULL;
    v->defaulted = l->marks + l->oldest * l->ncols;
    memcpy(v->defaulted, defaulted, l->ncols);
    status    = prepare(c, defaulted, 1, &v->stmt, r);
    *stmt     = v->stmt;
    l->oldest = (l->oldest + 1) % LITE_VARIANTS;
    return status;
}

pgcopy_status lite_insert_of_row(lite_conn *c, const pgcopy_batch *batch, size_t row,
                                 sqlite3_stmt **stmt, pgcopy_reply *r)
{
    lite_load          *l         = c->load;
    const pgcopy_field *fields    = fields_of(l, batch, row);
    bool               *defaulted = l->marks + LITE_VARIANTS * l->ncols;
    lite_variant       *v;

    if (!lite_insert_is_variant(l, batch, row))
        return lite_insert_one(c, stmt, r);
    for (size_t i = 0; i < l->ncols; i++)
        defaulted[i] = fields[i].len == PGCOPY_DEFAULT;
    v = find_variant(l, defaulted);
    if (!v)
        return add_variant(c, defaulted, stmt, r);
    *stmt = v->stmt;
    return PGCOPY_OK;
}
