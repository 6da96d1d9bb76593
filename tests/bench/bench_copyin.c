/*
 * bench_copyin.c - rows into a session that throws them away: a CopyData for each of them, as
 * psql sends them, and CopyData of 64 KB.
 *
 *   the stream --64 KB--> recv_buf --> next: ROWS --> accept
 *
 * usage: bench_copyin [RUNS]; prints the best of them, in CPU time.
 */
#include <pgcopy/session.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = 100000, PIECE = 65536 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Patients, of 64 bytes or so. */
static void write_rows(pgcopy_buf *rows, pgcopy_buf *stream, bool each)
{
    char   row[128];
    size_t from = 0;

    for (int i = 0; i < ROWS; i++) {
        int n = snprintf(
            row, sizeof row, "%d,Anneliese,Wintermann,19%02d-0%d-17,F,%s,2024-1%d-2%d,\n",
            1000000 + i, i % 100, i % 9 + 1, i % 3 ? "discharged" : "admitted", i % 3, i % 9);
        pgcopy_buf_append(rows, row, (size_t)n);
        if (!each && rows->len - from < PIECE && i + 1 < ROWS)
            continue;
        pgcopy_write_copy_data(stream, (pgcopy_slice){rows->data + from, rows->len - from});
        from = rows->len;
    }
}

static void write_stream(pgcopy_buf *stream, bool each)
{
    static const char startup[] = "\0\0\0\x12\0\3\0\0user\0ann\0";
    pgcopy_buf        rows      = {0};
    size_t            begun;

    pgcopy_buf_append(stream, startup, sizeof startup);
    begun = pgcopy_write_begin(stream, PGCOPY_MSG_QUERY);
    pgcopy_write_str(stream, "COPY t FROM STDIN (FORMAT csv)");
    pgcopy_write_end(stream, begun);
    write_rows(&rows, stream, each);
    pgcopy_write_empty(stream, PGCOPY_MSG_COPY_DONE);
    pgcopy_write_empty(stream, PGCOPY_MSG_TERMINATE);
    pgcopy_buf_free(&rows);
    if (stream->failed)
        exit(1);
}

static size_t answer(pgcopy_session *s, const pgcopy_event *ev)
{
    size_t        rows = ev->batch ? pgcopy_batch_view(ev->batch)->nrows : 0;
    pgcopy_status rc;

    if (ev->type == PGCOPY_EVENT_COPY_IN)
        rc = pgcopy_session_columns(s, NULL);
    else if (ev->type == PGCOPY_EVENT_COPY_DONE)
        rc = pgcopy_session_complete(s, NULL, ROWS);
    else
        rc = pgcopy_session_accept(s);
    if (rc < 0)
        exit(1);
    return rows;
}

static size_t work(pgcopy_session *s)
{
    const pgcopy_event *ev;
    size_t              rows = 0, len;

    while ((ev = pgcopy_session_next(s)))
        rows += answer(s, ev);
    while (pgcopy_session_send_buf(s, &len))
        pgcopy_session_send_ack(s, len);
    return rows;
}

static double run(pgcopy_slice stream)
{
    double          start = now();
    pgcopy_session *s     = pgcopy_session_new(NULL);
    size_t          rows = 0, took = 1;

    while (s && took) {
        took = pgcopy_session_feed(s, stream.data, stream.len < PIECE ? stream.len : PIECE);
        stream.data += took;
        stream.len -= took;
        rows += work(s);
    }
    pgcopy_session_free(s);
    if (rows != ROWS)
        exit(1);
    return (now() - start) / ROWS;
}

static double best_of(int runs, bool each)
{
    pgcopy_buf stream = {0};
    double     best   = 1e18;

    write_stream(&stream, each);
    while (runs--) {
        double ns = run((pgcopy_slice){stream.data, stream.len});
        best      = ns < best ? ns : best;
    }
    pgcopy_buf_free(&stream);
    return best;
}

int main(int argc, char **argv)
{
    int    runs = argc > 1 ? atoi(argv[1]) : 9;
    double whole, each;

    if (runs < 1)
        return 2;
    whole = best_of(runs, false);
    each  = best_of(runs, true);
    printf("64 KB a CopyData  %6.1f ns a row\n", whole);
    printf("a row a CopyData  %6.1f ns a row, %.2f of the speed\n", each, whole / each);
    return 0;
}
