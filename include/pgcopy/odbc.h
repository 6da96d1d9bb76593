/*
 * pgcopy/odbc.h - a backend over any ODBC driver, by way of unixODBC.  A library of its own,
 * libpgcopy-odbc, so that the core needs nothing but libc.
 *
 *   pgcopy_odbc_opts opts = {.size = sizeof opts, .connection = "DSN=iris;UID=copy;PWD=..."};
 *   pgcopy_bridge   *b    = pgcopy_bridge_new(session, &pgcopy_odbc, &opts);
 *
 * What differs from one database to the next lies in a table of dialects (lib/odbc/dialect.c).
 */
#ifndef PGCOPY_ODBC_H
#define PGCOPY_ODBC_H

#include <pgcopy/backend.h>

PGCOPY_BEGIN_DECLS

/*
 * Which nodes of one connection string failed lately, so that the next connection tries them
 * last.  Whoever opens many connections by the same string makes one and hands it to all of
 * them, from any thread; it is freed behind the last of them.  allocator NULL: malloc's; it
 * outlives the nodes.  NULL: no memory.
 */
typedef struct pgcopy_odbc_nodes pgcopy_odbc_nodes;
PGCOPY_API pgcopy_odbc_nodes    *pgcopy_odbc_nodes_new(const pgcopy_allocator *allocator);
PGCOPY_API void                  pgcopy_odbc_nodes_free(pgcopy_odbc_nodes *nodes);

/*
 * The arg of open(), which reads it and keeps nothing of it.  size and connection are needed,
 * zero is the default of the rest.
 *
 * connection goes to SQLDriverConnect as it stands: "Driver=SQLite3;Database=/srv/x.db", or
 * "DSN=name;UID=u;PWD=p".  What a dialect needs besides is added to it, unless its key is
 * there:
 *   sqlite       StepAPI=1;JournalMode=WAL;SyncPragma=FULL  (Timeout is read as lock_ms)
 *   postgresql   Protocol=7.4-0;UseDeclareFetch=1;Fetch=1000; TimeZone is made UTC
 *   mysql        Charset=utf8mb4; sql_mode is made strict, names are in "", strings as in SQL
 *
 * Several nodes of one cluster are lists with commas, as in libpq's strings: "DSN=a,b,c", or,
 * where Driver or DSN or the option `dialect` says PostgreSQL, MySQL, MariaDB or IRIS,
 * "Server=a,b,c;Port=3306" or with a port for each ("Host" and "Servername" alike).  At
 * most 32. A connection goes to the first that lets it in; one that failed within the last 30
 * seconds (`nodes`) is tried behind the others.  Where the login is refused (28000) no other is
 * asked. An open connection never moves: a node that is lost is 08006 to what was under way,
 * 08007 to a commit or to a change outside of a transaction (they may have happened), and the
 * next open finds another.  Some keys are read here and not passed on, also for a single node:
 *   load_balance_hosts=random   in random order (libpq's name); else as they are listed
 *   connect_timeout=SECONDS     for each node, in the place of login_s
 *   dialect=NAME                where the option below is NULL
 *   array_rows=N                where the option below is 0
 */
typedef struct pgcopy_odbc_opts {
    size_t      size;
    const char *connection;
    const char *dialect;  /* "sqlite", "postgresql", "mysql", "iris", "sqlserver", "other";
                             NULL: by what the driver says it is (SQL_DBMS_NAME)           */
    size_t batch_bytes;   /* of one connection's buffer of bound values, at most 10 MB;
                             0: 1 MiB.  A row that does not fit is bound where it lies, by
                             itself                                                        */
    uint32_t insert_rows; /* VALUES lists of one INSERT, at most 1024; 0: the dialect's, for
                             postgresql no lists but one text with an array of rows        */
    uint32_t array_rows;  /* rows of one execute by array binding (SQL_ATTR_PARAMSET_SIZE),
                             at most 1024; 0: the dialect's, for iris what a trial on a
                             temporary table shows; more than 1 puts insert_rows to 1      */
    uint32_t lock_ms;     /* how long to wait for another's lock where the database leaves
                             that to us (SQLite); 0: 60000                                 */
    uint32_t login_s;     /* SQL_ATTR_LOGIN_TIMEOUT, in seconds; 0: the driver's, but 5
                             where there are several nodes                                 */
    const pgcopy_allocator *allocator; /* outlives the connection; called where jobs run      */
    pgcopy_odbc_nodes      *nodes;     /* NULL: no failure is remembered                      */
} pgcopy_odbc_opts;

/*
 * The backend.  Its conn is one HENV, one HDBC: used by one thread at a time, cancel apart.
 * Needs [ODBC] Threading below 3 in odbcinst.ini (unixODBC's own default is 0), else cancel
 * waits for what it should cut short; and Pooling off, also the default.
 *
 * Values go in as bound parameters, as text.  The text of an error is this library's own, with
 * names from the catalog or the client's statement and values of the client's own row; what the
 * driver said goes to pgcopy_reply_log() alone: it may hold other values, and paths.
 *
 * COPY FROM is one transaction, also without BEGIN.  A batch that fails is rolled back to its
 * start and repeated row by row, so that the row is named; the rows before it are in.
 * An executed statement counts as done only if the database says that it took every row.
 *
 * Rows with DEFAULT markers go one by one, in an INSERT that leaves those columns out.
 *
 * WHERE is the database's to judge: rows go through a SELECT over them, in which each column
 * has its type and those that are not copied are NULL.  The text of the condition is read as
 * PostgreSQL reads it; what another database would read otherwise (E'', $$, ::, @) is 0A000.
 *
 * iris: docs/iris.md says what is built in, and that nothing of it has met a real one.
 *
 * mysql: the driver holds a result whole.  COPY table TO is read by ranges of 10000 keys where
 * one integer column is the primary key and is copied, and the transaction has one snapshot
 * (REPEATABLE READ, MariaDB's default, or more).  DDL commits: in a transaction it comes with a
 * WARNING (01000); the transaction goes on behind it, and its savepoints are gone.  CALL runs
 * to its end; what the procedure selects is not told.
 *
 * sqlite: a result of a statement with parameters is read into memory at once by the driver,
 * and REAL values come with 15 digits.
 */
extern PGCOPY_API const pgcopy_backend pgcopy_odbc;

PGCOPY_END_DECLS
#endif
