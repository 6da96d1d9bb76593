/*
 * progress.c - a session is the loop's, and who asks is in a job, on another thread: so the
 * loop leaves a copy of each COPY's progress here.
 *
 *   loop --- show, hide ---> list, under a lock ---> a job of whoever asks
 */
#include "progress.h"

#include <uv.h>

static struct {
    uv_mutex_t    lock;
    struct shown *first;
} list;

int progress_start(void)
{
    return uv_mutex_init(&list.lock);
}

static void add(struct shown *shown)
{
    shown->prev = NULL;
    shown->next = list.first;
    if (shown->next)
        shown->next->prev = shown;
    list.first = shown;
    shown->in  = true;
}

void progress_show(struct shown *shown, const pgcopy_progress *progress)
{
    uv_mutex_lock(&list.lock);
    shown->progress = *progress;
    if (!shown->in)
        add(shown);
    uv_mutex_unlock(&list.lock);
}

void progress_hide(struct shown *shown)
{
    if (!shown || !shown->in)
        return;
    uv_mutex_lock(&list.lock);
    *(shown->prev ? &shown->prev->next : &list.first) = shown->next;
    if (shown->next)
        shown->next->prev = shown->prev;
    shown->in = false;
    uv_mutex_unlock(&list.lock);
}

pgcopy_status progress_rows(void *ctx, pgcopy_batch *rows)
{
    pgcopy_status rc = PGCOPY_OK;

    (void)ctx;
    uv_mutex_lock(&list.lock);
    for (const struct shown *s = list.first; s && rc == PGCOPY_OK; s = s->next)
        rc = pgcopy_canned_progress(rows, s->pid, s->database, &s->progress);
    uv_mutex_unlock(&list.lock);
    return rc;
}
