/*
 * odbc/names.c - the names in PostgreSQL's own messages, where they may be told.
 *
 *   ERROR: column "nope" does not exist         what the driver says
 *          column "%" does not exist            a form that is known
 *   COPY (SELECT Nope FROM ab) TO STDOUT        what the client says: position 14
 *
 * A name of a column or table is told only if the client's own statement has it, and a key only
 * if it is the client's own row: a message of a trigger may look like any of these forms.
 */
#include "odbc/load.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAMES = 2, CAP = 130 }; /* of one: schema.name */

struct form {
    const char *state;
    const char *words; /* % is a name                                                         */
    const char
        *roles; /* of each: constraint, table, relation, owner of a column, name of one */
};

static const struct form forms[] = {
    {"23505", "duplicate key value violates unique constraint \"%\"", "c"},
    {"23514", "new row for relation \"%\" violates check constraint \"%\"", "tc"},
    {"23503", "insert or update on table \"%\" violates foreign key constraint \"%\"", "tc"},
    {"42P01", "relation \"%\" does not exist", "r"},
    {"42P01", "table \"%\" does not exist", "r"},
    {"42P01", "view \"%\" does not exist", "r"},
    {"42P07", "relation \"%\" already exists", "r"},
    {"42P01", "missing FROM-clause entry for table \"%\"", "o"},
    {"42703", "column \"%\" does not exist", "n"},
    {"42703", "column % does not exist", "n"},
    {"42703", "column \"%\" of relation \"%\" does not exist", "nt"}};

struct said {
    const odbc_conn *c;
    pgcopy_reply    *r;
    char             names[NAMES][CAP];
    const char      *behind; /* the first line */
};

/* ---- Forms -------------------------------------------------------------------------- */

/* The name that ends where what is behind the % begins. */
static const char *read_name(const char *text, const char *words, char name[CAP])
{
    size_t      len = strcspn(words, "%"), line = strcspn(text, ";\n");
    const char *stop = text;

    while (stop < text + line && (!len || strncmp(stop, words, len) != 0))
        stop++;
    if ((len && stop == text + line) || stop - text >= CAP)
        return NULL;
    snprintf(name, CAP, "%.*s", (int)(stop - text), text);
    return stop;
}

static bool reads(struct said *s, const char *text, const char *words)
{
    size_t n = 0;

    while (*words) {
        if (*words == '%') {
            text = read_name(text, ++words, s->names[n++]);
            if (!text)
                return false;
        } else if (*text++ != *words++) {
            return false;
        }
    }
    s->behind = text;
    return !*text || *text == ';' || *text == '\n';
}

static void say(const struct said *s, const struct form *form)
{
    char   message[512];
    size_t len = 0, n = 0;

    for (const char *p = form->words; *p; p++)
        len += (size_t)snprintf(message + len, sizeof message - len, "%.*s",
                                *p == '%' ? CAP : 1, *p == '%' ? s->names[n++] : p);
    pgcopy_reply_error(s->r, form->state, "%s", message);
}

/* ---- Tokens of the client's statement ----------------------------------------------- */

struct token {
    const char *start, *end; /* the same: there is none */
};

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static const char *behind_space(const char *p)
{
    for (;;) {
        const char *end = p[0] == '/' && p[1] == '*' ? strstr(p, "*/") : NULL;

        if (isspace((unsigned char)*p))
            p++;
        else if (p[0] == '-' && p[1] == '-')
            p += strcspn(p, "\n");
        else if (end)
            p = end + 2;
        else
            return p;
    }
}

/* A doubled quote is two strings in a row here: no name that is looked for has one. */
static struct token next(const char *p)
{
    struct token tok = {behind_space(p), NULL};

    tok.end = tok.start;
    if (*tok.start == '"' || *tok.start == '\'') {
        tok.end = strchr(tok.start + 1, *tok.start);
        tok.end = tok.end ? tok.end + 1 : tok.start + strlen(tok.start);
    } else if (in_word(*tok.start)) {
        while (in_word(*tok.end))
            tok.end++;
    } else if (*tok.start) {
        tok.end++;
    }
    return tok;
}

static bool is(struct token tok, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < len; i++)
        if (tok.start + i == tok.end || tolower((unsigned char)tok.start[i]) != word[i])
            return false;
    return tok.end == tok.start + len;
}

static bool is_any(struct token tok, const char *const *words)
{
    while (*words && !is(tok, *words))
        words++;
    return *words;
}

/* As PostgreSQL reads it: in lower case, unless it is quoted.  Returns its length, or 0. */
static size_t fold(struct token tok, char *name, size_t cap)
{
    bool   quoted = *tok.start == '"';
    size_t len    = (size_t)(tok.end - tok.start);

    if (len < 1 + 2 * (size_t)quoted || len >= cap || (!quoted && !in_word(*tok.start)))
        return 0;
    len -= 2 * (size_t)quoted;
    memcpy(name, tok.start + quoted, len);
    name[len] = '\0';
    for (char *c = name; !quoted && *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
    return len;
}

/* ---- Where the statement has a name ------------------------------------------------- */

/* first . last, or one name alone: then they are the same */
struct place {
    struct token before, first, last, behind;
};

static bool is_named(const struct place *at, const char *name)
{
    char   own[2 * CAP];
    size_t len = fold(at->first, own, CAP);

    if (!len || at->first.start == at->last.start)
        return len && strcmp(own, name) == 0;
    own[len++] = '.';
    return fold(at->last, own + len, CAP) && strcmp(own, name) == 0;
}

static bool fits(const struct place *at, char role)
{
    static const char *const tables[]  = {"from",  "join",  "into", "update", "only",
                                          "using", "table", "view", "exists", "truncate",
                                          ",",     "on",    NULL};
    static const char *const nowhere[] = {"from", "join", "into", "update", "as", NULL};

    if (role == 'o')
        return is(at->behind, ".");
    if (is(at->behind, "."))
        return false;
    if (role == 'n')
        return !is(at->behind, "(") && !is_any(at->before, nowhere);
    return is_any(at->before, tables);
}

static bool look(const char *sql, const char *name, char role, struct place *at)
{
    struct token none = {sql, sql};

    *at = (struct place){.before = none, .first = next(sql)};
    for (; at->first.start < at->first.end; at->first = at->behind) {
        at->last   = at->first;
        at->behind = next(at->last.end);
        if (role != 'o' && is(at->behind, ".")) {
            at->last   = next(at->behind.end);
            at->behind = next(at->last.end);
        }
        if (is_named(at, name) && fits(at, role))
            return true;
        at->before = at->last;
    }
    return false;
}

/* In characters, from 1.  Of definitions PostgreSQL tells none. */
static void place(const struct said *s, const char *at)
{
    static const char *const tags[] = {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"};
    const pgcopy_stmt       *stmt   = s->c->stmt;
    bool                     told   = stmt->verb == PGCOPY_VERB_COPY_TO;
    uint32_t                 n      = 1;

    for (size_t i = 0; stmt->tag && i < sizeof tags / sizeof *tags; i++)
        told = told || strncmp(stmt->tag, tags[i], strlen(tags[i])) == 0;
    for (const char *p = stmt->sql; p < at; p++)
        n += (*p & 0xc0) != 0x80;
    pgcopy_reply_failure(s->r)->position = told ? n : 0;
}

/* ---- May it be told? ---------------------------------------------------------------- */

/* The query of a COPY begins where its text does: what is before it names nothing of its own.
 */
static const char *query_of(const pgcopy_stmt *stmt)
{
    const char *query = stmt->query ? strstr(stmt->sql, stmt->query) : NULL;

    return query ? query : stmt->sql;
}

static bool may_tell(const struct said *s, char role, const char *name, struct place *at)
{
    const char *table = odbc_load_table(s->c);

    if (role == 'c')
        return s->c->load || s->c->stmt;
    if (table)
        return role == 't' && strcmp(table, name) == 0;
    return s->c->stmt && look(query_of(s->c->stmt), name, role, at);
}

/* ---- The key: the client's own values, if they are what the database has ------------- */

static const char *skip(const char *p, const char *words)
{
    size_t len = strlen(words);

    return p && strncmp(p, words, len) == 0 ? p + len : NULL;
}

/* Behind the name of a column of the load, which is quoted where PostgreSQL says it must be. */
static const char *read_column(const odbc_load *l, const char *p, size_t *column)
{
    bool quoted = *p == '"';

    for (size_t i = 0; i < l->ncols; i++) {
        const char *end = skip(p + quoted, pgcopy_columns_at(l->cols, i)->name);

        end = end && quoted ? skip(end, "\"") : end;
        if (end && (*end == ',' || *end == ')')) {
            *column = i;
            return end;
        }
    }
    return NULL;
}

static const char *skip_value(const odbc_load *l, const char *p, size_t column)
{
    pgcopy_slice value = pgcopy_batch_value(l->batch, l->row, column);

    return value.data && strnlen(p, value.len) == value.len &&
                   memcmp(p, value.data, value.len) == 0
               ? p + value.len
               : NULL;
}

/* Key (a, b)=(1, x) already exists. */
static void tell_key(const struct said *s)
{
    enum { MOST = 32 };
    const odbc_load *l   = s->c->load;
    pgcopy_error    *err = pgcopy_reply_failure(s->r);
    const char      *key = strstr(s->behind, "Key ("), *p = skip(key, "Key (");
    size_t           columns[MOST], n                     = 0;

    for (bool more = l && l->batch; more && p && n < MOST; p = more ? p + 2 : p) {
        p    = read_column(l, p, &columns[n++]);
        more = skip(p, ", ");
    }
    p = skip(p, ")=(");
    for (size_t i = 0; p && i < n; i++)
        p = skip_value(l, i ? skip(p, ", ") ? p + 2 : "" : p, columns[i]);
    p = skip(p, ") already exists.");
    if (p && n && (size_t)(p - key) < sizeof err->detail)
        snprintf(err->detail, sizeof err->detail, "%.*s", (int)(p - key), key);
}

/* ---- The entry ---------------------------------------------------------------------- */

static bool tell(struct said *s, const struct form *form)
{
    struct place  at, found = {{NULL, NULL}, {NULL, NULL}, {NULL, NULL}, {NULL, NULL}};
    pgcopy_error *err = pgcopy_reply_failure(s->r);

    for (size_t i = 0; form->roles[i]; i++) {
        if (!may_tell(s, form->roles[i], s->names[i], &at))
            return false;
        if (strchr("rno", form->roles[i]))
            found = at;
    }
    say(s, form);
    if (s->c->load)
        snprintf(err->table, sizeof err->table, "%s", odbc_load_table(s->c));
    for (size_t i = 0; *form->state == '2' && form->roles[i]; i++) {
        if (form->roles[i] == 'c')
            snprintf(err->constraint, sizeof err->constraint, "%.63s", s->names[i]);
        else
            snprintf(err->table, sizeof err->table, "%.63s", s->names[i]);
    }
    if (found.first.start)
        place(s, found.first.start);
    return true;
}

void odbc_tell_names(const odbc_conn *c, const char *text, pgcopy_reply *r)
{
    struct said s = {.c = c, .r = r};
    char        state[6];

    snprintf(state, sizeof state, "%s", pgcopy_reply_failure(r)->sqlstate);
    text = skip(text, "ERROR: ");
    for (size_t i = 0; text && i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].state, state) == 0 && reads(&s, text, forms[i].words) &&
            tell(&s, &forms[i])) {
            if (strcmp(state, "23505") == 0)
                tell_key(&s);
            return;
        }
}
