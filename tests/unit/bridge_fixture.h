/*
 * bridge_fixture.h - client bytes in, server bytes and the backend's calls out: a session, its
 * bridge and a recording backend in the loop of examples/gateway.c.
 */
#ifndef BRIDGE_FIXTURE_H
#define BRIDGE_FIXTURE_H

#include "recorder.h"

/* What happens beside a job, between next and run. */
enum beside {
    NOTHING,
    CANCEL,
    CANCEL_LATE,       /* it runs, and is done, behind the job               */
    CANCEL_TWICE,      /* a second one while the first is out                */
    CANCEL_AND_FORGET, /* the job is done before anybody asks for it         */
    LOSE,
    END
};

struct talk {
    /* To be set before a run. */
    struct recorder           rec;
    const pgcopy_backend     *backend; /* NULL: the recorder's                              */
    const pgcopy_allocator   *allocator;
    const char *const        *script; /* lines, behind the startup packet                  */
    struct test_cut           cut;
    size_t                    lost_at;   /* the step at which the client goes; 0: never       */
    size_t                    beside_at; /* the job, from 1; 0: none                          */
    enum beside               beside;
    const struct test_memory *memory;

    pgcopy_session *session;
    pgcopy_bridge  *bridge;
    pgcopy_buf      in, out;
    size_t          taken;
    bool            idle; /* there was nothing to do in the last turn              */
    size_t          steps;
    size_t          jobs;
    size_t          live; /* bytes, when all input was taken                    */
    char            told[2048];
};

#define SCRIPT(...)       \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

void say(pgcopy_buf *to, char type, const void *body, size_t len);

void say_text(pgcopy_buf *to, char type, const char *text);

void say_startup(pgcopy_buf *to);

/*
 * A line is one message: "Q text" and "d text\n" as they are, "P text" an unnamed statement,
 * "B" binds it, "D" describes the portal, "E" or "E 2" executes it; other letters alone.
 */
void say_line(pgcopy_buf *to, const char *line);

/* "R ZI G C:COPY 2 ZI": every message by its type and what matters of it. */
void tell(const pgcopy_buf *out, char *to, size_t cap);

/* What the backend logged is there for the caller, as long as it has the job. */
void run_main(struct talk *t, pgcopy_job *job);

void converse(struct talk *t);

/* Whatever happened: what was begun has ended, once. */
void check_laws(const struct talk *t);

/* false: there was no memory to begin. */
bool talk(struct talk *t);

/* Goes on to the end, frees what was made, checks the laws and tells what was said. */
void end_session(struct talk *t);

/* The connection is lost by this call, from 1. */
void lose(struct talk *t, size_t call);

struct scene {
    const char *const *script;
    const char        *told;
    const char        *log;
    size_t             jobs; /* with that of open and that of close */
};

enum { SCENES = 27 };

extern const struct scene small, scenes[SCENES];

#endif
