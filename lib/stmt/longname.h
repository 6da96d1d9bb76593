/* stmt/longname.h - names that are longer than PostgreSQL keeps. */
#ifndef STMT_LONGNAME_H
#define STMT_LONGNAME_H

#include "stmt/lexer.h"

/*
 * The next such name of a text that begins not behind the character `last`, from 1, where the
 * error is; 0: any.  It moves the lexer behind it and words NOTICE 42622.  AGAIN: there is
 * none; else OK or NOMEM.
 */
pgcopy_status longname_next(struct lexer *lex, uint32_t last, const pgcopy_allocator *allocator,
                            pgcopy_error *notice) PGCOPY_MUST_CHECK;

#endif
