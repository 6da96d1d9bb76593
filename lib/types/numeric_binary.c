/*
 * types/numeric_binary.c - numeric on the wire (numeric_recv, numeric_send): four int16, then
 * digits of base 10000, the first of which counts 10000^weight.
 *
 *   | ndigits | weight | sign | dscale | digits ...      1234567.80 = 123 | 4567 | 8000
 *        3         1       0       2
 */
#include "types/numeric.h"

#include "base/bytes.h"

#include <string.h>

enum {
    HEAD       = 8,
    DSCALE_AT  = 6,
    BASE       = 10000,
    GROUP      = 4, /* decimal digits in one of base 10000 */
    DSCALE_MAX = 0x3FFF,
    MINUS      = 0x4000,
    NOT_NUMBER = 0xC000,
    PLUS_INF   = 0xD000,
    MINUS_INF  = 0xF000,

    INFINITY_DSCALE = 0x20
};

/* ---- From text ----------------------------------------------------------------------- */

/* numeric_send finds a bit of the sign of an infinity where a short numeric has its dscale. */
static pgcopy_status set_head(struct value *v, uint16_t sign)
{
    uint8_t head[HEAD] = {0};

    put_u16(head + 4, sign);
    put_u16(head + DSCALE_AT, sign == NOT_NUMBER ? 0 : INFINITY_DSCALE);
    return value_set(v, head, sizeof head);
}

struct groups {
    const uint8_t *text; /* canonical, behind the sign */
    size_t         whole, scale;
};

/* The decimal digit at 10^k. */
static unsigned digit_at(const struct groups *g, int64_t k)
{
    if (k >= 0)
        return (uint64_t)k < g->whole ? g->text[g->whole - 1 - (size_t)k] - (unsigned)'0' : 0;
    return (uint64_t)-k <= g->scale ? g->text[g->whole + (size_t)-k] - (unsigned)'0' : 0;
}

/* Four digits of 10000^weight, zeros where there are none. */
static unsigned group_at(const struct groups *g, int64_t weight)
{
    unsigned n = 0;

    for (int64_t k = weight * GROUP + GROUP - 1; k >= weight * GROUP; k--)
        n = n * 10 + digit_at(g, k);
    return n;
}

/* make_result: no zeros at either end, and 0 has weight 0 and no sign. */
static pgcopy_status put_groups(struct value *v, const struct groups *g, bool minus)
{
    int64_t       high = (int64_t)(g->whole + GROUP - 1) / GROUP - 1;
    int64_t       low  = -(int64_t)((g->scale + GROUP - 1) / GROUP);
    uint8_t      *out;
    size_t        from = (size_t)(g->text - v->in.data), n = 0;
    pgcopy_status rc = value_room(v, HEAD + 2 * (size_t)(high - low + 1), &out);
    struct groups at = *g;

    if (rc < 0)
        return rc;
    at.text = v->in.data + from;
    while (high >= low && group_at(&at, high) == 0)
        high--;
    while (low <= high && group_at(&at, low) == 0)
        low++;
    for (int64_t w = high; w >= low; w--)
        put_u16(out + HEAD + 2 * n++, (uint16_t)group_at(&at, w));
    put_u16(out, (uint16_t)n);
    put_u16(out + 2, n ? (uint16_t)high : 0);
    put_u16(out + 4, minus && n ? MINUS : 0);
    put_u16(out + DSCALE_AT, (uint16_t)g->scale);
    return value_end(v, HEAD + 2 * n);
}

/* In canonical text all is where it is looked for. */
pgcopy_status numeric_to_binary(struct value *v)
{
    pgcopy_status  rc = value_again(v, numeric_check);
    struct groups  g;
    const uint8_t *point;
    bool           minus;

    if (rc < 0)
        return rc;
    if (v->in.data[0] == 'N')
        return set_head(v, NOT_NUMBER);
    minus = v->in.data[0] == '-';
    if (v->in.data[minus] == 'I')
        return set_head(v, minus ? MINUS_INF : PLUS_INF);
    point   = memchr(v->in.data, '.', v->in.len);
    g.text  = v->in.data + minus;
    g.whole = point ? (size_t)(point - g.text) : v->in.len - minus;
    g.scale = v->in.len - minus - g.whole - (point != NULL);
    return put_groups(v, &g, minus);
}

/* ---- To text ------------------------------------------------------------------------- */

struct head {
    unsigned n, sign, dscale;
    int      weight;
};

/* Infinity since 14. */
static bool is_special(const struct head *h)
{
    return h->sign == NOT_NUMBER || h->sign == PLUS_INF || h->sign == MINUS_INF;
}

static pgcopy_status bad_part(struct value *v, const char *part)
{
    return pgcopy_error_set(v->err, "22P03", "invalid %s in external \"numeric\" value", part);
}

/* numeric_recv, in its order: sign, scale, digits, each judged before the next is read. */
static pgcopy_status take_head(struct value *v, struct head *h)
{
    if (v->in.len < DSCALE_AT)
        return bad_binary(v, DSCALE_AT);
    h->n      = get_u16(v->in.data);
    h->weight = (int16_t)get_u16(v->in.data + 2);
    h->sign   = get_u16(v->in.data + 4);
    if (h->sign != 0 && h->sign != MINUS && !is_special(h))
        return bad_part(v, "sign");
    if (v->in.len < HEAD)
        return bad_binary(v, HEAD);
    h->dscale = get_u16(v->in.data + DSCALE_AT);
    if (h->dscale > DSCALE_MAX)
        return bad_part(v, "scale");
    for (size_t i = 0; i < h->n && HEAD + 2 * i + 2 <= v->in.len; i++)
        if (get_u16(v->in.data + HEAD + 2 * i) >= BASE)
            return bad_part(v, "digit");
    return v->in.len >= HEAD + 2 * (size_t)h->n ? PGCOPY_OK : bad_binary(v, HEAD + 2 * h->n);
}

/* The digits of one group, of which only `most` are wanted; zeros where the value has none. */
static size_t print_group(const struct value *v, const struct head *h, int weight, size_t most,
                          uint8_t *out)
{
    int      at = h->weight - weight;
    unsigned n  = at >= 0 && (unsigned)at < h->n ? get_u16(v->in.data + HEAD + 2 * at) : 0;
    char     four[GROUP];

    for (size_t i = GROUP; i-- > 0; n /= 10)
        four[i] = (char)('0' + n % 10);
    memcpy(out, four, most < GROUP ? most : GROUP);
    return most < GROUP ? most : GROUP;
}

/* Any number of zeros in front: numeric_check takes them away, and rounds to typmod. */
static pgcopy_status print_groups(struct value *v, const struct head *h)
{
    int           top = h->weight > 0 ? h->weight : 0;
    uint8_t      *out;
    size_t        n  = 0;
    pgcopy_status rc = value_room(v, 2 + GROUP * ((size_t)top + 1) + h->dscale, &out);

    if (rc < 0)
        return rc;
    if (h->sign == MINUS)
        out[n++] = '-';
    for (int w = top; w >= 0; w--)
        n += print_group(v, h, w, GROUP, out + n);
    if (h->dscale)
        out[n++] = '.';
    for (size_t left = h->dscale, k; left; left -= k) {
        k = print_group(v, h, -1 - (int)((h->dscale - left) / GROUP), left, out + n);
        n += k;
    }
    return value_end(v, n);
}

/* numeric_recv cuts what dscale would hide: print_groups does not print it.  Whether bytes are
   left is asked last, by who called it. */
pgcopy_status numeric_to_text(struct value *v)
{
    struct head   h  = {0};
    pgcopy_status rc = take_head(v, &h);
    bool          left;

    if (rc < 0)
        return rc;
    left = v->in.len > HEAD + 2 * (size_t)h.n;
    if (h.sign == NOT_NUMBER)
        rc = value_set(v, "NaN", 3);
    else if (h.sign == PLUS_INF)
        rc = value_set(v, "Infinity", 8);
    else if (h.sign == MINUS_INF)
        rc = value_set(v, "-Infinity", 9);
    else
        rc = print_groups(v, &h);
    if (rc == PGCOPY_OK)
        rc = value_then(v, numeric_check);
    return rc == PGCOPY_OK && left
               ? pgcopy_error_set(v->err, "22P03", "incorrect binary data format")
               : rc;
}
