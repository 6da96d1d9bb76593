/* backend/names.c - a result's columns have the names that PostgreSQL would give them. */
#include "backend/names.h"

#include "backend/label.h"

#include <stdio.h>
#include <string.h>

/* At an item of the list that names the columns; VALUES has none: column1, column2, ... */
struct list {
    struct reader r;
    bool          values;
};

/* false: there is none to go by. */
static bool find_list(const pgcopy_stmt *stmt, struct list *list)
{
    if (stmt->query)
        reader_begin(&list->r, stmt->query, strlen(stmt->query));
    else if (stmt->verb == PGCOPY_VERB_OTHER)
        reader_begin(&list->r, stmt->sql, stmt->sql_len);
    else
        return false;
    list->values = reader_is(&list->r, &list->r.tok, "values");
    return list->values || label_find_list(&list->r);
}

/* Of item i; *more: there is another one. */
static void read_label(struct list *list, size_t i, struct label *label, bool *more)
{
    if (list->values) {
        *label = (struct label){.strength = LABEL_STRONG};
        (void)snprintf(label->name, sizeof label->name, "column%zu", i + 1);
        return;
    }
    label_read(&list->r, label);
    *more = reader_accept(&list->r, ",");
}

/* Some name is another one, in a list of as many items without a star. */
static bool differs(struct list list, const pgcopy_columns *cols)
{
    size_t n     = pgcopy_columns_count(cols);
    bool   found = false;

    for (size_t i = 0; i < n; i++) {
        struct label label;
        bool         more = i + 1 < n;
        read_label(&list, i, &label, &more);
        if (label.star || more != (i + 1 < n))
            return false;
        found = found ||
                (!label.unsure && strcmp(label.name, pgcopy_columns_at(cols, i)->name) != 0);
    }
    return found;
}

static pgcopy_status copy(struct list *list, const pgcopy_columns *from, pgcopy_columns *to)
{
    for (size_t i = 0; i < pgcopy_columns_count(from); i++) {
        const pgcopy_column *old = pgcopy_columns_at(from, i);
        pgcopy_column       *col;
        const char          *name;
        struct label         label;
        bool                 more;

        read_label(list, i, &label, &more);
        col = pgcopy_columns_add(to, label.unsure ? old->name : label.name, old->type);
        if (!col)
            return PGCOPY_ERR_NOMEM;
        name      = col->name;
        *col      = *old;
        col->name = name;
    }
    pgcopy_columns_set_relation(to, pgcopy_columns_relation(from));
    pgcopy_columns_set_date_order(to, pgcopy_columns_date_order(from));
    return PGCOPY_OK;
}

pgcopy_status names_give(const pgcopy_stmt *stmt, const pgcopy_allocator *a,
                         pgcopy_columns **cols)
{
    struct list     list;
    pgcopy_columns *named;

    if (!*cols || !find_list(stmt, &list) || !differs(list, *cols))
        return PGCOPY_OK;
    named = pgcopy_columns_new(a);
    if (!named || copy(&list, *cols, named) < 0) {
        pgcopy_columns_free(named);
        return PGCOPY_ERR_NOMEM;
    }
    pgcopy_columns_free(*cols);
    *cols = named;
    return PGCOPY_OK;
}
