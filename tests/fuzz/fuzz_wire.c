/* fuzz_wire.c - messages of any bytes, whole and in pieces.  Input: flags, piece, the stream.
 */
#include "fuzz.h"

#include <pgcopy/wire.h>

/* Takes every field that a body could hold; all that is checked is that it stays inside. */
static uint64_t take_fields(uint64_t sum, pgcopy_slice body)
{
    const char  *text;
    pgcopy_slice bytes;
    int8_t       i8;
    int16_t      i16;
    int32_t      i32;

    while (body.len) {
        if (pgcopy_take_str(&body, &text))
            sum = fuzz_sum_number(sum, (uint8_t)text[0]);
        if (pgcopy_take_i32(&body, &i32) && i32 > 0 &&
            pgcopy_take_bytes(&body, (size_t)i32, &bytes))
            sum = fuzz_sum(sum, bytes.data, bytes.len);
        if (pgcopy_take_i16(&body, &i16))
            sum = fuzz_sum_number(sum, (uint64_t)i16);
        if (!pgcopy_take_i8(&body, &i8))
            break;
    }
    return sum;
}

static uint64_t add_message(uint64_t sum, const pgcopy_msg *msg)
{
    fuzz_check(msg->body.len <= msg->length);
    if (msg->first)
        sum = fuzz_sum_number(fuzz_sum_number(sum, (uint64_t)msg->type), msg->length);
    sum = fuzz_sum(sum, msg->body.data, msg->body.len);
    if (msg->first && msg->last && msg->type != PGCOPY_MSG_COPY_DATA)
        sum = take_fields(sum, msg->body);
    return msg->last ? fuzz_sum_number(sum, msg->length) : sum;
}

static uint64_t read_all(uint8_t flags, size_t piece, const uint8_t *data, size_t size)
{
    pgcopy_wire wire = {
        .started = flags & 1, .from_server = flags & 2, .max_message = flags & 4 ? flags : 0};
    pgcopy_slice  in  = {data, 0};
    uint64_t      sum = 0;
    pgcopy_msg    msg;
    pgcopy_status rc = PGCOPY_AGAIN;

    while (rc == PGCOPY_AGAIN && in.data + in.len < data + size) {
        size_t left = (size_t)(data + size - in.data) - in.len;
        in.len += piece < left ? piece : left;
        while ((rc = pgcopy_wire_next(&wire, &in, &msg)) == PGCOPY_OK &&
               msg.type != PGCOPY_MSG_TLS)
            sum = add_message(sum, &msg);
    }
    return fuzz_sum_number(fuzz_sum_number(sum, (uint64_t)rc), (uint64_t)(in.data - data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    fuzz_check(read_all(data[0], size, data + 2, size - 2) ==
               read_all(data[0], (size_t)data[1] + 1, data + 2, size - 2));
    return 0;
}
