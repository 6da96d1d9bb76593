/*
 * types/quick.c - integers, booleans and dates between text and binary, where nothing is
 * unusual.
 *
 *   "-123"  <->  FF FF FF 85        "t"  <->  01        "2000-01-02"  <->  00 00 00 01
 */
#include "types/quick.h"

#include "types/datetime.h"

#include "base/bytes.h"

#include <string.h>

/* ---- To binary ------------------------------------------------------------------------- */

#define EVERY_BYTE(b) ((uint64_t)(b)*0x0101010101010101u)

/*
 * The number that n digits are, 1 to 8 of them.  Those behind are shifted out at the top, and
 * zeros come in front; then neighbours are summed up: digits, pairs of them, fours.  A carry
 * out of a byte comes only from one that is no digit, and that one is found itself.
 */
static bool take_eight(const uint8_t *p, size_t n, uint32_t *out)
{
    uint64_t w      = (get_eight(p) - EVERY_BYTE('0')) << (64 - 8 * n);
    bool     digits = (((w + EVERY_BYTE(0x7F - 9)) | w) & EVERY_BYTE(0x80)) == 0;

    w = w * 10 + (w >> 8);
    w = ((w & 0x000000FF000000FF) * (100 + (UINT64_C(1000000) << 32)) +
         (w >> 16 & 0x000000FF000000FF) * (1 + (UINT64_C(10000) << 32))) >>
        32;
    *out = (uint32_t)w;
    return digits;
}

/* At most `most` digits, which is few enough for the type, and no more than 16. */
static bool take_int(pgcopy_slice in, size_t most, int64_t *out)
{
    bool           minus = in.len > 0 && in.data[0] == '-';
    const uint8_t *p     = in.data + minus;
    size_t         n     = in.len - minus;
    uint32_t       high  = 0, low;

    if (n == 0 || n > most)
        return false;
    if (n > 8 && !take_eight(p, n - 8, &high))
        return false;
    if (!(n > 8 ? take_eight(p + n - 8, 8, &low) : take_eight(p, n, &low)))
        return false;
    *out = (int64_t)high * 100000000 + low;
    *out = minus ? -*out : *out;
    return true;
}

static size_t int2_binary(pgcopy_slice in, uint8_t *out)
{
    int64_t value;

    if (!take_int(in, 4, &value))
        return 0;
    put_u16(out, (uint16_t)value);
    return 2;
}

static size_t int4_binary(pgcopy_slice in, uint8_t *out)
{
    int64_t value;

    if (!take_int(in, 9, &value))
        return 0;
    put_u32(out, (uint32_t)value);
    return 4;
}

static size_t int8_binary(pgcopy_slice in, uint8_t *out)
{
    int64_t value;

    if (!take_int(in, 16, &value))
        return 0;
    put_u64(out, (uint64_t)value);
    return 8;
}

static size_t bool_binary(pgcopy_slice in, uint8_t *out)
{
    if (in.len != 1 || (in.data[0] != 't' && in.data[0] != 'f'))
        return 0;
    out[0] = in.data[0] == 't';
    return 1;
}

/* As days_of() for years from 1 to 9999, where nothing is negative or wide. */
static uint32_t days_since_2000(const struct civil *t)
{
    unsigned late = t->month <= 2, year = (unsigned)t->year - late;
    unsigned month = (unsigned)t->month + 12 * late;

    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month - 457) / 5 +
           (unsigned)t->day - 730426;
}

static size_t date_binary(pgcopy_slice in, uint8_t *out)
{
    struct civil t;

    if (in.len != 10 || !iso_date(in.data))
        return 0;
    iso_civil(in.data, &t);
    put_u32(out, days_since_2000(&t));
    return 4;
}

quick_step *quick_to_binary(uint32_t type)
{
    switch (type) {
    case PGCOPY_OID_BOOL:
        return bool_binary;
    case PGCOPY_OID_INT2:
        return int2_binary;
    case PGCOPY_OID_INT4:
        return int4_binary;
    case PGCOPY_OID_INT8:
        return int8_binary;
    case PGCOPY_OID_DATE:
        return date_binary;
    default:
        return NULL;
    }
}

/* ---- To text --------------------------------------------------------------------------- */

static size_t print_int(int64_t value, uint8_t *out)
{
    uint8_t  text[QUICK_MAX];
    uint64_t n  = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    size_t   at = QUICK_MAX;

    do {
        text[--at] = (uint8_t)('0' + n % 10);
        n /= 10;
    } while (n);
    if (value < 0)
        text[--at] = '-';
    memcpy(out, text + at, QUICK_MAX - at);
    return QUICK_MAX - at;
}

static size_t int2_text(pgcopy_slice in, uint8_t *out)
{
    return in.len == 2 ? print_int((int16_t)get_u16(in.data), out) : 0;
}

static size_t int4_text(pgcopy_slice in, uint8_t *out)
{
    return in.len == 4 ? print_int((int32_t)get_u32(in.data), out) : 0;
}

static size_t int8_text(pgcopy_slice in, uint8_t *out)
{
    return in.len == 8 ? print_int((int64_t)get_u64(in.data), out) : 0;
}

static size_t bool_text(pgcopy_slice in, uint8_t *out)
{
    if (in.len != 1)
        return 0;
    out[0] = in.data[0] ? 't' : 'f';
    return 1;
}

/* Years of four digits. */
static size_t date_text(pgcopy_slice in, uint8_t *out)
{
    enum { YEAR_1 = -730119, YEAR_10000 = 2921940 };
    struct civil t;
    int32_t      days = in.len == 4 ? (int32_t)get_u32(in.data) : INT32_MIN;

    if (days < YEAR_1 || days >= YEAR_10000)
        return 0;
    civil_of(days, &t);
    print_date((char *)out, &t, (pgcopy_datestyle){0});
    return 10;
}

quick_step *quick_to_text(uint32_t type)
{
    switch (type) {
    case PGCOPY_OID_BOOL:
        return bool_text;
    case PGCOPY_OID_INT2:
        return int2_text;
    case PGCOPY_OID_INT4:
        return int4_text;
    case PGCOPY_OID_INT8:
        return int8_text;
    case PGCOPY_OID_DATE:
        return date_text;
    default:
        return NULL;
    }
}
