/* codec/scan_neon.c - the passes for AArch64. */
#define SIMD_NEON
#include "codec/passes.h"

const struct scan_table scan_neon = PASSES("neon");
