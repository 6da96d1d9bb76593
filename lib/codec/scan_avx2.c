/* codec/scan_avx2.c - the passes for AVX2 with BMI2 and PCLMUL. */
#define SIMD_AVX2
#include "codec/passes.h"

const struct scan_table scan_avx2 = PASSES("avx2");
