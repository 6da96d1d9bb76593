/* stmt/names.c - lists of texts in the arena: columns, parts of a name, values of a setting. */
#include "stmt/names.h"

#include <string.h>

void names_too_many(struct parser *p)
{
    if (p->status == PGCOPY_OK)
        parser_fail(p, pgcopy_error_set(p->lex.err, "54000",
                                        "lists in a statement can have at most %d entries",
                                        NAMES_MAX));
}

void names_add(struct parser *p, struct names *names, const char *text)
{
    void         *list   = names->list;
    pgcopy_status status = PGCOPY_OK;

    if (names->n == NAMES_MAX)
        names_too_many(p);
    if (p->status == PGCOPY_OK)
        status = mem_grow(&p->in_arena, &list, &names->cap, names->n + 2, sizeof *names->list,
                          SIZE_MAX / sizeof *names->list);
    parser_fail(p, status);
    if (p->status != PGCOPY_OK)
        return;
    names->list             = list;
    names->list[names->n++] = text;
    names->list[names->n]   = NULL;
}

static size_t joined_len(const struct names *names, const char *separator)
{
    size_t len = 0;

    for (size_t i = 0; i < names->n; i++)
        len += strlen(names->list[i]) + strlen(separator);
    return len;
}

const char *names_join(struct parser *p, const struct names *names, const char *separator)
{
    char  *text = NULL;
    size_t at   = 0;

    if (p->status == PGCOPY_OK)
        text = arena_alloc(&p->stmt->memory, joined_len(names, separator) + 1);
    if (!text) {
        parser_fail(p, PGCOPY_ERR_NOMEM);
        return NULL;
    }
    for (size_t i = 0; i < names->n; i++) {
        size_t n = strlen(names->list[i]);
        if (i) {
            memcpy(text + at, separator, strlen(separator));
            at += strlen(separator);
        }
        memcpy(text + at, names->list[i], n);
        at += n;
    }
    return text;
}
