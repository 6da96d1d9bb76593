/*
 * types/dt_zone.c - what a date or time is in its zone: that of its text (an offset, an
 * abbreviation, a name), else the session's; and the words that ask for the clock.
 *
 *   "2024-06-01 12:00 Europe/Berlin"    the offset is known when the date is (settle)
 */
#include "types/zone.h"

#include <string.h>

/* ---- Abbreviations that follow the history of a zone --------------------------------- */

/* Of pg_timezone_abbrevs; in dt_words.c they have the offset of today. */
static const char *const histories[][2] = {{"art", "America/Argentina/Buenos_Aires"},
                                           {"arst", "America/Argentina/Buenos_Aires"},
                                           {"clt", "America/Santiago"},
                                           {"gyt", "America/Guyana"},
                                           {"pyt", "America/Asuncion"},
                                           {"vet", "America/Caracas"},
                                           {"davt", "Antarctica/Davis"},
                                           {"mawt", "Antarctica/Mawson"},
                                           {"amst", "Asia/Yerevan"},
                                           {"anast", "Asia/Anadyr"},
                                           {"anat", "Asia/Anadyr"},
                                           {"azst", "Asia/Baku"},
                                           {"azt", "Asia/Baku"},
                                           {"gest", "Asia/Tbilisi"},
                                           {"get", "Asia/Tbilisi"},
                                           {"irkst", "Asia/Irkutsk"},
                                           {"irkt", "Asia/Irkutsk"},
                                           {"kgt", "Asia/Bishkek"},
                                           {"krast", "Asia/Krasnoyarsk"},
                                           {"krat", "Asia/Krasnoyarsk"},
                                           {"lkt", "Asia/Colombo"},
                                           {"magst", "Asia/Magadan"},
                                           {"magt", "Asia/Magadan"},
                                           {"novst", "Asia/Novosibirsk"},
                                           {"novt", "Asia/Novosibirsk"},
                                           {"omsst", "Asia/Omsk"},
                                           {"omst", "Asia/Omsk"},
                                           {"petst", "Asia/Kamchatka"},
                                           {"pett", "Asia/Kamchatka"},
                                           {"sgt", "Asia/Singapore"},
                                           {"tmt", "Asia/Ashgabat"},
                                           {"ulat", "Asia/Ulaanbaatar"},
                                           {"vlast", "Asia/Vladivostok"},
                                           {"vlat", "Asia/Vladivostok"},
                                           {"yakst", "Asia/Yakutsk"},
                                           {"yakt", "Asia/Yakutsk"},
                                           {"yekt", "Asia/Yekaterinburg"},
                                           {"fkst", "Atlantic/Stanley"},
                                           {"fkt", "Atlantic/Stanley"},
                                           {"lhdt", "Australia/Lord_Howe"},
                                           {"msk", "Europe/Moscow"},
                                           {"volt", "Europe/Volgograd"},
                                           {"iot", "Indian/Chagos"},
                                           {"ckt", "Pacific/Rarotonga"},
                                           {"easst", "Pacific/Easter"},
                                           {"east", "Pacific/Easter"},
                                           {"kost", "Pacific/Kosrae"},
                                           {"lint", "Pacific/Kiritimati"},
                                           {"nut", "Pacific/Niue"},
                                           {"tkt", "Pacific/Fakaofo"}};

/* NULL: the word has one meaning, or the zone's file is not there. */
static const pgcopy_zone *history_of(const pgcopy_zones *zones, const char *word)
{
    for (size_t i = 0; zones && zones->find && i < sizeof histories / sizeof *histories; i++)
        if (strcmp(word, histories[i][0]) == 0)
            return zones->find(zones->ctx, histories[i][1]);
    return NULL;
}

/* ---- The clock ----------------------------------------------------------------------- */

bool dt_has_clock(const pgcopy_when *when)
{
    return when->zones && when->zones->now;
}

void dt_now(const pgcopy_when *when, struct civil *t)
{
    struct zone_span span;
    int64_t          second = when->now / USECS_PER_SECOND - (when->now % USECS_PER_SECOND < 0);
    int64_t          local, days;

    zone_span_at(when->zone, second - (int64_t)UNIX_EPOCH * SECONDS_PER_DAY, &span);
    local = when->now + span.type->offset * USECS_PER_SECOND;
    days  = local / USECS_PER_DAY - (local % USECS_PER_DAY < 0);
    civil_of(days, t);
    clock_of(local - days * USECS_PER_DAY, t);
    t->zone = span.type->offset;
}

/* ---- A zone in a text ---------------------------------------------------------------- */

enum dt_status dt_zone_name(struct dt *d, const char *text)
{
    d->now      = HAVE_ZONE;
    d->bad_zone = text;
    d->named    = zone_find(d->when->zones, text, d->room);
    return d->named ? DT_OK : DT_BAD_ZONE;
}

enum dt_word dt_zone_word(struct dt *d, const char *text, int *value)
{
    const pgcopy_zone *zone = d->when->zone;
    struct zone_type   type;
    bool               fixed;

    if (zone_word(zone, text, &type, &fixed) && fixed) {
        *value = type.offset;
        return type.summer ? WORD_DST_ZONE : WORD_ZONE;
    }
    if (!type.name)
        zone = history_of(d->when->zones, text);
    if (!zone)
        return WORD_UNKNOWN;
    d->history      = zone;
    d->history_word = text;
    return WORD_ZONE;
}

/* ---- The offset ---------------------------------------------------------------------- */

/* The zone of a time without a date depends on today's; the time is the text's. */
static void take_today(struct dt *d, struct civil *t)
{
    dt_now(d->when, t);
    t->hour   = d->t.hour;
    t->minute = d->t.minute;
    t->second = d->t.second;
    t->usec   = d->t.usec;
}

/* DT_CLOCK: it needs one that is not there. */
static enum dt_status settle_undated(struct dt *d)
{
    struct civil today;

    if (zone_is_fixed(d->history ? d->history : d->when->zone, &d->t.zone))
        return DT_OK;
    if (!dt_has_clock(d->when))
        return d->zoned ? DT_CLOCK : DT_OK;
    take_today(d, &today);
    d->t.zone = d->history ? zone_word_offset(d->history, d->history_word, &today)
                           : zone_offset(d->when->zone, &today);
    return DT_OK;
}

static enum dt_status settle_name(struct dt *d, bool dated)
{
    if (!dated && !zone_is_fixed(d->named, &d->t.zone))
        return DT_FORMAT;
    if (dated)
        d->t.zone = zone_offset(d->named, &d->t);
    return DT_OK;
}

enum dt_status dt_settle_zone(struct dt *d)
{
    bool dated = (d->have & HAVE_DATE) == HAVE_DATE;

    if ((d->named || d->history) && (d->have & HAVE_DST))
        return DT_FORMAT;
    if (d->named)
        return settle_name(d, dated);
    if ((d->have & HAVE_ZONE) && !d->history)
        return DT_OK;
    if (d->time_only && (d->have & HAVE_DATE) && !dated)
        return DT_FORMAT;
    if (!dated)
        return settle_undated(d);
    d->t.zone = d->history ? zone_word_offset(d->history, d->history_word, &d->t)
                           : zone_offset(d->when->zone, &d->t);
    return DT_OK;
}
