/* stmt/copy_cross.h - what the options of a COPY may not be together. */
#ifndef STMT_COPY_CROSS_H
#define STMT_COPY_CROSS_H

#include <pgcopy/batch.h>

struct lexer;

/* What the options come to, each by itself: the strings as written, for their length is not
   checked yet; NULL: not said. */
struct copy_options {
    const struct lexer *lex;
    pgcopy_format      *format;
    pgcopy_error       *err;
    const char         *delimiter;
    const char         *quote;
    const char         *escape;
    bool                from;
    bool                csv;
    bool                binary;
};

/* ERR_SQL: o->err is the first that fails. */
pgcopy_status copy_cross_check(const struct copy_options *o);

#endif
