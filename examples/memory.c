/* memory.c - a whole backend, to start yours from: one table, people (id integer, name text,
   born date), in memory and for one thread.  A COPY FROM is all or nothing.  What it leaves
   NULL is 0A000 (BEGIN, Describe): docs/backends.md says what each entry owes. */
#include <pgcopy/backend.h>
#include <stdlib.h>
#include <string.h>

struct conn {            /* a client's */
    pgcopy_batch *table; /* what open() was given; of all clients */
    pgcopy_batch *load;  /* rows that are not kept yet            */
};

static pgcopy_status memory_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    struct conn *c = calloc(1, sizeof *c);

    (void)who, (void)r;
    if (!c)
        return PGCOPY_ERR_NOMEM; /* the bridge has words for it: 53200 */
    c->table = arg;
    *conn    = c;
    return PGCOPY_OK;
}

static void memory_close(void *conn)
{
    free(conn); /* load_end came before, also for a client that was lost */
}

/* By these types every value is checked and made canonical before it comes to load_rows. */
static pgcopy_status memory_relation(void *conn, const char *schema, const char *table,
                                     pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    (void)conn, (void)schema;
    if (strcmp(table, "people"))
        return pgcopy_reply_error(r, "42P01", "relation \"%s\" does not exist", table);
    if (cols && pgcopy_columns_add(cols, "id", PGCOPY_OID_INT4) &&
        pgcopy_columns_add(cols, "name", PGCOPY_OID_TEXT) &&
        pgcopy_columns_add(cols, "born", PGCOPY_OID_DATE))
        return PGCOPY_OK;
    return PGCOPY_ERR_NOMEM;
}

/* Its columns say that rows follow. */
static pgcopy_status memory_execute(void *conn, const pgcopy_stmt *stmt,
                                    const pgcopy_columns *columns, const pgcopy_batch *params,
                                    void **cursor, pgcopy_reply *r)
{
    size_t       *next = NULL; /* the row that is fetched next */
    pgcopy_status rc;

    (void)columns, (void)params;
    if (stmt->verb != PGCOPY_VERB_COPY_TO || !stmt->table || stmt->columns)
        return pgcopy_reply_error(r, "0A000", "only COPY of a whole table is known here");
    rc = memory_relation(conn, stmt->schema, stmt->table, r);
    if (rc == PGCOPY_OK && !(next = calloc(1, sizeof *next)))
        rc = PGCOPY_ERR_NOMEM;
    *cursor = next;
    return rc;
}

/* As many as fit, so that memory and a slow client are bounded.  END with the last rows. */
static pgcopy_status memory_fetch(void *conn, void *cursor, pgcopy_batch *batch,
                                  pgcopy_reply *r)
{
    const pgcopy_batch *table = ((struct conn *)conn)->table;
    size_t             *next  = cursor;
    size_t              left  = pgcopy_batch_view(table)->nrows - *next;
    size_t              room  = pgcopy_batch_room(batch);
    size_t              n     = left < room ? left : room;
    pgcopy_status       rc    = pgcopy_batch_append(batch, table, *next, n);

    (void)r;
    *next += n;
    return rc >= 0 && n == left ? PGCOPY_END : rc;
}

static void memory_finish(void *conn, void *cursor)
{
    (void)conn;
    free(cursor);
}

static pgcopy_status memory_load_begin(void *conn, const pgcopy_stmt *stmt,
                                       const pgcopy_columns *target, pgcopy_reply *r)
{
    struct conn *c = conn;

    (void)target;
    if (stmt->columns)
        return pgcopy_reply_error(r, "0A000", "only COPY of a whole table is known here");
    c->load = pgcopy_batch_new(0, NULL, NULL);
    return c->load ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* FULL, a batch's limit, is no error: it only says where it is good to stop. */
static pgcopy_status memory_load_rows(void *conn, const pgcopy_batch *rows, size_t first,
                                      pgcopy_reply *r)
{
    (void)r;
    return pgcopy_batch_append(((struct conn *)conn)->load, rows, first,
                               pgcopy_batch_view(rows)->nrows - first);
}

/* Behind every load_begin that was OK; not keep: there was an error, or the client failed. */
static pgcopy_status memory_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    struct conn  *c  = conn;
    size_t        n  = keep ? pgcopy_batch_view(c->load)->nrows : 0;
    pgcopy_status rc = pgcopy_batch_append(c->table, c->load, 0, n);

    (void)r;
    pgcopy_batch_free(c->load);
    return rc;
}

extern const pgcopy_backend memory_backend;
const pgcopy_backend        memory_backend = {
           .size       = sizeof(pgcopy_backend),
           .open       = memory_open,
           .close      = memory_close,
           .relation   = memory_relation,
           .execute    = memory_execute,
           .fetch      = memory_fetch,
           .finish     = memory_finish,
           .load_begin = memory_load_begin,
           .load_rows  = memory_load_rows,
           .load_end   = memory_load_end,
};
