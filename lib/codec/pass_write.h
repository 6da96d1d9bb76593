/*
 * codec/pass_write.h - values to bytes: short ones that stand as they are by one load, one test
 * and one store each; longer ones, and those with something to escape, apart.
 *
 *   A n n . . . . . . .      loaded from the batch: what lies behind the value comes along,
 *   A n n , . . . . . .      is stored too, and overwritten by what comes next
 *
 *   a \t b        an escape stands before what needs it, and what a letter stands for
 *   a \  t b      becomes that letter
 */
#ifndef CODEC_PASS_WRITE_H
#define CODEC_PASS_WRITE_H

#include "codec/wide.h"

#include <string.h>

/* ---- Short values ------------------------------------------------------------------- */

static inline uint64_t bits_below(uint64_t bits, uint32_t n)
{
    return bits & (((uint64_t)1 << n) - 1);
}

/* Some that are fine are among them; none that is not is missing. */
static inline uint64_t suspects(struct scan_marks w, wide v)
{
    return wide_bits(
        wide_or(wide_controls(v), wide_or(wide_is(v, w.delim), wide_is(v, w.mark))));
}

static inline uint64_t quote_marks(struct scan_marks w, wide v)
{
    return wide_bits(wide_or(wide_is(v, w.mark), wide_is(v, w.escape)));
}

/* False: it is too long. */
static inline bool put_null(const struct scan_write *w, uint8_t **to)
{
    if (w->null_len > SCAN_NULL_MAX)
        return false;
    memcpy(*to, w->null, SCAN_NULL_MAX);
    *to += w->null_len;
    *(*to)++ = w->marks.delim;
    return true;
}

/* Up to the first that is not short or needs something.  What is compared with is taken out of
   memory once: what is written might be it. */
static inline const pgcopy_field *put_values(const struct scan_write *w, const uint8_t *bytes,
                                             const pgcopy_field *at, const pgcopy_field *end,
                                             uint8_t **out, bool quoted)
{
    const struct scan_marks marks   = w->marks;
    const uint32_t          guarded = quoted ? PGCOPY_NULL : w->guarded;
    uint8_t                *to      = *out;

    for (; at < end; at++) {
        pgcopy_field f = *at;
        wide         v;
        if (f.len > WIDE_BYTES || f.len == guarded)
            break;
        v = wide_load(bytes + f.start);
        if (bits_below(quoted ? quote_marks(marks, v) : suspects(marks, v), f.len))
            break;
        if (quoted)
            *to++ = marks.mark;
        wide_store(to, v);
        to += f.len;
        if (quoted)
            *to++ = marks.mark;
        *to++ = marks.delim;
    }
    *out = to;
    return at;
}

static inline uint8_t *put_short(const struct scan_write *w, const uint8_t *bytes,
                                 const pgcopy_field *fields, uint32_t *n, uint8_t *to,
                                 bool quoted)
{
    const pgcopy_field *at = fields, *end = fields + *n;

    while ((at = put_values(w, bytes, at, end, &to, quoted)) < end && at->len == PGCOPY_NULL &&
           put_null(w, &to))
        at++;
    *n = (uint32_t)(at - fields);
    return to;
}

static uint8_t *write_short(const struct scan_write *w, const uint8_t *bytes,
                            const pgcopy_field *fields, uint32_t *n, uint8_t *to)
{
    return put_short(w, bytes, fields, n, to, false);
}

static uint8_t *write_quoted(const struct scan_write *w, const uint8_t *bytes,
                             const pgcopy_field *fields, uint32_t *n, uint8_t *to)
{
    return put_short(w, bytes, fields, n, to, true);
}

/* ---- Any value ---------------------------------------------------------------------- */

/* A value may end where its memory does, so its last bytes are read from a copy. */
static inline wide load_part(const uint8_t *p, size_t n)
{
    uint8_t part[WIDE_BYTES] = {0};

    if (n >= WIDE_BYTES)
        return wide_load(p);
    memcpy(part, p, n);
    return wide_load(part);
}

static bool finds_stop(const struct scan_write *w, const uint8_t *p, size_t n)
{
    while (n) {
        size_t   part = n < WIDE_BYTES ? n : WIDE_BYTES;
        uint64_t bits = bits_below(suspects(w->marks, load_part(p, n)), (uint32_t)part);
        for (; bits; bits &= bits - 1)
            if (w->stops[p[wide_lowest(bits)]])
                return true;
        p += part;
        n -= part;
    }
    return false;
}

static inline uint8_t *put_escaped(const struct scan_write *w, uint8_t *to, uint8_t c)
{
    if (!w->behind[c]) {
        *to++ = c;
        return to;
    }
    *to++ = w->marks.escape;
    *to++ = w->behind[c];
    return to;
}

/* Up to each suspect, and on behind it. */
static inline uint8_t *escape_by_runs(const struct scan_write *w, uint8_t *to, const uint8_t *p,
                                      size_t n, bool quoted)
{
    while (n) {
        size_t   part = n < WIDE_BYTES ? n : WIDE_BYTES, run;
        wide     v    = load_part(p, n);
        uint64_t bits = quoted ? quote_marks(w->marks, v) : suspects(w->marks, v);
        bits          = bits_below(bits, (uint32_t)part);
        wide_store(to, v);
        run = bits ? wide_lowest(bits) : part;
        to += run;
        if (bits)
            to = put_escaped(w, to, p[run++]);
        p += run;
        n -= run;
    }
    return to;
}

#if defined(SIMD_AVX512)

static inline __mmask32 letter_bits(__m256i v)
{
    return _mm256_cmple_epu8_mask(_mm256_sub_epi8(v, _mm256_set1_epi8('\b')),
                                  _mm256_set1_epi8('\r' - '\b'));
}

/* By the lower half of the byte. */
static inline __m256i letters_for(__m256i v)
{
    const __m128i letters =
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 'b', 't', 'n', 'v', 'f', 'r', 0, 0);

    return _mm256_mask_shuffle_epi8(v, letter_bits(v), _mm256_broadcastsi128_si256(letters), v);
}

static inline __mmask32 stop_bits(struct scan_marks w, __m256i v)
{
    return letter_bits(v) |
           (uint32_t)wide_bits(wide_or(wide_is(v, w.delim), wide_is(v, w.mark)));
}

/* Each byte behind an escape; those escapes that are needed are kept. */
static inline uint8_t *escape_by_pairs(const struct scan_write *w, uint8_t *to,
                                       const uint8_t *p, size_t n, bool quoted)
{
    const __m512i escape = _mm512_set1_epi16((short)w->marks.escape);

    for (; n >= WIDE_BYTES; p += WIDE_BYTES, n -= WIDE_BYTES) {
        __m256i  v     = wide_load(p);
        uint64_t marks = quoted ? quote_marks(w->marks, v) : stop_bits(w->marks, v);
        uint64_t kept  = _pdep_u64(marks, 0x5555555555555555u) | 0xAAAAAAAAAAAAAAAAu;
        __m512i  pairs = _mm512_cvtepu8_epi16(quoted ? v : letters_for(v));
        pairs          = _mm512_or_si512(_mm512_slli_epi16(pairs, 8), escape);
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(kept, pairs));
        to += WIDE_BYTES + word_count(marks);
    }
    return escape_by_runs(w, to, p, n, quoted);
}

#else

static inline uint8_t *escape_by_pairs(const struct scan_write *w, uint8_t *to,
                                       const uint8_t *p, size_t n, bool quoted)
{
    return escape_by_runs(w, to, p, n, quoted);
}

#endif

static uint8_t *escape_text(const struct scan_write *w, uint8_t *to, const uint8_t *p, size_t n)
{
    return escape_by_pairs(w, to, p, n, false);
}

static uint8_t *escape_quoted(const struct scan_write *w, uint8_t *to, const uint8_t *p,
                              size_t n)
{
    return escape_by_pairs(w, to, p, n, true);
}

#endif
