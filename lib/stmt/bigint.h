/* stmt/bigint.h - a bigint in text, as the type's input function reads it. */
#ifndef STMT_BIGINT_H
#define STMT_BIGINT_H

#include <pgcopy/base.h>

/* ERR_SQL: 22P02, 22003. */
pgcopy_status bigint_read(const char *text, int64_t *value, pgcopy_error *err);

#endif
