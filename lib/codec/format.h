/* codec/format.h - a format with its defaults filled in and its columns' marks, for both ways.
 */
#ifndef CODEC_FORMAT_H
#define CODEC_FORMAT_H

#include <pgcopy/batch.h>

#include "base/encoding.h"
#include "base/mem.h"

enum { CODEC_COLUMNS_MAX = 65535 }; /* an int16 counts them on the wire */

struct codec_column {
    const char *name;
    bool        has_default;
    bool        force_quote;
    bool        force_null;
    bool        force_not_null;
    bool        unselected; /* NULL, whatever comes */
};

struct codec_format {
    arena                  memory;
    pgcopy_format_kind     kind;
    pgcopy_header          header;
    uint8_t                delim;
    uint8_t                quote;
    uint8_t                escape;
    const struct encoding *encoding;
    bool         verify; /* the bytes must be UTF-8; else SQL_ASCII, taken as they are */
    bool         has_default;
    pgcopy_slice null_text;
    pgcopy_slice default_text;
    bool         known; /* the columns were given                                      */
    size_t       ncols;
    struct codec_column *columns;
    struct codec_column  any; /* stands for all of them while they are not known             */
};

/* Negative: refused, err (may be NULL) says why; nothing is left to free. */
pgcopy_status format_init(struct codec_format *f, const pgcopy_format *format,
                          const pgcopy_columns *columns, const pgcopy_allocator *allocator,
                          pgcopy_error *err) PGCOPY_MUST_CHECK;
void          format_free(struct codec_format *f);

/* The bytes are in another encoding than values are.  Binary values have none. */
bool format_is_foreign(const struct codec_format *f);

static inline const struct codec_column *format_column(const struct codec_format *f, size_t i)
{
    return i < f->ncols ? &f->columns[i] : &f->any;
}

#endif
