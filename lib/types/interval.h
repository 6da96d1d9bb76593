/* types/interval.h - an interval in its three parts, which do not convert into each other. */
#ifndef TYPES_INTERVAL_H
#define TYPES_INTERVAL_H

#include "types/datetime.h"

struct span {
    int64_t usecs;
    int32_t days, months, years; /* years only while it is read */
    int     infinite;            /* -1, 0, 1                    */
};

/* "1 year 2 mons -3 days 04:05:06.7", "1-2", "@ 1 hour ago"; range: of the typmod. */
enum dt_status interval_words(struct span *out, pgcopy_slice s, int32_t range);

/* "P1Y2M3DT4H5M6S", "P0001-02-03T04:05:06", "P00010203T040506" (ISO 8601, 4.4.3). */
enum dt_status interval_iso(struct span *out, pgcopy_slice s);

/* interval_in: either of them, with the typmod of the value. */
pgcopy_status interval_read(struct value *v, struct span *s);

/* n and a fraction of a unit are added; what is less than a unit goes to the next smaller part.
   False: out of range. */
enum span_unit {
    SPAN_USEC,
    SPAN_MSEC,
    SPAN_SECOND,
    SPAN_MINUTE,
    SPAN_HOUR,
    SPAN_DAY,
    SPAN_WEEK,
    SPAN_MONTH,
    SPAN_YEAR,
    SPAN_DECADE,
    SPAN_CENTURY,
    SPAN_MILLENNIUM,
    SPAN_NONE
};
bool span_add(struct span *s, enum span_unit unit, int64_t n, double fraction);

#endif
