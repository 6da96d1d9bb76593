/* session/startup.c - the first packet, authentication, and what a client is told when it is in
   (protocol 54.2.1). */
#include "session/session.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { PROTOCOL_MAJOR = 3, PROTOCOL_NEWEST = 0x30002 };
enum { KEY_LEAST = 4, KEY_MOST = 256 };

/* ---- The startup packet ------------------------------------------------------------- */

/* Clients of protocol 1 and 2 know a message without a length: a type and a string. */
static void refuse_version(pgcopy_session *s, uint32_t code)
{
    char          text[128];
    const uint8_t type = 'E';

    snprintf(text, sizeof text,
             "unsupported frontend protocol %u.%u: server supports 3.0 to 3.2",
             (unsigned)(code >> 16), (unsigned)(code & 0xFFFF));
    if (code >> 16 > PROTOCOL_MAJOR) {
        session_fatal(s, "0A000", text);
        return;
    }
    pgcopy_buf_append(send_out(s), &type, 1);
    pgcopy_buf_append(send_out(s), "FATAL:  ", 8);
    pgcopy_buf_append(send_out(s), text, strlen(text));
    pgcopy_buf_append(send_out(s), "\n", 2);
    session_end(s);
}

static bool is_name_of_who(const char *name)
{
    return strcmp(name, "user") == 0 || strcmp(name, "database") == 0;
}

/* Pairs of strings, then an empty one as the last byte: how many pairs there are besides user
   and database; -1: not so. */
static int count_pairs(pgcopy_slice body)
{
    const char *name, *value;
    int         n = 0;

    while (pgcopy_take_str(&body, &name)) {
        if (!*name)
            return body.len ? -1 : n;
        if (!pgcopy_take_str(&body, &value))
            return -1;
        n += !is_name_of_who(name);
    }
    return -1;
}

static bool take_name(pgcopy_session *s, const char *name, const char **to)
{
    size_t len = strlen(name), cut = text_cut(name, len, TEXT_NAME_MAX);

    *to = cut < len ? arena_dup(&s->strings, name, cut) : name;
    return *to != NULL;
}

static bool is_protocol_option(const char *name)
{
    return strncmp(name, "_pq_.", 5) == 0;
}

/* The pairs into who and its params, which point into body. */
static bool read_pairs(pgcopy_session *s, pgcopy_slice body, const char **params)
{
    const char *name, *value;
    bool        done = true;

    while (done && pgcopy_take_str(&body, &name) && *name && pgcopy_take_str(&body, &value)) {
        const char **to = params;
        if (strcmp(name, "user") == 0) {
            done = take_name(s, value, &s->who.user);
        } else if (strcmp(name, "database") == 0) {
            done = take_name(s, value, &s->who.database);
        } else if (!is_protocol_option(name)) {
            while (*to && strcmp(*to, name) != 0) /* the last of a name wins */
                to += 2;
            to[0] = name;
            to[1] = value;
        }
    }
    return done;
}

/* One copy of the packet, of just its size: it stays as long as the session. */
static bool keep_packet(pgcopy_session *s, pgcopy_slice body, size_t npairs)
{
    size_t       size = (2 * npairs + 1) * sizeof(char *);
    const char **params, *copy;

    if (!arena_fit(&s->strings, arena_size(size) + arena_size(body.len + 1)))
        return false;
    params        = arena_alloc(&s->strings, size);
    copy          = arena_dup(&s->strings, body.data, body.len);
    s->who.params = params;
    return read_pairs(s, (pgcopy_slice){(const uint8_t *)copy, body.len}, params);
}

/* What this version of the protocol does not have, and options that are not known here. */
static bool negotiate(pgcopy_session *s, pgcopy_slice body, size_t npairs, uint32_t code)
{
    const char **unknown = mem_new(&s->allocator, (npairs + 1) * sizeof *unknown);
    const char  *name, *value;
    size_t       n = 0;

    if (!unknown)
        return false;
    while (pgcopy_take_str(&body, &name) && *name && pgcopy_take_str(&body, &value))
        if (is_protocol_option(name))
            unknown[n++] = name;
    if (code > PROTOCOL_NEWEST || n)
        pgcopy_write_negotiate(send_out(s), (int32_t)s->who.protocol, unknown);
    mem_free(&s->allocator, unknown, (npairs + 1) * sizeof *unknown);
    return true;
}

static void ask_startup(pgcopy_session *s)
{
    if (!s->who.user || !*s->who.user) {
        session_fatal(s, "28000", "no PostgreSQL user name specified in startup packet");
        return;
    }
    if (!s->who.database || !*s->who.database)
        s->who.database = s->who.user;
    s->state = STATE_LOGIN;
    event_post(s, PGCOPY_EVENT_STARTUP);
}

void startup_packet(pgcopy_session *s, pgcopy_slice body)
{
    int32_t  word = 0;
    bool     read = pgcopy_take_i32(&body, &word);
    uint32_t code = (uint32_t)word;
    int      n    = count_pairs(body);

    if (!read || code >> 16 != PROTOCOL_MAJOR) {
        refuse_version(s, code);
        return;
    }
    if (n < 0) {
        session_fatal(s, "08P01",
                      "invalid startup packet layout: expected terminator as last byte");
        return;
    }
    s->who.protocol = code < PROTOCOL_NEWEST ? code : PROTOCOL_NEWEST;
    if (!keep_packet(s, body, (size_t)n) || !negotiate(s, body, (size_t)n, code)) {
        pgcopy_session_lost(s);
        return;
    }
    send_flush(s);
    ask_startup(s);
}

/*
 * SSLRequest, GSSENCRequest: one byte.  What a client sends behind a request that is granted
 * would be read before the handshake, so that ends the session; behind a refusal it is the next
 * packet, and when it came makes no difference.
 */
void startup_encrypt(pgcopy_session *s, int type)
{
    bool  ssl     = type == PGCOPY_MSG_SSL;
    bool  granted = ssl && s->opts.tls && !s->who.secured;
    bool *once    = &s->encrypted_once[ssl];

    if (*once || s->who.secured) {
        refuse_version(s, ssl ? 80877103 : 80877104);
        return;
    }
    *once = true;
    pgcopy_buf_append(send_out(s), granted ? "S" : "N", 1);
    send_flush(s);
    if (!granted)
        return;
    if (recv_bytes(s).len) {
        session_fatal(s, "08P01", "received unencrypted data after SSL request");
        return;
    }
    s->state = STATE_TLS;
    s->tls   = PGCOPY_TLS_HANDSHAKE;
}

void pgcopy_session_secured(pgcopy_session *s)
{
    if (s->state != STATE_TLS)
        return;
    s->tls         = PGCOPY_TLS_NONE;
    s->who.secured = true;
    s->state       = STATE_STARTUP;
}

pgcopy_tls pgcopy_session_tls(const pgcopy_session *s)
{
    return s->tls;
}

/* ---- CancelRequest ------------------------------------------------------------------ */

void startup_cancel(pgcopy_session *s, pgcopy_slice body)
{
    int32_t code, pid;

    if (pgcopy_take_i32(&body, &code) && pgcopy_take_i32(&body, &pid) &&
        body.len >= KEY_LEAST && body.len <= KEY_MOST) {
        const uint8_t *secret = (uint8_t *)arena_dup(&s->strings, body.data, body.len);
        s->key                = (pgcopy_key){pid, {secret, secret ? body.len : 0}};
        s->cancels            = secret != NULL;
    }
    session_end(s);
}

const pgcopy_key *pgcopy_session_cancels(const pgcopy_session *s)
{
    return s->cancels ? &s->key : NULL;
}

bool pgcopy_key_equal(const pgcopy_key *key, const pgcopy_key *sent)
{
    size_t   n    = sent->secret.len;
    unsigned diff = (unsigned)(key->pid ^ sent->pid);

    /* A client of protocol 3.0 was shown the first 4 bytes only. */
    if (n > key->secret.len || (n != KEY_LEAST && n != key->secret.len))
        return false;
    for (size_t i = 0; i < n; i++)
        diff |= (unsigned)(key->secret.data[i] ^ sent->secret.data[i]);
    return diff == 0;
}

/* ---- Authentication ----------------------------------------------------------------- */

void startup_forget_auth(pgcopy_session *s)
{
    if (s->auth_data)
        mem_wipe(s->auth_data, s->auth_size);
    mem_free(&s->allocator, s->auth_data, s->auth_size);
    s->auth_data = NULL;
    s->auth_size = 0;
}

static bool keep_auth_data(pgcopy_session *s, pgcopy_slice data)
{
    startup_forget_auth(s);
    s->auth_size = data.len + 1;
    s->auth_data = mem_new(&s->allocator, s->auth_size);
    if (!s->auth_data) {
        s->auth_size = 0;
        return false;
    }
    if (data.len)
        memcpy(s->auth_data, data.data, data.len);
    return true;
}

/* SASLInitialResponse: mechanism, length or -1, data.  The rest of a session answers bare. */
static bool take_initial(pgcopy_slice *body, const char **mechanism)
{
    int32_t len;

    if (!pgcopy_take_str(body, mechanism) || !pgcopy_take_i32(body, &len))
        return false;
    if (len < 0 && !body->len)
        body->data = NULL;
    return len < 0 ? body->len == 0 : body->len == (size_t)len;
}

static bool take_password(pgcopy_slice *body)
{
    const char *text;

    if (!pgcopy_take_str(body, &text) || body->len)
        return false;
    *body = (pgcopy_slice){(const uint8_t *)text, strlen(text)};
    return true;
}

void startup_answer(pgcopy_session *s, pgcopy_slice body)
{
    const char *mechanism = NULL;
    bool        good =
        !s->sasl ? take_password(&body) : !s->sasl_first || take_initial(&body, &mechanism);

    if (!good) {
        session_fatal(s, "08P01",
                      s->sasl ? "malformed SASL message" : "invalid password packet size");
        return;
    }
    if (!s->sasl && !body.len) {
        session_fatal(s, "28P01", "empty password returned by client");
        return;
    }
    if (mechanism)
        mechanism = arena_dup(&s->strings, mechanism, strlen(mechanism));
    if ((s->sasl_first && !mechanism) || !keep_auth_data(s, body)) {
        pgcopy_session_lost(s);
        return;
    }
    recv_wipe(s);
    s->state = STATE_LOGIN;
    event_post(s, PGCOPY_EVENT_AUTH);
    s->event.mechanism = mechanism;
    s->event.data      = (pgcopy_slice){body.data ? s->auth_data : NULL, body.len};
}

/* AuthenticationSASL: one more NUL ends the list (protocol 54.7). */
static void write_mechanisms(pgcopy_buf *out, pgcopy_slice list)
{
    size_t begun = pgcopy_write_begin(out, 'R');

    pgcopy_write_i32(out, PGCOPY_CHALLENGE_SASL);
    pgcopy_buf_append(out, list.data, list.len);
    pgcopy_write_str(out, "");
    pgcopy_write_end(out, begun);
}

pgcopy_status pgcopy_session_challenge(pgcopy_session *s, pgcopy_challenge kind,
                                       pgcopy_slice data)
{
    if (!s->waiting ||
        (s->event.type != PGCOPY_EVENT_STARTUP && s->event.type != PGCOPY_EVENT_AUTH))
        return PGCOPY_ERR_USAGE;
    if (s->state == STATE_ENDED) {
        s->waiting = false;
        return PGCOPY_OK;
    }
    if (kind == PGCOPY_CHALLENGE_SASL)
        write_mechanisms(send_out(s), data);
    else
        pgcopy_write_auth(send_out(s), (int32_t)kind, data);
    send_flush(s);
    s->sasl       = kind != PGCOPY_CHALLENGE_PASSWORD;
    s->sasl_first = kind == PGCOPY_CHALLENGE_SASL;
    if (kind != PGCOPY_CHALLENGE_SASL_FINAL) { /* after that one, accept follows at once */
        s->waiting = false;
        s->state   = STATE_AUTH;
    }
    return PGCOPY_OK;
}

void startup_accepted(pgcopy_session *s)
{
    startup_forget_auth(s);
    pgcopy_write_auth(send_out(s), 0, (pgcopy_slice){NULL, 0});
    send_flush(s);
    event_post(s, PGCOPY_EVENT_CONNECT);
}

/* ---- Connected ---------------------------------------------------------------------- */

static pgcopy_status start_with(pgcopy_session *s, const char *name, const char *value,
                                pgcopy_error *err)
{
    if (strcmp(name, "options") == 0)
        return startup_options(s, value, err);
    if (strcmp(name, "replication") == 0)
        return pgcopy_error_text(err, "0A000", "replication is not supported");
    return settings_set(&s->settings, &s->allocator, name, value, SETTING_START, err);
}

static pgcopy_status server_says(pgcopy_session *s, const char *name, const char *value,
                                 pgcopy_error *err)
{
    return settings_set(&s->settings, &s->allocator, name, value, SETTING_SERVER, err);
}

static pgcopy_status start_settings(pgcopy_session *s, pgcopy_error *err)
{
    const char *const *p;
    pgcopy_status      rc = server_says(s, "session_authorization", s->who.user, err);

    if (rc == PGCOPY_OK && s->opts.server_version)
        rc = server_says(s, "server_version", s->opts.server_version, err);
    for (p = s->opts.settings; rc == PGCOPY_OK && p && *p; p += 2)
        rc = server_says(s, p[0], p[1], err);
    for (p = s->who.params; rc == PGCOPY_OK && *p; p += 2)
        rc = start_with(s, p[0], p[1], err);
    return rc;
}

static void write_key(pgcopy_session *s)
{
    pgcopy_slice secret = s->key.secret;

    if (s->who.protocol < PROTOCOL_NEWEST && secret.len > KEY_LEAST)
        secret.len = KEY_LEAST;
    pgcopy_write_key(send_out(s), s->key.pid, secret);
}

void startup_connected(pgcopy_session *s)
{
    pgcopy_error  err;
    pgcopy_status rc = start_settings(s, &err);

    s->connected = true;
    if (rc == PGCOPY_ERR_SQL) {
        err.severity = PGCOPY_SEVERITY_FATAL;
        session_error(s, &err);
        return;
    }
    if (rc < 0) {
        pgcopy_session_lost(s);
        return;
    }
    settings_report(&s->settings, &s->allocator, true, send_out(s));
    if (s->opts.key)
        write_key(s);
    session_ready(s);
}
