/*
 * odbc/where.c - passes over a condition as PostgreSQL reads it and writes it as any database
 * does, so that both agree where strings, names and comments end: what is written stands inside
 * parentheses and cannot get out of them.
 *
 *   a > 1 AND "B" <> 'x''y' -- it's so   ->   a > 1 AND [B] <> 'x''y'
 */
#include "odbc/where.h"
#include "odbc/text.h"

#include <string.h>

struct scan {
    const odbc_dialect   *dialect;
    const pgcopy_columns *relation;
    const char           *at;
    pgcopy_buf           *out;
    pgcopy_reply         *r;
    size_t                depth;
    bool                  opened; /* the last token was a ( */
};

static pgcopy_status not_here(const struct scan *s, const char *what, size_t len)
{
    return pgcopy_reply_error(s->r, "0A000",
                              "%.*s in COPY FROM WHERE is not supported by this database",
                              (int)len, what);
}

static pgcopy_status syntax_error(const struct scan *s)
{
    return pgcopy_reply_error(s->r, "42601", "syntax error in COPY FROM WHERE condition");
}

static void add(struct scan *s, const char *end)
{
    pgcopy_buf_append(s->out, s->at, (size_t)(end - s->at));
    s->at = end;
}

/* ---- What looks different in another database --------------------------------------- */

/* Behind a comment; in PostgreSQL they nest. */
static const char *behind_comment(const char *p)
{
    size_t depth = 0;

    if (*p == '-')
        return p + strcspn(p, "\n");
    do {
        if (p[0] == '/' && p[1] == '*') {
            depth++;
            p += 2;
        } else if (p[0] == '*' && p[1] == '/') {
            depth--;
            p += 2;
        } else {
            p++;
        }
    } while (*p && depth);
    return p;
}

/* Behind the quote that closes; NULL: none does. */
static const char *behind_quoted(const char *p)
{
    char quote = *p;

    for (p++; *p; p++)
        if (*p == quote && *++p != quote)
            return p;
    return NULL;
}

/* Where a backslash is nothing else than one (standard_conforming_strings). */
static pgcopy_status string(struct scan *s)
{
    const char *end = behind_quoted(s->at);

    if (!end)
        return syntax_error(s);
    add(s, end);
    return PGCOPY_OK;
}

static bool is_column(const struct scan *s, const char *name)
{
    for (size_t i = 0; i < pgcopy_columns_count(s->relation); i++)
        if (odbc_text_same(pgcopy_columns_at(s->relation, i)->name, name))
            return true;
    return false;
}

/* Looked up here, because SQLite takes a name in quotes that it does not know for a string. */
static pgcopy_status quoted_name(struct scan *s)
{
    const char *end = behind_quoted(s->at);
    char        name[260];
    size_t      n = 0;

    if (!end || end - s->at >= (ptrdiff_t)sizeof name)
        return syntax_error(s);
    for (const char *p = s->at + 1; p < end - 1; p++) {
        name[n++] = *p;
        p += *p == '"';
    }
    name[n] = '\0';
    s->at   = end;
    if (*end != '.' && *end != '(' && !is_column(s, name))
        return pgcopy_reply_error(s->r, "42703", "column \"%s\" does not exist", name);
    odbc_text_quote(s->out, s->dialect, name);
    return PGCOPY_OK;
}

/* ---- Words and signs ---------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || (unsigned char)c >= 0x80;
}

static bool is_one_of(const char *word, size_t len, const char *const *words)
{
    char lower[8] = "";

    for (size_t i = 0; i < len && len < sizeof lower; i++)
        lower[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] + 32 : word[i]);
    for (; *words; words++)
        if (strcmp(lower, *words) == 0)
            return true;
    return false;
}

/* E'', U&'', B'', X'', N'': each is something else elsewhere. */
static pgcopy_status word(struct scan *s)
{
    static const char *const queries[] = {"select", "values", "table", "with", NULL};
    const char              *end       = s->at;

    while (is_word(*end))
        end++;
    if (*end == '\'' || *end == '"' || (end[0] == '&' && (end[1] == '\'' || end[1] == '"')))
        return not_here(s, s->at, (size_t)(end - s->at) + 2);
    if (s->opened && is_one_of(s->at, (size_t)(end - s->at), queries))
        return pgcopy_reply_error(s->r, "0A000",
                                  "cannot use subquery in COPY FROM WHERE condition");
    add(s, end);
    return PGCOPY_OK;
}

/* Signs of parameters, quotes, comments and escapes of one database or another. */
static pgcopy_status sign(struct scan *s)
{
    if (*s->at == ')' && !s->depth)
        return syntax_error(s);
    if (strchr("?$;{}\\`", *s->at) || (!s->dialect->typed && strchr("[]@#:", *s->at)))
        return not_here(s, s->at, 1);
    s->depth += *s->at == '(';
    s->depth -= *s->at == ')';
    add(s, s->at + 1);
    return PGCOPY_OK;
}

static bool is_comment(const char *p)
{
    return (p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*');
}

static pgcopy_status token(struct scan *s)
{
    bool          opens  = *s->at == '(';
    pgcopy_status status = PGCOPY_OK;

    if (strchr(" \t\n\r\f\v", *s->at)) {
        add(s, s->at + 1);
        return PGCOPY_OK;
    }
    if (is_comment(s->at)) {
        s->at = behind_comment(s->at);
        odbc_text_add(s->out, " ");
        return PGCOPY_OK;
    }
    if (*s->at == '\'')
        status = string(s);
    else if (*s->at == '"')
        status = quoted_name(s);
    else
        status = is_word(*s->at) ? word(s) : sign(s);
    s->opened = opens;
    return status;
}

pgcopy_status odbc_where(const odbc_dialect *d, const pgcopy_columns *relation,
                         const char *where, pgcopy_buf *out, pgcopy_reply *r)
{
    struct scan   s = {.dialect = d, .relation = relation, .at = where, .out = out, .r = r};
    pgcopy_status status = PGCOPY_OK;

    while (!status && *s.at)
        status = token(&s);
    if (!status && s.depth)
        status = syntax_error(&s);
    if (!status && !odbc_text_end(out))
        status = PGCOPY_ERR_NOMEM;
    return status;
}
