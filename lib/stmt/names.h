/* stmt/names.h - lists of texts in the arena: columns, parts of a name, values of a setting. */
#ifndef STMT_NAMES_H
#define STMT_NAMES_H

#include "stmt/parser.h"

/* Of columns, options, values or parts of a name: bounds what a long statement costs; more
   columns cannot be said in a CopyInResponse anyway. */
enum { NAMES_MAX = 65535 };

/* 54000: a list is longer than NAMES_MAX. */
void names_too_many(struct parser *p);

/* {0} to begin; once it has any, NULL stands behind the last. */
struct names {
    const char **list;
    size_t       n;
    size_t       cap;
};

/* Appends; does nothing after a failure, so that text may then be NULL. */
void names_add(struct parser *p, struct names *names, const char *text);

/* All with a separator between them; NULL after a failure. */
const char *names_join(struct parser *p, const struct names *names, const char *separator);

#endif
