/*
 * stmt/bigint.c - a bigint in text, as the type's input function reads it (pg_strtoint64_safe).
 *
 *   [blanks] [+ -] [0x 0o 0b] digits, _ between them [blanks]
 */
#include "stmt/bigint.h"

#include "stmt/keywords.h"
#include "stmt/lexer.h"

/* Digits, single underscores between or before them when a base was said; to the first other.
 */
static bool take_digits(const char **text, unsigned base, uint64_t *n, bool *over)
{
    bool any = false;

    for (;; any = true) {
        const char *at    = *text + ((any || base != 10) && **text == '_');
        char        c     = ascii_lower(*at);
        unsigned    digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                            : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                   : 16;
        if (digit >= base)
            return any && at == *text;
        if (*n > (UINT64_MAX - digit) / base)
            *over = true;
        *n    = *n * base + digit;
        *text = at + 1;
    }
}

static unsigned take_base(const char **text)
{
    char letter = **text == '0' ? ascii_lower((*text)[1]) : 0;

    if (letter != 'x' && letter != 'o' && letter != 'b')
        return 10;
    *text += 2;
    return letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
}

static const char *skip_spaces(const char *text)
{
    while (lexer_is_space((uint8_t)*text))
        text++;
    return text;
}

pgcopy_status bigint_read(const char *text, int64_t *value, pgcopy_error *err)
{
    const char *at    = skip_spaces(text);
    bool        minus = *at == '-';
    bool        over  = false;
    uint64_t    n     = 0;
    unsigned    base;

    at += *at == '-' || *at == '+';
    base = take_base(&at);
    if (!take_digits(&at, base, &n, &over) || *skip_spaces(at))
        return pgcopy_error_set(err, "22P02", "invalid input syntax for type bigint: \"%s\"",
                                text);
    if (over || n > (uint64_t)INT64_MAX + minus)
        return pgcopy_error_set(err, "22003", "value \"%s\" is out of range for type bigint",
                                text);
    *value = minus ? (int64_t)(0 - n) : (int64_t)n;
    return PGCOPY_OK;
}
