/*
 * sqlite/infer.c - which type has $n by where it stands?  Nothing is said where it is not
 * plain.
 *
 *   $1::int4, CAST($1 AS int4)       what it says
 *   LIMIT $1, count(*) > $1          int8
 *   ... FROM t x WHERE x.a >= $1     SELECT x.a FROM t x: as what SQLite has that declared;
 *                                    BETWEEN and IN likewise
 *   UPDATE t SET a = $1              SELECT a FROM t
 *   INSERT INTO t (a) VALUES ($1)    SELECT a FROM t; without a list all its columns
 */
#include "sqlite/params.h"
#include "sqlite/token.h"

#include <ctype.h>
#include <string.h>

struct text {
    lite_conn         *c;
    const pgcopy_stmt *stmt;
    const char        *sql;
    size_t             len;
    pgcopy_buf         tokens;
    size_t             count;
    bool              *no_memory;
};

/* ---- Tokens ------------------------------------------------------------------------- */

static bool read_tokens(struct text *t)
{
    lite_token tok = {.kind = TOKEN_SIGN};

    while (tok.kind != TOKEN_END) {
        tok = lite_token_next(t->sql, tok.end);
        pgcopy_buf_append(&t->tokens, &tok, sizeof tok);
    }
    t->count = t->tokens.len / sizeof tok;
    return !t->tokens.failed;
}

/* TOKEN_END before the first and behind the last. */
static lite_token at(const struct text *t, size_t i)
{
    lite_token tok = {.kind = TOKEN_END, .start = (uint32_t)t->len, .end = (uint32_t)t->len};

    if (i < t->count)
        memcpy(&tok, t->tokens.data + i * sizeof tok, sizeof tok);
    return tok;
}

static bool is(const struct text *t, size_t i, const char *word)
{
    return lite_token_is(t->sql, at(t, i), word);
}

static bool is_any(const struct text *t, size_t i, const char *const *words)
{
    while (*words && !is(t, i, *words))
        words++;
    return *words;
}

static bool is_name(const struct text *t, size_t i)
{
    return at(t, i).kind == TOKEN_WORD || at(t, i).kind == TOKEN_NAME;
}

/* ---- Which query it stands in ------------------------------------------------------- */

/* Of the brackets around token i the innermost that opens before it; 0: there is none, for a
   statement does not begin with one. */
static size_t opening(const struct text *t, size_t i)
{
    size_t depth = 0;

    while (i-- > 0) {
        if (is(t, i, "(") && depth-- == 0)
            return i;
        depth += is(t, i, ")");
    }
    return 0;
}

/* The first token of the query, a subquery or all of the statement. */
static size_t query_of(const struct text *t, size_t i)
{
    do
        i = opening(t, i);
    while (i && !is(t, i + 1, "select") && !is(t, i + 1, "with"));
    return i ? i + 1 : 0;
}

/* The last one from `from` up to `to` that is one of the words, outside of brackets; 0: none
   but what `from` is itself. */
static size_t last_of(const struct text *t, size_t from, size_t to, const char *const *words)
{
    size_t depth = 0, found = from;

    for (size_t i = from; i < to; i++) {
        if (!depth && is_any(t, i, words))
            found = i;
        depth += is(t, i, "(");
        depth -= depth && is(t, i, ")");
    }
    return found;
}

/* The next one, or where the query ends. */
static size_t next_of(const struct text *t, size_t i, const char *const *words)
{
    size_t depth = 0;

    for (; at(t, i).kind != TOKEN_END; i++) {
        if (!depth && (is_any(t, i, words) || is(t, i, ")") || is(t, i, ";")))
            return i;
        depth += is(t, i, "(");
        depth -= depth && is(t, i, ")");
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

/* The tokens that say which tables, behind the verb; none: *from == *to. */
static void tables_of(const struct text *t, size_t verb, size_t *from, size_t *to)
{
    if (is(t, verb, "update")) {
        *from = verb + (is(t, verb + 1, "or") ? 3 : 1);
        *to   = next_of(t, *from, sets);
    } else if (is(t, verb, "insert") || is(t, verb, "replace")) {
        *from = next_of(t, verb, intos) + 1;
        *to   = next_of(t, *from, sources);
    } else {
        *from = next_of(t, verb, froms) + 1;
        *to   = next_of(t, *from, ends);
    }
    if (at(t, *from).kind == TOKEN_END)
        *from = *to = t->count;
}

/* ---- What SQLite says --------------------------------------------------------------- */

static void add_tokens(const struct text *t, size_t from, size_t to, pgcopy_buf *out)
{
    uint32_t start = at(t, from).start;

    if (from < to)
        pgcopy_buf_append(out, t->sql + start, at(t, to - 1).end - start);
}

/* What tokens [col, col_end) name, none: all columns, in the query of a verb.  NULL: nothing.
 */
static sqlite3_stmt *look(const struct text *t, size_t query, size_t verb, size_t col,
                          size_t col_end)
{
    pgcopy_buf    sql      = {.allocator = t->c->allocator};
    sqlite3_stmt *prepared = NULL;
    size_t        from, to;
    int           rc = SQLITE_OK;

    tables_of(t, verb, &from, &to);
    if (is(t, query, "with"))
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

static uint32_t ask(const struct text *t, size_t query, size_t verb, size_t col, size_t col_end)
{
    sqlite3_stmt *prepared = look(t, query, verb, col, col_end);
    uint32_t      type     = declared_as(prepared, 0);

    sqlite3_finalize(prepared);
    return type;
}

/* Of a row of n values for all columns. */
static uint32_t ask_place(const struct text *t, size_t verb, size_t place, size_t n)
{
    sqlite3_stmt *prepared = look(t, 0, verb, 0, 0);
    uint32_t type = sqlite3_column_count(prepared) == (int)n ? declared_as(prepared, place) : 0;

    sqlite3_finalize(prepared);
    return type;
}

/* In the query around token i, else in those around that one. */
static uint32_t column_type(const struct text *t, size_t i, size_t col, size_t col_end)
{
    uint32_t type = 0;
    size_t   query;

    do {
        query       = query_of(t, i);
        size_t verb = last_of(t, query, i, verbs);

        if (is(t, verb - 1, "do")) /* ON CONFLICT DO UPDATE */
            verb = last_of(t, query, verb - 1, (const char *const[]){"insert", NULL});
        if (query && is(t, 0, "with")) /* its tables may be those of the WITH */
            return 0;
        type = ask(t, query, verb, col, col_end);
        i    = query ? query - 1 : 0;
    } while (!type && query);
    return type;
}

/* ---- A column beside it ------------------------------------------------------------- */

static const char *const comparisons[] = {"=", "==", "<>", "!=", "<", ">", "<=", ">=", NULL};
static const char *const borders[]     = {"select", "where", "and", "or", "not", "on",
                                          "having", "when",  "set", "(",  ",",   NULL};

/* A value may end before token i: it is not part of a larger expression. */
static bool closes(const struct text *t, size_t i)
{
    return at(t, i).kind != TOKEN_OPERATOR && !is(t, i, "(") && !is(t, i, ".");
}

/* Of the column that ends before token `end`, alone on its side. */
static uint32_t column_before(const struct text *t, size_t end)
{
    size_t first = end - 1;

    if (is(t, first, ")") && is(t, opening(t, first) - 1, "count"))
        return is_any(t, opening(t, first) - 2, borders) ? PGCOPY_OID_INT8 : 0;
    if (!is_name(t, first))
        return 0;
    while (is(t, first - 1, ".") && is_name(t, first - 2))
        first -= 2;
    return is_any(t, first - 1, borders) ? column_type(t, end, first, end) : 0;
}

static uint32_t column_behind(const struct text *t, size_t first)
{
    size_t end = first + 1;

    if (!is_name(t, first))
        return 0;
    while (is(t, end, ".") && is_name(t, end + 1))
        end += 2;
    return closes(t, end) ? column_type(t, first, first, end) : 0;
}

/* The token before a list of values that token i is in, if that is IN. */
static uint32_t listed(const struct text *t, size_t i)
{
    size_t open = opening(t, i);

    if (!open || !is(t, open - 1, "in") || (!is(t, i - 1, ",") && i - 1 != open))
        return 0;
    return column_before(t, is(t, open - 2, "not") ? open - 2 : open - 1);
}

static uint32_t compared(const struct text *t, size_t i)
{
    size_t before = i - 1;

    if (!closes(t, i + 1))
        return is_any(t, i + 1, comparisons) && is_any(t, before, borders)
                   ? column_behind(t, i + 2)
                   : 0;
    if (is_any(t, before, comparisons))
        return column_before(t, before);
    if (is(t, before, "and") && is(t, i - 3, "between"))
        before = i - 3;
    if (is(t, before, "between"))
        return column_before(t, is(t, before - 1, "not") ? before - 1 : before);
    return listed(t, i);
}

/* ---- VALUES ------------------------------------------------------------------------- */

/* Which of a list in brackets, from `open` on, token i is. */
static size_t place_in(const struct text *t, size_t open, size_t i)
{
    size_t depth = 0, place = 0;

    for (size_t k = open + 1; k < i; k++) {
        place += !depth && is(t, k, ",");
        depth += is(t, k, "(");
        depth -= depth && is(t, k, ")");
    }
    return place;
}

static size_t first_row(const struct text *t, size_t open)
{
    while (is(t, open - 1, ",") && is(t, open - 2, ")"))
        open = opening(t, open - 2);
    return open;
}

/* INSERT INTO t (a, b) VALUES (...), (..., $n, ...) */
static uint32_t inserted(const struct text *t, size_t i)
{
    static const char *const none[] = {NULL};
    size_t                   row    = opening(t, i), first, list, insert, place;

    if (!row || !(is(t, i - 1, "(") || is(t, i - 1, ",")) ||
        !(is(t, i + 1, ")") || is(t, i + 1, ",")))
        return 0;
    first  = first_row(t, row);
    insert = last_of(t, query_of(t, first), first, verbs);
    if (!is(t, first - 1, "values") || !(is(t, insert, "insert") || is(t, insert, "replace")))
        return 0;
    place = place_in(t, row, i);
    if (!is(t, first - 2, ")"))
        return ask_place(t, insert, place, place_in(t, row, next_of(t, row + 1, none)) + 1);
    list = opening(t, first - 2) + 1 + 2 * place;
    return is_name(t, list) && list < first - 2 ? ask(t, 0, insert, list, list + 1) : 0;
}

/* ---- Casts -------------------------------------------------------------------------- */

static uint32_t named_type(const char *name, size_t len)
{
    char               text[64];
    const pgcopy_type *type;

    for (; len && isspace((unsigned char)*name); len--)
        name++;
    if (len >= sizeof text)
        return 0;
    memcpy(text, name, len);
    text[len] = '\0';
    type      = pgcopy_type_by_name(text, NULL);
    return type ? type->oid : 0;
}

/* Those by :: are blanks in the text of SQLite. */
static uint32_t cast_by_sign(const struct text *t, size_t i)
{
    size_t end = at(t, i).end, next = at(t, i + 1).start;

    for (uint32_t k = 0; k < t->stmt->ncasts; k++) {
        const pgcopy_place *cast = &t->stmt->casts[k];

        if (cast->start >= end && cast->start + cast->len <= next)
            return named_type(t->stmt->sql + cast->start + 2, cast->len - 2);
    }
    return 0;
}

static uint32_t cast_by_word(const struct text *t, size_t i)
{
    static const char *const none[] = {NULL};
    uint32_t                 start  = at(t, i + 2).start;
    size_t                   end;

    if (!is(t, i - 1, "(") || !is(t, i - 2, "cast") || !is(t, i + 1, "as"))
        return 0;
    end = next_of(t, i + 2, none);
    return named_type(t->sql + start, at(t, end - 1).end - start);
}

/* ---- The parameter ------------------------------------------------------------------ */

static uint32_t type_at(const struct text *t, size_t i)
{
    uint32_t type = cast_by_sign(t, i);

    if (!type)
        type = cast_by_word(t, i);
    if (!type && (is(t, i - 1, "limit") || is(t, i - 1, "offset")))
        type = PGCOPY_OID_INT8;
    if (!type)
        type = inserted(t, i);
    return type ? type : compared(t, i);
}

static uint32_t type_of(const struct text *t, uint32_t number)
{
    const pgcopy_place *places = t->stmt->places;
    uint32_t            type   = 0;
    size_t              i      = 0;

    for (uint32_t k = 0; !type && k < t->stmt->nplaces; k++) {
        if (places[k].number != number)
            continue;
        while (i < t->count && at(t, i).start < places[k].start)
            i++;
        if (at(t, i).kind == TOKEN_PARAM)
            type = type_at(t, i);
    }
    return type;
}

pgcopy_status lite_infer(lite_conn *c, const pgcopy_stmt *stmt, const char *sql,
                         pgcopy_columns *types)
{
    bool        no_memory = false;
    struct text t         = {.c         = c,
                             .stmt      = stmt,
                             .sql       = sql,
                             .len       = strlen(sql),
                             .tokens    = {.allocator = c->allocator},
                             .no_memory = &no_memory};

    no_memory = !read_tokens(&t);
    for (uint32_t n = 1; !no_memory && n <= stmt->nparams; n++) {
        const pgcopy_column *col =
            stmt->param_types ? pgcopy_columns_at(stmt->param_types, n - 1) : NULL;
        uint32_t type = col && col->type ? col->type : type_of(&t, n);

        if (!pgcopy_columns_add(types, "", type))
            no_memory = true;
    }
    pgcopy_buf_free(&t.tokens);
    return no_memory ? PGCOPY_ERR_NOMEM : PGCOPY_OK;
}
