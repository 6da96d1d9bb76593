/* stmt/lexer.h - PostgreSQL's tokens, one at a time, over text that stays where it is. */
#ifndef STMT_LEXER_H
#define STMT_LEXER_H

#include <pgcopy/base.h>

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,    /* keyword or name, unquoted     */
    TOKEN_NAME,    /* "name"                        */
    TOKEN_UNAME,   /* U&"name"                      */
    TOKEN_STRING,  /* 'text'                        */
    TOKEN_ESTRING, /* E'text'                       */
    TOKEN_USTRING, /* U&'text'                      */
    TOKEN_DOLLAR,  /* $tag$text$tag$                */
    TOKEN_BITS,    /* B'01' X'1F'                   */
    TOKEN_INTEGER, /* 1 1_000 0x1F 0o17 0b1         */
    TOKEN_FLOAT,   /* 1.5 .5 1e10                   */
    TOKEN_PARAM,   /* $1                            */
    TOKEN_OPERATOR,
    TOKEN_CHAR /* any other character, one byte */
};

/* start and end are bytes of the lexer's text. */
struct token {
    enum token_kind kind;
    size_t          start;
    size_t          end;
};

/* A run of operator characters, remembered because one run can be many tokens. */
struct op_run {
    size_t end;
    size_t special; /* behind its last ~ ! @ # ^ & | ` ? %  */
    size_t other;   /* behind its last that is not + or -   */
};

/* {.text, .len, .err} to begin; characters are counted on from `counted`, of which there are
   `chars` before. */
struct lexer {
    const uint8_t *text;
    size_t         len;
    size_t         at;
    size_t         counted;
    uint32_t       chars;
    struct op_run  run;
    pgcopy_error  *err;
};

/* The next token; at the end again and again TOKEN_END.  ERR_SQL: err says why. */
pgcopy_status lexer_next(struct lexer *lex, struct token *tok) PGCOPY_MUST_CHECK;

/* `what` at or near the text from start to end, or at end of input: 42601.  ERR_SQL. */
pgcopy_status lexer_error(const struct lexer *lex, size_t start, size_t end, const char *what);

/* Of a byte of the text that is not before `counted`: its character, from 1. */
uint32_t lexer_position(const struct lexer *lex, size_t at);

/* Characters in UTF-8 text; bytes that are not UTF-8 may count or not. */
size_t lexer_count(const uint8_t *text, size_t len);

/* Behind the quote that opens the next part of a string whose part closed just before `at`:
   'a' newline 'b' is one string.  0: there is none. */
size_t lexer_string_goes_on(const struct lexer *lex, size_t at);

bool lexer_is_space(uint8_t c);

#endif
