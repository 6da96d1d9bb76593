/*
 * types/json.c - json: valid or not, its text stays as it is; and the grammar that jsonb
 * shares.
 */
#include "types/json.h"

/* ---- The grammar --------------------------------------------------------------------- */

/* What was wanted instead; a text that ends too early is told otherwise. */
static enum json_event refuse_token(struct json *j, int token, const char *detail)
{
    if (token == JSON_BAD)
        return JSON_FAILED;
    return json_refuse(j, token ? detail : "The input string ended unexpectedly.");
}

/* The innermost level; outside of all there is none. */
static bool is_object(const struct json *j)
{
    return j->depth && (j->in_object[(j->depth - 1) / 8] >> ((j->depth - 1) % 8) & 1);
}

/* check_stack_depth.  No stack is used here, but text this deep breaks those that use one. */
static enum json_event too_deep(struct json *j)
{
    j->status = pgcopy_error_set(j->v->err, "54001", "stack depth limit exceeded");
    bad_hint(j->v,
             "Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), "
             "after ensuring the platform's stack depth limit is adequate.");
    return JSON_FAILED;
}

static enum json_event enter(struct json *j, bool object)
{
    uint8_t bit = (uint8_t)(1 << (j->depth % 8)), *bits = &j->in_object[j->depth / 8];

    if (j->depth == JSON_DEPTH_MAX)
        return too_deep(j);
    *bits   = (uint8_t)(object ? *bits | bit : *bits & ~bit);
    j->want = object ? WANT_LABEL : WANT_FIRST;
    j->depth++;
    return object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_event leave(struct json *j)
{
    enum json_event event = is_object(j) ? JSON_OBJECT_END : JSON_ARRAY_END;

    j->depth--;
    j->want = j->depth ? WANT_COMMA : WANT_NOTHING;
    return event;
}

static enum json_event take_value(struct json *j, int token)
{
    if (token == '{' || token == '[')
        return enter(j, token == '{');
    if (token != '"' && token != '0' && token != 'w')
        return refuse_token(j, token, "Expected JSON value, but found \"%.*s\".");
    j->want = j->depth ? WANT_COMMA : WANT_NOTHING;
    return token == '"' ? JSON_STRING : token == '0' ? JSON_NUMBER : JSON_WORD;
}

/* A key with its colon; what the token was is kept over the colon. */
static enum json_event take_key(struct json *j, int token, const char *otherwise)
{
    size_t start = j->start, end = j->end;

    if (token != '"')
        return refuse_token(j, token, otherwise);
    token = json_token(j);
    if (token != ':')
        return refuse_token(j, token, "Expected \":\", but found \"%.*s\".");
    j->start = start;
    j->end   = end;
    j->want  = WANT_VALUE;
    return JSON_KEY;
}

/* Behind a comma an end is not good: "[1,]" lacks a value, "{..,}" a key. */
static enum json_event take_comma(struct json *j, int token)
{
    bool object = is_object(j);

    if (token == (object ? '}' : ']'))
        return leave(j);
    if (token != ',')
        return refuse_token(j, token,
                            object ? "Expected \",\" or \"}\", but found \"%.*s\"."
                                   : "Expected \",\" or \"]\", but found \"%.*s\".");
    token = json_token(j);
    return object ? take_key(j, token, "Expected string, but found \"%.*s\".")
                  : take_value(j, token);
}

enum json_event json_next(struct json *j)
{
    int token = json_token(j);

    switch (j->want) {
    case WANT_VALUE:
        return take_value(j, token);
    case WANT_FIRST:
        return token == ']' ? leave(j) : take_value(j, token);
    case WANT_LABEL:
        return token == '}'
                   ? leave(j)
                   : take_key(j, token, "Expected string or \"}\", but found \"%.*s\".");
    case WANT_COMMA:
        return take_comma(j, token);
    case WANT_NOTHING:
        break;
    }
    return token == 0 ? JSON_END
                      : refuse_token(j, token, "Expected end of input, but found \"%.*s\".");
}

/* ---- The type ------------------------------------------------------------------------ */

void json_begin(struct json *j, struct value *v, bool strict)
{
    j->v      = v;
    j->strict = strict;
    j->status = PGCOPY_OK;
    j->want   = WANT_VALUE;
    j->at = j->line = j->line_start = j->depth = 0;
}

/* json_in keeps the text, with its white space and double keys. */
pgcopy_status json_check(struct value *v)
{
    struct json     j;
    enum json_event event;

    json_begin(&j, v, false);
    do
        event = json_next(&j);
    while (event != JSON_END && event != JSON_FAILED);
    return j.status;
}

pgcopy_status json_to_text(struct value *v)
{
    pgcopy_status rc = text_to_text(v);

    return rc < 0 ? rc : json_check(v);
}
