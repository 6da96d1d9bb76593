/*
 * sqlite/error.c - SQLite's result codes, put into PostgreSQL's states and this library's
 * words.
 *
 * SQLite's own text holds names, paths and pieces of the statement, and a trigger's may hold
 * values (patients): it goes to the log alone.  What is said to the client is a fixed text, and
 * names that the client gave itself.
 */
#include "sqlite/load.h"

#include <stdio.h>
#include <string.h>

struct fault {
    int         code; /* extended, or the primary one of them that are not listed */
    const char *text; /* and with this in SQLite's words; NULL: any               */
    const char *state;
    bool        row; /* a row's own fault: the others of its batch may be fine   */
    const char *message;
};

#define DUPLICATE "duplicate key value violates unique constraint"
#define SYNTAX    "syntax error"
#define LOCKED    "canceling statement due to lock timeout"
#define DAMAGED   "the database is damaged"

/* The first that fits. */
static const struct fault faults[] = {
    {SQLITE_CONSTRAINT_UNIQUE, NULL, "23505", true, DUPLICATE},
    {SQLITE_CONSTRAINT_PRIMARYKEY, NULL, "23505", true, DUPLICATE},
    {SQLITE_CONSTRAINT_ROWID, NULL, "23505", true, DUPLICATE},
    {SQLITE_CONSTRAINT_NOTNULL, NULL, "23502", true, "null value violates not-null constraint"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, NULL, "23503", true, "row violates foreign key constraint"},
    {SQLITE_CONSTRAINT_CHECK, NULL, "23514", true, "new row violates check constraint"},
    {SQLITE_CONSTRAINT_DATATYPE, NULL, "22P02", true, "invalid input syntax"},
    {SQLITE_CONSTRAINT, NULL, "23000", true, "row violates a constraint"},
    {SQLITE_MISMATCH, NULL, "22P02", true, "invalid input syntax"},
    {SQLITE_TOOBIG, NULL, "54000", true, "a limit of the database is exceeded"},
    {SQLITE_ERROR, "no such table", "42P01", false, "relation does not exist"},
    {SQLITE_ERROR, "no such column", "42703", false, "column does not exist"},
    {SQLITE_ERROR, "has no column named", "42703", false, "column does not exist"},
    {SQLITE_ERROR, "no such function", "42883", false, "function does not exist"},
    {SQLITE_ERROR, "misuse of aggregate", "42803", false,
     "aggregate functions are not allowed here"},
    {SQLITE_ERROR, "no such savepoint", "3B001", false, "savepoint does not exist"},
    {SQLITE_ERROR, "already exists", "42P07", false, "relation already exists"},
    {SQLITE_ERROR, "transaction is active", "25P01", false,
     "there is no transaction in progress"},
    {SQLITE_ERROR, "syntax error", "42601", false, SYNTAX},
    {SQLITE_ERROR, "incomplete input", "42601", false, SYNTAX},
    {SQLITE_ERROR, "unrecognized token", "42601", false, SYNTAX},
    {SQLITE_ERROR, "integer overflow", "22003", true, "numeric value out of range"},
    {SQLITE_BUSY_SNAPSHOT, NULL, "40001", false,
     "could not serialize access due to concurrent update"},
    {SQLITE_BUSY, NULL, "55P03", false, LOCKED},
    {SQLITE_LOCKED, NULL, "55P03", false, LOCKED},
    {SQLITE_INTERRUPT, NULL, "57014", false, "canceling statement due to user request"},
    {SQLITE_NOMEM, NULL, "53200", false, "out of memory"},
    {SQLITE_READONLY, NULL, "25006", false, "the database is read-only"},
    {SQLITE_FULL, NULL, "53100", false, "the database's disk is full"},
    {SQLITE_IOERR, NULL, "58030", false, "the database could not read or write its files"},
    {SQLITE_CANTOPEN, NULL, "58030", false, "the database could not read or write its files"},
    {SQLITE_AUTH, NULL, "42501", false, "permission denied"},
    {SQLITE_ERROR, "not authorized", "42501", false, "permission denied"},
    {SQLITE_CORRUPT, NULL, "XX001", false, DAMAGED},
    {SQLITE_NOTADB, NULL, "XX001", false, DAMAGED}};

static const struct fault other = {SQLITE_ERROR, NULL, "XX000", true,
                                   "the database refused the statement"};

static const struct fault *fault_of(int rc, const char *text)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if ((faults[i].code == rc || faults[i].code == (rc & 0xff)) &&
            (!faults[i].text || strstr(text, faults[i].text)))
            return &faults[i];
    return &other;
}

/* The code to look for.  To write behind a read waits for no one (SQLite's deadlock rule), so a
   lock that is not had then is a snapshot that has been or will be too old. */
static int meaning(lite_conn *c, int rc)
{
    if (lite_cancelled(c) && (rc & 0xff) != SQLITE_CONSTRAINT)
        return SQLITE_INTERRUPT;
    if ((rc & 0xff) == SQLITE_BUSY && sqlite3_txn_state(c->db, NULL) == SQLITE_TXN_READ)
        return SQLITE_BUSY_SNAPSHOT;
    return rc;
}

/* The column of a COPY FROM that SQLite's words end in; NULL: none.
   "NOT NULL constraint failed: t.column". */
static const char *column_of(const lite_conn *c, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; c->load && i < c->load->ncols; i++) {
        const char *name = pgcopy_columns_at(c->load->cols, i)->name;
        size_t      n    = strlen(name);

        if (n < len && text[len - n - 1] == '.' && lite_same(text + len - n, name))
            return name;
    }
    return NULL;
}

/* PostgreSQL names relation and column; both are known here only in a COPY FROM. */
static pgcopy_status name_them(lite_conn *c, const char *state, const char *text,
                               pgcopy_reply *r)
{
    pgcopy_error *err    = pgcopy_reply_failure(r);
    const char   *table  = lite_load_table(c);
    const char   *column = column_of(c, text);

    if (strncmp(state, "23", 2) != 0 || !table)
        return PGCOPY_ERR_SQL;
    if (strcmp(state, "23502") == 0 && column)
        pgcopy_reply_error(
            r, state,
            "null value in column \"%s\" of relation \"%s\" violates not-null constraint",
            column, table);
    else if (strcmp(state, "23514") == 0)
        pgcopy_reply_error(r, state, "new row for relation \"%s\" violates check constraint",
                           table);
    else if (strcmp(state, "23503") == 0)
        pgcopy_reply_error(r, state,
                           "insert or update on table \"%s\" violates foreign key constraint",
                           table);
    snprintf(err->table, sizeof err->table, "%s", table);
    if (column)
        snprintf(err->column, sizeof err->column, "%s", column);
    return PGCOPY_ERR_SQL;
}

pgcopy_status lite_failed(lite_conn *c, int rc, pgcopy_reply *r)
{
    const char         *text  = sqlite3_errmsg(c->db);
    const struct fault *fault = fault_of(meaning(c, rc), text);
    char                line[512];

    snprintf(line, sizeof line, "%d %s", rc, text);
    pgcopy_reply_log(r, line);
    pgcopy_reply_error(r, fault->state, "%s", fault->message);
    return name_them(c, fault->state, text, r);
}

bool lite_rows_fault(const pgcopy_error *failure)
{
    if (strcmp(failure->sqlstate, other.state) == 0)
        return true;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strcmp(failure->sqlstate, faults[i].state) == 0)
            return faults[i].row;
    return false;
}
