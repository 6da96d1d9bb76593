/* backend/canned.h - a SELECT that is answered without a database: from which relation, and
   which of its columns. */
#ifndef BACKEND_CANNED_H
#define BACKEND_CANNED_H

#include <pgcopy/backend.h>

enum { CANNED_COLUMNS = 32, CANNED_NAME = 64 };

struct canned_column {
    const char *name; /* NULL: behind the last */
    uint32_t    type;
};

struct canned_relation {
    const char                 *name; /* of pg_catalog, in lower case */
    const struct canned_column *columns;
};

/* What is answered to a SELECT from it. */
struct canned_answer {
    struct canned_relation relation;
    bool (*there)(const pgcopy_canned_opts *opts); /* else the backend behind is asked */
    pgcopy_status (*rows)(const pgcopy_canned_opts *opts, pgcopy_batch *rows);
};

extern const struct canned_answer canned_progress;

/* The columns that are asked for. */
struct canned_query {
    size_t n; /* 0: it asks for something else */
    size_t columns[CANNED_COLUMNS];
    char   names[CANNED_COLUMNS][CANNED_NAME]; /* as the result calls them */
};

/* Is this SELECT ... FROM this relation? */
bool canned_is_from(const struct canned_relation *relation, const char *sql);

/* SELECT * | column [[AS] name], ... FROM [pg_catalog.]relation [[AS] alias] */
void canned_read(const struct canned_relation *relation, const char *sql,
                 struct canned_query *q);

#endif
