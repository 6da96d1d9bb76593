/*
 * session/recv.c - bytes of the client, until they are parsed.
 *
 *   data   | taken | not parsed yet | room: recv_buf |
 *                  ^ start          ^ end            ^ cap
 *
 * The buffer has recv_bytes; only for a message that is longer it grows, by what arrives.
 */
#include "session/session.h"

#include <string.h>

enum { RECV_DEFAULT = 65536, RECV_LEAST = 1024 };

pgcopy_slice recv_bytes(const pgcopy_session *s)
{
    if (!s->recv.data) /* C has no NULL + 0 */
        return (pgcopy_slice){NULL, 0};
    return (pgcopy_slice){s->recv.data + s->recv.start, s->recv.end - s->recv.start};
}

void recv_took(pgcopy_session *s, size_t n)
{
    s->recv.start += n;
}

void recv_wipe(pgcopy_session *s)
{
    if (s->recv.data)
        mem_wipe(s->recv.data, s->recv.start);
}

void recv_free(pgcopy_session *s)
{
    mem_free(&s->allocator, s->recv.data, s->recv.cap);
    s->recv.data = NULL;
    s->recv.cap = s->recv.start = s->recv.end = 0;
}

static size_t usual_size(const pgcopy_session *s)
{
    uint32_t n = s->opts.recv_bytes;

    return n == 0 ? RECV_DEFAULT : n < RECV_LEAST ? RECV_LEAST : n;
}

bool pgcopy_session_wants(const pgcopy_session *s)
{
    const struct session_recv *b = &s->recv;

    if (b->eof || s->lost || s->state == STATE_ENDED || s->tls != PGCOPY_TLS_NONE)
        return false;
    return b->end - b->start < usual_size(s) || b->more;
}

/* A buffer that once grew for a long message is given back when it is empty. */
static pgcopy_status make_room(pgcopy_session *s)
{
    struct session_recv *b    = &s->recv;
    void                *data = b->data;
    size_t               have = b->end - b->start;
    pgcopy_status        rc;

    if (!have && b->cap > usual_size(s)) {
        recv_free(s);
        data = NULL;
    }
    if (b->start && b->cap - b->end < b->cap / 2) {
        memmove(b->data, b->data + b->start, have);
        b->start = 0;
        b->end   = have;
    }
    if (b->end < b->cap)
        return PGCOPY_OK;
    rc      = mem_grow(&s->allocator, &data, &b->cap, b->cap ? b->cap + 1 : usual_size(s), 1,
                       SIZE_MAX / 2);
    b->data = data;
    return rc;
}

void *pgcopy_session_recv_buf(pgcopy_session *s, size_t *len)
{
    *len = 0;
    if (!pgcopy_session_wants(s))
        return NULL;
    if (!s->recv.lent && (!session_wake(s) || make_room(s) < 0)) {
        pgcopy_session_lost(s); /* no memory, so no word can be said either */
        return NULL;
    }
    s->recv.lent = true;
    *len         = s->recv.cap - s->recv.end;
    return s->recv.data + s->recv.end;
}

/* TLS without asking (17 and later): its bytes are not ours. */
static bool is_direct_tls(const pgcopy_session *s, const void *data, size_t len)
{
    return len && s->state == STATE_STARTUP && s->opts.tls && !s->who.secured &&
           s->recv.end == s->recv.start && *(const uint8_t *)data == 0x16;
}

void pgcopy_session_recv_ack(pgcopy_session *s, size_t len)
{
    struct session_recv *b = &s->recv;

    if (!b->lent || len > b->cap - b->end)
        return;
    b->lent = false;
    if (is_direct_tls(s, b->data + b->end, len)) {
        s->tls   = PGCOPY_TLS_DIRECT;
        s->state = STATE_TLS;
        return;
    }
    b->end += len;
    b->count += len > 0;
    b->more = b->more && !len;
    if (!len && b->end == b->start) {
        recv_free(s);
        session_rest(s);
    }
}

static size_t feed_some(pgcopy_session *s, const uint8_t *data, size_t len)
{
    size_t room, n;
    void  *to;

    if (is_direct_tls(s, data, len)) {
        s->tls   = PGCOPY_TLS_DIRECT;
        s->state = STATE_TLS;
        return 0;
    }
    to = pgcopy_session_recv_buf(s, &room);
    if (!to)
        return 0;
    n = len < room ? len : room;
    memcpy(to, data, n);
    pgcopy_session_recv_ack(s, n);
    return n;
}

size_t pgcopy_session_feed(pgcopy_session *s, const void *data, size_t len)
{
    size_t done = 0, n = 1;

    while (done < len && n) {
        n = feed_some(s, (const uint8_t *)data + done, len - done);
        done += n;
    }
    return done;
}

void pgcopy_session_recv_eof(pgcopy_session *s)
{
    s->recv.eof  = true;
    s->recv.lent = false;
}
