/*
 * sqlite/params.c - parameters: which type each has, and binding them.
 *
 *   Parse declares int4     -> int4     12  -> an integer
 *   Parse declares nothing  -> infer.c  x   -> a text, whose affinity what it meets decides
 */
#include "sqlite/params.h"

#include "sqlite/load.h"

#include <string.h>

/* ---- Types -------------------------------------------------------------------------- */

static bool all_declared(const pgcopy_stmt *stmt)
{
    for (uint32_t n = 0; n < stmt->nparams; n++)
        if (!stmt->param_types || !pgcopy_columns_at(stmt->param_types, n)->type)
            return false;
    return true;
}

pgcopy_status lite_param_types(lite_conn *c, const pgcopy_stmt *stmt, const char *sql,
                               pgcopy_columns *types)
{
    const pgcopy_columns *declared = stmt->param_types;
    const pgcopy_column  *col;
    pgcopy_status         status = PGCOPY_OK;

    if (!all_declared(stmt))
        status = lite_infer(c, stmt, sql, types);
    for (size_t i = pgcopy_columns_count(types);
         !status && declared && (col = pgcopy_columns_at(declared, i)); i++)
        if (!pgcopy_columns_add(types, "", col->type))
            status = PGCOPY_ERR_NOMEM;
    return status;
}

/* ---- Values ------------------------------------------------------------------------- */

/* What no type can be without: an integer is also good for LIMIT. */
static pgcopy_slice some_value(lite_bind kind)
{
    static const char *const values[] = {[LITE_TEXT]    = "",
                                         [LITE_INTEGER] = "1",
                                         [LITE_BOOL]    = "t",
                                         [LITE_FLOAT]   = "1",
                                         [LITE_BYTES]   = "\\x"};

    return (pgcopy_slice){(const uint8_t *)values[kind], strlen(values[kind])};
}

/* A copy: a cursor outlives the params. */
static int bind_bytes(sqlite3_stmt *prepared, int number, pgcopy_slice v)
{
    uint8_t *bytes = sqlite3_malloc64(v.len / 2 + 1);

    if (!bytes)
        return SQLITE_NOMEM;
    return sqlite3_bind_blob64(prepared, number, bytes, lite_bytes(bytes, v), sqlite3_free);
}

static int bind_one(sqlite3_stmt *prepared, int number, uint32_t type, pgcopy_slice v)
{
    lite_bind kind = lite_bind_of(type);

    if (kind == LITE_BYTES && lite_is_bytes(v))
        return bind_bytes(prepared, number, v);
    return lite_bind_value(kind, prepared, number, v, SQLITE_TRANSIENT);
}

static pgcopy_status bind_all(lite_conn *c, const pgcopy_stmt *stmt,
                              const pgcopy_columns *types, const pgcopy_batch *params,
                              sqlite3_stmt *prepared, pgcopy_reply *r)
{
    int rc = SQLITE_OK;

    for (uint32_t i = 0; rc == SQLITE_OK && i < stmt->nplaces; i++) {
        uint32_t             number = stmt->places[i].number;
        const pgcopy_column *col    = pgcopy_columns_at(types, number - 1);
        pgcopy_slice         v;

        v = params ? pgcopy_batch_value(params, 0, number - 1)
                   : some_value(lite_bind_of(col->type));
        if (v.data && (params || col->type))
            rc = bind_one(prepared, (int)number, col->type, v);
    }
    return rc == SQLITE_OK ? PGCOPY_OK : lite_failed(c, rc, r);
}

static pgcopy_status no_parameter(uint32_t number, pgcopy_reply *r)
{
    return pgcopy_reply_error(r, "42P02", "there is no parameter $%lu", (unsigned long)number);
}

static bool all_texts(const pgcopy_columns *types)
{
    const pgcopy_column *col;

    for (size_t i = 0; (col = pgcopy_columns_at(types, i)); i++)
        if (col->type && col->type != PGCOPY_OID_TEXT && col->type != PGCOPY_OID_VARCHAR)
            return false;
    return true;
}

/* Of a portal that was bound before its types were known the values are not canonical yet. */
static pgcopy_status bind_checked(lite_conn *c, const pgcopy_stmt *stmt,
                                  const pgcopy_columns *types, const pgcopy_batch *params,
                                  sqlite3_stmt *prepared, pgcopy_reply *r)
{
    pgcopy_batch *copy   = pgcopy_batch_new(pgcopy_columns_count(types), NULL, c->allocator);
    size_t        row    = 0;
    pgcopy_status status = copy ? pgcopy_batch_append(copy, params, 0, 1) : PGCOPY_ERR_NOMEM;

    if (status >= 0)
        status = pgcopy_types_check(types, copy, &row, pgcopy_reply_failure(r));
    if (status >= 0)
        status = bind_all(c, stmt, types, copy, prepared, r);
    pgcopy_batch_free(copy);
    return status < 0 ? status : PGCOPY_OK;
}

pgcopy_status lite_bind_params(lite_conn *c, const pgcopy_stmt *stmt,
                               const pgcopy_columns *types, const pgcopy_batch *params,
                               sqlite3_stmt *prepared, pgcopy_reply *r)
{
    if (params && stmt->nparams > pgcopy_batch_view(params)->ncols)
        return no_parameter(stmt->nparams, r);
    if (!params || all_texts(types))
        return bind_all(c, stmt, types, params, prepared, r);
    return bind_checked(c, stmt, types, params, prepared, r);
}
