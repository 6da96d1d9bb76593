/*
 * session/session.h - a session from the inside.
 *
 *   recv.c --> messages.c --(rules.c)--> startup.c  query.c  copyin.c  extended.c
 *                                             \        |        /
 *   send.c <-- messages <---------------- events.c <-> answers.c <-- you
 *
 * Only next() moves it on: it takes messages and posts events until there is one to answer.  An
 * answer notes what was said and writes what the client is told; it never posts.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <pgcopy/session.h>

#include "base/mem.h"
#include "session/rules.h"
#include "session/settings.h"

/* What ReadyForQuery shows: NONE and IMPLICIT as I, BLOCK as T, FAILED as E. */
enum tx_state { TX_NONE, TX_IMPLICIT, TX_BLOCK, TX_FAILED };

/* Where a statement of a query stands in STATE_RUN. */
enum run_step {
    RUN_NEXT,   /* take the next statement, or end the query            */
    RUN_BEGIN,  /* the database begins first                            */
    RUN_START,  /* its event is due                                     */
    RUN_ROWS,   /* its result is open: more rows                        */
    RUN_LOAD,   /* CopyDone has come: what is left of the rows          */
    RUN_LOADED, /* all rows are in: COPY_DONE                           */
    RUN_COMMIT, /* it is done: the database commits first, if it is due */
    RUN_TAG,    /* its CommandComplete                                  */
    RUN_CHAIN   /* COMMIT AND CHAIN: begin again                        */
};

struct savepoint {
    struct savepoint *outer;
    size_t            size; /* of this, with the name        */
    struct settings   settings;
    char              name[];
};

/* The transaction: what the client has said, and what the database knows of it. */
struct session_tx {
    enum tx_state     state;
    bool              open;       /* the database has a transaction      */
    bool              cleaned;    /* ... and was rolled back to savepoints->name */
    pgcopy_tx         modes;      /* of the BEGIN, for COPY and AND CHAIN */
    pgcopy_tx         said;       /* what the TRANSACTION event carries  */
    struct savepoint *savepoints; /* the latest first                    */
    size_t            nsavepoints;
    struct settings   before; /* the settings that a rollback restores */
    bool              kept;   /* `before` is set                     */
};

/* A simple query. */
struct session_query {
    char           *sql; /* a copy                                       */
    size_t          sql_len, pos;
    size_t          left;   /* statements that are not begun                */
    pgcopy_stmt    *parsed; /* the next one, if it was parsed before        */
    pgcopy_stmt    *stmt;   /* the one that runs                            */
    bool            multi;
    enum run_step   step;
    bool            skip;    /* an error in extended query: no Z, but until Sync */
    bool            failed;  /* E is written; what is open must end          */
    bool            result;  /* the portal has an open result                */
    pgcopy_columns *columns; /* of that, unless it is a COPY's              */
    char            tag[64];
    uint64_t        rows; /* of the result so far                         */
    uint64_t        affected;
};

/* A COPY; FROM has two batches, one at the database while the other is filled. */
struct session_copy {
    pgcopy_copy    *copy;
    pgcopy_batch   *fill, *load;
    pgcopy_buf      held;    /* what may be said only when the ROWS that are out are in */
    pgcopy_status   due;     /* FULL or < 0: what follows when they are              */
    bool            loading; /* COPY_IN was answered with columns, COPY_DONE is not  */
    uint64_t        serial;
    pgcopy_progress last; /* of the COPY that has ended                           */
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

struct pgcopy_session {
    pgcopy_allocator    allocator;
    pgcopy_session_opts opts;
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

    struct session_recv  recv;
    struct session_send  send;
    struct session_tx    tx;
    struct session_query query;
    struct session_copy  copy;

    pgcopy_event  event;
    bool          waiting; /* event has no answer yet                             */
    bool          given;   /* ... and next() has given it                         */
    pgcopy_who    who;
    pgcopy_portal portal;
    pgcopy_key    key, cancels;
    uint8_t      *auth_data; /* of AUTH                                              */
    size_t        auth_size;
    bool          sasl, sasl_first;

    enum cancel_why cancel;
    uint32_t        statements, idles; /* started so far: the timers' numbers */
};

/* ---- send.c --------------------------------------------------------------------------- */

pgcopy_buf *send_out(pgcopy_session *s); /* where messages are appended */
void        send_flush(pgcopy_session *s);
size_t      send_waiting(const pgcopy_session *s);
void        send_rest(pgcopy_session *s); /* gives idle buffers back     */
void        send_free(pgcopy_session *s);

/* ---- recv.c --------------------------------------------------------------------------- */

pgcopy_slice recv_bytes(const pgcopy_session *s);
void         recv_took(pgcopy_session *s, size_t n);
void         recv_free(pgcopy_session *s);

/* ---- messages.c: the next message of the client, by the rules --------------------------- */

bool messages_take(pgcopy_session *s); /* false: nothing to take now */

/* ---- events.c: what is asked, and how a session goes on and ends ---------------------------
 */

void event_post(pgcopy_session *s, pgcopy_event_type type);
void session_error(pgcopy_session *s, const pgcopy_error *err); /* E, and FATAL ends it */
void session_fatal(pgcopy_session *s, const char *sqlstate, const char *message);
void session_failed(pgcopy_session *s, const pgcopy_error *why); /* that has been written */
void session_end(pgcopy_session *s);                             /* without a word more */
void session_ready(pgcopy_session *s);

/* ---- startup.c, query.c, tx.c, result.c, copyin.c, verbs.c, extended.c ------------------ */

void startup_packet(pgcopy_session *s, pgcopy_slice body);
void startup_encrypt(pgcopy_session *s, int type);
void startup_cancel(pgcopy_session *s, pgcopy_slice body);
void startup_answer(pgcopy_session *s, pgcopy_slice body);
void startup_accepted(pgcopy_session *s);
void startup_connected(pgcopy_session *s);

/* options.c */
pgcopy_status startup_options(pgcopy_session *s, const char *text, pgcopy_error *err);

void query_start(pgcopy_session *s, pgcopy_slice body);
bool query_step(pgcopy_session *s);   /* false: waits for room to send        */
void query_failed(pgcopy_session *s); /* E is written: clean up               */
void query_fail(pgcopy_session *s, const pgcopy_error *err);
void query_refuse(pgcopy_session *s, const pgcopy_error *err, bool skip);
void query_no_memory(pgcopy_session *s);
void query_cancelled(const pgcopy_session *s, pgcopy_error *err);
void query_tag(pgcopy_session *s, const char *tag);
void query_done(pgcopy_session *s, uint64_t count); /* the statement that runs */
void query_chain(pgcopy_session *s, bool chain);
void query_free(pgcopy_session *s);

const pgcopy_stmt *query_stmt(const pgcopy_session *s);
bool               query_is_last(const pgcopy_session *s);

#endif
