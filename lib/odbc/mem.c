/* odbc/mem.c - memory by the caller's allocator: the core's own helpers are not exported. */
#include "odbc/conn.h"

#include <stdlib.h>
#include <string.h>

void *odbc_resize(const pgcopy_allocator *a, void *ptr, size_t old_size, size_t new_size)
{
    if (a)
        return a->resize(a->ctx, ptr, old_size, new_size);
    if (new_size)
        return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

void *odbc_new(const odbc_conn *c, size_t size)
{
    void *ptr = odbc_resize(c->allocator, NULL, 0, size);

    return ptr ? memset(ptr, 0, size) : NULL;
}

void odbc_free(const odbc_conn *c, void *ptr, size_t size)
{
    if (ptr)
        odbc_resize(c->allocator, ptr, size, 0);
}
