/* database.c - the databases that clients may name: NAME -> URL -> a backend and its argument.
 */
#include "database.h"

#include "discard.h"
#include "progress.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char out_of_memory[] = "out of memory";

/* What follows the scheme of the URL, or NULL if it has another one. */
static const char *after(const char *url, const char *scheme)
{
    size_t len = strlen(scheme);

    return strncmp(url, scheme, len) ? NULL : url + len;
}

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char  *copy = malloc(size);

    return copy ? memcpy(copy, text, size) : NULL;
}

static const char *use_odbc(struct database *db, const char *connection)
{
    if (!*connection)
        return "odbc: needs a connection string, such as odbc:DSN=iris";
    db->connection      = copy_text(connection);
    db->odbc.size       = sizeof db->odbc;
    db->odbc.connection = db->connection;
    db->odbc.nodes      = pgcopy_odbc_nodes_new(NULL);
    db->backend         = &pgcopy_odbc;
    db->arg             = &db->odbc;
    return db->connection && db->odbc.nodes ? NULL : out_of_memory;
}

static const char *use_sqlite(struct database *db, const char *path)
{
    if (!*path)
        return "sqlite: needs the path of a file, such as sqlite:/srv/main.db";
    db->connection  = copy_text(path);
    db->sqlite.size = sizeof db->sqlite;
    db->sqlite.path = db->connection;
    db->backend     = &pgcopy_sqlite;
    db->arg         = &db->sqlite;
    return db->connection ? NULL : out_of_memory;
}

static const char *use_discard(struct database *db, const char *rest)
{
    if (*rest && strcmp(rest, "worker"))
        return "only \"worker\" can follow discard:";
    db->backend = &discard_backend;
    db->inlined = !*rest;
    return NULL;
}

/* What every database answers alike. */
static void put_answers_in_front(struct database *db)
{
    db->behind = (pgcopy_canned_opts){.size     = sizeof db->behind,
                                      .backend  = db->backend,
                                      .arg      = db->arg,
                                      .progress = progress_rows};
    pgcopy_canned(db->backend, &db->canned);
    db->backend = &db->canned;
    db->arg     = &db->behind;
}

static const char *use_url(struct database *db, const char *url)
{
    const char *rest;

    if ((rest = after(url, "odbc:")))
        return use_odbc(db, rest);
    if ((rest = after(url, "discard:")))
        return use_discard(db, rest);
    if ((rest = after(url, "sqlite:")))
        return use_sqlite(db, rest);
    return "the URL must begin with sqlite:, odbc: or discard:";
}

static void database_free(struct database *db)
{
    pgcopy_odbc_nodes_free(db->odbc.nodes);
    free(db->name);
    free(db->connection);
    free(db);
}

static struct database **place_of(struct database **list, const char *name)
{
    while (*list && strcmp((*list)->name, name))
        list = &(*list)->next;
    return list;
}

const char *database_add(struct database **list, const char *name, const char *url,
                         bool from_file)
{
    struct database **place = place_of(list, name);
    struct database  *old   = *place, *db;
    const char       *wrong;

    if (!*name)
        return "a database needs a name";
    if (old && old->from_file == from_file)
        return "is given twice";
    if (!(db = calloc(1, sizeof *db)))
        return out_of_memory;
    db->from_file = from_file;
    db->name      = copy_text(name);
    wrong         = db->name ? use_url(db, url) : out_of_memory;
    if (wrong) {
        database_free(db);
        return wrong;
    }
    put_answers_in_front(db);
    db->next = old ? old->next : NULL;
    *place   = db;
    if (old)
        database_free(old);
    return NULL;
}

const struct database *database_find(const struct database *list, const char *name)
{
    const struct database *any = NULL;

    for (; list; list = list->next) {
        if (!strcmp(list->name, name))
            return list;
        if (!strcmp(list->name, "*"))
            any = list;
    }
    return any;
}

void databases_free(struct database *list)
{
    struct database *next;

    for (; list; list = next) {
        next = list->next;
        database_free(list);
    }
}

/* ---- Limits: a name may be limited before it is known ------------------------------------ */

static struct connection_limit *find_limit(struct connection_limit *list, const char *name)
{
    while (list && strcmp(list->name, name))
        list = list->next;
    return list;
}

const char *connection_limit_add(struct connection_limit **list, const char *name,
                                 unsigned most, bool from_file)
{
    struct connection_limit *limit = find_limit(*list, name);

    if (limit && limit->from_file == from_file)
        return "is given twice";
    if (!limit) {
        limit = calloc(1, sizeof *limit);
        if (!limit)
            return out_of_memory;
        limit->next = *list;
        *list       = limit;
        limit->name = copy_text(name);
    }
    limit->most      = most;
    limit->from_file = from_file;
    return limit->name ? NULL : out_of_memory;
}

unsigned connection_limit_of(const struct connection_limit *list, const struct database *db)
{
    while (list && strcmp(list->name, db->name))
        list = list->next;
    return list ? list->most : UINT_MAX;
}

bool connection_limits_apply(const struct connection_limit *list,
                             const struct database         *databases)
{
    const struct database *db;

    for (; list; list = list->next) {
        for (db = databases; db && strcmp(db->name, list->name);)
            db = db->next;
        if (!db)
            return false;
    }
    return true;
}

void connection_limits_free(struct connection_limit *list)
{
    struct connection_limit *next;

    for (; list; list = next) {
        next = list->next;
        free(list->name);
        free(list);
    }
}
