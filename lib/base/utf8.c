/* base/utf8.c - verifies UTF-8, eight bytes at a time while it is ASCII.
 */
#include "base/utf8.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define EVERY_BYTE(b) ((uint64_t)(b)*0x0101010101010101u)

size_t utf8_length(uint8_t lead)
{
    if (lead >= 0xF8 || lead < 0xC0)
        return 1;
    return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

/* The second byte is where overlong forms, surrogates and too large values show. */
static bool second_is_good(uint8_t lead, uint8_t second)
{
    switch (lead) {
    case 0xE0:
        return second >= 0xA0 && second <= 0xBF;
    case 0xED:
        return second >= 0x80 && second <= 0x9F;
    case 0xF0:
        return second >= 0x90 && second <= 0xBF;
    case 0xF4:
        return second >= 0x80 && second <= 0x8F;
    default:
        return second >= 0x80 && second <= 0xBF;
    }
}

int utf8_char_at(const uint8_t *p, size_t n)
{
    size_t len = utf8_length(p[0]);

    if (p[0] < 0x80)
        return p[0] ? 1 : -1;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return -1;
    for (size_t i = 1; i < len; i++) {
        if (i == n)
            return 0;
        if (i == 1 ? !second_is_good(p[0], p[1]) : (p[i] & 0xC0) != 0x80)
            return -1;
    }
    return (int)len;
}

size_t utf8_cut_off(const uint8_t *p, size_t n)
{
    for (size_t i = 1; i <= 3 && i <= n; i++)
        if (p[n - i] >= 0xC0)
            return utf8_length(p[n - i]) > i ? i : 0;
    return 0;
}

size_t utf8_skip_ascii(const uint8_t *p, size_t i, size_t n)
{
    uint64_t w;

    for (; n - i >= sizeof w; i += sizeof w) {
        memcpy(&w, p + i, sizeof w);
        if ((w | (w - EVERY_BYTE(1))) & EVERY_BYTE(0x80))
            break;
    }
    while (i < n && p[i] > 0 && p[i] < 0x80)
        i++;
    return i;
}

size_t utf8_check(const uint8_t *p, size_t n, bool *bad)
{
    size_t i = 0;

    *bad = false;
    while ((i = utf8_skip_ascii(p, i, n)) < n) {
        int len = utf8_char_at(p + i, n - i);
        *bad    = len < 0;
        if (len <= 0)
            break;
        i += (size_t)len;
    }
    return i;
}

size_t utf8_find_bad(const uint8_t *p, size_t n)
{
    bool bad;

    return utf8_check(p, n, &bad);
}

size_t ascii_check(const uint8_t *p, size_t n, bool *bad)
{
    const uint8_t *nul = n ? memchr(p, 0, n) : NULL;

    *bad = nul != NULL;
    return nul ? (size_t)(nul - p) : n;
}

pgcopy_status utf8_complain(pgcopy_error *err, const char *charset, const uint8_t *seq,
                            size_t n)
{
    size_t want   = utf8_length(seq[0]);
    char   hex[8] = "";

    pgcopy_error_set(err, "22021", "invalid byte sequence for encoding \"%s\":", charset);
    for (size_t i = 0; err && i < n && i < want; i++) {
        snprintf(hex, sizeof hex, " 0x%02x", seq[i]);
        text_add(err->message, sizeof err->message, hex, strlen(hex));
    }
    return PGCOPY_ERR_SQL;
}

pgcopy_status utf8_judge(const void *text, size_t n, pgcopy_error *err)
{
    const uint8_t *p    = text;
    size_t         good = utf8_find_bad(p, n);

    return good < n ? utf8_complain(err, "UTF8", p + good, n - good) : PGCOPY_OK;
}
