/* types/interval.c - interval: months, days and microseconds, IntervalStyle postgres. */
#include "types/interval.h"

#include "base/bytes.h"

#include <string.h>

static pgcopy_status out_of_range(struct value *v)
{
    return pgcopy_error_set(v->err, "22008", "interval out of range");
}

/* ---- Typmod: fields that are not kept go, then seconds are rounded ------------------- */

static int32_t range_of(int32_t typmod)
{
    return typmod < 0 ? INTERVAL_ALL_FIELDS : typmod >> 16 & INTERVAL_ALL_FIELDS;
}

/* AdjustIntervalForTypmod cuts, it does not round. */
static void cut_fields(struct span *s, int32_t range)
{
    int64_t unit = range & INTERVAL_SECOND   ? 1
                   : range & INTERVAL_MINUTE ? USECS_PER_MINUTE
                   : range & INTERVAL_HOUR   ? USECS_PER_HOUR
                                             : 0;

    s->usecs = unit ? s->usecs / unit * unit : 0;
    if (!unit && !(range & INTERVAL_DAY))
        s->days = 0;
    if (range == INTERVAL_YEAR)
        s->months = s->months / 12 * 12;
}

static pgcopy_status apply_typmod(struct value *v, struct span *s)
{
    int digits = v->typmod < 0 ? INTERVAL_ALL_DIGITS : v->typmod & INTERVAL_ALL_DIGITS;

    if (v->typmod < 0 || s->infinite)
        return PGCOPY_OK;
    cut_fields(s, range_of(v->typmod));
    if (digits >= 6)
        return PGCOPY_OK;
    if (s->usecs > INT64_MAX - USECS_PER_SECOND || s->usecs < INT64_MIN + USECS_PER_SECOND)
        return out_of_range(v);
    s->usecs = round_usecs(s->usecs, digits);
    return PGCOPY_OK;
}

/* ---- Reading ------------------------------------------------------------------------- */

/* All three parts at their ends are the infinities (since 17), so no finite one may be that. */
static bool looks_infinite(const struct span *s)
{
    return (s->usecs == INT64_MAX && s->days == INT32_MAX && s->months == INT32_MAX) ||
           (s->usecs == INT64_MIN && s->days == INT32_MIN && s->months == INT32_MIN);
}

/* interval_in: words first; only what makes no sense in words is tried as ISO 8601. */
pgcopy_status interval_read(struct value *v, struct span *s)
{
    enum dt_status rc = interval_words(s, v->in, range_of(v->typmod));
    int64_t        months;

    if (rc == DT_FORMAT)
        rc = interval_iso(s, v->in);
    if (rc != DT_OK)
        return dt_refuse(v, rc == DT_OVERFLOW ? DT_INTERVAL_OVERFLOW : rc, NULL);
    months = (int64_t)s->years * 12 + s->months;
    if (months > INT32_MAX || months < INT32_MIN)
        return out_of_range(v);
    s->months = (int32_t)months;
    return !s->infinite && looks_infinite(s) ? out_of_range(v) : apply_typmod(v, s);
}

/* ---- Writing ------------------------------------------------------------------------- */

struct printer {
    char *p;
    bool  any;
    bool  minus; /* the part in front was negative: a positive one is marked */
};

static void print_part(struct printer *out, int32_t n, const char *unit)
{
    if (n == 0)
        return;
    if (out->any)
        *out->p++ = ' ';
    if (out->minus && n > 0)
        *out->p++ = '+';
    out->p    = print_number(out->p, n, 1);
    *out->p++ = ' ';
    memcpy(out->p, unit, strlen(unit));
    out->p += strlen(unit);
    if (n != 1)
        *out->p++ = 's';
    out->any   = true;
    out->minus = n < 0;
}

/* One sign for all; without parts in front it is written for 0 too. */
static void print_clock(struct printer *out, int64_t usecs)
{
    uint64_t n = usecs < 0 ? 0 - (uint64_t)usecs : (uint64_t)usecs;

    if (out->any)
        *out->p++ = ' ';
    if (usecs < 0 || out->minus)
        *out->p++ = usecs < 0 ? '-' : '+';
    out->p    = print_number(out->p, (int64_t)(n / (uint64_t)USECS_PER_HOUR), 2);
    *out->p++ = ':';
    out->p    = print_number(out->p, (int64_t)(n / (uint64_t)USECS_PER_MINUTE % 60), 2);
    *out->p++ = ':';
    out->p    = print_number(out->p, (int64_t)(n / (uint64_t)USECS_PER_SECOND % 60), 2);
    out->p    = print_usec(out->p, (int64_t)(n % (uint64_t)USECS_PER_SECOND));
}

static pgcopy_status set_interval(struct value *v, const struct span *s)
{
    char           text[DT_PRINT_MAX + 40];
    struct printer out = {.p = text};

    if (s->infinite)
        return s->infinite > 0 ? value_set(v, "infinity", 8) : value_set(v, "-infinity", 9);
    print_part(&out, s->months / 12, "year");
    print_part(&out, s->months % 12, "mon");
    print_part(&out, s->days, "day");
    if (!out.any || s->usecs)
        print_clock(&out, s->usecs);
    return value_set(v, text, (size_t)(out.p - text));
}

/* ---- Steps --------------------------------------------------------------------------- */

enum { WIRE_BYTES = 16 };

pgcopy_status interval_check(struct value *v)
{
    struct span   s;
    pgcopy_status rc = interval_read(v, &s);

    return rc < 0 ? rc : set_interval(v, &s);
}

/* interval_recv applies typmod before anyone asks if bytes are left. */
pgcopy_status interval_to_text(struct value *v)
{
    struct span   s = {0};
    pgcopy_status rc;

    if (v->in.len < WIRE_BYTES)
        return bad_binary(v, WIRE_BYTES);
    s.usecs    = (int64_t)get_u64(v->in.data);
    s.days     = (int32_t)get_u32(v->in.data + 8);
    s.months   = (int32_t)get_u32(v->in.data + 12);
    s.infinite = !looks_infinite(&s) ? 0 : s.days > 0 ? 1 : -1;
    rc         = apply_typmod(v, &s);
    if (rc == PGCOPY_OK && v->in.len > WIRE_BYTES)
        rc = bad_binary(v, WIRE_BYTES);
    return rc < 0 ? rc : set_interval(v, &s);
}

pgcopy_status interval_to_binary(struct value *v)
{
    uint8_t       wire[WIRE_BYTES];
    struct span   s;
    pgcopy_status rc = interval_read(v, &s);

    if (rc < 0)
        return rc;
    if (s.infinite)
        s = s.infinite > 0 ? (struct span){INT64_MAX, INT32_MAX, INT32_MAX, 0, 1}
                           : (struct span){INT64_MIN, INT32_MIN, INT32_MIN, 0, -1};
    put_u64(wire, (uint64_t)s.usecs);
    put_u32(wire + 8, (uint32_t)s.days);
    put_u32(wire + 12, (uint32_t)s.months);
    return value_set(v, wire, sizeof wire);
}
