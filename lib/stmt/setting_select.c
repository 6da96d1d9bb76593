/*
 * stmt/setting_select.c - settings by SELECT: what pg_dump's scripts and drivers say where SET
 * and SHOW would do.
 *
 *   SELECT [pg_catalog.]set_config('name', {'value' | NULL}, {true | false}) [[AS] label]
 *   SELECT [pg_catalog.]current_setting('name' [, {true | false}]) [[AS] label]
 *
 * A SELECT that says more, or has a parameter, is passed on.
 */
#include "stmt/grammar.h"

static const char *string_or_null(struct parser *p)
{
    return parser_accept(p, "null") ? NULL : parser_string(p);
}

static bool boolean(struct parser *p)
{
    if (parser_accept(p, "true"))
        return true;
    parser_expect(p, "false");
    return false;
}

static void set_config(struct parser *p)
{
    pgcopy_stmt *pub = &p->stmt->pub;

    pub->verb = PGCOPY_VERB_SET_CONFIG;
    pub->name = parser_string(p);
    parser_expect_char(p, ',');
    pub->value = string_or_null(p);
    parser_expect_char(p, ',');
    pub->local = boolean(p);
}

static void current_setting(struct parser *p)
{
    pgcopy_stmt *pub = &p->stmt->pub;

    pub->verb       = PGCOPY_VERB_CURRENT_SETTING;
    pub->name       = parser_string(p);
    pub->missing_ok = parser_accept_char(p, ',') && boolean(p);
}

static const char *label(struct parser *p, const char *function)
{
    if (parser_accept(p, "as"))
        return parser_name(p, NAME_LABEL);
    return parser_is_end(p) ? function : parser_name(p, NAME_COLUMN);
}

static bool is_call(struct parser *p, const char *function)
{
    return parser_is_word(p, function) && parser_ahead_is_char(p, '(');
}

static void call(struct parser *p, const char *function, void (*arguments)(struct parser *p))
{
    parser_take(p);
    parser_take(p);
    arguments(p);
    parser_expect_char(p, ')');
    p->stmt->pub.tag   = "SELECT";
    p->stmt->pub.label = label(p, function);
}

/* Anything else than these is no mistake, but a statement of the database's. */
bool setting_select(struct parser *p)
{
    parser_take(p);
    if (parser_is_word(p, "pg_catalog") && parser_ahead_is_char(p, '.')) {
        parser_take(p);
        parser_take(p);
    }
    if (is_call(p, "set_config"))
        call(p, "set_config", set_config);
    else if (is_call(p, "current_setting"))
        call(p, "current_setting", current_setting);
    else
        return false;
    return p->status == PGCOPY_ERR_NOMEM || (p->status == PGCOPY_OK && parser_is_end(p));
}
