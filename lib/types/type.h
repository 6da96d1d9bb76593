/*
 * types/type.h - what a built-in type is made of, and one value on its way through it.
 *
 *   batch   | rows ... v->in ... | open row | new values ... v->out |
 *
 * A step reads v->in and either leaves the value alone, which is the common case and writes
 * nothing, or makes its new form behind everything that is in the batch.
 */
#ifndef TYPES_TYPE_H
#define TYPES_TYPE_H

#include <pgcopy/types.h>

#include "batch/block.h"

struct type;

/* What dates and times are read and written by, besides the value. */
struct date_rules {
    pgcopy_date_order  order; /* of the numbers of a date that is read */
    pgcopy_when        when;  /* ... and its zone and clock            */
    pgcopy_datestyle   style; /* of one that is written                */
    const pgcopy_zone *into;  /* ... and its zone; NULL: UTC           */
};

struct value {
    pgcopy_slice             in; /* as it came; in.data moves when room is made       */
    const struct type       *type;
    int32_t                  typmod;
    pgcopy_batch            *batch;
    pgcopy_field             out; /* its new form, when it is changed                  */
    bool                     changed;
    pgcopy_error            *err; /* may be NULL                                         */
    const struct date_rules *dates;
};

/* OK: v->changed tells.  ERR_SQL: refused, err is worded.  NOMEM, LIMIT: no room. */
typedef pgcopy_status type_step(struct value *v);

/* A step that is NULL has nothing to do: every value is good as it is. */
struct type {
    pgcopy_type id;
    const char
              *word; /* what its input function calls it: "timestamp", not format_type's name */
    type_step *check;
    type_step *to_text;
    type_step *to_binary;
};

/* Of an interval's typmod: INTERVAL_MASK() of the fields (datetime.h), and what says "all". */
enum {
    INTERVAL_MONTH      = 1 << 1,
    INTERVAL_YEAR       = 1 << 2,
    INTERVAL_DAY        = 1 << 3,
    INTERVAL_HOUR       = 1 << 10,
    INTERVAL_MINUTE     = 1 << 11,
    INTERVAL_SECOND     = 1 << 12,
    INTERVAL_ALL_FIELDS = 0x7FFF,
    INTERVAL_ALL_DIGITS = 0xFFFF
};

/* NULL: not built in. */
const struct type *type_find(uint32_t oid);

/* ---- New forms ----------------------------------------------------------------------- */

/* Room for at most n bytes, which value_end makes the value's; it holds what v->in points to
   apart, so both may be used at once. */
pgcopy_status value_room(struct value *v, size_t n, uint8_t **room) PGCOPY_MUST_CHECK;

/* The first len bytes of the room are the value; equal to what came, nothing has changed. */
pgcopy_status value_end(struct value *v, size_t len);

/* Both in one, for forms of a bounded size. */
pgcopy_status value_set(struct value *v, const void *data, size_t len) PGCOPY_MUST_CHECK;

/* Does the step, and makes what comes of it the input of what follows. */
pgcopy_status value_again(struct value *v, type_step *step) PGCOPY_MUST_CHECK;

/* Does the step on the new form, which stays where the step has nothing to change. */
pgcopy_status value_then(struct value *v, type_step *step) PGCOPY_MUST_CHECK;

/* ---- Refusals: PostgreSQL's words, ERR_SQL ------------------------------------------- */

pgcopy_status bad_syntax(struct value *v); /* 22P02 */
pgcopy_status bad_range(struct value *v);  /* 22003 value "..." is out of  */
pgcopy_status bad_length(struct value *v, const char *type, int n); /* 22001 */
pgcopy_status bad_point(struct value *v, const char *what); /* 22008 date out of range: "..." */
void          bad_detail(struct value *v, const char *fmt, ...) PGCOPY_PRINTF(2, 3);
void          bad_hint(struct value *v, const char *hint);

/* The value as an argument of "%.*s": no longer than a message can be. */
int value_clip(const struct value *v);

/* Binary forms (pqformat.c): shorter and longer than the type reads. */
pgcopy_status bad_binary(struct value *v, size_t need);

/* ---- Text: isspace() and isdigit() of the C locale ----------------------------------- */

static inline bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_alpha(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* How many digits s begins with. */
static inline size_t count_digits(const uint8_t *s, size_t n)
{
    size_t i = 0;

    while (i < n && is_digit(s[i]))
        i++;
    return i;
}

/* What is left without white space at either end. */
pgcopy_slice text_trim(pgcopy_slice s);

/* Are the n bytes at s the lower-case word, in any case? */
bool text_is(const uint8_t *s, size_t n, const char *word);

/* 0.digits, correctly rounded (float_read.c). */
double fraction_of(const char *digits, size_t n);

/* The number that s begins with, as strtod reads it; how much of s it is, 0: none. */
size_t float_of(pgcopy_slice s, double *out);

/* Characters of UTF-8 text: its bytes, less those that continue one. */
size_t text_chars(pgcopy_slice s);

/* Where the n-th character (from 0) begins; s.len when there are fewer. */
size_t text_at(pgcopy_slice s, size_t n);

/* ---- The steps of all types ---------------------------------------------------------- */

type_step bool_check, bool_to_text, bool_to_binary;
type_step int2_check, int2_to_text, int2_to_binary;
type_step int4_check, int4_to_text, int4_to_binary;
type_step int8_check, int8_to_text, int8_to_binary;
type_step oid_check, oid_to_text, oid_to_binary;
type_step float4_check, float4_to_text, float4_to_binary;
type_step float8_check, float8_to_text, float8_to_binary;
type_step numeric_check, numeric_to_text, numeric_to_binary;
type_step text_to_text, varchar_check, varchar_to_text;
type_step bpchar_check, bpchar_to_text, bpchar_pad;
type_step name_check, name_to_text;
type_step bytea_check, bytea_to_text, bytea_to_binary;
type_step uuid_check, uuid_to_text, uuid_to_binary;
type_step date_check, date_to_text, date_to_binary;
type_step time_check, time_to_text, time_to_binary;
type_step timetz_check, timetz_to_text, timetz_to_binary;
type_step timestamp_check, timestamp_to_text, timestamp_to_binary;
type_step timestamptz_check, timestamptz_to_text, timestamptz_to_binary;
type_step interval_check, interval_to_text, interval_to_binary;
type_step json_check, json_to_text;
type_step jsonb_check, jsonb_to_text, jsonb_to_binary;

#endif
