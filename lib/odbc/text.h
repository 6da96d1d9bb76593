/* odbc/text.h - SQL and connection strings, as text. */
#ifndef ODBC_TEXT_H
#define ODBC_TEXT_H

#include <pgcopy/backend.h>

#include "odbc/dialect.h"

/* Is `part` in `text`, in any case (ASCII)?  Are two names one, in any case? */
bool odbc_text_has(const char *text, const char *part);
bool odbc_text_same(const char *a, const char *b);

/* Whether a client that wrote name may mean known: PostgreSQL folds names to lower case, so
   small letters find large ones too; a name with large letters was quoted and finds itself
   alone. */
bool odbc_text_finds(const char *known, const char *name);

/* Is this, in small letters, the first word of a statement? */
bool odbc_text_first_word(const char *sql, const char *word);

/* Appends text, or a name in the dialect's quotes.  end adds the NUL: NULL for lack of memory,
   else good until buf changes. */
void        odbc_text_add(pgcopy_buf *buf, const char *text);
void        odbc_text_quote(pgcopy_buf *buf, const odbc_dialect *d, const char *name);
const char *odbc_text_end(pgcopy_buf *buf);

/* A statement as the driver wants it: ? for $n, and no comments where it cannot read them. */
void odbc_text_statement(pgcopy_buf *buf, const odbc_dialect *d, const char *sql,
                         const pgcopy_stmt *stmt);

/* The value of a key of a connection string, braces apart; data NULL: it is not there. */
pgcopy_slice odbc_text_key(const char *connection, const char *key);

#endif
