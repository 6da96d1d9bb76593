/* base/buf.h - output that grows, from the inside. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <pgcopy/base.h>

/* The same where there may be none: the slow part of it. */
uint8_t *buf_grow(pgcopy_buf *buf, size_t n);

/* Room for n more bytes at data + len, to be filled before len moves; NULL: failed is set. */
static inline uint8_t *buf_room(pgcopy_buf *buf, size_t n)
{
    if (!buf->data || buf->failed || n > buf->cap - buf->len)
        return buf_grow(buf, n);
    return buf->data + buf->len;
}

#endif
