/* types/plain.h - columns whose values all have the common form, at one call a column. */
#ifndef TYPES_PLAIN_H
#define TYPES_PLAIN_H

#include <pgcopy/types.h>

/* Values of a column: fields[from], and every stride-th behind it that is below `to`. */
struct plain_column {
    const uint8_t      *bytes; /* of the batch: 64 more may be read around them */
    const pgcopy_field *fields;
    size_t              from, to, stride;
    int32_t             typmod;
};

/*
 * Is every value canonical as it is?  NULL and DEFAULT are.  false: not all of them, or this
 * type has no such test; then each is looked at by itself, which says what is wrong with it.
 */
bool plain_all(uint32_t type, const struct plain_column *column);

/* Is one of them NULL? */
bool plain_has_null(const struct plain_column *column);

#endif
