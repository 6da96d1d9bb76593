/* session/result.h - rows on their way to the client: of a statement, or of COPY TO. */
#ifndef SESSION_RESULT_H
#define SESSION_RESULT_H

#include "session/session.h"

void result_begin(pgcopy_session *s, const pgcopy_columns *cols);
/* The session's own; both are the portal's from here on. */
void result_answer(pgcopy_session *s, pgcopy_columns *cols, pgcopy_batch *rows);

void result_begin_copy(pgcopy_session *s, const pgcopy_columns *cols);
void result_more(pgcopy_session *s);
void result_rows(pgcopy_session *s, pgcopy_batch *batch);

#endif
