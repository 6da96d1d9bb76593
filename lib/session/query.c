/*
 * session/query.c - a simple query: its statements one after the other, and what an error
 * leaves to be done (protocol 54.2.2).
 *
 *   NEXT --> [BEGIN] --> START --> ROWS or a COPY --> COMMIT --> TAG --> NEXT ... --> Z
 *      any error: E --> COPY_FAIL or FINISH --> rollback --> Z
 *
 * The whole string is parsed before its first statement runs, as PostgreSQL does; a string of
 * many is then parsed again, one by one, so that memory depends on its length alone.
 */
#include "session/session.h"

#include "base/text.h"
#include "session/copyin.h"
#include "session/result.h"
#include "session/tx.h"
#include "session/verbs.h"

#include <string.h>

const pgcopy_stmt *query_stmt(const pgcopy_session *s)
{
    return s->query.stmt;
}

bool query_is_last(const pgcopy_session *s)
{
    return s->query.left == 0;
}

/* ---- Memory
 * --------------------------------------------------------------------------------------- */

static void drop_stmt(pgcopy_session *s)
{
    result_free(s);
    copyin_free(s);
    pgcopy_stmt_free(s->query.stmt);
    s->query.stmt = NULL;
}

void query_free(pgcopy_session *s)
{
    drop_stmt(s);
    mem_free(&s->allocator, s->query.sql, s->query.sql_len + 1);
    s->query = (struct session_query){0};
}

/* ---- Errors
 * ---------------------------------------------------------------------------------------- */

/* E is written; what follows it is query_step's. */
void query_failed(pgcopy_session *s)
{
    send_flush(s);
    if (s->state != STATE_ENDED)
        s->state = STATE_RUN;
    s->query.failed = true;
}

/* Positions in a statement are told as positions in its string. */
void query_fail(pgcopy_session *s, const pgcopy_error *err)
{
    pgcopy_error e = *err;

    if (e.position && s->query.stmt)
        e.position += s->query.stmt->offset;
    session_error(s, &e);
    query_failed(s);
}

/* A message that is refused for itself fails the transaction as a statement would. */
void query_refuse(pgcopy_session *s, const pgcopy_error *err, bool skip)
{
    s->query = (struct session_query){.skip = skip};
    query_fail(s, err);
}

static const pgcopy_error no_memory = {.sqlstate = "53200", .message = "out of memory"};

void query_no_memory(pgcopy_session *s)
{
    query_fail(s, &no_memory);
}

void query_cancelled(const pgcopy_session *s, pgcopy_error *err)
{
    pgcopy_error_text(err, "57014",
                      s->cancel == CANCEL_TIMEOUT
                          ? "canceling statement due to statement timeout"
                          : "canceling statement due to user request");
}

/* ---- The start
 * ------------------------------------------------------------------------------------- */

/* How many statements there are; a single one is kept.  ERR_SQL: a syntax error anywhere. */
static pgcopy_status count_stmts(pgcopy_session *s, pgcopy_error *err)
{
    struct session_query *q   = &s->query;
    pgcopy_slice          sql = {(uint8_t *)q->sql, q->sql_len};
    pgcopy_stmt          *stmt;
    pgcopy_status         rc;

    while ((rc = pgcopy_stmt_parse(sql, &q->pos, &s->allocator, &stmt, err)) == PGCOPY_OK) {
        pgcopy_stmt_free(q->parsed);
        q->parsed = stmt;
        q->left++;
    }
    q->multi = q->left > 1;
    if (q->multi || rc < 0) {
        pgcopy_stmt_free(q->parsed);
        q->parsed = NULL;
    }
    q->pos = 0;
    return rc;
}

static pgcopy_status take_sql(pgcopy_session *s, pgcopy_slice body, pgcopy_error *err)
{
    const char *sql;

    if (!pgcopy_take_str(&body, &sql))
        return pgcopy_error_text(err, "08P01", "invalid string in message");
    if (body.len)
        return pgcopy_error_text(err, "08P01", "invalid message format");
    s->query.sql_len = strlen(sql);
    s->query.sql     = mem_new(&s->allocator, s->query.sql_len + 1);
    if (!s->query.sql)
        return PGCOPY_ERR_NOMEM;
    memcpy(s->query.sql, sql, s->query.sql_len);
    return PGCOPY_OK;
}

void query_start(pgcopy_session *s, pgcopy_slice body)
{
    pgcopy_error  err;
    pgcopy_status rc;

    s->state = STATE_RUN;
    s->query = (struct session_query){.step = RUN_NEXT};
    s->statements++;
    rc = take_sql(s, body, &err);
    if (rc == PGCOPY_OK)
        rc = count_stmts(s, &err);
    if (rc == PGCOPY_ERR_SQL)
        query_fail(s, &err);
    else if (rc < 0)
        query_no_memory(s);
    else if (!s->query.left)
        pgcopy_write_empty(send_out(s), 'I');
}

/* ---- One statement
 * --------------------------------------------------------------------------------- */

static bool next_stmt(pgcopy_session *s)
{
    struct session_query *q   = &s->query;
    pgcopy_slice          sql = {(uint8_t *)q->sql, q->sql_len};
    pgcopy_error          err;

    drop_stmt(s);
    q->stmt   = q->parsed;
    q->parsed = NULL;
    if (!q->stmt &&
        pgcopy_stmt_parse(sql, &q->pos, &s->allocator, &q->stmt, &err) != PGCOPY_OK) {
        query_no_memory(s);
        return false;
    }
    q->left--;
    q->rows     = 0;
    q->affected = PGCOPY_NO_COUNT;
    query_tag(s, q->stmt->tag);
    return true;
}

static void choose(pgcopy_session *s, const pgcopy_stmt *stmt)
{
    if (stmt->verb >= PGCOPY_VERB_BEGIN && stmt->verb <= PGCOPY_VERB_SET_TRANSACTION) {
        tx_verb(s, stmt);
        return;
    }
    if (stmt->verb >= PGCOPY_VERB_SET) {
        verbs_run(s, stmt);
        return;
    }
    if (stmt->verb == PGCOPY_VERB_COPY_FROM && s->tx.state == TX_NONE)
        s->tx.state = TX_IMPLICIT; /* atomic, whatever the database does by itself */
    s->query.step = s->tx.state == TX_IMPLICIT && !s->tx.open ? RUN_BEGIN : RUN_START;
}

static void do_next(pgcopy_session *s)
{
    pgcopy_error  err;
    pgcopy_status rc = PGCOPY_OK;

    if (!s->query.left) {
        query_free(s);
        session_ready(s);
        return;
    }
    if (!next_stmt(s))
        return;
    if (s->cancel) {
        query_cancelled(s, &err);
        rc = PGCOPY_ERR_SQL;
    }
    if (s->query.multi && s->tx.state == TX_NONE)
        s->tx.state = TX_IMPLICIT;
    if (rc == PGCOPY_OK)
        rc = tx_allows(s, s->query.stmt, &err);
    if (rc < 0)
        query_fail(s, &err);
    else
        choose(s, s->query.stmt);
}

static void do_start(pgcopy_session *s)
{
    const pgcopy_stmt *stmt = s->query.stmt;

    s->portal = (pgcopy_portal){.stmt = stmt};
    if (stmt->verb == PGCOPY_VERB_COPY_FROM) {
        event_post(s, PGCOPY_EVENT_COPY_IN);
        return;
    }
    event_post(s, stmt->verb == PGCOPY_VERB_COPY_TO ? PGCOPY_EVENT_COPY_OUT
                                                    : PGCOPY_EVENT_STATEMENT);
    s->event.portal = &s->portal;
}

/* ---- Its end
 * ------------------------------------------------------------------------------------------ */

void query_tag(pgcopy_session *s, const char *tag)
{
    s->query.tag[0] = '\0';
    text_add(s->query.tag, sizeof s->query.tag, tag, strlen(tag));
}

void query_done(pgcopy_session *s, uint64_t count)
{
    s->query.affected = count;
    s->query.step     = RUN_COMMIT;
}

void query_chain(pgcopy_session *s, bool chain)
{
    s->query.step = chain ? RUN_CHAIN : RUN_COMMIT;
}

static void do_commit(pgcopy_session *s)
{
    s->query.step = RUN_TAG;
    if (query_is_last(s) && s->tx.state == TX_IMPLICIT)
        tx_commit(s);
}

/* Only these tags have a count behind them (protocol 54.7, CommandComplete). */
static bool tag_counts(const char *tag)
{
    static const char *const counted[] = {"INSERT 0", "SELECT", "UPDATE", "DELETE",
                                          "MERGE",    "COPY",   "FETCH",  "MOVE"};

    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (strcmp(tag, counted[i]) == 0)
            return true;
    return false;
}

static void do_tag(pgcopy_session *s)
{
    struct session_query *q     = &s->query;
    uint64_t              count = q->affected;

    q->step = RUN_NEXT;
    if (s->copy.copy) {
        pgcopy_copy_finish(s->copy.copy, count, send_out(s));
        return;
    }
    pgcopy_write_complete(send_out(s), q->tag, tag_counts(q->tag) ? count : PGCOPY_NO_COUNT);
}

/* ---- Steps
 * ---------------------------------------------------------------------------------------------
 */

/* Law 4: the COPY or the result first, then the transaction, then Z. */
static void clean_up(pgcopy_session *s)
{
    if (s->copy.loading) {
        s->copy.loading = false;
        event_post(s, PGCOPY_EVENT_COPY_FAIL);
        s->event.error = s->copy.copy ? pgcopy_copy_error(s->copy.copy) : &no_memory;
    } else if (s->query.result) {
        s->query.result = false;
        event_post(s, PGCOPY_EVENT_FINISH);
        s->event.portal = &s->portal;
    } else if (!tx_clean_up(s)) {
        bool skip = s->query.skip;
        query_free(s);
        if (skip)
            s->state = STATE_SKIP;
        else
            session_ready(s);
    }
}

static bool room_to_send(const pgcopy_session *s)
{
    size_t waiting = send_waiting(s);

    if (s->query.step == RUN_ROWS)
        return waiting < s->opts.send_bytes / 2;
    return s->query.step != RUN_NEXT || waiting < s->opts.send_bytes;
}

bool query_step(pgcopy_session *s)
{
    if (s->query.failed) {
        clean_up(s);
        return true;
    }
    if (!room_to_send(s))
        return false;
    switch (s->query.step) {
    case RUN_NEXT:
        do_next(s);
        break;
    case RUN_BEGIN:
        tx_begin(s);
        break;
    case RUN_START:
        do_start(s);
        break;
    case RUN_ROWS:
        result_more(s);
        break;
    case RUN_LOAD:
        copyin_finish(s);
        break;
    case RUN_LOADED:
        event_post(s, PGCOPY_EVENT_COPY_DONE);
        break;
    case RUN_COMMIT:
        do_commit(s);
        break;
    case RUN_TAG:
        do_tag(s);
        break;
    case RUN_CHAIN:
        tx_chain(s);
        break;
    }
    return true;
}
