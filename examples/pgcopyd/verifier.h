/*
 * verifier.h - what a server keeps of a password: enough to check a client, too little to be
 * one (RFC 5802, section 3).
 *
 *   password -- PBKDF2(salt, iterations) --> SaltedPassword --.-- HMAC, SHA-256 --> StoredKey
 *                                                             '-- HMAC -----------> ServerKey
 */
#ifndef PGCOPYD_VERIFIER_H
#define PGCOPYD_VERIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERIFIER_KEY  32 /* bytes of SHA-256 */
#define VERIFIER_SALT 64 /* bytes at most; PostgreSQL's own have 16 */

struct verifier {
    int     iterations;
    size_t  salt_len;
    uint8_t salt[VERIFIER_SALT];
    uint8_t stored_key[VERIFIER_KEY];
    uint8_t server_key[VERIFIER_KEY];
};

/* PostgreSQL's form: SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>. */
bool verifier_is_text(const char *text);
bool verifier_read(struct verifier *v, const char *text);

/* Of a password, with a new salt; false: no random bytes. */
bool verifier_make(struct verifier *v, const char *password, size_t len);

/* For a user that does not exist: always the same salt for a name, keys of no password. */
void verifier_mock(struct verifier *v, const uint8_t secret[VERIFIER_KEY], const char *user);

/* Is this the password?  Takes the same time for any. */
bool verifier_accepts(const struct verifier *v, const char *password, size_t len);

#endif
