/*
 * pgcopy/sqlite.h - a backend over SQLite itself.  A library of its own, libpgcopy-sqlite, so
 * that the core needs nothing but libc.
 *
 *   pgcopy_sqlite_opts opts = {.size = sizeof opts, .path = "/srv/clinic.db"};
 *   pgcopy_bridge     *b    = pgcopy_bridge_new(session, &pgcopy_sqlite, &opts);
 *
 *   batch -- sqlite3_bind, where the values lie --> INSERT of many rows --> the file
 *   batch <-- sqlite3_column, one copy ------------ sqlite3_step <--------- the file
 */
#ifndef PGCOPY_SQLITE_H
#define PGCOPY_SQLITE_H

#include <pgcopy/backend.h>

PGCOPY_BEGIN_DECLS

/*
 * The arg of open(), which reads it and keeps nothing of it but the allocator.  size and path
 * are needed, zero is the default of the rest.
 */
typedef struct pgcopy_sqlite_opts {
    size_t      size;
    const char *path;     /* of the file, made if it is not there; no URI, all of it is a name.
                             ":memory:" is a database of this connection alone               */
    uint32_t busy_ms;     /* how long to wait for another's lock; 0: 60000                   */
    uint32_t insert_rows; /* VALUES lists of one INSERT; 0: 64.  Cut where it would need more
                             parameters than SQLite takes (SQLITE_LIMIT_VARIABLE_NUMBER)     */
    bool attach;          /* clients may name other files: ATTACH, VACUUM INTO; else 42501   */
    const pgcopy_allocator *allocator; /* outlives the connection; called where jobs run.
                                          SQLite's own memory is sqlite3_malloc's            */
} pgcopy_sqlite_opts;

/*
 * The backend.  Its conn is one sqlite3 without its mutex: used by one thread at a time, cancel
 * apart, which needs a SQLite that is not built single-threaded.
 *
 * Opened with journal_mode=WAL, synchronous=FULL, foreign_keys=ON and
 * SQLITE_DBCONFIG_DEFENSIVE: what is committed outlives a power cut.  The text of an error is
 * PostgreSQL's, with names that the catalog or the client's own statement has, and in DETAIL
 * values of the client's own row; what SQLite said goes to pgcopy_reply_log() alone: it may
 * hold names and pieces of statements.
 *
 * BEGIN takes the lock for writing once the first statement behind it writes, COPY FROM at
 * once; both wait for it up to busy_ms, and cancel ends the wait.  A transaction that has read
 * and then finds that another one wrote is 40001 at once: to wait would be in vain.
 *
 * COPY FROM is one transaction, also without BEGIN.  A batch that fails is rolled back to its
 * start and repeated row by row, so that the row is named; the rows before it are in.  A row
 * that SQLite drops without an error (ON CONFLICT IGNORE) fails the COPY.  DEFAULT markers and
 * WHERE work; in WHERE a column that does not come has its default, as in PostgreSQL.
 *
 * Types are those that the columns are declared with, if PostgreSQL has them or a name is known
 * from elsewhere; else by the kind of value of the first row: int8, float8, bytea, text.
 * Integers and booleans (1 and 0) go in as integers, floats as 64-bit floats, bytea as blobs,
 * all else as text, which SQLite converts as the column's affinity says, as its own .import
 * does: numeric keeps 15 digits; declare a column as text to keep more.  Floats come out with
 * all their digits.
 */
extern PGCOPY_API const pgcopy_backend pgcopy_sqlite;

PGCOPY_END_DECLS
#endif
