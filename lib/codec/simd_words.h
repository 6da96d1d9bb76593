/* codec/simd_words.h - words of 64 bits in plain C, where a processor has nothing better. */
#ifndef CODEC_SIMD_WORDS_H
#define CODEC_SIMD_WORDS_H

#include "codec/scan.h"

#define EVERY_BYTE(b) ((uint64_t)(b)*0x0101010101010101u)

/* The sums of 2, 4 and 8 bits, then of all bytes. */
static inline uint32_t word_count(uint64_t w)
{
    w -= w >> 1 & EVERY_BYTE(0x55);
    w = (w & EVERY_BYTE(0x33)) + (w >> 2 & EVERY_BYTE(0x33));
    w = (w + (w >> 4)) & EVERY_BYTE(0x0F);
    return (uint32_t)(w * EVERY_BYTE(1) >> 56);
}

/* The place of the lowest bit; w is not 0. */
static inline uint32_t word_lowest(uint64_t w)
{
#if defined(__GNUC__)
    return (uint32_t)__builtin_ctzll(w);
#else
    return word_count((w & (0 - w)) - 1);
#endif
}

static inline uint64_t word_parity(uint64_t w)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        w ^= w << shift;
    return w;
}

/* Most often none, few, or all are asked for. */
static inline uint64_t word_squeeze(uint64_t bits, uint64_t among)
{
    uint64_t out = 0;

    if (bits == among)
        return bits ? UINT64_MAX >> (64 - word_count(bits)) : 0;
    for (; bits; bits &= bits - 1)
        out |= (uint64_t)1 << word_count(among & ((bits & (0 - bits)) - 1));
    return out;
}

static inline uint32_t word_offsets(uint32_t *to, uint64_t w, uint32_t base)
{
    uint32_t n = 0;

    for (; w; w &= w - 1)
        to[n++] = base + word_lowest(w);
    return n;
}

enum { FIELDS_AT_ONCE = 1 };

/* One field; end[0] is that of the field before it. */
static inline void fields_at(const uint32_t *end, uint64_t flags, struct scan_kind kind,
                             pgcopy_field *out)
{
    uint32_t flag = 0 - (uint32_t)(flags & 1), quoted = flag & kind.quotes;
    uint32_t start = end[0] + 1, len = end[1] - start;
    uint32_t null = (flag & ~kind.quotes) | (len ? 0 : kind.empty);

    *out = (pgcopy_field){start - quoted, (len + 2 * quoted) | null};
}

#endif
