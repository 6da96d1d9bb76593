/* odbc/text.c - SQL and connection strings, as text. */
#include "odbc/text.h"

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

bool odbc_text_same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && starts(a, b, strlen(b));
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

static const char *behind_blanks(const char *p)
{
    return p + strspn(p, " \t\n\r\f");
}

/* A word or a quoted name that begins at p; p: none does. */
static const char *behind_name(const char *p)
{
    if (*p == '"')
        return behind_quoted(p);
    while (*p == '_' || (*p >= '0' && *p <= '9') || (lower(*p) >= 'a' && lower(*p) <= 'z'))
        p++;
    return p;
}

/* What may follow a type's name: the other words of it, (10, 2), []. */
static const char *behind_type(const char *p)
{
    static const char *const words[] = {"precision", "varying", "without time zone",
                                        "with time zone"};
    const char              *next    = p + strspn(p, " ");

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (next > p && starts(next, words[i], strlen(words[i])))
            return behind_type(next + strlen(words[i]));
    if (*next == '(' && strchr(next, ')'))
        return behind_type(strchr(next, ')') + 1);
    return next[0] == '[' && next[1] == ']' ? behind_type(next + 2) : p;
}

/* ::type, ::schema."type": a cast that begins at p; p: none does. */
static const char *behind_cast(const char *p)
{
    const char *next = p, *name;

    if (p[0] != ':' || p[1] != ':')
        return p;
    do {
        name = behind_blanks(next + (next == p ? 2 : 1));
        next = behind_name(name);
        if (next == name)
            return p;
    } while (*next == '.');
    return behind_type(next);
}

/* What the driver does not take is left out of a piece without $n. */
static const char *behind_foreign(const odbc_dialect *d, const char *p, bool literal)
{
    const char *next = d->plain_comments ? behind_comment(p) : p;

    return next == p && literal ? behind_cast(p) : next;
}

/* SQLite knows neither E'' nor $$ nor nested comments, so this is all.  literal: a string or a
   parameter is before it; the cast of one is PostgreSQL's way to say what others see from the
   column it goes to. */
static void add_foreign(pgcopy_buf *buf, const odbc_dialect *d, const char *p, const char *end,
                        bool literal)
{
    const char *from = p, *next;

    for (; p < end; p = next) {
        next = behind_foreign(d, p, literal);
        if (next > p) {
            pgcopy_buf_append(buf, from, (size_t)(p - from));
            pgcopy_buf_append(buf, " ", 1);
            from = next;
            continue;
        }
        next = *p == '\'' || *p == '"' ? behind_quoted(p) : p + 1;
        if (behind_blanks(p) == p)
            literal = *p == '\'';
    }
    if (from < end)
        pgcopy_buf_append(buf, from, (size_t)(end - from));
}

/* PostgreSQL takes its own; where a backslash escapes, strings do not end where they seem to.
 */
static void add_piece(pgcopy_buf *buf, const odbc_dialect *d, const char *p, const char *end,
                      bool literal)
{
    bool postgres = d->casts && !d->casts->name;

    if (postgres || d->backslashes)
        pgcopy_buf_append(buf, p, (size_t)(end - p));
    else
        add_foreign(buf, d, p, end, literal);
}

void odbc_text_statement(pgcopy_buf *buf, const odbc_dialect *d, const char *sql,
                         const pgcopy_stmt *stmt)
{
    const char *p   = sql;
    const char *end = sql + strlen(sql);

    /* Places count from the start of the statement, so they are those of its sql alone. */
    for (uint32_t i = 0; sql == stmt->sql && i < stmt->nplaces; i++) {
        add_piece(buf, d, p, sql + stmt->places[i].start, i > 0);
        pgcopy_buf_append(buf, "?", 1);
        p = sql + stmt->places[i].start + stmt->places[i].len;
    }
    add_piece(buf, d, p, end, p > sql);
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
