/*
 * bench_odbc.c - rows a second through the ODBC backend's table, in and out, with no session
 * and no decoder around it; and beside it the same by the driver alone, in the shortest loop
 * that checks nothing: what is missing to that is ours.
 *
 *   bench_odbc [rows] [connection string]      1000000, SQLite in a temporary file
 *
 * The table "patients" is made anew.  CPU is this process', without a database's own.
 */
#include <sql.h>
#include <sqlext.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pgcopy/odbc.h>

enum { COLUMNS = 8, WIDTH = 48 }; /* of a patient; bytes of a value at most */

static pgcopy_reply *reply;

static void check(pgcopy_status status, const char *what)
{
    if (status >= 0)
        return;
    fprintf(stderr, "%s: %s %s\n", what, pgcopy_reply_failure(reply)->sqlstate,
            pgcopy_reply_failure(reply)->message);
    exit(1);
}

/* ---- A stop watch, for the time of a process and of the world ----------------------- */

struct watch {
    double wall, cpu;
};

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void go(struct watch *watch)
{
    watch->wall -= seconds(CLOCK_MONOTONIC);
    watch->cpu -= seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static void halt(struct watch *watch)
{
    watch->wall += seconds(CLOCK_MONOTONIC);
    watch->cpu += seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static void report(const char *what, long rows, const struct watch *watch)
{
    printf("%-9s %9ld rows %7.2f s %9.0f rows/s %6.2f us of CPU a row\n", what, rows,
           watch->wall, (double)rows / watch->wall, watch->cpu / (double)rows * 1e6);
}

static void compare(const char *what, const struct watch *ours, const struct watch *bare)
{
    printf("%-9s %.2f times the wall clock of the driver alone, %.2f times its CPU\n", what,
           ours->wall / bare->wall, ours->cpu / bare->cpu);
}

/* ---- The backend -------------------------------------------------------------------- */

static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    size_t       pos  = 0;
    pgcopy_stmt *stmt = NULL;

    check(pgcopy_stmt_parse(text, &pos, NULL, &stmt, pgcopy_reply_failure(reply)), sql);
    return stmt;
}

static void run(void *conn, const char *sql)
{
    pgcopy_stmt *stmt   = parse(sql);
    void        *cursor = NULL;

    pgcopy_reply_clear(reply);
    check(pgcopy_odbc.execute(conn, stmt, NULL, NULL, &cursor, reply), sql);
    pgcopy_stmt_free(stmt);
}

/* A patient as a hospital's export has it: 8 columns, some 90 bytes. */
static pgcopy_status put_patient(pgcopy_batch *batch, long i)
{
    char text[64];

    pgcopy_batch_put(batch, text, (size_t)snprintf(text, sizeof text, "%ld", i));
    pgcopy_batch_put(batch, text, (size_t)snprintf(text, sizeof text, "First%ld", i % 5000));
    pgcopy_batch_put(batch, text, (size_t)snprintf(text, sizeof text, "Lastname%ld", i % 9000));
    pgcopy_batch_put(batch, text,
                     (size_t)snprintf(text, sizeof text, "%ld-%02ld-%02ld", 1930 + i % 90,
                                      1 + i % 12, 1 + i % 28));
    pgcopy_batch_put(batch, i % 2 ? "F" : "M", 1);
    pgcopy_batch_put(batch, text, (size_t)snprintf(text, sizeof text, "%ld Main Street", i));
    pgcopy_batch_put(batch, text, (size_t)snprintf(text, sizeof text, "+1-555-%07ld", i));
    if (i % 10)
        pgcopy_batch_put(batch, text,
                         (size_t)snprintf(text, sizeof text, "p%ld@example.org", i));
    else
        pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    return pgcopy_batch_end_row(batch);
}

/* The time to make the rows is taken off. */
static void load(void *conn, long rows, struct watch *watch)
{
    pgcopy_stmt  *stmt  = parse("COPY patients FROM STDIN");
    pgcopy_batch *batch = pgcopy_batch_new(COLUMNS, NULL, NULL);

    go(watch);
    pgcopy_reply_clear(reply);
    check(pgcopy_odbc.relation(conn, NULL, "patients", reply), "relation");
    check(pgcopy_odbc.load_begin(conn, stmt, pgcopy_reply_columns(reply), reply), "load_begin");
    for (long i = 0; i < rows;) {
        halt(watch);
        pgcopy_batch_clear(batch);
        while (i < rows && put_patient(batch, i++) == PGCOPY_OK)
            ;
        go(watch);
        check(pgcopy_odbc.load_rows(conn, batch, 0, reply), "load_rows");
    }
    check(pgcopy_odbc.load_end(conn, true, reply), "load_end");
    halt(watch);
    pgcopy_batch_free(batch);
    pgcopy_stmt_free(stmt);
}

static long unload(void *conn, struct watch *watch)
{
    pgcopy_stmt  *stmt   = parse("COPY patients TO STDOUT");
    pgcopy_batch *batch  = pgcopy_batch_new(COLUMNS, NULL, NULL);
    pgcopy_reply *table  = pgcopy_reply_new(NULL);
    void         *cursor = NULL;
    long          rows   = 0;
    pgcopy_status status;

    go(watch);
    pgcopy_reply_clear(reply);
    check(pgcopy_odbc.relation(conn, NULL, "patients", table), "relation");
    check(pgcopy_odbc.execute(conn, stmt, pgcopy_reply_columns(table), NULL, &cursor, reply),
          "execute");
    do {
        pgcopy_batch_clear(batch);
        status = pgcopy_odbc.fetch(conn, cursor, batch, reply);
        check(status, "fetch");
        rows += (long)pgcopy_batch_view(batch)->nrows;
    } while (status != PGCOPY_END);
    pgcopy_odbc.finish(conn, cursor);
    halt(watch);
    pgcopy_reply_free(table);
    pgcopy_batch_free(batch);
    pgcopy_stmt_free(stmt);
    return rows;
}

/* ---- The driver alone --------------------------------------------------------------- */

/* What is fastest through each, with nothing looked at but return codes. */
static const struct shape {
    const char *driver, *keys;
    int         tuples, arrays; /* rows of one execute: in VALUES, or as arrays */
    const char *before;         /* INSERT                                       */
} shapes[] = {{"SQLite", ";StepAPI=1;JournalMode=WAL;SyncPragma=FULL;Timeout=1000", 100, 1,
               "WITH no_rows AS (SELECT NULL) "},
              {"PostgreSQL", ";Protocol=7.4-0;UseDeclareFetch=1;Fetch=1000", 200, 1, ""},
              {"MariaDB", "", 1, 1000, ""}};

struct bare {
    SQLHENV             env;
    SQLHDBC             dbc;
    SQLHSTMT            stmt;
    const struct shape *shape;
    int                 rows;   /* of one execute */
    char               *values; /* [row][column][WIDTH] for VALUES, [column][row][WIDTH] */
    SQLLEN             *lens;
};

static void must(SQLRETURN rc, SQLSMALLINT type, SQLHANDLE handle, const char *what)
{
    SQLCHAR     state[6] = "", text[256] = "";
    SQLINTEGER  native;
    SQLSMALLINT len;

    if (SQL_SUCCEEDED(rc))
        return;
    SQLGetDiagRec(type, handle, 1, state, &native, text, sizeof text, &len);
    fprintf(stderr, "%s: %s %s\n", what, state, text);
    exit(1);
}

static void bare_statement(struct bare *b)
{
    must(SQLAllocHandle(SQL_HANDLE_STMT, b->dbc, &b->stmt), SQL_HANDLE_DBC, b->dbc, "stmt");
}

static void bare_open(struct bare *b, const char *connection)
{
    char text[1024];

    for (b->shape = shapes; !strstr(connection, b->shape->driver); b->shape++)
        if (b->shape == &shapes[2]) {
            fprintf(stderr, "no shape for this driver\n");
            exit(1);
        }
    b->rows = b->shape->tuples * b->shape->arrays;
    snprintf(text, sizeof text, "%s%s", connection, b->shape->keys);
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &b->env);
    SQLSetEnvAttr(b->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, b->env, &b->dbc);
    must(SQLDriverConnect(b->dbc, NULL, (SQLCHAR *)text, SQL_NTS, NULL, 0, NULL,
                          SQL_DRIVER_NOPROMPT),
         SQL_HANDLE_DBC, b->dbc, "connect");
    SQLSetConnectAttr(b->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
    b->values = calloc((size_t)b->rows * COLUMNS, WIDTH);
    b->lens   = calloc((size_t)b->rows * COLUMNS, sizeof *b->lens);
}

/* Where the value of a row and a column lies: of an array, column by column. */
static int place(const struct bare *b, int row, int col)
{
    return b->shape->arrays > 1 ? col * b->rows + row : row * COLUMNS + col;
}

static void bare_prepare(struct bare *b)
{
    char sql[16384];

    snprintf(sql, sizeof sql, "%sINSERT INTO patients VALUES ", b->shape->before);
    for (int i = 0; i < b->shape->tuples; i++)
        strcat(sql, i ? ",(?,?,?,?,?,?,?,?)" : "(?,?,?,?,?,?,?,?)");
    bare_statement(b);
    must(SQLPrepare(b->stmt, (SQLCHAR *)sql, SQL_NTS), SQL_HANDLE_STMT, b->stmt, "prepare");
    for (int row = 0; row < b->shape->tuples; row++)
        for (int col = 0; col < COLUMNS; col++)
            SQLBindParameter(b->stmt, (SQLUSMALLINT)(row * COLUMNS + col + 1), SQL_PARAM_INPUT,
                             SQL_C_CHAR, SQL_VARCHAR, WIDTH, 0,
                             b->values + (size_t)place(b, row, col) * WIDTH, WIDTH,
                             &b->lens[place(b, row, col)]);
    if (b->shape->arrays > 1)
        SQLSetStmtAttr(b->stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(SQLULEN)b->rows, 0);
}

static void bare_fill(struct bare *b, const pgcopy_batch *batch)
{
    for (int row = 0; row < b->rows; row++)
        for (int col = 0; col < COLUMNS; col++) {
            pgcopy_slice v  = pgcopy_batch_value(batch, (size_t)row, (size_t)col);
            char        *to = b->values + (size_t)place(b, row, col) * WIDTH;

            if (v.data)
                memcpy(to, v.data, v.len);
            to[v.len]                   = '\0';
            b->lens[place(b, row, col)] = v.data ? SQL_NTS : SQL_NULL_DATA;
        }
}

static long bare_load(struct bare *b, long rows, struct watch *watch)
{
    const pgcopy_batch_limits limits = {sizeof limits, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    pgcopy_batch             *batch  = pgcopy_batch_new(COLUMNS, &limits, NULL);
    long                      done   = 0;

    bare_prepare(b);
    while (done < rows) {
        pgcopy_batch_clear(batch);
        for (int i = 0; i < b->rows; i++)
            (void)put_patient(batch, done++);
        bare_fill(b, batch);
        go(watch);
        must(SQLExecute(b->stmt), SQL_HANDLE_STMT, b->stmt, "execute");
        halt(watch);
    }
    go(watch);
    must(SQLEndTran(SQL_HANDLE_DBC, b->dbc, SQL_COMMIT), SQL_HANDLE_DBC, b->dbc, "commit");
    halt(watch);
    SQLFreeHandle(SQL_HANDLE_STMT, b->stmt);
    pgcopy_batch_free(batch);
    return done;
}

static long bare_unload(struct bare *b, struct watch *watch)
{
    enum { ROWSET = 100 };
    static char   values[COLUMNS][ROWSET][WIDTH * 4];
    static SQLLEN lens[COLUMNS][ROWSET];
    SQLULEN       got  = 0;
    long          rows = 0;

    go(watch);
    bare_statement(b);
    SQLSetStmtAttr(b->stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(SQLULEN)ROWSET, 0);
    SQLSetStmtAttr(b->stmt, SQL_ATTR_ROWS_FETCHED_PTR, &got, 0);
    must(SQLExecDirect(b->stmt, (SQLCHAR *)"SELECT * FROM patients", SQL_NTS), SQL_HANDLE_STMT,
         b->stmt, "select");
    for (int i = 0; i < COLUMNS; i++)
        SQLBindCol(b->stmt, (SQLUSMALLINT)(i + 1), SQL_C_CHAR, values[i], WIDTH * 4, lens[i]);
    while (SQL_SUCCEEDED(SQLFetch(b->stmt)))
        rows += (long)got;
    SQLFreeHandle(SQL_HANDLE_STMT, b->stmt);
    halt(watch);
    return rows;
}

static void bare_close(struct bare *b)
{
    SQLEndTran(SQL_HANDLE_DBC, b->dbc, SQL_COMMIT);
    SQLDisconnect(b->dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, b->dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, b->env);
    free(b->values);
    free(b->lens);
}

/* ---- Both --------------------------------------------------------------------------- */

static void print_peak(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char  line[256];

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM", 5) == 0)
            printf("peak      %s", line + 6);
    if (file)
        fclose(file);
}

static void make_table(void *conn)
{
    run(conn, "DROP TABLE IF EXISTS patients");
    run(conn, "CREATE TABLE patients (patientid integer PRIMARY KEY, firstname varchar(40), "
              "lastname varchar(40), dateofbirth date, gender varchar(8), "
              "address varchar(80), phone varchar(20), email varchar(60))");
}

static void measure(const char *connection, long rows)
{
    pgcopy_odbc_opts opts = {.size = sizeof opts, .connection = connection};
    pgcopy_who       who  = {0};
    void            *conn = NULL;
    struct bare      bare = {0};
    struct watch     in = {0, 0}, out = {0, 0}, bare_in = {0, 0}, bare_out = {0, 0};

    check(pgcopy_odbc.open(&opts, &who, &conn, reply), "open");
    make_table(conn);
    load(conn, rows, &in);
    report("in", rows, &in);
    report("out", unload(conn, &out), &out);
    print_peak();
    make_table(conn);
    pgcopy_odbc.close(conn);
    bare_open(&bare, connection);
    report("bare in", bare_load(&bare, rows, &bare_in), &bare_in);
    report("bare out", bare_unload(&bare, &bare_out), &bare_out);
    bare_close(&bare);
    compare("in", &in, &bare_in);
    compare("out", &out, &bare_out);
}

int main(int argc, char **argv)
{
    char path[] = "/tmp/bench-odbc-XXXXXX", connection[96], file[64];
    long rows   = argc > 1 ? atol(argv[1]) : 1000000;

    sqlite3_config(SQLITE_CONFIG_MULTITHREAD); /* as pgcopyd has it */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    reply = pgcopy_reply_new(NULL);
    if (argc > 2) {
        measure(argv[2], rows);
    } else {
        close(mkstemp(path));
        snprintf(connection, sizeof connection, "Driver=SQLite3;Database=%s", path);
        measure(connection, rows);
        unlink(path);
        snprintf(file, sizeof file, "%s-wal", path);
        unlink(file);
        snprintf(file, sizeof file, "%s-shm", path);
        unlink(file);
    }
    pgcopy_reply_free(reply);
    return 0;
}
