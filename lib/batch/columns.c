/* batch/columns.c - columns of a table, a result, a COPY: a list that owns its names. */
#include <pgcopy/batch.h>

#include "base/mem.h"

#include <string.h>

enum { COLUMNS_MAX = 65535 }; /* what an int16 count can say, PostgreSQL's own limit is 1664 */

struct pgcopy_columns {
    arena             names;
    pgcopy_column    *list;
    size_t            count;
    size_t            cap;
    pgcopy_relation   relation;
    pgcopy_date_order date_order;
    pgcopy_when       when;
};

pgcopy_columns *pgcopy_columns_new(const pgcopy_allocator *allocator)
{
    pgcopy_allocator a    = mem_allocator(allocator);
    pgcopy_columns  *cols = mem_new(&a, sizeof *cols);

    if (cols)
        cols->names.allocator = a;
    return cols;
}

void pgcopy_columns_free(pgcopy_columns *cols)
{
    pgcopy_allocator a;

    if (!cols)
        return;
    a = cols->names.allocator;
    mem_free(&a, cols->list, cols->cap * sizeof *cols->list);
    arena_free(&cols->names);
    mem_free(&a, cols, sizeof *cols);
}

pgcopy_column *pgcopy_columns_add(pgcopy_columns *cols, const char *name, uint32_t type)
{
    void          *list = cols->list;
    const char    *copy = arena_dup(&cols->names, name, strlen(name));
    pgcopy_column *col;

    if (!copy || mem_grow(&cols->names.allocator, &list, &cols->cap, cols->count + 1,
                          sizeof *col, COLUMNS_MAX) < 0)
        return NULL;
    cols->list = list;
    col        = &cols->list[cols->count++];
    *col       = (pgcopy_column){.name = copy, .type = type, .typmod = -1};
    return col;
}

size_t pgcopy_columns_count(const pgcopy_columns *cols)
{
    return cols->count;
}

const pgcopy_column *pgcopy_columns_at(const pgcopy_columns *cols, size_t i)
{
    return i < cols->count ? &cols->list[i] : NULL;
}

void pgcopy_columns_set_relation(pgcopy_columns *cols, pgcopy_relation kind)
{
    cols->relation = kind;
}

pgcopy_relation pgcopy_columns_relation(const pgcopy_columns *cols)
{
    return cols->relation;
}

void pgcopy_columns_set_date_order(pgcopy_columns *cols, pgcopy_date_order order)
{
    cols->date_order = order;
}

pgcopy_date_order pgcopy_columns_date_order(const pgcopy_columns *cols)
{
    return cols->date_order;
}

void pgcopy_columns_set_when(pgcopy_columns *cols, const pgcopy_when *when)
{
    cols->when = *when;
}

const pgcopy_when *pgcopy_columns_when(const pgcopy_columns *cols)
{
    return &cols->when;
}
