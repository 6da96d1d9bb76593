/* tls_load.c - a certificate and its key, and what we ask of TLS. */
#include "tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

static const unsigned char alpn[] = "\012postgresql"; /* IANA's name of our protocol */

/* Who offers names has to offer ours. */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *len,
                   const unsigned char *in, unsigned in_len, void *arg)
{
    unsigned char *chosen;

    (void)ssl, (void)arg;
    if (SSL_select_next_proto(&chosen, len, alpn, sizeof alpn - 1, in, in_len) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* There is nobody to ask. */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
    (void)buf, (void)size, (void)writing, (void)arg;
    return 0;
}

/* As PostgreSQL: no session is resumed, nothing renegotiated, nothing compressed. */
static SSL_CTX *make_context(void)
{
    SSL_CTX *x = SSL_CTX_new(TLS_server_method());

    if (!x)
        return NULL;
    SSL_CTX_set_min_proto_version(x, TLS1_2_VERSION);
    SSL_CTX_set_options(x, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_num_tickets(x, 0);
    SSL_CTX_set_session_cache_mode(x, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(x, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(x, on_alpn, NULL);
    SSL_CTX_set_default_passwd_cb(x, no_passphrase);
    return x;
}

static bool can_read(const char *path, char wrong[], size_t wrong_size)
{
    FILE *file = fopen(path, "re");

    if (file)
        return !fclose(file);
    snprintf(wrong, wrong_size, "cannot read %s: %s", path, strerror(errno));
    return false;
}

/* OpenSSL's own words for what it does not like in a file. */
static bool can_use(int result, const char *what, const char *path, char wrong[],
                    size_t wrong_size)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    if (result != 1)
        snprintf(wrong, wrong_size, "cannot use the %s in %s: %s", what, path,
                 reason ? reason : "not understood");
    ERR_clear_error();
    return result == 1;
}

static bool load(SSL_CTX *x, const char *cert, const char *key, char wrong[], size_t size)
{
    ERR_clear_error();
    return can_read(cert, wrong, size) && can_read(key, wrong, size) &&
           can_use(SSL_CTX_use_certificate_chain_file(x, cert), "certificate", cert, wrong,
                   size) &&
           can_use(SSL_CTX_use_PrivateKey_file(x, key, SSL_FILETYPE_PEM), "key", key, wrong,
                   size) &&
           can_use(SSL_CTX_check_private_key(x), "key", key, wrong, size);
}

SSL_CTX *tls_load(const char *cert, const char *key, char wrong[], size_t wrong_size)
{
    SSL_CTX *x = make_context();

    if (!x)
        snprintf(wrong, wrong_size, "cannot start TLS: out of memory");
    if (x && load(x, cert, key, wrong, wrong_size))
        return x;
    SSL_CTX_free(x);
    return NULL;
}
