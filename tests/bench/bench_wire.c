/*
 * bench_wire.c - a stream of CopyData is cut into messages: ns a message, by how it arrives.
 *
 *   cmake --preset bench && cmake --build --preset bench --target bench_wire
 *   build/bench/tests/bench_wire [BODY [PIECE]]
 *   valgrind --tool=callgrind --toggle-collect=pgcopy_wire_next build/bench/tests/bench_wire
 *
 * BODY: bytes of each (60).  PIECE: no other.  Pieces end in the middle of messages; what is
 * left of a head goes before the next piece.
 */
#include <pgcopy/wire.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGES = 20000, RUNS = 5 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Bytes that came: all of them lie in one buffer, so that a head that is cut is whole again. */
static size_t cut(const pgcopy_buf *data, size_t piece, size_t *calls)
{
    pgcopy_wire  wire  = {.started = true};
    pgcopy_slice in    = {data->data, 0};
    pgcopy_msg   msg   = {0};
    size_t       bytes = 0, left = data->len;

    while (left || in.len) {
        pgcopy_status rc = pgcopy_wire_next(&wire, &in, &msg);
        ++*calls;
        if (rc < 0)
            exit(1);
        if (rc == PGCOPY_OK) {
            bytes += msg.body.len;
        } else {
            size_t n = piece < left ? piece : left;
            in.len += n;
            left -= n;
        }
    }
    return bytes;
}

static void bench(const pgcopy_buf *data, size_t body, size_t piece)
{
    double best  = 1e18;
    size_t calls = 0;

    for (int run = 0; run < RUNS; run++) {
        double begin = now();
        calls        = 0;
        if (cut(data, piece, &calls) != body * MESSAGES)
            exit(1);
        begin = now() - begin;
        best  = begin < best ? begin : best;
    }
    printf("pieces of %6zu bytes: %7.2f ns a message, %zu calls for %d messages, %d runs\n",
           piece, best / MESSAGES, calls, MESSAGES, RUNS);
}

int main(int argc, char **argv)
{
    static const size_t pieces[] = {65536, 4096, 1000, 61};
    size_t              body     = argc > 1 ? strtoul(argv[1], NULL, 10) : 60;
    pgcopy_buf          data     = {0};
    uint8_t            *bytes    = calloc(1, body + 1);

    for (int i = 0; bytes && i < MESSAGES; i++)
        pgcopy_write_copy_data(&data, (pgcopy_slice){bytes, body});
    if (argc > 2)
        bench(&data, body, strtoul(argv[2], NULL, 10));
    for (size_t i = 0; bytes && argc < 3 && i < sizeof pieces / sizeof *pieces; i++)
        bench(&data, body, pieces[i]);
    pgcopy_buf_free(&data);
    free(bytes);
    return 0;
}
