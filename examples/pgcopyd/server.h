/* server.h - the one server of this process: its loop, its listener, its clients, its pools. */
#ifndef PGCOPYD_SERVER_H
#define PGCOPYD_SERVER_H

#include "options.h"
#include "throttle.h"
#include "tls.h"
#include "users.h"
#include "worker.h"
#include "zones.h"

struct client;

/* A signal, or a time that is up, goes one step further. */
enum stage {
    STAGE_SERVING,
    STAGE_DRAINING, /* no new clients, who is idle has to go, statements may finish */
    STAGE_ENDING,   /* all are told to go */
    STAGE_DROPPING, /* who does not listen is gone */
    STAGE_GIVEN_UP  /* a database does not answer */
};

struct server {
    const struct options *options;
    uv_loop_t             loop;
    uv_tcp_t              listener;
    uv_signal_t           sigterm, sigint, sighup;
    uv_timer_t            patience; /* of the stage */
    enum stage            stage;
    struct pool           workers;
    struct pool           cancels;
    struct client        *clients;
    unsigned              nclients; /* connections, cancels and log-ins among them */
    unsigned              nadmitted;
    int32_t               last_pid;
    bool                  accept_owed; /* a connection waits for memory */
    bool                  loopback;    /* listens to this machine alone */
    SSL_CTX              *tls;         /* NULL: clear text only         */
    struct users         *users;       /* NULL: all are trusted         */
    struct throttle       throttle;
    struct zones          zones;
    uint8_t               mock_secret[VERIFIER_KEY]; /* of salts for unknown users */
};

/* Serves until a signal ends it; what main() returns. */
enum exit_code server_run(struct server *server, const struct options *options);

/* Reads the users, the certificate and its key; false: all is said, on standard error. */
bool server_load(struct server *server);

/* The same at SIGHUP; what cannot be read is logged, and the old stays. */
void server_reload(struct server *server);

/* A client has left. */
void server_forget(struct server *server);

#endif
