/*
 * codec/pass_split.h - the second pass: which separators are ends of fields, and what each
 * field needs.  Only what lies before a byte is asked for, never what lies behind it, so input
 * may be cut anywhere.
 *
 *   CSV     ,  "  a  ,  "  ,  b  "  c  "  \n
 *   mark    .  1  .  .  1  .  .  1  .  1  .
 *   inside  .  1  1  1  .  .  .  1  1  .  .    parity of the quotes so far
 *   live    1  .  .  .  .  1  .  .  .  .  1    separators outside
 *   start   .  1  .  .  .  .  1  .  .  .  .    live << 1
 *   behind  .  .  .  .  .  1  .  .  .  .  1    quotes that close << 1
 *   flag                   1              1    behind & live
 *   strange .  .  .  .  .  .  .  1  .  .  .    opens, but not at a start; or behind, but no end
 *   odd                    .              1    a strange byte before, see held_before
 */
#ifndef CODEC_PASS_SPLIT_H
#define CODEC_PASS_SPLIT_H

#include "codec/simd.h"

/* What lies before a word; those that are bits are where the word's shifted ones are missing.
 */
struct before {
    uint64_t inside; /* CSV: all ones, or none */
    uint64_t start;
    uint64_t behind;  /* CSV  */
    uint64_t escaped; /* text */
    uint64_t slash;   /* text: two bits */
    uint64_t letter;  /* text */
    uint64_t odd;
    uint64_t escapes; /* text: the backslashes that escape of the word itself */
};

/* What a word has. */
struct found {
    uint64_t live, flag, odd, hidden;
};

/*
 * The ends of those fields that hold one of the bits: between two ends ~live is all ones, and a
 * bit added to them carries up to the next end, or into the next word.
 *
 *   ~live     1 1 1 . 1 1 1 1 . 1 1
 *   bits      . 1 . . . . . . . . .
 *   sum       1 . . 1 1 1 1 1 . 1 1      & live: the first end
 */
static inline uint64_t held_before(uint64_t live, uint64_t bits, uint64_t *carry)
{
    uint64_t sum = ~live + bits, all = sum + *carry;

    *carry = (sum < bits) | (all < sum);
    return all & live;
}

/* A quote that is the last byte of the chunk may be taken for a strange one: it is looked at.
 */
static inline struct found csv_word(struct before *b, uint64_t sep, uint64_t eol, uint64_t mark)
{
    uint64_t     inside = word_parity(mark) ^ b->inside, closes = mark & ~inside;
    uint64_t     live = sep & ~inside, start = live << 1 | b->start;
    uint64_t     behind = closes << 1 | b->behind, hidden = eol & inside;
    uint64_t     strange = (mark & inside & ~start) | (behind & ~live) | hidden;
    struct found f       = {.live = live, .flag = behind & live, .hidden = hidden};

    if (strange | b->odd)
        f.odd = held_before(live, strange, &b->odd);
    b->inside = 0 - (inside >> 63);
    b->start  = live >> 63;
    b->behind = closes >> 63;
    return f;
}

/*
 * The backslashes that escape are the first, third, ... of each run.  Added to itself at its
 * first bit a run vanishes, so runs that begin at even places can be told from the others.
 */
static inline uint64_t escaping(uint64_t slashes)
{
    const uint64_t even_places = EVERY_BYTE(0x55);
    uint64_t       first       = slashes & ~(slashes << 1) & even_places;
    uint64_t       even        = slashes & ~(slashes + first);

    if (!(slashes & slashes << 1))
        return slashes;
    return (even & even_places) | ((slashes ^ even) & ~even_places);
}

/*
 *   text    \t  \  N  \t  a  \  \  \t  \t     a backslash that escapes at a start, then N, then
 *   escapes .   1  .  .   .  1  .  .   .      an end: that is \N.  Any other makes a field odd.
 *   flag              1            .   .
 *   odd               .            1   .
 */
static inline struct found text_word(struct before *b, uint64_t sep, uint64_t eol,
                                     uint64_t mark, uint64_t letter, uint64_t nulls)
{
    uint64_t     escapes = escaping(mark & ~b->escaped), escaped = escapes << 1 | b->escaped;
    uint64_t     live = sep & ~escaped, start = live << 1 | b->start, slash = escapes & start;
    uint64_t     null  = live & (letter << 1 | b->letter) & (slash << 2 | b->slash) & nulls;
    uint64_t     other = escapes & ~(null >> 2);
    struct found f     = {.live = live, .flag = null};

    if (other | b->odd) {
        f.odd    = held_before(live, other, &b->odd) & ~null;
        f.hidden = eol & escaped;
    }
    b->escapes = escapes;
    b->escaped = escapes >> 63;
    b->start   = live >> 63;
    b->letter  = letter >> 63;
    b->slash   = slash >> 62;
    return f;
}

/* What has been found so far; apart from the list, or every end that is written might be one of
   these to a compiler. */
struct tally {
    uint32_t n, lines, nodd, hidden; /* of the lines so many are data */
};

/* The flags of one word go behind those of the fields so far; they may reach into the next. */
static inline void append_flags(uint64_t *flag, uint32_t n, uint64_t bits)
{
    flag[n / 64] |= bits << n % 64;
    flag[n / 64 + 1] = bits >> 1 >> (63 - n % 64);
}

/* Long text has words without any end. */
static inline void append(struct scan_ends *ends, struct tally *t, struct found f, uint64_t eol,
                          size_t place)
{
    t->hidden += f.hidden ? word_count(f.hidden) : 0;
    t->lines += word_count(eol);
    if (!f.live)
        return;
    append_flags(ends->flag, t->n, word_squeeze(f.flag, f.live));
    for (; f.odd; f.odd &= f.odd - 1)
        ends->odd[t->nodd++] =
            (uint16_t)(t->n + word_count(f.live & ((f.odd & (0 - f.odd)) - 1)));
    t->n += word_offsets(ends->end + 1 + t->n, f.live, (uint32_t)place);
}

static inline void finish(struct scan_ends *ends, const struct tally *t, bool flagged)
{
    ends->n       = t->n;
    ends->lines   = t->lines - t->hidden;
    ends->nodd    = t->nodd;
    ends->flagged = flagged;
    ends->hidden  = t->hidden;
}

static void split_csv(struct scan_carry *carry, const struct scan_words *w, size_t n,
                      uint32_t base, struct scan_ends *ends)
{
    struct before b = {.inside = 0 - (uint64_t)carry->open,
                       .start  = carry->at_start,
                       .behind = carry->closed,
                       .odd    = carry->odd};
    struct tally  t = {0, 0, 0, 0};

    ends->flag[0] = 0;
    for (size_t i = 0; 64 * i < n; i++) {
        struct found f = csv_word(&b, w->sep[i], w->eol[i], w->mark[i]);
        append(ends, &t, f, w->eol[i], base + 64 * i);
    }
    finish(ends, &t, true);
    carry->open = b.inside;
    carry->odd  = b.odd;
}

static void split_text(struct scan_carry *carry, const struct scan_words *w, size_t n,
                       uint32_t base, struct scan_ends *ends)
{
    struct before b     = {.start   = carry->at_start,
                           .escaped = carry->open,
                           .slash   = (carry->slash ? 2u : 0u) | (carry->marker ? 1u : 0u),
                           .letter  = carry->marker,
                           .odd     = carry->odd};
    struct tally  t     = {0, 0, 0, 0};
    uint64_t      nulls = carry->nulls;

    ends->flag[0] = 0;
    for (size_t i = 0; 64 * i < n; i++) {
        struct found f = text_word(&b, w->sep[i], w->eol[i], w->mark[i], w->letter[i], nulls);
        append(ends, &t, f, w->eol[i], base + 64 * i);
    }
    finish(ends, &t, true);
    carry->open = b.escapes >> (n - 1) % 64 & 1;
    carry->odd  = b.odd;
}

/* Every separator is an end, and no field has a flag. */
static void split_plain(struct scan_carry *carry, const struct scan_words *w, size_t n,
                        uint32_t base, struct scan_ends *ends)
{
    struct tally t = {0, 0, 0, 0};

    (void)carry;
    for (size_t i = 0; 64 * i < n; i++) {
        t.lines += word_count(w->eol[i]);
        t.n += word_offsets(ends->end + 1 + t.n, w->sep[i], base + 64 * (uint32_t)i);
    }
    finish(ends, &t, false);
}

#endif
