/* login.c - what comes before the bridge: who may enter, and to which database. */
#include "client.h"

#include <stdlib.h>
#include <string.h>

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char  *copy = malloc(size);

    return copy ? memcpy(copy, text, size) : NULL;
}

/* Counted here and not at accept: a CancelRequest is no client. */
static void on_startup(struct client *c, const pgcopy_who *who)
{
    struct server *server = c->server;
    pgcopy_error   error  = {0};

    c->user          = copy_text(who->user);
    c->database_name = copy_text(who->database);
    if (server->nadmitted >= server->options->max_clients) {
        pgcopy_error_set(&error, "53300", "sorry, too many clients already");
        pgcopy_session_reject(c->session, &error);
        return;
    }
    c->admitted = true;
    server->nadmitted++;
    pgcopy_session_accept(c->session); /* trust */
}

/* The bridge finds CONNECT unanswered and opens the database. */
static void on_connect(struct client *c, const pgcopy_who *who)
{
    pgcopy_error error = {0};

    c->database = database_find(c->server->options->databases, who->database);
    if (c->database)
        c->bridge = pgcopy_bridge_new(c->session, c->database->backend, c->database->arg);
    c->opening = c->bridge != NULL;
    if (c->bridge)
        return;
    if (c->database)
        pgcopy_error_set(&error, "53200", "out of memory");
    else
        pgcopy_error_set(&error, "3D000", "database \"%s\" does not exist", who->database);
    pgcopy_session_reject(c->session, &error);
}

bool login_step(struct client *c)
{
    const pgcopy_event *ev = pgcopy_session_next(c->session);

    if (!ev)
        return false;
    switch (ev->type) {
    case PGCOPY_EVENT_STARTUP:
        on_startup(c, ev->who);
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
