/* backend/reader.h - goes through a parsed statement token by token. */
#ifndef BACKEND_READER_H
#define BACKEND_READER_H

#include "base/text.h"
#include "stmt/lexer.h"

/* A copy of it is a place to come back to. */
struct reader {
    struct lexer lex;
    struct token tok; /* that stands next */
};

void reader_begin(struct reader *r, const char *sql, size_t len);
void reader_take(struct reader *r);

/* The token is this one: a word in any case, an operator, a character. */
bool reader_is(const struct reader *r, const struct token *tok, const char *text);

/* The next token is among them. */
bool reader_is_any(const struct reader *r, const char *const *texts, size_t n);

/* Takes the next token if it is this one. */
bool reader_accept(struct reader *r, const char *text);

/* Takes (...) or [...], whatever is in it; false: none stands next. */
bool reader_skip_group(struct reader *r);

bool         reader_at_name(const struct reader *r);
pgcopy_slice reader_slice(const struct reader *r, const struct token *tok);

/* What a name or a plain string says: a word is folded, doubled quotes are one. */
void reader_says(const struct reader *r, const struct token *tok, char to[TEXT_NAME_MAX + 1]);

#endif
