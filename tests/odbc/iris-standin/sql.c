/*
 * sql.c - SQL on its way to SQLite: what IRIS does not know is refused, and SQLite's tables
 * have no schema but in their name.
 *
 *   INSERT INTO "SQLUser"."t" ("a") VALUES (?)  -->  INSERT INTO "t" ("a") VALUES (?)
 *   SELECT a FROM Hospital.t                    -->  SELECT a FROM "Hospital.t"
 */
#include "standin.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '%' || c == '$';
}

/* Behind a quoted text; a doubled quote is inside it. */
static const char *behind_quotes(const char *p)
{
    char quote = *p;

    for (p++; *p && (*p != quote || p[1] == quote); p++)
        p += *p == quote;
    return *p ? p + 1 : p;
}

static const char *behind_token(const char *p)
{
    if (*p == '\'' || *p == '"')
        return behind_quotes(p);
    if (!is_word(*p))
        return p + 1;
    while (is_word(*p))
        p++;
    return p;
}

static const char *skip_spaces(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

static bool word_at(const char *p, const char *word)
{
    size_t len = strlen(word);

    return is_word(*p) && behind_token(p) == p + len && strncasecmp(p, word, len) == 0;
}

/* ---- What it does not know ---------------------------------------------------------- */

/* One list of values, and one alone. */
static bool many_rows(const char *p)
{
    int  depth  = 0;
    bool values = false;

    for (; *p; p = skip_spaces(behind_token(p))) {
        values = values || word_at(p, "VALUES");
        depth += (*p == '(') - (*p == ')');
        if (values && depth == 0 && *p == ')')
            return *skip_spaces(p + 1) == ',';
    }
    return false;
}

static SQLRETURN check_syntax(struct stmt *s, const char *sql)
{
    static const char *const unknown[] = {"PRAGMA", "BEGIN", "ATTACH", "VACUUM", "REPLACE"};
    const char              *next;

    if (many_rows(sql))
        return refuse(&s->h, "HY000", 25, "Input (,) encountered after end of query");
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (word_at(sql, unknown[i]))
            return refuse(&s->h, "HY000", 51, "SQL statement expected");
    if (word_at(sql, "RELEASE") && !s->dbc->release)
        return refuse(&s->h, "HY000", 51, "SQL statement expected, RELEASE found");
    next = word_at(sql, "ROLLBACK") ? skip_spaces(behind_token(sql)) : sql;
    if (next != sql && word_at(next, "TO") &&
        !word_at(skip_spaces(behind_token(next)), "SAVEPOINT"))
        return refuse(&s->h, "HY000", 1, "SAVEPOINT expected");
    return SQL_SUCCESS;
}

/* ---- Names -------------------------------------------------------------------------- */

static bool before_table(const char *p)
{
    return word_at(p, "FROM") || word_at(p, "INTO") || word_at(p, "JOIN") ||
           word_at(p, "UPDATE") || word_at(p, "TABLE") || word_at(p, "VIEW");
}

static bool is_name(const char *p)
{
    return *p == '"' || (is_word(*p) && !word_at(p, "IF") && !word_at(p, "SELECT"));
}

/* Without its quotes. */
static void add_name(char *to, const char *p, const char *end)
{
    size_t quotes = *p == '"';

    strncat(to, p + quotes, (size_t)(end - p) - 2 * quotes);
}

/* A name where that of a table belongs, as SQLite has it; what is behind it. */
static const char *add_table(const struct stmt *s, const char *p, char *to)
{
    const char *end    = behind_token(p);
    char       *schema = to + strlen(to) + 1;

    strcat(to, "\"");
    if (*end == '.') {
        add_name(to, p, end);
        p   = end + 1;
        end = behind_token(p);
    } else {
        strcat(to, s->dbc->schema);
    }
    if (strcasecmp(schema, "SQLUser") == 0)
        *schema = '\0';
    else
        strcat(to, ".");
    add_name(to, p, end);
    strcat(to, "\"");
    return end;
}

/* To an 8-bit driver's server a byte is a character. */
static const char *as_latin(const struct stmt *s, const char *sql)
{
    bool asked = s->dbc->latin && strstr(sql, "LENGTH(?)");

    return asked ? "SELECT ?, LENGTH(CAST(? AS BLOB))" : sql;
}

char *to_sqlite(struct stmt *s, const char *said)
{
    const char *sql   = as_latin(s, said);
    const char *p     = skip_spaces(sql), *end;
    char       *text  = calloc(2, strlen(sql) + NAME);
    bool        table = false;

    if (!text || check_syntax(s, p) == SQL_ERROR) {
        free(text);
        return NULL;
    }
    for (; *p; p = end) {
        if (table && is_name(p)) {
            end   = add_table(s, p, text + strlen(text));
            table = false;
            continue;
        }
        end = behind_token(p);
        if (!isspace((unsigned char)*p))
            table = before_table(p);
        if (!word_at(p, "GLOBAL")) /* TEMPORARY, a table whose rows are a connection's own */
            strncat(text, p, (size_t)(end - p));
    }
    return text;
}
