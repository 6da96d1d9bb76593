/*
 * copy/copy.c - a COPY from its statement to its end, and its only ways to fail.
 *
 *   new -> resolve (check, codec) -> begin (G or H) -> in.c | out.c -> finish (notice, C)
 *                 '------------------- E, once -----------------'
 */
#include "copy/copy.h"

#include <inttypes.h>
#include <string.h>

static void copy_text(char *dst, size_t cap, const char *text)
{
    dst[0] = '\0';
    if (text)
        text_add(dst, cap, text, strlen(text));
}

/* ---- A COPY ------------------------------------------------------------------------- */

/* ENCODING wins over client_encoding (ProcessCopyOptions: file_encoding).  The other strings of
   the format are the statement's, which outlives the COPY. */
static void set_format(pgcopy_copy *copy, const char *client_encoding)
{
    copy->format = *copy->stmt->format;
    if (copy->format.encoding || !client_encoding)
        return;
    copy_text(copy->encoding, sizeof copy->encoding, client_encoding);
    copy->format.encoding = copy->encoding;
}

/* One who was compiled before there was a DateStyle or a zone lacks it. */
static void set_opts(pgcopy_copy *copy, const pgcopy_copy_opts *opts)
{
    pgcopy_copy_opts all = {0};

    if (opts)
        memcpy(&all, opts, opts->size && opts->size < sizeof all ? opts->size : sizeof all);
    copy->max_row   = all.max_row;
    copy->datestyle = all.datestyle;
    copy->when      = all.when;
    set_format(copy, all.client_encoding);
}

pgcopy_copy *pgcopy_copy_new(const pgcopy_stmt *stmt, const pgcopy_copy_opts *opts)
{
    pgcopy_allocator a = mem_allocator(opts ? opts->allocator : NULL);
    pgcopy_copy     *copy;

    if (stmt->verb != PGCOPY_VERB_COPY_FROM && stmt->verb != PGCOPY_VERB_COPY_TO)
        return NULL;
    copy = mem_new(&a, sizeof *copy);
    if (!copy)
        return NULL;
    copy->allocator       = a;
    copy->stmt            = stmt;
    copy->progress.serial = 1;
    copy->progress.verb   = stmt->verb;
    copy_text(copy->progress.schema, sizeof copy->progress.schema, stmt->schema);
    copy_text(copy->progress.table, sizeof copy->progress.table, stmt->table);
    set_opts(copy, opts);
    return copy;
}

void pgcopy_copy_free(pgcopy_copy *copy)
{
    pgcopy_allocator a;

    if (!copy)
        return;
    a = copy->allocator;
    pgcopy_batch_free(copy->part);
    pgcopy_decoder_free(copy->decoder);
    pgcopy_encoder_free(copy->encoder);
    pgcopy_columns_free(copy->relation);
    pgcopy_columns_free(copy->columns);
    mem_free(&a, copy->places, copy->nplaces * sizeof *copy->places);
    mem_free(&a, copy, sizeof *copy);
}

void copy_set_serial(pgcopy_copy *copy, uint64_t serial)
{
    copy->progress.serial = serial;
}

void copy_set_activity(pgcopy_copy *copy)
{
    copy->freeze = FREEZE_ACTIVITY;
}

const pgcopy_columns *pgcopy_copy_columns(const pgcopy_copy *copy)
{
    return copy->columns;
}

const pgcopy_progress *pgcopy_copy_progress(const pgcopy_copy *copy)
{
    return &copy->progress;
}

const pgcopy_error *pgcopy_copy_error(const pgcopy_copy *copy)
{
    return &copy->error;
}

/* ---- Failing ------------------------------------------------------------------------ */

/* The one place where a COPY becomes FAILED, so that no error is written twice.  A database may
   call its refusal what it likes: to the client it is an ERROR, unless it ends the session. */
pgcopy_status copy_failed(pgcopy_copy *copy, pgcopy_status rc, pgcopy_buf *out)
{
    if (copy->error.severity > PGCOPY_SEVERITY_FATAL)
        copy->error.severity = PGCOPY_SEVERITY_ERROR;
    if (!copy->error.sqlstate[0])
        copy_text(copy->error.sqlstate, sizeof copy->error.sqlstate, "XX000");
    copy_text(copy->progress.sqlstate, sizeof copy->progress.sqlstate, copy->error.sqlstate);
    copy->progress.state = PGCOPY_COPY_FAILED;
    copy->interrupt      = NULL;
    pgcopy_write_error(out, &copy->error);
    return rc;
}

/* Memory may be short for the message as well: then out->failed says so. */
pgcopy_status copy_failed_status(pgcopy_copy *copy, pgcopy_status rc, pgcopy_buf *out)
{
    if (rc == PGCOPY_ERR_USAGE)
        return rc;
    if (rc == PGCOPY_ERR_NOMEM)
        pgcopy_error_set(&copy->error, "53200", "out of memory");
    else if (rc == PGCOPY_ERR_LIMIT)
        pgcopy_error_set(&copy->error, "54000", "a row of COPY data is too large");
    else
        pgcopy_error_text(&copy->error, "XX000", pgcopy_strerror(rc));
    context_reading(copy, &copy->error);
    return copy_failed(copy, rc, out);
}

void copy_forget_error(pgcopy_copy *copy)
{
    if (copy->progress.state != PGCOPY_COPY_FAILED)
        return;
    memset(&copy->error, 0, sizeof copy->error);
    copy->progress.sqlstate[0] = '\0';
    copy->progress.state       = PGCOPY_COPY_STREAMING;
}

pgcopy_status copy_abort(pgcopy_copy *copy, const pgcopy_error *err, pgcopy_buf *out)
{
    if (copy->progress.state == PGCOPY_COPY_COMPLETED)
        return PGCOPY_ERR_USAGE;
    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return PGCOPY_ERR_SQL;
    copy->error = *err;
    context_reading(copy, &copy->error);
    return copy_failed(copy, PGCOPY_ERR_SQL, out);
}

/* ---- Before the first row ----------------------------------------------------------- */

/* The relation is borrowed for resolve() only, its types are in `columns` already. */
static pgcopy_status keep_columns(pgcopy_copy *copy, const pgcopy_columns *relation)
{
    const pgcopy_column *from;
    pgcopy_column       *to;

    copy->relation = pgcopy_columns_new(&copy->allocator);
    if (!copy->relation)
        return PGCOPY_ERR_NOMEM;
    pgcopy_columns_set_relation(copy->relation, pgcopy_columns_relation(relation));
    for (size_t i = 0; (from = pgcopy_columns_at(relation, i)); i++) {
        to = pgcopy_columns_add(copy->relation, from->name, from->type);
        if (!to)
            return PGCOPY_ERR_NOMEM;
        to->not_null    = from->not_null;
        to->has_default = from->has_default;
        to->generated   = from->generated;
    }
    return PGCOPY_OK;
}

/* What NOT NULL and its DETAIL need: the whole row in the relation's order. */
static pgcopy_status keep_relation(pgcopy_copy *copy, const pgcopy_columns *relation)
{
    size_t        n  = pgcopy_columns_count(relation), at;
    pgcopy_status rc = keep_columns(copy, relation);

    if (rc < 0 || !n)
        return rc;
    copy->places = mem_new(&copy->allocator, n * sizeof *copy->places);
    if (!copy->places)
        return PGCOPY_ERR_NOMEM;
    copy->nplaces = n;
    for (size_t i = 0; i < n; i++) {
        at = check_column_named(copy->columns, pgcopy_columns_at(relation, i)->name);
        copy->places[i] =
            at < pgcopy_columns_count(copy->columns) ? (uint32_t)at : COPY_NO_PLACE;
    }
    return PGCOPY_OK;
}

/* Without a relation and without a list nothing is known of the columns, not that there are
   none: the first row will tell. */
static pgcopy_status check_and_keep(pgcopy_copy *copy, const pgcopy_columns *relation,
                                    const pgcopy_tx *tx)
{
    pgcopy_status rc;

    copy->freeze  = tx && tx->implicit ? FREEZE_NOT_NEW : FREEZE_TAKEN;
    copy->columns = pgcopy_columns_new(&copy->allocator);
    if (!copy->columns)
        return PGCOPY_ERR_NOMEM;
    if (copy->stmt->verb == PGCOPY_VERB_COPY_FROM) {
        pgcopy_columns_set_date_order(copy->columns, copy->datestyle.order);
        pgcopy_columns_set_when(copy->columns, &copy->when);
    }
    rc = pgcopy_copy_check(copy->stmt, relation, tx, copy->columns, &copy->error);
    if (rc >= 0 && relation && copy->stmt->verb == PGCOPY_VERB_COPY_FROM)
        rc = keep_relation(copy, relation);
    if (rc >= 0 && !relation && !copy->stmt->columns) {
        pgcopy_columns_free(copy->columns);
        copy->columns = NULL;
    }
    return rc;
}

/* Behind all other checks: that is where PostgreSQL looks for the conversion of the encoding.
 */
static pgcopy_status make_codec(pgcopy_copy *copy)
{
    pgcopy_decoder_opts opts = {.size      = sizeof opts,
                                .table     = copy->stmt->table,
                                .max_row   = copy->max_row,
                                .allocator = &copy->allocator};

    memset(&copy->error, 0, sizeof copy->error);
    if (copy->stmt->verb == PGCOPY_VERB_COPY_FROM)
        copy->decoder = pgcopy_decoder_new(&copy->format, copy->columns, &opts, &copy->error);
    else
        copy->encoder =
            pgcopy_encoder_new(&copy->format, copy->columns, &copy->allocator, &copy->error);
    if (copy->decoder || copy->encoder)
        return PGCOPY_OK;
    return strcmp(copy->error.sqlstate, "53200") == 0 ? PGCOPY_ERR_NOMEM : PGCOPY_ERR_SQL;
}

pgcopy_status pgcopy_copy_resolve(pgcopy_copy *copy, const pgcopy_columns *relation,
                                  const pgcopy_tx *tx, pgcopy_buf *out)
{
    pgcopy_status rc;

    if (copy->progress.state != PGCOPY_COPY_INITIATED || copy->resolved)
        return PGCOPY_ERR_USAGE;
    rc = check_and_keep(copy, relation, tx);
    if (rc >= 0)
        rc = make_codec(copy);
    if (rc == PGCOPY_ERR_SQL)
        return copy_failed(copy, rc, out);
    if (rc < 0)
        return copy_failed_status(copy, rc, out);
    copy->resolved = true;
    return PGCOPY_OK;
}

/* For lack of memory a message may be missing: then the client must not be waited for. */
static pgcopy_status written(pgcopy_copy *copy, pgcopy_buf *out)
{
    return out->failed ? copy_failed_status(copy, PGCOPY_ERR_NOMEM, out) : PGCOPY_OK;
}

/* PostgreSQL reads the header of binary data (BeginCopyFrom) before it looks at the kind of
   relation (CopyFrom), but both after CopyInResponse. */
static pgcopy_status begin_in(pgcopy_copy *copy, size_t ncols, pgcopy_buf *out)
{
    bool binary = copy->format.kind == PGCOPY_FORMAT_BINARY;

    pgcopy_write_copy_in(out, binary, ncols);
    copy->late = check_late(copy->stmt, copy->relation, copy->freeze, NULL) < 0;
    return copy->late && !binary ? copy_refused_late(copy, out) : written(copy, out);
}

pgcopy_status pgcopy_copy_begin(pgcopy_copy *copy, pgcopy_buf *out)
{
    size_t        ncols = copy->columns ? pgcopy_columns_count(copy->columns) : 0;
    pgcopy_status rc;

    if (copy->progress.state != PGCOPY_COPY_INITIATED || !copy->resolved)
        return PGCOPY_ERR_USAGE;
    copy->progress.state = PGCOPY_COPY_STREAMING;
    if (copy->decoder) {
        copy->progress.line = pgcopy_decoder_line(copy->decoder);
        return begin_in(copy, ncols, out);
    }
    pgcopy_write_copy_out(out, copy->format.kind == PGCOPY_FORMAT_BINARY, ncols);
    rc = out_header(copy, out);
    return rc < 0 ? rc : written(copy, out);
}

pgcopy_status copy_refused_late(pgcopy_copy *copy, pgcopy_buf *out)
{
    pgcopy_status rc = check_late(copy->stmt, copy->relation, copy->freeze, &copy->error);

    return copy_failed(copy, rc, out);
}

/* ---- The end ------------------------------------------------------------------------ */

/* Without CONTEXT: PostgreSQL says it when the last row is long in (CopyFrom). */
static void say_count(uint64_t n, const char *why, pgcopy_buf *out)
{
    pgcopy_error err;

    if (!n)
        return;
    pgcopy_error_set(&err, "00000", "%" PRIu64 " %s skipped due to %s", n,
                     n == 1 ? "row was" : "rows were", why);
    err.severity = PGCOPY_SEVERITY_NOTICE;
    pgcopy_write_error(out, &err);
}

static void say_skipped(const pgcopy_copy *copy, pgcopy_buf *out)
{
    if (copy->format.verbosity == PGCOPY_VERBOSITY_SILENT)
        return;
    say_count(copy->progress.skipped - copy->refused, "data type incompatibility", out);
    say_count(copy->refused, "refusal by the database", out);
}

/* Protocol 54.2.6: CommandComplete closes a COPY in either direction. */
pgcopy_status pgcopy_copy_finish(pgcopy_copy *copy, uint64_t count, pgcopy_buf *out)
{
    if (copy->progress.state != PGCOPY_COPY_STREAMING || (copy->decoder && !copy->done))
        return PGCOPY_ERR_USAGE;
    if (copy->encoder)
        out_trailer(copy, out);
    say_skipped(copy, out);
    pgcopy_write_complete(out, "COPY", count == PGCOPY_NO_COUNT ? copy->progress.rows : count);
    copy->progress.state = PGCOPY_COPY_COMPLETED;
    return out->failed ? PGCOPY_ERR_NOMEM : PGCOPY_OK;
}
