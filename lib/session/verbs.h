/* session/verbs.h - the statements that a session answers itself: SET to UNLISTEN. */
#ifndef SESSION_VERBS_H
#define SESSION_VERBS_H

#include "session/session.h"

void verbs_run(pgcopy_session *s, const pgcopy_stmt *stmt);

/* Of the result of a SHOW; NULL: no memory. */
pgcopy_columns *verbs_columns(const pgcopy_session *s, const pgcopy_stmt *stmt);

#endif
