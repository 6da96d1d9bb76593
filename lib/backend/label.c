/*
 * backend/label.c - the name of an item of a select list, by PostgreSQL's rule: what is called
 * or named gives its name, a cast and CASE theirs only where nothing in them does.
 *
 *   a.b -> b    f(x) -> f    1::int -> int4    a::int -> a    CASE .. ELSE a END -> a
 *   a + 1 -> ?column?        (SELECT max(a) FROM t) -> max    'x' AS "Y" -> Y
 *
 * What is not understood leaves something behind that ends no item, and so is unsure.
 */
#include "backend/label.h"

#include "backend/typename.h"
#include "stmt/keywords.h"

#include <string.h>

enum { DEPTH_MAX = 32 };

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void read_expression(struct reader *r, struct label *l, unsigned depth);
static void read_item(struct reader *r, struct label *l, unsigned depth);

static void call_it(struct label *l, enum label_strength strength, const char *name)
{
    l->strength = strength;
    memcpy(l->name, name, strlen(name) + 1);
}

static void expect(struct reader *r, const char *text, struct label *l)
{
    if (!reader_accept(r, text))
        l->unsure = true;
}

/* ---- What stands alone -------------------------------------------------------------- */

/* Behind its first item the rest of a subquery is of no interest. */
static void read_subquery(struct reader *r, struct label *l, unsigned depth)
{
    if (reader_is(r, &r->tok, "values")) {
        call_it(l, LABEL_STRONG, "column1");
        return;
    }
    if (label_find_list(r))
        read_item(r, l, depth);
    else
        l->unsure = true;
    l->unsure = l->unsure || l->star;
    l->star   = false;
    if (l->strength == LABEL_NONE)
        call_it(l, LABEL_STRONG, "?column?");
    l->strength = LABEL_STRONG;
}

/* (a), (a, b), (SELECT a) */
static void read_parentheses(struct reader *r, struct label *l, unsigned depth)
{
    static const char *const queries[] = {"select", "with", "values", "table"};
    struct reader            in        = *r;

    reader_skip_group(r);
    reader_take(&in);
    if (reader_is_any(&in, queries, COUNT(queries))) {
        read_subquery(&in, l, depth);
        return;
    }
    read_expression(&in, l, depth);
    if (reader_is(&in, &in.tok, ","))
        call_it(l, LABEL_STRONG, "row");
    else
        expect(&in, ")", l);
}

static void read_cast(struct reader *r, struct label *l)
{
    char type[TEXT_NAME_MAX + 1];

    if (!typename_read(r, type))
        l->unsure = true;
    else if (l->strength != LABEL_STRONG)
        call_it(l, LABEL_WEAK, type);
}

/* CAST (x AS type) */
static void read_cast_call(struct reader *r, struct label *l, unsigned depth)
{
    expect(r, "(", l);
    read_expression(r, l, depth);
    expect(r, "as", l);
    read_cast(r, l);
    expect(r, ")", l);
}

/* To the ELSE or END of this CASE. */
static void skip_branches(struct reader *r)
{
    size_t inner = 0;

    while (r->tok.kind != TOKEN_END &&
           (inner || (!reader_is(r, &r->tok, "else") && !reader_is(r, &r->tok, "end")))) {
        inner += reader_is(r, &r->tok, "case");
        inner -= reader_is(r, &r->tok, "end");
        if (!reader_skip_group(r))
            reader_take(r);
    }
}

static void read_case(struct reader *r, struct label *l, unsigned depth)
{
    skip_branches(r);
    if (reader_accept(r, "else"))
        read_expression(r, l, depth);
    expect(r, "end", l);
    if (l->strength != LABEL_STRONG)
        call_it(l, LABEL_WEAK, "case");
}

/* f(...) WITHIN GROUP (...) FILTER (...) OVER w */
static void read_arguments(struct reader *r)
{
    if (!reader_skip_group(r))
        return;
    if (reader_accept(r, "within") && reader_accept(r, "group"))
        reader_skip_group(r);
    if (reader_accept(r, "filter"))
        reader_skip_group(r);
    if (reader_accept(r, "over") && !reader_skip_group(r))
        reader_take(r);
}

/* a.b.c, f(...), current_date */
static void read_name(struct reader *r, struct label *l)
{
    reader_says(r, &r->tok, l->name);
    l->strength = LABEL_STRONG;
    reader_take(r);
    while (reader_accept(r, ".")) {
        l->star   = reader_is(r, &r->tok, "*");
        l->unsure = !reader_at_name(r);
        if (l->unsure)
            return;
        reader_says(r, &r->tok, l->name);
        reader_take(r);
    }
    read_arguments(r);
}

/* The functions that PostgreSQL has for TRIM (LEADING ...). */
static void read_trim(struct reader *r, struct label *l)
{
    struct reader in = *r;

    if (!reader_accept(&in, "("))
        l->unsure = true;
    else if (reader_is(&in, &in.tok, "leading"))
        call_it(l, LABEL_STRONG, "ltrim");
    else
        call_it(l, LABEL_STRONG, reader_is(&in, &in.tok, "trailing") ? "rtrim" : "btrim");
    reader_skip_group(r);
}

/* date '2020-01-01' */
static bool read_typed_literal(struct reader *r, struct label *l)
{
    struct reader at = *r;
    char          type[TEXT_NAME_MAX + 1];

    if (!typename_read(&at, type) || at.tok.kind < TOKEN_STRING || at.tok.kind > TOKEN_DOLLAR)
        return false;
    reader_take(&at);
    typename_skip_fields(&at);
    *r = at;
    call_it(l, LABEL_WEAK, type);
    return true;
}

static bool accept_nameless(struct reader *r)
{
    return reader_accept(r, "true") || reader_accept(r, "false") || reader_accept(r, "null");
}

static void read_word(struct reader *r, struct label *l, unsigned depth)
{
    if (reader_accept(r, "case"))
        read_case(r, l, depth);
    else if (reader_accept(r, "cast"))
        read_cast_call(r, l, depth);
    else if (reader_accept(r, "trim"))
        read_trim(r, l);
    else if (reader_is(r, &r->tok, "collation") || reader_is(r, &r->tok, "treat"))
        l->unsure = true; /* functions in a form of their own */
    else if (!accept_nameless(r) && !read_typed_literal(r, l))
        read_name(r, l);
}

static void read_operand(struct reader *r, struct label *l, unsigned depth)
{
    *l = (struct label){.strength = LABEL_NONE};
    if (depth < DEPTH_MAX && reader_is(r, &r->tok, "("))
        read_parentheses(r, l, depth + 1);
    else if (depth < DEPTH_MAX && reader_at_name(r) && !label_ends(r))
        read_word(r, l, depth + 1);
    else if (r->tok.kind >= TOKEN_STRING && r->tok.kind <= TOKEN_PARAM)
        reader_take(r);
    else
        l->unsure = true;
}

/* x::type, x[1], (x).y, x COLLATE "C" */
static void read_suffixes(struct reader *r, struct label *l)
{
    char collation[TEXT_NAME_MAX + 1];

    while (!l->unsure)
        if (reader_accept(r, "::")) {
            read_cast(r, l);
        } else if (reader_accept(r, "collate")) {
            l->unsure = !typename_read(r, collation);
        } else if (reader_is(r, &r->tok, "[")) {
            reader_skip_group(r);
        } else if (reader_accept(r, ".")) {
            l->star   = reader_is(r, &r->tok, "*");
            l->unsure = !reader_at_name(r);
            if (!l->unsure)
                read_name(r, l);
        } else {
            return;
        }
}

/* ---- Expressions -------------------------------------------------------------------- */

/* MariaDB's quotes would be operators. */
static bool is_sign(const struct reader *r)
{
    static const char *const signs[] = {"+", "-", "*", "/", "%", "^", "<", ">", "="};
    pgcopy_slice             text    = reader_slice(r, &r->tok);

    if (reader_is_any(r, signs, COUNT(signs)))
        return true;
    return r->tok.kind == TOKEN_OPERATOR && !reader_is(r, &r->tok, "::") &&
           !memchr(text.data, '`', text.len);
}

/* Each word of an operator that has several: they follow each other. */
static bool accept_operator(struct reader *r)
{
    static const char *const words[] = {"not",     "and",       "or",        "is", "in",
                                        "like",    "ilike",     "similar",   "to", "escape",
                                        "between", "symmetric", "asymmetric"};

    if (reader_accept(r, "distinct"))
        return reader_accept(r, "from");
    if (r->tok.kind == TOKEN_WORD ? !reader_is_any(r, words, COUNT(words)) : !is_sign(r))
        return false;
    reader_take(r);
    return true;
}

/* x IS JSON OBJECT, x IS NOT NFC NORMALIZED: some of them are functions. */
static bool at_strange_test(struct reader r)
{
    static const char *const tests[] = {"json", "normalized", "nfc", "nfd", "nfkc", "nfkd"};

    return reader_accept(&r, "is") && (reader_accept(&r, "not") || true) &&
           reader_is_any(&r, tests, COUNT(tests));
}

/* Operands with operators between them have no name, one alone has its own. */
static void read_expression(struct reader *r, struct label *l, unsigned depth)
{
    bool operators = false, more;

    *l = (struct label){.star = reader_accept(r, "*")};
    if (l->star) {
        l->unsure = true;
        return;
    }
    do {
        while (accept_operator(r))
            operators = true;
        read_operand(r, l, depth);
        read_suffixes(r, l);
        l->unsure = l->unsure || at_strange_test(*r);
        operators = reader_accept(r, "isnull") || reader_accept(r, "notnull") || operators;
        more      = !l->unsure && accept_operator(r);
        operators = operators || more;
    } while (more);
    if (operators)
        l->strength = LABEL_NONE;
}

/* ---- Items and lists ---------------------------------------------------------------- */

bool label_ends(const struct reader *r)
{
    static const char *const words[] = {
        ",",      "from",   "where", "union",  "intersect", "except", "group", "order", "limit",
        "having", "window", "for",   "offset", "fetch",     "into",   ";",     ")"};

    return r->tok.kind == TOKEN_END || reader_is_any(r, words, COUNT(words));
}

static void skip_item(struct reader *r)
{
    while (!label_ends(r))
        if (!reader_skip_group(r))
            reader_take(r);
}

/* Most items are a name alone: that is told without a look at all else. */
static bool read_plain(struct reader *r, struct label *l)
{
    struct reader behind = *r;

    if (!reader_at_name(r) ||
        (r->tok.kind == TOKEN_WORD && !keyword_may_be(reader_slice(r, &r->tok), NAME_COLUMN)))
        return false;
    reader_take(&behind);
    if (!label_ends(&behind))
        return false;
    *l = (struct label){.strength = LABEL_STRONG};
    reader_says(r, &r->tok, l->name);
    *r = behind;
    return true;
}

static void read_item(struct reader *r, struct label *l, unsigned depth)
{
    bool as;

    if (read_plain(r, l))
        return;
    read_expression(r, l, depth);
    as = reader_accept(r, "as");
    if (!l->unsure && reader_at_name(r) && (as || !label_ends(r))) {
        reader_says(r, &r->tok, l->name);
        l->strength = LABEL_STRONG;
        reader_take(r);
    }
    l->unsure = l->unsure || !label_ends(r);
    skip_item(r);
}

void label_read(struct reader *r, struct label *l)
{
    read_item(r, l, 0);
    if (l->strength == LABEL_NONE || l->unsure)
        call_it(l, LABEL_NONE, "?column?");
}

/* Up to the verb: the word behind WITH x AS (...), y AS (...). */
static void skip_with(struct reader *r)
{
    static const char *const verbs[] = {"select", "insert", "update", "delete", "values"};

    if (!reader_accept(r, "with"))
        return;
    do
        while (r->tok.kind != TOKEN_END && !reader_skip_group(r))
            reader_take(r);
    while (r->tok.kind != TOKEN_END && !reader_is_any(r, verbs, COUNT(verbs)));
}

static bool find_returning(struct reader *r)
{
    while (r->tok.kind != TOKEN_END && !reader_is(r, &r->tok, "returning"))
        if (!reader_skip_group(r))
            reader_take(r);
    return reader_accept(r, "returning");
}

bool label_find_list(struct reader *r)
{
    static const char *const changes[] = {"insert", "update", "delete"};

    skip_with(r);
    if (reader_is_any(r, changes, COUNT(changes)))
        return find_returning(r);
    if (!reader_accept(r, "select"))
        return false;
    if (!reader_accept(r, "distinct"))
        reader_accept(r, "all");
    else if (reader_accept(r, "on"))
        reader_skip_group(r);
    return true;
}
