/*
 * standin.h - an ODBC driver that behaves as InterSystems IRIS is documented to, over SQLite's
 * own: no IRIS can be had where the tests run.  docs/iris.md says where each habit is from.
 *
 *   unixODBC -- SQLPrepare, ... --> this driver -- IRIS's habits --> libsqlite3odbc.so
 *
 * Keys of its connection string, behind Database=FILE:
 *   Arrays=works|refuses|ignores|lies   array binding (works); see array.c
 *   Connections=N      the licence: so many at once in this process (no limit)
 *   DefaultSchema=S    where a name without schema is looked for (SQLUser)
 *   Release=1          RELEASE SAVEPOINT is known (0)
 *   EmptyAsNul=1       '' is read as the $CHAR(0) that IRIS keeps for it (0)
 *   Canonical=1        numbers are read as ObjectScript has them, .5 (0)
 *   LockTimeout=MS     how long to wait for a lock (10000)
 *   TypeNames=0        the catalog has codes of types alone (1)
 *   Latin=1            the bytes of a text are characters, as to an 8-bit driver (0)
 *   Trace=FILE         what was prepared and executed, a line each
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stdbool.h>
#include <stddef.h>
#include <sql.h>
#include <sqlext.h>

enum { PARAMS = 256, OUTS = 256, LEVELS = 255, NAME = 128, TEXT = 512 };

/* The error of the last call on a handle; state "" is none. */
struct diag {
    char       state[6];
    SQLINTEGER native;
    char       text[2 * TEXT];
};

/* Any handle begins like this; `real` is SQLite's. */
struct handle {
    SQLSMALLINT type;
    SQLHANDLE   real;
    struct diag diag;
};

struct dbc {
    struct handle  h;
    struct handle *env;
    SQLHDBC        aside; /* for questions of our own: a transaction must not begin with them */
    SQLHSTMT       words; /* BEGIN, COMMIT, ROLLBACK */
    bool           manual, begun, connected;
    char           arrays[16], schema[NAME], trace[TEXT];
    bool           release, empty_as_nul, canonical, type_names, latin;
    char           points[LEVELS][NAME]; /* savepoints, each a level of $TLEVEL */
    size_t         levels;
};

struct param {
    SQLSMALLINT in_out, c_type, sql_type, digits;
    SQLULEN     size;
    char       *data;
    SQLLEN      cap, *ind;
    char        type[NAME]; /* of the column that it goes to, as declared; "" unknown */
    char        field[NAME];
};

struct out {
    bool        number;
    SQLSMALLINT c_type;
    char       *data;
    SQLLEN      cap, *ind;
};

struct stmt {
    struct handle h;
    struct dbc   *dbc;
    char          sql[TEXT]; /* the beginning, for the trace */
    char          table[NAME];
    struct param  params[PARAMS];
    size_t        nfields; /* of an INSERT whose columns are known */
    struct out    outs[OUTS];
    SQLULEN       rows, *processed; /* of a set of parameters */
    SQLUSMALLINT *statuses;
    SQLULEN       rowset, *fetched;
    SQLLEN        count; /* of a set; -1: as SQLite says */
};

/* ---- real.c: SQLite's driver -------------------------------------------------------- */

struct real {
    SQLRETURN (*AllocHandle)(SQLSMALLINT, SQLHANDLE, SQLHANDLE *);
    SQLRETURN (*FreeHandle)(SQLSMALLINT, SQLHANDLE);
    SQLRETURN (*SetEnvAttr)(SQLHENV, SQLINTEGER, SQLPOINTER, SQLINTEGER);
    SQLRETURN(*DriverConnect)
    (SQLHDBC, SQLHWND, SQLCHAR *, SQLSMALLINT, SQLCHAR *, SQLSMALLINT, SQLSMALLINT *,
     SQLUSMALLINT);
    SQLRETURN (*Disconnect)(SQLHDBC);
    SQLRETURN (*GetInfo)(SQLHDBC, SQLUSMALLINT, SQLPOINTER, SQLSMALLINT, SQLSMALLINT *);
    SQLRETURN (*SetConnectAttr)(SQLHDBC, SQLINTEGER, SQLPOINTER, SQLINTEGER);
    SQLRETURN (*GetConnectAttr)(SQLHDBC, SQLINTEGER, SQLPOINTER, SQLINTEGER, SQLINTEGER *);
    SQLRETURN (*Prepare)(SQLHSTMT, SQLCHAR *, SQLINTEGER);
    SQLRETURN (*Execute)(SQLHSTMT);
    SQLRETURN (*ExecDirect)(SQLHSTMT, SQLCHAR *, SQLINTEGER);
    SQLRETURN(*BindParameter)
    (SQLHSTMT, SQLUSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLULEN, SQLSMALLINT,
     SQLPOINTER, SQLLEN, SQLLEN *);
    SQLRETURN (*NumParams)(SQLHSTMT, SQLSMALLINT *);
    SQLRETURN (*NumResultCols)(SQLHSTMT, SQLSMALLINT *);
    SQLRETURN(*ColAttribute)
    (SQLHSTMT, SQLUSMALLINT, SQLUSMALLINT, SQLPOINTER, SQLSMALLINT, SQLSMALLINT *, SQLLEN *);
    SQLRETURN(*DescribeCol)
    (SQLHSTMT, SQLUSMALLINT, SQLCHAR *, SQLSMALLINT, SQLSMALLINT *, SQLSMALLINT *, SQLULEN *,
     SQLSMALLINT *, SQLSMALLINT *);
    SQLRETURN (*BindCol)(SQLHSTMT, SQLUSMALLINT, SQLSMALLINT, SQLPOINTER, SQLLEN, SQLLEN *);
    SQLRETURN (*Fetch)(SQLHSTMT);
    SQLRETURN (*GetData)(SQLHSTMT, SQLUSMALLINT, SQLSMALLINT, SQLPOINTER, SQLLEN, SQLLEN *);
    SQLRETURN (*RowCount)(SQLHSTMT, SQLLEN *);
    SQLRETURN (*MoreResults)(SQLHSTMT);
    SQLRETURN (*FreeStmt)(SQLHSTMT, SQLUSMALLINT);
    SQLRETURN (*CloseCursor)(SQLHSTMT);
    SQLRETURN (*Cancel)(SQLHSTMT);
    SQLRETURN (*SetStmtAttr)(SQLHSTMT, SQLINTEGER, SQLPOINTER, SQLINTEGER);
    SQLRETURN (*GetStmtAttr)(SQLHSTMT, SQLINTEGER, SQLPOINTER, SQLINTEGER, SQLINTEGER *);
    SQLRETURN(*PrimaryKeys)
    (SQLHSTMT, SQLCHAR *, SQLSMALLINT, SQLCHAR *, SQLSMALLINT, SQLCHAR *, SQLSMALLINT);
    SQLRETURN(*GetDiagRec)
    (SQLSMALLINT, SQLHANDLE, SQLSMALLINT, SQLCHAR *, SQLINTEGER *, SQLCHAR *, SQLSMALLINT,
     SQLSMALLINT *);
};

/* Loaded by the first environment. */
extern struct real real;
bool               real_load(void);

/* ---- error.c ------------------------------------------------------------------------ */

/* IRIS's error of this SQLCODE (without its sign), with %msg; always SQL_ERROR. */
SQLRETURN refuse(struct handle *h, const char *state, int code, const char *msg);

/* A return code of SQLite's: an error of it becomes IRIS's. */
SQLRETURN judged(struct handle *h, SQLRETURN rc);

/* ---- transaction.c ------------------------------------------------------------------ */

/* Before a statement: autocommit may be off. */
SQLRETURN begin(struct stmt *s, const char *sql);
SQLRETURN end(struct dbc *c, bool commit);

/* ---- sql.c, savepoint.c ------------------------------------------------------------- */

/* The text as SQLite wants it, to be freed; NULL: refused. */
char *to_sqlite(struct stmt *s, const char *said);

/* Is this about savepoints?  Then it is done, with this result. */
bool savepoint_word(struct stmt *s, const char *sql, SQLRETURN *rc);

/* ---- array.c, value.c, type.c ------------------------------------------------------- */

/* Executes what is prepared for all rows of the set of parameters. */
SQLRETURN execute_set(struct stmt *s);

/* What a prepared INSERT puts where. */
void find_fields(struct stmt *s, const char *sql);

/* Would the columns take row `row` of the parameters?  Else the error is said. */
bool valid(struct stmt *s, SQLULEN row);

/* All values of a row, for a %msg. */
void list_values(const struct stmt *s, SQLULEN row, char *text, size_t cap);

struct type {
    const char *declared; /* how it begins, in lower case */
    const char *name;
    SQLSMALLINT code;
};

/* What ODBC sees of a type of DDL. */
extern const struct type types[];
const struct type       *type_of(const char *declared);
size_t                   length_of(const char *declared); /* of varchar(n) */

void trace(const struct stmt *s, const char *what);

#endif
