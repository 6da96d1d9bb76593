/* session/tx_modes.h - the modes of a transaction: its isolation, and whether it may write. */
#ifndef SESSION_TX_MODES_H
#define SESSION_TX_MODES_H

#include "session/session.h"

/* Those of a transaction that begins: what tx asks for (NULL: nothing), else the defaults. */
void tx_modes_begin(pgcopy_session *s, const pgcopy_tx *tx);

/* Of the BEGIN; where the session has not begun yet, the default. */
bool tx_is_read_only(const pgcopy_session *s);

/* PostgreSQL's words where a mode comes too late (check_XactIsoLevel,
   check_transaction_read_only); NULL: it does not. */
const char *tx_modes_late(const pgcopy_session *s, const pgcopy_tx *tx);

#endif
