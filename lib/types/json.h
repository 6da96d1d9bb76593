/*
 * types/json.h - JSON as a stream of events, without recursion.
 *
 *   {"a": [1, null]}   OBJECT  KEY "a"  ARRAY  NUMBER 1  NULL  ARRAY_END  OBJECT_END  END
 */
#ifndef TYPES_JSON_H
#define TYPES_JSON_H

#include "types/type.h"

enum json_event {
    JSON_FAILED, /* json.status; the error is worded */
    JSON_END,
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY, /* start, end: with its quotes      */
    JSON_STRING,
    JSON_NUMBER,
    JSON_WORD /* true, false, null                */
};

enum json_want {
    WANT_VALUE,
    WANT_FIRST,  /* of an array: a value or ]   */
    WANT_LABEL,  /* of an object: a key or }    */
    WANT_COMMA,  /* or the end of this level    */
    WANT_NOTHING /* behind the outermost value  */
};

enum { JSON_DEPTH_MAX = 16384 }; /* PostgreSQL's stack takes about as many */

/* Offsets are into v->in. */
struct json {
    struct value  *v;
    bool           strict; /* for jsonb: \u must be a character of UTF-8 */
    pgcopy_status  status;
    size_t         at, start, end; /* where to read on; the token */
    size_t         line, line_start;
    size_t         depth;
    enum json_want want;
    uint8_t        in_object[JSON_DEPTH_MAX / 8]; /* a bit a level; never cleared */
};

void            json_begin(struct json *j, struct value *v, bool strict);
enum json_event json_next(struct json *j);

/* The next token, from start to end: the character of punctuation, '"' for a string, '0' for a
   number, 'w' for a word, 0 at the end of the text; JSON_BAD: none, and that is worded. */
enum { JSON_BAD = 1 };
int json_token(struct json *j);

/* 22P02 with this DETAIL, the token in place of %s, and "JSON data, line 1: ..." in where. */
enum json_event json_refuse(struct json *j, const char *detail);

/* Four hexadecimal digits at s. */
unsigned json_hex4(const uint8_t *s);

#endif
