/*
 * tls.h - TLS between the socket and the session.
 *
 *   socket --> room, received --> in  -- BIO, SSL_read ---> recv_buf, recv_ack
 *          <-- send_buf, sent <-- out <- BIO, SSL_write --- send_buf, send_ack
 *
 * In holds 64 KiB, out 17, which is one record, and neither is there while it is empty.  Who
 * does not read fills one, and the session that has no room for more the other: nothing grows.
 */
#ifndef PGCOPYD_TLS_H
#define PGCOPYD_TLS_H

#include <openssl/ossl_typ.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client;
struct tls;

/* ---- Of the server ---------------------------------------------------------------------- */

/* A certificate, with its chain, and its key.  NULL: *wrong says why. */
SSL_CTX *tls_load(const char *cert, const char *key, char wrong[], size_t wrong_size);

/* ---- Of a client ------------------------------------------------------------------------ */

/* Does what can be done between the session and the pair; begins where the session has promised
   a handshake.  False: nothing. */
bool tls_step(struct client *c);

/* The bytes of a client that began without asking. */
void tls_begin_direct(struct client *c, const void *data, size_t len);

/* Room for bytes of the socket; NULL: not now. */
bool  tls_wants(const struct tls *t, const struct client *c);
void *tls_room(struct tls *t, size_t *len);
void  tls_received(struct tls *t, size_t len);
void  tls_rest(struct tls *t); /* gives the room back, if nothing is in it */
void  tls_eof(struct tls *t);

/* Bytes for the socket, which stay put until they are sent. */
const void *tls_send_buf(struct tls *t, size_t *len);
void        tls_sent(struct tls *t, size_t len);

/* The log-in is over: what was a password may have come before this, and was wiped, not what
   comes now. */
void tls_login_over(struct tls *t);

/* The last word; after it, what is in send_buf is all. */
void tls_say_goodbye(struct tls *t);

/* Such as "TLSv1.3". */
const char *tls_version(const struct tls *t);

/* tls-server-end-point (RFC 5929, section 4): how many bytes, 0: this certificate has none. */
size_t tls_binding(const struct tls *t, uint8_t binding[64]);

void tls_free(struct tls *t);

#endif
