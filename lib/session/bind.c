/* session/bind.c - the parameters of a Bind as one row of canonical text, and its formats. */
#include "session/timezone.h"
#include "session/extended.h"

#include <stdio.h>

/* Formats, an int16 count before them; NULL and 0 for none. */
static pgcopy_status read_formats(pgcopy_session *s, pgcopy_slice *body, int16_t **formats,
                                  size_t *count, pgcopy_error *err)
{
    int16_t n;

    if (!pgcopy_take_i16(body, &n) || n < 0)
        return extended_short(err);
    *count   = 0;
    *formats = n ? mem_new(&s->allocator, (size_t)n * sizeof **formats) : NULL;
    if (n && !*formats)
        return PGCOPY_ERR_NOMEM;
    *count = (size_t)n;
    for (size_t i = 0; i < *count; i++) {
        if (!pgcopy_take_i16(body, &(*formats)[i]))
            return extended_short(err);
        if ((*formats)[i] != 0 && (*formats)[i] != 1)
            return pgcopy_error_set(err, "22023", "unsupported format code: %d", (*formats)[i]);
    }
    return PGCOPY_OK;
}

pgcopy_status bind_counts(const struct prepared *of, pgcopy_slice body, pgcopy_error *err)
{
    size_t       want = pgcopy_columns_count(of->types);
    pgcopy_slice codes;
    int16_t      nformats, n;

    if (!pgcopy_take_i16(&body, &nformats) || nformats < 0 ||
        !pgcopy_take_bytes(&body, 2 * (size_t)nformats, &codes) ||
        !pgcopy_take_i16(&body, &n) || n < 0)
        return extended_short(err);
    if (nformats > 1 && nformats != n)
        return pgcopy_error_set(err, "08P01",
                                "bind message has %d parameter formats but %d parameters",
                                nformats, n);
    if ((size_t)n != want)
        return pgcopy_error_set(err, "08P01",
                                "bind message supplies %d parameters, but prepared statement "
                                "\"%s\" requires %zu",
                                n, of->name, want);
    return PGCOPY_OK;
}

static pgcopy_status read_value(pgcopy_slice *body, pgcopy_batch *batch, pgcopy_error *err)
{
    pgcopy_slice value;
    int32_t      len;

    if (!pgcopy_take_i32(body, &len))
        return extended_short(err);
    if (len == -1)
        return pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    if (len < 0 || !pgcopy_take_bytes(body, (size_t)len, &value))
        return extended_short(err);
    return pgcopy_batch_put(batch, value.data, value.len);
}

/* The types of the parameters that come as binary (or as text); the others stay as they are. */
static pgcopy_columns *types_of(const pgcopy_session *s, const struct portal *p,
                                const int16_t *formats, size_t nformats, bool binary)
{
    pgcopy_columns      *cols = pgcopy_columns_new(&s->allocator);
    const pgcopy_column *col;

    for (size_t i = 0; cols && (col = pgcopy_columns_at(p->prepared->types, i)); i++) {
        bool use = binary == (extended_format(formats, nformats, i) == 1);
        if (!pgcopy_columns_add(cols, col->name, use ? col->type : 0)) {
            pgcopy_columns_free(cols);
            return NULL;
        }
    }
    return cols;
}

static pgcopy_status find_untyped(const struct portal *p, const int16_t *formats, size_t n,
                                  pgcopy_error *err)
{
    const pgcopy_column *col;

    for (size_t i = 0; (col = pgcopy_columns_at(p->prepared->types, i)); i++)
        if (extended_format(formats, n, i) == 1 && !col->type)
            return pgcopy_error_set(err, "42P18",
                                    "could not determine data type of parameter %s", col->name);
    return PGCOPY_OK;
}

static pgcopy_status make_canonical(pgcopy_session *s, struct portal *p, const int16_t *formats,
                                    size_t n, pgcopy_error *err)
{
    pgcopy_columns *binary = types_of(s, p, formats, n, true);
    pgcopy_columns *text   = types_of(s, p, formats, n, false);
    pgcopy_when     when;
    pgcopy_zone     room;
    size_t          row = 0;
    pgcopy_status   rc  = binary && text ? find_untyped(p, formats, n, err) : PGCOPY_ERR_NOMEM;

    if (rc == PGCOPY_OK) {
        timezone_now(s, &when, &room);
        pgcopy_columns_set_date_order(text, settings_datestyle(&s->settings).order);
        pgcopy_columns_set_when(text, &when);
    }
    if (rc == PGCOPY_OK)
        rc = pgcopy_types_to_text(binary, p->params, &row, err);
    row = 0;
    if (rc == PGCOPY_OK)
        rc = pgcopy_types_check(text, p->params, &row, err);
    pgcopy_columns_free(binary);
    pgcopy_columns_free(text);
    return rc;
}

static pgcopy_status read_values(pgcopy_session *s, struct portal *p, pgcopy_slice *body,
                                 pgcopy_error *err)
{
    size_t        want = pgcopy_columns_count(p->prepared->types);
    int16_t       n;
    pgcopy_status rc = PGCOPY_OK;

    if (!pgcopy_take_i16(body, &n))
        return extended_short(err);
    if (!n)
        return PGCOPY_OK;
    p->params = pgcopy_batch_new(want, NULL, &s->allocator);
    if (!p->params)
        return PGCOPY_ERR_NOMEM;
    for (size_t i = 0; i < want && rc == PGCOPY_OK; i++)
        rc = read_value(body, p->params, err);
    return rc < 0 ? rc : pgcopy_batch_end_row(p->params);
}

pgcopy_status bind_read(pgcopy_session *s, struct portal *p, pgcopy_slice *body,
                        pgcopy_error *err)
{
    int16_t      *formats  = NULL;
    size_t        nformats = 0;
    pgcopy_status rc       = read_formats(s, body, &formats, &nformats, err);

    if (rc >= 0)
        rc = read_values(s, p, body, err);
    if (rc >= 0 && p->params)
        rc = make_canonical(s, p, formats, nformats, err);
    if (rc >= 0)
        rc = read_formats(s, body, &p->formats, &p->nformats, err);
    mem_free(&s->allocator, formats, nformats * sizeof *formats);
    p->pub.params      = p->params;
    p->pub.param_types = p->params ? p->prepared->types : NULL;
    return rc;
}
