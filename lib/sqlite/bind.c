/*
 * sqlite/bind.c - a row's values as parameters, without a copy where SQLite can read them where
 * they lie.
 *
 * Values are canonical, so numbers are read the short way; what is none, such as NaN, is bound
 * as text, and then it is the column's affinity that decides.
 */
#include "sqlite/load.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { INT_DIGITS = 18, FLOAT_MAX = 63 };

lite_bind lite_bind_of(uint32_t type)
{
    switch (type) {
    case PGCOPY_OID_INT2:
    case PGCOPY_OID_INT4:
    case PGCOPY_OID_INT8:
    case PGCOPY_OID_OID:
        return LITE_INTEGER;
    case PGCOPY_OID_BOOL:
        return LITE_BOOL;
    case PGCOPY_OID_FLOAT4:
    case PGCOPY_OID_FLOAT8: /* strtod reads the point of a locale that someone may have set */
        return strcmp(localeconv()->decimal_point, ".") ? LITE_TEXT : LITE_FLOAT;
    case PGCOPY_OID_BYTEA:
        return LITE_BYTES;
    default:
        return LITE_TEXT;
    }
}

static int bind_text(sqlite3_stmt *stmt, int number, pgcopy_slice v,
                     sqlite3_destructor_type keep)
{
    return sqlite3_bind_text64(stmt, number, v.len ? (const char *)v.data : "", v.len, keep,
                               SQLITE_UTF8);
}

static int bind_integer(sqlite3_stmt *stmt, int number, pgcopy_slice v,
                        sqlite3_destructor_type keep)
{
    bool          minus = v.len > 0 && v.data[0] == '-';
    size_t        i     = minus;
    sqlite3_int64 n     = 0;

    if (v.len == i || v.len - i > INT_DIGITS)
        return bind_text(stmt, number, v, keep);
    for (; i < v.len; i++) {
        unsigned digit = v.data[i] - (unsigned)'0';

        if (digit > 9)
            return bind_text(stmt, number, v, keep);
        n = n * 10 + (sqlite3_int64)digit;
    }
    return sqlite3_bind_int64(stmt, number, minus ? -n : n);
}

static int bind_bool(sqlite3_stmt *stmt, int number, pgcopy_slice v,
                     sqlite3_destructor_type keep)
{
    if (v.len != 1 || (*v.data != 't' && *v.data != 'f'))
        return bind_text(stmt, number, v, keep);
    return sqlite3_bind_int(stmt, number, *v.data == 't');
}

/* SQLite's own reader is off by a last digit here and there. */
static int bind_float(sqlite3_stmt *stmt, int number, pgcopy_slice v,
                      sqlite3_destructor_type keep)
{
    char   text[FLOAT_MAX + 1], *end;
    double value;

    if (v.len == 0 || v.len > FLOAT_MAX)
        return bind_text(stmt, number, v, keep);
    memcpy(text, v.data, v.len);
    text[v.len] = '\0';
    if (text[strspn(text, "+-.0123456789eE")])
        return bind_text(stmt, number, v, keep);
    value = strtod(text, &end);
    return *end ? bind_text(stmt, number, v, keep) : sqlite3_bind_double(stmt, number, value);
}

int lite_bind_value(lite_bind kind, sqlite3_stmt *stmt, int number, pgcopy_slice v,
                    sqlite3_destructor_type keep)
{
    switch (kind) {
    case LITE_INTEGER:
        return bind_integer(stmt, number, v, keep);
    case LITE_BOOL:
        return bind_bool(stmt, number, v, keep);
    case LITE_FLOAT:
        return bind_float(stmt, number, v, keep);
    default:
        return bind_text(stmt, number, v, keep);
    }
}

/* ---- Bytes -------------------------------------------------------------------------- */

static unsigned nibble(uint8_t c)
{
    return c <= '9' ? c - (unsigned)'0' : (c | 0x20u) - (unsigned)'a' + 10;
}

bool lite_is_bytes(pgcopy_slice v)
{
    return v.len >= 2 && v.data[0] == '\\' && v.data[1] == 'x';
}

/* Pairs of digits: checked by the types, so that nothing else comes. */
size_t lite_bytes(uint8_t *out, pgcopy_slice v)
{
    size_t n = v.len / 2 - 1;

    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(nibble(v.data[2 + 2 * i]) << 4 | nibble(v.data[3 + 2 * i]));
    return n;
}

static int bind_bytes(lite_load *l, sqlite3_stmt *stmt, int number, pgcopy_slice v)
{
    uint8_t *out = l->bytes + l->bytes_used;
    size_t   n   = lite_bytes(out, v);

    l->bytes_used += n;
    return n ? sqlite3_bind_blob64(stmt, number, out, n, SQLITE_STATIC)
             : sqlite3_bind_zeroblob(stmt, number, 0);
}

static int bind_value(lite_load *l, size_t col, sqlite3_stmt *stmt, int number, pgcopy_slice v)
{
    if (l->binds[col] == LITE_BYTES && lite_is_bytes(v))
        return bind_bytes(l, stmt, number, v);
    return lite_bind_value(l->binds[col], stmt, number, v, SQLITE_STATIC);
}

pgcopy_status lite_bind_row(lite_conn *c, sqlite3_stmt *stmt, const pgcopy_batch *batch,
                            size_t row, int *number, pgcopy_reply *r)
{
    lite_load          *l      = c->load;
    const pgcopy_view  *view   = pgcopy_batch_view(batch);
    const pgcopy_field *fields = view->fields + row * l->ncols;
    int                 rc     = SQLITE_OK;

    for (size_t i = 0; rc == SQLITE_OK && i < l->ncols; i++) {
        pgcopy_slice v = {view->bytes + fields[i].start, fields[i].len};

        if (fields[i].len == PGCOPY_NULL)
            rc = sqlite3_bind_null(stmt, (*number)++);
        else if (fields[i].len != PGCOPY_DEFAULT)
            rc = bind_value(l, i, stmt, (*number)++, v);
        else if (!l->defaults)
            return pgcopy_reply_error(r, "0A000",
                                      "COPY DEFAULT is not supported by this database");
    }
    return rc == SQLITE_OK ? PGCOPY_OK : lite_failed(c, rc, r);
}

/* ---- Room for blobs ----------------------------------------------------------------- */

static size_t bytes_of(const lite_load *l, const pgcopy_view *view, size_t at, size_t n)
{
    const pgcopy_field *fields = view->fields + at * l->ncols;
    size_t              size   = 0;

    for (size_t i = 0; i < n * l->ncols; i++)
        if (l->binds[i % l->ncols] == LITE_BYTES && fields[i].len <= PGCOPY_LEN_MAX)
            size += fields[i].len / 2;
    return size;
}

pgcopy_status lite_bind_begin(const lite_conn *c, lite_load *l, const pgcopy_batch *batch,
                              size_t at, size_t n)
{
    size_t size;
    void  *bytes;

    l->bytes_used = 0;
    size          = l->has_bytes ? bytes_of(l, pgcopy_batch_view(batch), at, n) : 0;
    if (size <= l->bytes_size)
        return PGCOPY_OK;
    bytes = lite_resize(c->allocator, l->bytes, l->bytes_size, size);
    if (!bytes)
        return PGCOPY_ERR_NOMEM;
    l->bytes      = bytes;
    l->bytes_size = size;
    return PGCOPY_OK;
}
