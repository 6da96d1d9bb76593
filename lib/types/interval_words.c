/*
 * types/interval_words.c - intervals in words and as SQL writes them (DecodeInterval).
 *
 *   "1 year 2-3 04:05"  is read from its end: 04:05, "2-3" is years and months, "year" is the
 * unit of the 1 in front of it
 */
#include "types/interval.h"

#include <string.h>

enum { WORD_CUT = 10 }; /* PostgreSQL compares no more of a word (TOKMAXLEN) */

static const struct {
    char           text[WORD_CUT + 1];
    enum span_unit unit;
} units[] = {
    {"us", SPAN_USEC},
    {"usec", SPAN_USEC},
    {"usecs", SPAN_USEC},
    {"useconds", SPAN_USEC},
    {"microsecon", SPAN_USEC},
    {"ms", SPAN_MSEC},
    {"msec", SPAN_MSEC},
    {"msecs", SPAN_MSEC},
    {"mseconds", SPAN_MSEC},
    {"millisecon", SPAN_MSEC},
    {"s", SPAN_SECOND},
    {"sec", SPAN_SECOND},
    {"secs", SPAN_SECOND},
    {"second", SPAN_SECOND},
    {"seconds", SPAN_SECOND},
    {"m", SPAN_MINUTE},
    {"mm", SPAN_MINUTE}, /* a field of a date that is a unit, too */
    {"min", SPAN_MINUTE},
    {"mins", SPAN_MINUTE},
    {"minute", SPAN_MINUTE},
    {"minutes", SPAN_MINUTE},
    {"h", SPAN_HOUR},
    {"hr", SPAN_HOUR},
    {"hrs", SPAN_HOUR},
    {"hour", SPAN_HOUR},
    {"hours", SPAN_HOUR},
    {"d", SPAN_DAY},
    {"day", SPAN_DAY},
    {"days", SPAN_DAY},
    {"w", SPAN_WEEK},
    {"week", SPAN_WEEK},
    {"weeks", SPAN_WEEK},
    {"mon", SPAN_MONTH},
    {"mons", SPAN_MONTH},
    {"month", SPAN_MONTH},
    {"months", SPAN_MONTH},
    {"y", SPAN_YEAR},
    {"yr", SPAN_YEAR},
    {"yrs", SPAN_YEAR},
    {"year", SPAN_YEAR},
    {"years", SPAN_YEAR},
    {"dec", SPAN_DECADE},
    {"decs", SPAN_DECADE},
    {"decade", SPAN_DECADE},
    {"decades", SPAN_DECADE},
    {"c", SPAN_CENTURY},
    {"cent", SPAN_CENTURY},
    {"century", SPAN_CENTURY},
    {"centuries", SPAN_CENTURY},
    {"mil", SPAN_MILLENNIUM},
    {"mils", SPAN_MILLENNIUM},
    {"millennia", SPAN_MILLENNIUM},
    {"millennium", SPAN_MILLENNIUM},
};

static bool find_unit(const char *text, enum span_unit *unit)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strncmp(text, units[i].text, WORD_CUT) == 0) {
            *unit = units[i].unit;
            return true;
        }
    }
    return false;
}

/* ---- State --------------------------------------------------------------------------- */

enum {
    HAS_SUBSECOND = 1 << SPAN_USEC | 1 << SPAN_MSEC,
    HAS_CLOCK     = HAS_SUBSECOND | 1 << SPAN_SECOND | 1 << SPAN_MINUTE | 1 << SPAN_HOUR,
    HAS_ALL       = HAS_CLOCK | 1 << SPAN_DAY | 1 << SPAN_MONTH |
              1 << SPAN_YEAR /* not weeks, not decades */
};

struct reader {
    struct dt_fields fields;
    struct span     *out;
    int32_t          range;
    unsigned         have, now;
    enum span_unit   unit;    /* of the number that comes next */
    bool             known;   /* the unit is said, or follows from what is behind */
    bool             waiting; /* the unit was a word, its number is still to come */
    bool             ago;
};

/* ---- hh:mm[:ss[.frac]] --------------------------------------------------------------- */

/* strtoll() */
static bool take_int64(const char **p, int64_t *out)
{
    bool     minus = **p == '-';
    uint64_t n = 0, most = (uint64_t)INT64_MAX + minus;

    *p += **p == '-' || **p == '+';
    for (; is_digit((uint8_t) * *p); ++*p) {
        if (n > (most - (uint64_t)(**p - '0')) / 10)
            return false;
        n = n * 10 + (uint64_t)(**p - '0');
    }
    *out = minus ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

struct clock {
    int64_t hour;
    int     minute, second;
    int32_t usec;
};

/* Two fields are mm:ss for MINUTE TO SECOND, and always with a fraction. */
static enum dt_status shift_clock(struct clock *c)
{
    if (c->hour > INT32_MAX)
        return DT_OVERFLOW;
    c->second = c->minute;
    c->minute = (int)c->hour;
    c->hour   = 0;
    return DT_OK;
}

/* As a time of day, but for the hours, of which there may be any number. */
static enum dt_status parse_clock(struct clock *c, const char *p, int32_t range)
{
    enum dt_status rc;

    *c = (struct clock){0};
    if (!take_int64(&p, &c->hour))
        return DT_OVERFLOW;
    if (*p++ != ':')
        return DT_FORMAT;
    if (!dt_int(&p, &c->minute))
        return DT_OVERFLOW;
    if (*p == '\0')
        return range == (INTERVAL_MINUTE | INTERVAL_SECOND) ? shift_clock(c) : DT_OK;
    if (*p == '.') {
        rc = dt_fraction(p, &c->usec);
        return rc == DT_OK ? shift_clock(c) : rc;
    }
    if (*p++ != ':')
        return DT_FORMAT;
    if (!dt_int(&p, &c->second))
        return DT_OVERFLOW;
    return *p == '.' ? dt_fraction(p, &c->usec) : *p ? DT_FORMAT : DT_OK;
}

/* What is there of the clock is replaced; with anything of it there already, it is one too
   many. */
static enum dt_status take_clock(struct reader *r, const char *text, bool minus)
{
    struct clock   c;
    enum dt_status rc   = parse_clock(&c, text, r->range);
    int            sign = minus ? -1 : 1;

    if (rc != DT_OK)
        return rc;
    if (c.minute < 0 || c.minute > 59 || c.second < 0 || c.second > 60)
        return DT_OVERFLOW;
    r->out->usecs = 0;
    if (!span_add(r->out, SPAN_HOUR, sign * c.hour, 0) ||
        !span_add(r->out, SPAN_MINUTE, sign * c.minute, 0) ||
        !span_add(r->out, SPAN_SECOND, sign * c.second, 0) ||
        !span_add(r->out, SPAN_USEC, sign * c.usec, 0))
        return DT_OVERFLOW;
    r->now     = HAS_CLOCK;
    r->unit    = SPAN_DAY; /* "1 04:05" */
    r->known   = true;
    r->waiting = false;
    return DT_OK;
}

/* ---- Numbers ------------------------------------------------------------------------- */

/* What the last number is when no word says: the smallest field that is kept. */
static enum span_unit last_unit(int32_t range)
{
    if (range & INTERVAL_SECOND)
        return SPAN_SECOND;
    if (range & INTERVAL_MINUTE)
        return SPAN_MINUTE;
    if (range & INTERVAL_HOUR)
        return SPAN_HOUR;
    if (range & INTERVAL_DAY)
        return SPAN_DAY;
    return range & INTERVAL_MONTH ? SPAN_MONTH : SPAN_YEAR;
}

/* "1-2": years and months; the sign is both's. */
static enum dt_status take_months(struct reader *r, const char *p, int64_t years, bool minus)
{
    int months;

    if (!dt_int(&p, &months) || months < 0 || months >= 12)
        return DT_OVERFLOW;
    if (*p)
        return DT_FORMAT;
    if (years > INT32_MAX || years < INT32_MIN)
        return DT_OVERFLOW;
    r->unit = SPAN_MONTH;
    r->now  = 1 << SPAN_MONTH;
    return span_add(r->out, SPAN_MONTH, years * 12 + (minus ? -months : months), 0)
               ? DT_OK
               : DT_OVERFLOW;
}

static enum dt_status add_number(struct reader *r, int64_t n, double fraction)
{
    if (r->unit == SPAN_NONE)
        return DT_FORMAT;
    if (!span_add(r->out, r->unit, n, fraction))
        return DT_OVERFLOW;
    r->now = 1u << r->unit;
    if (r->unit == SPAN_SECOND && fraction != 0)
        r->now |= HAS_SUBSECOND;
    if (r->unit == SPAN_HOUR)
        r->unit = SPAN_DAY; /* "1 2 hours" */
    return DT_OK;
}

/* "-1.5": the sign is the fraction's too. */
static enum dt_status take_number(struct reader *r, const char *text)
{
    const char    *p        = text;
    bool           minus    = *text == '-';
    double         fraction = 0;
    int64_t        n;
    enum dt_status rc;

    if (!r->known)
        r->unit = last_unit(r->range);
    r->known = true;
    if (!take_int64(&p, &n))
        return DT_OVERFLOW;
    if (*p == '.') {
        size_t digits = count_digits((const uint8_t *)p + 1, strlen(p + 1));
        if (p[1 + digits])
            return DT_FORMAT;
        fraction = fraction_of(p + 1, digits);
    } else if (*p != '\0' && *p != '-') {
        return DT_FORMAT;
    }
    rc         = *p == '-' ? take_months(r, p + 1, n, minus)
                           : add_number(r, n, minus ? -fraction : fraction);
    r->waiting = false;
    return rc;
}

/* ---- Words --------------------------------------------------------------------------- */

/* Alone, and last, which for a word read first means alone. */
static enum dt_status take_infinity(struct reader *r, enum dt_word word, int i)
{
    r->now           = HAS_ALL;
    r->out->infinite = word == WORD_LATE ? 1 : -1;
    return i == r->fields.n - 1 ? DT_OK : DT_FORMAT;
}

/* "04:05 doy": a field of a date; no number may have it, but a time of day does not ask. */
static enum dt_status take_no_unit(struct reader *r)
{
    r->unit    = SPAN_NONE;
    r->waiting = r->known = true;
    return DT_OK;
}

/* A unit that has no number is refused, and "ago" that is not the end (both since 16). */
static enum dt_status take_word(struct reader *r, const char *text, int i)
{
    int          value;
    enum dt_word word;

    if (r->waiting)
        return DT_FORMAT;
    if (find_unit(text, &r->unit)) {
        r->waiting = r->known = true;
        return DT_OK;
    }
    if (strcmp(text, "ago") == 0) {
        r->ago   = true;
        r->unit  = SPAN_NONE; /* a number in front needs a word of its own */
        r->known = true;
        return i == r->fields.n - 1 ? DT_OK : DT_FORMAT;
    }
    word = dt_word(text, &value);
    if (word == WORD_LATE || word == WORD_EARLY)
        return take_infinity(r, word, i);
    if (word == WORD_UNIT || word == WORD_JULIAN)
        return take_no_unit(r);
    r->known = false; /* also behind noise: "1 at 2 hours" are two hours and a second */
    return word == WORD_NOISE ? DT_OK : DT_FORMAT;
}

/* ---- The whole ----------------------------------------------------------------------- */

/* A sign makes a zone of it for dt_split; here it is a signed time or number. */
static enum dt_status take_field(struct reader *r, int i)
{
    const struct dt_field *f = &r->fields.field[i];

    switch (f->kind) {
    case DT_TIME:
        return take_clock(r, f->text, false);
    case DT_ZONE:
        if (strchr(f->text, ':') && take_clock(r, f->text + 1, *f->text == '-') == DT_OK)
            return DT_OK;
        return take_number(r, f->text);
    case DT_DATE:
    case DT_NUMBER:
        return take_number(r, f->text);
    case DT_STRING:
    case DT_SPECIAL:
        return take_word(r, f->text, i);
    }
    return DT_FORMAT;
}

/* The least of a type has no counterpart. */
static enum dt_status negate(struct span *s)
{
    if (s->usecs == INT64_MIN || s->days == INT32_MIN || s->months == INT32_MIN ||
        s->years == INT32_MIN)
        return DT_OVERFLOW;
    s->usecs  = -s->usecs;
    s->days   = -s->days;
    s->months = -s->months;
    s->years  = -s->years;
    return DT_OK;
}

enum dt_status interval_words(struct span *out, pgcopy_slice s, int32_t range)
{
    struct reader  r  = {.out = out, .range = range};
    enum dt_status rc = dt_split(s, &r.fields);

    *out = (struct span){0};
    for (int i = r.fields.n - 1; rc == DT_OK && i >= 0; i--) {
        r.now = 0;
        rc    = take_field(&r, i);
        if (rc == DT_OK && (r.now & r.have))
            return DT_FORMAT;
        r.have |= r.now;
    }
    if (rc != DT_OK)
        return rc;
    if (!r.have || r.waiting)
        return DT_FORMAT;
    return r.ago ? negate(out) : DT_OK;
}
