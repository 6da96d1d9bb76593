/* session/describe.c - what a statement or a portal is: ParameterDescription, and
   RowDescription or NoData (protocol 54.2.3). */
#include "session/describe.h"

#include "session/extended.h"
#include "session/portals.h"
#include "session/tx.h"
#include "session/verbs.h"

static void write_parameters(pgcopy_session *s)
{
    if (s->work->query.described)
        pgcopy_write_parameters(send_out(s), s->work->query.described->types);
}

static void write_columns(pgcopy_session *s, const pgcopy_columns *cols)
{
    const struct portal *p = s->work->query.portal;
    size_t               n = cols ? pgcopy_columns_count(cols) : 0;
    int16_t             *formats;

    if (!n) {
        pgcopy_write_empty(send_out(s), 'n');
        return;
    }
    if (!p || !p->nformats) {
        pgcopy_write_columns(send_out(s), cols, NULL);
        return;
    }
    formats = mem_new(&s->allocator, n * sizeof *formats);
    if (!formats) {
        run_no_memory(s);
        return;
    }
    for (size_t i = 0; i < n; i++)
        formats[i] = extended_format(p->formats, p->nformats, i);
    pgcopy_write_columns(send_out(s), cols, formats);
    mem_free(&s->allocator, formats, n * sizeof *formats);
}

static pgcopy_status describe_own(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    pgcopy_columns *cols = verbs_columns(s, stmt);

    if (!cols)
        return PGCOPY_ERR_NOMEM;
    write_parameters(s);
    write_columns(s, cols);
    pgcopy_columns_free(cols);
    return PGCOPY_OK;
}

/* COPY, transactions and settings give no rows, and an empty query has nothing. */
pgcopy_status describe(pgcopy_session *s, struct prepared *statement, struct portal *portal,
                       pgcopy_error *err)
{
    const pgcopy_stmt *stmt = statement ? statement->stmt : portal->pub.stmt;
    pgcopy_status      rc;

    s->work->query.described = statement;
    s->work->query.portal    = portal;
    if (stmt && verbs_give_rows(stmt->verb))
        return describe_own(s, stmt);
    if (!stmt || stmt->verb != PGCOPY_VERB_OTHER) {
        write_parameters(s);
        pgcopy_write_empty(send_out(s), 'n');
        return PGCOPY_OK;
    }
    rc = tx_allows_parse(s, stmt, err);
    if (rc == PGCOPY_OK)
        s->work->query.step = RUN_DESCRIBE;
    return rc;
}

void describe_post(pgcopy_session *s)
{
    const struct prepared *p = s->work->query.described;

    event_post(s, PGCOPY_EVENT_DESCRIBE);
    s->event.stmt = p ? p->stmt : s->work->query.portal->pub.stmt;
}

/* The client's own declaration wins, as it does in PostgreSQL. */
pgcopy_status describe_parameters(pgcopy_session *s, const pgcopy_columns *params)
{
    struct prepared *p =
        s->work->query.described ? s->work->query.described : s->work->query.portal->prepared;
    const pgcopy_column *known, *col;
    pgcopy_columns      *types = pgcopy_columns_new(&s->allocator);

    for (size_t i = 0; types && (known = pgcopy_columns_at(p->types, i)); i++) {
        col = pgcopy_columns_at(params, i);
        if (!pgcopy_columns_add(types, known->name,
                                known->type || !col ? known->type : col->type)) {
            pgcopy_columns_free(types);
            return PGCOPY_ERR_NOMEM;
        }
    }
    if (!types)
        return PGCOPY_ERR_NOMEM;
    prepared_set_types(s, p, types);
    return PGCOPY_OK;
}

/* What nobody has typed is text, as a bare $1 is in PostgreSQL. */
static pgcopy_status type_the_rest(pgcopy_session *s, struct prepared *p)
{
    pgcopy_columns *text = pgcopy_columns_new(&s->allocator);
    size_t          n    = pgcopy_columns_count(p->types);
    pgcopy_status   rc   = text ? PGCOPY_OK : PGCOPY_ERR_NOMEM;

    for (size_t i = 0; rc == PGCOPY_OK && i < n; i++)
        if (!pgcopy_columns_add(text, "", PGCOPY_OID_TEXT))
            rc = PGCOPY_ERR_NOMEM;
    if (rc == PGCOPY_OK)
        rc = describe_parameters(s, text);
    pgcopy_columns_free(text);
    return rc;
}

void describe_columns(pgcopy_session *s, const pgcopy_columns *cols)
{
    if (s->work->query.described && type_the_rest(s, s->work->query.described) < 0) {
        run_no_memory(s);
        return;
    }
    write_parameters(s);
    write_columns(s, cols);
    s->work->query.step = RUN_IDLE;
}
