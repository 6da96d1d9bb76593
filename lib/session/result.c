/* session/result.c - rows on their way to the client: of a statement, or of COPY TO. */
#include "session/result.h"

#include "session/copyin.h"
#include "session/tx.h"

enum { ROWS_DEFAULT = 1024 };

static pgcopy_columns *clone(const pgcopy_session *s, const pgcopy_columns *cols)
{
    pgcopy_columns      *copy = pgcopy_columns_new(&s->allocator);
    const pgcopy_column *from;

    for (size_t i = 0; copy && (from = pgcopy_columns_at(cols, i)); i++) {
        pgcopy_column *to = pgcopy_columns_add(copy, from->name, from->type);
        if (!to) {
            pgcopy_columns_free(copy);
            return NULL;
        }
        to->typmod = from->typmod;
    }
    return copy;
}

/* Only what decides over a value's canonical form is kept; NOT NULL is no law for a result. */
void result_begin(pgcopy_session *s, const pgcopy_columns *cols)
{
    s->query.result  = true;
    s->query.step    = RUN_ROWS;
    s->query.columns = clone(s, cols);
    if (!s->query.columns)
        query_no_memory(s);
    else
        pgcopy_write_columns(send_out(s), cols, NULL);
}

void result_begin_copy(pgcopy_session *s, const pgcopy_columns *cols)
{
    pgcopy_status rc;

    s->query.result = true;
    s->query.step   = RUN_ROWS;
    if (!copyin_new(s))
        return;
    rc = pgcopy_copy_resolve(s->copy.copy, cols, tx_now(s), send_out(s));
    if (rc >= 0)
        rc = pgcopy_copy_begin(s->copy.copy, send_out(s));
    if (rc < 0)
        copyin_failed(s);
}

void result_more(pgcopy_session *s)
{
    pgcopy_error err;

    if (s->cancel) {
        query_cancelled(s, &err);
        query_fail(s, &err);
        return;
    }
    event_post(s, PGCOPY_EVENT_WANT_ROWS);
    s->event.portal   = &s->portal;
    s->event.max_rows = s->limits.rows ? s->limits.rows : ROWS_DEFAULT;
}

/* A value that is not of its column's type (SQLite lets it be so) goes as the database has it.
 */
static pgcopy_status canonical(pgcopy_session *s, pgcopy_batch *batch)
{
    pgcopy_error  err;
    size_t        row = 0;
    pgcopy_status rc;

    while ((rc = pgcopy_types_check(s->query.columns, batch, &row, &err)) == PGCOPY_ERR_SQL)
        row++;
    return rc;
}

void result_rows(pgcopy_session *s, pgcopy_batch *batch)
{
    size_t n = pgcopy_batch_view(batch)->nrows;

    s->query.rows += n;
    if (s->copy.copy) {
        if (pgcopy_copy_rows(s->copy.copy, batch, send_out(s)) < 0)
            copyin_failed(s);
        return;
    }
    if (canonical(s, batch) < 0) {
        query_no_memory(s);
        return;
    }
    for (size_t row = 0; row < n; row++)
        pgcopy_write_row(send_out(s), batch, row);
}

void result_free(pgcopy_session *s)
{
    pgcopy_columns_free(s->query.columns);
    s->query.columns = NULL;
}
