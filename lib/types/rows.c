/*
 * types/rows.c - a batch goes through its types: row by row, because the first bad row is the
 * one that PostgreSQL reports, and within it the first bad column.
 */
#include <pgcopy/types.h>

#include "types/plain.h"
#include "types/quick.h"
#include "types/rows.h"
#include "types/type.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

enum { PLANNED = 64 }; /* columns looked up once a call; those behind, as they come */
enum { TOGETHER = 256, FEW = 16 }; /* rows whose columns are looked at as wholes */

enum way { CHECK, TO_TEXT, TO_BINARY, PRINT };

struct column_plan {
    const pgcopy_column *column;
    const struct type   *type;
    quick_step          *quick; /* NULL: none, or it would do nothing                */
    type_step           *step;  /* NULL: nothing to do                               */
    bool                 plain; /* nothing to do for the values of the rows at hand  */
};

struct walk {
    const pgcopy_columns *cols;
    size_t                first; /* of them, that the batch begins with */
    pgcopy_batch         *batch;
    pgcopy_error         *err;
    enum way              way;
    bool                  nulls; /* NOT NULL is judged        */
    struct date_rules     dates;
    struct column_plan    plans[PLANNED];
};

/* ---- What to do with a column -------------------------------------------------------- */

/* Canonical text is what most types print. */
static type_step *print_step(const struct type *type, const struct date_rules *dates)
{
    bool iso = dates->style.style == PGCOPY_DATE_STYLE_ISO;

    switch (type->id.oid) {
    case PGCOPY_OID_BPCHAR:
        return bpchar_pad;
    case PGCOPY_OID_DATE:
    case PGCOPY_OID_TIMESTAMP:
        return iso ? NULL : type->check;
    case PGCOPY_OID_TIMESTAMPTZ:
        return iso && !dates->into ? NULL : type->check;
    default:
        return NULL;
    }
}

static type_step *step_of(const struct walk *w, const struct type *type)
{
    switch (w->way) {
    case CHECK:
        return type->check;
    case TO_TEXT:
        return type->to_text;
    case TO_BINARY:
        return type->to_binary;
    case PRINT:
        return print_step(type, &w->dates);
    }
    return NULL;
}

static quick_step *quick_of(const struct walk *w, uint32_t type)
{
    return w->way == TO_BINARY ? quick_to_binary(type)
           : w->way == TO_TEXT ? quick_to_text(type)
                               : NULL;
}

/* A type that is not built in has no steps. */
static struct column_plan plan_of(const struct walk *w, size_t col)
{
    const pgcopy_column *column = pgcopy_columns_at(w->cols, w->first + col);
    const struct type   *type   = type_find(column->type);

    return (struct column_plan){.column = column,
                                .type   = type,
                                .quick  = quick_of(w, column->type),
                                .step   = type ? step_of(w, type) : NULL};
}

static void plan_columns(struct walk *w)
{
    size_t n = w->batch->view.ncols;

    for (size_t col = 0; col < n && col < PLANNED; col++)
        w->plans[col] = plan_of(w, col);
}

/* ---- One value, one row -------------------------------------------------------------- */

/* The type words the error; where it is, is known here. */
static pgcopy_status refused(const struct walk *w, size_t row, const pgcopy_column *column,
                             pgcopy_status rc)
{
    if (rc == PGCOPY_ERR_SQL && w->err) {
        w->err->row       = (uint32_t)row + 1;
        w->err->column[0] = '\0';
        text_add(w->err->column, sizeof w->err->column, column->name, strlen(column->name));
    }
    return rc;
}

/* OK: it is done.  AGAIN: the step has to look at it. */
static pgcopy_status do_quickly(const struct walk *w, quick_step *quick, size_t at)
{
    pgcopy_batch *batch = w->batch;
    pgcopy_field *f     = &batch->fields[at];
    pgcopy_status rc    = batch_room_bytes(batch, QUICK_MAX); /* may move the block */
    uint8_t      *room;
    size_t        n;

    if (rc < 0)
        return rc;
    room = batch->block + BATCH_PAD + batch->used;
    n    = quick((pgcopy_slice){batch->view.bytes + f->start, f->len}, room);
    if (n == 0)
        return PGCOPY_AGAIN;
    *f = (pgcopy_field){(uint32_t)batch->used, (uint32_t)n};
    batch->used += n;
    return PGCOPY_OK;
}

/* The batch may move while a step works, so its field is written by place. */
static pgcopy_status do_step(const struct walk *w, const struct column_plan *plan, size_t at)
{
    pgcopy_field  f  = w->batch->fields[at];
    struct value  v  = {.in     = {w->batch->view.bytes + f.start, f.len},
                        .type   = plan->type,
                        .typmod = plan->column->typmod,
                        .batch  = w->batch,
                        .err    = w->err,
                        .dates  = &w->dates};
    pgcopy_status rc = plan->step(&v);

    if (rc == PGCOPY_OK && v.changed)
        w->batch->fields[at] = v.out;
    return rc == PGCOPY_ERR_SQL && w->way == PRINT ? PGCOPY_OK : rc;
}

static pgcopy_status do_value(const struct walk *w, const struct column_plan *plan, size_t at)
{
    pgcopy_status rc = plan->quick ? do_quickly(w, plan->quick, at) : PGCOPY_AGAIN;

    return rc == PGCOPY_AGAIN ? do_step(w, plan, at) : rc;
}

/* ExecConstraints comes after all input functions: a bad value wins over a NULL before it. */
static pgcopy_status judge_nulls(const struct walk *w, size_t row)
{
    size_t n = w->batch->view.ncols;

    for (size_t col = 0; col < n; col++) {
        const pgcopy_column *column = pgcopy_columns_at(w->cols, col);
        if (column->not_null && w->batch->fields[row * n + col].len == PGCOPY_NULL) {
            pgcopy_error_set(w->err, "23502",
                             "null value in column \"%s\" violates not-null constraint",
                             column->name);
            return refused(w, row, column, PGCOPY_ERR_SQL);
        }
    }
    return PGCOPY_OK;
}

/* NULLs are only noted: most rows have none in the wrong place. */
static pgcopy_status do_row(const struct walk *w, size_t row)
{
    const struct column_plan *plan;
    struct column_plan        late;
    size_t                    n     = w->batch->view.ncols;
    bool                      nulls = false;
    pgcopy_status             rc;

    for (size_t col = 0; col < n; col++) {
        uint32_t len = w->batch->fields[row * n + col].len;
        if (len > PGCOPY_LEN_MAX) {
            nulls |= len == PGCOPY_NULL;
            continue;
        }
        if (col >= PLANNED)
            late = plan_of(w, col);
        plan = col < PLANNED ? &w->plans[col] : &late;
        rc   = plan->step && !plan->plain ? do_value(w, plan, row * n + col) : PGCOPY_OK;
        if (rc < 0)
            return refused(w, row, plan->column, rc);
    }
    return nulls && w->nulls ? judge_nulls(w, row) : PGCOPY_OK;
}

/* ---- Whole columns ------------------------------------------------------------------- */

static struct plain_column column_from(const struct walk *w, size_t row, size_t n, size_t col,
                                       int32_t typmod)
{
    const pgcopy_view *v = &w->batch->view;

    return (struct plain_column){.bytes  = v->bytes,
                                 .fields = v->fields,
                                 .from   = row * v->ncols + col,
                                 .to     = (row + n) * v->ncols,
                                 .stride = v->ncols,
                                 .typmod = typmod};
}

/* A column that is good as it is needs no step; true: none needs one, and no NULL stands where
   none may. */
static bool are_plain(struct walk *w, size_t row, size_t n)
{
    bool               plain = true;
    struct column_plan late;

    for (size_t col = 0; col < w->batch->view.ncols; col++) {
        struct column_plan *plan = col < PLANNED ? &w->plans[col] : &late;
        struct plain_column column;
        if (col >= PLANNED)
            late = plan_of(w, col);
        column      = column_from(w, row, n, col, plan->column->typmod);
        plan->plain = !plan->step || plain_all(plan->column->type, &column);
        plain &= plan->plain;
        plain &= !(w->nulls && plan->column->not_null && plain_has_null(&column));
    }
    return plain;
}

/* Most results are printed as they are. */
static bool has_step(const struct walk *w)
{
    size_t n = pgcopy_columns_count(w->cols);

    for (size_t col = 0; col < n; col++)
        if (col < PLANNED ? w->plans[col].step : plan_of(w, col).step)
            return true;
    return false;
}

/* ---- The batch ----------------------------------------------------------------------- */

/* Up to `end`; *row stays at one that is refused. */
static pgcopy_status do_rows(const struct walk *w, size_t *row, size_t end)
{
    pgcopy_status rc = PGCOPY_OK;

    while (*row < end && rc == PGCOPY_OK) {
        rc = do_row(w, *row);
        *row += rc == PGCOPY_OK;
    }
    return rc;
}

/* A value that is not plain takes the rows around along: few, where such have been seen. */
static pgcopy_status check_rows(struct walk *w, size_t *row, size_t end)
{
    size_t        n  = TOGETHER;
    pgcopy_status rc = PGCOPY_OK;

    while (*row < end && rc == PGCOPY_OK) {
        n = n < end - *row ? n : end - *row;
        if (are_plain(w, *row, n)) {
            *row += n;
            n = n < TOGETHER / 2 ? 2 * n : TOGETHER;
        } else if (n > FEW) {
            n = FEW;
        } else {
            rc = do_rows(w, row, *row + n);
        }
    }
    return rc;
}

/* Settled in any case: rows before the bad one keep what they have. */
static pgcopy_status walk_rows(struct walk *w, size_t *row)
{
    size_t        before = w->batch->used, end = w->batch->view.nrows;
    pgcopy_status rc, settled;

    plan_columns(w);
    if (w->way == PRINT && !has_step(w)) {
        *row = end;
        return PGCOPY_OK;
    }
    rc      = w->way == CHECK ? check_rows(w, row, end) : do_rows(w, row, end);
    settled = batch_settle(w->batch, before);
    return rc < 0 ? rc : settled;
}

static pgcopy_status walk(struct walk *w, size_t *row)
{
    if (*row > w->batch->view.nrows)
        return PGCOPY_ERR_USAGE;
    if (*row == w->batch->view.nrows)
        return PGCOPY_OK;
    if (pgcopy_columns_count(w->cols) != w->batch->view.ncols)
        return PGCOPY_ERR_USAGE;
    return walk_rows(w, row);
}

static struct date_rules reading(const pgcopy_columns *cols)
{
    return (struct date_rules){.order = pgcopy_columns_date_order(cols),
                               .when  = *pgcopy_columns_when(cols)};
}

pgcopy_status pgcopy_types_check(const pgcopy_columns *cols, pgcopy_batch *batch, size_t *row,
                                 pgcopy_error *err)
{
    struct walk w = {.cols  = cols,
                     .batch = batch,
                     .err   = err,
                     .way   = CHECK,
                     .nulls = true,
                     .dates = reading(cols)};

    return walk(&w, row);
}

pgcopy_status pgcopy_types_to_text(const pgcopy_columns *cols, pgcopy_batch *batch, size_t *row,
                                   pgcopy_error *err)
{
    struct walk w = {.cols = cols, .batch = batch, .err = err, .way = TO_TEXT};

    return walk(&w, row);
}

pgcopy_status pgcopy_types_to_binary(const pgcopy_columns *cols, pgcopy_batch *batch,
                                     size_t *row, pgcopy_error *err)
{
    struct walk w = {
        .cols = cols, .batch = batch, .err = err, .way = TO_BINARY, .dates = reading(cols)};

    return walk(&w, row);
}

pgcopy_status pgcopy_types_print(const pgcopy_columns *cols, pgcopy_batch *batch, size_t *row,
                                 pgcopy_datestyle style)
{
    return pgcopy_types_print_in(cols, batch, row, style, NULL);
}

pgcopy_status pgcopy_types_print_in(const pgcopy_columns *cols, pgcopy_batch *batch,
                                    size_t *row, pgcopy_datestyle style,
                                    const pgcopy_zone *zone)
{
    struct walk w = {
        .cols = cols, .batch = batch, .way = PRINT, .dates = {.style = style, .into = zone}};

    return walk(&w, row);
}

pgcopy_status types_judge_part(const pgcopy_columns *cols, size_t first, bool binary,
                               pgcopy_batch *batch, pgcopy_error *err)
{
    size_t      row = 0;
    struct walk w   = {.cols  = cols,
                       .first = first,
                       .batch = batch,
                       .err   = err,
                       .way   = binary ? TO_TEXT : CHECK,
                       .dates = reading(cols)};

    assert(first + batch->view.ncols <= pgcopy_columns_count(cols));
    return walk_rows(&w, &row);
}
