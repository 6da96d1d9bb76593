/* base/buf.c - output that grows; an error sticks until the buffer is freed. */
#include "base/buf.h"
#include "base/mem.h"

#include <string.h>

uint8_t *buf_grow(pgcopy_buf *buf, size_t n)
{
    pgcopy_allocator a    = mem_allocator(buf->allocator);
    void            *data = buf->data;
    size_t           need;

    if (buf->failed || n > SIZE_MAX - buf->len) {
        buf->failed = true;
        return NULL;
    }
    need = buf->len + n > 64 ? buf->len + n : 64;
    if (mem_grow(&a, &data, &buf->cap, need, 1, SIZE_MAX) < 0) {
        buf->failed = true;
        return NULL;
    }
    buf->data = data;
    return buf->data + buf->len;
}

void pgcopy_buf_append(pgcopy_buf *buf, const void *data, size_t len)
{
    uint8_t *room = len ? buf_room(buf, len) : NULL;

    if (room) {
        memcpy(room, data, len);
        buf->len += len;
    }
}

void pgcopy_buf_free(pgcopy_buf *buf)
{
    pgcopy_allocator a = mem_allocator(buf->allocator);

    mem_free(&a, buf->data, buf->cap);
    buf->data   = NULL;
    buf->len    = 0;
    buf->cap    = 0;
    buf->failed = false;
}
