/*
 * types/plain_number.c - columns of integers and of numeric with a scale: sixteen bytes that
 * end with the value, so that its point has a fixed place.
 *
 *   ...  ,  -  1  2  3  4  .  5  0 |     numeric(9,2)
 *   mask       FF FF FF FF FF FF FF|     last_of + MARKERS + 7
 *   low        0  0  0  0  .  0  0 |
 *
 * What is wrong with the first digit, or with how many there are, says struct least.
 */
#include "types/numeric.h"
#include "types/plain_types.h"

static const struct form digits = {
    {'0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0'},
    {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}};

/* What is said of n digits lies at MARKERS + n; below are markers, which a '-' that happens to
   be there makes shorter by one, and an empty value with one. */
enum { MARKERS = 3, TOO_LONG = MARKERS + LANES + 1, NONE = 256 };

/* The last n of sixteen. */
static const uint8_t last_of[TOO_LONG + LANES] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* The least byte that may begin n digits: of them alone and behind a '-'. */
struct least {
    uint16_t digit[TOO_LONG + 1][2];
};

/* From `few` bytes on, which may begin with a 0, to `many`. */
static struct least least_of(size_t few, size_t many)
{
    struct least least = {{{0}, {0}, {0, NONE}}};

    for (size_t n = 0; n <= LANES + 1; n++) {
        uint16_t from               = n < few || n > many || n > LANES ? NONE : '1';
        least.digit[MARKERS + n][0] = n == few ? '0' : from;
        least.digit[MARKERS + n][1] = from;
    }
    return least;
}

/* Without a 0 in front of other digits; -0 is not. */
static bool all_digits(const struct plain_column *c, const struct form *form,
                       const struct least *least)
{
    const lanes low = lanes_load(form->low), span = lanes_load(form->span);
    lanes       odd = lanes_none();
    unsigned    bad = 0;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f    = &c->fields[at];
        const uint8_t      *p    = c->bytes + f->start;
        size_t              sign = *p == '-', n = (size_t)(int32_t)f->len + MARKERS - sign;
        n = n < TOO_LONG ? n : TOO_LONG;
        p += sign;
        bad |= *p < least->digit[n][sign];
        odd = lanes_or(odd,
                       lanes_and(lanes_beside(lanes_load(p + n - MARKERS - LANES), low, span),
                                 lanes_load(last_of + n)));
    }
    return !lanes_any(odd) && !bad;
}

bool plain_int2(const struct plain_column *c)
{
    const struct least least = least_of(1, 4);

    return all_digits(c, &digits, &least);
}

bool plain_int4(const struct plain_column *c)
{
    const struct least least = least_of(1, 9);

    return all_digits(c, &digits, &least);
}

bool plain_int8(const struct plain_column *c)
{
    const struct least least = least_of(1, LANES);

    return all_digits(c, &digits, &least);
}

/* ---- numeric(precision, scale) -------------------------------------------------------- */

/* A digit stands before the point, which a precision that is the scale alone has no place for;
   -0.50 is looked at alone, for -0.00 is none. */
bool plain_numeric(const struct plain_column *c)
{
    int          precision = numeric_precision(c->typmod), scale = numeric_scale(c->typmod);
    struct form  form = digits;
    struct least least;

    if (!numeric_limited(c->typmod) || scale < 0 || scale >= precision || scale + 2 > LANES)
        return false;
    if (scale) {
        form.low[LANES - 1 - scale]  = '.';
        form.span[LANES - 1 - scale] = 0;
    }
    least = least_of(scale ? (size_t)scale + 2 : 1, (size_t)precision + (scale > 0));
    return all_digits(c, &form, &least);
}
