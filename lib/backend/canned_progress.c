/*
 * backend/canned_progress.c - pg_stat_progress_copy, as far as it is known outside of a
 * database.
 *
 *   pid | datid | datname | relid | command   | type | bytes_processed | ...
 *   17  | 0     | sales   | 0     | COPY FROM | PIPE | 65536           | ...
 */
#include "backend/canned.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct canned_column progress_columns[] = {
    {"pid", PGCOPY_OID_INT4},
    {"datid", PGCOPY_OID_OID},
    {"datname", PGCOPY_OID_NAME},
    {"relid", PGCOPY_OID_OID},
    {"command", PGCOPY_OID_TEXT},
    {"type", PGCOPY_OID_TEXT},
    {"bytes_processed", PGCOPY_OID_INT8},
    {"bytes_total", PGCOPY_OID_INT8},
    {"tuples_processed", PGCOPY_OID_INT8},
    {"tuples_excluded", PGCOPY_OID_INT8},
    {"tuples_skipped", PGCOPY_OID_INT8},
    {NULL, 0},
};

static pgcopy_status progress_rows(const pgcopy_canned_opts *opts, pgcopy_batch *rows)
{
    return opts->progress(opts->ctx, rows);
}

static bool has_progress(const pgcopy_canned_opts *opts)
{
    return opts->progress != NULL;
}

const struct canned_answer canned_progress = {
    {"pg_stat_progress_copy", progress_columns}, has_progress, progress_rows};

static void put_number(pgcopy_batch *rows, uint64_t n)
{
    char text[24];
    int  len = snprintf(text, sizeof text, "%" PRIu64, n);

    (void)pgcopy_batch_put(rows, text, (size_t)len);
}

static void put_text(pgcopy_batch *rows, const char *text)
{
    (void)pgcopy_batch_put(rows, text, text ? strlen(text) : PGCOPY_NULL);
}

/* Over the protocol all is a PIPE, and how much will come is not known.  There are no OIDs. */
pgcopy_status pgcopy_canned_progress(pgcopy_batch *rows, int32_t pid, const char *database,
                                     const pgcopy_progress *progress)
{
    pgcopy_status rc;

    put_number(rows, (uint32_t)pid);
    put_number(rows, 0);
    put_text(rows, database);
    put_number(rows, 0);
    put_text(rows, progress->verb == PGCOPY_VERB_COPY_FROM ? "COPY FROM" : "COPY TO");
    put_text(rows, "PIPE");
    put_number(rows, progress->bytes);
    put_number(rows, 0);
    put_number(rows, progress->rows);
    put_number(rows, 0);
    put_number(rows, progress->skipped);
    rc = pgcopy_batch_end_row(rows);
    return rc < 0 ? rc : PGCOPY_OK;
}
