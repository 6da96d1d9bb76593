/*
 * pgcopy/stmt.h - just enough SQL: which statement is this, and what does it say?
 * COPY, transactions and the session's own verbs are read in full; the rest is passed on.
 */
#ifndef PGCOPY_STMT_H
#define PGCOPY_STMT_H

#include <pgcopy/batch.h>

PGCOPY_BEGIN_DECLS

typedef enum pgcopy_verb {
    PGCOPY_VERB_OTHER           = 0,
    PGCOPY_VERB_COPY_FROM       = 1,
    PGCOPY_VERB_COPY_TO         = 2,
    PGCOPY_VERB_BEGIN           = 3,
    PGCOPY_VERB_COMMIT          = 4,
    PGCOPY_VERB_ROLLBACK        = 5,
    PGCOPY_VERB_SAVEPOINT       = 6,
    PGCOPY_VERB_RELEASE         = 7,
    PGCOPY_VERB_ROLLBACK_TO     = 8,
    PGCOPY_VERB_SET_TRANSACTION = 9,
    PGCOPY_VERB_SET             = 10,
    PGCOPY_VERB_SHOW            = 11,
    PGCOPY_VERB_RESET           = 12,
    PGCOPY_VERB_DISCARD         = 13,
    PGCOPY_VERB_DEALLOCATE      = 14,
    PGCOPY_VERB_CLOSE           = 15,
    PGCOPY_VERB_UNLISTEN        = 16
} pgcopy_verb;

typedef enum pgcopy_isolation {
    PGCOPY_ISOLATION_DEFAULT          = 0,
    PGCOPY_ISOLATION_READ_UNCOMMITTED = 1,
    PGCOPY_ISOLATION_READ_COMMITTED   = 2,
    PGCOPY_ISOLATION_REPEATABLE_READ  = 3,
    PGCOPY_ISOLATION_SERIALIZABLE     = 4
} pgcopy_isolation;

/* One step of a transaction: BEGIN to ROLLBACK_TO. */
typedef struct pgcopy_tx {
    size_t           size;
    pgcopy_verb      verb;
    const char      *name; /* of the savepoint                               */
    pgcopy_isolation isolation;
    bool             read_only;
    bool             read_write; /* neither: default_transaction_read_only decides */
    bool             deferrable;
    bool             implicit; /* the session's own, the client did not say it   */
} pgcopy_tx;

/* A $n, in bytes from the start of the statement, so that a dialect can write ? for it. */
typedef struct pgcopy_place {
    uint32_t start;
    uint32_t len;
    uint32_t number; /* from 1 */
} pgcopy_place;

/* Names are unquoted, folded and cut at 63 bytes; what a statement does not say is NULL.
   Immutable, to be read from any thread.  Only grows. */
typedef struct pgcopy_stmt {
    pgcopy_verb         verb;
    const char         *sql; /* this statement alone, no semicolon, NUL-terminated  */
    size_t              sql_len;
    uint32_t            offset;  /* characters before it in its string                  */
    bool                alone;   /* no transaction may be around it: VACUUM, PRAGMA     */
    const char         *tag;     /* "INSERT 0", "CREATE TABLE", "COPY": a count follows */
    uint32_t            nparams; /* the highest n of its $n                             */
    uint32_t            nplaces;
    const pgcopy_place *places;

    const char           *schema; /* COPY; NULL: search_path                             */
    const char           *table;
    const char           *query;      /* COPY (query) TO                                     */
    const pgcopy_columns *columns;    /* as written, names only                              */
    const char           *where;      /* as written: yours to obey or to refuse              */
    const pgcopy_format  *format;     /* never NULL in a COPY                                */
    const pgcopy_error   *bad_option; /* not said before the table's own checks              */

    const pgcopy_tx *tx;    /* transaction verbs                                   */
    bool             chain; /* COMMIT or ROLLBACK AND CHAIN                        */

    const char *name;  /* SET to UNLISTEN: of what; NULL: ALL                 */
    const char *value; /* SET; NULL: TO DEFAULT                               */
    bool        local; /* SET LOCAL                                           */

    const char *catalog; /* COPY: the database that was named, as in db.schema.t */
} pgcopy_stmt;

/*
 * The next statement of a string, from byte *pos on; *pos moves behind it.
 *   OK        *stmt is yours to free
 *   END       none left (at once: an empty query)
 *   ERR_SQL   err: a syntax error, its position counted from the start of the string
 */
PGCOPY_API pgcopy_status pgcopy_stmt_parse(pgcopy_slice sql, size_t *pos,
                                           const pgcopy_allocator *allocator,
                                           pgcopy_stmt           **stmt,
                                           pgcopy_error           *err) PGCOPY_MUST_CHECK;
PGCOPY_API void          pgcopy_stmt_free(pgcopy_stmt *stmt);

PGCOPY_END_DECLS
#endif
