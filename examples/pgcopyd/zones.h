/* zones.h - the system's time zones, read when a client first names one, and its clock. */
#ifndef PGCOPYD_ZONES_H
#define PGCOPYD_ZONES_H

#include <pgcopy/session.h>

struct zone;

/* For one thread. */
struct zones {
    pgcopy_zones hook; /* of sessions */
    const char  *folder;
    struct zone *list; /* the one that was asked for last is the first */
};

/* folder NULL: where the system has them. */
void zones_init(struct zones *zones, const char *folder);
void zones_free(struct zones *zones); /* behind the sessions */

#endif
