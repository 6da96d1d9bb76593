/*
 * types/zone.h - a time zone from the inside: its table of transitions, and behind that the
 * rules that go on for ever.
 *
 *    types[0]  | of_time[0]    ...    of_time[n-1] | summer   winter   summer ...
 *              times[0]   times[1] ...  times[n-1]   rules: CET-1CEST,M3.5.0,M10.5.0/3
 *
 * Instants are seconds from 1970, as in the files.
 */
#ifndef TYPES_ZONE_H
#define TYPES_ZONE_H

#include <pgcopy/types.h>

#include "types/datetime.h"

/* One way that clocks go: CEST is 7200, and summer. */
struct zone_type {
    int32_t     offset; /* seconds east of UTC */
    bool        summer;
    const char *name;
};

/* When clocks change, each year (POSIX.1 8.3): M3.5.0/2, J60, 59. */
struct zone_date {
    char    kind; /* 'M', 'J', or '0': a day from 0, leap days counted   */
    int     month, week, day;
    int32_t time; /* seconds from that midnight, by the clock before it */
};

enum { ZONE_NAME_MAX = 255, ZONE_RULE_NAMES = 50, ZONE_TYPES_MAX = 256 };

struct zone_rules {
    bool             changes; /* there is a summer time                */
    struct zone_type winter, summer;
    struct zone_date start, end; /* of summer                             */
    char             names[ZONE_RULE_NAMES];
};

struct pgcopy_zone {
    pgcopy_allocator        allocator;
    size_t                  size; /* of this, with what is behind it; 0: on the stack */
    char                    name[ZONE_NAME_MAX + 1]; /* as SHOW TimeZone has it      */
    size_t                  ntimes, ntypes;
    const int64_t          *times; /* ascending                                    */
    const uint8_t          *of_time;
    const struct zone_type *types;
    bool                    ruled; /* `rules` go on behind the table               */
    struct zone_rules       rules;
};

/* ---- zone_rules.c: POSIX's strings --------------------------------------------------- */

/* "CET-1CEST,M3.5.0,M10.5.0/3"; false: it is none. */
bool zone_rules_read(struct zone_rules *rules, const char *text);

/* The times of one year when clocks change, in order. */
struct zone_change {
    int64_t                 at;
    const struct zone_type *to;
};
size_t zone_rules_changes(const struct zone_rules *rules, int year,
                          struct zone_change changes[2]);

/* ---- zone_names.c: what SET TimeZone and values call a zone -------------------------- */

/* POSIX's strings are made in *room; NULL: there is no such zone. */
const pgcopy_zone *zone_find(const pgcopy_zones *zones, const char *name, pgcopy_zone *room);

/* Seconds east of UTC, as "<+02>-02"; NULL: out of range. */
const pgcopy_zone *zone_of_offset(int64_t offset, pgcopy_zone *room);

/* ---- zone.c: questions; zone NULL is UTC --------------------------------------------- */

/* How clocks go at an instant, and where that ends. */
struct zone_span {
    const struct zone_type *type, *next;
    int64_t                 from, until; /* ends that are not there: INT64_MIN, INT64_MAX */
};
void zone_span_at(const pgcopy_zone *zone, int64_t instant, struct zone_span *span);

/* Of a local time, as PostgreSQL takes those that do not exist or come twice. */
int zone_offset(const pgcopy_zone *zone, const struct civil *t);

/* Has it had but one offset ever? */
bool zone_is_fixed(const pgcopy_zone *zone, int *offset);

/* An abbreviation of this zone, in lower case, at the local time t; false: it has none such.
 *fixed: it means the same at all times. */
bool zone_word(const pgcopy_zone *zone, const char *word, struct zone_type *type, bool *fixed);
int  zone_word_offset(const pgcopy_zone *zone, const char *word, const struct civil *t);

#endif
