/* test_session_memory.c - what a COPY through a session and its bridge allocates: so much for a
   statement, and nothing for a row or a batch; and what is left when it is over.  Where a piece
   of input ends decides how far a table grows, so a few growths more are no sign. */
#include "harness.h"

#include "../bench/copy_talk.h"

enum { ROWS = 10000, WARM = 3, SLACK = 4096, GROWTHS = 4 };

/* Of a COPY that was not the first: allocations, the backend's calls, the most memory. */
struct cost {
    size_t calls;
    size_t jobs;
    size_t loads;
    size_t peak;
};

struct kind {
    const char *name;
    const char *out;
    const char *in;
};

static const struct kind kinds[] = {
    {"text", "COPY t TO STDOUT", "COPY t FROM STDIN"},
    {"CSV", "COPY t TO STDOUT (FORMAT csv)", "COPY t FROM STDIN (FORMAT csv)"},
    {"binary", "COPY t TO STDOUT (FORMAT binary)", "COPY t FROM STDIN (FORMAT binary)"},
    {"CSV in LATIN1", "COPY t TO STDOUT (FORMAT csv, ENCODING 'LATIN1')",
     "COPY t FROM STDIN (FORMAT csv, ENCODING 'LATIN1')"},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static struct cost last_out(const struct kind *kind, size_t rows, pgcopy_buf *data)
{
    struct test_memory m;
    struct talk        t = {.rows = rows};
    struct cost        cost;

    test_memory_init(&m, 0);
    talk_open_session(&t, &m.allocator);
    for (int i = 0; i < WARM; i++) {
        size_t calls = m.calls, jobs = t.jobs, live = m.live;
        data->len = 0;
        m.peak    = m.live;
        talk_out(&t, kind->out, data);
        cost      = (struct cost){.calls = m.calls - calls, .jobs = t.jobs - jobs};
        cost.peak = m.peak - live;
    }
    talk_end(&t);
    assert_int_equal(m.live, 0);
    return cost;
}

static struct cost last_in_beside(const struct kind *kind, const pgcopy_buf *data, size_t rows,
                                  size_t message, bool beside)
{
    struct test_memory m;
    struct talk        t      = {.beside = beside};
    pgcopy_buf         stream = {0};
    struct cost        cost;

    test_memory_init(&m, 0);
    talk_open_session(&t, &m.allocator);
    talk_frame(&stream, data, message);
    for (int i = 0; i < WARM; i++) {
        size_t calls = m.calls, jobs = t.jobs, live = m.live;
        m.peak = m.live;
        talk_in(&t, kind->in, &stream);
        assert_int_equal(t.loaded, rows);
        cost = (struct cost){m.calls - calls, t.jobs - jobs, t.loads, m.peak - live};
    }
    talk_end(&t);
    pgcopy_buf_free(&stream);
    assert_int_equal(m.live, 0);
    return cost;
}

static struct cost last_in(const struct kind *kind, const pgcopy_buf *data, size_t rows,
                           size_t message)
{
    return last_in_beside(kind, data, rows, message, false);
}

static void copy_out_allocates_for_the_statement_alone(void **state)
{
    pgcopy_buf data = {0};

    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct cost once  = last_out(&kinds[i], ROWS, &data);
        struct cost twice = last_out(&kinds[i], 2 * ROWS, &data);
        print_message("%s out: %zu allocations, %zu bytes\n", kinds[i].name, once.calls,
                      once.peak);
        assert_true(twice.calls <= once.calls + GROWTHS);
        assert_true(twice.peak <= once.peak + SLACK);
    }
    pgcopy_buf_free(&data);
}

/* In messages as psql's and in tiny ones, which end anywhere. */
static void copy_in_allocates_for_the_statement_alone(void **state)
{
    pgcopy_buf data = {0}, more = {0};

    (void)state;
    for (size_t i = 0; i < 2 * KINDS; i++) {
        const struct kind *kind    = &kinds[i / 2];
        size_t             message = i % 2 ? 8192 : 61;
        struct cost        once, twice;
        last_out(kind, ROWS, &data);
        last_out(kind, 2 * ROWS, &more);
        once  = last_in(kind, &data, ROWS, message);
        twice = last_in(kind, &more, 2 * ROWS, message);
        print_message("%s in, messages of %zu: %zu allocations, %zu bytes\n", kind->name,
                      message, once.calls, once.peak);
        assert_true(twice.calls <= once.calls + GROWTHS);
        assert_true(twice.peak <= once.peak + SLACK);
    }
    pgcopy_buf_free(&data);
    pgcopy_buf_free(&more);
}

/* The second is there to be filled while the first one is in a job. */
static void where_jobs_run_at_once_one_batch_is_filled(void **state)
{
    pgcopy_buf data = {0};

    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct cost alone, beside;
        last_out(&kinds[i], ROWS, &data);
        alone  = last_in(&kinds[i], &data, ROWS, 8192);
        beside = last_in_beside(&kinds[i], &data, ROWS, 8192, true);
        assert_true(alone.peak <= 288 * 1024);
        assert_true(beside.peak > alone.peak + 128 * 1024);
        assert_int_equal(beside.loads, alone.loads);
    }
    pgcopy_buf_free(&data);
}

/* The threads that wait for the database wake up once for each. */
static void batch_is_one_job(void **state)
{
    pgcopy_buf data = {0}, more = {0};

    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct cost once, twice;
        last_out(&kinds[i], ROWS, &data);
        last_out(&kinds[i], 2 * ROWS, &more);
        once  = last_in(&kinds[i], &data, ROWS, 8192);
        twice = last_in(&kinds[i], &more, 2 * ROWS, 8192);
        assert_true(twice.loads > once.loads);
        assert_int_equal(twice.jobs - once.jobs, twice.loads - once.loads);
    }
    pgcopy_buf_free(&data);
    pgcopy_buf_free(&more);
}

static void session_that_waits_owns_no_buffer_and_no_batch(void **state)
{
    struct test_memory m;
    struct talk        t      = {.rows = ROWS};
    pgcopy_buf         data   = {0};
    pgcopy_buf         stream = {0};
    size_t             before;

    (void)state;
    test_memory_init(&m, 0);
    talk_open_session(&t, &m.allocator);
    talk_rest(&t);
    before = m.live;
    print_message("idle: %zu bytes\n", before);
    assert_true(before <= 2048);
    talk_out(&t, kinds[0].out, &data);
    talk_frame(&stream, &data, 8192);
    talk_in(&t, kinds[0].in, &stream);
    talk_rest(&t);
    assert_int_equal(m.live, before + sizeof(pgcopy_progress)); /* of the last COPY */
    talk_end(&t);
    pgcopy_buf_free(&stream);
    pgcopy_buf_free(&data);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_out_allocates_for_the_statement_alone),
        cmocka_unit_test(copy_in_allocates_for_the_statement_alone),
        cmocka_unit_test(where_jobs_run_at_once_one_batch_is_filled),
        cmocka_unit_test(batch_is_one_job),
        cmocka_unit_test(session_that_waits_owns_no_buffer_and_no_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
