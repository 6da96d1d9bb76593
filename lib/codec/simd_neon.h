/* codec/simd_neon.h - 64 bytes as four registers of NEON, which every AArch64 has. */
#ifndef CODEC_SIMD_NEON_H
#define CODEC_SIMD_NEON_H

#if defined(__ARM_NEON) && defined(__aarch64__)

#include "codec/simd_words.h"

#include <arm_neon.h>

/* ---- Blocks ------------------------------------------------------------------------- */

struct block {
    uint8x16_t a, b, c, d;
};

typedef struct block match; /* bytes of all ones */

static inline struct block block_load(const uint8_t *p)
{
    return (struct block){vld1q_u8(p), vld1q_u8(p + 16), vld1q_u8(p + 32), vld1q_u8(p + 48)};
}

static inline void block_ahead(const uint8_t *p)
{
    (void)p;
}

static inline void block_copy(uint8_t *dst, const uint8_t *src, struct block b)
{
    (void)src;
    vst1q_u8(dst, b.a);
    vst1q_u8(dst + 16, b.b);
    vst1q_u8(dst + 32, b.c);
    vst1q_u8(dst + 48, b.d);
}

static inline match match_none(void)
{
    uint8x16_t none = vdupq_n_u8(0);

    return (match){none, none, none, none};
}

static inline match block_is(struct block b, uint8_t c)
{
    uint8x16_t x = vdupq_n_u8(c);

    return (match){vceqq_u8(b.a, x), vceqq_u8(b.b, x), vceqq_u8(b.c, x), vceqq_u8(b.d, x)};
}

static inline match block_high(struct block b)
{
    uint8x16_t x = vdupq_n_u8(0x80);

    return (match){vcgeq_u8(b.a, x), vcgeq_u8(b.b, x), vcgeq_u8(b.c, x), vcgeq_u8(b.d, x)};
}

static inline match match_or(match a, match b)
{
    return (match){vorrq_u8(a.a, b.a), vorrq_u8(a.b, b.b), vorrq_u8(a.c, b.c),
                   vorrq_u8(a.d, b.d)};
}

/* Each byte keeps the bit of its place among eight; three sums of neighbours bring them
   together. */
static inline uint64_t match_bits(match m)
{
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                       1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t           place      = vld1q_u8(places);
    uint8x16_t           ab         = vpaddq_u8(vandq_u8(m.a, place), vandq_u8(m.b, place));
    uint8x16_t           cd         = vpaddq_u8(vandq_u8(m.c, place), vandq_u8(m.d, place));
    uint8x16_t           all        = vpaddq_u8(ab, cd);

    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

/* ---- Vectors of bytes, for UTF-8 ---------------------------------------------------- */

#define SIMD_LOOKUP

typedef uint8x16_t vec;

enum { VEC_BYTES = 16 };

static inline vec vec_load(const uint8_t *p)
{
    return vld1q_u8(p);
}

static inline vec vec_every(uint8_t c)
{
    return vdupq_n_u8(c);
}

static inline vec vec_and(vec a, vec b)
{
    return vandq_u8(a, b);
}

static inline vec vec_or(vec a, vec b)
{
    return vorrq_u8(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return veorq_u8(a, b);
}

/* Down to 0, not below. */
static inline vec vec_minus(vec a, uint8_t c)
{
    return vqsubq_u8(a, vdupq_n_u8(c));
}

static inline vec vec_low_half(vec a)
{
    return vandq_u8(a, vdupq_n_u8(0x0F));
}

static inline vec vec_high_half(vec a)
{
    return vshrq_n_u8(a, 4);
}

static inline vec vec_lookup(const uint8_t table[16], vec i)
{
    return vqtbl1q_u8(vld1q_u8(table), i);
}

static inline bool vec_is_zero(vec a)
{
    return vmaxvq_u8(a) == 0;
}

#endif
#endif
