/* libpq.c - libpq's COPY as C programs use it: libpq FLOW INPUT OUTPUT, the server from the
   environment; prints what the server says, a line each. */
#include <libpq-fe.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 777, DATA_MAX = 1 << 20 }; /* pieces that end anywhere in a row */

static PGconn *conn;
static char    in[DATA_MAX], out[DATA_MAX];
static size_t  in_len, out_len;

static void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, PQerrorMessage(conn));
    exit(1);
}

/* Prints the tag, the value of a single row or the SQLSTATE, and lets go of the result. */
static void report(PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (PQresultStatus(res) == PGRES_TUPLES_OK)
        puts(PQgetvalue(res, 0, 0));
    else
        puts(state ? state : PQcmdStatus(res));
    PQclear(res);
}

static void run(const char *sql)
{
    PGresult *res = PQexec(conn, sql);

    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        die(sql);
    PQclear(res);
}

static void expect(PGresult *res, ExecStatusType status)
{
    if (PQresultStatus(res) != status)
        die(PQresStatus(PQresultStatus(res)));
    PQclear(res);
}

/* Everything that is left of a command, the last of which is told. */
static void report_last(void)
{
    PGresult *res, *last = NULL;

    while ((res = PQgetResult(conn))) {
        PQclear(last);
        last = res;
    }
    report(last);
}

static void send_bytes(const char *data, size_t len)
{
    for (size_t n; len; data += n, len -= n) {
        n = len < PIECE ? len : PIECE;
        if (PQputCopyData(conn, data, (int)n) != 1)
            die("PQputCopyData");
    }
}

static void copy_in(const char *sql, const char *data, size_t len, const char *abort_with)
{
    expect(PQexec(conn, sql), PGRES_COPY_IN);
    send_bytes(data, len);
    if (PQputCopyEnd(conn, abort_with) != 1)
        die("PQputCopyEnd");
    report_last();
}

static size_t copy_out(const char *sql, char *data)
{
    char  *row;
    size_t len = 0;
    int    n;

    expect(PQexec(conn, sql), PGRES_COPY_OUT);
    while ((n = PQgetCopyData(conn, &row, 0)) > 0) {
        memcpy(data + len, row, (size_t)n);
        len += (size_t)n;
        PQfreemem(row);
    }
    report_last();
    return len;
}

/* Some whole rows: PostgreSQL minds a row that is cut more than a cancel. */
static size_t half(void)
{
    size_t len = in_len / 2;

    while (in[len - 1] != '\n')
        len--;
    return len;
}

/* The connection goes on, whatever was before. */
static void one_more(void)
{
    static const char row[] = "5001\tlate\t\\N\t\\N\t\\N\n";

    expect(PQexec(conn, "COPY visits FROM STDIN"), PGRES_COPY_IN);
    send_bytes(row, sizeof row - 1);
    PQputCopyEnd(conn, NULL);
    expect(PQgetResult(conn), PGRES_COMMAND_OK);
    if (PQgetResult(conn))
        die("a result too many");
}

/* ---- Flows ------------------------------------------------------------------------------ */

static void flow_copy(void)
{
    copy_in("COPY visits FROM STDIN", in, in_len, NULL);
    out_len = copy_out("COPY visits TO STDOUT", out);
}

static void flow_binary(void)
{
    copy_in("COPY visits FROM STDIN", in, in_len, NULL);
    out_len = copy_out("COPY visits TO STDOUT (FORMAT binary)", out);
    report(PQexec(conn, "DELETE FROM visits"));
    copy_in("COPY visits FROM STDIN WITH BINARY", out, out_len, NULL);
    out_len = copy_out("COPY visits TO STDOUT", out);
}

static void in_transaction(const char *end)
{
    run("BEGIN");
    copy_in("COPY visits FROM STDIN", in, in_len, NULL);
    report(PQexec(conn, "SELECT count(*) FROM visits"));
    run(end);
}

static void flow_error_in_transaction(void)
{
    static const char row[] = "6001\tearly\t\\N\t\\N\t\\N\n";

    run("BEGIN");
    copy_in("COPY visits FROM STDIN", row, sizeof row - 1, NULL);
    copy_in("COPY visits FROM STDIN", in, in_len, NULL);
    report(PQexec(conn, "SELECT 1"));
    run("ROLLBACK");
    one_more();
}

static void flow_cancel(void)
{
    PGcancel *cancel = PQgetCancel(conn);
    char      why[256];

    expect(PQexec(conn, "COPY visits FROM STDIN"), PGRES_COPY_IN);
    send_bytes(in, half());
    PQflush(conn);
    if (!PQcancel(cancel, why, sizeof why))
        die(why);
    PQfreeCancel(cancel);
    PQputCopyEnd(conn, NULL);
    report_last();
    one_more();
}

static void flow_missing(void)
{
    report(PQexec(conn, "COPY nowhere FROM STDIN"));
    one_more();
}

static void flow_again(void)
{
    copy_in("COPY visits FROM STDIN", in, in_len, NULL);
    report(PQexec(conn, "SELECT count(*) FROM visits"));
    one_more();
}

/* PQexecParams sends Sync right behind Execute, before the data (protocol 54.2.6). */
static void flow_extended(void)
{
    expect(PQexecParams(conn, "COPY visits FROM STDIN", 0, NULL, NULL, NULL, NULL, 0),
           PGRES_COPY_IN);
    send_bytes(in, in_len);
    PQputCopyEnd(conn, NULL);
    report_last();
    expect(PQexecParams(conn, "COPY visits FROM STDIN", 0, NULL, NULL, NULL, NULL, 0),
           PGRES_COPY_IN);
    send_bytes("x\n", 2);
    PQputCopyEnd(conn, NULL);
    report_last();
    one_more();
}

static void wait_for(short events)
{
    struct pollfd fd = {.fd = PQsocket(conn), .events = events};

    if (poll(&fd, 1, 60000) != 1)
        die("poll");
}

static PGresult *result_async(void)
{
    int rc;

    while ((rc = PQflush(conn)) > 0)
        wait_for(POLLIN | POLLOUT);
    while (PQisBusy(conn)) {
        wait_for(POLLIN);
        if (!PQconsumeInput(conn))
            die("PQconsumeInput");
    }
    return PQgetResult(conn);
}

static void send_async(const char *data, size_t len)
{
    int rc;

    while ((rc = PQputCopyData(conn, data, (int)len)) == 0)
        wait_for(POLLOUT);
    if (rc < 0)
        die("PQputCopyData");
}

static void flow_async(void)
{
    char *row;
    int   n;

    PQsetnonblocking(conn, 1);
    PQsendQuery(conn, "COPY visits FROM STDIN");
    expect(result_async(), PGRES_COPY_IN);
    send_async(in, in_len);
    while (PQputCopyEnd(conn, NULL) == 0)
        wait_for(POLLOUT);
    report(result_async());
    if (result_async())
        die("a result too many");
    PQsendQuery(conn, "COPY visits TO STDOUT");
    expect(result_async(), PGRES_COPY_OUT);
    while ((n = PQgetCopyData(conn, &row, 1)) >= 0)
        if (n == 0) {
            wait_for(POLLIN);
            PQconsumeInput(conn);
        } else {
            memcpy(out + out_len, row, (size_t)n);
            out_len += (size_t)n;
            PQfreemem(row);
        }
    report(result_async());
}

/* Statements around, in one go; COPY itself is not for a pipeline (libpq's manual, 34.5). */
static void flow_pipeline(void)
{
    static const char *const insert    = "INSERT INTO visits (id, name) VALUES ($1, $2)";
    const char              *values[2] = {"1", "Ann"};

    if (!PQenterPipelineMode(conn))
        die("PQenterPipelineMode");
    PQsendQueryParams(conn, insert, 2, NULL, values, NULL, NULL, 0);
    PQsendQueryParams(conn, insert, 2, NULL, values, NULL, NULL, 0); /* the same key */
    PQsendQueryParams(conn, "SELECT 1", 0, NULL, NULL, NULL, NULL, 0);
    PQpipelineSync(conn);
    for (int i = 0; i < 3; i++) {
        PGresult *res = PQgetResult(conn);
        if (PQresultStatus(res) == PGRES_PIPELINE_ABORTED)
            puts("aborted");
        else
            report(res);
        if (PQgetResult(conn))
            die("a result too many");
    }
    expect(PQgetResult(conn), PGRES_PIPELINE_SYNC);
    if (!PQexitPipelineMode(conn))
        die("PQexitPipelineMode");
    one_more();
}

static void read_input(const char *path)
{
    FILE *f = fopen(path, "rb");

    if (!f)
        die(path);
    in_len = fread(in, 1, sizeof in, f);
    fclose(f);
}

static void write_output(const char *path)
{
    FILE *f = fopen(path, "wb");

    if (!f || fwrite(out, 1, out_len, f) != out_len || fclose(f))
        die(path);
}

static void flow(const char *name)
{
    if (!strcmp(name, "copy"))
        flow_copy();
    else if (!strcmp(name, "binary"))
        flow_binary();
    else if (!strcmp(name, "commit"))
        in_transaction("COMMIT");
    else if (!strcmp(name, "rollback"))
        in_transaction("ROLLBACK");
    else if (!strcmp(name, "error"))
        copy_in("COPY visits FROM STDIN", in, in_len, NULL), one_more();
    else if (!strcmp(name, "error in transaction"))
        flow_error_in_transaction();
    else if (!strcmp(name, "abort"))
        copy_in("COPY visits FROM STDIN", in, half(), "I gave up"), one_more();
    else if (!strcmp(name, "cancel"))
        flow_cancel();
    else if (!strcmp(name, "missing"))
        flow_missing();
    else if (!strcmp(name, "again"))
        flow_again();
    else if (!strcmp(name, "extended"))
        flow_extended();
    else if (!strcmp(name, "async"))
        flow_async();
    else if (!strcmp(name, "pipeline"))
        flow_pipeline();
    else
        exit(2);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    conn = PQconnectdb("");
    if (PQstatus(conn) != CONNECTION_OK)
        die("connect");
    read_input(argv[2]);
    flow(argv[1]);
    write_output(argv[3]);
    PQfinish(conn);
    return 0;
}
