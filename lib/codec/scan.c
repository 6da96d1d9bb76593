/* codec/scan.c - which tables of passes there are, and which of them this processor can run. */
#include "codec/scan.h"

extern const struct scan_table scan_portable, scan_sse2, scan_avx2, scan_avx2_sparse,
    scan_avx512, scan_neon;

static bool always(void)
{
    return true;
}

#if defined(SCAN_AVX2) || defined(SCAN_AVX512)

/* The builtin also asks whether the system keeps the registers. */
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("popcnt");
}

/* AMD before Zen 3, family 19h, has PEXT in microcode, at a cycle or more a bit.  The builtin
   remembers: CPUID itself takes microseconds in a virtual machine. */
static bool has_quick_pext(void)
{
    return has_avx2() && !__builtin_cpu_is("amdfam15h") && !__builtin_cpu_is("amdfam17h");
}

#endif

#if defined(SCAN_AVX512)

static bool has_avx512(void)
{
    return has_quick_pext() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
}

#endif

static const struct {
    const struct scan_table *table;
    bool (*can)(void);
} all[] = {
#if defined(SCAN_AVX512)
    {&scan_avx512, has_avx512},
#endif
#if defined(SCAN_AVX2)
    {&scan_avx2, has_quick_pext}, {&scan_avx2_sparse, has_avx2},
#endif
#if defined(SCAN_SSE2)
    {&scan_sse2, always},
#endif
#if defined(SCAN_NEON)
    {&scan_neon, always},
#endif
    {&scan_portable, always},
};

const struct scan_table *scan_at(size_t i)
{
    for (size_t t = 0; t < sizeof all / sizeof *all; t++)
        if (all[t].can() && i-- == 0)
            return all[t].table;
    return NULL;
}
