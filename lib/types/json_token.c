/* types/json_token.c - one token of JSON, as jsonapi.c cuts and complains of it. */
#include "types/json.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* 0 behind the end: a value has no NUL. */
static uint8_t char_at(const struct json *j, size_t i)
{
    return i < j->v->in.len ? j->v->in.data[i] : 0;
}

/* ---- Refusals ------------------------------------------------------------------------ */

/* report_json_context: the line up to the token's end, of which at most 50 bytes. */
static void say_where(struct json *j)
{
    const uint8_t *text  = j->v->in.data;
    size_t         begin = j->line_start, most = 50;
    uint8_t        next = char_at(j, j->end);
    char          *where;

    if (!j->v->err)
        return;
    while (j->end - begin >= most)
        do
            begin++;
        while (begin < j->end && (text[begin] & 0xC0) == 0x80);
    begin = begin - j->line_start <= 3 ? j->line_start : begin;
    where = j->v->err->where;
    snprintf(
        where, sizeof j->v->err->where, "JSON data, line %zu: %s%.*s%s", j->line + 1,
        begin > j->line_start ? "..." : "", (int)(j->end - begin), (const char *)text + begin,
        j->end < j->v->in.len && j->start < j->v->in.len && next != '\n' && next != '\r' ? "..."
                                                                                         : "");
}

enum json_event json_refuse(struct json *j, const char *detail)
{
    size_t n = j->end - j->start;

    j->status =
        pgcopy_error_set(j->v->err, "22P02", "invalid input syntax for type %s", "json");
    bad_detail(j->v, detail, n < 1000 ? (int)n : 1000, (const char *)j->v->in.data + j->start);
    say_where(j);
    return JSON_FAILED;
}

/* The token is shown up to where it went wrong. */
static int bad_token(struct json *j, size_t end)
{
    j->end = end;
    json_refuse(j, "Token \"%.*s\" is invalid.");
    return JSON_BAD;
}

/* ---- Strings ------------------------------------------------------------------------- */

/* Where the character at i ends: characters are whole in errors. */
static size_t char_end(const struct json *j, size_t i)
{
    size_t left = j->v->in.len - i;

    return i + text_at((pgcopy_slice){j->v->in.data + i, left}, 1);
}

/* Up to the end of the character that is wrong. */
static int bad_escape(struct json *j, size_t at, const char *detail)
{
    j->end = char_end(j, at);
    json_refuse(j, detail);
    return JSON_BAD;
}

unsigned json_hex4(const uint8_t *s)
{
    unsigned n = 0;

    for (int i = 0; i < 4; i++)
        n = n << 4 | (is_digit(s[i]) ? s[i] - (unsigned)'0' : lower(s[i]) - (unsigned)'a' + 10);
    return n;
}

static bool is_hex(uint8_t c)
{
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

static int bad_zero(struct json *j, size_t at)
{
    j->end    = at;
    j->status = pgcopy_error_set(j->v->err, "22P05", "unsupported Unicode escape sequence");
    bad_detail(j->v, "\\u0000 cannot be converted to text.");
    say_where(j);
    return JSON_BAD;
}

/* A high surrogate waits in *high for its low one, which must come next. */
static int judge_code(struct json *j, size_t at, unsigned code, unsigned *high)
{
    bool is_high = code >= 0xD800 && code < 0xDC00, is_low = code >= 0xDC00 && code < 0xE000;

    if (is_high && *high)
        return bad_escape(j, at + 3,
                          "Unicode high surrogate must not follow a high surrogate.");
    if (is_low != (*high != 0))
        return bad_escape(j, at + 3, "Unicode low surrogate must follow a high surrogate.");
    *high = is_high ? code : 0;
    return code == 0 ? bad_zero(j, at + 4) : 0;
}

/* \uXXXX, at behind the u. */
static int take_code(struct json *j, size_t at, unsigned *high)
{
    for (size_t i = at; i < at + 4; i++) {
        if (i >= j->v->in.len)
            return bad_token(j, i);
        if (!is_hex(j->v->in.data[i]))
            return bad_escape(j, i, "\"\\u\" must be followed by four hexadecimal digits.");
    }
    j->at = at + 4;
    return j->strict ? judge_code(j, at, json_hex4(j->v->in.data + at), high) : 0;
}

/* After a high surrogate only \u can be right. */
static int take_escape(struct json *j, unsigned *high)
{
    size_t  at = j->at + 1;
    uint8_t c  = char_at(j, at);

    if (at >= j->v->in.len)
        return bad_token(j, at);
    if (c == 'u')
        return take_code(j, at + 1, high);
    if (*high)
        return bad_escape(j, at, "Unicode low surrogate must follow a high surrogate.");
    if (!c || !strchr("\"\\/bfnrt", c)) {
        j->start = at;
        return bad_escape(j, at, "Escape sequence \"\\%.*s\" is invalid.");
    }
    j->at = at + 1;
    return 0;
}

/* The character itself is not shown: it does not print. */
static int bad_control(struct json *j)
{
    char detail[64];

    j->end = j->at;
    snprintf(detail, sizeof detail, "Character with value 0x%02x must be escaped.",
             j->v->in.data[j->at]);
    json_refuse(j, detail);
    return JSON_BAD;
}

/* Most of a string is neither quote, nor backslash, nor control. */
static int take_string(struct json *j)
{
    unsigned high = 0;
    int      bad;

    for (j->at++; j->at < j->v->in.len;) {
        uint8_t c = j->v->in.data[j->at];
        if (c == '\\') {
            bad = take_escape(j, &high);
            if (bad)
                return bad;
            continue;
        }
        if (high)
            return bad_escape(j, j->at, "Unicode low surrogate must follow a high surrogate.");
        if (c == '"')
            return '"';
        if (c < 0x20)
            return bad_control(j);
        j->at++;
    }
    return bad_token(j, j->at);
}

/* ---- Numbers and words --------------------------------------------------------------- */

/* Letters and digits belong to a token, right or wrong (JSON_ALPHANUMERIC_CHAR). */
static size_t word_end(const struct json *j, size_t i)
{
    while (is_alpha(char_at(j, i)) || is_digit(char_at(j, i)) || char_at(j, i) == '_' ||
           char_at(j, i) >= 0x80)
        i++;
    return i;
}

static size_t digits_end(const struct json *j, size_t i)
{
    return i + count_digits(j->v->in.data + i, j->v->in.len - i);
}

/* Digits behind what was taken already; false: there are none. */
static bool take_digits(const struct json *j, size_t *i)
{
    size_t from = *i;

    *i = digits_end(j, from);
    return *i > from;
}

/* RFC 8259, section 6.  A number that is wrong is still read to its end, for the message. */
static int take_number(struct json *j)
{
    size_t i    = j->at + (char_at(j, j->at) == '-'), end;
    bool   zero = char_at(j, i) == '0', good;

    i += zero;
    good = zero || take_digits(j, &i);
    if (char_at(j, i) == '.') {
        i++;
        good &= take_digits(j, &i);
    }
    if (lower(char_at(j, i)) == 'e') {
        i++;
        i += char_at(j, i) == '+' || char_at(j, i) == '-';
        good &= take_digits(j, &i);
    }
    end = word_end(j, i);
    if (!good || end > i)
        return bad_token(j, end);
    j->at = end;
    return '0';
}

/* Punctuation that JSON has not is a token of one character. */
static int take_word(struct json *j)
{
    size_t         end = word_end(j, j->at), n = end - j->at;
    const uint8_t *text = j->v->in.data + j->at;

    if (n == 0)
        return bad_token(j, j->at + 1);
    if (!(n == 4 && (memcmp(text, "true", 4) == 0 || memcmp(text, "null", 4) == 0)) &&
        !(n == 5 && memcmp(text, "false", 5) == 0))
        return bad_token(j, end);
    j->at = end;
    return 'w';
}

/* ---- Any ----------------------------------------------------------------------------- */

/* Lines are counted between tokens, where all line ends are. */
static void skip_space(struct json *j)
{
    for (; j->at < j->v->in.len; j->at++) {
        uint8_t c = j->v->in.data[j->at];
        if (c == '\n') {
            j->line++;
            j->line_start = j->at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

/* Its character for punctuation, " for a string, 0 for a number, w for a word. */
static int take_token(struct json *j)
{
    uint8_t c = char_at(j, j->at);

    if (c == '"') {
        int token = take_string(j);
        j->at += token == '"';
        return token;
    }
    if (is_digit(c) || c == '-')
        return take_number(j);
    if (!c || !strchr("{}[],:", c))
        return take_word(j);
    j->at++;
    return c;
}

int json_token(struct json *j)
{
    int token;

    skip_space(j);
    j->start = j->at;
    j->end   = j->at;
    if (j->at >= j->v->in.len)
        return 0;
    token = take_token(j);
    if (token != JSON_BAD)
        j->end = j->at;
    return token;
}
