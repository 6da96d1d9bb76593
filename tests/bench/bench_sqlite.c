/*
 * bench_sqlite.c - a CSV file into SQLite and out again, side by side with SQLite's own
 * program, in the same folder, best of three.
 *
 *   file --> decoder --> types --> load_rows      |  sqlite3 .import --csv --skip 1
 *   file <-- encoder <-- types <-- fetch          |  sqlite3 -csv "SELECT * ..."
 *
 *   bench_sqlite FILE.csv "CREATE TABLE patients (...)"     the file has a header
 *   examples/data/generate.py makes both: patients 1000000, and --create patients
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <pgcopy/codec.h>
#include <pgcopy/sqlite.h>

enum { TIMES = 3, PIECE = 65536 };

struct cost {
    double wall, cpu;
};

static pgcopy_reply *reply;
static char          folder[64], database[96], output[96];
static const char   *input, *table_sql;

static void check(pgcopy_status status, const char *what)
{
    if (status >= 0)
        return;
    fprintf(stderr, "%s: %s %s\n", what, pgcopy_reply_failure(reply)->sqlstate,
            pgcopy_reply_failure(reply)->message);
    exit(1);
}

/* ---- Time --------------------------------------------------------------------------- */

static struct cost now(void)
{
    struct timespec t;
    struct rusage   self, children;

    clock_gettime(CLOCK_MONOTONIC, &t);
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
#define SECONDS(u) ((double)(u).tv_sec + (double)(u).tv_usec / 1e6)
    return (struct cost){(double)t.tv_sec + (double)t.tv_nsec / 1e9,
                         SECONDS(self.ru_utime) + SECONDS(self.ru_stime) +
                             SECONDS(children.ru_utime) + SECONDS(children.ru_stime)};
}

static struct cost best(void (*run)(void), void (*before)(void))
{
    struct cost least = {1e9, 1e9};

    for (int i = 0; i < TIMES; i++) {
        struct cost start, end;

        before();
        start = now();
        run();
        end = now();
        if (end.wall - start.wall < least.wall)
            least = (struct cost){end.wall - start.wall, end.cpu - start.cpu};
    }
    return least;
}

static void report(const char *what, struct cost ours, struct cost theirs)
{
    printf("%-4s ours %.3f s (CPU %.3f), sqlite3 %.3f s (CPU %.3f): %.2fx, CPU %.2fx\n", what,
           ours.wall, ours.cpu, theirs.wall, theirs.cpu, theirs.wall / ours.wall,
           theirs.cpu / ours.cpu);
}

/* ---- The database ------------------------------------------------------------------- */

static void nothing(void) {}

static void no_database(void)
{
    char name[112];

    unlink(database);
    snprintf(name, sizeof name, "%s-wal", database);
    unlink(name);
    snprintf(name, sizeof name, "%s-shm", database);
    unlink(name);
}

static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    size_t       pos  = 0;
    pgcopy_stmt *stmt = NULL;

    check(pgcopy_stmt_parse(text, &pos, NULL, &stmt, pgcopy_reply_failure(reply)), sql);
    return stmt;
}

static void *open_database(void)
{
    pgcopy_sqlite_opts opts = {.size = sizeof opts, .path = database};
    pgcopy_who         who  = {0};
    void              *conn = NULL;

    check(pgcopy_sqlite.open(&opts, &who, &conn, reply), "open");
    return conn;
}

static void create_table(void *conn)
{
    pgcopy_stmt *stmt   = parse(table_sql);
    void        *cursor = NULL;

    pgcopy_reply_clear(reply);
    check(pgcopy_sqlite.execute(conn, stmt, NULL, NULL, &cursor, reply), table_sql);
    pgcopy_stmt_free(stmt);
}

/* ---- Ours --------------------------------------------------------------------------- */

static void load_batch(void *conn, const pgcopy_columns *cols, pgcopy_batch *batch)
{
    size_t row = 0;

    check(pgcopy_types_check(cols, batch, &row, pgcopy_reply_failure(reply)), "types");
    check(pgcopy_sqlite.load_rows(conn, batch, 0, reply), "load_rows");
    pgcopy_batch_clear(batch);
}

static void load_file(void *conn, const pgcopy_columns *cols, pgcopy_decoder *dec)
{
    static uint8_t piece[PIECE];
    pgcopy_batch  *batch = pgcopy_batch_new(pgcopy_columns_count(cols), NULL, NULL);
    FILE          *file  = fopen(input, "rb");
    pgcopy_status  status;
    size_t         len;

    while (file && (len = fread(piece, 1, sizeof piece, file)) > 0) {
        pgcopy_slice in = {piece, len};

        while ((status = pgcopy_decode(dec, &in, batch)) == PGCOPY_FULL)
            load_batch(conn, cols, batch);
        check(status, pgcopy_decoder_error(dec)->message);
    }
    while ((status = pgcopy_decode_end(dec, batch)) == PGCOPY_FULL)
        load_batch(conn, cols, batch);
    check(status, pgcopy_decoder_error(dec)->message);
    load_batch(conn, cols, batch);
    pgcopy_batch_free(batch);
    if (file)
        fclose(file);
}

static void ours_in(void)
{
    pgcopy_stmt    *stmt = parse("COPY patients FROM STDIN (FORMAT csv, HEADER)");
    void           *conn = open_database();
    pgcopy_columns *cols;
    pgcopy_decoder *dec;

    create_table(conn);
    pgcopy_reply_clear(reply);
    check(pgcopy_sqlite.relation(conn, NULL, "patients", reply), "relation");
    cols = pgcopy_reply_columns(reply);
    dec  = pgcopy_decoder_new(stmt->format, cols, NULL, NULL);
    check(pgcopy_sqlite.load_begin(conn, stmt, cols, reply), "load_begin");
    load_file(conn, cols, dec);
    check(pgcopy_sqlite.load_end(conn, true, reply), "load_end");
    pgcopy_decoder_free(dec);
    pgcopy_sqlite.close(conn);
    pgcopy_stmt_free(stmt);
}

static void write_batch(const pgcopy_columns *cols, pgcopy_batch *batch, pgcopy_encoder *enc,
                        pgcopy_buf *out, FILE *file)
{
    size_t row = 0;

    check(pgcopy_types_check(cols, batch, &row, pgcopy_reply_failure(reply)), "types");
    out->len = 0;
    for (row = 0; row < pgcopy_batch_view(batch)->nrows; row++)
        pgcopy_encode_row(enc, batch, row, out);
    fwrite(out->data, 1, out->len, file);
}

static void ours_out(void)
{
    pgcopy_stmt    *stmt   = parse("COPY patients TO STDOUT (FORMAT csv)");
    pgcopy_batch   *batch  = pgcopy_batch_new(0, NULL, NULL);
    FILE           *file   = fopen(output, "wb");
    void           *conn   = open_database();
    void           *cursor = NULL;
    pgcopy_buf      out    = {0};
    pgcopy_encoder *enc;
    pgcopy_status   status;

    pgcopy_reply_clear(reply);
    check(pgcopy_sqlite.execute(conn, stmt, NULL, NULL, &cursor, reply), "execute");
    enc = pgcopy_encoder_new(stmt->format, pgcopy_reply_columns(reply), NULL, NULL);
    do {
        pgcopy_batch_clear(batch);
        status = pgcopy_sqlite.fetch(conn, cursor, batch, reply);
        check(status, "fetch");
        write_batch(pgcopy_reply_columns(reply), batch, enc, &out, file);
    } while (status != PGCOPY_END);
    fclose(file);
    pgcopy_encoder_free(enc);
    pgcopy_buf_free(&out);
    pgcopy_sqlite.finish(conn, cursor);
    pgcopy_sqlite.close(conn);
    pgcopy_batch_free(batch);
    pgcopy_stmt_free(stmt);
}

/* ---- Theirs ------------------------------------------------------------------------- */

static void must_run(const char *command)
{
    if (system(command) != 0) {
        fprintf(stderr, "failed: %s\n", command);
        exit(1);
    }
}

static void theirs_in(void)
{
    char command[2048];

    snprintf(command, sizeof command,
             "sqlite3 '%s' '%s' '.import --csv --skip 1 \"%s\" patients'", database, table_sql,
             input);
    must_run(command);
}

static void theirs_out(void)
{
    char command[256];

    snprintf(command, sizeof command, "sqlite3 -csv '%s' 'SELECT * FROM patients' >'%s'",
             database, output);
    must_run(command);
}

int main(int argc, char **argv)
{
    struct cost ours, theirs;

    if (argc != 3) {
        fprintf(stderr, "usage: bench_sqlite FILE.csv 'CREATE TABLE patients (...)'\n");
        return 2;
    }
    input     = argv[1];
    table_sql = argv[2];
    strcpy(folder, "/tmp/bench-sqlite-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(database, sizeof database, "%s/x.db", folder);
    snprintf(output, sizeof output, "%s/x.csv", folder);
    reply  = pgcopy_reply_new(NULL);
    theirs = best(theirs_in, no_database);
    ours   = best(ours_in, no_database);
    report("in", ours, theirs);
    ours   = best(ours_out, nothing);
    theirs = best(theirs_out, nothing);
    report("out", ours, theirs);
    pgcopy_reply_free(reply);
    no_database();
    unlink(output);
    rmdir(folder);
    return 0;
}
