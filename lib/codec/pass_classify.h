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
    uint64_t mark, high, dot;
    uint64_t slash; /* bit 0: the last byte so far was a backslash */
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
    if (set.text) {
        w->letter[i] = match_bits(block_is(b, 'N'));
        seen->dot |= (mark << 1 | seen->slash) & match_bits(block_is(b, '.'));
        seen->slash = mark >> 63;
    }
}

/* Inlined once for text and once for CSV. */
static inline unsigned classify_all(uint8_t *dst, const uint8_t *src, size_t n,
                                    struct scan_set set, struct scan_words *w)
{
    struct seen seen = {match_none(), match_none(), 0, 0, 0, 0};
    uint8_t     last[64];
    size_t      i = 0;

    for (; n - i >= 64; i += 64) {
        struct block b = block_load(src + i);
        classify_block(b, set, i / 64, w, &seen);
        block_copy(dst + i, src + i, b);
    }
    if (i < n) { /* nothing behind src may be read: the rest of the word is x */
        memset(last, 'x', sizeof last);
        memcpy(last, src + i, n - i);
        classify_block(block_load(last), set, i / 64, w, &seen);
        memcpy(dst + i, last, sizeof last);
        w->sep[i / 64] &= UINT64_MAX >> (64 - (n - i)); /* which may be the delimiter */
        w->mark[i / 64] &= UINT64_MAX >> (64 - (n - i));
    }
    return (seen.high ? SCAN_HIGH : 0u) | (seen.mark ? SCAN_MARK : 0u) |
           (match_bits(seen.cr) ? SCAN_CR : 0u) | (match_bits(seen.nul) ? SCAN_NUL : 0u) |
           (seen.dot ? SCAN_DOT : 0u);
}

static unsigned classify(uint8_t *dst, const uint8_t *src, size_t n, const struct scan_set *set,
                         struct scan_words *w)
{
    struct scan_set csv = {set->delim, set->mark, false}, text = {set->delim, set->mark, true};

    return set->text ? classify_all(dst, src, n, text, w) : classify_all(dst, src, n, csv, w);
}

#endif
