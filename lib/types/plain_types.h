/*
 * types/plain_types.h - the types whose columns are looked at sixteen bytes at a time
 * (lanes.h).
 *
 * A marker has a length of 0xFFFFFFFE or more, and it points to bytes that may be read, though
 * they mean nothing.  A length that neither a value nor a marker has is left to those who look
 * at each value.
 */
#ifndef TYPES_PLAIN_TYPES_H
#define TYPES_PLAIN_TYPES_H

#include "types/lanes.h"
#include "types/plain.h"

bool plain_int2(const struct plain_column *c);
bool plain_int4(const struct plain_column *c);
bool plain_int8(const struct plain_column *c);
bool plain_numeric(const struct plain_column *c);
bool plain_date(const struct plain_column *c);
bool plain_timestamp(const struct plain_column *c);
bool plain_uuid(const struct plain_column *c);

#endif
