/* codec/character.h - where a character of an encoding ends, and whether its bytes can be one
   at all: the verifiers of PostgreSQL (src/common/wchar.c, pg_wchar_table). */
#ifndef CODEC_CHARACTER_H
#define CODEC_CHARACTER_H

#include "base/encoding.h"

enum { CHARACTER_MAX = 4 }; /* bytes of one, in any encoding */

/* How many bytes the first ones promise; one more than n where n do not tell. */
size_t character_length(enum encoding_kind kind, const uint8_t *p, size_t n);

/* Its n bytes are all there: may they stand together?  This says nothing of whether there is
   such a character. */
bool character_is_valid(enum encoding_kind kind, const uint8_t *p, size_t n);

#endif
