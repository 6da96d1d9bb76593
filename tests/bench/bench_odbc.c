/*
 * bench_odbc.c - rows a second through the ODBC backend's table, in and out, with no session
 * and no decoder around it.
 *
 *   bench_odbc [rows] [connection string]      1000000, SQLite in a temporary file
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pgcopy/odbc.h>

static pgcopy_reply *reply;

static void check(pgcopy_status status, const char *what)
{
    if (status >= 0)
        return;
    fprintf(stderr, "%s: %s %s\n", what, pgcopy_reply_failure(reply)->sqlstate,
            pgcopy_reply_failure(reply)->message);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

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

static void report(const char *what, long rows, double wall, double cpu)
{
    printf("%-4s %ld rows, %.2f s, %.0f rows/s, %.2f us of CPU a row\n", what, rows, wall,
           (double)rows / wall, cpu / (double)rows * 1e6);
}

/* The time to make the rows is taken apart, and off. */
static void load(void *conn, long rows)
{
    pgcopy_stmt    *stmt   = parse("COPY patients FROM STDIN");
    pgcopy_batch   *batch  = pgcopy_batch_new(8, NULL, NULL);
    pgcopy_columns *target = NULL;
    double          wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double          making = 0;

    pgcopy_reply_clear(reply);
    check(pgcopy_odbc.relation(conn, NULL, "patients", reply), "relation");
    target = pgcopy_reply_columns(reply);
    check(pgcopy_odbc.load_begin(conn, stmt, target, reply), "load_begin");
    for (long i = 0; i < rows;) {
        double start = seconds(CLOCK_MONOTONIC);

        pgcopy_batch_clear(batch);
        while (i < rows && put_patient(batch, i++) == PGCOPY_OK)
            ;
        making += seconds(CLOCK_MONOTONIC) - start;
        check(pgcopy_odbc.load_rows(conn, batch, 0, reply), "load_rows");
    }
    check(pgcopy_odbc.load_end(conn, true, reply), "load_end");
    report("in", rows, seconds(CLOCK_MONOTONIC) - wall - making,
           seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu - making);
    pgcopy_batch_free(batch);
    pgcopy_stmt_free(stmt);
}

static void unload(void *conn)
{
    pgcopy_stmt  *stmt  = parse("COPY patients TO STDOUT");
    pgcopy_batch *batch = pgcopy_batch_new(8, NULL, NULL);
    double        wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    void         *cursor = NULL;
    long          rows   = 0;
    pgcopy_status status;

    pgcopy_reply_clear(reply);
    check(pgcopy_odbc.execute(conn, stmt, NULL, NULL, &cursor, reply), "execute");
    do {
        pgcopy_batch_clear(batch);
        status = pgcopy_odbc.fetch(conn, cursor, batch, reply);
        check(status, "fetch");
        rows += (long)pgcopy_batch_view(batch)->nrows;
    } while (status != PGCOPY_END);
    pgcopy_odbc.finish(conn, cursor);
    report("out", rows, seconds(CLOCK_MONOTONIC) - wall,
           seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    pgcopy_batch_free(batch);
    pgcopy_stmt_free(stmt);
}

static void print_peak(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char  line[256];

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM", 5) == 0)
            printf("peak %s", line + 6);
    if (file)
        fclose(file);
}

int main(int argc, char **argv)
{
    char             path[] = "/tmp/bench-odbc-XXXXXX", connection[96], file[64];
    pgcopy_odbc_opts opts   = {.size = sizeof opts, .connection = connection};
    pgcopy_who       who    = {0};
    void            *conn   = NULL;

    if (argc > 2)
        opts.connection = argv[2];
    else
        close(mkstemp(path));
    snprintf(connection, sizeof connection, "Driver=SQLite3;Database=%s", path);
    reply = pgcopy_reply_new(NULL);
    check(pgcopy_odbc.open(&opts, &who, &conn, reply), "open");
    run(conn, "CREATE TABLE patients (patientid integer PRIMARY KEY, firstname varchar(40), "
              "lastname varchar(40), dateofbirth date, gender varchar(8), "
              "address varchar(80), phone varchar(20), email varchar(60))");
    load(conn, argc > 1 ? atol(argv[1]) : 1000000);
    unload(conn);
    print_peak();
    pgcopy_odbc.close(conn);
    pgcopy_reply_free(reply);
    unlink(path);
    snprintf(file, sizeof file, "%s-wal", path);
    unlink(file);
    snprintf(file, sizeof file, "%s-shm", path);
    unlink(file);
    return 0;
}
