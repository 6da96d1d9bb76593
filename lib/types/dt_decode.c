/*
 * types/dt_decode.c - the fields of a date or time, one by one, and what they make together
 * (DecodeDateTime, DecodeTimeOnly).
 */
#include "types/zone.h"

#include <string.h>

/* ---- Words --------------------------------------------------------------------------- */

/* "8 Jan": what was taken for a month, by its place, is the day. */
static enum dt_status take_month(struct dt *d, int month)
{
    d->now = HAVE_MONTH;
    if ((d->have & HAVE_MONTH) && !d->text_month && !(d->have & HAVE_DAY) && d->t.month >= 1 &&
        d->t.month <= 31) {
        d->t.day = d->t.month;
        d->now   = HAVE_DAY;
    }
    d->text_month = true;
    d->t.month    = month;
    return DT_OK;
}

/* Two labels in a row label nothing.  T stands between a date and its time. */
static enum dt_status take_label(struct dt *d, enum dt_word label)
{
    if (d->label != WORD_UNKNOWN)
        return DT_FORMAT;
    if (label == WORD_T && !d->time_only && (d->have & HAVE_DATE) != HAVE_DATE)
        return DT_FORMAT;
    d->label = label;
    return DT_OK;
}

/* The local date of so many days from now. */
static void take_day_from_now(struct dt *d, int days)
{
    struct civil now;

    dt_now(d->when, &now);
    civil_of(days_of(now.year, now.month, now.day) + days, &d->t);
}

/* Without a clock that is said when all else is right. */
static enum dt_status take_now(struct dt *d, bool with_time, int days)
{
    if (d->time_only && !with_time)
        return DT_FORMAT;
    if (!dt_has_clock(d->when)) {
        d->special = WORD_CLOCK;
        d->t       = (struct civil){.year = 2000, .month = 1, .day = 1};
    } else if (with_time) {
        dt_now(d->when, &d->t);
    } else {
        take_day_from_now(d, days);
    }
    d->now = d->time_only ? HAVE_TIME
             : with_time  ? HAVE_DATE | HAVE_TIME | HAVE_ZONE
                          : HAVE_DATE;
    return DT_OK;
}

/* Nothing may stand beside these (since 16): they count as everything. */
static enum dt_status take_special(struct dt *d, enum dt_word special)
{
    d->special = special;
    d->now     = HAVE_DATE | HAVE_TIME | HAVE_ZONE;
    return d->time_only ? DT_FORMAT : DT_OK;
}

/* "MET DST" adds to what MET said. */
static enum dt_status take_zone_word(struct dt *d, enum dt_word word, int seconds)
{
    d->now    = word == WORD_DST ? HAVE_DST | HAVE_DST_ZONE : HAVE_ZONE;
    d->t.zone = word == WORD_DST ? d->t.zone + seconds : seconds;
    d->now |= word == WORD_DST_ZONE ? HAVE_DST_ZONE : 0;
    return DT_OK;
}

/* "allballs": 00:00:00, and that in UTC. */
static enum dt_status take_midnight(struct dt *d)
{
    d->t.hour = d->t.minute = d->t.second = 0;
    d->t.usec                             = 0;
    d->t.zone                             = 0;
    d->now                                = HAVE_TIME | HAVE_ZONE;
    return DT_OK;
}

static enum dt_status take_flag(struct dt *d, enum dt_word word, int value)
{
    if (word == WORD_PM)
        d->pm = value;
    else
        d->bc = value;
    d->now = word == WORD_PM ? HAVE_PM : HAVE_BC;
    return DT_OK;
}

static enum dt_status take_word(struct dt *d, const char *text)
{
    int          value = 0;
    enum dt_word word  = dt_zone_word(d, text, &value);

    if (word == WORD_UNKNOWN)
        word = dt_word(text, &value);

    switch (word) {
    case WORD_MONTH:
        return d->time_only ? DT_FORMAT : take_month(d, value);
    case WORD_DOW:
        d->now = HAVE_DOW;
        return d->time_only ? DT_FORMAT : DT_OK;
    case WORD_PM:
    case WORD_BC:
        return take_flag(d, word, value);
    case WORD_JULIAN:
    case WORD_T:
    case WORD_UNIT:
        return take_label(d, word);
    case WORD_NOISE:
        return DT_OK;
    case WORD_EPOCH:
    case WORD_LATE:
    case WORD_EARLY:
        return take_special(d, word);
    case WORD_MIDNIGHT:
        return take_midnight(d);
    case WORD_CLOCK:
        return take_now(d, strcmp(text, "now") == 0, value);
    case WORD_ZONE:
    case WORD_DST_ZONE:
    case WORD_DST:
        return take_zone_word(d, word, value);
    case WORD_UNKNOWN:
        break;
    }
    return dt_zone_name(d, text) == DT_OK ? DT_OK : DT_FORMAT;
}

/* ---- Numbers ------------------------------------------------------------------------- */

/* A fraction of a Julian day is its time: here days begin at midnight. */
static enum dt_status take_julian(struct dt *d, const char *p, int day)
{
    double fraction;

    if (day < 0)
        return DT_OVERFLOW;
    civil_of((int64_t)day - EPOCH_JULIAN, &d->t);
    d->julian = true;
    d->now    = HAVE_DATE;
    if (*p != '.')
        return DT_OK;
    if (count_digits((const uint8_t *)p + 1, strlen(p + 1)) != strlen(p + 1))
        return DT_FORMAT;
    fraction = fraction_of(p + 1, strlen(p + 1));
    clock_of((int64_t)(fraction * (double)USECS_PER_DAY), &d->t);
    d->now |= HAVE_TIME;
    return DT_OK;
}

/* "J2451187", "T040506": the word in front said what it is.  "m04" is nothing, but its range is
   judged first. */
static enum dt_status take_labelled(struct dt *d, const char *text)
{
    const char    *p = text;
    int            n;
    enum dt_status rc;

    if (!dt_int(&p, &n))
        return DT_OVERFLOW;
    if ((*p != '.' && *p != '\0') || d->label == WORD_UNIT)
        return DT_FORMAT;
    if (d->label == WORD_JULIAN)
        rc = take_julian(d, p, n);
    else
        rc = dt_run_together(d, text, d->have | HAVE_DATE);
    d->label = WORD_UNKNOWN;
    return rc == DT_OK && !(d->now & (HAVE_TIME | HAVE_DATE)) ? DT_FORMAT : rc;
}

/* Six digits and more are a whole date or time, unless both are there. */
static enum dt_status take_number(struct dt *d, const char *text)
{
    const char *dot   = strchr(text, '.');
    size_t      n     = strlen(text);
    bool        whole = (d->have & HAVE_DATE) == HAVE_DATE && (d->have & HAVE_TIME);

    if (d->label != WORD_UNKNOWN)
        return take_labelled(d, text);
    if (dot && !(d->have & HAVE_DATE))
        return dt_date(d, text);
    if ((dot && dot - text > 2) || (n >= 6 && !whole))
        return dt_run_together(d, text, d->have);
    return dt_number(d, text, d->have);
}

/* A date may stand before a time, but only where one can be told from the other. */
static bool date_may_begin(const struct dt *d, int i)
{
    const struct dt_fields *f = &d->fields;

    return i == 0 && f->n >= 2 &&
           (f->field[f->n - 1].kind == DT_DATE || f->field[1].kind == DT_TIME);
}

static enum dt_status take_number_of_time(struct dt *d, const char *text, int i)
{
    const char *dot = strchr(text, '.');

    if (d->label != WORD_UNKNOWN)
        return take_labelled(d, text);
    if (dot && i == 0 && d->fields.n >= 2 && d->fields.field[d->fields.n - 1].kind == DT_DATE)
        return dt_date(d, text);
    if (dot && dot - text <= 2)
        return DT_FORMAT;
    if (dot || strlen(text) > 4)
        return dt_run_together(d, text, d->have | HAVE_DATE);
    return dt_number(d, text, d->have | HAVE_DATE);
}

/* ---- Fields with separators ---------------------------------------------------------- */

/* "040506-08": a time without separators, its zone behind it. */
static enum dt_status take_time_and_zone(struct dt *d, char *text)
{
    char          *sign = strchr(text, '-');
    enum dt_status rc;

    if (!sign || (d->have & HAVE_TIME) || d->label == WORD_UNIT)
        return DT_FORMAT;
    d->label = WORD_UNKNOWN;
    rc       = dt_zone(d, sign);
    if (rc != DT_OK)
        return rc;
    *sign = '\0';
    rc    = dt_run_together(d, text, d->time_only ? d->have | HAVE_DATE : d->have);
    d->now |= HAVE_ZONE;
    return rc;
}

/* "J2451187+02". */
static enum dt_status take_julian_and_zone(struct dt *d, const char *text)
{
    const char    *p = text;
    int            n;
    enum dt_status rc;

    d->label = WORD_UNKNOWN;
    if (!dt_int(&p, &n))
        return DT_OVERFLOW;
    rc     = take_julian(d, "", n);
    rc     = rc == DT_OK ? dt_zone(d, p) : rc;
    d->now = HAVE_DATE | HAVE_TIME | HAVE_ZONE;
    return rc;
}

/* With a date there already, a second one is a time with its zone, or a zone's name. */
static enum dt_status take_date(struct dt *d, char *text, int i)
{
    bool have_day = (d->have & HAVE_MONTH) && (d->have & HAVE_DAY);

    if (d->label == WORD_JULIAN && !d->time_only)
        return take_julian_and_zone(d, text);
    if (d->time_only ? date_may_begin(d, i) : d->label == WORD_UNKNOWN && !have_day)
        return dt_date(d, text);
    if (is_digit((uint8_t)*text) || (d->label != WORD_UNKNOWN && !d->time_only))
        return take_time_and_zone(d, text);
    return dt_zone_name(d, text);
}

/* "T04:05": the label has done its work. */
static enum dt_status take_time(struct dt *d, const char *text)
{
    enum dt_status rc;

    if (d->label != WORD_UNKNOWN && d->label != WORD_T)
        return DT_FORMAT;
    d->label = WORD_UNKNOWN;
    rc       = dt_time(d, text);
    if (rc == DT_OK && !d->time_only && !dt_time_fits(&d->t))
        return DT_OVERFLOW;
    return rc;
}

static enum dt_status take_field(struct dt *d, int i)
{
    struct dt_field *f = &d->fields.field[i];

    switch (f->kind) {
    case DT_DATE:
        return take_date(d, f->text, i);
    case DT_TIME:
        return take_time(d, f->text);
    case DT_ZONE:
        return dt_zone(d, f->text);
    case DT_NUMBER:
        return d->time_only ? take_number_of_time(d, f->text, i) : take_number(d, f->text);
    case DT_STRING:
    case DT_SPECIAL:
        return take_word(d, f->text);
    }
    return DT_FORMAT;
}

/* ---- The whole ----------------------------------------------------------------------- */

bool dt_time_fits(const struct civil *t)
{
    return t->hour <= 24 && t->minute <= 59 && t->second <= 60 && t->usec <= USECS_PER_SECOND &&
           usecs_of(t) <= USECS_PER_DAY;
}

/* There is no year 0; 1 BC is 0 here.  Years of two digits are 1970 to 2069. */
static enum dt_status settle_year(struct dt *d)
{
    if (!(d->have & HAVE_YEAR) || d->julian)
        return DT_OK;
    if (d->two_digits && !d->bc)
        d->t.year += d->t.year < 70 ? 2000 : d->t.year < 100 ? 1900 : 0;
    if (d->t.year <= 0)
        return DT_OVERFLOW;
    if (d->bc)
        d->t.year = 1 - d->t.year;
    return DT_OK;
}

/* ValidateDate.  A wrong month may be a day in the wrong place, which is worth a hint; a 30th
   of February is not. */
static enum dt_status settle_date(struct dt *d)
{
    enum dt_status rc = settle_year(d);

    if (rc != DT_OK)
        return rc;
    if (d->have & HAVE_YEAR_DAY)
        civil_of(days_of(d->t.year, 1, 1) + d->year_day - 1, &d->t);
    if ((d->have & HAVE_MONTH) && (d->t.month < 1 || d->t.month > 12))
        return DT_MD_OVERFLOW;
    if ((d->have & HAVE_DAY) && (d->t.day < 1 || d->t.day > 31))
        return DT_MD_OVERFLOW;
    return (d->have & HAVE_DATE) == HAVE_DATE && d->t.day > days_in_month(d->t.year, d->t.month)
               ? DT_OVERFLOW
               : DT_OK;
}

/* AM and PM need twelve hours; the date is needed by all but a time. */
static enum dt_status settle(struct dt *d)
{
    enum dt_status rc = settle_date(d);

    if (rc != DT_OK)
        return rc;
    if (d->pm >= 0 && d->t.hour > 12)
        return DT_OVERFLOW;
    if (d->pm >= 0)
        d->t.hour = d->t.hour % 12 + 12 * d->pm;
    if (d->time_only && !dt_time_fits(&d->t))
        return DT_OVERFLOW;
    if (d->time_only ? !(d->have & HAVE_TIME) : (d->have & HAVE_DATE) != HAVE_DATE)
        return DT_FORMAT;
    if ((d->have & HAVE_DST) && !(d->have & HAVE_ZONE))
        return DT_FORMAT;
    return dt_settle_zone(d);
}

static void begin(struct dt *d, const struct value *v, bool time_only)
{
    d->t          = (struct civil){0};
    d->have       = 0;
    d->time_only  = time_only;
    d->zoned      = v->type->id.oid == PGCOPY_OID_TIMETZ;
    d->order      = v->dates->order;
    d->when       = &v->dates->when;
    d->label      = WORD_UNKNOWN;
    d->special    = WORD_UNKNOWN;
    d->text_month = d->julian = d->two_digits = d->bc = false;
    d->pm                                             = -1;
    d->named = d->history = NULL;
}

/* A field that brings what is there already is one too many. */
static enum dt_status decode(struct dt *d)
{
    enum dt_status rc = DT_OK;

    for (int i = 0; rc == DT_OK && i < d->fields.n; i++) {
        d->now = 0;
        rc     = take_field(d, i);
        if (rc == DT_OK && (d->now & d->have))
            return DT_FORMAT;
        d->have |= d->now;
    }
    if (rc != DT_OK)
        return rc;
    if (d->label != WORD_UNKNOWN)
        return DT_FORMAT;
    if (d->special != WORD_UNKNOWN && d->special != WORD_CLOCK)
        return DT_OK;
    rc = settle(d);
    return rc == DT_OK && d->special == WORD_CLOCK ? DT_CLOCK : rc;
}

enum dt_status dt_decode(struct dt *d, const struct value *v, bool time_only)
{
    pgcopy_zone    room;
    enum dt_status rc = dt_split(v->in, &d->fields);

    begin(d, v, time_only);
    d->room = &room;
    if (rc == DT_OK)
        rc = decode(d);
    d->room  = NULL;
    d->named = NULL;
    return rc;
}

/* ---- What is said of a bad one ------------------------------------------------------- */

pgcopy_status dt_refuse(struct value *v, enum dt_status why, const char *bad_zone)
{
    const char *format = "invalid input syntax for type %s: \"%.*s\"";
    int         n      = value_clip(v);
    const char *text   = (const char *)v->in.data;

    switch (why) {
    case DT_OVERFLOW:
    case DT_MD_OVERFLOW:
        pgcopy_error_set(v->err, "22008", "date/time field value out of range: \"%.*s\"", n,
                         text);
        if (why == DT_MD_OVERFLOW)
            bad_hint(v, "Perhaps you need a different \"DateStyle\" setting.");
        return PGCOPY_ERR_SQL;
    case DT_ZONE_OVERFLOW:
        return pgcopy_error_set(v->err, "22009",
                                "time zone displacement out of range: \"%.*s\"", n, text);
    case DT_INTERVAL_OVERFLOW:
        return pgcopy_error_set(v->err, "22015", "interval field value out of range: \"%.*s\"",
                                n, text);
    case DT_BAD_ZONE:
        return pgcopy_error_set(v->err, "22023", "time zone \"%s\" not recognized", bad_zone);
    case DT_CLOCK:
        return pgcopy_error_set(v->err, "0A000", "date/time value \"%.*s\" is not supported", n,
                                text);
    case DT_OK:
    case DT_FORMAT:
        break;
    }
    return pgcopy_error_set(v->err, "22007", format, v->type->word, n, text);
}
