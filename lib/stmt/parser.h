/* stmt/parser.h - the grammar's hands: look at a token, take it, or fail once and for all. */
#ifndef STMT_PARSER_H
#define STMT_PARSER_H

#include <pgcopy/stmt.h>

#include "base/mem.h"
#include "stmt/keywords.h"
#include "stmt/lexer.h"

/* A statement and all it points to: one arena, which holds this too. */
struct statement {
    pgcopy_stmt   pub;
    pgcopy_tx     tx;
    pgcopy_format format;
    arena         memory;
};

/*
 * After a failure `status` stays, the token is the end, and nothing is taken any more: a rule
 * can be written without looking, as long as its loops end at the end.
 */
struct parser {
    struct lexer      lex;
    struct token      tok;   /* that stands next */
    struct token      ahead; /* the one behind it, when has_ahead */
    bool              has_ahead;
    bool              special; /* tok is one of the words that PostgreSQL joins with the next */
    size_t            first;   /* where the statement begins          */
    size_t            last;    /* where the last taken token ended    */
    pgcopy_status     status;
    struct statement *stmt;
    pgcopy_allocator  in_arena; /* gives memory that stmt_free frees   */
};

/* Takes the token that stands next. */
void parser_take(struct parser *p);

/* Fails: at the token that stands next, or with a status that was met. */
void parser_refuse(struct parser *p);
void parser_fail(struct parser *p, pgcopy_status status);

bool parser_is_char(const struct parser *p, char c);
bool parser_is_word(const struct parser *p, const char *lower);
bool parser_is_end(const struct parser *p); /* of the statement: a semicolon, or all */

/* The same for the token behind the one that stands next. */
bool parser_ahead_is_char(struct parser *p, char c);
bool parser_ahead_is_word(struct parser *p, const char *lower);
bool parser_ahead_is_end(struct parser *p);

/* Takes it if it stands next; expect() fails if it does not. */
bool parser_accept(struct parser *p, const char *lower);
bool parser_accept_char(struct parser *p, char c);
bool parser_accept_with(struct parser *p); /* WITH, whatever is behind it */
void parser_expect(struct parser *p, const char *lower);
void parser_expect_char(struct parser *p, char c);

/* What a token says; NULL after a failure.  In the arena. */
const char *parser_name(struct parser *p, enum name_kind kind);
const char *parser_string(struct parser *p);
bool        parser_is_name(const struct parser *p, enum name_kind kind);
bool        parser_is_string(const struct parser *p);

/* A number with its sign, as PostgreSQL prints it: an int4 in decimal, any other as written. */
bool        parser_is_number(const struct parser *p);
const char *parser_number(struct parser *p, bool *is_int);

/* TRUE, FALSE, ON, any other word that is not reserved, or a string. */
const char *parser_word_or_string(struct parser *p);

/* A copy of the text from start to end, or of a C string; NULL after a failure. */
const char *parser_text(struct parser *p, size_t start, size_t end);

/* The text of a token. */
pgcopy_slice parser_slice(const struct parser *p, const struct token *tok);

#endif
