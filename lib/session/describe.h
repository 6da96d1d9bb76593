/* session/describe.h - what a statement or a portal is: its parameters and columns. */
#ifndef SESSION_DESCRIBE_H
#define SESSION_DESCRIBE_H

#include "session/session.h"

/* One of the two is given.  Answered at once, or the database is asked: DESCRIBE. */
pgcopy_status describe(pgcopy_session *s, struct prepared *statement, struct portal *portal,
                       pgcopy_error *err) PGCOPY_MUST_CHECK;
void          describe_post(pgcopy_session *s);

/* The answers to DESCRIBE. */
pgcopy_status describe_parameters(pgcopy_session *s, const pgcopy_columns *params);
void          describe_columns(pgcopy_session *s, const pgcopy_columns *cols);

#endif
