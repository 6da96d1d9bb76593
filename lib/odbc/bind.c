/* odbc/bind.c - values as parameters: always bound, never a part of the SQL text. */
#include "odbc/load.h"

#include <string.h>

/* Above it a text is a long one: SQL Server's varchar ends at 8000, IRIS' at what it says. */
enum { VARCHAR_MAX = 4000, STRIDE_MIN = 16 };

static SQLSMALLINT sql_type(size_t len, bool binary)
{
    if (binary)
        return len > VARCHAR_MAX ? SQL_LONGVARBINARY : SQL_VARBINARY;
    return len > VARCHAR_MAX ? SQL_LONGVARCHAR : SQL_VARCHAR;
}

/* len is the true size of an element: some drivers take it for the stride. */
static SQLRETURN bind(SQLHSTMT stmt, size_t number, void *data, size_t len, SQLLEN *ind,
                      SQLSMALLINT type)
{
    bool binary = type == SQL_VARBINARY || type == SQL_LONGVARBINARY;

    /* NULL needs an address too: some drivers read a NULL one as "no parameter". */
    return SQLBindParameter(stmt, (SQLUSMALLINT)number, SQL_PARAM_INPUT,
                            binary ? SQL_C_BINARY : SQL_C_CHAR, type, len, 0,
                            data ? data : (void *)(uintptr_t) "", (SQLLEN)len, ind);
}

static size_t size_or_1(const SQLLEN *ind)
{
    return *ind > 0 ? (size_t)*ind : 1;
}

SQLRETURN odbc_bind_value(SQLHSTMT stmt, SQLUSMALLINT number, const void *data, SQLLEN *ind,
                          bool binary)
{
    return bind(stmt, number, (void *)(uintptr_t)data, size_or_1(ind), ind,
                sql_type(size_or_1(ind), binary));
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of a bytea in hex, in place or not: how many; SIZE_MAX: it is not hex. */
static size_t unhex(const uint8_t *text, size_t len, uint8_t *bytes)
{
    if (len < 2 || len % 2 || text[0] != '\\' || text[1] != 'x')
        return SIZE_MAX;
    for (size_t i = 2; i < len; i += 2) {
        int high = digit(text[i]), low = digit(text[i + 1]);

        if (high < 0 || low < 0)
            return SIZE_MAX;
        bytes[i / 2 - 1] = (uint8_t)(high * 16 + low);
    }
    return len / 2 - 1;
}

static uint32_t type_of(const odbc_load *l, size_t col)
{
    return pgcopy_columns_at(l->cols, col)->type;
}

/* A long text may be one for columns of that type alone. */
static SQLSMALLINT type_for(const odbc_load *l, size_t col, size_t len)
{
    uint32_t type = type_of(l, col);

    if (l->dialect->streams && type != PGCOPY_OID_TEXT && type != PGCOPY_OID_BYTEA)
        return SQL_VARCHAR;
    return sql_type(len, type == PGCOPY_OID_BYTEA);
}

static pgcopy_status not_hex(pgcopy_reply *r)
{
    return pgcopy_reply_error(r, "22P02", "invalid input syntax for type bytea");
}

pgcopy_status odbc_no_defaults(pgcopy_reply *r)
{
    return pgcopy_reply_error(r, "0A000", "COPY DEFAULT is not supported by this database");
}

/* ---- The block ---------------------------------------------------------------------- */

/* A quarter more, so that a slightly longer value does not bind all anew. */
static size_t stride_for(size_t widest)
{
    size_t stride = widest + widest / 4;

    return (stride < STRIDE_MIN ? STRIDE_MIN : stride + 15) & ~(size_t)15;
}

static size_t row_size(const odbc_load *l)
{
    size_t size = 0;

    for (size_t i = 0; i < l->ncols; i++)
        size += l->slots[i].stride + sizeof(SQLLEN);
    return size;
}

/* Strides for these rows: at least what they were, or what these rows need alone. */
static bool widen(odbc_load *l, const pgcopy_batch *batch, size_t at, size_t n, bool afresh)
{
    bool changed = false;

    for (size_t i = 0; i < l->ncols; i++) {
        size_t widest = pgcopy_batch_widest(batch, i, at, n);

        if (afresh || l->slots[i].stride == 0 || widest >= l->slots[i].stride) {
            l->slots[i].stride = stride_for(widest);
            changed            = true;
        }
    }
    return changed;
}

static void place(odbc_load *l)
{
    uint8_t *p = l->block;

    for (size_t i = 0; i < l->ncols; i++) {
        l->slots[i].inds = (SQLLEN *)(void *)p;
        p += sizeof(SQLLEN) * l->room;
        l->slots[i].data = p;
        p += l->slots[i].stride * l->room;
    }
    l->layout++;
}

static bool bind_column(const odbc_load *l, const odbc_rung *rung, size_t col)
{
    odbc_slot *slot = &l->slots[col];
    SQLRETURN  rc   = SQL_SUCCESS;

    if (slot->numbers)
        return SQL_SUCCEEDED(SQLBindParameter(rung->stmt, (SQLUSMALLINT)(col + 1),
                                              SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                                              slot->data, sizeof(int64_t), slot->inds));
    for (size_t row = 0; row < (l->way == ODBC_ARRAYS ? 1 : rung->rows) && SQL_SUCCEEDED(rc);
         row++)
        rc = bind(rung->stmt, row * l->ncols + col + 1, slot->data + row * slot->stride,
                  slot->stride, &slot->inds[row], type_for(l, col, slot->stride));
    return SQL_SUCCEEDED(rc);
}

static pgcopy_status bind_block(const odbc_load *l, odbc_rung *rung)
{
    for (size_t i = 0; rung->layout != l->layout && i < l->ncols; i++)
        if (!bind_column(l, rung, i))
            return PGCOPY_ERR_NOMEM;
    rung->layout = l->layout;
    return PGCOPY_OK;
}

/* Nothing is laid out any more: the next rows that fit begin anew. */
static bool forget(odbc_load *l)
{
    for (size_t i = 0; i < l->ncols; i++)
        l->slots[i].stride = 0;
    l->room = 0;
    return false;
}

/* As many rows as one execute takes, if they fit. */
static bool lay_out(const odbc_conn *c, odbc_load *l)
{
    size_t room = c->batch_bytes / row_size(l), size;
    void  *block;

    room  = room < l->rows ? room : l->rows;
    size  = room * row_size(l);
    block = odbc_resize(c->allocator, l->block, l->block_size, size);
    if (!block)
        return forget(l);
    l->block      = block;
    l->block_size = size;
    l->room       = room;
    place(l);
    return true;
}

bool odbc_load_fit(const odbc_conn *c, odbc_load *l, const pgcopy_batch *batch, size_t at,
                   size_t n)
{
    if (!widen(l, batch, at, n, false) && n <= l->room)
        return true;
    if (row_size(l) > c->batch_bytes / n) {
        widen(l, batch, at, n, true);
        if (row_size(l) > c->batch_bytes / n)
            return forget(l);
    }
    return lay_out(c, l);
}

static pgcopy_status to_bytes(uint8_t *value, SQLLEN *ind, pgcopy_reply *r)
{
    size_t len = unhex(value, (size_t)*ind, value);

    if (len == SIZE_MAX)
        return not_hex(r);
    *ind = (SQLLEN)len;
    return PGCOPY_OK;
}

/* What brings texts with a NUL at their end would lose what is behind one in them. */
pgcopy_status odbc_has_nul(pgcopy_reply *r)
{
    return pgcopy_reply_error(r, "22021", "invalid byte sequence for encoding \"UTF8\": 0x00");
}

/* Strides leave room for it. */
static pgcopy_status terminate(uint8_t *value, SQLLEN *ind, pgcopy_reply *r)
{
    if (memchr(value, '\0', (size_t)*ind))
        return odbc_has_nul(r);
    value[*ind] = '\0';
    *ind        = SQL_NTS;
    return PGCOPY_OK;
}

static pgcopy_status convert(const odbc_load *l, size_t col, size_t n, pgcopy_reply *r)
{
    const odbc_slot *slot   = &l->slots[col];
    uint32_t         type   = type_of(l, col);
    pgcopy_status    status = PGCOPY_OK;

    for (size_t i = 0; !status && i < n; i++) {
        uint8_t *value = slot->data + i * slot->stride;

        if (slot->inds[i] < SQL_NULL_DATA)
            return odbc_no_defaults(r);
        if (slot->inds[i] == SQL_NULL_DATA)
            continue;
        if (type == PGCOPY_OID_BOOL && l->dialect->bits)
            *value = (uint8_t)l->dialect->bits[*value != 't'];
        if (type == PGCOPY_OID_BYTEA)
            status = to_bytes(value, &slot->inds[i], r);
        else if (l->dialect->terminated)
            status = terminate(value, &slot->inds[i], r);
    }
    return status;
}

static pgcopy_status pack_column(const odbc_load *l, const odbc_rung *rung,
                                 const pgcopy_batch *batch, size_t col, size_t at, size_t n,
                                 pgcopy_reply *r)
{
    odbc_slot    *slot = &l->slots[col];
    pgcopy_status status;

    if (slot->numbers) /* laid out already */
        return PGCOPY_OK;
    status = pgcopy_batch_pack(batch, col, at, n, slot->data, slot->stride, slot->inds);
    if (!status)
        status = convert(l, col, n, r);
    /* sqliteodbc takes the length of bytes once, after they were bound. */
    if (!status && type_of(l, col) == PGCOPY_OID_BYTEA && !bind_column(l, rung, col))
        status = PGCOPY_ERR_NOMEM;
    return status;
}

pgcopy_status odbc_load_pack(odbc_load *l, odbc_rung *rung, const pgcopy_batch *batch,
                             size_t at, size_t n, pgcopy_reply *r)
{
    pgcopy_status status = bind_block(l, rung);

    if (l->way == ODBC_ARRAYS)
        SQLSetStmtAttr(rung->stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(SQLULEN)n,
                       SQL_IS_UINTEGER);
    for (size_t i = 0; !status && i < l->ncols; i++)
        status = pack_column(l, rung, batch, i, at, n, r);
    return status;
}

/* ---- A row, where it lies ----------------------------------------------------------- */

static pgcopy_status room_for_bytes(odbc_load *l, const pgcopy_batch *batch, size_t row)
{
    l->scratch.len = 0;
    for (size_t i = 0; i < l->ncols; i++)
        if (type_of(l, i) == PGCOPY_OID_BYTEA) {
            pgcopy_slice value = pgcopy_batch_value(batch, row, i);

            pgcopy_buf_append(&l->scratch, value.data, value.len);
        }
    l->scratch.len = 0;
    return l->scratch.failed ? PGCOPY_ERR_NOMEM : PGCOPY_OK;
}

/* The bytes of a bytea, behind those of the row's others. */
static pgcopy_status as_bytes(odbc_load *l, pgcopy_slice *value, pgcopy_reply *r)
{
    uint8_t *bytes = l->scratch.data + l->scratch.len;
    size_t   len   = unhex(value->data, value->len, bytes);

    if (len == SIZE_MAX)
        return not_hex(r);
    l->scratch.len += len;
    *value = (pgcopy_slice){bytes, len};
    return PGCOPY_OK;
}

static pgcopy_status bind_field(odbc_load *l, SQLHSTMT stmt, SQLUSMALLINT number, size_t col,
                                pgcopy_slice value, pgcopy_reply *r)
{
    uint32_t      type   = type_of(l, col);
    pgcopy_status status = PGCOPY_OK;

    if (value.data && type == PGCOPY_OID_BOOL && l->dialect->bits)
        value.data = (const uint8_t *)&l->dialect->bits[*value.data != 't'];
    if (value.data && type == PGCOPY_OID_BYTEA)
        status = as_bytes(l, &value, r);
    else if (value.data && l->dialect->terminated && memchr(value.data, '\0', value.len))
        status = odbc_has_nul(r);
    if (status)
        return status;
    l->inds[col] = value.data ? (SQLLEN)value.len : SQL_NULL_DATA;
    if (SQL_SUCCEEDED(bind(stmt, number, (void *)(uintptr_t)value.data,
                           size_or_1(&l->inds[col]), &l->inds[col],
                           type_for(l, col, size_or_1(&l->inds[col])))))
        return PGCOPY_OK;
    return PGCOPY_ERR_NOMEM;
}

pgcopy_status odbc_load_bind_row(odbc_load *l, SQLHSTMT stmt, const pgcopy_batch *batch,
                                 size_t row, pgcopy_reply *r)
{
    const pgcopy_field *fields = pgcopy_batch_view(batch)->fields + row * l->ncols;
    pgcopy_status       status = room_for_bytes(l, batch, row);
    SQLUSMALLINT        number = 1;

    for (size_t i = 0; !status && i < l->ncols; i++) {
        if (fields[i].len != PGCOPY_DEFAULT)
            status = bind_field(l, stmt, number++, i, pgcopy_batch_value(batch, row, i), r);
        else if (!l->defaults)
            status = odbc_no_defaults(r);
    }
    return status;
}
