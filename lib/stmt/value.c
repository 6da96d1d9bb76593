/*
 * stmt/value.c - what a token says: names folded and cut, strings without quotes and escapes.
 *
 *   E'a\tb'
 *       'c'   ->  a<TAB>bc         U&"d\0061t"  ->  dat          Abc  ->  abc
 */
#include "stmt/value.h"
#include "base/text.h"
#include "base/utf8.h"
#include "stmt/keywords.h"

#include <string.h>

/* Values never grow: the longest escapes for the least bytes are \ooo and \XXXX. */
struct reader {
    const struct lexer *lex;
    size_t              at;
    size_t              end; /* of the token, its last quote included */
    char               *out;
    size_t              n;
    char                escape;
    bool                u;       /* U&: the escape character starts all escapes */
    bool                checked; /* an escape made a byte that must be UTF-8 with others */
};

/* In E'' this is the lexer's to say, near the text; in U& the parser's, which has no text. */
static pgcopy_status bad_code(const struct reader *r, size_t start, size_t end,
                              const char *what)
{
    if (!r->u)
        return lexer_error(r->lex, start, end, what);
    pgcopy_error_text(r->lex->err, "42601", what);
    if (r->lex->err)
        r->lex->err->position = lexer_position(r->lex, start);
    return PGCOPY_ERR_SQL;
}

static pgcopy_status bad_pair(const struct reader *r, size_t start)
{
    size_t end = start + 1;

    while (end < r->end && (r->lex->text[end] & 0xC0) == 0x80) /* to the end of a character */
        end++;
    return bad_code(r, start, end, "invalid Unicode surrogate pair");
}

static pgcopy_status bad_escape(const struct reader *r, size_t start)
{
    static const char e[]  = "Unicode escapes must be \\uXXXX or \\UXXXXXXXX.";
    static const char u[]  = "Unicode escapes must be \\XXXX or \\+XXXXXX.";
    const char       *hint = r->u ? u : e;

    pgcopy_error_text(r->lex->err, r->u ? "42601" : "22025", "invalid Unicode escape");
    if (r->lex->err) {
        text_add(r->lex->err->hint, sizeof r->lex->err->hint, hint, strlen(hint));
        r->lex->err->position = lexer_position(r->lex, start);
    }
    return PGCOPY_ERR_SQL;
}

static unsigned digit_value(uint8_t c)
{
    unsigned letter = (unsigned)(c | 0x20) - 'a';

    if (c >= '0' && c <= '9')
        return c - '0';
    return letter < 26 ? letter + 10 : 36;
}

/* Up to max digits at r->at; *n says how many there were. */
static uint32_t take_digits(struct reader *r, unsigned base, size_t max, size_t *n)
{
    uint32_t value = 0;

    for (*n = 0; *n < max && r->at < r->end; ++*n, r->at++) {
        unsigned digit = digit_value(r->lex->text[r->at]);
        if (digit >= base)
            break;
        value = value * base + digit;
    }
    return value;
}

static void put(struct reader *r, unsigned byte)
{
    r->out[r->n++] = (char)(uint8_t)byte;
}

static void put_utf8(struct reader *r, uint32_t c)
{
    if (c < 0x80) {
        put(r, c);
    } else if (c < 0x800) {
        put(r, 0xC0 | c >> 6);
        put(r, 0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(r, 0xE0 | c >> 12);
        put(r, 0x80 | (c >> 6 & 0x3F));
        put(r, 0x80 | (c & 0x3F));
    } else {
        put(r, 0xF0 | c >> 18);
        put(r, 0x80 | (c >> 12 & 0x3F));
        put(r, 0x80 | (c >> 6 & 0x3F));
        put(r, 0x80 | (c & 0x3F));
    }
}

/* ---- Unicode escapes: \uXXXX \UXXXXXXXX in E'', \XXXX \+XXXXXX in U& -----------------------
 */

/* At the escape character: how long the escape's head is and how many digits must follow. */
static bool unicode_form(const struct reader *r, size_t *head, size_t *digits)
{
    uint8_t c = r->end - r->at > 1 ? r->lex->text[r->at + 1] : 0;

    if (r->u) {
        *head   = c == '+' ? 2 : 1;
        *digits = c == '+' ? 6 : 4;
        return true;
    }
    *head   = 2;
    *digits = c == 'u' ? 4 : 8;
    return c == 'u' || c == 'U';
}

static pgcopy_status take_code(struct reader *r, uint32_t *code)
{
    size_t start = r->at;
    size_t head, want, n;

    if (!unicode_form(r, &head, &want))
        return bad_pair(r, start);
    r->at += head;
    *code = take_digits(r, 16, want, &n);
    if (n < want)
        return bad_escape(r, start);
    if (*code == 0 || *code > 0x10FFFF)
        return bad_code(r, start, r->at, "invalid Unicode escape value");
    return PGCOPY_OK;
}

/* The first half of a pair was read; the second must follow at once. */
static pgcopy_status take_second(struct reader *r, uint32_t *code)
{
    size_t        start  = r->at;
    uint32_t      second = 0;
    pgcopy_status status;

    if (start >= r->end || r->lex->text[start] != (uint8_t)r->escape)
        return bad_pair(r, start);
    status = take_code(r, &second);
    if (status == PGCOPY_OK && (second < 0xDC00 || second > 0xDFFF))
        return bad_code(r, start, r->at, "invalid Unicode surrogate pair");
    *code = 0x10000 + ((*code & 0x3FF) << 10) + (second & 0x3FF);
    return status;
}

static pgcopy_status take_unicode(struct reader *r)
{
    size_t        start  = r->at;
    uint32_t      code   = 0;
    pgcopy_status status = take_code(r, &code);

    if (status == PGCOPY_OK && code >= 0xDC00 && code <= 0xDFFF)
        return bad_code(r, start, r->at, "invalid Unicode surrogate pair");
    if (status == PGCOPY_OK && code >= 0xD800 && code <= 0xDBFF)
        status = take_second(r, &code);
    if (status == PGCOPY_OK)
        put_utf8(r, code);
    return status;
}

/* ---- The two kinds of escapes ---------------------------------------------------------------
 */

/* Octal and hexadecimal escapes make bytes, not characters. */
static bool take_byte(struct reader *r, uint8_t c)
{
    size_t   n     = 0;
    uint32_t value = 0;
    size_t   start = r->at;

    if (c == 'x') {
        r->at += 2;
        value = take_digits(r, 16, 2, &n);
    } else if (c >= '0' && c <= '7') {
        r->at += 1;
        value = take_digits(r, 8, 3, &n);
    }
    if (!n) {
        r->at = start;
        return false;
    }
    value &= 0xFF;
    r->checked = r->checked || value == 0 || value >= 0x80;
    put(r, value);
    return true;
}

/* At a backslash in E'' (manual 4.1.2.2). */
static pgcopy_status take_backslash(struct reader *r)
{
    static const char from[] = "bfnrtv";
    static const char to[]   = "\b\f\n\r\t\v";
    uint8_t           c      = r->lex->text[r->at + 1];
    const char       *known  = c ? strchr(from, c) : NULL;

    if (c == 'u' || c == 'U')
        return take_unicode(r);
    if (take_byte(r, c))
        return PGCOPY_OK;
    put(r, known ? (uint8_t)to[known - from] : c);
    r->at += 2;
    return PGCOPY_OK;
}

/* At the escape character in U&: two of them are one. */
static pgcopy_status take_uescape(struct reader *r)
{
    if (r->end - r->at > 1 && r->lex->text[r->at + 1] == (uint8_t)r->escape) {
        put(r, (uint8_t)r->escape);
        r->at += 2;
        return PGCOPY_OK;
    }
    return take_unicode(r);
}

/* ---- Quoted text, from behind the opening quote ---------------------------------------------
 */

/* At a quote: two are one, one ends the text or this part of it. */
static void take_quote(struct reader *r, uint8_t quote)
{
    size_t more = 0;

    r->at++;
    if (r->at < r->end && r->lex->text[r->at] == quote) {
        put(r, quote);
        r->at++;
    } else if (quote == '\'') {
        more  = lexer_string_goes_on(r->lex, r->at);
        r->at = more ? more : r->end;
    }
}

static pgcopy_status take_quoted(struct reader *r, enum token_kind kind, uint8_t quote)
{
    pgcopy_status status = PGCOPY_OK;

    while (status == PGCOPY_OK && r->at < r->end) {
        uint8_t c = r->lex->text[r->at];
        if (c == quote)
            take_quote(r, quote);
        else if (c == '\\' && kind == TOKEN_ESTRING)
            status = take_backslash(r);
        else if (r->u && c == (uint8_t)r->escape)
            status = take_uescape(r);
        else
            put(r, r->lex->text[r->at++]);
    }
    return status;
}

/* ---- Each kind of token ----------------------------------------------------------- */

static void read_word(struct reader *r)
{
    while (r->at < r->end)
        put(r, (uint8_t)ascii_lower((char)r->lex->text[r->at++]));
}

/* $tag$ is as long at both ends. */
static void read_dollar(struct reader *r)
{
    const uint8_t *p   = r->lex->text + r->at;
    size_t         tag = (size_t)((const uint8_t *)memchr(p + 1, '$', r->end - r->at) - p) + 1;

    r->n = r->end - r->at - 2 * tag;
    memcpy(r->out, p + tag, r->n);
}

static pgcopy_status read_quoted(struct reader *r, enum token_kind kind)
{
    uint8_t quote = kind == TOKEN_NAME || kind == TOKEN_UNAME ? '"' : '\'';

    while (r->lex->text[r->at] != quote) /* E U& */
        r->at++;
    r->at++;
    return take_quoted(r, kind, quote);
}

static pgcopy_status read_token(struct reader *r, enum token_kind kind)
{
    if (kind == TOKEN_WORD)
        read_word(r);
    else if (kind == TOKEN_DOLLAR)
        read_dollar(r);
    else
        return read_quoted(r, kind);
    return PGCOPY_OK;
}

pgcopy_status value_whole(const struct lexer *lex, const struct token *tok, char escape,
                          arena *memory, pgcopy_slice *text)
{
    struct reader r = {.lex = lex, .at = tok->start, .end = tok->end, .escape = escape};
    pgcopy_status status;

    r.u   = tok->kind == TOKEN_USTRING || tok->kind == TOKEN_UNAME;
    r.out = arena_alloc(memory, tok->end - tok->start + 1);
    if (!r.out)
        return PGCOPY_ERR_NOMEM;
    status = read_token(&r, tok->kind);
    if (status == PGCOPY_OK && r.checked)
        status = utf8_judge(r.out, r.n, r.lex->err);
    r.out[r.n] = '\0';
    *text      = (pgcopy_slice){(const uint8_t *)r.out, r.n};
    return status;
}

pgcopy_status value_text(const struct lexer *lex, const struct token *tok, char escape,
                         arena *memory, const char **text)
{
    pgcopy_slice  whole  = {NULL, 0};
    pgcopy_status status = value_whole(lex, tok, escape, memory, &whole);
    char         *out    = (char *)whole.data;

    if (out && tok->kind <= TOKEN_UNAME)
        out[text_cut(out, whole.len, TEXT_NAME_MAX)] = '\0';
    *text = out;
    return status;
}

bool value_int(const struct lexer *lex, const struct token *tok, int32_t *value)
{
    uint64_t n      = 0;
    uint8_t  letter = tok->end - tok->start > 1 ? lex->text[tok->start + 1] | 0x20 : 0;
    unsigned base   = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;

    for (size_t i = tok->start + (base == 10 ? 0 : 2); i < tok->end; i++)
        if (lex->text[i] != '_')
            if ((n = n * base + digit_value(lex->text[i])) > INT32_MAX)
                return false;
    *value = (int32_t)n;
    return true;
}
