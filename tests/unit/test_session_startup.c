/*
 * test_session_startup.c - a session until it is ready: requests, TLS, the startup packet, who
 * it is.
 */
#include "session_fixture.h"

#include <stdlib.h>
#include <string.h>

static void greeting(const char *told, uint32_t version, const char *pairs, size_t len)
{
    struct transcript *t = calloc(1, sizeof *t);

    assert_non_null(t);
    *t = (struct transcript){.told = told, .checked = true};
    startup_of(&t->client, version, pairs, len);
    test_every_cut(t->client.len, run_cut, t);
    t->checked = false;
    test_every_failure(run_failing, t);
    free(t);
}

/* The empty name that ends the pairs is the NUL of the literal. */
#define GREETING(told, version, pairs) greeting(told, version, pairs, sizeof pairs)

static void startup_packets_are_judged(void **state)
{
    (void)state;
    GREETING(LOGIN, 0x30000, "user\0ann\0");
    GREETING("v " LOGIN, 0x30003, "user\0ann\0");
    GREETING("v " LOGIN, 0x30000, "user\0ann\0_pq_.x\0on\0");
    GREETING("E(FATAL 28000 no PostgreSQL user name specified in startup packet) ", 0x30000,
             "database\0d\0");
    GREETING("E(FATAL 08P01 invalid startup packet layout: expected terminator as last byte) ",
             0x30000, "user\0ann\0\0x");
    GREETING("E(FATAL 0A000 unsupported frontend protocol 4.0: server supports 3.0 to 3.2) ",
             0x40000, "user\0ann\0");
    GREETING("R E(FATAL 42704 unrecognized configuration parameter \"nonsense\") ", 0x30000,
             "user\0ann\0nonsense\0x\0");
    GREETING("R E(FATAL 22023 invalid value for parameter \"client_encoding\": \"LATIN1\") ",
             0x30000, "user\0ann\0client_encoding\0LATIN1\0");
    GREETING("R E(FATAL 22023 invalid value for parameter \"DateStyle\": \"dmy,mdy\") ",
             0x30000, "user\0ann\0options\0-c datestyle=dmy,mdy\0");
    GREETING(LOGIN, 0x30000,
             "user\0ann\0client_encoding\0'utf-8'\0options\0-c DateStyle=ISO\0");
}

static void requests_come_before_the_packet(void **state)
{
    static const uint8_t ssl[]    = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};
    static const uint8_t cancel[] = {0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e,
                                     0, 0, 0, 7,  1,    2,    3,    4};
    pgcopy_session      *s        = pgcopy_session_new(NULL);
    pgcopy_key           key      = {7, {(const uint8_t *)"\1\2\3\4\5", 5}};
    const void          *out;
    size_t               len;

    (void)state;
    assert_int_equal(pgcopy_session_feed(s, ssl, sizeof ssl), sizeof ssl);
    assert_null(pgcopy_session_next(s));
    out = pgcopy_session_send_buf(s, &len);
    assert_true(out && len == 1 && *(const char *)out == 'N');
    pgcopy_session_send_ack(s, 1);
    assert_int_equal(pgcopy_session_feed(s, cancel, sizeof cancel), sizeof cancel);
    assert_null(pgcopy_session_next(s));
    assert_true(pgcopy_session_over(s));
    assert_true(pgcopy_key_equal(&key, pgcopy_session_cancels(s)));
    key.pid = 8;
    assert_false(pgcopy_key_equal(&key, pgcopy_session_cancels(s)));
    pgcopy_session_free(s);
}

static void tls_is_yours_until_it_is_secured(void **state)
{
    static const uint8_t ssl[]  = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f, 'x'};
    pgcopy_session_opts  opts   = {.size = sizeof opts, .tls = true};
    pgcopy_session      *s      = pgcopy_session_new(&opts);
    struct transcript   *t      = calloc(1, sizeof *t);
    struct stream       *server = calloc(1, sizeof *server);
    size_t               len;

    (void)state;
    assert_true(t && server);
    pgcopy_session_feed(s, ssl, 8);
    assert_null(pgcopy_session_next(s));
    assert_int_equal(pgcopy_session_tls(s), PGCOPY_TLS_HANDSHAKE);
    assert_false(pgcopy_session_wants(s));
    assert_memory_equal(pgcopy_session_send_buf(s, &len), "S", 1);
    pgcopy_session_send_ack(s, 1);
    pgcopy_session_secured(s);
    startup(&t->client);
    pgcopy_session_feed(s, t->client.data, t->client.len);
    work(s, t, server, NULL);
    expect(t, server, LOGIN);
    pgcopy_session_lost(s);
    work(s, t, server, NULL);
    pgcopy_session_free(s);

    s = pgcopy_session_new(&opts); /* bytes behind the request */
    pgcopy_session_feed(s, ssl, sizeof ssl);
    assert_null(pgcopy_session_next(s));
    assert_int_equal(pgcopy_session_tls(s), PGCOPY_TLS_NONE);
    assert_int_equal(pgcopy_session_state(s), PGCOPY_STATE_ENDED);
    pgcopy_session_free(s);

    s = pgcopy_session_new(&opts); /* without asking */
    assert_int_equal(pgcopy_session_feed(s, "\x16\x03\x01", 3), 0);
    assert_int_equal(pgcopy_session_tls(s), PGCOPY_TLS_DIRECT);
    pgcopy_session_free(s);
    free(t);
    free(server);
}

#define BYTES(text) (text), sizeof(text) - 1

/* Counts the blocks that are given back with the password in them. */
static void *resize_and_look(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    static const char password[] = "open sesame";
    const uint8_t    *bytes      = ptr;

    for (size_t i = 0; !new_size && i + sizeof password <= old_size + 1; i++)
        *(int *)ctx += memcmp(bytes + i, password, sizeof password - 1) == 0;
    if (new_size)
        return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

static void a_password_is_wiped_when_it_is_judged(void **state)
{
    static const char   startup[]  = "\0\0\0\x12\0\3\0\0user\0ann\0";
    static const char   password[] = "p\0\0\0\x10open sesame";
    int                 found      = 0;
    pgcopy_allocator    looks      = {resize_and_look, &found};
    pgcopy_session_opts opts       = {.size = sizeof opts, .allocator = &looks};
    pgcopy_slice        none       = {NULL, 0};
    size_t              room;

    (void)state;
    for (int right = 0; right < 2; right++) {
        pgcopy_session     *s = pgcopy_session_new(&opts);
        const pgcopy_event *ev;
        pgcopy_session_feed(s, startup, sizeof startup);
        assert_non_null(pgcopy_session_next(s));
        assert_int_equal(pgcopy_session_challenge(s, PGCOPY_CHALLENGE_PASSWORD, none), 0);
        pgcopy_session_feed(s, password, sizeof password);
        ev = pgcopy_session_next(s);
        assert_int_equal(ev->type, PGCOPY_EVENT_AUTH);
        assert_memory_equal(ev->data.data, "open sesame", ev->data.len);
        assert_int_equal(right ? pgcopy_session_accept(s) : pgcopy_session_reject(s, NULL), 0);
        if (pgcopy_session_recv_buf(s, &room))
            pgcopy_session_recv_ack(s, 0);
        pgcopy_session_free(s);
    }
    assert_int_equal(found, 0);
}

static void sasl_is_framed_as_the_protocol_says(void **state)
{
    pgcopy_session     *s = pgcopy_session_new(NULL);
    struct transcript  *t = calloc(1, sizeof *t);
    const pgcopy_event *ev;

    (void)state;
    assert_non_null(t);
    startup(&t->client);
    next_is(s, PGCOPY_EVENT_STARTUP, t->client.data, t->client.len);
    assert_int_equal(pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL,
                                              (pgcopy_slice){(const uint8_t *)"A\0BC", 5}),
                     PGCOPY_OK);
    sent_is(s, BYTES("R\0\0\0\x0e\0\0\0\x0a"
                     "A\0BC\0\0"));
    ev = next_is(s, PGCOPY_EVENT_AUTH,
                 BYTES("p\0\0\0\x0d"
                       "BC\0\0\0\0\2hi"));
    assert_string_equal(ev->mechanism, "BC");
    assert_int_equal(ev->data.len, 2);
    assert_memory_equal(ev->data.data, "hi", 2);
    pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL_CONTINUE,
                             (pgcopy_slice){(const uint8_t *)"who", 3});
    sent_is(s, BYTES("R\0\0\0\x0b\0\0\0\x0bwho"));
    ev = next_is(s, PGCOPY_EVENT_AUTH, BYTES("p\0\0\0\6me"));
    assert_null(ev->mechanism);
    assert_memory_equal(ev->data.data, "me", 2);
    pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL_FINAL,
                             (pgcopy_slice){(const uint8_t *)"in", 2});
    pgcopy_session_accept(s);
    sent_is(s, BYTES("R\0\0\0\x0a\0\0\0\x0cinR\0\0\0\x08\0\0\0\0"));
    pgcopy_session_free(s);
    free(t);
}

static void sasl_tells_no_data_from_empty_data(void **state)
{
    static const char first[] = "p\0\0\0\x0a"
                                "B\0\xff\xff\xff\xff"
                                "p\0\0\0\x0a"
                                "B\0\0\0\0\0";

    (void)state;
    for (int i = 0; i < 2; i++) {
        pgcopy_session    *s = pgcopy_session_new(NULL);
        struct transcript *t = calloc(1, sizeof *t);
        assert_non_null(t);
        startup(&t->client);
        next_is(s, PGCOPY_EVENT_STARTUP, t->client.data, t->client.len);
        pgcopy_session_challenge(s, PGCOPY_CHALLENGE_SASL, (pgcopy_slice){NULL, 0});
        assert_int_equal(next_is(s, PGCOPY_EVENT_AUTH, first + 11 * i, 11)->data.data == NULL,
                         i == 0);
        pgcopy_session_free(s);
        free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(startup_packets_are_judged),
                                       cmocka_unit_test(requests_come_before_the_packet),
                                       cmocka_unit_test(tls_is_yours_until_it_is_secured),
                                       cmocka_unit_test(a_password_is_wiped_when_it_is_judged),
                                       cmocka_unit_test(sasl_is_framed_as_the_protocol_says),
                                       cmocka_unit_test(sasl_tells_no_data_from_empty_data)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
