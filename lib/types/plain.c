/*
 * types/plain.c - columns whose values all have the common form: without a call or a branch
 * that depends on the data for each value, because nearly all data is of this kind.
 *
 *   0..0 '2' '0' '2' '6'    eight bytes are looked at together; those behind the value are
 *        ^ value ^          made '0' first
 */
#include "types/plain.h"

#include "types/datetime.h"

#include <string.h>

#define EVERY_BYTE(b) ((uint64_t)(b)*0x0101010101010101u)

enum { WORD = 8, TYPMOD_HEADER_LEN = 4 };

static uint64_t load(const uint8_t *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return w;
}

/* The first n of eight bytes, the others as '0'; n <= 8. */
static uint64_t first_bytes(const uint8_t *p, size_t n)
{
    static const uint8_t keep[2 * WORD] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    uint64_t             mask           = load(keep + WORD - n);

    return (load(p) & mask) | (EVERY_BYTE('0') & ~mask);
}

/* A carry out of a byte comes only from one that is no digit, and that one is found itself. */
static bool are_digits(uint64_t w)
{
    return (((w + EVERY_BYTE(0x7F - '9')) | (w - EVERY_BYTE('0'))) & EVERY_BYTE(0x80)) == 0;
}

/* Digits without a 0 in front, behind a '-' perhaps; at most `max` of them, which is <= 16. */
static bool is_int(const uint8_t *p, size_t len, size_t max)
{
    size_t sign = p[0] == '-', n = len - sign, head = n < WORD ? n : WORD;

    if (len == 0 || n == 0 || n > max || (p[sign] == '0' && len > 1))
        return false;
    return are_digits(first_bytes(p + sign, head)) &&
           are_digits(first_bytes(p + sign + head, n - head));
}

static bool all_int(const struct plain_column *c, size_t max)
{
    bool good = true;

    for (size_t i = 0; i < c->n && good; i++) {
        pgcopy_field f = c->fields[i * c->stride];
        good           = f.len > PGCOPY_LEN_MAX || is_int(c->bytes + f.start, f.len, max);
    }
    return good;
}

/* Few bytes are few characters. */
static bool all_short(const struct plain_column *c)
{
    uint32_t most = (uint32_t)(c->typmod - TYPMOD_HEADER_LEN);
    bool     good = true;

    if (c->typmod < TYPMOD_HEADER_LEN)
        return true;
    for (size_t i = 0; i < c->n; i++) {
        uint32_t len = c->fields[i * c->stride].len;
        good &= len <= most || len > PGCOPY_LEN_MAX;
    }
    return good;
}

static bool all_bool(const struct plain_column *c)
{
    bool good = true;

    for (size_t i = 0; i < c->n; i++) {
        pgcopy_field f     = c->fields[i * c->stride];
        uint8_t      first = c->bytes[f.len == 1 ? f.start : 0];
        good &= f.len > PGCOPY_LEN_MAX || (f.len == 1 && (first == 't' || first == 'f'));
    }
    return good;
}

/* 2026-01-31: the digits at once, then month and day.  Only the last days of a month need more.
 */
static bool is_date(const uint8_t *p)
{
    static const uint8_t hyphens[WORD] = {0, 0, 0, 0, '-' ^ '0', 0, 0, '-' ^ '0'};
    uint64_t             head          = load(p) ^ load(hyphens);
    unsigned             month         = (p[5] - (unsigned)'0') * 10 + p[6] - (unsigned)'0';
    unsigned             day           = (p[8] - (unsigned)'0') * 10 + p[9] - (unsigned)'0';

    if (p[4] != '-' || p[7] != '-' || !are_digits(head) || !are_digits(first_bytes(p + 8, 2)))
        return false;
    if (month - 1 >= 12 || memcmp(p, "0000", 4) == 0)
        return false;
    return day - 1 < 28 || (day - 1 < 30 && month != 2) || iso_date(p);
}

static bool all_date(const struct plain_column *c)
{
    bool good = true;

    for (size_t i = 0; i < c->n && good; i++) {
        pgcopy_field f = c->fields[i * c->stride];
        good           = f.len > PGCOPY_LEN_MAX || (f.len == 10 && is_date(c->bytes + f.start));
    }
    return good;
}

bool plain_all(uint32_t type, const struct plain_column *column)
{
    switch (type) {
    case PGCOPY_OID_INT2:
        return all_int(column, 4);
    case PGCOPY_OID_INT4:
        return all_int(column, 9);
    case PGCOPY_OID_INT8:
        return all_int(column, 16);
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

bool plain_has_null(const struct plain_column *column)
{
    bool found = false;

    for (size_t i = 0; i < column->n; i++)
        found |= column->fields[i * column->stride].len == PGCOPY_NULL;
    return found;
}
