/*
 * harness.h - what the unit tests share: CMocka, an allocator that checks, counts and fails,
 * and the two sweeps that every decoder and session fixture goes through.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pgcopy/base.h>

/* An allocator that aborts on a wrong old_size and fails its n-th allocation or growth. */
struct test_memory {
    pgcopy_allocator allocator;
    size_t           calls;   /* allocations and growths so far                */
    size_t           fail_at; /* 0: none fails; else this one and all behind   */
    size_t           live;    /* bytes that are not freed                      */
    size_t           peak;
};

void test_memory_init(struct test_memory *m, size_t fail_at);

/*
 * Runs `run` with the 1st, 2nd, ... allocation failing, until it passes without a failure; run
 * must end well in all cases and free all it made, which is asserted.  run returns whether it
 * got to its end: it must when nothing failed.
 */
void test_every_failure(bool (*run)(const pgcopy_allocator *allocator, void *arg), void *arg);

/* Where a text is cut: `next` gives the length of the next piece of what is left. */
struct test_cut {
    size_t piece; /* > 0: pieces of this size         */
    size_t at;    /* piece 0: one cut behind `at`      */
    size_t done;
};

size_t test_cut_next(struct test_cut *cut, size_t left);

/* Calls run with every cut of len bytes: whole, pieces of 1 to 5, in two at every byte. */
void test_every_cut(size_t len, void (*run)(struct test_cut cut, void *arg), void *arg);

#endif
