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
    PGCOPY_VERB_UNLISTEN        = 16,
    PGCOPY_VERB_SET_CONFIG      = 17, /* SELECT set_config('name', 'value', local)       */
    PGCOPY_VERB_CURRENT_SETTING = 18  /* SELECT current_setting('name' [, missing_ok])   */
} pgcopy_verb;

typedef enum pgcopy_isolation {
    PGCOPY_ISOLATION_DEFAULT          = 0,
    PGCOPY_ISOLATION_READ_UNCOMMITTED = 1,
    PGCOPY_ISOLATION_READ_COMMITTED   = 2,
    PGCOPY_ISOLATION_REPEATABLE_READ  = 3,
    PGCOPY_ISOLATION_SERIALIZABLE     = 4
} pgcopy_isolation;

/* One step of a transaction: BEGIN to SET_TRANSACTION.  Of two modes that differ the last one
   counts, as in PostgreSQL. */
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

/* A $n, in bytes from the start of the statement, so that a dialect can write ? for it.  Those
   in quotes and comments are none. */
typedef struct pgcopy_place {
    uint32_t start;
    uint32_t len;
    uint32_t number; /* from 1 */
} pgcopy_place;

/*
 * One statement.  Names are unquoted, folded to lower case unless they were quoted, and cut at
 * 63 bytes (manual 4.1.1); what a statement does not say is NULL.  All text is UTF-8 and
 * NUL-terminated.  Immutable, to be read from any thread, good until pgcopy_stmt_free.  Only
 * grows.
 */
typedef struct pgcopy_stmt {
    pgcopy_verb verb; /* OTHER: for the database to understand               */

    /* This statement alone: from its first token to its last, comments between them included,
       without the semicolon. */
    const char *sql;
    size_t      sql_len; /* in bytes                                            */
    uint32_t    offset;  /* characters before sql in its string, comments too   */
    bool        alone;   /* no transaction may be around it: VACUUM, PRAGMA     */

    /* What CommandComplete begins with (protocol 54.7): "INSERT 0", "CREATE TABLE", "COPY"; a
       count follows where the database has one.  For a word that PostgreSQL does not know, the
       word in upper case; "???" where there is no word. */
    const char         *tag;
    uint32_t            nparams; /* the highest n of its $n; a COPY has none            */
    uint32_t            nplaces;
    const pgcopy_place *places; /* nplaces of them, in order                           */

    const char           *schema;  /* COPY; NULL: search_path                             */
    const char           *table;   /* NULL: a query                                       */
    const char           *query;   /* COPY (query) TO: what is in the parentheses         */
    const pgcopy_columns *columns; /* as written, names only, not checked; NULL: all      */
    const char           *where;   /* COPY FROM: as written: yours to obey or to refuse   */
    const pgcopy_format  *format;  /* never NULL in a COPY; complete if bad_option is NULL */

    /* COPY: what is wrong with its options, to be said after the table's own checks; the first
       in PostgreSQL 18's order.  But 42501 (a file or a program of the server) is said at once.
       Its position is counted from the start of the string. */
    const pgcopy_error *bad_option;

    const pgcopy_tx *tx;    /* BEGIN to SET_TRANSACTION; SET, see below            */
    bool             chain; /* COMMIT or ROLLBACK AND CHAIN                        */

    /*
     * SET to UNLISTEN: of what; NULL: ALL.  A setting's name is in lower case unless quoted,
     * and what SQL spells with words is the setting they stand for: TIME ZONE is timezone,
     * NAMES client_encoding, SCHEMA search_path, TRANSACTION ISOLATION LEVEL
     * transaction_isolation.  DISCARD: plans, sequences or temp.
     */
    const char *name;

    /* SET: as SHOW would print it before the setting checks it, a list with ", " between;
       NULL: TO DEFAULT.  Of SESSION CHARACTERISTICS name and value are the first of isolation,
       read_only and deferrable that it says (default_transaction_...), and tx has them all. */
    const char *value;
    bool        local; /* SET LOCAL                                           */

    const char *catalog; /* COPY: the database that was named, as in db.schema.t */

    /* ::type behind a literal, a $n or another of these, as places of sql, or of the query of a
       COPY: for a dialect that has no such casts.  Their number is 0. */
    uint32_t            ncasts;
    const pgcopy_place *casts;

    const char *label;      /* SET_CONFIG, CURRENT_SETTING: of the result's column         */
    bool        missing_ok; /* CURRENT_SETTING: NULL for a setting that is not there       */

    /* The types of $1 .., in execute and describe: as the client's Parse declares them, later
       as describe told them; a type of 0 is not known.  NULL: there is no Parse, as in every
       statement that was parsed by you.  What they point to changes when DESCRIBE is answered.
     */
    const pgcopy_columns *param_types;

    uint32_t where_at; /* characters before `where` in its string, as offset's        */
} pgcopy_stmt;

/*
 * The next statement of a string, from byte *pos on; *pos moves behind it and its semicolon.
 * Empty statements are skipped.  Strings are read with standard_conforming_strings on.
 *   OK         *stmt is yours to free
 *   END        none left (at once: an empty query)
 *   ERR_SQL    err: a syntax error in PostgreSQL's words, its position counted from the start
 *              of the string (err may be NULL).  *pos does not move
 *   ERR_USAGE  *pos is behind the string
 *   ERR_LIMIT  the string is 1 GiB or longer, which no Query message can be
 *   ERR_NOMEM
 * A string of many statements has its characters counted again for each of them.
 */
PGCOPY_API pgcopy_status pgcopy_stmt_parse(pgcopy_slice sql, size_t *pos,
                                           const pgcopy_allocator *allocator,
                                           pgcopy_stmt           **stmt,
                                           pgcopy_error           *err) PGCOPY_MUST_CHECK;

/* Frees it and all that it points to. */
PGCOPY_API void pgcopy_stmt_free(pgcopy_stmt *stmt);

PGCOPY_END_DECLS
#endif
