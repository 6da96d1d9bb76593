/*
 * codec/pass_unquote.h - a field that is whole loses its quotes, where it lies; of a pair,
 * which closes and opens again, the second stays.
 *
 *   field   "  a  "  "  b  "  c
 *   inside  1  1  .  1  1  .  .     parity of the quotes so far
 *   behind  .  .  .  1  .  .  1     quotes that close << 1
 *   drop    1  .  1  .  .  1  .     quotes but those that open behind one that closes
 *   out     a  "  b  c
 */
#ifndef CODEC_PASS_UNQUOTE_H
#define CODEC_PASS_UNQUOTE_H

#include "codec/simd.h"

#include <string.h>

#ifdef SIMD_SQUEEZE

struct unquoting {
    uint64_t inside; /* all ones, or none */
    uint64_t behind;
};

/* The bytes of a word that are dropped. */
static inline uint64_t dropped(struct unquoting *u, uint64_t mark)
{
    uint64_t inside = word_parity(mark) ^ u->inside, closes = mark & ~inside;
    uint64_t drop = mark & ~(inside & (closes << 1 | u->behind));

    u->inside = 0 - (inside >> 63);
    u->behind = closes >> 63;
    return drop;
}

/* What is written, 64 bytes at a time, never reaches what is still to be read: it only moves to
   the left.  Behind the field nothing may be written. */
static uint32_t unquote(uint8_t *p, uint32_t len, uint8_t quote, bool *open)
{
    struct unquoting u         = {0, 0};
    uint8_t         *to        = p;
    uint8_t          last[128] = {0};
    uint32_t         i         = 0, n;

    for (; len - i >= 64; i += 64) {
        uint64_t mark = match_bits(block_is(block_load(p + i), quote));
        to += block_squeeze(to, p + i, ~dropped(&u, mark));
    }
    if (i < len) {
        uint64_t valid = UINT64_MAX >> (64 - (len - i));
        memcpy(last, p + i, len - i);
        n = block_squeeze(last, last,
                          ~dropped(&u, match_bits(block_is(block_load(last), quote)) & valid) &
                              valid);
        memcpy(to, last, n);
        to += n;
    }
    *open = u.inside;
    return (uint32_t)(to - p);
}

#else

/* Bytes between quotes move as they are, of a pair with the first. */
static uint32_t unquote(uint8_t *p, uint32_t len, uint8_t quote, bool *open)
{
    const uint8_t *from = p, *end = p + len, *at;
    uint8_t       *to     = p;
    bool           inside = false;

    while ((at = memchr(from, quote, (size_t)(end - from)))) {
        bool   pair = inside && end - at > 1 && at[1] == quote;
        size_t run  = (size_t)(at - from) + pair;
        memmove(to, from, run);
        to += run;
        from   = at + 1 + pair;
        inside = inside == pair;
    }
    memmove(to, from, (size_t)(end - from));
    *open = inside;
    return (uint32_t)(to - p + (end - from));
}

#endif
#endif
