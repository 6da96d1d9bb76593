/* sqlite/scope.h - a statement as its tokens, and what SQLite says of a column where one
 * stands.
 */
#ifndef SQLITE_SCOPE_H
#define SQLITE_SCOPE_H

#include "sqlite/conn.h"

typedef struct lite_tokens {
    lite_conn         *c;
    const pgcopy_stmt *stmt;
    const char        *sql;
    size_t             len;
    pgcopy_buf         tokens;
    size_t             count;
    bool              *no_memory;
} lite_tokens;

/* Reads them from sql; false: no memory. */
bool lite_tokens_read(lite_tokens *t);

/* TOKEN_END before the first and behind the last. */
lite_token lite_at(const lite_tokens *t, size_t i);

/* Is it this word, one of these, a name? */
bool lite_is(const lite_tokens *t, size_t i, const char *word);
bool lite_is_any(const lite_tokens *t, size_t i, const char *const *words);
bool lite_is_name(const lite_tokens *t, size_t i);

/* Of the brackets around token i the innermost that opens before it; 0: there is none, for a
   statement does not begin with one. */
size_t lite_opening(const lite_tokens *t, size_t i);

/* The next of the words outside of brackets, or where the query ends. */
size_t lite_next_of(const lite_tokens *t, size_t i, const char *const *words);

/* The last verb before token i in the query that it stands in. */
size_t lite_verb_before(const lite_tokens *t, size_t i);

/* The type of the column that tokens [col, col_end) name in the query of a verb; 0: none, or it
   is not plain.  around: in the query around token i, else in those around that one.  place: of
   the one that stands there in a row of n values for all columns of a table. */
uint32_t lite_type_in(const lite_tokens *t, size_t query, size_t verb, size_t col,
                      size_t col_end);
uint32_t lite_type_around(const lite_tokens *t, size_t i, size_t col, size_t col_end);
uint32_t lite_type_of_place(const lite_tokens *t, size_t verb, size_t place, size_t n);

#endif
