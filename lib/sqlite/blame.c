/*
 * sqlite/blame.c - which constraint is it that a row breaks, in PostgreSQL's words.
 *
 *   NOT NULL constraint failed: t.a     what SQLite says
 *   CREATE TABLE t (a int NOT NULL)     what the catalog knows of it
 *   null value in column "a" of relation "t" violates not-null constraint
 *
 * Nothing that SQLite says is passed on but what the catalog has of the statement's own table.
 */
#include "sqlite/blame.h"

#include <stdio.h>
#include <string.h>

enum { SAID_CAP = 512 }; /* of what SQLite says */

/* ---- What the catalog says ---------------------------------------------------------- */

sqlite3_stmt *lite_blame_ask(const lite_blame *b, const char *sql, const char *third)
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

static bool read_table(lite_blame *b)
{
    lite_table    table = {b->who->schema, b->who->table, PGCOPY_RELATION_TABLE};
    pgcopy_buf    sql   = {.allocator = b->c->allocator};
    sqlite3_stmt *stmt  = NULL;

    lite_add(&sql, "SELECT sql FROM ");
    lite_quote(&sql, b->who->schema);
    lite_add(&sql, ".sqlite_master WHERE type = 'table' AND name = ?1 AND ?2 <> ''");
    if (lite_end(&sql))
        stmt = lite_blame_ask(b, (const char *)sql.data, NULL);
    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        lite_add(&b->sql, lite_text_of(stmt, 0));
    sqlite3_finalize(stmt);
    pgcopy_buf_free(&sql);
    b->cols = pgcopy_columns_new(b->c->allocator);
    return b->cols && b->sql.len && lite_end(&b->sql) &&
           lite_read_columns(b->c, &table, b->cols, b->r) == PGCOPY_OK;
}

const char *lite_blame_sql(const lite_blame *b)
{
    return (const char *)b->sql.data;
}

/* ---- What SQLite says --------------------------------------------------------------- */

const char *lite_blame_behind(const lite_blame *b, const char *words)
{
    return lite_begins(b->said, words) ? b->said + strlen(words) : NULL;
}

bool lite_blame_key(const lite_blame *b, const char *said, lite_key *key)
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

/* ---- Saying it ---------------------------------------------------------------------- */

/* PostgreSQL's public is SQLite's main. */
pgcopy_status lite_blame_fields(const lite_blame *b, const char *constraint, const char *column)
{
    pgcopy_error *err    = pgcopy_reply_failure(b->r);
    const char   *schema = lite_same(b->who->schema, "main") ? "public" : b->who->schema;

    snprintf(err->schema, sizeof err->schema, "%s", schema);
    snprintf(err->table, sizeof err->table, "%s", b->who->name);
    snprintf(err->constraint, sizeof err->constraint, "%s", constraint);
    snprintf(err->column, sizeof err->column, "%.*s", (int)sizeof err->column - 1, column);
    return PGCOPY_ERR_SQL;
}

/* SQLite says the name, or the expression where there is none. */
static bool is_check(const lite_blame *b, const lite_constraint *one, const char *said)
{
    char name[LITE_NAME_CAP];

    if (one->kind != LITE_CHECK)
        return false;
    if (lite_token_name(lite_blame_sql(b), one->own, name))
        return strcmp(name, said) == 0;
    return strlen(said) == one->end - one->start &&
           strncmp(lite_blame_sql(b) + one->start, said, strlen(said)) == 0;
}

static pgcopy_status check(const lite_blame *b)
{
    const char      *said = lite_blame_behind(b, "CHECK constraint failed: ");
    lite_constraints all;
    lite_constraint  one;
    char             name[64];

    lite_constraints_begin(&all, lite_blame_sql(b));
    while (said && lite_constraints_next(&all, &one))
        if (is_check(b, &one, said)) {
            lite_constraint_name(lite_blame_sql(b), b->who->name, &one, b->cols, name);
            pgcopy_reply_error(b->r, "23514",
                               "new row for relation \"%s\" violates check constraint \"%s\"",
                               b->who->name, name);
            return lite_blame_fields(b, name, "");
        }
    return PGCOPY_ERR_SQL;
}

static pgcopy_status not_null(const lite_blame *b)
{
    const char *said = lite_blame_behind(b, "NOT NULL constraint failed: ");
    lite_key    key;

    if (!said || !lite_blame_key(b, said, &key) || key.n != 1)
        return PGCOPY_ERR_SQL;
    pgcopy_reply_error(
        b->r, "23502",
        "null value in column \"%s\" of relation \"%s\" violates not-null constraint",
        key.names[0], b->who->name);
    return lite_blame_fields(b, "", key.names[0]);
}

/* ---- The entries -------------------------------------------------------------------- */

static void name_constraint(const lite_blame *b, const char *state)
{
    if (strcmp(state, "23505") == 0)
        (void)lite_blame_unique(b);
    else if (strcmp(state, "23514") == 0)
        (void)check(b);
    else if (strcmp(state, "23502") == 0)
        (void)not_null(b);
    else if (strcmp(state, "23503") == 0)
        (void)lite_blame_foreign(b);
}

/* What fails on the way leaves the words that were there. */
static void blame(lite_conn *c, const lite_accused *who, const char *said, pgcopy_reply *r)
{
    lite_blame b = {
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
