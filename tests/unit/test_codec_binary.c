/* test_codec_binary.c - binary format: rows, every error of it, cut anywhere, and back. */
#include "harness.h"

#include <pgcopy/codec.h>

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"

struct fixture {
    const char *name;
    const char *data;
    size_t      len;
    const char *rows; /* what is in the batch, and the error */
};

#define BYTES(text) text, sizeof text - 1

static const struct fixture fixtures[] = {
    {"two rows", BYTES(HEAD "\0\2\0\0\0\1a\0\0\0\2bc\0\2\377\377\377\377\0\0\0\0\377\377"),
     "1:a,bc 2:NULL, end"},
    {"no trailer", BYTES(HEAD "\0\2\0\0\0\1a\0\0\0\1b"), "1:a,b end"},
    {"half a count", BYTES(HEAD "\0\2\0\0\0\1a\0\0\0\1b\0"), "1:a,b end"},
    {"header only", BYTES(HEAD), "end"},
    {"trailer only", BYTES(HEAD "\377\377"), "end"},
    {"flags that may be passed over", BYTES("PGCOPY\n\377\r\n\0\0\0\377\377\0\0\0\0\377\377"),
     "end"},
    {"an extension", BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\3xyz\377\377"), "end"},
    {"nothing", BYTES(""), "22P04 COPY file signature not recognized"},
    {"text", BYTES("1\tAnn\n2\tBob\n"), "22P04 COPY file signature not recognized"},
    {"short text", BYTES("1\tAnn\n"), "22P04 COPY file signature not recognized"},
    {"no flags", BYTES("PGCOPY\n\377\r\n\0\0\0"),
     "22P04 invalid COPY file header (missing flags)"},
    {"oids", BYTES("PGCOPY\n\377\r\n\0\0\1\0\0\0\0\0\0"),
     "22P04 invalid COPY file header (WITH OIDS)"},
    {"critical flags", BYTES("PGCOPY\n\377\r\n\0\0\2\0\0\0\0\0\0"),
     "22P04 unrecognized critical flags in COPY file header"},
    {"no length", BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\0\0"),
     "22P04 invalid COPY file header (missing length)"},
    {"negative length", BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\377\377\377\377"),
     "22P04 invalid COPY file header (missing length)"},
    {"extension cut", BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\3x"),
     "22P04 invalid COPY file header (wrong length)"},
    {"too few fields", BYTES(HEAD "\0\2\0\0\0\1a\0\0\0\1b\0\1\0\0\0\1c"),
     "1:a,b 22P04 row field count is 1, expected 2 | COPY t, line 2"},
    {"no fields", BYTES(HEAD "\0\0"),
     "22P04 row field count is 0, expected 2 | COPY t, line 1"},
    {"a negative count", BYTES(HEAD "\377\376"),
     "22P04 row field count is -2, expected 2 | COPY t, line 1"},
    {"a bad length", BYTES(HEAD "\0\2\0\0\0\1a\377\377\377\376"),
     "22P04 invalid field size | COPY t, line 1, column b"},
    {"a length too large", BYTES(HEAD "\0\2\77\377\377\377"),
     "54000 string buffer exceeds maximum allowed length (1073741823 bytes) | COPY t, line 1, "
     "column a"},
    {"a value cut off", BYTES(HEAD "\0\2\0\0\0\5abc"),
     "22P04 unexpected EOF in COPY data | COPY t, line 1, column a"},
    {"a length cut off", BYTES(HEAD "\0\2\0\0\0\1a\0\0"),
     "22P04 unexpected EOF in COPY data | COPY t, line 1, column b"},
};

struct run {
    const struct fixture *f;
    char                  got[1024];
};

static void note(struct run *r, const char *fmt, const char *text, int len)
{
    size_t n = strlen(r->got);

    snprintf(r->got + n, sizeof r->got - n, fmt, len, text);
}

static void take_rows(struct run *r, pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);
    char               line[24];

    for (uint32_t row = 0; row < v->nrows; row++) {
        snprintf(line, sizeof line, "%u:", (unsigned)(v->line0 + v->rows[row].line));
        note(r, "%.*s", line, 20);
        for (uint32_t i = 0; i < v->ncols; i++) {
            pgcopy_slice value = pgcopy_batch_value(batch, row, i);
            note(r, i ? ",%.*s" : "%.*s", value.data ? (const char *)value.data : "NULL",
                 value.data ? (int)value.len : 4);
        }
        note(r, "%.*s", " ", 1);
    }
    pgcopy_batch_clear(batch);
}

static void take_error(struct run *r, const pgcopy_error *err)
{
    note(r, "%.*s ", err->sqlstate, 5);
    note(r, "%.*s", err->message, 500);
    if (err->where[0])
        note(r, " | %.*s", err->where, 300);
}

static pgcopy_status feed(pgcopy_decoder *dec, pgcopy_batch *batch, struct test_cut cut,
                          struct run *r)
{
    pgcopy_slice  all = {(const uint8_t *)r->f->data, r->f->len}, in;
    pgcopy_status rc  = PGCOPY_AGAIN;

    while (rc == PGCOPY_AGAIN && all.len) {
        in = (pgcopy_slice){all.data, test_cut_next(&cut, all.len)};
        all.data += in.len;
        all.len -= in.len;
        while ((rc = pgcopy_decode(dec, &in, batch)) == PGCOPY_FULL)
            take_rows(r, batch);
    }
    if (rc == PGCOPY_AGAIN)
        while ((rc = pgcopy_decode_end(dec, batch)) == PGCOPY_FULL)
            take_rows(r, batch);
    return rc;
}

static bool decode(struct run *r, struct test_cut cut, const pgcopy_allocator *a)
{
    pgcopy_format       format = {.size = sizeof format, .kind = PGCOPY_FORMAT_BINARY};
    pgcopy_decoder_opts opts   = {.size = sizeof opts, .table = "t", .allocator = a};
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 1};
    pgcopy_columns     *cols   = pgcopy_columns_new(NULL);
    pgcopy_batch       *batch  = pgcopy_batch_new(2, &limits, a);
    pgcopy_decoder     *dec;
    pgcopy_status       rc = PGCOPY_ERR_NOMEM;

    pgcopy_columns_add(cols, "a", 25);
    pgcopy_columns_add(cols, "b", 25);
    dec       = pgcopy_decoder_new(&format, cols, &opts, NULL);
    r->got[0] = '\0';
    if (dec && batch)
        rc = feed(dec, batch, cut, r);
    if (rc != PGCOPY_ERR_NOMEM)
        take_rows(r, batch);
    if (rc == PGCOPY_END)
        note(r, "%.*s", "end", 3);
    else if (rc < 0 && dec)
        take_error(r, pgcopy_decoder_error(dec));
    pgcopy_decoder_free(dec);
    pgcopy_batch_free(batch);
    pgcopy_columns_free(cols);
    return rc != PGCOPY_ERR_NOMEM;
}

static void decode_cut(struct test_cut cut, void *arg)
{
    struct run *r = arg;

    decode(r, cut, NULL);
    if (strcmp(r->got, r->f->rows) != 0)
        print_error("%s\n", r->f->name);
    assert_string_equal(r->got, r->f->rows);
}

static bool decode_failing(const pgcopy_allocator *a, void *arg)
{
    struct run *r = arg;

    return decode(r, (struct test_cut){.at = SIZE_MAX}, a) && strcmp(r->got, r->f->rows) == 0;
}

static void fixtures_hold_at_every_cut_and_failure(void **state)
{
    struct run r;

    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        r.f = &fixtures[i];
        test_every_cut(r.f->len, decode_cut, &r);
        test_every_failure(decode_failing, &r);
    }
}

static void a_promise_of_a_gigabyte_needs_no_memory(void **state)
{
    struct test_memory  m;
    pgcopy_format       format = {.size = sizeof format, .kind = PGCOPY_FORMAT_BINARY};
    pgcopy_decoder_opts opts   = {.size = sizeof opts, .allocator = &m.allocator};
    pgcopy_slice        in     = {(const uint8_t *)BYTES(HEAD "\0\1\77\377\377\376abc")};
    pgcopy_decoder     *dec;
    pgcopy_batch       *batch;

    (void)state;
    test_memory_init(&m, 0);
    dec   = pgcopy_decoder_new(&format, NULL, &opts, NULL);
    batch = pgcopy_batch_new(0, NULL, &m.allocator);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_AGAIN);
    assert_true(m.peak < 32768);
    pgcopy_decoder_free(dec);
    pgcopy_batch_free(batch);
    assert_int_equal(m.live, 0);
}

/* ---- Any rows ----------------------------------------------------------------------- */

enum { ANY_MAX = 1 << 16 };

/* Less than n; xorshift, the same at every run. */
static size_t below(uint64_t *seed, size_t n)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (size_t)(*seed >> 8) % n;
}

/* A length that promises too much ends some of them. */
static size_t any_length(uint64_t *seed)
{
    size_t kind = below(seed, 400);

    return kind == 0    ? UINT32_MAX - 1
           : kind < 80  ? UINT32_MAX
           : kind < 380 ? below(seed, 40)
                        : below(seed, 3000);
}

static size_t any_rows(uint8_t *data, uint64_t *seed)
{
    size_t ncols = 1 + below(seed, below(seed, 4) ? 6 : 60), most = below(seed, ANY_MAX / 2);
    size_t at = sizeof HEAD - 1;

    memcpy(data, HEAD, at);
    while (at < most) {
        put_u16(data + at, (uint16_t)(below(seed, 3000) ? ncols : ncols + 1));
        at += 2;
        for (size_t i = 0; i < ncols && at < most; i++) {
            size_t len = any_length(seed);
            put_u32(data + at, (uint32_t)len);
            at += 4;
            for (len = len < 3000 ? len : 0; len; len--)
                data[at++] = (uint8_t)below(seed, 256);
        }
    }
    return at;
}

/* What a user sees, in a number. */
static uint64_t add_batch(uint64_t sum, const pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    sum = sum * 31 + v->nrows;
    for (size_t i = 0; i < (size_t)v->nrows * v->ncols; i++) {
        pgcopy_slice value = pgcopy_batch_value(batch, i / v->ncols, i % v->ncols);
        sum                = sum * 31 + v->fields[i].len;
        sum                = sum * 31 + v->line0 + v->rows[i / v->ncols].line;
        for (size_t b = 0; b < value.len; b++)
            sum = sum * 31 + value.data[b];
    }
    return sum;
}

/* A piece lies in memory of its own, so that a byte too far is noticed. */
static uint64_t read_pieces(const uint8_t *data, size_t len, size_t piece, uint32_t rows)
{
    pgcopy_format       format = {.size = sizeof format, .kind = PGCOPY_FORMAT_BINARY};
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = rows, .bytes = 9000};
    pgcopy_decoder     *dec    = pgcopy_decoder_new(&format, NULL, NULL, NULL);
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    pgcopy_status       rc     = PGCOPY_AGAIN;
    uint64_t            sum    = 0;

    for (size_t at = 0; at < len && rc == PGCOPY_AGAIN; at += piece) {
        size_t       n    = len - at < piece ? len - at : piece;
        uint8_t     *copy = malloc(n);
        pgcopy_slice in   = {memcpy(copy, data + at, n), n};
        while ((rc = pgcopy_decode(dec, &in, batch)) == PGCOPY_FULL) {
            sum = add_batch(sum, batch);
            pgcopy_batch_clear(batch);
        }
        free(copy);
    }
    rc  = rc == PGCOPY_AGAIN ? pgcopy_decode_end(dec, batch) : rc;
    sum = add_batch(sum, batch) * 31 + pgcopy_decoder_line(dec) + (uint64_t)rc;
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    return sum;
}

/* Byte by byte only the stages read them; in larger pieces, rows are taken whole. */
static void any_rows_are_the_same_in_any_pieces(void **state)
{
    static uint8_t data[2 * ANY_MAX];
    uint64_t       seed = 1;

    (void)state;
    for (int i = 0; i < 60; i++) {
        size_t   len   = any_rows(data, &seed);
        uint32_t rows  = 1 + (uint32_t)below(&seed, 200);
        uint64_t bytes = read_pieces(data, len, 1, rows);
        assert_true(read_pieces(data, len, len, rows) == bytes);
        assert_true(read_pieces(data, len, 1 + below(&seed, 5000), rows) == bytes);
        assert_true(read_pieces(data, len, 1 + below(&seed, 90), rows) == bytes);
    }
}

static void rows_come_back_as_they_were(void **state)
{
    pgcopy_format   format = {.size = sizeof format, .kind = PGCOPY_FORMAT_BINARY};
    pgcopy_encoder *enc    = pgcopy_encoder_new(&format, NULL, NULL, NULL);
    pgcopy_decoder *dec    = pgcopy_decoder_new(&format, NULL, NULL, NULL);
    pgcopy_batch   *batch  = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_buf      out    = {0};
    pgcopy_slice    in;

    (void)state;
    in = (pgcopy_slice){(const uint8_t *)fixtures[0].data, fixtures[0].len};
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_END);
    pgcopy_encode_header(enc, &out);
    pgcopy_encode_row(enc, batch, 0, &out);
    pgcopy_encode_row(enc, batch, 1, &out);
    pgcopy_encode_trailer(enc, &out);
    assert_int_equal(out.len, fixtures[0].len);
    assert_memory_equal(out.data, fixtures[0].data, out.len);
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
    pgcopy_decoder_free(dec);
    pgcopy_batch_free(batch);
}

/* Nothing is added to the NULL that a batch without fields has for them: clang's sanitizer
 * looks. */
static void rows_may_have_no_columns(void **state)
{
    pgcopy_format   format = {.size = sizeof format, .kind = PGCOPY_FORMAT_BINARY};
    pgcopy_columns *none   = pgcopy_columns_new(NULL);
    pgcopy_decoder *dec    = pgcopy_decoder_new(&format, none, NULL, NULL);
    pgcopy_batch   *batch  = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_encoder *enc    = pgcopy_encoder_new(&format, NULL, NULL, NULL);
    pgcopy_batch   *copy   = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_slice    in     = {(const uint8_t *)BYTES(HEAD "\0\0\0\0\377\377")};
    pgcopy_buf      out    = {0};

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_END);
    assert_int_equal(pgcopy_batch_append(copy, batch, 0, 2), PGCOPY_OK);
    assert_int_equal(pgcopy_batch_view(copy)->nrows, 2);
    assert_int_equal(pgcopy_batch_view(copy)->ncols, 0);
    pgcopy_encode_row(enc, copy, 1, &out);
    assert_int_equal(out.len, 2);
    assert_memory_equal(out.data, "\0\0", 2);
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
    pgcopy_decoder_free(dec);
    pgcopy_batch_free(copy);
    pgcopy_batch_free(batch);
    pgcopy_columns_free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixtures_hold_at_every_cut_and_failure),
        cmocka_unit_test(a_promise_of_a_gigabyte_needs_no_memory),
        cmocka_unit_test(any_rows_are_the_same_in_any_pieces),
        cmocka_unit_test(rows_come_back_as_they_were),
        cmocka_unit_test(rows_may_have_no_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
