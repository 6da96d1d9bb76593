/*
 * copy_talk.h - COPY both ways in memory: a client's bytes, a session, its bridge, and a
 * backend that keeps nothing and has as many rows of patients as it is told to.
 *
 *   talk_in  -> data in CopyData -> session -> bridge -> load_rows: counted
 *   talk_out <- rows             <- session <- bridge <- fetch: made up
 */
#ifndef COPY_TALK_H
#define COPY_TALK_H

#include <pgcopy/backend.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TALK_COLUMNS = 8, TALK_HEAD = 5 };

struct talk {
    pgcopy_session *session;
    pgcopy_bridge  *bridge;
    size_t          rows;   /* that the table has                                    */
    size_t          given;  /* of them, by the cursor that is open                   */
    size_t          loaded; /* rows                                                  */
    size_t          loads;  /* calls of load_rows                                    */
    size_t          jobs;
    pgcopy_buf     *data;  /* takes the bodies of CopyData; NULL: they are dropped  */
    size_t          bytes; /* of those bodies                                       */
    uint8_t         head[TALK_HEAD];
    size_t          have; /* of the head                                           */
    size_t          left; /* of the body                                           */
    bool            ready;
    bool            beside; /* a job stays out while what comes next is decoded          */
    pgcopy_job     *out;
};

static void talk_check(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

/* ---- The backend -------------------------------------------------------------------- */

static pgcopy_status talk_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    (void)who, (void)r;
    *conn = arg;
    return PGCOPY_OK;
}

static void talk_close(void *conn)
{
    (void)conn;
}

static pgcopy_status talk_columns(pgcopy_reply *r)
{
    static const struct {
        const char *name;
        uint32_t    type;
    } columns[TALK_COLUMNS] = {
        {"PatientID", 23}, {"FirstName", 25}, {"LastName", 25},        {"DateOfBirth", 1082},
        {"Gender", 25},    {"Status", 25},    {"AdmissionDate", 1082}, {"DischargeDate", 1082}};
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    for (size_t i = 0; i < TALK_COLUMNS; i++)
        if (!cols || !pgcopy_columns_add(cols, columns[i].name, columns[i].type))
            return PGCOPY_ERR_NOMEM;
    return PGCOPY_OK;
}

static pgcopy_status talk_relation(void *conn, const char *schema, const char *table,
                                   pgcopy_reply *r)
{
    (void)conn, (void)schema, (void)table;
    return talk_columns(r);
}

static pgcopy_status talk_execute(void *conn, const pgcopy_stmt *stmt,
                                  const pgcopy_columns *columns, const pgcopy_batch *params,
                                  void **cursor, pgcopy_reply *r)
{
    struct talk *t = conn;

    (void)stmt, (void)columns, (void)params;
    t->given = 0;
    *cursor  = t;
    return talk_columns(r);
}

static void talk_put_row(pgcopy_batch *batch, size_t id)
{
    static const char *const rows[][TALK_COLUMNS - 1] = {
        {"Yusuf", "Hansen", "1973-05-28", "M", "Active", "2024-12-27", NULL},
        {"Anna", "M\xc3\xbcller", "1967-12-01", "X", "Transferred", "2024-09-01", "2024-09-04"},
        {"Charlotte", "Andersson", "1990-02-11", "F", "Discharged", "2025-01-02",
         "2025-02-01"}};
    char number[24];

    (void)pgcopy_batch_put(batch, number, (size_t)snprintf(number, sizeof number, "%zu", id));
    for (size_t i = 0; i < TALK_COLUMNS - 1; i++) {
        const char *value = rows[id % 3][i];
        (void)pgcopy_batch_put(batch, value, value ? strlen(value) : PGCOPY_NULL);
    }
}

static pgcopy_status talk_fetch(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r)
{
    struct talk  *t  = cursor;
    pgcopy_status rc = PGCOPY_OK;

    (void)conn, (void)r;
    for (size_t room = pgcopy_batch_room(batch); room && rc == PGCOPY_OK && t->given < t->rows;
         room--) {
        talk_put_row(batch, ++t->given);
        rc = pgcopy_batch_end_row(batch);
    }
    if (rc < 0)
        return rc;
    return t->given < t->rows ? PGCOPY_OK : PGCOPY_END;
}

static pgcopy_status talk_load_begin(void *conn, const pgcopy_stmt *stmt,
                                     const pgcopy_columns *target, pgcopy_reply *r)
{
    (void)conn, (void)stmt, (void)target, (void)r;
    return PGCOPY_OK;
}

static pgcopy_status talk_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                    pgcopy_reply *r)
{
    struct talk *t = conn;

    (void)r;
    t->loaded += pgcopy_batch_view(batch)->nrows - first;
    t->loads++;
    return PGCOPY_OK;
}

static pgcopy_status talk_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    (void)conn, (void)r;
    talk_check(keep, "the rows were to be dropped");
    return PGCOPY_OK;
}

/* ---- The client --------------------------------------------------------------------- */

static void talk_message(struct talk *t)
{
    t->left = ((size_t)t->head[1] << 24 | (size_t)t->head[2] << 16 | (size_t)t->head[3] << 8 |
               t->head[4]) -
              4;
    t->ready = t->head[0] == 'Z';
    talk_check(t->head[0] != 'E', "an error came");
}

static void talk_hear(struct talk *t, const uint8_t *p, size_t n)
{
    while (n) {
        size_t part = t->left < n ? t->left : n;
        if (!t->left) {
            t->head[t->have++] = *p++;
            n--;
            if (t->have == TALK_HEAD)
                talk_message(t);
            t->have %= TALK_HEAD;
            continue;
        }
        t->bytes += t->head[0] == 'd' ? part : 0;
        if (t->head[0] == 'd' && t->data)
            pgcopy_buf_append(t->data, p, part);
        t->left -= part;
        p += part;
        n -= part;
    }
}

static void talk_run_job(struct talk *t)
{
    pgcopy_job_run(t->out);
    pgcopy_bridge_done(t->bridge, t->out);
    t->out = NULL;
    t->jobs++;
}

/* All that can be done without more bytes of the client. */
static void talk_go_on(struct talk *t)
{
    const void *bytes;
    size_t      len;

    if (t->out) {
        pgcopy_bridge_next(t->bridge);
        talk_run_job(t);
    }
    for (bool moved = true; moved;) {
        moved = false;
        while ((t->out = pgcopy_bridge_next(t->bridge))) {
            if (t->beside && pgcopy_session_wants(t->session))
                return;
            talk_run_job(t);
            moved = true;
        }
        while ((bytes = pgcopy_session_send_buf(t->session, &len))) {
            talk_hear(t, bytes, len);
            pgcopy_session_send_ack(t->session, len);
            moved = true;
        }
    }
}

static void talk_say(struct talk *t, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;

    while (len) {
        size_t room, n;
        void  *to = pgcopy_session_recv_buf(t->session, &room);
        talk_check(to != NULL, "the session does not read");
        n = room < len ? room : len;
        memcpy(to, p, n);
        pgcopy_session_recv_ack(t->session, n);
        talk_go_on(t);
        p += n;
        len -= n;
    }
    while (t->out)
        talk_go_on(t);
}

/* The last read of a loop that waits for more: the room goes back. */
static void talk_rest(struct talk *t)
{
    size_t room;

    if (pgcopy_session_recv_buf(t->session, &room))
        pgcopy_session_recv_ack(t->session, 0);
    talk_go_on(t);
}

static void talk_query(struct talk *t, const char *sql)
{
    pgcopy_buf message = {0};
    size_t     begun   = pgcopy_write_begin(&message, PGCOPY_MSG_QUERY);

    pgcopy_write_str(&message, sql);
    pgcopy_write_end(&message, begun);
    t->ready = false;
    talk_say(t, message.data, message.len);
    pgcopy_buf_free(&message);
}

/* COPY of all rows to the client. */
static void talk_out(struct talk *t, const char *sql, pgcopy_buf *data)
{
    t->data  = data;
    t->bytes = 0;
    talk_query(t, sql);
    talk_check(t->ready, "COPY TO has not ended");
    t->data = NULL;
}

/* The data in messages of a size. */
static void talk_frame(pgcopy_buf *stream, const pgcopy_buf *data, size_t size)
{
    for (size_t at = 0; at < data->len; at += size) {
        size_t n = data->len - at < size ? data->len - at : size;
        pgcopy_write_copy_data(stream, (pgcopy_slice){data->data + at, n});
    }
    pgcopy_write_empty(stream, PGCOPY_MSG_COPY_DONE);
}

/* stream: CopyData and CopyDone. */
static void talk_in(struct talk *t, const char *sql, const pgcopy_buf *stream)
{
    t->loaded = t->loads = 0;
    talk_query(t, sql);
    talk_say(t, stream->data, stream->len);
    talk_check(t->ready, "COPY FROM has not ended");
}

static void talk_open_session(struct talk *t, const pgcopy_allocator *allocator)
{
    static const pgcopy_backend backend   = {.size       = sizeof backend,
                                             .open       = talk_open,
                                             .close      = talk_close,
                                             .relation   = talk_relation,
                                             .execute    = talk_execute,
                                             .fetch      = talk_fetch,
                                             .load_begin = talk_load_begin,
                                             .load_rows  = talk_load_rows,
                                             .load_end   = talk_load_end};
    static const char           startup[] = "\0\0\0\x16\0\3\0\0user\0someone\0";
    pgcopy_session_opts         opts      = {.size = sizeof opts, .allocator = allocator};

    t->session = pgcopy_session_new(&opts);
    talk_check(t->session != NULL, "no memory");
    t->bridge = pgcopy_bridge_new(t->session, &backend, t);
    talk_check(t->bridge != NULL, "no memory");
    talk_say(t, startup, sizeof startup);
    talk_check(t->ready, "the session has not begun");
}

static void talk_end(struct talk *t)
{
    talk_say(t, "X\0\0\0\4", 5);
    talk_check(pgcopy_bridge_over(t->bridge), "the session has not ended");
    pgcopy_bridge_free(t->bridge);
    pgcopy_session_free(t->session);
}

#endif
