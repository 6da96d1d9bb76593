/* tls.c - a connection: the handshake, records in and out, its end. */
#include "tls.h"

#include "client.h"
#include "tls_bytes.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

struct tls {
    SSL             *ssl;
    struct tls_bytes bytes;  /* of the socket */
    bool             direct; /* the client began without asking            */
    bool             shaken; /* the handshake is done                      */
    bool             eof;    /* of the socket                              */
    bool             ended;  /* the session knows                          */
    bool             failed; /* SSL may not be called again                */
    bool             bye;    /* close_notify was given                     */
};

void tls_free(struct tls *t)
{
    if (!t)
        return;
    SSL_free(t->ssl);
    tls_bytes_free(&t->bytes);
    free(t);
}

static struct tls *make(SSL_CTX *context)
{
    struct tls *t = calloc(1, sizeof *t);
    BIO        *bio;

    if (!t)
        return NULL;
    bio    = tls_bytes_bio(&t->bytes);
    t->ssl = bio ? SSL_new(context) : NULL;
    if (!t->ssl) {
        BIO_free(bio);
        tls_free(t);
        return NULL;
    }
    SSL_set_bio(t->ssl, bio, bio);
    SSL_set_accept_state(t->ssl);
#ifdef SSL_OP_CLEANSE_PLAINTEXT /* OpenSSL 3 */
    SSL_set_options(t->ssl, SSL_OP_CLEANSE_PLAINTEXT);
#endif
    return t;
}

/* ---- Its failures ----------------------------------------------------------------------- */

/* The words of OpenSSL, which has a queue of them; the client gets an alert. */
static void break_off(struct client *c, const char *reason)
{
    unsigned long code = ERR_peek_error();
    const char   *text = ERR_reason_error_string(code);

    report_problem(c, c->served ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "tls",
                   reason ? reason
                   : text ? text
                          : "the TLS connection is broken");
    ERR_clear_error();
    c->tls->failed = true;
    pgcopy_session_lost(c->session);
    if (c->bridge)
        pgcopy_bridge_cancel(c->bridge);
}

/* True: it only waits for bytes, or for room for them. */
static bool only_waits(struct client *c, int result)
{
    int why = SSL_get_error(c->tls->ssl, result);

    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return true;
    break_off(c, NULL);
    return false;
}

/* ---- The handshake ---------------------------------------------------------------------- */

/* SSLRequest's S goes before it in clear text. */
static bool begin(struct client *c)
{
    size_t len;

    if (pgcopy_session_tls(c->session) == PGCOPY_TLS_NONE ||
        pgcopy_session_state(c->session) == PGCOPY_STATE_ENDED ||
        pgcopy_session_send_buf(c->session, &len))
        return false;
    c->tls = make(c->server->tls);
    if (!c->tls)
        client_lost(c);
    return true;
}

/* All of it fits, or it was no ClientHello. */
void tls_begin_direct(struct client *c, const void *data, size_t len)
{
    if (!begin(c))
        client_lost(c);
    if (!c->tls)
        return;
    c->tls->direct = true;
    if (!tls_bytes_put(&c->tls->bytes, data, len))
        break_off(c, "the first bytes are no ClientHello");
}

/* Without it, bytes of another protocol could be made to look like ours (protocol 54.2.10). */
static bool has_alpn(const struct tls *t)
{
    const unsigned char *name;
    unsigned             len;

    SSL_get0_alpn_selected(t->ssl, &name, &len);
    return len > 0;
}

static bool shake(struct client *c)
{
    struct tls *t = c->tls;
    int         n;

    if (pgcopy_session_state(c->session) == PGCOPY_STATE_ENDED) {
        break_off(c, "the TLS handshake was cut short"); /* it took too long, or we stop */
        return true;
    }
    ERR_clear_error();
    n = SSL_do_handshake(t->ssl);
    if (n != 1) {
        if (only_waits(c, n) && t->eof && !tls_bytes_pending(&t->bytes))
            break_off(c, "the client left in the TLS handshake");
        return t->failed;
    }
    t->shaken = true;
    if (!t->direct || has_alpn(t)) {
        pgcopy_session_secured(c->session);
        return true;
    }
    tls_say_goodbye(t);
    break_off(c, "direct TLS without ALPN");
    return true;
}

/* ---- Records ---------------------------------------------------------------------------- */

/* Not to ask for room, and have it allocated, for nothing. */
static bool has_input(const struct tls *t)
{
    return SSL_pending(t->ssl) || tls_bytes_pending(&t->bytes);
}

static int small(size_t len)
{
    return len < (1U << 30) ? (int)len : 1 << 30;
}

static bool end_input(struct client *c)
{
    bool now = !c->tls->ended;

    c->tls->ended = true;
    pgcopy_session_recv_eof(c->session);
    return now;
}

/* One record at most. */
static bool read_some(struct client *c)
{
    struct tls *t = c->tls;
    size_t      len;
    void       *room = pgcopy_session_recv_buf(c->session, &len);
    int         n;

    if (!room)
        return false;
    ERR_clear_error();
    n = SSL_read(t->ssl, room, small(len));
    pgcopy_session_recv_ack(c->session, n > 0 ? (size_t)n : 0);
    if (n > 0)
        return true;
    if (SSL_get_error(t->ssl, n) == SSL_ERROR_ZERO_RETURN)
        return end_input(c);
    return !only_waits(c, n);
}

static bool decrypt(struct client *c)
{
    struct tls *t   = c->tls;
    bool        any = false;

    while (!t->failed && !t->ended && has_input(t) && read_some(c))
        any = true;
    if (!t->failed && t->eof && !t->ended && !has_input(t))
        any |= end_input(c);
    return any;
}

static bool encrypt(struct client *c)
{
    bool        any = false;
    const void *out;
    size_t      len;

    while (!c->tls->failed && (out = pgcopy_session_send_buf(c->session, &len))) {
        int n;

        ERR_clear_error();
        n = SSL_write(c->tls->ssl, out, small(len));
        if (n <= 0)
            return !only_waits(c, n) || any;
        pgcopy_session_send_ack(c->session, (size_t)n);
        any = true;
    }
    return any;
}

bool tls_step(struct client *c)
{
    bool any;

    if (!c->tls)
        return begin(c);
    if (c->tls->failed)
        return false;
    if (!c->tls->shaken)
        return shake(c);
    any = decrypt(c);
    return encrypt(c) || any;
}

void tls_login_over(struct tls *t)
{
    (void)t;
#ifdef SSL_OP_CLEANSE_PLAINTEXT
    SSL_clear_options(t->ssl, SSL_OP_CLEANSE_PLAINTEXT);
#endif
}

void tls_say_goodbye(struct tls *t)
{
    if (!t->shaken || t->failed || t->bye)
        return;
    t->bye = true;
    ERR_clear_error();
    SSL_shutdown(t->ssl); /* its own half: nobody waits for the client's */
    ERR_clear_error();
}

/* ---- The socket's end ------------------------------------------------------------------- */

bool tls_wants(const struct tls *t, const struct client *c)
{
    return !t->eof && !t->failed && tls_bytes_have_room(&t->bytes) &&
           (!t->shaken || pgcopy_session_wants(c->session));
}

void *tls_room(struct tls *t, size_t *len)
{
    return tls_bytes_room(&t->bytes, len);
}

void tls_received(struct tls *t, size_t len)
{
    t->bytes.end += len;
}

void tls_rest(struct tls *t)
{
    tls_bytes_rest(&t->bytes);
}

void tls_eof(struct tls *t)
{
    t->eof = true;
}

const void *tls_send_buf(struct tls *t, size_t *len)
{
    *len = t->bytes.out_end - t->bytes.out_start;
    return *len ? t->bytes.out + t->bytes.out_start : NULL;
}

void tls_sent(struct tls *t, size_t len)
{
    tls_bytes_sent(&t->bytes, len);
}

/* ---- What it is ------------------------------------------------------------------------- */

const char *tls_version(const struct tls *t)
{
    return SSL_get_version(t->ssl);
}

/* A hash of the certificate by the function that it is signed with; SHA-256 for the old two. */
size_t tls_binding(const struct tls *t, uint8_t binding[64])
{
    X509         *cert = SSL_get_certificate(t->ssl);
    int           id   = NID_undef;
    unsigned      len  = 0;
    const EVP_MD *hash;

    if (!cert || !X509_get_signature_info(cert, &id, NULL, NULL, NULL) || id == NID_undef)
        return 0;
    hash = id == NID_md5 || id == NID_sha1 ? EVP_sha256() : EVP_get_digestbynid(id);
    return hash && EVP_MD_size(hash) <= 64 && X509_digest(cert, hash, binding, &len) ? len : 0;
}
