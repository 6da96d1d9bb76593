/*
 * copy/rows.c - judges rows as they are completed, one by one: the first bad row is the one
 * that PostgreSQL reports, and in it a bad value comes before NOT NULL.
 *
 *   decoded rows --> types --> NOT NULL --> cancel?      refused: ON_ERROR ignore takes the row
 *                                                         out, else the COPY has failed
 */
#include "copy/copy.h"

#include "batch/block.h"
#include "types/rows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- NOT NULL ----------------------------------------------------------------------- */

/* The first column of the relation that may not be NULL and is in this row; count: none. Behind
   WHERE the database looks, because a row that is left out breaks nothing. */
static size_t null_column(const pgcopy_copy *copy, const pgcopy_batch *batch, size_t row)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);
    size_t             i = copy->stmt->where ? copy->nplaces : 0;

    for (; i < copy->nplaces; i++) {
        const pgcopy_column *col   = pgcopy_columns_at(copy->relation, i);
        uint32_t             place = copy->places[i];

        if (!col->not_null)
            continue;
        if (place == COPY_NO_PLACE && !col->has_default && !col->generated)
            break;
        if (place != COPY_NO_PLACE && v->fields[row * v->ncols + place].len == PGCOPY_NULL)
            break;
    }
    return i;
}

/* ExecConstraints, with the fields that errtablecol() adds. */
static pgcopy_status null_refused(pgcopy_copy *copy, const pgcopy_batch *batch, size_t row,
                                  size_t column, pgcopy_buf *out)
{
    pgcopy_error *err = &copy->error;
    const char   *name;

    assert(column < copy->nplaces);
    name = pgcopy_columns_at(copy->relation, column)->name;
    pgcopy_error_set(
        err, "23502",
        "null value in column \"%s\" of relation \"%s\" violates not-null constraint", name,
        copy->stmt->table);
    err->row = (uint32_t)row + 1;
    context_failing_row(copy, err, batch, row);
    context_row(copy, err, batch, row);
    text_add(err->column, sizeof err->column, name, strlen(name));
    text_add(err->table, sizeof err->table, copy->stmt->table, strlen(copy->stmt->table));
    if (copy->stmt->schema)
        text_add(err->schema, sizeof err->schema, copy->stmt->schema,
                 strlen(copy->stmt->schema));
    if (copy->format.ignore_refused)
        return copy_skip_refused(copy, context_line_of(batch, row), out);
    return copy_failed(copy, PGCOPY_ERR_SQL, out);
}

/* Rows that the types have passed: text has been through its own NOT NULL check there, so only
   the first one need be looked at, for a column that is not in the COPY at all.  Rows that are
   taken out make *to less; it is the row that fails the COPY, if one does. */
static pgcopy_status judge_nulls(pgcopy_copy *copy, pgcopy_batch *batch, size_t from,
                                 size_t *to, pgcopy_buf *out)
{
    bool          binary = copy->format.kind == PGCOPY_FORMAT_BINARY;
    size_t        column;
    pgcopy_status rc;

    for (size_t row = from; row < *to && (binary || row == from);) {
        column = null_column(copy, batch, row);
        if (column == copy->nplaces) {
            row++;
            continue;
        }
        rc = null_refused(copy, batch, row, column, out);
        if (rc < 0) {
            *to = row;
            return rc;
        }
        batch_remove_row(batch, row);
        --*to;
    }
    return PGCOPY_OK;
}

/* ---- Values ------------------------------------------------------------------------- */

/* Names among the columns of a COPY are unique (42701). */
static pgcopy_slice value_of(const pgcopy_copy *copy, size_t first, const pgcopy_batch *batch,
                             size_t row)
{
    size_t column = check_column_named(copy->columns, copy->error.column);

    return pgcopy_batch_value(batch, row, column - first);
}

/* A conversion error; the name of its column goes into CONTEXT alone.  json has a line of its
   own there, which comes first. */
static void place_value_error(pgcopy_copy *copy, uint64_t line, pgcopy_slice value)
{
    pgcopy_error *err = &copy->error;
    char          column[sizeof err->column], inner[sizeof err->where];

    memcpy(column, err->column, sizeof column);
    memcpy(inner, err->where, sizeof inner);
    err->column[0] = '\0';
    context_value(copy, err, line, column, value);
    if (inner[0]) {
        text_add(inner, sizeof inner, "\n", 1);
        text_add(inner, sizeof inner, err->where, strlen(err->where));
        memcpy(err->where, inner, sizeof inner);
    }
}

/* The words of PostgreSQL 17 and later, for a row that is left out because of a value. */
static pgcopy_status skip_value(pgcopy_copy *copy, uint64_t line, const char *column,
                                pgcopy_slice value, pgcopy_buf *out)
{
    char text[sizeof copy->error.message] = "";

    snprintf(text, sizeof text,
             "skipping row due to data type incompatibility at line %" PRIu64
             " for column \"%s\": \"",
             line, column);
    text_add_clipped(text, sizeof text, value);
    text_add(text, sizeof text, "\"", 1);
    return copy_skip_row(copy, text, out);
}

/* The batch has the columns from `first` on.  The types know no relation, so for NOT NULL only
   their verdict is taken.  That is no matter of ON_ERROR, which is for conversions. */
static pgcopy_status row_refused(pgcopy_copy *copy, size_t first, const pgcopy_batch *batch,
                                 size_t row, uint64_t line, pgcopy_status rc, pgcopy_buf *out)
{
    pgcopy_slice value;
    char         column[sizeof copy->error.column];

    if (rc != PGCOPY_ERR_SQL)
        return copy_failed_status(copy, rc, out);
    if (strcmp(copy->error.sqlstate, "23502") == 0)
        return null_refused(copy, batch, row, null_column(copy, batch, row), out);
    value = value_of(copy, first, batch, row);
    memcpy(column, copy->error.column, sizeof column);
    place_value_error(copy, line, value);
    if (copy->format.ignore_errors)
        return skip_value(copy, line, column, value, out);
    return copy_failed(copy, rc, out);
}

/* ---- Cancel ------------------------------------------------------------------------- */

/* CHECK_FOR_INTERRUPTS() comes once a row, when its line is still there to be shown. */
static pgcopy_status look_at_interrupt(pgcopy_copy *copy, const pgcopy_batch *batch, size_t row,
                                       pgcopy_buf *out)
{
    if (!copy->interrupt)
        return PGCOPY_OK;
    copy->error = *copy->interrupt;
    context_row(copy, &copy->error, batch, row);
    return copy_failed(copy, PGCOPY_ERR_SQL, out);
}

/* ---- Rows --------------------------------------------------------------------------- */

/* On to the first row that is refused. */
static pgcopy_status check_types(pgcopy_copy *copy, pgcopy_batch *batch, size_t *row)
{
    if (copy->columns && copy->format.kind == PGCOPY_FORMAT_BINARY)
        return pgcopy_types_to_text(copy->columns, batch, row, &copy->error);
    if (copy->columns)
        return pgcopy_types_check(copy->columns, batch, row, &copy->error);
    *row = pgcopy_batch_view(batch)->nrows;
    return PGCOPY_OK;
}

/* Rows from..to have good values.  The first of them is where a cancel is noticed. */
static pgcopy_status rows_passed(pgcopy_copy *copy, pgcopy_batch *batch, size_t from,
                                 size_t *to, pgcopy_buf *out)
{
    pgcopy_status rc = judge_nulls(copy, batch, from, to, out);

    if (rc < 0 || from == *to)
        return rc;
    rc = look_at_interrupt(copy, batch, from, out);
    if (rc < 0)
        *to = from;
    return rc;
}

/* From refused row to refused row.  Those between are counted as PostgreSQL counts
   tuples_processed: also before the one that fails the COPY. */
pgcopy_status rows_judge(pgcopy_copy *copy, pgcopy_batch *batch, size_t row, pgcopy_buf *out)
{
    for (;;) {
        size_t        from    = row;
        pgcopy_status checked = check_types(copy, batch, &row);
        pgcopy_status rc      = rows_passed(copy, batch, from, &row, out);

        copy->progress.rows += row - from;
        if (rc == PGCOPY_OK && checked < 0)
            rc = row_refused(copy, 0, batch, row, context_line_of(batch, row), checked, out);
        if (rc == PGCOPY_OK && checked < 0)
            rc = look_at_interrupt(copy, batch, row, out);
        if (rc < 0 || checked == PGCOPY_OK)
            return rc;
        batch_remove_row(batch, row);
    }
}

/* ---- The fields of a row that is not whole ------------------------------------------ */

/* The open row is the decoder's, so its fields are judged in a batch of their own, which is
   kept: binary data may end in the middle of a row with every message. */
static pgcopy_status put_part(pgcopy_copy *copy, const pgcopy_batch *batch, size_t from,
                              size_t to)
{
    const pgcopy_field *f = batch->fields + (size_t)batch->view.nrows * batch->view.ncols;
    pgcopy_status       rc;

    if (!copy->part)
        copy->part = pgcopy_batch_new(0, NULL, &copy->allocator);
    if (!copy->part)
        return PGCOPY_ERR_NOMEM;
    pgcopy_batch_clear(copy->part);
    for (size_t i = from; i < to; i++)
        (void)pgcopy_batch_put(copy->part, batch->view.bytes + f[i].start, f[i].len);
    rc = pgcopy_batch_end_row(copy->part);
    return rc < 0 ? rc : PGCOPY_OK;
}

/* NOT NULL is left out: it would come behind the missing column. */
static pgcopy_status judge_fields(pgcopy_copy *copy, const pgcopy_batch *batch, size_t from,
                                  size_t to, pgcopy_buf *out)
{
    bool          binary = copy->format.kind == PGCOPY_FORMAT_BINARY;
    pgcopy_status rc     = put_part(copy, batch, from, to);

    if (rc == PGCOPY_OK)
        rc = types_judge_part(copy->columns, from, binary, copy->part, &copy->error);
    if (rc == PGCOPY_OK)
        return PGCOPY_OK;
    rc = row_refused(copy, from, copy->part, 0, pgcopy_decoder_line(copy->decoder), rc, out);
    return rc == PGCOPY_OK ? PGCOPY_AGAIN : rc;
}

pgcopy_status rows_judge_short(pgcopy_copy *copy, const pgcopy_batch *batch, pgcopy_buf *out)
{
    size_t n    = batch->nfields - (size_t)batch->view.nrows * batch->view.ncols;
    size_t from = copy->format.kind == PGCOPY_FORMAT_BINARY ? copy->judged : 0;

    copy->judged = n;
    if (!copy->columns || from >= n)
        return PGCOPY_OK;
    return judge_fields(copy, batch, from, n, out);
}
