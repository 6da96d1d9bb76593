/* worker.h - a pool of threads that run tasks and hand them back to the loop. */
#ifndef PGCOPYD_WORKER_H
#define PGCOPYD_WORKER_H

#include <pgcopy/backend.h>
#include <uv.h>

/* On its way; owned by whoever pushes it, who leaves it alone until done(). */
struct task {
    struct task *next;
    pgcopy_job  *job;                /* for run(), if it has one            */
    bool         urgent;             /* does not wait until others are done */
    void (*run)(struct task *task);  /* on a thread of the pool             */
    void (*done)(struct task *task); /* on the loop's thread                */
};

struct tasks {
    struct task *first, **last;
};

struct pool {
    uv_mutex_t   lock;
    uv_cond_t    more;
    struct tasks todo, ready;
    unsigned     queued;  /* in todo           */
    unsigned     running; /* jobs              */
    unsigned     idle;    /* threads without a task */
    unsigned     size;    /* jobs at once, but for urgent ones */
    unsigned     most;    /* threads, ever     */
    unsigned     nthreads;
    uv_thread_t *threads;
    uv_poll_t    wake;
    int          wake_fd; /* an eventfd: tasks are ready */
    bool         stopping;
};

/* A pool of `size` threads, and of up to `extra` more for urgent tasks; each is started when it
   is first needed.  Zero, or a libuv error. */
int pool_start(struct pool *pool, uv_loop_t *loop, unsigned size, unsigned extra);

void pool_push(struct pool *pool, struct task *task);

/* Waits for the threads, then closes what the loop holds.  Not before every task is done. */
void pool_stop(struct pool *pool);

#endif
