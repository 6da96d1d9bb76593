/*
 * odbc/probe.c - do arrays of parameters work?
 *
 * Nothing is published of some drivers.  Others are known that store the first row alone, or
 * take the length of a value for the distance to the next one.  So a table of our own is
 * written to and read back, before anybody's rows are:
 *
 *   1 x NULL | 2 NULL ten-letter | 3 '' y | 4 zz z     must all be in, as they were
 *   5 x y    | 6 x y             | 1 x y  | 8 x y      must not be said to be in: 1 is a key
 */
#include "odbc/conn.h"
#include "odbc/nodes.h"
#include "odbc/text.h"

#include <stdio.h>
#include <string.h>

enum { SETS = 4, COLS = 3, WIDTH = 12, NAME_LEN = 48, SQL_LEN = 160 };

static const char *const good[SETS][COLS] = {
    {"1", "x", NULL}, {"2", NULL, "ten-letter"}, {"3", "y", "Zo\xC3\xAB"}, {"4", "zz", "z"}};
static const char *const bad[SETS][COLS] = {
    {"5", "x", "y"}, {"6", "x", "y"}, {"1", "x", "y"}, {"8", "x", "y"}};

struct set {
    char         values[COLS][SETS][WIDTH];
    SQLLEN       lens[COLS][SETS];
    SQLUSMALLINT marks[SETS];
    SQLULEN      processed;
};

static void fill(struct set *set, const char *const rows[SETS][COLS])
{
    memset(set, 0x77, sizeof *set);
    for (size_t row = 0; row < SETS; row++)
        for (size_t col = 0; col < COLS; col++) {
            const char *value = rows[row][col];

            set->lens[col][row] = value ? (SQLLEN)strlen(value) : SQL_NULL_DATA;
            if (value)
                memcpy(set->values[col][row], value, strlen(value));
        }
}

static bool bind(SQLHSTMT stmt, struct set *set)
{
    SQLRETURN rc = SQLSetStmtAttr(stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(SQLULEN)SETS,
                                  SQL_IS_UINTEGER);

    SQLSetStmtAttr(stmt, SQL_ATTR_PARAM_STATUS_PTR, set->marks, SQL_IS_POINTER);
    SQLSetStmtAttr(stmt, SQL_ATTR_PARAMS_PROCESSED_PTR, &set->processed, SQL_IS_POINTER);
    for (SQLUSMALLINT i = 0; i < COLS && SQL_SUCCEEDED(rc); i++)
        rc = SQLBindParameter(stmt, (SQLUSMALLINT)(i + 1), SQL_PARAM_INPUT, SQL_C_CHAR,
                              SQL_VARCHAR, WIDTH, 0, set->values[i], WIDTH, set->lens[i]);
    return SQL_SUCCEEDED(rc);
}

/* Says the driver that all four are in? */
static bool says_stored(odbc_conn *c, SQLHSTMT stmt, struct set *set)
{
    SQLRETURN rc    = odbc_run(c, stmt, NULL);
    SQLLEN    count = 0, n = 0;

    if (!SQL_SUCCEEDED(rc))
        return false;
    do {
        SQLRowCount(stmt, &n);
        count += n > 0 ? n : 0;
    } while (SQL_SUCCEEDED(SQLMoreResults(stmt)));
    for (size_t i = 0; i < SETS; i++)
        if (set->marks[i] != SQL_PARAM_SUCCESS && set->marks[i] != SQL_PARAM_SUCCESS_WITH_INFO)
            return false;
    return count == SETS && set->processed == SETS;
}

static bool same_row(SQLHSTMT stmt, const char *const row[COLS])
{
    for (SQLUSMALLINT i = 0; i < COLS; i++) {
        char   text[32] = "";
        SQLLEN ind      = 0;

        if (!SQL_SUCCEEDED(
                SQLGetData(stmt, (SQLUSMALLINT)(i + 1), SQL_C_CHAR, text, sizeof text, &ind)))
            return false;
        if (row[i] ? ind == SQL_NULL_DATA || strcmp(text, row[i]) != 0 : ind != SQL_NULL_DATA)
            return false;
    }
    return true;
}

static bool reads_back(odbc_conn *c, const char *table)
{
    char     sql[SQL_LEN];
    SQLHSTMT stmt = SQL_NULL_HSTMT;
    bool     same;

    snprintf(sql, sizeof sql, "SELECT id, a, b FROM %s ORDER BY id", table);
    same = SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &stmt)) &&
           SQL_SUCCEEDED(odbc_run(c, stmt, sql));
    for (size_t row = 0; same && row < SETS; row++)
        same = SQL_SUCCEEDED(odbc_next(c, stmt)) && same_row(stmt, good[row]);
    same = same && odbc_next(c, stmt) == SQL_NO_DATA;
    odbc_drop(&stmt);
    return same;
}

static bool insert(odbc_conn *c, const char *table)
{
    struct set set;
    char       sql[SQL_LEN];
    SQLHSTMT   stmt = SQL_NULL_HSTMT;
    bool       works;

    fill(&set, good);
    snprintf(sql, sizeof sql, "INSERT INTO %s (id, a, b) VALUES (?, ?, ?)", table);
    works = SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &stmt)) &&
            SQL_SUCCEEDED(SQLPrepare(stmt, (SQLCHAR *)sql, SQL_NTS)) && bind(stmt, &set) &&
            says_stored(c, stmt, &set) && reads_back(c, table);
    if (works) {
        fill(&set, bad);
        works = !says_stored(c, stmt, &set);
    }
    odbc_drop(&stmt);
    return works;
}

/* A table of this connection alone, whatever others are asked at the same time. */
static bool ask(odbc_conn *c)
{
    char table[NAME_LEN], sql[SQL_LEN];
    bool works;

    snprintf(table, sizeof table, "pgcopy_probe_%llx", (unsigned long long)(uintptr_t)c);
    snprintf(sql, sizeof sql,
             "CREATE GLOBAL TEMPORARY TABLE %s (id INTEGER NOT NULL PRIMARY KEY, "
             "a VARCHAR(20), b VARCHAR(20))",
             table);
    works = SQL_SUCCEEDED(odbc_run(c, c->words, sql)) && insert(c, table);
    SQLFreeStmt(c->words, SQL_CLOSE);
    snprintf(sql, sizeof sql, "DROP TABLE %s", table);
    (void)odbc_run(c, c->words, sql);
    SQLFreeStmt(c->words, SQL_CLOSE);
    return works;
}

void odbc_probe_arrays(odbc_conn *c)
{
    int known = odbc_nodes_arrays(c->nodes, 0);

    if (!c->dialect->probe_rows || c->array_rows)
        return;
    if (!known)
        known = odbc_nodes_arrays(c->nodes, ask(c) ? 1 : -1);
    c->array_rows = known > 0 ? c->dialect->probe_rows : 1;
}
