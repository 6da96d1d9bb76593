/*
 * types/float.c - real and double precision: their steps.
 *
 *   text --float_read--> a double, or a float in it --float_set--> the shortest text
 *                                  '--- IEEE 754, big endian ---> binary
 */
#include "types/float.h"

#include "base/bytes.h"

#include <float.h>
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

/* ---- Steps --------------------------------------------------------------------------- */

static pgcopy_status check_float(struct value *v, bool single)
{
    double        d;
    pgcopy_status rc = float_read(v, single, &d);

    return rc < 0 ? rc : float_set(v, d, single);
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
    return float_set(v, (double)f, true);
}

pgcopy_status float8_to_text(struct value *v)
{
    uint64_t bits;
    double   d;

    if (v->in.len != sizeof bits)
        return bad_binary(v, sizeof bits);
    bits = get_u64(v->in.data);
    memcpy(&d, &bits, sizeof d);
    return float_set(v, d, false);
}

pgcopy_status float4_to_binary(struct value *v)
{
    uint8_t       wire[4];
    uint32_t      bits;
    double        d;
    float         f;
    pgcopy_status rc = float_read(v, true, &d);

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
    pgcopy_status rc = float_read(v, false, &d);

    if (rc < 0)
        return rc;
    memcpy(&bits, &d, sizeof bits);
    put_u64(wire, bits);
    return value_set(v, wire, sizeof wire);
}
