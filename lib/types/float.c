/*
 * types/float.c - real and double precision: what strtod reads, and the shortest text that
 * reads back the same.
 *
 * strtod and snprintf take the decimal point from the process's locale.  So they never meet
 * one: "12.5e3" goes to strtod as "125e2", and of what snprintf's %e writes only digits are
 * taken.
 */
#include "types/type.h"

#include "base/bytes.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The common form: so few digits that no other number is as short ----------------- */

/*
 * A decimal number of at most FLT_DIG or DBL_DIG digits survives the way there and back (C11
 * 5.2.4.2.2).  Without zeros at its end it is then the shortest too, and what is printed.
 */
static bool is_plain(pgcopy_slice s, size_t most)
{
    size_t         sign = s.len > 0 && s.data[0] == '-', whole, n;
    const uint8_t *fraction;

    s     = (pgcopy_slice){s.data + sign, s.len - sign};
    whole = count_digits(s.data, s.len);
    if (whole == 0 || s.len > most + 1 || (s.data[0] == '0' && whole > 1))
        return false;
    if (whole == s.len)
        return whole <= most;
    fraction = s.data + whole + 1;
    n        = s.len - whole - 1;
    if (s.data[whole] != '.' || n == 0 || count_digits(fraction, n) < n)
        return false;
    /* Below 0.0001 the form is another. */
    return fraction[n - 1] != '0' &&
           (s.data[0] != '0' || n <= 4 || memcmp(fraction, "0000", 4) != 0);
}

/* ---- Reading: a number without its point --------------------------------------------- */

enum { DIGITS_MAX = 800, EXPONENT_MAX = 1000000000 }; /* a double is at most 767 digits long */

struct number {
    bool    minus, hex, any;
    bool    rest;     /* a digit behind DIGITS_MAX is not 0           */
    size_t  n;        /* digits, without zeros in front               */
    int64_t exponent; /* of 10, or of 2 for hex, behind those digits  */
    char    digits[DIGITS_MAX + 1];
};

/* All but the digits, which need no clearing. */
static void number_begin(struct number *x)
{
    x->minus = x->hex = x->any = x->rest = false;
    x->n                                 = 0;
    x->exponent                          = 0;
}

static bool is_digit_of(const struct number *x, uint8_t c)
{
    return is_digit(c) || (x->hex && lower(c) >= 'a' && lower(c) <= 'f');
}

/* Zeros in front only move the point; digits beyond the limit only their being there counts. */
static void take_digit(struct number *x, uint8_t c, bool behind)
{
    int step = x->hex ? 4 : 1;

    x->any = true;
    if ((x->n == 0 && c == '0') || x->n < DIGITS_MAX) {
        x->exponent -= behind ? step : 0;
        if (x->n || c != '0')
            x->digits[x->n++] = (char)c;
    } else {
        x->exponent += behind ? 0 : step;
        x->rest |= c != '0';
    }
}

static size_t take_mantissa(struct number *x, pgcopy_slice s)
{
    bool   point = false;
    size_t i     = 0;

    for (; i < s.len; i++) {
        if (s.data[i] == '.' && !point)
            point = true;
        else if (is_digit_of(x, s.data[i]))
            take_digit(x, s.data[i], point);
        else
            break;
    }
    if (x->rest) { /* one digit stands for them all: it keeps the number off a tie */
        x->digits[x->n++] = '1';
        x->exponent -= x->hex ? 4 : 1;
    }
    return i;
}

/* Without digits there is no exponent, and the letter is not the number's. */
static size_t take_exponent(struct number *x, pgcopy_slice s)
{
    char    letter = x->hex ? 'p' : 'e';
    size_t  i, first;
    int64_t n = 0;

    if (s.len < 2 || lower(s.data[0]) != (uint8_t)letter)
        return 0;
    first = s.data[1] == '-' || s.data[1] == '+' ? 2 : 1;
    for (i = first; i < s.len && is_digit(s.data[i]); i++)
        n = n < EXPONENT_MAX ? n * 10 + (s.data[i] - '0') : n;
    x->exponent += s.data[1] == '-' ? -n : n;
    return i > first ? i : 0;
}

/* How much of s is a number; 0: none of it. */
static size_t take_number(struct number *x, pgcopy_slice s)
{
    size_t i = s.len && (s.data[0] == '-' || s.data[0] == '+');

    x->minus = s.len && s.data[0] == '-';
    x->hex   = s.len > i + 2 && s.data[i] == '0' && lower(s.data[i + 1]) == 'x' &&
             (is_digit(s.data[i + 2]) || is_alpha(s.data[i + 2]) || s.data[i + 2] == '.');
    i += x->hex ? 2 : 0;
    i += take_mantissa(x, (pgcopy_slice){s.data + i, s.len - i});
    if (!x->any)
        return 0;
    return i + take_exponent(x, (pgcopy_slice){s.data + i, s.len - i});
}

/* What strtod is given; it ends behind the digits. */
static const char *number_text(const struct number *x, char *text, size_t size)
{
    snprintf(text, size, "%s%s%.*s%c%lld", x->minus ? "-" : "", x->hex ? "0x" : "",
             x->n ? (int)x->n : 1, x->n ? x->digits : "0", x->hex ? 'p' : 'e',
             (long long)x->exponent);
    return text;
}

/* ---- Reading: the value -------------------------------------------------------------- */

/* One rounding only, so the result is exact (Clinger): small integer, small power of 10. */
static bool read_small(const struct number *x, bool single, double *out)
{
    static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
    int64_t             e        = x->exponent < 0 ? -x->exponent : x->exponent;
    uint64_t            n        = 0;
    double              d;

    if (FLT_EVAL_METHOD != 0 || x->hex || x->n > (single ? 7 : 15) || e > 10)
        return false;
    for (size_t i = 0; i < x->n; i++)
        n = n * 10 + (uint64_t)(x->digits[i] - '0');
    d = (double)n;
    if (single)
        d = x->exponent < 0 ? (float)d / (float)powers[e] : (float)d * (float)powers[e];
    else
        d = x->exponent < 0 ? d / powers[e] : d * powers[e];
    *out = x->minus ? -d : d;
    return true;
}

/* Straight to float, not over double: that would round twice. */
static double read_number(const struct number *x, bool single)
{
    char   text[DIGITS_MAX + 40];
    double d;

    if (read_small(x, single, &d))
        return d;
    number_text(x, text, sizeof text);
    return single ? (double)strtof(text, NULL) : strtod(text, NULL);
}

size_t float_of(pgcopy_slice s, double *out)
{
    struct number x;
    size_t        taken;

    number_begin(&x);
    taken = take_number(&x, s);
    *out  = taken ? read_number(&x, false) : 0;
    return taken;
}

double fraction_of(const char *digits, size_t n)
{
    struct number x;

    number_begin(&x);
    take_mantissa(&x, (pgcopy_slice){(const uint8_t *)digits, n});
    x.exponent -= (int64_t)n;
    return read_number(&x, false);
}

/* glibc's strtod takes these with a sign, nan too. */
static bool read_word(pgcopy_slice s, double *out)
{
    size_t sign = s.len && (s.data[0] == '-' || s.data[0] == '+');
    bool   nan  = text_is(s.data + sign, s.len - sign, "nan");

    *out = nan ? (double)NAN : s.len && s.data[0] == '-' ? -(double)INFINITY : (double)INFINITY;
    return nan || text_is(s.data + sign, s.len - sign, "inf") ||
           text_is(s.data + sign, s.len - sign, "infinity");
}

/* Too large or too small is said of the number alone, before what follows it is looked at. */
static pgcopy_status read_float(struct value *v, bool single, double *out)
{
    pgcopy_slice  s = text_trim(v->in);
    struct number x;
    size_t        taken;

    if (read_word(s, out))
        return PGCOPY_OK;
    number_begin(&x);
    taken = take_number(&x, s);
    if (taken == 0)
        return bad_syntax(v);
    *out = read_number(&x, single);
    if (isinf(*out) || (*out == 0 && x.n))
        return pgcopy_error_set(v->err, "22003", "\"%.*s\" is out of range for type %s",
                                taken < 1000 ? (int)taken : 1000, (const char *)s.data,
                                v->type->word);
    return taken < s.len ? bad_syntax(v) : PGCOPY_OK;
}

/* ---- Writing: the shortest digits that read back the same ---------------------------- */

struct shortest {
    int  n;        /* digits             */
    int  exponent; /* of the first digit */
    char digits[24];
};

/* The n digits nearest to d, from what %e writes: digit, any point, digits, e, exponent. */
static void nearest(double d, int n, struct shortest *x)
{
    char        text[48];
    const char *p = text;
    bool        minus;

    snprintf(text, sizeof text, "%.*e", n - 1, d);
    for (x->n = 0; *p && *p != 'e'; p++)
        if (is_digit((uint8_t)*p) && x->n < n)
            x->digits[x->n++] = *p;
    minus       = p[0] && p[1] == '-';
    x->exponent = 0;
    for (p += p[0] ? 2 : 0; is_digit((uint8_t)*p); p++)
        x->exponent = x->exponent * 10 + (*p - '0');
    x->exponent = minus ? -x->exponent : x->exponent;
}

static double read_back(const char *digits, int exponent, bool single)
{
    char text[96];

    snprintf(text, sizeof text, "%se%d", digits, exponent);
    return single ? (double)strtof(text, NULL) : strtod(text, NULL);
}

/*
 * A number in the middle between two doubles reads back as the even one.  PostgreSQL's
 * algorithm (Ryu, d2s.c) does not count on that: 1e23 is printed 9.999999999999999e+22.  So a
 * hair more and a hair less must read back the same too.
 */
static bool is_off_tie(const struct shortest *x, double d, bool single)
{
    static const char  zeros[] = "0000000000000000000000000000000000000001";
    static const char  nines[] = "9999999999999999999999999999999999999999";
    char               text[72];
    unsigned long long n = strtoull(x->digits, NULL, 10);
    int                e = x->exponent - x->n + 1 - (int)sizeof zeros + 1;

    if (d < (single ? 0x1p20 : 0x1p50))
        return true; /* a middle there has more digits than are printed */
    snprintf(text, sizeof text, "%llu%s", n, zeros);
    if (read_back(text, e, single) != d)
        return false;
    snprintf(text, sizeof text, "%llu%s", n - 1, nines);
    return read_back(text, e, single) == d;
}

static bool reads_back(struct shortest *x, double d, bool single)
{
    x->digits[x->n] = '\0';
    return read_back(x->digits, x->exponent - x->n + 1, single) == d &&
           is_off_tie(x, d, single);
}

/* The next number of as many digits; 99 becomes 10, with a larger exponent. */
static void next_digits(struct shortest *x)
{
    int i = x->n - 1;

    while (i >= 0 && x->digits[i] == '9')
        x->digits[i--] = '0';
    if (i >= 0) {
        x->digits[i]++;
    } else {
        x->digits[0] = '1';
        x->exponent++;
    }
}

/* Below a power of 2 doubles lie closer than above it: what is nearest may be too far below,
   and another number of as many digits, above, still read back the same. */
static bool is_power_of_2(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return (bits & ((UINT64_C(1) << 52) - 1)) == 0;
}

static bool find_digits(double d, int n, bool single, struct shortest *x)
{
    nearest(d, n, x);
    if (reads_back(x, d, single))
        return true;
    if (!is_power_of_2(d))
        return false;
    next_digits(x);
    return reads_back(x, d, single);
}

/* d > 0.  Below the normal numbers there are fewer digits than FLT_DIG and DBL_DIG promise. */
static void find_shortest(double d, bool single, struct shortest *x)
{
    int  most   = single ? 9 : 17;
    bool normal = d >= (single ? (double)FLT_MIN : DBL_MIN);
    int  n      = !normal ? 1 : single ? FLT_DIG : DBL_DIG;

    while (n < most && !find_digits(d, n, single, x))
        n++;
    if (n == most)
        nearest(d, n, x);
    while (x->n > 1 && x->digits[x->n - 1] == '0')
        x->n--;
}

/* ---- Writing: PostgreSQL's form, which is %g's --------------------------------------- */

/* From 0.0001 up to the digits that the type is sure of. */
static size_t write_fixed(const struct shortest *x, char *out)
{
    size_t n = 0;

    if (x->exponent < 0)
        out[n++] = '0', out[n++] = '.';
    for (int k = -1; k > x->exponent; k--)
        out[n++] = '0';
    for (int i = 0; i < x->n; i++) {
        if (i == x->exponent + 1 && i > 0)
            out[n++] = '.';
        out[n++] = x->digits[i];
    }
    for (int i = x->n; i <= x->exponent; i++)
        out[n++] = '0';
    return n;
}

/* Two digits of exponent at least: 1e-05. */
static size_t write_scientific(const struct shortest *x, char *out)
{
    size_t n = 0;

    out[n++] = x->digits[0];
    if (x->n > 1)
        out[n++] = '.';
    memcpy(out + n, x->digits + 1, (size_t)x->n - 1);
    n += (size_t)x->n - 1;
    return n + (size_t)snprintf(out + n, 8, "e%c%02d", x->exponent < 0 ? '-' : '+',
                                x->exponent < 0 ? -x->exponent : x->exponent);
}

/* A zero keeps its sign, a NaN does not. */
static pgcopy_status set_float(struct value *v, double d, bool single)
{
    char            text[48];
    size_t          minus = signbit(d) != 0;
    struct shortest x;

    if (isnan(d))
        return value_set(v, "NaN", 3);
    if (isinf(d))
        return minus ? value_set(v, "-Infinity", 9) : value_set(v, "Infinity", 8);
    if (d == 0)
        return minus ? value_set(v, "-0", 2) : value_set(v, "0", 1);
    text[0] = '-';
    find_shortest(fabs(d), single, &x);
    if (x.exponent < -4 || x.exponent >= (single ? FLT_DIG : DBL_DIG))
        return value_set(v, text + !minus, minus + write_scientific(&x, text + 1));
    return value_set(v, text + !minus, minus + write_fixed(&x, text + 1));
}

/* ---- Steps --------------------------------------------------------------------------- */

static pgcopy_status check_float(struct value *v, bool single)
{
    double        d;
    pgcopy_status rc = read_float(v, single, &d);

    return rc < 0 ? rc : set_float(v, d, single);
}

pgcopy_status float4_check(struct value *v)
{
    return is_plain(v->in, FLT_DIG) ? PGCOPY_OK : check_float(v, true);
}

pgcopy_status float8_check(struct value *v)
{
    return is_plain(v->in, DBL_DIG) ? PGCOPY_OK : check_float(v, false);
}

/* IEEE 754, big endian. */
pgcopy_status float4_to_text(struct value *v)
{
    uint32_t bits;
    float    f;

    if (v->in.len != sizeof bits)
        return bad_binary(v, sizeof bits);
    bits = get_u32(v->in.data);
    memcpy(&f, &bits, sizeof f);
    return set_float(v, (double)f, true);
}

pgcopy_status float8_to_text(struct value *v)
{
    uint64_t bits;
    double   d;

    if (v->in.len != sizeof bits)
        return bad_binary(v, sizeof bits);
    bits = get_u64(v->in.data);
    memcpy(&d, &bits, sizeof d);
    return set_float(v, d, false);
}

pgcopy_status float4_to_binary(struct value *v)
{
    uint8_t       wire[4];
    uint32_t      bits;
    double        d;
    float         f;
    pgcopy_status rc = read_float(v, true, &d);

    if (rc < 0)
        return rc;
    f = (float)d;
    memcpy(&bits, &f, sizeof bits);
    put_u32(wire, bits);
    return value_set(v, wire, sizeof wire);
}

pgcopy_status float8_to_binary(struct value *v)
{
    uint8_t       wire[8];
    uint64_t      bits;
    double        d;
    pgcopy_status rc = read_float(v, false, &d);

    if (rc < 0)
        return rc;
    memcpy(&bits, &d, sizeof bits);
    put_u64(wire, bits);
    return value_set(v, wire, sizeof wire);
}
