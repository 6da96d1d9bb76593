/* session/portals.h - prepared statements and portals: what is kept between messages of
   extended query (protocol 54.2.3). */
#ifndef SESSION_PORTALS_H
#define SESSION_PORTALS_H

#include "session/session.h"

struct prepared *prepared_find(const pgcopy_session *s, const char *name);
struct portal   *portal_find(const pgcopy_session *s, const char *name);

/* NULL: no memory; adding counts for max_prepared, which the caller has looked at. */
struct prepared *prepared_add(pgcopy_session *s, const char *name, size_t size);
struct portal   *portal_add(pgcopy_session *s, const char *name, struct prepared *of,
                            size_t size);
bool             portals_have_room(const pgcopy_session *s, size_t size);

/* Takes the types of its parameters; its statement and portals show them. */
void prepared_set_types(pgcopy_session *s, struct prepared *p, pgcopy_columns *types);

void prepared_drop(pgcopy_session *s, struct prepared *p);
void prepared_drop_all(pgcopy_session *s);

/* The portal ends: FINISH comes first if its result is open (portals_finish). */
void portal_end(struct portal *p);
void portals_end(pgcopy_session *s, const struct portal *but);

/* Whether another one than the one that runs could be executed once more, with a snapshot of
   its own: FREEZE asks. */
bool portals_wait(const pgcopy_session *s);

/* Lets go of those that have ended; true: an event is posted for one. */
bool portals_finish(pgcopy_session *s);

/* A Query does away with the unnamed statement and the unnamed portal. */
void portals_forget_unnamed(pgcopy_session *s);

/* What a portal holds, not the portal. */
void portals_clear(pgcopy_session *s, struct portal *p);
void portals_free(pgcopy_session *s);

#endif
