/* catalog.c - tables and columns as IRIS's catalog tells them; t is SQLUser.t. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQL = 8192 };

#define SCHEMA(name)                                                                    \
    "CASE WHEN " name " LIKE '%.%' THEN substr(" name ", 1, instr(" name ", '.') - 1) " \
    "ELSE 'SQLUser' END"
#define TABLE(name) "substr(" name ", instr(" name ", '.') + 1)"

/* A pattern in SQL's quotes; none is "any". */
static void add_pattern(char *sql, const SQLCHAR *pattern, SQLSMALLINT len)
{
    const char *p    = pattern ? (const char *)pattern : "%";
    size_t      n    = pattern && len != SQL_NTS ? (size_t)len : strlen(p);
    size_t      used = strlen(sql);

    sql[used++] = '\'';
    for (size_t i = 0; i < n && used + 4 < SQL; i++) {
        if (p[i] == '\'')
            sql[used++] = '\'';
        sql[used++] = p[i];
    }
    memcpy(sql + used, "'", 2);
}

static void add(char *sql, const char *text)
{
    size_t used = strlen(sql);

    snprintf(sql + used, SQL - used, "%s", text);
}

static SQLRETURN ask(struct stmt *s, char *sql)
{
    SQLRETURN rc = judged(&s->h, real.ExecDirect(s->h.real, (SQLCHAR *)sql, SQL_NTS));

    free(sql);
    return rc;
}

SQLRETURN SQLTables(SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_len, SQLCHAR *schema,
                    SQLSMALLINT schema_len, SQLCHAR *table, SQLSMALLINT table_len,
                    SQLCHAR *type, SQLSMALLINT type_len)
{
    char *sql = calloc(1, SQL);

    (void)catalog, (void)catalog_len, (void)type, (void)type_len;
    if (!sql)
        return SQL_ERROR;
    add(sql, "SELECT NULL AS TABLE_CAT, " SCHEMA("name") " AS TABLE_SCHEM, " TABLE(
                 "name") " AS TABLE_NAME, "
                         "upper(type) AS TABLE_TYPE, NULL AS REMARKS FROM sqlite_schema "
                         "WHERE type IN ('table', 'view') AND " SCHEMA("name") " LIKE ");
    add_pattern(sql, schema, schema_len);
    add(sql, " AND " TABLE("name") " LIKE ");
    add_pattern(sql, table, table_len);
    return ask(stmt, sql);
}

/* CASE WHEN the declared type begins so THEN its code, or its name. */
static void add_types(char *sql, bool names)
{
    add(sql, "CASE ");
    for (const struct type *t = types;; t++) {
        char when[96], code[8];

        snprintf(code, sizeof code, "%d", t->code);
        snprintf(when, sizeof when, "WHEN c.type LIKE '%s%%' THEN '%s' ", t->declared,
                 names ? t->name : code);
        add(sql, when);
        if (!*t->declared)
            break;
    }
    add(sql, "END, ");
}

SQLRETURN SQLColumns(SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_len, SQLCHAR *schema,
                     SQLSMALLINT schema_len, SQLCHAR *table, SQLSMALLINT table_len,
                     SQLCHAR *column, SQLSMALLINT column_len)
{
    struct stmt *s   = stmt;
    char        *sql = calloc(1, SQL);

    (void)catalog, (void)catalog_len;
    if (!sql)
        return SQL_ERROR;
    add(sql, "SELECT NULL, " SCHEMA("m.name") ", " TABLE("m.name") ", c.name, ");
    add_types(sql, false);
    if (s->dbc->type_names)
        add_types(sql, true);
    else
        add(sql, "'', ");
    add(sql,
        "CASE WHEN c.type LIKE '%(%' "
        "THEN CAST(substr(c.type, instr(c.type, '(') + 1) AS INTEGER) ELSE 0 END, NULL, "
        "CASE WHEN c.type LIKE '%,%' "
        "THEN CAST(substr(c.type, instr(c.type, ',') + 1) AS INTEGER) ELSE 0 END, 10, "
        "CASE WHEN c.\"notnull\" OR c.pk THEN 0 ELSE 1 END, NULL, c.dflt_value, NULL, NULL, "
        "NULL, c.cid + 1, CASE WHEN c.\"notnull\" THEN 'NO' ELSE 'YES' END "
        "FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE " SCHEMA("m.name") " LIKE ");
    add_pattern(sql, schema, schema_len);
    add(sql, " AND " TABLE("m.name") " LIKE ");
    add_pattern(sql, table, table_len);
    add(sql, " AND c.name LIKE ");
    add_pattern(sql, column, column_len);
    add(sql, " ORDER BY m.name, c.cid");
    return ask(s, sql);
}

SQLRETURN SQLPrimaryKeys(SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_len,
                         SQLCHAR *schema, SQLSMALLINT schema_len, SQLCHAR *table,
                         SQLSMALLINT table_len)
{
    struct stmt *s = stmt;

    (void)catalog, (void)catalog_len, (void)schema, (void)schema_len;
    return judged(&s->h, real.PrimaryKeys(s->h.real, NULL, 0, NULL, 0, table, table_len));
}
