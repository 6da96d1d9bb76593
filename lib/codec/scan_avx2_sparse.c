/* codec/scan_avx2_sparse.c - the passes for AVX2 where PEXT is slow. */
#define SIMD_AVX2
#define SIMD_NO_PEXT
#include "codec/passes.h"

const struct scan_table scan_avx2_sparse = PASSES("avx2_sparse");
