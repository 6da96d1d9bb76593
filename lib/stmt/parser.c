/* stmt/parser.c - the grammar's hands: look at a token, take it, or fail once and for all. */
#include "stmt/parser.h"
#include "stmt/value.h"

#include <stdio.h>
#include <string.h>

/* PostgreSQL joins these with the word behind them into one token, which is no name then. */
static const char *const joined[][2] = {
    {"not", "between"},  {"not", "in"},          {"not", "like"},    {"not", "ilike"},
    {"not", "similar"},  {"nulls", "first"},     {"nulls", "last"},  {"with", "time"},
    {"without", "time"}, {"with", "ordinality"}, {"format", "json"},
};

void parser_fail(struct parser *p, pgcopy_status status)
{
    if (p->status != PGCOPY_OK || status == PGCOPY_OK)
        return;
    p->status    = status;
    p->has_ahead = false;
    p->tok       = (struct token){.kind = TOKEN_END, .start = p->lex.len, .end = p->lex.len};
}

void parser_refuse(struct parser *p)
{
    if (p->status == PGCOPY_OK)
        parser_fail(p, lexer_error(&p->lex, p->tok.start, p->tok.end, "syntax error"));
}

pgcopy_slice parser_slice(const struct parser *p, const struct token *tok)
{
    return (pgcopy_slice){p->lex.text + tok->start, tok->end - tok->start};
}

/* ---- Looking ---------------------------------------------------------------------- */

static bool is_char(const struct parser *p, const struct token *tok, char c)
{
    return tok->kind == TOKEN_CHAR && p->lex.text[tok->start] == (uint8_t)c;
}

static bool is_word(const struct parser *p, const struct token *tok, const char *lower)
{
    return tok->kind == TOKEN_WORD && word_is(parser_slice(p, tok), lower);
}

bool parser_is_char(const struct parser *p, char c)
{
    return is_char(p, &p->tok, c);
}

bool parser_is_word(const struct parser *p, const char *lower)
{
    return !p->special && is_word(p, &p->tok, lower);
}

bool parser_is_end(const struct parser *p)
{
    return p->tok.kind == TOKEN_END || parser_is_char(p, ';');
}

static const struct token *look_ahead(struct parser *p)
{
    pgcopy_status status;

    if (!p->has_ahead && p->status == PGCOPY_OK) {
        status = lexer_next(&p->lex, &p->ahead);
        if (status != PGCOPY_OK) {
            parser_fail(p, status);
            return &p->tok;
        }
        p->has_ahead = true;
    }
    return p->has_ahead ? &p->ahead : &p->tok;
}

bool parser_ahead_is_char(struct parser *p, char c)
{
    return is_char(p, look_ahead(p), c);
}

bool parser_ahead_is_word(struct parser *p, const char *lower)
{
    return is_word(p, look_ahead(p), lower);
}

bool parser_ahead_is_end(struct parser *p)
{
    const struct token *tok = look_ahead(p);

    return tok->kind == TOKEN_END || is_char(p, tok, ';');
}

static bool is_joined(struct parser *p)
{
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
        if (is_word(p, &p->tok, joined[i][0]) && parser_ahead_is_word(p, joined[i][1]))
            return true;
    return false;
}

/* ---- Taking ----------------------------------------------------------------------- */

void parser_take(struct parser *p)
{
    pgcopy_status status = PGCOPY_OK;

    if (p->status != PGCOPY_OK)
        return;
    p->last = p->tok.end;
    if (p->has_ahead)
        p->tok = p->ahead;
    else
        status = lexer_next(&p->lex, &p->tok);
    p->has_ahead = false;
    if (status != PGCOPY_OK)
        parser_fail(p, status);
    p->special = p->tok.kind == TOKEN_WORD && is_joined(p);
    if (p->tok.kind == TOKEN_UNAME || p->tok.kind == TOKEN_USTRING)
        (void)look_ahead(p); /* UESCAPE? what is wrong there is told first */
}

bool parser_accept(struct parser *p, const char *lower)
{
    bool found = parser_is_word(p, lower);

    if (found)
        parser_take(p);
    return found;
}

bool parser_accept_char(struct parser *p, char c)
{
    bool found = parser_is_char(p, c);

    if (found)
        parser_take(p);
    return found;
}

bool parser_accept_with(struct parser *p)
{
    bool found = is_word(p, &p->tok, "with");

    if (found)
        parser_take(p);
    return found;
}

void parser_expect(struct parser *p, const char *lower)
{
    if (!parser_accept(p, lower))
        parser_refuse(p);
}

void parser_expect_char(struct parser *p, char c)
{
    if (!parser_accept_char(p, c))
        parser_refuse(p);
}

/* ---- What tokens say -------------------------------------------------------------- */

bool parser_is_name(const struct parser *p, enum name_kind kind)
{
    if (p->tok.kind == TOKEN_WORD)
        return !p->special && keyword_may_be(parser_slice(p, &p->tok), kind);
    return p->tok.kind == TOKEN_NAME || p->tok.kind == TOKEN_UNAME;
}

bool parser_is_string(const struct parser *p)
{
    return p->tok.kind >= TOKEN_STRING && p->tok.kind <= TOKEN_DOLLAR;
}

/* UESCAPE 'c' behind a U& token, which was taken (manual 4.1.2.3). */
static char take_uescape(struct parser *p)
{
    const char  *text = NULL;
    struct token tok;

    if (!parser_accept(p, "uescape"))
        return '\\';
    tok = p->tok;
    if (!parser_is_string(p) || tok.kind == TOKEN_USTRING)
        parser_fail(p, lexer_error(&p->lex, tok.start, tok.end,
                                   "UESCAPE must be followed by a simple string literal"));
    else
        text = parser_string(p);
    if (!text)
        return '\\';
    if (strlen(text) != 1 || strchr("0123456789abcdefABCDEF+'\"", *text) ||
        lexer_is_space((uint8_t)*text))
        parser_fail(
            p, lexer_error(&p->lex, tok.start, tok.end, "invalid Unicode escape character"));
    return *text;
}

static const char *take_value(struct parser *p)
{
    struct token  tok    = p->tok;
    char          escape = '\\';
    const char   *text   = NULL;
    pgcopy_status status;

    parser_take(p);
    if (tok.kind == TOKEN_USTRING || tok.kind == TOKEN_UNAME)
        escape = take_uescape(p);
    if (p->status != PGCOPY_OK)
        return NULL;
    status = value_text(&p->lex, &tok, escape, &p->stmt->memory, &text);
    parser_fail(p, status);
    return p->status == PGCOPY_OK ? text : NULL;
}

const char *parser_name(struct parser *p, enum name_kind kind)
{
    if (parser_is_name(p, kind))
        return take_value(p);
    parser_refuse(p);
    return NULL;
}

const char *parser_string(struct parser *p)
{
    if (parser_is_string(p))
        return take_value(p);
    parser_refuse(p);
    return NULL;
}

bool parser_is_number(const struct parser *p)
{
    return parser_is_char(p, '-') || parser_is_char(p, '+') || p->tok.kind == TOKEN_INTEGER ||
           p->tok.kind == TOKEN_FLOAT;
}

/* The digits as written; there may be blanks behind the sign. */
static const char *number_text(struct parser *p, const struct token *tok, bool minus)
{
    char *text = arena_dup(&p->stmt->memory, p->lex.text + tok->start - minus,
                           tok->end - tok->start + minus);

    if (text && minus)
        *text = '-';
    return text;
}

static const char *int_text(struct parser *p, int32_t value)
{
    char text[16];

    snprintf(text, sizeof text, "%ld", (long)value);
    return arena_dup(&p->stmt->memory, text, strlen(text));
}

const char *parser_number(struct parser *p, bool *is_int)
{
    bool         minus = parser_accept_char(p, '-');
    int32_t      value = 0;
    struct token tok;
    const char  *text;

    if (!minus)
        parser_accept_char(p, '+');
    tok     = p->tok;
    *is_int = false;
    if (tok.kind != TOKEN_INTEGER && tok.kind != TOKEN_FLOAT)
        parser_refuse(p);
    parser_take(p);
    if (p->status != PGCOPY_OK)
        return NULL;
    *is_int = tok.kind == TOKEN_INTEGER && value_int(&p->lex, &tok, &value);
    text    = *is_int ? int_text(p, minus ? -value : value) : number_text(p, &tok, minus);
    if (!text)
        parser_fail(p, PGCOPY_ERR_NOMEM);
    return text;
}

const char *parser_word_or_string(struct parser *p)
{
    static const char *const also[] = {"true", "false", "on"};

    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        if (parser_accept(p, also[i]))
            return also[i];
    return parser_is_string(p) ? parser_string(p) : parser_name(p, NAME_NOT_RESERVED);
}

const char *parser_text(struct parser *p, size_t start, size_t end)
{
    const char *text = NULL;

    if (p->status == PGCOPY_OK) {
        text = arena_dup(&p->stmt->memory, p->lex.text + start, end - start);
        if (!text)
            parser_fail(p, PGCOPY_ERR_NOMEM);
    }
    return text;
}
