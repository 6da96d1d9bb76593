/* odbc/dialect.h - what differs from one database to the next, as data. */
#ifndef ODBC_DIALECT_H
#define ODBC_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

/* What a native error code means where its SQLSTATE does not say. */
typedef struct odbc_native_code {
    int         code;
    const char *text;  /* must be in the driver's words too; NULL: need not  */
    const char *state; /* PostgreSQL's                                       */
} odbc_native_code;

/* The type of a database that values of one of ours are compared as. */
typedef struct odbc_cast {
    uint32_t    oid; /* 0: of all others, and the last */
    const char *name;
} odbc_cast;

typedef struct odbc_dialect {
    const char *name;
    const char *const
        *words; /* one is part of the driver's or the database's name, then NULL */

    /* COPY FROM: rows of one execute are insert_rows * array_rows, and one of them is 1. */
    uint32_t insert_rows; /* VALUES lists of one INSERT */
    uint32_t array_rows; /* SQL_ATTR_PARAMSET_SIZE                                            */
    uint32_t probe_rows; /* the same, where a trial shows that arrays work; 0: none is made   */
    bool     row_type;   /* rows of one execute are one text, an array of the table's own type,
                            where neither insert_rows nor array_rows is asked for            */
    uint32_t         max_params;
    const odbc_cast *casts; /* for WHERE; NULL: it cannot; a NULL name: PostgreSQL's own */
    bool        typed;   /* a parameter has the type of its cast, and is stored as that     */
    const char *kept_by; /* before an INSERT of VALUES, where the driver keeps a statement that
                            it has prepared for that alone, and counts no rows then; or NULL */
    const char *changes; /* with it, a query: how many rows the last INSERT stored           */
    const char *overriding;  /* behind the columns: identity columns take values, as in COPY */
    const char *all_default; /* behind INSERT INTO t; NULL: DEFAULT VALUES                   */
    bool terminated; /* the driver copies a text of a known length: end it with a NUL instead */
    bool streams;    /* long texts and bytes are for columns of these types alone */
    bool numbers;    /* in arrays, integers and dates go as integers (20240229)               */
    const char *bits; /* the bytes that true and false are; NULL: t and f */
    bool own_states;  /* its SQLSTATEs are PostgreSQL's                                       */
    bool own_words;   /* and its messages are, behind ERROR: */
    bool blind;       /* SQLDescribeParam says the same of all parameters                     */
    const char *hello; /* a statement that a new connection begins with; NULL: none          */

    /* COPY TO: rows of one fetch where all columns are short by their declaration: there is no
       way back to a value that was cut in the middle of them. */
    uint32_t fetch_rows;

    uint32_t page_rows; /* of COPY table TO, where the driver holds results whole: by ranges of
                           the primary key; 0: it need not                                   */
    /* Around a date of COPY table TO, which is asked for as a text then: because the driver
       knows neither infinity nor BC, or is slow at writing dates.  NULL: as it is. */
    const char *date_open, *date_close;
    bool raw_bits; /* the driver shows a boolean's byte, not a digit                        */

    char quote_open, quote_close;
    bool catalogs; /* what SQL calls schema is ODBC's catalog                            */
    const char *timeout_key; /* of the connection string, in seconds, where the driver does not
                                heed SQL_ATTR_LOGIN_TIMEOUT; NULL: it does                 */
    bool host_lists; /* Server=a,b is two nodes, and no host is named so                   */
    bool lengths;    /* the n of varchar(n) in the catalog is the n that is meant          */
    bool plain_comments; /* the driver takes a ? or a quote in a comment for a real one */
    bool cancel_aside; /* SQLCancel also closes: it is to be said on an idle statement       */
    bool no_values;    /* rows of VALUES come only where a SELECT asks for them */
    bool lazy;         /* under a forward-only cursor the driver runs nothing before a fetch:
                          what has no columns never, and an expression has no type           */

    /* Transactions in SQL, the driver staying in autocommit; begin_read NULL: SQLEndTran. */
    const char *begin_read, *begin_write, *commit, *rollback;

    bool ddl_commits; /* whatever transaction it stands in */

    /* Savepoints, a quoted name follows.  savepoint NULL: none.  release NULL: not needed. */
    const char *savepoint, *release, *rollback_to;
    uint32_t    savepoint_max; /* of one transaction, as nothing releases them: a COPY spends
                                  them on groups alone, for a row that fails undoes itself;
                                  0: there is no limit                                       */
    bool rollback_drops;       /* ROLLBACK TO takes the savepoint away                       */

    int busy; /* native error: another holds the lock, and to wait is left to us; 0: none     */
    int no_tx; /* native error of a ROLLBACK that found nothing to do; 0: none */
    const odbc_native_code *natives; /* then {0} */

    /* The catalog, parameters name and schema; NULL: SQLTables and SQLColumns.
       tables:  schema, name, kind     columns: name, type, not null, default, generated */
    const char *tables, *columns;
    const char *schema_there; /* a query with one row, 0: there is no such schema; or NULL */
    const char *keys_of; /* unique keys, a row for each column in its order: what tells a key
                            from others, the name that PostgreSQL gives it or '', the column;
                            NULL: the driver names them, or it is not known how to ask */
    const char *home;    /* the schema that PostgreSQL calls public; NULL: the session's own */
    bool        qualified; /* say the schema always: the session's own may be another one */

    const char *characters; /* a query: a parameter, and how many characters another one has;
                               tells at connect if the driver takes UTF-8; NULL: it does  */
    bool nul_is_empty; /* '' may be read as the one NUL that the database keeps for it     */

    const char *const *keys; /* for the connection string: key, value, ..., NULL */
} odbc_dialect;

/* By its name in opts.dialect; NULL: there is none. */
const odbc_dialect *odbc_dialect_named(const char *name);

/* The one that has a word in text, in any case; else "other". */
const odbc_dialect *odbc_dialect_of(const char *text);

#endif
