/*
 * session/savepoint.c - the savepoints of a transaction, and what each is to bring back.
 *
 *   tx.savepoints --> latest --outer--> ... --outer--> first
 */
#include "session/savepoint.h"

#include <string.h>

struct savepoint *savepoint_find(const pgcopy_session *s, const char *name)
{
    struct savepoint *p = s->tx.savepoints;

    while (p && strcmp(p->name, name) != 0)
        p = p->outer;
    return p;
}

bool savepoint_push(pgcopy_session *s, const char *name)
{
    size_t            size = sizeof(struct savepoint) + strlen(name) + 1;
    struct savepoint *p    = mem_new(&s->allocator, size);

    if (!p)
        return false;
    if (settings_copy(&p->settings, &s->settings, &s->allocator) < 0) {
        mem_free(&s->allocator, p, size);
        return false;
    }
    memcpy(p->name, name, strlen(name) + 1);
    p->size          = size;
    p->makes         = s->tx.makes;
    p->outer         = s->tx.savepoints;
    s->tx.savepoints = p;
    s->tx.makes      = false;
    s->tx.nsavepoints++;
    return true;
}

void savepoints_pop(pgcopy_session *s, const struct savepoint *until)
{
    while (s->tx.savepoints != until) {
        struct savepoint *p = s->tx.savepoints;
        s->tx.makes |= p->makes;
        s->tx.savepoints = p->outer;
        s->tx.nsavepoints--;
        settings_free(&p->settings, &s->allocator);
        mem_free(&s->allocator, p, p->size);
    }
}

bool savepoint_settings_back(pgcopy_session *s, const struct savepoint *p)
{
    struct settings copy;

    if (settings_copy(&copy, &p->settings, &s->allocator) < 0)
        return false;
    settings_back(&s->settings, &copy, &s->allocator);
    return true;
}
