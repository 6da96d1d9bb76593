/*
 * test_copy_steps.c - a COPY step by step: progress, interrupts, calls out of turn.
 */
#include "copy_fixture.h"

static void progress_can_be_read_at_any_time(void **state)
{
    struct player         *p  = begin("COPY s.u FROM STDIN (ON_ERROR ignore)", u_columns);
    const pgcopy_progress *at = pgcopy_copy_progress(p->copy);

    (void)state;
    assert_int_equal(at->state, PGCOPY_COPY_STREAMING);
    assert_int_equal(at->verb, PGCOPY_VERB_COPY_FROM);
    assert_string_equal(at->schema, "s");
    assert_string_equal(at->table, "u");
    assert_true(at->rows == 0 && at->bytes == 0 && at->line == 1);
    assert_int_equal(data(p, "1\tx\nq\ty\n3\tz"), PGCOPY_AGAIN);
    assert_true(at->rows == 1 && at->skipped == 1 && at->bytes == 11 && at->line == 3);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_END);
    assert_true(at->rows == 2 && at->state == PGCOPY_COPY_STREAMING);
    assert_int_equal(pgcopy_copy_finish(p->copy, 7, &p->out), PGCOPY_OK);
    assert_int_equal(at->state, PGCOPY_COPY_COMPLETED);
    end(p, "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 7\n");
}

/* PostgreSQL counts a row as it goes on to the next, so those before the bad one are counted,
   in however few CopyData all of them came. */
static void rows_before_the_bad_one_are_counted(void **state)
{
    static const struct {
        const struct column *columns;
        const char          *rows;
        uint64_t             good;
    } cases[] = {{u_columns, "1\tx\n2\ty\nq\tz\n4\tu\n", 2},
                 {u_columns, "1\tx\nq\ty\n", 1},
                 {u_columns, "1\tx\n2\ty\n3\n", 2},
                 {w_columns, "1\tx\n2\ty\n3\t\\N\n4\tu\n", 2},
                 {w_columns, "\\N\tx\n", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct player         *p  = begin("COPY u FROM STDIN", cases[i].columns);
        const pgcopy_progress *at = pgcopy_copy_progress(p->copy);

        assert_int_equal(data(p, cases[i].rows), PGCOPY_ERR_SQL);
        assert_int_equal(at->state, PGCOPY_COPY_FAILED);
        assert_int_equal(at->rows, cases[i].good);
        p->out.len = 0;
        end(p, "");
    }
}

static void a_failed_copy_keeps_its_error(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);

    (void)state;
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "");
    assert_int_equal(data(p, "1\tx\nq\ty\n"), PGCOPY_ERR_SQL);
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "22P02");
    assert_string_equal(pgcopy_copy_progress(p->copy)->sqlstate, "22P02");
    assert_int_equal(pgcopy_copy_error(p->copy)->row, 2);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_ERR_SQL); /* not said again */
    assert_int_equal(pgcopy_copy_finish(p->copy, 1, &p->out), PGCOPY_ERR_USAGE);
    end(p, "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 2, "
           "column a: \"q\"\n");
}

static void the_trailer_is_no_line_of_its_own(void **state)
{
    static const char bytes[] = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"
                                "\0\2\0\0\0\4\0\0\0\1\0\0\0\1x\xff\xff";
    struct player    *p       = begin("COPY u FROM STDIN BINARY", u_columns);
    pgcopy_slice      in      = {(const uint8_t *)bytes, sizeof bytes - 1};

    (void)state;
    assert_int_equal(pgcopy_copy_data(p->copy, &in, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(
        pgcopy_copy_fail(p->copy, (pgcopy_slice){(const uint8_t *)"no", 3}, &p->out),
        PGCOPY_ERR_SQL);
    end(p, "G 1 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
}

static void an_interrupt_waits_for_a_whole_row(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   cancel;

    (void)state;
    pgcopy_error_text(&cancel, "57014", "canceling statement due to user request");
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(data(p, "2\t"), PGCOPY_AGAIN);
    assert_int_equal(data(p, "y\nq\tz\n"), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 canceling statement due to user request | WCOPY u, line 2: "
           "\"2\ty\"\n");
}

static void an_interrupt_is_seen_at_copy_done(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   cancel;

    (void)state;
    pgcopy_error_text(&cancel, "57014", "cancel");
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 cancel | WCOPY u, line 2\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(data(p, "1\tx\n2\ty"), PGCOPY_AGAIN);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 cancel | WCOPY u, line 2: \"2\ty\"\n");
}

static void a_bad_row_and_copy_fail_win_over_an_interrupt(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   cancel;

    (void)state;
    pgcopy_error_text(&cancel, "57014", "cancel");
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(data(p, "q\ty\n3\tz\n"), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 1, "
           "column a: \"q\"\n");

    p = begin("COPY u FROM STDIN", u_columns);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(
        pgcopy_copy_fail(p->copy, (pgcopy_slice){(const uint8_t *)"no", 3}, &p->out),
        PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 1\n");
}

static void the_session_has_words_of_its_own(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   fatal;

    (void)state;
    pgcopy_error_text(&fatal, "57P01", "bye");
    fatal.severity = PGCOPY_SEVERITY_FATAL;
    assert_int_equal(data(p, "1\tx\n2"), PGCOPY_AGAIN);
    assert_int_equal(copy_abort(p->copy, &fatal, &p->out), PGCOPY_ERR_SQL);
    assert_int_equal(copy_abort(p->copy, &fatal, &p->out), PGCOPY_ERR_SQL); /* not said again */
    assert_int_equal(pgcopy_copy_error(p->copy)->severity, PGCOPY_SEVERITY_FATAL);
    end(p, "G 0 2\nE 57P01 bye | WCOPY u, line 2\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(copy_broken(p->copy, &p->out), PGCOPY_ERR_PROTOCOL);
    end(p, "G 0 2\nE 08006 unexpected EOF on client connection with an open transaction | "
           "WCOPY u, line 1\nE 08P01 terminating connection because protocol synchronization "
           "was lost\n");
}

/* Batch 1 is at the database while batch 2 is decoded, and batch 1 is refused first. */
static void an_error_that_was_not_sent_gives_way(void **state)
{
    struct player *p     = begin("COPY u FROM STDIN", u_columns);
    pgcopy_buf     ahead = {0};
    pgcopy_batch  *next  = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_slice   in    = {(const uint8_t *)"q\ty\n", 4};

    (void)state;
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_data(p->copy, &in, next, &ahead), PGCOPY_ERR_SQL);
    copy_forget_error(p->copy);
    assert_int_equal(pgcopy_copy_progress(p->copy)->state, PGCOPY_COPY_STREAMING);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_ERR_SQL);
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "23505");
    end(p, "G 0 2\nE 23505 no | WCOPY u, line 1\n");
    pgcopy_batch_free(next);
    pgcopy_buf_free(&ahead);
}

static void calls_out_of_turn_change_nothing(void **state)
{
    pgcopy_stmt  *stmt = parse("COPY u FROM STDIN"), *begin_stmt = parse("BEGIN");
    pgcopy_copy  *copy  = pgcopy_copy_new(stmt, NULL);
    pgcopy_batch *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_slice  in    = {(const uint8_t *)"1\n", 2};
    pgcopy_buf    out   = {0};

    (void)state;
    assert_null(pgcopy_copy_new(begin_stmt, NULL));
    assert_int_equal(pgcopy_copy_begin(copy, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_data(copy, &in, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_resolve(copy, NULL, NULL, &out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_resolve(copy, NULL, NULL, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_message(copy, 'c', &in, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_begin(copy, &out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(copy, 0, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_rows(copy, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(in.len, 2);
    assert_int_equal(pgcopy_copy_done(copy, batch, &out), PGCOPY_END);
    assert_int_equal(pgcopy_copy_done(copy, batch, &out), PGCOPY_END);
    assert_int_equal(pgcopy_copy_data(copy, &in, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_finish(copy, 0, &out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(copy, 0, &out), PGCOPY_ERR_USAGE);
    pgcopy_copy_free(copy);
    pgcopy_batch_free(batch);
    pgcopy_buf_free(&out);
    pgcopy_stmt_free(stmt);
    pgcopy_stmt_free(begin_stmt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_can_be_read_at_any_time),
        cmocka_unit_test(rows_before_the_bad_one_are_counted),
        cmocka_unit_test(a_failed_copy_keeps_its_error),
        cmocka_unit_test(the_trailer_is_no_line_of_its_own),
        cmocka_unit_test(an_interrupt_waits_for_a_whole_row),
        cmocka_unit_test(an_interrupt_is_seen_at_copy_done),
        cmocka_unit_test(a_bad_row_and_copy_fail_win_over_an_interrupt),
        cmocka_unit_test(the_session_has_words_of_its_own),
        cmocka_unit_test(an_error_that_was_not_sent_gives_way),
        cmocka_unit_test(calls_out_of_turn_change_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
