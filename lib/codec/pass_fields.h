/*
 * codec/pass_fields.h - the third pass: {start, len} of all fields, without a question asked of
 * any of them.
 *
 *   end     9  14  15  22          field   10:4  15:0   16:6
 *   flag        .   .   1          out     10:4  NULL   17:4    quotes and empty fields so
 */
#ifndef CODEC_PASS_FIELDS_H
#define CODEC_PASS_FIELDS_H

#include "codec/simd.h"

static void fields(const struct scan_ends *ends, struct scan_kind kind, pgcopy_field *out)
{
    for (uint32_t i = 0; i < ends->n; i += FIELDS_AT_ONCE)
        fields_at(ends->end + i, ends->flag[i / 64] >> i % 64, kind, out + i);
}

#endif
