/* verifier.c - read, made or made up, and compared with a password. */
#include "verifier.h"

#include "base64.h"

#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

/* As PostgreSQL's scram_iterations and its salts are by default. */
#define ITERATIONS 4096
#define SALT_BYTES 16

static const char prefix[] = "SCRAM-SHA-256$";

bool verifier_is_text(const char *text)
{
    return !strncmp(text, prefix, sizeof prefix - 1);
}

/* The base64 up to `end`, which moves *text behind it. */
static bool take_base64(const char **text, char end, uint8_t *data, size_t *len)
{
    const char *stop = strchr(*text, end);

    if (!stop || !base64_decode(data, len, *text, (size_t)(stop - *text)))
        return false;
    *text = stop + (end != '\0');
    return true;
}

static bool take_key(const char **text, char end, uint8_t key[VERIFIER_KEY])
{
    size_t len = VERIFIER_KEY;

    return take_base64(text, end, key, &len) && len == VERIFIER_KEY;
}

static bool take_iterations(const char **text, int *iterations)
{
    char *end;
    long  n;

    if (**text < '1' || **text > '9')
        return false;
    errno = 0;
    n     = strtol(*text, &end, 10);
    if (errno || n > INT_MAX || *end != ':')
        return false;
    *text       = end + 1;
    *iterations = (int)n;
    return true;
}

bool verifier_read(struct verifier *v, const char *text)
{
    if (!verifier_is_text(text))
        return false;
    text += sizeof prefix - 1;
    v->salt_len = sizeof v->salt;
    return take_iterations(&text, &v->iterations) &&
           take_base64(&text, '$', v->salt, &v->salt_len) && v->salt_len &&
           take_key(&text, ':', v->stored_key) && take_key(&text, '\0', v->server_key);
}

static void hmac_word(const uint8_t key[VERIFIER_KEY], const char *word,
                      uint8_t mac[VERIFIER_KEY])
{
    HMAC(EVP_sha256(), key, VERIFIER_KEY, (const unsigned char *)word, strlen(word), mac, NULL);
}

/* The two keys that RFC 5802 derives from a password; false: no memory, or too long. */
static bool derive(const struct verifier *v, const char *password, size_t len,
                   uint8_t stored_key[VERIFIER_KEY], uint8_t server_key[VERIFIER_KEY])
{
    uint8_t salted[VERIFIER_KEY], client_key[VERIFIER_KEY];
    bool    ok = len <= INT_MAX &&
              PKCS5_PBKDF2_HMAC(password, (int)len, v->salt, (int)v->salt_len, v->iterations,
                                EVP_sha256(), VERIFIER_KEY, salted) == 1;

    if (ok) {
        hmac_word(salted, "Client Key", client_key);
        SHA256(client_key, sizeof client_key, stored_key);
        hmac_word(salted, "Server Key", server_key);
    }
    OPENSSL_cleanse(salted, sizeof salted);
    OPENSSL_cleanse(client_key, sizeof client_key);
    return ok;
}

bool verifier_make(struct verifier *v, const char *password, size_t len)
{
    v->iterations = ITERATIONS;
    v->salt_len   = SALT_BYTES;
    return RAND_bytes(v->salt, SALT_BYTES) == 1 &&
           derive(v, password, len, v->stored_key, v->server_key);
}

/* As PostgreSQL does it: who asks twice must not see two salts where a user would have one. */
void verifier_mock(struct verifier *v, const uint8_t secret[VERIFIER_KEY], const char *user)
{
    uint8_t mac[VERIFIER_KEY];

    *v = (struct verifier){.iterations = ITERATIONS, .salt_len = SALT_BYTES};
    hmac_word(secret, user, mac);
    memcpy(v->salt, mac, SALT_BYTES);
}

bool verifier_accepts(const struct verifier *v, const char *password, size_t len)
{
    uint8_t stored_key[VERIFIER_KEY], server_key[VERIFIER_KEY];
    bool    same = derive(v, password, len, stored_key, server_key) &&
                !CRYPTO_memcmp(server_key, v->server_key, VERIFIER_KEY);

    OPENSSL_cleanse(server_key, sizeof server_key);
    return same;
}
