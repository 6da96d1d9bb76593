/* codec/simd_portable.h - 64 bytes as eight words of plain C. */
#ifndef CODEC_SIMD_PORTABLE_H
#define CODEC_SIMD_PORTABLE_H

#include "codec/simd_words.h"

#include <string.h>

enum { LANES = 8 };

struct block {
    uint64_t at[LANES];
};

/* The top bit of each byte that matches. */
typedef struct block match;

/* The first byte is the lowest, on any machine; compilers make one load of it. */
static inline uint64_t load_word(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

static inline struct block block_load(const uint8_t *p)
{
    struct block b;

    for (size_t i = 0; i < LANES; i++)
        b.at[i] = load_word(p + 8 * i);
    return b;
}

static inline void block_ahead(const uint8_t *p)
{
    (void)p;
}

static inline void block_copy(uint8_t *dst, const uint8_t *src, struct block b)
{
    (void)b;
    memmove(dst, src, 64);
}

static inline match match_none(void)
{
    return (match){{0}};
}

/* Seven bits of a byte that is not c carry into its top bit; so does that bit itself. */
static inline match block_is(struct block b, uint8_t c)
{
    for (size_t i = 0; i < LANES; i++) {
        uint64_t x = b.at[i] ^ EVERY_BYTE(c);
        b.at[i]    = ~(((x & EVERY_BYTE(0x7F)) + EVERY_BYTE(0x7F)) | x) & EVERY_BYTE(0x80);
    }
    return b;
}

static inline match block_high(struct block b)
{
    for (size_t i = 0; i < LANES; i++)
        b.at[i] &= EVERY_BYTE(0x80);
    return b;
}

static inline match match_or(match a, match b)
{
    for (size_t i = 0; i < LANES; i++)
        a.at[i] |= b.at[i];
    return a;
}

/* The product brings the eight top bits side by side.  Most words have no mark at all. */
static inline uint64_t match_bits(match m)
{
    uint64_t any = 0, bits = 0;

    for (size_t i = 0; i < LANES; i++)
        any |= m.at[i];
    if (!any)
        return 0;
    for (size_t i = 0; i < LANES; i++)
        bits |= ((m.at[i] >> 7) * 0x0102040810204080u >> 56) << 8 * i;
    return bits;
}

#endif
