/*
 * sqlite/relation.c - a table's columns and kind, by the catalog.
 *
 * SQLite finds a name in any case, but one with large letters was quoted, for PostgreSQL folds
 * the others, and means itself alone; what is found has the catalog's spelling.  Without a
 * schema it is looked for as SQLite itself does: temp, main, then what is attached.  "public"
 * is where PostgreSQL keeps tables, and what its tools say: here, main.
 */
#include "sqlite/conn.h"

#include <string.h>

static const char find_sql[] = "SELECT schema, name, type FROM pragma_table_list(?1) "
                               "WHERE schema = coalesce(?2, schema) COLLATE NOCASE "
                               "ORDER BY schema <> 'temp', schema <> 'main' LIMIT 1";

/* In PostgreSQL a primary key is not null, and an integer one that counts by itself has a
   default.  hidden: 1 a virtual table's own, 2 and 3 generated. */
static const char columns_sql[] =
    "SELECT name, type, \"notnull\" OR pk, "
    "dflt_value IS NOT NULL OR pk AND lower(type) = 'integer', hidden > 1, dflt_value "
    "FROM pragma_table_xinfo(?1, ?2) WHERE hidden <> 1 ORDER BY cid";

/* One of the two questions, prepared when it is first asked. */
static pgcopy_status ask(lite_conn *c, sqlite3_stmt **stmt, const char *sql, const char *name,
                         const char *schema, pgcopy_reply *r)
{
    int rc = SQLITE_OK;

    if (!*stmt)
        rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
    if (rc != SQLITE_OK)
        return lite_failed(c, rc, r);
    sqlite3_reset(*stmt);
    sqlite3_bind_text(*stmt, 1, name, -1, SQLITE_TRANSIENT);
    rc = sqlite3_bind_text(*stmt, 2, schema, -1, SQLITE_TRANSIENT);
    return rc == SQLITE_OK ? PGCOPY_OK : lite_failed(c, rc, r);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* SQLite has found it, so they are the same but for case. */
static bool finds(const char *known, const char *name)
{
    bool quoted = false;

    for (const char *c = name; *c; c++)
        quoted = quoted || lower(*c) != *c;
    return !quoted || strcmp(known, name) == 0;
}

/* END: there is none. */
static pgcopy_status look(lite_conn *c, const char *schema, const char *name, lite_table *table,
                          pgcopy_reply *r)
{
    pgcopy_status status = ask(c, &c->find, find_sql, name, schema, r);
    int           rc;

    if (status)
        return status;
    rc = sqlite3_step(c->find);
    if (rc == SQLITE_DONE)
        return PGCOPY_END;
    if (rc != SQLITE_ROW)
        return lite_failed(c, rc, r);
    if (!finds(lite_text_of(c->find, 1), name))
        return PGCOPY_END;
    table->schema = lite_text_of(c->find, 0);
    table->name   = lite_text_of(c->find, 1);
    table->kind =
        strcmp(lite_text_of(c->find, 2), "view") ? PGCOPY_RELATION_TABLE : PGCOPY_RELATION_VIEW;
    return PGCOPY_OK;
}

/* OK: none, else 3F000.  PostgreSQL has two of its own. */
static pgcopy_status check_schema(lite_conn *c, const char *schema, pgcopy_reply *r)
{
    static const char *const others[] = {"public", "pg_catalog", "information_schema"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(schema, others[i]) == 0)
            return PGCOPY_OK;
    if (sqlite3_db_readonly(c->db, schema) >= 0) /* less than 0: it knows no such database */
        return PGCOPY_OK;
    return pgcopy_reply_error(r, "3F000", "schema \"%s\" does not exist", schema);
}

pgcopy_status lite_find(lite_conn *c, const char *schema, const char *name, lite_table *table,
                        pgcopy_reply *r)
{
    pgcopy_status status = look(c, schema, name, table, r);

    if (status == PGCOPY_END && schema && strcmp(schema, "public") == 0)
        status = look(c, "main", name, table, r);
    if (status != PGCOPY_END)
        return status;
    status = schema ? check_schema(c, schema, r) : PGCOPY_OK;
    if (status)
        return status;
    return pgcopy_reply_error(r, "42P01", "relation \"%s%s%s\" does not exist",
                              schema ? schema : "", schema ? "." : "", name);
}

void lite_table_name(pgcopy_buf *sql, const lite_table *table)
{
    lite_quote(sql, table->schema);
    lite_add(sql, ".");
    lite_quote(sql, table->name);
}

/* ---- Its columns -------------------------------------------------------------------- */

pgcopy_status lite_ask_columns(lite_conn *c, const lite_table *table, pgcopy_reply *r)
{
    return ask(c, &c->columns, columns_sql, table->name, table->schema, r);
}

static pgcopy_status add_column(sqlite3_stmt *row, pgcopy_columns *cols)
{
    int32_t        typmod = -1;
    uint32_t       type   = lite_type(lite_text_of(row, LITE_DECLARED), &typmod);
    pgcopy_column *col =
        pgcopy_columns_add(cols, lite_text_of(row, LITE_NAME), type ? type : PGCOPY_OID_TEXT);

    if (!col)
        return PGCOPY_ERR_NOMEM;
    col->typmod      = typmod;
    col->not_null    = sqlite3_column_int(row, LITE_NOT_NULL) != 0;
    col->has_default = sqlite3_column_int(row, LITE_HAS_DEFAULT) != 0;
    col->generated   = sqlite3_column_int(row, LITE_GENERATED) != 0;
    return PGCOPY_OK;
}

pgcopy_status lite_read_columns(lite_conn *c, const lite_table *table, pgcopy_columns *cols,
                                pgcopy_reply *r)
{
    pgcopy_status status = lite_ask_columns(c, table, r);
    int           rc     = SQLITE_ROW;

    while (!status && (rc = sqlite3_step(c->columns)) == SQLITE_ROW)
        status = add_column(c->columns, cols);
    if (!status && rc != SQLITE_DONE)
        status = lite_failed(c, rc, r);
    sqlite3_reset(c->columns);
    return status;
}

static pgcopy_status read_relation(lite_conn *c, const char *schema, const char *name,
                                   pgcopy_columns *cols, pgcopy_reply *r)
{
    lite_table    found;
    pgcopy_status status = lite_find(c, schema, name, &found, r);

    if (!status)
        status = lite_read_columns(c, &found, cols, r);
    if (!status) {
        pgcopy_columns_set_relation(cols, found.kind);
        lite_known_keep(c, schema, name, &found, cols);
    }
    sqlite3_reset(c->find);
    return status;
}

pgcopy_status lite_relation(void *conn, const char *schema, const char *table, pgcopy_reply *r)
{
    lite_conn        *c    = conn;
    pgcopy_columns   *cols = pgcopy_reply_columns(r);
    const lite_known *known;
    pgcopy_status     status;

    if (!cols)
        return PGCOPY_ERR_NOMEM;
    lite_enter(c);
    known = lite_known_table(c, schema, table);
    if (known)
        status = lite_copy_columns(cols, known->columns) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
    else
        status = read_relation(c, schema, table, cols, r);
    lite_leave(c);
    return status;
}
