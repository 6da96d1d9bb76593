/* types/interval_iso.c - intervals as ISO 8601 writes them, and the sums behind all forms. */
#include "types/interval.h"

#include <string.h>

/* ---- Sums: whole units, and fractions that move on to smaller ones ------------------- */

static bool add_usecs(struct span *s, int64_t n, int64_t scale)
{
    int64_t more;

    if (n > INT64_MAX / scale || n < INT64_MIN / scale)
        return false;
    more = n * scale;
    if (more > 0 ? s->usecs > INT64_MAX - more : s->usecs < INT64_MIN - more)
        return false;
    s->usecs += more;
    return true;
}

/* Out of range before or after scaling, or in the sum. */
static bool add_int(int32_t *sum, int64_t n, int32_t scale)
{
    int64_t all;

    if (n > INT32_MAX || n < INT32_MIN)
        return false;
    n *= scale;
    all = *sum + n;
    if (n > INT32_MAX || n < INT32_MIN || all > INT32_MAX || all < INT32_MIN)
        return false;
    *sum = (int32_t)all;
    return true;
}

/* Of less than 1, so that nothing is out of range; halves are not rounded up. */
static bool add_fraction(struct span *s, double fraction, int64_t scale)
{
    double  scaled = fraction * (double)scale;
    int64_t usecs  = (int64_t)scaled;
    double  rest   = scaled - (double)usecs;

    return add_usecs(s, usecs + (rest > 0.5) - (rest < -0.5), 1);
}

static bool add_days(struct span *s, int64_t n, double fraction, int32_t scale)
{
    double  days  = fraction * scale;
    int32_t whole = (int32_t)days;

    return add_int(&s->days, n, scale) && add_int(&s->days, whole, 1) &&
           add_fraction(s, days - whole, USECS_PER_DAY);
}

/* A fraction of a month is one of 30 days. */
static bool add_months(struct span *s, int64_t n, double fraction)
{
    return add_int(&s->months, n, 1) && add_days(s, 0, fraction, 30);
}

/* A fraction of a year is rounded to months, halves to even ones. */
static bool add_years(struct span *s, int64_t n, double fraction, int32_t scale)
{
    double  months = fraction * scale * 12;
    int32_t whole  = (int32_t)months;
    double  rest   = months - whole;

    if (rest > 0.5 || (rest == 0.5 && whole % 2))
        whole++;
    if (rest < -0.5 || (rest == -0.5 && whole % 2))
        whole--;
    return add_int(&s->years, n, scale) && add_int(&s->months, whole, 1);
}

static bool add_time(struct span *s, int64_t n, double fraction, int64_t scale)
{
    return add_usecs(s, n, scale) && add_fraction(s, fraction, scale);
}

bool span_add(struct span *s, enum span_unit unit, int64_t n, double fraction)
{
    switch (unit) {
    case SPAN_USEC:
        return add_time(s, n, fraction, 1);
    case SPAN_MSEC:
        return add_time(s, n, fraction, 1000);
    case SPAN_SECOND:
        return add_time(s, n, fraction, USECS_PER_SECOND);
    case SPAN_MINUTE:
        return add_time(s, n, fraction, USECS_PER_MINUTE);
    case SPAN_HOUR:
        return add_time(s, n, fraction, USECS_PER_HOUR);
    case SPAN_DAY:
        return add_days(s, n, fraction, 1);
    case SPAN_WEEK:
        return add_days(s, n, fraction, 7);
    case SPAN_MONTH:
        return add_months(s, n, fraction);
    case SPAN_YEAR:
        return add_years(s, n, fraction, 1);
    case SPAN_DECADE:
        return add_years(s, n, fraction, 10);
    case SPAN_CENTURY:
        return add_years(s, n, fraction, 100);
    case SPAN_MILLENNIUM:
        return add_years(s, n, fraction, 1000);
    case SPAN_NONE:
        break;
    }
    return false;
}

/* ---- ISO 8601 ------------------------------------------------------------------------ */

struct iso {
    struct span   *out;
    const uint8_t *p, *end;
    int64_t        n; /* the last number */
    double         fraction;
    size_t         width; /* of its digits before the point, without a sign */
    bool           time;  /* behind the T    */
    bool           any;   /* a field with its unit was there */
};

static uint8_t peek(const struct iso *i)
{
    return i->p < i->end ? *i->p : 0;
}

/* Behind a minus strtod takes inf and nan too; whatever follows, they are out of range. */
static bool is_infinite(const struct iso *i)
{
    char word[4] = "";

    for (size_t k = 0; k < 3 && (size_t)(i->end - i->p) > k + 1; k++)
        word[k] = (char)(i->p[k + 1] | 0x20); /* in small letters */
    return peek(i) == '-' && (strcmp(word, "inf") == 0 || strcmp(word, "nan") == 0);
}

/* What strtod takes, beginning with a digit, a minus or a point. */
static enum dt_status take_number(struct iso *i)
{
    const uint8_t *p = i->p + (peek(i) == '-');
    double         d;
    size_t         taken;

    if (!is_digit(peek(i)) && peek(i) != '-' && peek(i) != '.')
        return DT_FORMAT;
    if (is_infinite(i))
        return DT_OVERFLOW;
    i->width = count_digits(p, (size_t)(i->end - p));
    taken    = float_of((pgcopy_slice){i->p, (size_t)(i->end - i->p)}, &d);
    if (!taken)
        return DT_FORMAT;
    if (d < -1.0e15 || d > 1.0e15)
        return DT_OVERFLOW;
    i->p += taken;
    i->n        = (int64_t)d;
    i->fraction = d - (double)i->n;
    return DT_OK;
}

static enum dt_status add(struct iso *i, enum span_unit unit)
{
    return span_add(i->out, unit, i->n, i->fraction) ? DT_OK : DT_OVERFLOW;
}

/* yyyymmdd */
static enum dt_status add_date(struct iso *i)
{
    return span_add(i->out, SPAN_YEAR, i->n / 10000, 0) &&
                   span_add(i->out, SPAN_MONTH, i->n / 100 % 100, 0) &&
                   span_add(i->out, SPAN_DAY, i->n % 100, i->fraction)
               ? DT_OK
               : DT_OVERFLOW;
}

/* hhmmss; its fraction is one of a microsecond (so it is in PostgreSQL) */
static enum dt_status add_clock(struct iso *i)
{
    return span_add(i->out, SPAN_HOUR, i->n / 10000, 0) &&
                   span_add(i->out, SPAN_MINUTE, i->n / 100 % 100, 0) &&
                   span_add(i->out, SPAN_SECOND, i->n % 100, 0) &&
                   span_add(i->out, SPAN_USEC, 0, i->fraction)
               ? DT_OK
               : DT_OVERFLOW;
}

/* The first number is there: year-month-day or hour:minute:second, each end but the first may
   be missing; a date may go on with a T. */
static enum dt_status take_parts(struct iso *i, const enum span_unit *units, uint8_t separator)
{
    enum dt_status rc = i->any ? DT_FORMAT : add(i, units[0]);

    for (int k = 1; rc == DT_OK && k < 3 && peek(i) == separator; k++) {
        i->p++;
        rc = take_number(i);
        rc = rc == DT_OK ? add(i, units[k]) : rc;
    }
    if (rc == DT_OK && i->p < i->end && !(peek(i) == 'T' && !i->time))
        return DT_FORMAT;
    return rc;
}

/* M is a month before the T, a minute behind it. */
static bool unit_of(const struct iso *i, enum span_unit *unit)
{
    switch (peek(i)) {
    case 'Y':
        *unit = SPAN_YEAR;
        return !i->time;
    case 'M':
        *unit = i->time ? SPAN_MINUTE : SPAN_MONTH;
        return true;
    case 'W':
        *unit = SPAN_WEEK;
        return !i->time;
    case 'D':
        *unit = SPAN_DAY;
        return !i->time;
    case 'H':
        *unit = SPAN_HOUR;
        return i->time;
    case 'S':
        *unit = SPAN_SECOND;
        return i->time;
    default:
        return false;
    }
}

static bool ends_part(const struct iso *i)
{
    return i->p == i->end || (peek(i) == 'T' && !i->time);
}

/* A number without a unit begins one of the alternative forms, which cannot be mixed in. */
static enum dt_status take_field(struct iso *i)
{
    static const enum span_unit date[]  = {SPAN_YEAR, SPAN_MONTH, SPAN_DAY};
    static const enum span_unit clock[] = {SPAN_HOUR, SPAN_MINUTE, SPAN_SECOND};
    enum span_unit              unit;
    enum dt_status              rc = take_number(i);

    if (rc != DT_OK)
        return rc;
    if (unit_of(i, &unit)) {
        i->any = true;
        i->p++;
        return add(i, unit);
    }
    if (ends_part(i) && !i->any && i->width == (i->time ? 6 : 8))
        return i->time ? add_clock(i) : add_date(i);
    if (!ends_part(i) && peek(i) != (i->time ? ':' : '-'))
        return DT_FORMAT;
    return take_parts(i, i->time ? clock : date, i->time ? ':' : '-');
}

enum dt_status interval_iso(struct span *out, pgcopy_slice s)
{
    struct iso     i  = {.out = out, .p = s.data + 1, .end = s.data + s.len};
    enum dt_status rc = DT_OK;

    *out = (struct span){0};
    if (s.len < 2 || s.data[0] != 'P')
        return DT_FORMAT;
    while (rc == DT_OK && i.p < i.end) {
        if (peek(&i) == 'T') {
            i.time = true;
            i.any  = false;
            i.p++;
        } else {
            rc = take_field(&i);
        }
    }
    return rc;
}
