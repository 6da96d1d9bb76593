/* codec/simd_avx2.h - 64 bytes as two registers of AVX2; words with BMI2 and PCLMUL. */
#ifndef CODEC_SIMD_AVX2_H
#define CODEC_SIMD_AVX2_H

#if defined(__AVX2__) && defined(__BMI2__) && defined(__PCLMUL__)

#include "codec/scan.h"

#include <immintrin.h>
#include <string.h>

/* ---- Blocks ------------------------------------------------------------------------- */

struct block {
    __m256i low, high;
};

typedef struct block match; /* bytes of all ones */

static inline __m256i every(uint8_t c)
{
    return _mm256_set1_epi8((char)c);
}

static inline struct block block_load(const uint8_t *p)
{
    return (struct block){_mm256_loadu_si256((const __m256i *)(const void *)p),
                          _mm256_loadu_si256((const __m256i *)(const void *)(p + 32))};
}

static inline void block_ahead(const uint8_t *p)
{
    _mm_prefetch((const char *)((uintptr_t)p + SCAN_CHUNK), _MM_HINT_T0);
}

static inline void block_copy(uint8_t *dst, const uint8_t *src, struct block b)
{
    (void)src;
    _mm256_storeu_si256((__m256i *)(void *)dst, b.low);
    _mm256_storeu_si256((__m256i *)(void *)(dst + 32), b.high);
}

static inline match match_none(void)
{
    return (match){_mm256_setzero_si256(), _mm256_setzero_si256()};
}

static inline match block_is(struct block b, uint8_t c)
{
    return (match){_mm256_cmpeq_epi8(b.low, every(c)), _mm256_cmpeq_epi8(b.high, every(c))};
}

static inline match block_high(struct block b)
{
    return b; /* match_bits takes the top bits */
}

static inline match match_or(match a, match b)
{
    return (match){_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)};
}

static inline uint64_t match_bits(match m)
{
    return (uint32_t)_mm256_movemask_epi8(m.low) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(m.high) << 32;
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

#if defined(SIMD_NO_PEXT)
static inline uint64_t word_squeeze(uint64_t bits, uint64_t among)
{
    uint64_t out = 0;

    for (; bits; bits = _blsr_u64(bits))
        out |= (uint64_t)1 << word_count(among & (_blsmsk_u64(bits) >> 1));
    return out;
}
#else
static inline uint64_t word_squeeze(uint64_t bits, uint64_t among)
{
    return _pext_u64(bits, among);
}
#endif

/* Behind the last bit comes base + 64, which nobody reads. */
static inline uint64_t four_offsets(uint32_t *to, uint64_t w, uint32_t base)
{
    for (int i = 0; i < 4; i++) {
        to[i] = base + (uint32_t)_tzcnt_u64(w);
        w     = _blsr_u64(w);
    }
    return w;
}

/* Eight at once, since most words of rows with short fields have so many. */
static inline uint32_t word_offsets(uint32_t *to, uint64_t w, uint32_t base)
{
    uint32_t n = word_count(w);

    w = four_offsets(to, w, base);
    w = four_offsets(to + 4, w, base);
    for (to += 8; w; to += 4)
        w = four_offsets(to, w, base);
    return n;
}

#define SIMD_SQUEEZE

enum { FEW = 4 };

/* Behind the lowest of `drop`, if there is one, the bytes come from i further; that i - 1
   before it are gone has moved it.  No one is at 64, and stays there. */
static inline struct block closer_up(struct block out, const uint8_t *from, uint64_t drop,
                                     int i)
{
    const __m256i at =
        _mm256_setr_epi8(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                         21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32);
    int          place = (int)_tzcnt_u64(drop);
    __m256i      last  = every((uint8_t)(place + 1 - i + (i - 1) * (place >> 6)));
    struct block next  = block_load(from + i);

    out.low  = _mm256_blendv_epi8(out.low, next.low, _mm256_cmpgt_epi8(at, last));
    out.high = _mm256_blendv_epi8(out.high, next.high,
                                  _mm256_cmpgt_epi8(_mm256_add_epi8(at, every(32)), last));
    return out;
}

/*
 * Without the bytes of `drop`, of which there are few: most often one or two, so for those no
 * branch is taken.
 *
 *   from     a b " c d " e f
 *   1        a b c d " e f g      behind place 2 from 1 further
 *   2        a b c d e f g h      behind place 4 from 2 further
 */
static inline void block_close_up(uint8_t *to, const uint8_t *from, uint64_t drop)
{
    struct block out = closer_up(block_load(from), from, drop, 1);

    drop = _blsr_u64(drop);
    out  = closer_up(out, from, drop, 2);
    drop = _blsr_u64(drop);
    for (int i = 3; drop; drop = _blsr_u64(drop), i++)
        out = closer_up(out, from, drop, i);
    block_copy(to, from, out);
}

#if defined(SIMD_NO_PEXT)

static inline uint32_t block_squeeze(uint8_t *to, const uint8_t *from, uint64_t keep)
{
    block_close_up(to, from, ~keep);
    return word_count(keep);
}

#else

/* Many are dropped eight by eight, with PEXT for whole bytes. */
static inline uint32_t block_squeeze(uint8_t *to, const uint8_t *from, uint64_t keep)
{
    uint32_t n = word_count(keep), done = 0;

    if (n >= 64 - FEW) {
        block_close_up(to, from, ~keep);
        return n;
    }
    for (int i = 0; i < 64; i += 8, keep >>= 8) {
        uint64_t bytes = _pdep_u64(keep, EVERY_BYTE(1)), eight;
        memcpy(&eight, from + i, 8);
        eight = _pext_u64(eight, bytes * 0xFF);
        memcpy(to + done, &eight, 8);
        done += word_count(bytes);
    }
    return n;
}

#endif

/* ---- Fields ------------------------------------------------------------------------- */

enum { FIELDS_AT_ONCE = 8 };

/*
 *   start   s0 s1 s2 s3 | s4 s5 s6 s7     unpack and permute: the halves of a register know
 *   len     l0 l1 l2 l3 | l4 l5 l6 l7     nothing of each other
 *   out     s0 l0 s1 l1 | s2 l2 s3 l3     s4 l4 s5 l5 | s6 l6 s7 l7
 */
static inline void fields_at(const uint32_t *end, uint64_t flags, struct scan_kind kind,
                             pgcopy_field *out)
{
    const __m256i bit    = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    __m256i       quotes = _mm256_set1_epi32((int)kind.quotes), one = _mm256_set1_epi32(1);
    __m256i       before = _mm256_loadu_si256((const __m256i *)(const void *)end);
    __m256i       behind = _mm256_loadu_si256((const __m256i *)(const void *)(end + 1));
    __m256i       start = _mm256_add_epi32(before, one), len = _mm256_sub_epi32(behind, start);
    __m256i       flag  = _mm256_and_si256(_mm256_set1_epi32((int)(uint32_t)flags), bit);
    __m256i       empty = _mm256_cmpeq_epi32(len, _mm256_setzero_si256()), quoted, low, high;

    flag   = _mm256_cmpeq_epi32(flag, bit);
    quoted = _mm256_and_si256(flag, quotes);
    start  = _mm256_sub_epi32(start, quoted);
    len    = _mm256_add_epi32(len, _mm256_add_epi32(quoted, quoted));
    len    = _mm256_or_si256(len, _mm256_andnot_si256(quotes, flag));
    empty  = _mm256_and_si256(empty, _mm256_set1_epi32((int)kind.empty));
    len    = _mm256_or_si256(len, empty);
    low    = _mm256_unpacklo_epi32(start, len);
    high   = _mm256_unpackhi_epi32(start, len);
    _mm256_storeu_si256((__m256i *)(void *)out, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256((__m256i *)(void *)(out + 4),
                        _mm256_permute2x128_si256(low, high, 0x31));
}

/* ---- Vectors of bytes, for UTF-8 ---------------------------------------------------- */

#define SIMD_LOOKUP

typedef __m256i vec;

enum { VEC_BYTES = 32 };

static inline vec vec_load(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline vec vec_every(uint8_t c)
{
    return every(c);
}

static inline vec vec_and(vec a, vec b)
{
    return _mm256_and_si256(a, b);
}

static inline vec vec_or(vec a, vec b)
{
    return _mm256_or_si256(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return _mm256_xor_si256(a, b);
}

/* Down to 0, not below. */
static inline vec vec_minus(vec a, uint8_t c)
{
    return _mm256_subs_epu8(a, every(c));
}

static inline vec vec_low_half(vec a)
{
    return _mm256_and_si256(a, every(0x0F));
}

static inline vec vec_high_half(vec a)
{
    return vec_low_half(_mm256_srli_epi16(a, 4));
}

static inline vec vec_lookup(const uint8_t table[16], vec i)
{
    __m128i half = _mm_loadu_si128((const __m128i *)(const void *)table);

    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(half), i);
}

static inline bool vec_is_zero(vec a)
{
    return _mm256_testz_si256(a, a);
}

#endif
#endif
