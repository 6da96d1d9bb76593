/* options.h - what pgcopyd is told to do, by the command line and the config file. */
#ifndef PGCOPYD_OPTIONS_H
#define PGCOPYD_OPTIONS_H

#include "database.h"
#include "log.h"

/* How clients prove who they are. */
enum auth { AUTH_UNSAID, AUTH_TRUST, AUTH_PASSWORD, AUTH_SCRAM };

struct options {
    char                    *host; /* of --listen, without brackets */
    char                    *port; /* "0": any that is free         */
    enum auth                auth;
    bool                     insecure_trust;     /* on more than loopback */
    char                    *users;              /* NULL: no file         */
    char                    *tls_cert, *tls_key; /* both, or neither */
    struct database         *databases;
    struct connection_limit *connection_limits;
    unsigned                 max_clients;
    unsigned                 workers;
    uint32_t                 copy_idle_ms; /* 0: for ever */
    enum log_level           log_level;
};

/* What main() returns. */
enum exit_code { EXIT_DONE = 0, EXIT_START = 1, EXIT_WRONG_USAGE = 2 };

/* True: go on.  False: *code is how to exit, and all is said: --help, --version, or one line on
   standard error. */
bool options_read(struct options *o, int argc, char **argv, enum exit_code *code);
void options_free(struct options *o);

#endif
