/* types/quick.h - values in their common form to the other form, without all that a step has.
 */
#ifndef TYPES_QUICK_H
#define TYPES_QUICK_H

#include <pgcopy/types.h>

enum { QUICK_MAX = 20 }; /* bytes that one may write */

/* Writes the other form of a value and returns how long it is.  0: this value has another form
   than the common one, or is no good; its type's step says.  64 bytes around may be read. */
typedef size_t quick_step(pgcopy_slice in, uint8_t *out);

/* NULL: the type has none. */
quick_step *quick_to_binary(uint32_t type);
quick_step *quick_to_text(uint32_t type);

#endif
