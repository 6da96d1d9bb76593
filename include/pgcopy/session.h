/*
 * pgcopy/session.h - one client connection, seen from the server.
 *
 *      client                         session                          you
 *         ---- recv_buf, recv_ack ---->      ---- next: an event ---->
 *         <--- send_buf, send_ack -----      <--- one of its answers -
 *
 * NULL means not now, and that is all of backpressure: an event without an answer stops
 * parsing, then recv_buf fills, then there is nowhere to read to; bytes unsent stop parsing as
 * well.
 */
#ifndef PGCOPY_SESSION_H
#define PGCOPY_SESSION_H

#include <pgcopy/copy.h>

PGCOPY_BEGIN_DECLS

typedef struct pgcopy_session pgcopy_session;

/* Whom a CancelRequest means.  pid: unique among all that share the address. */
typedef struct pgcopy_key {
    int32_t      pid;
    pgcopy_slice secret; /* 4 to 256 random bytes; protocol 3.0 shows the first 4 */
} pgcopy_key;

/* Compares a key with one a client sent, in constant time. */
PGCOPY_API bool pgcopy_key_equal(const pgcopy_key *key, const pgcopy_key *sent);

typedef struct pgcopy_session_opts {
    size_t                     size;
    const char                *server_version; /* NULL: "18.0 (pgcopy)"                     */
    const char *const         *settings;       /* to begin with: name, value, ..., NULL     */
    const pgcopy_key          *key;            /* NULL: cannot be cancelled                 */
    bool                       tls;            /* S for SSLRequest, and direct TLS          */
    uint32_t                   auth_ms;        /* until CONNECT is accepted; 0: 60000       */
    uint32_t                   copy_idle_ms;   /* a client silent in COPY FROM; 0: for ever */
    uint32_t                   max_message;    /* in bytes, not for CopyData; 0: 64 MiB     */
    uint32_t                   max_row;        /* in bytes; 0: 1 GiB - 1                    */
    uint32_t                   recv_bytes;     /* 0: 64 KiB; grows for a longer message     */
    uint32_t                   send_bytes;     /* 0: 256 KiB; at least 16 KiB               */
    const pgcopy_batch_limits *batch;          /* of the two batches of a COPY FROM         */
    const pgcopy_allocator    *allocator;
    uint32_t max_prepared; /* bytes that prepared statements and portals may keep; 0: 64 MiB */
    const pgcopy_zones *zones; /* outlives the session; NULL: TimeZone is UTC, an offset or a
                                  string of POSIX, and there is no clock                     */
} pgcopy_session_opts;

/* opts may be NULL.  NULL: no memory. */
PGCOPY_API pgcopy_session *pgcopy_session_new(const pgcopy_session_opts *opts);
PGCOPY_API void            pgcopy_session_free(pgcopy_session *s);

/* The one of its options, never NULL: for what is built around a session.  Good as long as it.
 */
PGCOPY_API const pgcopy_allocator *pgcopy_session_allocator(const pgcopy_session *s);

/* Nothing to send, nothing to answer, no more to come: close the socket. */
PGCOPY_API bool pgcopy_session_over(const pgcopy_session *s);

/* ---- Bytes -------------------------------------------------------------------------- */

/* Would recv_buf give room?  Allocates nothing, so an idle session owns no buffer. */
PGCOPY_API bool pgcopy_session_wants(const pgcopy_session *s);

/* Room for *len bytes of the client; stays put until recv_ack.  Ack 0 gives it back. */
PGCOPY_API void *pgcopy_session_recv_buf(pgcopy_session *s, size_t *len);
PGCOPY_API void  pgcopy_session_recv_ack(pgcopy_session *s, size_t len);

/* The same with bytes of yours: how many it took; keep the rest and stop reading. */
PGCOPY_API size_t pgcopy_session_feed(pgcopy_session *s, const void *data, size_t len);

/* The client sends no more.  What came before is still done, and answers are still sent. */
PGCOPY_API void pgcopy_session_recv_eof(pgcopy_session *s);

/* Bytes for the client; they neither move nor change until acked, whatever is called. */
PGCOPY_API const void *pgcopy_session_send_buf(pgcopy_session *s, size_t *len);
PGCOPY_API void        pgcopy_session_send_ack(pgcopy_session *s, size_t len);

/* The client is gone (a write failed): nothing is sent or read any more, CLOSE comes. */
PGCOPY_API void pgcopy_session_lost(pgcopy_session *s);

/* ---- TLS ---------------------------------------------------------------------------- */

typedef enum pgcopy_tls {
    PGCOPY_TLS_NONE      = 0,
    PGCOPY_TLS_HANDSHAKE = 1, /* promised: empty send_buf, then shake hands */
    PGCOPY_TLS_DIRECT    = 2  /* the client did not ask                     */
} pgcopy_tls;

/* Other than NONE: what you read is TLS's until secured(); wants() is false meanwhile.  DIRECT:
   the bytes of this ack or feed were not taken, they lie where you put them. */
PGCOPY_API pgcopy_tls pgcopy_session_tls(const pgcopy_session *s);
PGCOPY_API void       pgcopy_session_secured(pgcopy_session *s);

/* ---- Beside the conversation: at any time ------------------------------------------- */

/* This was no session but a CancelRequest: for the one with this key.  Else NULL. */
PGCOPY_API const pgcopy_key *pgcopy_session_cancels(const pgcopy_session *s);

/* Ends the statement that runs, in 57014, at its next row, CopyDone or answer; forgotten if
   none runs.  To reach into a database that is at work: pgcopy_bridge_cancel(). */
PGCOPY_API void pgcopy_session_cancel(pgcopy_session *s);

/* Your own last word, sent as FATAL; then CLOSE.  NULL: 57P01 in PostgreSQL's words. */
PGCOPY_API void pgcopy_session_end(pgcopy_session *s, const pgcopy_error *fatal);

typedef enum pgcopy_timer {
    PGCOPY_TIMER_AUTH       = 1,
    PGCOPY_TIMER_STATEMENT  = 2, /* statement_timeout                   */
    PGCOPY_TIMER_COPY_IDLE  = 3, /* copy_idle_ms                        */
    PGCOPY_TIMER_IDLE_IN_TX = 4, /* idle_in_transaction_session_timeout */
    PGCOPY_TIMER_IDLE       = 5  /* idle_session_timeout                */
} pgcopy_timer;

/* How many ms this limit runs for, 0: it does not run.  *start tells one start from another:
   another number, another start.  When the time is up and it is still the same, say expired. */
PGCOPY_API uint32_t pgcopy_session_timer(const pgcopy_session *s, pgcopy_timer timer,
                                         uint32_t *start);
PGCOPY_API void     pgcopy_session_expired(pgcopy_session *s, pgcopy_timer timer);

/* As pg_stat_activity says it. */
typedef enum pgcopy_state {
    PGCOPY_STATE_STARTING          = 0,
    PGCOPY_STATE_ACTIVE            = 1,
    PGCOPY_STATE_IDLE              = 2,
    PGCOPY_STATE_IDLE_IN_TX        = 3,
    PGCOPY_STATE_IDLE_IN_FAILED_TX = 4,
    PGCOPY_STATE_ENDED             = 5
} pgcopy_state;

PGCOPY_API pgcopy_state pgcopy_session_state(const pgcopy_session *s);

/* Of the COPY that runs, else of the last one (serial tells them apart); NULL: none yet. */
PGCOPY_API const pgcopy_progress *pgcopy_session_progress(const pgcopy_session *s);

/* ---- Events ------------------------------------------------------------------------- */

/*
 * What each carries, and the answers that it takes.  Simple and extended query look alike.
 * A result answered with columns ends in one complete, reject or FINISH; a COPY_IN answered
 * with columns ends in one COPY_DONE or COPY_FAIL, whatever was answered between.  After a lost
 * client only CLOSE comes.
 */
typedef enum pgcopy_event_type {
    PGCOPY_EVENT_STARTUP     = 1, /* who                     challenge | accept | reject      */
    PGCOPY_EVENT_AUTH        = 2, /* who mechanism data      challenge | accept | reject      */
    PGCOPY_EVENT_CONNECT     = 3, /* who                     accept | reject                  */
    PGCOPY_EVENT_TRANSACTION = 4, /* tx                      accept | reject                  */
    PGCOPY_EVENT_DESCRIBE    = 5, /* stmt                    [parameters] columns | reject    */
    PGCOPY_EVENT_STATEMENT   = 6, /* portal                  columns | complete | reject      */
    PGCOPY_EVENT_COPY_OUT    = 7, /* portal                  columns | reject                 */
    PGCOPY_EVENT_WANT_ROWS   = 8, /* portal max_rows         rows | complete | reject         */
    PGCOPY_EVENT_FINISH      = 9, /* portal                  accept: let the result go        */
    PGCOPY_EVENT_COPY_IN   = 10,  /* stmt                    columns (the table's) | reject   */
    PGCOPY_EVENT_ROWS      = 11,  /* batch first last commit accept | reject                  */
    PGCOPY_EVENT_COPY_DONE = 12,  /*                         complete: keep the rows | reject */
    PGCOPY_EVENT_COPY_FAIL = 13,  /* error: already sent     accept: drop the rows            */
    PGCOPY_EVENT_CLOSE     = 14   /* error                   accept: roll back, let go        */
} pgcopy_event_type;

/* As the startup packet says it.  Good as long as the session.  Only grows. */
typedef struct pgcopy_who {
    const char        *user;
    const char        *database;
    const char *const *params;   /* the others: name, value, ..., NULL */
    uint32_t           protocol; /* 0x30000, 0x30002                   */
    bool               secured;  /* over TLS                           */
} pgcopy_who;

/* A statement on its way from STATEMENT or COPY_OUT to its end.  Several may be open. */
typedef struct pgcopy_portal {
    void                 *user; /* yours; NULL at first                */
    const pgcopy_stmt    *stmt;
    const pgcopy_batch   *params;      /* one row, canonical text; NULL: none */
    const pgcopy_columns *param_types; /* NULL: none                          */
} pgcopy_portal;

/* What an event does not carry is zero.  All it points to is a copy that stays until the
   answer, whatever bytes move meanwhile; batch may be read and packed in any thread.  Only
   grows. */
typedef struct pgcopy_event {
    pgcopy_event_type   type;
    const pgcopy_who   *who;
    const char         *mechanism; /* AUTH: SASL's, in its first message; else NULL         */
    pgcopy_slice        data;      /* AUTH: the password, or what SASL sent; NULL: nothing  */
    const pgcopy_tx    *tx;
    const pgcopy_stmt  *stmt; /* COPY_IN: obey or reject its where and default_string  */
    pgcopy_portal      *portal;
    size_t              max_rows; /* never answer more                                     */
    const pgcopy_batch *batch;
    size_t              first;  /* ROWS: the rows before it are in, or were refused      */
    bool                last;   /* ROWS: accept it, and COPY_DONE comes at once          */
    bool                commit; /* ROWS: ... and TRANSACTION with the commit behind that;
                                   COPY_DONE: that comes at once                         */
    const pgcopy_error *error;  /* CLOSE: NULL when the client said good-bye             */
} pgcopy_event;

/* The next event, once; NULL: bring or send bytes, or answer.  Call it again after recv_ack
   even with ROWS unanswered: that is what decodes the next batch. */
PGCOPY_API const pgcopy_event *pgcopy_session_next(pgcopy_session *s);

/* The one that has no answer yet, NULL: none. */
PGCOPY_API const pgcopy_event *pgcopy_session_event(const pgcopy_session *s);

/* ---- Answers: ERR_USAGE for one that the event does not take; the event stays ------- */

PGCOPY_API pgcopy_status pgcopy_session_accept(pgcopy_session *s);

/* err NULL: PostgreSQL's words for the event.  FATAL until CONNECT is accepted.  ROWS: err->row
   is the row; the ones before it are in, none behind (0: not known).  Under ON_DATABASE_ERROR
   ignore the same batch comes again with `first` behind that row. */
PGCOPY_API pgcopy_status pgcopy_session_reject(pgcopy_session *s, const pgcopy_error *err);

typedef enum pgcopy_challenge {
    PGCOPY_CHALLENGE_PASSWORD      = 3,
    PGCOPY_CHALLENGE_SASL          = 10, /* data: mechanisms, each with its NUL; the */
    PGCOPY_CHALLENGE_SASL_CONTINUE = 11, /* one that ends the list is added          */
    PGCOPY_CHALLENGE_SASL_FINAL    = 12  /* accept follows at once                   */
} pgcopy_challenge;

/* Sends it; AUTH brings what the client says to it. */
PGCOPY_API pgcopy_status pgcopy_session_challenge(pgcopy_session *s, pgcopy_challenge kind,
                                                  pgcopy_slice data);

/* DESCRIBE: the types of $1 ..; columns follows. */
PGCOPY_API pgcopy_status pgcopy_session_parameters(pgcopy_session       *s,
                                                   const pgcopy_columns *params);

/* Of the result, or of the table.  NULL: DESCRIBE: it gives no rows; COPY: not known. */
PGCOPY_API pgcopy_status pgcopy_session_columns(pgcopy_session *s, const pgcopy_columns *cols);

/* Encodes at once; the batch is changed to canonical text and stays yours. */
PGCOPY_API pgcopy_status pgcopy_session_rows(pgcopy_session *s, pgcopy_batch *batch);

/* tag NULL: the statement's.  count: PGCOPY_NO_COUNT for none; a result's rows the session
   counts itself. */
PGCOPY_API pgcopy_status pgcopy_session_complete(pgcopy_session *s, const char *tag,
                                                 uint64_t count);

/* Not an answer: NOTICE, WARNING, ... at any time after CONNECT. */
PGCOPY_API pgcopy_status pgcopy_session_notice(pgcopy_session *s, const pgcopy_error *notice);

PGCOPY_END_DECLS
#endif
