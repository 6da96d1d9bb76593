/*
 * backend/calls.c - the calls of a backend, each with what it changes on the connection: what
 * is noted here decides what is owed when it ends.
 *
 *   open ... close    load_begin ... load_end    execute ... finish    begin ... commit
 */
#include "backend/job.h"
#include "backend/names.h"

/* FULL and AGAIN are a batch's words, passed on by a backend: they are no failure. */
static pgcopy_status plain(pgcopy_status rc)
{
    return rc > 0 ? PGCOPY_OK : rc;
}

/* ---- The connection: what was begun on it ends once, also after it was lost --------- */

static void finish(struct connection *db, struct cursor *cursor)
{
    if (cursor->open && db->backend->finish)
        db->backend->finish(db->conn, cursor->handle);
    cursor->open = false;
}

static pgcopy_status end_load(pgcopy_job *job, bool keep)
{
    job->db->loading = false;
    return plain(job->db->backend->load_end(job->db->conn, keep, job->with->reply));
}

/* Not open: an open that failed leaves nothing to close (the job goes on with the next one). */
static pgcopy_status call_close(pgcopy_job *job)
{
    struct connection *db = job->db;

    if (!db->open)
        return PGCOPY_OK;
    if (db->loading)
        (void)end_load(job, false);
    for (struct cursor *c = db->cursors; c; c = c->next)
        finish(db, c);
    db->backend->close(db->conn);
    db->conn = NULL;
    db->open = false;
    return PGCOPY_OK;
}

/* One that fails is tried again by the next job that needs it. */
static pgcopy_status call_open(pgcopy_job *job)
{
    struct connection *db = job->db;
    pgcopy_status rc = db->backend->open(db->arg, job->with->who, &db->conn, job->with->reply);

    db->open = rc >= 0;
    db->lost = rc < 0;
    return plain(rc);
}

/* A begin that failed began nothing, and whatever an end says, it has ended. */
static pgcopy_status transact(pgcopy_job *job, const pgcopy_tx *tx)
{
    struct connection *db = job->db;
    pgcopy_status      rc = db->backend->transaction(db->conn, tx, job->with->reply);

    if (tx->verb == PGCOPY_VERB_BEGIN)
        db->in_tx = rc >= 0;
    else if (tx->verb == PGCOPY_VERB_COMMIT || tx->verb == PGCOPY_VERB_ROLLBACK)
        db->in_tx = false; /* a commit that failed has rolled back */
    return plain(rc);
}

static pgcopy_status call_begin(pgcopy_job *job)
{
    return transact(job, job->with->running);
}

static pgcopy_status call_transaction(pgcopy_job *job)
{
    return transact(job, job->with->tx);
}

/* The session's own commit: only an implicit transaction ends with its COPY. */
static pgcopy_status call_commit(pgcopy_job *job)
{
    static const pgcopy_tx tx = {
        .size = sizeof tx, .verb = PGCOPY_VERB_COMMIT, .implicit = true};

    return transact(job, &tx);
}

static pgcopy_status call_cancel(pgcopy_job *job)
{
    job->db->backend->cancel(job->db->conn);
    return PGCOPY_OK;
}

/* ---- Statements --------------------------------------------------------------------- */

/* Columns of the table are taken out of the reply, so that the result's are not mixed in. */
static pgcopy_status call_relation(pgcopy_job *job)
{
    struct connection *db = job->db;
    pgcopy_status      rc = db->backend->relation(db->conn, job->with->stmt->schema,
                                                  job->with->stmt->table, job->with->reply);

    job->with->relation = reply_take_columns(job->with->reply);
    return plain(rc);
}

static pgcopy_status unsupported_option(pgcopy_job *job, const char *option)
{
    return pgcopy_reply_error(job->with->reply, "0A000",
                              "COPY FROM with %s is not supported by this database", option);
}

/* PostgreSQL's own refusals come first, then what this backend cannot do. */
static pgcopy_status call_check(pgcopy_job *job)
{
    const pgcopy_stmt *stmt  = job->with->stmt;
    unsigned           flags = job->db->backend->flags;
    pgcopy_status      rc;

    job->with->target = pgcopy_columns_new(&job->with->reply->allocator);
    if (!job->with->target)
        return PGCOPY_ERR_NOMEM;
    rc = pgcopy_copy_check(stmt, job->with->relation, job->with->running, job->with->target,
                           pgcopy_reply_failure(job->with->reply));
    if (rc != PGCOPY_OK || stmt->verb != PGCOPY_VERB_COPY_FROM)
        return rc;
    if (stmt->where && !(flags & PGCOPY_BACKEND_WHERE))
        return unsupported_option(job, "WHERE");
    if (stmt->format->default_string && !(flags & PGCOPY_BACKEND_DEFAULTS))
        return unsupported_option(job, "DEFAULT");
    return PGCOPY_OK;
}

/* The columns that are copied, NULL: not known. */
static const pgcopy_columns *target(const pgcopy_job *job)
{
    return job->with->relation ? job->with->target : NULL;
}

/* Of expressions every database makes up its own. */
static pgcopy_status name_columns(pgcopy_job *job)
{
    pgcopy_reply *r = job->with->reply;

    return names_give(job->with->stmt, &r->allocator, &r->columns);
}

static pgcopy_status call_describe(pgcopy_job *job)
{
    pgcopy_status rc =
        job->db->backend->describe(job->db->conn, job->with->stmt, job->with->reply);

    return rc < 0 ? rc : name_columns(job);
}

/* COPY TO without columns would end as an empty COPY: better to say that nothing was copied. */
static pgcopy_status call_execute(pgcopy_job *job)
{
    struct connection *db     = job->db;
    void              *handle = NULL;
    pgcopy_status      rc     = db->backend->execute(db->conn, job->with->stmt, target(job),
                                                     job->with->params, &handle, job->with->reply);

    job->with->cursor->handle = handle;
    job->with->cursor->open   = rc >= 0 && job->with->reply->columns;
    if (rc >= 0 && !job->with->cursor->open && job->with->stmt->verb == PGCOPY_VERB_COPY_TO)
        return pgcopy_reply_error(job->with->reply, "0A000",
                                  "COPY of a statement that gives no rows");
    if (rc >= 0)
        rc = name_columns(job);
    if (rc < 0)
        finish(db, job->with->cursor);
    return plain(rc);
}

/* finish needs no hand-over of its own where the rows end. */
static pgcopy_status call_fetch(pgcopy_job *job)
{
    struct connection *db = job->db;
    struct cursor     *c  = job->with->cursor;
    pgcopy_status      rc = PGCOPY_ERR_UNSUPPORTED;

    if (db->backend->fetch)
        rc = db->backend->fetch(db->conn, c->handle, job->with->fetched, job->with->reply);
    c->ended = rc == PGCOPY_END;
    c->count = pgcopy_reply_count(job->with->reply);
    if (rc < 0 || c->ended)
        finish(db, c);
    return plain(rc);
}

static pgcopy_status call_finish(pgcopy_job *job)
{
    finish(job->db, job->with->cursor);
    return PGCOPY_OK;
}

/* ---- COPY FROM ---------------------------------------------------------------------- */

static pgcopy_status call_load_begin(pgcopy_job *job)
{
    struct connection *db = job->db;
    pgcopy_status      rc =
        db->backend->load_begin(db->conn, job->with->stmt, target(job), job->with->reply);

    db->loading = rc >= 0;
    return plain(rc);
}

static pgcopy_status call_load_rows(pgcopy_job *job)
{
    struct connection *db = job->db;

    return plain(
        db->backend->load_rows(db->conn, job->with->rows, job->with->first, job->with->reply));
}

/* The count is put aside: the commit behind it may fill the reply. */
static pgcopy_status call_load_keep(pgcopy_job *job)
{
    pgcopy_status rc = end_load(job, true);

    job->with->count = pgcopy_reply_count(job->with->reply);
    return rc;
}

static pgcopy_status call_load_drop(pgcopy_job *job)
{
    return end_load(job, false);
}

/* ---- All of them -------------------------------------------------------------------- */

static pgcopy_status (*const table[])(pgcopy_job *job) = {
    [CALL_CLOSE] = call_close,           [CALL_OPEN] = call_open,
    [CALL_BEGIN] = call_begin,           [CALL_TRANSACTION] = call_transaction,
    [CALL_RELATION] = call_relation,     [CALL_CHECK] = call_check,
    [CALL_DESCRIBE] = call_describe,     [CALL_EXECUTE] = call_execute,
    [CALL_FETCH] = call_fetch,           [CALL_FINISH] = call_finish,
    [CALL_LOAD_BEGIN] = call_load_begin, [CALL_LOAD_ROWS] = call_load_rows,
    [CALL_LOAD_KEEP] = call_load_keep,   [CALL_LOAD_DROP] = call_load_drop,
    [CALL_COMMIT] = call_commit,         [CALL_CANCEL] = call_cancel,
};

/* A backend counts from the start of the statement that it knows; what is said of a COPY counts
   from the start of its string, as the check's own errors do. */
static void place_in_string(const struct job_data *with, enum call call)
{
    pgcopy_error *err = pgcopy_reply_failure(with->reply);

    if (call != CALL_CHECK && err->position && with->stmt && with->stmt->format)
        err->position += with->stmt->offset;
}

/* A loss is noted wherever it shows, also where nobody is told. */
pgcopy_status job_call(pgcopy_job *job, enum call call)
{
    pgcopy_status rc = table[call](job);

    if (rc == PGCOPY_ERR_LOST)
        job->db->lost = true;
    if (rc == PGCOPY_ERR_SQL && job->with && job->with->reply)
        place_in_string(job->with, call);
    return rc;
}
