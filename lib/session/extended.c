/* session/extended.c - the messages of extended query: Parse, Bind, Describe, Execute, Close.
 */
#include "session/extended.h"

#include "base/utf8.h"
#include "session/describe.h"
#include "session/portals.h"
#include "session/tx.h"

#include <stdio.h>
#include <string.h>

pgcopy_status extended_short(pgcopy_error *err)
{
    return pgcopy_error_text(err, "08P01", "insufficient data left in message");
}

static pgcopy_status bad_string(pgcopy_error *err)
{
    return pgcopy_error_text(err, "08P01", "invalid string in message");
}

pgcopy_status extended_bad_end(pgcopy_error *err)
{
    return pgcopy_error_text(err, "08P01", "invalid message format");
}

int16_t extended_format(const int16_t *formats, size_t n, size_t i)
{
    return n == 0 ? 0 : n == 1 ? formats[0] : i < n ? formats[i] : 0;
}

static void begin(pgcopy_session *s)
{
    s->state       = STATE_RUN;
    s->work->query = (struct session_query){.step = RUN_IDLE, .extended = true};
    s->statements++;
}

static void end(pgcopy_session *s, pgcopy_status rc, const pgcopy_error *err)
{
    if (rc == PGCOPY_ERR_SQL)
        run_fail(s, err);
    else if (rc < 0)
        run_no_memory(s);
}

static pgcopy_status no_statement(const char *name, pgcopy_error *err)
{
    if (!*name)
        return pgcopy_error_text(err, "26000", "unnamed prepared statement does not exist");
    return pgcopy_error_set(err, "26000", "prepared statement \"%s\" does not exist", name);
}

static pgcopy_status no_portal(const char *name, pgcopy_error *err)
{
    return pgcopy_error_set(err, "34000", "portal \"%s\" does not exist", name);
}

static pgcopy_status no_room(pgcopy_error *err)
{
    return pgcopy_error_text(err, "53200",
                             "too much memory is used by prepared statements and portals");
}

/* ---- Parse -------------------------------------------------------------------------- */

static pgcopy_status parse_one(pgcopy_session *s, const char *sql, pgcopy_stmt **stmt,
                               pgcopy_error *err)
{
    pgcopy_slice  text   = {(const uint8_t *)sql, strlen(sql)};
    pgcopy_stmt  *second = NULL;
    size_t        pos    = 0;
    pgcopy_status rc;

    rc = pgcopy_stmt_parse(text, &pos, &s->allocator, stmt, err);
    query_notices(s, sql, rc == PGCOPY_ERR_SQL ? err->position : 0);
    if (rc != PGCOPY_OK)
        return rc == PGCOPY_END ? PGCOPY_OK : rc;
    rc = pgcopy_stmt_parse(text, &pos, &s->allocator, &second, err);
    if (rc == PGCOPY_END)
        return PGCOPY_OK;
    pgcopy_stmt_free(second);
    return rc < 0 ? rc
                  : pgcopy_error_text(err, "42601",
                                      "cannot insert multiple commands into a prepared "
                                      "statement");
}

static pgcopy_status add_type(struct prepared *p, uint32_t number, uint32_t type)
{
    char name[16];

    snprintf(name, sizeof name, "$%u", (unsigned)number);
    return pgcopy_columns_add(p->types, name, type) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

/* The message is read to its end before anything is made of it. */
static pgcopy_status types_fit(pgcopy_slice body, pgcopy_error *err)
{
    int16_t n = 0;

    if (!pgcopy_take_i16(&body, &n) || n < 0 || body.len < 4 * (size_t)n)
        return extended_short(err);
    return body.len > 4 * (size_t)n ? extended_bad_end(err) : PGCOPY_OK;
}

/* $1 .. as Parse declares them; what it leaves out is not known. */
static pgcopy_status read_types(pgcopy_session *s, pgcopy_slice body, struct prepared *p)
{
    uint32_t      used = p->stmt ? p->stmt->nparams : 0, i = 0;
    int16_t       n = 0;
    int32_t       oid;
    pgcopy_status rc = PGCOPY_OK;

    prepared_set_types(s, p, pgcopy_columns_new(&s->allocator));
    if (!p->types || !pgcopy_take_i16(&body, &n))
        return PGCOPY_ERR_NOMEM;
    while (rc == PGCOPY_OK && i < (uint32_t)n && pgcopy_take_i32(&body, &oid))
        rc = add_type(p, ++i, (uint32_t)oid);
    while (rc == PGCOPY_OK && i < used)
        rc = add_type(p, ++i, 0);
    return rc;
}

/* What was unnamed before is gone even if nothing can take its place. */
static pgcopy_status prepare(pgcopy_session *s, const char *name, const char *sql,
                             pgcopy_slice types, pgcopy_error *err)
{
    size_t           size = sizeof(struct prepared) + 2 * strlen(sql) + types.len;
    struct prepared *old  = prepared_find(s, name), *p;
    pgcopy_stmt     *stmt = NULL;
    pgcopy_status    rc;

    if (old && !*name)
        prepared_drop(s, old);
    rc = parse_one(s, sql, &stmt, err);
    if (rc == PGCOPY_OK && stmt)
        rc = tx_allows_parse(s, stmt, err);
    if (rc == PGCOPY_OK && old && *name)
        rc = pgcopy_error_set(err, "42P05", "prepared statement \"%s\" already exists", name);
    if (rc == PGCOPY_OK && !portals_have_room(s, size))
        rc = no_room(err);
    p = rc == PGCOPY_OK ? prepared_add(s, name, size) : NULL;
    if (!p) {
        pgcopy_stmt_free(stmt);
        return rc == PGCOPY_OK ? PGCOPY_ERR_NOMEM : rc;
    }
    p->stmt = stmt;
    rc      = read_types(s, types, p);
    if (rc < 0)
        prepared_drop(s, p);
    return rc;
}

void extended_parse(pgcopy_session *s, pgcopy_slice body)
{
    const char   *name, *sql;
    pgcopy_error  err;
    pgcopy_status rc;

    begin(s);
    if (!pgcopy_take_str(&body, &name) || !pgcopy_take_str(&body, &sql))
        rc = bad_string(&err);
    else
        rc = types_fit(body, &err);
    if (rc == PGCOPY_OK)
        rc = utf8_judge(sql, strlen(sql), &err);
    if (rc == PGCOPY_OK)
        rc = prepare(s, name, sql, body, &err);
    if (rc == PGCOPY_OK)
        pgcopy_write_empty(send_out(s), '1');
    end(s, rc, &err);
}

/* ---- Bind --------------------------------------------------------------------------- */

static pgcopy_status bind(pgcopy_session *s, const char *name, const char *statement,
                          pgcopy_slice *body, pgcopy_error *err)
{
    struct prepared *of   = prepared_find(s, statement);
    struct portal   *old  = portal_find(s, name), *p;
    size_t           size = sizeof *p + 2 * body->len;
    pgcopy_status    rc;

    if (!of)
        return no_statement(statement, err);
    rc = bind_counts(of, *body, err);
    if (rc == PGCOPY_OK)
        rc = tx_allows_parse(s, of->stmt, err);
    if (rc < 0)
        return rc;
    if (old && *name)
        return pgcopy_error_set(err, "42P03", "cursor \"%s\" already exists", name);
    if (old)
        portal_end(old);
    if (!portals_have_room(s, size))
        return no_room(err);
    p = portal_add(s, name, of, size);
    if (!p)
        return PGCOPY_ERR_NOMEM;
    rc = bind_read(s, p, body, err);
    if (rc == PGCOPY_OK && body->len)
        rc = extended_bad_end(err);
    p->dying = rc < 0;
    return rc;
}

void extended_bind(pgcopy_session *s, pgcopy_slice body)
{
    const char   *portal, *statement;
    pgcopy_error  err;
    pgcopy_status rc;

    begin(s);
    if (!pgcopy_take_str(&body, &portal) || !pgcopy_take_str(&body, &statement))
        rc = bad_string(&err);
    else
        rc = bind(s, portal, statement, &body, &err);
    if (rc == PGCOPY_OK)
        pgcopy_write_empty(send_out(s), '2');
    end(s, rc, &err);
}

/* ---- Describe, Close: of a statement S or a portal P -------------------------------- */

static pgcopy_status take_target(pgcopy_slice *body, int8_t *kind, const char **name,
                                 const char *what, pgcopy_error *err)
{
    if (!pgcopy_take_i8(body, kind))
        return extended_short(err);
    if (!pgcopy_take_str(body, name))
        return bad_string(err);
    if (body->len)
        return extended_bad_end(err);
    if (*kind != 'S' && *kind != 'P')
        return pgcopy_error_set(err, "08P01", "invalid %s message subtype %d", what, *kind);
    return PGCOPY_OK;
}

void extended_describe(pgcopy_session *s, pgcopy_slice body)
{
    const char      *name;
    int8_t           kind;
    pgcopy_error     err;
    struct prepared *statement = NULL;
    struct portal   *portal    = NULL;
    pgcopy_status    rc        = take_target(&body, &kind, &name, "DESCRIBE", &err);

    begin(s);
    if (rc == PGCOPY_OK && kind == 'S' && !(statement = prepared_find(s, name)))
        rc = no_statement(name, &err);
    else if (rc == PGCOPY_OK && kind == 'P' && !(portal = portal_find(s, name)))
        rc = no_portal(name, &err);
    if (rc == PGCOPY_OK)
        rc = describe(s, statement, portal, &err);
    end(s, rc, &err);
}

void extended_close(pgcopy_session *s, pgcopy_slice body)
{
    const char      *name;
    int8_t           kind;
    pgcopy_error     err;
    struct prepared *statement;
    struct portal   *portal;
    pgcopy_status    rc = take_target(&body, &kind, &name, "CLOSE", &err);

    begin(s);
    if (rc == PGCOPY_OK && kind == 'S' && (statement = prepared_find(s, name)))
        prepared_drop(s, statement);
    else if (rc == PGCOPY_OK && kind == 'P' && (portal = portal_find(s, name)))
        portal_end(portal);
    if (rc == PGCOPY_OK)
        pgcopy_write_empty(send_out(s), '3');
    end(s, rc, &err);
}

/* ---- Execute ------------------------------------------------------------------------ */

/* A result that is at its end has no more rows; anything else runs once (protocol 54.2.3). */
static pgcopy_status execute_again(pgcopy_session *s, const struct portal *p, pgcopy_error *err)
{
    if (!p->columns)
        return pgcopy_error_set(err, "55000", "portal \"%s\" cannot be run", p->name);
    if (p->pub.stmt->verb == PGCOPY_VERB_SHOW)
        pgcopy_write_complete(send_out(s), "SHOW", PGCOPY_NO_COUNT);
    else
        pgcopy_write_complete(send_out(s), "SELECT", 0);
    return PGCOPY_OK;
}

static pgcopy_status execute(pgcopy_session *s, struct portal *p, int32_t limit,
                             pgcopy_error *err)
{
    if (!p->pub.stmt) {
        pgcopy_write_empty(send_out(s), 'I');
        return PGCOPY_OK;
    }
    if (p->done)
        return execute_again(s, p, err);
    s->work->query.portal = p;
    s->work->query.limit  = limit > 0 ? (uint64_t)limit : 0;
    if (p->open || p->answer) {
        run_tag(s, p->pub.stmt->tag);
        s->work->query.step = RUN_ROWS;
    } else {
        run_choose(s);
    }
    return PGCOPY_OK;
}

void extended_execute(pgcopy_session *s, pgcopy_slice body)
{
    const char    *name;
    int32_t        limit;
    pgcopy_error   err;
    struct portal *p;
    pgcopy_status  rc = PGCOPY_OK;

    begin(s);
    if (!pgcopy_take_str(&body, &name))
        rc = bad_string(&err);
    else if (!pgcopy_take_i32(&body, &limit))
        rc = extended_short(&err);
    else if (body.len)
        rc = extended_bad_end(&err);
    else if (!(p = portal_find(s, name)))
        rc = no_portal(name, &err);
    else
        rc = execute(s, p, limit, &err);
    end(s, rc, &err);
}
