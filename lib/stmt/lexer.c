/*
 * stmt/lexer.c - PostgreSQL's tokens, one at a time, over text that stays where it is.
 *
 *   COPY "T" FROM STDIN NULL E'\\N' -- why
 *   WORD NAME WORD WORD WORD ESTRING        END
 *
 * The rules are those of PostgreSQL 18 (manual 4.1) with standard_conforming_strings on.
 */
#include "stmt/lexer.h"
#include "base/text.h"

#include <string.h>

enum { ERROR_TEXT_MAX = 5000, PARAM_MAX = 0x7FFFFFFF };

bool lexer_is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_newline(uint8_t c)
{
    return c == '\n' || c == '\r';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* All bytes of characters beyond ASCII can be in a name (manual 4.1.1). */
static bool starts_name(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26 || c == '_' || c >= 0x80;
}

static bool is_in(uint8_t c, const char *set)
{
    return c && strchr(set, c);
}

static bool is_operator(uint8_t c)
{
    return is_in(c, "~!@#^&|`?+-*/%<>=");
}

/* The byte n further on; 0 behind the end. */
static uint8_t peek(const struct lexer *lex, size_t n)
{
    return n < lex->len - lex->at ? lex->text[lex->at + n] : 0;
}

size_t lexer_count(const uint8_t *text, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += (text[i] & 0xC0) != 0x80;
    return n;
}

uint32_t lexer_position(const struct lexer *lex, size_t at)
{
    size_t n = lexer_count(lex->text + lex->counted, at - lex->counted);

    return lex->chars + (uint32_t)n + 1;
}

pgcopy_status lexer_error(const struct lexer *lex, size_t start, size_t end, const char *what)
{
    size_t n = end - start < ERROR_TEXT_MAX ? end - start : ERROR_TEXT_MAX;

    if (start >= lex->len)
        pgcopy_error_set(lex->err, "42601", "%s at end of input", what);
    else
        pgcopy_error_set(lex->err, "42601", "%s at or near \"%.*s\"", what, (int)n,
                         (const char *)lex->text + start);
    if (lex->err)
        lex->err->position = lexer_position(lex, start);
    return PGCOPY_ERR_SQL;
}

/* PostgreSQL echoes all that is left. */
static pgcopy_status unterminated(const struct lexer *lex, size_t start, const char *what)
{
    return lexer_error(lex, start, lex->len, what);
}

/* ---- Blanks and comments ---------------------------------------------------------- */

static void skip_line(struct lexer *lex)
{
    while (lex->at < lex->len && !is_newline(lex->text[lex->at]))
        lex->at++;
}

/* Comments nest (manual 4.1.5). */
static pgcopy_status skip_comment(struct lexer *lex)
{
    size_t start = lex->at;
    size_t depth = 0;

    while (lex->at < lex->len) {
        if (peek(lex, 0) == '/' && peek(lex, 1) == '*') {
            depth++;
            lex->at += 2;
        } else if (peek(lex, 0) == '*' && peek(lex, 1) == '/') {
            lex->at += 2;
            if (--depth == 0)
                return PGCOPY_OK;
        } else {
            lex->at++;
        }
    }
    return unterminated(lex, start, "unterminated /* comment");
}

static pgcopy_status skip_blanks(struct lexer *lex)
{
    pgcopy_status status = PGCOPY_OK;

    while (status == PGCOPY_OK && lex->at < lex->len) {
        if (lexer_is_space(lex->text[lex->at]))
            lex->at++;
        else if (peek(lex, 0) == '-' && peek(lex, 1) == '-')
            skip_line(lex);
        else if (peek(lex, 0) == '/' && peek(lex, 1) == '*')
            status = skip_comment(lex);
        else
            return PGCOPY_OK;
    }
    return status;
}

/* ---- Strings and quoted names ----------------------------------------------------- */

/* Only blanks with a newline among them, and line comments, may stand between the parts. */
size_t lexer_string_goes_on(const struct lexer *lex, size_t at)
{
    struct lexer ahead   = *lex;
    bool         newline = false;

    ahead.at = at;
    while (ahead.at < ahead.len) {
        uint8_t c = ahead.text[ahead.at];
        if (c == '-' && peek(&ahead, 1) == '-') {
            skip_line(&ahead);
        } else if (lexer_is_space(c)) {
            newline = newline || is_newline(c);
            ahead.at++;
        } else {
            return c == '\'' && newline ? ahead.at + 1 : 0;
        }
    }
    return 0;
}

static const char *unterminated_what(const struct lexer *lex, const struct token *tok)
{
    if (tok->kind == TOKEN_NAME || tok->kind == TOKEN_UNAME)
        return "unterminated quoted identifier";
    if (tok->kind != TOKEN_BITS)
        return "unterminated quoted string";
    return (lex->text[tok->start] | 0x20) == 'b' ? "unterminated bit string literal"
                                                 : "unterminated hexadecimal string literal";
}

/* What stands at the quote at lex->at: its end, which is where the token ends, or more. */
static bool quote_ends(struct lexer *lex, const struct token *tok, uint8_t quote)
{
    size_t more = 0;

    lex->at++;
    if (peek(lex, 0) == quote && tok->kind != TOKEN_BITS) {
        lex->at++;
        return false;
    }
    if (quote == '\'')
        more = lexer_string_goes_on(lex, lex->at);
    if (more)
        lex->at = more;
    return !more;
}

/* From behind the opening quote. */
static pgcopy_status lex_quoted(struct lexer *lex, struct token *tok, uint8_t quote)
{
    while (lex->at < lex->len) {
        uint8_t c = lex->text[lex->at];
        if (c == quote && quote_ends(lex, tok, quote))
            return PGCOPY_OK;
        if (c == '\\' && tok->kind == TOKEN_ESTRING && lex->len - lex->at > 1)
            lex->at += 2;
        else if (c != quote)
            lex->at++;
    }
    return unterminated(lex, tok->start, unterminated_what(lex, tok));
}

static pgcopy_status lex_name(struct lexer *lex, struct token *tok)
{
    size_t        open   = lex->at;
    pgcopy_status status = lex_quoted(lex, tok, '"');

    if (status == PGCOPY_OK && lex->at == open + 1)
        return lexer_error(lex, tok->start, lex->at, "zero-length delimited identifier");
    return status;
}

/* $tag$: the length with both dollars; 0: something else. */
static size_t dollar_tag(const struct lexer *lex)
{
    size_t n = 1;

    if (starts_name(peek(lex, n)))
        for (n++; starts_name(peek(lex, n)) || is_digit(peek(lex, n));)
            n++;
    return peek(lex, n) == '$' ? n + 1 : 0;
}

/* A tag has no dollar within, so what was compared in vain need not be looked at again. */
static pgcopy_status lex_dollar(struct lexer *lex, struct token *tok, size_t tag)
{
    const uint8_t *open = lex->text + lex->at;

    tok->kind = TOKEN_DOLLAR;
    lex->at += tag;
    while (lex->at < lex->len) {
        size_t n = 0;
        if (lex->text[lex->at] == '$')
            while (++n < tag && lex->len - lex->at > n && lex->text[lex->at + n] == open[n])
                ;
        if (n == tag) {
            lex->at += n;
            return PGCOPY_OK;
        }
        lex->at += n ? n : 1;
    }
    return unterminated(lex, tok->start, "unterminated dollar-quoted string");
}

/* ---- Words ------------------------------------------------------------------------ */

static void skip_word(struct lexer *lex)
{
    while (lex->at < lex->len && (starts_name(lex->text[lex->at]) ||
                                  is_digit(lex->text[lex->at]) || lex->text[lex->at] == '$'))
        lex->at++;
}

static pgcopy_status lex_prefixed(struct lexer *lex, struct token *tok, enum token_kind kind,
                                  size_t prefix)
{
    tok->kind = kind;
    lex->at += prefix;
    return kind == TOKEN_UNAME ? lex_name(lex, tok) : lex_quoted(lex, tok, '\'');
}

/* A letter may be the start of a string: E' B' X' U&' U&" (N'x' is the word N and a string). */
static pgcopy_status lex_word(struct lexer *lex, struct token *tok)
{
    uint8_t c = peek(lex, 0) | 0x20;

    if (peek(lex, 1) == '\'' && c == 'e')
        return lex_prefixed(lex, tok, TOKEN_ESTRING, 2);
    if (peek(lex, 1) == '\'' && (c == 'b' || c == 'x'))
        return lex_prefixed(lex, tok, TOKEN_BITS, 2);
    if (peek(lex, 1) == '&' && peek(lex, 2) == '\'' && c == 'u')
        return lex_prefixed(lex, tok, TOKEN_USTRING, 3);
    if (peek(lex, 1) == '&' && peek(lex, 2) == '"' && c == 'u')
        return lex_prefixed(lex, tok, TOKEN_UNAME, 3);
    tok->kind = TOKEN_WORD;
    skip_word(lex);
    return PGCOPY_OK;
}

/* ---- Numbers and parameters ------------------------------------------------------- */

static bool is_digit_of(uint8_t c, unsigned base)
{
    if (base == 16)
        return is_in(c, "0123456789abcdefABCDEF");
    return c >= '0' && c < '0' + base;
}

/* Digits, with single underscores between them, from n on; `led` lets one lead. */
static size_t digits_end(const struct lexer *lex, size_t n, unsigned base, bool led)
{
    for (;; n++) {
        if (led && peek(lex, n) == '_' && is_digit_of(peek(lex, n + 1), base))
            n++;
        else if (!is_digit_of(peek(lex, n), base))
            return n;
        led = true;
    }
}

static pgcopy_status bad_number(struct lexer *lex, const struct token *tok, const char *what)
{
    skip_word(lex);
    return lexer_error(lex, tok->start, lex->at, what);
}

/* A name may not follow at once (since PostgreSQL 15). */
static pgcopy_status end_number(struct lexer *lex, struct token *tok, size_t n,
                                enum token_kind kind)
{
    lex->at += n;
    tok->kind = kind;
    if (starts_name(peek(lex, 0)) || is_digit(peek(lex, 0))) /* 0b12 */
        return bad_number(lex, tok, "trailing junk after numeric literal");
    return PGCOPY_OK;
}

/* 0x1F 0o17 0b1: at the 0. */
static pgcopy_status lex_based(struct lexer *lex, struct token *tok, unsigned base)
{
    size_t n    = digits_end(lex, 2, base, true);
    size_t fail = peek(lex, 2) == '_' ? 3 : 2;

    if (n > 2)
        return end_number(lex, tok, n, TOKEN_INTEGER);
    if (starts_name(peek(lex, fail)) || is_digit(peek(lex, fail)))
        return end_number(lex, tok, 1, TOKEN_INTEGER);
    lex->at += fail;
    return lexer_error(lex, tok->start, lex->at,
                       base == 16  ? "invalid hexadecimal integer"
                       : base == 8 ? "invalid octal integer"
                                   : "invalid binary integer");
}

/* The e of 1e5 is at n. */
static pgcopy_status lex_exponent(struct lexer *lex, struct token *tok, size_t n)
{
    size_t sign = is_in(peek(lex, n + 1), "+-") ? 1 : 0;
    size_t end  = digits_end(lex, n + 1 + sign, 10, false);

    if (end > n + 1 + sign)
        return end_number(lex, tok, end, TOKEN_FLOAT);
    if (!sign)
        return end_number(lex, tok, n, TOKEN_FLOAT); /* junk, as any other letter */
    lex->at += n + 2;
    return lexer_error(lex, tok->start, lex->at, "trailing junk after numeric literal");
}

/* 1..2 is 1, .. and 2. */
static pgcopy_status lex_decimal(struct lexer *lex, struct token *tok)
{
    size_t          n    = digits_end(lex, 0, 10, false);
    enum token_kind kind = TOKEN_INTEGER;

    if (peek(lex, n) == '.' && peek(lex, n + 1) != '.') {
        kind = TOKEN_FLOAT;
        n    = digits_end(lex, n + 1, 10, false);
    }
    if ((peek(lex, n) | 0x20) == 'e')
        return lex_exponent(lex, tok, n);
    return end_number(lex, tok, n, kind);
}

static pgcopy_status lex_number(struct lexer *lex, struct token *tok)
{
    uint8_t letter = peek(lex, 1) | 0x20;

    if (peek(lex, 0) == '0' && letter == 'x')
        return lex_based(lex, tok, 16);
    if (peek(lex, 0) == '0' && letter == 'o')
        return lex_based(lex, tok, 8);
    if (peek(lex, 0) == '0' && letter == 'b')
        return lex_based(lex, tok, 2);
    return lex_decimal(lex, tok);
}

static pgcopy_status lex_param(struct lexer *lex, struct token *tok)
{
    uint64_t number = 0;

    tok->kind = TOKEN_PARAM;
    for (lex->at++; is_digit(peek(lex, 0)); lex->at++)
        if (number <= PARAM_MAX)
            number = number * 10 + (uint64_t)(peek(lex, 0) - '0');
    if (starts_name(peek(lex, 0)))
        return bad_number(lex, tok, "trailing junk after parameter");
    if (number > PARAM_MAX)
        return lexer_error(lex, tok->start, lex->at, "parameter number too large");
    return PGCOPY_OK;
}

/* ---- Operators -------------------------------------------------------------------- */

/* A run ends where a comment begins. */
static void measure_run(struct lexer *lex)
{
    struct op_run run = {.end = lex->at};

    for (; run.end < lex->len && is_operator(lex->text[run.end]); run.end++) {
        uint8_t c    = lex->text[run.end];
        uint8_t next = run.end + 1 < lex->len ? lex->text[run.end + 1] : 0;
        if ((c == '-' && next == '-') || (c == '/' && next == '*'))
            break;
        if (is_in(c, "~!@#^&|`?%"))
            run.special = run.end + 1;
        if (c != '+' && c != '-')
            run.other = run.end + 1;
    }
    lex->run = run;
}

/* An operator ends in + or - only if it has one of the special characters (manual 4.1.3). */
static pgcopy_status lex_operator(struct lexer *lex, struct token *tok)
{
    size_t end;

    if (lex->at >= lex->run.end)
        measure_run(lex);
    end = lex->run.end;
    if (lex->run.special <= lex->at)
        end = lex->run.other > lex->at ? lex->run.other : lex->at + 1;
    lex->at = end;
    if (end - tok->start > TEXT_NAME_MAX)
        return lexer_error(lex, tok->start, end, "operator too long");
    tok->kind = end - tok->start == 1 && is_in(lex->text[tok->start], "+-*/%^<>=")
                    ? TOKEN_CHAR
                    : TOKEN_OPERATOR;
    return PGCOPY_OK;
}

/* ---- Any token -------------------------------------------------------------------- */

static pgcopy_status lex_char(struct lexer *lex, struct token *tok)
{
    bool pair = (peek(lex, 0) == ':' && is_in(peek(lex, 1), ":=")) ||
                (peek(lex, 0) == '.' && peek(lex, 1) == '.');

    tok->kind = pair ? TOKEN_OPERATOR : TOKEN_CHAR;
    lex->at += pair ? 2 : 1;
    return PGCOPY_OK;
}

static pgcopy_status lex_quote(struct lexer *lex, struct token *tok, uint8_t quote)
{
    lex->at++;
    tok->kind = quote == '"' ? TOKEN_NAME : TOKEN_STRING;
    return quote == '"' ? lex_name(lex, tok) : lex_quoted(lex, tok, quote);
}

static pgcopy_status lex_token(struct lexer *lex, struct token *tok)
{
    uint8_t c   = lex->text[lex->at];
    size_t  tag = c == '$' ? dollar_tag(lex) : 0;

    if (starts_name(c))
        return lex_word(lex, tok);
    if (c == '\'' || c == '"')
        return lex_quote(lex, tok, c);
    if (is_digit(c) || (c == '.' && is_digit(peek(lex, 1))))
        return lex_number(lex, tok);
    if (c == '$' && is_digit(peek(lex, 1)))
        return lex_param(lex, tok);
    if (tag)
        return lex_dollar(lex, tok, tag);
    if (is_operator(c))
        return lex_operator(lex, tok);
    return lex_char(lex, tok);
}

pgcopy_status lexer_next(struct lexer *lex, struct token *tok)
{
    pgcopy_status status = skip_blanks(lex);

    *tok = (struct token){.kind = TOKEN_END, .start = lex->at, .end = lex->at};
    if (status == PGCOPY_OK && lex->at < lex->len)
        status = lex_token(lex, tok);
    tok->end = lex->at;
    return status;
}
