/*
 * copy/context.c - where in the data an error lies, as PostgreSQL's CopyFromErrorCallback says
 * it:
 *
 *   COPY t                                    a notice
 *   COPY t, line 3                            a line that is not whole, an insert
 *   COPY t, line 3: "1,x"                     a row
 *   COPY t, line 3, column a: "x"             a value
 */
#include "copy/copy.h"

#include "codec/decoder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DETAIL_CLIP = 64 }; /* of a value in DETAIL (ExecConstraints), in bytes */

static void add(pgcopy_error *err, const char *text)
{
    text_add(err->where, sizeof err->where, text, strlen(text));
}

/* Clipped, not escaped: PostgreSQL shows quotes and line ends as they are. */
static void add_quoted(pgcopy_error *err, pgcopy_slice text)
{
    add(err, ": \"");
    text_add_clipped(err->where, sizeof err->where, text);
    add(err, "\"");
}

/* Without the schema, and without quotes around a name that would need them. */
void context_table(const pgcopy_copy *copy, pgcopy_error *err)
{
    err->where[0] = '\0';
    add(err, "COPY ");
    add(err, copy->stmt->table ? copy->stmt->table : "");
}

/* Line 0: not known. */
void context_line(const pgcopy_copy *copy, pgcopy_error *err, uint64_t line)
{
    char number[32];

    context_table(copy, err);
    if (line) {
        snprintf(number, sizeof number, ", line %" PRIu64, line);
        add(err, number);
    }
}

/* A binary header is read before there are lines (BeginCopyFrom), and COPY TO has none. */
void context_reading(const pgcopy_copy *copy, pgcopy_error *err)
{
    if (!copy->decoder || copy->progress.state != PGCOPY_COPY_STREAMING)
        return;
    if (decoder_in_header(copy->decoder))
        return;
    context_line(copy, err, pgcopy_decoder_line(copy->decoder));
    if (copy->columns && decoder_in_field(copy->decoder)) {
        add(err, ", column ");
        add(err, pgcopy_columns_at(copy->columns, copy->judged)->name);
    }
}

uint64_t context_line_of(const pgcopy_batch *batch, size_t row)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    return v->rows && row < v->nrows ? v->line0 + v->rows[row].line : 0;
}

/* Binary rows have no text that could be shown. */
void context_row(const pgcopy_copy *copy, pgcopy_error *err, const pgcopy_batch *batch,
                 size_t row)
{
    pgcopy_slice raw = pgcopy_batch_raw(batch, row);

    context_line(copy, err, context_line_of(batch, row));
    if (raw.data && copy->format.kind != PGCOPY_FORMAT_BINARY)
        add_quoted(err, raw);
}

/* No value: it is NULL.  Of binary data only the column is named. */
void context_value(const pgcopy_copy *copy, pgcopy_error *err, uint64_t line,
                   const char *column, pgcopy_slice value)
{
    context_line(copy, err, line);
    add(err, ", column ");
    add(err, column);
    if (!value.data)
        add(err, ": null input");
    else if (copy->format.kind != PGCOPY_FORMAT_BINARY)
        add_quoted(err, value);
}

/* ---- DETAIL ------------------------------------------------------------------------- */

/* What a column outside of the COPY gets is known when it has no default; that a value is the
   default says DEFAULT itself. */
static bool is_known(const pgcopy_copy *copy, const pgcopy_batch *batch, size_t row, size_t i)
{
    const pgcopy_view   *v     = pgcopy_batch_view(batch);
    uint32_t             place = copy->places[i];
    const pgcopy_column *col   = pgcopy_columns_at(copy->relation, i);

    if (place == COPY_NO_PLACE)
        return !col->has_default && !col->generated;
    return v->fields[row * v->ncols + place].len != PGCOPY_DEFAULT;
}

/* ExecBuildSlotValueDescription: NULL is the bare word, a long value is cut at a character. */
static void detail_value(pgcopy_error *err, pgcopy_slice value)
{
    size_t cut;

    if (!value.data)
        value = (pgcopy_slice){(const uint8_t *)"null", 4};
    cut = text_cut(value.data, value.len, DETAIL_CLIP);
    text_add_detail(err, (const char *)value.data, cut);
    if (value.len > DETAIL_CLIP)
        text_add_detail(err, "...", 3);
}

static void detail_row(const pgcopy_copy *copy, pgcopy_error *err, const pgcopy_batch *batch,
                       size_t row)
{
    const char  *before = "Failing row contains (";
    pgcopy_slice value;

    for (size_t i = 0; i < copy->nplaces; i++) {
        value = (pgcopy_slice){NULL, 0};
        if (copy->places[i] != COPY_NO_PLACE)
            value = pgcopy_batch_value(batch, row, copy->places[i]);
        text_add_detail(err, before, strlen(before));
        detail_value(err, value);
        before = ", ";
    }
    text_add_detail(err, ").", 2);
}

/* A row of its own, printed as COPY TO would print it; NULL: no memory for that. */
static pgcopy_batch *printed_row(const pgcopy_copy *copy, const pgcopy_batch *batch, size_t row)
{
    pgcopy_batch *one = pgcopy_batch_new(0, NULL, &copy->allocator);
    size_t        at  = 0;

    if (one && pgcopy_batch_append(one, batch, row, 1) >= 0 &&
        pgcopy_types_print_in(copy->columns, one, &at, copy->datestyle, copy->when.zone) >= 0)
        return one;
    pgcopy_batch_free(one);
    return NULL;
}

/* Where PostgreSQL would show a default that only the database can work out, there is none. */
void context_failing_row(const pgcopy_copy *copy, pgcopy_error *err, const pgcopy_batch *batch,
                         size_t row)
{
    pgcopy_batch *one;

    err->detail[0] = err->detail_more[0] = '\0';
    for (size_t i = 0; i < copy->nplaces; i++)
        if (!is_known(copy, batch, row, i))
            return;
    one = printed_row(copy, batch, row);
    detail_row(copy, err, one ? one : batch, one ? 0 : row);
    pgcopy_batch_free(one);
}
