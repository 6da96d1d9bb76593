/* limits.c - the session's limits on time: it has no clock, so one timer waits for the first,
   or for a verdict that is due. */
#include "client.h"

#include <stdlib.h>

#define NEVER UINT64_MAX

static void on_timer(uv_timer_t *timer)
{
    struct client *c   = timer->data;
    uint64_t       now = uv_now(&c->server->loop);

    c->timer_due = NEVER;
    for (pgcopy_timer t = PGCOPY_TIMER_AUTH; t <= PGCOPY_TIMER_IDLE; t++) {
        struct limit *limit = &c->limits[t];

        if (!limit->due || limit->due > now)
            continue;
        limit->due = 0;
        pgcopy_session_expired(c->session, t);
        if (c->bridge)
            pgcopy_bridge_cancel(c->bridge);
    }
    client_drive(c);
}

/* Notes when a limit is due, if it runs; a start that is known keeps its time. */
static uint64_t look_at(struct client *c, pgcopy_timer t)
{
    struct limit *limit = &c->limits[t];
    uint32_t      start = 0;
    uint32_t      ms    = pgcopy_session_timer(c->session, t, &start);

    if (!ms)
        limit->due = 0;
    else if (!limit->due || limit->start != start)
        limit->due = uv_now(&c->server->loop) + ms;
    limit->start = start;
    return limit->due ? limit->due : NEVER;
}

static void on_closed(uv_handle_t *timer)
{
    free(timer);
}

void limits_forget(struct client *c)
{
    if (c->timer)
        uv_close((uv_handle_t *)c->timer, on_closed);
    c->timer = NULL;
}

/* False: no memory. */
static bool make_timer(struct client *c)
{
    if (c->timer)
        return true;
    c->timer = malloc(sizeof *c->timer);
    if (!c->timer)
        return false;
    uv_timer_init(&c->server->loop, c->timer);
    c->timer->data = c;
    return true;
}

static void start_timer(struct client *c, uint64_t due)
{
    uint64_t now = uv_now(&c->server->loop);

    c->timer_due = due;
    uv_timer_start(c->timer, on_timer, due > now ? due - now : 0, 0);
}

static uint64_t first_due(struct client *c)
{
    uint64_t first = c->verdict_due ? c->verdict_due : NEVER;

    for (pgcopy_timer t = PGCOPY_TIMER_AUTH; t <= PGCOPY_TIMER_IDLE; t++) {
        uint64_t due = look_at(c, t);

        if (due < first)
            first = due;
    }
    return first;
}

/*
 * A limit that starts anew with each message of the client only moves away, so a timer that
 * runs is left alone: it fires early, finds nothing due, and is set again.  Most clients that
 * are in have no limit, and then no timer.
 */
void limits_watch(struct client *c)
{
    uint64_t first = first_due(c);

    if (first == NEVER)
        limits_forget(c);
    else if (!make_timer(c))
        client_lost(c);
    else if (!uv_is_active((uv_handle_t *)c->timer) || first < c->timer_due)
        start_timer(c, first);
}
