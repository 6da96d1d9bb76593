/* types/rows.h - a batch that has some of the columns. */
#ifndef TYPES_ROWS_H
#define TYPES_ROWS_H

#include <pgcopy/batch.h>

/* As pgcopy_types_to_text() or, of text, pgcopy_types_check(), for a batch of the columns from
   `first` on.  NOT NULL is not judged. */
pgcopy_status types_judge_part(const pgcopy_columns *cols, size_t first, bool binary,
                               pgcopy_batch *batch, pgcopy_error *err) PGCOPY_MUST_CHECK;

#endif
