/* backend/typename.c - the name that the catalog has for a type as SQL writes it. */
#include "backend/typename.h"

#include <string.h>

/* Those of SQL (manual, 8.1) whose name in the catalog is another.  longer: of character
   varying, double precision, time with time zone. */
static const struct {
    const char *word, *plain, *longer;
} types[] = {{"bigint", "int8", NULL},           {"bit", "bit", "varbit"},
             {"boolean", "bool", NULL},          {"char", "bpchar", "varchar"},
             {"character", "bpchar", "varchar"}, {"dec", "numeric", NULL},
             {"decimal", "numeric", NULL},       {"double", NULL, "float8"},
             {"float", "float8", NULL},          {"int", "int4", NULL},
             {"integer", "int4", NULL},          {"nchar", "bpchar", "varchar"},
             {"real", "float4", NULL},           {"smallint", "int2", NULL},
             {"time", "time", "timetz"},         {"timestamp", "timestamp", "timestamptz"}};

/* with, without: time zone */
static bool accept_zone(struct reader *r, const char *word)
{
    struct reader start = *r;

    if (reader_accept(r, word) && reader_accept(r, "time") && reader_accept(r, "zone"))
        return true;
    *r = start;
    return false;
}

void typename_skip_fields(struct reader *r)
{
    static const char *const fields[] = {"year",   "month",  "day", "hour",
                                         "minute", "second", "to"};

    while (reader_is_any(r, fields, sizeof fields / sizeof *fields))
        reader_take(r);
    reader_skip_group(r);
}

/* float(24) is the last real one (manual, 8.1.3). */
static bool is_short(struct reader digits)
{
    pgcopy_slice s;

    reader_accept(&digits, "(");
    s = reader_slice(&digits, &digits.tok);
    return s.len == 1 || (s.len == 2 && memcmp(s.data, "24", 2) <= 0);
}

/* Behind the one word of a type; false: SQL has no such type. */
static bool read_rest(struct reader *r, char name[TEXT_NAME_MAX + 1])
{
    bool        longer = reader_accept(r, "varying") || reader_accept(r, "precision");
    bool        real = strcmp(name, "float") == 0 && reader_is(r, &r->tok, "(") && is_short(*r);
    const char *known = name;

    reader_skip_group(r);
    if (!accept_zone(r, "without") && accept_zone(r, "with"))
        longer = true;
    if (strcmp(name, "interval") == 0)
        typename_skip_fields(r);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].word, name) == 0)
            known = real ? "float4" : longer ? types[i].longer : types[i].plain;
    if (known && known != name)
        memcpy(name, known, strlen(known) + 1);
    return known && strcmp(name, "national") != 0 && strcmp(name, "n") != 0;
}

static bool read_name(struct reader *r, char name[TEXT_NAME_MAX + 1])
{
    if (!reader_at_name(r))
        return false;
    reader_says(r, &r->tok, name);
    reader_take(r);
    return true;
}

bool typename_read(struct reader *r, char name[TEXT_NAME_MAX + 1])
{
    bool sql = r->tok.kind == TOKEN_WORD;

    if (!read_name(r, name))
        return false;
    for (; reader_accept(r, "."); sql = false)
        if (!read_name(r, name))
            return false;
    if (sql && !read_rest(r, name))
        return false;
    while (reader_accept(r, "array") || reader_skip_group(r))
        ;
    return true;
}
