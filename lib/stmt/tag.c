/* stmt/tag.c - the command tag of a statement that is passed on, and whether it stands alone.
 */
#include "stmt/tag.h"
#include "base/text.h"

#include <string.h>

enum { TAG_MAX = 64 };

/* Statements whose tag is not just their first word (manual, protocol 54.7 and each page). */
static const struct {
    const char *words;
    const char *tag;
} tags[] = {
    {"analyse", "ANALYZE"},
    {"begin not atomic", "DO"}, /* MariaDB's block without a name */
    {"commit prepared", "COMMIT PREPARED"},
    {"declare", "DECLARE CURSOR"},
    {"import", "IMPORT FOREIGN SCHEMA"},
    {"insert", "INSERT 0"},
    {"lock", "LOCK TABLE"},
    {"prepare transaction", "PREPARE TRANSACTION"},
    {"reassign", "REASSIGN OWNED"},
    {"refresh", "REFRESH MATERIALIZED VIEW"},
    {"rollback prepared", "ROLLBACK PREPARED"},
    {"security", "SECURITY LABEL"},
    {"set constraints", "SET CONSTRAINTS"},
    {"table", "SELECT"},
    {"truncate", "TRUNCATE TABLE"},
    {"values", "SELECT"},
};

/* What may stand between CREATE, ALTER or DROP and the kind of object. */
static const char *const modifiers[] = {"or replace", "global",   "local",     "temporary",
                                        "temp",       "unlogged", "unique",    "constraint",
                                        "recursive",  "trusted",  "procedural"};

/* Kinds of objects that have more than one word, the longer before the shorter. */
static const char *const kinds[] = {"access method",          "default privileges",
                                    "event trigger",          "foreign data wrapper",
                                    "foreign table",          "large object",
                                    "materialized view",      "operator class",
                                    "operator family",        "text search configuration",
                                    "text search dictionary", "text search parser",
                                    "text search template",   "user mapping"};

static size_t words_in(const char *words)
{
    size_t n = 1;

    for (; *words; words++)
        n += *words == ' ';
    return n;
}

/* The place in the head of the kind of object. */
static size_t skip_modifiers(const struct parser *p, const struct survey *s)
{
    size_t i = 1;

    for (size_t k = 0; k < sizeof modifiers / sizeof *modifiers; k++)
        if (survey_has(p, s, i, modifiers[k]))
            i += words_in(modifiers[k]);
    return survey_has(p, s, i, "default conversion") ? i + 1 : i;
}

/* Appends words of the head in upper case. */
static void add_words(const struct parser *p, const struct survey *s, char *tag, size_t i,
                      size_t n)
{
    for (; n && i < s->nhead && s->head[i].kind == TOKEN_WORD; i++, n--) {
        pgcopy_slice word = parser_slice(p, &s->head[i]);
        if (*tag)
            text_add(tag, TAG_MAX, " ", 1);
        text_add(tag, TAG_MAX, word.data, word.len);
    }
    for (; *tag; tag++)
        *tag = ascii_upper(*tag);
}

/* The rows that CREATE TABLE AS makes are counted as SELECT's. */
static const char *as_select(const struct survey *s, const char *empty)
{
    return s->no_data ? empty : "SELECT";
}

static const char *tag_of_object(struct parser *p, const struct survey *s, char *tag)
{
    size_t at = skip_modifiers(p, s);
    size_t n  = 1;

    if (survey_has(p, s, 0, "create") && survey_has(p, s, at, "materialized view"))
        return as_select(s, "CREATE MATERIALIZED VIEW");
    if (survey_has(p, s, 0, "create") && survey_has(p, s, at, "table") && s->as)
        return as_select(s, "CREATE TABLE AS");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (survey_has(p, s, at, kinds[k]))
            n = words_in(kinds[k]);
    add_words(p, s, tag, 0, 1);
    if (n == 1 && (survey_has(p, s, at, "user") || survey_has(p, s, at, "group")))
        text_add(tag, TAG_MAX, " ROLE", 5);
    else
        add_words(p, s, tag, at, n);
    return tag;
}

static const char *tag_of_words(struct parser *p, const struct survey *s, char *tag)
{
    if (s->head[0].kind == TOKEN_CHAR && p->lex.text[s->head[0].start] == '(')
        return "SELECT";
    if (s->head[0].kind != TOKEN_WORD)
        return "???"; /* PostgreSQL's own for what it does not know */
    if (survey_has(p, s, 0, "with"))
        return s->main ? s->main : "SELECT";
    if (survey_has(p, s, 0, "create") || survey_has(p, s, 0, "alter") ||
        survey_has(p, s, 0, "drop"))
        return tag_of_object(p, s, tag);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (survey_has(p, s, 0, tags[i].words))
            return tags[i].tag;
    add_words(p, s, tag, 0, 1);
    if ((survey_has(p, s, 0, "grant") || survey_has(p, s, 0, "revoke")) && !s->on)
        text_add(tag, TAG_MAX, " ROLE", 5);
    return tag;
}

const char *tag_of(struct parser *p, const struct survey *s)
{
    char *room = arena_alloc(&p->stmt->memory, TAG_MAX);

    return room ? tag_of_words(p, s, room) : NULL;
}

/* ---- Alone: what PostgreSQL calls PreventInTransactionBlock ---------------------------------
 */

/* With these words at the head it always is. */
static const char *const alone[] = {
    "alter system", "attach",        "commit prepared", "create database", "create tablespace",
    "detach",       "drop database", "drop tablespace", "pragma",          "rollback prepared",
    "vacuum"};

/* With these it is when CONCURRENTLY is said; REFRESH ... CONCURRENTLY may be in one. */
static const char *const alone_concurrently[] = {"create index", "create unique index",
                                                 "drop index", "reindex", "alter table"};

static bool has_any(const struct parser *p, const struct survey *s, const char *const *list,
                    size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (survey_has(p, s, 0, list[i]))
            return true;
    return false;
}

static bool head_is_char(const struct parser *p, const struct survey *s, size_t i, char c)
{
    return i < s->nhead && s->head[i].kind == TOKEN_CHAR &&
           p->lex.text[s->head[i].start] == (uint8_t)c;
}

/* REINDEX [(option, ...)] SCHEMA | DATABASE | SYSTEM goes through many tables. */
static bool is_wide_reindex(const struct parser *p, const struct survey *s)
{
    size_t i = 1;

    if (!survey_has(p, s, 0, "reindex"))
        return false;
    if (head_is_char(p, s, 1, '('))
        while (i < s->nhead && !head_is_char(p, s, i++, ')'))
            ;
    return survey_has(p, s, i, "schema") || survey_has(p, s, i, "database") ||
           survey_has(p, s, i, "system");
}

/* CLUSTER [VERBOSE | (option, ...)] without a table goes through all. */
static bool is_wide_cluster(const struct parser *p, const struct survey *s)
{
    bool closed = s->prev.kind == TOKEN_CHAR && p->lex.text[s->prev.start] == ')';

    return survey_has(p, s, 0, "cluster") &&
           (s->count == 1 || closed || (s->count == 2 && survey_has(p, s, 1, "verbose")));
}

bool tag_is_alone(const struct parser *p, const struct survey *s)
{
    if (has_any(p, s, alone, sizeof alone / sizeof *alone))
        return true;
    if (s->concurrently && has_any(p, s, alone_concurrently,
                                   sizeof alone_concurrently / sizeof *alone_concurrently))
        return true;
    if (survey_has(p, s, 0, "alter database") && survey_has(p, s, 3, "set tablespace"))
        return true;
    return is_wide_reindex(p, s) || is_wide_cluster(p, s);
}
