/*
 * codec/wide.h - what rows are written with: as many bytes at a time as a short value has, 32,
 * or 8 in plain C.
 *
 *   wide            WIDE_BYTES bytes   wide_load, wide_store
 *   wide_is         bytes that are c   as the processor likes them: wide_or, wide_bits -> word
 *   wide_controls   \b to \r, and the two behind them
 */
#ifndef CODEC_WIDE_H
#define CODEC_WIDE_H

#include "codec/simd.h"

#if defined(SIMD_AVX512) || defined(SIMD_AVX2)

enum { WIDE_BYTES = 32 };

typedef __m256i wide;
typedef __m256i wide_mask;

static inline wide wide_load(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline void wide_store(uint8_t *p, wide w)
{
    _mm256_storeu_si256((__m256i *)(void *)p, w);
}

static inline wide_mask wide_is(wide w, uint8_t c)
{
    return _mm256_cmpeq_epi8(w, _mm256_set1_epi8((char)c));
}

static inline wide_mask wide_or(wide_mask a, wide_mask b)
{
    return _mm256_or_si256(a, b);
}

static inline wide_mask wide_controls(wide w)
{
    return wide_is(_mm256_or_si256(w, _mm256_set1_epi8(7)), 15);
}

static inline uint64_t wide_bits(wide_mask m)
{
    return (uint32_t)_mm256_movemask_epi8(m);
}

static inline unsigned wide_lowest(uint64_t bits)
{
    return (unsigned)_tzcnt_u64(bits);
}

#elif defined(SIMD_SSE2)

enum { WIDE_BYTES = 32 };

typedef struct wide {
    __m128i low, high;
} wide;
typedef wide wide_mask;

static inline wide wide_load(const uint8_t *p)
{
    return (wide){load16(p), load16(p + 16)};
}

static inline void wide_store(uint8_t *p, wide w)
{
    store16(p, w.low);
    store16(p + 16, w.high);
}

static inline wide_mask wide_is(wide w, uint8_t c)
{
    __m128i x = _mm_set1_epi8((char)c);

    return (wide_mask){_mm_cmpeq_epi8(w.low, x), _mm_cmpeq_epi8(w.high, x)};
}

static inline wide_mask wide_or(wide_mask a, wide_mask b)
{
    return (wide_mask){_mm_or_si128(a.low, b.low), _mm_or_si128(a.high, b.high)};
}

static inline wide_mask wide_controls(wide w)
{
    __m128i x = _mm_set1_epi8(7);

    return wide_is((wide){_mm_or_si128(w.low, x), _mm_or_si128(w.high, x)}, 15);
}

static inline uint64_t wide_bits(wide_mask m)
{
    return (uint32_t)_mm_movemask_epi8(m.low) | (uint32_t)_mm_movemask_epi8(m.high) << 16;
}

static inline unsigned wide_lowest(uint64_t bits)
{
    return word_lowest(bits);
}

#elif defined(SIMD_NEON)

enum { WIDE_BYTES = 32 };

typedef struct wide {
    uint8x16_t low, high;
} wide;
typedef wide wide_mask;

static inline wide wide_load(const uint8_t *p)
{
    return (wide){vld1q_u8(p), vld1q_u8(p + 16)};
}

static inline void wide_store(uint8_t *p, wide w)
{
    vst1q_u8(p, w.low);
    vst1q_u8(p + 16, w.high);
}

static inline wide_mask wide_is(wide w, uint8_t c)
{
    uint8x16_t x = vdupq_n_u8(c);

    return (wide_mask){vceqq_u8(w.low, x), vceqq_u8(w.high, x)};
}

static inline wide_mask wide_or(wide_mask a, wide_mask b)
{
    return (wide_mask){vorrq_u8(a.low, b.low), vorrq_u8(a.high, b.high)};
}

static inline wide_mask wide_controls(wide w)
{
    uint8x16_t x = vdupq_n_u8(7);

    return wide_is((wide){vorrq_u8(w.low, x), vorrq_u8(w.high, x)}, 15);
}

static inline uint64_t wide_bits(wide_mask m)
{
    uint8x16_t none = vdupq_n_u8(0);

    return match_bits((match){m.low, m.high, none, none});
}

static inline unsigned wide_lowest(uint64_t bits)
{
    return word_lowest(bits);
}

#else

enum { WIDE_BYTES = 8 };

typedef uint64_t wide;
typedef uint64_t wide_mask; /* the top bit of each byte that matches */

static inline wide wide_load(const uint8_t *p)
{
    return load_word(p);
}

/* Compilers make one store of it. */
static inline void wide_store(uint8_t *p, wide w)
{
    for (unsigned i = 0; i < WIDE_BYTES; i++)
        p[i] = (uint8_t)(w >> 8 * i);
}

/* Seven bits of a byte that is not c carry into its top bit; so does that bit itself. */
static inline wide_mask wide_is(wide w, uint8_t c)
{
    w ^= EVERY_BYTE(c);
    return ~(((w & EVERY_BYTE(0x7F)) + EVERY_BYTE(0x7F)) | w) & EVERY_BYTE(0x80);
}

static inline wide_mask wide_or(wide_mask a, wide_mask b)
{
    return a | b;
}

static inline wide_mask wide_controls(wide w)
{
    return wide_is(w | EVERY_BYTE(7), 15);
}

/* The product brings the eight top bits side by side. */
static inline uint64_t wide_bits(wide_mask m)
{
    return (m >> 7) * 0x0102040810204080u >> 56;
}

static inline unsigned wide_lowest(uint64_t bits)
{
    return word_lowest(bits);
}

#endif
#endif
