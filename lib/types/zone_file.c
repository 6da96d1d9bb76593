/*
 * types/zone_file.c - a zone's file (TZif, RFC 9636): bytes from outside, so every count and
 * place in them is looked at.
 *
 *   version 1:  header | 32 bits of time ...
 *   from 2 on:  header | passed over       | header | 64 bits of time ... | \n rules \n
 *
 *   a block:    times | types of times | types | names | leap seconds | two sorts of flags
 */
#include "types/zone.h"

#include "base/bytes.h"
#include "base/mem.h"

#include <string.h>

enum { HEADER = 44, TYPE_SIZE = 6, TIMES_MAX = 2000, NAMES_MAX = 512 };

struct block {
    uint32_t       flags_of_utc, flags_of_std, leaps, ntimes, ntypes, nnames; /* in order */
    size_t         width; /* of a time, in bytes */
    const uint8_t *times, *of_time, *types, *names;
};

/* ---- The bytes ----------------------------------------------------------------------- */

static bool pass(pgcopy_slice *in, size_t n, const uint8_t **at)
{
    if (in->len < n)
        return false;
    *at = in->data;
    in->data += n;
    in->len -= n;
    return true;
}

/* Leap seconds are refused, as PostgreSQL does. */
static bool take_block(pgcopy_slice *in, size_t width, struct block *b, char *version)
{
    const uint8_t *head, *rest;

    if (!pass(in, HEADER, &head) || memcmp(head, "TZif", 4) != 0)
        return false;
    *version        = (char)head[4];
    b->flags_of_utc = get_u32(head + 20);
    b->flags_of_std = get_u32(head + 24);
    b->leaps        = get_u32(head + 28);
    b->ntimes       = get_u32(head + 32);
    b->ntypes       = get_u32(head + 36);
    b->nnames       = get_u32(head + 40);
    b->width        = width;
    if (b->leaps || b->ntimes > TIMES_MAX || b->ntypes < 1 || b->ntypes > ZONE_TYPES_MAX ||
        b->nnames < 1 || b->nnames > NAMES_MAX || b->flags_of_std > ZONE_TYPES_MAX ||
        b->flags_of_utc > ZONE_TYPES_MAX)
        return false;
    return pass(in, b->ntimes * width, &b->times) && pass(in, b->ntimes, &b->of_time) &&
           pass(in, (size_t)b->ntypes * TYPE_SIZE, &b->types) &&
           pass(in, b->nnames, &b->names) &&
           pass(in, (size_t)b->flags_of_std + b->flags_of_utc, &rest);
}

/* ---- The zone ------------------------------------------------------------------------ */

static int64_t time_at(const struct block *b, size_t i)
{
    if (b->width == 4)
        return (int32_t)get_u32(b->times + 4 * i);
    return (int64_t)get_u64(b->times + 8 * i);
}

/* Ascending, and so that a day more or less is a time too. */
static bool read_times(const struct block *b, int64_t *times, uint8_t *of_time)
{
    const int64_t far = INT64_C(1) << 60;

    for (size_t i = 0; i < b->ntimes; i++) {
        times[i]   = time_at(b, i);
        of_time[i] = b->of_time[i];
        if (times[i] < -far || times[i] > far || (i && times[i] <= times[i - 1]) ||
            of_time[i] >= b->ntypes)
            return false;
    }
    return true;
}

static bool read_types(const struct block *b, struct zone_type *types, char *names)
{
    enum { OFFSET_MAX = 7 * 86400 };

    if (b->names[b->nnames - 1] != '\0')
        return false;
    memcpy(names, b->names, b->nnames);
    for (size_t i = 0; i < b->ntypes; i++) {
        const uint8_t *p = b->types + TYPE_SIZE * i;
        types[i].offset  = (int32_t)get_u32(p);
        types[i].summer  = p[4] != 0;
        types[i].name    = names + p[5];
        if (types[i].offset <= -OFFSET_MAX || types[i].offset >= OFFSET_MAX ||
            p[5] >= b->nnames)
            return false;
    }
    return true;
}

/* The last line; without one the last type lasts for ever. */
static bool read_rules(pgcopy_slice in, pgcopy_zone *zone)
{
    char           text[ZONE_NAME_MAX + 1];
    const uint8_t *end =
        in.len > 1 && in.data[0] == '\n' ? memchr(in.data + 1, '\n', in.len - 1) : NULL;
    size_t n = end ? (size_t)(end - in.data) - 1 : 0;

    if (n == 0)
        return true;
    if (n >= sizeof text || memchr(in.data, '\0', n + 1))
        return false;
    memcpy(text, in.data + 1, n);
    text[n]     = '\0';
    zone->ruled = zone_rules_read(&zone->rules, text);
    return zone->ruled;
}

static bool take_file(pgcopy_slice *in, struct block *b)
{
    char version, again;

    if (!take_block(in, 4, b, &version))
        return false;
    if (version != '\0')
        return take_block(in, 8, b, &again);
    in->len = 0; /* no rules behind it */
    return true;
}

/* All in one piece: zone | times | types | types of times | names */
static pgcopy_zone *make(const struct block *b, const pgcopy_allocator *a, pgcopy_slice rules)
{
    size_t times = b->ntimes * sizeof(int64_t), types = b->ntypes * sizeof(struct zone_type);
    size_t size    = sizeof(pgcopy_zone) + times + types + b->ntimes + b->nnames;
    pgcopy_zone *z = mem_new(a, size);
    uint8_t     *p;

    if (!z)
        return NULL;
    p            = (uint8_t *)z + sizeof *z;
    z->allocator = *a;
    z->size      = size;
    z->ntimes    = b->ntimes;
    z->ntypes    = b->ntypes;
    z->times     = (int64_t *)(void *)p;
    z->types     = (struct zone_type *)(void *)(p + times);
    z->of_time   = p + times + types;
    if (read_times(b, (int64_t *)(void *)p, p + times + types) &&
        read_types(b, (struct zone_type *)(void *)(p + times),
                   (char *)p + times + types + b->ntimes) &&
        read_rules(rules, z))
        return z;
    pgcopy_zone_free(z);
    return NULL;
}

pgcopy_zone *pgcopy_zone_new(const char *name, pgcopy_slice file,
                             const pgcopy_allocator *allocator)
{
    pgcopy_allocator a = mem_allocator(allocator);
    struct block     b;
    pgcopy_zone     *zone;

    if (strlen(name) > ZONE_NAME_MAX || !take_file(&file, &b))
        return NULL;
    zone = make(&b, &a, file);
    if (zone)
        memcpy(zone->name, name, strlen(name) + 1);
    return zone;
}

void pgcopy_zone_free(pgcopy_zone *zone)
{
    pgcopy_allocator a;

    if (!zone)
        return;
    a = zone->allocator;
    mem_free(&a, zone, zone->size);
}
