/*
 * worker.c - a pool of threads: jobs go out by one list and come back by another.
 *
 *   loop --- push: todo ---> N threads: pgcopy_job_run
 *        <-- wake, ready ---
 *
 * libuv's own pool would do, were it not that a cancel must not wait behind the very jobs that
 * it cancels: pgcopyd has two pools, and the one for cancels is never busy for long.
 */
#include "worker.h"

#include <stdlib.h>

/* A job is a few calls into a driver; the default of 8 MiB a stack is only address space, but
   enough of it to matter where memory is limited by that. */
#define STACK_BYTES (1024 * 1024)

static void put(struct tasks *list, struct task *task)
{
    task->next  = NULL;
    *list->last = task;
    list->last  = &task->next;
}

static struct task *take_all(struct tasks *list)
{
    struct task *all = list->first;

    list->first = NULL;
    list->last  = &list->first;
    return all;
}

static struct task *take(struct tasks *list)
{
    struct task *task = list->first;

    if (task && !(list->first = task->next))
        list->last = &list->first;
    return task;
}

/* NULL: the pool stops. */
static struct task *wait_for_task(struct pool *pool)
{
    struct task *task;

    uv_mutex_lock(&pool->lock);
    while (!(task = take(&pool->todo)) && !pool->stopping)
        uv_cond_wait(&pool->more, &pool->lock);
    uv_mutex_unlock(&pool->lock);
    return task;
}

static void work(void *arg)
{
    struct pool *pool = arg;
    struct task *task;

    while ((task = wait_for_task(pool))) {
        pgcopy_job_run(task->job);
        uv_mutex_lock(&pool->lock);
        put(&pool->ready, task);
        uv_mutex_unlock(&pool->lock);
        uv_async_send(&pool->wake);
    }
}

/* One wake may stand for several tasks: libuv joins them. */
static void on_wake(uv_async_t *wake)
{
    struct pool *pool = wake->data;
    struct task *task, *next;

    uv_mutex_lock(&pool->lock);
    task = take_all(&pool->ready);
    uv_mutex_unlock(&pool->lock);
    for (; task; task = next) {
        next = task->next; /* done() may push the task again */
        task->done(task);
    }
}

void pool_push(struct pool *pool, struct task *task)
{
    uv_mutex_lock(&pool->lock);
    put(&pool->todo, task);
    uv_cond_signal(&pool->more);
    uv_mutex_unlock(&pool->lock);
}

static int start_threads(struct pool *pool, unsigned nthreads)
{
    uv_thread_options_t options = {.flags      = UV_THREAD_HAS_STACK_SIZE,
                                   .stack_size = STACK_BYTES};
    int                 err     = 0;

    while (!err && pool->nthreads < nthreads) {
        err = uv_thread_create_ex(&pool->threads[pool->nthreads], &options, work, pool);
        pool->nthreads += !err;
    }
    return err;
}

int pool_start(struct pool *pool, uv_loop_t *loop, unsigned nthreads)
{
    int err;

    take_all(&pool->todo);
    take_all(&pool->ready);
    pool->stopping  = false;
    pool->nthreads  = 0;
    pool->wake.data = pool;
    pool->threads   = calloc(nthreads, sizeof *pool->threads);
    if (!pool->threads)
        return UV_ENOMEM;
    if ((err = uv_mutex_init(&pool->lock)) || (err = uv_cond_init(&pool->more)) ||
        (err = uv_async_init(loop, &pool->wake, on_wake)))
        return err;
    return start_threads(pool, nthreads);
}

void pool_stop(struct pool *pool)
{
    uv_mutex_lock(&pool->lock);
    pool->stopping = true;
    uv_cond_broadcast(&pool->more);
    uv_mutex_unlock(&pool->lock);
    while (pool->nthreads > 0)
        uv_thread_join(&pool->threads[--pool->nthreads]);
    free(pool->threads);
    uv_close((uv_handle_t *)&pool->wake, NULL);
}
