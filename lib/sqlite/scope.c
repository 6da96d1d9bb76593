/*
 * sqlite/scope.c - which query of a statement a token stands in, and what SQLite says of a
 * column there: its own scopes decide.
 *
 *   SELECT b FROM t WHERE a IN (SELECT c FROM u WHERE d = $1 AND a < $2)
 *     $1   SELECT d FROM u   SQLite tells what that is declared as
 *     $2   SELECT a FROM u   there is none, so in the query around that: SELECT a FROM t
 */
#include "sqlite/scope.h"

#include <string.h>

/* ---- Tokens ------------------------------------------------------------------------- */

bool lite_tokens_read(lite_tokens *t)
{
    lite_token tok = {.kind = TOKEN_SIGN};

    while (tok.kind != TOKEN_END) {
        tok = lite_token_next(t->sql, tok.end);
        pgcopy_buf_append(&t->tokens, &tok, sizeof tok);
    }
    t->count = t->tokens.len / sizeof tok;
    return !t->tokens.failed;
}

lite_token lite_at(const lite_tokens *t, size_t i)
{
    lite_token tok = {.kind = TOKEN_END, .start = (uint32_t)t->len, .end = (uint32_t)t->len};

    if (i < t->count)
        memcpy(&tok, t->tokens.data + i * sizeof tok, sizeof tok);
    return tok;
}

bool lite_is(const lite_tokens *t, size_t i, const char *word)
{
    return lite_token_is(t->sql, lite_at(t, i), word);
}

bool lite_is_any(const lite_tokens *t, size_t i, const char *const *words)
{
    while (*words && !lite_is(t, i, *words))
        words++;
    return *words;
}

bool lite_is_name(const lite_tokens *t, size_t i)
{
    return lite_at(t, i).kind == TOKEN_WORD || lite_at(t, i).kind == TOKEN_NAME;
}

/* ---- Which query it stands in ------------------------------------------------------- */

size_t lite_opening(const lite_tokens *t, size_t i)
{
    size_t depth = 0;

    while (i-- > 0) {
        if (lite_is(t, i, "(") && depth-- == 0)
            return i;
        depth += lite_is(t, i, ")");
    }
    return 0;
}

/* The first token of the query, a subquery or all of the statement. */
static size_t query_of(const lite_tokens *t, size_t i)
{
    do
        i = lite_opening(t, i);
    while (i && !lite_is(t, i + 1, "select") && !lite_is(t, i + 1, "with"));
    return i ? i + 1 : 0;
}

/* The last one from `from` up to `to` that is one of the words, outside of brackets; 0: none
   but what `from` is itself. */
static size_t last_of(const lite_tokens *t, size_t from, size_t to, const char *const *words)
{
    size_t depth = 0, found = from;

    for (size_t i = from; i < to; i++) {
        if (!depth && lite_is_any(t, i, words))
            found = i;
        depth += lite_is(t, i, "(");
        depth -= depth && lite_is(t, i, ")");
    }
    return found;
}

size_t lite_next_of(const lite_tokens *t, size_t i, const char *const *words)
{
    size_t depth = 0;

    for (; lite_at(t, i).kind != TOKEN_END; i++) {
        if (!depth && (lite_is_any(t, i, words) || lite_is(t, i, ")") || lite_is(t, i, ";")))
            return i;
        depth += lite_is(t, i, "(");
        depth -= depth && lite_is(t, i, ")");
    }
    return i;
}

static const char *const verbs[]   = {"select", "update", "delete", "insert", "replace", NULL};
static const char *const froms[]   = {"from", NULL};
static const char *const intos[]   = {"into", NULL};
static const char *const sets[]    = {"set", NULL};
static const char *const sources[] = {"values", "select", "default", "(", NULL};
static const char *const ends[]    = {"where",  "group",     "having", "order",  "limit",
                                      "offset", "window",    "union",  "except", "intersect",
                                      "for",    "returning", NULL};

size_t lite_verb_before(const lite_tokens *t, size_t i)
{
    return last_of(t, query_of(t, i), i, verbs);
}

/* The tokens that say which tables, behind the verb; none: *from == *to. */
static void tables_of(const lite_tokens *t, size_t verb, size_t *from, size_t *to)
{
    if (lite_is(t, verb, "update")) {
        *from = verb + (lite_is(t, verb + 1, "or") ? 3 : 1);
        *to   = lite_next_of(t, *from, sets);
    } else if (lite_is(t, verb, "insert") || lite_is(t, verb, "replace")) {
        *from = lite_next_of(t, verb, intos) + 1;
        *to   = lite_next_of(t, *from, sources);
    } else {
        *from = lite_next_of(t, verb, froms) + 1;
        *to   = lite_next_of(t, *from, ends);
    }
    if (lite_at(t, *from).kind == TOKEN_END)
        *from = *to = t->count;
}

/* ---- What SQLite says --------------------------------------------------------------- */

static void add_tokens(const lite_tokens *t, size_t from, size_t to, pgcopy_buf *out)
{
    uint32_t start = lite_at(t, from).start;

    if (from < to)
        pgcopy_buf_append(out, t->sql + start, lite_at(t, to - 1).end - start);
}

/* What tokens [col, col_end) name, none: all columns, in the query of a verb.  NULL: nothing.
 */
static sqlite3_stmt *look(const lite_tokens *t, size_t query, size_t verb, size_t col,
                          size_t col_end)
{
    pgcopy_buf    sql      = {.allocator = t->c->allocator};
    sqlite3_stmt *prepared = NULL;
    size_t        from, to;
    int           rc = SQLITE_OK;

    tables_of(t, verb, &from, &to);
    if (lite_is(t, query, "with"))
        add_tokens(t, query, verb, &sql);
    lite_add(&sql, col < col_end ? " SELECT " : " SELECT *");
    add_tokens(t, col, col_end, &sql);
    lite_add(&sql, " FROM ");
    add_tokens(t, from, to, &sql);
    if (!lite_end(&sql))
        rc = SQLITE_NOMEM;
    else if (from < to)
        rc = sqlite3_prepare_v2(t->c->db, (const char *)sql.data, -1, &prepared, NULL);
    *t->no_memory = *t->no_memory || rc == SQLITE_NOMEM;
    pgcopy_buf_free(&sql);
    return prepared;
}

static uint32_t declared_as(sqlite3_stmt *prepared, size_t col)
{
    const char *declared = prepared ? sqlite3_column_decltype(prepared, (int)col) : NULL;

    return declared ? lite_type(declared, NULL) : 0;
}

uint32_t lite_type_in(const lite_tokens *t, size_t query, size_t verb, size_t col,
                      size_t col_end)
{
    sqlite3_stmt *prepared = look(t, query, verb, col, col_end);
    uint32_t      type     = declared_as(prepared, 0);

    sqlite3_finalize(prepared);
    return type;
}

uint32_t lite_type_of_place(const lite_tokens *t, size_t verb, size_t place, size_t n)
{
    sqlite3_stmt *prepared = look(t, 0, verb, 0, 0);
    uint32_t type = sqlite3_column_count(prepared) == (int)n ? declared_as(prepared, place) : 0;

    sqlite3_finalize(prepared);
    return type;
}

uint32_t lite_type_around(const lite_tokens *t, size_t i, size_t col, size_t col_end)
{
    uint32_t type = 0;
    size_t   query;

    do {
        query       = query_of(t, i);
        size_t verb = last_of(t, query, i, verbs);

        if (lite_is(t, verb - 1, "do")) /* ON CONFLICT DO UPDATE */
            verb = last_of(t, query, verb - 1, (const char *const[]){"insert", NULL});
        if (query && lite_is(t, 0, "with")) /* its tables may be those of the WITH */
            return 0;
        type = lite_type_in(t, query, verb, col, col_end);
        i    = query ? query - 1 : 0;
    } while (!type && query);
    return type;
}
