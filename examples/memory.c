/* memory.c - a whole backend: tables of text in memory, for one thread.  COPY t FROM makes t or
   adds to it, all or nothing; COPY t TO reads it.  Columns have no names, so nothing is
   checked, and a transaction is not known. */
#include <pgcopy/backend.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table {
    struct table *next;
    pgcopy_batch *rows;
    char          name[64];
};

struct conn {
    struct table **tables; /* all of them: what open() was given */
    struct table  *into;
    pgcopy_batch  *load;
};

struct cursor {
    const pgcopy_batch *rows;
    size_t              next;
};

static struct table *find(const struct conn *c, const char *name)
{
    struct table *t = *c->tables;

    while (t && strcmp(t->name, name))
        t = t->next;
    return t;
}

static struct table *make(struct conn *c, const char *name)
{
    struct table *t = calloc(1, sizeof *t);

    if (!t || !(t->rows = pgcopy_batch_new(0, NULL, NULL))) {
        free(t);
        return NULL;
    }
    snprintf(t->name, sizeof t->name, "%s", name);
    t->next           = *c->tables;
    return *c->tables = t;
}

/* A batch's limit only says where it is good to stop. */
static pgcopy_status append(pgcopy_batch *to, const pgcopy_batch *from, size_t first, size_t n)
{
    pgcopy_status rc = pgcopy_batch_append(to, from, first, n);

    return rc == PGCOPY_FULL ? PGCOPY_OK : rc;
}

static pgcopy_status memory_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    struct conn *c = calloc(1, sizeof *c);

    (void)who, (void)r;
    if (!c)
        return PGCOPY_ERR_NOMEM;
    c->tables = arg;
    *conn     = c;
    return PGCOPY_OK;
}

static void memory_close(void *conn)
{
    struct conn *c = conn;

    pgcopy_batch_free(c->load);
    free(c);
}

/* ---- COPY TO ---------------------------------------------------------------------------- */

static pgcopy_status text_columns(pgcopy_columns *cols, size_t n)
{
    for (; cols && n; n--)
        if (!pgcopy_columns_add(cols, "?column?", PGCOPY_OID_TEXT))
            return PGCOPY_ERR_NOMEM;
    return cols ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static pgcopy_status memory_execute(void *conn, const pgcopy_stmt *stmt,
                                    const pgcopy_columns *columns, const pgcopy_batch *params,
                                    void **cursor, pgcopy_reply *r)
{
    struct table  *t;
    struct cursor *k;

    (void)columns, (void)params;
    if (stmt->verb != PGCOPY_VERB_COPY_TO || !stmt->table || stmt->columns)
        return pgcopy_reply_error(r, "0A000", "only COPY of a whole table is known here");
    if (!(t = find(conn, stmt->table)))
        return pgcopy_reply_error(r, "42P01", "relation \"%s\" does not exist", stmt->table);
    if (text_columns(pgcopy_reply_columns(r), pgcopy_batch_view(t->rows)->ncols) < 0 ||
        !(k = calloc(1, sizeof *k)))
        return PGCOPY_ERR_NOMEM;
    k->rows = t->rows;
    *cursor = k;
    return PGCOPY_OK;
}

static pgcopy_status memory_fetch(void *conn, void *cursor, pgcopy_batch *batch,
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

static void memory_finish(void *conn, void *cursor)
{
    (void)conn;
    free(cursor);
}

/* ---- COPY FROM -------------------------------------------------------------------------- */

static pgcopy_status memory_load_begin(void *conn, const pgcopy_stmt *stmt,
                                       const pgcopy_columns *target, pgcopy_reply *r)
{
    struct conn  *c = conn;
    struct table *t = find(c, stmt->table);

    (void)target, (void)r;
    c->into = t ? t : make(c, stmt->table);
    c->load = c->into ? pgcopy_batch_new(0, NULL, NULL) : NULL;
    return c->load ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static pgcopy_status memory_load_rows(void *conn, const pgcopy_batch *rows, size_t first,
                                      pgcopy_reply *r)
{
    struct conn *c = conn;

    (void)r;
    return append(c->load, rows, first, pgcopy_batch_view(rows)->nrows - first);
}

static pgcopy_status memory_load_end(void *conn, bool keep, pgcopy_reply *r)
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

extern const pgcopy_backend memory_backend;
const pgcopy_backend        memory_backend = {
           .size       = sizeof(pgcopy_backend),
           .open       = memory_open,
           .close      = memory_close,
           .execute    = memory_execute,
           .fetch      = memory_fetch,
           .finish     = memory_finish,
           .load_begin = memory_load_begin,
           .load_rows  = memory_load_rows,
           .load_end   = memory_load_end,
};
