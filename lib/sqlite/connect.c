/*
 * sqlite/connect.c - open, close and cancel.
 *
 *   IDLE -- enter --> BUSY -- leave --> IDLE        on the thread of the job
 *                      '-- cancel --> CANCELLED     on another one
 *
 * SQLite asks us every thousand steps of its machine and at every turn of a wait for a lock
 * whether to go on.  sqlite3_interrupt is not used: one that comes a little early is forgotten
 * by the next statement, and one that comes a little late ends another cursor's rows.
 */
#include "sqlite/conn.h"

#include <string.h>
#include <time.h>

enum { BUSY_MS = 60000, INSERT_ROWS = 64, STEPS = 1000, PAUSE_MAX = 10 };

/* ---- Cancel ------------------------------------------------------------------------- */

void lite_enter(lite_conn *c)
{
    atomic_store(&c->call, LITE_BUSY);
}

void lite_leave(lite_conn *c)
{
    atomic_store(&c->call, LITE_IDLE);
}

bool lite_cancelled(const lite_conn *c)
{
    return atomic_load(&c->call) == LITE_CANCELLED;
}

static void lite_cancel(void *conn)
{
    lite_conn *c    = conn;
    int        busy = LITE_BUSY;

    atomic_compare_exchange_strong(&c->call, &busy, LITE_CANCELLED);
}

static int on_progress(void *arg)
{
    return lite_cancelled(arg);
}

static uint64_t now_ms(void)
{
    struct timespec t = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* times: how often it was asked for this lock.  0: give up. */
static int on_busy(void *arg, int times)
{
    lite_conn *c = arg;

    if (times == 0)
        c->waits_since = now_ms();
    if (lite_cancelled(c) || now_ms() - c->waits_since >= c->busy_ms)
        return 0;
    sqlite3_sleep(times < PAUSE_MAX ? times + 1 : PAUSE_MAX);
    return 1;
}

/* ---- Open --------------------------------------------------------------------------- */

/* ATTACH '' is what VACUUM itself does, and a file that no one else sees. */
static int on_authorize(void *arg, int action, const char *file, const char *unused1,
                        const char *unused2, const char *unused3)
{
    (void)arg;
    (void)unused1;
    (void)unused2;
    (void)unused3;
    if (action != SQLITE_ATTACH || (file && (!*file || !strcmp(file, ":memory:"))))
        return SQLITE_OK;
    return SQLITE_DENY;
}

/* SQLite's words hold paths: they are for the log. */
static pgcopy_status no_connection(lite_conn *c, int rc, pgcopy_reply *r)
{
    if (c->db)
        (void)lite_failed(c, rc, r);
    return pgcopy_reply_error(r, "08006", "could not connect to the database");
}

/* A file that we may only read stays in the mode that it is in, and one that is in use may: it
   is asked for again by the next connection. */
static int set_durable(lite_conn *c)
{
    int rc = sqlite3_exec(c->db, "PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL", NULL,
                          NULL, NULL);

    return (rc & 0xff) == SQLITE_READONLY || (rc & 0xff) == SQLITE_BUSY ? SQLITE_OK : rc;
}

static int set_up(lite_conn *c, const pgcopy_sqlite_opts *opts)
{
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_handler(c->db, on_busy, c);
    sqlite3_progress_handler(c->db, STEPS, on_progress, c);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    /* A name in quotes that is none is an error, not a string. */
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    if (!opts->attach)
        sqlite3_set_authorizer(c->db, on_authorize, NULL);
    return set_durable(c);
}

static pgcopy_status connect(lite_conn *c, const pgcopy_sqlite_opts *opts, pgcopy_reply *r)
{
    int rc =
        sqlite3_open_v2(opts->path, &c->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK)
        rc = set_up(c, opts);
    return rc == SQLITE_OK ? PGCOPY_OK : no_connection(c, rc, r);
}

static void lite_close(void *conn);

static pgcopy_status lite_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    pgcopy_sqlite_opts opts = {0};
    size_t             size = *(const size_t *)arg;
    lite_conn         *c;
    pgcopy_status      status;

    (void)who;
    memcpy(&opts, arg, size < sizeof opts ? size : sizeof opts);
    if (!opts.path || !*opts.path)
        return PGCOPY_ERR_USAGE;
    c = lite_resize(opts.allocator, NULL, 0, sizeof *c);
    if (!c)
        return PGCOPY_ERR_NOMEM;
    memset(c, 0, sizeof *c);
    atomic_init(&c->call, LITE_IDLE);
    c->allocator   = opts.allocator;
    c->busy_ms     = opts.busy_ms ? opts.busy_ms : BUSY_MS;
    c->insert_rows = opts.insert_rows ? opts.insert_rows : INSERT_ROWS;
    status         = connect(c, &opts, r);
    if (status)
        lite_close(c);
    else
        *conn = c;
    return status;
}

/* ---- Close -------------------------------------------------------------------------- */

/* What was not committed is rolled back with the connection. */
static void lite_close(void *conn)
{
    lite_conn *c = conn;

    while (c->cursors)
        lite_finish(c, c->cursors);
    lite_load_drop(c);
    sqlite3_finalize(c->find);
    sqlite3_finalize(c->columns);
    sqlite3_finalize(c->version);
    for (size_t i = 0; i < 2; i++)
        sqlite3_finalize(c->inserts[i]);
    for (size_t i = 0; i < LITE_WORDS; i++)
        sqlite3_finalize(c->words[i]);
    lite_known_forget(c);
    sqlite3_close(c->db);
    lite_resize(c->allocator, c, sizeof *c, 0);
}

const pgcopy_backend pgcopy_sqlite = {.size  = sizeof pgcopy_sqlite,
                                      .flags = PGCOPY_BACKEND_DEFAULTS | PGCOPY_BACKEND_WHERE,
                                      .open  = lite_open,
                                      .close = lite_close,
                                      .transaction = lite_transaction,
                                      .relation    = lite_relation,
                                      .describe    = lite_describe,
                                      .execute     = lite_execute,
                                      .fetch       = lite_fetch,
                                      .finish      = lite_finish,
                                      .load_begin  = lite_load_begin,
                                      .load_rows   = lite_load_rows,
                                      .load_end    = lite_load_end,
                                      .cancel      = lite_cancel};
