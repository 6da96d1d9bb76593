/* test_throttle.c - pgcopyd's count of failed log-ins: who is refused, for how long, and whose
   slot is given away. */
#include "../../examples/pgcopyd/throttle.h"

#include "harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Of either family, as libuv gives it. */
static const struct sockaddr *at(const char *text)
{
    static struct sockaddr_storage address;
    struct sockaddr_in            *v4 = (struct sockaddr_in *)(void *)&address;
    struct sockaddr_in6           *v6 = (struct sockaddr_in6 *)(void *)&address;

    memset(&address, 0, sizeof address);
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
        address.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
        address.ss_family = AF_INET6;
    else
        fail();
    return (struct sockaddr *)&address;
}

static struct throttle *new_throttle(void)
{
    struct throttle *t = calloc(1, sizeof *t);

    assert_non_null(t);
    return t;
}

static void fail_often(struct throttle *t, const char *address, int times, uint64_t now)
{
    for (int i = 0; i < times; i++)
        throttle_failed(t, at(address), now);
}

static void ten_failures_within_a_minute_are_too_many(void **state)
{
    struct throttle *t = new_throttle();

    (void)state;
    assert_false(throttle_refuses(t, at("10.0.0.1"), 5));
    fail_often(t, "10.0.0.1", 9, 5);
    assert_false(throttle_refuses(t, at("10.0.0.1"), 60004));
    throttle_failed(t, at("10.0.0.1"), 60004);
    assert_true(throttle_refuses(t, at("10.0.0.1"), 60004));
    assert_false(throttle_refuses(t, at("10.0.0.2"), 60004));
    assert_false(throttle_refuses(t, at("10.0.0.1"), 60005));
    assert_false(throttle_refuses(t, at("10.0.0.1"), 60006));
    free(t);
}

static void a_minute_later_the_count_begins_anew(void **state)
{
    struct throttle *t = new_throttle();

    (void)state;
    fail_often(t, "10.0.0.1", 9, 5);
    fail_often(t, "10.0.0.1", 9, 60005);
    assert_false(throttle_refuses(t, at("10.0.0.1"), 60005));
    throttle_failed(t, at("10.0.0.1"), 120004);
    assert_true(throttle_refuses(t, at("10.0.0.1"), 120004));
    free(t);
}

static void a_network_of_ipv6_is_one_address(void **state)
{
    struct throttle *t = new_throttle();

    (void)state;
    fail_often(t, "2001:db8:1:2::1", 5, 0);
    fail_often(t, "2001:db8:1:2:ffff::2", 5, 0);
    assert_true(throttle_refuses(t, at("2001:db8:1:2::3"), 0));
    assert_false(throttle_refuses(t, at("2001:db8:1:3::1"), 0));
    free(t);
}

/* A listener of both families sees clients of the old one as ::ffff:a.b.c.d. */
static void a_mapped_address_is_the_old_one(void **state)
{
    struct throttle *t = new_throttle();

    (void)state;
    fail_often(t, "::ffff:10.0.0.1", 10, 0);
    assert_true(throttle_refuses(t, at("10.0.0.1"), 0));
    assert_false(throttle_refuses(t, at("::ffff:10.0.0.2"), 0));
    assert_false(throttle_refuses(t, at("::1"), 0));
    free(t);
}

static void the_oldest_makes_room(void **state)
{
    struct throttle *t = new_throttle();
    char             text[INET_ADDRSTRLEN];

    (void)state;
    fail_often(t, "10.9.9.1", 10, 1);
    fail_often(t, "10.9.9.2", 10, 2);
    for (unsigned i = 0; i < THROTTLE_SLOTS - 1; i++) {
        struct in_addr address = {htonl(0x0a000000U + i)};
        throttle_failed(t, at(inet_ntop(AF_INET, &address, text, sizeof text)), 3);
    }
    assert_false(throttle_refuses(t, at("10.9.9.1"), 3));
    assert_true(throttle_refuses(t, at("10.9.9.2"), 3));
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_failures_within_a_minute_are_too_many),
        cmocka_unit_test(a_minute_later_the_count_begins_anew),
        cmocka_unit_test(a_network_of_ipv6_is_one_address),
        cmocka_unit_test(a_mapped_address_is_the_old_one),
        cmocka_unit_test(the_oldest_makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
