/*
 * bench_batch.c - columns laid out for array binding: ns a value, by stride.
 *
 *   cmake --preset bench && cmake --build --preset bench --target bench_batch
 *   build/bench/tests/bench_batch
 *   valgrind --tool=callgrind --toggle-collect=pgcopy_batch_pack build/bench/tests/bench_batch
 */
#include <pgcopy/batch.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 1024, COLS = 8, RUNS = 200, STRIDE_MAX = 128 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Values of 1 to 13 bytes, and NULL, in no order that a processor could learn. */
static pgcopy_batch *rows(void)
{
    pgcopy_batch *batch = pgcopy_batch_new(COLS, NULL, NULL);
    uint32_t      seed  = 1;

    for (size_t i = 0; batch && i < ROWS * COLS; i++) {
        seed       = seed * 1664525 + 1013904223;
        size_t len = (seed >> 8) % 14;
        (void)pgcopy_batch_put(batch, "a value of 13", len ? len : PGCOPY_NULL);
        if (i % COLS == COLS - 1 && pgcopy_batch_end_row(batch) < 0)
            exit(1);
    }
    return batch;
}

static void bench(const pgcopy_batch *batch, size_t stride)
{
    static uint8_t   dst[ROWS * STRIDE_MAX];
    static ptrdiff_t indicator[ROWS];
    double           best = 1e18;

    for (int run = 0; run < RUNS; run++) {
        double begin = now();
        for (size_t col = 0; col < COLS; col++)
            if (pgcopy_batch_pack(batch, col, 0, ROWS, dst, stride, indicator) != PGCOPY_OK)
                exit(1);
        begin = now() - begin;
        best  = begin < best ? begin : best;
    }
    printf("stride %3zu: %6.2f ns a value\n", stride, best / (ROWS * COLS));
}

int main(void)
{
    static const size_t strides[] = {16, 20, 32, 64, 128};
    pgcopy_batch       *batch     = rows();

    for (size_t i = 0; batch && i < sizeof strides / sizeof *strides; i++)
        bench(batch, strides[i]);
    pgcopy_batch_free(batch);
    return 0;
}
