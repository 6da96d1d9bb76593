/* codec/simd_sse2.h - 64 bytes as four registers of SSE2, which every x86-64 has. */
#ifndef CODEC_SIMD_SSE2_H
#define CODEC_SIMD_SSE2_H

#if defined(__SSE2__)

#include "codec/simd_words.h"

#include <emmintrin.h>

struct block {
    __m128i a, b, c, d;
};

typedef struct block match; /* bytes of all ones */

static inline __m128i load16(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline void store16(uint8_t *p, __m128i v)
{
    _mm_storeu_si128((__m128i *)(void *)p, v);
}

static inline struct block block_load(const uint8_t *p)
{
    return (struct block){load16(p), load16(p + 16), load16(p + 32), load16(p + 48)};
}

static inline void block_ahead(const uint8_t *p)
{
    _mm_prefetch((const char *)((uintptr_t)p + SCAN_CHUNK), _MM_HINT_T0);
}

static inline void block_copy(uint8_t *dst, const uint8_t *src, struct block b)
{
    (void)src;
    store16(dst, b.a);
    store16(dst + 16, b.b);
    store16(dst + 32, b.c);
    store16(dst + 48, b.d);
}

static inline match match_none(void)
{
    __m128i none = _mm_setzero_si128();

    return (match){none, none, none, none};
}

static inline match block_is(struct block b, uint8_t c)
{
    __m128i x = _mm_set1_epi8((char)c);

    return (match){_mm_cmpeq_epi8(b.a, x), _mm_cmpeq_epi8(b.b, x), _mm_cmpeq_epi8(b.c, x),
                   _mm_cmpeq_epi8(b.d, x)};
}

static inline match block_high(struct block b)
{
    return b; /* match_bits takes the top bits */
}

static inline match match_or(match a, match b)
{
    return (match){_mm_or_si128(a.a, b.a), _mm_or_si128(a.b, b.b), _mm_or_si128(a.c, b.c),
                   _mm_or_si128(a.d, b.d)};
}

static inline uint64_t match_bits(match m)
{
    return (uint64_t)_mm_movemask_epi8(m.a) | (uint64_t)_mm_movemask_epi8(m.b) << 16 |
           (uint64_t)_mm_movemask_epi8(m.c) << 32 | (uint64_t)_mm_movemask_epi8(m.d) << 48;
}

#endif
#endif
