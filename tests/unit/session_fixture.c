/*
 * session_fixture.c - a client of scripts, a database that writes its events down, and their
 * conversation.
 */
#include "session_fixture.h"

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct stream *to, const void *data, size_t len)
{
    assert_true(to->len + len <= sizeof to->data);
    memcpy(to->data + to->len, data, len);
    to->len += len;
}

void message(struct stream *to, char type, const void *body, size_t len)
{
    uint8_t head[5] = {(uint8_t)type};

    put_u32(head + 1, (uint32_t)len + 4);
    put(to, head, 5);
    put(to, body, len);
}

void startup_of(struct stream *to, uint32_t version, const char *pairs, size_t len)
{
    uint8_t head[8];

    put_u32(head, (uint32_t)len + 8);
    put_u32(head + 4, version);
    put(to, head, 8);
    put(to, pairs, len);
}

void startup(struct stream *to)
{
    static const char pairs[] = "user\0ann\0database\0clinic\0application_name\0test\0";

    startup_of(to, 0x30000, pairs, sizeof pairs);
}

static size_t unescape(char *body, const char *text, size_t n)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        bool newline = text[i] == '\\' && i + 1 < n && text[i + 1] == 'n';
        body[len++]  = newline ? '\n' : text[i];
        i += newline;
    }
    return len;
}

static void put_count(char *body, size_t *len, uint16_t n)
{
    put_u16((uint8_t *)body + *len, n);
    *len += 2;
}

/* portal|statement|value,value: all text, NULL is a bare ~. */
static size_t bind_body(char *body, size_t len)
{
    char     values[TEXT_MAX], *last = memchr(body, '\0', len), *value;
    uint16_t n = 0;
    size_t   count_at;

    last = last ? memchr(last + 1, '\0', len - (size_t)(last + 1 - body)) : NULL;
    assert_non_null(last);
    memcpy(values, last + 1, len - (size_t)(last + 1 - body));
    len = (size_t)(last + 1 - body);
    put_count(body, &len, 0);
    count_at = len;
    put_count(body, &len, 0);
    for (value = strtok(values, ","); value; value = strtok(NULL, ",")) {
        uint32_t size = (uint32_t)strlen(value);
        put_u32((uint8_t *)body + len, strcmp(value, "~") == 0 ? UINT32_MAX : size);
        memcpy(body + len + 4, value, size);
        len += 4 + (strcmp(value, "~") == 0 ? 0 : size);
        n++;
    }
    put_u16((uint8_t *)body + count_at, n);
    put_count(body, &len, 0);
    return len;
}

static size_t extended_body(char type, char *body, size_t len)
{
    for (size_t i = 0; i < len; i++) /* a bar ends a string */
        body[i] = body[i] == '|' ? '\0' : body[i];
    body[len] = '\0';
    len++;
    if (type == 'P')
        put_count(body, &len, 0);
    if (type == 'B')
        len = bind_body(body, len);
    if (type == 'E') {
        size_t name = strlen(body) + 1;
        put_u32((uint8_t *)body + name, (uint32_t)atoi(body + name));
        len = name + 4;
    }
    return len;
}

/* A script of lines, one message each: Q text, d text, c, f text, X, S, H, p text; P name|sql,
   B portal|statement|values, D Sname, E portal|limit, C Pname; \n in a text is a line end. */
static void script(struct stream *to, const char *lines)
{
    while (*lines) {
        const char *end = strchr(lines, '\n');
        size_t      n   = end ? (size_t)(end - lines) : strlen(lines);
        char        body[TEXT_MAX];
        size_t      len = n > 2 ? unescape(body, lines + 2, n - 2) : 0;
        if (strchr("PBDEC", lines[0]))
            len = extended_body(lines[0], body, len);
        else if (strchr("QfpF", lines[0]))
            body[len++] = '\0';
        message(to, lines[0], body, len);
        lines += n + (end != NULL);
    }
}

static void say(struct text *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    t->len += (size_t)vsnprintf(t->chars + t->len, sizeof t->chars - t->len, fmt, ap);
    va_end(ap);
    assert_true(t->len < sizeof t->chars);
}

static void say_bytes(struct text *t, pgcopy_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        say(t, s.data[i] == '\n' ? "\\n" : "%c", s.data[i]);
}

static void say_error(struct text *t, int type, pgcopy_slice body)
{
    const char *value, *sqlstate = "", *message = "", *severity = "", *where = "", *at = "";
    int8_t      field;

    while (pgcopy_take_i8(&body, &field) && field && pgcopy_take_str(&body, &value)) {
        sqlstate = field == 'C' ? value : sqlstate;
        message  = field == 'M' ? value : message;
        severity = field == 'V' ? value : severity;
        where    = field == 'W' ? value : where;
        at       = field == 'P' ? value : at;
    }
    say(t, "%c(%s %s %s%s%s%s%s) ", type, severity, sqlstate, message, *where ? " | " : "",
        where, *at ? " @" : "", at);
}

static void say_row(struct text *t, pgcopy_slice body)
{
    int16_t n   = 0;
    int32_t len = 0;

    assert_true(pgcopy_take_i16(&body, &n));
    say(t, "D(");
    for (int i = 0; i < n; i++) {
        pgcopy_slice value = {0};
        assert_true(pgcopy_take_i32(&body, &len));
        assert_true(len < 0 || pgcopy_take_bytes(&body, (size_t)len, &value));
        say(t, i ? "," : "");
        say_bytes(t, value);
    }
    say(t, ") ");
}

static void say_message(struct text *t, const pgcopy_msg *m)
{
    switch (m->type) {
    case 'E':
    case 'N':
        say_error(t, m->type, m->body);
        break;
    case 'C':
        say(t, "C(%s) ", (const char *)m->body.data);
        break;
    case 'Z':
        say(t, "Z%c\n", m->body.data[0]);
        break;
    case 'D':
        say_row(t, m->body);
        break;
    case 'd':
        say(t, "d(");
        say_bytes(t, m->body);
        say(t, ") ");
        break;
    case 'S':
    case 'K': /* of the start; looked at apart */
        break;
    default:
        say(t, "%c ", m->type);
    }
}

static pgcopy_columns *two_columns(const pgcopy_allocator *a)
{
    pgcopy_columns *cols = pgcopy_columns_new(a);

    if (cols && pgcopy_columns_add(cols, "a", PGCOPY_OID_INT4) &&
        pgcopy_columns_add(cols, "b", PGCOPY_OID_TEXT))
        return cols;
    pgcopy_columns_free(cols);
    return NULL;
}

static const char *verb_text(const pgcopy_tx *tx)
{
    static const char *const verbs[] = {
        [PGCOPY_VERB_BEGIN] = "begin",         [PGCOPY_VERB_COMMIT] = "commit",
        [PGCOPY_VERB_ROLLBACK] = "rollback",   [PGCOPY_VERB_SAVEPOINT] = "savepoint",
        [PGCOPY_VERB_RELEASE] = "release",     [PGCOPY_VERB_ROLLBACK_TO] = "rollback-to",
        [PGCOPY_VERB_SET_TRANSACTION] = "set",
    };

    return verbs[tx->verb];
}

static void write_down(struct database *db, const pgcopy_event *ev)
{
    static const char *const names[] = {
        [PGCOPY_EVENT_STARTUP] = "startup",     [PGCOPY_EVENT_AUTH] = "auth",
        [PGCOPY_EVENT_CONNECT] = "connect",     [PGCOPY_EVENT_STATEMENT] = "statement",
        [PGCOPY_EVENT_COPY_OUT] = "copy-out",   [PGCOPY_EVENT_WANT_ROWS] = "want",
        [PGCOPY_EVENT_FINISH] = "finish",       [PGCOPY_EVENT_COPY_IN] = "copy-in",
        [PGCOPY_EVENT_COPY_DONE] = "copy-done", [PGCOPY_EVENT_COPY_FAIL] = "copy-fail",
        [PGCOPY_EVENT_CLOSE] = "close",         [PGCOPY_EVENT_DESCRIBE] = "describe",
    };

    if (ev->type == PGCOPY_EVENT_TRANSACTION)
        say(&db->events, "%s%s%s%s ", ev->tx->implicit ? "(" : "", verb_text(ev->tx),
            ev->tx->name ? ":" : "", ev->tx->name ? ev->tx->name : "");
    else if (ev->type == PGCOPY_EVENT_ROWS)
        say(&db->events, "rows:%u%s%s ", (unsigned)pgcopy_batch_view(ev->batch)->nrows,
            ev->last ? "!" : "", ev->commit ? "!" : "");
    else
        say(&db->events, "%s ", names[ev->type]);
}

static bool answer_rows(pgcopy_session *s, struct database *db, const pgcopy_allocator *a)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, a);
    bool ok = batch && pgcopy_batch_put(batch, db->rows_left == 2 ? "1" : "2", 1) == 0 &&
              pgcopy_batch_put(batch, "x,y", 3) == 0 && pgcopy_batch_end_row(batch) == 0;

    db->rows_left--;
    if (ok)
        pgcopy_session_rows(s, batch);
    else
        pgcopy_session_reject(s, NULL);
    pgcopy_batch_free(batch);
    return ok;
}

static void answer_columns(pgcopy_session *s, const pgcopy_allocator *a)
{
    pgcopy_columns *cols = two_columns(a);

    if (!cols || pgcopy_session_columns(s, cols) != PGCOPY_OK)
        pgcopy_session_reject(s, NULL);
    pgcopy_columns_free(cols);
}

static void write_params(struct database *db, const pgcopy_portal *portal)
{
    size_t n = portal->params ? pgcopy_batch_view(portal->params)->ncols : 0;

    for (size_t i = 0; i < n; i++) {
        pgcopy_slice value = pgcopy_batch_value(portal->params, 0, i);

        assert_ptr_equal(portal->param_types, portal->stmt->param_types);
        assert_non_null(pgcopy_columns_at(portal->param_types, i)); /* also behind a Describe */
        say(&db->events, "$%.*s ", (int)value.len, value.data ? (const char *)value.data : "");
    }
}

static void answer(pgcopy_session *s, struct database *db, const pgcopy_event *ev,
                   const pgcopy_allocator *a)
{
    bool         later  = db->refuse && strchr(db->refuse, ' '); /* refuse a second event */
    size_t       before = later ? 0 : db->events.len;
    pgcopy_error err;

    write_down(db, ev);
    if (db->refuse && strstr(db->events.chars + before, db->refuse)) {
        pgcopy_error_text(&err, "58000", "refused");
        err.position = later;
        db->refuse   = later ? NULL : db->refuse;
        if (pgcopy_session_reject(s, &err) == PGCOPY_OK)
            return;
    }
    switch (ev->type) {
    case PGCOPY_EVENT_DESCRIBE:
        if (strncmp(ev->stmt->sql, "SELECT", 6) == 0)
            answer_columns(s, a);
        else
            pgcopy_session_columns(s, NULL);
        break;
    case PGCOPY_EVENT_STATEMENT:
        write_params(db, ev->portal);
        db->rows_left = 2;
        if (strncmp(ev->portal->stmt->sql, "SELECT", 6) == 0)
            answer_columns(s, a);
        else
            pgcopy_session_complete(s, NULL, 3);
        break;
    case PGCOPY_EVENT_COPY_OUT:
        db->rows_left = 2;
        answer_columns(s, a);
        break;
    case PGCOPY_EVENT_COPY_IN:
        db->loaded = 0;
        answer_columns(s, a);
        break;
    case PGCOPY_EVENT_WANT_ROWS:
        if (db->rows_left)
            answer_rows(s, db, a);
        else
            pgcopy_session_complete(s, NULL, PGCOPY_NO_COUNT);
        break;
    case PGCOPY_EVENT_ROWS:
        db->loaded += pgcopy_batch_view(ev->batch)->nrows - ev->first;
        pgcopy_session_accept(s);
        break;
    case PGCOPY_EVENT_COPY_DONE:
        pgcopy_session_complete(s, NULL, db->loaded);
        break;
    default:
        db->connected = db->connected || ev->type == PGCOPY_EVENT_CONNECT;
        db->closed    = db->closed || ev->type == PGCOPY_EVENT_CLOSE;
        pgcopy_session_accept(s);
    }
}

void take_output(pgcopy_session *s, struct stream *server)
{
    const void *out;
    size_t      len;

    while ((out = pgcopy_session_send_buf(s, &len))) {
        put(server, out, len);
        pgcopy_session_send_ack(s, len);
    }
}

void work(pgcopy_session *s, struct transcript *t, struct stream *server,
          const pgcopy_allocator *a)
{
    const pgcopy_event *ev;

    while ((ev = pgcopy_session_next(s)) || (ev = pgcopy_session_event(s)))
        answer(s, &t->db, ev, a);
    take_output(s, server);
    if (pgcopy_session_state(s) == PGCOPY_STATE_IDLE && pgcopy_session_progress(s))
        assert_true(pgcopy_session_progress(s)->state >= PGCOPY_COPY_COMPLETED);
}

/* The session's law for loops: something can always be done until it is over. */
static void converse(pgcopy_session *s, struct transcript *t, struct test_cut cut,
                     struct stream *server, const pgcopy_allocator *a)
{
    pgcopy_slice in = {t->client.data, t->client.len};

    work(s, t, server, a);
    while (in.len && !pgcopy_session_over(s)) {
        size_t n = test_cut_next(&cut, in.len), took = 0;
        if (n)
            took = pgcopy_session_feed(s, in.data, n);
        in.data += took;
        in.len -= took;
        work(s, t, server, a);
        if (!took && n && !pgcopy_session_wants(s))
            break;
    }
    pgcopy_session_recv_eof(s);
    work(s, t, server, a);
    work(s, t, server, a);
    assert_true(pgcopy_session_over(s));
    assert_int_equal(t->db.closed, t->db.connected);
}

static void hear(struct transcript *t, const struct stream *server)
{
    pgcopy_wire  wire = {.from_server = true, .started = true};
    pgcopy_slice in   = {server->data, server->len};
    pgcopy_msg   m;

    while (pgcopy_wire_next(&wire, &in, &m) == PGCOPY_OK)
        say_message(&t->heard, &m);
    if (t->checked)
        assert_int_equal(in.len, 0);
}

bool run(struct transcript *t, struct test_cut cut, const pgcopy_allocator *a)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = t->max_rows};
    pgcopy_session_opts opts   = {.size = sizeof opts, .allocator = a, .batch = &limits};
    pgcopy_session     *s      = pgcopy_session_new(&opts);
    struct stream      *server = calloc(1, sizeof *server);

    assert_non_null(server);
    t->db    = (struct database){.refuse = t->refuse};
    t->heard = (struct text){.len = 0};
    if (s) {
        converse(s, t, cut, server, a);
        hear(t, server);
    }
    pgcopy_session_free(s);
    free(server);
    return s != NULL;
}

void run_cut(struct test_cut cut, void *arg)
{
    struct transcript *t = arg;

    assert_true(run(t, cut, NULL));
    assert_string_equal(t->heard.chars, t->told);
    if (t->events)
        assert_string_equal(t->db.events.chars, t->events);
}

bool run_failing(const pgcopy_allocator *a, void *arg)
{
    struct transcript *t = arg;

    return run(t, (struct test_cut){.at = SIZE_MAX}, a) && strcmp(t->heard.chars, t->told) == 0;
}

void transcript(const char *lines, const char *refuse, const char *told, const char *events,
                uint32_t max_rows)
{
    struct transcript *t = calloc(1, sizeof *t);

    assert_non_null(t);
    *t = (struct transcript){.refuse   = refuse,
                             .told     = told,
                             .events   = events,
                             .max_rows = max_rows,
                             .checked  = true};
    startup(&t->client);
    script(&t->client, lines);
    test_every_cut(t->client.len, run_cut, t);
    t->checked = false;
    test_every_failure(run_failing, t);
    free(t);
}

void check(const char *lines, const char *told, const char *events)
{
    transcript(lines, NULL, told, events, 0);
}

pgcopy_session *session_that_is_ready(const pgcopy_session_opts *opts, struct transcript *t,
                                      struct stream *server)
{
    pgcopy_session *s = pgcopy_session_new(opts);

    assert_non_null(s);
    startup(&t->client);
    assert_int_equal(pgcopy_session_feed(s, t->client.data, t->client.len), t->client.len);
    work(s, t, server, NULL);
    assert_int_equal(pgcopy_session_state(s), PGCOPY_STATE_IDLE);
    server->len   = 0;
    t->client.len = 0;
    return s;
}

void send_lines(pgcopy_session *s, struct transcript *t, const char *lines)
{
    t->client.len = 0;
    script(&t->client, lines);
    assert_int_equal(pgcopy_session_feed(s, t->client.data, t->client.len), t->client.len);
}

void expect(struct transcript *t, struct stream *server, const char *told)
{
    t->heard = (struct text){.len = 0};
    hear(t, server);
    assert_string_equal(t->heard.chars, told);
    server->len = 0;
}

const pgcopy_event *next_is(pgcopy_session *s, pgcopy_event_type type, const void *bytes,
                            size_t len)
{
    const pgcopy_event *ev;

    assert_int_equal(pgcopy_session_feed(s, bytes, len), len);
    ev = pgcopy_session_next(s);
    assert_non_null(ev);
    assert_int_equal(ev->type, type);
    return ev;
}

void sent_is(pgcopy_session *s, const char *bytes, size_t len)
{
    size_t      n;
    const void *sent = pgcopy_session_send_buf(s, &n);

    assert_int_equal(n, len);
    assert_memory_equal(sent, bytes, len);
    pgcopy_session_send_ack(s, n);
}
