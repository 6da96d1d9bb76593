/* session/extended.h - the messages of extended query: Parse, Bind, Describe, Execute, Close.
 */
#ifndef SESSION_EXTENDED_H
#define SESSION_EXTENDED_H

#include "session/session.h"

void extended_parse(pgcopy_session *s, pgcopy_slice body);
void extended_bind(pgcopy_session *s, pgcopy_slice body);
void extended_describe(pgcopy_session *s, pgcopy_slice body);
void extended_execute(pgcopy_session *s, pgcopy_slice body);
void extended_close(pgcopy_session *s, pgcopy_slice body);

/* bind.c: how many parameters a Bind has, of which PostgreSQL says even in a transaction that
   failed, and before it looks at the portal. */
pgcopy_status bind_counts(const struct prepared *of, pgcopy_slice body,
                          pgcopy_error *err) PGCOPY_MUST_CHECK;

/* bind.c: the parameters and result formats of a Bind into its portal.  ERR_SQL: err. */
pgcopy_status bind_read(pgcopy_session *s, struct portal *p, pgcopy_slice *body,
                        pgcopy_error *err) PGCOPY_MUST_CHECK;

/* PostgreSQL's words for a body that is too short, or has bytes left. */
pgcopy_status extended_short(pgcopy_error *err);
pgcopy_status extended_bad_end(pgcopy_error *err);

/* How `i` of `n` formats is meant: none is text, one is for all (protocol 54.7, Bind). */
int16_t extended_format(const int16_t *formats, size_t n, size_t i);

#endif
