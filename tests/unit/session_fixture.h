/*
 * session_fixture.h - transcripts: what a client sends, what it is told, and which events the
 * database's side sees.  Each runs whole, in pieces, cut at every byte, and with every
 * allocation failing.
 */
#ifndef SESSION_FIXTURE_H
#define SESSION_FIXTURE_H

#include "harness.h"

#include <pgcopy/session.h>

enum { TEXT_MAX = 8192 };

struct stream {
    uint8_t data[TEXT_MAX];
    size_t  len;
};

struct text {
    char   chars[TEXT_MAX];
    size_t len;
};

/* Table t(a int, b text); SELECT gives two rows; what it is told is written down. */
struct database {
    struct text events;
    const char *refuse; /* a part of the event's text that is answered by an error */
    uint64_t    loaded;
    int         rows_left;
    bool        closed, connected;
};

struct transcript {
    struct stream   client;
    const char     *refuse, *told, *events;
    struct database db;
    struct text     heard;
    uint32_t        max_rows; /* of a batch; 0: the default */
    bool            checked;
};

/* A test: lines of the client, what it hears, what the database hears between the greeting and
   the good-bye. */
#define LOGIN            "R ZI\n"
#define DATABASE(events) "startup connect " events "close "

void message(struct stream *to, char type, const void *body, size_t len);

void startup_of(struct stream *to, uint32_t version, const char *pairs, size_t len);

void startup(struct stream *to);

void take_output(pgcopy_session *s, struct stream *server);

void work(pgcopy_session *s, struct transcript *t, struct stream *server,
          const pgcopy_allocator *a);

bool run(struct transcript *t, struct test_cut cut, const pgcopy_allocator *a);

void run_cut(struct test_cut cut, void *arg);

bool run_failing(const pgcopy_allocator *a, void *arg);

void transcript(const char *lines, const char *refuse, const char *told, const char *events,
                uint32_t max_rows);

void check(const char *lines, const char *told, const char *events);

pgcopy_session *session_that_is_ready(const pgcopy_session_opts *opts, struct transcript *t,
                                      struct stream *server);

void send_lines(pgcopy_session *s, struct transcript *t, const char *lines);

void expect(struct transcript *t, struct stream *server, const char *told);

/* Feeds the client's bytes and steps; the next event is of this type. */
const pgcopy_event *next_is(pgcopy_session *s, pgcopy_event_type type, const void *bytes,
                            size_t len);

void sent_is(pgcopy_session *s, const char *bytes, size_t len);

#endif
