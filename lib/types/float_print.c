/*
 * types/float_print.c - the shortest text that reads back as the same floating-point number.
 *
 *   0.1 -> "%.14e", one digit more until it reads back -> digits 1, exponent -1 -> 0.1
 *
 * snprintf takes the decimal point from the process's locale, so of what it writes only digits
 * are taken.
 */
#include "types/float.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The digits ---------------------------------------------------------------------- */

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

/* ---- PostgreSQL's form, which is %g's ------------------------------------------------ */

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
pgcopy_status float_set(struct value *v, double d, bool single)
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
