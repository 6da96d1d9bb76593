/* types/dt_print.c - dates and times as DateStyle has them, and the quick look for ISO's form.
 */
#include "types/datetime.h"

#include <string.h>

enum { ZONE_SHOWN = 10 };

/* ---- Writing ------------------------------------------------------------------------- */

/* "%0*d" without a format to read. */
char *print_number(char *p, int64_t n, int width)
{
    char     text[24];
    int      i     = 0;
    uint64_t value = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    if (n < 0)
        *p++ = '-';
    do {
        text[i++] = (char)('0' + value % 10);
        value /= 10;
    } while (value || i < width);
    while (i > 0)
        *p++ = text[--i];
    return p;
}

/* The two digits of what is below 100. */
static char *print_two(char *p, int n)
{
    p[0] = (char)('0' + n / 10);
    p[1] = (char)('0' + n % 10);
    return p + 2;
}

/* Four digits at least; year 0 is 1 BC. */
static char *print_year(char *p, const struct civil *t)
{
    int year = t->year > 0 ? t->year : 1 - t->year;

    return year > 9999 ? print_number(p, year, 4)
                       : print_two(print_two(p, year / 100), year % 100);
}

static char *print_iso_date(char *p, const struct civil *t)
{
    p    = print_year(p, t);
    *p++ = '-';
    p    = print_two(p, t->month);
    *p++ = '-';
    return print_two(p, t->day);
}

static bool day_is_first(pgcopy_datestyle style)
{
    return style.style == PGCOPY_DATE_STYLE_GERMAN || style.order == PGCOPY_DATE_ORDER_DMY;
}

/* EncodeDateOnly. */
char *print_date(char *p, const struct civil *t, pgcopy_datestyle style)
{
    static const char between[] = {[PGCOPY_DATE_STYLE_SQL]      = '/',
                                   [PGCOPY_DATE_STYLE_POSTGRES] = '-',
                                   [PGCOPY_DATE_STYLE_GERMAN]   = '.'};
    bool              day       = day_is_first(style);

    if (style.style == PGCOPY_DATE_STYLE_ISO)
        return print_iso_date(p, t);
    p    = print_two(p, day ? t->day : t->month);
    *p++ = between[style.style];
    p    = print_two(p, day ? t->month : t->day);
    *p++ = between[style.style];
    return print_year(p, t);
}

char *print_usec(char *p, int64_t usec)
{
    if (usec == 0)
        return p;
    *p++ = '.';
    p    = print_number(p, usec, 6);
    while (p[-1] == '0')
        p--;
    return p;
}

char *print_time(char *p, const struct civil *t)
{
    p    = print_two(p, t->hour);
    *p++ = ':';
    p    = print_two(p, t->minute);
    *p++ = ':';
    p    = print_two(p, t->second);
    return print_usec(p, t->usec);
}

/* EncodeTimezone: minutes and seconds where there are some. */
char *print_zone(char *p, int zone)
{
    int seconds = zone < 0 ? -zone : zone;

    *p++ = zone < 0 ? '-' : '+';
    p    = print_number(p, seconds / 3600, 2);
    if (seconds % 3600) {
        *p++ = ':';
        p    = print_number(p, seconds / 60 % 60, 2);
    }
    if (seconds % 60) {
        *p++ = ':';
        p    = print_number(p, seconds % 60, 2);
    }
    return p;
}

char *print_bc(char *p, const struct civil *t)
{
    if (t->year > 0)
        return p;
    memcpy(p, " BC", 3);
    return p + 3;
}

/* The i-th of words of three letters, and a blank. */
static char *print_word(char *p, const char *words, int i)
{
    memcpy(p, words + 3 * i, 3);
    p[3] = ' ';
    return p + 4;
}

/* "Tue Feb 13 01:02:03 2024". */
static char *print_postgres(char *p, const struct civil *t, pgcopy_datestyle style)
{
    static const char days[]   = "SatSunMonTueWedThuFri"; /* 2000-01-01 was a Saturday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int               n        = (int)(days_of(t->year, t->month, t->day) % 7);

    p = print_word(p, days, n < 0 ? n + 7 : n);
    if (!day_is_first(style))
        p = print_word(p, months, t->month - 1);
    p    = print_two(p, t->day);
    *p++ = ' ';
    if (day_is_first(style))
        p = print_word(p, months, t->month - 1);
    p    = print_time(p, t);
    *p++ = ' ';
    return print_year(p, t);
}

/* EncodeDateTime: the era comes last, behind the zone, which ISO alone has as a number; of a
   name no more is printed than MAXTZLEN. */
char *print_timestamp(char *p, const struct civil *t, const char *zone, pgcopy_datestyle style)
{
    if (style.style == PGCOPY_DATE_STYLE_POSTGRES) {
        p = print_postgres(p, t, style);
    } else {
        p    = print_date(p, t, style);
        *p++ = ' ';
        p    = print_time(p, t);
    }
    if (zone && style.style == PGCOPY_DATE_STYLE_ISO) {
        p = print_zone(p, t->zone);
    } else if (zone) {
        *p++ = ' ';
        for (size_t i = 0; i < ZONE_SHOWN && zone[i]; i++)
            *p++ = zone[i];
    }
    return print_bc(p, t);
}

/* ---- Looking ------------------------------------------------------------------------- */

/* The number of two digits; over 99: they are none. */
static unsigned two(const uint8_t *s)
{
    unsigned tens = s[0] - (unsigned)'0', ones = s[1] - (unsigned)'0';

    return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100;
}

/* Subtracting wraps below 0, so that one comparison looks at both ends. */
bool iso_date(const uint8_t *s)
{
    unsigned century = two(s), year = two(s + 2), month = two(s + 5), day = two(s + 8);

    if (s[4] != '-' || s[7] != '-' || century > 99 || year > 99 || month - 1 > 11 ||
        day - 1 > 30)
        return false;
    return century + year > 0 &&
           (day <= 28 || (int)day <= days_in_month((int)(century * 100 + year), (int)month));
}

void iso_civil(const uint8_t *s, struct civil *t)
{
    t->year  = (int)(two(s) * 100 + two(s + 2));
    t->month = (int)two(s + 5);
    t->day   = (int)two(s + 8);
}

/* 24:00:00 and :60 are read in full: timestamps carry them over. */
bool iso_time(const uint8_t *s, size_t len, int32_t digits)
{
    if (s[2] != ':' || s[5] != ':' || two(s) > 23 || two(s + 3) > 59 || two(s + 6) > 59)
        return false;
    if (len == 8)
        return true;
    return s[8] == '.' && len >= 10 && (digits < 0 || len - 9 <= (size_t)digits) && len <= 15 &&
           s[len - 1] != '0' && count_digits(s + 9, len - 9) == len - 9;
}

void iso_clock(const uint8_t *s, size_t len, struct civil *t)
{
    t->hour   = (int)two(s);
    t->minute = (int)two(s + 3);
    t->second = (int)two(s + 6);
    t->usec   = 0;
    for (size_t i = 9; i < 15; i++)
        t->usec = t->usec * 10 + (i < len ? s[i] - '0' : 0);
}
