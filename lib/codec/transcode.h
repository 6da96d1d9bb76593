/*
 * codec/transcode.h - from an encoding to UTF-8, or back, character by character.
 *
 *   ASCII        copied, a run at a time: in all of PostgreSQL's encodings it is itself
 *   one byte     by a table of 128 characters, made from iconv once
 *   more bytes   the form is PostgreSQL's to judge (character.h), what it means is iconv's
 *
 * No conversion keeps a state from character to character, so input may be cut between any two.
 */
#ifndef CODEC_TRANSCODE_H
#define CODEC_TRANSCODE_H

#include "base/encoding.h"
#include "base/mem.h"

enum transcode_stop {
    TRANSCODE_ALL,       /* everything is converted                          */
    TRANSCODE_FULL,      /* no room for the next character                   */
    TRANSCODE_CUT,       /* the last character lacks bytes                   */
    TRANSCODE_INVALID,   /* the next bytes are no character (22021)          */
    TRANSCODE_UNMAPPABLE /* the other side has no such character (22P05)     */
};

enum {
    TRANSCODE_GROWTH = 3, /* bytes that a byte becomes at most, in either direction */
    TRANSCODE_SLACK  = 8
};

struct transcoder;

/* out: from UTF-8.  NULL: no memory (53200), or no such conversion (42883); err, which may be
   NULL, says which. */
struct transcoder *transcoder_new(const struct encoding *encoding, bool out,
                                  const pgcopy_allocator *a, pgcopy_error *err);
void               transcoder_free(struct transcoder *t);

/* What is converted of src[n] into dst[cap]: *made bytes from the number that is returned. */
size_t transcode(struct transcoder *t, const uint8_t *src, size_t n, uint8_t *dst, size_t cap,
                 size_t *made, enum transcode_stop *why);

/* 22021 or 22P05, for the character at src[n] where transcode() stopped. */
void transcode_complain(const struct transcoder *t, enum transcode_stop why, const uint8_t *src,
                        size_t n, pgcopy_error *err);

#endif
