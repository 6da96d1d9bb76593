/*
 * sqlite/blame.c - which constraint is it that a row breaks, in PostgreSQL's words.
 *
 *   UNIQUE constraint failed: uq.b, uq.a          what SQLite says
 *   UNIQUE (b, a)  -->  uq_b_a_key                what the catalog knows of it
 *   Key (b, a)=(x, 1) already exists.             what the client's own row has there
 *
 * Nothing that SQLite says is passed on but what the catalog has of the statement's own table.
 */
#include "sqlite/constraint.h"

#include <stdio.h>
#include <string.h>

enum { SAID_CAP = 512 }; /* of what SQLite says */

struct blame {
    lite_conn          *c;
    const lite_accused *who;
    pgcopy_reply       *r;
    const char         *said;
    pgcopy_buf          sql;  /* that made the table, NUL-terminated */
    pgcopy_columns     *cols; /* of the table                        */
};

/* ---- What the catalog says ---------------------------------------------------------- */

static sqlite3_stmt *ask(const struct blame *b, const char *sql, const char *third)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(b->c->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_text(stmt, 1, b->who->table, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, b->who->schema, -1, SQLITE_STATIC);
    if (third)
        sqlite3_bind_text(stmt, 3, third, -1, SQLITE_STATIC);
    return stmt;
}

static const char *text_of(sqlite3_stmt *stmt, int col)
{
    const char *text = (const char *)sqlite3_column_text(stmt, col);

    return text ? text : "";
}

static bool read_table(struct blame *b)
{
    lite_table    table = {b->who->schema, b->who->table, PGCOPY_RELATION_TABLE};
    pgcopy_buf    sql   = {.allocator = b->c->allocator};
    sqlite3_stmt *stmt  = NULL;

    lite_add(&sql, "SELECT sql FROM ");
    lite_quote(&sql, b->who->schema);
    lite_add(&sql, ".sqlite_master WHERE type = 'table' AND name = ?1 AND ?2 <> ''");
    if (lite_end(&sql))
        stmt = ask(b, (const char *)sql.data, NULL);
    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        lite_add(&b->sql, text_of(stmt, 0));
    sqlite3_finalize(stmt);
    pgcopy_buf_free(&sql);
    b->cols = pgcopy_columns_new(b->c->allocator);
    return b->cols && b->sql.len && lite_end(&b->sql) &&
           lite_read_columns(b->c, &table, b->cols, b->r) == PGCOPY_OK;
}

static const char *text(const struct blame *b)
{
    return (const char *)b->sql.data;
}

/* ---- The row ------------------------------------------------------------------------ */

/* The client's value for a column; data NULL: there is none, or it is not known. */
static pgcopy_slice value_of(const struct blame *b, const char *column)
{
    const pgcopy_columns *cols = b->who->columns;

    for (size_t i = 0; b->who->batch && i < pgcopy_columns_count(cols); i++)
        if (lite_same(pgcopy_columns_at(cols, i)->name, column))
            return pgcopy_batch_value(b->who->batch, b->who->row, i);
    return (pgcopy_slice){NULL, 0};
}

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

/* Key (a, b)=(1, x) -- nothing where a value is not the client's own. */
static void tell_key(const struct blame *b, const lite_key *key, bool quote, const char *behind)
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

/* ---- Saying it ---------------------------------------------------------------------- */

/* PostgreSQL's public is SQLite's main. */
static pgcopy_status say_fields(const struct blame *b, const char *constraint,
                                const char *column)
{
    pgcopy_error *err    = pgcopy_reply_failure(b->r);
    const char   *schema = lite_same(b->who->schema, "main") ? "public" : b->who->schema;

    snprintf(err->schema, sizeof err->schema, "%s", schema);
    snprintf(err->table, sizeof err->table, "%s", b->who->name);
    snprintf(err->constraint, sizeof err->constraint, "%s", constraint);
    snprintf(err->column, sizeof err->column, "%.*s", (int)sizeof err->column - 1, column);
    return PGCOPY_ERR_SQL;
}

static pgcopy_status say_duplicate(const struct blame *b, const char *constraint,
                                   const lite_key *key)
{
    pgcopy_reply_error(b->r, "23505", "duplicate key value violates unique constraint \"%s\"",
                       constraint);
    say_fields(b, constraint, "");
    if (key)
        tell_key(b, key, true, " already exists.");
    return PGCOPY_ERR_SQL;
}

/* ---- What is stored ----------------------------------------------------------------- */

/* SELECT 1 FROM table WHERE to = the client's value of from ... */
static sqlite3_stmt *row_of(const struct blame *b, const char *table, const lite_key *from,
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

/* ROW: there is one with these values.  DONE: there is none.  Else it is not known. */
static int look(const struct blame *b, const char *table, const lite_key *from,
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

/* ---- Unique ------------------------------------------------------------------------- */

static bool same_key(const lite_key *a, const lite_key *b)
{
    if (a->n != b->n || a->n > LITE_KEY_MAX)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!lite_same(a->names[i], b->names[i]))
            return false;
    return true;
}

/* What follows words in what SQLite said; NULL: it said something else. */
static const char *behind(const struct blame *b, const char *words)
{
    return lite_begins(b->said, words) ? b->said + strlen(words) : NULL;
}

/* t.b, t.a: columns of this table all. */
static bool read_key(const struct blame *b, const char *said, lite_key *key)
{
    size_t table = strlen(b->who->table), len;

    for (key->n = 0; *said && key->n < LITE_KEY_MAX; key->n++) {
        const pgcopy_column *col = NULL;

        if (strncmp(said, b->who->table, table) != 0 || said[table] != '.')
            return false;
        said += table + 1;
        for (size_t i = 0; (col = pgcopy_columns_at(b->cols, i)); i++) {
            len = strlen(col->name);
            if (strncmp(said, col->name, len) == 0 &&
                (!said[len] || strncmp(said + len, ", ", 2) == 0))
                break;
        }
        if (!col || len >= LITE_NAME_CAP)
            return false;
        memcpy(key->names[key->n], col->name, len + 1);
        said += len + (said[len] ? 2 : 0);
    }
    return !*said && key->n;
}

/* CREATE UNIQUE INDEX */
static pgcopy_status unique_index(const struct blame *b, const lite_key *key)
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
        stmt = ask(b, sql, (const char *)names.data);
    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        say_duplicate(b, text_of(stmt, 0), key);
    sqlite3_finalize(stmt);
    pgcopy_buf_free(&names);
    return PGCOPY_ERR_SQL;
}

/* An index over expressions is told by its name alone. */
static pgcopy_status named_index(const struct blame *b, const char *said)
{
    sqlite3_stmt *stmt = ask(b,
                             "SELECT name FROM pragma_index_list(?1, ?2) "
                             "WHERE ?3 = '''' || name || ''''",
                             said);

    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        say_duplicate(b, text_of(stmt, 0), NULL);
    sqlite3_finalize(stmt);
    return PGCOPY_ERR_SQL;
}

/* The first of a kind that a stored row stands against: a row may break several, of which
   SQLite and PostgreSQL tell others.  false: none. */
static bool broken(const struct blame *b, lite_constraint_kind kind, const lite_key *said)
{
    lite_constraints all;
    lite_constraint  one;
    lite_key         key;
    char             name[64];

    lite_constraints_begin(&all, text(b));
    while (lite_constraints_next(&all, &one)) {
        if (one.kind != kind)
            continue;
        lite_constraint_key(text(b), &one, b->cols, &key);
        if (!same_key(&key, said) && look(b, b->who->table, &key, &key) != SQLITE_ROW)
            continue;
        lite_constraint_name(text(b), b->who->name, &one, b->cols, name);
        say_duplicate(b, name, &key);
        return true;
    }
    return false;
}

static pgcopy_status unique(const struct blame *b)
{
    const char *said = behind(b, "UNIQUE constraint failed: ");
    lite_key    key;

    if (said && lite_begins(said, "index "))
        return named_index(b, said + strlen("index "));
    if (!said || !read_key(b, said, &key) || broken(b, LITE_PRIMARY, &key) ||
        broken(b, LITE_UNIQUE, &key))
        return PGCOPY_ERR_SQL;
    return unique_index(b, &key);
}

/* ---- Check, not null ---------------------------------------------------------------- */

/* SQLite says the name, or the expression where there is none. */
static bool is_check(const struct blame *b, const lite_constraint *one, const char *said)
{
    char name[LITE_NAME_CAP];

    if (one->kind != LITE_CHECK)
        return false;
    if (lite_token_name(text(b), one->own, name))
        return strcmp(name, said) == 0;
    return strlen(said) == one->end - one->start &&
           strncmp(text(b) + one->start, said, strlen(said)) == 0;
}

static pgcopy_status check(const struct blame *b)
{
    const char      *said = behind(b, "CHECK constraint failed: ");
    lite_constraints all;
    lite_constraint  one;
    char             name[64];

    lite_constraints_begin(&all, text(b));
    while (said && lite_constraints_next(&all, &one))
        if (is_check(b, &one, said)) {
            lite_constraint_name(text(b), b->who->name, &one, b->cols, name);
            pgcopy_reply_error(b->r, "23514",
                               "new row for relation \"%s\" violates check constraint \"%s\"",
                               b->who->name, name);
            return say_fields(b, name, "");
        }
    return PGCOPY_ERR_SQL;
}

static pgcopy_status not_null(const struct blame *b)
{
    const char *said = behind(b, "NOT NULL constraint failed: ");
    lite_key    key;

    if (!said || !read_key(b, said, &key) || key.n != 1)
        return PGCOPY_ERR_SQL;
    pgcopy_reply_error(
        b->r, "23502",
        "null value in column \"%s\" of relation \"%s\" violates not-null constraint",
        key.names[0], b->who->name);
    return say_fields(b, "", key.names[0]);
}

/* ---- Foreign keys: SQLite does not say which ---------------------------------------- */

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
    snprintf(f->parent, sizeof f->parent, "%s", text_of(stmt, 1));
    while (*id == own) {
        if (f->from.n < LITE_KEY_MAX) {
            snprintf(f->from.names[f->from.n], LITE_NAME_CAP, "%s", text_of(stmt, 2));
            snprintf(f->to.names[f->from.n], LITE_NAME_CAP, "%s", text_of(stmt, 3));
        }
        f->from.n++;
        *id = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : -1;
    }
    return true;
}

static pgcopy_status say_foreign(const struct blame *b, const struct foreign *f)
{
    lite_constraints all;
    lite_constraint  one;
    lite_key         key;
    char             name[64], rest[LITE_NAME_CAP + 32];

    lite_constraints_begin(&all, text(b));
    while (lite_constraints_next(&all, &one)) {
        if (one.kind != LITE_FOREIGN)
            continue;
        lite_constraint_key(text(b), &one, b->cols, &key);
        if (!same_key(&key, &f->from))
            continue;
        lite_constraint_name(text(b), b->who->name, &one, b->cols, name);
        pgcopy_reply_error(
            b->r, "23503",
            "insert or update on table \"%s\" violates foreign key constraint \"%s\"",
            b->who->name, name);
        say_fields(b, name, "");
        snprintf(rest, sizeof rest, " is not present in table \"%s\".", f->parent);
        tell_key(b, &f->from, false, rest);
        break;
    }
    return PGCOPY_ERR_SQL;
}

/* Without the row it must be the only one. */
static pgcopy_status foreign(const struct blame *b)
{
    sqlite3_stmt  *stmt = ask(b, foreign_sql, NULL);
    struct foreign f, found;
    size_t         count = 0;
    bool           sure  = false;
    int            id    = -1;

    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        id = sqlite3_column_int(stmt, 0);
    while (!sure && stmt && read_foreign(stmt, &f, &id)) {
        sure  = look(b, f.parent, &f.from, &f.to) == SQLITE_DONE;
        found = f;
        count++;
    }
    sqlite3_finalize(stmt);
    return sure || (count == 1 && b->who->inserts) ? say_foreign(b, &found) : PGCOPY_ERR_SQL;
}

/* ---- The entries -------------------------------------------------------------------- */

static void name_constraint(const struct blame *b, const char *state)
{
    if (strcmp(state, "23505") == 0)
        (void)unique(b);
    else if (strcmp(state, "23514") == 0)
        (void)check(b);
    else if (strcmp(state, "23502") == 0)
        (void)not_null(b);
    else if (strcmp(state, "23503") == 0)
        (void)foreign(b);
}

/* What fails on the way leaves the words that were there. */
static void blame(lite_conn *c, const lite_accused *who, const char *said, pgcopy_reply *r)
{
    struct blame b = {
        .c = c, .who = who, .r = r, .said = said, .sql = {.allocator = c->allocator}};
    pgcopy_error failure = *pgcopy_reply_failure(r);

    if (read_table(&b))
        name_constraint(&b, failure.sqlstate);
    else
        *pgcopy_reply_failure(r) = failure;
    pgcopy_columns_free(b.cols);
    pgcopy_buf_free(&b.sql);
}

/* The questions to the catalog replace it. */
static bool is_constraint(lite_conn *c, pgcopy_reply *r, char said[SAID_CAP])
{
    snprintf(said, SAID_CAP, "%s", sqlite3_errmsg(c->db));
    return strncmp(pgcopy_reply_failure(r)->sqlstate, "23", 2) == 0;
}

pgcopy_status lite_blame_row(lite_conn *c, const lite_accused *who, pgcopy_reply *r)
{
    char said[SAID_CAP];

    if (is_constraint(c, r, said))
        blame(c, who, said, r);
    return PGCOPY_ERR_SQL;
}

pgcopy_status lite_blame_statement(lite_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    pgcopy_error failure = *pgcopy_reply_failure(r);
    lite_table   table;
    lite_token   target;
    char said[SAID_CAP], name[LITE_NAME_CAP], known[LITE_NAME_CAP], schema[LITE_NAME_CAP];
    bool found;

    if (!is_constraint(c, r, said) || !lite_target(stmt, &target) ||
        !lite_token_folded(stmt->sql, target, name))
        return PGCOPY_ERR_SQL;
    found = lite_find(c, NULL, name, &table, r) == PGCOPY_OK;
    if (found) {
        snprintf(known, sizeof known, "%s", table.name);
        snprintf(schema, sizeof schema, "%s", table.schema);
    }
    sqlite3_reset(c->find);
    *pgcopy_reply_failure(r) = failure;
    if (found)
        blame(c,
              &(lite_accused){.schema  = schema,
                              .table   = known,
                              .name    = name,
                              .inserts = stmt->tag && lite_begins(stmt->tag, "INSERT")},
              said, r);
    return PGCOPY_ERR_SQL;
}
