/*
 * own_protocol.c - a gateway that has its own handshake, queries and transactions, and wants
 * COPY FROM alone.
 *
 *   COPY ... FROM STDIN   load_begin()     G, or E and NULL
 *   d, c, f, ...          load_message()   true: more to come; false: over, and freed
 *   Z                     the gateway's own
 *
 * After an error d, c and f still come, and the gateway drops them (in extended query, all
 * messages until Sync), as it does outside of a COPY.
 */
#include <pgcopy/copy.h>
#include <stdlib.h>

/* What such a gateway has.  client_insert takes the rows from `first` on; when one is refused
   the rows before it are in, and err->row says which it is, from 1. */
struct client;
pgcopy_columns *client_table(struct client *c, const char *schema, const char *table);
void            client_send(struct client *c, const void *data, size_t len);
bool            client_insert(struct client *c, const pgcopy_batch *batch, size_t first,
                              pgcopy_error *err);
bool            client_commit(struct client *c, pgcopy_error *err);
void            client_rollback(struct client *c);

struct load {
    struct client *client;
    pgcopy_copy   *copy;
    pgcopy_batch  *batch;
    pgcopy_buf     out;
};

struct load *load_begin(struct client *c, const pgcopy_stmt *stmt);
bool         load_message(struct load *l, const pgcopy_msg *msg);

static void flush(struct load *l)
{
    client_send(l->client, l->out.data, l->out.len);
    l->out.len = 0;
}

static void load_free(struct load *l)
{
    pgcopy_copy_free(l->copy);
    pgcopy_batch_free(l->batch);
    pgcopy_buf_free(&l->out);
    free(l);
}

/* ---- The statement ------------------------------------------------------------------ */

static pgcopy_status no_memory(struct load *l)
{
    pgcopy_error err;

    pgcopy_error_text(&err, "53200", "out of memory");
    pgcopy_write_error(&l->out, &err);
    return PGCOPY_ERR_NOMEM;
}

static pgcopy_status start(struct load *l, const pgcopy_stmt *stmt)
{
    pgcopy_columns *relation = client_table(l->client, stmt->schema, stmt->table);
    pgcopy_status   rc;

    l->copy  = pgcopy_copy_new(stmt, NULL);
    l->batch = pgcopy_batch_new(0, NULL, NULL);
    rc       = l->copy && l->batch ? PGCOPY_OK : no_memory(l);
    if (rc == PGCOPY_OK)
        rc = pgcopy_copy_resolve(l->copy, relation, NULL, &l->out);
    if (rc == PGCOPY_OK)
        rc = pgcopy_copy_begin(l->copy, &l->out);
    pgcopy_columns_free(relation);
    return rc;
}

/* NULL: there is nothing to load, the client has been told why.  stmt stays until the end. */
struct load *load_begin(struct client *c, const pgcopy_stmt *stmt)
{
    struct load  *l = calloc(1, sizeof *l);
    pgcopy_status rc;

    if (!l)
        return NULL;
    l->client = c;
    rc        = start(l, stmt);
    flush(l); /* CopyInResponse */
    if (rc == PGCOPY_OK)
        return l;
    load_free(l);
    return NULL;
}

/* ---- The rows ----------------------------------------------------------------------- */

/* Goes on behind a refused row for as long as ON_ERROR ignore allows it. */
static pgcopy_status insert(struct load *l)
{
    size_t        nrows = pgcopy_batch_view(l->batch)->nrows, first = 0;
    pgcopy_status rc  = PGCOPY_OK;
    pgcopy_error  err = {.row = 0};

    while (first < nrows && !client_insert(l->client, l->batch, first, &err)) {
        rc = pgcopy_copy_reject(l->copy, &err, l->batch, &l->out);
        if (rc < 0)
            break;
        first = err.row;
    }
    pgcopy_batch_clear(l->batch);
    return rc;
}

static void end(struct load *l)
{
    pgcopy_error err = {.row = 0};

    if (client_commit(l->client, &err))
        pgcopy_copy_finish(l->copy, PGCOPY_NO_COUNT, &l->out);
    else
        (void)!pgcopy_copy_reject(l->copy, &err, NULL, &l->out);
}

/* false: the COPY is over, and freed. */
bool load_message(struct load *l, const pgcopy_msg *msg)
{
    pgcopy_slice  body = msg->body;
    pgcopy_status rc;

    do {
        rc = pgcopy_copy_message(l->copy, msg->type, &body, l->batch, &l->out);
        if ((rc == PGCOPY_FULL || rc == PGCOPY_END) && insert(l) < 0)
            rc = PGCOPY_ERR_SQL;
    } while (rc == PGCOPY_FULL);

    if (rc == PGCOPY_END)
        end(l);
    else if (rc < 0)
        client_rollback(l->client);
    flush(l);
    if (rc == PGCOPY_AGAIN)
        return true;
    load_free(l);
    return false;
}
