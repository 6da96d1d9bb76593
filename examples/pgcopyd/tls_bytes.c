/* tls_bytes.c - what lies between the socket and OpenSSL, as a BIO. */
#include "tls_bytes.h"

#include <stdlib.h>
#include <string.h>

enum { IN_BYTES = 64 * 1024, OUT_BYTES = 17 * 1024 };

/* ---- The socket's side ------------------------------------------------------------------ */

size_t tls_bytes_pending(const struct tls_bytes *b)
{
    return b->end - b->start;
}

bool tls_bytes_have_room(const struct tls_bytes *b)
{
    return tls_bytes_pending(b) < IN_BYTES;
}

/* What OpenSSL leaves is the beginning of a record, unless it waits for the session. */
static void move_to_front(struct tls_bytes *b)
{
    size_t left = tls_bytes_pending(b);

    if (left)
        memmove(b->in, b->in + b->start, left);
    b->start = 0;
    b->end   = left;
}

void *tls_bytes_room(struct tls_bytes *b, size_t *len)
{
    *len = 0;
    if (!b->in && !(b->in = malloc(IN_BYTES)))
        return NULL;
    if (b->start)
        move_to_front(b);
    *len = IN_BYTES - b->end;
    return *len ? b->in + b->end : NULL;
}

bool tls_bytes_put(struct tls_bytes *b, const void *data, size_t len)
{
    size_t room;
    void  *to = tls_bytes_room(b, &room);

    if (!to || len > room)
        return false;
    memcpy(to, data, len);
    b->end += len;
    return true;
}

void tls_bytes_rest(struct tls_bytes *b)
{
    if (tls_bytes_pending(b))
        return;
    free(b->in);
    b->in    = NULL;
    b->start = b->end = 0;
}

void tls_bytes_sent(struct tls_bytes *b, size_t len)
{
    b->out_start += len;
    if (b->out_start < b->out_end)
        return;
    free(b->out);
    b->out       = NULL;
    b->out_start = b->out_end = 0;
}

void tls_bytes_free(struct tls_bytes *b)
{
    free(b->in);
    free(b->out);
}

/* ---- OpenSSL's side --------------------------------------------------------------------- */

static int bio_read(BIO *bio, char *to, int max)
{
    struct tls_bytes *b = BIO_get_data(bio);
    size_t            n = tls_bytes_pending(b);

    BIO_clear_retry_flags(bio);
    if (max <= 0)
        return 0;
    if (!n) {
        BIO_set_retry_read(bio);
        return -1;
    }
    if (n > (size_t)max)
        n = (size_t)max;
    memcpy(to, b->in + b->start, n);
    b->start += n;
    return (int)n;
}

/* Bytes that were shown stay put, so there is room again only when all of them are sent. */
static int bio_write(BIO *bio, const char *from, int len)
{
    struct tls_bytes *b = BIO_get_data(bio);
    size_t            room, n;

    BIO_clear_retry_flags(bio);
    if (len <= 0)
        return 0;
    if (!b->out && !(b->out = malloc(OUT_BYTES)))
        return -1;
    room = OUT_BYTES - b->out_end;
    n    = (size_t)len < room ? (size_t)len : room;
    if (!n) {
        BIO_set_retry_write(bio);
        return -1;
    }
    memcpy(b->out + b->out_end, from, n);
    b->out_end += n;
    return (int)n;
}

static long bio_ctrl(BIO *bio, int what, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return what == BIO_CTRL_FLUSH; /* what is written is there already */
}

/* Made once, and as good as the process. */
static const BIO_METHOD *method(void)
{
    static BIO_METHOD *made;

    if (made)
        return made;
    made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "pgcopyd");
    if (!made)
        return NULL;
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_ctrl);
    return made;
}

BIO *tls_bytes_bio(struct tls_bytes *b)
{
    BIO *bio = method() ? BIO_new(method()) : NULL;

    if (!bio)
        return NULL;
    BIO_set_data(bio, b);
    BIO_set_init(bio, 1);
    return bio;
}
