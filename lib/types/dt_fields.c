/*
 * types/dt_fields.c - what one field of a date or time says, given what is there already: 08
 * may be a month, a day or a year.
 */
#include "types/datetime.h"

#include <string.h>

/* ---- Numbers ------------------------------------------------------------------------- */

bool dt_int(const char **p, int *out)
{
    bool    minus = **p == '-';
    int64_t n     = 0;

    if (!is_digit((uint8_t)(*p)[minus])) {
        *out = 0;
        return true; /* as strtol: nothing read, *p stays */
    }
    for (*p += minus; is_digit((uint8_t) * *p); ++*p)
        n = n <= INT32_MAX ? n * 10 + (**p - '0') : n;
    *out = (int)(minus ? -n : n);
    return n <= INT32_MAX;
}

/* n digits, which are there. */
static int digits_of(const char *p, size_t n)
{
    int value = 0;

    for (size_t i = 0; i < n; i++)
        value = value * 10 + (p[i] - '0');
    return value;
}

/* rint(), which is not in libc alone. */
static int32_t round_half_even(double d)
{
    int32_t whole = (int32_t)d;
    double  rest  = d - whole;

    return whole + (rest > 0.5 || (rest == 0.5 && whole % 2 == 1));
}

enum dt_status dt_fraction(const char *dot, int32_t *usec)
{
    size_t n = count_digits((const uint8_t *)dot + 1, strlen(dot + 1));

    if (dot[1 + n] != '\0')
        return DT_FORMAT;
    *usec = round_half_even(fraction_of(dot + 1, n) * 1e6);
    return DT_OK;
}

/* ---- Dates and times without separators: 20260131, 040506.789 ------------------------ */

/* atoi() of n digits, as PostgreSQL has it of glibc: the low half of a number of 64 bits at
 * most. */
static int wrapped(const char *digits, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t digit = (uint64_t)(digits[i] - '0');

        if (value > ((uint64_t)INT64_MAX - digit) / 10)
            return -1;
        value = value * 10 + digit;
    }
    value &= UINT32_MAX;
    return value > INT32_MAX ? (int)((int64_t)value - UINT32_MAX - 1) : (int)value;
}

/* From the end: two digits of the day, two of the month, the rest is the year. */
static enum dt_status take_yyyymmdd(struct dt *d, const char *text, size_t n)
{
    d->t.day      = digits_of(text + n - 2, 2);
    d->t.month    = digits_of(text + n - 4, 2);
    d->t.year     = wrapped(text, n - 4);
    d->two_digits = d->two_digits || n == 6;
    d->now        = HAVE_DATE;
    return DT_OK;
}

/* No seconds for four digits; other lengths are no time. */
static enum dt_status take_hhmmss(struct dt *d, const char *text, size_t n)
{
    if (n != 4 && n != 6)
        return DT_FORMAT;
    d->t.hour   = digits_of(text, 2);
    d->t.minute = digits_of(text + 2, 2);
    d->t.second = n == 6 ? digits_of(text + 4, 2) : 0;
    d->now      = HAVE_TIME;
    return DT_OK;
}

/* DecodeNumberField.  A point makes it a time: dates have no fraction. */
enum dt_status dt_run_together(struct dt *d, const char *text, unsigned have)
{
    size_t         n   = count_digits((const uint8_t *)text, strlen(text));
    const char    *dot = text[n] == '.' ? text + n : NULL;
    enum dt_status rc  = dot ? dt_fraction(dot, &d->t.usec) : DT_OK;

    if (rc != DT_OK || (text[n] && !dot))
        return DT_FORMAT;
    if (!dot && (have & HAVE_DATE) != HAVE_DATE && n >= 6)
        return take_yyyymmdd(d, text, n);
    return have & HAVE_TIME ? DT_FORMAT : take_hhmmss(d, text, n);
}

/* ---- One number of a date ------------------------------------------------------------- */

static enum dt_status is_year(struct dt *d, int n, size_t digits)
{
    d->t.year     = n;
    d->two_digits = digits <= 2;
    d->now        = HAVE_YEAR;
    return DT_OK;
}

static enum dt_status is_month(struct dt *d, int n)
{
    d->t.month = n;
    d->now     = HAVE_MONTH;
    return DT_OK;
}

static enum dt_status is_day(struct dt *d, int n)
{
    d->t.day = n;
    d->now   = HAVE_DAY;
    return DT_OK;
}

/* 08-Jan-1999: the first number was taken for a year of two digits, and is the day. */
static enum dt_status was_day(struct dt *d, int n)
{
    is_day(d, d->t.year);
    d->t.year     = n;
    d->two_digits = false;
    return DT_OK;
}

/* Of the first number: three digits and more are a year, else DateStyle decides. */
static enum dt_status place_first(struct dt *d, int n, size_t digits)
{
    if (digits >= 3 || d->order == PGCOPY_DATE_ORDER_YMD)
        return is_year(d, n, digits);
    return d->order == PGCOPY_DATE_ORDER_DMY ? is_day(d, n) : is_month(d, n);
}

/* Behind a month, which was spelled or a number. */
static enum dt_status place_behind_month(struct dt *d, int n, size_t digits)
{
    bool year = digits >= 3 || d->order == PGCOPY_DATE_ORDER_YMD;

    return d->text_month && year ? is_year(d, n, digits) : is_day(d, n);
}

/* DecodeNumber: what a number is follows from those before it. */
static enum dt_status place_number(struct dt *d, const char *text, int n, unsigned have)
{
    size_t digits = strlen(text);

    switch (have & HAVE_DATE) {
    case 0:
        return place_first(d, n, digits);
    case HAVE_YEAR:
        return is_month(d, n);
    case HAVE_MONTH:
        return place_behind_month(d, n, digits);
    case HAVE_YEAR | HAVE_MONTH:
        return d->text_month && digits >= 3 && d->two_digits ? was_day(d, n) : is_day(d, n);
    case HAVE_DAY:
        return is_month(d, n);
    case HAVE_MONTH | HAVE_DAY:
        return is_year(d, n, digits);
    case HAVE_DATE:
        return dt_run_together(d, text, have);
    default:
        return DT_FORMAT;
    }
}

/* More than two digits before a point are hhmmss.frac; three behind a year are a day of it. */
enum dt_status dt_number(struct dt *d, const char *text, unsigned have)
{
    const char *p = text;
    int         n;

    d->now = 0;
    if (!dt_int(&p, &n))
        return DT_OVERFLOW;
    if (p == text)
        return DT_FORMAT;
    if (*p == '.' && p - text > 2)
        return dt_run_together(d, text, have | HAVE_DATE);
    if (*p == '.' ? dt_fraction(p, &d->t.usec) != DT_OK : *p != '\0')
        return DT_FORMAT;
    if (strlen(text) == 3 && (have & HAVE_DATE) == HAVE_YEAR && n >= 1 && n <= 366) {
        d->year_day = n;
        d->now      = HAVE_YEAR_DAY | HAVE_MONTH | HAVE_DAY;
        return DT_OK;
    }
    return place_number(d, text, n, have);
}

/* ---- A date with separators ---------------------------------------------------------- */

enum { PARTS_MAX = 25 };

struct parts {
    int   n;
    char *part[PARTS_MAX];
};

static bool is_alnum(char c)
{
    return is_digit((uint8_t)c) || is_alpha((uint8_t)c);
}

/* Runs of digits or letters; one character behind each is a separator, whatever it is. */
static enum dt_status cut_parts(char *p, struct parts *out)
{
    for (out->n = 0; *p && out->n < PARTS_MAX; out->n++) {
        bool number;
        while (*p && !is_alnum(*p))
            p++;
        if (!*p)
            return DT_FORMAT;
        out->part[out->n] = p;
        number            = is_digit((uint8_t)*p);
        while (number ? is_digit((uint8_t)*p) : is_alpha((uint8_t)*p))
            p++;
        if (*p)
            *p++ = '\0';
    }
    return DT_OK;
}

/* A name can only be the month's; noise stays out. */
static enum dt_status take_month_name(struct dt *d, char **part, unsigned *have)
{
    int          value;
    enum dt_word word = dt_word(*part, &value);

    if (word == WORD_NOISE)
        return DT_OK;
    if (word != WORD_MONTH || (*have & HAVE_MONTH))
        return DT_FORMAT;
    d->t.month    = value;
    d->text_month = true;
    *have |= HAVE_MONTH;
    *part = NULL;
    return DT_OK;
}

/* What is left when the name is taken, in its order. */
static enum dt_status take_numbers(struct dt *d, const struct parts *parts, unsigned *have)
{
    for (int i = 0; i < parts->n; i++) {
        enum dt_status rc = parts->part[i] ? dt_number(d, parts->part[i], *have) : DT_OK;
        if (rc != DT_OK)
            return rc;
        if (parts->part[i] && (*have & d->now))
            return DT_FORMAT;
        *have |= parts->part[i] ? d->now : 0;
    }
    return DT_OK;
}

/* DecodeDate.  What is true of its parts alone must not be seen by later fields. */
enum dt_status dt_date(struct dt *d, const char *text)
{
    char           copy[DT_TEXT_MAX];
    struct parts   parts;
    unsigned       have  = d->have;
    bool           named = d->text_month;
    enum dt_status rc;

    memcpy(copy, text, strlen(text) + 1);
    d->text_month = false;
    rc            = cut_parts(copy, &parts);
    for (int i = 0; rc == DT_OK && i < parts.n; i++)
        if (is_alpha((uint8_t)*parts.part[i]))
            rc = take_month_name(d, &parts.part[i], &have);
    if (rc == DT_OK)
        rc = take_numbers(d, &parts, &have);
    if (rc == DT_OK && (have & ~(unsigned)(HAVE_YEAR_DAY | HAVE_ZONE)) != HAVE_DATE)
        rc = DT_FORMAT;
    d->text_month = named;
    d->now        = have & ~d->have;
    return rc;
}

/* ---- hh:mm[:ss[.frac]], or mm:ss.frac ------------------------------------------------ */

static enum dt_status take_seconds(struct dt *d, const char *p)
{
    if (!dt_int(&p, &d->t.second))
        return DT_OVERFLOW;
    d->t.usec = 0;
    return *p == '.' ? dt_fraction(p, &d->t.usec) : *p ? DT_FORMAT : DT_OK;
}

/* DecodeTimeCommon.  A missing number counts 0: "12:" is noon. */
static enum dt_status take_clock(struct dt *d, const char *p)
{
    if (!dt_int(&p, &d->t.hour))
        return DT_OVERFLOW;
    if (*p++ != ':')
        return DT_FORMAT;
    if (!dt_int(&p, &d->t.minute))
        return DT_OVERFLOW;
    d->t.second = 0;
    d->t.usec   = 0;
    if (*p == ':')
        return take_seconds(d, p + 1);
    if (*p != '.')
        return *p ? DT_FORMAT : DT_OK;
    d->t.second = d->t.minute;
    d->t.minute = d->t.hour;
    d->t.hour   = 0;
    return dt_fraction(p, &d->t.usec);
}

/* A 60th second is let pass: it is the first of the next minute. */
enum dt_status dt_time(struct dt *d, const char *text)
{
    enum dt_status rc = take_clock(d, text);

    d->now = HAVE_TIME;
    if (rc != DT_OK)
        return rc;
    return d->t.minute > 59 || d->t.second > 60 || d->t.usec > USECS_PER_SECOND ? DT_OVERFLOW
                                                                                : DT_OK;
}

/* ---- +hh, +hhmm, +hh:mm[:ss] --------------------------------------------------------- */

static bool take_part(const char **p, int *out)
{
    *out = 0;
    if (**p != ':')
        return true;
    ++*p;
    return dt_int(p, out);
}

/* DecodeTimezone.  More than two digits run hours and minutes together. */
enum dt_status dt_zone(struct dt *d, const char *text)
{
    enum { HOURS_MAX = 15 };
    const char *p = text + 1;
    int         hour, minute = 0, second = 0;

    d->now = HAVE_ZONE;
    if (*text != '+' && *text != '-')
        return DT_FORMAT;
    if (!dt_int(&p, &hour))
        return DT_ZONE_OVERFLOW;
    if (*p == '\0' && strlen(text) > 3) {
        minute = hour % 100;
        hour   = hour / 100;
    }
    if (*p == ':' && (!take_part(&p, &minute) || !take_part(&p, &second)))
        return DT_ZONE_OVERFLOW;
    if (hour < 0 || hour > HOURS_MAX || minute < 0 || minute > 59 || second < 0 || second > 59)
        return DT_ZONE_OVERFLOW;
    d->t.zone = (hour * 60 + minute) * 60 + second;
    d->t.zone = *text == '-' ? -d->t.zone : d->t.zone;
    return *p ? DT_FORMAT : DT_OK;
}
