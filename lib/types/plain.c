/*
 * types/plain.c - columns whose values all have the common form: without a call or a branch
 * that depends on the data for each value, because nearly all data is of this kind.
 */
#include "types/plain_types.h"

enum { TYPMOD_HEADER_LEN = 4 };

/* ---- varchar(n): few bytes are few characters ---------------------------------------- */

static bool all_short(const struct plain_column *c)
{
    uint32_t most = (uint32_t)(c->typmod - TYPMOD_HEADER_LEN), bad = 0;

    if (c->typmod < TYPMOD_HEADER_LEN)
        return true;
    for (size_t at = c->from; at < c->to; at += c->stride)
        bad |= most - c->fields[at].len; /* of a marker: a little more */
    return bad <= INT32_MAX;
}

/* ---- bool ---------------------------------------------------------------------------- */

static bool all_bool(const struct plain_column *c)
{
    bool good = true;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f     = &c->fields[at];
        uint8_t             first = c->bytes[f->start];
        good &= ((f->len == 1) & ((first == 't') | (first == 'f'))) | (f->len > PGCOPY_LEN_MAX);
    }
    return good;
}

/* ---- All types ----------------------------------------------------------------------- */

static bool test_all(uint32_t type, const struct plain_column *column)
{
    switch (type) {
    case PGCOPY_OID_INT2:
        return plain_int2(column);
    case PGCOPY_OID_INT4:
        return plain_int4(column);
    case PGCOPY_OID_INT8:
        return plain_int8(column);
    case PGCOPY_OID_VARCHAR:
        return all_short(column);
    case PGCOPY_OID_BOOL:
        return all_bool(column);
    case PGCOPY_OID_DATE:
        return plain_date(column);
    case PGCOPY_OID_TIMESTAMP:
        return plain_timestamp(column);
    case PGCOPY_OID_NUMERIC:
        return plain_numeric(column);
    case PGCOPY_OID_UUID:
        return plain_uuid(column);
    default:
        return false;
    }
}

/* NULLs in front of all values are passed over; to look at those among values too takes less
   than to tell them apart. */
bool plain_all(uint32_t type, const struct plain_column *column)
{
    struct plain_column rest = *column;
    size_t              at   = rest.from;

    while (at < rest.to && rest.fields[at].len > PGCOPY_LEN_MAX)
        at += rest.stride;
    rest.from = at;
    return at >= rest.to || test_all(type, &rest);
}

bool plain_has_null(const struct plain_column *column)
{
    bool found = false;

    for (size_t at = column->from; at < column->to; at += column->stride)
        found |= column->fields[at].len == PGCOPY_NULL;
    return found;
}
