/*
 * odbc/error.c - what a driver says, put into PostgreSQL's states and this library's own words.
 *
 * A driver's text holds values (patients), paths and the statement: it goes to the log alone.
 * What is said to the client is a fixed text, and names that the client gave itself.
 */
#include "odbc/load.h"
#include "odbc/nodes.h"

#include <stdio.h>
#include <string.h>

struct diag {
    char       state[6];
    SQLINTEGER native;
    char       text[SQL_MAX_MESSAGE_LENGTH];
};

struct fault {
    const char *state;
    bool        row; /* a row's own fault: the others of its batch may be fine */
    const char *message;
};

static const struct fault faults[] = {
    {"08006", false, "the connection to the database was lost"},
    {"08007", false, "the database does not know whether the transaction was committed"},
    {"0A000", false, "the database or its driver does not support this"},
    {"21000", false, "more than one row returned by a subquery used as an expression"},
    {"22000", true, "invalid value for a column"},
    {"22001", true, "value too long for its column"},
    {"22003", true, "numeric value out of range"},
    {"22007", true, "invalid date or time"},
    {"22008", true, "date/time field value out of range"},
    {"22012", true, "division by zero"},
    {"22P02", true, "invalid input syntax"},
    {"23000", true, "row violates a constraint"},
    {"23502", true, "null value violates not-null constraint"},
    {"23503", true, "row violates foreign key constraint"},
    {"23505", true, "duplicate key value violates unique constraint"},
    {"23514", true, "new row violates check constraint"},
    {"25001", false, "SET TRANSACTION ISOLATION LEVEL must be called before any query"},
    {"25006", false, "the database is read-only"},
    {"25P01", false, "there is no transaction in progress"},
    {"28000", false, "the database refused the login"},
    {"3D000", false, "database does not exist"},
    {"3B001", false, "savepoint does not exist"},
    {"40001", false, "could not serialize access due to concurrent update"},
    {"40P01", false, "deadlock detected"},
    {"42000", false, "syntax error or access rule violation"},
    {"42501", false, "permission denied"},
    {"42601", false, "syntax error"},
    {"42701", false, "column is named more than once"},
    {"42702", false, "column reference is ambiguous"},
    {"42703", false, "column does not exist"},
    {"42704", false, "object does not exist"},
    {"42803", false, "aggregate functions are not allowed here"},
    {"42804", true, "value has the wrong type for its column"},
    {"42883", false, "function does not exist"},
    {"42P01", false, "relation does not exist"},
    {"42P07", false, "relation already exists"},
    {"53000", false, "the database lacks resources"},
    {"53100", false, "the database's disk is full"},
    {"53200", false, "out of memory"},
    {"53300", false, "the database takes no more connections"},
    {"54000", false, "a limit of the database is exceeded"},
    {"55P03", false, "canceling statement due to lock timeout"},
    {"57014", false, "canceling statement due to user request"},
    {"58030", false, "the database could not read or write its files"},
    {"P0001", true, "a function or trigger of the database raised an error"},
    {"XX000", true, "the database refused the statement"},
    {"XX001", false, "the database is damaged"}};

/* ODBC's and other databases' states, whole or by class. */
static const struct alias {
    const char *from;
    const char *to;
} aliases[] = {{"HYT00", "57014"}, {"HYT01", "08006"}, {"S1T00", "57014"}, {"HY008", "57014"},
               {"HY018", "57014"}, {"HY001", "53200"}, {"HY013", "53200"}, {"HY014", "53000"},
               {"HYC00", "0A000"}, {"IM001", "0A000"}, {"22018", "22P02"}, {"45", "P0001"},
               {"44", "23514"},    {"22005", "22P02"}, {"22", "22000"},    {"23", "23000"},
               {"42S01", "42P07"}, {"42S02", "42P01"}, {"42S22", "42703"}, {"42", "42000"},
               {"37", "42000"},    {"S0002", "42P01"}, {"08", "08006"},    {"57P", "08006"},
               {"28", "28000"},    {"0A", "0A000"},    {"3D", "3D000"},    {"P0", "P0001"},
               {"40", "40001"},    {"53", "53000"},    {"54", "54000"},    {"58", "58030"}};

static const struct fault *fault_of(const char *state)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strcmp(faults[i].state, state) == 0)
            return &faults[i];
    return NULL;
}

/* The class's, if there is none of its own. */
static const struct fault *by_state(const char *state)
{
    const struct fault *fault = fault_of(state);

    for (size_t i = 0; !fault && i < sizeof aliases / sizeof *aliases; i++)
        if (strncmp(aliases[i].from, state, strlen(aliases[i].from)) == 0)
            fault = fault_of(aliases[i].to);
    return fault ? fault : fault_of("XX000");
}

/* PostgreSQL's own state is no secret.  Classes HY and IM are ODBC's, not its. */
static bool is_own_state(const odbc_conn *c, const char *state)
{
    return c->dialect->own_states &&
           strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 &&
           strncmp(state, "HY", 2) != 0 && strncmp(state, "IM", 2) != 0 &&
           strncmp(state, "08", 2) != 0 && strncmp(state, "57P", 3) != 0;
}

/* psqlodbc says HY000 to the statement that finds its line cut. */
static bool is_dead(const odbc_conn *c)
{
    SQLUINTEGER dead = SQL_CD_FALSE;

    return SQL_SUCCEEDED(SQLGetConnectAttr(c->dbc, SQL_ATTR_CONNECTION_DEAD, &dead, 0, NULL)) &&
           dead == SQL_CD_TRUE;
}

static const struct fault *by_diag(odbc_conn *c, const struct diag *diag)
{
    if (odbc_cancelled(c))
        return fault_of("57014");
    /* The lock is not had because what was read is older than what another one wrote. */
    if (c->dialect->busy && diag->native == c->dialect->busy && c->tx == ODBC_TX_READ)
        return fault_of("40001");
    for (const odbc_native_code *n = c->dialect->natives; n->code; n++)
        if (n->code == diag->native && (!n->text || strstr(diag->text, n->text)))
            return fault_of(n->state);
    if (strcmp(diag->state, "HY000") == 0 && is_dead(c))
        return fault_of("08006");
    return by_state(diag->state);
}

/* The first record decides; all are logged. */
static void read_diags(SQLSMALLINT type, SQLHANDLE handle, struct diag *first, pgcopy_reply *r)
{
    for (SQLSMALLINT i = 1; i <= 8; i++) {
        struct diag diag = {0};
        char        line[SQL_MAX_MESSAGE_LENGTH + 32];
        SQLSMALLINT len;

        if (!SQL_SUCCEEDED(SQLGetDiagRec(type, handle, i, (SQLCHAR *)diag.state, &diag.native,
                                         (SQLCHAR *)diag.text, sizeof diag.text, &len)))
            break;
        snprintf(line, sizeof line, "%s %ld %s", diag.state, (long)diag.native, diag.text);
        pgcopy_reply_log(r, line);
        if (i == 1)
            *first = diag;
    }
}

/* Behind the last of these words of the first line, for values come before it or in lines of
   their own. */
static const char *behind_last(const char *text, const char *words)
{
    size_t      line = strcspn(text, "\n");
    const char *last = NULL, *next = text;

    while ((next = strstr(next, words)) && next < text + line) {
        next += strlen(words);
        last = next;
    }
    return last;
}

static bool ends_here(const char *p, const char *closing)
{
    return *p == '\0' || strchr(closing, *p);
}

/* The name of a target column, to say which one it was.
   SQLite: "NOT NULL constraint failed: t.column (19)".  PostgreSQL: `in column "column" of`.
   MariaDB: "for column 'column' at", "for column `db`.`t`.`column` at". */
static const char *column_of(const odbc_conn *c, const char *text)
{
    static const char *const before[] = {"column \"", "olumn '", "`.`", "failed: "};
    const char              *at       = NULL;
    size_t                   len;

    for (size_t i = 0; !at && i < sizeof before / sizeof *before; i++)
        at = behind_last(text, before[i]);
    if (at && strstr(text, "failed: ") && strchr(at, '.'))
        at = strrchr(at, '.') + 1;
    for (size_t i = 0; c->load && at && i < c->load->ncols; i++) {
        const char *name = pgcopy_columns_at(c->load->cols, i)->name;

        len = strlen(name);
        if (strncmp(at, name, len) == 0 && ends_here(at + len, "\"'` "))
            return name;
    }
    return NULL;
}

/* PostgreSQL names relation and column; both are known here only in a COPY FROM. */
static pgcopy_status say(odbc_conn *c, const struct fault *fault, const char *state,
                         const char *text, pgcopy_reply *r)
{
    pgcopy_status status = pgcopy_reply_error(r, state, "%s", fault->message);
    pgcopy_error *err    = pgcopy_reply_failure(r);
    const char   *table  = odbc_load_table(c);
    const char   *column = column_of(c, text);

    if ((strncmp(state, "22", 2) != 0 && strncmp(state, "23", 2) != 0) || !table)
        return status;
    if (strcmp(fault->state, "23502") == 0 && column)
        status = pgcopy_reply_error(
            r, "23502",
            "null value in column \"%s\" of relation \"%s\" violates not-null constraint",
            column, table);
    else if (strcmp(fault->state, "23514") == 0)
        status = pgcopy_reply_error(
            r, "23514", "new row for relation \"%s\" violates check constraint", table);
    else if (strcmp(fault->state, "23503") == 0)
        status = pgcopy_reply_error(
            r, "23503", "insert or update on table \"%s\" violates foreign key constraint",
            table);
    snprintf(err->table, sizeof err->table, "%s", table);
    if (column)
        snprintf(err->column, sizeof err->column, "%s", column);
    return status;
}

pgcopy_status odbc_failed(odbc_conn *c, SQLSMALLINT type, SQLHANDLE handle, pgcopy_reply *r)
{
    struct diag         diag = {"HY000", 0, ""};
    const struct fault *fault;
    bool                own;

    read_diags(type, handle, &diag, r);
    fault = by_diag(c, &diag);
    /* MariaDB says of a privilege what it says of a password. */
    if (type == SQL_HANDLE_STMT && strcmp(fault->state, "28000") == 0)
        fault = fault_of("42501");
    own = is_own_state(c, diag.state) && !odbc_cancelled(c);
    if (strcmp(fault->state, "08006") == 0) {
        odbc_nodes_failed(c->nodes, c->node);
        return PGCOPY_ERR_LOST; /* its words are the bridge's: a commit that was lost has others
                                 */
    }
    say(c, fault, own ? diag.state : fault->state, diag.text, r);
    if (own && c->dialect->own_words)
        odbc_tell_names(c, diag.text, r);
    return PGCOPY_ERR_SQL;
}

bool odbc_native_is(SQLHSTMT stmt, int code)
{
    SQLCHAR     state[6], text[8];
    SQLINTEGER  native = 0;
    SQLSMALLINT len;

    return SQL_SUCCEEDED(SQLGetDiagRec(SQL_HANDLE_STMT, stmt, 1, state, &native, text,
                                       sizeof text, &len)) &&
           native == code;
}

bool odbc_rows_fault(const pgcopy_error *failure)
{
    return by_state(failure->sqlstate)->row;
}
