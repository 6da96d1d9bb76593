/* wire/result.c - the shape of a result and its rows: RowDescription, DataRow (protocol 54.7).
 */
#include <pgcopy/wire.h>

#include <assert.h>

enum { OID_TEXT = 25 };

/* pg_type.typlen of the types that have one; all else varies in length.  The table of types/
   would say the same, but a layer does not know the one beside it. */
static const struct type_length {
    uint32_t oid;
    int16_t  len;
} type_lengths[] = {
    {16, 1},    /* bool        */
    {18, 1},    /* "char"      */
    {19, 64},   /* name        */
    {20, 8},    /* int8        */
    {21, 2},    /* int2        */
    {23, 4},    /* int4        */
    {26, 4},    /* oid         */
    {700, 4},   /* float4      */
    {701, 8},   /* float8      */
    {1082, 4},  /* date        */
    {1083, 8},  /* time        */
    {1114, 8},  /* timestamp   */
    {1184, 8},  /* timestamptz */
    {1186, 16}, /* interval   */
    {1266, 12}, /* timetz     */
    {2950, 16}, /* uuid       */
};

static int16_t type_length(uint32_t oid)
{
    for (size_t i = 0; i < sizeof type_lengths / sizeof type_lengths[0]; i++) {
        if (type_lengths[i].oid == oid)
            return type_lengths[i].len;
    }
    return -1;
}

/* Clients look an OID up; a type that is not known is sent as what its values are. */
static int32_t type_oid(const pgcopy_column *col)
{
    return (int32_t)(col->type ? col->type : OID_TEXT);
}

void pgcopy_write_parameters(pgcopy_buf *out, const pgcopy_columns *params)
{
    size_t begun = pgcopy_write_begin(out, 't');
    size_t n     = pgcopy_columns_count(params);

    pgcopy_write_i16(out, (int16_t)n);
    for (size_t i = 0; i < n; i++)
        pgcopy_write_i32(out, type_oid(pgcopy_columns_at(params, i)));
    pgcopy_write_end(out, begun);
}

/* Table OID and attribute number are 0: not a column of a table that has them. */
static void write_column(pgcopy_buf *out, const pgcopy_column *col, int16_t format)
{
    int32_t oid = type_oid(col);

    pgcopy_write_str(out, col->name);
    pgcopy_write_i32(out, 0);
    pgcopy_write_i16(out, 0);
    pgcopy_write_i32(out, oid);
    pgcopy_write_i16(out, type_length((uint32_t)oid));
    pgcopy_write_i32(out, col->typmod);
    pgcopy_write_i16(out, format);
}

void pgcopy_write_columns(pgcopy_buf *out, const pgcopy_columns *cols, const int16_t *formats)
{
    size_t begun = pgcopy_write_begin(out, 'T');
    size_t n     = pgcopy_columns_count(cols);

    pgcopy_write_i16(out, (int16_t)n);
    for (size_t i = 0; i < n; i++)
        write_column(out, pgcopy_columns_at(cols, i), formats ? formats[i] : 0);
    pgcopy_write_end(out, begun);
}

/* A value that is empty may have no bytes to point to, so the length tells NULL. */
static void write_value(pgcopy_buf *out, const pgcopy_view *rows, pgcopy_field value)
{
    if (value.len > PGCOPY_LEN_MAX) {
        pgcopy_write_i32(out, -1);
        return;
    }
    pgcopy_write_i32(out, (int32_t)value.len);
    if (value.len)
        pgcopy_buf_append(out, rows->bytes + value.start, value.len);
}

void pgcopy_write_row(pgcopy_buf *out, const pgcopy_batch *batch, size_t row)
{
    const pgcopy_view *rows  = pgcopy_batch_view(batch);
    size_t             begun = pgcopy_write_begin(out, 'D');

    assert(row < rows->nrows);
    pgcopy_write_i16(out, (int16_t)rows->ncols);
    for (size_t col = 0; col < rows->ncols; col++)
        write_value(out, rows, rows->fields[row * rows->ncols + col]);
    pgcopy_write_end(out, begun);
}
