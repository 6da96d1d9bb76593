/* stmt/keywords.h - which of PostgreSQL's keywords cannot be a name. */
#ifndef STMT_KEYWORDS_H
#define STMT_KEYWORDS_H

#include <pgcopy/base.h>

/* Where a keyword may stand for a name (manual, appendix C): the grammar's ColId,
   NonReservedWord and ColLabel, each allowing more than the one before. */
enum name_kind { NAME_COLUMN, NAME_NOT_RESERVED, NAME_LABEL };

/* Whether an unquoted word, in any case, may be a name there. */
bool keyword_may_be(pgcopy_slice word, enum name_kind kind);

/* Whether an unquoted word is this one; `lower` is in lower case. */
bool word_is(pgcopy_slice word, const char *lower);

/* In ASCII, as names and keywords are folded. */
char ascii_lower(char c);
char ascii_upper(char c);

#endif
