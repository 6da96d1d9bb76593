/* session/timezone.h - TimeZone as SET takes it and SHOW prints it, and what it means. */
#ifndef SESSION_TIMEZONE_H
#define SESSION_TIMEZONE_H

#include "session/session.h"
#include "types/zone.h"

/* A zone's name, hours east of UTC, or INTERVAL '...'.  zones may be NULL; ERR_SQL: 22023, or
   what the interval is refused with. */
pgcopy_status timezone_read(const pgcopy_zones *zones, const char *value,
                            char canonical[ZONE_NAME_MAX + 1], pgcopy_error *err);

/* The session's zone, its zones, and the start of its transaction, for what runs now; *room is
   where a zone without a file lies, so it lives as long; for UTC it may be NULL. */
bool timezone_is_utc(const pgcopy_session *s);
void timezone_now(const pgcopy_session *s, pgcopy_when *when, pgcopy_zone *room);

#endif
