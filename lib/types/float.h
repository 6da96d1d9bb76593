/* types/float.h - a floating-point number between its texts and its value. */
#ifndef TYPES_FLOAT_H
#define TYPES_FLOAT_H

#include "types/type.h"

/* What PostgreSQL reads of v->in, as real if `single`.  ERR_SQL: it is none, or out of range.
 */
pgcopy_status float_read(struct value *v, bool single, double *out) PGCOPY_MUST_CHECK;

/* The shortest text that reads back as d is v's new form. */
pgcopy_status float_set(struct value *v, double d, bool single) PGCOPY_MUST_CHECK;

#endif
