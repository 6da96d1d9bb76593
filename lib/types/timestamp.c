/*
 * types/timestamp.c - timestamp and timestamptz: microseconds from 2000-01-01 in 64 bits, the
 * ends of which are the infinities; of timestamptz, in UTC.
 */
#include "types/zone.h"

#include "base/bytes.h"

#include <string.h>

/* From 4714-11-24 BC to before 294277-01-01. */
#define TIMESTAMP_FIRST INT64_C(-211813488000000000)
#define TIMESTAMP_END   INT64_C(9223371331200000000)

static bool is_infinite(int64_t usecs)
{
    return usecs == INT64_MAX || usecs == INT64_MIN;
}

static bool is_in_range(int64_t usecs)
{
    return usecs >= TIMESTAMP_FIRST && usecs < TIMESTAMP_END;
}

/* "+00" is what TimeZone UTC prints; another offset has to be counted. */
static bool is_plain(pgcopy_slice s, size_t zone, int32_t typmod)
{
    if (s.len < 19 + zone || s.len > 26 + zone || s.data[10] != ' ')
        return false;
    return iso_date(s.data) && iso_time(s.data + 11, s.len - zone - 11, typmod) &&
           memcmp(s.data + s.len - zone, "+00", zone) == 0;
}

/* Its typmod leaves nothing to round. */
static int64_t plain_usecs(pgcopy_slice s, size_t zone)
{
    struct civil t;

    iso_civil(s.data, &t);
    iso_clock(s.data + 11, s.len - zone - 11, &t);
    return days_of(t.year, t.month, t.day) * USECS_PER_DAY + usecs_of(&t);
}

/* Days are counted first: those that fit leave room for a day's time and zone. */
static pgcopy_status count_usecs(struct value *v, const struct civil *t, int zone,
                                 int64_t *usecs)
{
    int64_t days = has_julian(t) ? days_of(t->year, t->month, t->day) : INT64_MAX;

    if (days > TIMESTAMP_END / USECS_PER_DAY || days < TIMESTAMP_FIRST / USECS_PER_DAY - 1)
        return bad_point(v, "timestamp");
    *usecs = days * USECS_PER_DAY + usecs_of(t) - zone * USECS_PER_SECOND;
    if (!is_in_range(*usecs))
        return bad_point(v, "timestamp");
    *usecs = round_usecs(*usecs, v->typmod); /* may leave the range, as in PostgreSQL */
    return PGCOPY_OK;
}

/* timestamp_in reads a zone and forgets it; timestamptz_in counts it. */
static pgcopy_status parse_timestamp(struct value *v, bool zoned, int64_t *usecs)
{
    struct dt      d;
    enum dt_status rc = dt_decode(&d, v, false);

    if (rc != DT_OK)
        return dt_refuse(v, rc, d.bad_zone);
    *usecs = d.special == WORD_LATE    ? INT64_MAX
             : d.special == WORD_EARLY ? INT64_MIN
                                       : UNIX_EPOCH * USECS_PER_DAY;
    return d.special == WORD_UNKNOWN ? count_usecs(v, &d.t, zoned ? d.t.zone : 0, usecs)
                                     : PGCOPY_OK;
}

static int64_t floor_to(int64_t usecs, int64_t unit)
{
    return usecs / unit - (usecs % unit < 0);
}

static pgcopy_status set_timestamp(struct value *v, bool zoned, int64_t usecs)
{
    char             text[DT_PRINT_MAX];
    char            *end;
    int64_t          days;
    struct civil     t;
    struct zone_span span;

    if (is_infinite(usecs))
        return usecs > 0 ? value_set(v, "infinity", 8) : value_set(v, "-infinity", 9);
    zone_span_at(zoned ? v->dates->into : NULL,
                 floor_to(usecs, USECS_PER_SECOND) - (int64_t)UNIX_EPOCH * SECONDS_PER_DAY,
                 &span);
    usecs += span.type->offset * USECS_PER_SECOND;
    days = floor_to(usecs, USECS_PER_DAY);
    civil_of(days, &t);
    clock_of(usecs - days * USECS_PER_DAY, &t);
    t.zone = span.type->offset;
    end    = print_timestamp(text, &t, zoned ? span.type->name : NULL, v->dates->style);
    return value_set(v, text, (size_t)(end - text));
}

static pgcopy_status check_timestamp(struct value *v, bool zoned)
{
    int64_t       usecs;
    pgcopy_status rc;

    if (v->dates->style.style == PGCOPY_DATE_STYLE_ISO && !v->dates->into &&
        is_plain(v->in, zoned ? 3 : 0, v->typmod))
        return PGCOPY_OK;
    rc = parse_timestamp(v, zoned, &usecs);
    return rc < 0 ? rc : set_timestamp(v, zoned, usecs);
}

/* timestamp_recv judges the range before typmod rounds. */
static pgcopy_status timestamp_from_binary(struct value *v, bool zoned)
{
    int64_t usecs;

    if (v->in.len < 8)
        return bad_binary(v, 8);
    usecs = (int64_t)get_u64(v->in.data);
    if (!is_infinite(usecs) && !is_in_range(usecs))
        return pgcopy_error_set(v->err, "22008", "timestamp out of range");
    if (v->in.len > 8)
        return bad_binary(v, 8);
    return set_timestamp(v, zoned, is_infinite(usecs) ? usecs : round_usecs(usecs, v->typmod));
}

static pgcopy_status timestamp_into_binary(struct value *v, bool zoned)
{
    uint8_t       wire[8];
    int64_t       usecs;
    size_t        zone = zoned ? 3 : 0;
    pgcopy_status rc   = PGCOPY_OK;

    if (is_plain(v->in, zone, v->typmod))
        usecs = plain_usecs(v->in, zone);
    else
        rc = parse_timestamp(v, zoned, &usecs);
    if (rc < 0)
        return rc;
    put_u64(wire, (uint64_t)usecs);
    return value_set(v, wire, sizeof wire);
}

pgcopy_status timestamp_check(struct value *v)
{
    return check_timestamp(v, false);
}

pgcopy_status timestamptz_check(struct value *v)
{
    return check_timestamp(v, true);
}

pgcopy_status timestamp_to_text(struct value *v)
{
    return timestamp_from_binary(v, false);
}

pgcopy_status timestamptz_to_text(struct value *v)
{
    return timestamp_from_binary(v, true);
}

pgcopy_status timestamp_to_binary(struct value *v)
{
    return timestamp_into_binary(v, false);
}

pgcopy_status timestamptz_to_binary(struct value *v)
{
    return timestamp_into_binary(v, true);
}
