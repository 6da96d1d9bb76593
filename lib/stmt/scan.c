/*
 * stmt/scan.c - passing over text whose grammar is the database's, up to where it must end.
 *
 *   SELECT f(a, ')') -- ;           the semicolon at the top level ends it; those in quotes,
 *   FROM t WHERE b = $1;            comments, BEGIN ... END bodies and rules do not
 *                    ^^ a place
 */
#include "stmt/scan.h"

#include <string.h>

bool survey_has(const struct parser *p, const struct survey *s, size_t i, const char *words)
{
    for (; *words; i++) {
        size_t       n = strcspn(words, " ");
        pgcopy_slice word;
        if (i >= s->nhead || s->head[i].kind != TOKEN_WORD)
            return false;
        word = parser_slice(p, &s->head[i]);
        if (word.len != n)
            return false;
        for (size_t k = 0; k < n; k++)
            if (ascii_lower((char)word.data[k]) != words[k])
                return false;
        words += words[n] ? n + 1 : n;
    }
    return true;
}

/* CREATE [OR REPLACE] one of these. */
static bool is_create(const struct parser *p, const struct survey *s, const char *what)
{
    size_t i = survey_has(p, s, 1, "or replace") ? 3 : 1;

    return survey_has(p, s, 0, "create") && survey_has(p, s, i, what);
}

static bool is_prev(const struct parser *p, const struct survey *s, const char *lower)
{
    return s->prev.kind == TOKEN_WORD && word_is(parser_slice(p, &s->prev), lower);
}

static bool is_prev_char(const struct parser *p, const struct survey *s, char c)
{
    return s->prev.kind == TOKEN_CHAR && p->lex.text[s->prev.start] == (uint8_t)c;
}

/* ---- Semicolons that do not end the statement ------------------------------------- */

static bool is_routine(const struct parser *p, const struct survey *s)
{
    return is_create(p, s, "function") || is_create(p, s, "procedure");
}

/* What other databases give a body without ATOMIC: triggers (SQLite, MariaDB), and MariaDB's
   routines and events, before which a DEFINER may stand. */
static bool has_plain_body(const struct parser *p, const struct survey *s)
{
    static const char *const kinds[] = {"trigger", "function", "procedure", "event"};
    size_t                   i       = survey_has(p, s, 1, "or replace") ? 3 : 1, end;

    i += survey_has(p, s, i, "temp") || survey_has(p, s, i, "temporary");
    end = survey_has(p, s, i, "definer") ? s->nhead : i + 1;
    for (; survey_has(p, s, 0, "create") && i < end; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (survey_has(p, s, i, kinds[k]))
                return true;
    return false;
}

/* A keyword as a label (AS end, t.end) is none. */
static bool is_label(const struct parser *p, const struct survey *s)
{
    return is_prev(p, s, "as") || is_prev_char(p, s, '.');
}

/* BEGIN may be a name: of a table, a column, a type, a setting. */
static bool is_begin(const struct parser *p, const struct survey *s)
{
    static const char *const before_names[] = {
        "trigger", "function", "procedure", "event", "exists",  "on",       "of",    "from",
        "returns", "setof",    "set",       "to",    "follows", "precedes", "return"};

    if (!parser_is_word(p, "begin") || s->depth || is_prev_char(p, s, ','))
        return false;
    for (size_t i = 0; i < sizeof before_names / sizeof *before_names; i++)
        if (is_prev(p, s, before_names[i]))
            return false;
    return true;
}

/* END IF ends no BEGIN, nor does that of another statement of MariaDB's that has one. */
static bool ends_other(const struct parser *p, const struct survey *s)
{
    return is_prev(p, s, "end") && (parser_is_word(p, "if") || parser_is_word(p, "while") ||
                                    parser_is_word(p, "loop") || parser_is_word(p, "repeat"));
}

/* In a body, CASE and the body itself end with END, and CASE as a statement with END CASE. */
static void note_body(const struct parser *p, struct survey *s)
{
    if (is_label(p, s))
        return;
    if (parser_is_word(p, "atomic") && is_prev(p, s, "begin") && is_routine(p, s)) {
        s->body  = 1;
        s->plain = false;
    } else if (s->count == 3 && survey_has(p, s, 0, "begin not atomic")) { /* MariaDB's DO */
        s->body  = 1;
        s->plain = true;
    } else if (is_begin(p, s) && (s->body ? s->plain : has_plain_body(p, s))) {
        s->body++;
        s->plain = true;
    } else if (s->body && parser_is_word(p, "end")) {
        s->body--;
    } else if (s->body && parser_is_word(p, "case") && !is_prev(p, s, "end")) {
        s->body++;
    } else if (s->plain && ends_other(p, s)) {
        s->body++;
    }
}

/* Whether the semicolon that stands next is part of the statement. */
static bool keeps_semicolon(const struct parser *p, const struct survey *s)
{
    return s->body || (s->depth && is_create(p, s, "rule"));
}

/* ---- What is noted ------------------------------------------------------------------------
 */

/* The verb behind WITH names AS (...), ... - a name may be spelled the same, but it stands
   behind WITH, RECURSIVE, a comma or a word of SEARCH and CYCLE. */
static void note_main(const struct parser *p, struct survey *s)
{
    static const char *const verbs[][2] = {
        {"select", "SELECT"}, {"values", "SELECT"}, {"table", "SELECT"}, {"insert", "INSERT 0"},
        {"update", "UPDATE"}, {"delete", "DELETE"}, {"merge", "MERGE"}};
    static const char *const before_names[] = {"with", "recursive", "by",    "set",
                                               "to",   "default",   "using", "cycle"};

    if (s->main || is_prev_char(p, s, ','))
        return;
    for (size_t i = 0; i < sizeof before_names / sizeof *before_names; i++)
        if (is_prev(p, s, before_names[i]))
            return;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (parser_is_word(p, verbs[i][0]))
            s->main = verbs[i][1];
}

static void note_word(const struct parser *p, struct survey *s)
{
    if (is_prev(p, s, "concurrently") &&
        (parser_is_word(p, "false") || parser_is_word(p, "off")))
        s->concurrently = false;
    s->concurrently = s->concurrently || parser_is_word(p, "concurrently");
    s->no_data      = parser_is_word(p, "data") && is_prev(p, s, "no");
    note_body(p, s);
    if (s->depth)
        return;
    note_main(p, s);
    if (is_label(p, s))
        return;
    s->as        = s->as || parser_is_word(p, "as");
    s->on        = s->on || parser_is_word(p, "on");
    s->returning = s->returning || parser_is_word(p, "returning");
    s->into      = s->into || (parser_is_word(p, "into") && !is_prev(p, s, "insert") &&
                          !is_prev(p, s, "merge"));
}

static void add_place(struct parser *p, pgcopy_place **list, size_t *n, size_t *cap,
                      pgcopy_place place)
{
    void         *places = *list;
    pgcopy_status status =
        mem_grow(&p->in_arena, &places, cap, *n + 1, sizeof place, UINT32_MAX);

    parser_fail(p, status);
    if (status != PGCOPY_OK)
        return;
    *list       = places;
    (*list)[*n] = place;
    *n += 1;
}

static void note_place(struct parser *p, struct survey *s)
{
    pgcopy_place place = {.start = (uint32_t)(p->tok.start - p->first),
                          .len   = (uint32_t)(p->tok.end - p->tok.start)};

    for (size_t i = p->tok.start + 1; i < p->tok.end; i++)
        place.number = place.number * 10 + (uint32_t)(p->lex.text[i] - '0');
    s->nparams = s->nparams > place.number ? s->nparams : place.number;
    add_place(p, &s->places, &s->nplaces, &s->places_cap, place);
}

/* ---- Casts of literals: ::name.name[(n, ...)][[n]...]
 * ------------------------------------------
 */

static bool looks_at(const struct lexer *lex, const struct token *tok, char c)
{
    return tok->kind == TOKEN_CHAR && lex->text[tok->start] == (uint8_t)c;
}

/* The other words of a type's name (manual, 8.1). */
static bool goes_on(const struct lexer *lex, const struct token *tok)
{
    static const char *const words[] = {"precision", "varying", "with",
                                        "without",   "time",    "zone"};
    pgcopy_slice             text    = {lex->text + tok->start, tok->end - tok->start};

    for (size_t i = 0; tok->kind == TOKEN_WORD && i < sizeof words / sizeof *words; i++)
        if (word_is(text, words[i]))
            return true;
    return false;
}

/* Behind the bracket that closes the one at tok, with numbers between them; tok itself if none
   does. */
static size_t behind_brackets(struct lexer *lex, struct token tok, char close)
{
    size_t at = tok.start;

    while (lexer_next(lex, &tok) == PGCOPY_OK)
        if (looks_at(lex, &tok, close))
            return tok.end;
        else if (tok.kind != TOKEN_INTEGER && !looks_at(lex, &tok, ','))
            break;
    return at;
}

/* Where the type ends whose name begins behind `at`; 0: there is none. */
static size_t type_end(struct lexer lex, size_t at)
{
    struct token tok  = {.kind = TOKEN_END};
    size_t       end  = 0;
    bool         name = true;

    lex.at  = at;
    lex.err = NULL;
    while (lexer_next(&lex, &tok) == PGCOPY_OK) {
        bool word = tok.kind == TOKEN_WORD || tok.kind == TOKEN_NAME;
        if (end && looks_at(&lex, &tok, '.'))
            name = true;
        else if (word && (name || goes_on(&lex, &tok)))
            name = false, end = tok.end;
        else if (end && looks_at(&lex, &tok, '('))
            end = behind_brackets(&lex, tok, ')');
        else if (end && looks_at(&lex, &tok, '['))
            end = behind_brackets(&lex, tok, ']');
        else
            break;
    }
    return end;
}

static void note_cast(struct parser *p, struct survey *s)
{
    pgcopy_slice op      = parser_slice(p, &p->tok);
    bool         literal = (s->prev.kind >= TOKEN_STRING && s->prev.kind <= TOKEN_DOLLAR) ||
                   s->prev.kind == TOKEN_PARAM || (s->prev.end && s->prev.end == s->cast_end);
    size_t end = 0;

    if (literal && op.len == 2 && op.data[0] == ':' && op.data[1] == ':')
        end = type_end(p->lex, p->tok.end);
    if (!end)
        return;
    s->cast_end = end;
    add_place(p, &s->casts, &s->ncasts, &s->casts_cap,
              (pgcopy_place){.start = (uint32_t)(p->tok.start - p->first),
                             .len   = (uint32_t)(end - p->tok.start)});
}

static void note(struct parser *p, struct survey *s)
{
    if (s->nhead < SURVEY_HEAD)
        s->head[s->nhead++] = p->tok;
    s->count++;
    if (p->tok.kind == TOKEN_WORD)
        note_word(p, s);
    else
        s->no_data = false;
    if (p->tok.kind == TOKEN_INTEGER && is_prev(p, s, "concurrently")) /* 0: not after all */
        s->concurrently = p->lex.text[p->tok.start] != '0';
    if (p->tok.kind == TOKEN_PARAM)
        note_place(p, s);
    if (p->tok.kind == TOKEN_OPERATOR)
        note_cast(p, s);
    s->prev = p->tok;
}

/* ---- The scan ------------------------------------------------------------------------------
 */

/* Whether the token that stands next ends the scan; fails where it may not stand. */
static bool ends(struct parser *p, struct survey *s, bool inner)
{
    bool end = p->tok.kind == TOKEN_END || (parser_is_char(p, ';') && !keeps_semicolon(p, s));

    if (end && (s->depth || s->body || inner))
        parser_refuse(p);
    if (parser_is_char(p, ')') && !s->depth) {
        if (!inner)
            parser_refuse(p);
        end = true;
    }
    return end;
}

void scan(struct parser *p, struct survey *s, bool inner)
{
    while (p->status == PGCOPY_OK && !ends(p, s, inner)) {
        if (parser_is_char(p, ')'))
            s->depth--;
        note(p, s);
        if (parser_is_char(p, '('))
            s->depth++;
        parser_take(p);
    }
}
