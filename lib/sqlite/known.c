/*
 * sqlite/known.c - the table that was asked for last, so that small COPYs one after the other
 * do not read the catalog each time.
 *
 *   relation(t) --> find, columns --keep--> { t, its columns, schema_version 7 }
 *   relation(t) --> schema_version is 7 still? --> those columns
 *
 * Each change of a schema that is committed counts the version in its file up.  What this
 * connection changes itself may be rolled back, so its own statements make it forget, and
 * nothing is kept while a transaction of it is open.
 */
#include "sqlite/conn.h"

#include <string.h>

static const char version_sql[] = "PRAGMA main.schema_version";

void lite_known_forget(lite_conn *c)
{
    pgcopy_buf_free(&c->known.asked);
    pgcopy_buf_free(&c->known.name);
    pgcopy_columns_free(c->known.columns);
    c->known.columns = NULL;
}

/* False: SQLite cannot tell now. */
static bool read_version(lite_conn *c, sqlite3_int64 *version)
{
    bool there;

    if (!c->version && sqlite3_prepare_v3(c->db, version_sql, -1, SQLITE_PREPARE_PERSISTENT,
                                          &c->version, NULL) != SQLITE_OK)
        return false;
    there = sqlite3_step(c->version) == SQLITE_ROW;
    if (there)
        *version = sqlite3_column_int64(c->version, 0);
    sqlite3_reset(c->version);
    return there;
}

/* t and public.t are two questions, which may have two answers. */
static void add_question(pgcopy_buf *asked, const char *schema, const char *name)
{
    if (schema)
        lite_quote(asked, schema);
    lite_add(asked, ".");
    lite_quote(asked, name);
}

static bool is_asked(const lite_conn *c, const char *schema, const char *name)
{
    pgcopy_buf asked = {.allocator = c->allocator};
    bool       same;

    add_question(&asked, schema, name);
    same = lite_end(&asked) &&
           strcmp((const char *)asked.data, (const char *)c->known.asked.data) == 0;
    pgcopy_buf_free(&asked);
    return same;
}

const lite_known *lite_known_table(lite_conn *c, const char *schema, const char *name)
{
    sqlite3_int64 version;

    if (!c->known.columns || !is_asked(c, schema, name) || !read_version(c, &version) ||
        version != c->known.version)
        return NULL;
    return &c->known;
}

bool lite_copy_columns(pgcopy_columns *to, const pgcopy_columns *from)
{
    for (size_t i = 0; i < pgcopy_columns_count(from); i++) {
        const pgcopy_column *old = pgcopy_columns_at(from, i);
        pgcopy_column       *col = pgcopy_columns_add(to, old->name, old->type);

        if (!col)
            return false;
        col->typmod      = old->typmod;
        col->not_null    = old->not_null;
        col->has_default = old->has_default;
        col->generated   = old->generated;
    }
    pgcopy_columns_set_relation(to, pgcopy_columns_relation(from));
    return true;
}

/* Another schema's version is another one; temp has tables of this connection alone, but they
   are few. */
void lite_known_keep(lite_conn *c, const char *schema, const char *name,
                     const lite_table *found, const pgcopy_columns *columns)
{
    lite_known *k = &c->known;

    lite_known_forget(c);
    if (c->tx == LITE_TX_OPEN || strcmp(found->schema, "main") || !read_version(c, &k->version))
        return;
    k->asked.allocator = k->name.allocator = c->allocator;
    add_question(&k->asked, schema, name);
    lite_add(&k->name, found->name);
    k->columns = pgcopy_columns_new(c->allocator);
    if (!lite_end(&k->asked) || !lite_end(&k->name) || !k->columns ||
        !lite_copy_columns(k->columns, columns))
        lite_known_forget(c);
}
