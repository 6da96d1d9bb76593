/*
 * session/query.c - a simple query: a string of statements, one after the other
 * (protocol 54.2.2).
 *
 * The whole string is parsed before its first statement runs, as PostgreSQL does; a string of
 * many is then parsed again, one by one, so that memory depends on its length alone.
 */
#include "session/session.h"

#include "base/text.h"
#include "base/utf8.h"
#include "session/copyin.h"
#include "session/portals.h"
#include "stmt/longname.h"

#include <string.h>

/* ---- Memory ------------------------------------------------------------------------- */

static void drop_stmt(pgcopy_session *s)
{
    copyin_free(s);
    if (s->work->query.simple)
        portals_clear(s, s->work->query.simple);
    s->work->query.portal = NULL;
    pgcopy_stmt_free(s->work->query.stmt);
    s->work->query.stmt = NULL;
}

/* A portal, the string behind it. */
static size_t query_size(size_t sql_len)
{
    return sizeof(struct portal) + sql_len + 1;
}

void query_free(pgcopy_session *s)
{
    drop_stmt(s);
    mem_free(&s->allocator, s->work->query.simple, query_size(s->work->query.sql_len));
    s->work->query = (struct session_query){0};
}

/* ---- The start ---------------------------------------------------------------------- */

/* How many statements there are; a single one is kept.  ERR_SQL: a syntax error anywhere. */
static pgcopy_status count_stmts(pgcopy_session *s, pgcopy_error *err)
{
    struct session_query *q   = &s->work->query;
    pgcopy_slice          sql = {(uint8_t *)q->sql, q->sql_len};
    pgcopy_stmt          *stmt;
    pgcopy_status         rc;

    while ((rc = stmt_next(sql, &q->at, &s->allocator, &stmt, err)) == PGCOPY_OK) {
        pgcopy_stmt_free(q->parsed);
        q->parsed = stmt;
        q->left++;
    }
    q->multi = q->left > 1;
    if (q->multi || rc < 0) {
        pgcopy_stmt_free(q->parsed);
        q->parsed = NULL;
    }
    q->at = (struct stmt_at){0};
    return rc;
}

static pgcopy_status take_sql(pgcopy_session *s, pgcopy_slice body, pgcopy_error *err)
{
    const char   *sql;
    pgcopy_status rc;

    if (!pgcopy_take_str(&body, &sql))
        return pgcopy_error_text(err, "08P01", "invalid string in message");
    if (body.len)
        return pgcopy_error_text(err, "08P01", "invalid message format");
    rc = utf8_judge(sql, strlen(sql), err);
    if (rc < 0)
        return rc;
    s->work->query.sql_len = strlen(sql);
    s->work->query.simple  = mem_new(&s->allocator, query_size(s->work->query.sql_len));
    if (!s->work->query.simple)
        return PGCOPY_ERR_NOMEM;
    s->work->query.sql = (char *)(s->work->query.simple + 1);
    memcpy(s->work->query.sql, sql, s->work->query.sql_len);
    return PGCOPY_OK;
}

/* Once the message is known to be whole (exec_simple_query). */
static void forget(pgcopy_session *s)
{
    portals_forget_unnamed(s);
    if (s->tx.state == TX_NONE || s->tx.state == TX_IMPLICIT)
        portals_end(s, NULL);
}

/* The lexer's, so they come before all else, and those behind a syntax error do not. */
void query_notices(pgcopy_session *s, const char *sql, uint32_t last)
{
    pgcopy_error notice, ignored;
    struct lexer lex = {.text = (const uint8_t *)sql, .len = strlen(sql), .err = &ignored};

    while (lex.len > TEXT_NAME_MAX &&
           longname_next(&lex, last, &s->allocator, &notice) == PGCOPY_OK)
        pgcopy_write_error(send_out(s), &notice);
}

void query_start(pgcopy_session *s, pgcopy_slice body)
{
    pgcopy_error  err;
    pgcopy_status rc;

    s->state       = STATE_RUN;
    s->work->query = (struct session_query){.step = RUN_NEXT};
    s->statements++;
    rc = take_sql(s, body, &err);
    if (rc == PGCOPY_OK) {
        forget(s);
        rc = count_stmts(s, &err);
        query_notices(s, s->work->query.sql, rc == PGCOPY_ERR_SQL ? err.position : 0);
    }
    if (rc == PGCOPY_ERR_SQL)
        run_fail(s, &err);
    else if (rc < 0)
        run_no_memory(s);
    else if (!s->work->query.left)
        pgcopy_write_empty(send_out(s), 'I');
}

/* ---- One statement after the other -------------------------------------------------- */

static bool take_stmt(pgcopy_session *s)
{
    struct session_query *q   = &s->work->query;
    pgcopy_slice          sql = {(uint8_t *)q->sql, q->sql_len};
    pgcopy_error          err;

    drop_stmt(s);
    q->stmt   = q->parsed;
    q->parsed = NULL;
    if (!q->stmt && stmt_next(sql, &q->at, &s->allocator, &q->stmt, &err) != PGCOPY_OK)
        return false;
    q->left--;
    q->simple->pub = (pgcopy_portal){.stmt = q->stmt};
    q->portal      = q->simple;
    return true;
}

void query_next(pgcopy_session *s)
{
    if (!s->work->query.left) {
        query_free(s);
        session_ready(s);
        return;
    }
    if (s->work->query.multi && s->tx.state == TX_NONE)
        s->tx.state = TX_IMPLICIT;
    if (take_stmt(s))
        run_choose(s);
    else
        run_no_memory(s);
}
