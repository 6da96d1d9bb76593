/*
 * bytes.c - between the socket and the session: no copy, no buffer of our own.
 *
 *   socket -- read into ---> recv_buf, recv_ack     no room: no reading, and TCP slows the
 *          <- write from --- send_buf, send_ack     client down
 */
#include "client.h"

/* Of one write: libuv counts in unsigned int. */
#define MAX_WRITE (1U << 30)

/* ---- In --------------------------------------------------------------------------------- */

/* No room makes libuv say ENOBUFS. */
static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct client *c    = handle->data;
    size_t         len  = 0;
    void          *room = pgcopy_session_recv_buf(c->session, &len);

    (void)suggested;
    *buf = uv_buf_init(room, room ? (unsigned)len : 0);
}

/* n is zero for EAGAIN: the room goes back, so that an idle client holds none. */
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct client *c = stream->data;

    if (buf->base)
        pgcopy_session_recv_ack(c->session, n > 0 ? (size_t)n : 0);
    if (n == UV_EOF)
        pgcopy_session_recv_eof(c->session);
    else if (n == UV_ENOBUFS && !pgcopy_session_wants(c->session))
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

    if (!pgcopy_session_wants(c->session))
        uv_read_stop(stream);
    else if (start_reading(stream))
        client_lost(c);
}

/* Most clients are idle most of the time, and 10,000 empty buffers are 640 MB. */
void bytes_rest(struct client *c)
{
    size_t len;

    if (pgcopy_session_recv_buf(c->session, &len))
        pgcopy_session_recv_ack(c->session, 0);
}

/* ---- Out -------------------------------------------------------------------------------- */

static void on_written(uv_write_t *write, int status)
{
    struct client *c   = write->data;
    size_t         len = c->writing;

    c->writing = 0;
    if (c->closing)
        return;
    if (status < 0)
        client_lost(c);
    else
        pgcopy_session_send_ack(c->session, len);
    client_drive(c);
}

/* The bytes stay where they are until they are acked. */
static void write_later(struct client *c, uv_buf_t *buf)
{
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, buf, 1, on_written))
        client_lost(c);
    else
        c->writing = buf->len;
}

bool bytes_send(struct client *c)
{
    bool        any = false;
    const void *out;
    size_t      len;

    while (!c->writing && (out = pgcopy_session_send_buf(c->session, &len))) {
        uv_buf_t buf = uv_buf_init((char *)out, len < MAX_WRITE ? (unsigned)len : MAX_WRITE);
        int      n   = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);

        if (n > 0)
            pgcopy_session_send_ack(c->session, (size_t)n);
        else if (n == UV_EAGAIN)
            write_later(c, &buf);
        else
            client_lost(c);
        any = true;
    }
    return any;
}
