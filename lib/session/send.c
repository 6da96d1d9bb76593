/*
 * session/send.c - bytes for the client: what is written, what is shown, what is acked.
 *
 *   messages --> out --(swap, when shown is empty)--> shown --> send_buf ... send_ack
 *
 * Shown bytes neither move nor change.  They are shown up to the last flush mark, or all of
 * them once 8 KiB wait: then PostgreSQL's own buffer would be full (copy-semantics, what is
 * visible).
 */
#include "session/session.h"

enum { SEND_SHOWS_ALL = 8192 };

pgcopy_buf *send_out(pgcopy_session *s)
{
    return &s->send.out;
}

static uint64_t written(const struct session_send *b)
{
    return b->base + b->shown.len + b->out.len;
}

void send_flush(pgcopy_session *s)
{
    s->send.mark = written(&s->send);
}

size_t send_waiting(const pgcopy_session *s)
{
    return s->send.shown.len - s->send.sent + s->send.out.len;
}

static void swap_when_sent(struct session_send *b)
{
    pgcopy_buf empty = b->shown;

    if (b->sent < b->shown.len || !b->out.len)
        return;
    b->base += b->shown.len;
    b->sent    = 0;
    b->shown   = b->out;
    b->out     = empty;
    b->out.len = 0;
}

const void *pgcopy_session_send_buf(pgcopy_session *s, size_t *len)
{
    struct session_send *b   = &s->send;
    uint64_t             end = b->mark;

    *len = 0;
    if (s->lost)
        return NULL;
    swap_when_sent(b);
    if (send_waiting(s) >= SEND_SHOWS_ALL || end > b->base + b->shown.len)
        end = b->base + b->shown.len;
    if (end <= b->base + b->sent)
        return NULL;
    *len = (size_t)(end - b->base) - b->sent;
    return b->shown.data + b->sent;
}

/* While the client keeps up, one buffer is enough. */
static void reuse_when_sent(struct session_send *b)
{
    if (b->sent < b->shown.len || b->out.data)
        return;
    b->base += b->shown.len;
    b->sent    = 0;
    b->out     = b->shown;
    b->out.len = 0;
    b->shown   = (pgcopy_buf){.allocator = b->out.allocator};
}

void pgcopy_session_send_ack(pgcopy_session *s, size_t len)
{
    size_t left = s->send.shown.len - s->send.sent;

    s->send.sent += len < left ? len : left;
    reuse_when_sent(&s->send);
    if (s->state == STATE_READY && !send_waiting(s))
        send_rest(s);
}

void send_rest(pgcopy_session *s)
{
    struct session_send *b = &s->send;

    b->base = written(b);
    b->sent = 0;
    pgcopy_buf_free(&b->shown);
    pgcopy_buf_free(&b->out);
}

void send_free(pgcopy_session *s)
{
    pgcopy_buf_free(&s->send.shown);
    pgcopy_buf_free(&s->send.out);
}
