/* types/bytea.c - bytea: hex and escape form in, hex form out. */
#include "types/type.h"

#include <string.h>

/* byteain: a small x only; \X is an escape, and a wrong one. */
static bool is_hex_form(pgcopy_slice s)
{
    return s.len >= 2 && s.data[0] == '\\' && s.data[1] == 'x';
}

/* As printed: pairs of lower-case digits without white space. */
static bool is_plain(pgcopy_slice s)
{
    unsigned bad = 0;

    if (!is_hex_form(s) || s.len % 2)
        return false;
    for (size_t i = 2; i < s.len; i++)
        bad |= !is_digit(s.data[i]) & ((uint8_t)(s.data[i] - 'a') > 5);
    return !bad;
}

/* Between pairs of digits, never inside one (hex_decode). */
static bool is_separator(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* 16 and more: no digit. */
static unsigned hex_of(uint8_t c)
{
    if (is_digit(c))
        return c - (unsigned)'0';
    return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - (unsigned)'a' + 10 : 16;
}

/* The character is told whole, not its first byte (since 16). */
static pgcopy_status bad_digit(struct value *v, pgcopy_slice at)
{
    return pgcopy_error_set(v->err, "22023", "invalid hexadecimal digit: \"%.*s\"",
                            (int)text_at(at, 1), (const char *)at.data);
}

/* Before room is made, so that a refused value leaves nothing behind. */
static pgcopy_status check_hex(struct value *v)
{
    for (size_t i = 2; i < v->in.len;) {
        pgcopy_slice at = {v->in.data + i, v->in.len - i};
        if (is_separator(at.data[0])) {
            i++;
            continue;
        }
        if (hex_of(at.data[0]) > 15)
            return bad_digit(v, at);
        if (at.len == 1)
            return pgcopy_error_set(v->err, "22023",
                                    "invalid hexadecimal data: odd number of digits");
        if (hex_of(at.data[1]) > 15)
            return bad_digit(v, (pgcopy_slice){at.data + 1, at.len - 1});
        i += 2;
    }
    return PGCOPY_OK;
}

/* Of a value that check_hex has passed. */
static size_t decode_hex(pgcopy_slice s, uint8_t *out)
{
    size_t n = 0;

    for (size_t i = 2; i < s.len; i++)
        if (!is_separator(s.data[i])) {
            out[n++] = (uint8_t)(hex_of(s.data[i]) << 4 | hex_of(s.data[i + 1]));
            i++;
        }
    return n;
}

/* How long the byte at s is written: itself, \\ or \ooo; 0: none of them. */
static size_t escape_len(pgcopy_slice s)
{
    if (s.data[0] != '\\')
        return 1;
    if (s.len >= 2 && s.data[1] == '\\')
        return 2;
    return s.len >= 4 && s.data[1] >= '0' && s.data[1] <= '3' && s.data[2] >= '0' &&
                   s.data[2] <= '7' && s.data[3] >= '0' && s.data[3] <= '7'
               ? 4
               : 0;
}

static pgcopy_status check_escapes(struct value *v)
{
    size_t n;

    for (size_t i = 0; i < v->in.len; i += n) {
        n = escape_len((pgcopy_slice){v->in.data + i, v->in.len - i});
        if (!n)
            return pgcopy_error_set(v->err, "22P02", "invalid input syntax for type bytea");
    }
    return PGCOPY_OK;
}

/* Of a value that check_escapes has passed. */
static size_t decode_escapes(pgcopy_slice s, uint8_t *out)
{
    size_t count = 0, n;

    for (; s.len; s = (pgcopy_slice){s.data + n, s.len - n}) {
        n = escape_len(s);
        out[count++] =
            n < 4 ? s.data[0]
                  : (uint8_t)((s.data[1] & 3) << 6 | (s.data[2] & 7) << 3 | (s.data[3] & 7));
    }
    return count;
}

pgcopy_status bytea_to_binary(struct value *v)
{
    bool          hex = is_hex_form(v->in);
    uint8_t      *room;
    pgcopy_status rc = hex ? check_hex(v) : check_escapes(v);

    if (rc == PGCOPY_OK)
        rc = value_room(v, v->in.len, &room);
    if (rc < 0)
        return rc;
    return value_end(v, hex ? decode_hex(v->in, room) : decode_escapes(v->in, room));
}

/* bytea_output hex, the default since 9.0. */
pgcopy_status bytea_to_text(struct value *v)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t          *room;
    pgcopy_status     rc = v->in.len <= PGCOPY_LEN_MAX / 2 - 1 ? PGCOPY_OK : PGCOPY_ERR_LIMIT;

    if (rc == PGCOPY_OK)
        rc = value_room(v, 2 + 2 * v->in.len, &room);
    if (rc < 0)
        return rc;
    memcpy(room, "\\x", 2);
    for (size_t i = 0; i < v->in.len; i++) {
        room[2 + 2 * i] = (uint8_t)digits[v->in.data[i] >> 4];
        room[3 + 2 * i] = (uint8_t)digits[v->in.data[i] & 15];
    }
    return value_end(v, 2 + 2 * v->in.len);
}

/* Any other spelling goes through its bytes. */
pgcopy_status bytea_check(struct value *v)
{
    pgcopy_status rc;

    if (is_plain(v->in))
        return PGCOPY_OK;
    rc = value_again(v, bytea_to_binary);
    return rc < 0 ? rc : bytea_to_text(v);
}
