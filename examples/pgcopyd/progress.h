/* progress.h - the COPYs that run, as pg_stat_progress_copy shows them. */
#ifndef PGCOPYD_PROGRESS_H
#define PGCOPYD_PROGRESS_H

#include <pgcopy/backend.h>

/* One that is shown, as of its last job. */
struct shown {
    struct shown   *prev, *next;
    bool            in;
    int32_t         pid;
    const char     *database; /* borrowed until it is hidden */
    pgcopy_progress progress;
};

/* Once, before there are threads.  Zero, or a libuv error. */
int progress_start(void);

/* On the loop: shows a COPY, or how far it got; or no more.  To hide takes NULL. */
void progress_show(struct shown *shown, const pgcopy_progress *progress);
void progress_hide(struct shown *shown);

/* In a job, on any thread: a row for each. */
pgcopy_status progress_rows(void *ctx, pgcopy_batch *rows);

#endif
