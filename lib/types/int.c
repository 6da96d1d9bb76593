/* types/int.c - smallint, integer, bigint and oid: decimal, 0x, 0o and 0b, with underscores. */
#include "types/type.h"

#include "base/bytes.h"

#include <string.h>

/* ---- The common form: at most `max` digits, no more than the type holds -------------- */

/* '-', then digits without a 0 in front: what PostgreSQL prints.  -0 is not. */
static bool is_plain(pgcopy_slice s, size_t max)
{
    size_t   sign = s.len > 0 && s.data[0] == '-', n = s.len - sign;
    unsigned bad = 0;

    if (n == 0 || n > max || (s.data[sign] == '0' && s.len > 1))
        return false;
    for (size_t i = 0; i < n; i++)
        bad |= (uint8_t)(s.data[sign + i] - '0') > 9;
    return !bad;
}

/* ---- Any form (numutils.c) ----------------------------------------------------------- */

struct digits {
    const uint8_t *p, *end;
    unsigned       base;
};

static unsigned digit_of(uint8_t c)
{
    if (is_digit(c))
        return c - (unsigned)'0';
    return is_alpha(c) ? lower(c) - (unsigned)'a' + 10 : 99;
}

static bool is_base(const struct digits *d, char letter)
{
    return d->end - d->p >= 2 && d->p[0] == '0' && lower(d->p[1]) == (uint8_t)letter;
}

/* A base needs its letter; what follows is judged with the digits. */
static void take_base(struct digits *d)
{
    d->base = is_base(d, 'x') ? 16 : is_base(d, 'o') ? 8 : is_base(d, 'b') ? 2 : 10;
    d->p += d->base == 10 ? 0 : 2;
}

/* An underscore stands before a digit; only a base's prefix may stand before it. */
static bool skip_underscore(struct digits *d, const uint8_t *first)
{
    if (*d->p != '_')
        return true;
    if (d->p == first && d->base == 10)
        return false;
    d->p++;
    return d->p < d->end && digit_of(*d->p) < d->base;
}

enum parsed { GOOD, SYNTAX, RANGE };

/*
 * A number beyond the type is out of range as soon as one digit too many is seen, whatever
 * comes behind it; so the limit of the loop is PostgreSQL's: magnitude / base, of the lowest
 * value.
 */
static enum parsed take_digits(struct digits *d, uint64_t magnitude, uint64_t *out)
{
    const uint8_t *first = d->p;
    uint64_t       n     = 0;

    while (d->p < d->end && (*d->p == '_' || digit_of(*d->p) < d->base)) {
        if (!skip_underscore(d, first))
            return SYNTAX;
        if (n > magnitude / d->base)
            return RANGE;
        n = n * d->base + digit_of(*d->p++);
    }
    *out = n;
    return d->p == first ? SYNTAX : GOOD;
}

/* pg_strtoint16/32/64_safe: white space around, one sign, nothing else. */
static enum parsed parse_int(pgcopy_slice s, unsigned bits, int64_t *out)
{
    uint64_t      low = (uint64_t)1 << (bits - 1), n = 0;
    struct digits d;
    enum parsed   rc;
    bool          minus;

    s     = text_trim(s);
    d     = (struct digits){s.data, s.data + s.len, 10};
    minus = s.len > 0 && *d.p == '-';
    d.p += minus || (s.len > 0 && *d.p == '+');
    take_base(&d);
    rc = take_digits(&d, low, &n);
    if (rc != GOOD || d.p < d.end)
        return rc == RANGE ? RANGE : SYNTAX;
    if (n > low || (n == low && !minus))
        return RANGE;
    *out = minus ? (int64_t)(0 - n) : (int64_t)n;
    return GOOD;
}

/* ---- Text ---------------------------------------------------------------------------- */

/* From the end, which is the only one that is known. */
static size_t print_unsigned(uint64_t n, char *end)
{
    size_t len = 0;

    do {
        *--end = (char)('0' + n % 10);
        len++;
        n /= 10;
    } while (n);
    return len;
}

static pgcopy_status set_int(struct value *v, int64_t n)
{
    char   text[24];
    char  *end = text + sizeof text;
    size_t len = print_unsigned(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, end);

    if (n < 0)
        *(end - ++len) = '-';
    return value_set(v, end - len, len);
}

static pgcopy_status refuse(struct value *v, enum parsed why)
{
    return why == RANGE ? bad_range(v) : bad_syntax(v);
}

static pgcopy_status check_int(struct value *v, unsigned bits)
{
    int64_t     n;
    enum parsed rc = parse_int(v->in, bits, &n);

    return rc == GOOD ? set_int(v, n) : refuse(v, rc);
}

pgcopy_status int2_check(struct value *v)
{
    return is_plain(v->in, 4) ? PGCOPY_OK : check_int(v, 16);
}

pgcopy_status int4_check(struct value *v)
{
    return is_plain(v->in, 9) ? PGCOPY_OK : check_int(v, 32);
}

pgcopy_status int8_check(struct value *v)
{
    return is_plain(v->in, 18) ? PGCOPY_OK : check_int(v, 64);
}

/* ---- Binary: big endian -------------------------------------------------------------- */

static pgcopy_status int_to_binary(struct value *v, unsigned bits)
{
    uint8_t     wire[8];
    int64_t     n;
    enum parsed rc = parse_int(v->in, bits, &n);

    if (rc != GOOD)
        return refuse(v, rc);
    put_u64(wire, (uint64_t)n);
    return value_set(v, wire + 8 - bits / 8, bits / 8);
}

pgcopy_status int2_to_text(struct value *v)
{
    return v->in.len == 2 ? set_int(v, (int16_t)get_u16(v->in.data)) : bad_binary(v, 2);
}

pgcopy_status int4_to_text(struct value *v)
{
    return v->in.len == 4 ? set_int(v, (int32_t)get_u32(v->in.data)) : bad_binary(v, 4);
}

pgcopy_status int8_to_text(struct value *v)
{
    return v->in.len == 8 ? set_int(v, (int64_t)get_u64(v->in.data)) : bad_binary(v, 8);
}

pgcopy_status int2_to_binary(struct value *v)
{
    return int_to_binary(v, 16);
}

pgcopy_status int4_to_binary(struct value *v)
{
    return int_to_binary(v, 32);
}

pgcopy_status int8_to_binary(struct value *v)
{
    return int_to_binary(v, 64);
}

/* ---- oid: strtoul() with base 0, so a 0 in front means octal, and -1 wraps ----------- */

/* A lone 0x is a 0 with an x behind it, as strtol has it. */
static struct digits oid_digits(pgcopy_slice s)
{
    struct digits d = {s.data, s.data + s.len, 10};

    if (s.len > 2 && is_base(&d, 'x') && digit_of(d.p[2]) < 16)
        return (struct digits){d.p + 2, d.end, 16};
    d.base = s.len > 0 && *d.p == '0' ? 8 : 10;
    return d;
}

/* uint32in_subr: what wraps from -1 to -2147483648 is an oid on 64-bit machines. */
static enum parsed parse_oid(pgcopy_slice s, uint32_t *out)
{
    struct digits  d;
    const uint8_t *first;
    uint64_t       n = 0;
    bool           minus, sign;

    s     = text_trim(s);
    minus = s.len > 0 && s.data[0] == '-';
    sign  = minus || (s.len > 0 && s.data[0] == '+');
    d     = oid_digits((pgcopy_slice){s.data + sign, s.len - sign});
    first = d.p;
    for (; d.p < d.end && digit_of(*d.p) < d.base; d.p++) {
        if (n > (UINT64_MAX - digit_of(*d.p)) / d.base)
            return RANGE;
        n = n * d.base + digit_of(*d.p);
    }
    if (d.p == first || d.p < d.end)
        return SYNTAX;
    *out = minus ? 0 - (uint32_t)n : (uint32_t)n;
    return n > (minus ? (uint64_t)1 << 31 : UINT32_MAX) ? RANGE : GOOD;
}

pgcopy_status oid_check(struct value *v)
{
    uint32_t    n;
    enum parsed rc;

    if (is_plain(v->in, 9) && v->in.data[0] != '-')
        return PGCOPY_OK;
    rc = parse_oid(v->in, &n);
    return rc == GOOD ? set_int(v, n) : refuse(v, rc);
}

pgcopy_status oid_to_text(struct value *v)
{
    return v->in.len == 4 ? set_int(v, get_u32(v->in.data)) : bad_binary(v, 4);
}

pgcopy_status oid_to_binary(struct value *v)
{
    uint8_t     wire[4];
    uint32_t    n;
    enum parsed rc = parse_oid(v->in, &n);

    if (rc != GOOD)
        return refuse(v, rc);
    put_u32(wire, n);
    return value_set(v, wire, sizeof wire);
}
