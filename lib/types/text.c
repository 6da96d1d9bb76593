/* types/text.c - text, varchar(n), char(n) and name: lengths are of characters, not bytes. */
#include "types/type.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { TYPMOD_HEADER = 4 }; /* pg_attribute counts the length word with the characters */

/* ---- varchar(n) and char(n): only blanks may be over the limit, and they go ---------- */

/* Only these: a tab or line end over the limit is an error. */
static bool is_blank(pgcopy_slice s)
{
    while (s.len && s.data[s.len - 1] == ' ')
        s.len--;
    return s.len == 0;
}

/* Few bytes are few characters; only long values are counted. */
static pgcopy_status limit_chars(struct value *v, pgcopy_slice *s)
{
    size_t most = v->typmod > TYPMOD_HEADER ? (size_t)v->typmod - TYPMOD_HEADER : SIZE_MAX;
    size_t cut  = s->len <= most ? s->len : text_at(*s, most);

    if (!is_blank((pgcopy_slice){s->data + cut, s->len - cut}))
        return bad_length(v, v->type->word, (int)most);
    s->len = cut;
    return PGCOPY_OK;
}

/* varchar_input.  The shorter value lies where the longer one did. */
pgcopy_status varchar_check(struct value *v)
{
    pgcopy_slice  s  = v->in;
    pgcopy_status rc = limit_chars(v, &s);

    if (rc < 0 || s.len == v->in.len)
        return rc;
    v->out     = (pgcopy_field){(uint32_t)(s.data - v->batch->view.bytes), (uint32_t)s.len};
    v->changed = true;
    return PGCOPY_OK;
}

/*
 * PostgreSQL stores and prints char(n) filled up with blanks, which mean nothing to it.  The
 * canonical form is without them, so that a database without that rule compares as it does.
 */
pgcopy_status bpchar_check(struct value *v)
{
    pgcopy_slice  s  = v->in;
    pgcopy_status rc = limit_chars(v, &s);

    while (v->typmod > TYPMOD_HEADER && s.len && s.data[s.len - 1] == ' ')
        s.len--;
    if (rc < 0 || s.len == v->in.len)
        return rc;
    v->out     = (pgcopy_field){(uint32_t)(s.data - v->batch->view.bytes), (uint32_t)s.len};
    v->changed = true;
    return PGCOPY_OK;
}

/* namein: cut without a word (NAMEDATALEN). */
pgcopy_status name_check(struct value *v)
{
    if (v->in.len <= TEXT_NAME_MAX)
        return PGCOPY_OK;
    return value_set(v, v->in.data, text_cut(v->in.data, v->in.len, TEXT_NAME_MAX));
}

/* ---- Binary: the same bytes, but their encoding was not looked at yet ---------------- */

/* How many bytes a character that begins with c has; 0: none does. */
static size_t char_len(uint8_t c)
{
    if (c < 0x80)
        return c != 0;
    return c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
}

/* Unicode 15, table 3-7: what the second byte may be after this first one. */
static bool second_fits(uint8_t first, uint8_t second)
{
    uint8_t low  = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;

    return second >= low && second <= high;
}

/* The length of the character at s; 0: it is none. */
static size_t whole_char(pgcopy_slice s)
{
    size_t n = char_len(s.data[0]);

    if (n > s.len || (n > 1 && !second_fits(s.data[0], s.data[1])))
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((s.data[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

/* report_invalid_encoding: as many bytes as the first one announces. */
static pgcopy_status bad_encoding(struct value *v, pgcopy_slice s)
{
    char   bytes[sizeof " 0xff" * 4] = "";
    size_t n = s.data[0] < 0xC0 ? 1 : s.data[0] < 0xE0 ? 2 : s.data[0] < 0xF0 ? 3 : 4;

    n = s.data[0] >= 0xF8 ? 1 : n < s.len ? n : s.len;
    for (size_t i = 0; i < n; i++)
        snprintf(bytes + i * 5, 6, " 0x%02x", s.data[i]);
    return pgcopy_error_set(v->err, "22021", "invalid byte sequence for encoding \"UTF8\":%s",
                            bytes);
}

/* pq_getmsgtext: text values come in the client's encoding, which is UTF8 here. */
pgcopy_status text_to_text(struct value *v)
{
    for (pgcopy_slice s = v->in; s.len;) {
        size_t n = whole_char(s);
        if (!n)
            return bad_encoding(v, s);
        s = (pgcopy_slice){s.data + n, s.len - n};
    }
    return PGCOPY_OK;
}

pgcopy_status varchar_to_text(struct value *v)
{
    pgcopy_status rc = text_to_text(v);

    return rc < 0 ? rc : varchar_check(v);
}

pgcopy_status bpchar_to_text(struct value *v)
{
    pgcopy_status rc = text_to_text(v);

    return rc < 0 ? rc : bpchar_check(v);
}

/* namerecv does not cut. */
pgcopy_status name_to_text(struct value *v)
{
    if (v->in.len <= TEXT_NAME_MAX)
        return text_to_text(v);
    pgcopy_error_set(v->err, "42622", "identifier too long");
    bad_detail(v, "Identifier must be less than %d characters.", TEXT_NAME_MAX + 1);
    return PGCOPY_ERR_SQL;
}
