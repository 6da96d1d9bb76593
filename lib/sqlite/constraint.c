/*
 * sqlite/constraint.c - the constraints of a table, read from the text that made it: SQLite
 * keeps no names of those that have none, and tells of no other what they are called.
 *
 *   CREATE TABLE t (a int PRIMARY KEY, b int CHECK (b > 0), CONSTRAINT c UNIQUE (a, b))
 *                         t_pkey             t_b_check                 c
 */
#include "sqlite/constraint.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- One after the other ------------------------------------------------------------ */

static bool is(const lite_constraints *all, const char *word)
{
    return lite_token_is(all->sql, all->tok, word);
}

static void take(lite_constraints *all)
{
    all->tok = lite_token_next(all->sql, all->tok.end);
}

/* Behind a parenthesis that opens here, and all in it; *closing is the one that closes it. */
static void skip_group(lite_constraints *all, lite_token *closing)
{
    size_t depth = 0;

    do {
        depth += is(all, "(");
        depth -= is(all, ")");
        *closing = all->tok;
        take(all);
    } while (depth && all->tok.kind != TOKEN_END);
}

static bool begins_constraint(const lite_constraints *all)
{
    static const char *const words[] = {"constraint", "primary", "unique", "check", "foreign"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(all, words[i]))
            return true;
    return false;
}

/* A column's definition, or a constraint of the table. */
static void begin_item(lite_constraints *all)
{
    all->own    = (lite_token){.kind = TOKEN_END};
    all->column = all->own;
    if (begins_constraint(all))
        return;
    all->column = all->tok;
    take(all);
}

void lite_constraints_begin(lite_constraints *all, const char *sql)
{
    *all = (lite_constraints){.sql = sql, .tok = lite_token_next(sql, 0)};
    while (all->tok.kind != TOKEN_END && !is(all, "("))
        take(all);
    take(all);
    begin_item(all);
}

/* The word that stands here begins a constraint of this kind. */
static bool reads(const lite_constraints *all, lite_constraint_kind *kind)
{
    static const struct {
        const char          *word;
        lite_constraint_kind kind;
    } words[] = {{"primary", LITE_PRIMARY},
                 {"unique", LITE_UNIQUE},
                 {"check", LITE_CHECK},
                 {"foreign", LITE_FOREIGN},
                 {"references", LITE_FOREIGN}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(all, words[i].word)) {
            *kind = words[i].kind;
            return true;
        }
    return false;
}

/* SQLite cuts white space off at both ends. */
static void read_expression(lite_constraints *all, lite_constraint *one)
{
    lite_token closing;

    one->start = all->tok.end;
    skip_group(all, &closing);
    one->end = closing.start;
    while (one->start < one->end && isspace((unsigned char)all->sql[one->start]))
        one->start++;
    while (one->start < one->end && isspace((unsigned char)all->sql[one->end - 1]))
        one->end--;
    one->first = lite_token_next(all->sql, one->start);
}

/* Up to its columns; those of the table it refers to are no constraint of this one. */
static void read_constraint(lite_constraints *all, lite_constraint *one)
{
    lite_token closing;

    one->at     = all->tok.start;
    one->own    = all->own;
    one->first  = all->column;
    one->listed = all->column.kind == TOKEN_END;
    all->own    = (lite_token){.kind = TOKEN_END};
    take(all);
    if (one->kind != LITE_CHECK && !one->listed)
        return;
    while (all->tok.kind != TOKEN_END && !is(all, "("))
        take(all);
    if (one->kind == LITE_CHECK) {
        read_expression(all, one);
        return;
    }
    one->first = lite_token_next(all->sql, all->tok.end);
    skip_group(all, &closing);
    if (one->kind == LITE_FOREIGN && is(all, "references"))
        take(all);
}

bool lite_constraints_next(lite_constraints *all, lite_constraint *one)
{
    lite_token closing;

    *one = (lite_constraint){.kind = LITE_CHECK};
    while (all->tok.kind != TOKEN_END && !is(all, ")")) {
        if (reads(all, &one->kind)) {
            read_constraint(all, one);
            return true;
        }
        if (is(all, ",")) {
            take(all);
            begin_item(all);
        } else if (is(all, "constraint")) {
            take(all);
            all->own = all->tok;
            take(all);
        } else if (is(all, "(")) {
            skip_group(all, &closing);
        } else {
            take(all);
        }
    }
    return false;
}

/* ---- Columns ------------------------------------------------------------------------ */

static void add_name(const char *sql, lite_token tok, lite_key *key)
{
    char name[LITE_NAME_CAP];

    if (!lite_token_name(sql, tok, name))
        return;
    for (size_t i = 0; i < key->n && i < LITE_KEY_MAX; i++)
        if (lite_same(key->names[i], name))
            return;
    if (key->n < LITE_KEY_MAX)
        snprintf(key->names[key->n], LITE_NAME_CAP, "%s", name);
    key->n++;
}

static bool is_column(const pgcopy_columns *cols, const char *sql, lite_token tok)
{
    char name[LITE_NAME_CAP];

    if (!lite_token_name(sql, tok, name))
        return false;
    for (size_t i = 0; i < pgcopy_columns_count(cols); i++)
        if (lite_same(pgcopy_columns_at(cols, i)->name, name))
            return true;
    return false;
}

/* (a, b COLLATE nocase DESC) */
static void read_list(const char *sql, lite_token tok, lite_key *key)
{
    size_t depth = 0;
    bool   first = true;

    for (; tok.kind != TOKEN_END; tok = lite_token_next(sql, tok.end)) {
        if (!depth && lite_token_is(sql, tok, ")"))
            return;
        if (first)
            add_name(sql, tok, key);
        depth += lite_token_is(sql, tok, "(");
        depth -= depth && lite_token_is(sql, tok, ")");
        first = !depth && lite_token_is(sql, tok, ",");
    }
}

void lite_constraint_key(const char *sql, const lite_constraint *one,
                         const pgcopy_columns *cols, lite_key *key)
{
    lite_token tok = one->first;

    key->n = 0;
    if (one->kind != LITE_CHECK && one->listed)
        read_list(sql, tok, key);
    else if (one->kind != LITE_CHECK)
        add_name(sql, tok, key);
    for (; one->kind == LITE_CHECK && tok.kind != TOKEN_END && tok.start < one->end;
         tok = lite_token_next(sql, tok.end))
        if (is_column(cols, sql, tok))
            add_name(sql, tok, key);
}

/* ---- Names -------------------------------------------------------------------------- */

/* So that no character is cut in two. */
static size_t cut(const char *text, size_t len)
{
    if (!text[len])
        return len;
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* makeObjectName: of the table's and the columns' names the longer one is cut first. */
static void make_name(const char *table, const char *columns, const char *label, char name[64])
{
    size_t a = strlen(table), b = strlen(columns), behind = strlen(label) + 1 + (b > 0);

    while (a + b + behind > 63)
        a > b ? a-- : b--;
    snprintf(name, 64, "%.*s%s%.*s_%s", (int)cut(table, a), table, b ? "_" : "",
             (int)cut(columns, b), columns, label);
}

/* A check is named for its column if it has but one. */
static void join(const lite_key *key, lite_constraint_kind kind, char text[LITE_NAME_CAP])
{
    size_t len = 0;

    *text = '\0';
    if (kind == LITE_PRIMARY || (kind == LITE_CHECK && key->n != 1))
        return;
    for (size_t i = 0; i < key->n && i < LITE_KEY_MAX && len < LITE_NAME_CAP; i++)
        len += (size_t)snprintf(text + len, LITE_NAME_CAP - len, "%s%s", i ? "_" : "",
                                key->names[i]);
}

/* How many before it would have the same name. */
static unsigned count_before(const char *sql, const lite_constraint *one,
                             const pgcopy_columns *cols, const char *columns)
{
    lite_constraints all;
    lite_constraint  other;
    lite_key         key;
    char             text[LITE_NAME_CAP];
    unsigned         n = 0;

    lite_constraints_begin(&all, sql);
    while (lite_constraints_next(&all, &other) && other.at < one->at) {
        lite_constraint_key(sql, &other, cols, &key);
        join(&key, other.kind, text);
        n += other.kind == one->kind && other.own.kind == TOKEN_END && !strcmp(text, columns);
    }
    return n;
}

void lite_constraint_name(const char *sql, const char *table, const lite_constraint *one,
                          const pgcopy_columns *cols, char name[64])
{
    static const char *const labels[] = {[LITE_PRIMARY] = "pkey",
                                         [LITE_UNIQUE]  = "key",
                                         [LITE_CHECK]   = "check",
                                         [LITE_FOREIGN] = "fkey"};
    char                     columns[LITE_NAME_CAP], label[24];
    unsigned                 before;
    lite_key                 key;

    if (lite_token_name(sql, one->own, columns)) {
        snprintf(name, 64, "%.*s",
                 (int)cut(columns, strlen(columns) < 63 ? strlen(columns) : 63), columns);
        return;
    }
    lite_constraint_key(sql, one, cols, &key);
    join(&key, one->kind, columns);
    before = count_before(sql, one, cols, columns);
    snprintf(label, sizeof label, before ? "%s%u" : "%s", labels[one->kind], before);
    make_name(table, columns, label, name);
}

bool lite_key_same(const lite_key *a, const lite_key *b)
{
    if (a->n != b->n || a->n > LITE_KEY_MAX)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!lite_same(a->names[i], b->names[i]))
            return false;
    return true;
}
