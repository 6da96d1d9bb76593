/* stmt/tag.h - the command tag of a statement that is passed on, and whether it stands alone.
 */
#ifndef STMT_TAG_H
#define STMT_TAG_H

#include "stmt/scan.h"

/* As PostgreSQL's CommandComplete says it, without the count; NULL: out of memory. */
const char *tag_of(struct parser *p, const struct survey *s);

/* Whether PostgreSQL (or, for PRAGMA, ATTACH, DETACH, SQLite) refuses it in a transaction. */
bool tag_is_alone(const struct parser *p, const struct survey *s);

#endif
