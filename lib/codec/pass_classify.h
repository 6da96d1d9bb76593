/*
 * codec/pass_classify.h - the first pass: bytes are copied and, on their way, sorted into
 * words.
 *
 *   src   ... 64 bytes ... -> registers -> dst     one load, one store
 *                                 '-> a bit of each word
 */
#ifndef CODEC_PASS_CLASSIFY_H
#define CODEC_PASS_CLASSIFY_H

#include "codec/simd.h"

#include <string.h>

/* What the words so far hold at all. */
struct seen {
    match    cr, nul;
    uint64_t mark, high;
};

static inline void classify_block(struct block b, struct scan_set set, size_t i,
                                  struct scan_words *w, struct seen *seen)
{
    uint64_t eol = match_bits(block_is(b, '\n')), mark = match_bits(block_is(b, set.mark));
    uint64_t high = match_bits(block_high(b));

    w->eol[i]  = eol;
    w->sep[i]  = eol | match_bits(block_is(b, set.delim));
    w->mark[i] = mark;
    w->high[i] = high;
    seen->mark |= mark;
    seen->high |= high;
    seen->cr  = match_or(seen->cr, block_is(b, '\r'));
    seen->nul = match_or(seen->nul, block_is(b, 0));
}

/*
 * Nothing behind src may be read, so the rest of the last word is x, which may be the
 * delimiter. Behind the bytes in dst there are x, too, for later passes.
 */
static void classify_last(uint8_t *dst, const uint8_t *src, size_t n, struct scan_set set,
                          size_t i, struct scan_words *w, struct seen *seen)
{
    uint8_t last[64];

    memset(last, 'x', sizeof last);
    memcpy(last, src, n);
    classify_block(block_load(last), set, i, w, seen);
    memcpy(dst, last, sizeof last);
    w->sep[i] &= UINT64_MAX >> (64 - n);
    w->mark[i] &= UINT64_MAX >> (64 - n);
}

static unsigned classify(uint8_t *dst, const uint8_t *src, size_t n, struct scan_set set,
                         struct scan_words *w)
{
    struct seen seen  = {match_none(), match_none(), 0, 0};
    size_t      words = n / 64;

    for (size_t i = 0; i < words; i++) {
        struct block b = block_load(src + 64 * i);
        block_ahead(src + 64 * i);
        classify_block(b, set, i, w, &seen);
        block_copy(dst + 64 * i, src + 64 * i, b);
    }
    if (n % 64)
        classify_last(dst + 64 * words, src + 64 * words, n % 64, set, words, w, &seen);
    return (seen.high ? SCAN_HIGH : 0u) | (seen.mark ? SCAN_MARK : 0u) |
           (match_bits(seen.cr) ? SCAN_CR : 0u) | (match_bits(seen.nul) ? SCAN_NUL : 0u);
}

/* Apart, because most chunks have no backslash. */
static unsigned letters(const uint8_t *p, size_t n, struct scan_words *w)
{
    uint64_t dots = 0, slash = 0;

    for (size_t i = 0; 64 * i < n; i++) {
        struct block b = block_load(p + 64 * i);
        w->letter[i]   = match_bits(block_is(b, 'N'));
        dots |= (w->mark[i] << 1 | slash) & match_bits(block_is(b, '.'));
        slash = w->mark[i] >> 63;
    }
    return dots ? SCAN_DOT : 0u;
}

#endif
