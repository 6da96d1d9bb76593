/*
 * server.c - listen, accept, and stop without losing what runs.
 *
 *   SIGTERM, SIGINT:  serving --> draining --> ending --> dropping --> given up
 *                     the next signal, or    30 s       5 s          5 s
 */
#include "server.h"

#include "client.h"

#include <netdb.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define BACKLOG           511   /* connections that wait for accept */
#define DRAIN_MS          30000 /* for statements that run */
#define END_MS            5000  /* to hear it, or for a database to heed a cancel */
#define PLACE_BYTES       300   /* HOST:PORT; a name of the DNS has up to 253 bytes */
#define KEEPALIVE_SECONDS 60    /* a client that vanished without a word is noticed some day */

/* ---- Stop ------------------------------------------------------------------------------- */

static void close_handle(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Nothing more to do: with its last handle the loop ends. */
static void finish(struct server *server)
{
    close_handle(&server->listener);
    close_handle(&server->sigterm);
    close_handle(&server->sigint);
    close_handle(&server->sighup);
    close_handle(&server->patience);
    pool_stop(&server->workers);
    pool_stop(&server->cancels);
}

void server_forget(struct server *server)
{
    server->nclients--;
    if (server->stage != STAGE_SERVING && !server->nclients)
        finish(server);
    else if (server->accept_owed)
        client_accept(server);
}

static void report_stage(enum stage stage)
{
    static const char *const names[] = {"serving", "draining", "ending", "dropping",
                                        "given up"};
    struct log_line          line;

    log_begin(&line, stage == STAGE_GIVEN_UP ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, "stop");
    log_text(&line, "stage", names[stage]);
    log_end(&line);
}

static void on_patience(uv_timer_t *patience);

static void next_stage(struct server *server)
{
    struct client *next;

    report_stage(++server->stage);
    if (server->stage == STAGE_GIVEN_UP)
        _Exit(EXIT_START); /* what it did not commit, the database rolls back */
    close_handle(&server->listener);
    server->accept_owed = false;
    uv_timer_start(&server->patience, on_patience,
                   server->stage == STAGE_DRAINING ? DRAIN_MS : END_MS, 0);
    for (struct client *c = server->clients; c; c = next) {
        next = c->next;
        client_drive(c);
    }
    if (!server->nclients)
        finish(server);
}

static void on_patience(uv_timer_t *patience)
{
    next_stage(patience->data);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    next_stage(signal->data);
}

static void on_sighup(uv_signal_t *signal, int number)
{
    (void)number;
    server_reload(signal->data);
}

/* ---- Start ------------------------------------------------------------------------------ */

static bool cannot(const char *what, const char *where, const char *why)
{
    fprintf(stderr, "pgcopyd: cannot %s%s%s: %s\n", what, *where ? " " : "", where, why);
    return false;
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct log_line line;

    if (!status) {
        client_accept(listener->data);
        return;
    }
    log_begin(&line, LOG_LEVEL_WARNING, "accept");
    log_text(&line, "reason", uv_strerror(status));
    log_end(&line);
}

/* What is set here the sockets of clients have from the start: five calls less for each.  libuv
   tells only at listen that the address is in use. */
static int bind_and_listen(struct server *server, const struct sockaddr *address)
{
    int err = uv_tcp_bind(&server->listener, address, 0);

    if (!err)
        err = uv_tcp_nodelay(&server->listener, 1);
    if (!err)
        err = uv_tcp_keepalive(&server->listener, 1, KEEPALIVE_SECONDS);
    return err ? err : uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
}

static void name_place(char place[PLACE_BYTES], const char *host, const char *port)
{
    snprintf(place, PLACE_BYTES, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static bool is_loopback(const struct sockaddr *address)
{
    const struct in6_addr *v6 =
        &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;

    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
    return address->sa_family == AF_INET &&
           ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 ==
               127;
}

/* Who means to be open to a network has to say so. */
static const char *exposure(const struct server *server)
{
    const struct options *o = server->options;

    if (server->loopback)
        return NULL;
    if (o->auth == AUTH_TRUST && !o->insecure_trust)
        return "--auth trust would let in anybody; use --users FILE, or --insecure-trust";
    if (o->auth == AUTH_PASSWORD && !server->tls)
        return "--auth password would have passwords sent in clear text; use --tls-cert FILE";
    return NULL;
}

static enum exit_code listen_at(struct server *server, const char *place,
                                const struct sockaddr *address)
{
    const char *why;
    int         err;

    server->loopback = is_loopback(address);
    if ((why = exposure(server))) {
        cannot("listen on", place, why);
        return EXIT_WRONG_USAGE;
    }
    err = bind_and_listen(server, address);
    if (err)
        cannot("listen on", place, uv_strerror(err));
    return err ? EXIT_START : EXIT_DONE;
}

static enum exit_code start_listening(struct server *server)
{
    const struct options *o     = server->options;
    struct addrinfo       hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo      *found = NULL;
    char                  place[PLACE_BYTES];
    enum exit_code        code;
    int                   err;

    name_place(place, o->host, o->port);
    if ((err = getaddrinfo(o->host, o->port, &hints, &found))) {
        cannot("listen on", place, gai_strerror(err));
        return EXIT_START;
    }
    code = listen_at(server, place, found->ai_addr);
    freeaddrinfo(found);
    return code;
}

/* What tells whoever started us that clients may come; the port may have been 0. */
static void announce(struct server *server)
{
    struct sockaddr_storage address;
    int                     len = sizeof address;
    char                    host[INET6_ADDRSTRLEN], port[8], place[PLACE_BYTES];

    uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &len);
    getnameinfo((struct sockaddr *)&address, (socklen_t)len, host, sizeof host, port,
                sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    name_place(place, host, port);
    printf("pgcopyd: listening on %s\n", place);
    fflush(stdout);
}

static bool start_threads(struct server *server)
{
    int err = progress_start();

    if (!err)
        err = pool_start(&server->workers, &server->loop, server->options->workers,
                         server->options->max_clients);
    if (!err)
        err = pool_start(&server->cancels, &server->loop, 1, 0);
    return !err || cannot("start threads", "", uv_strerror(err));
}

static bool watch_signals(struct server *server)
{
    int err = uv_signal_start(&server->sigterm, on_signal, SIGTERM);

    if (!err)
        err = uv_signal_start(&server->sigint, on_signal, SIGINT);
    if (!err)
        err = uv_signal_start(&server->sighup, on_sighup, SIGHUP);
    return !err || cannot("watch", "signals", uv_strerror(err));
}

static void open_handles(struct server *server)
{
    uv_tcp_init(&server->loop, &server->listener);
    uv_signal_init(&server->loop, &server->sigterm);
    uv_signal_init(&server->loop, &server->sigint);
    uv_signal_init(&server->loop, &server->sighup);
    uv_timer_init(&server->loop, &server->patience);
    server->listener.data = server->sigterm.data = server->sigint.data = server->sighup.data =
        server->patience.data                                          = server;
}

static bool make_mock_secret(struct server *server)
{
    ssize_t n = getrandom(server->mock_secret, sizeof server->mock_secret, 0);

    return n == sizeof server->mock_secret ||
           cannot("get", "random bytes", uv_strerror(UV_EIO));
}

/* What runs already when a later step fails ends with the process. */
static enum exit_code start(struct server *server)
{
    enum exit_code code;

    if (!server_load(server))
        return EXIT_START;
    if ((code = start_listening(server)) != EXIT_DONE)
        return code;
    return start_threads(server) && watch_signals(server) && make_mock_secret(server)
               ? EXIT_DONE
               : EXIT_START;
}

enum exit_code server_run(struct server *server, const struct options *options)
{
    int            err = uv_loop_init(&server->loop);
    enum exit_code code;

    server->options = options;
    if (err) {
        cannot("start", "the loop", uv_strerror(err));
        return EXIT_START;
    }
    zones_init(&server->zones, NULL);
    open_handles(server);
    if ((code = start(server)) != EXIT_DONE)
        return code;
    announce(server);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    uv_loop_close(&server->loop);
    users_free(server->users);
    zones_free(&server->zones);
    SSL_CTX_free(server->tls);
    return EXIT_DONE;
}
