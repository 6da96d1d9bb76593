/* types/uuid.c - uuid: 32 hexadecimal digits, hyphens between fours of them, braces around. */
#include "types/type.h"

enum { UUID_BYTES = 16, UUID_TEXT = 36 };

/* In front of which bytes uuid_out writes one. */
static bool has_hyphen(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/* Hyphens where they must be, and nowhere else; lower-case digits. */
static bool is_plain(pgcopy_slice s)
{
    const uint8_t *p   = s.data;
    uint8_t        bad = 0, hyphens = 0; /* of one width with the text: vectors */

    if (s.len != UUID_TEXT || p[8] != '-' || p[13] != '-' || p[18] != '-' || p[23] != '-')
        return false;
    for (size_t i = 0; i < UUID_TEXT; i++) {
        uint8_t digit = (uint8_t)(p[i] - '0') <= 9, letter = (uint8_t)(p[i] - 'a') <= 5;
        uint8_t hyphen = p[i] == '-';
        bad |= (uint8_t) !(digit | letter | hyphen);
        hyphens = (uint8_t)(hyphens + hyphen);
    }
    return !bad && hyphens == 4;
}

static bool take_hex(pgcopy_slice *s, uint8_t *nibble)
{
    uint8_t c = s->len ? lower(s->data[0]) : 0;

    if (!is_digit(c) && (c < 'a' || c > 'f'))
        return false;
    *nibble = (uint8_t)(is_digit(c) ? c - '0' : c - 'a' + 10);
    s->data++, s->len--;
    return true;
}

static bool take_char(pgcopy_slice *s, char c)
{
    if (!s->len || s->data[0] != (uint8_t)c)
        return false;
    s->data++, s->len--;
    return true;
}

/* string_to_uuid: no white space, and hyphens only between fours. */
static bool parse_uuid(pgcopy_slice s, uint8_t out[UUID_BYTES])
{
    bool    braces = take_char(&s, '{');
    uint8_t high, low;

    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (!take_hex(&s, &high) || !take_hex(&s, &low))
            return false;
        out[i] = (uint8_t)(high << 4 | low);
        if (i % 2 == 1 && i < UUID_BYTES - 1)
            take_char(&s, '-');
    }
    return (!braces || take_char(&s, '}')) && s.len == 0;
}

/* uuid_out: RFC 9562, in lower case. */
static pgcopy_status set_uuid(struct value *v, const uint8_t bytes[UUID_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    char              text[UUID_TEXT];
    size_t            n = 0;

    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (has_hyphen(i))
            text[n++] = '-';
        text[n++] = digits[bytes[i] >> 4];
        text[n++] = digits[bytes[i] & 15];
    }
    return value_set(v, text, n);
}

pgcopy_status uuid_check(struct value *v)
{
    uint8_t bytes[UUID_BYTES];

    if (is_plain(v->in))
        return PGCOPY_OK;
    return parse_uuid(v->in, bytes) ? set_uuid(v, bytes) : bad_syntax(v);
}

pgcopy_status uuid_to_text(struct value *v)
{
    return v->in.len == UUID_BYTES ? set_uuid(v, v->in.data) : bad_binary(v, UUID_BYTES);
}

pgcopy_status uuid_to_binary(struct value *v)
{
    uint8_t bytes[UUID_BYTES];

    return parse_uuid(v->in, bytes) ? value_set(v, bytes, sizeof bytes) : bad_syntax(v);
}
