/* backend/label.h - the name that PostgreSQL gives to a column of a result. */
#ifndef BACKEND_LABEL_H
#define BACKEND_LABEL_H

#include "backend/reader.h"

/* How strongly an expression has its name: a cast around it replaces a weak one. */
enum label_strength { LABEL_NONE, LABEL_WEAK, LABEL_STRONG };

/* Of an item of a select list; ?column? for what has none. */
struct label {
    char                name[TEXT_NAME_MAX + 1];
    enum label_strength strength;
    bool                unsure; /* it was not understood            */
    bool                star;   /* it stands for any number of them */
};

/* Takes the item at r up to what ends it. */
void label_read(struct reader *r, struct label *label);

/* What ends an item stands next: a comma, FROM, a closing parenthesis, ... */
bool label_ends(const struct reader *r);

/* Takes WITH ... SELECT DISTINCT, or INSERT ... RETURNING, up to the first item of the list
   that names the result's columns.  VALUES is left, as (1), (2) have no names.  false: none. */
bool label_find_list(struct reader *r);

#endif
