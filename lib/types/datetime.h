/*
 * types/datetime.h - dates and times from the inside: the calendar, and the reader of all that
 * PostgreSQL takes for one.
 *
 *   "Jan 8, 1999 04:05 PST"   --split-->    jan | 8 | 1999 | 04:05 | pst
 *                             --decode-->   struct civil, and what was there of it
 */
#ifndef TYPES_DATETIME_H
#define TYPES_DATETIME_H

#include "types/type.h"

/* ---- The calendar: Gregorian, also before there was one ------------------------------ */

#define USECS_PER_SECOND INT64_C(1000000)
#define USECS_PER_MINUTE (60 * USECS_PER_SECOND)
#define USECS_PER_HOUR   (60 * USECS_PER_MINUTE)
#define USECS_PER_DAY    (24 * USECS_PER_HOUR)

#define EPOCH_JULIAN 2451545  /* 2000-01-01, where dates and timestamps count from */
#define UNIX_EPOCH   (-10957) /* 1970-01-01, in days from there                    */

enum { SECONDS_PER_DAY = 86400 };

struct civil {
    int     year; /* 0 is 1 BC, -1 is 2 BC */
    int     month, day, hour, minute, second;
    int32_t usec;
    int     zone; /* seconds east of UTC   */
};

int     days_in_month(int year, int month);
int64_t days_of(int year, int month, int day); /* from 2000-01-01 */
void    civil_of(int64_t days, struct civil *t);

/* Is it a date that has a Julian day at all (IS_VALID_JULIAN)? */
bool has_julian(const struct civil *t);

/* The time of the day, in microseconds, and back. */
int64_t usecs_of(const struct civil *t);
void    clock_of(int64_t usecs, struct civil *t);

/* To a multiple of 10^(6 - digits) microseconds, halves away from 0; digits < 0: as it is. */
int64_t round_usecs(int64_t usecs, int digits);

/* ---- Fields of a text ---------------------------------------------------------------- */

enum {
    DT_FIELDS_MAX = 25,
    DT_TEXT_MAX   = 256 /* with a NUL behind every field; more is no date */
};

enum dt_kind { DT_NUMBER, DT_DATE, DT_TIME, DT_ZONE, DT_STRING, DT_SPECIAL };

struct dt_field {
    enum dt_kind kind;
    char        *text; /* in lower case */
};

struct dt_fields {
    int             n;
    struct dt_field field[DT_FIELDS_MAX];
    char            text[DT_TEXT_MAX];
};

enum dt_status {
    DT_OK = 0,
    DT_FORMAT,        /* 22007 invalid input syntax               */
    DT_OVERFLOW,      /* 22008 date/time field value out of range */
    DT_MD_OVERFLOW,   /* the same, perhaps month and day changed places */
    DT_ZONE_OVERFLOW, /* 22009                                    */
    DT_INTERVAL_OVERFLOW,
    DT_BAD_ZONE, /* 22023 time zone not recognized           */
    DT_CLOCK     /* now, today: there is no clock            */
};

enum dt_status dt_split(pgcopy_slice s, struct dt_fields *f);

/* ---- Words --------------------------------------------------------------------------- */

enum dt_word {
    WORD_UNKNOWN,
    WORD_MONTH,  /* value: 1 to 12                 */
    WORD_DOW,    /* a day of the week, not looked at */
    WORD_PM,     /* value: 0 am, 1 pm              */
    WORD_BC,     /* value: 0 ad, 1 bc              */
    WORD_JULIAN, /* the next field is a Julian day */
    WORD_T,      /* the next field is a time       */
    WORD_NOISE,  /* at, on                         */
    WORD_EPOCH,
    WORD_LATE,
    WORD_EARLY,
    WORD_MIDNIGHT, /* allballs                       */
    WORD_CLOCK,    /* now, today; value: days from there */
    WORD_ZONE,     /* value: seconds east of UTC     */
    WORD_DST_ZONE, /* the same, of a summer time     */
    WORD_DST,      /* "MET DST": one hour more       */
    WORD_UNIT      /* d, m, y: a field behind it is refused  */
};

enum dt_word dt_word(const char *text, int *value);

/* ---- Decoding ------------------------------------------------------------------------ */

/* What is there already; a field that is there twice is refused. */
enum {
    HAVE_MONTH    = 1 << 0,
    HAVE_YEAR     = 1 << 1,
    HAVE_DAY      = 1 << 2,
    HAVE_DATE     = HAVE_MONTH | HAVE_YEAR | HAVE_DAY,
    HAVE_TIME     = 1 << 3,
    HAVE_ZONE     = 1 << 4,
    HAVE_YEAR_DAY = 1 << 5,
    HAVE_DOW      = 1 << 6,
    HAVE_PM       = 1 << 7,
    HAVE_BC       = 1 << 8,
    HAVE_DST_ZONE = 1 << 9,
    HAVE_DST      = 1 << 10
};

struct dt {
    const pgcopy_when *when;
    struct dt_fields   fields;
    struct civil       t;
    unsigned           have;
    unsigned           now;       /* what the field at hand brought */
    bool               time_only; /* a time is read, not a date     */
    bool               zoned;     /* ... whose zone is kept               */
    pgcopy_date_order  order;
    enum dt_word       label; /* WORD_JULIAN, T or UNIT: what the next field is; else UNKNOWN */
    enum dt_word       special; /* WORD_EPOCH, LATE, EARLY; else UNKNOWN */
    bool               text_month, julian, two_digits, bc;
    int                pm; /* -1: 24 hours */
    int                year_day;
    const char        *bad_zone;
    const pgcopy_zone *named;   /* the text names it                                 */
    const pgcopy_zone *history; /* ... or by a word that had several meanings in it  */
    const char        *history_word;
    pgcopy_zone       *room; /* of one that a string of POSIX makes               */
};

/* One field each; they set d->now. */
enum dt_status dt_number(struct dt *d, const char *text, unsigned have);
enum dt_status dt_run_together(struct dt *d, const char *text, unsigned have);
enum dt_status dt_date(struct dt *d, const char *text);
enum dt_status dt_time(struct dt *d, const char *text);
enum dt_status dt_zone(struct dt *d, const char *text);

/* dt_zone.c: a zone's full name, or "PST8"; an abbreviation of the session's zone, or one that
   follows a history, else WORD_UNKNOWN; and the offset when all fields are read. */
enum dt_status dt_zone_name(struct dt *d, const char *text);
enum dt_word   dt_zone_word(struct dt *d, const char *text, int *value);
enum dt_status dt_settle_zone(struct dt *d);

/* The time of day and the date of `now` in the session's zone. */
bool dt_has_clock(const pgcopy_when *when);
void dt_now(const pgcopy_when *when, struct civil *t);

/* strtol() of 32 bits: *p behind the digits.  False: out of range. */
bool dt_int(const char **p, int *out);

/* ".5" in microseconds, rounded as PostgreSQL does: through a double. */
enum dt_status dt_fraction(const char *dot, int32_t *usec);

/* A whole text.  For time_only the date may be missing, otherwise the time. */
enum dt_status dt_decode(struct dt *d, const struct value *v, bool time_only);

/* Not later than 24:00:00. */
bool dt_time_fits(const struct civil *t);

/* DateTimeParseError. */
pgcopy_status dt_refuse(struct value *v, enum dt_status why, const char *bad_zone);

/* ---- Writing ------------------------------------------------------------------------- */

enum { DT_PRINT_MAX = 80 };

/* Each returns where the text ends. */
char *print_date(char *p, const struct civil *t, pgcopy_datestyle style); /* without BC */
char *print_time(char *p, const struct civil *t);
/* zone: its name, NULL for a text without; t->zone has the offset. */
char *print_timestamp(char *p, const struct civil *t, const char *zone, pgcopy_datestyle style);
char *print_zone(char *p, int zone);
char *print_bc(char *p, const struct civil *t);
char *print_number(char *p, int64_t n, int width);
char *print_usec(char *p, int64_t usec); /* ".5", "" for 0 */

/* ---- The common form: ISO, as PostgreSQL prints it ----------------------------------- */

bool iso_date(const uint8_t *s);                             /* 10 bytes */
bool iso_time(const uint8_t *s, size_t len, int32_t digits); /* 8 bytes, or 10 to 15 */

/* The parts of what the two above are true of. */
void iso_civil(const uint8_t *s, struct civil *t);
void iso_clock(const uint8_t *s, size_t len, struct civil *t);

#endif
