/* backend/question.h - what a SELECT asks for that a database other than PostgreSQL cannot
   know: functions of the session, and PostgreSQL's catalogs. */
#ifndef BACKEND_QUESTION_H
#define BACKEND_QUESTION_H

#include <pgcopy/stmt.h>

#include "base/text.h"

enum { QUESTION_ITEMS = 128 }; /* of a select list; one that is longer is no question */

/* The functions that have an answer here. */
enum question_call {
    ANSWER_NONE,
    ANSWER_VERSION,
    ANSWER_SCHEMA,
    ANSWER_DATABASE,
    ANSWER_USER,
    ANSWER_NO,      /* pg_is_in_recovery()      */
    ANSWER_NOTHING, /* pg_advisory_unlock_all() */
    ANSWER_QUOTED   /* quote_literal($1)        */
};

/* An item of the select list. */
struct question_item {
    char               label[TEXT_NAME_MAX + 1]; /* of the result's column              */
    enum question_call call;
    uint32_t           number; /* QUOTED: of its $n                                      */
    uint32_t           type;   /* ... and what it was cast to, text if it was not        */
    bool               one;    /* it is the number 1, as in SELECT 1 FROM pg_class       */
};

/* What is asked.  calls: the functions above and nothing else.  catalog: some table of
   pg_catalog or of information_schema is named.  table: the one whose name is asked for, as in
   relname = 'x'; number: it is said by $n. */
struct question {
    struct question_item items[QUESTION_ITEMS];
    size_t               nitems;
    bool                 calls;
    bool                 catalog;
    char                 schema[TEXT_NAME_MAX + 1];
    char                 table[TEXT_NAME_MAX + 1];
    uint32_t             number;
};

/* false: no SELECT, or one that cannot be read here. */
bool question_read(struct question *q, const pgcopy_stmt *stmt);

#endif
