/*
 * odbc/relation.c - a table's columns and kind, by the catalog.
 *
 * PostgreSQL folds names to lower case, others to upper or not at all, so a name is looked for
 * as it came, then with its small letters in any case.  What is found has the catalog's
 * spelling and is said quoted. "public" is where PostgreSQL keeps tables, and what its tools
 * say: elsewhere, the home schema.
 */
#include "odbc/conn.h"
#include "odbc/text.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_CAP = ODBC_NAME_CAP };

struct table {
    char schema[NAME_CAP]; /* "": none */
    char name[NAME_CAP];
    char kind[64];
};

/* The best one so far, and how good it is. */
struct search {
    const char  *schema; /* NULL: any */
    const char  *name;
    const char  *home;
    int          rank; /* 0: none found                                         */
    unsigned     same; /* how many of this rank                                   */
    struct table table;
};

/* A column of the row that was fetched, in their order; "" for NULL. */
static bool get(SQLHSTMT stmt, SQLUSMALLINT col, char *buf, size_t cap)
{
    SQLLEN    ind = SQL_NULL_DATA;
    SQLRETURN rc  = SQLGetData(stmt, col, SQL_C_CHAR, buf, (SQLLEN)cap, &ind);

    if (!SQL_SUCCEEDED(rc) || ind == SQL_NULL_DATA)
        buf[0] = '\0';
    return SQL_SUCCEEDED(rc) && ind != SQL_NULL_DATA;
}

static SQLLEN get_number(SQLHSTMT stmt, SQLUSMALLINT col)
{
    char text[32];

    return get(stmt, col, text, sizeof text) ? strtol(text, NULL, 10) : 0;
}

static SQLCHAR *chars(const char *text)
{
    return (SQLCHAR *)text;
}

/* Runs a catalog query of the dialect, its parameters name and schema. */
static SQLRETURN ask(odbc_conn *c, SQLHSTMT stmt, const char *sql, const char *name,
                     const char *schema)
{
    SQLLEN    lens[2] = {(SQLLEN)strlen(name),
                      schema && *schema ? (SQLLEN)strlen(schema) : SQL_NULL_DATA};
    SQLRETURN rc;

    odbc_bind_value(stmt, 1, name, &lens[0], false);
    odbc_bind_value(stmt, 2, schema, &lens[1], false);
    rc = odbc_run(c, stmt, sql);
    if (SQL_SUCCEEDED(rc)) /* else it would take the diagnostics along */
        SQLFreeStmt(stmt, SQL_RESET_PARAMS);
    return rc;
}

/* ---- Which table -------------------------------------------------------------------- */

/* Exact before any case, and the home schema before others. */
static int rank_of(const struct search *s, const struct table *t)
{
    int rank = strcmp(t->name, s->name) == 0 ? 3 : odbc_text_finds(t->name, s->name) ? 1 : 0;

    if (s->schema && *t->schema && !odbc_text_same(t->schema, s->schema))
        return 0;
    return rank && !s->schema && s->home && strcmp(t->schema, s->home) == 0 ? rank + 1 : rank;
}

static void consider(struct search *s, const struct table *t)
{
    int rank = rank_of(s, t);

    if (rank == 0 || rank < s->rank)
        return;
    if (rank > s->rank) {
        s->table = *t;
        s->rank  = rank;
        s->same  = 0;
    }
    s->same++;
}

static SQLRETURN list_tables(odbc_conn *c, SQLHSTMT stmt, const char *schema, const char *name)
{
    SQLCHAR *all = NULL;

    if (c->dialect->tables)
        return ask(c, stmt, c->dialect->tables, name, schema);
    return SQLTables(stmt, c->dialect->catalogs ? chars(schema) : all, SQL_NTS,
                     c->dialect->catalogs ? all : chars(schema), SQL_NTS, chars(name), SQL_NTS,
                     NULL, 0);
}

/* SQLTables: catalog, schema, name, type.  The dialect's own: schema, name, type. */
static void read_table(const odbc_conn *c, SQLHSTMT stmt, struct table *t)
{
    SQLUSMALLINT at = c->dialect->tables ? 1 : 2;

    get(stmt, c->dialect->catalogs ? 1 : at, t->schema, sizeof t->schema);
    get(stmt, (SQLUSMALLINT)(at + 1), t->name, sizeof t->name);
    get(stmt, (SQLUSMALLINT)(at + 2), t->kind, sizeof t->kind);
}

/* pattern: the name, which as a pattern finds itself at least, or "%". */
static pgcopy_status look(odbc_conn *c, SQLHSTMT stmt, struct search *s, const char *pattern,
                          pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;
    struct table  t      = {"", "", ""};
    SQLRETURN     rc     = list_tables(c, stmt, s->schema, pattern);

    while (SQL_SUCCEEDED(rc) && (rc = odbc_next(c, stmt)) != SQL_NO_DATA && SQL_SUCCEEDED(rc)) {
        read_table(c, stmt, &t);
        consider(s, &t);
    }
    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        status = odbc_failed(c, SQL_HANDLE_STMT, stmt, r);
    SQLFreeStmt(stmt, SQL_CLOSE);
    return status;
}

static pgcopy_status search(odbc_conn *c, SQLHSTMT stmt, struct search *s, pgcopy_reply *r)
{
    pgcopy_status status = look(c, stmt, s, s->name, r);

    if (!status && s->rank == 0 && !c->dialect->tables)
        status = look(c, stmt, s, "%", r);
    return status;
}

/* false: the dialect can tell that there is no such schema. */
static bool schema_may_be(odbc_conn *c, SQLHSTMT stmt, const char *schema)
{
    char found[NAME_CAP] = "";

    if (!schema || !c->dialect->schema_there || strcmp(schema, "public") == 0)
        return true;
    if (SQL_SUCCEEDED(ask(c, stmt, c->dialect->schema_there, schema, NULL)) &&
        SQL_SUCCEEDED(odbc_next(c, stmt)))
        get(stmt, 1, found, sizeof found);
    SQLFreeStmt(stmt, SQL_CLOSE);
    return strcmp(found, "0") != 0;
}

static pgcopy_status missing(odbc_conn *c, SQLHSTMT stmt, const char *schema, const char *table,
                             pgcopy_reply *r)
{
    if (!schema_may_be(c, stmt, schema))
        return pgcopy_reply_error(r, "3F000", "schema \"%s\" does not exist", schema);
    return pgcopy_reply_error(r, "42P01", "relation \"%s%s%s\" does not exist",
                              schema ? schema : "", schema ? "." : "", table);
}

static pgcopy_status find(odbc_conn *c, SQLHSTMT stmt, const char *schema, const char *name,
                          struct table *table, pgcopy_reply *r)
{
    struct search s      = {schema, name, c->dialect->home, 0, 0, {"", "", ""}};
    pgcopy_status status = search(c, stmt, &s, r);

    if (!status && s.rank == 0 && schema && strcmp(schema, "public") == 0) {
        s.schema = c->dialect->home;
        status   = search(c, stmt, &s, r);
    }
    if (status)
        return status;
    /* Two that differ in case alone: which one is meant cannot be told. */
    if (s.rank == 0 || (s.rank < 3 && s.same > 1))
        return missing(c, stmt, schema, name, r);
    *table = s.table;
    return PGCOPY_OK;
}

/* ---- Its columns -------------------------------------------------------------------- */

static pgcopy_status add(pgcopy_columns *cols, const char *name, uint32_t type, int32_t typmod,
                         const bool flags[3])
{
    pgcopy_column *col = pgcopy_columns_add(cols, name, type);

    if (!col)
        return PGCOPY_ERR_NOMEM;
    col->typmod      = typmod;
    col->not_null    = flags[0];
    col->has_default = flags[1];
    col->generated   = flags[2];
    return PGCOPY_OK;
}

/* Of the dialect's own query: name, type, not null, default, generated. */
static pgcopy_status add_declared(const odbc_conn *c, SQLHSTMT stmt, pgcopy_columns *cols)
{
    char     name[NAME_CAP], declared[NAME_CAP];
    bool     flags[3];
    uint32_t type;
    int32_t  typmod;

    get(stmt, 1, name, sizeof name);
    get(stmt, 2, declared, sizeof declared);
    for (SQLUSMALLINT i = 0; i < 3; i++)
        flags[i] = get_number(stmt, (SQLUSMALLINT)(3 + i)) != 0;
    type = odbc_type(c->dialect, declared, SQL_LONGVARCHAR, 0, 0, &typmod);
    return add(cols, name, type, typmod, flags);
}

/* Of SQLColumns: schema 2, table 3, name 4, code 5, type 6, size 7, scale 9, nullable 11,
   default 13.  Its patterns may have found more than this table. */
static pgcopy_status add_catalogued(const odbc_conn *c, SQLHSTMT stmt, const struct table *t,
                                    pgcopy_columns *cols)
{
    char        schema[NAME_CAP], table[NAME_CAP], name[NAME_CAP], type[NAME_CAP];
    bool        flags[3] = {false, false, false};
    SQLSMALLINT code, scale;
    SQLLEN      size;
    uint32_t    oid;
    int32_t     typmod;

    get(stmt, c->dialect->catalogs ? 1 : 2, schema, sizeof schema);
    get(stmt, 3, table, sizeof table);
    if (strcmp(table, t->name) != 0 || strcmp(schema, t->schema) != 0)
        return PGCOPY_OK;
    get(stmt, 4, name, sizeof name);
    code = (SQLSMALLINT)get_number(stmt, 5);
    get(stmt, 6, type, sizeof type);
    size     = get_number(stmt, 7);
    scale    = (SQLSMALLINT)get_number(stmt, 9);
    flags[0] = get_number(stmt, 11) == SQL_NO_NULLS;
    flags[1] = get(stmt, 13, table, sizeof table) && !odbc_text_same(table, "NULL");
    oid      = odbc_type(c->dialect, type, code, size, scale, &typmod);
    return add(cols, name, oid, typmod, flags);
}

static SQLRETURN list_columns(odbc_conn *c, SQLHSTMT stmt, const struct table *t)
{
    const char *schema = *t->schema ? t->schema : NULL;

    if (c->dialect->columns)
        return ask(c, stmt, c->dialect->columns, t->name, schema);
    return SQLColumns(stmt, c->dialect->catalogs ? chars(schema) : NULL, SQL_NTS,
                      c->dialect->catalogs ? NULL : chars(schema), SQL_NTS, chars(t->name),
                      SQL_NTS, NULL, 0);
}

static pgcopy_status read_columns(odbc_conn *c, SQLHSTMT stmt, const struct table *t,
                                  pgcopy_columns *cols, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;
    SQLRETURN     rc     = list_columns(c, stmt, t);

    while (!status && SQL_SUCCEEDED(rc)) {
        rc = odbc_next(c, stmt);
        if (SQL_SUCCEEDED(rc))
            status = c->dialect->columns ? add_declared(c, stmt, cols)
                                         : add_catalogued(c, stmt, t, cols);
    }
    if (!status && !SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        status = odbc_failed(c, SQL_HANDLE_STMT, stmt, r);
    return status;
}

static pgcopy_relation kind_of(const char *kind)
{
    if (odbc_text_has(kind, "MAT"))
        return PGCOPY_RELATION_MATVIEW;
    if (odbc_text_has(kind, "PARTITIONED"))
        return PGCOPY_RELATION_PARTITIONED;
    if (odbc_text_has(kind, "FOREIGN"))
        return PGCOPY_RELATION_FOREIGN;
    if (odbc_text_has(kind, "VIEW"))
        return PGCOPY_RELATION_VIEW;
    return odbc_text_has(kind, "SEQUENCE") ? PGCOPY_RELATION_SEQUENCE : PGCOPY_RELATION_TABLE;
}

/* ---- The entries -------------------------------------------------------------------- */

static pgcopy_status relation(odbc_conn *c, SQLHSTMT stmt, const char *schema,
                              const char *table, pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);
    struct table    found;
    pgcopy_status   status = cols ? find(c, stmt, schema, table, &found, r) : PGCOPY_ERR_NOMEM;

    if (!status)
        status = read_columns(c, stmt, &found, cols, r);
    if (!status)
        pgcopy_columns_set_relation(cols, kind_of(found.kind));
    return status;
}

pgcopy_status odbc_relation(void *conn, const char *schema, const char *table, pgcopy_reply *r)
{
    odbc_conn    *c    = conn;
    SQLHSTMT      stmt = SQL_NULL_HSTMT;
    pgcopy_status status;

    odbc_enter(c);
    status = odbc_statement(c, &stmt, r);
    if (!status)
        status = relation(c, stmt, schema, table, r);
    odbc_drop(&stmt);
    odbc_leave(c);
    return status;
}

pgcopy_status odbc_table_name(odbc_conn *c, const char *schema, const char *table,
                              pgcopy_columns *cols, pgcopy_buf *name, pgcopy_reply *r)
{
    SQLHSTMT      stmt = SQL_NULL_HSTMT;
    struct table  found;
    pgcopy_status status = odbc_statement(c, &stmt, r);

    if (!status)
        status = find(c, stmt, schema, table, &found, r);
    if (!status && cols)
        status = read_columns(c, stmt, &found, cols, r);
    odbc_drop(&stmt);
    if (status)
        return status;
    if ((schema || c->dialect->qualified) && *found.schema) {
        odbc_text_quote(name, c->dialect, found.schema);
        odbc_text_add(name, ".");
    }
    odbc_text_quote(name, c->dialect, found.name);
    return PGCOPY_OK;
}

pgcopy_status odbc_table_keys(odbc_conn *c, const char *schema, const char *table,
                              odbc_key_column *each, void *arg, pgcopy_reply *r)
{
    char          id[NAME_CAP], name[NAME_CAP], column[NAME_CAP];
    SQLHSTMT      stmt = SQL_NULL_HSTMT;
    struct table  found;
    pgcopy_status status = odbc_statement(c, &stmt, r);
    SQLRETURN     rc     = SQL_SUCCESS;

    if (!status)
        status = find(c, stmt, schema, table, &found, r);
    if (!status)
        rc = ask(c, stmt, c->dialect->keys_of, found.name, found.schema);
    while (!status && SQL_SUCCEEDED(rc)) {
        rc = odbc_next(c, stmt);
        if (!SQL_SUCCEEDED(rc))
            break;
        get(stmt, 1, id, sizeof id);
        get(stmt, 2, name, sizeof name);
        get(stmt, 3, column, sizeof column);
        each(arg, id, name, column);
    }
    if (!status && rc != SQL_NO_DATA)
        status = odbc_failed(c, SQL_HANDLE_STMT, stmt, r);
    odbc_drop(&stmt);
    return status;
}

/* SQLPrimaryKeys: the column is 4. */
static pgcopy_status read_key(odbc_conn *c, SQLHSTMT stmt, const struct table *t, char *key,
                              pgcopy_reply *r)
{
    SQLCHAR  *schema = *t->schema ? chars(t->schema) : NULL;
    bool      across = c->dialect->catalogs;
    size_t    n      = 0;
    SQLRETURN rc = SQLPrimaryKeys(stmt, across ? schema : NULL, SQL_NTS, across ? NULL : schema,
                                  SQL_NTS, chars(t->name), SQL_NTS);

    while (SQL_SUCCEEDED(rc)) {
        rc = odbc_next(c, stmt);
        if (SQL_SUCCEEDED(rc) && n++ == 0)
            get(stmt, 4, key, ODBC_NAME_CAP);
    }
    if (n != 1)
        *key = '\0';
    return rc == SQL_NO_DATA ? PGCOPY_OK : odbc_failed(c, SQL_HANDLE_STMT, stmt, r);
}

pgcopy_status odbc_table_key(odbc_conn *c, const char *schema, const char *table,
                             char key[ODBC_NAME_CAP], pgcopy_reply *r)
{
    SQLHSTMT      stmt = SQL_NULL_HSTMT;
    struct table  found;
    pgcopy_status status = odbc_statement(c, &stmt, r);

    *key = '\0';
    if (!status)
        status = find(c, stmt, schema, table, &found, r);
    if (!status)
        status = read_key(c, stmt, &found, key, r);
    odbc_drop(&stmt);
    return status;
}
