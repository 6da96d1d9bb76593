/* codec/character.c - the lengths and forms of characters in PostgreSQL's encodings. */
#include "codec/character.h"

#include "base/utf8.h"

enum { SS2 = 0x8E, SS3 = 0x8F }; /* single shifts of EUC: the next bytes are of another set */

static bool within(uint8_t c, int low, int high)
{
    return c >= low && c <= high;
}

/* ---- Lengths (pg_*_mblen) ----------------------------------------------------------- */

static size_t euc_length(uint8_t first, size_t behind_ss2, size_t behind_ss3)
{
    return first == SS2 ? behind_ss2 : first == SS3 ? behind_ss3 : 2;
}

/* The second byte tells: a digit means four. */
static size_t gb18030_length(const uint8_t *p, size_t n)
{
    return n > 1 && within(p[1], '0', '9') ? 4 : 2;
}

size_t character_length(enum encoding_kind kind, const uint8_t *p, size_t n)
{
    if (p[0] < 0x80)
        return 1;
    switch (kind) {
    case ENCODING_UTF8:
        return utf8_length(p[0]);
    case ENCODING_EUC_JP:
    case ENCODING_EUC_KR:
    case ENCODING_JOHAB:
        return euc_length(p[0], 2, 3);
    case ENCODING_EUC_TW:
        return euc_length(p[0], 4, 3);
    case ENCODING_EUC_CN: /* it has no character of three bytes, but PostgreSQL counts so */
        return euc_length(p[0], 3, 3);
    case ENCODING_DOUBLE:
        return 2;
    case ENCODING_SJIS:
        return within(p[0], 0xA1, 0xDF) ? 1 : 2;
    case ENCODING_GB18030:
        return gb18030_length(p, n);
    default:
        return 1;
    }
}

/* ---- Forms (pg_*_verifychar) -------------------------------------------------------- */

static bool is_utf8(const uint8_t *p, size_t n)
{
    bool bad;

    return utf8_check(p, n, &bad) == n;
}

/* Every byte from p[i] on is one of the 94 places of an ISO 2022 set. */
static bool is_euc(const uint8_t *p, size_t i, size_t n)
{
    while (i < n && within(p[i], 0xA1, 0xFE))
        i++;
    return i == n;
}

static bool is_euc_jp(const uint8_t *p, size_t n)
{
    if (p[0] == SS2)
        return within(p[1], 0xA1, 0xDF);
    return is_euc(p, p[0] == SS3 ? 1 : 0, n);
}

static bool is_euc_tw(const uint8_t *p, size_t n)
{
    if (p[0] == SS2)
        return within(p[1], 0xA1, 0xA7) && is_euc(p, 2, n);
    return p[0] != SS3 && is_euc(p, 1, n);
}

static bool is_sjis(const uint8_t *p, size_t n)
{
    return n == 1 || ((within(p[0], 0x81, 0x9F) || within(p[0], 0xE0, 0xFC)) &&
                      (within(p[1], 0x40, 0x7E) || within(p[1], 0x80, 0xFC)));
}

static bool is_gb18030(const uint8_t *p, size_t n)
{
    if (n == 4)
        return within(p[0], 0x81, 0xFE) && within(p[2], 0x81, 0xFE) && within(p[3], '0', '9');
    return within(p[0], 0x81, 0xFE) && (within(p[1], 0x40, 0x7E) || within(p[1], 0x80, 0xFE));
}

bool character_is_valid(enum encoding_kind kind, const uint8_t *p, size_t n)
{
    if (p[0] < 0x80)
        return p[0] != 0;
    switch (kind) {
    case ENCODING_UTF8:
        return is_utf8(p, n);
    case ENCODING_EUC_JP:
        return is_euc_jp(p, n);
    case ENCODING_EUC_CN:
    case ENCODING_EUC_KR:
        return n == 2 && is_euc(p, 0, n);
    case ENCODING_EUC_TW:
        return is_euc_tw(p, n);
    case ENCODING_SJIS:
        return is_sjis(p, n);
    case ENCODING_DOUBLE:
        return p[1] != 0;
    case ENCODING_GB18030:
        return is_gb18030(p, n);
    case ENCODING_JOHAB:
        return is_euc(p, 1, n);
    default:
        return true;
    }
}
