/* session/verbs.h - the statements that a session answers itself: SET to
   CURRENT_SETTING. */
#ifndef SESSION_VERBS_H
#define SESSION_VERBS_H

#include "session/session.h"

void verbs_run(pgcopy_session *s, const pgcopy_stmt *stmt);

/* SHOW, SET_CONFIG and CURRENT_SETTING. */
bool verbs_give_rows(pgcopy_verb verb);

/* Of their result; NULL: no memory. */
pgcopy_columns *verbs_columns(const pgcopy_session *s, const pgcopy_stmt *stmt);

#endif
