/*
 * wire/next.c - the next message: at once, where it is what comes a million times in a row.
 *
 *   d 00 00 00 09 1,Ann | d 00 00 00 09 2,Bob | d 00 00 00 0a 3,E
 *   behind a CopyData     another, all of it    or a part of it     any other: read.c
 */
#include "wire/read.h"

#include "base/bytes.h"

/* Nothing is here: of the body under way, or at all. */
static pgcopy_status next_none(const pgcopy_wire *wire, pgcopy_msg *msg)
{
    *msg = (pgcopy_msg){.type = wire->left ? PGCOPY_MSG_COPY_DATA : 0};
    return PGCOPY_AGAIN;
}

static pgcopy_status next_rest(pgcopy_wire *wire, pgcopy_slice *in, pgcopy_msg *msg)
{
    size_t here = in->len;

    if (!here)
        return next_none(wire, msg);
    return wire_give(wire, in, 0, here < wire->left ? here : wire->left, msg);
}

/* The head is here, but not all of the body. */
static pgcopy_status next_cut(pgcopy_wire *wire, pgcopy_slice *in, uint32_t len,
                              pgcopy_msg *msg)
{
    if (in->len == WIRE_HEAD)
        return wire_next_any(wire, in, msg);
    wire->left = wire->length = len;
    return wire_give(wire, in, WIRE_HEAD, in->len - WIRE_HEAD, msg);
}

pgcopy_status pgcopy_wire_next(pgcopy_wire *wire, pgcopy_slice *in, pgcopy_msg *msg)
{
    const uint8_t *data = in->data;
    size_t         here = in->len, len, all;

    if (wire->type != PGCOPY_MSG_COPY_DATA)
        return wire_next_any(wire, in, msg);
    if (wire->left)
        return next_rest(wire, in, msg);
    if (here < WIRE_HEAD || data[0] != PGCOPY_MSG_COPY_DATA)
        return here ? wire_next_any(wire, in, msg) : next_none(wire, msg);
    len = (uint32_t)(get_u32(data + 1) - WIRE_WORD); /* too large, if it is below */
    if (len > WIRE_DATA_LIMIT - WIRE_WORD)
        return wire_next_any(wire, in, msg);
    all = WIRE_HEAD + len;
    if (all > here)
        return next_cut(wire, in, (uint32_t)len, msg);
    msg->first   = true;
    wire->length = (uint32_t)len;
    msg->type    = PGCOPY_MSG_COPY_DATA;
    msg->length  = (uint32_t)len;
    msg->body    = (pgcopy_slice){data + WIRE_HEAD, len};
    in->data += all;
    in->len -= all;
    msg->last = true;
    return PGCOPY_OK;
}
