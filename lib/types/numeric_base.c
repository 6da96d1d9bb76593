/*
 * types/numeric_base.c - 0x, 0o and 0b integers of any size, for numeric (since 16): a large
 * number in limbs of nine decimal digits, to which pieces of the text are added.
 */
#include "types/numeric.h"

#include <string.h>

enum {
    LIMB        = 1000000000, /* 10^LIMB_DIGITS */
    LIMB_DIGITS = 9,
    LIMBS_MAX   = NUMERIC_POINT_MAX / LIMB_DIGITS + 2,
    PIECE       = 28 /* bits that are added at once: divides by 4 and 1; octal takes 27 */
};

struct large {
    uint32_t *limbs; /* the smallest first */
    size_t    n;
};

static unsigned digit_of(uint8_t c)
{
    if (is_digit(c))
        return c - (unsigned)'0';
    return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - (unsigned)'a' + 10 : 99;
}

/* False: there is no room, which is over the limit. */
static bool multiply_add(struct large *x, uint32_t factor, uint32_t add)
{
    uint64_t carry = add;

    for (size_t i = 0; i < x->n; i++) {
        carry += (uint64_t)x->limbs[i] * factor;
        x->limbs[i] = (uint32_t)(carry % LIMB);
        carry /= LIMB;
    }
    if (carry && x->n == LIMBS_MAX)
        return false;
    if (carry)
        x->limbs[x->n++] = (uint32_t)carry;
    return true;
}

/* Every underscore stands in front of a digit; the first may follow the prefix. */
static bool is_number(pgcopy_slice s, unsigned base)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.data[i] == '_' ? i + 1 == s.len || digit_of(s.data[i + 1]) >= base
                             : digit_of(s.data[i]) >= base)
            return false;
    return s.len > 0;
}

static bool read_large(struct large *x, pgcopy_slice s, unsigned base)
{
    uint32_t factor = 1, add = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == '_')
            continue;
        factor *= base;
        add = add * base + digit_of(s.data[i]);
        if (factor > (1u << PIECE) / base) {
            if (!multiply_add(x, factor, add))
                return false;
            factor = 1;
            add    = 0;
        }
    }
    return multiply_add(x, factor, add);
}

/* Nine digits a limb, the largest first; zeros in front do no harm. */
static pgcopy_status print_large(struct value *v, const struct large *x, pgcopy_slice *digits)
{
    size_t        n = x->n * LIMB_DIGITS;
    uint8_t      *room;
    pgcopy_status rc = value_room(v, n, &room);

    if (rc < 0)
        return rc;
    *digits = (pgcopy_slice){room, n};
    for (size_t i = 0; i < x->n; i++) {
        uint32_t limb = x->limbs[i];
        for (int k = 0; k < LIMB_DIGITS; k++, limb /= 10)
            room[--n] = (uint8_t)('0' + limb % 10);
    }
    return PGCOPY_OK;
}

/* Zeros in front take no limb, so a text of any length that fits the limit needs few. */
pgcopy_status numeric_of_base(struct value *v, pgcopy_slice s, unsigned base,
                              pgcopy_slice *digits)
{
    pgcopy_allocator a    = v->batch->allocator;
    size_t           most = s.len / 6 + 2; /* a limb holds more than 6 hexadecimal digits */
    struct large     x    = {NULL, 1};
    pgcopy_status    rc;

    if (!is_number(s, base))
        return bad_syntax(v);
    most    = most < LIMBS_MAX ? most : LIMBS_MAX;
    x.limbs = mem_new(&a, most * sizeof *x.limbs);
    if (!x.limbs)
        return PGCOPY_ERR_NOMEM;
    rc = read_large(&x, s, base) ? print_large(v, &x, digits) : numeric_overflows(v);
    mem_free(&a, x.limbs, most * sizeof *x.limbs);
    return rc;
}
