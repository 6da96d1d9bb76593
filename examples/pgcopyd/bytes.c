/*
 * bytes.c - between the socket and the session: no copy, no buffer of our own.
 *
 *   socket -- read into ---> recv_buf, recv_ack     no room: no reading, and TCP slows the
 *          <- write from --- send_buf, send_ack     client down
 *
 * Or between the socket and TLS, which has the same four.
 */
#include "client.h"
#include "tls.h"

#include <stdlib.h>

/* Of one write: libuv counts in unsigned int. */
#define MAX_WRITE (1U << 30)

/* ---- In --------------------------------------------------------------------------------- */

/* No room makes libuv say ENOBUFS. */
static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct client *c   = handle->data;
    size_t         len = 0;
    void *room = c->tls ? tls_room(c->tls, &len) : pgcopy_session_recv_buf(c->session, &len);

    (void)suggested;
    *buf = uv_buf_init(room, room ? (unsigned)len : 0);
}

static void received(struct client *c, const void *data, size_t n)
{
    if (c->tls) {
        tls_received(c->tls, n);
        return;
    }
    pgcopy_session_recv_ack(c->session, n);
    if (pgcopy_session_tls(c->session) == PGCOPY_TLS_DIRECT)
        tls_begin_direct(c, data, n);
}

static void end_input(struct client *c)
{
    if (c->tls)
        tls_eof(c->tls);
    else
        pgcopy_session_recv_eof(c->session);
}

static bool wants(const struct client *c)
{
    return c->tls ? tls_wants(c->tls, c) : pgcopy_session_wants(c->session);
}

/* n is zero for EAGAIN: the room goes back, so that an idle client holds none. */
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct client *c = stream->data;

    if (buf->base)
        received(c, buf->base, n > 0 ? (size_t)n : 0);
    if (n == UV_EOF)
        end_input(c);
    else if (n == UV_ENOBUFS && !wants(c))
        uv_read_stop(stream);
    else if (n < 0)
        client_lost(c);
    client_drive(c);
}

/* Zero, or what is wrong with the socket. */
static int start_reading(uv_stream_t *stream)
{
    int err = uv_read_start(stream, give_room, on_read);

    return err == UV_EALREADY ? 0 : err;
}

void bytes_watch(struct client *c)
{
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;

    if (!wants(c))
        uv_read_stop(stream);
    else if (start_reading(stream))
        client_lost(c);
}

/* Most clients are idle most of the time, and 10,000 empty buffers are 640 MB. */
void bytes_rest(struct client *c)
{
    size_t len;

    if (c->tls)
        tls_rest(c->tls);
    if (pgcopy_session_recv_buf(c->session, &len))
        pgcopy_session_recv_ack(c->session, 0);
}

/* ---- Out -------------------------------------------------------------------------------- */

static const void *outgoing(struct client *c, size_t *len)
{
    if (c->lost) {
        *len = 0;
        return NULL;
    }
    return c->tls ? tls_send_buf(c->tls, len) : pgcopy_session_send_buf(c->session, len);
}

static void sent(struct client *c, size_t n)
{
    if (c->tls)
        tls_sent(c->tls, n);
    else
        pgcopy_session_send_ack(c->session, n);
}

static void on_written(uv_write_t *write, int status)
{
    struct client *c = write->data;

    free(write);
    c->write = NULL;
    if (c->closing)
        return;
    if (status < 0)
        client_lost(c);
    else
        sent(c, c->writing);
    client_drive(c);
}

/* The bytes stay where they are until they are acked. */
static void write_later(struct client *c, uv_buf_t *buf)
{
    uv_write_t *write = malloc(sizeof *write);

    if (!write || uv_write(write, (uv_stream_t *)&c->tcp, buf, 1, on_written)) {
        free(write);
        client_lost(c);
        return;
    }
    write->data = c;
    c->write    = write;
    c->writing  = buf->len;
}

bool bytes_send(struct client *c)
{
    bool        any = false;
    const void *out;
    size_t      len;

    while (!c->write && (out = outgoing(c, &len))) {
        uv_buf_t buf = uv_buf_init((char *)out, len < MAX_WRITE ? (unsigned)len : MAX_WRITE);
        int      n   = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);

        if (n > 0)
            sent(c, (size_t)n);
        else if (n == UV_EAGAIN)
            write_later(c, &buf);
        else
            client_lost(c);
        any = true;
    }
    return any;
}

bool bytes_finish(struct client *c)
{
    if (!c->tls || c->lost)
        return true;
    tls_say_goodbye(c->tls);
    bytes_send(c);
    return !c->write;
}
