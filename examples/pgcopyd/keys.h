/* keys.h - the keys that the command line and the config file share. */
#ifndef PGCOPYD_KEYS_H
#define PGCOPYD_KEYS_H

#include "options.h"

#include <stdio.h>

/* One source of options while it is read, and what is wrong with it first. */
struct reading {
    struct options *options;
    FILE           *file; /* NULL: the command line */
    int             line; /* of the file            */
    unsigned        seen; /* a bit for each key     */
    char            wrong[256];
};

/* Keeps the first complaint; always false.  Never with a value: it may hold a password. */
bool keys_fail(struct reading *r, const char *name, const char *wrong);

/* Sets the option of that name; false: not, and the complaint is kept. */
bool keys_set(struct reading *r, const char *name, const char *value);

/* Is it an option without a value? */
bool keys_is_flag(const char *name);

/* What is wrong with the value; NULL: nothing, it is set. */
const char *keys_set_listen(struct reading *r, const char *value);

/* A line for each on standard output. */
void keys_print(void);

#endif
