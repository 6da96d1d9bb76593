/* codec/scan_avx512.c - the passes for AVX-512 with VBMI2. */
#define SIMD_AVX512
#include "codec/passes.h"

const struct scan_table scan_avx512 = PASSES("avx512");
