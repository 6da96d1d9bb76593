/*
 * options.c - the command line and the config file, which have the same keys.
 *
 *   --config FILE ----> [pgcopyd] key = value ---.
 *                       [databases] NAME = URL --+--> one table of keys --> struct options
 *   --key VALUE, --key=VALUE --------------------'    (the command line wins)
 */
#include "options.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_LISTEN      "127.0.0.1:5433"
#define MILLISECONDS        1000U
#define MAX_SECONDS         2000000U /* that many ms fit into 32 bits */
#define MAX_WORKERS         1024U
#define MAX_CLIENTS         1000000U
#define DEFAULT_MAX_CLIENTS 100U /* PostgreSQL's max_connections */
#define DEFAULT_WORKERS     4U

/* One source of options while it is read, and what is wrong with it first. */
struct reading {
    struct options *options;
    FILE           *file; /* NULL: the command line */
    int             line; /* of the file            */
    unsigned        seen; /* a bit for each key     */
    char            wrong[256];
};

/* Keeps the first complaint; always false.  Never with a value: it may hold a password. */
static bool fail(struct reading *r, const char *name, const char *wrong)
{
    if (!*r->wrong)
        snprintf(r->wrong, sizeof r->wrong, "%s%.64s: %s", r->file ? "" : "--", name, wrong);
    return false;
}

/* ---- The keys: each takes its text, and returns NULL or what is wrong with it ----------- */

static char *copy_text(const char *text, size_t len)
{
    char *copy = malloc(len + 1);

    if (copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

static bool read_number(const char *text, unsigned long min, unsigned long max,
                        unsigned long *number)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno   = 0;
    *number = strtoul(text, &end, 10);
    return !errno && !*end && *number >= min && *number <= max;
}

static const char *set_listen(struct reading *r, const char *value)
{
    const char   *colon = strrchr(value, ':');
    const char   *host = value, *end = colon;
    unsigned long port;

    if (!colon || colon == value || !read_number(colon + 1, 0, 65535, &port))
        return "must be HOST:PORT, such as 127.0.0.1:5433";
    if (*host == '[' && end[-1] == ']') /* an IPv6 address, as in a URL */
        host++, end--;
    free(r->options->host);
    free(r->options->port);
    r->options->host = copy_text(host, (size_t)(end - host));
    r->options->port = copy_text(colon + 1, strlen(colon + 1));
    return r->options->host && r->options->port ? NULL : "out of memory";
}

static const char *set_database(struct reading *r, const char *value)
{
    const char *equals = strchr(value, '=');
    const char *wrong  = "out of memory";
    char       *name;

    if (!equals)
        return "must be NAME=URL";
    if ((name = copy_text(value, (size_t)(equals - value))))
        wrong = database_add(&r->options->databases, name, equals + 1, r->file != NULL);
    free(name);
    return wrong;
}

static const char *set_auth(struct reading *r, const char *value)
{
    static const char *const names[] = {
        [AUTH_TRUST] = "trust", [AUTH_PASSWORD] = "password", [AUTH_SCRAM] = "scram-sha-256"};

    for (size_t i = AUTH_TRUST; i <= AUTH_SCRAM; i++)
        if (!strcmp(value, names[i])) {
            r->options->auth = (enum auth)i;
            return NULL;
        }
    return "must be trust, password or scram-sha-256";
}

static const char *set_insecure_trust(struct reading *r, const char *value)
{
    r->options->insecure_trust = !strcmp(value, "yes");
    return r->options->insecure_trust || !strcmp(value, "no") ? NULL : "must be yes or no";
}

static const char *set_text(char **text, const char *value)
{
    free(*text);
    *text = copy_text(value, strlen(value));
    return *text ? NULL : "out of memory";
}

static const char *set_users(struct reading *r, const char *value)
{
    return set_text(&r->options->users, value);
}

static const char *set_tls_cert(struct reading *r, const char *value)
{
    return set_text(&r->options->tls_cert, value);
}

static const char *set_tls_key(struct reading *r, const char *value)
{
    return set_text(&r->options->tls_key, value);
}

/* It was read before all others; a file cannot name another. */
static const char *set_config(struct reading *r, const char *value)
{
    (void)value;
    return r->file ? "is for the command line alone" : NULL;
}

static const char *set_max_clients(struct reading *r, const char *value)
{
    unsigned long n;

    if (!read_number(value, 1, MAX_CLIENTS, &n))
        return "must be a number from 1 to 1000000";
    r->options->max_clients = (unsigned)n;
    return NULL;
}

/* NAME=N; a name may have a = in it. */
static const char *set_connection_limit(struct reading *r, const char *value)
{
    const char   *equals = strrchr(value, '=');
    const char   *wrong  = "out of memory";
    unsigned long n;
    char         *name;

    if (!equals || !read_number(equals + 1, 1, MAX_CLIENTS, &n))
        return "must be NAME=N, N a number from 1 to 1000000";
    if ((name = copy_text(value, (size_t)(equals - value))))
        wrong = connection_limit_add(&r->options->connection_limits, name, (unsigned)n,
                                     r->file != NULL);
    free(name);
    return wrong;
}

static const char *set_workers(struct reading *r, const char *value)
{
    unsigned long n;

    if (!read_number(value, 1, MAX_WORKERS, &n))
        return "must be a number from 1 to 1024";
    r->options->workers = (unsigned)n;
    return NULL;
}

static const char *set_copy_idle(struct reading *r, const char *value)
{
    unsigned long n;

    if (!read_number(value, 0, MAX_SECONDS, &n))
        return "must be a number of seconds from 0 (for ever) to 2000000";
    r->options->copy_idle_ms = (uint32_t)n * MILLISECONDS;
    return NULL;
}

static const char *set_log_level(struct reading *r, const char *value)
{
    if (!log_level_named(value, &r->options->log_level))
        return "must be error, warning, info or debug";
    return NULL;
}

static const struct key {
    const char *name;
    const char *argument; /* NULL: none; a file says yes or no */
    const char *help;
    const char *(*set)(struct reading *r, const char *value);
} keys[] = {
    {"config", "FILE", "read these options from FILE first", set_config},
    {"listen", "HOST:PORT", "where clients connect (127.0.0.1:5433); port 0: a free one",
     set_listen},
    {"database", "NAME=URL", "serve URL as NAME; NAME *: as any other name (repeatable)",
     set_database},
    {"auth", "METHOD", "trust, password or scram-sha-256 (with --users)", set_auth},
    {"users", "FILE", "names and passwords, a line each: \"user\" \"SCRAM-SHA-256$...\"",
     set_users},
    {"insecure-trust", NULL, "let anybody in from anywhere: trust on more than loopback",
     set_insecure_trust},
    {"tls-cert", "FILE", "offer TLS with this certificate and its chain (PEM)", set_tls_cert},
    {"tls-key", "FILE", "the certificate's private key (PEM)", set_tls_key},
    {"max-clients", "N", "at most so many clients at once (100)", set_max_clients},
    {"connection-limit", "NAME=N", "at most so many clients of the database NAME (repeatable)",
     set_connection_limit},
    {"workers", "N", "threads that wait for databases (4)", set_workers},
    {"copy-idle-timeout", "SECONDS", "end a COPY whose client is silent so long (0: never)",
     set_copy_idle},
    {"log-level", "LEVEL", "error, warning, info or debug (info)", set_log_level},
};

#define NKEYS (sizeof keys / sizeof *keys)

static size_t find_key(const char *name)
{
    size_t i = 0;

    while (i < NKEYS && strcmp(keys[i].name, name))
        i++;
    return i;
}

static bool is_repeatable(const struct key *key)
{
    return key->set == set_database || key->set == set_connection_limit;
}

static bool set(struct reading *r, const char *name, const char *value)
{
    size_t      i = find_key(name);
    const char *wrong;

    if (i == NKEYS)
        return fail(r, name, "is not an option; try --help");
    if ((r->seen & 1U << i) && !is_repeatable(&keys[i]))
        return fail(r, name, "is given twice");
    r->seen |= 1U << i;
    wrong = keys[i].set(r, value);
    return !wrong || fail(r, name, wrong);
}

/* ---- The config file -------------------------------------------------------------------- */

/* inih's line has a fixed size, and it would take the rest of a longer one for a line of its
   own: half a connection string, and perhaps a password, as the name of something. */
static char *read_line(char *line, int size, void *stream)
{
    struct reading *r    = stream;
    char           *text = fgets(line, size, r->file);

    r->line++;
    if (text && strlen(text) == (size_t)size - 1 && text[size - 2] != '\n') {
        snprintf(r->wrong, sizeof r->wrong, "a line is longer than %d bytes", size - 2);
        return NULL;
    }
    return text;
}

/* inih's handler: zero is an error. */
static int on_entry(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    const char     *wrong;

    if (!strcmp(section, "pgcopyd"))
        return set(r, name, value);
    if (strcmp(section, "databases"))
        return fail(r, section, "is no section; there are [pgcopyd] and [databases]");
    wrong = database_add(&r->options->databases, name, value, true);
    return !wrong || fail(r, name, wrong);
}

static bool read_config(struct options *o, const char *path, enum exit_code *code)
{
    struct reading r = {.options = o, .file = fopen(path, "r")};
    int            line;

    if (!r.file) {
        fprintf(stderr, "pgcopyd: cannot read %s: %s\n", path, strerror(errno));
        *code = EXIT_START;
        return false;
    }
    line = ini_parse_stream(read_line, &r, on_entry, &r);
    fclose(r.file);
    if (!line && !*r.wrong)
        return true;
    fprintf(stderr, "pgcopyd: %s:%d: %s\n", path, line ? line : r.line,
            *r.wrong ? r.wrong : "is neither a [section] nor key = value");
    *code = EXIT_WRONG_USAGE;
    return false;
}

/* ---- The command line ------------------------------------------------------------------- */

static void print_help(void)
{
    printf("Usage: pgcopyd [OPTION]...\n"
           "Serves PostgreSQL's COPY in front of another database.\n\n");
    for (size_t i = 0; i < NKEYS; i++)
        printf("  --%-17s %-10s %s\n", keys[i].name, keys[i].argument ? keys[i].argument : "",
               keys[i].help);
    printf("  --%-28s %s\n  --%-28s %s\n\n"
           "URL: sqlite:PATH, odbc:CONNECTION-STRING, or discard: to throw rows away.\n"
           "FILE: a section [pgcopyd] of key = value, and one [databases] of NAME = URL.\n",
           "version", "print the version", "help", "print this");
}

static bool is_flag(const char *name)
{
    size_t i = find_key(name);

    return i < NKEYS && !keys[i].argument;
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
    *value        = arg[len] ? arg + len + 1 : is_flag(name) ? "yes" : argv[*i];
    if (!*value)
        return fail(r, name, "needs a value");
    *i += !arg[len] && !is_flag(name);
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
        else if (!config && !set(r, name, value))
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
    if (read_arguments(&r, argv, &config) && config && !read_config(o, config, code))
        return false;
    if (!*r.wrong && read_arguments(&r, argv, NULL) && (wrong = check(o)))
        snprintf(r.wrong, sizeof r.wrong, "%s", wrong);
    if (!*r.wrong && !o->host)
        (void)set_listen(&r, DEFAULT_LISTEN);
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
