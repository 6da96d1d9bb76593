/* sqlite/constraint.h - the constraints of a table, read from the text that made it. */
#ifndef SQLITE_CONSTRAINT_H
#define SQLITE_CONSTRAINT_H

#include "sqlite/conn.h"

typedef enum lite_constraint_kind {
    LITE_PRIMARY,
    LITE_UNIQUE,
    LITE_CHECK,
    LITE_FOREIGN
} lite_constraint_kind;

enum { LITE_KEY_MAX = 16 }; /* columns of a key that is told */

typedef struct lite_key {
    char   names[LITE_KEY_MAX][LITE_NAME_CAP];
    size_t n; /* more than LITE_KEY_MAX: it is not told */
} lite_key;

/* Of the same columns, in one order; false also if they are too many to tell. */
bool lite_key_same(const lite_key *a, const lite_key *b);

/* What a constraint says of itself: names are tokens of the text. */
typedef struct lite_constraint {
    lite_constraint_kind kind;
    uint32_t             at;         /* where it begins                                 */
    lite_token           own;        /* CONSTRAINT own; TOKEN_END: none                 */
    lite_token           first;      /* of its columns, or of its expression            */
    bool                 listed;     /* they are a list that ) ends, else there is one  */
    uint32_t             start, end; /* a CHECK's expression, as SQLite tells it        */
} lite_constraint;

/* One after the other, in the order of CREATE TABLE. */
typedef struct lite_constraints {
    const char *sql;
    lite_token  tok;    /* that stands next; of the table's parentheses        */
    lite_token  column; /* whose definition it is in; TOKEN_END: a table's constraint */
    lite_token  own;
} lite_constraints;

/* Begins behind the first parenthesis. */
void lite_constraints_begin(lite_constraints *all, const char *sql);
bool lite_constraints_next(lite_constraints *all, lite_constraint *one);

/* The columns of it; of a CHECK those of the table's (cols) that it names, each once. */
void lite_constraint_key(const char *sql, const lite_constraint *one,
                         const pgcopy_columns *cols, lite_key *key);

/* Its own name, or PostgreSQL's for it (ChooseIndexName, ChooseConstraintName). */
void lite_constraint_name(const char *sql, const char *table, const lite_constraint *one,
                          const pgcopy_columns *cols, char name[64]);

#endif
