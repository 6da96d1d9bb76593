/* test_codec_batches.c - the decoder and its batches: where they are cut, what they cost, what
   is refused. */
#include "harness.h"

#include "codec/decoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pgcopy_slice slice(const char *text)
{
    return (pgcopy_slice){(const uint8_t *)text, strlen(text)};
}

static pgcopy_decoder *csv_decoder(const char *table, uint32_t max_row)
{
    pgcopy_format       csv  = {.size = sizeof csv, .kind = PGCOPY_FORMAT_CSV};
    pgcopy_decoder_opts opts = {.size = sizeof opts, .table = table, .max_row = max_row};

    return pgcopy_decoder_new(&csv, NULL, &opts, NULL);
}

static void assert_value(const pgcopy_batch *batch, size_t row, size_t col, const char *text)
{
    pgcopy_slice v = pgcopy_batch_value(batch, row, col);

    assert_int_equal(v.len, strlen(text));
    assert_memory_equal(v.data, text, v.len);
}

/* ---- Where batches are cut ---------------------------------------------------------- */

static void full_stops_right_behind_a_row(void **state)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 2};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    pgcopy_decoder     *dec    = csv_decoder("t", 0);
    pgcopy_slice        in     = slice("1,a\n2,b\n3,c\n4,d\n5");

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_FULL);
    assert_int_equal(in.len, strlen("3,c\n4,d\n5"));
    assert_int_equal(batch->used, batch->view.nbytes);
    pgcopy_batch_clear(batch);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_FULL);
    assert_int_equal(in.len, 1);
    assert_value(batch, 1, 1, "d");
    pgcopy_batch_clear(batch);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN); /* empty: nothing happens */
    assert_int_equal(pgcopy_decoder_line(dec), 5);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

/* The number of rows of each batch. */
struct cuts {
    uint32_t rows[4096];
    size_t   n;
};

static void cut_batches(const char *text, size_t len, size_t piece,
                        const pgcopy_batch_limits *limits, struct cuts *cuts)
{
    pgcopy_batch   *batch = pgcopy_batch_new(0, limits, NULL);
    pgcopy_decoder *dec   = csv_decoder("t", 0);
    pgcopy_slice    in    = {(const uint8_t *)text, 0};
    pgcopy_status   rc    = PGCOPY_AGAIN;
    size_t          left  = len;

    for (cuts->n = 0; rc == PGCOPY_AGAIN || rc == PGCOPY_FULL;) {
        if (!in.len) {
            in.len = piece < left ? piece : left;
            left -= in.len;
        }
        rc = in.len ? pgcopy_decode(dec, &in, batch) : pgcopy_decode_end(dec, batch);
        if (rc == PGCOPY_AGAIN)
            continue;
        cuts->rows[cuts->n++] = pgcopy_batch_view(batch)->nrows;
        pgcopy_batch_clear(batch);
    }
    assert_int_equal(rc, PGCOPY_END);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

static size_t many_rows(char *text, size_t n)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++)
        len += (size_t)sprintf(text + len,
                               i % 7 ? "%zu,some text,%zu\n" : "%zu,\"a\n\"\"b\"\"\",%zu\n", i,
                               i * 7919 % 1000);
    return len;
}

static void the_cut_does_not_depend_on_the_pieces(void **state)
{
    const pgcopy_batch_limits limits[] = {{0},
                                          {.rows = 100},
                                          {.bytes = 1000},
                                          {.fields = 50},
                                          {.bytes = 1},
                                          {.rows = 33, .bytes = 700}};
    char                     *text     = malloc(100000);
    size_t                    len      = many_rows(text, 3000);
    static struct cuts        whole, pieces;

    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        cut_batches(text, len, SIZE_MAX, &limits[i], &whole);
        assert_true(whole.n > 1);
        for (size_t piece = 1; piece < len; piece = piece * 5 + 2) {
            cut_batches(text, len, piece, &limits[i], &pieces);
            assert_int_equal(pieces.n, whole.n);
            assert_memory_equal(pieces.rows, whole.rows, whole.n * sizeof *whole.rows);
        }
    }
    free(text);
}

static void the_open_row_survives_a_clear(void **state)
{
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_decoder *dec   = csv_decoder("t", 0);
    pgcopy_slice    in    = slice("1,2,3\n\"a\"\"b\",,\"c");

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    pgcopy_batch_clear(batch);
    in = slice("d\"\n");
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_batch_view(batch)->nrows, 1);
    assert_value(batch, 0, 0, "a\"b");
    assert_value(batch, 0, 2, "cd");
    assert_memory_equal(pgcopy_batch_raw(batch, 0).data, "\"a\"\"b\",,\"cd\"", 13);
    assert_int_equal(pgcopy_batch_view(batch)->line0, 2);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

static void the_open_row_must_come_back(void **state)
{
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_batch   *other = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_decoder *dec   = csv_decoder("t", 0);
    pgcopy_slice    in = slice("1,2"), more = slice("3\n");

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_decode(dec, &more, other), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_decode_end(dec, other), PGCOPY_ERR_USAGE);
    assert_int_equal(more.len, 2); /* and nothing changed */
    assert_int_equal(pgcopy_decode(dec, &more, batch), PGCOPY_AGAIN);
    assert_value(batch, 0, 1, "23");
    pgcopy_batch_free(other);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

static void rows_of_two_kinds_do_not_mix(void **state)
{
    pgcopy_batch   *batch = pgcopy_batch_new(2, NULL, NULL);
    pgcopy_batch   *three = pgcopy_batch_new(3, NULL, NULL);
    pgcopy_decoder *dec   = csv_decoder("t", 0);
    pgcopy_slice    in    = slice("1,2\n");

    (void)state;
    (void)pgcopy_batch_put(batch, "x", 1);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_ERR_USAGE);
    (void)pgcopy_batch_put(batch, "y", 1);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_ERR_USAGE);
    pgcopy_batch_clear(batch);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_decode(dec, &in, three), PGCOPY_ERR_USAGE);
    pgcopy_batch_free(three);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

/* The number of columns of a batch counts as that of a first row. */
static void a_batch_may_say_how_many_columns(void **state)
{
    pgcopy_batch   *batch = pgcopy_batch_new(2, NULL, NULL);
    pgcopy_decoder *dec   = csv_decoder("t", 0);
    pgcopy_slice    in    = slice("1,2,3\n");

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_ERR_DATA);
    assert_string_equal(pgcopy_decoder_error(dec)->message,
                        "extra data after last expected column");
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

static void what_follows_the_end_marker_is_left(void **state)
{
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_decoder *dec   = pgcopy_decoder_new(NULL, NULL, NULL, NULL);
    pgcopy_slice    in    = slice("1\n\\.\nrest");

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_END);
        assert_int_equal(in.len, 4);
    }
    assert_int_equal(pgcopy_decode_end(dec, batch), PGCOPY_END);
    assert_int_equal(pgcopy_batch_view(batch)->nrows, 1);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

/* ---- Limits and costs --------------------------------------------------------------- */

struct limited {
    const char *text;
    uint32_t    max_row;
    uint32_t    rows; /* that come before the error */
    bool        ends; /* without one                */
};

static void run_limited(struct test_cut cut, void *arg)
{
    const struct limited *x     = arg;
    pgcopy_batch         *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_decoder       *dec   = csv_decoder("t", x->max_row);
    size_t                len   = strlen(x->text);
    pgcopy_status         rc    = PGCOPY_AGAIN;

    for (size_t at = 0; at < len && rc == PGCOPY_AGAIN;) {
        pgcopy_slice in = {(const uint8_t *)x->text + at, test_cut_next(&cut, len - at)};
        at += in.len;
        rc = pgcopy_decode(dec, &in, batch);
    }
    if (rc == PGCOPY_AGAIN)
        rc = pgcopy_decode_end(dec, batch);
    assert_int_equal(rc, x->ends ? PGCOPY_END : PGCOPY_ERR_DATA);
    assert_int_equal(pgcopy_batch_view(batch)->nrows, x->rows);
    assert_string_equal(pgcopy_decoder_error(dec)->sqlstate, x->ends ? "" : "54000");
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

static void a_row_may_be_so_long_and_no_longer(void **state)
{
    struct limited x[] = {
        {"12345\n12345", 5, 2, true},       {"12345\r\n12345\r\n", 5, 2, true},
        {"12345\n123456\n", 5, 1, false},   {"123456\n", 5, 0, false},
        {"12345\n123456", 5, 1, false},     {"12345\n\"123\n", 3, 0, false},
        {"1\n12345\r\n", 3, 1, false},     /* not the stray CR behind it  */
        {"1\n12345\xff\n", 3, 1, false},   /* nor the bad byte            */
        {"1\n12,34,5,6,7\n", 4, 1, false}, /* nor the extra columns       */
        {"1234\n1,,,,,,,,\n", 4, 1, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        test_every_cut(strlen(x[i].text), run_limited, &x[i]);
}

static size_t         counted_bytes;
static scan_classify *counted;

/* How many bytes are looked at. */
static unsigned count_bytes(uint8_t *dst, const uint8_t *src, size_t n, struct scan_set set,
                            struct scan_words *words)
{
    counted_bytes += n;
    return counted(dst, src, n, set, words);
}

static void read_long_field(struct test_memory *m, size_t len, size_t piece)
{
    struct scan_table   counting;
    pgcopy_format       csv   = {.size = sizeof csv, .kind = PGCOPY_FORMAT_CSV};
    pgcopy_decoder_opts opts  = {.size = sizeof opts, .allocator = &m->allocator};
    pgcopy_batch       *batch = pgcopy_batch_new(0, NULL, &m->allocator);
    pgcopy_decoder     *dec   = pgcopy_decoder_new(&csv, NULL, &opts, NULL);
    uint8_t            *text  = malloc(len);

    counting          = *dec->scan;
    counted           = counting.classify;
    counting.classify = count_bytes;
    dec->scan         = &counting;
    counted_bytes     = 0;
    memset(text, 'x', len);
    text[0] = text[len - 1] = '"';
    for (size_t at = 0; at < len; at += piece) {
        pgcopy_slice in = {text + at, piece < len - at ? piece : len - at};
        assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    }
    assert_int_equal(pgcopy_decode_end(dec, batch), PGCOPY_FULL);
    assert_int_equal(pgcopy_batch_value(batch, 0, 0).len, len - 2);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    free(text);
}

static void a_long_field_costs_its_length_in_any_pieces(void **state)
{
    const size_t       len = 3000000, pieces[] = {1, 7, 1000, 5000, 3000000};
    struct test_memory m;

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        test_memory_init(&m, 0);
        read_long_field(&m, len, pieces[i]);
        assert_int_equal(counted_bytes, len);
        assert_true(m.calls < 40);
        assert_true(m.peak < len / 2 * 3 + 65536);
        assert_int_equal(m.live, 0);
    }
}

static void many_fields_too_many_need_no_memory(void **state)
{
    struct test_memory  m;
    pgcopy_columns     *cols;
    pgcopy_batch       *batch;
    pgcopy_decoder     *dec;
    pgcopy_decoder_opts opts = {.size = sizeof opts, .table = "t", .allocator = &m.allocator};
    char               *text = malloc(200000);
    pgcopy_slice        in   = {(uint8_t *)text, 200000};

    (void)state;
    memset(text, '\t', 200000);
    test_memory_init(&m, 0);
    cols = pgcopy_columns_new(&m.allocator);
    assert_non_null(pgcopy_columns_add(cols, "a", 0));
    batch = pgcopy_batch_new(0, NULL, &m.allocator);
    dec   = pgcopy_decoder_new(NULL, cols, &opts, NULL);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_decode_end(dec, batch), PGCOPY_ERR_DATA);
    assert_string_equal(pgcopy_decoder_error(dec)->message,
                        "extra data after last expected column");
    assert_true(m.peak < 200000 * 2 + 65536);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    free(text);
}

/* ---- Errors ------------------------------------------------------------------------- */

static void without_a_table_there_is_no_context(void **state)
{
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_decoder *dec   = csv_decoder(NULL, 0);
    pgcopy_slice    in    = slice("1\n2,3\n");

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_ERR_DATA);
    assert_string_equal(pgcopy_decoder_error(dec)->where, "");
    assert_int_equal(pgcopy_decoder_line(dec), 2);
    assert_int_equal(pgcopy_batch_view(batch)->nrows, 1);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

/* What is there of a short row is finished, for its values may be the first error. */
static void a_short_row_can_be_looked_at_and_skipped(void **state)
{
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_decoder *dec   = csv_decoder("t", 0);
    pgcopy_slice    in    = slice("1,2,3\n,\"a\"\"b\"\n4,5,6\n7");
    const uint8_t  *bytes;

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_ERR_DATA);
    assert_true(decoder_row_is_short(dec));
    assert_int_equal(batch->nfields, 5);
    assert_int_equal(batch->fields[3].len, PGCOPY_NULL);
    bytes = batch->view.bytes + batch->fields[4].start;
    assert_int_equal(batch->fields[4].len, 3);
    assert_memory_equal(bytes, "a\"b", 3);
    decoder_skip_row(dec, batch);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_decode_end(dec, batch), PGCOPY_ERR_DATA);
    assert_string_equal(pgcopy_decoder_error(dec)->where, "COPY t, line 4: \"7\"");
    decoder_skip_row(dec, batch);
    assert_int_equal(pgcopy_decode_end(dec, batch), PGCOPY_END);
    assert_int_equal(pgcopy_batch_view(batch)->nrows, 2);
    assert_value(batch, 1, 2, "6");
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

static const char *const star[] = {"*", NULL};
static const char *const x[]    = {"x", NULL};

static const struct refused {
    pgcopy_format format;
    const char   *sqlstate;
    const char   *message;
} refused[] = {
    {{.encoding = "LATIN11"},
     "22023",
     "argument to option \"encoding\" must be a valid encoding name"},
    {{.encoding = "mule-internal"},
     "42883",
     "default conversion function for encoding \"MULE_INTERNAL\" to \"UTF8\" does not exist"},
    {{.delimiter = '\n'}, "22023", "COPY delimiter cannot be newline or carriage return"},
    {{.kind = PGCOPY_FORMAT_CSV, .delimiter = '\r'},
     "22023",
     "COPY delimiter cannot be newline or carriage return"},
    {{.delimiter = 'x'}, "22023", "COPY delimiter cannot be \"x\""},
    {{.delimiter = '\\'}, "22023", "COPY delimiter cannot be \"\\\""},
    {{.delimiter = '\xe9'}, "0A000", "COPY delimiter must be a single one-byte character"},
    {{.null_string = "a\n"},
     "22023",
     "COPY null representation cannot use newline or carriage return"},
    {{.default_string = "\r"},
     "22023",
     "COPY default representation cannot use newline or carriage return"},
    {{.kind = PGCOPY_FORMAT_CSV, .delimiter = '"'},
     "22023",
     "COPY delimiter and quote must be different"},
    {{.kind = PGCOPY_FORMAT_CSV, .quote = ','},
     "22023",
     "COPY delimiter and quote must be different"},
    {{.kind = PGCOPY_FORMAT_CSV, .quote = '\xe9'},
     "0A000",
     "COPY quote must be a single one-byte character"},
    {{.kind = PGCOPY_FORMAT_CSV, .escape = '\xe9'},
     "0A000",
     "COPY escape must be a single one-byte character"},
    {{.delimiter = 'N'},
     "22023",
     "COPY delimiter character must not appear in the NULL specification"},
    {{.kind = PGCOPY_FORMAT_CSV, .null_string = "\""},
     "22023",
     "CSV quote character must not appear in the NULL specification"},
    {{.default_string = "\t"},
     "0A000",
     "COPY delimiter character must not appear in the DEFAULT specification"},
    {{.kind = PGCOPY_FORMAT_CSV, .default_string = "\""},
     "0A000",
     "CSV quote character must not appear in the DEFAULT specification"},
    {{.default_string = "\\N"},
     "0A000",
     "NULL specification and DEFAULT specification cannot be the same"},
    {{.kind = PGCOPY_FORMAT_CSV, .force_null = x},
     "42P10",
     "FORCE_NULL column \"x\" not referenced by COPY"},
};

static bool refuse(const pgcopy_allocator *allocator, void *arg)
{
    const struct refused *r    = arg;
    pgcopy_decoder_opts   opts = {.size = sizeof opts, .table = "t", .allocator = allocator};
    pgcopy_error          err  = {.message = ""};

    assert_null(pgcopy_decoder_new(&r->format, NULL, &opts, &err));
    if (strcmp(err.sqlstate, "53200") == 0)
        return false;
    assert_string_equal(err.sqlstate, r->sqlstate);
    assert_string_equal(err.message, r->message);
    assert_null(pgcopy_encoder_new(&r->format, NULL, allocator, NULL));
    return true;
}

static void formats_that_cannot_be_read_back_are_refused(void **state)
{
    struct refused r;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        r             = refused[i];
        r.format.size = sizeof r.format;
        test_every_failure(refuse, &r);
    }
}

static void assert_accepted(pgcopy_format format)
{
    pgcopy_decoder *dec;

    format.size = sizeof format;
    dec         = pgcopy_decoder_new(&format, NULL, NULL, NULL);
    assert_non_null(dec);
    pgcopy_decoder_free(dec);
}

static void what_postgresql_allows_is_allowed(void **state)
{
    (void)state;
    assert_accepted((pgcopy_format){.encoding = "utf_8"});
    assert_accepted((pgcopy_format){.encoding = "Unicode"});
    assert_accepted((pgcopy_format){.encoding = "sql-ascii", .delimiter = '\xe9'});
    assert_accepted((pgcopy_format){.kind = PGCOPY_FORMAT_CSV, .escape = ','});
    assert_accepted((pgcopy_format){.kind = PGCOPY_FORMAT_CSV, .quote = '\n'});
    assert_accepted((pgcopy_format){.kind = PGCOPY_FORMAT_CSV, .delimiter = '\\'});
    assert_accepted((pgcopy_format){.kind = PGCOPY_FORMAT_CSV, .force_null = star});
    assert_accepted((pgcopy_format){.null_string = "\\", .default_string = ""});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_stops_right_behind_a_row),
        cmocka_unit_test(the_cut_does_not_depend_on_the_pieces),
        cmocka_unit_test(the_open_row_survives_a_clear),
        cmocka_unit_test(the_open_row_must_come_back),
        cmocka_unit_test(rows_of_two_kinds_do_not_mix),
        cmocka_unit_test(a_batch_may_say_how_many_columns),
        cmocka_unit_test(what_follows_the_end_marker_is_left),
        cmocka_unit_test(a_row_may_be_so_long_and_no_longer),
        cmocka_unit_test(a_long_field_costs_its_length_in_any_pieces),
        cmocka_unit_test(many_fields_too_many_need_no_memory),
        cmocka_unit_test(without_a_table_there_is_no_context),
        cmocka_unit_test(a_short_row_can_be_looked_at_and_skipped),
        cmocka_unit_test(formats_that_cannot_be_read_back_are_refused),
        cmocka_unit_test(what_postgresql_allows_is_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
