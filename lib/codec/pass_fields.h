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

/* Without flags half of the work falls away. */
static void fields(const struct scan_ends *ends, struct scan_kind kind, pgcopy_field *out)
{
    const uint32_t *end = ends->end;
    uint32_t        n   = ends->n;

    if (!ends->flagged)
        for (uint32_t i = 0; i < n; i += FIELDS_AT_ONCE)
            fields_at(end + i, 0, (struct scan_kind){0, kind.empty}, out + i);
    else
        for (uint32_t i = 0; i < n; i += FIELDS_AT_ONCE)
            fields_at(end + i, ends->flag[i / 64] >> i % 64, kind, out + i);
}

#endif
