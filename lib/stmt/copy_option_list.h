/* stmt/copy_option_list.h - the options of a COPY, as they were written, in all their ages. */
#ifndef STMT_COPY_OPTION_LIST_H
#define STMT_COPY_OPTION_LIST_H

#include "stmt/copy_options.h"
#include "stmt/parser.h"

/* {0} to begin. */
struct copy_option_list {
    struct copy_option *first;
    struct copy_option *last;
    size_t              n;
};

/* Appends one whose word is a grammar of its own; text NULL: it has no argument. */
void option_list_add(struct parser *p, struct copy_option_list *list, const char *name,
                     size_t at, const char *text);

/* [USING] DELIMITERS 'c', if it stands next; returns where USING stands, 0: nowhere. */
size_t option_list_delimiters(struct parser *p, struct copy_option_list *list);

/* [WITH] (option, ...), or the old options up to what is none. */
void option_list_with(struct parser *p, struct copy_option_list *list);

#endif
