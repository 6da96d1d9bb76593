/*
 * odbc/key.c - which unique key a row stands against, where the driver's words are no names.
 *
 *   UNIQUE (b, a)                                 what the catalog knows of the table
 *   SELECT 1 FROM t WHERE "b" = ? AND "a" = ?     with the client's own row: there is one
 *   Key (b, a)=(x, 1) already exists.
 *
 * Nothing that the driver says is passed on: names are the catalog's, values the client's.
 */
#include "odbc/load.h"
#include "odbc/text.h"

#include <stdio.h>
#include <string.h>

/* ---- What the catalog says ---------------------------------------------------------- */

/* A key with a column that is not loaded, or cannot be looked for, is none. */
static void add_column(const odbc_load *l, odbc_key *key, const char *name)
{
    size_t i = 0;

    while (i < l->ncols && strcmp(pgcopy_columns_at(l->cols, i)->name, name) != 0)
        i++;
    key->whole = key->whole && i < l->ncols && key->n < ODBC_KEY_COLUMNS &&
                 pgcopy_columns_at(l->cols, i)->type != PGCOPY_OID_BYTEA;
    if (key->whole)
        key->columns[key->n++] = i;
}

static void take(void *arg, const char *id, const char *name, const char *column)
{
    odbc_load *l   = arg;
    odbc_key  *key = l->nkeys ? &l->keys[l->nkeys - 1] : NULL;

    if (!key || strcmp(key->id, id) != 0) {
        if (l->nkeys == ODBC_KEYS)
            return;
        key  = &l->keys[l->nkeys++];
        *key = (odbc_key){.whole = true};
        snprintf(key->id, sizeof key->id, "%s", id);
        if (strlen(name) < sizeof key->name)
            memcpy(key->name, name, strlen(name) + 1);
    }
    add_column(l, key, column);
}

/* Once for each load. */
static bool read_keys(odbc_conn *c, odbc_load *l, pgcopy_reply *r)
{
    const char *schema = l->schema.len ? (const char *)l->schema.data : NULL;

    if (l->keys)
        return true;
    l->keys = odbc_new(c, ODBC_KEYS * sizeof *l->keys);
    return l->keys &&
           odbc_table_keys(c, schema, (const char *)l->table.data, take, l, r) == PGCOPY_OK;
}

/* ---- What is stored ----------------------------------------------------------------- */

static const char *question(const odbc_load *l, const odbc_key *key, pgcopy_buf *sql)
{
    odbc_text_add(sql, "SELECT 1 FROM ");
    odbc_text_add(sql, (const char *)l->name.data);
    for (size_t i = 0; i < key->n; i++) {
        odbc_text_add(sql, i ? " AND " : " WHERE ");
        odbc_text_quote(sql, l->dialect, pgcopy_columns_at(l->cols, key->columns[i])->name);
        odbc_text_add(sql, " = ?");
    }
    return odbc_text_end(sql);
}

/* As it was sent to be stored. */
static pgcopy_slice value_of(const odbc_load *l, const pgcopy_batch *batch, size_t row,
                             size_t col)
{
    pgcopy_slice value = pgcopy_batch_value(batch, row, col);

    if (value.data && l->dialect->bits &&
        pgcopy_columns_at(l->cols, col)->type == PGCOPY_OID_BOOL)
        value.data = (const uint8_t *)&l->dialect->bits[*value.data != 't'];
    return value;
}

/* Is there a row with these values? */
static bool stands(odbc_conn *c, const odbc_key *key, const pgcopy_batch *batch, size_t row,
                   pgcopy_reply *r)
{
    odbc_load  *l    = c->load;
    pgcopy_buf  text = {.allocator = c->allocator};
    SQLHSTMT    stmt = SQL_NULL_HSTMT;
    const char *sql  = key->whole && key->n ? question(l, key, &text) : NULL;
    bool        ask  = sql != NULL;
    SQLLEN      lens[ODBC_KEY_COLUMNS];

    for (size_t i = 0; i < key->n; i++)
        ask = ask && value_of(l, batch, row, key->columns[i]).data;
    ask = ask && odbc_statement(c, &stmt, r) == PGCOPY_OK;
    for (size_t i = 0; ask && i < key->n; i++) {
        pgcopy_slice value = value_of(l, batch, row, key->columns[i]);

        lens[i] = (SQLLEN)value.len;
        odbc_bind_value(stmt, (SQLUSMALLINT)(i + 1), value.data, &lens[i], false);
    }
    ask = ask && SQL_SUCCEEDED(odbc_run(c, stmt, sql)) && SQL_SUCCEEDED(odbc_next(c, stmt));
    odbc_drop(&stmt);
    pgcopy_buf_free(&text);
    return ask;
}

/* ---- Saying it ---------------------------------------------------------------------- */

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

static void add_text(pgcopy_error *err, const char *text)
{
    add(err, text, strlen(text));
}

/* Quoted where it must be (quote_identifier). */
static void add_name(pgcopy_error *err, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    bool quote = (*name >= '0' && *name <= '9') || name[strspn(name, plain)] != '\0';

    add_text(err, quote ? "\"" : "");
    add_text(err, name);
    add_text(err, quote ? "\"" : "");
}

/* Key (a, b)=(1, x) already exists. */
static void tell(const odbc_load *l, const odbc_key *key, const pgcopy_batch *batch, size_t row,
                 pgcopy_error *err)
{
    for (size_t i = 0; i < key->n; i++) {
        add_text(err, i ? ", " : "Key (");
        add_name(err, pgcopy_columns_at(l->cols, key->columns[i])->name);
    }
    for (size_t i = 0; i < key->n; i++) {
        pgcopy_slice value = pgcopy_batch_value(batch, row, key->columns[i]);

        add_text(err, i ? ", " : ")=(");
        add(err, (const char *)value.data, value.len);
    }
    add_text(err, ") already exists.");
    if (*key->name) {
        snprintf(err->constraint, sizeof err->constraint, "%s", key->name);
        snprintf(err->message, sizeof err->message,
                 "duplicate key value violates unique constraint \"%s\"", key->name);
    }
}

void odbc_tell_key(odbc_conn *c, const pgcopy_batch *batch, size_t row, pgcopy_reply *r)
{
    odbc_load   *l       = c->load;
    pgcopy_error failure = *pgcopy_reply_failure(r);

    if (!c->dialect->keys_of || strcmp(failure.sqlstate, "23505") != 0)
        return;
    if (read_keys(c, l, r))
        for (size_t i = 0; i < l->nkeys; i++)
            if (stands(c, &l->keys[i], batch, row, r)) {
                tell(l, &l->keys[i], batch, row, &failure);
                break;
            }
    *pgcopy_reply_failure(r) = failure; /* not what failed while asking */
}
