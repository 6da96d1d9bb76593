/*
 * sqlite/blame.h - a row that breaks a constraint, while it is found out which.
 *
 *   blame.c --+-- NOT NULL, CHECK
 *             +-- unique.c    PRIMARY KEY, UNIQUE, CREATE UNIQUE INDEX --.
 *             '-- foreign.c   FOREIGN KEY -------------------------------+-- accused.c   the
 * row
 */
#ifndef SQLITE_BLAME_H
#define SQLITE_BLAME_H

#include "sqlite/constraint.h"

typedef struct lite_blame {
    lite_conn          *c;
    const lite_accused *who;
    pgcopy_reply       *r;
    const char         *said;
    pgcopy_buf          sql;  /* that made the table, NUL-terminated */
    pgcopy_columns     *cols; /* of the table                        */
} lite_blame;

/* ---- blame.c ------------------------------------------------------------------------ */

/* A question to the catalog: ?1 is the table, ?2 its schema, ?3 that, unless it is NULL.  NULL:
   it cannot be asked. */
sqlite3_stmt *lite_blame_ask(const lite_blame *b, const char *sql, const char *third);

/* The text that made the table. */
const char *lite_blame_sql(const lite_blame *b);

/* What follows words in what SQLite said; NULL: it said something else. */
const char *lite_blame_behind(const lite_blame *b, const char *words);

/* t.b, t.a: columns of this table all; else false. */
bool lite_blame_key(const lite_blame *b, const char *said, lite_key *key);

/* Behind the message: the error's names.  ERR_SQL. */
pgcopy_status lite_blame_fields(const lite_blame *b, const char *constraint,
                                const char *column);

/* ---- accused.c ---------------------------------------------------------------------- */

/* Adds to the error's detail: Key (a, b)=(1, x) -- and what is behind it.  Nothing where a
   value is not the client's own.  quote: the names that need it. */
void lite_accused_tell(const lite_blame *b, const lite_key *key, bool quote,
                       const char *behind);

/* Looks into table for the row's values of `from`, in the columns `to`.  ROW: there is one with
   these values.  DONE: there is none.  Else it is not known. */
int lite_accused_look(const lite_blame *b, const char *table, const lite_key *from,
                      const lite_key *to);

/* ---- unique.c, foreign.c ------------------------------------------------------------ */

/* Words it, if it is known which one it is.  ERR_SQL. */
pgcopy_status lite_blame_unique(const lite_blame *b);
pgcopy_status lite_blame_foreign(const lite_blame *b);

#endif
