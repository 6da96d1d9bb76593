/* worker.h - a pool of threads that run jobs and hand them back to the loop. */
#ifndef PGCOPYD_WORKER_H
#define PGCOPYD_WORKER_H

#include <pgcopy/backend.h>
#include <uv.h>

/* A job on its way; owned by whoever pushes it, who leaves it alone until done(). */
struct task {
    struct task *next;
    pgcopy_job  *job;
    void (*done)(struct task *task); /* on the loop's thread */
};

struct tasks {
    struct task *first, **last;
};

struct pool {
    uv_mutex_t   lock;
    uv_cond_t    more;
    struct tasks todo, ready;
    bool         stopping;
    uv_async_t   wake;
    unsigned     nthreads;
    uv_thread_t *threads;
};

/* Zero, or a libuv error; then nothing runs. */
int pool_start(struct pool *pool, uv_loop_t *loop, unsigned nthreads);

void pool_push(struct pool *pool, struct task *task);

/* Waits for the threads, then closes what the loop holds.  Not before every task is done. */
void pool_stop(struct pool *pool);

#endif
