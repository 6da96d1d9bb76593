/*
 * login.c - what comes before the bridge: who may enter, and to which database.
 *
 *   STARTUP -- trust ---------------------------------------------------------> CONNECT
 *           -- password, SCRAM's mechanisms --> AUTH -- it is the one --------^
 *                                               ^  |  '- it is not: a second later, FATAL
 *                                               '--' SCRAM's next message
 */
#include "client.h"
#include "scram.h"
#include "tls.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define VERDICT_MS                                                            \
    1000 /* as auth_delay does: guessing takes time, and holds up nobody else \
          */

void login_forget(struct client *c)
{
    if (c->scram)
        scram_free(c->scram);
    free(c->scram);
    c->scram = NULL;
}

/* ---- Who fails -------------------------------------------------------------------------- */

static void reject(struct client *c, const char *sqlstate, const char *message)
{
    pgcopy_error error;

    pgcopy_error_text(&error, sqlstate, message);
    pgcopy_session_reject(c->session, &error);
}

static void read_peer(const struct client *c, struct sockaddr_storage *peer)
{
    int len = sizeof *peer;

    *peer = (struct sockaddr_storage){0};
    (void)uv_tcp_getpeername(&c->tcp, (struct sockaddr *)peer, &len); /* it may be gone */
}

static bool is_throttled(struct client *c)
{
    struct sockaddr_storage peer;

    read_peer(c, &peer);
    if (!throttle_refuses(&c->server->throttle, (struct sockaddr *)&peer,
                          uv_now(&c->server->loop)))
        return false;
    report_problem(c, LOG_LEVEL_DEBUG, "refused", "too many failed log-ins from this address");
    reject(c, "28000", "too many failed login attempts from this address, try again later");
    return true;
}

/* The password is wrong or there is no such user: nobody is told which. */
static void fail(struct client *c, bool known)
{
    struct sockaddr_storage peer;
    uint64_t                now = uv_now(&c->server->loop);

    read_peer(c, &peer);
    throttle_failed(&c->server->throttle, (struct sockaddr *)&peer, now);
    report_problem(c, LOG_LEVEL_WARNING, "refused", known ? "wrong password" : "unknown user");
    c->verdict_due = now + VERDICT_MS;
}

/* False: it is not due yet.  Who leaves, or has to, does not wait for it. */
static bool give_verdict(struct client *c)
{
    if (uv_now(&c->server->loop) < c->verdict_due &&
        pgcopy_session_state(c->session) != PGCOPY_STATE_ENDED)
        return false;
    c->verdict_due = 0;
    pgcopy_session_reject(c->session, NULL);
    return true;
}

static void let_in(struct client *c)
{
    login_forget(c);
    if (c->tls)
        tls_login_over(c->tls);
    pgcopy_session_accept(c->session);
}

/* ---- By a password ---------------------------------------------------------------------- */

/* False: it is a mock's, so that an unknown user takes as long as a known one. */
static bool find_verifier(const struct client *c, struct verifier *v)
{
    const struct verifier *known = users_find(c->server->users, c->who->user);

    if (known)
        *v = *known;
    else
        verifier_mock(v, c->server->mock_secret, c->who->user);
    return known;
}

/* It comes as it is: over TLS, or from this machine. */
static void ask_password(struct client *c, const pgcopy_who *who)
{
    if (who->secured || c->server->loopback)
        pgcopy_session_challenge(c->session, PGCOPY_CHALLENGE_PASSWORD,
                                 (pgcopy_slice){NULL, 0});
    else
        reject(c, "28000", "password authentication needs an encrypted connection");
}

/* PBKDF2 takes a millisecond by design: on the loop all others would wait for it.  Until the
   answer the client cannot go. */
struct check {
    struct task     task;
    struct client  *client;
    struct verifier verifier;
    pgcopy_slice    password; /* the session's own, until the answer */
    bool            known, right;
};

static void run_check(struct task *task)
{
    struct check *check = (struct check *)task;

    check->right = verifier_accepts(&check->verifier, (const char *)check->password.data,
                                    check->password.len);
}

/* Others of this address may have failed meanwhile. */
static void on_checked(struct task *task)
{
    struct check  *check = (struct check *)task;
    struct client *c     = check->client;

    if (!is_throttled(c)) {
        if (check->right && check->known)
            let_in(c);
        else
            fail(c, check->known);
    }
    OPENSSL_cleanse(check, sizeof *check);
    free(check);
    client_drive(c);
}

static void check_password(struct client *c, pgcopy_slice password)
{
    struct check *check = calloc(1, sizeof *check);

    if (!check) {
        reject(c, "53200", "out of memory");
        return;
    }
    check->task     = (struct task){.run = run_check, .done = on_checked};
    check->client   = c;
    check->password = password;
    check->known    = find_verifier(c, &check->verifier);
    pool_push(&c->server->workers, &check->task);
}

/* ---- By SCRAM --------------------------------------------------------------------------- */

static void ask_scram(struct client *c)
{
    static const char list[] = "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256";
    size_t            plus   = sizeof "SCRAM-SHA-256-PLUS";

    c->scram = calloc(1, sizeof *c->scram);
    if (!c->scram || !scram_make_nonce(c->scram->nonce)) {
        reject(c, "53200", "out of memory");
        return;
    }
    c->scram->known = find_verifier(c, &c->scram->verifier);
    if (c->tls)
        c->scram->binding_len = tls_binding(c->tls, c->scram->binding);
    if (c->scram->binding_len)
        plus = 0;
    pgcopy_session_challenge(c->session, PGCOPY_CHALLENGE_SASL,
                             (pgcopy_slice){(const uint8_t *)list + plus, sizeof list - plus});
}

static void say(struct client *c, pgcopy_challenge kind, const pgcopy_buf *out)
{
    if (out->failed)
        reject(c, "53200", "out of memory");
    else
        pgcopy_session_challenge(c->session, kind, (pgcopy_slice){out->data, out->len});
}

static void check_scram(struct client *c, const pgcopy_event *ev)
{
    pgcopy_buf   out   = {0};
    pgcopy_error error = {0};

    switch (scram_step(c->scram, ev->mechanism, ev->data, &out, &error)) {
    case SCRAM_GOES_ON:
        say(c, PGCOPY_CHALLENGE_SASL_CONTINUE, &out);
        break;
    case SCRAM_PROVED:
        say(c, PGCOPY_CHALLENGE_SASL_FINAL, &out);
        let_in(c);
        break;
    case SCRAM_WRONG:
        fail(c, c->scram->known);
        break;
    case SCRAM_REFUSED:
        report_problem(c, LOG_LEVEL_WARNING, "refused", error.message);
        pgcopy_session_reject(c->session, &error);
        break;
    }
    pgcopy_buf_free(&out);
}

/* ---- The events ------------------------------------------------------------------------- */

static void ask(struct client *c, const pgcopy_who *who)
{
    enum auth auth = c->server->options->auth;

    if (auth == AUTH_TRUST)
        let_in(c);
    else if (is_throttled(c))
        return;
    else if (auth == AUTH_PASSWORD)
        ask_password(c, who);
    else
        ask_scram(c);
}

/* Counted here and not at accept: a CancelRequest is no client. */
static void on_startup(struct client *c, const pgcopy_who *who)
{
    struct server *server = c->server;

    c->who = who;
    if (server->nadmitted >= server->options->max_clients) {
        reject(c, "53300", "sorry, too many clients already");
        return;
    }
    c->admitted = true;
    server->nadmitted++;
    ask(c, who);
}

/* Many may have been asked before the first of them failed. */
static void on_auth(struct client *c, const pgcopy_event *ev)
{
    if (is_throttled(c))
        return;
    if (c->scram)
        check_scram(c, ev);
    else
        check_password(c, ev->data);
}

/* Counted each time, as it is asked for once a client: nobody has to give anything back. */
static bool is_full(const struct server *server, const struct database *db)
{
    unsigned most = connection_limit_of(server->options->connection_limits, db), n = 0;

    for (const struct client *c = server->clients; c && most < UINT_MAX; c = c->next)
        n += c->database == db;
    return n >= most;
}

static void no_bridge(struct client *c, const struct database *db, const pgcopy_who *who)
{
    pgcopy_error error = {0};

    if (!db)
        pgcopy_error_set(&error, "3D000", "database \"%s\" does not exist", who->database);
    else if (!c->database)
        pgcopy_error_set(&error, "53300", "too many connections for database \"%s\"",
                         who->database);
    else
        pgcopy_error_set(&error, "53200", "out of memory");
    pgcopy_session_reject(c->session, &error);
}

/* The bridge finds CONNECT unanswered and opens the database. */
static void on_connect(struct client *c, const pgcopy_who *who)
{
    const struct database *db = database_find(c->server->options->databases, who->database);

    if (db && !is_full(c->server, db)) {
        c->database = db;
        c->bridge   = pgcopy_bridge_new(c->session, db->backend, db->arg);
    }
    c->opening = c->bridge != NULL;
    if (!c->bridge)
        no_bridge(c, db, who);
}

bool login_step(struct client *c)
{
    const pgcopy_event *ev;

    if (c->verdict_due)
        return give_verdict(c);
    if (!(ev = pgcopy_session_next(c->session)))
        return false;
    switch (ev->type) {
    case PGCOPY_EVENT_STARTUP:
        on_startup(c, ev->who);
        break;
    case PGCOPY_EVENT_AUTH:
        on_auth(c, ev);
        break;
    case PGCOPY_EVENT_CONNECT:
        on_connect(c, ev->who);
        break;
    default: /* CLOSE: there is no database to let go of */
        pgcopy_session_accept(c->session);
        break;
    }
    return true;
}
