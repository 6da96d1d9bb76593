/* codec/scan_sse2.c - the passes for any x86-64. */
#define SIMD_SSE2
#include "codec/passes.h"

const struct scan_table scan_sse2 = PASSES("sse2");
