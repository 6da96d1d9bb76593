/* session/join.h - CopyData of a row each, decoded as one. */
#ifndef SESSION_JOIN_H
#define SESSION_JOIN_H

#include "session/session.h"

/* `body` ends a CopyData that was taken last: now it has those behind it as well, taken too. */
pgcopy_slice join_copy_data(pgcopy_session *s, pgcopy_slice body);

/* What is left of it goes back into the stream, as the end of one CopyData. */
void join_give_back(pgcopy_session *s, pgcopy_slice left);

#endif
