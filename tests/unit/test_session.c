/*
 * test_session.c - transcripts: what a client sends, what it is told, and which events the
 * database's side sees.  Each runs whole, in pieces, cut at every byte, and with every
 * allocation failing.
 */
#include "harness.h"

#include <pgcopy/session.h>

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 8192 };

/* ---- What a client sends ------------------------------------------------------------ */

struct stream {
    uint8_t data[TEXT_MAX];
    size_t  len;
};

static void put(struct stream *to, const void *data, size_t len)
{
    assert_true(to->len + len <= sizeof to->data);
    memcpy(to->data + to->len, data, len);
    to->len += len;
}

static void message(struct stream *to, char type, const void *body, size_t len)
{
    uint8_t head[5] = {(uint8_t)type};

    put_u32(head + 1, (uint32_t)len + 4);
    put(to, head, 5);
    put(to, body, len);
}

static void startup_of(struct stream *to, uint32_t version, const char *pairs, size_t len)
{
    uint8_t head[8];

    put_u32(head, (uint32_t)len + 8);
    put_u32(head + 4, version);
    put(to, head, 8);
    put(to, pairs, len);
}

static void startup(struct stream *to)
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

/* ---- What it is told
 * -------------------------------------------------------------------------- */

struct text {
    char   chars[TEXT_MAX];
    size_t len;
};

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

/* ---- The database's side
 * ------------------------------------------------------------------------ */

/* Table t(a int, b text); SELECT gives two rows; what it is told is written down. */
struct database {
    struct text events;
    const char *refuse; /* a part of the event's text that is answered by an error */
    uint64_t    loaded;
    int         rows_left;
    bool        closed, connected;
};

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

/* ---- A conversation
 * ------------------------------------------------------------------------------ */

struct transcript {
    struct stream   client;
    const char     *refuse, *told, *events;
    struct database db;
    struct text     heard;
    uint32_t        max_rows; /* of a batch; 0: the default */
    bool            checked;
};

static void take_output(pgcopy_session *s, struct stream *server)
{
    const void *out;
    size_t      len;

    while ((out = pgcopy_session_send_buf(s, &len))) {
        put(server, out, len);
        pgcopy_session_send_ack(s, len);
    }
}

static void work(pgcopy_session *s, struct transcript *t, struct stream *server,
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

static bool run(struct transcript *t, struct test_cut cut, const pgcopy_allocator *a)
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

static void run_cut(struct test_cut cut, void *arg)
{
    struct transcript *t = arg;

    assert_true(run(t, cut, NULL));
    assert_string_equal(t->heard.chars, t->told);
    if (t->events)
        assert_string_equal(t->db.events.chars, t->events);
}

static bool run_failing(const pgcopy_allocator *a, void *arg)
{
    struct transcript *t = arg;

    return run(t, (struct test_cut){.at = SIZE_MAX}, a) && strcmp(t->heard.chars, t->told) == 0;
}

static void transcript(const char *lines, const char *refuse, const char *told,
                       const char *events, uint32_t max_rows)
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

/* A test: lines of the client, what it hears, what the database hears between the greeting and
   the good-bye. */
#define LOGIN            "R ZI\n"
#define DATABASE(events) "startup connect " events "close "

static void check(const char *lines, const char *told, const char *events)
{
    transcript(lines, NULL, told, events, 0);
}

/* ---- COPY
 * ------------------------------------------------------------------------------------------ */

static void copy_from_is_atomic_and_commits_before_its_tag(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n2\ty\\n\nc\nX", LOGIN "G C(COPY 2) ZI\n",
          DATABASE("(begin copy-in rows:2!! copy-done (commit "));
}

static void rows_may_be_cut_between_messages(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN CSV\nd 1,\nd \"x\nd y\"\\n2\nd ,z\nc\nX",
          LOGIN "G C(COPY 2) ZI\n", DATABASE("(begin copy-in rows:2!! copy-done (commit "));
}

static void batches_follow_each_other(void **state)
{
    (void)state;
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n2\ty\\n3\tz\\n4\tu\\n5\tv\\n\nc\nX", NULL,
               LOGIN "G C(COPY 5) ZI\n",
               DATABASE("(begin copy-in rows:2 rows:2 rows:1!! copy-done (commit "), 2);
}

static void no_rows_are_no_batch(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nc\nX", LOGIN "G C(COPY 0) ZI\n",
          DATABASE("(begin copy-in copy-done (commit "));
}

static void a_bad_row_refuses_all_and_the_session_lives(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n2\\n3\tz\\n\nd 4\tu\\n\nc\nQ SELECT 1\nX",
          LOGIN "G E(ERROR 22P04 missing data for column \"b\" | COPY t, line 2: \"2\") ZI\n"
                "T D(1,x,y) D(2,x,y) C(SELECT 2) ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback statement want want want "));
}

static void a_wrong_value_names_line_and_column(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\nq\ty\\n\nc\nX",
          LOGIN
          "G E(ERROR 22P02 invalid input syntax for type integer: \"q\" | COPY t, line 2, "
          "column a: \"q\") ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nd q\ty\\n\nd 3\\n\nd \\.\\n\nc\nX",
          LOGIN
          "G E(ERROR 22P02 invalid input syntax for type integer: \"q\" | COPY t, line 2, "
          "column a: \"q\") ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
}

static void copy_fail_is_57014(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nf no more\nX",
          LOGIN "G E(ERROR 57014 COPY from stdin failed: no more | COPY t, line 2) ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nd 2\ty\\n\nd 3\t\nf no more\nX",
          LOGIN "G E(ERROR 57014 COPY from stdin failed: no more | COPY t, line 3) ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
}

static void what_comes_late_is_dropped(void **state)
{
    (void)state;
    check("Q COPY nowhere FROM STDIN\nd 1\tx\\n\nc\nf late\nQ \nX",
          LOGIN "G C(COPY 1) ZI\nI ZI\n", NULL);
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nc\nf late\nQ \nX", "copy-in",
               LOGIN "E(ERROR 58000 refused) ZI\nI ZI\n", DATABASE("(begin copy-in (rollback "),
               0);
}

static void flush_and_sync_are_swallowed(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nS\nd 1\tx\\n\nH\nc\nS\nX", LOGIN "G C(COPY 1) ZI\nZI\n",
          DATABASE("(begin copy-in rows:1!! copy-done (commit "));
}

static void another_message_is_abuse(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n\nQ SELECT 1",
          LOGIN "G E(ERROR 08P01 unexpected message type 0x51 during COPY from stdin | COPY t, "
                "line 2) E(FATAL 08P01 terminating connection because protocol "
                "synchronization was lost) ",
          DATABASE("(begin copy-in "));
}

static void a_client_that_vanishes_stores_nothing(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN\nd 1\tx\\n",
          LOGIN
          "G E(ERROR 08006 unexpected EOF on client connection with an open transaction | "
          "COPY t, line 2) E(FATAL 08P01 terminating connection because protocol "
          "synchronization was lost) ",
          DATABASE("(begin copy-in "));
}

static void a_refused_batch_drops_the_next(void **state)
{
    (void)state;
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n2\ty\\n3\tz\\n4\\n\nc\nX", "rows",
               LOGIN "G E(ERROR 58000 refused | COPY t) ZI\n",
               DATABASE("(begin copy-in rows:2 copy-fail (rollback "), 2);
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nd 2\ty\\n\nd 3\tz\\n\nd 4\\n\nc\nX", "rows",
               LOGIN "G E(ERROR 58000 refused | COPY t) ZI\n",
               DATABASE("(begin copy-in rows:2 copy-fail (rollback "), 2);
}

static void a_refused_end_or_commit_takes_the_place_of_the_tag(void **state)
{
    (void)state;
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nc\nX", "copy-done",
               LOGIN "G E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin copy-in rows:1!! copy-done (rollback "), 0);
    transcript("Q COPY t FROM STDIN\nd 1\tx\\n\nc\nX", "commit",
               LOGIN "G E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin copy-in rows:1!! copy-done (commit "), 0);
    transcript("Q COPY t FROM STDIN\nX", "begin", LOGIN "E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin "), 0);
}

static void copy_to_sends_a_message_a_row(void **state)
{
    (void)state;
    check("Q COPY t TO STDOUT\nX", LOGIN "H d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) ZI\n",
          DATABASE("copy-out want want want "));
    check("Q COPY t TO STDOUT (FORMAT csv, HEADER)\nX",
          LOGIN "H d(a,b\\n) d(1,\"x,y\"\\n) d(2,\"x,y\"\\n) c C(COPY 2) ZI\n", NULL);
    check("Q COPY (SELECT 1) TO STDOUT\nX",
          LOGIN "H d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) ZI\n", NULL);
}

static void a_file_is_refused_before_the_table_is_looked_at(void **state)
{
    (void)state;
    check("Q COPY t (a, a) FROM '/etc/passwd'\nQ COPY nope TO PROGRAM 'true' (WHAT)\nX",
          LOGIN "E(ERROR 42501 permission denied to COPY from a file) ZI\n"
                "E(ERROR 42501 permission denied to COPY to or from an external program) ZI\n",
          DATABASE(""));
}

/* ---- Queries and transactions
 * --------------------------------------------------------------------- */

static void positions_count_from_the_start_of_the_string(void **state)
{
    (void)state;
    check("Q DELETE FROM t;  COPY t FROM STDIN (FORMAT xml)\nQ DELETE FROM t; SELECT 'x\nX",
          LOGIN "C(DELETE 3) E(ERROR 22023 COPY format \"xml\" not recognized @36) ZI\n"
                "E(ERROR 42601 unterminated quoted string at or near \"'x\" @23) ZI\n",
          NULL);
    transcript("Q DELETE FROM t; SELECT 1\nX", "statement statement",
               LOGIN "C(DELETE 3) E(ERROR 58000 refused @16) ZI\n", NULL, 0);
}

static void another_database_is_out_of_reach(void **state)
{
    (void)state;
    check("Q COPY other.s.t TO STDOUT\nQ COPY clinic.s.t TO STDOUT\nX",
          LOGIN "E(ERROR 0A000 cross-database references are not implemented: \"other.s.t\") "
                "ZI\nH d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) ZI\n",
          DATABASE("copy-out want want want "));
}

static void one_statement_runs_by_itself(void **state)
{
    (void)state;
    check("Q INSERT INTO t VALUES (1)\nX", LOGIN "C(INSERT 0 3) ZI\n", DATABASE("statement "));
    check("Q CREATE TABLE u (a int)\nX", LOGIN "C(CREATE TABLE) ZI\n", DATABASE("statement "));
}

static void a_string_of_many_is_one_transaction(void **state)
{
    (void)state;
    check("Q DELETE FROM t; UPDATE t SET a = 1; \nX", LOGIN "C(DELETE 3) C(UPDATE 3) ZI\n",
          DATABASE("(begin statement statement (commit "));
    transcript("Q DELETE FROM t; COPY t TO STDOUT; DELETE FROM t\nX", "copy-out",
               LOGIN "C(DELETE 3) E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin statement copy-out (rollback "), 0);
    check("Q DELETE FROM t; SELEC T; COPY t FROM STDIN (FORMAT 'x\nX",
          LOGIN "E(ERROR 42601 unterminated quoted string at or near \"'x\" @51) ZI\n",
          DATABASE(""));
}

static void a_block_shows_t_and_e(void **state)
{
    (void)state;
    check("Q BEGIN\nQ COPY t FROM STDIN\nd 1\tx\\n\nc\nQ COMMIT\nX",
          LOGIN "C(BEGIN) ZT\nG C(COPY 1) ZT\nC(COMMIT) ZI\n",
          DATABASE("begin copy-in rows:1! copy-done commit "));
    check("Q BEGIN\nQ COPY t FROM STDIN\nd 1\\n\nc\nQ SELECT 1\nQ COMMIT\nX",
          LOGIN "C(BEGIN) ZT\nG E(ERROR 22P04 missing data for column \"b\" | COPY t, line 1: "
                "\"1\") ZE\nE(ERROR 25P02 current transaction is aborted, commands ignored "
                "until end of transaction block) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin copy-in copy-fail (rollback "));
}

static void a_second_begin_warns_and_sets_what_it_says(void **state)
{
    (void)state;
    check("Q BEGIN\nQ BEGIN READ ONLY\nQ COPY t FROM STDIN\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) ZT\nN(WARNING 25001 there is already a transaction in progress) "
                "C(BEGIN) ZT\nE(ERROR 25006 cannot execute COPY FROM in a read-only "
                "transaction) ZE\nC(ROLLBACK) ZI\n",
          NULL);
    check("Q BEGIN\nQ BEGIN\nQ COMMIT\nX",
          LOGIN "C(BEGIN) ZT\nN(WARNING 25001 there is already a transaction in progress) "
                "C(BEGIN) ZT\nC(COMMIT) ZI\n",
          DATABASE("begin commit "));
}

static void what_is_chained_has_the_modes_unless_it_failed(void **state)
{
    (void)state;
    check("Q BEGIN READ ONLY\nQ COMMIT AND CHAIN\nQ COPY t FROM STDIN\nQ COMMIT AND CHAIN\n"
          "Q COPY t FROM STDIN\nc\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) ZT\nC(COMMIT) ZT\nE(ERROR 25006 cannot execute COPY FROM in a "
                "read-only transaction) ZE\nC(ROLLBACK) ZT\nG C(COPY 0) ZT\nC(ROLLBACK) ZI\n",
          NULL);
}

static void savepoints_bring_a_failed_block_back(void **state)
{
    (void)state;
    transcript(
        "Q BEGIN\nQ SAVEPOINT a\nQ DELETE FROM t\nQ ROLLBACK TO a\nQ RELEASE a\nQ COMMIT\nX",
        "statement",
        LOGIN "C(BEGIN) ZT\nC(SAVEPOINT) ZT\nE(ERROR 58000 refused) ZE\nC(ROLLBACK) ZT\n"
              "C(RELEASE) ZT\nC(COMMIT) ZI\n",
        DATABASE("begin savepoint:a statement (rollback-to:a rollback-to:a release:a "
                 "commit "),
        0);
    check("Q SAVEPOINT a\nQ BEGIN; RELEASE b\nQ ROLLBACK\nX",
          LOGIN "E(ERROR 25P01 SAVEPOINT can only be used in transaction blocks) ZI\n"
                "C(BEGIN) E(ERROR 3B001 savepoint \"b\" does not exist) ZE\nC(ROLLBACK) ZI\n",
          NULL);
}

static void commit_without_begin_warns_and_ends_the_implicit_one(void **state)
{
    (void)state;
    check("Q COMMIT\nQ DELETE FROM t; COMMIT; DELETE FROM t\nX",
          LOGIN "N(WARNING 25P01 there is no transaction in progress) C(COMMIT) ZI\n"
                "C(DELETE 3) N(WARNING 25P01 there is no transaction in progress) C(COMMIT) "
                "C(DELETE 3) ZI\n",
          DATABASE("(begin statement commit (begin statement (commit "));
}

static void begin_adopts_what_a_string_has_done(void **state)
{
    (void)state;
    check("Q DELETE FROM t; BEGIN; DELETE FROM t\nQ COMMIT AND CHAIN\nQ ROLLBACK\nX",
          LOGIN "C(DELETE 3) C(BEGIN) C(DELETE 3) ZT\nC(COMMIT) ZT\nC(ROLLBACK) ZI\n",
          DATABASE("(begin statement statement commit begin rollback "));
}

static void vacuum_stands_alone(void **state)
{
    (void)state;
    check("Q VACUUM; SELECT 1\nQ VACUUM\nX",
          LOGIN
          "E(ERROR 25001 VACUUM cannot run inside a transaction block) ZI\nC(VACUUM) ZI\n",
          DATABASE("statement "));
}

#define NOT_NEW                                                                        \
    "G E(ERROR 55000 cannot perform COPY FREEZE because the table was not created or " \
    "truncated "                                                                       \
    "in the current subtransaction) Z"
#define ACTIVITY \
    "G E(ERROR 25000 cannot perform COPY FREEZE because of prior transaction activity) "

/* What is expected was said by PostgreSQL 18.4. */
static void freeze_needs_a_table_of_its_subtransaction(void **state)
{
    (void)state;
    check("Q COPY t FROM STDIN (FREEZE)\nQ BEGIN\nQ COPY t FROM STDIN (FREEZE)\nQ ROLLBACK\n"
          "Q SELECT 1; COPY t FROM STDIN (FREEZE)\nX",
          LOGIN NOT_NEW "I\nC(BEGIN) ZT\n" NOT_NEW
                        "E\nC(ROLLBACK) ZI\nT D(1,x,y) D(2,x,y) C(SELECT 2) " NOT_NEW "I\n",
          NULL);
    check("Q BEGIN; CREATE TABLE t (a int); SELECT 1; COPY t FROM STDIN (FREEZE)\nc\nQ "
          "SAVEPOINT s\n"
          "Q COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(CREATE TABLE) T D(1,x,y) D(2,x,y) C(SELECT 2) G C(COPY 0) ZT\n"
                "C(SAVEPOINT) ZT\n" NOT_NEW "E\n",
          NULL);
    check("Q BEGIN; SAVEPOINT s; TRUNCATE t; RELEASE s; COPY t FROM STDIN (FREEZE)\nc\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) C(TRUNCATE TABLE) C(RELEASE) G C(COPY 0) ZT\n", NULL);
    check("Q BEGIN; TRUNCATE t; SAVEPOINT s; ROLLBACK TO s; RELEASE s; COPY t FROM STDIN "
          "(FREEZE)\nc\nX",
          LOGIN
          "C(BEGIN) C(TRUNCATE TABLE) C(SAVEPOINT) C(ROLLBACK) C(RELEASE) G C(COPY 0) ZT\n",
          NULL);
    check("Q BEGIN; SAVEPOINT s; TRUNCATE t; ROLLBACK TO s; COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) C(TRUNCATE TABLE) C(ROLLBACK) " NOT_NEW "E\n", NULL);
    check("Q BEGIN; TRUNCATE t; COMMIT AND CHAIN; COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(TRUNCATE TABLE) C(COMMIT) " NOT_NEW "E\n", NULL);
}

static void freeze_stands_no_other_portal(void **state)
{
    (void)state;
    check("Q BEGIN; TRUNCATE t\nP s|SELECT 1\nB p|s|\nS\nQ COPY t FROM STDIN (FREEZE)\nX",
          LOGIN "C(BEGIN) C(TRUNCATE TABLE) ZT\n1 2 ZT\n" ACTIVITY "ZE\n", NULL);
    check(
        "Q BEGIN\nP s|SELECT 1\nB p|s|\nE p|0\nP |COPY t FROM STDIN (FREEZE)\nB ||\nE |0\nS\nX",
        LOGIN "C(BEGIN) ZT\n1 2 D(1,x,y) D(2,x,y) C(SELECT 2) 1 2 " ACTIVITY "ZE\n", NULL);
    check(
        "Q BEGIN; TRUNCATE t\nP s|DELETE FROM t\nB p|s|\nE p|0\nP |COPY t FROM STDIN (FREEZE)\n"
        "B ||\nE |0\nc\nS\nX",
        LOGIN "C(BEGIN) C(TRUNCATE TABLE) ZT\n1 2 C(DELETE 3) 1 2 G C(COPY 0) ZT\n", NULL);
    check("Q BEGIN; TRUNCATE t\nP e|\nB e|e|\nE e|0\nP |COPY t FROM STDIN (FREEZE)\nB ||\nE "
          "|0\nS\nX",
          LOGIN "C(BEGIN) C(TRUNCATE TABLE) ZT\n1 2 I 1 2 " ACTIVITY "ZE\n", NULL);
}

static void settings_follow_transactions(void **state)
{
    (void)state;
    check("Q SET application_name = 'b'\nQ BEGIN; SET application_name = 'c'\nQ ROLLBACK\n"
          "Q SHOW application_name\nX",
          LOGIN "C(SET) ZI\nC(BEGIN) C(SET) ZT\nC(ROLLBACK) ZI\nT D(b) C(SHOW) ZI\n",
          DATABASE("begin rollback "));
    check("Q BEGIN; SET LOCAL statement_timeout = '90s'; SHOW statement_timeout; COMMIT; SHOW "
          "statement_timeout\nQ SET nonsense = 1\nX",
          LOGIN "C(BEGIN) C(SET) T D(90s) C(SHOW) C(COMMIT) T D(0) C(SHOW) ZI\nE(ERROR 42704 "
                "unrecognized configuration parameter \"nonsense\") ZI\n",
          NULL);
}

#define BAD_DATESTYLE(s) \
    "E(ERROR 22023 invalid value for parameter \"DateStyle\": \"" s "\") ZI\n"

/* SET and SHOW, once for each value; each begins with what the one before left. */
static void set_datestyles(const char *const (*values)[2], size_t n)
{
    char client[TEXT_MAX] = "", told[TEXT_MAX] = LOGIN;

    for (size_t i = 0; i < n; i++) {
        size_t c = strlen(client), t = strlen(told);
        snprintf(client + c, sizeof client - c, "Q SET datestyle = '%s'; SHOW datestyle\n",
                 values[i][0]);
        snprintf(told + t, sizeof told - t, "C(SET) T D(%s) C(SHOW) ZI\n", values[i][1]);
    }
    strcat(client, "X");
    check(client, told, NULL);
}

/* What is expected was said by PostgreSQL 18.4. */
static void datestyle_is_put_together_word_by_word(void **state)
{
    static const char *const half[][2]  = {{"dmy", "ISO, DMY"},
                                           {"european, sql", "SQL, DMY"},
                                           {"default", "ISO, MDY"},
                                           {"german", "German, DMY"},
                                           {"iso", "ISO, DMY"},
                                           {"german, mdy", "German, MDY"},
                                           {"mdy, german", "German, MDY"},
                                           {"", "German, MDY"}};
    static const char *const other[][2] = {{"ISO , iso,dmy", "ISO, DMY"},
                                           {"\"ISO\", \"ymd\"", "ISO, YMD"},
                                           {"postgresqlx, europex", "Postgres, DMY"},
                                           {"noneuropean", "Postgres, MDY"},
                                           {"ymd, default", "ISO, YMD"},
                                           {"german, default", "German, MDY"},
                                           {"default, german", "German, DMY"},
                                           {"us", "German, MDY"}};

    (void)state;
    set_datestyles(half, sizeof half / sizeof *half);
    set_datestyles(other, sizeof other / sizeof *other);
}

static void datestyle_may_be_refused(void **state)
{
    (void)state;
    check(
        "Q SET datestyle = 'ISO MDY'\nQ SET datestyle = 'iso,,mdy'\nQ SET datestyle = 'iso,'\n"
        "Q SET datestyle = ' , '\nQ SET datestyle = '\"iso'\nQ SET datestyle = 'usa'\n"
        "Q SET datestyle = 'dmy, mdy'\nQ SET datestyle = 'iso, sql'\nQ SHOW datestyle\nX",
        LOGIN BAD_DATESTYLE("ISO MDY") BAD_DATESTYLE("iso,,mdy") BAD_DATESTYLE("iso,")
            BAD_DATESTYLE(" , ") BAD_DATESTYLE("\"iso") BAD_DATESTYLE("usa")
                BAD_DATESTYLE("dmy, mdy")
                    BAD_DATESTYLE("iso, sql") "T D(ISO, MDY) C(SHOW) ZI\n",
        NULL);
}

static void settings_are_selected_as_they_are_shown(void **state)
{
    (void)state;
    check("Q SELECT pg_catalog.set_config('search_path', '', false);\n"
          "Q SELECT current_setting('search_path')\nQ SELECT current_setting('what', true)\n"
          "Q SELECT current_setting('what')\nQ SELECT set_config('what', '1', false)\nX",
          LOGIN "T D() C(SELECT 1) ZI\nT D() C(SELECT 1) ZI\nT D() C(SELECT 1) ZI\n"
                "E(ERROR 42704 unrecognized configuration parameter \"what\") ZI\n"
                "E(ERROR 42704 unrecognized configuration parameter \"what\") ZI\n",
          DATABASE(""));
    check("Q SELECT set_config('statement_timeout', '90000', true); SHOW statement_timeout\n"
          "Q SELECT set_config('statement_timeout', '1s', true)\nQ SHOW statement_timeout\n"
          "Q BEGIN; SELECT set_config('statement_timeout', '2s', false); ROLLBACK; SHOW "
          "statement_timeout\nX",
          LOGIN "T D(90s) C(SELECT 1) T D(90s) C(SHOW) ZI\nT D(1s) C(SELECT 1) ZI\n"
                "T D(0) C(SHOW) ZI\n"
                "C(BEGIN) T D(2s) C(SELECT 1) C(ROLLBACK) T D(0) C(SHOW) ZI\n",
          NULL);
    check("P a|SELECT set_config('application_name', 'b', false) AS c\nD Sa\nB |a|\nE |0\nS\nX",
          LOGIN "1 t T 2 D(b) C(SELECT 1) ZI\n", DATABASE(""));
}

static void a_read_only_transaction_refuses_what_writes(void **state)
{
    (void)state;
    check("Q BEGIN READ ONLY; INSERT INTO t VALUES (1)\nQ ROLLBACK\n"
          "Q INSERT INTO t VALUES (1); DELETE FROM t\nX",
          LOGIN "C(BEGIN) E(ERROR 25006 cannot execute INSERT in a read-only transaction) ZE\n"
                "C(ROLLBACK) ZI\nC(INSERT 0 3) C(DELETE 3) ZI\n",
          DATABASE("begin (rollback (begin statement statement (commit "));
    check("Q BEGIN; SET TRANSACTION READ ONLY; SELECT 1; CREATE TABLE u AS SELECT 1\nQ END\nX",
          LOGIN "C(BEGIN) C(SET) T D(1,x,y) D(2,x,y) C(SELECT 2) E(ERROR 25006 cannot execute "
                "CREATE TABLE AS in a read-only transaction) ZE\nC(ROLLBACK) ZI\n",
          NULL);
    check("Q SET default_transaction_read_only = on\nQ DROP TABLE t\nQ VACUUM\n"
          "Q BEGIN READ WRITE; DROP TABLE t; COMMIT\nX",
          LOGIN
          "C(SET) ZI\nE(ERROR 25006 cannot execute DROP TABLE in a read-only transaction) "
          "ZI\nC(VACUUM) ZI\nC(BEGIN) C(DROP TABLE) C(COMMIT) ZI\n",
          NULL);
    check("P |TRUNCATE t\nS\nB ||\nE |0\nS\nX", LOGIN "1 ZI\n2 C(TRUNCATE TABLE) ZI\n", NULL);
    check("Q BEGIN READ ONLY\nP |TRUNCATE t\nB ||\nE |0\nS\nX",
          LOGIN "C(BEGIN) ZT\n1 2 E(ERROR 25006 cannot execute TRUNCATE TABLE in a read-only "
                "transaction) ZE\n",
          NULL);
}

static void a_transaction_shows_its_modes(void **state)
{
    (void)state;
    check("Q BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY; SHOW transaction_isolation; SHOW "
          "transaction_read_only; ROLLBACK; SHOW TRANSACTION ISOLATION LEVEL; SHOW "
          "transaction_read_only\nX",
          LOGIN "C(BEGIN) T D(serializable) C(SHOW) T D(on) C(SHOW) C(ROLLBACK) T D(read "
                "committed) C(SHOW) T D(off) C(SHOW) ZI\n",
          NULL);
    check(
        "Q SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ\n"
        "Q BEGIN; SHOW transaction_isolation; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
        "SHOW transaction_isolation; END\nX",
        LOGIN "C(SET) ZI\nC(BEGIN) T D(repeatable read) C(SHOW) C(SET) T D(read committed) "
              "C(SHOW) C(COMMIT) ZI\n",
        NULL);
}

/* As PostgreSQL 15 answers; an isolation that the transaction has is no change. */
static void modes_come_too_late_behind_a_query(void **state)
{
    (void)state;
    check("Q BEGIN; INSERT 1; BEGIN ISOLATION LEVEL SERIALIZABLE\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) C(INSERT 0 3) N(WARNING 25001 there is already a transaction in "
                "progress) E(ERROR 25001 SET TRANSACTION ISOLATION LEVEL must be called before "
                "any query) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin statement (rollback "));
    check("Q INSERT 1; BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT 1\nX",
          LOGIN "C(INSERT 0 3) E(ERROR 25001 SET TRANSACTION ISOLATION LEVEL must be called "
                "before any query) ZI\n",
          NULL);
    check("Q BEGIN; SAVEPOINT a; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET "
          "TRANSACTION ISOLATION LEVEL SERIALIZABLE\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) C(SET) E(ERROR 25001 SET TRANSACTION ISOLATION LEVEL "
                "must not be called in a subtransaction) ZE\n",
          NULL);
    check("Q BEGIN READ ONLY; SAVEPOINT a; SET TRANSACTION READ WRITE\nX",
          LOGIN "C(BEGIN) C(SAVEPOINT) E(ERROR 25001 cannot set transaction read-write mode "
                "inside a read-only transaction) ZE\n",
          NULL);
    check("Q BEGIN READ ONLY; SET TRANSACTION READ WRITE; INSERT 1; SET TRANSACTION READ ONLY; "
          "BEGIN READ WRITE\nX",
          LOGIN "C(BEGIN) C(SET) C(INSERT 0 3) C(SET) N(WARNING 25001 there is already a "
                "transaction in progress) E(ERROR 25001 transaction read-write mode must be "
                "set before any query) ZE\n",
          NULL);
}

static void empty_queries_are_answered(void **state)
{
    (void)state;
    check("Q \nQ ;;\nQ -- nothing\nX", LOGIN "I ZI\nI ZI\nI ZI\n", DATABASE(""));
}

/* ---- Out of place
 * ----------------------------------------------------------------------------------- */

static void an_execute_before_sync_needs_no_transaction(void **state)
{
    (void)state;
    check("P |INSERT INTO t VALUES ($1, $2)\nB ||7,~\nD P\nE |0\nS\nX",
          LOGIN "1 2 n C(INSERT 0 3) ZI\n", DATABASE("describe statement $7 $ "));
    check("P |INSERT INTO t VALUES ($1, $2)\nB ||7,~\nD S\nE |0\nS\nX",
          LOGIN "1 2 t n C(INSERT 0 3) ZI\n", DATABASE("describe statement $7 $ "));
    check("P a|SELECT 1\nD Sa\nS\nB p|a|\nE p|0\nS\nX",
          LOGIN "1 t T ZI\n2 D(1,x,y) D(2,x,y) C(SELECT 2) ZI\n",
          DATABASE("describe statement want want want "));
}

static void a_span_until_sync_is_one_transaction(void **state)
{
    (void)state;
    check("P |DELETE FROM t\nB ||\nE |0\nB ||\nE |0\nS\nX",
          LOGIN "1 2 C(DELETE 3) 2 C(DELETE 3) ZI\n",
          DATABASE("(begin statement statement (commit "));
    transcript("P |DELETE FROM t\nB ||\nE |0\nP |COPY t TO STDOUT\nB ||\nE |0\nP x|y\nQ SELECT "
               "1\nS\nX",
               "copy-out", LOGIN "1 2 C(DELETE 3) 1 2 E(ERROR 58000 refused) ZI\n",
               DATABASE("(begin statement copy-out (rollback "), 0);
}

static void a_row_limit_suspends_the_portal(void **state)
{
    (void)state;
    check("P |SELECT 1\nB ||\nE |1\nE |1\nE |1\nE |0\nS\nX",
          LOGIN "1 2 D(1,x,y) s D(2,x,y) s C(SELECT 0) C(SELECT 0) ZI\n",
          DATABASE("(begin statement want want want (commit "));
    check("P |SELECT 1\nB ||\nE |1\nS\nE |0\nS\nX",
          LOGIN "1 2 D(1,x,y) s ZI\nE(ERROR 34000 portal \"\" does not exist) ZI\n",
          DATABASE("statement want finish "));
    check("Q BEGIN\nP |SELECT 1\nB p||\nE p|1\nS\nE p|0\nC Pp\nE p|0\nS\nQ ROLLBACK\nX",
          LOGIN "C(BEGIN) ZT\n1 2 D(1,x,y) s ZT\nD(2,x,y) C(SELECT 1) 3 E(ERROR 34000 portal "
                "\"p\" does not exist) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin statement want want want (rollback "));
}

static void copy_by_extended_query_swallows_the_first_sync(void **state)
{
    (void)state;
    check("P |COPY t FROM STDIN\nB ||\nD P\nE |0\nS\nd 1\tx\\n\nc\nS\nX",
          LOGIN "1 2 n G C(COPY 1) ZI\n",
          DATABASE("(begin copy-in rows:1! copy-done (commit "));
    check("P |COPY t FROM STDIN\nB ||\nE |0\nS\nd 1\\n\nc\nQ SELECT 1\nS\nX",
          LOGIN "1 2 G E(ERROR 22P04 missing data for column \"b\" | COPY t, line 1: \"1\") "
                "ZI\n",
          DATABASE("(begin copy-in copy-fail (rollback "));
    transcript("P |COPY t FROM STDIN\nB ||\nE |0\nS\nd 1\\n\nc\nS\nX", "copy-in",
               LOGIN "1 2 E(ERROR 58000 refused) ZI\nZI\n",
               DATABASE("(begin copy-in (rollback "), 0);
    check("P |COPY t TO STDOUT\nB ||\nE |1\nE |1\nS\nX",
          LOGIN
          "1 2 H d(1\tx,y\\n) d(2\tx,y\\n) c C(COPY 2) E(ERROR 55000 portal \"\" cannot be "
          "run) ZI\n",
          DATABASE("(begin copy-out want want want (rollback "));
}

static void mistakes_of_extended_query_have_their_words(void **state)
{
    (void)state;
    check("B |x|\nS\nD Sx\nS\nE x|0\nS\nP |SELECT 1; SELECT 2\nS\nP |SELECT $1\nB ||\nS\nX",
          LOGIN
          "E(ERROR 26000 prepared statement \"x\" does not exist) ZI\n"
          "E(ERROR 26000 prepared statement \"x\" does not exist) ZI\n"
          "E(ERROR 34000 portal \"x\" does not exist) ZI\n"
          "E(ERROR 42601 cannot insert multiple commands into a prepared statement) ZI\n"
          "1 E(ERROR 08P01 bind message supplies 0 parameters, but prepared statement \"\" "
          "requires 1) ZI\n",
          DATABASE(""));
    check("P a|SELECT 1\nP a|SELECT 1\nS\nQ DEALLOCATE a\nP a|\nB |a|\nD P\nE |0\nC Sa\nB "
          "|a|\nS\nX",
          LOGIN
          "1 E(ERROR 42P05 prepared statement \"a\" already exists) ZI\nC(DEALLOCATE) ZI\n"
          "1 2 n I 3 E(ERROR 26000 prepared statement \"a\" does not exist) ZI\n",
          DATABASE(""));
}

static void transactions_by_extended_query(void **state)
{
    (void)state;
    check("P |BEGIN\nB ||\nE |0\nP |DELETE FROM t\nB ||\nE |0\nS\nP |COMMIT\nB ||\nE |0\nS\nX",
          LOGIN "1 2 C(BEGIN) 1 2 C(DELETE 3) ZT\n1 2 C(COMMIT) ZI\n",
          DATABASE("begin statement commit "));
    check("P |SHOW application_name\nB ||\nD P\nE |0\nS\nP |SET application_name = x\nB ||\nE "
          "|1\nS\nX",
          LOGIN "1 2 T D(test) C(SHOW) ZI\n1 2 C(SET) ZI\n", DATABASE(""));
    check("P |SHOW application_name\nB ||\nE |1\nE |1\nE |1\nS\n"
          "P |SELECT current_setting('application_name')\nB ||\nE |1\nE |2\nS\n"
          "P |SHOW application_name\nB ||\nE |2\nS\nX",
          LOGIN "1 2 D(test) s C(SHOW) C(SHOW) ZI\n1 2 D(test) s C(SELECT 0) ZI\n"
                "1 2 D(test) C(SHOW) ZI\n",
          DATABASE(""));
    check("Q BEGIN; SELEC 'x\nP |SELECT 1\nS\nP |ROLLBACK\nB ||\nE |0\nS\nX",
          LOGIN "E(ERROR 42601 unterminated quoted string at or near \"'x\" @14) ZI\n1 ZI\n1 2 "
                "N(WARNING "
                "25P01 there is no transaction in progress) C(ROLLBACK) ZI\n",
          DATABASE(""));
    check("Q BEGIN\nF x\nP |\nB ||\nS\nX",
          LOGIN
          "C(BEGIN) ZT\nE(ERROR 0A000 function calls are not supported) ZE\n1 E(ERROR 25P02 "
          "current transaction is aborted, commands ignored until end of transaction "
          "block) ZE\n",
          NULL);
    check("Q BEGIN\nF x\nP |SELECT 1\nB ||\nS\nQ ROLLBACK\nX",
          LOGIN
          "C(BEGIN) ZT\nE(ERROR 0A000 function calls are not supported) ZE\nE(ERROR 25P02 "
          "current transaction is aborted, commands ignored until end of transaction "
          "block) ZE\nC(ROLLBACK) ZI\n",
          DATABASE("begin (rollback "));
}

static void unknown_messages_end_it(void **state)
{
    (void)state;
    check("Q \ny what", LOGIN "I ZI\nE(FATAL 08P01 invalid frontend message type 121) ",
          DATABASE(""));
    check("\1 x", LOGIN "E(FATAL 08P01 invalid frontend message type 1) ", DATABASE(""));
    check("p secret", LOGIN "E(FATAL 08P01 invalid frontend message type 112) ", DATABASE(""));
}

static void the_end_of_input_is_a_silent_end(void **state)
{
    (void)state;
    check("Q BEGIN", LOGIN "C(BEGIN) ZT\n", DATABASE("begin "));
    check("", LOGIN, DATABASE(""));
}

/* ---- Beside the script
 * -------------------------------------------------------------------------------- */

static pgcopy_session *session_that_is_ready(const pgcopy_session_opts *opts,
                                             struct transcript *t, struct stream *server)
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

static void send_lines(pgcopy_session *s, struct transcript *t, const char *lines)
{
    t->client.len = 0;
    script(&t->client, lines);
    assert_int_equal(pgcopy_session_feed(s, t->client.data, t->client.len), t->client.len);
}

static void expect(struct transcript *t, struct stream *server, const char *told)
{
    t->heard = (struct text){.len = 0};
    hear(t, server);
    assert_string_equal(t->heard.chars, told);
    server->len = 0;
}

static void cancel_waits_for_the_next_row(void **state)
{
    struct transcript *t      = calloc(1, sizeof *t);
    struct stream     *server = calloc(1, sizeof *server);
    pgcopy_session    *s;

    (void)state;
    assert_true(t && server);
    s = session_that_is_ready(NULL, t, server);
    pgcopy_session_cancel(s); /* nothing runs: forgotten */
    send_lines(s, t, "Q COPY t FROM STDIN\nd 1\tx\\n");
    work(s, t, server, NULL);
    expect(t, server, "G ");
    pgcopy_session_cancel(s);
    send_lines(s, t, "d 2\t");
    work(s, t, server, NULL);
    expect(t, server, "");
    send_lines(s, t, "d y\\n\nc\nQ DELETE FROM t");
    work(s, t, server, NULL);
    expect(t, server,
           "E(ERROR 57014 canceling statement due to user request | COPY t, line 2: "
           "\"2\ty\") ZI\nC(DELETE 3) ZI\n");
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    assert_true(pgcopy_session_over(s) && t->db.closed);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

static void an_end_from_above_is_fatal_with_context(void **state)
{
    struct transcript *t      = calloc(1, sizeof *t);
    struct stream     *server = calloc(1, sizeof *server);
    pgcopy_session    *s;

    (void)state;
    assert_true(t && server);
    s = session_that_is_ready(NULL, t, server);
    send_lines(s, t, "Q COPY t FROM STDIN\nd 1\tx\\n");
    work(s, t, server, NULL);
    server->len = 0;
    pgcopy_session_end(s, NULL);
    work(s, t, server, NULL);
    expect(
        t, server,
        "E(FATAL 57P01 terminating connection due to administrator command | COPY t, line 2) ");
    assert_true(pgcopy_session_over(s));
    assert_int_equal(pgcopy_session_progress(s)->state, PGCOPY_COPY_FAILED);
    assert_string_equal(pgcopy_session_progress(s)->sqlstate, "57P01");
    pgcopy_session_free(s);
    free(t);
    free(server);
}

static void the_next_batch_is_decoded_beside_the_first(void **state)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 1};
    pgcopy_session_opts opts   = {.size = sizeof opts, .batch = &limits};
    struct transcript  *t      = calloc(1, sizeof *t);
    struct stream      *server = calloc(1, sizeof *server);
    const pgcopy_event *ev;
    pgcopy_session     *s;

    (void)state;
    assert_true(t && server);
    s = session_that_is_ready(&opts, t, server);
    send_lines(s, t, "Q COPY t FROM STDIN");
    work(s, t, server, NULL);
    send_lines(s, t, "d 1\tx\\n2\\n");
    ev = pgcopy_session_next(s);
    assert_true(ev && ev->type == PGCOPY_EVENT_ROWS);
    assert_null(pgcopy_session_next(s)); /* line 2 is bad, but that is not said yet */
    server->len = 0;
    take_output(s, server);
    expect(t, server, "");
    assert_int_equal(pgcopy_session_accept(s), PGCOPY_OK);
    assert_int_equal(pgcopy_session_accept(s), PGCOPY_ERR_USAGE);
    work(s, t, server, NULL);
    expect(t, server,
           "E(ERROR 22P04 missing data for column \"b\" | COPY t, line 2: \"2\") ZI\n");
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

static void an_idle_session_owns_no_buffer(void **state)
{
    struct test_memory  m;
    pgcopy_session_opts opts   = {.size = sizeof opts, .allocator = &m.allocator};
    struct transcript  *t      = calloc(1, sizeof *t);
    struct stream      *server = calloc(1, sizeof *server);
    pgcopy_session     *s;
    size_t              idle, len;

    (void)state;
    assert_true(t && server);
    test_memory_init(&m, 0);
    s = session_that_is_ready(&opts, t, server);
    assert_non_null(pgcopy_session_recv_buf(s, &len));
    pgcopy_session_recv_ack(s, 0);
    idle = m.live;
    assert_true(idle <= 912);
    send_lines(s, t, "Q COPY t FROM STDIN\nd 1\tx\\n\nc");
    work(s, t, server, NULL);
    assert_non_null(pgcopy_session_recv_buf(s, &len));
    pgcopy_session_recv_ack(s, 0);
    assert_int_equal(m.live, idle + sizeof(pgcopy_progress)); /* of the last COPY */
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);
    assert_int_equal(m.live, 0);
    free(t);
    free(server);
}

static void greeting(const char *told, uint32_t version, const char *pairs, size_t len)
{
    struct transcript *t = calloc(1, sizeof *t);

    assert_non_null(t);
    *t = (struct transcript){.told = told, .checked = true};
    startup_of(&t->client, version, pairs, len);
    test_every_cut(t->client.len, run_cut, t);
    t->checked = false;
    test_every_failure(run_failing, t);
    free(t);
}

/* The empty name that ends the pairs is the NUL of the literal. */
#define GREETING(told, version, pairs) greeting(told, version, pairs, sizeof pairs)

static void startup_packets_are_judged(void **state)
{
    (void)state;
    GREETING(LOGIN, 0x30000, "user\0ann\0");
    GREETING("v " LOGIN, 0x30003, "user\0ann\0");
    GREETING("v " LOGIN, 0x30000, "user\0ann\0_pq_.x\0on\0");
    GREETING("E(FATAL 28000 no PostgreSQL user name specified in startup packet) ", 0x30000,
             "database\0d\0");
    GREETING("E(FATAL 08P01 invalid startup packet layout: expected terminator as last byte) ",
             0x30000, "user\0ann\0\0x");
    GREETING("E(FATAL 0A000 unsupported frontend protocol 4.0: server supports 3.0 to 3.2) ",
             0x40000, "user\0ann\0");
    GREETING("R E(FATAL 42704 unrecognized configuration parameter \"nonsense\") ", 0x30000,
             "user\0ann\0nonsense\0x\0");
    GREETING("R E(FATAL 22023 invalid value for parameter \"client_encoding\": \"LATIN1\") ",
             0x30000, "user\0ann\0client_encoding\0LATIN1\0");
    GREETING("R E(FATAL 22023 invalid value for parameter \"DateStyle\": \"dmy,mdy\") ",
             0x30000, "user\0ann\0options\0-c datestyle=dmy,mdy\0");
    GREETING(LOGIN, 0x30000,
             "user\0ann\0client_encoding\0'utf-8'\0options\0-c DateStyle=ISO\0");
}

static void requests_come_before_the_packet(void **state)
{
    static const uint8_t ssl[]    = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};
    static const uint8_t cancel[] = {0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e,
                                     0, 0, 0, 7,  1,    2,    3,    4};
    pgcopy_session      *s        = pgcopy_session_new(NULL);
    pgcopy_key           key      = {7, {(const uint8_t *)"\1\2\3\4\5", 5}};
    const void          *out;
    size_t               len;

    (void)state;
    assert_int_equal(pgcopy_session_feed(s, ssl, sizeof ssl), sizeof ssl);
    assert_null(pgcopy_session_next(s));
    out = pgcopy_session_send_buf(s, &len);
    assert_true(out && len == 1 && *(const char *)out == 'N');
    pgcopy_session_send_ack(s, 1);
    assert_int_equal(pgcopy_session_feed(s, cancel, sizeof cancel), sizeof cancel);
    assert_null(pgcopy_session_next(s));
    assert_true(pgcopy_session_over(s));
    assert_true(pgcopy_key_equal(&key, pgcopy_session_cancels(s)));
    key.pid = 8;
    assert_false(pgcopy_key_equal(&key, pgcopy_session_cancels(s)));
    pgcopy_session_free(s);
}

static void tls_is_yours_until_it_is_secured(void **state)
{
    static const uint8_t ssl[]  = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f, 'x'};
    pgcopy_session_opts  opts   = {.size = sizeof opts, .tls = true};
    pgcopy_session      *s      = pgcopy_session_new(&opts);
    struct transcript   *t      = calloc(1, sizeof *t);
    struct stream       *server = calloc(1, sizeof *server);
    size_t               len;

    (void)state;
    assert_true(t && server);
    pgcopy_session_feed(s, ssl, 8);
    assert_null(pgcopy_session_next(s));
    assert_int_equal(pgcopy_session_tls(s), PGCOPY_TLS_HANDSHAKE);
    assert_false(pgcopy_session_wants(s));
    assert_memory_equal(pgcopy_session_send_buf(s, &len), "S", 1);
    pgcopy_session_send_ack(s, 1);
    pgcopy_session_secured(s);
    startup(&t->client);
    pgcopy_session_feed(s, t->client.data, t->client.len);
    work(s, t, server, NULL);
    expect(t, server, LOGIN);
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);

    s = pgcopy_session_new(&opts); /* bytes behind the request */
    pgcopy_session_feed(s, ssl, sizeof ssl);
    assert_null(pgcopy_session_next(s));
    assert_int_equal(pgcopy_session_tls(s), PGCOPY_TLS_NONE);
    assert_int_equal(pgcopy_session_state(s), PGCOPY_STATE_ENDED);
    pgcopy_session_free(s);

    s = pgcopy_session_new(&opts); /* without asking */
    assert_int_equal(pgcopy_session_feed(s, "\x16\x03\x01", 3), 0);
    assert_int_equal(pgcopy_session_tls(s), PGCOPY_TLS_DIRECT);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

/* Feeds the client's bytes and steps; the next event is of this type. */
static const pgcopy_event *next_is(pgcopy_session *s, pgcopy_event_type type, const void *bytes,
                                   size_t len)
{
    const pgcopy_event *ev;

    assert_int_equal(pgcopy_session_feed(s, bytes, len), len);
    ev = pgcopy_session_next(s);
    assert_non_null(ev);
    assert_int_equal(ev->type, type);
    return ev;
}

static void sent_is(pgcopy_session *s, const char *bytes, size_t len)
{
    size_t      n;
    const void *sent = pgcopy_session_send_buf(s, &n);

    assert_int_equal(n, len);
    assert_memory_equal(sent, bytes, len);
    pgcopy_session_send_ack(s, n);
}

#define BYTES(text) (text), sizeof(text) - 1

/* Counts the blocks that are given back with the password in them. */
static void *resize_and_look(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    static const char password[] = "open sesame";
    const uint8_t    *bytes      = ptr;

    for (size_t i = 0; !new_size && i + sizeof password <= old_size + 1; i++)
        *(int *)ctx += memcmp(bytes + i, password, sizeof password - 1) == 0;
    if (new_size)
        return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

static void a_password_is_wiped_when_it_is_judged(void **state)
{
    static const char   startup[]  = "\0\0\0\x12\0\3\0\0user\0ann\0";
    static const char   password[] = "p\0\0\0\x10open sesame";
    int                 found      = 0;
    pgcopy_allocator    looks      = {resize_and_look, &found};
    pgcopy_session_opts opts       = {.size = sizeof opts, .allocator = &looks};
    pgcopy_slice        none       = {NULL, 0};
    size_t              room;

    (void)state;
    for (int right = 0; right < 2; right++) {
        pgcopy_session     *s = pgcopy_session_new(&opts);
        const pgcopy_event *ev;
        pgcopy_session_feed(s, startup, sizeof startup);
        assert_non_null(pgcopy_session_next(s));
        assert_int_equal(pgcopy_session_challenge(s, PGCOPY_CHALLENGE_PASSWORD, none), 0);
        pgcopy_session_feed(s, password, sizeof password);
        ev = pgcopy_session_next(s);
        assert_int_equal(ev->type, PGCOPY_EVENT_AUTH);
        assert_memory_equal(ev->data.data, "open sesame", ev->data.len);
        assert_int_equal(right ? pgcopy_session_accept(s) : pgcopy_session_reject(s, NULL), 0);
        if (pgcopy_session_recv_buf(s, &room))
            pgcopy_session_recv_ack(s, 0);
        pgcopy_session_free(s);
    }
    assert_int_equal(found, 0);
}

static void sasl_is_framed_as_the_protocol_says(void **state)
{
    pgcopy_session     *s = pgcopy_session_new(NULL);
    struct transcript  *t = calloc(1, sizeof *t);
    const pgcopy_event *ev;

    (void)state;
    assert_non_null(t);
    startup(&t->client);
    next_is(s, PGCOPY_EVENT_STARTUP, t->client.data, t->client.len);
    assert_int_equal(pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL,
                                              (pgcopy_slice){(const uint8_t *)"A\0BC", 5}),
                     PGCOPY_OK);
    sent_is(s, BYTES("R\0\0\0\x0e\0\0\0\x0a"
                     "A\0BC\0\0"));
    ev = next_is(s, PGCOPY_EVENT_AUTH,
                 BYTES("p\0\0\0\x0d"
                       "BC\0\0\0\0\2hi"));
    assert_string_equal(ev->mechanism, "BC");
    assert_int_equal(ev->data.len, 2);
    assert_memory_equal(ev->data.data, "hi", 2);
    pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL_CONTINUE,
                             (pgcopy_slice){(const uint8_t *)"who", 3});
    sent_is(s, BYTES("R\0\0\0\x0b\0\0\0\x0bwho"));
    ev = next_is(s, PGCOPY_EVENT_AUTH, BYTES("p\0\0\0\6me"));
    assert_null(ev->mechanism);
    assert_memory_equal(ev->data.data, "me", 2);
    pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL_FINAL,
                             (pgcopy_slice){(const uint8_t *)"in", 2});
    pgcopy_session_accept(s);
    sent_is(s, BYTES("R\0\0\0\x0a\0\0\0\x0cinR\0\0\0\x08\0\0\0\0"));
    pgcopy_session_free(s);
    free(t);
}

static void sasl_tells_no_data_from_empty_data(void **state)
{
    static const char first[] = "p\0\0\0\x0a"
                                "B\0\xff\xff\xff\xff"
                                "p\0\0\0\x0a"
                                "B\0\0\0\0\0";

    (void)state;
    for (int i = 0; i < 2; i++) {
        pgcopy_session    *s = pgcopy_session_new(NULL);
        struct transcript *t = calloc(1, sizeof *t);
        assert_non_null(t);
        startup(&t->client);
        next_is(s, PGCOPY_EVENT_STARTUP, t->client.data, t->client.len);
        pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL, (pgcopy_slice){NULL, 0});
        assert_int_equal(next_is(s, PGCOPY_EVENT_AUTH, first + 11 * i, 11)->data.data == NULL,
                         i == 0);
        pgcopy_session_free(s);
        free(t);
    }
}

static void timers_run_where_they_should(void **state)
{
    struct transcript  *t      = calloc(1, sizeof *t);
    struct stream      *server = calloc(1, sizeof *server);
    pgcopy_session_opts opts   = {.size = sizeof opts, .copy_idle_ms = 50};
    pgcopy_session     *s      = pgcopy_session_new(&opts);
    uint32_t            start, again;

    (void)state;
    assert_true(t && server);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_AUTH, &start), 60000);
    pgcopy_session_free(s);
    s = session_that_is_ready(&opts, t, server);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_AUTH, &start), 0);
    send_lines(s, t, "Q SET statement_timeout = '2s'\nQ COPY t FROM STDIN");
    work(s, t, server, NULL);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_STATEMENT, &start), 2000);
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_COPY_IDLE, &start), 50);
    send_lines(s, t, "d 1");
    assert_int_equal(pgcopy_session_timer(s, PGCOPY_TIMER_COPY_IDLE, &again), 50);
    assert_int_not_equal(start, again);
    pgcopy_session_expired(s, PGCOPY_TIMER_STATEMENT);
    send_lines(s, t, "d \tx\\n");
    server->len = 0;
    work(s, t, server, NULL);
    expect(t, server,
           "E(ERROR 57014 canceling statement due to statement timeout | COPY t, line "
           "1: \"1\tx\") ZI\n");
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_from_is_atomic_and_commits_before_its_tag),
        cmocka_unit_test(rows_may_be_cut_between_messages),
        cmocka_unit_test(batches_follow_each_other),
        cmocka_unit_test(no_rows_are_no_batch),
        cmocka_unit_test(a_bad_row_refuses_all_and_the_session_lives),
        cmocka_unit_test(a_wrong_value_names_line_and_column),
        cmocka_unit_test(copy_fail_is_57014),
        cmocka_unit_test(what_comes_late_is_dropped),
        cmocka_unit_test(flush_and_sync_are_swallowed),
        cmocka_unit_test(another_message_is_abuse),
        cmocka_unit_test(a_client_that_vanishes_stores_nothing),
        cmocka_unit_test(a_refused_batch_drops_the_next),
        cmocka_unit_test(a_refused_end_or_commit_takes_the_place_of_the_tag),
        cmocka_unit_test(copy_to_sends_a_message_a_row),
        cmocka_unit_test(positions_count_from_the_start_of_the_string),
        cmocka_unit_test(another_database_is_out_of_reach),
        cmocka_unit_test(a_file_is_refused_before_the_table_is_looked_at),
        cmocka_unit_test(one_statement_runs_by_itself),
        cmocka_unit_test(a_string_of_many_is_one_transaction),
        cmocka_unit_test(a_block_shows_t_and_e),
        cmocka_unit_test(a_second_begin_warns_and_sets_what_it_says),
        cmocka_unit_test(what_is_chained_has_the_modes_unless_it_failed),
        cmocka_unit_test(savepoints_bring_a_failed_block_back),
        cmocka_unit_test(commit_without_begin_warns_and_ends_the_implicit_one),
        cmocka_unit_test(begin_adopts_what_a_string_has_done),
        cmocka_unit_test(vacuum_stands_alone),
        cmocka_unit_test(freeze_needs_a_table_of_its_subtransaction),
        cmocka_unit_test(freeze_stands_no_other_portal),
        cmocka_unit_test(settings_follow_transactions),
        cmocka_unit_test(datestyle_is_put_together_word_by_word),
        cmocka_unit_test(datestyle_may_be_refused),
        cmocka_unit_test(settings_are_selected_as_they_are_shown),
        cmocka_unit_test(a_read_only_transaction_refuses_what_writes),
        cmocka_unit_test(a_transaction_shows_its_modes),
        cmocka_unit_test(modes_come_too_late_behind_a_query),
        cmocka_unit_test(empty_queries_are_answered),
        cmocka_unit_test(an_execute_before_sync_needs_no_transaction),
        cmocka_unit_test(a_span_until_sync_is_one_transaction),
        cmocka_unit_test(a_row_limit_suspends_the_portal),
        cmocka_unit_test(copy_by_extended_query_swallows_the_first_sync),
        cmocka_unit_test(mistakes_of_extended_query_have_their_words),
        cmocka_unit_test(transactions_by_extended_query),
        cmocka_unit_test(unknown_messages_end_it),
        cmocka_unit_test(the_end_of_input_is_a_silent_end),
        cmocka_unit_test(cancel_waits_for_the_next_row),
        cmocka_unit_test(an_end_from_above_is_fatal_with_context),
        cmocka_unit_test(the_next_batch_is_decoded_beside_the_first),
        cmocka_unit_test(an_idle_session_owns_no_buffer),
        cmocka_unit_test(startup_packets_are_judged),
        cmocka_unit_test(requests_come_before_the_packet),
        cmocka_unit_test(tls_is_yours_until_it_is_secured),
        cmocka_unit_test(a_password_is_wiped_when_it_is_judged),
        cmocka_unit_test(sasl_is_framed_as_the_protocol_says),
        cmocka_unit_test(sasl_tells_no_data_from_empty_data),
        cmocka_unit_test(timers_run_where_they_should),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
