/*
 * reload.c - the files with secrets: read at the start, and again at SIGHUP.
 *
 * What is new counts for those who come from then on; what cannot be read leaves the old.
 */
#include "server.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/stat.h>

#define WRONG_SIZE 512

/* Read by everybody it is no secret; but where it is mounted, modes may not be ours to set. */
static void warn_if_open(const char *path)
{
    struct log_line line;
    struct stat     st;

    if (stat(path, &st) || !(st.st_mode & (S_IROTH | S_IWOTH)))
        return;
    log_begin(&line, LOG_LEVEL_WARNING, "open_file");
    log_text(&line, "file", path);
    log_text(&line, "reason", "everybody on this machine has access to it");
    log_end(&line);
}

/* False: *wrong says why, and nothing has changed. */
static bool load_users(struct server *server, char wrong[WRONG_SIZE])
{
    const char   *path = server->options->users;
    struct users *users;

    if (!path)
        return true;
    if (!(users = users_read(path, wrong, WRONG_SIZE)))
        return false;
    warn_if_open(path);
    users_free(server->users);
    server->users = users;
    return true;
}

/* Who is connected keeps the old one: it is counted. */
static bool load_tls(struct server *server, char wrong[WRONG_SIZE])
{
    const struct options *o = server->options;
    SSL_CTX              *context;

    if (!o->tls_cert)
        return true;
    if (!(context = tls_load(o->tls_cert, o->tls_key, wrong, WRONG_SIZE)))
        return false;
    warn_if_open(o->tls_key);
    SSL_CTX_free(server->tls);
    server->tls = context;
    return true;
}

bool server_load(struct server *server)
{
    char wrong[WRONG_SIZE];

    if (load_users(server, wrong) && load_tls(server, wrong))
        return true;
    fprintf(stderr, "pgcopyd: %s\n", wrong);
    return false;
}

static void report(const char *what, bool loaded, const char *wrong)
{
    struct log_line line;

    log_begin(&line, loaded ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "reload");
    log_text(&line, "what", what);
    log_text(&line, "outcome", loaded ? "ok" : wrong);
    log_end(&line);
}

void server_reload(struct server *server)
{
    char wrong[WRONG_SIZE];

    if (server->options->users)
        report("users", load_users(server, wrong), wrong);
    if (server->options->tls_cert)
        report("tls", load_tls(server, wrong), wrong);
}
