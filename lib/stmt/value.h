/* stmt/value.h - what a token says: names folded and cut, strings without quotes and escapes.
 */
#ifndef STMT_VALUE_H
#define STMT_VALUE_H

#include "base/mem.h"
#include "stmt/lexer.h"

/* What a WORD, NAME, UNAME or one of the strings says, in the arena and NUL-terminated.
   escape: of U& tokens, a backslash unless UESCAPE says otherwise.  ERR_SQL: lex->err. */
pgcopy_status value_whole(const struct lexer *lex, const struct token *tok, char escape,
                          arena *memory, pgcopy_slice *text) PGCOPY_MUST_CHECK;

/* The same, of a name no more than PostgreSQL keeps. */
pgcopy_status value_text(const struct lexer *lex, const struct token *tok, char escape,
                         arena *memory, const char **text) PGCOPY_MUST_CHECK;

/* An INTEGER's value; false: it is over INT32_MAX, which makes it a FLOAT to PostgreSQL. */
bool value_int(const struct lexer *lex, const struct token *tok, int32_t *value);

#endif
