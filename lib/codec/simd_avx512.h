/* codec/simd_avx512.h - 64 bytes as one register of AVX-512; ends by VBMI2's compression. */
#ifndef CODEC_SIMD_AVX512_H
#define CODEC_SIMD_AVX512_H

#if defined(__AVX512VBMI2__) && defined(__AVX512BW__) && defined(__AVX512VL__) && \
    defined(__BMI2__) && defined(__PCLMUL__)

#include "codec/scan.h"

#include <immintrin.h>

/* ---- Blocks ------------------------------------------------------------------------- */

struct block {
    __m512i all;
};

typedef uint64_t match;

static inline __m512i every(uint8_t c)
{
    return _mm512_set1_epi8((char)c);
}

static inline struct block block_load(const uint8_t *p)
{
    return (struct block){_mm512_loadu_si512(p)};
}

static inline void block_ahead(const uint8_t *p)
{
    _mm_prefetch((const char *)((uintptr_t)p + SCAN_CHUNK), _MM_HINT_T0);
}

static inline void block_copy(uint8_t *dst, const uint8_t *src, struct block b)
{
    (void)src;
    _mm512_storeu_si512(dst, b.all);
}

static inline match match_none(void)
{
    return 0;
}

static inline match block_is(struct block b, uint8_t c)
{
    return _mm512_cmpeq_epi8_mask(b.all, every(c));
}

static inline match block_high(struct block b)
{
    return _mm512_movepi8_mask(b.all);
}

static inline match match_or(match a, match b)
{
    return a | b;
}

static inline uint64_t match_bits(match m)
{
    return m;
}

/* ---- Words -------------------------------------------------------------------------- */

#define EVERY_BYTE(b) ((uint64_t)(b)*0x0101010101010101u)

static inline uint32_t word_count(uint64_t w)
{
    return (uint32_t)_mm_popcnt_u64(w);
}

/* Multiplied without carries by all ones. */
static inline uint64_t word_parity(uint64_t w)
{
    __m128i bits = _mm_set_epi64x(0, (long long)w), ones = _mm_set1_epi8((char)0xFF);

    return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(bits, ones, 0));
}

static inline uint64_t word_squeeze(uint64_t bits, uint64_t among)
{
    return _pext_u64(bits, among);
}

/* The places 0 to 63 are squeezed as the bits are; a quarter of a register becomes sixteen. */
static inline uint32_t word_offsets(uint32_t *to, uint64_t w, uint32_t base)
{
    static const uint8_t places[64] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    __m512i found = _mm512_maskz_compress_epi8(w, _mm512_loadu_si512(places));
    __m512i first = _mm512_set1_epi32((int)base);
    int     n = (int)word_count(w), left = n;

    _mm512_storeu_si512(
        to, _mm512_add_epi32(first, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(found))));
    while ((left -= 16) > 0) {
        to += 16;
        found = _mm512_alignr_epi64(found, found, 2);
        _mm512_storeu_si512(
            to, _mm512_add_epi32(first, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(found))));
    }
    return (uint32_t)n;
}

#define SIMD_SQUEEZE

/* The bytes of `keep` side by side; how many. */
static inline uint32_t block_squeeze(uint8_t *to, const uint8_t *from, uint64_t keep)
{
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(keep, _mm512_loadu_si512(from)));
    return word_count(keep);
}

/* ---- Fields ------------------------------------------------------------------------- */

enum { FIELDS_AT_ONCE = 16 };

/*
 *   start   s0 s1 s2 ... s15
 *   len     l0 l1 l2 ... l15
 *   out     s0 l0 s1 l1 ... s7 l7     s8 l8 ... s15 l15
 */
static inline void fields_at(const uint32_t *end, uint64_t flags, struct scan_kind kind,
                             pgcopy_field *out)
{
    const __m512i low =
        _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const __m512i high  = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    __m512i       start = _mm512_add_epi32(_mm512_loadu_si512(end), _mm512_set1_epi32(1));
    __m512i       len   = _mm512_sub_epi32(_mm512_loadu_si512(end + 1), start);
    __mmask16     flag = (__mmask16)flags, quoted = flag & (__mmask16)kind.quotes;
    __mmask16     null = (__mmask16)(flag & ~kind.quotes);

    null |= _mm512_mask_testn_epi32_mask((__mmask16)kind.empty, len, len);
    start = _mm512_mask_add_epi32(start, quoted, start, _mm512_set1_epi32(1));
    len   = _mm512_mask_sub_epi32(len, quoted, len, _mm512_set1_epi32(2));
    len   = _mm512_mask_mov_epi32(len, null, _mm512_set1_epi32(-1));
    _mm512_storeu_si512(out, _mm512_permutex2var_epi32(start, low, len));
    _mm512_storeu_si512(out + 8, _mm512_permutex2var_epi32(start, high, len));
}

/* ---- Vectors of bytes, for UTF-8 ---------------------------------------------------- */

#define SIMD_LOOKUP

typedef __m512i vec;

enum { VEC_BYTES = 64 };

static inline vec vec_load(const uint8_t *p)
{
    return _mm512_loadu_si512(p);
}

static inline vec vec_every(uint8_t c)
{
    return every(c);
}

static inline vec vec_and(vec a, vec b)
{
    return _mm512_and_si512(a, b);
}

static inline vec vec_or(vec a, vec b)
{
    return _mm512_or_si512(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return _mm512_xor_si512(a, b);
}

/* Down to 0, not below. */
static inline vec vec_minus(vec a, uint8_t c)
{
    return _mm512_subs_epu8(a, every(c));
}

static inline vec vec_low_half(vec a)
{
    return _mm512_and_si512(a, every(0x0F));
}

static inline vec vec_high_half(vec a)
{
    return vec_low_half(_mm512_srli_epi16(a, 4));
}

static inline vec vec_lookup(const uint8_t table[16], vec i)
{
    __m128i quarter = _mm_loadu_si128((const __m128i *)(const void *)table);

    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(quarter), i);
}

static inline bool vec_is_zero(vec a)
{
    return _mm512_test_epi8_mask(a, a) == 0;
}

#endif
#endif
