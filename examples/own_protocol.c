/*
 * own_protocol.c - a gateway that has its own handshake, queries and transactions, and wants
 * COPY FROM alone.  It calls load_begin() when it meets the statement, and load_message() for
 * each message from there on, until that says the COPY is over.  ReadyForQuery is its own, and
 * after an error dropping the d, c and f that still come (all messages until Sync, in extended
 * query).
 */
#include <pgcopy/copy.h>
#include <stdlib.h>

/* What such a gateway has. */
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

static pgcopy_status start(struct load *l, const pgcopy_columns *relation)
{
    pgcopy_status rc = pgcopy_copy_resolve(l->copy, relation, NULL, &l->out);

    return rc < 0 ? rc : pgcopy_copy_begin(l->copy, &l->out);
}

/* NULL: there is nothing to load, the client has been told why.  stmt stays until the end. */
struct load *load_begin(struct client *c, const pgcopy_stmt *stmt)
{
    pgcopy_columns *relation = client_table(c, stmt->schema, stmt->table);
    struct load    *l        = calloc(1, sizeof *l);

    if (l) {
        l->client = c;
        l->copy   = pgcopy_copy_new(stmt, NULL);
        l->batch  = pgcopy_batch_new(0, NULL, NULL);
        if (!l->copy || !l->batch || start(l, relation) < 0) {
            flush(l);
            load_free(l);
            l = NULL;
        } else
            flush(l); /* CopyInResponse */
    }
    pgcopy_columns_free(relation);
    return l;
}

/* Goes on behind a refused row for as long as ON_ERROR ignore allows it. */
static pgcopy_status insert(struct load *l)
{
    pgcopy_status rc    = PGCOPY_OK;
    size_t        first = 0;
    pgcopy_error  err;

    while (rc == PGCOPY_OK && !client_insert(l->client, l->batch, first, &err)) {
        rc    = pgcopy_copy_reject(l->copy, &err, l->batch, &l->out);
        first = err.row;
    }
    pgcopy_batch_clear(l->batch);
    return rc;
}

static void end(struct load *l)
{
    pgcopy_error err;

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
    if (rc != PGCOPY_AGAIN)
        load_free(l);
    return rc == PGCOPY_AGAIN;
}
