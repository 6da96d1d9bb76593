/* stmt/keywords.c - which of PostgreSQL's keywords cannot be a name. */
#include "stmt/keywords.h"

#include <stdlib.h>
#include <string.h>

/* Both as of PostgreSQL 18, sorted; the other keywords may be any name that is read here. */
static const char *const reserved[] = {"all",          "analyse",
                                       "analyze",      "and",
                                       "any",          "array",
                                       "as",           "asc",
                                       "asymmetric",   "both",
                                       "case",         "cast",
                                       "check",        "collate",
                                       "column",       "constraint",
                                       "create",       "current_catalog",
                                       "current_date", "current_role",
                                       "current_time", "current_timestamp",
                                       "current_user", "default",
                                       "deferrable",   "desc",
                                       "distinct",     "do",
                                       "else",         "end",
                                       "except",       "false",
                                       "fetch",        "for",
                                       "foreign",      "from",
                                       "grant",        "group",
                                       "having",       "in",
                                       "initially",    "intersect",
                                       "into",         "lateral",
                                       "leading",      "limit",
                                       "localtime",    "localtimestamp",
                                       "not",          "null",
                                       "offset",       "on",
                                       "only",         "or",
                                       "order",        "placing",
                                       "primary",      "references",
                                       "returning",    "select",
                                       "session_user", "some",
                                       "symmetric",    "system_user",
                                       "table",        "then",
                                       "to",           "trailing",
                                       "true",         "union",
                                       "unique",       "user",
                                       "using",        "variadic",
                                       "when",         "where",
                                       "window",       "with"};

static const char *const type_func[] = {
    "authorization", "binary", "collation", "concurrently", "cross",   "current_schema",
    "freeze",        "full",   "ilike",     "inner",        "is",      "isnull",
    "join",          "left",   "like",      "natural",      "notnull", "outer",
    "overlaps",      "right",  "similar",   "tablesample",  "verbose"};

char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static int compare(const void *key, const void *entry)
{
    const pgcopy_slice *word  = key;
    const char *const  *lower = entry;

    for (size_t i = 0; i < word->len; i++) {
        int diff = (uint8_t)ascii_lower((char)word->data[i]) - (uint8_t)(*lower)[i];
        if (diff || !(*lower)[i])
            return diff;
    }
    return (*lower)[word->len] ? -1 : 0;
}

bool word_is(pgcopy_slice word, const char *lower)
{
    return compare(&word, &lower) == 0;
}

static bool is_among(pgcopy_slice word, const char *const *list, size_t n)
{
    return bsearch(&word, list, n, sizeof *list, compare);
}

bool keyword_may_be(pgcopy_slice word, enum name_kind kind)
{
    if (kind == NAME_LABEL)
        return true;
    if (is_among(word, reserved, sizeof reserved / sizeof *reserved))
        return false;
    return kind == NAME_NOT_RESERVED ||
           !is_among(word, type_func, sizeof type_func / sizeof *type_func);
}
