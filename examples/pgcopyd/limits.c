/* limits.c - the session's limits on time: it has no clock, so one timer waits for the first,
   or for a verdict that is due. */
#include "client.h"

#include <stdlib.h>

#define NEVER UINT64_MAX

/* One of the session's limits while it runs. */
struct limit {
    uint32_t start; /* tells one start from another  */
    uint64_t due;   /* on the loop's clock; 0: not running */
};

/* Most clients that are in have no limit, and then none of this. */
struct limits {
    uv_timer_t     timer; /* first, as libuv hands it back */
    struct client *client;
    uint64_t       due; /* of the timer */
    struct limit   limit[PGCOPY_TIMER_IDLE + 1];
};

static void on_timer(uv_timer_t *timer)
{
    struct limits *l   = (struct limits *)timer;
    struct client *c   = l->client;
    uint64_t       now = uv_now(&c->server->loop);

    l->due = NEVER;
    for (pgcopy_timer t = PGCOPY_TIMER_AUTH; t <= PGCOPY_TIMER_IDLE; t++) {
        if (!l->limit[t].due || l->limit[t].due > now)
            continue;
        l->limit[t].due = 0;
        pgcopy_session_expired(c->session, t);
        if (c->bridge)
            pgcopy_bridge_cancel(c->bridge);
    }
    client_drive(c);
}

static void on_closed(uv_handle_t *timer)
{
    free(timer);
}

void limits_forget(struct client *c)
{
    if (c->limits)
        uv_close((uv_handle_t *)&c->limits->timer, on_closed);
    c->limits = NULL;
}

/* False: no memory. */
static bool make_limits(struct client *c)
{
    if (c->limits)
        return true;
    c->limits = calloc(1, sizeof *c->limits);
    if (!c->limits)
        return false;
    c->limits->client = c;
    uv_timer_init(&c->server->loop, &c->limits->timer);
    return true;
}

/* Notes when a limit is due, if it runs; a start that is known keeps its time.  False: no
   memory. */
static bool look_at(struct client *c, pgcopy_timer t, uint64_t *first)
{
    struct limit *limit;
    uint32_t      start = 0;
    uint32_t      ms    = pgcopy_session_timer(c->session, t, &start);

    if (!ms) {
        if (c->limits)
            c->limits->limit[t].due = 0;
        return true;
    }
    if (!make_limits(c))
        return false;
    limit = &c->limits->limit[t];
    if (!limit->due || limit->start != start)
        limit->due = uv_now(&c->server->loop) + ms;
    limit->start = start;
    if (limit->due < *first)
        *first = limit->due;
    return true;
}

/*
 * A limit that starts anew with each message of the client only moves away, so a timer that
 * runs is left alone: it fires early, finds nothing due, and is set again.
 */
static void wait_until(struct limits *l, uint64_t due)
{
    uint64_t now = uv_now(l->timer.loop);

    if (uv_is_active((uv_handle_t *)&l->timer) && due >= l->due)
        return;
    l->due = due;
    uv_timer_start(&l->timer, on_timer, due > now ? due - now : 0, 0);
}

void limits_watch(struct client *c)
{
    uint64_t first = c->verdict_due ? c->verdict_due : NEVER;
    bool     known = true;

    for (pgcopy_timer t = PGCOPY_TIMER_AUTH; known && t <= PGCOPY_TIMER_IDLE; t++)
        known = look_at(c, t, &first);
    if (known && first == NEVER)
        limits_forget(c);
    else if (known && make_limits(c))
        wait_until(c->limits, first);
    else
        client_lost(c);
}
