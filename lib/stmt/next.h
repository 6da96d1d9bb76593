/* stmt/next.h - a string's statements one by one without counting its characters again. */
#ifndef STMT_NEXT_H
#define STMT_NEXT_H

#include <pgcopy/stmt.h>

/* Where the next statement may begin: {0}, then moved by stmt_next. */
struct stmt_at {
    size_t   byte;
    uint32_t chars;
};

/* pgcopy_stmt_parse() for strings of many statements: linear in the whole string. */
pgcopy_status stmt_next(pgcopy_slice sql, struct stmt_at *at, const pgcopy_allocator *allocator,
                        pgcopy_stmt **stmt, pgcopy_error *err) PGCOPY_MUST_CHECK;

#endif
