/*
 * backend/catalog.c - answers for PostgreSQL, in front of a database that is another one.
 *
 *   version(), current_schema(), ...   here, whatever the database would say
 *   SELECT ... FROM pg_class ...       refused by the database: no rows of these columns; where
 * a table is looked for by its name, what relation() says
 */
#include "backend/catalog.h"

#include "backend/question.h"
#include "backend/reply.h"

#include <string.h>

/* ---- Refusals ---- */

/* To a question about a catalog the database says: unknown.  A loss, a cancel or a lack of
   memory is told as it is. */
static bool is_refusal(pgcopy_status rc, pgcopy_reply *r)
{
    return rc < 0 && rc != PGCOPY_ERR_NOMEM && rc != PGCOPY_ERR_LOST &&
           strcmp(pgcopy_reply_failure(r)->sqlstate, "57014") != 0;
}

/* What the refusal left; notices of calls before it stay. */
static void forget(pgcopy_reply *r)
{
    pgcopy_columns_free(reply_take_columns(r));
    pgcopy_columns_free(r->parameters);
    r->parameters = NULL;
    r->count      = PGCOPY_NO_COUNT;
    memset(&r->failure, 0, sizeof r->failure);
}

/* ---- Columns of an answer ----------------------------------------------------------- */

static uint32_t type_of(const struct question_item *item)
{
    static const uint32_t types[] = {
        [ANSWER_NONE] = PGCOPY_OID_TEXT,    [ANSWER_VERSION] = PGCOPY_OID_TEXT,
        [ANSWER_SCHEMA] = PGCOPY_OID_NAME,  [ANSWER_DATABASE] = PGCOPY_OID_NAME,
        [ANSWER_USER] = PGCOPY_OID_NAME,    [ANSWER_NO] = PGCOPY_OID_BOOL,
        [ANSWER_NOTHING] = PGCOPY_OID_TEXT, [ANSWER_QUOTED] = PGCOPY_OID_TEXT};

    if (item->one)
        return PGCOPY_OID_INT4;
    if (item->call == ANSWER_NONE && strcmp(item->label, "count") == 0)
        return PGCOPY_OID_INT8;
    if (item->call == ANSWER_NONE && strcmp(item->label, "exists") == 0)
        return PGCOPY_OID_BOOL;
    return types[item->call];
}

static pgcopy_status reply_columns(const struct question *q, pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    for (size_t i = 0; cols && i < q->nitems; i++)
        if (!pgcopy_columns_add(cols, q->items[i].label, type_of(&q->items[i])))
            return PGCOPY_ERR_NOMEM;
    return cols ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static uint32_t type_of_parameter(const struct question *q, uint32_t n)
{
    for (size_t i = 0; i < q->nitems; i++)
        if (q->items[i].number == n)
            return q->items[i].type;
    return PGCOPY_OID_TEXT;
}

static pgcopy_status reply_description(const struct question *q, const pgcopy_stmt *stmt,
                                       pgcopy_reply *r)
{
    pgcopy_columns *params = stmt->nparams ? pgcopy_reply_parameters(r) : NULL;

    for (uint32_t n = 1; n <= stmt->nparams; n++)
        if (!params || !pgcopy_columns_add(params, "", type_of_parameter(q, n)))
            return PGCOPY_ERR_NOMEM;
    return reply_columns(q, r);
}

/* ---- The row of an answer ----------------------------------------------------------- */

static void put(pgcopy_batch *row, const char *text)
{
    pgcopy_batch_put(row, text, strlen(text));
}

/* Quotes are doubled and backslashes stay: standard_conforming_strings is on here, and E'' is
   PostgreSQL's alone. */
static void put_literal(pgcopy_batch *row, pgcopy_slice value)
{
    size_t room;
    char  *to = NULL;
    size_t n  = 0;

    if (value.data)
        to = pgcopy_batch_put_buf(row, 2 * value.len + 2, &room);
    if (!to) {
        pgcopy_batch_put(row, NULL, PGCOPY_NULL);
        return;
    }
    to[n++] = '\'';
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == '\'')
            to[n++] = '\'';
        to[n++] = (char)value.data[i];
    }
    to[n++] = '\'';
    pgcopy_batch_put_ack(row, n, true);
}

static pgcopy_slice parameter(const pgcopy_batch *params, uint32_t n)
{
    if (!params || !n || n > pgcopy_batch_view(params)->ncols)
        return (pgcopy_slice){NULL, 0};
    return pgcopy_batch_value(params, 0, n - 1);
}

static void put_call(const struct catalog_asker *who, const struct question_item *item,
                     const pgcopy_batch *params, pgcopy_batch *row)
{
    switch (item->call) {
    case ANSWER_VERSION:
        put(row, "PostgreSQL 18.0 (pgcopy)");
        break;
    case ANSWER_SCHEMA:
        put(row, "public");
        break;
    case ANSWER_DATABASE:
        put(row, who->database);
        break;
    case ANSWER_USER:
        put(row, who->user);
        break;
    case ANSWER_NO:
        put(row, "f");
        break;
    case ANSWER_QUOTED:
        put_literal(row, parameter(params, item->number));
        break;
    default:
        put(row, "");
    }
}

/* Is the table that the question looks for there?  Where nobody knows tables, all are. */
static pgcopy_status find_table(const struct catalog_asker *who, const struct question *q,
                                pgcopy_reply *r, bool *found)
{
    pgcopy_reply *own = pgcopy_reply_new(&r->allocator);
    pgcopy_status rc;

    if (!own)
        return PGCOPY_ERR_NOMEM;
    rc = PGCOPY_OK;
    if (*q->table && who->backend->relation)
        rc = who->backend->relation(who->conn, *q->schema ? q->schema : NULL, q->table, own);
    *found = *q->table && rc >= 0;
    pgcopy_reply_free(own);
    return rc == PGCOPY_ERR_NOMEM || rc == PGCOPY_ERR_LOST ? rc : PGCOPY_OK;
}

/* The one column of an answer about a table; an aggregate has a row in any case. */
static bool put_found(const struct question *q, bool found, pgcopy_batch *row)
{
    const char *label = q->items[0].label;

    if (q->nitems != 1)
        return false;
    if (strcmp(label, "count") == 0)
        put(row, found ? "1" : "0");
    else if (strcmp(label, "exists") == 0)
        put(row, found ? "t" : "f");
    else if (!found)
        return false;
    else if (q->items[0].one)
        put(row, "1");
    else if (strcmp(label, "relname") == 0 || strcmp(label, "tablename") == 0 ||
             strcmp(label, "table_name") == 0)
        put(row, q->table);
    else
        return false;
    return true;
}

static pgcopy_status end_row(pgcopy_batch *row)
{
    pgcopy_status rc = pgcopy_batch_end_row(row);

    return rc == PGCOPY_FULL ? PGCOPY_OK : rc;
}

static pgcopy_status answer_calls(const struct catalog_asker *who, const struct question *q,
                                  const pgcopy_batch *params, pgcopy_batch *row)
{
    for (size_t i = 0; i < q->nitems; i++)
        put_call(who, &q->items[i], params, row);
    return end_row(row);
}

static pgcopy_status answer_catalog(const struct catalog_asker *who, struct question *q,
                                    const pgcopy_batch *params, pgcopy_batch *row,
                                    pgcopy_reply *r)
{
    pgcopy_slice  name = parameter(params, q->number);
    bool          found;
    pgcopy_status rc;

    if (name.data)
        text_add(q->table, sizeof q->table, name.data, name.len);
    rc = find_table(who, q, r, &found);
    if (rc == PGCOPY_OK && put_found(q, found, row))
        rc = end_row(row);
    return rc;
}

/* ---- Statements --------------------------------------------------------------------- */

static pgcopy_status answer(const struct catalog_asker *who, struct question *q,
                            const pgcopy_batch *params, pgcopy_batch **rows, pgcopy_reply *r)
{
    pgcopy_batch *made = pgcopy_batch_new(0, NULL, who->allocator);
    pgcopy_status rc   = made ? reply_columns(q, r) : PGCOPY_ERR_NOMEM;

    if (rc == PGCOPY_OK)
        rc = q->calls ? answer_calls(who, q, params, made)
                      : answer_catalog(who, q, params, made, r);
    if (rc == PGCOPY_OK)
        *rows = made;
    else
        pgcopy_batch_free(made);
    return rc;
}

pgcopy_status catalog_describe(const struct catalog_asker *who, const pgcopy_stmt *stmt,
                               pgcopy_reply *r)
{
    struct question q;
    bool            asks = question_read(&q, stmt);
    pgcopy_status   rc   = PGCOPY_OK;

    if (asks && q.calls)
        return reply_description(&q, stmt, r);
    if (who->backend->describe)
        rc = who->backend->describe(who->conn, stmt, r);
    if (!asks || !q.catalog || !is_refusal(rc, r))
        return rc;
    forget(r);
    return reply_description(&q, stmt, r);
}

pgcopy_status catalog_execute(const struct catalog_asker *who, const pgcopy_stmt *stmt,
                              const pgcopy_columns *columns, const pgcopy_batch *params,
                              void **cursor, pgcopy_batch **rows, pgcopy_reply *r)
{
    struct question q;
    bool            asks = question_read(&q, stmt);
    pgcopy_status   rc   = PGCOPY_ERR_UNSUPPORTED;

    if (asks && q.calls)
        return answer(who, &q, params, rows, r);
    if (who->backend->execute)
        rc = who->backend->execute(who->conn, stmt, columns, params, cursor, r);
    if (!asks || !q.catalog || !is_refusal(rc, r))
        return rc;
    forget(r);
    return answer(who, &q, params, rows, r);
}
