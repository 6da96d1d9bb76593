/* codec/scan.c - classifies bytes eight at a time in plain C, and finds what quotes hide. */
#include "codec/scan.h"

#include <string.h>

#define EVERY_BYTE(b) ((uint64_t)(b)*0x0101010101010101u)

/* The first byte is the lowest, on any machine; compilers make one load of it. */
static uint64_t load(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* The top bit of every byte of w that is c. */
static uint64_t equal(uint64_t w, uint8_t c)
{
    uint64_t x = w ^ EVERY_BYTE(c);

    return ~(((x & EVERY_BYTE(0x7F)) + EVERY_BYTE(0x7F)) | x) & EVERY_BYTE(0x80);
}

/* Eight top bits to the eight lowest bits. */
static uint64_t gather(uint64_t tops)
{
    return (tops >> 7) * 0x0102040810204080u >> 56;
}

/* What a chunk holds at all, for most hold no quote, no backslash, and ASCII only. */
struct seen {
    uint64_t odd, mark;
};

/* Marks are rare in most data, so their bits are gathered only where there are any. */
static void sort_eight(uint64_t w, const struct scan_set *set, unsigned shift, uint64_t *end,
                       uint64_t *mark, struct seen *seen)
{
    uint64_t ends  = equal(w, set->delim) | equal(w, '\n') | equal(w, '\r');
    uint64_t marks = equal(w, set->mark) | equal(w, set->second);

    seen->odd |= w | (w - EVERY_BYTE(1)); /* an ASCII byte less one has no top bit but NUL */
    *end |= gather(ends) << shift;
    if (marks) {
        seen->mark = 1;
        *mark |= gather(marks) << shift;
    }
}

/* One word of each kind from 64 bytes; dst may be src, since each eight are read first. */
static void sort_word(uint8_t *dst, const uint8_t *src, const struct scan_set *set,
                      struct scan_words *words, struct seen *seen)
{
    uint64_t end = 0, mark = 0;

    for (unsigned i = 0; i < 64; i += 8) {
        uint64_t w = load(src + i);
        sort_eight(w, set, i, &end, &mark, seen);
        memmove(dst + i, src + i, 8);
    }
    words->end[words->n]    = end;
    words->mark[words->n++] = mark;
}

/*
 * The last word may be short: its bytes are taken to a place of their own, because nothing may
 * be read behind src, and the bits behind them are cleared.
 */
static unsigned classify(uint8_t *dst, const uint8_t *src, size_t n, const struct scan_set *set,
                         struct scan_words *words)
{
    struct seen seen = {0, 0};
    uint8_t     last[64];
    size_t      i = 0;

    for (words->n = 0; n - i >= 64; i += 64)
        sort_word(dst + i, src + i, set, words, &seen);
    if (i < n) {
        memset(last, 'x', sizeof last);
        memcpy(last, src + i, n - i);
        sort_word(last, last, set, words, &seen);
        memcpy(dst + i, last, n - i);
        words->end[words->n - 1] &= UINT64_MAX >> (64 - (n - i));
        words->mark[words->n - 1] &= UINT64_MAX >> (64 - (n - i));
    }
    return (seen.odd & EVERY_BYTE(0x80) ? SCAN_SEEN_ODD : 0u) |
           (seen.mark ? SCAN_SEEN_MARK : 0u);
}

/* Where tables for other instruction sets are chosen, once for each decoder. */
const struct scan_table *scan_best(void)
{
    static const struct scan_table portable = {classify};

    return &portable;
}

/* Each bit becomes the parity of itself and those below it. */
static uint64_t parity(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/*
 * A bit of `inside` is set from the byte that opens up to the byte before the one that closes.
 * This is right at every later row start too, as no quote is open there.
 */
void scan_quotes(struct scan_words *words, size_t from)
{
    size_t   first  = from / 64;
    uint64_t hidden = 0, inside = 0; /* all ones while a quote is open */

    for (size_t i = first; i < words->n; i++) {
        uint64_t marks = i == first ? scan_from(words->mark[i], from) : words->mark[i];
        inside ^= parity(marks);
        words->live[i] = words->end[i] & ~inside;
        hidden |= words->end[i] & inside;
        inside = 0 - (inside >> 63);
    }
    words->hidden = hidden != 0;
}
