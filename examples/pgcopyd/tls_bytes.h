/*
 * tls_bytes.h - what lies between the socket and OpenSSL, as a BIO.
 *
 *   in    | taken | for BIO_read | room |       out   | sent | to be sent | for BIO_write |
 *                 ^ start        ^ end                       ^ out_start  ^ out_end
 *
 * OpenSSL's own pair of BIOs would do, but keeps 34 KiB for each idle client, and reads no more
 * than 17 at a time.
 */
#ifndef PGCOPYD_TLS_BYTES_H
#define PGCOPYD_TLS_BYTES_H

#include <openssl/bio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls_bytes {
    uint8_t *in, *out; /* NULL: empty, or no memory */
    size_t   start, end;
    size_t   out_start, out_end;
};

/* A BIO over these bytes, which stay where they are; SSL_set_bio() takes it.  NULL: no memory.
 */
BIO *tls_bytes_bio(struct tls_bytes *b);

size_t tls_bytes_pending(const struct tls_bytes *b);
bool   tls_bytes_have_room(const struct tls_bytes *b);

/* Room at `end` for bytes of the socket; NULL: none, or no memory. */
void *tls_bytes_room(struct tls_bytes *b, size_t *len);

/* A copy; false: it does not fit. */
bool tls_bytes_put(struct tls_bytes *b, const void *data, size_t len);

/* Gives empty room back. */
void tls_bytes_rest(struct tls_bytes *b);

/* Of what lies from out_start on, which has not moved since it was shown. */
void tls_bytes_sent(struct tls_bytes *b, size_t len);

void tls_bytes_free(struct tls_bytes *b);

#endif
