/*
 * wire/next.c - the next message: at once, where it is what comes a million times in a row.
 *
 *   d 00 00 00 09 1,Ann | d 00 00 00 09 2,Bob | d 00 ...
 *   behind a CopyData     another, all of it    any other, or a part: read.c
 */
#include "wire/read.h"

#include "base/bytes.h"

pgcopy_status pgcopy_wire_next(pgcopy_wire *wire, pgcopy_slice *in, pgcopy_msg *msg)
{
    const uint8_t *data = in->data;
    size_t         here = in->len, len;

    if (wire->left || wire->type != PGCOPY_MSG_COPY_DATA || here < WIRE_HEAD ||
        data[0] != PGCOPY_MSG_COPY_DATA)
        return wire_next_any(wire, in, msg);
    len = (size_t)get_u32(data + 1) - WIRE_WORD; /* too large, if it is below */
    here -= WIRE_HEAD;
    if (len > here || here > WIRE_DATA_LIMIT - WIRE_WORD)
        return wire_next_any(wire, in, msg);
    wire->length = (uint32_t)len;
    msg->type    = PGCOPY_MSG_COPY_DATA;
    msg->length  = (uint32_t)len;
    msg->body    = (pgcopy_slice){data + WIRE_HEAD, len};
    msg->first   = true;
    msg->last    = true;
    *in          = (pgcopy_slice){data + WIRE_HEAD + len, here - len};
    return PGCOPY_OK;
}
