/*
 * codec/simd.h - what the passes are written in: 64 bytes at a time, and words of 64 bits.
 * Which processor's instructions are meant is defined by the source that includes it.
 *
 * - block_load, block_copy: 64 bytes; block_ahead fetches what lies a chunk further
 * - block_is, block_high -> match, a bit a byte as the processor likes it; match_or; match_bits
 *   makes a word of it
 * - block_squeeze: the bytes that a word names, side by side; only where that is quick
 * - word_parity: each bit becomes the parity of itself and those below; word_count
 * - word_squeeze: the bits that `among` names, side by side (PEXT)
 * - word_offsets: base + the places of the bits, and how many; SCAN_SLACK more may be written
 * - fields_at: {start, len} of FIELDS_AT_ONCE fields
 * - vec_load and so on: for pass_utf8.h
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
