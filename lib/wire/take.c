/* wire/take.c - takes the fields of a body, one by one (protocol 54.6: message data types). */
#include <pgcopy/wire.h>

#include "base/bytes.h"

#include <string.h>

/* The first n bytes, and the body moves behind them; NULL: it is too short. */
static const uint8_t *take(pgcopy_slice *body, size_t n)
{
    const uint8_t *at = body->data;

    if (n > body->len)
        return NULL;
    body->data += n;
    body->len -= n;
    return at;
}

bool pgcopy_take_i8(pgcopy_slice *body, int8_t *value)
{
    const uint8_t *at = take(body, 1);

    if (at)
        *value = (int8_t)at[0];
    return at != NULL;
}

bool pgcopy_take_i16(pgcopy_slice *body, int16_t *value)
{
    const uint8_t *at = take(body, 2);

    if (at)
        *value = (int16_t)get_u16(at);
    return at != NULL;
}

bool pgcopy_take_i32(pgcopy_slice *body, int32_t *value)
{
    const uint8_t *at = take(body, 4);

    if (at)
        *value = (int32_t)get_u32(at);
    return at != NULL;
}

bool pgcopy_take_str(pgcopy_slice *body, const char **value)
{
    const uint8_t *end = body->len ? memchr(body->data, 0, body->len) : NULL;

    if (!end)
        return false;
    *value = (const char *)take(body, (size_t)(end - body->data) + 1);
    return true;
}

bool pgcopy_take_bytes(pgcopy_slice *body, size_t len, pgcopy_slice *value)
{
    if (len > body->len)
        return false;
    *value = (pgcopy_slice){body->data, len};
    if (len)
        (void)take(body, len);
    return true;
}
