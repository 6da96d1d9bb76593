/*
 * client.h - one client on the loop: its socket, its session, and the bridge to its database.
 *
 *   socket -- bytes.c --> session -- login.c: whom? --> bridge -- client.c --> a pool
 *          <------------         <--- limits.c: time          <--------------
 */
#ifndef PGCOPYD_CLIENT_H
#define PGCOPYD_CLIENT_H

#include "progress.h"
#include "server.h"

#define SECRET_BYTES 32 /* of the cancel key; protocol 3.2 allows 256 */

struct client {
    struct server  *server;
    struct client  *prev, *next;
    pgcopy_session *session;
    pgcopy_bridge  *bridge; /* NULL until a database is chosen */

    const struct database *database;
    struct task            work, cancel; /* a job, and the one that cuts it short */

    uv_tcp_t       tcp;
    uv_write_t    *write; /* bytes that wait for the socket; NULL: none do */
    size_t         writing;
    struct limits *limits; /* on time, that run; NULL: none do */

    int32_t pid;
    uint8_t secret[SECRET_BYTES];

    const pgcopy_who *who;                   /* NULL until STARTUP */
    uint64_t          connected, copy_began; /* on uv_hrtime()'s clock */
    uint64_t          copy_serial, copy_logged;
    struct shown     *copy; /* the COPY that runs, for others to see; NULL: none */

    struct tls   *tls;         /* NULL: in clear text         */
    struct scram *scram;       /* while it logs in by it      */
    uint64_t      verdict_due; /* of a failed log-in, on the loop's clock; 0: none */

    bool admitted; /* counts as one of max_clients          */
    bool opening;  /* the database has not answered yet     */
    bool served;   /* it has                                */
    bool leaving;  /* it was told to, for the server stops  */
    bool lost;     /* nobody is there to be told anything   */
    bool midway;   /* a transaction or a COPY may be open   */
    bool closing;  /* the loop is about to let go of it     */
};

/* ---- client.c --------------------------------------------------------------------------- */

/* Takes the connection that waits. */
void client_accept(struct server *server);

/* Does all that can be done now, then waits for what comes next.  To be called after anything
   that happened to a client; it may be closed behind it. */
void client_drive(struct client *c);

/* The connection is broken: what runs is cut short, nobody waits for its answer. */
void client_lost(struct client *c);

/* ---- login.c ---------------------------------------------------------------------------- */

/* Answers what comes before there is a bridge: who may enter, and to which database.  False:
   nothing to answer. */
bool login_step(struct client *c);

/* It is in, or gone: what only a log-in needs is let go. */
void login_forget(struct client *c);

/* ---- bytes.c ---------------------------------------------------------------------------- */

/* Sends what the socket takes; false: nothing was sent. */
bool bytes_send(struct client *c);

/* After the last byte of the session: true once TLS has said good-bye. */
bool bytes_finish(struct client *c);

/* Gives back the room for what an idle client may say. */
void bytes_rest(struct client *c);

/* Reads from now on, or no more, as the session wants. */
void bytes_watch(struct client *c);

/* ---- limits.c --------------------------------------------------------------------------- */

/* Waits for the limit that is due first. */
void limits_watch(struct client *c);

/* Waits no more. */
void limits_forget(struct client *c);

/* ---- cancel.c --------------------------------------------------------------------------- */

/* A new key; false: no random bytes. */
bool cancel_make_key(struct client *c, pgcopy_key *key);

/* Cuts short what the client of this key does, if there is one. */
void cancel_client(struct server *server, const pgcopy_key *sent);

/* ---- report.c --------------------------------------------------------------------------- */

/* The database answered, or did not. */
void report_open(struct client *c);
void report_disconnect(const struct client *c);

/* It was not let in, or TLS broke. */
void report_problem(const struct client *c, enum log_level level, const char *event,
                    const char *reason);

/* A line once for each COPY, when it has ended. */
void report_copy(struct client *c);

/* What the driver said in a job, for who debugs: it may hold values. */
void report_job(const struct client *c, const pgcopy_job *job);

#endif
