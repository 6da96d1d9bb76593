/* database.h - the databases that clients may name: NAME -> URL -> a backend and its argument.
 */
#ifndef PGCOPYD_DATABASE_H
#define PGCOPYD_DATABASE_H

#include <pgcopy/odbc.h>
#include <pgcopy/sqlite.h>

struct database {
    struct database      *next;
    char                 *name; /* "*": any that has no entry of its own */
    const pgcopy_backend *backend;
    void                 *arg;        /* of the backend's open()                      */
    bool                  inlined;    /* its jobs are shorter than a trip to a worker */
    bool                  from_file;  /* the config file's, not the command line's    */
    pgcopy_odbc_opts      odbc;       /* arg, of an odbc: URL                         */
    pgcopy_sqlite_opts    sqlite;     /* arg, of a sqlite: URL                        */
    char                 *connection; /* what follows the scheme                     */
    pgcopy_backend        canned;     /* backend, in front of the URL's own    */
    pgcopy_canned_opts    behind;     /* arg: what it is in front of           */
};

/*
 * Adds NAME at URL.  An entry of the command line replaces one of the file.
 * Returns NULL, or in a few words why not; they never hold the URL, where passwords are.
 */
const char *database_add(struct database **list, const char *name, const char *url,
                         bool from_file);

/* The one of that name, else the one named "*", else NULL. */
const struct database *database_find(const struct database *list, const char *name);

/* A database has at most so many connections at once: each client of it has one. */
struct connection_limit {
    struct connection_limit *next;
    char                    *name; /* of the database, as --database calls it */
    unsigned                 most;
    bool                     from_file;
};

/* One of the command line replaces one of the file.  NULL, or in a few words why not. */
const char *connection_limit_add(struct connection_limit **list, const char *name,
                                 unsigned most, bool from_file);

/* That of a database; UINT_MAX: it has none. */
unsigned connection_limit_of(const struct connection_limit *list, const struct database *db);

/* Is there a database for each of them? */
bool connection_limits_apply(const struct connection_limit *list,
                             const struct database         *databases);

void connection_limits_free(struct connection_limit *list);

void databases_free(struct database *list);

#endif
