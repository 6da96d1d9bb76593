/*
 * stmt/copy_syntax.c - the COPY grammar, all its ages.
 *
 *   COPY [BINARY] table [(columns)] FROM|TO [PROGRAM] where [[USING] DELIMITERS 'c']
 *        [WITH] item ... | (option, ...) [WHERE condition]
 *   COPY (query) TO [PROGRAM] where [WITH] item ... | (option, ...)
 */
#include "base/text.h"
#include "stmt/copy_option_list.h"
#include "stmt/grammar.h"
#include "stmt/names.h"
#include "stmt/scan.h"

#include <stdio.h>
#include <string.h>

struct copy {
    bool                    from;
    bool                    file; /* a name was given, not STDIN or STDOUT */
    bool                    program;
    struct copy_option_list options;
    struct survey           inner;    /* of the query, or of WHERE     */
    size_t                  to_at;    /* of TO, in the query form       */
    size_t                  using_at; /* of USING, 0: none */
    size_t                  where_at; /* 0: none                         */
};

/* ---- What is copied, and where ---------------------------------------------------- */

/* [[catalog.]schema.]table */
static void table_name(struct parser *p)
{
    pgcopy_stmt *pub   = &p->stmt->pub;
    size_t       start = p->tok.start;
    bool         star  = false;
    struct names names = {0};

    names_add(p, &names, parser_name(p, NAME_COLUMN));
    while (parser_accept_char(p, '.'))
        if (parser_accept_char(p, '*'))
            star = true;
        else
            names_add(p, &names, parser_name(p, NAME_LABEL));
    if (star) /* PostgreSQL sees this one late: behind the name */
        parser_refuse(p);
    if (p->status != PGCOPY_OK)
        return;
    if (names.n > 3) {
        pgcopy_error_set(p->lex.err, "42601",
                         "improper qualified name (too many dotted names): %s",
                         names_join(p, &names, "."));
        if (p->lex.err)
            p->lex.err->position = lexer_position(&p->lex, start);
        parser_fail(p, PGCOPY_ERR_SQL);
        return;
    }
    pub->table   = names.list[names.n - 1];
    pub->schema  = names.n > 1 ? names.list[names.n - 2] : NULL;
    pub->catalog = names.n > 2 ? names.list[0] : NULL;
}

static void add_column(struct parser *p, pgcopy_columns *cols)
{
    const char *name = parser_name(p, NAME_COLUMN);

    if (!name)
        return;
    if (pgcopy_columns_count(cols) == NAMES_MAX)
        names_too_many(p);
    else if (!pgcopy_columns_add(cols, name, 0))
        parser_fail(p, PGCOPY_ERR_NOMEM);
}

/* Behind the parenthesis. */
static void column_list(struct parser *p)
{
    pgcopy_columns *cols = pgcopy_columns_new(&p->in_arena);

    if (!cols) {
        parser_fail(p, PGCOPY_ERR_NOMEM);
        return;
    }
    p->stmt->pub.columns = cols;
    do
        add_column(p, cols);
    while (parser_accept_char(p, ','));
    parser_expect_char(p, ')');
}

/* STDIN and STDOUT are the same to PostgreSQL. */
static void source(struct parser *p, struct copy *c)
{
    c->program = parser_accept(p, "program");
    c->file    = !parser_accept(p, "stdin") && !parser_accept(p, "stdout");
    if (c->file)
        parser_string(p);
}

/* The query's grammar is the database's, but it can only begin with these. */
static void query_start(struct parser *p)
{
    static const char *const verbs[] = {"select", "values", "table",  "with",
                                        "insert", "update", "delete", "merge"};

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (parser_is_word(p, verbs[i]))
            return;
    if (!parser_is_char(p, '('))
        parser_refuse(p);
}

/* Behind the parenthesis. */
static void query(struct parser *p, struct copy *c)
{
    size_t start = p->tok.start;

    query_start(p);
    scan(p, &c->inner, true);
    for (size_t i = 0; i < c->inner.ncasts; i++)
        c->inner.casts[i].start -= (uint32_t)(start - p->first);
    p->stmt->pub.query  = parser_text(p, start, p->last);
    p->stmt->pub.casts  = c->inner.casts;
    p->stmt->pub.ncasts = (uint32_t)c->inner.ncasts;
    parser_expect_char(p, ')');
    c->to_at = p->tok.start;
    parser_expect(p, "to");
}

static void table(struct parser *p, struct copy *c)
{
    size_t at = p->tok.start;

    if (parser_accept(p, "binary"))
        option_list_add(p, &c->options, "format", at, "binary");
    table_name(p);
    if (parser_accept_char(p, '('))
        column_list(p);
    c->from = parser_accept(p, "from");
    if (!c->from)
        parser_expect(p, "to");
}

/* What an operand must follow, for PostgreSQL has no operator behind one. */
static bool is_left_open(const struct parser *p, const struct token *last)
{
    static const char *const words[] = {"and", "or", "not", "like", "ilike", "in", "between"};
    pgcopy_slice             text    = parser_slice(p, last);

    for (size_t i = 0; last->kind == TOKEN_WORD && i < sizeof words / sizeof *words; i++)
        if (word_is(text, words[i]))
            return true;
    return last->kind == TOKEN_OPERATOR ||
           (last->kind == TOKEN_CHAR && memchr("+-*/%^<>=,", *text.data, 10));
}

static void where(struct parser *p, struct copy *c)
{
    size_t at = p->tok.start;
    size_t start;

    if (!parser_accept(p, "where"))
        return;
    c->where_at = at;
    start       = p->tok.start;
    if (parser_is_end(p))
        parser_refuse(p);
    scan(p, &c->inner, false);
    if (is_left_open(p, &c->inner.prev))
        parser_refuse(p);
    p->stmt->pub.where    = parser_text(p, start, p->last);
    p->stmt->pub.where_at = lexer_position(&p->lex, start) - 1;
}

/* ---- What is wrong with all of it ------------------------------------------------- */

/* PostgreSQL's grammar says these when it has seen all of a COPY, whatever is behind it. */
static void check_grammar(struct parser *p, const struct copy *c)
{
    size_t at = 0;

    if (p->status != PGCOPY_OK)
        return;
    if (c->program && !c->file) {
        pgcopy_error_text(p->lex.err, "42601", "STDIN/STDOUT not allowed with PROGRAM");
        at = c->to_at ? c->to_at : c->using_at;
    } else if (c->where_at && !c->from) {
        pgcopy_error_text(p->lex.err, "42601", "WHERE clause not allowed with COPY TO");
        at = c->where_at;
    } else {
        return;
    }
    if (p->lex.err && at)
        p->lex.err->position = lexer_position(&p->lex, at);
    parser_fail(p, PGCOPY_ERR_SQL);
}

/* No one here has the privilege for the server's own files and programs. */
static pgcopy_status no_privilege(const struct copy *c, pgcopy_error *err)
{
    static const char hint[] = "Anyone can COPY to stdout or from stdin. psql's \\copy command "
                               "also works for anyone.";
    const char       *what   = c->program ? "to or from an external program"
                               : c->from  ? "from a file"
                                          : "to a file";
    const char       *role   = c->program ? "pg_execute_server_program"
                               : c->from  ? "pg_read_server_files"
                                          : "pg_write_server_files";

    pgcopy_error_set(err, "42501", "permission denied to COPY %s", what);
    snprintf(err->detail, sizeof err->detail,
             "Only roles with privileges of the \"%s\" role may COPY %s.", role, what);
    text_add(err->hint, sizeof err->hint, hint, strlen(hint));
    return PGCOPY_ERR_SQL;
}

/* There are no parameters in a COPY, though $1 is no syntax error. */
static pgcopy_status check_places(const struct parser *p, const struct copy *c,
                                  pgcopy_error *err)
{
    if (!c->inner.nplaces)
        return PGCOPY_OK;
    pgcopy_error_set(err, "42P02", "there is no parameter $%u", c->inner.places[0].number);
    err->position = lexer_position(&p->lex, p->first + c->inner.places[0].start);
    return PGCOPY_ERR_SQL;
}

/* What PostgreSQL finds when it looks at the query, as far as its words tell. */
static pgcopy_status check_query(const struct copy *c, pgcopy_error *err)
{
    const struct survey *s      = &c->inner;
    bool                 select = !s->main || strcmp(s->main, "SELECT") == 0;

    if (select && s->into)
        return pgcopy_error_text(err, "0A000", "COPY (SELECT INTO) is not supported");
    if (!select && !s->returning)
        return pgcopy_error_text(err, "0A000", "COPY query must have a RETURNING clause");
    return PGCOPY_OK;
}

/* In PostgreSQL's order: the file, WHERE, the options, the query. */
static pgcopy_status first_wrong(struct parser *p, const struct copy *c, pgcopy_error *err)
{
    const char   *query = p->stmt->pub.query;
    pgcopy_status options =
        copy_options_check(&p->lex, c->options.first, c->from, &p->stmt->format, err);

    if (c->file)
        return no_privilege(c, err);
    if (!query && check_places(p, c, err) < 0)
        return PGCOPY_ERR_SQL;
    if (options == PGCOPY_OK && query)
        options = check_places(p, c, err);
    if (options == PGCOPY_OK && query)
        options = check_query(c, err);
    return options;
}

static void check_options(struct parser *p, const struct copy *c)
{
    pgcopy_error err = {0};

    if (p->status != PGCOPY_OK || first_wrong(p, c, &err) == PGCOPY_OK)
        return;
    p->stmt->pub.bad_option =
        (const pgcopy_error *)arena_dup(&p->stmt->memory, &err, sizeof err);
    if (!p->stmt->pub.bad_option)
        parser_fail(p, PGCOPY_ERR_NOMEM);
}

bool copy_statement(struct parser *p)
{
    struct copy  c   = {0};
    pgcopy_stmt *pub = &p->stmt->pub;

    parser_take(p);
    if (parser_accept_char(p, '('))
        query(p, &c);
    else
        table(p, &c);
    source(p, &c);
    if (!pub->query)
        c.using_at = option_list_delimiters(p, &c.options);
    option_list_with(p, &c.options);
    if (!pub->query)
        where(p, &c);
    check_grammar(p, &c);
    if (!parser_is_end(p))
        parser_refuse(p);
    p->stmt->format.size = sizeof p->stmt->format;
    check_options(p, &c);
    pub->verb   = c.from ? PGCOPY_VERB_COPY_FROM : PGCOPY_VERB_COPY_TO;
    pub->tag    = "COPY";
    pub->format = &p->stmt->format;
    return true;
}
