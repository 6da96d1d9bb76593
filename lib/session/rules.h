/*
 * session/rules.h - the states of a session, and what each message does in each of them.
 *
 *   STARTUP --> LOGIN <--> AUTH            READY <--> SKIP            COPY_IN
 *      ^ |        |                        |   ^                      |    ^
 *      | v        +-- CONNECT accepted --> |   |                      |    |
 *      TLS                                 +-> RUN <------------------+----+
 */
#ifndef SESSION_RULES_H
#define SESSION_RULES_H

#include <pgcopy/wire.h>

/* The first five take messages, the rest do not. */
enum session_state {
    STATE_STARTUP, /* an untagged packet is awaited                              */
    STATE_AUTH,    /* a challenge was sent                                       */
    STATE_READY,   /* a new command is awaited                                   */
    STATE_SKIP,    /* an error in extended query: all is dropped until Sync      */
    STATE_COPY_IN, /* CopyData is awaited                                        */
    STATE_TLS,     /* the bytes are the handshake's                              */
    STATE_LOGIN,   /* STARTUP, AUTH or CONNECT has no answer yet                 */
    STATE_HOLD,    /* an Execute waits for the type byte of the next message     */
    STATE_RUN,     /* statements, a commit or a clean-up are at work             */
    STATE_ENDED    /* nothing is read any more                                   */
};

enum { STATES_THAT_TAKE = STATE_COPY_IN + 1 };

/* What a message means for a session, whatever its state. */
enum message_class {
    CLASS_STARTUP,
    CLASS_ENCRYPT, /* SSLRequest, GSSENCRequest  */
    CLASS_CANCEL,
    CLASS_TLS, /* a first byte of 0x16           */
    CLASS_PASSWORD,
    CLASS_QUERY,
    CLASS_PARSE,
    CLASS_BIND,
    CLASS_DESCRIBE,
    CLASS_EXECUTE,
    CLASS_CLOSE,
    CLASS_FUNCTION,
    CLASS_FLUSH,
    CLASS_SYNC,
    CLASS_COPY_DATA,
    CLASS_COPY_DONE,
    CLASS_COPY_FAIL,
    CLASS_TERMINATE,
    CLASS_UNKNOWN,  /* another type byte                          */
    CLASS_LENGTH,   /* a length outside PostgreSQL's range        */
    CLASS_TOO_LONG, /* longer than max_message: a part of it      */
    CLASS_EOF,
    MESSAGE_CLASSES
};

enum rule {
    RULE_NONE,      /* cannot happen                                                  */
    RULE_STARTUP,   /* a startup packet                                               */
    RULE_ENCRYPT,   /* S or N                                                         */
    RULE_CANCEL,    /* the session was a CancelRequest                                */
    RULE_ANSWER,    /* the client's answer to a challenge                             */
    RULE_QUERY,     /* a simple query                                                 */
    RULE_PARSE,     /* extended query: a statement is prepared                        */
    RULE_BIND,      /* ... gets its parameters                                        */
    RULE_DESCRIBE,  /* ... or a portal is described                                   */
    RULE_EXECUTE,   /* ... runs                                                       */
    RULE_CLOSE,     /* ... goes                                                       */
    RULE_FUNCTION,  /* a function call                                                */
    RULE_FLUSH,     /* all that is written may be seen                                */
    RULE_SYNC,      /* the end of a span of extended query                            */
    RULE_ROWS,      /* rows of a COPY                                                 */
    RULE_COPY_DONE, /* the end of a COPY                                              */
    RULE_COPY_FAIL, /* the client gives a COPY up                                     */
    RULE_DROP,      /* the body passes unread                                         */
    RULE_SWALLOW,   /* no effect, and no ReadyForQuery                                */
    RULE_TERMINATE, /* good-bye                                                       */
    RULE_SILENT,    /* the connection ends without a word                             */
    RULE_WRONG,     /* FATAL 08P01 expected ... response                              */
    RULE_PASSWORD,  /* FATAL 28P01                                                    */
    RULE_UNKNOWN,   /* FATAL 08P01 invalid frontend message type                      */
    RULE_ABUSE,     /* ERROR and FATAL 08P01: out of step in COPY FROM                */
    RULE_BROKEN,    /* ERROR 08006 and FATAL 08P01: the client is gone in COPY FROM   */
    RULE_TOO_LONG,  /* ERROR 54000, the message is dropped                            */
    RULES
};

/* P B D E C: an error in them is followed by SKIP. */
static inline bool rules_is_extended(enum message_class what)
{
    return what >= CLASS_PARSE && what <= CLASS_CLOSE;
}

enum message_class rules_class(int type);
enum rule          rules_look_up(enum session_state state, enum message_class message);

#endif
