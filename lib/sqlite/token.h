/* sqlite/token.h - SQL cut into SQLite's tokens, one at a time, over text that stays where it
 * is. */
#ifndef SQLITE_TOKEN_H
#define SQLITE_TOKEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

typedef enum lite_token_kind {
    TOKEN_END,
    TOKEN_WORD, /* keyword or name                  */
    TOKEN_NAME, /* "name", `name`, [name]           */
    TOKEN_PARAM,
    TOKEN_VALUE,    /* 1.5, 'text'                      */
    TOKEN_OPERATOR, /* any run of operator characters   */
    TOKEN_SIGN      /* any other character, one byte    */
} lite_token_kind;

/* start and end are bytes of the text. */
typedef struct lite_token {
    lite_token_kind kind;
    uint32_t        start, end;
} lite_token;

enum { LITE_NAME_CAP = 256 }; /* of a name that is told, with its NUL */

/* The next token from byte `at` on; at the end again and again TOKEN_END. */
lite_token lite_token_next(const char *sql, size_t at);

/* Is it this word, in any case, and not in quotes?  Signs are words too. */
bool lite_token_is(const char *sql, lite_token tok, const char *word);

/* Can it be a name?  Which one, without its quotes; false: none, or too long. */
bool lite_token_names(lite_token tok);
bool lite_token_name(const char *sql, lite_token tok, char name[LITE_NAME_CAP]);

/* As PostgreSQL reads it: in lower case, unless it is quoted. */
bool lite_token_folded(const char *sql, lite_token tok, char name[LITE_NAME_CAP]);

#endif
