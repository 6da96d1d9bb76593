/*
 * copy/out.c - COPY TO: a row, its text and the frame around it are written where they are sent
 * from.
 *
 *   d 00 00 00 00  1\tAnn\n  d ...      the header is a message of its own; of binary data it
 *     ^ put in at the end of the row    rides with the first row, or else with the trailer
 */
#include "copy/copy.h"

#include <string.h>

enum { HEAD = 5, ROW_MAX = 0x3FFFFFFE /* of a StringInfo, in bytes */ };

static bool is_binary(const pgcopy_copy *copy)
{
    return copy->format.kind == PGCOPY_FORMAT_BINARY;
}

/* A message without a body is none. */
static void end_data(pgcopy_copy *copy, size_t begun, pgcopy_buf *out)
{
    size_t len = out->failed ? 0 : out->len - begun - HEAD;

    copy->progress.bytes += len;
    if (len || out->failed)
        pgcopy_write_end(out, begun);
    else
        out->len = begun;
}

/* A character that the client's encoding does not have: the frame goes with the line. */
static pgcopy_status not_encoded(pgcopy_copy *copy, size_t begun, pgcopy_buf *out)
{
    if (out->failed || !pgcopy_encoder_error(copy->encoder)->sqlstate[0])
        return PGCOPY_OK;
    out->len    = begun;
    copy->error = *pgcopy_encoder_error(copy->encoder);
    return copy_failed(copy, PGCOPY_ERR_SQL, out);
}

/* The names of the columns, for HEADER; else nothing is written. */
pgcopy_status out_header(pgcopy_copy *copy, pgcopy_buf *out)
{
    size_t        begun;
    pgcopy_status rc;

    if (is_binary(copy))
        return PGCOPY_OK;
    begun = pgcopy_write_begin(out, PGCOPY_MSG_COPY_DATA);
    pgcopy_encode_header(copy->encoder, out);
    rc = not_encoded(copy, begun, out);
    if (rc == PGCOPY_OK)
        end_data(copy, begun, out);
    return rc;
}

/* CopySendEndOfRow sends what has gathered, and the header of binary data just gathers. */
static void binary_header(pgcopy_copy *copy, pgcopy_buf *out)
{
    if (is_binary(copy) && !copy->begun)
        pgcopy_encode_header(copy->encoder, out);
    copy->begun = true;
}

void out_trailer(pgcopy_copy *copy, pgcopy_buf *out)
{
    size_t begun = pgcopy_write_begin(out, PGCOPY_MSG_COPY_DATA);

    binary_header(copy, out);
    pgcopy_encode_trailer(copy->encoder, out);
    end_data(copy, begun, out);
    pgcopy_write_empty(out, PGCOPY_MSG_COPY_DONE);
}

/* ---- Rows --------------------------------------------------------------------------- */

/* The frame goes, the rows before it stay: a client must never see half a message. */
static pgcopy_status row_too_long(pgcopy_copy *copy, size_t begun, pgcopy_buf *out)
{
    out->len = begun;
    pgcopy_error_set(&copy->error, "54000",
                     "string buffer exceeds maximum allowed length (%d bytes)", ROW_MAX + 1);
    return copy_failed(copy, PGCOPY_ERR_SQL, out);
}

static pgcopy_status write_row(pgcopy_copy *copy, const pgcopy_batch *batch, size_t row,
                               pgcopy_buf *out)
{
    size_t        begun = pgcopy_write_begin(out, PGCOPY_MSG_COPY_DATA);
    pgcopy_status rc;

    binary_header(copy, out);
    pgcopy_encode_row(copy->encoder, batch, row, out);
    rc = not_encoded(copy, begun, out);
    if (rc < 0)
        return rc;
    if (!out->failed && out->len - begun - HEAD > ROW_MAX)
        return row_too_long(copy, begun, out);
    end_data(copy, begun, out);
    if (out->failed)
        return copy_failed_status(copy, PGCOPY_ERR_NOMEM, out);
    copy->progress.rows++;
    return PGCOPY_OK;
}

/* A value that is not of its column's type (SQLite lets it be so, and has wider integers) goes
   out as the database has it: an export must not lose what no import would take. */
static pgcopy_status make_canonical(pgcopy_copy *copy, pgcopy_batch *batch)
{
    size_t        row = 0;
    pgcopy_error  ignored;
    pgcopy_status rc;

    while ((rc = pgcopy_types_check(copy->columns, batch, &row, &ignored)) == PGCOPY_ERR_SQL)
        row++;
    return rc;
}

/* *ready: so many rows, from the first, may be sent.  A value without a binary form has none.
 */
static pgcopy_status make_ready(pgcopy_copy *copy, pgcopy_batch *batch, size_t *ready)
{
    pgcopy_status rc;

    *ready = pgcopy_batch_view(batch)->nrows;
    if (!copy->columns)
        return PGCOPY_OK;
    rc     = make_canonical(copy, batch);
    *ready = 0;
    if (rc < 0)
        return rc;
    if (!is_binary(copy))
        return pgcopy_types_print_in(copy->columns, batch, ready, copy->datestyle,
                                     copy->when.zone);
    return pgcopy_types_to_binary(copy->columns, batch, ready, &copy->error);
}

/* An error in the middle comes behind the rows before it, as it does when PostgreSQL's executor
   fails under COPY TO. */
pgcopy_status pgcopy_copy_rows(pgcopy_copy *copy, pgcopy_batch *batch, pgcopy_buf *out)
{
    size_t        ready = 0;
    pgcopy_status rc, sent = PGCOPY_OK;

    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return PGCOPY_AGAIN;
    if (copy->progress.state != PGCOPY_COPY_STREAMING || !copy->encoder)
        return PGCOPY_ERR_USAGE;
    rc = make_ready(copy, batch, &ready);
    for (size_t row = 0; row < ready && sent == PGCOPY_OK; row++)
        sent = write_row(copy, batch, row, out);
    if (sent < 0)
        return sent;
    if (rc == PGCOPY_ERR_SQL) {
        copy->error.column[0] = '\0'; /* PostgreSQL names columns for constraints only */
        return copy_failed(copy, rc, out);
    }
    return rc < 0 ? copy_failed_status(copy, rc, out) : PGCOPY_OK;
}
