/*
 * stmt/stmt.c - the next statement of a string: which verb it is, who reads it, where it ends.
 *
 *   ;; COPY t FROM STDIN ; SELECT 1
 *      ^ offset 3         ^ *pos after the first call
 */
#include <pgcopy/stmt.h>

#include "base/mem.h"
#include "stmt/grammar.h"
#include "stmt/next.h"
#include "stmt/tag.h"

#include <string.h>

enum { SQL_MAX = 0x3FFFFFFF }; /* as PostgreSQL's own messages; offsets fit in 32 bits */

static const struct {
    const char   *word;
    grammar_rule *rule;
} verbs[] = {
    {"copy", copy_statement},
    {"begin", transaction_begin},
    {"start", transaction_start},
    {"commit", transaction_commit},
    {"end", transaction_commit},
    {"abort", transaction_abort},
    {"rollback", transaction_rollback},
    {"savepoint", transaction_savepoint},
    {"release", transaction_release},
    {"set", setting_set},
    {"show", setting_show},
    {"reset", setting_reset},
    {"discard", setting_discard},
    {"deallocate", setting_deallocate},
    {"close", setting_close},
    {"unlisten", setting_unlisten},
    {"select", setting_select},
};

/* ---- Memory: all in the arena ----------------------------------------------------- */

static void *arena_resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    void *grown = new_size ? arena_alloc(ctx, new_size) : NULL;

    if (grown && ptr)
        memcpy(grown, ptr, old_size < new_size ? old_size : new_size);
    return grown;
}

static struct statement *statement_new(const pgcopy_allocator *allocator)
{
    arena             memory = {.allocator = mem_allocator(allocator)};
    struct statement *s      = arena_alloc(&memory, sizeof *s);

    if (s)
        s->memory = memory;
    return s;
}

void pgcopy_stmt_free(pgcopy_stmt *stmt)
{
    arena memory;

    if (!stmt)
        return;
    memory = ((struct statement *)stmt)->memory; /* its first member; the arena holds it */
    arena_free(&memory);
}

/* ---- Reading ---------------------------------------------------------------------- */

/* Its verb's rule has read it, down to the end. */
static bool read_known(struct parser *p)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!parser_is_word(p, verbs[i].word))
            continue;
        if (!verbs[i].rule(p))
            return false;
        if (!parser_is_end(p))
            parser_refuse(p);
        return true;
    }
    return false;
}

/* PostgreSQL numbers parameters from 1. */
static pgcopy_status check_places(const struct parser *p, const struct survey *s)
{
    for (size_t i = 0; i < s->nplaces; i++)
        if (!s->places[i].number) {
            pgcopy_error_set(p->lex.err, "42P02", "there is no parameter $0");
            if (p->lex.err)
                p->lex.err->position = lexer_position(&p->lex, p->first + s->places[i].start);
            return PGCOPY_ERR_SQL;
        }
    return PGCOPY_OK;
}

static void read_other(struct parser *p)
{
    struct survey s   = {0};
    pgcopy_stmt  *pub = &p->stmt->pub;

    scan(p, &s, false);
    if (p->status == PGCOPY_OK)
        parser_fail(p, check_places(p, &s));
    if (p->status != PGCOPY_OK)
        return;
    pub->verb    = PGCOPY_VERB_OTHER;
    pub->tag     = tag_of(p, &s);
    pub->alone   = tag_is_alone(p, &s);
    pub->places  = s.places;
    pub->nplaces = (uint32_t)s.nplaces;
    pub->nparams = s.nparams;
    pub->casts   = s.casts;
    pub->ncasts  = (uint32_t)s.ncasts;
    if (!pub->tag)
        parser_fail(p, PGCOPY_ERR_NOMEM);
}

/* A NUL ends a query string in the protocol, so a statement cannot have one. */
static void finish(struct parser *p)
{
    pgcopy_stmt *pub = &p->stmt->pub;

    if (memchr(p->lex.text + p->first, 0, p->last - p->first))
        parser_fail(p, pgcopy_error_set(p->lex.err, "22021",
                                        "invalid byte sequence for encoding \"UTF8\": 0x00"));
    pub->sql     = parser_text(p, p->first, p->last);
    pub->sql_len = p->last - p->first;
}

static pgcopy_status read_statement(struct parser *p, pgcopy_stmt **stmt)
{
    struct parser start;

    p->first            = p->tok.start;
    p->stmt->pub.offset = lexer_position(&p->lex, p->first) - 1;
    start               = *p;
    if (!read_known(p)) {
        *p           = start;
        p->stmt->pub = (pgcopy_stmt){.offset = p->stmt->pub.offset};
        read_other(p);
    }
    if (p->status == PGCOPY_OK)
        finish(p);
    if (p->status == PGCOPY_OK)
        *stmt = &p->stmt->pub;
    return p->status;
}

static pgcopy_status with_memory(struct parser *p, const pgcopy_allocator *allocator,
                                 pgcopy_stmt **stmt)
{
    pgcopy_status status;

    p->stmt = statement_new(allocator);
    if (!p->stmt)
        return PGCOPY_ERR_NOMEM;
    p->in_arena = (pgcopy_allocator){arena_resize, &p->stmt->memory};
    status      = read_statement(p, stmt);
    if (status != PGCOPY_OK)
        pgcopy_stmt_free(&p->stmt->pub);
    return status;
}

pgcopy_status stmt_next(pgcopy_slice sql, struct stmt_at *at, const pgcopy_allocator *allocator,
                        pgcopy_stmt **stmt, pgcopy_error *err)
{
    struct parser p = {.lex = {.text    = sql.data,
                               .len     = sql.len,
                               .at      = at->byte,
                               .counted = at->byte,
                               .chars   = at->chars,
                               .err     = err}};
    pgcopy_status status;

    if (at->byte > sql.len || sql.len > SQL_MAX)
        return at->byte > sql.len ? PGCOPY_ERR_USAGE : PGCOPY_ERR_LIMIT;
    do
        parser_take(&p);
    while (parser_is_char(&p, ';'));
    if (p.status != PGCOPY_OK)
        return p.status;
    status = p.tok.kind == TOKEN_END ? PGCOPY_END : with_memory(&p, allocator, stmt);
    if (status < 0)
        return status;
    at->chars = lexer_position(&p.lex, p.tok.end) - 1;
    at->byte  = p.tok.end;
    return status;
}

pgcopy_status pgcopy_stmt_parse(pgcopy_slice sql, size_t *pos,
                                const pgcopy_allocator *allocator, pgcopy_stmt **stmt,
                                pgcopy_error *err)
{
    struct stmt_at at = {.byte = *pos};
    pgcopy_status  status;

    if (*pos > sql.len || sql.len > SQL_MAX)
        return *pos > sql.len ? PGCOPY_ERR_USAGE : PGCOPY_ERR_LIMIT;
    at.chars = (uint32_t)lexer_count(sql.data, *pos);
    status   = stmt_next(sql, &at, allocator, stmt, err);
    *pos     = at.byte;
    return status;
}
