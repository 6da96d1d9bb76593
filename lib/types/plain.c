/*
 * types/plain.c - columns whose values all have the common form: without a call or a branch
 * that depends on the data for each value, because nearly all data is of this kind.
 *
 *   ...  ,  -  1  2  3  4 |     the sixteen bytes that end with the value are looked at
 *   mask       FF FF FF FF |    together (lanes.h)
 *
 * A marker has a length below 0, and it points to bytes that may be read, though they mean
 * nothing.
 */
#include "types/plain.h"

#include "types/lanes.h"

enum { TYPMOD_HEADER_LEN = 4 };

/* ---- Integers: digits without a 0 in front, behind a '-' perhaps; -0 is not --------- */

static const struct form digits = {
    {'0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0'},
    {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}};

/* What is said of n digits lies at MARKERS + n; below are markers, which a '-' that happens to
   be there makes shorter by one, and an empty value with one. */
enum { MARKERS = 3, TOO_LONG = MARKERS + LANES + 1 };

/* The last n of sixteen. */
static const uint8_t last_of[TOO_LONG + LANES] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* The least byte that may begin n digits: of them alone and behind a '-'. */
struct least {
    uint16_t digit[TOO_LONG + 1][2];
};

#define NONE 256, 256
#define ZERO '0', '1'
#define MORE '1', '1'

/* clang-format off */
static const struct least int2_least = {{{0}, {0}, {0, 256}, {NONE}, {ZERO}, {MORE}, {MORE}, {MORE},
    {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE},
    {NONE}, {NONE}}};
static const struct least int4_least = {{{0}, {0}, {0, 256}, {NONE}, {ZERO}, {MORE}, {MORE}, {MORE},
    {MORE}, {MORE}, {MORE}, {MORE}, {MORE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE},
    {NONE}, {NONE}}};
static const struct least int8_least = {{{0}, {0}, {0, 256}, {NONE}, {ZERO}, {MORE}, {MORE}, {MORE},
    {MORE}, {MORE}, {MORE}, {MORE}, {MORE}, {MORE}, {MORE}, {MORE}, {MORE}, {MORE}, {MORE},
    {MORE}, {NONE}}};
/* clang-format on */

static bool all_digits(const struct plain_column *c, const struct form *form,
                       const struct least *least)
{
    const lanes low = lanes_load(form->low), span = lanes_load(form->span);
    lanes       odd = lanes_none();
    unsigned    bad = 0;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f    = &c->fields[at];
        const uint8_t      *p    = c->bytes + f->start;
        ptrdiff_t           len  = (int32_t)f->len;
        size_t              sign = *p == '-', n = (size_t)len + MARKERS - sign;
        n = n < TOO_LONG ? n : TOO_LONG;
        bad |= p[sign] < least->digit[n][sign];
        odd = lanes_or(odd, lanes_and(lanes_beside(lanes_load(p + len - LANES), low, span),
                                      lanes_load(last_of + n)));
    }
    return !lanes_any(odd) && !bad;
}

/* ---- varchar(n): few bytes are few characters ---------------------------------------- */

static bool all_short(const struct plain_column *c)
{
    uint32_t most = (uint32_t)(c->typmod - TYPMOD_HEADER_LEN), bad = 0;

    if (c->typmod < TYPMOD_HEADER_LEN)
        return true;
    for (size_t at = c->from; at < c->to; at += c->stride)
        bad |= most - c->fields[at].len; /* of a marker: a little more */
    return bad <= INT32_MAX;
}

/* ---- bool ---------------------------------------------------------------------------- */

static bool all_bool(const struct plain_column *c)
{
    bool good = true;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f     = &c->fields[at];
        uint8_t             first = c->bytes[f->start];
        good &= ((f->len == 1) & ((first == 't') | (first == 'f'))) | (f->len > PGCOPY_LEN_MAX);
    }
    return good;
}

/* ---- date: 2026-01-31 of the years from 1000 on; 29 February is looked at alone -------- */

static const struct form iso_date_form = {{'1', '0', '0', '0', '-', '0', '0', '-', '0', '0'},
                                          {8, 9, 9, 9, 0, 1, 9, 0, 3, 9}};

enum { ISO_DATE = 10, MONTH = 64 };

/* The days of a month, by their two digits in four bits each. */
#define DAYS_01_09 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0
#define DAYS_10_19 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0
#define DAYS_20_28 1, 1, 1, 1, 1, 1, 1, 1, 1
#define DAYS_28    DAYS_01_09, DAYS_10_19, DAYS_20_28
#define DAYS_30    DAYS_01_09, DAYS_10_19, DAYS_10_19, 1
#define DAYS_31    DAYS_30, 1

static const uint8_t is_day[32 * MONTH] = {
    [1 * MONTH] = DAYS_31,  [2 * MONTH] = DAYS_28,  [3 * MONTH] = DAYS_31,
    [4 * MONTH] = DAYS_30,  [5 * MONTH] = DAYS_31,  [6 * MONTH] = DAYS_30,
    [7 * MONTH] = DAYS_31,  [8 * MONTH] = DAYS_31,  [9 * MONTH] = DAYS_30,
    [10 * MONTH] = DAYS_31, [11 * MONTH] = DAYS_30, [12 * MONTH] = DAYS_31,
};

/* Little endian; compilers make it one load. */
static uint64_t load(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/*
 * Has the calendar the month and day of "26-01-31"?  One product adds 640, 64, 16 and 1 times
 * the digits, from bit 53 on; what else it gives lies below that or beyond 64 bits.  Of what is
 * not digits it says anything.
 */
static uint8_t has_day(const uint8_t *p)
{
    const uint64_t zeros = UINT64_C(0x30302D3030); /* "01-31" is '0' '1' '-' '3' '1' */
    const uint64_t places =
        UINT64_C(640) << 53 | UINT64_C(64) << 45 | UINT64_C(16) << 29 | UINT64_C(1) << 21;

    return is_day[((load(p) >> 24) - zeros) * places >> 53];
}

/* Of a value, of a marker. */
static const uint8_t date_mask[2 * LANES] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                             0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static bool all_date(const struct plain_column *c)
{
    const lanes low = lanes_load(iso_date_form.low), span = lanes_load(iso_date_form.span);
    lanes       odd  = lanes_none();
    uint32_t    good = UINT32_MAX;
    uint8_t     days = 1;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f   = &c->fields[at];
        const uint8_t      *p   = c->bytes + f->start;
        uint32_t            len = f->len, marker = len >> 31;
        odd = lanes_or(odd, lanes_and(lanes_beside(lanes_load(p), low, span),
                                      lanes_load(date_mask + LANES * marker)));
        days &= (uint8_t)(has_day(p + 2) | marker);
        good &= (len ^ ISO_DATE) - 1;
    }
    return !lanes_any(odd) && days && good > INT32_MAX;
}

/* ---- All types ----------------------------------------------------------------------- */

static bool test_all(uint32_t type, const struct plain_column *column)
{
    switch (type) {
    case PGCOPY_OID_INT2:
        return all_digits(column, &digits, &int2_least);
    case PGCOPY_OID_INT4:
        return all_digits(column, &digits, &int4_least);
    case PGCOPY_OID_INT8:
        return all_digits(column, &digits, &int8_least);
    case PGCOPY_OID_VARCHAR:
        return all_short(column);
    case PGCOPY_OID_BOOL:
        return all_bool(column);
    case PGCOPY_OID_DATE:
        return all_date(column);
    default:
        return false;
    }
}

/* NULLs in front of all values are passed over; to look at those among values too takes less
   than to tell them apart. */
bool plain_all(uint32_t type, const struct plain_column *column)
{
    struct plain_column rest = *column;
    size_t              at   = rest.from;

    while (at < rest.to && rest.fields[at].len > PGCOPY_LEN_MAX)
        at += rest.stride;
    rest.from = at;
    return at >= rest.to || test_all(type, &rest);
}

bool plain_has_null(const struct plain_column *column)
{
    bool found = false;

    for (size_t at = column->from; at < column->to; at += column->stride)
        found |= column->fields[at].len == PGCOPY_NULL;
    return found;
}
