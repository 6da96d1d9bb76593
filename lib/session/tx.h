/* session/tx.h - the laws of transactions: what the client has said, and what the database is
   told (copy-semantics 11 and 14, protocol 54.2.2.1). */
#ifndef SESSION_TX_H
#define SESSION_TX_H

#include "session/session.h"

/* May this statement run now?  ERR_SQL: 25P02, 25001, 25006. */
pgcopy_status tx_allows(const pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_error *err);

/* The first of them alone, which holds for Parse, Bind and Describe too.  stmt NULL: an empty
   query, which Bind refuses as well. */
pgcopy_status tx_allows_parse(const pgcopy_session *s, const pgcopy_stmt *stmt,
                              pgcopy_error *err);

/* BEGIN to SET TRANSACTION: done at once, or an event is posted. */
void tx_verb(pgcopy_session *s, const pgcopy_stmt *stmt);

/* The session's own begin before a statement, and its commit behind the last one. */
void tx_begin(pgcopy_session *s);
void tx_commit(pgcopy_session *s);
void tx_chain(pgcopy_session *s);

/* After an error: true: an event is posted; false: there is nothing (more) to roll back. */
bool tx_clean_up(pgcopy_session *s);

/* The answers to TRANSACTION. */
void tx_accepted(pgcopy_session *s);
void tx_rejected(pgcopy_session *s, const pgcopy_error *err);

/* Called before a setting changes, so that a rollback can take it back. */
pgcopy_status tx_keeps_settings(pgcopy_session *s);

/* What SHOW says of the transaction that runs, or of the next one; NULL: it is no setting of
 * it. */
const char *tx_shows(const pgcopy_session *s, const char *name);

/* The transaction that a COPY is in, for its checks: implicit, if FREEZE is to be refused. */
const pgcopy_tx *tx_now(pgcopy_session *s);

/* What a transaction that begins here takes for now. */
void tx_note_time(pgcopy_session *s);

/* A statement goes to the database: modes that come behind it are too late. */
void tx_queried(pgcopy_session *s);

/* A statement is done; it may have made or emptied the table that a FREEZE behind it is for. */
void tx_statement_done(pgcopy_session *s, const pgcopy_stmt *stmt);

void tx_free(pgcopy_session *s);

#endif
