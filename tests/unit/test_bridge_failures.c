/*
 * test_bridge_failures.c - every call fails each way; no memory.
 */
#include "bridge_fixture.h"

#include <string.h>

struct failure {
    pgcopy_status status;
    const char   *state; /* what the backend says, NULL: nothing      */
    const char   *told;  /* what the client hears                     */
    const char   *open;  /* ... if it was open; NULL: the same        */
    const char   *commit;
};

static const struct failure failures[] = {
    {PGCOPY_ERR_SQL, "23505", "E:23505", NULL, NULL},
    {PGCOPY_ERR_SQL, NULL, "E:XX000", "E:08006", NULL},
    {PGCOPY_ERR_NOMEM, NULL, "E:53200", NULL, NULL},
    {PGCOPY_ERR_UNSUPPORTED, NULL, "E:0A000", "E:08006", NULL},
    {PGCOPY_ERR_LIMIT, NULL, "E:54000", "E:08006", NULL},
    {PGCOPY_ERR_LOST, NULL, "E:08006", NULL, "E:08007"},
    {PGCOPY_ERR_LOST, "57P01", "E:57P01", NULL, NULL},
};
enum { FAILURES = sizeof failures / sizeof *failures };

/* The call before the "!". */
static bool was_failed(const struct talk *t, const char *call)
{
    const char *mark = strstr(t->rec.log, ", !");
    size_t      len  = strlen(call);

    return mark && (size_t)(mark - t->rec.log) >= len && memcmp(mark - len, call, len) == 0;
}

static const char *words_for(const struct failure *f, const struct talk *t)
{
    if (was_failed(t, "load_end drop"))
        return "";
    if (f->open && was_failed(t, "open"))
        return f->open;
    if (f->commit && was_failed(t, "commit"))
        return f->commit;
    return f->told;
}

/* What the calls before left in the reply is not taken for this one's. */
static bool fail_one(const struct scene *scene, size_t n, const struct failure *f)
{
    struct talk t = {.script = scene->script};

    t.rec.leaves     = true;
    t.rec.fail_at    = n;
    t.rec.fail_with  = f->status;
    t.rec.fail_state = f->state;
    assert_true(talk(&t));
    if (t.rec.failed)
        assert_non_null(strstr(t.told, words_for(f, &t)));
    return t.rec.failed;
}

static void every_failure_is_told_and_leaves_nothing(void **state)
{
    size_t n;

    (void)state;
    for (size_t i = 0; i < SCENES; i++)
        for (size_t k = 0; k < FAILURES; k++) {
            for (n = 1; fail_one(&scenes[i], n, &failures[k]); n++)
                continue;
            assert_true(n > 1);
        }
}

/* A batch's FULL is the end of a backend's last call more often than it means to say. */
static void positive_status_is_success(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 7; n++) {
        struct talk t   = {.script = small.script};
        t.rec.fail_at   = n;
        t.rec.fail_with = PGCOPY_FULL;
        assert_true(talk(&t));
        assert_true(t.rec.failed);
        assert_string_equal(t.told, small.told);
        assert_int_equal(t.rec.nrows, 1);
    }
}

static void what_a_call_left_in_the_reply_is_not_the_next_ones(void **state)
{
    struct talk t = {.script = small.script};

    (void)state;
    t.rec.leaves    = true;
    t.rec.fail_at   = 6;
    t.rec.fail_with = PGCOPY_ERR_NOMEM;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G E:53200 ZI");
    t            = (struct talk){.script = small.script};
    t.rec.leaves = true;
    assert_true(talk(&t));
    assert_string_equal(t.told, small.told);
}

static void count_of_load_end_is_the_tags(void **state)
{
    struct talk t = {.script = small.script};

    (void)state;
    t.rec.count = 42;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI G C:COPY 42 ZI");
}

static void failed_fetch_lets_its_result_go_at_once(void **state)
{
    struct talk t = {.script = SCRIPT("Q SELECT 1", "Q UPDATE t", "X")};

    (void)state;
    t.rec.fail_at   = 3;
    t.rec.fail_with = PGCOPY_ERR_NOMEM;
    assert_true(talk(&t));
    assert_string_equal(t.told, "R ZI T E:53200 ZI C:UPDATE 3 ZI");
    assert_string_equal(t.rec.log, "open, execute, fetch, !, finish, execute, close");
}

static bool run_with_memory(const pgcopy_allocator *allocator, void *arg)
{
    const struct scene *scene = arg;
    struct talk         t     = {.script = scene->script, .allocator = allocator};

    return talk(&t) && strcmp(t.told, scene->told) == 0 && strcmp(t.rec.log, scene->log) == 0;
}

static void every_allocation_may_fail(void **state)
{
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < SCENES; i++) {
        scene = scenes[i];
        test_every_failure(run_with_memory, &scene);
    }
}

enum { RECV_BYTES = 65536 }; /* of recv_buf */

static size_t live_at_rest(const char *const *script)
{
    struct test_memory m;
    struct talk        t = {.script = script, .allocator = &m.allocator, .memory = &m};

    test_memory_init(&m, 0);
    assert_true(talk(&t));
    assert_int_equal(m.live, 0);
    return t.live;
}

static void bridge_at_rest_keeps_no_reply_and_no_batch(void **state)
{
    size_t idle = live_at_rest(SCRIPT(NULL));

    (void)state;
    assert_int_equal(live_at_rest(SCRIPT("Q SELECT 1")), idle);
    assert_int_equal(live_at_rest(SCRIPT("Q COPY t FROM STDIN", "d 1\ta\n", "c")),
                     idle + sizeof(pgcopy_progress)); /* of the last COPY */
    assert_true(idle <= RECV_BYTES + 1360); /* the room that was just given, what goes with it,
                                               and all the rest */
    assert_true(live_at_rest(SCRIPT("Q BEGIN", "Q SELECT 1")) > idle + sizeof(pgcopy_error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failure_is_told_and_leaves_nothing),
        cmocka_unit_test(positive_status_is_success),
        cmocka_unit_test(what_a_call_left_in_the_reply_is_not_the_next_ones),
        cmocka_unit_test(count_of_load_end_is_the_tags),
        cmocka_unit_test(failed_fetch_lets_its_result_go_at_once),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(bridge_at_rest_keeps_no_reply_and_no_batch)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
