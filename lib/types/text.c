/* types/text.c - text, varchar(n), char(n) and name: lengths are of characters, not bytes. */
#include "types/type.h"

#include "base/text.h"
#include "base/utf8.h"

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
 * canonical form is without them, so that a database without that rule compares as it does;
 * bpchar_pad puts them back on the way out.
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

/* To n characters, as PostgreSQL prints it; what is longer (SQLite lets it be) stays so. */
pgcopy_status bpchar_pad(struct value *v)
{
    size_t        want  = v->typmod > TYPMOD_HEADER ? (size_t)v->typmod - TYPMOD_HEADER : 0;
    size_t        chars = text_chars(v->in), len = v->in.len;
    uint8_t      *room;
    pgcopy_status rc;

    if (chars >= want)
        return PGCOPY_OK;
    rc = value_room(v, len + want - chars, &room);
    if (rc < 0)
        return rc;
    if (len)
        memcpy(room, v->in.data, len);
    memset(room + len, ' ', want - chars);
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

/* pq_getmsgtext: text values come in the client's encoding, which is UTF8 here. */
pgcopy_status text_to_text(struct value *v)
{
    return utf8_judge(v->in.data, v->in.len, v->err);
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
    pgcopy_status rc = text_to_text(v);

    if (rc < 0 || v->in.len <= TEXT_NAME_MAX)
        return rc;
    pgcopy_error_set(v->err, "42622", "identifier too long");
    bad_detail(v, "Identifier must be less than %d characters.", TEXT_NAME_MAX + 1);
    return PGCOPY_ERR_SQL;
}
