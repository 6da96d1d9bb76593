/*
 * codec/scan.h - the one place where bytes are looked at many at a time: a table of functions,
 * so that other instruction sets can take the portable ones' place.
 *
 *   bytes     1 , A n n , \n 2 , " B " , \n
 *   end       . 1 . . . 1 1  . 1 . . . 1 1      delimiter, LF, CR
 *   mark      . . . . . . .  . . 1 . 1 . .      quote and escape, or backslash
 */
#ifndef CODEC_SCAN_H
#define CODEC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCAN_CHUNK = 2048, SCAN_WORDS = SCAN_CHUNK / 64 };

/* Bit i of word w is byte 64 * w + i of the chunk. */
struct scan_words {
    uint64_t end[SCAN_WORDS];
    uint64_t mark[SCAN_WORDS];
    uint64_t live[SCAN_WORDS]; /* the ends outside quotes, once scan_quotes has been there */
    size_t   n;                /* words that are filled                                    */
    bool     hidden;           /* some end is in quotes                                    */
};

struct scan_set {
    uint8_t delim;
    uint8_t mark;   /* quote, or backslash     */
    uint8_t second; /* escape, or mark again   */
};

enum { SCAN_SEEN_ODD = 1, SCAN_SEEN_MARK = 2 }; /* odd: above 0x7F, or NUL */

/* Copies n <= SCAN_CHUNK bytes to dst, which may be src, and sorts them; what was seen. */
typedef unsigned scan_classify(uint8_t *dst, const uint8_t *src, size_t n,
                               const struct scan_set *set, struct scan_words *words);

struct scan_table {
    scan_classify *classify;
};

/* The best that this processor has. */
const struct scan_table *scan_best(void);

/* The ends that are not in quotes from `from` on, where no quote is open; quote and escape are
   the same, so every mark opens or closes. */
void scan_quotes(struct scan_words *words, size_t from);

static inline unsigned scan_lowest(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned n = 0;
    for (; !(bits & 1); bits >>= 1)
        n++;
    return n;
#endif
}

static inline uint64_t scan_from(uint64_t bits, size_t at)
{
    return bits & (UINT64_MAX << at % 64);
}

/* The first end or mark from `at` on; limit, at most the length of the chunk: there is none. */
static inline size_t scan_stop(const struct scan_words *w, size_t at, size_t limit)
{
    size_t   i    = at / 64;
    uint64_t bits = scan_from(w->end[i] | w->mark[i], at);

    while (!bits) {
        if (++i >= w->n)
            return limit;
        bits = w->end[i] | w->mark[i];
    }
    at = i * 64 + scan_lowest(bits);
    return at < limit ? at : limit;
}

#endif
