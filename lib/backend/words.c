/* backend/words.c - fixed words for what failed without any: drivers' own never get here. */
#include "backend/job.h"

#include <string.h>

/* SQLSTATEs of PostgreSQL's appendix A; the words are ours, PostgreSQL has no such gateway. */
void job_word_status(pgcopy_error *err, pgcopy_status rc)
{
    switch (rc) {
    case PGCOPY_ERR_NOMEM:
        pgcopy_error_text(err, "53200", "out of memory");
        break;
    case PGCOPY_ERR_UNSUPPORTED:
        pgcopy_error_text(err, "0A000", "not supported by this database");
        break;
    case PGCOPY_ERR_LIMIT:
        pgcopy_error_text(err, "54000", "a limit of this database was exceeded");
        break;
    case PGCOPY_ERR_LOST:
        pgcopy_error_text(err, "08006", "connection to the database was lost");
        break;
    default:
        pgcopy_error_text(err, "XX000", "the database refused and gave no reason");
    }
}

static bool is_commit(const pgcopy_job *job, enum call call)
{
    return call == CALL_COMMIT ||
           (call == CALL_TRANSACTION && job->with->tx->verb == PGCOPY_VERB_COMMIT);
}

/*
 * In this order: a connection that could not be opened anew was lost, whatever open says of it;
 * the backend's own words; and 08007 for a lost commit, transaction_resolution_unknown: a
 * client that tries anew must not take a lost commit for one that did not happen.
 */
void job_word_failure(pgcopy_job *job, enum call call, pgcopy_status rc)
{
    pgcopy_error *err    = pgcopy_reply_failure(job->with->reply);
    bool          reopen = call == CALL_OPEN && job->calls[0] == CALL_CLOSE;

    if (reopen)
        job_word_status(err, PGCOPY_ERR_LOST);
    else if (err->sqlstate[0])
        return;
    else if (rc == PGCOPY_ERR_LOST && is_commit(job, call))
        pgcopy_error_text(err, "08007", "connection to the database was lost during commit");
    else if (call == CALL_OPEN && rc != PGCOPY_ERR_NOMEM)
        pgcopy_error_text(err, "08006", "could not connect to the database");
    else
        job_word_status(err, rc);
}
