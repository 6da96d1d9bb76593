/* wire/read.h - the next message, whatever it is. */
#ifndef WIRE_READ_H
#define WIRE_READ_H

#include <pgcopy/wire.h>

enum {
    WIRE_HEAD       = 5, /* of a message with a type, which its length does not count */
    WIRE_WORD       = 4, /* of the length, which counts itself                        */
    WIRE_DATA_LIMIT = 0x3FFFFFFE
};

/* Gives n bytes of the body under way, which lies `head` bytes into the input. */
static inline pgcopy_status wire_give(pgcopy_wire *wire, pgcopy_slice *in, size_t head,
                                      size_t n, pgcopy_msg *msg)
{
    msg->type   = wire->type;
    msg->length = wire->length;
    msg->body   = (pgcopy_slice){in->data + head, n};
    msg->first  = wire->left == wire->length;
    wire->left -= (uint32_t)n;
    msg->last = wire->left == 0;
    in->data += head + n;
    in->len -= head + n;
    return PGCOPY_OK;
}

/* As pgcopy_wire_next(). */
pgcopy_status wire_next_any(pgcopy_wire *wire, pgcopy_slice *in,
                            pgcopy_msg *msg) PGCOPY_MUST_CHECK;

#endif
