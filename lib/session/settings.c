/* session/settings.c - the run-time parameters that drivers touch, rolled back with their
   transaction. */
#include "session/settings.h"

#include "base/mem.h"
#include "base/text.h"
#include "session/datestyle.h"
#include "session/known.h"

#include <string.h>

enum { SETTINGS_MAX = 1000 };

/* One that is not at its default.  told: what the client was told last, NULL: the start value.
 */
struct setting {
    const struct known *known;    /* NULL: a client's own, such as app.user */
    char               *own;      /* its name then                          */
    char               *level[3]; /* START, SESSION, LOCAL */
    char               *told;
};

/* ---- Strings ------------------------------------------------------------------------ */

static void free_text(const pgcopy_allocator *a, char **text)
{
    if (*text)
        mem_free(a, *text, strlen(*text) + 1);
    *text = NULL;
}

/* text NULL gives NULL; false for lack of memory. */
static bool dup_text(const pgcopy_allocator *a, const char *text, char **copy)
{
    *copy = text ? mem_new(a, strlen(text) + 1) : NULL;
    if (*copy)
        memcpy(*copy, text, strlen(text));
    return *copy || !text;
}

/* ---- Look-up ------------------------------------------------------------------------ */

static const char *name_of(const struct setting *e)
{
    return e->known ? e->known->name : e->own;
}

static struct setting *find(const struct settings *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (text_same_name(name_of(&set->list[i]), name))
            return &set->list[i];
    return NULL;
}

static const char *start_of(const struct setting *e, const struct known *k)
{
    return e && e->level[SETTING_START] ? e->level[SETTING_START] : k->value;
}

static const char *value_of(const struct setting *e, const struct known *k)
{
    for (int level = SETTING_LOCAL; e && level >= SETTING_START; level--)
        if (e->level[level])
            return e->level[level];
    return k ? k->value : NULL;
}

const char *settings_get(const struct settings *set, const char *name, const char **label)
{
    const struct known   *k = known_find(name);
    const struct setting *e = find(set, name);

    if (label)
        *label = k ? k->name : e ? e->own : name;
    return value_of(e, k);
}

const char *settings_name(size_t i)
{
    const struct known *k = known_at(i);

    return k ? k->name : NULL;
}

/* Asked after every message, and the default of each is no limit. */
uint32_t settings_ms(const struct settings *set, const char *name)
{
    uint32_t ms = 0;

    return known_ms(value_of(find(set, name), NULL), &ms) ? ms : 0;
}

bool settings_is_on(const struct settings *set, const char *name)
{
    const char *value = settings_get(set, name, NULL);

    return value && strcmp(value, "on") == 0;
}

pgcopy_datestyle settings_datestyle(const struct settings *set)
{
    return datestyle_of(settings_get(set, "DateStyle", NULL));
}

/* ---- Change ------------------------------------------------------------------------- */

static struct setting *add(struct settings *set, const pgcopy_allocator *a, const char *name,
                           const struct known *k)
{
    void *list = set->list;
    char *own;

    if (mem_grow(a, &list, &set->cap, set->count + 1, sizeof *set->list, SETTINGS_MAX) < 0)
        return NULL;
    set->list = list;
    if (!dup_text(a, k ? NULL : name, &own))
        return NULL;
    set->list[set->count] = (struct setting){.known = k, .own = own};
    return &set->list[set->count++];
}

static pgcopy_status store(struct settings *set, const pgcopy_allocator *a, const char *name,
                           const struct known *k, const char *value, enum setting_level level)
{
    struct setting *e = find(set, name);
    char           *copy;

    if (!e && !value)
        return PGCOPY_OK;
    if (!dup_text(a, value, &copy))
        return PGCOPY_ERR_NOMEM;
    if (!e && !(e = add(set, a, name, k))) {
        free_text(a, &copy);
        return PGCOPY_ERR_NOMEM;
    }
    if (level == SETTING_SESSION)
        free_text(a, &e->level[SETTING_LOCAL]);
    free_text(a, &e->level[level]);
    e->level[level] = copy;
    return PGCOPY_OK;
}

pgcopy_status settings_set(struct settings *set, const pgcopy_allocator *a, const char *name,
                           const char *value, enum setting_level level, pgcopy_error *err)
{
    const struct known   *k = known_find(name);
    const struct setting *e = find(set, name);
    char                  canonical[KNOWN_VALUE_MAX];

    if (!k && !strchr(name, '.') && !(!value && e))
        return pgcopy_error_set(err, "42704", "unrecognized configuration parameter \"%s\"",
                                name);
    if (k && k->fixed && level != SETTING_SERVER)
        return pgcopy_error_set(err, "55P02", "parameter \"%s\" cannot be changed", k->name);
    if (k && value) {
        pgcopy_status rc =
            known_check(k, set->zones, value, value_of(e, k), start_of(e, k), canonical, err);
        if (rc < 0)
            return rc;
        value = canonical;
    }
    return store(set, a, name, k, value, level == SETTING_SERVER ? SETTING_START : level);
}

void settings_reset_all(struct settings *set, const pgcopy_allocator *a)
{
    for (size_t i = 0; i < set->count; i++) {
        free_text(a, &set->list[i].level[SETTING_LOCAL]);
        free_text(a, &set->list[i].level[SETTING_SESSION]);
    }
}

void settings_end_local(struct settings *set, const pgcopy_allocator *a)
{
    for (size_t i = 0; i < set->count; i++)
        free_text(a, &set->list[i].level[SETTING_LOCAL]);
}

/* ---- ParameterStatus ---------------------------------------------------------------- */

static void report_changed(struct setting *e, const pgcopy_allocator *a, pgcopy_buf *out)
{
    const struct known *k     = e->known;
    const char         *value = value_of(e, k);
    const char         *start = start_of(e, k);
    char               *copy;

    if (strcmp(value, e->told ? e->told : start) == 0)
        return;
    pgcopy_write_parameter(out, k->name, value);
    if (!dup_text(a, value, &copy)) {
        out->failed = true;
        return;
    }
    free_text(a, &e->told);
    e->told = copy;
}

void settings_report(struct settings *set, const pgcopy_allocator *a, bool all, pgcopy_buf *out)
{
    const struct known *k;

    for (size_t i = 0; all && (k = known_at(i)); i++)
        if (k->reported)
            pgcopy_write_parameter(out, k->name, value_of(find(set, k->name), k));
    for (size_t i = 0; !all && i < set->count; i++)
        if (set->list[i].known && set->list[i].known->reported)
            report_changed(&set->list[i], a, out);
}

/* ---- Snapshots ---------------------------------------------------------------------- */

static bool copy_setting(struct settings *to, const struct setting *from,
                         const pgcopy_allocator *a)
{
    struct setting *e = add(to, a, from->own, from->known);

    if (!e)
        return false;
    for (int level = 0; level < 3; level++)
        if (!dup_text(a, from->level[level], &e->level[level]))
            return false;
    return dup_text(a, from->told, &e->told);
}

pgcopy_status settings_copy(struct settings *to, const struct settings *from,
                            const pgcopy_allocator *a)
{
    *to = (struct settings){.zones = from->zones};
    for (size_t i = 0; i < from->count; i++)
        if (!copy_setting(to, &from->list[i], a)) {
            settings_free(to, a);
            return PGCOPY_ERR_NOMEM;
        }
    return PGCOPY_OK;
}

/* What the client was told is no part of a transaction: it moves to the older list, and a
   setting that this one lacks lives on there without a value. */
void settings_back(struct settings *set, struct settings *to, const pgcopy_allocator *a)
{
    for (size_t i = 0; i < set->count; i++) {
        struct setting *now = &set->list[i], *then = find(to, name_of(now));
        char           *told = now->told;
        if (!then)
            then = told ? add(to, a, now->own, now->known) : NULL;
        if (then && told) {
            free_text(a, &then->told);
            then->told = told;
            now->told  = NULL;
        }
    }
    settings_free(set, a);
    *set = *to;
    *to  = (struct settings){0};
}

void settings_free(struct settings *set, const pgcopy_allocator *a)
{
    for (size_t i = 0; i < set->count; i++) {
        free_text(a, &set->list[i].own);
        for (int level = 0; level < 3; level++)
            free_text(a, &set->list[i].level[level]);
        free_text(a, &set->list[i].told);
    }
    mem_free(a, set->list, set->cap * sizeof *set->list);
    *set = (struct settings){0};
}
