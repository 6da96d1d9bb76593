/* odbc/text.c - SQL and connection strings, as text. */
#include "odbc/text.h"

#include <ctype.h>
#include <string.h>

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool starts(const char *text, const char *part, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!text[i] || lower(text[i]) != lower(part[i]))
            return false;
    return true;
}

bool odbc_text_has(const char *text, const char *part)
{
    size_t len = strlen(part);

    for (; *text; text++)
        if (starts(text, part, len))
            return true;
    return false;
}

bool odbc_text_finds(const char *known, const char *name)
{
    bool folded = false, quoted = false;

    for (; *known && (*known == *name || lower(*known) == *name); known++, name++) {
        folded = folded || *known != *name;
        quoted = quoted || lower(*name) != *name;
    }
    return *known == *name && !(folded && quoted);
}

bool odbc_text_same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && starts(a, b, strlen(b));
}

bool odbc_text_first_word(const char *sql, const char *word)
{
    while (isspace((unsigned char)*sql) || *sql == '(')
        sql++;
    for (; *word; sql++, word++)
        if (tolower((unsigned char)*sql) != *word)
            return false;
    return !isalnum((unsigned char)*sql) && *sql != '_';
}

void odbc_text_add(pgcopy_buf *buf, const char *text)
{
    pgcopy_buf_append(buf, text, strlen(text));
}

void odbc_text_quote(pgcopy_buf *buf, const odbc_dialect *d, const char *name)
{
    pgcopy_buf_append(buf, &d->quote_open, 1);
    for (; *name; name++) {
        pgcopy_buf_append(buf, name, 1);
        if (*name == d->quote_close)
            pgcopy_buf_append(buf, name, 1);
    }
    pgcopy_buf_append(buf, &d->quote_close, 1);
}

const char *odbc_text_end(pgcopy_buf *buf)
{
    pgcopy_buf_append(buf, "", 1);
    return buf->failed ? NULL : (const char *)buf->data;
}

/* ---- A statement: comments out, places in ------------------------------------------- */

/* Behind a string or quoted name that begins at p; a doubled quote is two of them in a row. */
static const char *behind_quoted(const char *p)
{
    const char *end = strchr(p + 1, *p);

    return end ? end + 1 : p + strlen(p);
}

/* Behind a comment that begins at p, else p. */
static const char *behind_comment(const char *p)
{
    const char *end;

    if (p[0] == '-' && p[1] == '-')
        end = strchr(p, '\n');
    else if (p[0] == '/' && p[1] == '*')
        end = strstr(p + 2, "*/");
    else
        return p;
    if (!end)
        return p + strlen(p);
    return *p == '/' ? end + 2 : end;
}

/* Of SQL without $n: SQLite knows neither E'' nor $$ nor nested comments, so this is all. */
static void add_piece(pgcopy_buf *buf, const odbc_dialect *d, const char *p, const char *end)
{
    const char *next;

    if (!d->plain_comments) {
        pgcopy_buf_append(buf, p, (size_t)(end - p));
        return;
    }
    for (; p < end; p = next) {
        next = behind_comment(p);
        if (next > p) {
            pgcopy_buf_append(buf, " ", 1);
            continue;
        }
        next = *p == '\'' || *p == '"' ? behind_quoted(p) : p + 1;
        pgcopy_buf_append(buf, p, (size_t)((next < end ? next : end) - p));
    }
}

/* A cast in front of `at` is left out: only PostgreSQL has ::, and others see from its column
   what a literal is. */
static void add_without_casts(pgcopy_buf *buf, const odbc_dialect *d, const pgcopy_stmt *stmt,
                              const char *sql, uint32_t *cast, const char *p, const char *at)
{
    bool postgres = d->casts && !d->casts->name;

    for (; *cast < stmt->ncasts && sql + stmt->casts[*cast].start < at; ++*cast) {
        if (postgres)
            continue;
        add_piece(buf, d, p, sql + stmt->casts[*cast].start);
        p = sql + stmt->casts[*cast].start + stmt->casts[*cast].len;
    }
    add_piece(buf, d, p, at);
}

void odbc_text_statement(pgcopy_buf *buf, const odbc_dialect *d, const char *sql,
                         const pgcopy_stmt *stmt)
{
    const char *p    = sql;
    uint32_t    cast = 0;

    /* Places count from the start of the statement, so they are those of its sql alone. */
    for (uint32_t i = 0; sql == stmt->sql && i < stmt->nplaces; i++) {
        add_without_casts(buf, d, stmt, sql, &cast, p, sql + stmt->places[i].start);
        pgcopy_buf_append(buf, "?", 1);
        p = sql + stmt->places[i].start + stmt->places[i].len;
    }
    add_without_casts(buf, d, stmt, sql, &cast, p, sql + strlen(sql));
}

/* ---- Connection strings: key=value;key={value with ;}; ------------------------------ */

static pgcopy_slice value_at(const char *p)
{
    const char  *end   = *p == '{' ? strchr(p, '}') : strchr(p, ';');
    pgcopy_slice value = {(const uint8_t *)p, end ? (size_t)(end - p) : strlen(p)};

    if (*p == '{') {
        value.data++;
        value.len--;
    }
    return value;
}

pgcopy_slice odbc_text_key(const char *connection, const char *key)
{
    const char  *p   = connection;
    size_t       len = strlen(key);
    pgcopy_slice value;

    while (*p) {
        p += strspn(p, "; ");
        if (starts(p, key, len) && p[len] == '=')
            return value_at(p + len + 1);
        p += strcspn(p, "=;");
        if (*p != '=')
            continue;
        value = value_at(p + 1);
        p     = (const char *)value.data + value.len;
        p += strcspn(p, ";");
    }
    return (pgcopy_slice){NULL, 0};
}
