/* discard.h - the backend of `discard:`: takes any table of any columns, keeps nothing. */
#ifndef PGCOPYD_DISCARD_H
#define PGCOPYD_DISCARD_H

#include <pgcopy/backend.h>

/* Stateless: from any thread, with any argument. */
extern const pgcopy_backend discard_backend;

#endif
