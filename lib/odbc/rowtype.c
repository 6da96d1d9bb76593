/*
 * odbc/rowtype.c - rows as one parameter: the text of an array of the table's own row type,
 * which the database reads as its COPY reads rows, each value by its column's own input.
 *
 *   1 | Ann | NULL       {"(1,Ann,)","(2,\"say \"\"x\"\"\",\"\")"}
 *   2 | say "x" |  ''       quotes of a value are doubled as record_in has them, then each
 *                           quote and backslash is escaped as array_in has them
 */
#include "odbc/load.h"

#include <string.h>

enum {
    ROW_MARKS   = 6, /* "(),": quotes, parentheses, comma; and one for the array's braces */
    FIELD_MARKS = 5, /* \"\" and a comma                                                  */
    WORST       = 4, /* bytes of a quote, as of a backslash                               */
    SPARSE      = 50 /* columns for one that is copied: above, VALUES cost less (measured) */
};

/* What a value may not have that stands without quotes. */
static const uint8_t odd[256] = {
    ['\0'] = 1, ['"'] = 1, ['\\'] = 1, [','] = 1, ['('] = 1, [')'] = 1};

/* ---- The columns of the type -------------------------------------------------------- */

static size_t place_of(const odbc_load *l, const char *name)
{
    for (size_t i = 0; i < l->ncols; i++)
        if (strcmp(pgcopy_columns_at(l->cols, i)->name, name) == 0)
            return i;
    return ODBC_NOT_COPIED;
}

pgcopy_status odbc_rowtype_begin(odbc_conn *c, odbc_load *l, bool *good)
{
    size_t found = 0;

    *good      = false;
    l->nplaces = pgcopy_columns_count(l->relation);
    l->places  = odbc_new(c, (l->nplaces + 1) * sizeof *l->places);
    if (!l->places)
        return PGCOPY_ERR_NOMEM;
    for (size_t i = 0; i < l->nplaces; i++) {
        l->places[i] = place_of(l, pgcopy_columns_at(l->relation, i)->name);
        found += l->places[i] != ODBC_NOT_COPIED;
    }
    *good = found == l->ncols && found >= l->nplaces / SPARSE;
    return PGCOPY_OK;
}

/* ---- Bounds ------------------------------------------------------------------------- */

static const pgcopy_field *fields_of(const odbc_load *l, const pgcopy_batch *batch, size_t row)
{
    return pgcopy_batch_view(batch)->fields + row * l->ncols;
}

/* What the text of n rows takes at most, its NUL too; SIZE_MAX: more than `most`. */
static size_t bound(const odbc_load *l, const pgcopy_batch *batch, size_t at, size_t n,
                    size_t most)
{
    const pgcopy_field *fields = fields_of(l, batch, at);
    size_t              row    = ROW_MARKS + l->nplaces * FIELD_MARKS;
    size_t              size   = ROW_MARKS;

    for (size_t i = 0; i < n * l->ncols; i++) {
        size_t len = fields[i].len <= PGCOPY_LEN_MAX ? fields[i].len : 0;

        if (len > most / WORST || size > most)
            return SIZE_MAX;
        size += len * WORST;
    }
    return size > most || n > (most - size) / row ? SIZE_MAX : size + n * row;
}

bool odbc_rowtype_fit(const odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t at,
                      size_t n)
{
    size_t size = bound(l, batch, at, n, c->batch_bytes);
    void  *block;

    if (size == SIZE_MAX)
        return false;
    if (size <= l->block_size)
        return true;
    block = odbc_resize(c->allocator, l->block, l->block_size, size);
    if (!block)
        return false;
    l->block      = block;
    l->block_size = size;
    return true;
}

/* ---- Text --------------------------------------------------------------------------- */

static uint8_t *put(uint8_t *out, const char *text, size_t len)
{
    memcpy(out, text, len);
    return out + len;
}

static uint8_t *put_quoted(uint8_t *out, const uint8_t *value, size_t len)
{
    out = put(out, "\\\"", 2);
    for (size_t i = 0; i < len; i++)
        if (value[i] == '"')
            out = put(out, "\\\"\\\"", 4);
        else if (value[i] == '\\')
            out = put(out, "\\\\\\\\", 4);
        else
            *out++ = value[i];
    return put(out, "\\\"", 2);
}

static uint8_t *put_value(uint8_t *out, const uint8_t *value, size_t len)
{
    uint8_t quotes = len == 0;

    for (size_t i = 0; i < len; i++) {
        out[i] = value[i];
        quotes |= odd[value[i]];
    }
    return quotes ? put_quoted(out, value, len) : out + len;
}

/* Nothing between its commas is NULL, and so are columns that are not copied. */
static uint8_t *put_row(const odbc_load *l, uint8_t *out, const uint8_t *bytes,
                        const pgcopy_field *fields)
{
    out = put(out, "\"(", 2);
    for (size_t i = 0; i < l->nplaces; i++) {
        size_t place = l->places[i];

        if (place != ODBC_NOT_COPIED && fields[place].len <= PGCOPY_LEN_MAX)
            out = put_value(out, bytes + fields[place].start, fields[place].len);
        *out++ = i + 1 < l->nplaces ? ',' : ')';
    }
    return put(out, "\",", 2);
}

static size_t write_rows(const odbc_load *l, const pgcopy_batch *batch, size_t at, size_t n)
{
    const uint8_t *bytes = pgcopy_batch_view(batch)->bytes;
    uint8_t       *out   = put(l->block, "{", 1);

    for (size_t row = at; row < at + n; row++)
        out = put_row(l, out, bytes, fields_of(l, batch, row));
    out[-1] = '}'; /* in the place of the last comma */
    *out    = '\0';
    return (size_t)(out - l->block);
}

static bool has_markers(const odbc_load *l, const pgcopy_batch *batch, size_t at, size_t n)
{
    const pgcopy_field *fields = fields_of(l, batch, at);

    for (size_t i = 0; i < n * l->ncols; i++)
        if (fields[i].len == PGCOPY_DEFAULT)
            return true;
    return false;
}

pgcopy_status odbc_rowtype_pack(odbc_load *l, SQLHSTMT stmt, const pgcopy_batch *batch,
                                size_t at, size_t n, pgcopy_reply *r)
{
    size_t len;

    if (has_markers(l, batch, at, n))
        return odbc_no_defaults(r);
    len = write_rows(l, batch, at, n);
    if (memchr(l->block, '\0', len))
        return odbc_has_nul(r);
    l->inds[0] = (SQLLEN)len;
    return SQL_SUCCEEDED(odbc_bind_value(stmt, 1, l->block, l->inds, false)) ? PGCOPY_OK
                                                                             : PGCOPY_ERR_NOMEM;
}
