/*
 * bench_session.c - COPY both ways through a session and its bridge, in memory: no socket, no
 * database.  ns a row, allocations, and the memory that a COPY and an idle session have.
 *
 *   cmake --preset bench && cmake --build --preset bench --target bench_session
 *   build/bench/tests/bench_session [ROWS [in|out [text|csv|binary]]]
 *   valgrind --tool=callgrind --toggle-collect=pgcopy_bridge_next
 *     --toggle-collect=pgcopy_bridge_done build/bench/tests/bench_session 20000 in csv
 *
 * What the client and the backend do in memory is in it: the data is copied into the session's
 * buffer as a read would, and what comes is looked at.
 */
#include "copy_talk.h"

#include <time.h>

enum { RUNS = 5, MESSAGE = 8192 };

struct memory {
    pgcopy_allocator allocator;
    size_t           calls, live, peak;
};

static void *resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    struct memory *m = ctx;

    m->live += new_size - old_size;
    m->peak = m->live > m->peak ? m->live : m->peak;
    m->calls += new_size > 0;
    if (new_size)
        return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* One COPY FROM whose jobs are as slow as its client. */
static size_t peak_beside_jobs(const char *sql, size_t rows, const pgcopy_buf *stream)
{
    struct memory m = {.allocator = {resize, &m}};
    struct talk   t = {.rows = rows};
    size_t        idle;

    talk_open_session(&t, &m.allocator);
    talk_rest(&t);
    idle     = m.live;
    t.beside = true;
    talk_in(&t, sql, stream);
    talk_end(&t);
    return m.peak - idle;
}

/* stream NULL: COPY TO. */
static void bench(const char *what, const char *sql, size_t rows, const pgcopy_buf *stream,
                  size_t bytes)
{
    struct memory m    = {.allocator = {resize, &m}};
    struct talk   t    = {.rows = rows};
    double        best = 1e18, begin;
    size_t        calls, idle;

    talk_open_session(&t, &m.allocator);
    talk_rest(&t);
    idle = m.live;
    for (int run = 0; run < RUNS; run++) {
        calls = m.calls;
        begin = now();
        if (stream)
            talk_in(&t, sql, stream);
        else
            talk_out(&t, sql, NULL);
        begin = now() - begin;
        best  = begin < best ? begin : best;
        calls = m.calls - calls;
    }
    printf("%-10s %7.1f ns/row %6.0f MB/s %4zu allocations a COPY; %6zu bytes, idle %zu", what,
           best / (double)rows, (double)bytes * 1e3 / best, calls, m.peak - idle, idle);
    if (stream)
        printf(", %zu beside a job", peak_beside_jobs(sql, rows, stream));
    putchar('\n');
    talk_end(&t);
}

static void bench_format(const char *format, size_t rows, const char *way)
{
    char        to[64], from[64], what[16];
    struct talk t      = {.rows = rows};
    pgcopy_buf  data   = {0};
    pgcopy_buf  stream = {0};

    snprintf(to, sizeof to, "COPY t TO STDOUT (FORMAT %s)", format);
    snprintf(from, sizeof from, "COPY t FROM STDIN (FORMAT %s)", format);
    talk_open_session(&t, NULL);
    talk_out(&t, to, &data);
    talk_end(&t);
    talk_frame(&stream, &data, MESSAGE);
    snprintf(what, sizeof what, "%s in", format);
    if (!way || strcmp(way, "in") == 0)
        bench(what, from, rows, &stream, data.len);
    snprintf(what, sizeof what, "%s out", format);
    if (!way || strcmp(way, "out") == 0)
        bench(what, to, rows, NULL, data.len);
    pgcopy_buf_free(&stream);
    pgcopy_buf_free(&data);
}

int main(int argc, char **argv)
{
    static const char *const formats[] = {"text", "csv", "binary"};
    size_t                   rows      = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;

    for (size_t i = 0; rows && i < 3; i++)
        if (argc < 4 || strcmp(argv[3], formats[i]) == 0)
            bench_format(formats[i], rows, argc > 2 ? argv[2] : NULL);
    return 0;
}
