/*
 * options.c - the command line, and the config file behind it.
 *
 *   --config FILE ----> config.c: key = value ---.
 *   --key VALUE, --key=VALUE --------------------+--> keys.c --> struct options
 *                            (the command line wins)
 */
#include "options.h"
#include "config.h"
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_LISTEN      "127.0.0.1:5433"
#define DEFAULT_MAX_CLIENTS 100U /* PostgreSQL's max_connections */
#define DEFAULT_WORKERS     4U

static void print_help(void)
{
    printf("Usage: pgcopyd [OPTION]...\n"
           "Serves PostgreSQL's COPY in front of another database.\n\n");
    keys_print();
    printf("  --%-28s %s\n  --%-28s %s\n\n"
           "URL: sqlite:PATH, odbc:CONNECTION-STRING, or discard: to throw rows away\n"
           "(discard:worker does so on a worker).\n"
           "FILE: a section [pgcopyd] of key = value, and one [databases] of NAME = URL.\n",
           "version", "print the version", "help", "print this");
}

/* --key VALUE, --key=VALUE or --flag at argv[*i], which moves behind it. */
static bool next_option(struct reading *r, char **argv, int *i, char name[64],
                        const char **value)
{
    const char *arg = argv[(*i)++];
    size_t      len = strcspn(arg, "=");

    if (len < 3 || len > 64 || strncmp(arg, "--", 2)) {
        snprintf(r->wrong, sizeof r->wrong, "not an option: %.64s; try --help", arg);
        return false;
    }
    memcpy(name, arg + 2, len - 2);
    name[len - 2] = '\0';
    *value        = arg[len] ? arg + len + 1 : keys_is_flag(name) ? "yes" : argv[*i];
    if (!*value)
        return keys_fail(r, name, "needs a value");
    *i += !arg[len] && !keys_is_flag(name);
    return true;
}

/* Reads them all; or only looks for the name of the config file, which has to be read first. */
static bool read_arguments(struct reading *r, char **argv, const char **config)
{
    char        name[64];
    const char *value;

    for (int i = 1; argv[i];) {
        if (!next_option(r, argv, &i, name, &value))
            return false;
        if (config && !strcmp(name, "config"))
            *config = value;
        else if (!config && !keys_set(r, name, value))
            return false;
    }
    return true;
}

static bool tells_about_itself(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--help"))
            return print_help(), true;
        if (!strcmp(argv[i], "--version"))
            return printf("pgcopyd %s\n", pgcopy_version()), true;
    }
    return false;
}

/* What no option alone can know. */
static const char *check(struct options *o)
{
    if (!o->databases)
        return "no database: give --database NAME=URL";
    if (!connection_limits_apply(o->connection_limits, o->databases))
        return "connection-limit: there is no database of that name";
    if (o->auth == AUTH_UNSAID)
        o->auth = o->users ? AUTH_SCRAM : AUTH_TRUST;
    if (o->auth != AUTH_TRUST && !o->users)
        return "--auth: needs --users FILE, which says who may log in";
    /* To start in clear text what was asked to be secret would be worse than not to start. */
    if (!o->tls_cert != !o->tls_key)
        return "--tls-cert and --tls-key need each other";
    return NULL;
}

bool options_read(struct options *o, int argc, char **argv, enum exit_code *code)
{
    struct reading r      = {.options = o};
    const char    *config = NULL, *wrong;

    *o    = (struct options){.max_clients = DEFAULT_MAX_CLIENTS,
                             .workers     = DEFAULT_WORKERS,
                             .log_level   = LOG_LEVEL_INFO};
    *code = EXIT_DONE;
    if (tells_about_itself(argc, argv))
        return false;
    if (read_arguments(&r, argv, &config) && config && !config_read(o, config, code))
        return false;
    if (!*r.wrong && read_arguments(&r, argv, NULL) && (wrong = check(o)))
        snprintf(r.wrong, sizeof r.wrong, "%s", wrong);
    if (!*r.wrong && !o->host)
        (void)keys_set_listen(&r, DEFAULT_LISTEN);
    if (!*r.wrong)
        return true;
    fprintf(stderr, "pgcopyd: %s\n", r.wrong);
    *code = EXIT_WRONG_USAGE;
    return false;
}

void options_free(struct options *o)
{
    free(o->host);
    free(o->port);
    free(o->users);
    free(o->tls_cert);
    free(o->tls_key);
    databases_free(o->databases);
    connection_limits_free(o->connection_limits);
}
