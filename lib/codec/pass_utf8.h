/*
 * codec/pass_utf8.h - is it UTF-8?  Only blocks with bytes above 0x7F are looked at, and those
 * behind one whose last character may reach into them.
 *
 * Every pair of bytes is looked up by three of its four halves, and what is wrong with it is
 * what all three agree on (Keiser and Lemire, "Validating UTF-8 in less than one instruction
 * per byte", 2020).  Only which bytes must be a third or a fourth is asked apart.
 *
 *   before  E 0    byte  9 F
 *           | |          '--- LONG | OVERLONG_2 | OVERLONG_3 | LARGE | PAIR
 *           | '-------------- SHORT | LONG | PAIR | OVERLONG_2 | OVERLONG_3 | OVERLONG_4
 *           '---------------- SHORT | OVERLONG_3 | SURROGATE             & : OVERLONG_3
 */
#ifndef CODEC_PASS_UTF8_H
#define CODEC_PASS_UTF8_H

#include "base/utf8.h"
#include "codec/simd.h"

#include <string.h>

#ifdef SIMD_LOOKUP

enum {
    SHORT      = 1,  /* a first byte, then none that continues it   */
    LONG       = 2,  /* ASCII, then one that continues it           */
    OVERLONG_3 = 4,  /* E0 80..9F                                   */
    SURROGATE  = 8,  /* ED A0..BF                                   */
    OVERLONG_2 = 16, /* C0, C1                                      */
    LARGE      = 32, /* F4 90..BF, and F5 up to FF before 90..BF    */
    OVERLONG_4 = 64, /* F0 80..8F; also F5 up to FF before 80..8F   */
    PAIR = 128,      /* two that continue: wrong, unless the second is a third or fourth byte */
    ANY  = SHORT | LONG | PAIR
};

static const uint8_t before_high[16] = {LONG,
                                        LONG,
                                        LONG,
                                        LONG,
                                        LONG,
                                        LONG,
                                        LONG,
                                        LONG,
                                        PAIR,
                                        PAIR,
                                        PAIR,
                                        PAIR,
                                        SHORT | OVERLONG_2,
                                        SHORT,
                                        SHORT | OVERLONG_3 | SURROGATE,
                                        SHORT | LARGE | OVERLONG_4};

enum { F5_UP = ANY | LARGE | OVERLONG_4 };

static const uint8_t before_low[16] = {ANY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
                                       ANY | OVERLONG_2,
                                       ANY,
                                       ANY,
                                       ANY | LARGE,
                                       F5_UP,
                                       F5_UP,
                                       F5_UP,
                                       F5_UP,
                                       F5_UP,
                                       F5_UP,
                                       F5_UP,
                                       F5_UP,
                                       F5_UP | SURROGATE,
                                       F5_UP,
                                       F5_UP};

enum { CONTINUES = LONG | OVERLONG_2 | PAIR };

static const uint8_t byte_high[16] = {SHORT,
                                      SHORT,
                                      SHORT,
                                      SHORT,
                                      SHORT,
                                      SHORT,
                                      SHORT,
                                      SHORT,
                                      CONTINUES | OVERLONG_3 | OVERLONG_4,
                                      CONTINUES | OVERLONG_3 | LARGE,
                                      CONTINUES | SURROGATE | LARGE,
                                      CONTINUES | SURROGATE | LARGE,
                                      SHORT,
                                      SHORT,
                                      SHORT,
                                      SHORT};

/* p[-3] up to p[-1] are read, too. */
static inline vec wrong_at(const uint8_t *p)
{
    vec byte = vec_load(p), before = vec_load(p - 1);
    vec pairs  = vec_and(vec_and(vec_lookup(before_high, vec_high_half(before)),
                                 vec_lookup(before_low, vec_low_half(before))),
                         vec_lookup(byte_high, vec_high_half(byte)));
    vec third  = vec_minus(vec_load(p - 2), 0xE0 - 0x80); /* top bit: E0 and above */
    vec fourth = vec_minus(vec_load(p - 3), 0xF0 - 0x80);

    return vec_xor(pairs, vec_and(vec_or(third, fourth), vec_every(0x80)));
}

static inline vec wrong_in_block(const uint8_t *p)
{
    vec wrong = wrong_at(p);

    for (size_t i = VEC_BYTES; i < 64; i += VEC_BYTES)
        wrong = vec_or(wrong, wrong_at(p + i));
    return wrong;
}

/* The first block has nothing before it, and the last may be short: they get zeros there. */
static inline vec wrong_at_edge(const uint8_t *p, size_t i, size_t n)
{
    uint8_t room[64 + 64] = {0};
    size_t  before = i ? 3 : 0, len = n - i < 64 ? n - i : 64;

    memcpy(room + 64 - before, p + i - before, before + len);
    return wrong_in_block(room + 64);
}

/* A byte is judged by those behind it, which the last ones lack. */
static inline bool ends_whole(const uint8_t *p, size_t n)
{
    for (size_t i = 1; i <= 3 && i <= n; i++)
        if (p[n - i] >= 0xC0)
            return i > 1 && utf8_length(p[n - i]) <= i;
    return true;
}

/* Which blocks have to be looked at; how many.  None of them is branched on, since whether a
   block of names has an accent cannot be guessed. */
static inline size_t dirty_blocks(const uint64_t *high, size_t n, uint8_t *dirty)
{
    uint64_t before = 0;
    size_t   count  = 0;

    for (size_t i = 0; 64 * i < n; i++) {
        dirty[count] = (uint8_t)i;
        count += (high[i] | before >> 61) != 0;
        before = high[i];
    }
    return count;
}

static bool utf8(const uint8_t *p, size_t n, const uint64_t *high)
{
    uint8_t dirty[SCAN_WORDS + 1];
    size_t  count = dirty_blocks(high, n, dirty);
    vec     wrong = vec_every(!ends_whole(p, n));

    for (size_t i = 0; i < count; i++) {
        size_t at = 64 * (size_t)dirty[i];
        wrong     = vec_or(wrong,
                       at && n - at >= 64 ? wrong_in_block(p + at) : wrong_at_edge(p, at, n));
    }
    return vec_is_zero(wrong);
}

#else

/* From one byte above 0x7F to the next behind its character. */
static bool utf8(const uint8_t *p, size_t n, const uint64_t *high)
{
    size_t at = 0;

    for (size_t i = 0; 64 * i < n; i++) {
        uint64_t bits =
            at / 64 > i ? 0 : high[i] & (at / 64 == i ? UINT64_MAX << at % 64 : UINT64_MAX);
        while (bits) {
            int len;
            at = 64 * i + word_lowest(bits);
            if (at >= n)
                return true;
            len = utf8_char_at(p + at, n - at);
            if (len <= 0)
                return false;
            at += (size_t)len;
            bits &= at / 64 > i ? 0 : UINT64_MAX << at % 64;
        }
    }
    return true;
}

#endif
#endif
