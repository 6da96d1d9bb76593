/*
 * backend/job.c - a job: a list of calls, and the run through it on any thread.
 *
 *   calls   relation  check  load_begin
 *   made 1            ^ status: why it stopped here
 */
#include "backend/job.h"

#include <assert.h>
#include <string.h>

static void clear_data(struct job_data *with)
{
    pgcopy_columns_free(with->relation);
    pgcopy_columns_free(with->target);
    if (with->reply)
        pgcopy_reply_clear(with->reply);
    *with = (struct job_data){.reply = with->reply, .count = PGCOPY_NO_COUNT};
}

void job_clear(pgcopy_job *job)
{
    if (job->with)
        clear_data(job->with);
    *job = (pgcopy_job){.db = job->db, .with = job->with};
}

bool job_equip(pgcopy_job *job, const pgcopy_allocator *a)
{
    if (!job->with)
        job->with = mem_new(a, sizeof *job->with);
    if (job->with && !job->with->reply)
        job->with->reply = pgcopy_reply_new(a);
    return job->with && job->with->reply;
}

void job_rest(pgcopy_job *job, const pgcopy_allocator *a)
{
    job_clear(job);
    if (job->with)
        pgcopy_reply_free(job->with->reply);
    mem_free(a, job->with, sizeof *job->with);
    job->with = NULL;
}

/* The longest: close open begin relation check load_begin. */
void job_add(pgcopy_job *job, enum call call)
{
    assert(job->ncalls < CALLS_MAX);
    job->calls[job->ncalls++] = (uint8_t)call;
}

bool job_succeeded(const pgcopy_job *job, enum call call)
{
    for (unsigned i = 0; i < job->made; i++)
        if (job->calls[i] == call)
            return true;
    return false;
}

bool job_failed(const pgcopy_job *job, enum call call)
{
    return job->status < 0 && job->calls[job->made] == call;
}

/* As backend.h lists them.  A commit is not among them: its outcome must not become unknown. */
static bool can_be_cancelled(enum call call)
{
    switch (call) {
    case CALL_RELATION:
    case CALL_DESCRIBE:
    case CALL_EXECUTE:
    case CALL_FETCH:
    case CALL_LOAD_BEGIN:
    case CALL_LOAD_ROWS:
        return true;
    default:
        return false;
    }
}

bool job_can_be_cancelled(const pgcopy_job *job)
{
    bool found = false;

    for (unsigned i = 0; i < job->ncalls; i++) {
        if (job->calls[i] == CALL_CLOSE || job->calls[i] == CALL_OPEN)
            return false;
        found = found || can_be_cancelled((enum call)job->calls[i]);
    }
    return found;
}

/* Each call finds a reply without the error and the count of the one before. */
static void next_call(pgcopy_job *job)
{
    if (!job->with)
        return;
    reply_forget_failure(job->with->reply);
    pgcopy_reply_set_count(job->with->reply, PGCOPY_NO_COUNT);
}

/* END is a stop without an error: the check leaves the words to the session. */
void pgcopy_job_run(pgcopy_job *job)
{
    while (job->status == PGCOPY_OK && job->made < job->ncalls) {
        enum call call = (enum call)job->calls[job->made];
        next_call(job);
        job->status = job_call(job, call);
        if (job->status == PGCOPY_OK)
            job->made++;
        if (job->status < 0)
            job_word_failure(job, call, job->status);
    }
}

const char *pgcopy_job_log(const pgcopy_job *job)
{
    return job->with ? reply_log_text(job->with->reply) : NULL;
}
