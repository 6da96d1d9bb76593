/*
 * types/zone_rules.c - POSIX's strings for zones (POSIX.1 8.3, RFC 9636 3.3.1), as PostgreSQL
 * reads them: the name of a zone may be missing, and where summer's dates are, they are those
 * of the United States.
 *
 *   CET -1 CEST ,M3.5.0 ,M10.5.0/3      last Sunday of March at 2:00 to last of October at 3:00
 *   <+0330>-3:30                        what is west of Greenwich counts
 */
#include "types/zone.h"

#include <string.h>

enum { HOUR = 3600, MINUTE = 60, HOURS_MAX = 24 * 7 - 1 };

/* ---- Reading ------------------------------------------------------------------------- */

/* "<+03>" or what is before a digit, sign or comma.  *at: where in names the next one goes. */
static bool take_name(const char **p, struct zone_rules *r, size_t *at, const char **name)
{
    const char *begin = *p + (**p == '<'), *end = begin;

    if (**p == '<')
        end += strcspn(end, ">");
    else
        end += strcspn(end, "0123456789,+-");
    if (**p == '<' && !*end)
        return false;
    *p = end + (**p == '<');
    if ((size_t)(end - begin) >= sizeof r->names - *at)
        return false;
    *name = r->names + *at;
    memcpy(r->names + *at, begin, (size_t)(end - begin));
    *at += (size_t)(end - begin);
    r->names[(*at)++] = '\0';
    return true;
}

static bool take_number(const char **p, int least, int most, int *n)
{
    if (!is_digit((uint8_t) * *p))
        return false;
    for (*n = 0; is_digit((uint8_t) * *p); ++*p) {
        *n = *n * 10 + (**p - '0');
        if (*n > most)
            return false;
    }
    return *n >= least;
}

/* hh[:mm[:ss]] */
static bool take_clock(const char **p, int32_t *seconds)
{
    int hour, minute = 0, second = 0;

    if (!take_number(p, 0, HOURS_MAX, &hour))
        return false;
    if (**p == ':') {
        ++*p;
        if (!take_number(p, 0, 59, &minute))
            return false;
        if (**p == ':') {
            ++*p;
            if (!take_number(p, 0, 60, &second))
                return false;
        }
    }
    *seconds = hour * HOUR + minute * MINUTE + second;
    return true;
}

static bool take_signed(const char **p, int32_t *seconds)
{
    bool minus = **p == '-';

    *p += minus || **p == '+';
    if (!take_clock(p, seconds))
        return false;
    *seconds = minus ? -*seconds : *seconds;
    return true;
}

static bool take_day(const char **p, struct zone_date *d)
{
    if (**p == 'J' || **p == 'M')
        d->kind = *(*p)++;
    else
        d->kind = '0';
    if (d->kind == 'J')
        return take_number(p, 1, 365, &d->day);
    if (d->kind == '0')
        return take_number(p, 0, 365, &d->day);
    return take_number(p, 1, 12, &d->month) && *(*p)++ == '.' &&
           take_number(p, 1, 5, &d->week) && *(*p)++ == '.' && take_number(p, 0, 6, &d->day);
}

static bool take_date(const char **p, struct zone_date *d)
{
    d->time = 2 * HOUR;
    if (*(*p)++ != ',' || !take_day(p, d))
        return false;
    if (**p != '/')
        return true;
    ++*p;
    return take_signed(p, &d->time);
}

static bool take_offset(const char **p, struct zone_type *type)
{
    int32_t west;

    if (!take_signed(p, &west))
        return false;
    type->offset = -west;
    return true;
}

bool zone_rules_read(struct zone_rules *r, const char *text)
{
    const char *p  = text;
    size_t      at = 0;

    *r = (struct zone_rules){.changes = false};
    if (!take_name(&p, r, &at, &r->winter.name) || !take_offset(&p, &r->winter))
        return false;
    if (!*p)
        return true;
    r->changes       = true;
    r->summer.summer = true;
    if (!take_name(&p, r, &at, &r->summer.name) || !*r->summer.name)
        return false;
    r->summer.offset = r->winter.offset + HOUR;
    if (*p && *p != ',' && !take_offset(&p, &r->summer))
        return false;
    if (!*p)
        p = ",M3.2.0,M11.1.0";
    return take_date(&p, &r->start) && take_date(&p, &r->end) && !*p;
}

/* ---- Counting ------------------------------------------------------------------------ */

/* The n-th weekday of a month; the fifth is the last. */
static int64_t day_of_month(const struct zone_date *d, int year)
{
    enum { SATURDAY = 6 }; /* which 2000-01-01 was */
    int64_t first   = days_of(year, d->month, 1);
    int     weekday = (int)((first % 7 + 7 + SATURDAY) % 7);
    int     day     = (d->day - weekday + 7) % 7 + (d->week - 1) * 7;

    return first + (day < days_in_month(year, d->month) ? day : day - 7);
}

static int64_t day_of_year(const struct zone_date *d, int year)
{
    int64_t first = days_of(year, 1, 1);

    if (d->kind == 'M')
        return day_of_month(d, year);
    if (d->kind == '0')
        return first + d->day;
    return first + d->day - 1 + (d->day >= 60 && days_in_month(year, 2) == 29);
}

static int64_t instant_of(const struct zone_date *d, int year, const struct zone_type *before)
{
    return (day_of_year(d, year) - UNIX_EPOCH) * 24 * HOUR + d->time - before->offset;
}

/* Summer that lasts all year is no change (RFC 9636 3.3.1). */
size_t zone_rules_changes(const struct zone_rules *r, int year, struct zone_change changes[2])
{
    int64_t start = instant_of(&r->start, year, &r->winter);
    int64_t end   = instant_of(&r->end, year, &r->summer);
    int64_t whole = (days_of(year + 1, 1, 1) - days_of(year, 1, 1)) * 24 * HOUR +
                    r->summer.offset - r->winter.offset;
    bool south = end < start;

    if (start == end || (!south && end - start >= whole))
        return 0;
    changes[south]  = (struct zone_change){start, &r->summer};
    changes[!south] = (struct zone_change){end, &r->winter};
    return 2;
}
