/* types/calendar.c - days and microseconds, counted from 2000-01-01 00:00:00. */
#include "types/datetime.h"

int days_in_month(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool                 leap   = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

/*
 * Years begin in March here, so that the leap day is the last: the months from March on have
 * 31 30 31 30 31 | 31 30 31 30 31 | 31 .. days, which (153 m + 2) / 5 sums up.  Eras of 400
 * years have 146097 days each.
 */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, MARCH_2000 = 60 };

int64_t days_of(int year, int month, int day)
{
    int64_t y    = (int64_t)year - (month <= 2);
    int64_t era  = (y >= 0 ? y : y - (ERA_YEARS - 1)) / ERA_YEARS;
    int64_t yoe  = y - era * ERA_YEARS;
    int64_t doy  = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t past = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return (era - 5) * ERA_DAYS + past + MARCH_2000;
}

/* The way back: leap days are taken out of the days of an era before they are cut in years. */
void civil_of(int64_t days, struct civil *t)
{
    int64_t d   = days - MARCH_2000 + (int64_t)5 * ERA_DAYS;
    int64_t era = (d >= 0 ? d : d - (ERA_DAYS - 1)) / ERA_DAYS;
    int64_t doe = d - era * ERA_DAYS;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / (ERA_DAYS - 1)) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t m   = (5 * doy + 2) / 153;

    t->day   = (int)(doy - (153 * m + 2) / 5 + 1);
    t->month = (int)(m < 10 ? m + 3 : m - 9);
    t->year  = (int)(yoe + era * ERA_YEARS + (t->month <= 2));
}

/* From 4714-11-24 BC, Julian day 0, until what 32 bits of days can say. */
bool has_julian(const struct civil *t)
{
    enum { FIRST_YEAR = -4713, FIRST_MONTH = 11, LAST_YEAR = 5874898, LAST_MONTH = 6 };

    return (t->year > FIRST_YEAR || (t->year == FIRST_YEAR && t->month >= FIRST_MONTH)) &&
           (t->year < LAST_YEAR || (t->year == LAST_YEAR && t->month < LAST_MONTH));
}

/* Of parts that may be over their ends, as 23:59:60 is. */
int64_t usecs_of(const struct civil *t)
{
    return ((int64_t)t->hour * 60 + t->minute) * USECS_PER_MINUTE +
           t->second * USECS_PER_SECOND + t->usec;
}

void clock_of(int64_t usecs, struct civil *t)
{
    t->hour   = (int)(usecs / USECS_PER_HOUR);
    t->minute = (int)(usecs % USECS_PER_HOUR / USECS_PER_MINUTE);
    t->second = (int)(usecs % USECS_PER_MINUTE / USECS_PER_SECOND);
    t->usec   = (int32_t)(usecs % USECS_PER_SECOND);
}

int64_t round_usecs(int64_t usecs, int digits)
{
    int64_t unit = 1;

    if (digits < 0 || digits >= 6)
        return usecs;
    for (int i = digits; i < 6; i++)
        unit *= 10;
    return usecs >= 0 ? (usecs + unit / 2) / unit * unit : -((unit / 2 - usecs) / unit * unit);
}
