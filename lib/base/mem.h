/* base/mem.h - memory through the caller's allocator: resize, grow by half, arenas. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <pgcopy/base.h>

/* allocator NULL is malloc's; the copy is what objects keep. */
pgcopy_allocator mem_allocator(const pgcopy_allocator *allocator);

/* A zeroed object; NULL for lack of memory.  free takes NULL and the size that was asked for.
 */
void *mem_new(const pgcopy_allocator *a, size_t size);
void  mem_free(const pgcopy_allocator *a, void *ptr, size_t size);

/* Zeroes what nobody reads any more, such as a password; no compiler leaves it out. */
void mem_wipe(void *ptr, size_t size);

/*
 * Makes room for `need` elements of `elem` bytes in an array with room for *cap: by half as
 * much again, so that n appends cost O(n) and a large value needs little more than its own
 * size. max: the most elements there may ever be.  LIMIT: need is over it.  On an error nothing
 * changed.
 */
pgcopy_status mem_grow(const pgcopy_allocator *a, void **ptr, size_t *cap, size_t need,
                       size_t elem, size_t max) PGCOPY_MUST_CHECK;

/*
 * An arena: many small things that are freed together.  {.allocator = a} to begin.
 * What it gives is zeroed, aligned for any type, and stays put until arena_free.
 */
struct arena_chunk;
typedef struct arena {
    pgcopy_allocator    allocator;
    struct arena_chunk *chunks;
    size_t              left; /* of the newest chunk, at its end */
} arena;

/* A chunk of just this size is next, where the newest has less left: for who knows how much
   comes, and keeps it long.  False: no memory.  size: the sum of arena_size() of all that is
   to come. */
bool   arena_fit(arena *m, size_t size);
size_t arena_size(size_t size);

void *arena_alloc(arena *m, size_t size);
char *arena_dup(arena *m, const void *text, size_t len); /* adds a NUL */
void  arena_free(arena *m);

#endif
