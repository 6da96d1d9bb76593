/* types/value.c - one value: room for its new form, and the refusals that types share. */
#include "types/type.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- New forms ----------------------------------------------------------------------- */

/* The batch may move, and with it the value that is being read. */
pgcopy_status value_room(struct value *v, size_t n, uint8_t **room)
{
    size_t        at = (size_t)(v->in.data - v->batch->view.bytes);
    pgcopy_status rc = batch_new_value(v->batch, n, &v->out, room);

    v->in.data = v->batch->view.bytes + at;
    return rc;
}

/* What came out as it went in is given back: nothing has changed. */
pgcopy_status value_end(struct value *v, size_t len)
{
    const uint8_t *made = v->batch->view.bytes + v->out.start;

    v->changed     = len != v->in.len || memcmp(made, v->in.data, len) != 0;
    v->out.len     = (uint32_t)len;
    v->batch->used = v->out.start + (v->changed ? len : 0);
    return PGCOPY_OK;
}

pgcopy_status value_set(struct value *v, const void *data, size_t len)
{
    uint8_t      *room;
    pgcopy_status rc;

    if (len == v->in.len && memcmp(data, v->in.data, len) == 0)
        return PGCOPY_OK;
    rc = value_room(v, len, &room);
    if (rc < 0)
        return rc;
    if (len)
        memcpy(room, data, len);
    v->changed = true;
    return PGCOPY_OK;
}

static void take_new_form(struct value *v)
{
    if (v->changed)
        v->in = (pgcopy_slice){v->batch->view.bytes + v->out.start, v->out.len};
    v->changed = false;
}

pgcopy_status value_again(struct value *v, type_step *step)
{
    pgcopy_status rc = step(v);

    take_new_form(v);
    return rc;
}

pgcopy_status value_then(struct value *v, type_step *step)
{
    bool          changed = v->changed;
    pgcopy_field  out     = v->out;
    pgcopy_status rc;

    take_new_form(v);
    rc = step(v);
    if (!v->changed)
        v->out = out;
    v->changed |= changed;
    return rc;
}

/* ---- Refusals ------------------------------------------------------------------------ */

/* More than a message holds, so that the cut is made there, between characters. */
int value_clip(const struct value *v)
{
    return v->in.len < 5000 ? (int)v->in.len : 5000;
}

pgcopy_status bad_syntax(struct value *v)
{
    return pgcopy_error_set(v->err, "22P02", "invalid input syntax for type %s: \"%.*s\"",
                            v->type->word, value_clip(v), (const char *)v->in.data);
}

pgcopy_status bad_range(struct value *v)
{
    return pgcopy_error_set(v->err, "22003", "value \"%.*s\" is out of range for type %s",
                            value_clip(v), (const char *)v->in.data, v->type->word);
}

pgcopy_status bad_length(struct value *v, const char *type, int n)
{
    return pgcopy_error_set(v->err, "22001", "value too long for type %s(%d)", type, n);
}

pgcopy_status bad_point(struct value *v, const char *what)
{
    return pgcopy_error_set(v->err, "22008", "%s out of range: \"%.*s\"", what, value_clip(v),
                            (const char *)v->in.data);
}

/* As pgcopy_error_set does for the message. */
void bad_detail(struct value *v, const char *fmt, ...)
{
    va_list ap;
    char    text[sizeof v->err->detail + sizeof v->err->detail_more];

    if (!v->err)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_add_detail(v->err, text, strlen(text));
}

void bad_hint(struct value *v, const char *hint)
{
    if (v->err)
        text_add(v->err->hint, sizeof v->err->hint, hint, strlen(hint));
}

pgcopy_status bad_binary(struct value *v, size_t need)
{
    if (v->in.len > need)
        return pgcopy_error_set(v->err, "22P03", "incorrect binary data format");
    return pgcopy_error_set(v->err, "08P01", "insufficient data left in message");
}

/* ---- Text ---------------------------------------------------------------------------- */

pgcopy_slice text_trim(pgcopy_slice s)
{
    while (s.len && is_space(s.data[0]))
        s.data++, s.len--;
    while (s.len && is_space(s.data[s.len - 1]))
        s.len--;
    return s;
}

/* pg_strcasecmp() for ASCII */
bool text_is(const uint8_t *s, size_t n, const char *word)
{
    size_t i = 0;

    while (i < n && word[i] && lower(s[i]) == (uint8_t)word[i])
        i++;
    return i == n && !word[i];
}

size_t text_chars(pgcopy_slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += (s.data[i] & 0xC0) != 0x80;
    return n;
}

size_t text_at(pgcopy_slice s, size_t n)
{
    size_t i = 0;

    while (i < s.len && ((s.data[i] & 0xC0) == 0x80 || n-- > 0))
        i++;
    return i;
}
