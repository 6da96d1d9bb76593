/*
 * copy/in.c - COPY FROM: what the client sends, up to CopyDone or CopyFail.
 *
 *   CopyData --> decoder --> rows.c --> the caller's batch --> FULL, END: to be loaded
 *                   '----------'-- an error: E is written, all that follows is swallowed
 */
#include "copy/copy.h"

#include "codec/decoder.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static bool is_loading(const pgcopy_copy *copy)
{
    return copy->progress.state == PGCOPY_COPY_STREAMING && copy->decoder && !copy->done;
}

static bool is_binary(const pgcopy_copy *copy)
{
    return copy->format.kind == PGCOPY_FORMAT_BINARY;
}

/* Behind an error, what still comes of the COPY is ignored (protocol 54.2.6). */
static pgcopy_status swallow(pgcopy_slice *in)
{
    if (in->len) /* C has no NULL + 0 */
        *in = (pgcopy_slice){in->data + in->len, 0};
    return PGCOPY_AGAIN;
}

/* ---- Rows --------------------------------------------------------------------------- */

/* AGAIN: ON_ERROR ignore took the row out, the decoder goes on behind it. */
static pgcopy_status decoder_failed(pgcopy_copy *copy, pgcopy_status why, pgcopy_batch *batch,
                                    pgcopy_buf *out)
{
    pgcopy_status rc = PGCOPY_OK;

    if (is_binary(copy) || decoder_row_is_short(copy->decoder))
        rc = rows_judge_short(copy, batch, out);
    if (rc == PGCOPY_AGAIN)
        decoder_skip_row(copy->decoder, batch);
    if (rc != PGCOPY_OK)
        return rc;
    copy->error = *pgcopy_decoder_error(copy->decoder);
    return copy_failed(copy, why == PGCOPY_ERR_DATA ? PGCOPY_ERR_SQL : why, out);
}

/* Progress is set before anything can fail, for CONTEXT is made from it. */
static pgcopy_status decode(pgcopy_copy *copy, pgcopy_slice *in, pgcopy_batch *batch)
{
    size_t        had = in ? in->len : 0;
    pgcopy_status rc;

    rc = in ? pgcopy_decode(copy->decoder, in, batch) : pgcopy_decode_end(copy->decoder, batch);
    copy->progress.bytes += in ? had - in->len : 0;
    copy->progress.line = pgcopy_decoder_line(copy->decoder);
    return rc;
}

/* One stretch of rows; in NULL: the input is over.  OK: nothing came of it, go on. */
static pgcopy_status decode_and_judge(pgcopy_copy *copy, pgcopy_slice *in, pgcopy_batch *batch,
                                      pgcopy_buf *out)
{
    const pgcopy_view *v     = pgcopy_batch_view(batch);
    size_t             first = v->nrows;
    pgcopy_status      rc    = decode(copy, in, batch), judged;

    if (rc == PGCOPY_ERR_USAGE)
        return rc;
    if (v->nrows > first)
        copy->judged = 0;
    judged = rows_judge(copy, batch, first, out);
    if (judged == PGCOPY_OK && rc == PGCOPY_AGAIN && is_binary(copy))
        judged = rows_judge_short(copy, batch, out);
    if (judged < 0)
        return judged;
    if (rc < 0) {
        rc = decoder_failed(copy, rc, batch, out);
        return rc == PGCOPY_AGAIN ? PGCOPY_OK : rc;
    }
    if (rc == PGCOPY_FULL && !v->nrows) { /* ON_ERROR ignore took them all out */
        pgcopy_batch_clear(batch);
        return PGCOPY_OK;
    }
    return rc;
}

/* Up to a full batch, the end, or the end of what came. */
static pgcopy_status feed(pgcopy_copy *copy, pgcopy_slice *in, pgcopy_batch *batch,
                          pgcopy_buf *out)
{
    pgcopy_status rc;

    do
        rc = decode_and_judge(copy, in, batch, out);
    while (rc == PGCOPY_OK);
    return rc;
}

/* ---- A relation that is refused behind the header of binary data -------------------- */

/* The decoder gets no byte behind the header, so no row can be bad before the relation is. */
static pgcopy_status feed_late(pgcopy_copy *copy, pgcopy_slice *in, pgcopy_batch *batch,
                               pgcopy_buf *out)
{
    size_t        left = COPY_HEADER_LEN - (size_t)copy->progress.bytes;
    pgcopy_slice  head = {in->data, in->len < left ? in->len : left};
    size_t        had  = head.len;
    pgcopy_status rc   = decode(copy, &head, batch);

    *in = (pgcopy_slice){in->data + (had - head.len), in->len - (had - head.len)};
    if (rc == PGCOPY_ERR_USAGE)
        return rc;
    if (rc < 0)
        return decoder_failed(copy, rc, batch, out);
    if (copy->progress.bytes < COPY_HEADER_LEN)
        return PGCOPY_AGAIN;
    return copy_refused_late(copy, out);
}

/* ---- CopyData ----------------------------------------------------------------------- */

/* Behind \. anything may follow up to CopyDone; behind the trailer of binary data, nothing. */
static pgcopy_status behind_end(pgcopy_copy *copy, pgcopy_slice *in, pgcopy_buf *out)
{
    copy->ended = true;
    if (in->len && is_binary(copy)) {
        pgcopy_error_text(&copy->error, "22P04", "received copy data after EOF marker");
        context_reading(copy, &copy->error);
        return copy_failed(copy, PGCOPY_ERR_SQL, out);
    }
    copy->progress.bytes += in->len;
    return swallow(in);
}

pgcopy_status pgcopy_copy_data(pgcopy_copy *copy, pgcopy_slice *in, pgcopy_batch *batch,
                               pgcopy_buf *out)
{
    pgcopy_status rc = PGCOPY_END;

    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return swallow(in);
    if (!is_loading(copy))
        return PGCOPY_ERR_USAGE;
    if (copy->late)
        return feed_late(copy, in, batch, out);
    if (!copy->ended)
        rc = feed(copy, in, batch, out);
    return rc == PGCOPY_END ? behind_end(copy, in, out) : rc;
}

/* ---- CopyDone ----------------------------------------------------------------------- */

/* CopyDone inside of the header is an error of the header. */
static pgcopy_status done_late(pgcopy_copy *copy, pgcopy_batch *batch, pgcopy_buf *out)
{
    pgcopy_status rc = decode(copy, NULL, batch);

    if (rc == PGCOPY_ERR_USAGE)
        return rc;
    return rc < 0 ? decoder_failed(copy, rc, batch, out) : copy_refused_late(copy, out);
}

/* The last row may lack its line end, so it is judged here, and a cancel looks at it too; else
   the cancel is seen when the rows are flushed (CopyMultiInsertInfoFlush), with no text. */
pgcopy_status pgcopy_copy_done(pgcopy_copy *copy, pgcopy_batch *batch, pgcopy_buf *out)
{
    pgcopy_status rc = PGCOPY_END;

    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return PGCOPY_AGAIN;
    if (copy->progress.state == PGCOPY_COPY_STREAMING && copy->done)
        return PGCOPY_END;
    if (!is_loading(copy))
        return PGCOPY_ERR_USAGE;
    if (copy->late)
        return done_late(copy, batch, out);
    if (!copy->ended)
        rc = feed(copy, NULL, batch, out);
    if (rc == PGCOPY_END && copy->interrupt)
        return copy_abort(copy, copy->interrupt, out);
    copy->done = rc == PGCOPY_END;
    return rc;
}

/* ---- CopyFail ----------------------------------------------------------------------- */

/* What lies behind the NUL is not looked at (CopyGetData). */
static void word_copy_fail(pgcopy_error *err, pgcopy_slice body)
{
    const char *text;

    if (!pgcopy_take_str(&body, &text)) {
        pgcopy_error_text(err, "08P01", "invalid string in message");
        return;
    }
    if (utf8_judge(text, strlen(text), err) == PGCOPY_OK)
        pgcopy_error_set(err, "57014", "COPY from stdin failed: %s", text);
}

pgcopy_status pgcopy_copy_fail(pgcopy_copy *copy, pgcopy_slice body, pgcopy_buf *out)
{
    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return PGCOPY_AGAIN;
    if (!is_loading(copy))
        return PGCOPY_ERR_USAGE;
    word_copy_fail(&copy->error, body);
    context_reading(copy, &copy->error);
    return copy_failed(copy, PGCOPY_ERR_SQL, out);
}

void copy_interrupt(pgcopy_copy *copy, const pgcopy_error *err)
{
    copy->interrupt = err;
}

/* ---- Any message -------------------------------------------------------------------- */

/* The error of the COPY, then that no one knows where the next message begins. */
static pgcopy_status lose_sync(pgcopy_copy *copy, pgcopy_buf *out)
{
    pgcopy_error fatal;

    context_reading(copy, &copy->error);
    copy_failed(copy, PGCOPY_ERR_PROTOCOL, out);
    pgcopy_error_text(&fatal, "08P01",
                      "terminating connection because protocol synchronization was lost");
    fatal.severity = PGCOPY_SEVERITY_FATAL;
    pgcopy_write_error(out, &fatal);
    return PGCOPY_ERR_PROTOCOL;
}

pgcopy_status copy_broken(pgcopy_copy *copy, pgcopy_buf *out)
{
    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return PGCOPY_ERR_PROTOCOL;
    if (!is_loading(copy))
        return PGCOPY_ERR_USAGE;
    pgcopy_error_text(&copy->error, "08006",
                      "unexpected EOF on client connection with an open transaction");
    return lose_sync(copy, out);
}

/* The message was for another state of the session, so all that follows is suspect. */
static pgcopy_status abused(pgcopy_copy *copy, int type, pgcopy_buf *out)
{
    pgcopy_error_set(&copy->error, "08P01",
                     "unexpected message type 0x%02X during COPY from stdin",
                     (unsigned)type & 0xFF);
    return lose_sync(copy, out);
}

/* A client that pipelines sends Flush and Sync before it knows of CopyInResponse; they count
   for nothing (protocol 54.2.6). */
pgcopy_status pgcopy_copy_message(pgcopy_copy *copy, int type, pgcopy_slice *body,
                                  pgcopy_batch *batch, pgcopy_buf *out)
{
    pgcopy_slice whole = *body;

    if (copy->progress.state == PGCOPY_COPY_FAILED)
        return swallow(body);
    if (type == PGCOPY_MSG_COPY_DATA)
        return pgcopy_copy_data(copy, body, batch, out);
    if (copy->progress.state != PGCOPY_COPY_STREAMING || !copy->decoder)
        return PGCOPY_ERR_USAGE;
    (void)swallow(body);
    switch (type) {
    case PGCOPY_MSG_COPY_DONE:
        return pgcopy_copy_done(copy, batch, out);
    case PGCOPY_MSG_COPY_FAIL:
        return pgcopy_copy_fail(copy, whole, out);
    case PGCOPY_MSG_FLUSH:
    case PGCOPY_MSG_SYNC:
        return PGCOPY_AGAIN;
    default:
        return copy->done ? PGCOPY_ERR_USAGE : abused(copy, type, out);
    }
}
