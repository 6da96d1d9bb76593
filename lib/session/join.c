/*
 * session/join.c - clients send a CopyData a row, but a decoder costs by the piece: so those
 * that lie whole in the receive buffer become one piece, where they lie.
 *
 *   d len 1,Ann\n d len 2,Bob\n d len 3,Eve\n d len 4,I     before
 *   .........'--- body         ^ start
 *   .........1,Ann\n2,Bob\n3,Eve\n ........... d len 4,I    behind
 *            '------- body -----'              ^ start
 *   ..............................3,Eve\n      d len 4,I    a batch is full: the third row is
 *                                 ^ start                   the end of a CopyData
 */
#include "session/join.h"

#include <string.h>

enum { JOINED_MAX = 16384 }; /* eight chunks of the decoder; of more, a longer end goes back */

static bool next_data(pgcopy_wire *wire, pgcopy_slice *in, pgcopy_msg *msg)
{
    return !wire->left && pgcopy_wire_next(wire, in, msg) == PGCOPY_OK &&
           msg->type == PGCOPY_MSG_COPY_DATA && msg->last;
}

pgcopy_slice join_copy_data(pgcopy_session *s, pgcopy_slice body)
{
    pgcopy_wire  wire = s->wire;
    pgcopy_slice in   = recv_bytes(s);
    uint8_t     *to   = s->recv.data + s->recv.start;
    pgcopy_msg   msg;

    while (next_data(&wire, &in, &msg) && body.len + msg.length <= JOINED_MAX) {
        memmove(to, msg.body.data, msg.body.len);
        to += msg.body.len;
        body.len += msg.body.len;
        s->wire       = wire;
        s->recv.start = s->recv.end - in.len;
    }
    return body;
}

void join_give_back(pgcopy_session *s, pgcopy_slice left)
{
    s->recv.start -= left.len;
    s->wire.left += (uint32_t)left.len;
    memmove(s->recv.data + s->recv.start, left.data, left.len);
}
