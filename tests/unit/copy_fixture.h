/*
 * copy_fixture.h - plays a COPY and writes down what came of it: what the client was told,
 * one message a line, and the rows that were to be loaded.
 *
 *   G 0 2                         CopyInResponse of text with two columns
 *   E 22P02 message | Wcontext    ErrorResponse; N: NoticeResponse
 *   C COPY 1
 *
 *   1,x;2,~;/3,y;                 rows; ~ is NULL; a batch was full at the slash
 *
 * The expectations were said by PostgreSQL 15 in the same words, where it knows the option.
 */
#ifndef COPY_FIXTURE_H
#define COPY_FIXTURE_H

#include "harness.h"

#include <pgcopy/copy.h>

#include "copy/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 16384 };

struct column {
    const char *name;
    uint32_t    type;
    char        mark; /* n: NOT NULL, d: has a default, g: generated, N: both n and d */
};

/* u (a, b); w with both NOT NULL; t (a NOT NULL, b, c with a default). */
extern const struct column u_columns[], w_columns[], t_columns[];

struct play {
    const char          *sql;
    const struct column *columns; /* NULL: not known                                   */
    const char          *data;
    const char          *last; /* "c"; "f" and the text of CopyFail; another type; "": none */
    const char          *said;
    const char          *rows;
    pgcopy_relation      kind;
    size_t               len; /* 0: strlen(data) */
    const pgcopy_copy_opts    *opts;
    const pgcopy_batch_limits *limits;
};

struct player {
    const struct play *play;
    pgcopy_stmt       *stmt;
    pgcopy_columns    *relation;
    pgcopy_copy       *copy;
    pgcopy_batch      *batch;
    pgcopy_buf         out;
    pgcopy_status      rc;
    char               rows[TEXT];
};

pgcopy_stmt *parse(const char *sql);

void say(const pgcopy_buf *out, char *said);

void message(struct player *p, int type, const void *data, size_t len);

void start(struct player *p, const pgcopy_allocator *allocator);

void stop(struct player *p);

void play(const struct play *play);

void from(const char *sql, const struct column *columns, const char *data, const char *said,
          const char *rows);

struct player *begin(const char *sql, const struct column *columns);

void end(struct player *p, const char *said);

pgcopy_status data(struct player *p, const char *text);

pgcopy_status reject(struct player *p, const char *sqlstate, uint32_t row);

#endif
