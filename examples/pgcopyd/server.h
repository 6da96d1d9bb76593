/* server.h - the one server of this process: its loop, its listener, its clients, its pools. */
#ifndef PGCOPYD_SERVER_H
#define PGCOPYD_SERVER_H

#include "options.h"
#include "worker.h"

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
    uv_signal_t           sigterm, sigint;
    uv_timer_t            patience; /* of the stage */
    enum stage            stage;
    struct pool           workers;
    struct pool           cancels;
    struct client        *clients;
    unsigned              nclients; /* connections, cancels and log-ins among them */
    unsigned              nadmitted;
    int32_t               last_pid;
    bool                  accept_owed; /* a connection waits for memory */
};

/* Serves until a signal ends it; what main() returns. */
enum exit_code server_run(struct server *server, const struct options *options);

/* A client has left. */
void server_forget(struct server *server);

#endif
