/*
 * backend/reply.c - what a backend says besides its status: columns, counts, notices, errors.
 * One reply serves all calls of a job; what each call finds in it, job.c sees to.
 */
#include "backend/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

pgcopy_reply *pgcopy_reply_new(const pgcopy_allocator *allocator)
{
    pgcopy_allocator a = mem_allocator(allocator);
    pgcopy_reply    *r = mem_new(&a, sizeof *r);

    if (!r)
        return NULL;
    r->allocator     = a;
    r->log.allocator = &r->allocator;
    r->count         = PGCOPY_NO_COUNT;
    return r;
}

void pgcopy_reply_clear(pgcopy_reply *r)
{
    pgcopy_columns_free(reply_take_columns(r));
    pgcopy_columns_free(r->parameters);
    mem_free(&r->allocator, r->notices, r->notices_cap * sizeof *r->notices);
    pgcopy_buf_free(&r->log);
    r->parameters  = NULL;
    r->notices     = NULL;
    r->nnotices    = 0;
    r->notices_cap = 0;
    r->count       = PGCOPY_NO_COUNT;
    reply_forget_failure(r);
}

void pgcopy_reply_free(pgcopy_reply *r)
{
    pgcopy_allocator a;

    if (!r)
        return;
    a = r->allocator;
    pgcopy_reply_clear(r);
    mem_free(&a, r, sizeof *r);
}

/* ---- Columns and counts ------------------------------------------------------------- */

/* Made when asked for: that they are there is an answer by itself. */
static pgcopy_columns *made(pgcopy_reply *r, pgcopy_columns **cols)
{
    if (!*cols)
        *cols = pgcopy_columns_new(&r->allocator);
    return *cols;
}

pgcopy_columns *pgcopy_reply_columns(pgcopy_reply *r)
{
    return made(r, &r->columns);
}

pgcopy_columns *pgcopy_reply_parameters(pgcopy_reply *r)
{
    return made(r, &r->parameters);
}

pgcopy_columns *reply_take_columns(pgcopy_reply *r)
{
    pgcopy_columns *cols = r->columns;

    r->columns = NULL;
    return cols;
}

void pgcopy_reply_set_count(pgcopy_reply *r, uint64_t count)
{
    r->count = count;
}

uint64_t pgcopy_reply_count(const pgcopy_reply *r)
{
    return r->count;
}

/* ---- Words: a notice or a log line is not worth failing a statement for ------------- */

void pgcopy_reply_notice(pgcopy_reply *r, const pgcopy_error *notice)
{
    void *list = r->notices;

    if (mem_grow(&r->allocator, &list, &r->notices_cap, r->nnotices + 1, sizeof *notice,
                 UINT32_MAX) < 0)
        return;
    r->notices                = list;
    r->notices[r->nnotices++] = *notice;
}

void pgcopy_reply_log(pgcopy_reply *r, const char *text)
{
    if (r->log.len)
        r->log.data[r->log.len - 1] = '\n';
    pgcopy_buf_append(&r->log, text, strlen(text) + 1);
    if (r->log.len)
        r->log.data[r->log.len - 1] = '\0'; /* also where the text had no room */
}

const char *reply_log_text(const pgcopy_reply *r)
{
    return r->log.len ? (const char *)r->log.data : NULL;
}

/* ---- The error ---------------------------------------------------------------------- */

/* Formatted aside first: the arguments may point into the error that is replaced. */
pgcopy_status pgcopy_reply_error(pgcopy_reply *r, const char *sqlstate, const char *fmt, ...)
{
    char    text[sizeof r->failure.message + sizeof r->failure.message_more];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return pgcopy_error_text(&r->failure, sqlstate, text);
}

pgcopy_error *pgcopy_reply_failure(pgcopy_reply *r)
{
    return &r->failure;
}

void reply_forget_failure(pgcopy_reply *r)
{
    pgcopy_error *err   = &r->failure;
    char *const   all[] = {err->sqlstate, err->message,    err->detail,       err->hint,
                           err->where,    err->schema,     err->table,        err->column,
                           err->type,     err->constraint, err->message_more, err->detail_more};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = '\0';
    err->severity = PGCOPY_SEVERITY_ERROR;
    err->position = 0;
    err->row      = 0;
}
