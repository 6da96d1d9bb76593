/*
 * wire/write.c - appends messages to a buffer (protocol 54.7): a head, fields, and the length
 * patched in at the end.
 *
 *   type  00 00 00 00  fields ...      begin: where the type byte (untagged: the length) lies
 *         ^ end() puts the length
 */
#include <pgcopy/wire.h>

#include "base/buf.h"
#include "base/bytes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LENGTH_MAX = 0x7FFFFFFF }; /* of an int32 */

size_t pgcopy_write_begin(pgcopy_buf *out, int type)
{
    size_t   begun = out->len;
    uint8_t *head  = buf_room(out, 5);

    if (head && type) {
        head[0] = (uint8_t)type;
        put_u32(head + 1, 0);
        out->len = begun + 5;
    } else if (head) {
        put_u32(head, 0);
        out->len = begun + 4;
    }
    return begun;
}

/* Of a message that did not become whole nothing may stay: `failed` may be looked at late. */
void pgcopy_write_end(pgcopy_buf *out, size_t begun)
{
    size_t at;

    assert(begun <= out->len);
    if (!out->failed) {
        at = begun + (out->data[begun] != 0);
        if (out->len - at <= LENGTH_MAX) {
            put_u32(out->data + at, (uint32_t)(out->len - at));
            return;
        }
        out->failed = true;
    }
    out->len = begun;
}

static void write_i8(pgcopy_buf *out, int value)
{
    uint8_t byte = (uint8_t)value;

    pgcopy_buf_append(out, &byte, 1);
}

void pgcopy_write_i16(pgcopy_buf *out, int16_t value)
{
    uint8_t bytes[2];

    put_u16(bytes, (uint16_t)value);
    pgcopy_buf_append(out, bytes, sizeof bytes);
}

void pgcopy_write_i32(pgcopy_buf *out, int32_t value)
{
    uint8_t bytes[4];

    put_u32(bytes, (uint32_t)value);
    pgcopy_buf_append(out, bytes, sizeof bytes);
}

void pgcopy_write_str(pgcopy_buf *out, const char *value)
{
    pgcopy_buf_append(out, value, strlen(value) + 1);
}

void pgcopy_write_empty(pgcopy_buf *out, int type)
{
    pgcopy_write_end(out, pgcopy_write_begin(out, type));
}

/* ---- Authentication and the session ------------------------------------------------------ */

static void write_number_and_bytes(pgcopy_buf *out, int type, int32_t number, pgcopy_slice data)
{
    size_t begun = pgcopy_write_begin(out, type);

    pgcopy_write_i32(out, number);
    pgcopy_buf_append(out, data.data, data.len);
    pgcopy_write_end(out, begun);
}

void pgcopy_write_auth(pgcopy_buf *out, int32_t code, pgcopy_slice data)
{
    write_number_and_bytes(out, 'R', code, data);
}

void pgcopy_write_key(pgcopy_buf *out, int32_t pid, pgcopy_slice secret)
{
    write_number_and_bytes(out, 'K', pid, secret);
}

void pgcopy_write_negotiate(pgcopy_buf *out, int32_t newest, const char *const *unknown)
{
    size_t  begun = pgcopy_write_begin(out, 'v');
    int32_t n     = 0;

    while (unknown && unknown[n])
        n++;
    pgcopy_write_i32(out, newest);
    pgcopy_write_i32(out, n);
    for (int32_t i = 0; i < n; i++)
        pgcopy_write_str(out, unknown[i]);
    pgcopy_write_end(out, begun);
}

void pgcopy_write_parameter(pgcopy_buf *out, const char *name, const char *value)
{
    size_t begun = pgcopy_write_begin(out, 'S');

    pgcopy_write_str(out, name);
    pgcopy_write_str(out, value);
    pgcopy_write_end(out, begun);
}

void pgcopy_write_ready(pgcopy_buf *out, char transaction)
{
    size_t begun = pgcopy_write_begin(out, 'Z');

    write_i8(out, transaction);
    pgcopy_write_end(out, begun);
}

/* ---- Results ----------------------------------------------------------------------------- */

void pgcopy_write_complete(pgcopy_buf *out, const char *tag, uint64_t count)
{
    char   number[24] = "";
    size_t begun      = pgcopy_write_begin(out, 'C');

    if (count != PGCOPY_NO_COUNT)
        snprintf(number, sizeof number, " %" PRIu64, count);
    pgcopy_buf_append(out, tag, strlen(tag));
    pgcopy_write_str(out, number);
    pgcopy_write_end(out, begun);
}

/* All columns have the format of the whole (protocol 54.7, CopyInResponse). */
static void write_copy_response(pgcopy_buf *out, int type, bool binary, size_t ncols)
{
    size_t begun = pgcopy_write_begin(out, type);

    assert(ncols <= UINT16_MAX);
    write_i8(out, binary);
    pgcopy_write_i16(out, (int16_t)ncols);
    for (size_t i = 0; i < ncols; i++)
        pgcopy_write_i16(out, binary);
    pgcopy_write_end(out, begun);
}

void pgcopy_write_copy_in(pgcopy_buf *out, bool binary, size_t ncols)
{
    write_copy_response(out, 'G', binary, ncols);
}

void pgcopy_write_copy_out(pgcopy_buf *out, bool binary, size_t ncols)
{
    write_copy_response(out, 'H', binary, ncols);
}

void pgcopy_write_copy_data(pgcopy_buf *out, pgcopy_slice data)
{
    size_t begun = pgcopy_write_begin(out, PGCOPY_MSG_COPY_DATA);

    pgcopy_buf_append(out, data.data, data.len);
    pgcopy_write_end(out, begun);
}
