/*
 * stmt/scan.c - passing over text whose grammar is the database's, up to where it must end.
 *
 *   SELECT f(a, ')') -- ;           the semicolon at the top level ends it; those in quotes,
 *   FROM t WHERE b = $1;            comments, BEGIN ATOMIC bodies and rules do not
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

/* A keyword as a label (AS end, t.end) is none. */
static bool is_label(const struct parser *p, const struct survey *s)
{
    return is_prev(p, s, "as") || is_prev_char(p, s, '.');
}

/* In a body, CASE and the body itself end with END. */
static void note_atomic(const struct parser *p, struct survey *s)
{
    if (is_label(p, s))
        return;
    if (s->atomic && parser_is_word(p, "case"))
        s->atomic++;
    else if (s->atomic && parser_is_word(p, "end"))
        s->atomic--;
    else if (parser_is_word(p, "atomic") && is_prev(p, s, "begin") && is_routine(p, s))
        s->atomic = 1;
}

/* Whether the semicolon that stands next is part of the statement. */
static bool keeps_semicolon(const struct parser *p, const struct survey *s)
{
    return s->atomic || (s->depth && is_create(p, s, "rule"));
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
    note_atomic(p, s);
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

static void note_place(struct parser *p, struct survey *s)
{
    void         *places = s->places;
    pgcopy_place  place  = {.start = (uint32_t)(p->tok.start - p->first),
                            .len   = (uint32_t)(p->tok.end - p->tok.start)};
    pgcopy_status status = mem_grow(&p->in_arena, &places, &s->places_cap, s->nplaces + 1,
                                    sizeof place, UINT32_MAX);

    if (status != PGCOPY_OK) {
        parser_fail(p, status);
        return;
    }
    for (size_t i = p->tok.start + 1; i < p->tok.end; i++)
        place.number = place.number * 10 + (uint32_t)(p->lex.text[i] - '0');
    s->places               = places;
    s->places[s->nplaces++] = place;
    s->nparams              = s->nparams > place.number ? s->nparams : place.number;
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
    s->prev = p->tok;
}

/* ---- The scan ------------------------------------------------------------------------------
 */

/* Whether the token that stands next ends the scan; fails where it may not stand. */
static bool ends(struct parser *p, struct survey *s, bool inner)
{
    bool end = p->tok.kind == TOKEN_END || (parser_is_char(p, ';') && !keeps_semicolon(p, s));

    if (end && (s->depth || s->atomic || inner))
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
