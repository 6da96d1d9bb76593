/* codec/utf8.h - is it UTF-8, in pieces; overlong forms, surrogates, NUL and what lies above
   U+10FFFF are not (RFC 3629; NUL because PostgreSQL's text cannot hold it). */
#ifndef CODEC_UTF8_H
#define CODEC_UTF8_H

#include <pgcopy/base.h>

/* Between two pieces: a sequence that has begun, or the first bytes of a bad one. */
struct utf8_state {
    uint8_t seq[4];
    uint8_t n;
    bool    bad;
};

/* How many bytes the first byte of a sequence promises; 1 for one that begins none. */
size_t utf8_length(uint8_t lead);

/* How many bytes of p[n] are good; fewer than n: state->bad, and the bad sequence begins with
   state->seq[n] and goes on right behind the good ones. */
size_t utf8_check(struct utf8_state *state, const uint8_t *p, size_t n);

/* The first bad byte of a whole text; n: none.  A sequence that is cut off is bad. */
size_t utf8_find_bad(const uint8_t *p, size_t n);

/* The same for SQL_ASCII, where only NUL is bad. */
size_t ascii_check(struct utf8_state *state, const uint8_t *p, size_t n);

#endif
