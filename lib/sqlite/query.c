/*
 * sqlite/query.c - statements: what they will bring, and running them.
 *
 *   $1, $12 --> ?1, ?12, where they stand --> sqlite3_step once: errors and types show
 *                                               '-- a row, or none: a cursor
 */
#include "sqlite/params.h"

#include <string.h>

/* ---- The text ----------------------------------------------------------------------- */

static void add_columns(const pgcopy_columns *cols, pgcopy_buf *sql)
{
    const pgcopy_column *col;

    for (size_t i = 0; cols && (col = pgcopy_columns_at(cols, i)); i++) {
        lite_add(sql, i ? "," : "");
        lite_quote(sql, col->name);
    }
    lite_add(sql, cols ? "" : "*");
}

static pgcopy_status add_select(lite_conn *c, const pgcopy_stmt *stmt,
                                const pgcopy_columns *columns, pgcopy_buf *sql, pgcopy_reply *r)
{
    lite_table    table;
    pgcopy_status status = lite_find(c, stmt->schema, stmt->table, &table, r);

    if (!status) {
        lite_add(sql, "SELECT ");
        add_columns(columns ? columns : stmt->columns, sql);
        lite_add(sql, " FROM ");
        lite_table_name(sql, &table);
    }
    sqlite3_reset(c->find);
    return status;
}

/* SQLite numbers its own parameters too, with another sign in front, and has no ::. */
static void add_statement(const pgcopy_stmt *stmt, pgcopy_buf *sql)
{
    lite_add(sql, stmt->verb == PGCOPY_VERB_COPY_TO ? stmt->query : stmt->sql);
    for (uint32_t i = 0; !sql->failed && i < stmt->nplaces; i++)
        sql->data[stmt->places[i].start] = '?';
    for (uint32_t i = 0; !sql->failed && i < stmt->ncasts; i++)
        memset(sql->data + stmt->casts[i].start, ' ', stmt->casts[i].len);
}

static pgcopy_status statement_text(lite_conn *c, const pgcopy_stmt *stmt,
                                    const pgcopy_columns *columns, pgcopy_buf *sql,
                                    pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;

    if (stmt->verb == PGCOPY_VERB_COPY_TO && !stmt->query)
        status = add_select(c, stmt, columns, sql, r);
    else
        add_statement(stmt, sql);
    return status ? status : lite_end(sql) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* ---- Preparing ---------------------------------------------------------------------- */

/* Of SQLite's other parameters (?, :name, @name) PostgreSQL knows none. */
static pgcopy_status check_parameters(const pgcopy_stmt *stmt, sqlite3_stmt *prepared,
                                      pgcopy_reply *r)
{
    if (sqlite3_bind_parameter_count(prepared) <= (int)stmt->nparams)
        return PGCOPY_OK;
    return pgcopy_reply_error(r, "42601", "syntax error");
}

/* *prepared stays NULL where there was nothing but a comment.  The types of its parameters are
   added to types. */
static pgcopy_status prepare(lite_conn *c, const pgcopy_stmt *stmt,
                             const pgcopy_columns *columns, sqlite3_stmt **prepared,
                             pgcopy_columns *types, pgcopy_reply *r)
{
    pgcopy_buf    sql    = {.allocator = c->allocator};
    pgcopy_status status = statement_text(c, stmt, columns, &sql, r);
    int           rc;

    if (!status) {
        rc = sqlite3_prepare_v2(c->db, (const char *)sql.data, -1, prepared, NULL);
        if (rc != SQLITE_OK) {
            (void)lite_failed(c, rc, r);
            status = lite_name_missing(c, stmt, r);
        }
    }
    if (!status && stmt->nparams)
        status =
            types ? lite_param_types(c, stmt, (const char *)sql.data, types) : PGCOPY_ERR_NOMEM;
    pgcopy_buf_free(&sql);
    return status ? status : check_parameters(stmt, *prepared, r);
}

/* ---- Columns ------------------------------------------------------------------------ */

/* Of a column of a table, by its declaration; else by the row that the statement is at. */
static uint32_t type_of(sqlite3_stmt *prepared, int col, bool row, int32_t *typmod)
{
    const char *declared = sqlite3_column_decltype(prepared, col);
    uint32_t    type     = declared ? lite_type(declared, typmod) : 0;

    if (!type && row)
        type = lite_type_of_value(sqlite3_column_type(prepared, col));
    return type ? type : PGCOPY_OID_TEXT;
}

static pgcopy_status reply_columns(sqlite3_stmt *prepared, bool row, pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);
    pgcopy_column  *col;

    for (int i = 0; cols && i < sqlite3_column_count(prepared); i++) {
        const char *name   = sqlite3_column_name(prepared, i);
        int32_t     typmod = -1;
        uint32_t    type   = type_of(prepared, i, row, &typmod);

        col = pgcopy_columns_add(cols, name && *name ? name : "?column?", type);
        if (!col)
            return PGCOPY_ERR_NOMEM;
        col->typmod = typmod;
    }
    return cols ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static bool has_expressions(sqlite3_stmt *prepared)
{
    for (int i = 0; i < sqlite3_column_count(prepared); i++)
        if (!sqlite3_column_decltype(prepared, i))
            return true;
    return false;
}

/* ---- describe ----------------------------------------------------------------------- */

/* The type of count(*) is known from a first row alone, which a statement that only reads may
   bring; of its parameters only the types are known. */
static pgcopy_status describe_columns(lite_conn *c, const pgcopy_stmt *stmt,
                                      const pgcopy_columns *types, sqlite3_stmt *prepared,
                                      pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;
    int           rc     = SQLITE_DONE;

    if (sqlite3_column_count(prepared) == 0)
        return PGCOPY_OK;
    if (has_expressions(prepared) && sqlite3_stmt_readonly(prepared)) {
        status = lite_bind_params(c, stmt, types, NULL, prepared, r);
        rc     = status ? SQLITE_DONE : sqlite3_step(prepared);
    }
    if (status)
        return status;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return lite_failed(c, rc, r);
    return reply_columns(prepared, rc == SQLITE_ROW, r);
}

static pgcopy_status describe(lite_conn *c, const pgcopy_stmt *stmt, sqlite3_stmt **prepared,
                              pgcopy_reply *r)
{
    pgcopy_columns *types  = pgcopy_reply_parameters(r);
    pgcopy_status   status = prepare(c, stmt, NULL, prepared, types, r);

    return status ? status : describe_columns(c, stmt, types, *prepared, r);
}

pgcopy_status lite_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    lite_conn    *c        = conn;
    sqlite3_stmt *prepared = NULL;
    pgcopy_status status;

    lite_enter(c);
    status = describe(c, stmt, &prepared, r);
    sqlite3_finalize(prepared);
    lite_leave(c);
    return status;
}

/* ---- execute ------------------------------------------------------------------------ */

/* Of COPY (query) it is the query's word that PostgreSQL names. */
static const char *command(const pgcopy_stmt *stmt)
{
    static const char *const words[] = {"INSERT", "UPDATE", "DELETE", "REPLACE"};

    for (size_t i = 0; stmt->query && i < sizeof words / sizeof *words; i++)
        if (lite_begins(stmt->query, words[i]))
            return words[i];
    return stmt->tag ? stmt->tag : "statement";
}

static pgcopy_status read_only(const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    const char *tag = command(stmt);
    size_t      len = strlen(tag);

    if (len > 2 && strcmp(tag + len - 2, " 0") == 0) /* INSERT 0: an OID, once */
        len -= 2;
    return pgcopy_reply_error(r, "25006", "cannot execute %.*s in a read-only transaction",
                              (int)len, tag);
}

/* Those that count rows; of others SQLite says what the last of them counted. */
static bool counts(const pgcopy_stmt *stmt)
{
    static const char *const tags[] = {"INSERT", "UPDATE", "DELETE", "REPLACE"};

    for (size_t i = 0; stmt->tag && i < sizeof tags / sizeof *tags; i++)
        if (lite_begins(stmt->tag, tags[i]))
            return true;
    return false;
}

static pgcopy_status refused(lite_conn *c, const pgcopy_stmt *stmt, int rc, pgcopy_reply *r)
{
    pgcopy_status status = lite_failed(c, rc, r);

    return status == PGCOPY_ERR_SQL ? lite_blame_statement(c, stmt, r) : status;
}

/* Run to its end, it has no rows. */
static pgcopy_status run_change(lite_conn *c, const pgcopy_stmt *stmt, sqlite3_stmt *prepared,
                                pgcopy_reply *r)
{
    int rc = sqlite3_step(prepared);

    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        return refused(c, stmt, rc, r);
    if (counts(stmt))
        pgcopy_reply_set_count(r, (uint64_t)sqlite3_changes64(c->db));
    return PGCOPY_OK;
}

/* Takes the statement once it has a first row, or none. */
static pgcopy_status run_query(lite_conn *c, const pgcopy_stmt *stmt, sqlite3_stmt **prepared,
                               lite_cursor **cursor, pgcopy_reply *r)
{
    int           rc = sqlite3_step(*prepared);
    pgcopy_status status;

    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        return refused(c, stmt, rc, r);
    status = reply_columns(*prepared, rc == SQLITE_ROW, r);
    if (status)
        return status;
    *cursor   = lite_cursor_new(c, *prepared, rc, pgcopy_reply_columns(r));
    *prepared = NULL;
    return *cursor ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static pgcopy_status run(lite_conn *c, const pgcopy_stmt *stmt, const pgcopy_columns *types,
                         const pgcopy_batch *params, sqlite3_stmt **prepared,
                         lite_cursor **cursor, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;
    bool          writes, rows;

    writes = !sqlite3_stmt_readonly(*prepared);
    rows   = sqlite3_column_count(*prepared) > 0;
    if (stmt->verb == PGCOPY_VERB_COPY_TO && !rows) /* not run, its rows would be lost */
        return pgcopy_reply_error(r, "0A000", "COPY query must have a RETURNING clause");
    if (writes && c->read_only)
        return read_only(stmt, r);
    if (stmt->nparams && !params)
        return pgcopy_reply_error(r, "42P02", "there is no parameter $%lu",
                                  (unsigned long)stmt->places[0].number);
    if (params)
        status = lite_bind_params(c, stmt, types, params, *prepared, r);
    if (!status && !stmt->alone)
        status = lite_touch(c, writes, r);
    if (status)
        return status;
    return rows ? run_query(c, stmt, prepared, cursor, r) : run_change(c, stmt, *prepared, r);
}

static pgcopy_status execute(lite_conn *c, const pgcopy_stmt *stmt,
                             const pgcopy_columns *columns, const pgcopy_batch *params,
                             sqlite3_stmt **prepared, lite_cursor **cursor, pgcopy_reply *r)
{
    pgcopy_columns *types  = stmt->nparams ? pgcopy_columns_new(c->allocator) : NULL;
    pgcopy_status   status = prepare(c, stmt, columns, prepared, types, r);

    if (!status && *prepared)
        status = run(c, stmt, types, params, prepared, cursor, r);
    pgcopy_columns_free(types);
    return status;
}

pgcopy_status lite_execute(void *conn, const pgcopy_stmt *stmt, const pgcopy_columns *columns,
                           const pgcopy_batch *params, void **cursor, pgcopy_reply *r)
{
    lite_conn    *c        = conn;
    sqlite3_stmt *prepared = NULL;
    lite_cursor  *made     = NULL;
    pgcopy_status status;

    lite_enter(c);
    lite_known_forget(c);
    status = execute(c, stmt, columns, params, &prepared, &made, r);
    sqlite3_finalize(prepared);
    lite_leave(c);
    *cursor = made;
    return status;
}
