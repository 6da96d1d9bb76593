/* backend/reader.c - goes through a parsed statement token by token. */
#include "backend/reader.h"

#include "stmt/keywords.h"

#include <string.h>

/* A text that cannot be read ends early: the statement is a parsed one, so there is none. */
void reader_take(struct reader *r)
{
    if (lexer_next(&r->lex, &r->tok) < 0)
        r->tok = (struct token){.kind = TOKEN_END};
}

void reader_begin(struct reader *r, const char *sql, size_t len)
{
    *r = (struct reader){.lex = {.text = (const uint8_t *)sql, .len = len}};
    reader_take(r);
}

pgcopy_slice reader_slice(const struct reader *r, const struct token *tok)
{
    return (pgcopy_slice){r->lex.text + tok->start, tok->end - tok->start};
}

/* Most tokens are told apart by their first byte. */
bool reader_is(const struct reader *r, const struct token *tok, const char *text)
{
    if (tok->kind == TOKEN_END || ((r->lex.text[tok->start] ^ *text) & ~0x20))
        return false;
    if (tok->kind == TOKEN_WORD)
        return word_is(reader_slice(r, tok), text);
    return (tok->kind == TOKEN_CHAR || tok->kind == TOKEN_OPERATOR) &&
           tok->end - tok->start == strlen(text) &&
           memcmp(r->lex.text + tok->start, text, strlen(text)) == 0;
}

bool reader_is_any(const struct reader *r, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (reader_is(r, &r->tok, texts[i]))
            return true;
    return false;
}

bool reader_accept(struct reader *r, const char *text)
{
    if (!reader_is(r, &r->tok, text))
        return false;
    reader_take(r);
    return true;
}

bool reader_skip_group(struct reader *r)
{
    size_t depth = 0;

    if (!reader_is(r, &r->tok, "(") && !reader_is(r, &r->tok, "["))
        return false;
    do {
        depth += reader_is(r, &r->tok, "(") || reader_is(r, &r->tok, "[");
        depth -= reader_is(r, &r->tok, ")") || reader_is(r, &r->tok, "]");
        reader_take(r);
    } while (depth && r->tok.kind != TOKEN_END);
    return true;
}

bool reader_at_name(const struct reader *r)
{
    return r->tok.kind == TOKEN_WORD || r->tok.kind == TOKEN_NAME;
}

void reader_says(const struct reader *r, const struct token *tok, char to[TEXT_NAME_MAX + 1])
{
    bool        quoted = tok->kind != TOKEN_WORD;
    const char *at     = (const char *)r->lex.text + tok->start + quoted;
    const char *end    = (const char *)r->lex.text + tok->end - quoted;

    *to = '\0';
    while (at < end) {
        const char *quote = quoted ? memchr(at, at[-1], (size_t)(end - at)) : NULL;
        text_add(to, TEXT_NAME_MAX + 1, at, (size_t)((quote ? quote + 1 : end) - at));
        at = quote ? quote + 2 : end;
    }
    for (; !quoted && *to; to++)
        *to = ascii_lower(*to);
}
