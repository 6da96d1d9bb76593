/* codec/scan_portable.c - the passes in plain C. */
#include "codec/passes.h"

const struct scan_table scan_portable = PASSES("portable");
