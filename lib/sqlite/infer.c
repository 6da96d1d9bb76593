/*
 * sqlite/infer.c - which type has $n by where it stands?  Nothing is said where it is not
 * plain.
 *
 *   $1::int4, CAST($1 AS int4)       what it says
 *   LIMIT $1, count(*) > $1          int8
 *   ... FROM t x WHERE x.a >= $1     SELECT x.a FROM t x: as what SQLite has that declared;
 *                                    BETWEEN and IN likewise
 *   UPDATE t SET a = $1              SELECT a FROM t
 *   INSERT INTO t (a) VALUES ($1)    SELECT a FROM t; without a list all its columns
 */
#include "sqlite/params.h"
#include "sqlite/scope.h"

#include <ctype.h>
#include <string.h>

/* ---- A column beside it ------------------------------------------------------------- */

static const char *const comparisons[] = {"=", "==", "<>", "!=", "<", ">", "<=", ">=", NULL};
static const char *const borders[]     = {"select", "where", "and", "or", "not", "on",
                                          "having", "when",  "set", "(",  ",",   NULL};

/* A value may end before token i: it is not part of a larger expression. */
static bool closes(const lite_tokens *t, size_t i)
{
    return lite_at(t, i).kind != TOKEN_OPERATOR && !lite_is(t, i, "(") && !lite_is(t, i, ".");
}

/* Of the column that ends before token `end`, alone on its side. */
static uint32_t column_before(const lite_tokens *t, size_t end)
{
    size_t first = end - 1;

    if (lite_is(t, first, ")") && lite_is(t, lite_opening(t, first) - 1, "count"))
        return lite_is_any(t, lite_opening(t, first) - 2, borders) ? PGCOPY_OID_INT8 : 0;
    if (!lite_is_name(t, first))
        return 0;
    while (lite_is(t, first - 1, ".") && lite_is_name(t, first - 2))
        first -= 2;
    return lite_is_any(t, first - 1, borders) ? lite_type_around(t, end, first, end) : 0;
}

static uint32_t column_behind(const lite_tokens *t, size_t first)
{
    size_t end = first + 1;

    if (!lite_is_name(t, first))
        return 0;
    while (lite_is(t, end, ".") && lite_is_name(t, end + 1))
        end += 2;
    return closes(t, end) ? lite_type_around(t, first, first, end) : 0;
}

/* The token before a list of values that token i is in, if that is IN. */
static uint32_t listed(const lite_tokens *t, size_t i)
{
    size_t open = lite_opening(t, i);

    if (!open || !lite_is(t, open - 1, "in") || (!lite_is(t, i - 1, ",") && i - 1 != open))
        return 0;
    return column_before(t, lite_is(t, open - 2, "not") ? open - 2 : open - 1);
}

static uint32_t compared(const lite_tokens *t, size_t i)
{
    size_t before = i - 1;

    if (!closes(t, i + 1))
        return lite_is_any(t, i + 1, comparisons) && lite_is_any(t, before, borders)
                   ? column_behind(t, i + 2)
                   : 0;
    if (lite_is_any(t, before, comparisons))
        return column_before(t, before);
    if (lite_is(t, before, "and") && lite_is(t, i - 3, "between"))
        before = i - 3;
    if (lite_is(t, before, "between"))
        return column_before(t, lite_is(t, before - 1, "not") ? before - 1 : before);
    return listed(t, i);
}

/* ---- VALUES ------------------------------------------------------------------------- */

/* Which of a list in brackets, from `open` on, token i is. */
static size_t place_in(const lite_tokens *t, size_t open, size_t i)
{
    size_t depth = 0, place = 0;

    for (size_t k = open + 1; k < i; k++) {
        place += !depth && lite_is(t, k, ",");
        depth += lite_is(t, k, "(");
        depth -= depth && lite_is(t, k, ")");
    }
    return place;
}

static size_t first_row(const lite_tokens *t, size_t open)
{
    while (lite_is(t, open - 1, ",") && lite_is(t, open - 2, ")"))
        open = lite_opening(t, open - 2);
    return open;
}

/* INSERT INTO t (a, b) VALUES (...), (..., $n, ...) */
static uint32_t inserted(const lite_tokens *t, size_t i)
{
    static const char *const none[] = {NULL};
    size_t                   row    = lite_opening(t, i), first, list, insert, place;

    if (!row || !(lite_is(t, i - 1, "(") || lite_is(t, i - 1, ",")) ||
        !(lite_is(t, i + 1, ")") || lite_is(t, i + 1, ",")))
        return 0;
    first  = first_row(t, row);
    insert = lite_verb_before(t, first);
    if (!lite_is(t, first - 1, "values") ||
        !(lite_is(t, insert, "insert") || lite_is(t, insert, "replace")))
        return 0;
    place = place_in(t, row, i);
    if (!lite_is(t, first - 2, ")"))
        return lite_type_of_place(t, insert, place,
                                  place_in(t, row, lite_next_of(t, row + 1, none)) + 1);
    list = lite_opening(t, first - 2) + 1 + 2 * place;
    return lite_is_name(t, list) && list < first - 2
               ? lite_type_in(t, 0, insert, list, list + 1)
               : 0;
}

/* ---- Casts -------------------------------------------------------------------------- */

static uint32_t named_type(const char *name, size_t len)
{
    char               text[64];
    const pgcopy_type *type;

    for (; len && isspace((unsigned char)*name); len--)
        name++;
    if (len >= sizeof text)
        return 0;
    memcpy(text, name, len);
    text[len] = '\0';
    type      = pgcopy_type_by_name(text, NULL);
    return type ? type->oid : 0;
}

/* Those by :: are blanks in the text of SQLite. */
static uint32_t cast_by_sign(const lite_tokens *t, size_t i)
{
    size_t end = lite_at(t, i).end, next = lite_at(t, i + 1).start;

    for (uint32_t k = 0; k < t->stmt->ncasts; k++) {
        const pgcopy_place *cast = &t->stmt->casts[k];

        if (cast->start >= end && cast->start + cast->len <= next)
            return named_type(t->stmt->sql + cast->start + 2, cast->len - 2);
    }
    return 0;
}

static uint32_t cast_by_word(const lite_tokens *t, size_t i)
{
    static const char *const none[] = {NULL};
    uint32_t                 start  = lite_at(t, i + 2).start;
    size_t                   end;

    if (!lite_is(t, i - 1, "(") || !lite_is(t, i - 2, "cast") || !lite_is(t, i + 1, "as"))
        return 0;
    end = lite_next_of(t, i + 2, none);
    return named_type(t->sql + start, lite_at(t, end - 1).end - start);
}

/* ---- The parameter ------------------------------------------------------------------ */

static uint32_t type_at(const lite_tokens *t, size_t i)
{
    uint32_t type = cast_by_sign(t, i);

    if (!type)
        type = cast_by_word(t, i);
    if (!type && (lite_is(t, i - 1, "limit") || lite_is(t, i - 1, "offset")))
        type = PGCOPY_OID_INT8;
    if (!type)
        type = inserted(t, i);
    return type ? type : compared(t, i);
}

static uint32_t type_of(const lite_tokens *t, uint32_t number)
{
    const pgcopy_place *places = t->stmt->places;
    uint32_t            type   = 0;
    size_t              i      = 0;

    for (uint32_t k = 0; !type && k < t->stmt->nplaces; k++) {
        if (places[k].number != number)
            continue;
        while (i < t->count && lite_at(t, i).start < places[k].start)
            i++;
        if (lite_at(t, i).kind == TOKEN_PARAM)
            type = type_at(t, i);
    }
    return type;
}

pgcopy_status lite_infer(lite_conn *c, const pgcopy_stmt *stmt, const char *sql,
                         pgcopy_columns *types)
{
    bool        no_memory = false;
    lite_tokens t         = {.c         = c,
                             .stmt      = stmt,
                             .sql       = sql,
                             .len       = strlen(sql),
                             .tokens    = {.allocator = c->allocator},
                             .no_memory = &no_memory};

    no_memory = !lite_tokens_read(&t);
    for (uint32_t n = 1; !no_memory && n <= stmt->nparams; n++) {
        const pgcopy_column *col =
            stmt->param_types ? pgcopy_columns_at(stmt->param_types, n - 1) : NULL;
        uint32_t type = col && col->type ? col->type : type_of(&t, n);

        if (!pgcopy_columns_add(types, "", type))
            no_memory = true;
    }
    pgcopy_buf_free(&t.tokens);
    return no_memory ? PGCOPY_ERR_NOMEM : PGCOPY_OK;
}
