/* session/copyin.h - COPY FROM in a session. */
#ifndef SESSION_COPYIN_H
#define SESSION_COPYIN_H

#include "session/session.h"

/* A copy object for the statement that runs, for either direction; false: an error is said. */
bool copyin_new(pgcopy_session *s);
void copyin_free(pgcopy_session *s);

/* The statement fails; if it is a COPY that has not begun, its progress says so. */
void copyin_refused(pgcopy_session *s, const pgcopy_error *err);

void copyin_begin(pgcopy_session *s, const pgcopy_columns *relation);

/* What the client says in STATE_COPY_IN. */
void copyin_data(pgcopy_session *s, pgcopy_slice body);
void copyin_done(pgcopy_session *s);
void copyin_fail(pgcopy_session *s, pgcopy_slice body);
void copyin_abuse(pgcopy_session *s, int type);
void copyin_broken(pgcopy_session *s);

/* What is due when no event waits: in STATE_COPY_IN (false: nothing), and after CopyDone. */
bool copyin_step(pgcopy_session *s);
void copyin_finish(pgcopy_session *s);

/* A call of copy.h has failed, with its ErrorResponse written or for lack of memory. */
void copyin_failed(pgcopy_session *s);

/* The session ends: its last word in STATE_COPY_IN, and the state of the COPY. */
void copyin_last_word(pgcopy_session *s, const pgcopy_error *fatal);
void copyin_ended(pgcopy_session *s);

/* The answers to ROWS, and a reject of COPY_DONE. */
void copyin_accepted(pgcopy_session *s);
void copyin_rejected(pgcopy_session *s, const pgcopy_error *err);

#endif
