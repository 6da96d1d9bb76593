/*
 * sqlite/token.c - SQL cut into SQLite's tokens, and the names among them.
 *
 *   SELECT "a b".nope -- why  -->  SELECT  "a b"  .  nope
 */
#include "sqlite/token.h"

#include "sqlite/conn.h"

#include <ctype.h>
#include <string.h>

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The text ends with a NUL, which no loop passes over. */
static size_t behind_space(const char *sql, size_t at)
{
    for (;;) {
        const char *p = sql + at;

        if (isspace((unsigned char)*p))
            at++;
        else if (p[0] == '-' && p[1] == '-')
            at += strcspn(p, "\n");
        else if (p[0] == '/' && p[1] == '*' && strstr(p + 2, "*/"))
            at = (size_t)(strstr(p + 2, "*/") - sql) + 2;
        else
            return at;
    }
}

static char closing(char opening)
{
    return opening == '[' ? ']' : opening;
}

/* Two that close are one of the text, but for ]. */
static size_t behind_quote(const char *sql, size_t at)
{
    char close = closing(sql[at]);

    for (at++; sql[at]; at++)
        if (sql[at] == close) {
            if (close == ']' || sql[at + 1] != close)
                return at + 1;
            at++;
        }
    return at;
}

static bool begins_comment(const char *p)
{
    return (p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*');
}

static size_t behind_operator(const char *sql, size_t at)
{
    do
        at++;
    while (sql[at] && strchr("<>=!~|&+-*/%^#@", sql[at]) && !begins_comment(sql + at));
    return at;
}

static size_t behind_word(const char *sql, size_t at, bool dots)
{
    do
        at++;
    while (in_word(sql[at]) || (dots && sql[at] == '.'));
    return at;
}

static lite_token_kind kind_at(const char *p)
{
    if (*p == '\0')
        return TOKEN_END;
    if (*p == '"' || *p == '`' || *p == '[')
        return TOKEN_NAME;
    if (*p == '\'' || isdigit((unsigned char)*p))
        return TOKEN_VALUE;
    if (*p == '?')
        return TOKEN_PARAM;
    if (in_word(*p))
        return TOKEN_WORD;
    return strchr("<>=!~|&+-*/%^#@", *p) ? TOKEN_OPERATOR : TOKEN_SIGN;
}

lite_token lite_token_next(const char *sql, size_t at)
{
    size_t     start = behind_space(sql, at), end = start;
    lite_token tok = {.kind = kind_at(sql + start), .start = (uint32_t)start};

    if (tok.kind == TOKEN_NAME || sql[start] == '\'')
        end = behind_quote(sql, start);
    else if (tok.kind == TOKEN_OPERATOR)
        end = behind_operator(sql, start);
    else if (tok.kind == TOKEN_SIGN)
        end++;
    else if (tok.kind != TOKEN_END)
        end = behind_word(sql, start, tok.kind == TOKEN_VALUE);
    tok.end = (uint32_t)end;
    return tok;
}

bool lite_token_is(const char *sql, lite_token tok, const char *word)
{
    return tok.kind != TOKEN_NAME && tok.end - tok.start == strlen(word) &&
           lite_begins(sql + tok.start, word);
}

bool lite_token_names(lite_token tok)
{
    return tok.kind == TOKEN_WORD || tok.kind == TOKEN_NAME;
}

/* A closing quote that is doubled is one of the name. */
bool lite_token_name(const char *sql, lite_token tok, char name[LITE_NAME_CAP])
{
    bool   quoted = tok.kind == TOKEN_NAME;
    size_t at = tok.start + quoted, end = tok.end - quoted, len = 0;

    for (; at < end; at++) {
        if (len + 1 == LITE_NAME_CAP)
            return false;
        name[len++] = sql[at];
        at += quoted && sql[at] == sql[tok.end - 1];
    }
    name[len] = '\0';
    return lite_token_names(tok);
}

bool lite_token_folded(const char *sql, lite_token tok, char name[LITE_NAME_CAP])
{
    if (!lite_token_name(sql, tok, name))
        return false;
    for (char *c = name; tok.kind == TOKEN_WORD && *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
    return true;
}
