/*
 * copy/where.c - mistakes in COPY FROM ... WHERE that its words and the table's columns show.
 * PostgreSQL finds them first of all that is wrong with a COPY (DoCopy), and from left to
 * right: a call when its parenthesis closes, behind its arguments.
 *
 *   token by token --> a name: the table's?   a call: may it stand here?   (SELECT: never
 *                 '--> a word that is not understood: the rest is the database's to judge
 */
#include "copy/copy.h"
#include "copy/where_words.h"

#include "stmt/keywords.h"
#include "stmt/lexer.h"

#include <string.h>

enum { OPEN_MAX = 64 };

struct where {
    const pgcopy_stmt    *stmt;
    const pgcopy_columns *relation;
    pgcopy_error         *err;
    struct lexer          lex;
    struct token          before, prev, tok, next;
    struct token          calls[OPEN_MAX]; /* of each open parenthesis; END: of no call */
    size_t                depth;
    size_t                generated; /* the first such column that is named; SIZE_MAX: none */
    size_t                column;    /* the last that was named                             */
};

/* ---- Tokens ------------------------------------------------------------------------- */

static pgcopy_slice text_of(const struct where *w, struct token tok)
{
    return (pgcopy_slice){w->lex.text + tok.start, tok.end - tok.start};
}

static bool is_one_of(const struct where *w, struct token tok, const char *const *words)
{
    while (tok.kind == TOKEN_WORD && *words && !word_is(text_of(w, tok), *words))
        words++;
    return tok.kind == TOKEN_WORD && *words;
}

static bool is_word(const struct where *w, struct token tok, const char *word)
{
    return tok.kind == TOKEN_WORD && word_is(text_of(w, tok), word);
}

static bool is_char(const struct where *w, struct token tok, char c)
{
    return tok.kind != TOKEN_END && tok.end - tok.start == 1 &&
           w->lex.text[tok.start] == (uint8_t)c;
}

static bool is_char_of(const struct where *w, struct token tok, const char *chars)
{
    while (*chars && !is_char(w, tok, *chars))
        chars++;
    return *chars;
}

/* ::, := and => have grammars of their own around them. */
static bool is_of_its_own(const struct where *w, struct token tok)
{
    const uint8_t *p = w->lex.text + tok.start;

    return tok.kind != TOKEN_END &&
           (*p == ':' || (tok.end - tok.start == 2 && memcmp(p, "=>", 2) == 0));
}

static bool is_string(struct token tok)
{
    return tok.kind >= TOKEN_STRING && tok.kind <= TOKEN_DOLLAR;
}

static pgcopy_status take(struct where *w)
{
    w->before = w->prev;
    w->prev   = w->tok;
    w->tok    = w->next;
    return lexer_next(&w->lex, &w->next) == PGCOPY_OK ? PGCOPY_OK : PGCOPY_END;
}

/* For `return`, with the position of a token. */
static pgcopy_status refused_at(struct where *w, struct token tok)
{
    struct lexer from_start = {.text = w->lex.text, .len = w->lex.len};

    if (w->err)
        w->err->position = w->stmt->where_at + lexer_position(&from_start, tok.start);
    return PGCOPY_ERR_SQL;
}

/* ---- Calls -------------------------------------------------------------------------- */

/* At the parenthesis that closes it; what follows may make it a window's. */
static pgcopy_status call_ends(struct where *w, struct token name)
{
    bool aggregate = is_one_of(w, name, where_aggregates);
    bool window    = is_one_of(w, name, where_windows);
    bool over      = is_word(w, w->next, "over");

    if (is_word(w, w->next, "within"))
        return PGCOPY_END;
    if ((aggregate || window) && over)
        pgcopy_error_text(w->err, "42P20",
                          "window functions are not allowed in COPY FROM WHERE conditions");
    else if (aggregate)
        pgcopy_error_text(w->err, "42803",
                          "aggregate functions are not allowed in COPY FROM WHERE conditions");
    else if (window)
        pgcopy_error_set(w->err, "42809", "window function %.*s requires an OVER clause",
                         (int)(name.end - name.start), (const char *)w->lex.text + name.start);
    else if (is_one_of(w, name, where_sets))
        pgcopy_error_text(
            w->err, "0A000",
            "set-returning functions are not allowed in COPY FROM WHERE conditions");
    else
        return over ? PGCOPY_END : PGCOPY_OK;
    return refused_at(w, name);
}

/* PostgreSQL names the place of the word or operator that takes the query. */
static pgcopy_status subquery(struct where *w)
{
    struct token at = w->tok;

    if (is_word(w, w->prev, "exists") || is_word(w, w->prev, "in"))
        at = w->prev;
    if (is_word(w, w->prev, "in") && is_word(w, w->before, "not"))
        at = w->before;
    if (is_one_of(w, w->prev, where_quantifiers))
        at = w->before;
    pgcopy_error_text(w->err, "0A000", "cannot use subquery in COPY FROM WHERE condition");
    return refused_at(w, at);
}

static pgcopy_status open(struct where *w)
{
    struct token call    = {.kind = TOKEN_END};
    bool         is_call = w->prev.kind == TOKEN_WORD && !is_one_of(w, w->prev, where_glue);

    if (is_one_of(w, w->next, where_queries))
        return is_call ? PGCOPY_END : subquery(w);
    if (w->depth == OPEN_MAX || is_word(w, w->prev, "exists"))
        return PGCOPY_END;
    if (is_call)
        call = w->prev;
    w->calls[w->depth++] = call;
    return PGCOPY_OK;
}

static pgcopy_status close(struct where *w)
{
    struct token call;

    if (!w->depth)
        return PGCOPY_END;
    call = w->calls[--w->depth];
    return call.kind == TOKEN_WORD ? call_ends(w, call) : PGCOPY_OK;
}

/* ---- Names -------------------------------------------------------------------------- */

/* A row of the whole table, and what every table of PostgreSQL has. */
static bool is_of_every_table(const struct where *w, const char *name)
{
    static const char *const system[] = {"tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"};

    for (size_t i = 0; i < sizeof system / sizeof *system; i++)
        if (strcmp(name, system[i]) == 0)
            return true;
    return strcmp(name, w->stmt->table) == 0;
}

static pgcopy_status column(struct where *w, const char *table, const char *name,
                            struct token at)
{
    size_t i = check_find_column(w->relation, name);

    if (i < pgcopy_columns_count(w->relation)) {
        w->column = i;
        if (pgcopy_columns_at(w->relation, i)->generated && i < w->generated)
            w->generated = i;
        return PGCOPY_OK;
    }
    if (is_of_every_table(w, name))
        return PGCOPY_END;
    if (table)
        pgcopy_error_set(w->err, "42703", "column %s.%s does not exist", table, name);
    else
        pgcopy_error_set(w->err, "42703", "column \"%s\" does not exist", name);
    return refused_at(w, at);
}

/* An unquoted word may be part of a type or of a grammar of its own, which its neighbours
   tell. */
static bool is_operand(const struct where *w, struct token next)
{
    bool led = w->prev.kind == TOKEN_END || w->prev.kind == TOKEN_OPERATOR ||
               is_char_of(w, w->prev, "(,+-*/%^<>=") || is_one_of(w, w->prev, where_leads);

    return led && !is_char_of(w, next, ".[(") && !is_of_its_own(w, next) &&
           next.kind != TOKEN_NAME && next.kind != TOKEN_UNAME && !is_string(next) &&
           (next.kind != TOKEN_WORD || is_one_of(w, next, where_glue));
}

/* Folded, or without its quotes; cut as PostgreSQL cuts it. */
static void name_text(const struct where *w, struct token tok, char text[TEXT_NAME_MAX + 1])
{
    bool           quoted = tok.kind == TOKEN_NAME;
    const uint8_t *p      = w->lex.text + tok.start + quoted;
    size_t         len = tok.end - tok.start - 2 * (size_t)quoted, n = 0;

    for (size_t i = 0; i < len && n < TEXT_NAME_MAX; i++) {
        text[n++] = quoted ? (char)p[i] : ascii_lower((char)p[i]);
        if (quoted && p[i] == '"')
            i++;
    }
    text[text_cut(text, n, n)] = '\0';
}

/* table.column */
static pgcopy_status qualified(struct where *w, const char *table)
{
    struct token  first  = w->tok;
    struct lexer  behind = w->lex;
    struct token  second, third;
    char          text[TEXT_NAME_MAX + 1];
    pgcopy_status rc;

    if (lexer_next(&behind, &second) < 0 || lexer_next(&behind, &third) < 0 ||
        (second.kind != TOKEN_WORD && second.kind != TOKEN_NAME) || !is_operand(w, third))
        return PGCOPY_END;
    if (strcmp(table, w->stmt->table) != 0) {
        pgcopy_error_set(w->err, "42P01", "missing FROM-clause entry for table \"%s\"", table);
        return refused_at(w, first);
    }
    name_text(w, second, text);
    rc = column(w, table, text, first);
    for (int i = 0; rc == PGCOPY_OK && i < 2; i++)
        rc = take(w);
    return rc;
}

static pgcopy_status name(struct where *w)
{
    char text[TEXT_NAME_MAX + 1];
    bool word = w->tok.kind == TOKEN_WORD;

    if (is_char(w, w->next, '('))
        return word && !is_one_of(w, w->tok, where_special) ? PGCOPY_OK : PGCOPY_END;
    if (word && !keyword_may_be(text_of(w, w->tok), NAME_COLUMN))
        return PGCOPY_END;
    if (!is_char(w, w->next, '.') && !is_operand(w, w->next))
        return PGCOPY_END;
    name_text(w, w->tok, text);
    return is_char(w, w->next, '.') ? qualified(w, text) : column(w, NULL, text, w->tok);
}

/* ---- All of it ---------------------------------------------------------------------- */

static pgcopy_status token(struct where *w)
{
    switch (w->tok.kind) {
    case TOKEN_WORD:
        return is_one_of(w, w->tok, where_glue) ? PGCOPY_OK : name(w);
    case TOKEN_NAME:
        return name(w);
    case TOKEN_CHAR:
    case TOKEN_OPERATOR:
        if (is_char(w, w->tok, '('))
            return open(w);
        if (is_char(w, w->tok, ')'))
            return close(w);
        return is_char_of(w, w->tok, ".[") || is_of_its_own(w, w->tok) ? PGCOPY_END : PGCOPY_OK;
    case TOKEN_UNAME:
    case TOKEN_PARAM:
        return PGCOPY_END;
    default:
        return PGCOPY_OK;
    }
}

/* A condition that is one column, or one number. */
static pgcopy_status check_boolean(struct where *w, const struct token *only, size_t count)
{
    const pgcopy_type *type = NULL;

    if (count != 1)
        return PGCOPY_OK;
    if (only->kind == TOKEN_INTEGER)
        type = pgcopy_type_by_oid(PGCOPY_OID_INT4);
    else if (w->column != SIZE_MAX)
        type = pgcopy_type_by_oid(pgcopy_columns_at(w->relation, w->column)->type);
    if (!type || type->oid == PGCOPY_OID_BOOL)
        return PGCOPY_OK;
    pgcopy_error_set(w->err, "42804", "argument of WHERE must be type boolean, not type %s",
                     type->name);
    return refused_at(w, *only);
}

static pgcopy_status generated(struct where *w)
{
    const char *column;

    if (w->generated == SIZE_MAX)
        return PGCOPY_OK;
    column = pgcopy_columns_at(w->relation, w->generated)->name;
    pgcopy_error_text(w->err, "42P10",
                      "generated columns are not supported in COPY FROM WHERE conditions");
    if (w->err) {
        text_add_detail(w->err, "Column \"", 8);
        text_add_detail(w->err, column, strlen(column));
        text_add_detail(w->err, "\" is a generated column.", 24);
    }
    return PGCOPY_ERR_SQL;
}

static pgcopy_status judge(struct where *w)
{
    struct token  first = {.kind = TOKEN_END};
    size_t        count = 0;
    pgcopy_status rc    = take(w);

    while (rc == PGCOPY_OK && (rc = take(w)) == PGCOPY_OK && w->tok.kind != TOKEN_END) {
        if (!count++)
            first = w->tok;
        rc = token(w);
    }
    if (rc == PGCOPY_OK)
        rc = check_boolean(w, &first, count);
    return rc == PGCOPY_OK ? generated(w) : rc;
}

pgcopy_status where_check(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                          pgcopy_error *err)
{
    pgcopy_error  ignored;
    struct where  w = {.stmt      = stmt,
                       .relation  = relation,
                       .err       = err,
                       .generated = SIZE_MAX,
                       .column    = SIZE_MAX,
                       .tok       = {.kind = TOKEN_END},
                       .next      = {.kind = TOKEN_END}};
    pgcopy_status rc;

    w.lex = (struct lexer){
        .text = (const uint8_t *)stmt->where, .len = strlen(stmt->where), .err = &ignored};
    rc = judge(&w);
    return rc == PGCOPY_END ? PGCOPY_OK : rc;
}
