/* report.c - what the log says of clients: who came and left, and a line for each COPY. */
#include "client.h"
#include "tls.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void begin(struct log_line *line, const struct client *c, enum log_level level,
                  const char *event)
{
    log_begin(line, level, event);
    log_number(line, "client", (uint64_t)c->pid);
    log_text(line, "user", c->who ? c->who->user : "");
    log_text(line, "database", c->who ? c->who->database : "");
}

static void add_peer(struct log_line *line, const struct client *c)
{
    struct sockaddr_storage peer;
    int                     len = sizeof peer;
    char                    name[INET6_ADDRSTRLEN];

    if (line->wanted && !uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&peer, &len) &&
        !uv_ip_name((struct sockaddr *)&peer, name, sizeof name))
        log_text(line, "address", name);
}

/* The one case that is the operator's to mend: the client is told no more than 08006. */
static void report_unreachable(const struct client *c)
{
    struct log_line line;
    char            reason[200];

    snprintf(reason, sizeof reason, "database %.100s is not reachable", c->who->database);
    begin(&line, c, LOG_LEVEL_ERROR, "open");
    log_text(&line, "reason", reason);
    log_end(&line);
}

void report_open(struct client *c)
{
    struct log_line line;

    c->served = pgcopy_session_state(c->session) != PGCOPY_STATE_ENDED;
    if (!c->served && !c->leaving && !c->lost)
        report_unreachable(c);
    if (!c->served)
        return;
    begin(&line, c, LOG_LEVEL_INFO, "connect");
    add_peer(&line, c);
    if (c->tls)
        log_text(&line, "tls", tls_version(c->tls));
    log_end(&line);
}

void report_problem(const struct client *c, enum log_level level, const char *event,
                    const char *reason)
{
    struct log_line line;

    begin(&line, c, level, event);
    add_peer(&line, c);
    log_text(&line, "reason", reason);
    log_end(&line);
}

/* Who never got in is of interest only to who debugs: port scans, health checks, cancels. */
void report_disconnect(const struct client *c)
{
    struct log_line line;

    begin(&line, c, c->served ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG, "disconnect");
    log_seconds(&line, "seconds", uv_hrtime() - c->connected);
    log_end(&line);
}

void report_job(const struct client *c, const pgcopy_job *job)
{
    const char     *text = pgcopy_job_log(job);
    struct log_line line;

    if (!text || !log_wants(LOG_LEVEL_DEBUG))
        return;
    begin(&line, c, LOG_LEVEL_DEBUG, "driver");
    log_text(&line, "text", text);
    log_end(&line);
}

static void report_end_of_copy(const struct client *c, const pgcopy_progress *copy)
{
    bool            done  = copy->state == PGCOPY_COPY_COMPLETED;
    uint64_t        nanos = uv_hrtime() - c->copy_began;
    struct log_line line;

    begin(&line, c, LOG_LEVEL_INFO, "copy");
    log_text(&line, "table", copy->table);
    log_text(&line, "direction", copy->verb == PGCOPY_VERB_COPY_FROM ? "in" : "out");
    log_number(&line, "rows", copy->rows);
    log_number(&line, "bytes", copy->bytes);
    log_seconds(&line, "seconds", nanos);
    log_number(&line, "rows/s", (uint64_t)((double)copy->rows * 1e9 / (double)(nanos + 1)));
    log_text(&line, "outcome", done ? "ok" : *copy->sqlstate ? copy->sqlstate : "lost");
    log_end(&line);
}

/* Others may ask how far it got; without memory, not of this one. */
static void show_copy(struct client *c, const pgcopy_progress *copy)
{
    if (!copy || copy->state >= PGCOPY_COPY_COMPLETED || c->closing) {
        progress_hide(c->copy);
        free(c->copy);
        c->copy = NULL;
        return;
    }
    if (!c->copy && !(c->copy = calloc(1, sizeof *c->copy)))
        return;
    c->copy->pid      = c->pid;
    c->copy->database = c->who->database;
    progress_show(c->copy, copy);
}

void report_copy(struct client *c)
{
    const pgcopy_progress *copy = pgcopy_session_progress(c->session);

    show_copy(c, copy);
    if (!copy || copy->serial == c->copy_logged)
        return;
    if (copy->serial != c->copy_serial) {
        c->copy_serial = copy->serial;
        c->copy_began  = uv_hrtime();
    }
    if (copy->state < PGCOPY_COPY_COMPLETED && !c->closing)
        return;
    c->copy_logged = copy->serial;
    report_end_of_copy(c, copy);
}
