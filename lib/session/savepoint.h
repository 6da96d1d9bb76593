/* session/savepoint.h - the savepoints of a transaction, and what each is to bring back. */
#ifndef SESSION_SAVEPOINT_H
#define SESSION_SAVEPOINT_H

#include "session/session.h"

/* The latest of that name; NULL: there is none. */
struct savepoint *savepoint_find(const pgcopy_session *s, const char *name);

/* Keeps the settings as they are now.  False: no memory. */
bool savepoint_push(pgcopy_session *s, const char *name);

/* Those inside of `until`, or all (NULL), are no more; what was made in them becomes the outer
   one's. */
void savepoints_pop(pgcopy_session *s, const struct savepoint *until);

/* The settings are again what they were at p.  False: no memory. */
bool savepoint_settings_back(pgcopy_session *s, const struct savepoint *p);

#endif
