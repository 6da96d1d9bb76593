/*
 * backend/canned.c - a backend in front of another one: it answers itself what clients ask of
 * PostgreSQL's own catalog, and passes on the rest.
 *
 *   execute --> a SELECT from a relation of `answers`? --yes--> its rows, now, into a batch
 *                        '--no--> the backend behind              fetch --> pieces of it
 */
#include "backend/canned.h"

#include "backend/catalog.h"
#include "backend/job.h"
#include "base/text.h"

#include <string.h>

/* A result of ours, from its execute to its finish. */
struct canned_cursor {
    struct canned_cursor *next;
    struct canned_query   query;
    pgcopy_batch         *rows;
    size_t                sent;
};

struct canned {
    pgcopy_allocator      allocator;
    pgcopy_canned_opts    opts;
    const pgcopy_backend *behind;
    pgcopy_backend       *made; /* that, where it is a copy; else NULL */
    void                 *conn;
    struct canned_cursor *cursors; /* ours: a cursor that is not among them is the other's */
    size_t                size;    /* of this, with the names                              */
    const char           *database;
    char                  user[]; /* and the database's name */
};

/* ---- Is it ours? -------------------------------------------------------------------- */

static const struct canned_answer *const answers[] = {&canned_progress};

/* COPY (query) TO is answered as its query would be. */
static const struct canned_answer *answer_for(const struct canned *c, const pgcopy_stmt *stmt,
                                              struct canned_query *q)
{
    const char *sql = stmt->query ? stmt->query : stmt->sql;

    if (stmt->verb != PGCOPY_VERB_OTHER && !stmt->query)
        return NULL;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (answers[i]->there(&c->opts) && canned_is_from(&answers[i]->relation, sql)) {
            canned_read(&answers[i]->relation, sql, q);
            return answers[i];
        }
    return NULL;
}

static pgcopy_status reply_columns(const struct canned_query  *q,
                                   const struct canned_answer *answer, pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    for (size_t i = 0; cols && i < q->n; i++) {
        const struct canned_column *col = &answer->relation.columns[q->columns[i]];
        if (!pgcopy_columns_add(cols, q->names[i], col->type))
            return PGCOPY_ERR_NOMEM;
    }
    return cols ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* Anything else would be answered wrong. */
static pgcopy_status refuse(const struct canned_answer *answer, pgcopy_reply *r)
{
    return pgcopy_reply_error(r, "0A000", "only columns can be selected from %s, of all rows",
                              answer->relation.name);
}

/* ---- Our results -------------------------------------------------------------------- */

static void cursor_free(struct canned *c, struct canned_cursor *cursor)
{
    pgcopy_batch_free(cursor->rows);
    mem_free(&c->allocator, cursor, sizeof *cursor);
}

static struct canned_cursor **place_of(struct canned *c, const void *cursor)
{
    struct canned_cursor **at = &c->cursors;

    while (*at && *at != cursor)
        at = &(*at)->next;
    return at;
}

/* Takes the rows; q NULL: they go as they are. */
static pgcopy_status cursor_new(struct canned *c, const struct canned_query *q,
                                pgcopy_batch *rows, void **cursor)
{
    struct canned_cursor *k = mem_new(&c->allocator, sizeof *k);

    if (!k) {
        pgcopy_batch_free(rows);
        return PGCOPY_ERR_NOMEM;
    }
    if (q)
        k->query = *q;
    k->rows    = rows;
    k->next    = c->cursors;
    c->cursors = k;
    *cursor    = k;
    return PGCOPY_OK;
}

static pgcopy_status answer_now(struct canned *c, const struct canned_answer *answer,
                                const struct canned_query *q, void **cursor, pgcopy_reply *r)
{
    pgcopy_batch *rows = pgcopy_batch_new(0, NULL, &c->allocator);
    pgcopy_status rc   = rows ? answer->rows(&c->opts, rows) : PGCOPY_ERR_NOMEM;

    if (rc >= 0)
        rc = reply_columns(q, answer, r);
    if (rc >= 0)
        return cursor_new(c, q, rows, cursor);
    pgcopy_batch_free(rows);
    return rc;
}

static pgcopy_status put_row(const struct canned_cursor *k, pgcopy_batch *batch)
{
    const struct canned_query *q = &k->query;

    if (!q->n)
        return pgcopy_batch_append(batch, k->rows, k->sent, 1);
    for (size_t i = 0; i < q->n; i++) {
        pgcopy_slice v = pgcopy_batch_value(k->rows, k->sent, q->columns[i]);
        (void)pgcopy_batch_put(batch, v.data, v.data ? v.len : PGCOPY_NULL);
    }
    return pgcopy_batch_end_row(batch);
}

static pgcopy_status fetch_ours(struct canned_cursor *k, pgcopy_batch *batch)
{
    size_t        nrows = pgcopy_batch_view(k->rows)->nrows;
    size_t        room  = pgcopy_batch_room(batch);
    pgcopy_status rc    = PGCOPY_OK;

    for (; k->sent < nrows && room && rc == PGCOPY_OK; k->sent++, room--)
        rc = put_row(k, batch);
    if (rc < 0)
        return rc;
    return k->sent == nrows ? PGCOPY_END : PGCOPY_OK;
}

/* ---- The entries: ours, or passed on ------------------------------------------------ */

/* With room for two names, as long as they are. */
static struct canned *canned_new(const pgcopy_allocator *a, const pgcopy_canned_opts *opts,
                                 const pgcopy_who *who)
{
    size_t         user = strlen(who->user) + 1, database = strlen(who->database) + 1;
    size_t         size = sizeof(struct canned) + user + database;
    struct canned *c    = mem_new(a, size);

    if (!c)
        return NULL;
    c->allocator = *a;
    c->size      = size;
    c->database  = memcpy(c->user + user, who->database, database);
    memcpy(c->user, who->user, user);
    memcpy(&c->opts, opts, opts->size < sizeof c->opts ? opts->size : sizeof c->opts);
    c->behind = backend_keep(a, c->opts.backend, &c->made);
    return c;
}

static void canned_free(struct canned *c)
{
    pgcopy_allocator a = c->allocator;

    mem_free(&a, c->made, sizeof *c->made);
    mem_free(&a, c, c->size);
}

static pgcopy_status canned_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    struct canned *c  = canned_new(&r->allocator, arg, who);
    pgcopy_status  rc = PGCOPY_ERR_NOMEM;

    if (!c)
        return rc;
    if (c->behind)
        rc = c->behind->open(c->opts.arg, who, &c->conn, r);
    if (rc < 0)
        canned_free(c);
    else
        *conn = c;
    return rc;
}

static void canned_close(void *conn)
{
    struct canned *c = conn;

    c->behind->close(c->conn);
    while (c->cursors) {
        struct canned_cursor *k = c->cursors;
        c->cursors              = k->next;
        cursor_free(c, k);
    }
    canned_free(c);
}

static pgcopy_status canned_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    struct canned *c = conn;

    return c->behind->transaction(c->conn, tx, r);
}

static pgcopy_status canned_relation(void *conn, const char *schema, const char *table,
                                     pgcopy_reply *r)
{
    struct canned *c = conn;

    return c->behind->relation(c->conn, schema, table, r);
}

static struct catalog_asker asker(const struct canned *c)
{
    return (struct catalog_asker){.backend   = c->behind,
                                  .conn      = c->conn,
                                  .allocator = &c->allocator,
                                  .user      = c->user,
                                  .database  = c->database};
}

static pgcopy_status canned_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    struct canned              *c   = conn;
    struct catalog_asker        who = asker(c);
    struct canned_query         q;
    const struct canned_answer *answer = answer_for(c, stmt, &q);

    if (!answer)
        return catalog_describe(&who, stmt, r);
    return q.n ? reply_columns(&q, answer, r) : refuse(answer, r);
}

static pgcopy_status canned_execute(void *conn, const pgcopy_stmt *stmt,
                                    const pgcopy_columns *columns, const pgcopy_batch *params,
                                    void **cursor, pgcopy_reply *r)
{
    struct canned              *c   = conn;
    struct catalog_asker        who = asker(c);
    struct canned_query         q;
    const struct canned_answer *answer = answer_for(c, stmt, &q);
    pgcopy_batch               *rows   = NULL;
    pgcopy_status               rc;

    if (answer)
        return q.n ? answer_now(c, answer, &q, cursor, r) : refuse(answer, r);
    rc = catalog_execute(&who, stmt, columns, params, cursor, &rows, r);
    return rows ? cursor_new(c, NULL, rows, cursor) : rc;
}

static pgcopy_status canned_fetch(void *conn, void *cursor, pgcopy_batch *batch,
                                  pgcopy_reply *r)
{
    struct canned        *c = conn;
    struct canned_cursor *k = *place_of(c, cursor);

    if (k)
        return fetch_ours(k, batch);
    if (!c->behind->fetch)
        return PGCOPY_ERR_UNSUPPORTED;
    return c->behind->fetch(c->conn, cursor, batch, r);
}

static void canned_finish(void *conn, void *cursor)
{
    struct canned         *c  = conn;
    struct canned_cursor **at = place_of(c, cursor), *k = *at;

    if (k) {
        *at = k->next;
        cursor_free(c, k);
    } else if (c->behind->finish) {
        c->behind->finish(c->conn, cursor);
    }
}

static pgcopy_status canned_load_begin(void *conn, const pgcopy_stmt *stmt,
                                       const pgcopy_columns *target, pgcopy_reply *r)
{
    struct canned *c = conn;

    return c->behind->load_begin(c->conn, stmt, target, r);
}

static pgcopy_status canned_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                      pgcopy_reply *r)
{
    struct canned *c = conn;

    return c->behind->load_rows(c->conn, batch, first, r);
}

static pgcopy_status canned_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    struct canned *c = conn;

    return c->behind->load_end(c->conn, keep, r);
}

/* On another thread: only what open() has set is looked at. */
static void canned_cancel(void *conn)
{
    struct canned *c = conn;

    c->behind->cancel(c->conn);
}

/* What the other one does not have, this one has not either: for a caller NULL has a meaning.
 */
void pgcopy_canned(const pgcopy_backend *backend, pgcopy_backend *canned)
{
    pgcopy_backend b;

    memset(&b, 0, sizeof b);
    backend_copy(&b, backend);
    *canned = (pgcopy_backend){.size        = sizeof *canned,
                               .flags       = b.flags,
                               .open        = canned_open,
                               .close       = canned_close,
                               .transaction = b.transaction ? canned_transaction : NULL,
                               .relation    = b.relation ? canned_relation : NULL,
                               .describe    = canned_describe,
                               .execute     = canned_execute,
                               .fetch       = canned_fetch,
                               .finish      = canned_finish,
                               .load_begin  = b.load_begin ? canned_load_begin : NULL,
                               .load_rows   = b.load_rows ? canned_load_rows : NULL,
                               .load_end    = b.load_end ? canned_load_end : NULL,
                               .cancel      = b.cancel ? canned_cancel : NULL};
}
