/*
 * session/session.h - a session from the inside.
 *
 *   recv.c --> messages.c --(rules.c)--> startup.c  query.c  copyin.c  extended.c
 *                                             \        |        /
 *   send.c <-- messages <---------------- events.c <-> answers.c <-- you
 *
 * Only next() takes messages and steps: until there is an event to answer.  An answer notes
 * what was said and writes what the client is told; where one event follows another at once
 * (CONNECT, ROWS again) it posts that, and next() gives it.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <pgcopy/session.h>

#include "base/mem.h"
#include "session/rules.h"
#include "session/settings.h"
#include "stmt/next.h"

/* What ReadyForQuery shows: NONE and IMPLICIT as I, BLOCK as T, FAILED as E. */
enum tx_state { TX_NONE, TX_IMPLICIT, TX_BLOCK, TX_FAILED };

/* Where the work of STATE_RUN stands; the statement's own steps come in this order. */
enum run_step {
    RUN_NEXT,     /* take the next statement of a query string, or end it */
    RUN_VERB,     /* a step of a transaction                               */
    RUN_BEGIN,    /* the database begins first                             */
    RUN_START,    /* the statement's event is due                          */
    RUN_ROWS,     /* its result is open: more rows                         */
    RUN_LOAD,     /* CopyDone has come: what is left of the rows           */
    RUN_LOADED,   /* all rows are in: COPY_DONE                            */
    RUN_COMMIT,   /* it is done: the database commits first, if it is due  */
    RUN_CHAIN,    /* COMMIT AND CHAIN: begin again                         */
    RUN_TAG,      /* its CommandComplete                                   */
    RUN_DESCRIBE, /* the database is asked what the statement is         */
    RUN_SYNC,     /* the end of a span of extended query: commit, Z        */
    RUN_IDLE      /* nothing more: the next message                        */
};

struct savepoint {
    struct savepoint *outer;
    size_t            size; /* of this, with the name        */
    struct settings   settings;
    bool              makes; /* what session_tx had before it  */
    char              name[];
};

/* The transaction: what the client has said, and what the database knows of it. */
struct session_tx {
    enum tx_state     state;
    bool              open;       /* the database has a transaction      */
    bool              cleaned;    /* ... and was rolled back to savepoints->name */
    pgcopy_tx         modes;      /* of the BEGIN, for COPY and AND CHAIN */
    struct savepoint *savepoints; /* the latest first                    */
    size_t            nsavepoints;
    struct settings   before;  /* the settings that a rollback restores */
    bool              kept;    /* `before` is set                     */
    bool              queried; /* a statement of it has gone to the database */
    int64_t           start;   /* as pgcopy_when has it                        */
    bool              makes;   /* this subtransaction may have made or emptied a table */
};

/* A prepared statement; it lives on for its portals when its name is gone. */
struct prepared {
    struct prepared *next;
    char            *name;
    pgcopy_stmt     *stmt;  /* NULL: an empty query                                   */
    pgcopy_columns  *types; /* of $1 ..: as Parse declares them, then as described    */
    size_t           size;  /* what it counts for in max_prepared                     */
    size_t           users;
};

/* A statement on its way from Bind, or its place in a query string, to its end. */
struct portal {
    struct portal   *next;
    char            *name;
    pgcopy_portal    pub;
    struct prepared *prepared; /* NULL: of a query string                             */
    pgcopy_batch    *params;
    int16_t         *formats; /* of the result's columns, as Bind has them            */
    size_t           nformats;
    pgcopy_columns  *columns; /* of the result, unless it is a COPY's                 */
    pgcopy_batch    *answer;  /* the session's own result; NULL: the database's       */
    size_t           told;    /* rows of it                                           */
    size_t           size;
    bool             open;  /* the database has a result that is not at its end       */
    bool             done;  /* it has run to its end                                  */
    bool             dying; /* FINISH if it is open, then it is gone                  */
};

/* What is kept between messages of extended query. */
struct session_extended {
    struct prepared *prepared;
    struct portal   *portals;
    size_t           bytes; /* of both, as far as clients make them grow            */
};

/* What runs: a query string, or one message of extended query. */
struct session_query {
    struct portal   *simple; /* of the statement of a query string; NULL: extended      */
    char            *sql;    /* of a query string: a copy, behind `simple`                */
    size_t           sql_len;
    struct stmt_at   at;     /* the next statement of it */
    size_t           left;   /* statements that are not begun                         */
    pgcopy_stmt     *parsed; /* the next one, if it was parsed before                 */
    pgcopy_stmt     *stmt;   /* the one that runs                                     */
    bool             multi;
    bool             extended;
    bool             sync;   /* Z follows                                          */
    bool             failed; /* E is written; what is open must end                */
    enum run_step    step;
    struct portal   *portal;    /* that runs                                         */
    struct prepared *described; /* DESCRIBE asks for it                             */
    uint64_t         limit;     /* of rows, of this Execute; 0: none                 */
    uint64_t         rows;      /* of the result, by this Execute                    */
    uint64_t         affected;
    char             tag[64];
};

/* A COPY; FROM has two batches, one at the database while the other is filled. */
struct session_copy {
    pgcopy_copy  *copy;
    pgcopy_batch *fill, *load;
    pgcopy_buf    held;    /* what may be said only when the ROWS that are out are in */
    pgcopy_status due;     /* FULL or < 0: what follows when they are              */
    bool          ahead;   /* fill was begun since load went out                    */
    pgcopy_zone  *zone;    /* room of one without a file; NULL: the zone is UTC  */
    bool          loading; /* COPY_IN was answered with columns, COPY_DONE is not  */
};

/* What only a client needs that says something: made with the room for it, let go with that. */
struct session_work {
    struct session_query query;
    struct session_copy  copy;
    pgcopy_tx            said; /* what the TRANSACTION event carries */
};

struct session_recv {
    uint8_t *data;
    size_t   cap, start, end;
    bool     more; /* the parser needs what is not there yet    */
    bool     lent; /* recv_buf gave room that is not acked      */
    bool     eof;
    uint32_t count; /* of the acks that brought bytes, for COPY_IDLE */
};

struct session_send {
    pgcopy_buf out;   /* is written to                                              */
    pgcopy_buf shown; /* neither moves nor changes                                  */
    size_t     sent;  /* of shown                                                   */
    uint64_t   base;  /* of shown, in the stream                                    */
    uint64_t   mark;  /* bytes of the stream before it are visible                  */
};

enum cancel_why { CANCEL_NONE, CANCEL_USER, CANCEL_TIMEOUT };

/* pgcopy_session_opts, as far as they are asked for later; all is the session's own. */
struct session_opts {
    const char        *server_version;
    const char *const *settings;
    uint32_t           auth_ms, copy_idle_ms;
    uint32_t           max_row, max_prepared, recv_bytes, send_bytes;
    bool               tls;
    bool               key; /* can be cancelled */
};

struct pgcopy_session {
    pgcopy_allocator    allocator;
    struct session_opts opts;
    pgcopy_batch_limits limits;
    arena               strings; /* that live as long as the session: options, who */
    struct settings     settings;

    enum session_state state;
    pgcopy_wire        wire;
    bool               lost;      /* the client is gone: nothing is sent any more          */
    bool               connected; /* CONNECT was accepted, CLOSE has not been said        */
    bool               encrypted_once[2]; /* SSLRequest, GSSENCRequest were answered */
    pgcopy_tls         tls;
    pgcopy_error      *last_word; /* of CLOSE; NULL: none, or no memory for it        */

    struct session_recv     recv;
    struct session_send     send;
    struct session_tx       tx;
    struct session_work    *work; /* NULL: at rest, or nothing was ever said */
    struct session_extended extended;

    pgcopy_event event;
    bool         waiting; /* event has no answer yet                             */
    bool         given;   /* ... and next() has given it                         */
    pgcopy_who   who;
    pgcopy_key   key;       /* ours, or of a CancelRequest the one that it names */
    bool         cancels;   /* it is that                                        */
    uint8_t     *auth_data; /* of AUTH                                              */
    size_t       auth_size;
    bool         sasl, sasl_first;

    uint64_t         copies;    /* begun so far: the serial of the last one            */
    pgcopy_progress *last_copy; /* of the one that has ended; NULL until there was one */

    enum cancel_why cancel;
    uint32_t        statements, idles; /* started so far: the timers' numbers */
};

/* ---- session.c ---------------------------------------------------------------------- */

bool session_wake(pgcopy_session *s); /* makes `work`; false: no memory */
void session_rest(pgcopy_session *s); /* lets it go, if nothing runs    */

/* ---- send.c ------------------------------------------------------------------------- */

pgcopy_buf *send_out(pgcopy_session *s); /* where messages are appended */
void        send_flush(pgcopy_session *s);
size_t      send_waiting(const pgcopy_session *s);
void        send_rest(pgcopy_session *s); /* gives idle buffers back     */
void        send_free(pgcopy_session *s);

/* ---- recv.c ------------------------------------------------------------------------- */

pgcopy_slice recv_bytes(const pgcopy_session *s);
void         recv_took(pgcopy_session *s, size_t n);
void         recv_wipe(pgcopy_session *s); /* what was taken */
void         recv_free(pgcopy_session *s);

/* ---- messages.c: the next message of the client, by the rules ----------------------- */

bool messages_take(pgcopy_session *s); /* false: nothing to take now */

/* ---- events.c: what is asked, and how a session goes on and ends -------------------- */

void event_post(pgcopy_session *s, pgcopy_event_type type);
void session_error(pgcopy_session *s, const pgcopy_error *err); /* E, and FATAL ends it */
void session_fatal(pgcopy_session *s, const char *sqlstate, const char *message);
void session_failed(pgcopy_session *s, const pgcopy_error *why); /* that has been written */
void session_end(pgcopy_session *s);                             /* without a word more */
void session_ready(pgcopy_session *s);

/* ---- startup.c, options.c ----------------------------------------------------------- */

void startup_packet(pgcopy_session *s, pgcopy_slice body);
void startup_encrypt(pgcopy_session *s, int type);
void startup_cancel(pgcopy_session *s, pgcopy_slice body);
void startup_answer(pgcopy_session *s, pgcopy_slice body);
void startup_forget_auth(pgcopy_session *s); /* a password is not kept longer than asked for */
void startup_accepted(pgcopy_session *s);
void startup_connected(pgcopy_session *s);

pgcopy_status startup_options(pgcopy_session *s, const char *text, pgcopy_error *err);

/* ---- query.c: a query string; run.c: one statement, of a string or of Execute ------- */

void query_start(pgcopy_session *s, pgcopy_slice body);
void query_next(pgcopy_session *s);
void query_notices(pgcopy_session *s, const char *sql, uint32_t last); /* to this character */
void query_free(pgcopy_session *s);

bool run_step(pgcopy_session *s); /* false: waits for room to send        */
bool run_hold(pgcopy_session *s); /* false: waits for the next type byte  */
void run_sync(pgcopy_session *s);
void run_choose(pgcopy_session *s); /* the portal's statement is to run     */
void run_failed(pgcopy_session *s); /* E is written: clean up               */
void run_fail(pgcopy_session *s, const pgcopy_error *err);
void run_no_memory(pgcopy_session *s);
void run_refuse(pgcopy_session *s, const pgcopy_error *err, bool extended);
void run_cancelled(const pgcopy_session *s, pgcopy_error *err);
void run_tag(pgcopy_session *s, const char *tag);
void run_done(pgcopy_session *s, uint64_t count); /* the statement */
void run_chain(pgcopy_session *s, bool chain);

const pgcopy_stmt *run_stmt(const pgcopy_session *s);
bool               run_is_last(const pgcopy_session *s); /* its commit comes behind it */

#endif
