/* codec/foreign.h - input in another encoding, a piece at a time. */
#ifndef CODEC_FOREIGN_H
#define CODEC_FOREIGN_H

#include "codec/transcode.h"

enum { FOREIGN_PIECE = 2048 };

struct foreign {
    struct transcoder *transcoder;
    uint8_t            src[FOREIGN_PIECE]; /* begins with one that was cut off or bad */
    size_t             ntail;              /* bytes from there                        */
    uint8_t            dst[FOREIGN_PIECE * TRANSCODE_GROWTH + TRANSCODE_SLACK];
};

/* NULL: err, which may be NULL, says why (transcoder_new). */
struct foreign *foreign_new(const struct encoding *encoding, const pgcopy_allocator *a,
                            pgcopy_error *err);
void            foreign_free(struct foreign *f, const pgcopy_allocator *a);

#endif
