/* types/zone.c - how clocks go in a zone at an instant, and which instant a local time is. */
#include "types/zone.h"

#include <string.h>

static const struct zone_type utc = {0, false, "UTC"};

/* ---- An instant ---------------------------------------------------------------------- */

/* How many transitions are at or before the instant. */
static size_t times_until(const pgcopy_zone *zone, int64_t instant)
{
    size_t low = 0, high = zone->ntimes;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (instant < zone->times[mid])
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/* The years beside it too: the last change of a year may come in the next one. */
static void span_by_rules(const pgcopy_zone *zone, int64_t instant, struct zone_span *span)
{
    int64_t            begun = zone->ntimes ? zone->times[zone->ntimes - 1] : INT64_MIN;
    int64_t            days  = instant / SECONDS_PER_DAY - (instant % SECONDS_PER_DAY < 0);
    struct civil       t;
    struct zone_change changes[2];

    civil_of(days + UNIX_EPOCH, &t);
    for (int year = t.year - 1; year <= t.year + 1; year++) {
        size_t n = zone_rules_changes(&zone->rules, year, changes);
        for (size_t i = 0; i < n; i++) {
            if (changes[i].at <= begun)
                continue;
            if (changes[i].at <= instant) {
                span->type = changes[i].to;
                span->from = changes[i].at;
            } else if (span->until == INT64_MAX) {
                span->next  = changes[i].to;
                span->until = changes[i].at;
            }
        }
    }
}

/* Rules alone without a change are of a zone that is always in summer, or never. */
static const struct zone_type *first_type(const pgcopy_zone *zone)
{
    struct zone_change changes[2];

    if (zone->ntypes)
        return &zone->types[0];
    return zone->rules.changes && !zone_rules_changes(&zone->rules, 1970, changes)
               ? &zone->rules.summer
               : &zone->rules.winter;
}

void zone_span_at(const pgcopy_zone *zone, int64_t instant, struct zone_span *span)
{
    size_t n = zone ? times_until(zone, instant) : 0;

    *span = (struct zone_span){.type = &utc, .from = INT64_MIN, .until = INT64_MAX};
    if (!zone)
        return;
    span->type = first_type(zone);
    if (n) {
        span->type = &zone->types[zone->of_time[n - 1]];
        span->from = zone->times[n - 1];
    }
    if (n < zone->ntimes) {
        span->next  = &zone->types[zone->of_time[n]];
        span->until = zone->times[n];
    } else if (zone->ruled && zone->rules.changes) {
        span_by_rules(zone, instant, span);
    }
}

/* ---- A local time -------------------------------------------------------------------- */

static int64_t local_seconds(const struct civil *t)
{
    return (days_of(t->year, t->month, t->day) - UNIX_EPOCH) * SECONDS_PER_DAY +
           usecs_of(t) / USECS_PER_SECOND;
}

/* DetermineTimeZoneOffset: of the change next to it both sides are tried.  What comes twice is
   taken for the later, what is passed over is counted as before the change. */
static int offset_at(const pgcopy_zone *zone, int64_t local)
{
    struct zone_span span;
    int64_t          before, after;

    zone_span_at(zone, local - SECONDS_PER_DAY, &span);
    if (!span.next)
        return span.type->offset;
    before = local - span.type->offset;
    after  = local - span.next->offset;
    if (before < span.until && after < span.until)
        return span.type->offset;
    if (before > span.until && after >= span.until)
        return span.next->offset;
    return before > after ? span.type->offset : span.next->offset;
}

int zone_offset(const pgcopy_zone *zone, const struct civil *t)
{
    return zone && has_julian(t) ? offset_at(zone, local_seconds(t)) : 0;
}

bool zone_is_fixed(const pgcopy_zone *zone, int *offset)
{
    *offset = zone ? first_type(zone)->offset : 0;
    if (!zone)
        return true;
    for (size_t i = 0; i < zone->ntypes; i++)
        if (zone->types[i].offset != *offset)
            return false;
    return !zone->ruled || !zone->rules.changes ||
           (zone->rules.winter.offset == *offset && zone->rules.summer.offset == *offset);
}

/* ---- Abbreviations ------------------------------------------------------------------- */

static bool is_named(const struct zone_type *type, const char *word)
{
    return text_is((const uint8_t *)type->name, strlen(type->name), word);
}

/* Does the type agree with what was found before it? */
static bool agrees(const struct zone_type *type, const char *word, struct zone_type *found)
{
    if (!is_named(type, word))
        return true;
    if (!found->name)
        *found = *type;
    return found->offset == type->offset && found->summer == type->summer;
}

/* pg_timezone_abbrev_is_known */
bool zone_word(const pgcopy_zone *zone, const char *word, struct zone_type *type, bool *fixed)
{
    *type  = (struct zone_type){.name = NULL};
    *fixed = true;
    for (size_t i = 0; zone && *fixed && i < zone->ntypes; i++)
        *fixed = agrees(&zone->types[i], word, type);
    if (zone && *fixed && zone->ruled)
        *fixed = agrees(&zone->rules.winter, word, type);
    if (zone && *fixed && zone->ruled && zone->rules.changes)
        *fixed = agrees(&zone->rules.summer, word, type);
    return type->name != NULL;
}

/* The last use before the instant, else the first one behind it (pg_interpret_timezone_abbrev);
   rules need no more than a year, so a few steps behind the table are enough. */
static const struct zone_type *nearest(const pgcopy_zone *zone, const char *word,
                                       int64_t instant)
{
    enum { RULE_STEPS = 4 };
    struct zone_span span;
    size_t           left;

    zone_span_at(zone, instant, &span);
    for (left = zone->ntimes + RULE_STEPS; left; left--) {
        if (is_named(span.type, word))
            return span.type;
        if (span.from == INT64_MIN)
            break;
        zone_span_at(zone, span.from - 1, &span);
    }
    zone_span_at(zone, instant, &span);
    for (left = zone->ntimes + RULE_STEPS; left && span.next; left--) {
        if (is_named(span.next, word))
            return span.next;
        zone_span_at(zone, span.until, &span);
    }
    return NULL;
}

int zone_word_offset(const pgcopy_zone *zone, const char *word, const struct civil *t)
{
    int                     offset = zone_offset(zone, t);
    const struct zone_type *type =
        zone && has_julian(t) ? nearest(zone, word, local_seconds(t) - offset) : NULL;

    return type ? type->offset : offset;
}
