/*
 * sqlite/where.c - a condition as PostgreSQL reads it, written as SQLite does: comments go,
 * because PostgreSQL's nest, so that what is left stays inside its parentheses.
 *
 *   a > 1 AND b <> 'it''s' -- so it is   ->   a > 1 AND b <> 'it''s'
 */
#include "sqlite/load.h"

#include <ctype.h>
#include <string.h>

/* Behind a comment; p if there is none. */
static const char *behind_comment(const char *p)
{
    size_t depth = 0;

    if (p[0] == '-' && p[1] == '-')
        return p + strcspn(p, "\n");
    if (p[0] != '/' || p[1] != '*')
        return p;
    do {
        bool opens = p[0] == '/' && p[1] == '*', closes = p[0] == '*' && p[1] == '/';

        depth += opens;
        depth -= closes;
        p += opens || closes ? 2 : 1;
    } while (*p && depth);
    return p;
}

/* Behind a string or name that begins at p, else behind a character; a doubled quote is two of
   them in a row. */
static const char *behind_token(const char *p)
{
    const char *end = *p == '\'' || *p == '"' ? strchr(p + 1, *p) : p;

    return end ? end + 1 : p + strlen(p);
}

/* Of a query in parentheses: its first word. */
static bool is_query(const char *p)
{
    static const char *const words[] = {"select", "values", "table", "with"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);

        if (lite_begins(p, words[i]) && !isalnum((unsigned char)p[len]) && p[len] != '_')
            return true;
    }
    return false;
}

/* A sign is a parameter (?1 would be one of ours), or the condition asks other tables. */
static pgcopy_status check_token(const char *p, bool opened, pgcopy_reply *r)
{
    if (*p == '?')
        return pgcopy_reply_error(r, "42601", "syntax error");
    if (opened && is_query(p))
        return pgcopy_reply_error(r, "0A000",
                                  "cannot use subquery in COPY FROM WHERE condition");
    return PGCOPY_OK;
}

pgcopy_status lite_where(const char *where, pgcopy_buf *out, pgcopy_reply *r)
{
    pgcopy_status status = PGCOPY_OK;
    bool          opened = false; /* the last token was a ( */
    const char   *next;

    for (; !status && *where; where = next) {
        next = behind_comment(where);
        if (next > where) {
            lite_add(out, " ");
            continue;
        }
        status = check_token(where, opened, r);
        opened = *where == '(' || (opened && isspace((unsigned char)*where));
        next   = behind_token(where);
        pgcopy_buf_append(out, where, (size_t)(next - where));
    }
    return status ? status : lite_end(out) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}
