/*
 * types/numeric.c - numeric in text: checked, rounded to its scale, and written as PostgreSQL
 * prints it.  Digits are never made a number: they are moved.
 *
 *   input    -0_012.3456e1      first nonzero digit: 1, digits: 123456, point: 3, dscale: 3
 *   digit k  of 10^k, k from point - 1 downwards: 1 (k = 2), 2, 3, 4 (k = -1), 5, 6
 *   output   -123.46            with scale 2
 */
#include "types/numeric.h"

#include <string.h>

enum { DSCALE_MAX = 16383 }; /* NUMERIC_DSCALE_MASK: digits behind the point */

/* ---- The common form ----------------------------------------------------------------- */

/* Printed by PostgreSQL just so?  False is "perhaps not". */
static bool is_plain(pgcopy_slice s, int32_t typmod)
{
    size_t sign = s.len > 0 && s.data[0] == '-', whole, fraction;
    bool   zero;

    if (s.len > 1000)
        return false;
    s        = (pgcopy_slice){s.data + sign, s.len - sign};
    whole    = count_digits(s.data, s.len);
    zero     = whole > 0 && s.data[0] == '0';
    fraction = whole < s.len ? count_digits(s.data + whole + 1, s.len - whole - 1) : 0;
    if (whole == 0 || (zero && (whole > 1 || (sign && s.data[s.len - 1] == '0'))))
        return false; /* the sign of a zero goes */
    if (whole < s.len && (s.data[whole] != '.' || !fraction || whole + 1 + fraction < s.len))
        return false;
    return !numeric_limited(typmod) ||
           (numeric_scale(typmod) == (int)fraction &&
            (zero ? 0 : (int)whole) <= numeric_precision(typmod) - (int)fraction);
}

/* ---- Any form (set_var_from_str) ----------------------------------------------------- */

struct decimal {
    bool           minus;
    const uint8_t *first; /* nonzero digit; NULL: the value is 0                          */
    const uint8_t *end;   /* of its digits, the point and underscores                     */
    int64_t        point; /* digits before the decimal point, from the first nonzero one on */
    int64_t        scale; /* digits behind it                                             */
};

/* Digits, at most one point, single underscores between digits. */
static bool take_mantissa(pgcopy_slice *s, struct decimal *d)
{
    const uint8_t *p = s->data, *end = p + s->len, *dot = NULL;
    size_t         digits = 0;

    for (; p < end; p++) {
        if (is_digit(*p)) {
            digits++;
            d->first = d->first || *p == '0' ? d->first : p;
            d->scale += dot != NULL;
            d->point += d->first && !dot;
            d->point -= !d->first && dot;
        } else if (*p == '.' && !dot) {
            dot = p;
        } else if (*p != '_' || p == s->data || !is_digit(p[-1]) || p + 1 == end ||
                   !is_digit(p[1])) {
            break;
        }
    }
    d->end = p;
    *s     = (pgcopy_slice){p, (size_t)(end - p)};
    return digits > 0;
}

pgcopy_status numeric_overflows(struct value *v)
{
    return pgcopy_error_set(v->err, "22003", "value overflows numeric format");
}

/* An exponent beyond the limit overflows at once, whatever comes behind it. */
static pgcopy_status take_exponent(struct value *v, pgcopy_slice s, int64_t *out)
{
    bool   minus = s.len > 1 && s.data[1] == '-';
    size_t first = minus || (s.len > 1 && s.data[1] == '+') ? 2 : 1, i = first;

    for (*out = 0; i < s.len; i++) {
        if (s.data[i] == '_' && i > first && i + 1 < s.len && is_digit(s.data[i + 1]))
            continue;
        if (!is_digit(s.data[i]))
            return bad_syntax(v);
        *out = *out * 10 + (s.data[i] - '0');
        if (*out >= NUMERIC_EXPONENT_MAX)
            return numeric_overflows(v);
    }
    *out = minus ? -*out : *out;
    return s.len > first ? PGCOPY_OK : bad_syntax(v);
}

/* What an exponent does to digits is to move the point. */
static pgcopy_status parse(struct value *v, pgcopy_slice s, struct decimal *d)
{
    int64_t       exponent = 0;
    pgcopy_status rc       = PGCOPY_OK;

    *d = (struct decimal){.minus = s.data[0] == '-'};
    if (*s.data == '-' || *s.data == '+')
        s.data++, s.len--;
    if (!take_mantissa(&s, d))
        return bad_syntax(v);
    if (s.len)
        rc = lower(*s.data) == 'e' ? take_exponent(v, s, &exponent) : bad_syntax(v);
    if (rc < 0)
        return rc;
    d->point += exponent;
    d->scale = d->scale > exponent ? d->scale - exponent : 0;
    return PGCOPY_OK;
}

/* ---- Writing it ---------------------------------------------------------------------- */

/* The digits from 10^top down to 10^bottom, 0 where the value has none. */
static void copy_digits(const struct decimal *d, int64_t top, int64_t bottom, uint8_t *out)
{
    const uint8_t *p = d->first;
    int64_t        k = d->point - 1;

    memset(out, '0', (size_t)(top - bottom + 1));
    for (; p && p < d->end && k >= bottom; p++)
        if (is_digit(*p))
            out[top - k--] = *p;
}

/* Adds one to the last of n digits; out[0] is a 0 that takes what is carried. */
static void carry(uint8_t *out, size_t n)
{
    while (n-- > 0 && out[n] == '9')
        out[n] = '0';
    out[n]++;
}

/* The digit at 10^k. */
static uint8_t digit_at(const struct decimal *d, int64_t k)
{
    int64_t at = d->point - 1 - k;

    for (const uint8_t *p = d->first; p && at >= 0 && p < d->end; p++)
        if (is_digit(*p) && at-- == 0)
            return *p;
    return '0';
}

/* "A field with precision %d, scale %d must round to ...": n digits before the point fit. */
static pgcopy_status field_overflow(struct value *v, int n)
{
    int precision = numeric_precision(v->typmod), scale = numeric_scale(v->typmod);

    pgcopy_error_set(v->err, "22003", "numeric field overflow");
    if (n)
        bad_detail(v,
                   "A field with precision %d, scale %d must round to an absolute value less "
                   "than 10^%d.",
                   precision, scale, n);
    else
        bad_detail(v,
                   "A field with precision %d, scale %d must round to an absolute value less "
                   "than 1.",
                   precision, scale);
    return PGCOPY_ERR_SQL;
}

/* Digits of a number that was written from 10^top down: the power of its first nonzero one,
   plus one.  It has at most precision - scale of them. */
static pgcopy_status judge_size(struct value *v, const uint8_t *out, size_t n, int64_t top)
{
    int    most = numeric_precision(v->typmod) - numeric_scale(v->typmod);
    size_t zero = 0;

    if (!numeric_limited(v->typmod))
        return PGCOPY_OK;
    while (zero < n && out[zero] == '0')
        zero++;
    return zero < n && top + 1 - (int64_t)zero > most ? field_overflow(v, most) : PGCOPY_OK;
}

/* n digits become text in front of where they lie: sign, no 0 before others, point.  Two bytes
   lie between the text and them, so that all moves go left. */
static size_t dress(uint8_t *out, const uint8_t *digits, size_t n, size_t scale, bool minus)
{
    size_t zero = 0, whole;

    while (zero < n && digits[zero] == '0')
        zero++;
    minus = minus && zero < n;
    zero  = zero < n - scale - 1 ? zero : n - scale - 1;
    whole = n - scale - zero;
    if (minus)
        out[0] = '-';
    memmove(out + minus, digits + zero, whole);
    if (!scale)
        return minus + whole;
    out[minus + whole] = '.';
    memmove(out + minus + whole + 1, digits + n - scale, scale);
    return minus + whole + 1 + scale;
}

/* Making room may move the value, and with it what d points to. */
static pgcopy_status decimal_room(struct value *v, struct decimal *d, size_t n, uint8_t **out)
{
    const uint8_t *before = v->in.data;
    size_t         end    = (size_t)(d->end - before);
    size_t         first  = d->first ? (size_t)(d->first - before) : 0;
    pgcopy_status  rc     = value_room(v, n, out);

    d->end   = v->in.data + end;
    d->first = d->first ? v->in.data + first : NULL;
    return rc;
}

/*
 * From one digit above the first (for a carry) down to 10^-scale, which for a negative scale is
 * above the point: then zeros follow down to 10^0.
 */
static pgcopy_status write_rounded(struct value *v, struct decimal *d, int64_t scale)
{
    int64_t       above = d->point > 0 ? d->point : 0;
    int64_t       top   = above > -scale ? above : -scale;
    size_t        n = (size_t)(top + scale + 1), zeros = scale < 0 ? (size_t)-scale : 0;
    uint8_t      *out;
    pgcopy_status rc = decimal_room(v, d, n + zeros + 2, &out);

    if (rc < 0)
        return rc;
    copy_digits(d, top, -scale, out + 2);
    if (digit_at(d, -scale - 1) >= '5')
        carry(out + 2, n);
    rc = judge_size(v, out + 2, n, top);
    if (rc < 0)
        return rc;
    memset(out + 2 + n, '0', zeros);
    return value_end(v,
                     dress(out, out + 2, n + zeros, scale > 0 ? (size_t)scale : 0, d->minus));
}

/* numeric_in rounds to typmod before it looks at the format's limits: 1e-20000 is 0.00 for
   numeric(10,2).  So a number that is much too large need not be written to be refused. */
static pgcopy_status write_decimal(struct value *v, struct decimal *d)
{
    int64_t scale = numeric_limited(v->typmod) ? numeric_scale(v->typmod) : d->scale;

    if (!d->first)
        d->point = 0;
    if (numeric_limited(v->typmod) && d->first && d->point > NUMERIC_PRECISION_MAX * 2)
        return field_overflow(v, numeric_precision(v->typmod) - numeric_scale(v->typmod));
    if (d->point > NUMERIC_POINT_MAX || scale > DSCALE_MAX)
        return numeric_overflows(v);
    return write_rounded(v, d, scale);
}

/* ---- NaN and the infinities ---------------------------------------------------------- */

/* apply_typmod_special: NaN fits everywhere, infinity only where there is no limit. */
static pgcopy_status set_infinity(struct value *v, bool minus)
{
    if (!numeric_limited(v->typmod))
        return minus ? value_set(v, "-Infinity", 9) : value_set(v, "Infinity", 8);
    pgcopy_error_set(v->err, "22003", "numeric field overflow");
    bad_detail(v, "A field with precision %d, scale %d cannot hold an infinite value.",
               numeric_precision(v->typmod), numeric_scale(v->typmod));
    return PGCOPY_ERR_SQL;
}

/* A word, or bad syntax. */
static pgcopy_status check_word(struct value *v, pgcopy_slice s)
{
    bool minus = s.len && s.data[0] == '-', sign = minus || (s.len && s.data[0] == '+');

    if (text_is(s.data, s.len, "nan"))
        return value_set(v, "NaN", 3);
    s = (pgcopy_slice){s.data + sign, s.len - sign};
    if (text_is(s.data, s.len, "infinity") || text_is(s.data, s.len, "inf"))
        return set_infinity(v, minus);
    return bad_syntax(v);
}

/* Whether to complain of a number or of a word is decided by its first character. */
static bool begins_number(pgcopy_slice s)
{
    size_t sign = s.len && (s.data[0] == '-' || s.data[0] == '+');

    return s.len > sign && (is_digit(s.data[sign]) || s.data[sign] == '.');
}

/* 16, 8 or 2 for 0x, 0o and 0b, behind a sign; else 10. */
static unsigned base_of(pgcopy_slice s)
{
    if (s.len < 3 || s.data[0] != '0')
        return 10;
    switch (lower(s.data[1])) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 10;
    }
}

/* Its decimal digits are read like any others. */
static pgcopy_status parse_base(struct value *v, pgcopy_slice s, unsigned base,
                                struct decimal *d)
{
    pgcopy_slice  digits = {NULL, 0};
    pgcopy_status rc     = numeric_of_base(v, s, base, &digits);

    if (rc < 0)
        return rc;
    *d = (struct decimal){0};
    return take_mantissa(&digits, d) ? PGCOPY_OK : bad_syntax(v);
}

static pgcopy_status parse_any(struct value *v, pgcopy_slice s, struct decimal *d)
{
    bool          minus = s.data[0] == '-', sign = minus || s.data[0] == '+';
    pgcopy_slice  number = {s.data + sign, s.len - sign};
    unsigned      base   = base_of(number);
    pgcopy_status rc;

    if (base == 10)
        return parse(v, s, d);
    rc       = parse_base(v, (pgcopy_slice){number.data + 2, number.len - 2}, base, d);
    d->minus = minus;
    return rc;
}

pgcopy_status numeric_check(struct value *v)
{
    pgcopy_slice   s = v->in;
    struct decimal d;
    pgcopy_status  rc;

    if (is_plain(s, v->typmod))
        return PGCOPY_OK;
    s = text_trim(s);
    if (!begins_number(s))
        return check_word(v, s);
    rc = parse_any(v, s, &d);
    return rc < 0 ? rc : write_decimal(v, &d);
}
