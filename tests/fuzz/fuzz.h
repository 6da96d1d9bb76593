/*
 * fuzz.h - what the fuzz programs share.  Each reads its input twice, whole and in pieces, and
 * the outcome must be the same: a sum over all that was seen stands for it.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FNV-1a. */
static inline uint64_t fuzz_sum(uint64_t sum, const void *data, size_t len)
{
    const uint8_t *p = data;

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ p[i]) * 0x100000001B3;
    return sum;
}

static inline uint64_t fuzz_sum_number(uint64_t sum, uint64_t number)
{
    return fuzz_sum(sum, &number, sizeof number);
}

/* An outcome that differs is a bug; abort is what libFuzzer sees. */
static inline void fuzz_check(int holds)
{
    if (!holds)
        abort();
}

#endif
