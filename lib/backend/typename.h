/* backend/typename.h - the name that the catalog has for a type as SQL writes it. */
#ifndef BACKEND_TYPENAME_H
#define BACKEND_TYPENAME_H

#include "backend/reader.h"

/* Takes a type, its modifiers and [] too: double precision is float8, s."T"(3)[] is T.  false:
   none stands next, and r may be anywhere. */
bool typename_read(struct reader *r, char name[TEXT_NAME_MAX + 1]);

/* Takes what may follow INTERVAL or its literal: DAY TO SECOND (3). */
void typename_skip_fields(struct reader *r);

#endif
