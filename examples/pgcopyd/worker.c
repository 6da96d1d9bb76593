/*
 * worker.c - a pool of threads: jobs go out by one list and come back by another.
 *
 *   loop --- push: todo ---> threads: run
 *        <-- wake, ready ---
 *
 * Nobody is woken under the lock: who runs at once would only wait for it.
 *
 * Not libuv's own pool, for two waits that must not be:
 * - A cancel behind the very jobs that it is to end: pgcopyd has a second pool for cancels.
 * - The client that holds a lock behind those that wait for it, on every thread that there is:
 *   the job of a client inside a transaction is urgent, and gets one more thread if it must.
 */
#include "worker.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A job is a few calls into a driver; the default of 8 MiB a stack is only address space, but
   enough of it to matter where memory is limited by that. */
#define STACK_BYTES (1024 * 1024)

static void put(struct tasks *list, struct task *task)
{
    task->next  = NULL;
    *list->last = task;
    list->last  = &task->next;
}

static void put_first(struct tasks *list, struct task *task)
{
    if (!(task->next = list->first))
        list->last = &task->next;
    list->first = task;
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

    if (!(list->first = task->next))
        list->last = &list->first;
    return task;
}

/* ---- On the threads ---------------------------------------------------------------------- */

/* Urgent tasks are first in the list: if the first one has to wait, all have. */
static bool may_run_one(const struct pool *pool)
{
    return pool->todo.first && (pool->todo.first->urgent || pool->running < pool->size);
}

/* With the lock held.  NULL: the pool stops. */
static struct task *wait_for_task(struct pool *pool)
{
    while (!may_run_one(pool) && !pool->stopping)
        uv_cond_wait(&pool->more, &pool->lock);
    if (!may_run_one(pool))
        return NULL;
    pool->idle--;
    pool->queued--;
    pool->running++;
    return take(&pool->todo);
}

static void work(void *arg)
{
    struct pool *pool = arg;
    struct task *task;

    uv_mutex_lock(&pool->lock);
    pool->idle++;
    while ((task = wait_for_task(pool))) {
        uv_mutex_unlock(&pool->lock);
        task->run(task);
        uv_mutex_lock(&pool->lock);
        pool->running--;
        pool->idle++;
        put(&pool->ready, task);
        uv_mutex_unlock(&pool->lock);
        (void)!eventfd_write(pool->wake_fd, 1);
        uv_mutex_lock(&pool->lock);
    }
    uv_mutex_unlock(&pool->lock);
}

/* ---- On the loop ------------------------------------------------------------------------- */

/* One wake may stand for several tasks. */
static void on_wake(uv_poll_t *wake, int status, int events)
{
    struct pool *pool = wake->data;
    struct task *task, *next;
    eventfd_t    n;

    (void)status, (void)events;
    (void)!eventfd_read(pool->wake_fd, &n);
    uv_mutex_lock(&pool->lock);
    task = take_all(&pool->ready);
    uv_mutex_unlock(&pool->lock);
    for (; task; task = next) {
        next = task->next; /* done() may push the task again */
        task->done(task);
    }
}

static int start_thread(struct pool *pool)
{
    uv_thread_options_t options = {.flags      = UV_THREAD_HAS_STACK_SIZE,
                                   .stack_size = STACK_BYTES};
    int err = uv_thread_create_ex(&pool->threads[pool->nthreads], &options, work, pool);

    pool->nthreads += !err;
    return err;
}

/* If no thread can be had, the task waits for one of those that there are. */
void pool_push(struct pool *pool, struct task *task)
{
    uv_mutex_lock(&pool->lock);
    (task->urgent ? put_first : put)(&pool->todo, task);
    pool->queued++;
    if (pool->queued > pool->idle && pool->nthreads < (task->urgent ? pool->most : pool->size))
        (void)start_thread(pool);
    uv_mutex_unlock(&pool->lock);
    uv_cond_signal(&pool->more);
}

/* Not uv_async_t: a loop that it wakes on the sender's own processor spins for 15 us, until
   that one could say that it has sent (libuv 1.44). */
static int watch_wakes(struct pool *pool, uv_loop_t *loop)
{
    int err;

    pool->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pool->wake_fd < 0)
        return uv_translate_sys_error(errno);
    if ((err = uv_poll_init(loop, &pool->wake, pool->wake_fd)))
        return err;
    pool->wake.data = pool;
    return uv_poll_start(&pool->wake, UV_READABLE, on_wake);
}

int pool_start(struct pool *pool, uv_loop_t *loop, unsigned size, unsigned extra)
{
    int err;

    *pool = (struct pool){.size = size, .most = size + extra};
    take_all(&pool->todo);
    take_all(&pool->ready);
    pool->threads = calloc(pool->most, sizeof *pool->threads);
    if (!pool->threads)
        return UV_ENOMEM;
    if ((err = uv_mutex_init(&pool->lock)) || (err = uv_cond_init(&pool->more)) ||
        (err = watch_wakes(pool, loop)))
        return err;
    return start_thread(pool);
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
    close(pool->wake_fd);
}
