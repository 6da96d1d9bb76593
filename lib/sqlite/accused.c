/*
 * sqlite/accused.c - the row that is accused: its values for a key, told or looked for.
 *
 *   Key (b, a)=(x, 1) ...                     as far as all of them are the client's own
 *   SELECT 1 FROM t WHERE b = ? AND a = ?     is a row with them stored?
 */
#include "sqlite/blame.h"

#include <string.h>

/* The client's value for a column; data NULL: there is none, or it is not known. */
static pgcopy_slice value_of(const lite_blame *b, const char *column)
{
    const pgcopy_columns *cols = b->who->columns;

    for (size_t i = 0; b->who->batch && i < pgcopy_columns_count(cols); i++)
        if (lite_same(pgcopy_columns_at(cols, i)->name, column))
            return pgcopy_batch_value(b->who->batch, b->who->row, i);
    return (pgcopy_slice){NULL, 0};
}

/* ---- Told --------------------------------------------------------------------------- */

/* As much of it as there is room for, cut at a character. */
static void add(pgcopy_error *err, const char *data, size_t len)
{
    size_t used = strlen(err->detail), room = sizeof err->detail - 1 - used;

    if (len > room)
        for (len = room; len && ((unsigned char)data[len] & 0xc0) == 0x80;)
            len--;
    memcpy(err->detail + used, data, len);
    err->detail[used + len] = '\0';
}

static bool is_plain(const char *name)
{
    return !(*name >= '0' && *name <= '9') &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* An index's columns are quoted where they must be (quote_identifier), a foreign key's never.
 */
static void add_names(pgcopy_error *err, const lite_key *key, bool quote)
{
    for (size_t i = 0; i < key->n; i++) {
        const char *mark = quote && !is_plain(key->names[i]) ? "\"" : "";

        add(err, ", ", i ? 2 : 0);
        add(err, mark, strlen(mark));
        add(err, key->names[i], strlen(key->names[i]));
        add(err, mark, strlen(mark));
    }
}

void lite_accused_tell(const lite_blame *b, const lite_key *key, bool quote, const char *behind)
{
    pgcopy_error *err = pgcopy_reply_failure(b->r);

    for (size_t i = 0; i < key->n; i++)
        if (key->n > LITE_KEY_MAX || !value_of(b, key->names[i]).data)
            return;
    add(err, "Key (", 5);
    add_names(err, key, quote);
    add(err, ")=(", 3);
    for (size_t i = 0; i < key->n; i++) {
        pgcopy_slice value = value_of(b, key->names[i]);

        add(err, ", ", i ? 2 : 0);
        add(err, (const char *)value.data, value.len);
    }
    add(err, ")", 1);
    add(err, behind, strlen(behind));
}

/* ---- Looked for --------------------------------------------------------------------- */

/* SELECT 1 FROM table WHERE to = the client's value of from ... */
static sqlite3_stmt *row_of(const lite_blame *b, const char *table, const lite_key *from,
                            const lite_key *to)
{
    pgcopy_buf    sql  = {.allocator = b->c->allocator};
    sqlite3_stmt *stmt = NULL;

    lite_add(&sql, "SELECT 1 FROM ");
    lite_table_name(&sql, &(lite_table){b->who->schema, table, PGCOPY_RELATION_TABLE});
    for (size_t i = 0; i < from->n; i++) {
        lite_add(&sql, i ? " AND " : " WHERE ");
        lite_quote(&sql, to->names[i]);
        lite_add(&sql, " = ?");
    }
    if (lite_end(&sql))
        sqlite3_prepare_v2(b->c->db, (const char *)sql.data, -1, &stmt, NULL);
    for (size_t i = 0; stmt && i < from->n; i++) {
        pgcopy_slice value = value_of(b, from->names[i]);

        sqlite3_bind_text64(stmt, (int)i + 1, (const char *)value.data, value.len,
                            SQLITE_STATIC, SQLITE_UTF8);
    }
    pgcopy_buf_free(&sql);
    return stmt;
}

int lite_accused_look(const lite_blame *b, const char *table, const lite_key *from,
                      const lite_key *to)
{
    sqlite3_stmt *stmt;
    int           rc;

    for (size_t i = 0; i < from->n; i++)
        if (from->n > LITE_KEY_MAX || !value_of(b, from->names[i]).data)
            return SQLITE_MISUSE;
    stmt = row_of(b, table, from, to);
    rc   = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
    sqlite3_finalize(stmt);
    return rc;
}
