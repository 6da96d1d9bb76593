/*
 * session/rules.c - the protocol as a table: message x state.  All that decides which message
 * is taken when stands here; the handlers only do what a rule says.
 */
#include "session/rules.h"

enum message_class rules_class(int type)
{
    switch (type) {
    case PGCOPY_MSG_STARTUP:
        return CLASS_STARTUP;
    case PGCOPY_MSG_SSL:
    case PGCOPY_MSG_GSS:
        return CLASS_ENCRYPT;
    case PGCOPY_MSG_CANCEL:
        return CLASS_CANCEL;
    case PGCOPY_MSG_TLS:
        return CLASS_TLS;
    case PGCOPY_MSG_PASSWORD:
        return CLASS_PASSWORD;
    case PGCOPY_MSG_QUERY:
        return CLASS_QUERY;
    case PGCOPY_MSG_PARSE:
        return CLASS_PARSE;
    case PGCOPY_MSG_BIND:
        return CLASS_BIND;
    case PGCOPY_MSG_DESCRIBE:
        return CLASS_DESCRIBE;
    case PGCOPY_MSG_EXECUTE:
        return CLASS_EXECUTE;
    case PGCOPY_MSG_CLOSE:
        return CLASS_CLOSE;
    case PGCOPY_MSG_FUNCTION:
        return CLASS_FUNCTION;
    case PGCOPY_MSG_FLUSH:
        return CLASS_FLUSH;
    case PGCOPY_MSG_SYNC:
        return CLASS_SYNC;
    case PGCOPY_MSG_COPY_DATA:
        return CLASS_COPY_DATA;
    case PGCOPY_MSG_COPY_DONE:
        return CLASS_COPY_DONE;
    case PGCOPY_MSG_COPY_FAIL:
        return CLASS_COPY_FAIL;
    case PGCOPY_MSG_TERMINATE:
        return CLASS_TERMINATE;
    default:
        return CLASS_UNKNOWN;
    }
}

/* clang-format off */
static const uint8_t rules[MESSAGE_CLASSES][STATES_THAT_TAKE] = {
    /*                     STARTUP        AUTH            READY           SKIP            COPY_IN        */
    [CLASS_STARTUP]   = {RULE_STARTUP, RULE_NONE,     RULE_NONE,      RULE_NONE,      RULE_NONE},
    [CLASS_ENCRYPT]   = {RULE_ENCRYPT, RULE_NONE,     RULE_NONE,      RULE_NONE,      RULE_NONE},
    [CLASS_CANCEL]    = {RULE_CANCEL,  RULE_NONE,     RULE_NONE,      RULE_NONE,      RULE_NONE},
    [CLASS_TLS]       = {RULE_SILENT,  RULE_NONE,     RULE_NONE,      RULE_NONE,      RULE_NONE},
    [CLASS_PASSWORD]  = {RULE_NONE,    RULE_ANSWER,   RULE_UNKNOWN,   RULE_UNKNOWN,   RULE_ABUSE},
    [CLASS_QUERY]     = {RULE_NONE,    RULE_WRONG,    RULE_QUERY,     RULE_DROP,      RULE_ABUSE},
    [CLASS_PARSE]     = {RULE_NONE,    RULE_WRONG,    RULE_PARSE,     RULE_DROP,      RULE_ABUSE},
    [CLASS_BIND]      = {RULE_NONE,    RULE_WRONG,    RULE_BIND,      RULE_DROP,      RULE_ABUSE},
    [CLASS_DESCRIBE]  = {RULE_NONE,    RULE_WRONG,    RULE_DESCRIBE,  RULE_DROP,      RULE_ABUSE},
    [CLASS_EXECUTE]   = {RULE_NONE,    RULE_WRONG,    RULE_EXECUTE,   RULE_DROP,      RULE_ABUSE},
    [CLASS_CLOSE]     = {RULE_NONE,    RULE_WRONG,    RULE_CLOSE,     RULE_DROP,      RULE_ABUSE},
    [CLASS_FUNCTION]  = {RULE_NONE,    RULE_WRONG,    RULE_FUNCTION,  RULE_DROP,      RULE_ABUSE},
    [CLASS_FLUSH]     = {RULE_NONE,    RULE_WRONG,    RULE_FLUSH,     RULE_DROP,      RULE_SWALLOW},
    [CLASS_SYNC]      = {RULE_NONE,    RULE_WRONG,    RULE_SYNC,      RULE_SYNC,      RULE_SWALLOW},
    [CLASS_COPY_DATA] = {RULE_NONE,    RULE_WRONG,    RULE_DROP,      RULE_DROP,      RULE_ROWS},
    [CLASS_COPY_DONE] = {RULE_NONE,    RULE_WRONG,    RULE_DROP,      RULE_DROP,      RULE_COPY_DONE},
    [CLASS_COPY_FAIL] = {RULE_NONE,    RULE_WRONG,    RULE_DROP,      RULE_DROP,      RULE_COPY_FAIL},
    [CLASS_TERMINATE] = {RULE_NONE,    RULE_WRONG,    RULE_TERMINATE, RULE_TERMINATE, RULE_ABUSE},
    [CLASS_UNKNOWN]   = {RULE_SILENT,  RULE_WRONG,    RULE_UNKNOWN,   RULE_UNKNOWN,   RULE_ABUSE},
    [CLASS_LENGTH]    = {RULE_SILENT,  RULE_PASSWORD, RULE_SILENT,    RULE_SILENT,    RULE_BROKEN},
    [CLASS_TOO_LONG]  = {RULE_NONE,    RULE_PASSWORD, RULE_TOO_LONG,  RULE_DROP,      RULE_ABUSE},
    [CLASS_EOF]       = {RULE_SILENT,  RULE_SILENT,   RULE_SILENT,    RULE_SILENT,    RULE_BROKEN},
};
/* clang-format on */

enum rule rules_look_up(enum session_state state, enum message_class message)
{
    return (enum rule)rules[message][state];
}
