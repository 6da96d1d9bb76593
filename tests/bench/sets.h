/* sets.h - generated rows of several shapes, the same every time, for benchmarks. */
#ifndef BENCH_SETS_H
#define BENCH_SETS_H

#include <pgcopy/batch.h>

struct bench_set {
    const char *name;
    size_t      ncols;
    /* Puts one row; seed is never 0. */
    void (*put)(pgcopy_batch *batch, uint64_t id, uint64_t *seed);
};

/* patients (64 bytes a row of CSV), labs (numbers), notes (long quoted text), wide (200 short
   numbers), tiny (one); a NULL name ends the list. */
extern const struct bench_set bench_sets[];

#endif
