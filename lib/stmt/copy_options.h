/* stmt/copy_options.h - the options of a COPY as written, and what they come to. */
#ifndef STMT_COPY_OPTIONS_H
#define STMT_COPY_OPTIONS_H

#include <pgcopy/batch.h>

#include "stmt/lexer.h"

enum arg_kind { ARG_NONE, ARG_TEXT, ARG_INTEGER, ARG_FLOAT, ARG_STAR, ARG_LIST };

/* One option, in written order; those of the old syntax carry their new names. */
struct copy_option {
    const char         *name;
    enum arg_kind       kind;
    const char         *text; /* NULL: ARG_NONE; numbers, * and lists as text too    */
    const char *const  *list; /* ARG_LIST: names, then NULL; ARG_STAR: "*", then NULL */
    size_t              at;   /* of its name in the lexer's text                     */
    struct copy_option *next;
};

/*
 * Fills the format from the options, in the order of PostgreSQL 18's checks: each by itself as
 * written, then all together.  ERR_SQL: err is the first that fails, and the format is only as
 * far as that.  The format borrows the options' text.
 */
pgcopy_status copy_options_check(const struct lexer *lex, const struct copy_option *first,
                                 bool from, pgcopy_format *format, pgcopy_error *err);

#endif
