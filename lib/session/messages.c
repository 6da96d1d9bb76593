/* session/messages.c - takes the next message of the client and does what the rules say. */
#include "session/session.h"

#include "session/copyin.h"
#include "session/extended.h"
#include "session/tx.h"

static void do_function(pgcopy_session *s)
{
    pgcopy_error err;

    pgcopy_error_text(&err, "0A000", "function calls are not supported");
    run_refuse(s, &err, false);
}

static void do_wrong(pgcopy_session *s, int type)
{
    pgcopy_error err;

    pgcopy_error_set(&err, "08P01", "expected %s response, got message type %d",
                     s->sasl ? "SASL" : "password", type);
    err.severity = PGCOPY_SEVERITY_FATAL;
    session_error(s, &err);
}

static void do_unknown(pgcopy_session *s, int type)
{
    pgcopy_error err;

    pgcopy_error_set(&err, "08P01", "invalid frontend message type %d", type);
    err.severity = PGCOPY_SEVERITY_FATAL;
    session_error(s, &err);
}

/* The rest of the message comes in parts that are dropped; P to E go on as after any error. */
static void do_too_long(pgcopy_session *s, int type)
{
    pgcopy_error err;

    pgcopy_error_set(&err, "54000", "message is longer than %u bytes",
                     (unsigned)s->wire.max_message);
    run_refuse(s, &err, rules_is_extended(rules_class(type)));
}

static void do_rule_of_login(pgcopy_session *s, enum rule rule, const pgcopy_msg *msg)
{
    switch (rule) {
    case RULE_STARTUP:
        startup_packet(s, msg->body);
        break;
    case RULE_ENCRYPT:
        startup_encrypt(s, msg->type);
        break;
    case RULE_CANCEL:
        startup_cancel(s, msg->body);
        break;
    case RULE_ANSWER:
        startup_answer(s, msg->body);
        break;
    case RULE_WRONG:
        do_wrong(s, msg->type);
        break;
    case RULE_PASSWORD:
        session_fatal(s, "28P01", "invalid password packet size");
        break;
    default: /* RULE_SILENT */
        session_end(s);
        break;
    }
}

static void do_rule_of_copy(pgcopy_session *s, enum rule rule, const pgcopy_msg *msg)
{
    switch (rule) {
    case RULE_ROWS:
        copyin_data(s, msg->body);
        break;
    case RULE_COPY_DONE:
        copyin_done(s);
        break;
    case RULE_COPY_FAIL:
        copyin_fail(s, msg->body);
        break;
    case RULE_ABUSE:
        copyin_abuse(s, msg->type);
        break;
    default: /* RULE_BROKEN */
        copyin_broken(s);
        break;
    }
}

static void do_rule_of_extended(pgcopy_session *s, enum rule rule, pgcopy_slice body)
{
    switch (rule) {
    case RULE_PARSE:
        extended_parse(s, body);
        break;
    case RULE_BIND:
        extended_bind(s, body);
        break;
    case RULE_DESCRIBE:
        extended_describe(s, body);
        break;
    case RULE_EXECUTE:
        extended_execute(s, body);
        break;
    default: /* RULE_CLOSE */
        extended_close(s, body);
        break;
    }
}

/* Neither has a body; only a Flush is skipped from to the next Sync. */
static void do_rule_of_sync(pgcopy_session *s, enum rule rule, pgcopy_slice body)
{
    pgcopy_error err;

    if (body.len) {
        extended_bad_end(&err);
        run_refuse(s, &err, rule == RULE_FLUSH);
    } else if (rule == RULE_FLUSH) {
        send_flush(s);
    } else {
        run_sync(s);
    }
}

/* Outside of a transaction a message begins one, as far as anybody asks when that was. */
static void note_time(pgcopy_session *s)
{
    if (s->tx.state == TX_NONE)
        tx_note_time(s);
}

static void do_rule(pgcopy_session *s, enum rule rule, const pgcopy_msg *msg)
{
    switch (rule) {
    case RULE_DROP:
    case RULE_SWALLOW:
        break;
    case RULE_QUERY:
        note_time(s);
        query_start(s, msg->body);
        break;
    case RULE_PARSE:
    case RULE_BIND:
    case RULE_DESCRIBE:
    case RULE_EXECUTE:
    case RULE_CLOSE:
        note_time(s);
        do_rule_of_extended(s, rule, msg->body);
        break;
    case RULE_FUNCTION:
        do_function(s);
        break;
    case RULE_FLUSH:
    case RULE_SYNC:
        do_rule_of_sync(s, rule, msg->body);
        break;
    case RULE_TERMINATE:
        session_end(s);
        break;
    case RULE_UNKNOWN:
        do_unknown(s, msg->type);
        break;
    case RULE_TOO_LONG:
        do_too_long(s, msg->type);
        break;
    default:
        if (s->state == STATE_COPY_IN)
            do_rule_of_copy(s, rule, msg);
        else
            do_rule_of_login(s, rule, msg);
    }
}

/* Behind the startup packet the numbers of the untagged packets are bytes like any other. */
static enum message_class class_by_type(const pgcopy_session *s, int type)
{
    return s->state != STATE_STARTUP && type <= PGCOPY_MSG_TLS ? CLASS_UNKNOWN
                                                               : rules_class(type);
}

/* While ROWS has no answer only CopyData is taken: what comes after it depends on the answer.
 */
static bool may_take(const pgcopy_session *s, const pgcopy_msg *msg)
{
    return !s->waiting || (msg->type == PGCOPY_MSG_COPY_DATA && s->state == STATE_COPY_IN);
}

static bool take_fault(pgcopy_session *s, const pgcopy_msg *msg)
{
    enum message_class what = class_by_type(s, msg->type);

    if (s->waiting)
        return false;
    do_rule(s, rules_look_up(s->state, what == CLASS_UNKNOWN ? what : CLASS_LENGTH), msg);
    return true;
}

static bool take_eof(pgcopy_session *s)
{
    pgcopy_msg none = {0};

    s->recv.more = !s->recv.eof;
    if (!s->recv.eof || s->waiting)
        return false;
    do_rule(s, rules_look_up(s->state, CLASS_EOF), &none);
    return true;
}

static enum message_class class_of(const pgcopy_session *s, const pgcopy_msg *msg)
{
    enum message_class what = class_by_type(s, msg->type);

    return what != CLASS_COPY_DATA && !msg->last ? CLASS_TOO_LONG : what;
}

/* Some messages are out of place whatever they say: that is known from the type byte alone. */
static bool take_early(pgcopy_session *s, pgcopy_slice in)
{
    pgcopy_msg msg = {0};
    enum rule  rule;

    if (s->wire.left || !in.len || s->state == STATE_STARTUP)
        return false;
    msg.type = in.data[0];
    rule     = rules_look_up(s->state, class_by_type(s, msg.type));
    if (rule != RULE_ABUSE && rule != RULE_WRONG)
        return false;
    do_rule(s, rule, &msg);
    return true;
}

/* The part of a message that is not its first: of CopyData, or of one that was too long. */
static bool is_remainder(const pgcopy_msg *msg)
{
    return !msg->first && msg->type != PGCOPY_MSG_COPY_DATA;
}

bool messages_take(pgcopy_session *s)
{
    pgcopy_slice  before = recv_bytes(s), in = before;
    pgcopy_wire   wire = s->wire;
    pgcopy_msg    msg  = {0};
    pgcopy_status rc;

    if (!s->waiting && take_early(s, in))
        return true;
    rc = pgcopy_wire_next(&wire, &in, &msg);
    if (rc == PGCOPY_AGAIN)
        return take_eof(s);
    if (rc == PGCOPY_ERR_PROTOCOL)
        return take_fault(s, &msg);
    if (!may_take(s, &msg))
        return false;
    s->wire = wire;
    recv_took(s, before.len - in.len);
    if (!is_remainder(&msg))
        do_rule(s, rules_look_up(s->state, class_of(s, &msg)), &msg);
    return true;
}
