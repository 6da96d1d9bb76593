/*
 * sqlite/unique.c - which unique constraint is it that a row breaks.
 *
 *   UNIQUE constraint failed: uq.b, uq.a          what SQLite says
 *   UNIQUE (b, a)  -->  uq_b_a_key                what the catalog knows of it
 *   Key (b, a)=(x, 1) already exists.             what the client's own row has there
 */
#include "sqlite/blame.h"

#include <string.h>

static pgcopy_status say_duplicate(const lite_blame *b, const char *constraint,
                                   const lite_key *key)
{
    pgcopy_reply_error(b->r, "23505", "duplicate key value violates unique constraint \"%s\"",
                       constraint);
    lite_blame_fields(b, constraint, "");
    if (key)
        lite_accused_tell(b, key, true, " already exists.");
    return PGCOPY_ERR_SQL;
}

/* CREATE UNIQUE INDEX */
static pgcopy_status unique_index(const lite_blame *b, const lite_key *key)
{
    static const char sql[] =
        "SELECT name FROM pragma_index_list(?1, ?2) AS l WHERE origin = 'c' AND \"unique\" AND "
        "?3 = (SELECT group_concat(name, char(10)) FROM (SELECT name FROM "
        "pragma_index_info(l.name, ?2) ORDER BY seqno))";
    pgcopy_buf    names = {.allocator = b->c->allocator};
    sqlite3_stmt *stmt  = NULL;

    for (size_t i = 0; i < key->n; i++) {
        lite_add(&names, i ? "\n" : "");
        lite_add(&names, key->names[i]);
    }
    if (lite_end(&names))
        stmt = lite_blame_ask(b, sql, (const char *)names.data);
    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        say_duplicate(b, lite_text_of(stmt, 0), key);
    sqlite3_finalize(stmt);
    pgcopy_buf_free(&names);
    return PGCOPY_ERR_SQL;
}

/* An index over expressions is told by its name alone. */
static pgcopy_status named_index(const lite_blame *b, const char *said)
{
    sqlite3_stmt *stmt = lite_blame_ask(b,
                                        "SELECT name FROM pragma_index_list(?1, ?2) "
                                        "WHERE ?3 = '''' || name || ''''",
                                        said);

    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        say_duplicate(b, lite_text_of(stmt, 0), NULL);
    sqlite3_finalize(stmt);
    return PGCOPY_ERR_SQL;
}

/* The first of a kind that a stored row stands against: a row may break several, of which
   SQLite and PostgreSQL tell others.  false: none. */
static bool broken(const lite_blame *b, lite_constraint_kind kind, const lite_key *said)
{
    lite_constraints all;
    lite_constraint  one;
    lite_key         key;
    char             name[64];

    lite_constraints_begin(&all, lite_blame_sql(b));
    while (lite_constraints_next(&all, &one)) {
        if (one.kind != kind)
            continue;
        lite_constraint_key(lite_blame_sql(b), &one, b->cols, &key);
        if (!lite_key_same(&key, said) &&
            lite_accused_look(b, b->who->table, &key, &key) != SQLITE_ROW)
            continue;
        lite_constraint_name(lite_blame_sql(b), b->who->name, &one, b->cols, name);
        say_duplicate(b, name, &key);
        return true;
    }
    return false;
}

pgcopy_status lite_blame_unique(const lite_blame *b)
{
    const char *said = lite_blame_behind(b, "UNIQUE constraint failed: ");
    lite_key    key;

    if (said && lite_begins(said, "index "))
        return named_index(b, said + strlen("index "));
    if (!said || !lite_blame_key(b, said, &key) || broken(b, LITE_PRIMARY, &key) ||
        broken(b, LITE_UNIQUE, &key))
        return PGCOPY_ERR_SQL;
    return unique_index(b, &key);
}
