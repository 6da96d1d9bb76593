/*
 * copy/refused.c - rows that are refused: skipped with a notice, or the COPY's end.
 *
 *   by a check (ON_ERROR)                --.-> ignore: skipped + 1, failed over REJECT_LIMIT
 *   by the database (ON_DATABASE_ERROR)  --'-> stop: CONTEXT, DETAIL, failed
 */
#include "copy/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- A row less --------------------------------------------------------------------- */

/* relname_only: the notice itself says the line. */
static void notice(const pgcopy_copy *copy, const char *text, pgcopy_buf *out)
{
    pgcopy_error err;

    pgcopy_error_text(&err, "00000", text);
    err.severity = PGCOPY_SEVERITY_NOTICE;
    context_table(copy, &err);
    pgcopy_write_error(out, &err);
}

/* The error says how many, in the place of the one that was too many. */
static pgcopy_status over_limit(pgcopy_copy *copy, const char *sqlstate, pgcopy_buf *out)
{
    pgcopy_error *err = &copy->error;
    char          where[sizeof err->where];

    memcpy(where, err->where, sizeof where);
    pgcopy_error_set(err, sqlstate,
                     "skipped more than REJECT_LIMIT (%" PRIu64 ") rows due to %s",
                     copy->format.reject_limit,
                     copy->refused ? "data type incompatibility or refusal by the database"
                                   : "data type incompatibility");
    memcpy(err->where, where, sizeof where);
    return copy_failed(copy, PGCOPY_ERR_SQL, out);
}

/* sqlstate: of the error, should this one be too many. */
static pgcopy_status skip(pgcopy_copy *copy, const char *text, const char *sqlstate,
                          pgcopy_buf *out)
{
    copy->progress.skipped++;
    if (copy->format.verbosity == PGCOPY_VERBOSITY_VERBOSE)
        notice(copy, text, out);
    if (copy->format.reject_limit && copy->progress.skipped > copy->format.reject_limit)
        return over_limit(copy, sqlstate, out);
    memset(&copy->error, 0, sizeof copy->error);
    return PGCOPY_OK;
}

pgcopy_status copy_skip_row(pgcopy_copy *copy, const char *text, pgcopy_buf *out)
{
    return skip(copy, text, "22P02", out);
}

/* The database's own words are left out: they may hold values. */
pgcopy_status copy_skip_refused(pgcopy_copy *copy, uint64_t line, pgcopy_buf *out)
{
    const pgcopy_error *err = &copy->error;
    const char         *of  = err->constraint[0] ? err->constraint : err->column;
    char                text[256], sqlstate[sizeof err->sqlstate];

    memcpy(sqlstate, err->sqlstate, sizeof sqlstate);
    snprintf(text, sizeof text,
             "skipping row refused by the database at line %" PRIu64 ": %s%s%s%s", line,
             sqlstate,
             !*of                 ? ""
             : err->constraint[0] ? ", constraint \""
                                  : ", column \"",
             of, *of ? "\"" : "");
    copy->refused++;
    return skip(copy, text, sqlstate, out);
}

/* ---- The database's refusal --------------------------------------------------------- */

/* What the database refuses for the row's own sake: data (22) and constraints (23).  ON_ERROR
   is for conversions alone, as in PostgreSQL. */
static bool can_skip(const pgcopy_copy *copy, const pgcopy_batch *batch)
{
    const pgcopy_error *err = &copy->error;

    return copy->format.ignore_refused && batch && err->severity != PGCOPY_SEVERITY_FATAL &&
           err->row && err->row <= pgcopy_batch_view(batch)->nrows &&
           (memcmp(err->sqlstate, "22", 2) == 0 || memcmp(err->sqlstate, "23", 2) == 0);
}

/* Rows are in an index some time after they were read, so PostgreSQL shows no text for what an
   index says (23505, 23P01); foreign keys are looked at when all rows are in, behind CONTEXT.
 */
static void context_refused(pgcopy_copy *copy, const pgcopy_batch *batch)
{
    pgcopy_error *err = &copy->error;
    const char   *s   = err->sqlstate;

    if (!copy->decoder || !batch || !strcmp(s, "23503"))
        return;
    if (!err->row)
        context_table(copy, err);
    else if (!strcmp(s, "23505") || !strcmp(s, "23P01"))
        context_line(copy, err, context_line_of(batch, err->row - 1));
    else
        context_row(copy, err, batch, err->row - 1);
}

/* The client's own row, which the database need not know how to print (ExecConstraints). */
static void detail_refused(pgcopy_copy *copy, const pgcopy_batch *batch)
{
    pgcopy_error *err = &copy->error;
    const char   *s   = err->sqlstate;

    if (copy->nplaces && batch && err->row && !err->detail[0] &&
        (!strcmp(s, "23514") || !strcmp(s, "23502")))
        context_failing_row(copy, err, batch, err->row - 1);
}

/* A batch that was decoded ahead may have failed already: the client has heard that, and one
   ErrorResponse is all it gets. */
pgcopy_status pgcopy_copy_reject(pgcopy_copy *copy, const pgcopy_error *err,
                                 const pgcopy_batch *batch, pgcopy_buf *out)
{
    if (copy->progress.state == PGCOPY_COPY_COMPLETED)
        return PGCOPY_ERR_USAGE;
    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return PGCOPY_ERR_SQL;
    copy->error = *err;
    context_refused(copy, batch);
    detail_refused(copy, batch);
    if (!can_skip(copy, batch))
        return copy_failed(copy, PGCOPY_ERR_SQL, out);
    if (copy->progress.rows)
        copy->progress.rows--; /* it was counted when it was handed over */
    return copy_skip_refused(copy, context_line_of(batch, err->row - 1), out);
}
