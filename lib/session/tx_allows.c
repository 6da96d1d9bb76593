/* session/tx_allows.c - which statements a transaction lets run, and what of them it keeps in
   mind. */
#include "session/tx.h"

#include "session/tx_modes.h"

#include <string.h>

/* ---- What may run ------------------------------------------------------------------- */

static bool ends_failed_block(pgcopy_verb verb)
{
    return verb == PGCOPY_VERB_COMMIT || verb == PGCOPY_VERB_ROLLBACK ||
           verb == PGCOPY_VERB_ROLLBACK_TO;
}

pgcopy_status tx_allows_parse(const pgcopy_session *s, const pgcopy_stmt *stmt,
                              pgcopy_error *err)
{
    if (s->tx.state == TX_FAILED && !(stmt && ends_failed_block(stmt->verb)))
        return pgcopy_error_text(err, "25P02",
                                 "current transaction is aborted, commands ignored until end "
                                 "of transaction block");
    return PGCOPY_OK;
}

/* CREATE TABLE AS and the like, whose tag is SELECT: no query begins with this letter. */
static bool makes_by_select(const pgcopy_stmt *stmt)
{
    return strcmp(stmt->tag, "SELECT") == 0 && (*stmt->sql == 'c' || *stmt->sql == 'C');
}

/* Whether PostgreSQL refuses it then (manual, SET TRANSACTION); COPY FROM is left to its own
   checks, and VACUUM and the like change no row. */
static bool writes(const pgcopy_stmt *stmt)
{
    static const char *const tags[] = {
        "INSERT",  "UPDATE",         "DELETE",          "MERGE",
        "REPLACE", "TRUNCATE TABLE", "CREATE",          "ALTER",
        "DROP",    "COMMENT",        "GRANT",           "REVOKE",
        "REFRESH", "REASSIGN",       "IMPORT FOREIGN ", "SECURITY "};

    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (strncmp(stmt->tag, tags[i], strlen(tags[i])) == 0)
            return true;
    return makes_by_select(stmt);
}

static pgcopy_status refuse_write(const pgcopy_stmt *stmt, pgcopy_error *err)
{
    const char *what = stmt->tag;

    if (strcmp(what, "INSERT 0") == 0) /* an OID, once */
        what = "INSERT";
    else if (makes_by_select(stmt))
        what = "CREATE TABLE AS";
    return pgcopy_error_set(err, "25006", "cannot execute %s in a read-only transaction", what);
}

pgcopy_status tx_allows(const pgcopy_session *s, const pgcopy_stmt *stmt, pgcopy_error *err)
{
    pgcopy_status rc = tx_allows_parse(s, stmt, err);

    if (rc < 0)
        return rc;
    if (s->tx.state != TX_NONE && stmt->alone)
        return pgcopy_error_set(err, "25001", "%s cannot run inside a transaction block",
                                stmt->tag);
    if (stmt->verb == PGCOPY_VERB_OTHER && writes(stmt) && tx_is_read_only(s))
        return refuse_write(stmt, err);
    return PGCOPY_OK;
}

/* ---- What has run ------------------------------------------------------------------- */

/* Only what does nothing but read and change rows surely makes and empties no table. */
void tx_statement_done(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    static const char *const tags[] = {"SELECT", "INSERT 0", "UPDATE", "DELETE", "MERGE"};
    bool                     makes  = stmt->verb == PGCOPY_VERB_OTHER;

    for (size_t i = 0; makes && i < sizeof tags / sizeof *tags; i++)
        makes = strcmp(stmt->tag, tags[i]) != 0;
    if (s->tx.state != TX_NONE)
        s->tx.makes |= makes || makes_by_select(stmt);
}
