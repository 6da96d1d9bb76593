/* test_wire.c - messages cut at any byte, hostile lengths, and what is written read again. */
#include "harness.h"

#include <pgcopy/wire.h>

#include <stdlib.h>
#include <string.h>

#define BYTES(text) ((pgcopy_slice){(const uint8_t *)(text), sizeof(text) - 1})

static void assert_bytes(const pgcopy_buf *out, const char *want, size_t len)
{
    assert_false(out->failed);
    assert_int_equal(out->len, len);
    assert_memory_equal(out->data, want, len);
}
#define assert_written(out, want) assert_bytes(out, want, sizeof(want) - 1)

static pgcopy_wire started(void)
{
    return (pgcopy_wire){.started = true};
}

static void write_message(pgcopy_buf *out, int type, const char *body, size_t len)
{
    size_t begun = pgcopy_write_begin(out, type);

    pgcopy_buf_append(out, body, len);
    pgcopy_write_end(out, begun);
}

/* ---- A stream of all that a client sends ------------------------------------------------- */

static const struct {
    int         tag;
    int         type;
    const char *body;
    size_t      len;
} stream[] = {
    {0, PGCOPY_MSG_SSL, "\x04\xd2\x16\x2f", 4},
    {0, PGCOPY_MSG_GSS, "\x04\xd2\x16\x30", 4},
    {0, PGCOPY_MSG_CANCEL, "\x04\xd2\x16\x2e\0\0\0\1\0\0\0\2", 12},
    {0, PGCOPY_MSG_STARTUP, "\0\3\0\2user\0u\0", 12},
    {'p', PGCOPY_MSG_PASSWORD, "secret", 7},
    {'Q', PGCOPY_MSG_QUERY, "copy t from stdin", 18},
    {'d', PGCOPY_MSG_COPY_DATA, "1\tone\n2\ttwo\n", 12},
    {'d', PGCOPY_MSG_COPY_DATA, "", 0},
    {'d', PGCOPY_MSG_COPY_DATA, "3", 1},
    {'c', PGCOPY_MSG_COPY_DONE, "", 0},
    {'f', PGCOPY_MSG_COPY_FAIL, "why", 4},
    {'P', PGCOPY_MSG_PARSE, "s\0select $1\0\0\1\0\0\0\x17", 18},
    {'B', PGCOPY_MSG_BIND, "p\0s\0\0\0\0\0\0\0", 10},
    {'D', PGCOPY_MSG_DESCRIBE, "Ss", 3},
    {'E', PGCOPY_MSG_EXECUTE, "p\0\0\0\0\0", 6},
    {'C', PGCOPY_MSG_CLOSE, "Pp", 3},
    {'F', PGCOPY_MSG_FUNCTION, "\0\0\0\1\0\0\0\0\0\0", 10},
    {'H', PGCOPY_MSG_FLUSH, "", 0},
    {'S', PGCOPY_MSG_SYNC, "", 0},
    {'X', PGCOPY_MSG_TERMINATE, "", 0},
};

enum { MESSAGES = sizeof stream / sizeof stream[0] };

/* Puts what comes together again, and asks whether it is message after message of the stream.
 */
struct joined {
    uint8_t body[64];
    size_t  len;
    size_t  nth;
};

static void join(struct joined *j, const pgcopy_msg *msg)
{
    assert_true(j->nth < MESSAGES);
    assert_int_equal(msg->type, stream[j->nth].type);
    assert_int_equal(msg->length, stream[j->nth].len);
    assert_int_equal(msg->first, j->len == 0);
    if (msg->type != PGCOPY_MSG_COPY_DATA)
        assert_true(msg->first && msg->last);
    if (msg->length)
        assert_true(msg->body.len > 0);
    memcpy(j->body + j->len, msg->body.data, msg->body.len);
    j->len += msg->body.len;
    assert_int_equal(msg->last, j->len == stream[j->nth].len);
    if (!msg->last)
        return;
    assert_memory_equal(j->body, stream[j->nth].body, j->len);
    j->len = 0;
    j->nth++;
}

static void read_stream(struct test_cut cut, void *arg)
{
    const pgcopy_buf *out  = arg;
    pgcopy_wire       wire = {0};
    struct joined     j    = {.nth = 0};
    pgcopy_slice      in   = {out->data, 0};
    pgcopy_msg        msg;
    size_t            came = 0;

    while (came < out->len) {
        size_t n = test_cut_next(&cut, out->len - came);
        in.len += n;
        came += n;
        while (pgcopy_wire_next(&wire, &in, &msg) == PGCOPY_OK)
            join(&j, &msg);
    }
    assert_int_equal(in.len, 0);
    assert_int_equal(j.nth, MESSAGES);
}

static void a_stream_is_the_same_however_it_is_cut(void **state)
{
    pgcopy_buf out = {0};

    (void)state;
    for (size_t i = 0; i < MESSAGES; i++)
        write_message(&out, stream[i].tag, stream[i].body, stream[i].len);
    test_every_cut(out.len, read_stream, &out);
    pgcopy_buf_free(&out);
}

/* ---- Reading: what is refused, and when -------------------------------------------------- */

static pgcopy_status next_of(pgcopy_wire wire, pgcopy_slice in, pgcopy_msg *msg)
{
    pgcopy_slice  was = in;
    pgcopy_status rc  = pgcopy_wire_next(&wire, &in, msg);

    if (rc != PGCOPY_OK) {
        assert_ptr_equal(in.data, was.data);
        assert_int_equal(in.len, was.len);
        assert_int_equal(wire.left, 0);
    }
    return rc;
}

static pgcopy_status head(pgcopy_wire wire, int type, uint32_t word, pgcopy_msg *msg)
{
    uint8_t bytes[] = {(uint8_t)type, (uint8_t)(word >> 24), (uint8_t)(word >> 16),
                       (uint8_t)(word >> 8), (uint8_t)word};

    if (type)
        return next_of(wire, (pgcopy_slice){bytes, 5}, msg);
    return next_of(wire, (pgcopy_slice){bytes + 1, 4}, msg);
}

static void lengths_are_limited_as_in_postgresql(void **state)
{
    static const struct {
        const char *types;
        uint32_t    max;
    } limits[] = {{"QPBFd", 0x3FFFFFFE}, {"EDCHSXcf", 10000}, {"p", 65535}};
    static const uint32_t hostile[] = {0, 1, 3, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    pgcopy_msg            msg;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (const char *t = limits[i].types; *t; t++) {
            for (size_t h = 0; h < 6; h++)
                assert_int_equal(head(started(), *t, hostile[h], &msg), PGCOPY_ERR_PROTOCOL);
            assert_int_equal(head(started(), *t, limits[i].max + 1, &msg), PGCOPY_ERR_PROTOCOL);
            assert_int_equal(msg.type, *t);
            assert_int_equal(head(started(), *t, limits[i].max, &msg), PGCOPY_AGAIN);
            assert_int_equal(head(started(), *t, 4, &msg), PGCOPY_OK);
            assert_true(msg.first && msg.last && msg.length == 0 && msg.type == *t);
        }
    }
}

static void startup_packets_are_limited_as_in_postgresql(void **state)
{
    static const uint32_t refused[] = {0, 4, 7, 10005, 0x7FFFFFFF, 0xFFFFFFFF};
    pgcopy_msg            msg;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(head((pgcopy_wire){0}, 0, refused[i], &msg), PGCOPY_ERR_PROTOCOL);
    assert_int_equal(head((pgcopy_wire){0}, 0, 8, &msg), PGCOPY_AGAIN);
    assert_int_equal(head((pgcopy_wire){0}, 0, 10004, &msg), PGCOPY_AGAIN);
}

static void a_type_is_judged_before_its_length_is_there(void **state)
{
    pgcopy_msg msg;

    (void)state;
    for (int type = 0; type < 256; type++) {
        uint8_t byte   = (uint8_t)type;
        bool    known  = type && strchr("QPBFdEDCHSXcfp", type);
        int     status = next_of(started(), (pgcopy_slice){&byte, 1}, &msg);
        assert_int_equal(status, known ? PGCOPY_AGAIN : PGCOPY_ERR_PROTOCOL);
        assert_int_equal(msg.type, type);
    }
}

static void tls_without_asking_is_not_taken(void **state)
{
    pgcopy_wire  wire = {0};
    pgcopy_slice in   = BYTES("\x16\x03\x01");
    pgcopy_msg   msg;

    (void)state;
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_int_equal(msg.type, PGCOPY_MSG_TLS);
    assert_int_equal(in.len, 3);
    assert_int_equal(next_of(started(), in, &msg), PGCOPY_ERR_PROTOCOL);
}

static void only_a_startup_packet_starts(void **state)
{
    pgcopy_wire  wire = {0};
    pgcopy_slice in   = BYTES("\0\0\0\x08\x04\xd2\x16\x2f\0\0\0\x08\0\3\0\0Z");
    pgcopy_msg   msg;

    (void)state;
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_false(wire.started);
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_true(wire.started);
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_ERR_PROTOCOL);
    assert_int_equal(msg.type, 'Z');
}

/* ---- Reading: in parts ------------------------------------------------------------------- */

static void a_gigabyte_of_copy_data_needs_no_memory(void **state)
{
    static uint8_t piece[1 << 16];
    pgcopy_wire    wire = started();
    pgcopy_slice   in   = BYTES("d\x3f\xff\xff\xfe?");
    pgcopy_msg     msg;
    uint64_t       sum = 0;

    (void)state;
    do {
        assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
        assert_int_equal(msg.length, 0x3FFFFFFA);
        assert_int_equal(msg.first, sum == 0);
        sum += msg.body.len;
        if (!in.len)
            in = (pgcopy_slice){piece, sizeof piece};
    } while (!msg.last);
    assert_true(sum == 0x3FFFFFFA);
    assert_int_equal(wire.left, 0);
}

static void a_message_over_the_limit_comes_in_parts(void **state)
{
    pgcopy_wire  wire = {.started = true, .max_message = 4};
    pgcopy_slice in   = BYTES("Q\0\0\0\x0a"
                                "123456"
                                "Q\0\0\0\x08"
                                "abcd"
                                "d\0\0\0\x0a"
                                "123456");
    pgcopy_msg   msg;

    (void)state;
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_true(msg.first && !msg.last && msg.length == 6 && msg.body.len == 4);
    assert_int_equal(wire.left, 2);
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_true(!msg.first && msg.last && msg.length == 6 && msg.body.len == 2);
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_true(msg.first && msg.last && msg.length == 4);
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_true(msg.first && msg.last && msg.body.len == 6);
}

static void a_message_over_the_default_limit_comes_in_parts(void **state)
{
    pgcopy_msg msg;

    (void)state;
    assert_int_equal(next_of(started(), BYTES("Q\x04\0\0\x04x"), &msg), PGCOPY_AGAIN);
    assert_int_equal(next_of(started(), BYTES("Q\x04\0\0\x05"), &msg), PGCOPY_AGAIN);
    assert_int_equal(next_of(started(), BYTES("Q\x04\0\0\x05x"), &msg), PGCOPY_OK);
    assert_true(msg.first && !msg.last && msg.body.len == 1);
    assert_int_equal(msg.length, 64 * 1024 * 1024 + 1);
}

static void a_server_stream_has_no_startup_and_other_types(void **state)
{
    pgcopy_wire  wire = {.from_server = true};
    pgcopy_slice in   = BYTES("R\0\0\0\x08\0\0\0\0"
                                "1\0\0\0\4"
                                "d\0\0\0\6ab");
    pgcopy_msg   msg;

    (void)state;
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_int_equal(msg.type, 'R');
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_int_equal(msg.type, '1');
    in.len--;
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
    assert_true(msg.type == 'd' && msg.first && !msg.last);
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_AGAIN);
    assert_int_equal(msg.type, 'd');
    wire.left = 0;
    in        = BYTES("\n");
    assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_ERR_PROTOCOL);
    assert_int_equal(head(wire, 'D', 3, &msg), PGCOPY_ERR_PROTOCOL);
    assert_int_equal(head(wire, 'D', 0x80000000, &msg), PGCOPY_ERR_PROTOCOL);
    assert_int_equal(head(wire, 'D', 0x7FFFFFFF, &msg), PGCOPY_AGAIN);
}

/* ---- Fields ------------------------------------------------------------------------------ */

static void fields_are_taken_in_their_order(void **state)
{
    pgcopy_slice body = BYTES("\xff\xff\xfe\x80\0\0\1name\0bytes");
    pgcopy_slice bytes;
    const char  *name;
    int8_t       i8;
    int16_t      i16;
    int32_t      i32;

    (void)state;
    assert_true(pgcopy_take_i8(&body, &i8) && i8 == -1);
    assert_true(pgcopy_take_i16(&body, &i16) && i16 == -2);
    assert_true(pgcopy_take_i32(&body, &i32) && i32 == INT32_MIN + 1);
    assert_true(pgcopy_take_str(&body, &name));
    assert_string_equal(name, "name");
    assert_true(pgcopy_take_bytes(&body, 5, &bytes));
    assert_memory_equal(bytes.data, "bytes", 5);
    assert_int_equal(body.len, 0);
    assert_true(pgcopy_take_bytes(&body, 0, &bytes));
    assert_int_equal(bytes.len, 0);
}

static void a_field_that_is_too_short_takes_nothing(void **state)
{
    pgcopy_slice body = BYTES("abc");
    pgcopy_slice none = {NULL, 0};
    pgcopy_slice bytes;
    const char  *name = "untouched";
    int8_t       i8   = 1;
    int16_t      i16  = 1;
    int32_t      i32  = 1;

    (void)state;
    assert_false(pgcopy_take_i32(&body, &i32));
    assert_false(pgcopy_take_str(&body, &name));
    assert_false(pgcopy_take_bytes(&body, 4, &bytes));
    assert_false(pgcopy_take_bytes(&body, SIZE_MAX, &bytes));
    assert_int_equal(body.len, 3);
    assert_false(pgcopy_take_i8(&none, &i8));
    assert_false(pgcopy_take_i16(&none, &i16));
    assert_false(pgcopy_take_str(&none, &name));
    assert_string_equal(name, "untouched");
    assert_int_equal(i8 + i16 + i32, 3);
}

/* ---- Writing ----------------------------------------------------------------------------- */

static void messages_of_a_login(void **state)
{
    static const char *const unknown[] = {"_pq_.a", "_pq_.b", NULL};
    pgcopy_buf               out       = {0};

    (void)state;
    pgcopy_write_negotiate(&out, 196610, unknown);
    pgcopy_write_auth(&out, 10, BYTES("SCRAM-SHA-256\0\0"));
    pgcopy_write_parameter(&out, "client_encoding", "UTF8");
    pgcopy_write_key(&out, 7, BYTES("\1\2\3\4"));
    pgcopy_write_ready(&out, 'I');
    assert_written(&out, "v\0\0\0\x1a\0\3\0\2\0\0\0\2_pq_.a\0_pq_.b\0"
                         "R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"
                         "S\0\0\0\x19"
                         "client_encoding\0UTF8\0"
                         "K\0\0\0\x0c\0\0\0\7\1\2\3\4"
                         "Z\0\0\0\5I");
    out.len = 0;
    pgcopy_write_negotiate(&out, 196608, NULL);
    pgcopy_write_auth(&out, 0, (pgcopy_slice){NULL, 0});
    assert_written(&out, "v\0\0\0\x0c\0\3\0\0\0\0\0\0"
                         "R\0\0\0\x08\0\0\0\0");
    pgcopy_buf_free(&out);
}

static void columns_say_type_length_and_format(void **state)
{
    static const int16_t formats[] = {1, 0};
    pgcopy_columns      *cols      = pgcopy_columns_new(NULL);
    pgcopy_buf           out       = {0};

    (void)state;
    pgcopy_columns_add(cols, "a", 23);
    pgcopy_columns_add(cols, "b", 0)->typmod = 34;
    pgcopy_write_columns(&out, cols, formats);
    assert_written(&out, "T\0\0\0\x2e\0\2"
                         "a\0\0\0\0\0\0\0\0\0\0\x17\0\4\xff\xff\xff\xff\0\1"
                         "b\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\0\0\0\x22\0\0");
    out.len = 0;
    pgcopy_write_columns(&out, cols, NULL);
    assert_int_equal(out.data[26], 0);
    out.len = 0;
    pgcopy_write_parameters(&out, cols);
    assert_written(&out, "t\0\0\0\x0e\0\2\0\0\0\x17\0\0\0\x19");
    pgcopy_columns_free(cols);
    pgcopy_buf_free(&out);
}

static void rows_tell_null_from_empty(void **state)
{
    pgcopy_batch *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_buf    out   = {0};

    (void)state;
    pgcopy_batch_put(batch, "", 0);
    pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    pgcopy_write_row(&out, batch, 0);
    pgcopy_batch_put(batch, "abc", 3);
    pgcopy_batch_put(batch, NULL, PGCOPY_DEFAULT);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    pgcopy_write_row(&out, batch, 1);
    assert_written(&out, "D\0\0\0\x0e\0\2\0\0\0\0\xff\xff\xff\xff"
                         "D\0\0\0\x11\0\2\0\0\0\3abc\xff\xff\xff\xff");
    pgcopy_batch_free(batch);
    pgcopy_buf_free(&out);
}

static void tags_may_have_a_count(void **state)
{
    pgcopy_buf out = {0};

    (void)state;
    pgcopy_write_complete(&out, "COPY", 0);
    pgcopy_write_complete(&out, "INSERT 0", 5);
    pgcopy_write_complete(&out, "BEGIN", PGCOPY_NO_COUNT);
    pgcopy_write_complete(&out, "S", 18446744073709551614u);
    assert_written(&out, "C\0\0\0\x0b"
                         "COPY 0\0"
                         "C\0\0\0\x0f"
                         "INSERT 0 5\0"
                         "C\0\0\0\x0a"
                         "BEGIN\0"
                         "C\0\0\0\x1b"
                         "S 18446744073709551614\0");
    pgcopy_buf_free(&out);
}

static void copy_messages(void **state)
{
    pgcopy_buf out = {0};

    (void)state;
    pgcopy_write_copy_in(&out, false, 2);
    pgcopy_write_copy_out(&out, true, 1);
    pgcopy_write_copy_in(&out, true, 0);
    pgcopy_write_copy_data(&out, BYTES("1\n"));
    pgcopy_write_copy_data(&out, (pgcopy_slice){NULL, 0});
    pgcopy_write_empty(&out, 'c');
    assert_written(&out, "G\0\0\0\x0b\0\0\2\0\0\0\0"
                         "H\0\0\0\x09\1\0\1\0\1"
                         "G\0\0\0\x07\1\0\0"
                         "d\0\0\0\x06"
                         "1\n"
                         "d\0\0\0\4"
                         "c\0\0\0\4");
    pgcopy_buf_free(&out);
}

static void an_error_has_its_fields_in_postgresqls_order(void **state)
{
    pgcopy_buf   out = {0};
    pgcopy_error err = {.sqlstate   = "23505",
                        .position   = 42,
                        .row        = 3,
                        .message    = "m",
                        .detail     = "d",
                        .hint       = "h",
                        .where      = "w",
                        .schema     = "s",
                        .table      = "t",
                        .column     = "c",
                        .type       = "y",
                        .constraint = "n"};

    (void)state;
    pgcopy_write_error(&out, &err);
    assert_written(&out, "E\0\0\0\x39"
                         "SERROR\0VERROR\0C23505\0Mm\0Dd\0Hh\0Ww\0ss\0tt\0cc\0dy\0nn\0"
                         "P42\0\0");
    pgcopy_buf_free(&out);
}

static void severities_choose_the_message_and_the_state(void **state)
{
    static const struct {
        pgcopy_severity severity;
        char            type;
        const char     *fields;
    } cases[] = {
        {PGCOPY_SEVERITY_ERROR, 'E', "SERROR|VERROR|CXX000|Mmissing error text||"},
        {PGCOPY_SEVERITY_FATAL, 'E', "SFATAL|VFATAL|CXX000|Mmissing error text||"},
        {PGCOPY_SEVERITY_WARNING, 'N', "SWARNING|VWARNING|C01000|Mmissing error text||"},
        {PGCOPY_SEVERITY_NOTICE, 'N', "SNOTICE|VNOTICE|C00000|Mmissing error text||"},
        {PGCOPY_SEVERITY_INFO, 'N', "SINFO|VINFO|C00000|Mmissing error text||"},
        {PGCOPY_SEVERITY_LOG, 'N', "SLOG|VLOG|C00000|Mmissing error text||"},
        {PGCOPY_SEVERITY_DEBUG, 'N', "SDEBUG|VDEBUG|C00000|Mmissing error text||"},
    };
    pgcopy_buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        out.len = 0;
        pgcopy_write_error(&out, &(pgcopy_error){.severity = cases[i].severity});
        assert_int_equal(out.data[0], cases[i].type);
        for (size_t at = 5; at < out.len; at++)
            out.data[at] = out.data[at] ? out.data[at] : '|';
        assert_int_equal(out.len - 5, strlen(cases[i].fields));
        assert_memory_equal(out.data + 5, cases[i].fields, out.len - 5);
    }
    pgcopy_buf_free(&out);
}

/* ---- For lack of memory ------------------------------------------------------------------ */

static bool only_whole_messages(const pgcopy_allocator *allocator, void *arg)
{
    pgcopy_buf   out  = {.allocator = allocator};
    pgcopy_wire  wire = {.from_server = true};
    pgcopy_msg   msg;
    pgcopy_slice in;
    bool         ended;

    (void)arg;
    for (int i = 0; i < 40; i++) {
        pgcopy_write_parameter(&out, "name", "a value that takes some room");
        pgcopy_write_error(&out, &(pgcopy_error){.message = "m"});
    }
    in = (pgcopy_slice){out.data, out.len};
    while (pgcopy_wire_next(&wire, &in, &msg) == PGCOPY_OK)
        assert_true(msg.last);
    assert_int_equal(in.len, 0);
    ended = !out.failed;
    pgcopy_buf_free(&out);
    return ended;
}

static void no_failure_leaves_half_a_message(void **state)
{
    (void)state;
    test_every_failure(only_whole_messages, NULL);
}

/* Only the first page of what the buffer says it holds is there: no more of it is touched. */
static void a_message_of_two_gigabytes_is_refused(void **state)
{
    pgcopy_buf out = {.cap = 0xFFFFFFFF};

    (void)state;
    out.data = malloc(64);
    assert_non_null(out.data);
    pgcopy_write_ready(&out, 'I');
    assert_int_equal(pgcopy_write_begin(&out, 'd'), 6);
    out.len = 6 + 1 + (size_t)INT32_MAX + 1;
    pgcopy_write_end(&out, 6);
    assert_true(out.failed);
    assert_int_equal(out.len, 6);
    free(out.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_the_same_however_it_is_cut),
        cmocka_unit_test(lengths_are_limited_as_in_postgresql),
        cmocka_unit_test(startup_packets_are_limited_as_in_postgresql),
        cmocka_unit_test(a_type_is_judged_before_its_length_is_there),
        cmocka_unit_test(tls_without_asking_is_not_taken),
        cmocka_unit_test(only_a_startup_packet_starts),
        cmocka_unit_test(a_gigabyte_of_copy_data_needs_no_memory),
        cmocka_unit_test(a_message_over_the_limit_comes_in_parts),
        cmocka_unit_test(a_message_over_the_default_limit_comes_in_parts),
        cmocka_unit_test(a_server_stream_has_no_startup_and_other_types),
        cmocka_unit_test(fields_are_taken_in_their_order),
        cmocka_unit_test(a_field_that_is_too_short_takes_nothing),
        cmocka_unit_test(messages_of_a_login),
        cmocka_unit_test(columns_say_type_length_and_format),
        cmocka_unit_test(rows_tell_null_from_empty),
        cmocka_unit_test(tags_may_have_a_count),
        cmocka_unit_test(copy_messages),
        cmocka_unit_test(an_error_has_its_fields_in_postgresqls_order),
        cmocka_unit_test(severities_choose_the_message_and_the_state),
        cmocka_unit_test(no_failure_leaves_half_a_message),
        cmocka_unit_test(a_message_of_two_gigabytes_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
