/*
 * scram.c - the exchange, message by message.
 *
 *   AuthMessage = client-first-bare "," server-first "," client-final-without-proof
 *   ClientKey   = ClientProof XOR HMAC(StoredKey, AuthMessage), and SHA-256 of it is StoredKey
 *   v           = HMAC(ServerKey, AuthMessage)
 *
 * Where a message is wrong, the words are those of PostgreSQL's auth-scram.c, so that whoever
 * writes a client finds them where they are explained.
 */
#include "scram.h"

#include "base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NONCE_BYTES 24

static const char plus_header[] = "p=tls-server-end-point,,";

bool scram_make_nonce(char nonce[SCRAM_NONCE])
{
    uint8_t bytes[NONCE_BYTES];

    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return false;
    base64_encode(nonce, bytes, sizeof bytes);
    return true;
}

void scram_free(struct scram *x)
{
    pgcopy_buf_free(&x->auth);
    OPENSSL_cleanse(x, sizeof *x);
}

/* ---- What is wrong with a message ------------------------------------------------------- */

static enum scram_result refuse(pgcopy_error *err, const char *sqlstate, const char *message)
{
    pgcopy_error_text(err, sqlstate, message);
    return SCRAM_REFUSED;
}

PGCOPY_PRINTF(2, 3)
static enum scram_result malformed(pgcopy_error *err, const char *fmt, ...)
{
    va_list args;

    pgcopy_error_text(err, "08P01", "malformed SCRAM message");
    va_start(args, fmt);
    vsnprintf(err->detail, sizeof err->detail, fmt, args);
    va_end(args);
    return SCRAM_REFUSED;
}

struct shown {
    char text[8];
};

/* A character of the client, fit to be shown; NUL where the message has ended. */
static struct shown show(char c)
{
    struct shown s;

    if (c > ' ' && c < 127)
        snprintf(s.text, sizeof s.text, "'%c'", c);
    else
        snprintf(s.text, sizeof s.text, "0x%02x", (unsigned)(unsigned char)c);
    return s;
}

/* ---- Its parts -------------------------------------------------------------------------- */

static char peek(pgcopy_slice in)
{
    return in.len ? (char)*in.data : '\0';
}

static void skip(pgcopy_slice *in, size_t n)
{
    in->data += n;
    in->len -= n;
}

static bool is_text(pgcopy_slice value, const char *text)
{
    return value.len == strlen(text) && !memcmp(value.data, text, value.len);
}

/* x=value, up to a comma, which is taken as well, or to the end. */
static enum scram_result take_value(pgcopy_slice *in, pgcopy_slice *value, pgcopy_error *err)
{
    char           name = peek(*in);
    const uint8_t *comma;

    skip(in, 1);
    if (peek(*in) != '=')
        return malformed(err, "Expected character \"=\" for attribute \"%c\".", name);
    skip(in, 1);
    comma  = memchr(in->data, ',', in->len);
    *value = (pgcopy_slice){in->data, comma ? (size_t)(comma - in->data) : in->len};
    skip(in, value->len + (comma != NULL));
    return SCRAM_GOES_ON;
}

static enum scram_result take_named(pgcopy_slice *in, char name, pgcopy_slice *value,
                                    pgcopy_error *err)
{
    if (peek(*in) != name)
        return malformed(err, "Expected attribute \"%c\" but found \"%s\".", name,
                         show(peek(*in)).text);
    return take_value(in, value, err);
}

/* An extension that we may ignore, or p. */
static enum scram_result take_any(pgcopy_slice *in, char *name, pgcopy_slice *value,
                                  pgcopy_error *err)
{
    *name = peek(*in);
    if (!in->len)
        return malformed(err, "Attribute expected, but found end of string.");
    if ((*name < 'A' || *name > 'Z') && (*name < 'a' || *name > 'z'))
        return malformed(err, "Attribute expected, but found invalid character \"%s\".",
                         show(*name).text);
    return take_value(in, value, err);
}

/* ---- The client's first message --------------------------------------------------------- */

static enum scram_result choose(struct scram *x, const char *mechanism, pgcopy_error *err)
{
    x->plus = !strcmp(mechanism, "SCRAM-SHA-256-PLUS") && x->binding_len;
    if (x->plus || !strcmp(mechanism, "SCRAM-SHA-256"))
        return SCRAM_GOES_ON;
    return refuse(err, "08P01", "client selected an invalid SASL authentication mechanism");
}

/* y: it could bind the channel, but was told that we cannot.  If we can, someone in between has
   changed what we offered (RFC 5802, section 6). */
static enum scram_result take_unbound(struct scram *x, pgcopy_slice *in, pgcopy_error *err)
{
    if (x->plus)
        return malformed(err, "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message "
                              "does not include channel binding data.");
    if (x->flag == 'y' && x->binding_len) {
        refuse(err, "28000", "SCRAM channel binding negotiation error");
        snprintf(err->detail, sizeof err->detail,
                 "The client supports SCRAM channel binding but thinks the server does not.  "
                 "However, this server does support channel binding.");
        return SCRAM_REFUSED;
    }
    skip(in, 1);
    if (peek(*in) != ',')
        return malformed(err, "Comma expected, but found character \"%s\".",
                         show(peek(*in)).text);
    skip(in, 1);
    return SCRAM_GOES_ON;
}

static enum scram_result take_bound(struct scram *x, pgcopy_slice *in, pgcopy_error *err)
{
    enum scram_result rc;
    pgcopy_slice      type;

    if (!x->plus)
        return malformed(err, "The client selected SCRAM-SHA-256 without channel binding, but "
                              "the SCRAM message includes channel binding data.");
    rc = take_named(in, 'p', &type, err);
    if (rc != SCRAM_GOES_ON || is_text(type, "tls-server-end-point"))
        return rc;
    return refuse(err, "08P01", "unsupported SCRAM channel-binding type");
}

/* gs2-header: how the channel is bound, and for whom else one would like to act. */
static enum scram_result take_header(struct scram *x, pgcopy_slice *in, pgcopy_error *err)
{
    enum scram_result rc;

    x->flag = peek(*in);
    if (x->flag == 'n' || x->flag == 'y')
        rc = take_unbound(x, in, err);
    else if (x->flag == 'p')
        rc = take_bound(x, in, err);
    else
        rc = malformed(err, "Unexpected channel-binding flag \"%s\".", show(x->flag).text);
    if (rc != SCRAM_GOES_ON)
        return rc;
    if (peek(*in) == 'a')
        return refuse(err, "0A000",
                      "client uses authorization identity, but it is not supported");
    if (peek(*in) != ',')
        return malformed(err, "Unexpected attribute \"%s\" in client-first-message.",
                         show(peek(*in)).text);
    skip(in, 1);
    return SCRAM_GOES_ON;
}

static enum scram_result check_nonce(pgcopy_slice nonce, pgcopy_error *err)
{
    for (size_t i = 0; i < nonce.len; i++)
        if (nonce.data[i] < 0x21 || nonce.data[i] > 0x7e)
            return refuse(err, "08P01", "non-printable characters in SCRAM nonce");
    return SCRAM_GOES_ON;
}

/* client-first-message-bare.  The user in it is not looked at, and every PostgreSQL client
   leaves it empty: the startup packet has named one. */
static enum scram_result take_bare(pgcopy_slice in, pgcopy_slice *nonce, pgcopy_error *err)
{
    enum scram_result rc;
    pgcopy_slice      ignored;
    char              name;

    if (peek(in) == 'm')
        return refuse(err, "0A000", "client requires an unsupported SCRAM extension");
    rc = take_named(&in, 'n', &ignored, err);
    if (rc == SCRAM_GOES_ON)
        rc = take_named(&in, 'r', nonce, err);
    if (rc == SCRAM_GOES_ON)
        rc = check_nonce(*nonce, err);
    while (rc == SCRAM_GOES_ON && in.len)
        rc = take_any(&in, &name, &ignored, err);
    return rc;
}

static void say(pgcopy_buf *to, const char *text)
{
    pgcopy_buf_append(to, text, strlen(text));
}

static void write_first(struct scram *x, pgcopy_slice nonce)
{
    char salt[BASE64_SIZE(VERIFIER_SALT)], rest[sizeof salt + 32];

    say(&x->auth, "r=");
    x->nonce_at = x->auth.len;
    pgcopy_buf_append(&x->auth, nonce.data, nonce.len);
    say(&x->auth, x->nonce);
    x->nonce_len = x->auth.len - x->nonce_at;
    base64_encode(salt, x->verifier.salt, x->verifier.salt_len);
    snprintf(rest, sizeof rest, ",s=%s,i=%d", salt, x->verifier.iterations);
    say(&x->auth, rest);
}

static enum scram_result first_step(struct scram *x, pgcopy_slice in, pgcopy_buf *out,
                                    pgcopy_error *err)
{
    pgcopy_slice      nonce = {NULL, 0};
    enum scram_result rc    = take_header(x, &in, err);
    size_t            said;

    if (rc == SCRAM_GOES_ON)
        rc = take_bare(in, &nonce, err);
    if (rc != SCRAM_GOES_ON)
        return rc;
    pgcopy_buf_append(&x->auth, in.data, in.len);
    say(&x->auth, ",");
    said = x->auth.len;
    write_first(x, nonce);
    if (x->auth.failed)
        return refuse(err, "53200", "out of memory");
    pgcopy_buf_append(out, x->auth.data + said, x->auth.len - said);
    return SCRAM_GOES_ON;
}

/* ---- Its final message ------------------------------------------------------------------ */

/* c=: the header again, so that nobody in between can have changed it, and the binding. */
static enum scram_result check_binding(const struct scram *x, pgcopy_slice value,
                                       pgcopy_error *err)
{
    uint8_t data[sizeof plus_header + SCRAM_BINDING];
    char    expected[BASE64_SIZE(sizeof data)];
    size_t  len = sizeof plus_header - 1;

    memcpy(data, plus_header, len);
    memcpy(data + len, x->binding, x->binding_len);
    base64_encode(expected, data, len + x->binding_len);
    if (x->plus)
        return is_text(value, expected)
                   ? SCRAM_GOES_ON
                   : refuse(err, "28000", "SCRAM channel binding check failed");
    if (is_text(value, x->flag == 'n' ? "biws" : "eSws")) /* n,, y,, */
        return SCRAM_GOES_ON;
    return refuse(err, "08P01",
                  "unexpected SCRAM channel-binding attribute in client-final-message");
}

/* Both parts of the nonce, ours behind the client's; ours is no secret. */
static bool is_nonce(const struct scram *x, pgcopy_slice value)
{
    return value.len == x->nonce_len &&
           !memcmp(value.data, x->auth.data + x->nonce_at, x->nonce_len);
}

/* Up to p=, which is the last; *without: all that is before it. */
static enum scram_result take_final(struct scram *x, pgcopy_slice in, pgcopy_slice *without,
                                    uint8_t proof[VERIFIER_KEY], pgcopy_error *err)
{
    size_t            len = VERIFIER_KEY;
    const uint8_t    *all = in.data;
    pgcopy_slice      value;
    char              name = '\0';
    enum scram_result rc   = take_named(&in, 'c', &value, err);

    if (rc == SCRAM_GOES_ON)
        rc = check_binding(x, value, err);
    if (rc == SCRAM_GOES_ON)
        rc = take_named(&in, 'r', &value, err);
    if (rc == SCRAM_GOES_ON && !is_nonce(x, value)) {
        refuse(err, "08P01", "invalid SCRAM response");
        snprintf(err->detail, sizeof err->detail, "Nonce does not match.");
        return SCRAM_REFUSED;
    }
    while (rc == SCRAM_GOES_ON && name != 'p') {
        *without = (pgcopy_slice){all, (size_t)(in.data - all) - 1};
        rc       = take_any(&in, &name, &value, err);
    }
    if (rc != SCRAM_GOES_ON)
        return rc;
    if (!base64_decode(proof, &len, (const char *)value.data, value.len) || len != VERIFIER_KEY)
        return malformed(err, "Malformed proof in client-final-message.");
    if (in.len)
        return malformed(err, "Garbage found at the end of client-final-message.");
    return SCRAM_GOES_ON;
}

static void sign(const struct scram *x, const uint8_t key[VERIFIER_KEY],
                 uint8_t signature[VERIFIER_KEY])
{
    HMAC(EVP_sha256(), key, VERIFIER_KEY, x->auth.data, x->auth.len, signature, NULL);
}

static bool is_proof(const struct scram *x, const uint8_t proof[VERIFIER_KEY])
{
    uint8_t key[VERIFIER_KEY], hash[VERIFIER_KEY];
    bool    same;

    sign(x, x->verifier.stored_key, key);
    for (size_t i = 0; i < VERIFIER_KEY; i++)
        key[i] ^= proof[i];
    SHA256(key, sizeof key, hash);
    same = !CRYPTO_memcmp(hash, x->verifier.stored_key, VERIFIER_KEY);
    OPENSSL_cleanse(key, sizeof key); /* with it one could log in as the client */
    return same && x->known;
}

static enum scram_result final_step(struct scram *x, pgcopy_slice in, pgcopy_buf *out,
                                    pgcopy_error *err)
{
    uint8_t           proof[VERIFIER_KEY], signature[VERIFIER_KEY];
    char              text[BASE64_SIZE(VERIFIER_KEY)];
    pgcopy_slice      without = {NULL, 0};
    enum scram_result rc      = take_final(x, in, &without, proof, err);

    if (rc != SCRAM_GOES_ON)
        return rc;
    say(&x->auth, ",");
    pgcopy_buf_append(&x->auth, without.data, without.len);
    if (x->auth.failed)
        return refuse(err, "53200", "out of memory");
    if (!is_proof(x, proof))
        return SCRAM_WRONG;
    sign(x, x->verifier.server_key, signature);
    base64_encode(text, signature, sizeof signature);
    say(out, "v=");
    say(out, text);
    return SCRAM_PROVED;
}

enum scram_result scram_step(struct scram *x, const char *mechanism, pgcopy_slice in,
                             pgcopy_buf *out, pgcopy_error *err)
{
    if (mechanism && choose(x, mechanism, err) != SCRAM_GOES_ON)
        return SCRAM_REFUSED;
    if (!in.data) /* it is asked for its first message by an empty one */
        return x->nonce_len ? malformed(err, "The message is empty.") : SCRAM_GOES_ON;
    if (!in.len)
        return malformed(err, "The message is empty.");
    if (memchr(in.data, '\0', in.len))
        return malformed(err, "Message length does not match input length.");
    return x->nonce_len ? final_step(x, in, out, err) : first_step(x, in, out, err);
}
