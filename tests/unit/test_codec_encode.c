/* test_codec_encode.c - encoding, and that what was written is read back. */
#include "harness.h"

#include <pgcopy/codec.h>

#include <stdio.h>
#include <string.h>

/* ---- What is written ---------------------------------------------------------------- */

struct value {
    const char *text; /* NULL: no more, or see marker */
    uint32_t    marker;
};

static const char *const all[] = {"*", NULL};
static const char *const b[]   = {"b", NULL};

struct fixture {
    const char   *name;
    const char   *columns; /* one letter each */
    pgcopy_format format;
    struct value  row[6];
    const char   *expected;
};

static const struct fixture fixtures[] = {
    {"plain text",
     "abc",
     {.kind = PGCOPY_FORMAT_TEXT},
     {{"1", 0}, {"Ann", 0}, {"", 0}},
     "1\tAnn\t\n"},
    {"text: letters for control characters, a backslash for itself and the delimiter",
     "a",
     {.kind = PGCOPY_FORMAT_TEXT},
     {{"\b\f\n\r\t\v\\\x01\x7f\xc3\xa9", 0}},
     "\\b\\f\\n\\r\\t\\v\\\\\x01\x7f\xc3\xa9\n"},
    {"text: another delimiter",
     "ab",
     {.kind = PGCOPY_FORMAT_TEXT, .delimiter = '|'},
     {{"a|b\tc", 0}, {"d", 0}},
     "a\\|b\\tc|d\n"},
    {"text: a delimiter with a letter form",
     "ab",
     {.kind = PGCOPY_FORMAT_TEXT, .delimiter = '\v'},
     {{"a\vb", 0}, {"d", 0}},
     "a\\vb\vd\n"},
    {"text: a delimiter without one",
     "ab",
     {.kind = PGCOPY_FORMAT_TEXT, .delimiter = '\x01'},
     {{"a\x01", 0}, {"d", 0}},
     "a\\\x01\x01"
     "d\n"},
    {"text: NULL, and the letters of it",
     "abc",
     {.kind = PGCOPY_FORMAT_TEXT},
     {{NULL, PGCOPY_NULL}, {"\\N", 0}, {NULL, PGCOPY_DEFAULT}},
     "\\N\t\\\\N\t\\N\n"},
    {"text: a value that equals the NULL string is not protected",
     "ab",
     {.kind = PGCOPY_FORMAT_TEXT, .null_string = "x"},
     {{NULL, PGCOPY_NULL}, {"x", 0}},
     "x\tx\n"},
    {"text: the end marker is escaped",
     "a",
     {.kind = PGCOPY_FORMAT_TEXT},
     {{"\\.", 0}},
     "\\\\.\n"},
    {"CSV: what needs quotes",
     "abcde",
     {.kind = PGCOPY_FORMAT_CSV},
     {{"a,b", 0}, {"a\"b", 0}, {"a\nb", 0}, {"a\rb", 0}, {"", 0}},
     "\"a,b\",\"a\"\"b\",\"a\nb\",\"a\rb\",\"\"\n"},
    {"CSV: what does not",
     "abcd",
     {.kind = PGCOPY_FORMAT_CSV},
     {{" a ", 0}, {"a\tb\\", 0}, {"'", 0}, {NULL, PGCOPY_NULL}},
     " a ,a\tb\\,',\n"},
    {"CSV: a value that equals the NULL string",
     "abc",
     {.kind = PGCOPY_FORMAT_CSV, .null_string = "NULL"},
     {{"NULL", 0}, {NULL, PGCOPY_NULL}, {"", 0}},
     "\"NULL\",NULL,\n"},
    {"CSV: the end marker alone", "a", {.kind = PGCOPY_FORMAT_CSV}, {{"\\.", 0}}, "\"\\.\"\n"},
    {"CSV: the end marker beside another column",
     "ab",
     {.kind = PGCOPY_FORMAT_CSV},
     {{"\\.", 0}, {"x", 0}},
     "\\.,x\n"},
    {"CSV: the escape alone needs no quotes, inside it is escaped",
     "ab",
     {.kind = PGCOPY_FORMAT_CSV, .escape = '\\'},
     {{"a\\b", 0}, {"a\\\"b", 0}},
     "a\\b,\"a\\\\\\\"b\"\n"},
    {"CSV: FORCE_QUOTE of all but NULL",
     "abc",
     {.kind = PGCOPY_FORMAT_CSV, .force_quote = all},
     {{"1", 0}, {"", 0}, {NULL, PGCOPY_NULL}},
     "\"1\",\"\",\n"},
    {"CSV: FORCE_QUOTE of one column, and not of its name",
     "ab",
     {.kind = PGCOPY_FORMAT_CSV, .force_quote = b, .header = PGCOPY_HEADER_LINE},
     {{"1", 0}, {"2", 0}},
     "a,b\n1,\"2\"\n"},
    {"CSV: names follow the same rules",
     "a,",
     {.kind = PGCOPY_FORMAT_CSV, .null_string = "a", .header = PGCOPY_HEADER_LINE},
     {{"1", 0}, {"2", 0}},
     "\"a\",\",\"\n1,2\n"},
    {"text: names are escaped",
     "a\t",
     {.kind = PGCOPY_FORMAT_TEXT, .header = PGCOPY_HEADER_LINE},
     {{"1", 0}, {"2", 0}},
     "a\t\\t\n1\t2\n"},
    {"DEFAULT where there is a string for it",
     "a",
     {.kind = PGCOPY_FORMAT_TEXT, .default_string = "\\D"},
     {{NULL, PGCOPY_DEFAULT}},
     "\\D\n"},
    {"no columns at all", "", {.kind = PGCOPY_FORMAT_CSV}, {{NULL, 0}}, "\n"},
};

static bool add_columns(pgcopy_columns *cols, const char *letters)
{
    bool ok = cols != NULL;

    for (; ok && *letters; letters++) {
        char name[2] = {*letters, 0};
        ok           = pgcopy_columns_add(cols, name, 0) != NULL;
    }
    return ok;
}

static bool add_row(pgcopy_batch *batch, const struct fixture *f)
{
    for (size_t i = 0; batch && i < strlen(f->columns); i++) {
        const struct value *v = &f->row[i];
        (void)pgcopy_batch_put(batch, v->text, v->text ? strlen(v->text) : v->marker);
    }
    return batch && pgcopy_batch_end_row(batch) >= 0;
}

static bool encode_fixture(const pgcopy_allocator *allocator, void *arg)
{
    const struct fixture *f     = arg;
    pgcopy_columns       *cols  = pgcopy_columns_new(allocator);
    pgcopy_batch         *batch = pgcopy_batch_new(0, NULL, allocator);
    pgcopy_encoder       *enc   = NULL;
    pgcopy_buf            out   = {.allocator = allocator};
    bool                  ok    = add_columns(cols, f->columns) && add_row(batch, f);

    if (ok)
        enc = pgcopy_encoder_new(&f->format, cols, allocator, NULL);
    if (enc) {
        pgcopy_encode_header(enc, &out);
        pgcopy_encode_row(enc, batch, 0, &out);
        pgcopy_encode_row(enc, batch, 1, &out); /* there is none */
        pgcopy_encode_trailer(enc, &out);
    }
    ok = enc && !out.failed;
    if (ok && (out.len != strlen(f->expected) || memcmp(out.data, f->expected, out.len) != 0))
        fail_msg("%s: %.*s", f->name, (int)out.len, (const char *)out.data);
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(batch);
    pgcopy_columns_free(cols);
    return ok;
}

static void rows_are_written_as_postgresql_does(void **state)
{
    struct fixture f;

    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        f             = fixtures[i];
        f.format.size = sizeof f.format;
        assert_true(encode_fixture(NULL, &f));
        test_every_failure(encode_fixture, &f);
    }
}

/* ---- What is written is read back --------------------------------------------------- */

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void put_random(pgcopy_batch *batch, uint32_t *seed)
{
    static const char *const parts[] = {
        "a",        "1",
        "N",        "\\",
        "\"",       ",",
        "\t",       "\n",
        "\r",       "'",
        ".",        "x",
        " ",        "\v",
        "\xc3\xa9", "\xf0\x9f\x98\x80",
        "D",        "12345678901234567890123456789012345678901234567890"};
    char text[1024] = "";

    if (random_next(seed) % 8 == 0) {
        (void)pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
        return;
    }
    for (uint32_t n = random_next(seed) % 9; n > 0; n--)
        strcat(text, parts[random_next(seed) % (sizeof parts / sizeof *parts)]);
    (void)pgcopy_batch_put(batch, text, strlen(text));
}

static pgcopy_batch *random_rows(uint32_t *seed, size_t ncols, size_t nrows)
{
    pgcopy_batch *batch = pgcopy_batch_new(ncols, NULL, NULL);

    for (size_t row = 0; row < nrows; row++) {
        for (size_t col = 0; col < ncols; col++)
            put_random(batch, seed);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
    }
    return batch;
}

static void assert_same_rows(const pgcopy_batch *a, size_t first, const pgcopy_batch *b)
{
    const pgcopy_view *va = pgcopy_batch_view(a), *vb = pgcopy_batch_view(b);

    assert_true(first + vb->nrows <= va->nrows);
    assert_true(!vb->nrows || va->ncols == vb->ncols);
    for (size_t i = 0; i < (size_t)vb->nrows * vb->ncols; i++) {
        pgcopy_field fa = va->fields[first * va->ncols + i], fb = vb->fields[i];
        assert_int_equal(fa.len, fb.len);
        if (fa.len <= PGCOPY_LEN_MAX)
            assert_memory_equal(va->bytes + fa.start, vb->bytes + fb.start, fa.len);
    }
}

/* Decodes all of it in pieces of a size and compares; encodes again what comes. */
static void read_back(const pgcopy_format *format, const pgcopy_batch *rows, pgcopy_slice all,
                      size_t piece, pgcopy_buf *again)
{
    pgcopy_decoder *dec   = pgcopy_decoder_new(format, NULL, NULL, NULL);
    pgcopy_encoder *enc   = pgcopy_encoder_new(format, NULL, NULL, NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_slice    in    = {all.data, 0};
    pgcopy_status   rc    = PGCOPY_AGAIN;
    size_t          left = all.len, seen = 0;

    while (rc == PGCOPY_AGAIN || rc == PGCOPY_FULL) {
        if (!in.len) {
            in.len = piece < left ? piece : left;
            left -= in.len;
        }
        rc = in.len ? pgcopy_decode(dec, &in, batch) : pgcopy_decode_end(dec, batch);
        if (rc == PGCOPY_AGAIN)
            continue;
        assert_same_rows(rows, seen, batch);
        for (size_t row = 0; row < pgcopy_batch_view(batch)->nrows; row++)
            pgcopy_encode_row(enc, batch, row, again);
        seen += pgcopy_batch_view(batch)->nrows;
        pgcopy_batch_clear(batch);
    }
    if (rc < 0)
        fail_msg("%s", pgcopy_decoder_error(dec)->message);
    assert_int_equal(seen, pgcopy_batch_view(rows)->nrows);
    pgcopy_batch_free(batch);
    pgcopy_encoder_free(enc);
    pgcopy_decoder_free(dec);
}

static void write_and_read(const pgcopy_format *format, uint32_t seed)
{
    size_t          ncols = 1 + seed % 5;
    pgcopy_batch   *rows  = random_rows(&seed, ncols, 1 + random_next(&seed) % 300);
    pgcopy_encoder *enc   = pgcopy_encoder_new(format, NULL, NULL, NULL);
    pgcopy_buf      out = {0}, again = {0};

    for (size_t row = 0; row < pgcopy_batch_view(rows)->nrows; row++)
        pgcopy_encode_row(enc, rows, row, &out);
    read_back(format, rows, (pgcopy_slice){out.data, out.len}, 1 + random_next(&seed) % 5000,
              &again);
    assert_int_equal(out.len, again.len); /* so encode(decode(x)) is x too */
    assert_memory_equal(out.data, again.data, out.len);
    pgcopy_buf_free(&again);
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(rows);
}

static void what_is_written_is_read_back(void **state)
{
    const pgcopy_format formats[] = {
        {.kind = PGCOPY_FORMAT_TEXT},
        {.kind = PGCOPY_FORMAT_TEXT, .delimiter = 'D'},
        {.kind = PGCOPY_FORMAT_TEXT, .delimiter = '\v', .null_string = "\\n0"},
        {.kind = PGCOPY_FORMAT_CSV},
        {.kind = PGCOPY_FORMAT_CSV, .force_quote = all},
        {.kind = PGCOPY_FORMAT_CSV, .escape = '\\', .null_string = "N"},
        {.kind = PGCOPY_FORMAT_CSV, .quote = '\'', .delimiter = '\t', .null_string = "N"},
        {.kind = PGCOPY_FORMAT_CSV, .escape = ',', .default_string = "D.D"},
        {.kind = PGCOPY_FORMAT_CSV, .delimiter = '\\', .escape = 'x'},
    };

    (void)state;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
            pgcopy_format f = formats[i];
            f.size          = sizeof f;
            write_and_read(&f, seed);
        }
    }
}

static void a_long_value_is_written_in_pieces(void **state)
{
    static uint8_t     text[100000];
    pgcopy_format      format = {.size = sizeof format, .kind = PGCOPY_FORMAT_CSV};
    struct test_memory m;
    pgcopy_buf         out   = {.allocator = &m.allocator};
    pgcopy_batch      *batch = pgcopy_batch_new(1, NULL, NULL);
    pgcopy_encoder    *enc   = pgcopy_encoder_new(&format, NULL, NULL, NULL);

    (void)state;
    test_memory_init(&m, 0);
    memset(text, 'x', sizeof text);
    text[99999] = '"';
    (void)pgcopy_batch_put(batch, text, sizeof text);
    assert_true(pgcopy_batch_end_row(batch) >= 0);
    pgcopy_encode_row(enc, batch, 0, &out);
    assert_int_equal(out.len, sizeof text + 4);
    assert_true(out.cap < 2 * sizeof text);
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(batch);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_written_as_postgresql_does),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_long_value_is_written_in_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
