/*
 * keys.c - the options: of each its key, what it takes, and what is wrong with a value.
 *
 *   "workers", "8" --> its row of the table --> struct options
 *                                           '-> "must be a number from 1 to 1024"
 */
#include "keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MILLISECONDS 1000U
#define MAX_SECONDS  2000000U /* that many ms fit into 32 bits */
#define MAX_WORKERS  1024U
#define MAX_CLIENTS  1000000U

bool keys_fail(struct reading *r, const char *name, const char *wrong)
{
    if (!*r->wrong)
        snprintf(r->wrong, sizeof r->wrong, "%s%.64s: %s", r->file ? "" : "--", name, wrong);
    return false;
}

/* ---- Each takes its text, and returns NULL or what is wrong with it --------------------- */

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

const char *keys_set_listen(struct reading *r, const char *value)
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

/* ---- The table -------------------------------------------------------------------------- */

static const struct key {
    const char *name;
    const char *argument; /* NULL: none; a file says yes or no */
    const char *help;
    const char *(*set)(struct reading *r, const char *value);
} keys[] = {
    {"config", "FILE", "read these options from FILE first", set_config},
    {"listen", "HOST:PORT", "where clients connect (127.0.0.1:5433); port 0: a free one",
     keys_set_listen},
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

bool keys_set(struct reading *r, const char *name, const char *value)
{
    size_t      i = find_key(name);
    const char *wrong;

    if (i == NKEYS)
        return keys_fail(r, name, "is not an option; try --help");
    if ((r->seen & 1U << i) && !is_repeatable(&keys[i]))
        return keys_fail(r, name, "is given twice");
    r->seen |= 1U << i;
    wrong = keys[i].set(r, value);
    return !wrong || keys_fail(r, name, wrong);
}

bool keys_is_flag(const char *name)
{
    size_t i = find_key(name);

    return i < NKEYS && !keys[i].argument;
}

void keys_print(void)
{
    for (size_t i = 0; i < NKEYS; i++)
        printf("  --%-17s %-10s %s\n", keys[i].name, keys[i].argument ? keys[i].argument : "",
               keys[i].help);
}
