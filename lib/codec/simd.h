/*
 * codec/simd.h - what the passes are written in: 64 bytes at a time, and words of 64 bits.
 * Which processor's instructions are meant is defined by the source that includes it.
 *
 *   block            64 bytes          block_load, block_copy, block_is -> match; block_ahead
 * fetches what lies a chunk further into the cache, if there is anything match            a bit
 * a byte, as the processor likes it: match_or, match_bits -> word word_parity      each bit
 * becomes the parity of itself and those below word_squeeze     the bits that `among` has, side
 * by side (PEXT) word_offsets     base + the places of the bits, how many; SCAN_SLACK more may
 * be written fields_at        {start, len} of a few fields, see fields_each
 */
#ifndef CODEC_SIMD_H
#define CODEC_SIMD_H

#if defined(SIMD_AVX512)
#include "codec/simd_avx512.h"
#elif defined(SIMD_AVX2)
#include "codec/simd_avx2.h"
#elif defined(SIMD_SSE2)
#include "codec/simd_sse2.h"
#elif defined(SIMD_NEON)
#include "codec/simd_neon.h"
#else
#include "codec/simd_portable.h"
#endif

#endif
