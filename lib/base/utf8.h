/* base/utf8.h - is it UTF-8, in pieces; overlong forms, surrogates, NUL and what lies above
   U+10FFFF are not (RFC 3629; NUL because PostgreSQL's text cannot hold it). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <pgcopy/base.h>

/* How many bytes the first byte of a sequence promises; 1 for one that begins none. */
size_t utf8_length(uint8_t lead);

/* The length of the character at p[n]; 0: good so far, but cut off; -1: bad. */
int utf8_char_at(const uint8_t *p, size_t n);

/* From p[i] on: the first byte that is NUL or above 0x7F, or n. */
size_t utf8_skip_ascii(const uint8_t *p, size_t i, size_t n);

/* How many bytes of p[n] are whole good characters.  Fewer than n: what follows is bad, or, at
   most three bytes, a sequence that is good so far but cut off. */
size_t utf8_check(const uint8_t *p, size_t n, bool *bad);

/* How many bytes, three at most, at the end of p[n] begin a character that is longer. */
size_t utf8_cut_off(const uint8_t *p, size_t n);

/* The first bad byte of a whole text; n: none.  A sequence that is cut off is bad. */
size_t utf8_find_bad(const uint8_t *p, size_t n);

/* As utf8_check, for SQL_ASCII, where only NUL is bad. */
size_t ascii_check(const uint8_t *p, size_t n, bool *bad);

/* 22021 `invalid byte sequence for encoding "UTF8": 0xc3 0x28`: as many bytes of seq[n] as the
   first one promises. */
pgcopy_status utf8_complain(pgcopy_error *err, const char *charset, const uint8_t *seq,
                            size_t n);

/* OK, or the complaint about a whole text. */
pgcopy_status utf8_judge(const void *text, size_t n, pgcopy_error *err) PGCOPY_MUST_CHECK;

#endif
