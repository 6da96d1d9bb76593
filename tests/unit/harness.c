/* harness.c - the checking allocator and the two sweeps. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

/* Each block is behind its own size, so that a wrong old_size is seen. */
static void *checked_resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    struct test_memory *m    = ctx;
    max_align_t        *head = ptr ? (max_align_t *)ptr - 1 : NULL;
    max_align_t        *grown;

    if (head && *(size_t *)head != old_size)
        abort();
    if (!new_size) {
        m->live -= old_size;
        free(head);
        return NULL;
    }
    m->calls++;
    if (m->fail_at && m->calls >= m->fail_at)
        return NULL;
    grown = malloc(sizeof *head + new_size); /* always moves, so that stale pointers are seen */
    if (!grown)
        abort();
    *(size_t *)grown = new_size;
    if (head)
        memcpy(grown + 1, ptr, old_size < new_size ? old_size : new_size);
    free(head);
    m->live += new_size - (head ? old_size : 0);
    m->peak = m->live > m->peak ? m->live : m->peak;
    return grown + 1;
}

void test_memory_init(struct test_memory *m, size_t fail_at)
{
    *m = (struct test_memory){.allocator = {checked_resize, m}, .fail_at = fail_at};
}

void test_every_failure(bool (*run)(const pgcopy_allocator *allocator, void *arg), void *arg)
{
    struct test_memory m;
    bool               ended;

    for (size_t n = 1;; n++) {
        test_memory_init(&m, n);
        ended = run(&m.allocator, arg);
        assert_int_equal(m.live, 0);
        if (m.calls < n) {
            assert_true(ended);
            return;
        }
    }
}

size_t test_cut_next(struct test_cut *cut, size_t left)
{
    size_t n = cut->piece ? cut->piece : cut->done < cut->at ? cut->at - cut->done : left;

    n = n < left ? n : left;
    cut->done += n;
    return n;
}

void test_every_cut(size_t len, void (*run)(struct test_cut cut, void *arg), void *arg)
{
    for (size_t piece = 1; piece <= 5; piece++)
        run((struct test_cut){.piece = piece}, arg);
    for (size_t at = 0; at <= len; at++)
        run((struct test_cut){.at = at}, arg);
}
