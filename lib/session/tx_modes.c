/* session/tx_modes.c - the modes of a transaction: its isolation, and whether it may write. */
#include "session/tx_modes.h"

#include "base/text.h"
#include "session/tx.h"

#include <string.h>

static const char *const isolation_words[] = {
    [PGCOPY_ISOLATION_READ_UNCOMMITTED] = "read uncommitted",
    [PGCOPY_ISOLATION_READ_COMMITTED]   = "read committed",
    [PGCOPY_ISOLATION_REPEATABLE_READ]  = "repeatable read",
    [PGCOPY_ISOLATION_SERIALIZABLE]     = "serializable"};

void tx_modes_begin(pgcopy_session *s, const pgcopy_tx *tx)
{
    s->tx.modes = tx ? *tx : (pgcopy_tx){.size = sizeof s->tx.modes};
    if (!s->tx.modes.read_write &&
        settings_is_on(&s->settings, "default_transaction_read_only"))
        s->tx.modes.read_only = true;
}

bool tx_is_read_only(const pgcopy_session *s)
{
    if (s->tx.state == TX_BLOCK || s->tx.open)
        return s->tx.modes.read_only;
    return settings_is_on(&s->settings, "default_transaction_read_only");
}

static const char *isolation_now(const pgcopy_session *s)
{
    bool runs = s->tx.state == TX_BLOCK || s->tx.open;

    if (runs && s->tx.modes.isolation)
        return isolation_words[s->tx.modes.isolation];
    return settings_get(&s->settings, "default_transaction_isolation", NULL);
}

const char *tx_shows(const pgcopy_session *s, const char *name)
{
    if (text_same_name(name, "transaction_isolation"))
        return isolation_now(s);
    if (text_same_name(name, "transaction_read_only"))
        return tx_is_read_only(s) ? "on" : "off";
    return NULL;
}

static bool changes_isolation(const pgcopy_session *s, const pgcopy_tx *tx)
{
    return tx->isolation && strcmp(isolation_words[tx->isolation], isolation_now(s)) != 0;
}

const char *tx_modes_late(const pgcopy_session *s, const pgcopy_tx *tx)
{
    bool inner = s->tx.savepoints, frees = tx->read_write && s->tx.modes.read_only;

    if (changes_isolation(s, tx) && s->tx.queried)
        return "SET TRANSACTION ISOLATION LEVEL must be called before any query";
    if (changes_isolation(s, tx) && inner)
        return "SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction";
    if (frees && inner)
        return "cannot set transaction read-write mode inside a read-only transaction";
    return frees && s->tx.queried ? "transaction read-write mode must be set before any query"
                                  : NULL;
}
