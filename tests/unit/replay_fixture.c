/*
 * replay_fixture.c - tables of text in memory: COPY t FROM makes t or adds to it, all or
 * nothing; COPY t TO reads it.
 */
#include <pgcopy/backend.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table {
    struct table *next;
    pgcopy_batch *rows;
    char          name[64];
};

struct conn {              /* a client's */
    struct table **tables; /* what open() was given; of all clients */
    struct table  *into;
    pgcopy_batch  *load; /* rows that are not kept yet */
};

struct cursor {
    const pgcopy_batch *rows;
    size_t              next;
};

static pgcopy_status tables_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    struct conn *c = calloc(1, sizeof *c);

    (void)who, (void)r;
    if (!c)
        return PGCOPY_ERR_NOMEM; /* the bridge has words for it: 53200 */
    c->tables = arg;
    *conn     = c;
    return PGCOPY_OK;
}

static void tables_close(void *conn)
{
    free(conn); /* load_end came before, also for a client that was lost */
}

static struct table *find(struct conn *c, const char *name, bool make)
{
    struct table *t = *c->tables;

    while (t && strcmp(t->name, name))
        t = t->next;
    if (t || !make || !(t = calloc(1, sizeof *t)))
        return t;
    if (!(t->rows = pgcopy_batch_new(0, NULL, NULL))) {
        free(t);
        return NULL;
    }
    snprintf(t->name, sizeof t->name, "%s", name);
    t->next           = *c->tables;
    return *c->tables = t;
}

/* A batch's limit (FULL) only says where it is good to stop. */
static pgcopy_status append(pgcopy_batch *to, const pgcopy_batch *from, size_t first, size_t n)
{
    pgcopy_status rc = pgcopy_batch_append(to, from, first, n);

    return rc == PGCOPY_FULL ? PGCOPY_OK : rc;
}

/* ---- COPY TO ---------------------------------------------------------------------------- */

/* To ask for columns is to say that rows follow. */
static pgcopy_status text_columns(pgcopy_columns *cols, size_t n)
{
    for (; cols && n; n--)
        if (!pgcopy_columns_add(cols, "?column?", PGCOPY_OID_TEXT))
            return PGCOPY_ERR_NOMEM;
    return cols ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static pgcopy_status tables_execute(void *conn, const pgcopy_stmt *stmt,
                                    const pgcopy_columns *columns, const pgcopy_batch *params,
                                    void **cursor, pgcopy_reply *r)
{
    struct table  *t;
    struct cursor *k;

    (void)columns, (void)params;
    if (stmt->verb != PGCOPY_VERB_COPY_TO || !stmt->table || stmt->columns)
        return pgcopy_reply_error(r, "0A000", "only COPY of a whole table is known here");
    if (!(t = find(conn, stmt->table, false)))
        return pgcopy_reply_error(r, "42P01", "relation \"%s\" does not exist", stmt->table);
    if (text_columns(pgcopy_reply_columns(r), pgcopy_batch_view(t->rows)->ncols) < 0 ||
        !(k = calloc(1, sizeof *k)))
        return PGCOPY_ERR_NOMEM;
    k->rows = t->rows;
    *cursor = k;
    return PGCOPY_OK;
}

/* As many as fit: so memory and a slow client are bounded.  END with the last rows. */
static pgcopy_status tables_fetch(void *conn, void *cursor, pgcopy_batch *batch,
                                  pgcopy_reply *r)
{
    struct cursor *k    = cursor;
    size_t         left = pgcopy_batch_view(k->rows)->nrows - k->next;
    size_t         room = pgcopy_batch_room(batch);
    size_t         n    = left < room ? left : room;
    pgcopy_status  rc   = append(batch, k->rows, k->next, n);

    (void)conn, (void)r;
    k->next += n;
    return rc == PGCOPY_OK && n == left ? PGCOPY_END : rc;
}

static void tables_finish(void *conn, void *cursor)
{
    (void)conn;
    free(cursor);
}

/* ---- COPY FROM -------------------------------------------------------------------------- */

static pgcopy_status tables_load_begin(void *conn, const pgcopy_stmt *stmt,
                                       const pgcopy_columns *target, pgcopy_reply *r)
{
    struct conn *c = conn;

    (void)target, (void)r;
    c->into = find(c, stmt->table, true);
    c->load = c->into ? pgcopy_batch_new(0, NULL, NULL) : NULL;
    return c->load ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static pgcopy_status tables_load_rows(void *conn, const pgcopy_batch *rows, size_t first,
                                      pgcopy_reply *r)
{
    struct conn *c = conn;

    (void)r;
    return append(c->load, rows, first, pgcopy_batch_view(rows)->nrows - first);
}

/* Behind every load_begin that was OK; not keep: there was an error, or the client failed. */
static pgcopy_status tables_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    struct conn  *c  = conn;
    size_t        n  = pgcopy_batch_view(c->load)->nrows;
    pgcopy_status rc = keep ? append(c->into->rows, c->load, 0, n) : PGCOPY_OK;

    pgcopy_batch_free(c->load);
    c->load = NULL;
    if (rc == PGCOPY_ERR_USAGE)
        return pgcopy_reply_error(r, "42804", "the table has another number of columns");
    return rc;
}

extern const pgcopy_backend tables_backend;
const pgcopy_backend        tables_backend = {
           .size       = sizeof(pgcopy_backend),
           .open       = tables_open,
           .close      = tables_close,
           .execute    = tables_execute,
           .fetch      = tables_fetch,
           .finish     = tables_finish,
           .load_begin = tables_load_begin,
           .load_rows  = tables_load_rows,
           .load_end   = tables_load_end,
};
