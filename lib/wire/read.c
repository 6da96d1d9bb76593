/*
 * wire/read.c - cuts a stream into messages (protocol 54.7); nothing is copied, nothing kept
 * but what is left of a body that passes in parts.
 *
 *   tagged    'Q'  00 00 00 0d  select 1\0         untagged        00 00 00 08  04 d2 16 2f
 *             type length       body                               length       body: the code
 *                  of itself and the body                          of itself and the body
 */
#include "wire/read.h"

#include "base/bytes.h"

#include <string.h>

enum {
    TAGGED_HEAD   = WIRE_HEAD,
    UNTAGGED_HEAD = WIRE_WORD,
    TLS_HANDSHAKE = 0x16 /* first byte of a TLS record that holds a ClientHello */
};

/* What PostgreSQL 18 takes as a length word, which counts itself. */
enum {
    LIMIT_LARGE    = WIRE_DATA_LIMIT, /* PQ_LARGE_MESSAGE_LIMIT: what palloc gives, less one */
    LIMIT_SMALL    = 10000,           /* PQ_SMALL_MESSAGE_LIMIT                              */
    LIMIT_PASSWORD = 65535,           /* PG_MAX_AUTH_TOKEN_LENGTH                            */
    LIMIT_SERVER   = 0x7FFFFFFF,      /* an int32: libpq knows no other                      */
    STARTUP_MIN    = 8,
    STARTUP_MAX    = 10004 /* MAX_STARTUP_PACKET_LENGTH counts without the word  */
};

enum { MAX_MESSAGE = 64 * 1024 * 1024 };

/* Request codes in place of a protocol version (protocol 54.7: 1234 in the upper half). */
enum { CODE_CANCEL = 80877102, CODE_SSL = 80877103, CODE_GSS = 80877104 };

/* 0: a type that no client sends, for which PostgreSQL does not wait for the length. */
static uint32_t client_limit(uint8_t type)
{
    switch (type) {
    case PGCOPY_MSG_QUERY:
    case PGCOPY_MSG_PARSE:
    case PGCOPY_MSG_BIND:
    case PGCOPY_MSG_FUNCTION:
    case PGCOPY_MSG_COPY_DATA:
        return LIMIT_LARGE;
    case PGCOPY_MSG_EXECUTE:
    case PGCOPY_MSG_DESCRIBE:
    case PGCOPY_MSG_CLOSE:
    case PGCOPY_MSG_FLUSH:
    case PGCOPY_MSG_SYNC:
    case PGCOPY_MSG_TERMINATE:
    case PGCOPY_MSG_COPY_DONE:
    case PGCOPY_MSG_COPY_FAIL:
        return LIMIT_SMALL;
    case PGCOPY_MSG_PASSWORD:
        return LIMIT_PASSWORD;
    default:
        return 0;
    }
}

/* All that a server sends has a letter or a digit: another byte means that we are lost. */
static uint32_t server_limit(uint8_t type)
{
    bool letter = (type >= 'A' && type <= 'Z') || (type >= 'a' && type <= 'z');

    return letter || (type >= '0' && type <= '9') ? LIMIT_SERVER : 0;
}

static uint32_t max_message(const pgcopy_wire *wire)
{
    return wire->max_message ? wire->max_message : MAX_MESSAGE;
}

/* Gives what is here of the body under way, which begins `head` bytes into the input. */
static pgcopy_status give_part(pgcopy_wire *wire, pgcopy_slice *in, size_t head,
                               pgcopy_msg *msg)
{
    size_t n = in->len - head < wire->left ? in->len - head : wire->left;

    /* A part is never as long as a message that is too long, so that one comes as two. */
    if (wire->type != PGCOPY_MSG_COPY_DATA && n > max_message(wire))
        n = max_message(wire);
    return wire_give(wire, in, head, n, msg);
}

static pgcopy_status next_tagged(pgcopy_wire *wire, pgcopy_slice *in, pgcopy_msg *msg)
{
    uint8_t  type  = in->data[0];
    uint32_t limit = wire->from_server ? server_limit(type) : client_limit(type);
    uint32_t word;
    uint32_t need;

    msg->type = type;
    if (!limit)
        return PGCOPY_ERR_PROTOCOL;
    if (in->len < TAGGED_HEAD)
        return PGCOPY_AGAIN;
    word = get_u32(in->data + 1);
    if (word < UNTAGGED_HEAD || word > limit)
        return PGCOPY_ERR_PROTOCOL;
    need = word - UNTAGGED_HEAD;
    if (need && (type == PGCOPY_MSG_COPY_DATA || need > max_message(wire)))
        need = 1;
    if (in->len - TAGGED_HEAD < need)
        return PGCOPY_AGAIN;
    wire->type   = type;
    wire->length = word - UNTAGGED_HEAD;
    wire->left   = wire->length;
    return give_part(wire, in, TAGGED_HEAD, msg);
}

static int untagged_type(uint32_t code)
{
    switch (code) {
    case CODE_CANCEL:
        return PGCOPY_MSG_CANCEL;
    case CODE_SSL:
        return PGCOPY_MSG_SSL;
    case CODE_GSS:
        return PGCOPY_MSG_GSS;
    default:
        return PGCOPY_MSG_STARTUP;
    }
}

/* Small enough to be always taken whole.  After a request for SSL or GSS, or its refusal, the
   next packet is untagged again. */
static pgcopy_status next_untagged(pgcopy_wire *wire, pgcopy_slice *in, pgcopy_msg *msg)
{
    uint32_t word;

    if (in->data[0] == TLS_HANDSHAKE) {
        *msg = (pgcopy_msg){.type = PGCOPY_MSG_TLS, .first = true, .last = true};
        return PGCOPY_OK;
    }
    if (in->len < UNTAGGED_HEAD)
        return PGCOPY_AGAIN;
    word = get_u32(in->data);
    if (word < STARTUP_MIN || word > STARTUP_MAX)
        return PGCOPY_ERR_PROTOCOL;
    if (in->len < word)
        return PGCOPY_AGAIN;
    msg->type     = untagged_type(get_u32(in->data + UNTAGGED_HEAD));
    msg->length   = word - UNTAGGED_HEAD;
    msg->body     = (pgcopy_slice){in->data + UNTAGGED_HEAD, msg->length};
    msg->first    = true;
    msg->last     = true;
    wire->started = msg->type == PGCOPY_MSG_STARTUP;
    in->data += word;
    in->len -= word;
    return PGCOPY_OK;
}

pgcopy_status wire_next_any(pgcopy_wire *wire, pgcopy_slice *in, pgcopy_msg *msg)
{
    *msg = (pgcopy_msg){0};
    if (wire->left)
        msg->type = wire->type;
    if (!in->len)
        return PGCOPY_AGAIN;
    if (wire->left)
        return give_part(wire, in, 0, msg);
    if (wire->started || wire->from_server)
        return next_tagged(wire, in, msg);
    return next_untagged(wire, in, msg);
}
