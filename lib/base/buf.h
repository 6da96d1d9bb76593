/* base/buf.h - output that grows, from the inside. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <pgcopy/base.h>

/* Room for n more bytes at data + len, to be filled before len moves; NULL: failed is set. */
uint8_t *buf_room(pgcopy_buf *buf, size_t n);

#endif
