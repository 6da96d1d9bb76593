/*
 * backend/question.c - reads a SELECT just far enough to answer for PostgreSQL: the names of
 * its columns (as PostgreSQL's FigureColname gives them), the functions it calls, and the table
 * whose name it looks for.
 *
 *   SELECT a.attname, n.oid::text AS x, count(*)  FROM pg_class c WHERE relname = 'visits'
 *          ^ attname  ^ x               ^ count        ^ catalog          ^ table
 */
#include <pgcopy/types.h>

#include "backend/question.h"
#include "stmt/keywords.h"
#include "stmt/lexer.h"

#include <string.h>

enum { SPAN_MAX = 24 };

struct reader {
    struct lexer lex;
    struct token tok; /* that stands next */
};

/* An item of the select list: its tokens outside parentheses. */
struct span {
    struct token toks[SPAN_MAX];
    struct token before, last; /* the last two, however many there are */
    size_t       n;
};

/* ---- Tokens ------------------------------------------------------------------------- */

/* A text that cannot be read ends early: the statement is a parsed one, so there is none. */
static void take(struct reader *r)
{
    if (lexer_next(&r->lex, &r->tok) < 0)
        r->tok = (struct token){.kind = TOKEN_END};
}

static void begin(struct reader *r, const pgcopy_stmt *stmt)
{
    *r = (struct reader){.lex = {.text = (const uint8_t *)stmt->sql, .len = stmt->sql_len}};
    take(r);
}

static pgcopy_slice slice(const struct reader *r, const struct token *tok)
{
    return (pgcopy_slice){r->lex.text + tok->start, tok->end - tok->start};
}

static bool is(const struct reader *r, const struct token *tok, const char *text)
{
    if (tok->kind == TOKEN_WORD)
        return word_is(slice(r, tok), text);
    return (tok->kind == TOKEN_CHAR || tok->kind == TOKEN_OPERATOR) &&
           tok->end - tok->start == strlen(text) &&
           memcmp(r->lex.text + tok->start, text, strlen(text)) == 0;
}

static bool accept(struct reader *r, const char *text)
{
    if (!is(r, &r->tok, text))
        return false;
    take(r);
    return true;
}

static bool is_name(const struct token *tok)
{
    return tok->kind == TOKEN_WORD || tok->kind == TOKEN_NAME;
}

/* What a name or a plain string says: a word is folded, doubled quotes are one. */
static void says(const struct reader *r, const struct token *tok, char to[TEXT_NAME_MAX + 1])
{
    bool   quoted = tok->kind != TOKEN_WORD;
    size_t at = tok->start + quoted, end = tok->end - quoted;

    *to = '\0';
    for (; at < end; at++) {
        char c = (char)r->lex.text[at];
        if (!quoted)
            c = ascii_lower(c);
        text_add(to, TEXT_NAME_MAX + 1, &c, 1);
        at += quoted && (c == '"' || c == '\'');
    }
}

static uint32_t number(const struct reader *r, const struct token *tok)
{
    uint32_t n = 0;

    for (size_t i = tok->start + 1; i < tok->end && n < UINT16_MAX; i++)
        n = n * 10 + (uint32_t)(r->lex.text[i] - '0');
    return n;
}

/* ---- Labels ------------------------------------------------------------------------- */

static bool is_reserved(const struct reader *r, const struct token *tok)
{
    return tok->kind == TOKEN_WORD && !keyword_may_be(slice(r, tok), NAME_COLUMN);
}

/* x y, 1 y, f(x) y: a label without AS. */
static bool has_bare_label(const struct reader *r, const struct span *s)
{
    const struct token *b = &s->before;

    if (s->n < 2 || !is_name(&s->last) || is_reserved(r, &s->last) || is_reserved(r, b))
        return false;
    return is_name(b) || is(r, b, ")") || is(r, b, "]") ||
           (b->kind >= TOKEN_STRING && b->kind <= TOKEN_PARAM);
}

/* The end of name.name from i on; i itself: there is none. */
static size_t names_end(const struct reader *r, const struct span *s, size_t i, size_t n)
{
    if (i >= n || !is_name(&s->toks[i]))
        return i;
    for (i++; i + 1 < n && is(r, &s->toks[i], ".") && is_name(&s->toks[i + 1]); i += 2)
        ;
    return i;
}

/* A column's name, a function's, or a word that PostgreSQL takes for one; false: it has none.
 */
static bool label_value(const struct reader *r, const struct span *s, size_t n,
                        struct question_item *item)
{
    size_t end = names_end(r, s, 0, n);
    bool   call =
        end && end + 1 < n && is(r, &s->toks[end], "(") && is(r, &s->toks[end + 1], ")");

    if (!end ||
        (end < n && !call && !is(r, &s->toks[0], "case") && !is(r, &s->toks[0], "array")))
        return false;
    if (end == n && is(r, &s->toks[0], "null"))
        return false;
    if (call && end + 2 < n && !is(r, &s->toks[end + 2], "over") &&
        !is(r, &s->toks[end + 2], "filter"))
        return false;
    says(r, &s->toks[end - 1], item->label);
    return true;
}

/* A cast gives its name only to what has none. */
static void label_expression(const struct reader *r, const struct span *s,
                             struct question_item *item)
{
    size_t n = s->n > SPAN_MAX ? 0 : s->n, cast = 0, end;

    while (cast < n && !is(r, &s->toks[cast], "::"))
        cast++;
    if (label_value(r, s, cast, item))
        return;
    end = names_end(r, s, cast + 1, n);
    if (end > cast + 1)
        says(r, &s->toks[end - 1], item->label);
    else
        memcpy(item->label, "?column?", sizeof "?column?");
}

static bool is_one(const struct reader *r, const struct token *tok)
{
    return tok->kind == TOKEN_INTEGER && tok->end - tok->start == 1 &&
           r->lex.text[tok->start] == '1';
}

static void label(const struct reader *r, const struct span *s, struct question_item *item)
{
    bool   as    = s->n >= 2 && is_name(&s->last) && is(r, &s->before, "as");
    size_t label = as ? 2 : has_bare_label(r, s) ? 1 : 0; /* the tokens of it */

    item->one = s->n - label == 1 && is_one(r, &s->toks[0]);
    if (label)
        says(r, &s->last, item->label);
    else
        label_expression(r, s, item);
}

/* ---- The select list ---------------------------------------------------------------- */

static bool ends_item(const struct reader *r)
{
    static const char *const words[] = {",",      "from",  "where", "union", "intersect",
                                        "except", "group", "order", "limit", "having",
                                        "offset", "fetch", "into",  ";"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(r, &r->tok, words[i]))
            return true;
    return r->tok.kind == TOKEN_END;
}

static void add(struct span *s, struct token tok)
{
    if (s->n < SPAN_MAX)
        s->toks[s->n] = tok;
    s->before = s->last;
    s->last   = tok;
    s->n++;
}

static void skim_item(struct reader *r, struct question_item *item)
{
    struct span s     = {.n = 0};
    size_t      depth = 0;

    for (; r->tok.kind != TOKEN_END && (depth || !ends_item(r)); take(r)) {
        bool closes = is(r, &r->tok, ")") || is(r, &r->tok, "]");
        depth -= closes && depth;
        if (!depth)
            add(&s, r->tok);
        depth += is(r, &r->tok, "(") || is(r, &r->tok, "[");
    }
    label(r, &s, item);
}

/* ---- Functions ---------------------------------------------------------------------- */

/* ($1), ($1::text), ($1::"pg_catalog"."int4"::text): the first cast is the parameter's type. */
static bool read_literal(struct reader *r, struct question_item *item)
{
    char               name[TEXT_NAME_MAX + 1];
    const pgcopy_type *type;

    item->type = 0;
    if (!accept(r, "(") || r->tok.kind != TOKEN_PARAM)
        return false;
    item->number = number(r, &r->tok);
    take(r);
    while (accept(r, "::")) {
        do {
            if (!is_name(&r->tok))
                return false;
            says(r, &r->tok, name);
            take(r);
        } while (accept(r, "."));
        type       = pgcopy_type_by_name(name, NULL);
        item->type = item->type ? item->type : type ? type->oid : 0;
    }
    item->type = item->type ? item->type : PGCOPY_OID_TEXT;
    return item->number && accept(r, ")");
}

static bool read_arguments(struct reader *r, struct question_item *item, bool bare)
{
    if (item->call == ANSWER_QUOTED)
        return read_literal(r, item);
    return accept(r, "(") ? accept(r, ")") : bare;
}

static bool read_function(struct reader *r, struct question_item *item)
{
    static const struct {
        const char        *name;
        enum question_call call;
        bool               bare; /* SQL has it without parentheses */
    } calls[] = {{"version", ANSWER_VERSION, false},
                 {"current_schema", ANSWER_SCHEMA, true},
                 {"current_database", ANSWER_DATABASE, false},
                 {"current_catalog", ANSWER_DATABASE, true},
                 {"current_user", ANSWER_USER, true},
                 {"session_user", ANSWER_USER, true},
                 {"pg_is_in_recovery", ANSWER_NO, false},
                 {"pg_advisory_unlock_all", ANSWER_NOTHING, false},
                 {"quote_literal", ANSWER_QUOTED, false}};

    if (accept(r, "pg_catalog") && !accept(r, "."))
        return false;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (accept(r, calls[i].name)) {
            item->call = calls[i].call;
            memcpy(item->label, calls[i].name, strlen(calls[i].name) + 1);
            return read_arguments(r, item, calls[i].bare);
        }
    return false;
}

/* A function, and perhaps a label of its own. */
static bool read_call(struct reader *r, struct question_item *item)
{
    bool as;

    if (!read_function(r, item))
        return false;
    as = accept(r, "as");
    if (is_name(&r->tok) && (as || !ends_item(r))) {
        says(r, &r->tok, item->label);
        take(r);
    }
    return ends_item(r);
}

static bool read_item(struct reader *r, struct question *q)
{
    struct question_item *item;
    struct reader         start = *r;

    if (q->nitems == QUESTION_ITEMS)
        return false;
    item  = &q->items[q->nitems++];
    *item = (struct question_item){.call = ANSWER_NONE};
    if (read_call(r, item))
        return true;
    *r       = start;
    *item    = (struct question_item){.call = ANSWER_NONE};
    q->calls = false;
    skim_item(r, item);
    return true;
}

/* WITH x AS (SELECT ...) SELECT: the one outside parentheses. */
static bool find_select(struct reader *r)
{
    size_t depth = 0;

    for (; r->tok.kind != TOKEN_END; take(r)) {
        if (!depth && accept(r, "select"))
            return true;
        depth -= is(r, &r->tok, ")") && depth;
        depth += is(r, &r->tok, "(");
    }
    return false;
}

static bool read_list(struct reader *r, struct question *q)
{
    if (!find_select(r))
        return false;
    if (!accept(r, "distinct"))
        accept(r, "all");
    do
        if (!read_item(r, q))
            return false;
    while (accept(r, ","));
    q->calls = q->calls && r->tok.kind == TOKEN_END;
    return true;
}

/* ---- Catalogs ----------------------------------------------------------------------- */

/* The place where tables are named begins at FROM or JOIN; *among says so of what stands next.
 */
static void look_for_tables(const struct reader *r, bool *among)
{
    if (is(r, &r->tok, "from") || is(r, &r->tok, "join"))
        *among = true;
    else if (is(r, &r->tok, "select") || is(r, &r->tok, "where"))
        *among = false;
}

/* All whose names begin with pg_ are the system's own (manual, 5.10.5). */
static bool names_catalog(const struct reader *r, bool among)
{
    pgcopy_slice word = slice(r, &r->tok);

    if (r->tok.kind != TOKEN_WORD)
        return false;
    if (word_is(word, "information_schema") || word_is(word, "pg_catalog"))
        return true;
    return among && word.len > 3 && memcmp(word.data, "pg_", 3) == 0;
}

/* name = 'x', where name is of the catalogs' columns. */
static void read_condition(struct reader *r, const struct token *column, struct question *q)
{
    bool table =
        is(r, column, "relname") || is(r, column, "tablename") || is(r, column, "table_name");
    bool schema = is(r, column, "nspname") || is(r, column, "schemaname") ||
                  is(r, column, "table_schema");

    if (table && r->tok.kind == TOKEN_STRING)
        says(r, &r->tok, q->table);
    else if (table && r->tok.kind == TOKEN_PARAM)
        q->number = number(r, &r->tok);
    else if (schema && r->tok.kind == TOKEN_STRING)
        says(r, &r->tok, q->schema);
}

static void look_for_catalogs(struct reader *r, struct question *q)
{
    struct token column = {.kind = TOKEN_END}, before = column;
    bool         among = false;

    for (; r->tok.kind != TOKEN_END; take(r)) {
        look_for_tables(r, &among);
        q->catalog = q->catalog || names_catalog(r, among);
        if (is(r, &before, "="))
            read_condition(r, &column, q);
        column = before;
        before = r->tok;
    }
}

bool question_read(struct question *q, const pgcopy_stmt *stmt)
{
    struct reader r;

    *q = (struct question){.calls = true};
    if (stmt->verb != PGCOPY_VERB_OTHER || strcmp(stmt->tag, "SELECT") != 0)
        return false;
    begin(&r, stmt);
    if ((!is(&r, &r.tok, "select") && !is(&r, &r.tok, "with")) || !read_list(&r, q))
        return false;
    begin(&r, stmt);
    look_for_catalogs(&r, q);
    return true;
}
