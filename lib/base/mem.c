/* base/mem.c - memory through the caller's allocator: resize, grow by half, arenas. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void *libc_resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    if (new_size)
        return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

pgcopy_allocator mem_allocator(const pgcopy_allocator *allocator)
{
    if (allocator && allocator->resize)
        return *allocator;
    return (pgcopy_allocator){.resize = libc_resize};
}

void *mem_new(const pgcopy_allocator *a, size_t size)
{
    void *ptr = a->resize(a->ctx, NULL, 0, size);

    if (ptr)
        memset(ptr, 0, size);
    return ptr;
}

void mem_free(const pgcopy_allocator *a, void *ptr, size_t size)
{
    if (ptr)
        a->resize(a->ctx, ptr, size, 0);
}

void mem_wipe(void *ptr, size_t size)
{
    volatile uint8_t *p = ptr;

    while (size--)
        *p++ = 0;
}

pgcopy_status mem_grow(const pgcopy_allocator *a, void **ptr, size_t *cap, size_t need,
                       size_t elem, size_t max)
{
    size_t want = *cap + *cap / 2;
    void  *grown;

    if (need <= *cap)
        return PGCOPY_OK;
    if (need > max)
        return PGCOPY_ERR_LIMIT;
    if (want < need)
        want = need;
    if (want > max)
        want = max;
    if (want > SIZE_MAX / elem)
        return PGCOPY_ERR_LIMIT;
    grown = a->resize(a->ctx, *ptr, *cap * elem, want * elem);
    if (!grown)
        return PGCOPY_ERR_NOMEM;
    *ptr = grown;
    *cap = want;
    return PGCOPY_OK;
}

/* ---- Arenas: chunks in a list, the newest first, filled from the front -------------- */

enum { ARENA_FIRST = 128, ARENA_CHUNK = 1024 }; /* many arenas hold a name or two */

struct arena_chunk {
    struct arena_chunk *next;
    size_t              size; /* with this header */
    max_align_t         data[];
};

/* Each twice as large as the one before, up to ARENA_CHUNK. */
static size_t next_room(const arena *m)
{
    size_t last = m->chunks ? m->chunks->size - sizeof *m->chunks : ARENA_FIRST / 2;

    return last < ARENA_CHUNK / 2 ? 2 * last : ARENA_CHUNK;
}

static bool arena_add(arena *m, size_t room)
{
    struct arena_chunk *chunk = NULL;

    if (room <= SIZE_MAX - sizeof *chunk)
        chunk = mem_new(&m->allocator, sizeof *chunk + room);
    if (!chunk)
        return false;
    chunk->size = sizeof *chunk + room;
    chunk->next = m->chunks;
    m->chunks   = chunk;
    m->left     = room;
    return true;
}

size_t arena_size(size_t size)
{
    const size_t align = sizeof(max_align_t);

    return size > SIZE_MAX - align ? SIZE_MAX : (size + align - 1) / align * align;
}

bool arena_fit(arena *m, size_t size)
{
    return (m->chunks && size <= m->left) || arena_add(m, size);
}

void *arena_alloc(arena *m, size_t size)
{
    size_t least = next_room(m);
    void  *at;

    size = arena_size(size);
    if ((size > m->left || !m->chunks) && !arena_add(m, size > least ? size : least))
        return NULL;
    at = (uint8_t *)m->chunks + m->chunks->size - m->left;
    m->left -= size;
    return at;
}

char *arena_dup(arena *m, const void *text, size_t len)
{
    char *copy = len < SIZE_MAX ? arena_alloc(m, len + 1) : NULL;

    if (copy && len)
        memcpy(copy, text, len);
    return copy;
}

void arena_free(arena *m)
{
    while (m->chunks) {
        struct arena_chunk *chunk = m->chunks;
        m->chunks                 = chunk->next;
        mem_free(&m->allocator, chunk, chunk->size);
    }
    m->left = 0;
}
