/* session/result.c - rows on their way to the client: of a statement, or of COPY TO. */
#include "session/result.h"

#include "session/copyin.h"
#include "session/extended.h"
#include "session/timezone.h"
#include "session/tx.h"

enum { ROWS_DEFAULT = 1024 };

enum which { ALL = -1, TEXT = 0, BINARY = 1 };

/* Only what decides over a value's form is kept; NOT NULL is no law for a result.  which: the
   types of the columns that go as text or as binary, the others stay as they are. */
static pgcopy_columns *clone(const pgcopy_session *s, const pgcopy_columns *cols,
                             enum which which)
{
    const struct portal *p    = s->work->query.portal;
    pgcopy_columns      *copy = pgcopy_columns_new(&s->allocator);
    const pgcopy_column *from;

    for (size_t i = 0; copy && (from = pgcopy_columns_at(cols, i)); i++) {
        bool use = which == ALL || extended_format(p->formats, p->nformats, i) == which;
        pgcopy_column *to = pgcopy_columns_add(copy, from->name, use ? from->type : 0);
        if (!to) {
            pgcopy_columns_free(copy);
            return NULL;
        }
        to->typmod = from->typmod;
    }
    return copy;
}

/* In extended query RowDescription is Describe's. */
static void begin(pgcopy_session *s)
{
    s->work->query.step = RUN_ROWS;
    if (!s->work->query.extended)
        pgcopy_write_columns(send_out(s), s->work->query.portal->columns, NULL);
}

void result_begin(pgcopy_session *s, const pgcopy_columns *cols)
{
    struct portal *p = s->work->query.portal;

    p->open    = true;
    p->columns = clone(s, cols, ALL);
    if (p->columns)
        begin(s);
    else
        run_no_memory(s);
}

void result_answer(pgcopy_session *s, pgcopy_columns *cols, pgcopy_batch *rows)
{
    s->work->query.portal->columns = cols;
    s->work->query.portal->answer  = rows;
    begin(s);
}

static void tell_answer(pgcopy_session *s)
{
    struct session_query *q    = &s->work->query;
    struct portal        *p    = q->portal;
    size_t                left = pgcopy_batch_view(p->answer)->nrows - p->told;

    if (!left) {
        run_done(s, q->rows);
        return;
    }
    if (q->limit && left > q->limit)
        left = (size_t)q->limit;
    for (q->rows += left; left; left--)
        pgcopy_write_row(send_out(s), p->answer, p->told++);
}

void result_begin_copy(pgcopy_session *s, const pgcopy_columns *cols)
{
    pgcopy_status rc;

    s->work->query.portal->open = true;
    s->work->query.step         = RUN_ROWS;
    if (!copyin_new(s))
        return;
    rc = pgcopy_copy_resolve(s->work->copy.copy, cols, tx_now(s), send_out(s));
    if (rc >= 0)
        rc = pgcopy_copy_begin(s->work->copy.copy, send_out(s));
    if (rc < 0)
        copyin_failed(s);
}

/* The row limit of Execute does not hold for COPY TO (copy-semantics, extended specifics). */
static bool is_suspended(pgcopy_session *s)
{
    struct session_query *q = &s->work->query;

    if (!q->limit || q->rows < q->limit || s->work->copy.copy)
        return false;
    pgcopy_write_empty(send_out(s), 's');
    q->step = RUN_IDLE;
    return true;
}

void result_more(pgcopy_session *s)
{
    struct session_query *q   = &s->work->query;
    size_t                max = s->limits.rows ? s->limits.rows : ROWS_DEFAULT;
    pgcopy_error          err;

    if (s->cancel) {
        run_cancelled(s, &err);
        run_fail(s, &err);
        return;
    }
    if (is_suspended(s))
        return;
    if (q->portal->answer) {
        tell_answer(s);
        return;
    }
    if (q->limit && q->limit - q->rows < max && !s->work->copy.copy)
        max = (size_t)(q->limit - q->rows);
    event_post(s, PGCOPY_EVENT_WANT_ROWS);
    s->event.portal   = &q->portal->pub;
    s->event.max_rows = max;
}

/* A value that is not of its column's type (SQLite lets it be so) goes as the database has it.
 */
static pgcopy_status canonical(pgcopy_session *s, pgcopy_batch *batch)
{
    pgcopy_error  err;
    size_t        row = 0;
    pgcopy_status rc;

    while ((rc = pgcopy_types_check(s->work->query.portal->columns, batch, &row, &err)) ==
           PGCOPY_ERR_SQL)
        row++;
    return rc;
}

static pgcopy_status print(pgcopy_session *s, const pgcopy_columns *cols, pgcopy_batch *batch)
{
    size_t      row = 0;
    pgcopy_when when;
    pgcopy_zone room;

    timezone_now(s, &when, &room);
    return pgcopy_types_print_in(cols, batch, &row, settings_datestyle(&s->settings),
                                 when.zone);
}

/* Some columns as text, others as binary. */
static pgcopy_status print_mixed(pgcopy_session *s, pgcopy_batch *batch, pgcopy_error *err)
{
    const struct portal *p      = s->work->query.portal;
    size_t               row    = 0;
    pgcopy_columns      *binary = clone(s, p->columns, BINARY);
    pgcopy_columns      *text   = clone(s, p->columns, TEXT);
    pgcopy_status        rc     = binary && text ? PGCOPY_OK : PGCOPY_ERR_NOMEM;

    if (rc == PGCOPY_OK)
        rc = print(s, text, batch);
    if (rc == PGCOPY_OK)
        rc = pgcopy_types_to_binary(binary, batch, &row, err);
    pgcopy_columns_free(binary);
    pgcopy_columns_free(text);
    return rc;
}

static pgcopy_status to_formats(pgcopy_session *s, pgcopy_batch *batch, pgcopy_error *err)
{
    const struct portal *p  = s->work->query.portal;
    pgcopy_status        rc = canonical(s, batch);

    if (rc < 0)
        return rc;
    return p->nformats ? print_mixed(s, batch, err) : print(s, p->columns, batch);
}

void result_rows(pgcopy_session *s, pgcopy_batch *batch)
{
    size_t        n = pgcopy_batch_view(batch)->nrows;
    pgcopy_error  err;
    pgcopy_status rc;

    s->work->query.rows += n;
    if (s->work->copy.copy) {
        if (pgcopy_copy_rows(s->work->copy.copy, batch, send_out(s)) < 0)
            copyin_failed(s);
        return;
    }
    rc = to_formats(s, batch, &err);
    if (rc == PGCOPY_ERR_SQL)
        run_fail(s, &err);
    else if (rc < 0)
        run_no_memory(s);
    for (size_t row = 0; rc == PGCOPY_OK && row < n; row++)
        pgcopy_write_row(send_out(s), batch, row);
}
