/* backend/canned_read.c - reads as much of a SELECT as an answer needs; all else is refused. */
#include "backend/canned.h"

#include <string.h>

/* One token at a time: a name in lower case or as quoted, a sign; "" at the end. */
struct reader {
    const char *at;
    char        word[CANNED_NAME];
    bool        is_name;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || (unsigned char)c >= 0x80;
}

static const char *behind_blanks(const char *p)
{
    for (;;) {
        if (*p && strchr(" \t\n\r\f\v", *p)) {
            p++;
        } else if (p[0] == '-' && p[1] == '-') {
            p += strcspn(p, "\n");
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            p               = end ? end + 2 : p + strlen(p);
        } else {
            return p;
        }
    }
}

static void add_letter(struct reader *r, size_t *n, char c)
{
    if (*n < sizeof r->word - 1)
        r->word[(*n)++] = c;
    r->word[*n] = '\0';
}

static void read_quoted(struct reader *r, size_t *n)
{
    char quote = *r->at++;

    for (; *r->at; r->at++)
        if (*r->at != quote || *++r->at == quote)
            add_letter(r, n, *r->at);
        else
            return;
}

static void next(struct reader *r)
{
    size_t n = 0;

    r->at      = behind_blanks(r->at);
    r->word[0] = '\0';
    r->is_name = *r->at == '"' || is_letter(*r->at);
    if (*r->at == '"') {
        read_quoted(r, &n);
    } else if (*r->at == '\'') {
        read_quoted(r, &n);
        strcpy(r->word, "'"); /* what a string says is of no interest */
    } else if (r->is_name) {
        for (; is_letter(*r->at); r->at++)
            add_letter(r, &n, *r->at >= 'A' && *r->at <= 'Z' ? (char)(*r->at + 32) : *r->at);
    } else if (*r->at) {
        add_letter(r, &n, *r->at++);
    }
}

static bool is(const struct reader *r, const char *word)
{
    return strcmp(r->word, word) == 0;
}

/* At FROM: takes the name behind it. */
static bool take_relation(struct reader *r, const struct canned_relation *relation)
{
    next(r);
    if (is(r, "pg_catalog")) {
        next(r);
        if (!is(r, "."))
            return false;
        next(r);
    }
    return r->is_name && is(r, relation->name);
}

bool canned_is_from(const struct canned_relation *relation, const char *sql)
{
    struct reader r     = {.at = sql};
    size_t        depth = 0;

    next(&r);
    if (!is(&r, "select"))
        return false;
    do {
        next(&r);
        depth += is(&r, "(") && !r.is_name;
        depth -= is(&r, ")") && depth;
    } while (r.word[0] && (depth || !is(&r, "from")));
    return r.word[0] && take_relation(&r, relation);
}

/* ---- The select list ---------------------------------------------------------------- */

static bool add_column(const struct canned_relation *relation, size_t i, struct canned_query *q)
{
    if (q->n == CANNED_COLUMNS || !relation->columns[i].name)
        return false;
    q->columns[q->n] = i;
    strcpy(q->names[q->n++], relation->columns[i].name);
    return true;
}

static bool add_all(const struct canned_relation *relation, struct canned_query *q)
{
    for (size_t i = 0; relation->columns[i].name; i++)
        if (!add_column(relation, i, q))
            return false;
    return true;
}

static bool add_named(const struct canned_relation *relation, const char *name,
                      struct canned_query *q)
{
    size_t i = 0;

    while (relation->columns[i].name && strcmp(relation->columns[i].name, name) != 0)
        i++;
    return add_column(relation, i, q);
}

/* Another name for the column or relation before it, if one follows. */
static bool take_alias(struct reader *r, char *name)
{
    bool as = is(r, "as");

    if (as)
        next(r);
    if (!r->is_name || (!as && is(r, "from")))
        return !as;
    if (name)
        strcpy(name, r->word);
    next(r);
    return true;
}

/* Behind it r is at the sign that follows. */
static bool read_item(struct reader *r, const struct canned_relation *relation,
                      struct canned_query *q)
{
    bool all = is(r, "*") && !r->is_name;

    if (!all && (!r->is_name || !add_named(relation, r->word, q)))
        return false;
    next(r);
    if (all)
        return add_all(relation, q);
    return take_alias(r, q->names[q->n - 1]);
}

static bool read_all(struct reader *r, const struct canned_relation *relation,
                     struct canned_query *q)
{
    do {
        next(r);
        if (!read_item(r, relation, q))
            return false;
    } while (is(r, ","));
    if (!is(r, "from") || !take_relation(r, relation))
        return false;
    next(r);
    return take_alias(r, NULL) && !r->word[0];
}

void canned_read(const struct canned_relation *relation, const char *sql,
                 struct canned_query *q)
{
    struct reader r = {.at = sql};

    memset(q, 0, sizeof *q);
    next(&r);
    if (!read_all(&r, relation, q))
        q->n = 0;
}
