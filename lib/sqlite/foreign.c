/*
 * sqlite/foreign.c - which foreign key is it that a row breaks: SQLite does not say.
 *
 *   FOREIGN KEY (a) REFERENCES parent (id)   of each: does parent have the row's value?
 *                                            '-- no: t_a_fkey
 */
#include "sqlite/blame.h"

#include <stdio.h>

/* A key's columns come one by one; newer keys have smaller numbers. */
static const char foreign_sql[] =
    "SELECT f.id, f.\"table\", f.\"from\", coalesce(f.\"to\", (SELECT name FROM "
    "pragma_table_info(f.\"table\", ?2) WHERE pk = f.seq + 1)) "
    "FROM pragma_foreign_key_list(?1, ?2) AS f ORDER BY f.id DESC, f.seq";

struct foreign {
    char     parent[LITE_NAME_CAP];
    lite_key from, to;
};

/* The next one of them; *id is that of the row that stmt is at, -1 behind the last. */
static bool read_foreign(sqlite3_stmt *stmt, struct foreign *f, int *id)
{
    int own = *id;

    if (own < 0)
        return false;
    f->from.n = f->to.n = 0;
    snprintf(f->parent, sizeof f->parent, "%s", lite_text_of(stmt, 1));
    while (*id == own) {
        if (f->from.n < LITE_KEY_MAX) {
            snprintf(f->from.names[f->from.n], LITE_NAME_CAP, "%s", lite_text_of(stmt, 2));
            snprintf(f->to.names[f->from.n], LITE_NAME_CAP, "%s", lite_text_of(stmt, 3));
        }
        f->from.n++;
        *id = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : -1;
    }
    return true;
}

static pgcopy_status say_foreign(const lite_blame *b, const struct foreign *f)
{
    lite_constraints all;
    lite_constraint  one;
    lite_key         key;
    char             name[64], rest[LITE_NAME_CAP + 32];

    lite_constraints_begin(&all, lite_blame_sql(b));
    while (lite_constraints_next(&all, &one)) {
        if (one.kind != LITE_FOREIGN)
            continue;
        lite_constraint_key(lite_blame_sql(b), &one, b->cols, &key);
        if (!lite_key_same(&key, &f->from))
            continue;
        lite_constraint_name(lite_blame_sql(b), b->who->name, &one, b->cols, name);
        pgcopy_reply_error(
            b->r, "23503",
            "insert or update on table \"%s\" violates foreign key constraint \"%s\"",
            b->who->name, name);
        lite_blame_fields(b, name, "");
        snprintf(rest, sizeof rest, " is not present in table \"%s\".", f->parent);
        lite_accused_tell(b, &f->from, false, rest);
        break;
    }
    return PGCOPY_ERR_SQL;
}

/* Without the row it must be the only one. */
pgcopy_status lite_blame_foreign(const lite_blame *b)
{
    sqlite3_stmt  *stmt = lite_blame_ask(b, foreign_sql, NULL);
    struct foreign f, found;
    size_t         count = 0;
    bool           sure  = false;
    int            id    = -1;

    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        id = sqlite3_column_int(stmt, 0);
    while (!sure && stmt && read_foreign(stmt, &f, &id)) {
        sure  = lite_accused_look(b, f.parent, &f.from, &f.to) == SQLITE_DONE;
        found = f;
        count++;
    }
    sqlite3_finalize(stmt);
    return sure || (count == 1 && b->who->inserts) ? say_foreign(b, &found) : PGCOPY_ERR_SQL;
}
