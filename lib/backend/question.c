/*
 * backend/question.c - reads a SELECT just far enough to answer for PostgreSQL: the names of
 * its columns, the functions it calls, and the table whose name it looks for.
 *
 *   SELECT a.attname, n.oid::text AS x, count(*)  FROM pg_class c WHERE relname = 'visits'
 *          ^ attname  ^ x               ^ count        ^ catalog          ^ table
 */
#include <pgcopy/types.h>

#include "backend/label.h"
#include "backend/question.h"
#include "stmt/keywords.h"

#include <string.h>

/* ---- Tokens ------------------------------------------------------------------------- */

static uint32_t number(const struct reader *r, const struct token *tok)
{
    uint32_t n = 0;

    for (size_t i = tok->start + 1; i < tok->end && n < UINT16_MAX; i++)
        n = n * 10 + (uint32_t)(r->lex.text[i] - '0');
    return n;
}

/* 1, perhaps with a label */
static bool is_one(const struct reader *r)
{
    struct reader at = *r;

    reader_take(&at);
    return r->tok.kind == TOKEN_INTEGER && r->tok.end - r->tok.start == 1 &&
           r->lex.text[r->tok.start] == '1' && (label_ends(&at) || reader_at_name(&at));
}

/* ---- Functions ---------------------------------------------------------------------- */

/* ($1), ($1::text), ($1::"pg_catalog"."int4"::text): the first cast is the parameter's type. */
static bool read_literal(struct reader *r, struct question_item *item)
{
    char               name[TEXT_NAME_MAX + 1];
    const pgcopy_type *type;

    item->type = 0;
    if (!reader_accept(r, "(") || r->tok.kind != TOKEN_PARAM)
        return false;
    item->number = number(r, &r->tok);
    reader_take(r);
    while (reader_accept(r, "::")) {
        do {
            if (!reader_at_name(r))
                return false;
            reader_says(r, &r->tok, name);
            reader_take(r);
        } while (reader_accept(r, "."));
        type       = pgcopy_type_by_name(name, NULL);
        item->type = item->type ? item->type : type ? type->oid : 0;
    }
    item->type = item->type ? item->type : PGCOPY_OID_TEXT;
    return item->number && reader_accept(r, ")");
}

static bool read_arguments(struct reader *r, struct question_item *item, bool bare)
{
    if (item->call == ANSWER_QUOTED)
        return read_literal(r, item);
    return reader_accept(r, "(") ? reader_accept(r, ")") : bare;
}

static bool read_function(struct reader *r, struct question_item *item)
{
    static const struct {
        const char        *name;
        enum question_call call;
        bool               bare; /* SQL has it without parentheses */
    } calls[] = {{"version", ANSWER_VERSION, false},
                 {"current_schema", ANSWER_SCHEMA, true},
                 {"current_database", ANSWER_DATABASE, false},
                 {"current_catalog", ANSWER_DATABASE, true},
                 {"current_user", ANSWER_USER, true},
                 {"session_user", ANSWER_USER, true},
                 {"pg_is_in_recovery", ANSWER_NO, false},
                 {"pg_advisory_unlock_all", ANSWER_NOTHING, false},
                 {"quote_literal", ANSWER_QUOTED, false}};

    if (reader_accept(r, "pg_catalog") && !reader_accept(r, "."))
        return false;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (reader_accept(r, calls[i].name)) {
            item->call = calls[i].call;
            memcpy(item->label, calls[i].name, strlen(calls[i].name) + 1);
            return read_arguments(r, item, calls[i].bare);
        }
    return false;
}

/* A function, and perhaps a label of its own. */
static bool read_call(struct reader *r, struct question_item *item)
{
    bool as;

    if (!read_function(r, item))
        return false;
    as = reader_accept(r, "as");
    if (reader_at_name(r) && (as || !label_ends(r))) {
        reader_says(r, &r->tok, item->label);
        reader_take(r);
    }
    return label_ends(r);
}

static bool read_item(struct reader *r, struct question *q)
{
    struct question_item *item;
    struct reader         start = *r;
    struct label          label;

    if (q->nitems == QUESTION_ITEMS)
        return false;
    item  = &q->items[q->nitems++];
    *item = (struct question_item){.call = ANSWER_NONE};
    if (read_call(r, item))
        return true;
    *r        = start;
    *item     = (struct question_item){.call = ANSWER_NONE};
    q->calls  = false;
    item->one = is_one(r);
    label_read(r, &label);
    memcpy(item->label, label.name, sizeof item->label);
    return true;
}

static bool read_list(struct reader *r, struct question *q)
{
    if (!label_find_list(r))
        return false;
    do
        if (!read_item(r, q))
            return false;
    while (reader_accept(r, ","));
    q->calls = q->calls && r->tok.kind == TOKEN_END;
    return true;
}

/* ---- Catalogs ----------------------------------------------------------------------- */

/* The place where tables are named begins at FROM or JOIN; *among says so of what stands next.
 */
static void look_for_tables(const struct reader *r, bool *among)
{
    if (reader_is(r, &r->tok, "from") || reader_is(r, &r->tok, "join"))
        *among = true;
    else if (reader_is(r, &r->tok, "select") || reader_is(r, &r->tok, "where"))
        *among = false;
}

/* All whose names begin with pg_ are the system's own (manual, 5.10.5). */
static bool names_catalog(const struct reader *r, bool among)
{
    pgcopy_slice word = reader_slice(r, &r->tok);

    if (r->tok.kind != TOKEN_WORD)
        return false;
    if (word_is(word, "information_schema") || word_is(word, "pg_catalog"))
        return true;
    return among && word.len > 3 && memcmp(word.data, "pg_", 3) == 0;
}

/* name = 'x', where name is of the catalogs' columns. */
static void read_condition(struct reader *r, const struct token *column, struct question *q)
{
    bool table = reader_is(r, column, "relname") || reader_is(r, column, "tablename") ||
                 reader_is(r, column, "table_name");
    bool schema = reader_is(r, column, "nspname") || reader_is(r, column, "schemaname") ||
                  reader_is(r, column, "table_schema");

    if (table && r->tok.kind == TOKEN_STRING)
        reader_says(r, &r->tok, q->table);
    else if (table && r->tok.kind == TOKEN_PARAM)
        q->number = number(r, &r->tok);
    else if (schema && r->tok.kind == TOKEN_STRING)
        reader_says(r, &r->tok, q->schema);
}

static void look_for_catalogs(struct reader *r, struct question *q)
{
    struct token column = {.kind = TOKEN_END}, before = column;
    bool         among = false;

    for (; r->tok.kind != TOKEN_END; reader_take(r)) {
        look_for_tables(r, &among);
        q->catalog = q->catalog || names_catalog(r, among);
        if (reader_is(r, &before, "="))
            read_condition(r, &column, q);
        column = before;
        before = r->tok;
    }
}

bool question_read(struct question *q, const pgcopy_stmt *stmt)
{
    struct reader r;

    *q = (struct question){.calls = true};
    if (stmt->verb != PGCOPY_VERB_OTHER || strcmp(stmt->tag, "SELECT") != 0)
        return false;
    reader_begin(&r, stmt->sql, stmt->sql_len);
    if (!read_list(&r, q))
        return false;
    reader_begin(&r, stmt->sql, stmt->sql_len);
    look_for_catalogs(&r, q);
    return true;
}
