/* types/numeric.h - what the two forms of numeric share: its typmod and its limits. */
#ifndef TYPES_NUMERIC_H
#define TYPES_NUMERIC_H

#include "types/type.h"

enum {
    NUMERIC_PRECISION_MAX = 1000,
    NUMERIC_POINT_MAX     = 131072, /* digits before the point: a weight of 32767, base 10000 */
    NUMERIC_EXPONENT_MAX  = 0x7FFFFFFF / 2 /* a larger one overflows before it is looked at */
};

/* typmod: precision << 16 | scale in 11 bits with a sign, plus the 4 of a length word. */
static inline bool numeric_limited(int32_t typmod)
{
    return typmod >= 4;
}

static inline int numeric_precision(int32_t typmod)
{
    return ((typmod - 4) >> 16) & 0xFFFF;
}

static inline int numeric_scale(int32_t typmod)
{
    return (((typmod - 4) & 0x7FF) ^ 1024) - 1024;
}

pgcopy_status numeric_overflows(struct value *v); /* 22003 value overflows numeric format */

/* s, behind 0x, 0o or 0b, in decimal digits, which lie in the batch as v's room does. */
pgcopy_status numeric_of_base(struct value *v, pgcopy_slice s, unsigned base,
                              pgcopy_slice *digits) PGCOPY_MUST_CHECK;

#endif
