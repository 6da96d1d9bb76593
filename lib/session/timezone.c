/*
 * session/timezone.c - TimeZone as SET takes it and SHOW prints it (manual 19.11.2 and B.5;
 * check_timezone), and what it means.
 *
 *   'europe/berlin'                      Europe/Berlin
 *   2                                    <+02>-02
 *   INTERVAL '-08:00' HOUR TO MINUTE     <-08>+08
 *   'EST5EDT', '+02:00'                  as POSIX has them: what is west counts
 */
#include "session/timezone.h"

#include "base/text.h"
#include "types/interval.h"

#include <string.h>

/* ---- What is wrong ------------------------------------------------------------------- */

static pgcopy_status refused(const char *value, const char *detail, pgcopy_error *err)
{
    pgcopy_error_set(err, "22023", "invalid value for parameter \"TimeZone\": \"%s\"", value);
    if (err && detail)
        text_add(err->detail, sizeof err->detail, detail, strlen(detail));
    return PGCOPY_ERR_SQL;
}

static pgcopy_status no_such_zone(const pgcopy_zones *zones, const char *value,
                                  pgcopy_error *err)
{
    bool none = !zones || !zones->find;

    return refused(value, none ? "This server has no files of time zones." : NULL, err);
}

/* ---- Offsets ------------------------------------------------------------------------- */

static pgcopy_status of_offset(const char *value, int64_t offset, char *canonical,
                               pgcopy_error *err)
{
    pgcopy_zone room;

    if (!zone_of_offset(offset, &room))
        return refused(value, "UTC timezone offset is out of range.", err);
    memcpy(canonical, room.name, sizeof room.name);
    return PGCOPY_OK;
}

/* A number of hours, perhaps with a fraction. */
static bool is_hours(const char *value, double *hours)
{
    pgcopy_slice s = {(const uint8_t *)value, strlen(value)};

    return s.len && float_of(s, hours) == s.len;
}

static pgcopy_status of_hours(const char *value, double hours, char *canonical,
                              pgcopy_error *err)
{
    enum { FAR = 1000 };
    bool near = hours > -FAR && hours < FAR; /* false for NaN */

    return of_offset(value, near ? (int64_t)(hours * 3600) : INT32_MAX, canonical, err);
}

/* The typmod of the fields behind the string, as "interval hour to minute" has it. */
static int32_t typmod_of(const char *fields)
{
    char    name[64] = "interval";
    int32_t typmod   = -1;

    text_add(name, sizeof name, fields, strlen(fields));
    (void)pgcopy_type_by_name(name, &typmod);
    return typmod;
}

static pgcopy_status read_span(pgcopy_slice text, int32_t typmod, struct span *span,
                               pgcopy_error *err)
{
    static const struct date_rules usual = {.into = NULL};
    struct value                   v     = {.in     = text,
                                            .type   = type_find(PGCOPY_OID_INTERVAL),
                                            .typmod = typmod,
                                            .err    = err,
                                            .dates  = &usual};

    return interval_read(&v, span);
}

/* INTERVAL 'x', and what the statement said behind it. */
static pgcopy_status of_interval(const char *value, char *canonical, pgcopy_error *err)
{
    const char   *begin = value + strlen("interval");
    const char   *end;
    struct span   span = {0};
    pgcopy_status rc;

    while (is_space((uint8_t)*begin))
        begin++;
    end = *begin == '\'' ? strchr(begin + 1, '\'') : NULL;
    if (!end)
        return refused(value, NULL, err);
    rc = read_span((pgcopy_slice){(const uint8_t *)begin + 1, (size_t)(end - begin) - 1},
                   typmod_of(end + 1), &span, err);
    if (rc < 0)
        return rc;
    if (span.months)
        return refused(value, "Cannot specify months in time zone interval.", err);
    if (span.days)
        return refused(value, "Cannot specify days in time zone interval.", err);
    return of_offset(value, span.infinite ? INT32_MAX : span.usecs / USECS_PER_SECOND,
                     canonical, err);
}

/* ---- The setting --------------------------------------------------------------------- */

pgcopy_status timezone_read(const pgcopy_zones *zones, const char *value,
                            char canonical[ZONE_NAME_MAX + 1], pgcopy_error *err)
{
    static const char  word[] = "interval";
    const pgcopy_zone *zone;
    pgcopy_zone        room;
    double             hours;

    if (strlen(value) >= sizeof word - 1 &&
        text_is((const uint8_t *)value, sizeof word - 1, word))
        return of_interval(value, canonical, err);
    if (is_hours(value, &hours))
        return of_hours(value, hours, canonical, err);
    zone = zone_find(zones, value, &room);
    if (!zone)
        return no_such_zone(zones, value, err);
    memcpy(canonical, zone->name, sizeof zone->name);
    return PGCOPY_OK;
}

static bool is_utc(const char *name)
{
    return strcmp(name, "UTC") == 0;
}

bool timezone_is_utc(const pgcopy_session *s)
{
    return is_utc(settings_get(&s->settings, "TimeZone", NULL));
}

void timezone_now(const pgcopy_session *s, pgcopy_when *when, pgcopy_zone *room)
{
    const char *name = settings_get(&s->settings, "TimeZone", NULL);

    when->zones = s->settings.zones;
    when->zone  = is_utc(name) ? NULL : zone_find(when->zones, name, room);
    when->now   = s->tx.start;
}
