/* cancel.c - cancel keys: a CancelRequest names a client by pid and secret (protocol 54.2.9).
 */
#include "client.h"

#include <sys/random.h>

bool cancel_make_key(struct client *c, pgcopy_key *key)
{
    struct server *server = c->server;

    if (getrandom(c->secret, sizeof c->secret, 0) != sizeof c->secret)
        return false;
    c->pid = server->last_pid = server->last_pid % INT32_MAX + 1;
    *key = (pgcopy_key){.pid = c->pid, .secret = {.data = c->secret, .len = sizeof c->secret}};
    return true;
}

/* All keys are compared, each in constant time: how long it takes says nothing of any. */
static struct client *find(struct server *server, const pgcopy_key *sent)
{
    struct client *found = NULL;

    for (struct client *c = server->clients; c; c = c->next) {
        pgcopy_key key = {.pid    = c->pid,
                          .secret = {.data = c->secret, .len = sizeof c->secret}};

        if (pgcopy_key_equal(&key, sent))
            found = c;
    }
    return found;
}

void cancel_client(struct server *server, const pgcopy_key *sent)
{
    struct client *c = find(server, sent);

    if (!c || !c->bridge)
        return;
    pgcopy_bridge_cancel(c->bridge);
    client_drive(c);
}
