/* test_session_join.c - CopyData of any length, as many at once as the client sends: the rows,
   the batches and the progress are those of one CopyData. */
#include "harness.h"

#include <pgcopy/session.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_ROWS = 3 };

struct flow {
    pgcopy_buf client;
    pgcopy_buf rows; /* as they are sent, without messages     */
    pgcopy_buf got;  /* ... and as they come out               */
    size_t     batches;
    bool       late; /* ROWS is answered when no more is decoded beside it */
    uint32_t   max_rows;
};

static void begin(struct flow *f)
{
    static const char startup[] = "\0\0\0\x12\0\3\0\0user\0ann\0";
    size_t            begun;

    pgcopy_buf_append(&f->client, startup, sizeof startup);
    begun = pgcopy_write_begin(&f->client, PGCOPY_MSG_QUERY);
    pgcopy_write_str(&f->client, "COPY t FROM STDIN (FORMAT csv)");
    pgcopy_write_end(&f->client, begun);
}

static void send_data(struct flow *f, const char *data, size_t len)
{
    pgcopy_write_copy_data(&f->client, (pgcopy_slice){(const uint8_t *)data, len});
    pgcopy_buf_append(&f->rows, data, len);
}

static void end(struct flow *f)
{
    pgcopy_write_empty(&f->client, PGCOPY_MSG_COPY_DONE);
    pgcopy_write_empty(&f->client, PGCOPY_MSG_TERMINATE);
    assert_false(f->client.failed || f->rows.failed);
}

static void flow_free(struct flow *f)
{
    pgcopy_buf_free(&f->client);
    pgcopy_buf_free(&f->rows);
    pgcopy_buf_free(&f->got);
}

/* ---- A session ---------------------------------------------------------------------- */

static void take_rows(struct flow *f, const pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    f->batches++;
    for (size_t r = 0; r < v->nrows; r++)
        for (size_t c = 0; c < v->ncols; c++) {
            pgcopy_slice value = pgcopy_batch_value(batch, r, c);
            pgcopy_buf_append(&f->got, value.data, value.len);
            pgcopy_buf_append(&f->got, c + 1 < v->ncols ? "," : "\n", 1);
        }
}

/* The decoder stops behind the row that fills a batch, wherever CopyData begin and end. */
static void rows_came(struct flow *f, pgcopy_session *s, const pgcopy_event *ev)
{
    take_rows(f, ev->batch);
    assert_int_equal(pgcopy_session_progress(s)->bytes, f->got.len);
    if (f->late)
        assert_null(pgcopy_session_next(s));
}

static void answer(struct flow *f, pgcopy_session *s, const pgcopy_event *ev)
{
    pgcopy_status rc;

    if (ev->type == PGCOPY_EVENT_ROWS)
        rows_came(f, s, ev);
    if (ev->type == PGCOPY_EVENT_COPY_IN)
        rc = pgcopy_session_columns(s, NULL);
    else if (ev->type == PGCOPY_EVENT_COPY_DONE)
        rc = pgcopy_session_complete(s, NULL, 0);
    else
        rc = pgcopy_session_accept(s);
    assert_int_equal(rc, PGCOPY_OK);
}

static void work(struct flow *f, pgcopy_session *s)
{
    const pgcopy_event *ev;
    size_t              len;

    while ((ev = pgcopy_session_next(s)))
        answer(f, s, ev);
    while (pgcopy_session_send_buf(s, &len))
        pgcopy_session_send_ack(s, len);
}

static void run(struct flow *f, struct test_cut cut)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = f->max_rows};
    pgcopy_session_opts opts   = {.size = sizeof opts, .batch = &limits};
    pgcopy_session     *s      = pgcopy_session_new(&opts);
    pgcopy_slice        in     = {f->client.data, f->client.len};

    assert_non_null(s);
    f->got.len = f->batches = 0;
    while (in.len) {
        size_t n    = test_cut_next(&cut, in.len);
        size_t took = n ? pgcopy_session_feed(s, in.data, n) : 0;
        in          = (pgcopy_slice){in.data + took, in.len - took};
        work(f, s);
    }
    assert_true(pgcopy_session_over(s));
    assert_int_equal(pgcopy_session_progress(s)->state, PGCOPY_COPY_COMPLETED);
    assert_int_equal(pgcopy_session_progress(s)->bytes, f->rows.len);
    pgcopy_session_free(s);
    assert_int_equal(f->got.len, f->rows.len);
    assert_memory_equal(f->got.data, f->rows.data, f->rows.len);
}

static void run_cut(struct test_cut cut, void *arg)
{
    struct flow *f = arg;

    f->late = false;
    run(f, cut);
    f->late = true;
    run(f, cut);
}

/* ---- The rules ---------------------------------------------------------------------- */

static void rows_are_those_of_one_copydata(void **state)
{
    static const char *const data[] = {"1,a\n",    "2,bb\n",     "3,",    "ccc\n",
                                       "",         "4,d\n5,e\n", "6,f\n", "7,g\n",
                                       "8,hhhh\n", "9",          ",i\n"};
    struct flow              f      = {.max_rows = BATCH_ROWS};

    (void)state;
    begin(&f);
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        send_data(&f, data[i], strlen(data[i]));
    end(&f);
    test_every_cut(f.client.len, run_cut, &f);
    assert_int_equal(f.batches, 3);
    flow_free(&f);
}

static void another_message_between_them_has_its_turn(void **state)
{
    struct flow f = {.max_rows = BATCH_ROWS};

    (void)state;
    begin(&f);
    for (int i = 0; i < 5; i++) {
        send_data(&f, "1,a\n", 4);
        pgcopy_write_empty(&f.client, i % 2 ? PGCOPY_MSG_FLUSH : PGCOPY_MSG_SYNC);
        send_data(&f, "2,b\n", 4);
    }
    end(&f);
    test_every_cut(f.client.len, run_cut, &f);
    flow_free(&f);
}

/* A row of i % 97 letters; now and then one that no receive buffer holds. */
static size_t write_row(char *row, int i)
{
    size_t n = i % 1000 == 999 ? 70000 + (size_t)i : (size_t)(i % 97);

    memset(row, 'a' + i % 26, n);
    memcpy(row + n, ",b\n", 3);
    return n + 3;
}

static void many_rows_pass_the_buffer_in_any_pieces(void **state)
{
    static const size_t pieces[] = {100, 4096, 65536, 1000000};
    struct flow         f        = {.max_rows = 1000};
    char               *row      = malloc(100000);

    (void)state;
    assert_non_null(row);
    begin(&f);
    for (int i = 0; i < 4000; i++)
        send_data(&f, row, write_row(row, i));
    end(&f);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        run_cut((struct test_cut){.piece = pieces[i]}, &f);
    flow_free(&f);
    free(row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_one_copydata),
        cmocka_unit_test(another_message_between_them_has_its_turn),
        cmocka_unit_test(many_rows_pass_the_buffer_in_any_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
