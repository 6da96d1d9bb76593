/*
 * sqlite/missing.c - what a statement names and SQLite does not know, in PostgreSQL's words.
 *
 *   no such column: nope          SELECT a, Nope FROM ab
 *                    '-- looked for --------^  column "nope" does not exist, position 11
 *
 * SQLite's words are of views and triggers too: nothing is told but what the client's own
 * statement says in that place.
 */
#include "sqlite/token.h"

#include "sqlite/conn.h"

#include <stdio.h>
#include <string.h>

enum what { A_TABLE, A_COLUMN, A_FUNCTION };

struct search {
    const pgcopy_stmt *stmt;
    size_t             from;                  /* of stmt->sql: what SQLite got begins there */
    char               prefix[LITE_NAME_CAP]; /* of prefix.name; "": none                   */
    char               name[LITE_NAME_CAP];
    lite_token         owner, found, next; /* tokens: prefix, name, what is behind it    */
};

/* ---- Which name --------------------------------------------------------------------- */

/* Behind "no such column: " the name, with a hint behind it (SQLite 3.41 and later). */
static bool read_name(struct search *s, const char *said, const char *before)
{
    const char *name = strstr(said, before), *end, *dot = NULL;

    if (!name)
        return false;
    name += strlen(before);
    end = strstr(name, " - should");
    end = end ? end : name + strlen(name);
    for (const char *p = name; p < end; p++)
        dot = *p == '.' ? p : dot;
    if (end - name >= LITE_NAME_CAP)
        return false;
    *s->prefix = '\0';
    if (dot) {
        snprintf(s->prefix, sizeof s->prefix, "%.*s", (int)(dot - name), name);
        name = dot + 1;
    }
    end -= end > name && *name == '"' && end[-1] == '"';
    name += *name == '"';
    snprintf(s->name, sizeof s->name, "%.*s", (int)(end - name), name);
    return *s->name;
}

static bool is_named(const struct search *s, lite_token tok, const char *name)
{
    char own[LITE_NAME_CAP];

    return lite_token_name(s->stmt->sql, tok, own) && lite_same(own, name);
}

static bool is_any(const struct search *s, lite_token tok, const char *const *words)
{
    while (*words && !lite_token_is(s->stmt->sql, tok, *words))
        words++;
    return *words;
}

static const char *const before_tables[] = {"from",  "join", "into",   "update", "table",
                                            "index", "view", "exists", "on",     NULL};

/* A name may be a table's, a column's and a function's: it is the place that tells. */
static bool fits(const struct search *s, enum what what, lite_token before)
{
    bool called = lite_token_is(s->stmt->sql, s->next, "(");

    if (what == A_FUNCTION)
        return called;
    if (lite_token_is(s->stmt->sql, s->next, "."))
        return false;
    if (what == A_TABLE)
        return is_any(s, before, before_tables) || lite_token_is(s->stmt->sql, before, ",");
    return !called && !lite_token_is(s->stmt->sql, before, "as") &&
           !is_any(s, before, (const char *const[]){"from", "join", "into", "update", NULL});
}

/* The first token of that name where such a one may stand. */
static bool look(struct search *s, enum what what)
{
    const char *sql    = s->stmt->sql;
    lite_token  before = {.kind = TOKEN_END}, dot = before;

    s->owner = before;
    s->found = lite_token_next(sql, s->from);
    for (; s->found.kind != TOKEN_END; s->found = s->next) {
        bool owned = lite_token_is(sql, dot, ".");

        s->next = lite_token_next(sql, s->found.end);
        if (is_named(s, s->found, s->name) && owned == (*s->prefix != '\0') &&
            (!owned || is_named(s, s->owner, s->prefix)) && fits(s, what, owned ? before : dot))
            return true;
        if (!lite_token_is(sql, s->found, ".") && !owned)
            before = dot;
        s->owner = lite_token_is(sql, s->found, ".") ? dot : s->found;
        dot      = s->found;
    }
    return false;
}

/* ---- Saying it ---------------------------------------------------------------------- */

static const char *spelled(const struct search *s, lite_token tok, char name[LITE_NAME_CAP])
{
    if (!lite_token_folded(s->stmt->sql, tok, name))
        *name = '\0';
    return name;
}

/* In characters, from 1. */
static uint32_t position(const pgcopy_stmt *stmt, size_t at)
{
    uint32_t n = 1;

    for (size_t i = 0; i < at; i++)
        n += (stmt->sql[i] & 0xc0) != 0x80;
    return n;
}

static lite_token first_of(const struct search *s)
{
    return *s->prefix ? s->owner : s->found;
}

static pgcopy_status placed(const struct search *s, pgcopy_reply *r)
{
    pgcopy_reply_failure(r)->position = position(s->stmt, first_of(s).start);
    return PGCOPY_ERR_SQL;
}

static bool is_tagged(const struct search *s, const char *tag)
{
    return s->stmt->tag && lite_begins(s->stmt->tag, tag);
}

/* Of definitions PostgreSQL tells no position. */
static pgcopy_status no_table(const struct search *s, pgcopy_reply *r)
{
    char        name[LITE_NAME_CAP], prefix[LITE_NAME_CAP] = "";
    const char *kind = is_tagged(s, "DROP VIEW") ? "view" : "table";

    spelled(s, s->found, name);
    if (is_tagged(s, "DROP INDEX"))
        return pgcopy_reply_error(r, "42704", "index \"%s\" does not exist", name);
    if (is_tagged(s, "DROP"))
        return pgcopy_reply_error(r, "42P01", "%s \"%s\" does not exist", kind, name);
    if (*s->prefix)
        spelled(s, s->owner, prefix);
    pgcopy_reply_error(r, "42P01", "relation \"%s%s%s\" does not exist", prefix,
                       *prefix ? "." : "", name);
    return is_tagged(s, "ALTER") || is_tagged(s, "CREATE") ? PGCOPY_ERR_SQL : placed(s, r);
}

/* Is the prefix of a column a table, or a name for one, that the statement has? */
static bool knows_owner(const struct search *s)
{
    const char *sql = s->stmt->sql;
    lite_token  next;

    for (lite_token tok = lite_token_next(sql, 0); tok.kind != TOKEN_END; tok = next) {
        next = lite_token_next(sql, tok.end);
        if (is_named(s, tok, s->prefix) && !lite_token_is(sql, next, "."))
            return true;
    }
    return false;
}

static pgcopy_status no_owned_column(const struct search *s, pgcopy_reply *r)
{
    char name[LITE_NAME_CAP], prefix[LITE_NAME_CAP];

    spelled(s, s->owner, prefix);
    if (knows_owner(s))
        pgcopy_reply_error(r, "42703", "column %s.%s does not exist", prefix,
                           spelled(s, s->found, name));
    else
        pgcopy_reply_error(r, "42P01", "missing FROM-clause entry for table \"%s\"", prefix);
    return placed(s, r);
}

/* INSERT INTO t (nope), UPDATE t SET nope = 1 */
static bool is_target(const struct search *s)
{
    return is_tagged(s, "INSERT") ||
           (is_tagged(s, "UPDATE") && lite_token_is(s->stmt->sql, s->next, "="));
}

static pgcopy_status no_column(const struct search *s, pgcopy_reply *r)
{
    char       name[LITE_NAME_CAP], table[LITE_NAME_CAP];
    lite_token target;

    if (*s->prefix)
        return no_owned_column(s, r);
    spelled(s, s->found, name);
    if (is_target(s) && lite_target(s->stmt, &target))
        pgcopy_reply_error(r, "42703", "column \"%s\" of relation \"%s\" does not exist", name,
                           spelled(s, target, table));
    else
        pgcopy_reply_error(r, "42703", "column \"%s\" does not exist", name);
    return is_tagged(s, "CREATE") ? PGCOPY_ERR_SQL : placed(s, r);
}

/* Of arguments the types are in PostgreSQL's words, which are plain here only of none. */
static pgcopy_status no_function(const struct search *s, pgcopy_reply *r)
{
    static const char hint[] = "No function matches the given name and argument types. You "
                               "might need to add explicit type casts.";
    lite_token        behind = lite_token_next(s->stmt->sql, s->next.end);
    char              name[LITE_NAME_CAP];

    if (lite_token_is(s->stmt->sql, behind, ")"))
        pgcopy_reply_error(r, "42883", "function %s() does not exist",
                           spelled(s, s->found, name));
    snprintf(pgcopy_reply_failure(r)->hint, sizeof pgcopy_reply_failure(r)->hint, "%s", hint);
    return placed(s, r);
}

/* ---- Syntax ------------------------------------------------------------------------- */

/* Where SQLite stopped to understand, which PostgreSQL mostly does too; -1: not known. */
static int stopped_at(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    return sqlite3_error_offset(db);
#else
    (void)db;
    return -1;
#endif
}

static pgcopy_status syntax(lite_conn *c, struct search *s, const char *said, pgcopy_reply *r)
{
    const char *sql    = s->stmt->sql;
    int         offset = stopped_at(c->db);

    if (strstr(said, "incomplete input")) /* of a query in COPY, its parenthesis */
        offset = s->stmt->query ? (int)strlen(s->stmt->query) : (int)strlen(sql);
    if (offset < 0 || (!strstr(said, "syntax error") && !strstr(said, "incomplete input")))
        return PGCOPY_ERR_SQL;
    *s->prefix = '\0';
    s->found   = lite_token_next(sql, s->from + (size_t)offset);
    if (s->found.kind == TOKEN_END)
        pgcopy_reply_error(r, "42601", "syntax error at end of input");
    else
        pgcopy_reply_error(r, "42601", "syntax error at or near \"%.*s\"",
                           (int)(s->found.end - s->found.start), sql + s->found.start);
    return placed(s, r);
}

/* ---- The entries -------------------------------------------------------------------- */

bool lite_target(const pgcopy_stmt *stmt, lite_token *target)
{
    static const char *const words[] = {"into", "update", "from", NULL};
    struct search            s       = {.stmt = stmt};
    lite_token               tok     = lite_token_next(stmt->sql, 0);

    while (tok.kind != TOKEN_END && !is_any(&s, tok, words))
        tok = lite_token_next(stmt->sql, tok.end);
    tok = lite_token_next(stmt->sql, tok.end);
    if (lite_token_is(stmt->sql, tok, "or")) /* UPDATE OR IGNORE t */
        tok = lite_token_next(stmt->sql, lite_token_next(stmt->sql, tok.end).end);
    *target = lite_token_next(stmt->sql, tok.end);
    if (lite_token_is(stmt->sql, *target, "."))
        *target = lite_token_next(stmt->sql, target->end);
    else
        *target = tok;
    return lite_token_names(*target);
}

/* SQLite says main.t where the client said t. */
static pgcopy_status missing_table(struct search *s, pgcopy_reply *r)
{
    if (look(s, A_TABLE))
        return no_table(s, r);
    *s->prefix = '\0';
    return look(s, A_TABLE) ? no_table(s, r) : PGCOPY_ERR_SQL;
}

/* CREATE TABLE, VIEW and INDEX: the statement says the name behind that word. */
static pgcopy_status already_there(struct search *s, const char *said, pgcopy_reply *r)
{
    const char *name = strchr(said, ' ');
    size_t      len  = name ? strcspn(++name, " ") : 0;
    char        text[LITE_NAME_CAP];

    snprintf(s->name, sizeof s->name, "%.*s", (int)len, name ? name : "");
    if (len && len < LITE_NAME_CAP && look(s, A_TABLE))
        pgcopy_reply_error(r, "42P07", "relation \"%s\" already exists",
                           spelled(s, s->found, text));
    return PGCOPY_ERR_SQL;
}

pgcopy_status lite_name_missing(lite_conn *c, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    const char   *said  = sqlite3_errmsg(c->db);
    const char   *query = stmt->query ? strstr(stmt->sql, stmt->query) : NULL;
    struct search s     = {.stmt = stmt, .from = query ? (size_t)(query - stmt->sql) : 0};

    if (read_name(&s, said, "no such table: ") || read_name(&s, said, "no such view: ") ||
        read_name(&s, said, "no such index: "))
        return missing_table(&s, r);
    if (read_name(&s, said, "no such column: ") || read_name(&s, said, "has no column named "))
        return look(&s, A_COLUMN) ? no_column(&s, r) : PGCOPY_ERR_SQL;
    if (read_name(&s, said, "no such function: "))
        return look(&s, A_FUNCTION) ? no_function(&s, r) : PGCOPY_ERR_SQL;
    if (strstr(said, " already exists"))
        return already_there(&s, said, r);
    return syntax(c, &s, said, r);
}
