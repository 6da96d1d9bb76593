/* wire/read.h - the next message, whatever it is. */
#ifndef WIRE_READ_H
#define WIRE_READ_H

#include <pgcopy/wire.h>

enum {
    WIRE_HEAD       = 5, /* of a message with a type, which its length does not count */
    WIRE_WORD       = 4, /* of the length, which counts itself                        */
    WIRE_DATA_LIMIT = 0x3FFFFFFE
};

/* As pgcopy_wire_next(). */
pgcopy_status wire_next_any(pgcopy_wire *wire, pgcopy_slice *in,
                            pgcopy_msg *msg) PGCOPY_MUST_CHECK;

#endif
