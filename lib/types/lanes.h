/*
 * types/lanes.h - sixteen bytes of text at once: is each of them what the form of a type has at
 * its place?  SSE2, which every x86-64 has, or a loop.
 *
 *   text      2  0  2  6  -  0  1  -  3  1  ,  9  ...
 *   low       1  0  0  0  -  0  0  -  0  0             the least that may stand there
 *   span      8  9  9  9  0  1  9  0  3  9             how much more
 *   mask      FF FF FF FF FF FF FF FF FF FF 0  0  ...  which of them are looked at
 */
#ifndef TYPES_LANES_H
#define TYPES_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 16 };

struct form {
    uint8_t low[LANES];
    uint8_t span[LANES];
};

#if defined(__SSE2__)

#include <emmintrin.h>

typedef __m128i lanes;

static inline lanes lanes_load(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Not 0 where a byte is not in [low, low + span]. */
static inline lanes lanes_beside(lanes text, lanes low, lanes span)
{
    return _mm_subs_epu8(_mm_sub_epi8(text, low), span);
}

static inline lanes lanes_or(lanes a, lanes b)
{
    return _mm_or_si128(a, b);
}

static inline lanes lanes_and(lanes a, lanes b)
{
    return _mm_and_si128(a, b);
}

/* Not 0 where both are not; of what lanes_beside gave. */
static inline lanes lanes_both(lanes a, lanes b)
{
    return _mm_min_epu8(a, b);
}

static inline lanes lanes_none(void)
{
    return _mm_setzero_si128();
}

static inline bool lanes_any(lanes a)
{
    return _mm_movemask_epi8(_mm_cmpeq_epi8(a, _mm_setzero_si128())) != 0xFFFF;
}

#else

typedef struct lanes {
    uint8_t at[LANES];
} lanes;

static inline lanes lanes_load(const uint8_t *p)
{
    lanes text;

    memcpy(text.at, p, LANES);
    return text;
}

static inline lanes lanes_beside(lanes text, lanes low, lanes span)
{
    for (size_t i = 0; i < LANES; i++)
        text.at[i] = (uint8_t)(text.at[i] - low.at[i]) > span.at[i];
    return text;
}

static inline lanes lanes_or(lanes a, lanes b)
{
    for (size_t i = 0; i < LANES; i++)
        a.at[i] |= b.at[i];
    return a;
}

static inline lanes lanes_and(lanes a, lanes b)
{
    for (size_t i = 0; i < LANES; i++)
        a.at[i] &= b.at[i];
    return a;
}

static inline lanes lanes_both(lanes a, lanes b)
{
    return lanes_and(a, b);
}

static inline lanes lanes_none(void)
{
    return (lanes){{0}};
}

static inline bool lanes_any(lanes a)
{
    uint8_t any = 0;

    for (size_t i = 0; i < LANES; i++)
        any |= a.at[i];
    return any != 0;
}

#endif

#endif
