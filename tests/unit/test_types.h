/* test_types.h - tables of type, value, and what PostgreSQL makes of it: its text, or its
 * error. */
#ifndef TEST_TYPES_H
#define TEST_TYPES_H

#include "harness.h"

#include <pgcopy/types.h>

#include <stdio.h>
#include <string.h>

/* ---- One value through one step ------------------------------------------------------ */

typedef pgcopy_status step_fn(const pgcopy_columns *cols, pgcopy_batch *batch, size_t *row,
                              pgcopy_error *err);

struct one {
    pgcopy_columns *cols;
    pgcopy_batch   *batch;
    pgcopy_error    err;
    pgcopy_status   rc;
};

static inline struct one one_of(const char *type_name, const void *data, size_t len)
{
    int32_t            typmod = 0;
    const pgcopy_type *type   = pgcopy_type_by_name(type_name, &typmod);
    struct one o = {.cols = pgcopy_columns_new(NULL), .batch = pgcopy_batch_new(1, NULL, NULL)};

    if (!type)
        fail_msg("no type %s", type_name);
    pgcopy_columns_add(o.cols, "c", type->oid)->typmod = typmod;
    pgcopy_batch_put(o.batch, data, len);
    assert_int_equal(pgcopy_batch_end_row(o.batch), PGCOPY_OK);
    return o;
}

static inline void one_free(struct one *o)
{
    pgcopy_columns_free(o->cols);
    pgcopy_batch_free(o->batch);
}

static inline void run(struct one *o, step_fn *step)
{
    size_t row = 0;

    o->rc = step(o->cols, o->batch, &row, &o->err);
    assert_int_equal(row, o->rc == PGCOPY_OK ? 1 : 0);
    assert_int_equal(o->err.row, o->rc == PGCOPY_OK ? 0 : 1);
}

/* What came of it: the value, or "!state message / DETAIL // HINT @ CONTEXT". */
static inline const char *told(const struct one *o, char *text, size_t size)
{
    pgcopy_slice        v = pgcopy_batch_value(o->batch, 0, 0);
    const pgcopy_error *e = &o->err;
    int                 len;

    if (o->rc == PGCOPY_OK)
        len = snprintf(text, size, "%.*s", (int)v.len, (const char *)v.data);
    else
        len = snprintf(text, size, "!%s %s%s%s%s%s%s%s", e->sqlstate, e->message,
                       *e->detail ? " / " : "", e->detail, *e->hint ? " // " : "", e->hint,
                       *e->where ? " @ " : "", e->where);
    assert_in_range(len, 0, size - 1);
    return text;
}

/* ---- The tables ---------------------------------------------------------------------- */

struct sample {
    const char *type, *in, *out; /* out NULL: as it came */
};

/* Canonical text is canonical: checking it again changes nothing. */
static inline void check_again(const struct sample *s, const char *canonical)
{
    struct one   o = one_of(s->type, canonical, strlen(canonical));
    pgcopy_field before, after;
    char         text[2000];

    before = pgcopy_batch_view(o.batch)->fields[0];
    run(&o, pgcopy_types_check);
    after = pgcopy_batch_view(o.batch)->fields[0];
    assert_string_equal(told(&o, text, sizeof text), canonical);
    assert_memory_equal(&before, &after, sizeof before);
    one_free(&o);
}

/* To binary and back is the canonical text again. */
static inline void there_and_back(const struct sample *s, const char *canonical)
{
    struct one o = one_of(s->type, s->in, strlen(s->in));
    char       text[2000];

    run(&o, pgcopy_types_to_binary);
    assert_int_equal(o.rc, PGCOPY_OK);
    run(&o, pgcopy_types_to_text);
    assert_string_equal(told(&o, text, sizeof text), canonical);
    one_free(&o);
}

static inline void check_sample(const struct sample *s)
{
    const char *out = s->out ? s->out : s->in;
    struct one  o   = one_of(s->type, s->in, strlen(s->in));
    char        text[2000];

    run(&o, pgcopy_types_check);
    if (strcmp(told(&o, text, sizeof text), out) != 0)
        fail_msg("%s of \"%s\" is\n%s, not\n%s", s->type, s->in, text, out);
    one_free(&o);
    if (out[0] == '!')
        return;
    check_again(s, out);
    there_and_back(s, out);
}

#define CHECK_ALL(samples)                                           \
    for (size_t i = 0; i < sizeof(samples) / sizeof *(samples); i++) \
    check_sample(&(samples)[i])

#endif
