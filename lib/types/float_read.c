/*
 * types/float_read.c - a floating-point number read as strtod does, whatever the locale.
 *
 *   -12.5e3  ->  digits 125, exponent 2  ->  strtod("-125e2")
 *
 * strtod takes the decimal point from the process's locale, so it never meets one.
 */
#include "types/float.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- A number without its point ------------------------------------------------------ */

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

/* ---- Its value ----------------------------------------------------------------------- */

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
pgcopy_status float_read(struct value *v, bool single, double *out)
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
