/* session/portals.c - prepared statements and portals: two lists, and how their members go. */
#include "session/portals.h"

#include "session/verbs.h"

#include <string.h>

static char *dup_name(const pgcopy_session *s, const char *name)
{
    char *copy = mem_new(&s->allocator, strlen(name) + 1);

    if (copy)
        memcpy(copy, name, strlen(name));
    return copy;
}

static void free_name(const pgcopy_session *s, char *name)
{
    if (name)
        mem_free(&s->allocator, name, strlen(name) + 1);
}

/* ---- Prepared statements ------------------------------------------------------------ */

struct prepared *prepared_find(const pgcopy_session *s, const char *name)
{
    struct prepared *p = s->extended.prepared;

    while (p && strcmp(p->name, name) != 0)
        p = p->next;
    return p;
}

bool portals_have_room(const pgcopy_session *s, size_t size)
{
    return size <= s->opts.max_prepared && s->extended.bytes <= s->opts.max_prepared - size;
}

struct prepared *prepared_add(pgcopy_session *s, const char *name, size_t size)
{
    struct prepared *p = mem_new(&s->allocator, sizeof *p);

    if (!p)
        return NULL;
    p->name = dup_name(s, name);
    if (!p->name) {
        mem_free(&s->allocator, p, sizeof *p);
        return NULL;
    }
    p->users             = 1; /* the list */
    p->size              = size;
    p->next              = s->extended.prepared;
    s->extended.prepared = p;
    s->extended.bytes += size;
    return p;
}

static void let_go(pgcopy_session *s, struct prepared *p)
{
    if (!p || --p->users)
        return;
    s->extended.bytes -= p->size;
    pgcopy_stmt_free(p->stmt);
    pgcopy_columns_free(p->types);
    free_name(s, p->name);
    mem_free(&s->allocator, p, sizeof *p);
}

void prepared_drop(pgcopy_session *s, struct prepared *p)
{
    struct prepared **at = &s->extended.prepared;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    let_go(s, p);
}

void prepared_drop_all(pgcopy_session *s)
{
    while (s->extended.prepared)
        prepared_drop(s, s->extended.prepared);
}

/* ---- Portals ------------------------------------------------------------------------ */

struct portal *portal_find(const pgcopy_session *s, const char *name)
{
    struct portal *p = s->extended.portals;

    while (p && (p->dying || strcmp(p->name, name) != 0))
        p = p->next;
    return p;
}

struct portal *portal_add(pgcopy_session *s, const char *name, struct prepared *of, size_t size)
{
    struct portal *p = mem_new(&s->allocator, sizeof *p);

    if (!p)
        return NULL;
    p->name = dup_name(s, name);
    if (!p->name) {
        mem_free(&s->allocator, p, sizeof *p);
        return NULL;
    }
    of->users++;
    p->prepared         = of;
    p->pub.stmt         = of->stmt;
    p->size             = size;
    p->next             = s->extended.portals;
    s->extended.portals = p;
    s->extended.bytes += size;
    return p;
}

void prepared_set_types(pgcopy_session *s, struct prepared *p, pgcopy_columns *types)
{
    for (struct portal *of = s->extended.portals; of; of = of->next)
        if (of->prepared == p && of->params)
            of->pub.param_types = types;
    pgcopy_columns_free(p->types);
    p->types = types;
    if (p->stmt)
        p->stmt->param_types = types;
}

void portals_clear(pgcopy_session *s, struct portal *p)
{
    pgcopy_batch_free(p->params);
    pgcopy_batch_free(p->answer);
    pgcopy_columns_free(p->columns);
    mem_free(&s->allocator, p->formats, p->nformats * sizeof *p->formats);
    *p = (struct portal){
        .next = p->next, .name = p->name, .prepared = p->prepared, .size = p->size};
}

static void remove_portal(pgcopy_session *s, struct portal *p)
{
    struct portal **at = &s->extended.portals;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    portals_clear(s, p);
    s->extended.bytes -= p->size;
    let_go(s, p->prepared);
    free_name(s, p->name);
    if (s->work && s->work->query.portal == p)
        s->work->query.portal = NULL;
    mem_free(&s->allocator, p, sizeof *p);
}

void portal_end(struct portal *p)
{
    p->dying = true;
}

void portals_end(pgcopy_session *s, const struct portal *but)
{
    if (s->work->query.simple && s->work->query.simple != but)
        s->work->query.simple->dying = true;
    for (struct portal *p = s->extended.portals; p; p = p->next)
        p->dying = p->dying || p != but;
}

/* One that has given its last row could still be asked for more of them (SELECT 0). */
static bool waits(const struct portal *p)
{
    bool rows = p->columns || (p->pub.stmt && verbs_give_rows(p->pub.stmt->verb));

    return !p->dying && (!p->done || rows);
}

bool portals_wait(const pgcopy_session *s)
{
    for (const struct portal *p = s->extended.portals; p; p = p->next)
        if (p != s->work->query.portal && waits(p))
            return true;
    return false;
}

static bool finish(pgcopy_session *s, struct portal *p)
{
    if (!p->open)
        return false;
    p->open = false;
    event_post(s, PGCOPY_EVENT_FINISH);
    s->event.portal = &p->pub;
    return true;
}

/* A portal is freed a step after its FINISH was answered, as the event points to it. */
bool portals_finish(pgcopy_session *s)
{
    struct portal *p = s->extended.portals, *simple = s->work->query.simple, *next;

    if (simple && simple->dying && finish(s, simple))
        return true;
    for (; p; p = next) {
        next = p->next;
        if (p->dying && finish(s, p))
            return true;
        if (p->dying)
            remove_portal(s, p);
    }
    return false;
}

void portals_forget_unnamed(pgcopy_session *s)
{
    struct prepared *prepared = prepared_find(s, "");
    struct portal   *portal   = portal_find(s, "");

    if (portal)
        portal_end(portal);
    if (prepared)
        prepared_drop(s, prepared);
}

void portals_free(pgcopy_session *s)
{
    while (s->extended.portals)
        remove_portal(s, s->extended.portals);
    prepared_drop_all(s);
}
