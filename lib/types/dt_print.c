/* types/dt_print.c - dates and times as DateStyle has them, and the quick look for ISO's form.
 */
#include "types/datetime.h"

#include <string.h>

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

/* Four digits at least; year 0 is 1 BC. */
static char *print_year(char *p, const struct civil *t)
{
    return print_number(p, t->year > 0 ? t->year : 1 - t->year, 4);
}

static char *print_iso_date(char *p, const struct civil *t)
{
    p    = print_year(p, t);
    *p++ = '-';
    p    = print_number(p, t->month, 2);
    *p++ = '-';
    return print_number(p, t->day, 2);
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
    p    = print_number(p, day ? t->day : t->month, 2);
    *p++ = between[style.style];
    p    = print_number(p, day ? t->month : t->day, 2);
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
    p    = print_number(p, t->hour, 2);
    *p++ = ':';
    p    = print_number(p, t->minute, 2);
    *p++ = ':';
    p    = print_number(p, t->second, 2);
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
    p    = print_number(p, t->day, 2);
    *p++ = ' ';
    if (day_is_first(style))
        p = print_word(p, months, t->month - 1);
    p    = print_time(p, t);
    *p++ = ' ';
    return print_year(p, t);
}

/* EncodeDateTime: the era comes last, behind the zone, which ISO alone has as a number. */
char *print_timestamp(char *p, const struct civil *t, bool zoned, pgcopy_datestyle style)
{
    if (style.style == PGCOPY_DATE_STYLE_POSTGRES) {
        p = print_postgres(p, t, style);
    } else {
        p    = print_date(p, t, style);
        *p++ = ' ';
        p    = print_time(p, t);
    }
    if (zoned && style.style == PGCOPY_DATE_STYLE_ISO) {
        p = print_zone(p, 0);
    } else if (zoned) {
        memcpy(p, " UTC", 4);
        p += 4;
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
