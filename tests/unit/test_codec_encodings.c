/* test_codec_encodings.c - other encodings: what the fixtures of encodings.txt do not show. */
#include "harness.h"

#include <pgcopy/codec.h>

#include <string.h>

/* ---- Output ------------------------------------------------------------------------- */

struct written {
    const char *encoding;
    const char *values[2]; /* each a row of one column */
    const char *expected;
    const char *error;
};

static const struct written written[] = {
    {"LATIN1", {"Ren\xc3\xa9", "\xc3\xbf"}, "Ren\xe9\n\xff\n", ""},
    {"WIN1252",
     {"\xe2\x82\xac", "a\xe2\x88\x80z"},
     "\x80\n",
     "22P05 character with byte sequence 0xe2 0x88 0x80 in encoding \"UTF8\" has no equivalent "
     "in encoding \"WIN1252\""},
    {"LATIN1",
     {"\xe2\x82\xac", "x"},
     "x\n",
     "22P05 character with byte sequence 0xe2 0x82 0xac in encoding \"UTF8\" has no equivalent "
     "in encoding \"LATIN1\""},
    {"LATIN9", {"\xff", "y"}, "y\n", "22021 invalid byte sequence for encoding \"UTF8\": 0xff"},
    {"SJIS", {"\xe8\xa1\xa8\\", "\xe3\x83\x9d"}, "\x95\x5c\\\\\n\x83\x7c\n", ""},
    {"SJIS",
     {"\xee\x80\x80", "x"},
     "x\n",
     "22P05 character with byte sequence 0xee 0x80 0x80 in encoding \"UTF8\" has no equivalent "
     "in encoding \"SJIS\""},
    {"GB18030", {"\xee\x80\x80", "\xef\xa4\x80"}, "\xaa\xa1\n\x84\x30\x81\x31\n", ""},
    {"GB18030", {"\xc3\x9e", "\xf0\x9f\x92\xa9"}, "\x81\x30\x89\x37\n\x94\x39\xda\x33\n", ""},
    {"EUC_JP", {"\xe4\xb8\x82", "\xef\xbd\xb1"}, "\x8f\xb0\xa1\n\x8e\xb1\n", ""},
    {"WIN1258",
     {"a\xcc\x80", "\xe1\xba\xa1"},
     "a\xcc\n",
     "22P05 character with byte sequence 0xe1 0xba 0xa1 in encoding \"UTF8\" has no equivalent "
     "in encoding \"WIN1258\""},
};

static pgcopy_format format_of(const char *encoding)
{
    return (pgcopy_format){.size = sizeof(pgcopy_format), .encoding = encoding};
}

static pgcopy_batch *rows_of(const char *const values[2], const pgcopy_allocator *allocator)
{
    pgcopy_batch *batch = pgcopy_batch_new(1, NULL, allocator);
    pgcopy_status rc    = batch ? PGCOPY_OK : PGCOPY_ERR_NOMEM;

    for (size_t i = 0; i < 2 && rc == PGCOPY_OK; i++) {
        (void)pgcopy_batch_put(batch, values[i], strlen(values[i]));
        rc = pgcopy_batch_end_row(batch);
    }
    if (rc == PGCOPY_OK)
        return batch;
    pgcopy_batch_free(batch);
    return NULL;
}

static bool write_two(const pgcopy_allocator *allocator, void *arg)
{
    const struct written *w      = arg;
    pgcopy_format         format = format_of(w->encoding);
    pgcopy_batch         *batch  = rows_of(w->values, allocator);
    pgcopy_encoder       *enc    = pgcopy_encoder_new(&format, NULL, allocator, NULL);
    pgcopy_buf            out    = {.allocator = allocator};
    bool                  ok     = batch && enc;

    for (size_t row = 0; ok && row < 2; row++)
        pgcopy_encode_row(enc, batch, row, &out);
    ok = ok && !out.failed;
    if (ok) {
        const pgcopy_error *err = pgcopy_encoder_error(enc);
        assert_int_equal(out.len, strlen(w->expected));
        assert_memory_equal(out.data, w->expected, out.len);
        assert_memory_equal(err->sqlstate, w->error, strlen(err->sqlstate));
        assert_string_equal(err->message, w->error + (*w->error ? 6 : 0));
    }
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(batch);
    return ok;
}

static void a_row_is_written_in_the_encoding_or_not_at_all(void **state)
{
    struct written w;

    (void)state;
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        w = written[i];
        assert_true(write_two(NULL, &w));
        test_every_failure(write_two, &w);
    }
}

/* ---- There and back ----------------------------------------------------------------- */

static pgcopy_batch *decode_line(const pgcopy_format *format, const void *line, size_t len)
{
    pgcopy_decoder *dec   = pgcopy_decoder_new(format, NULL, NULL, NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(1, NULL, NULL);
    pgcopy_slice    in    = {line, len};
    pgcopy_status   rc    = pgcopy_decode(dec, &in, batch);

    if (rc == PGCOPY_AGAIN)
        rc = pgcopy_decode_end(dec, batch);
    assert_true(rc == PGCOPY_END || rc == PGCOPY_FULL ||
                !strcmp(pgcopy_decoder_error(dec)->sqlstate, "22P05"));
    pgcopy_decoder_free(dec);
    return batch;
}

/* How many bytes above 0x7F are characters. */
static int count_characters(const char *encoding)
{
    pgcopy_format   format = format_of(encoding);
    pgcopy_encoder *enc    = pgcopy_encoder_new(&format, NULL, NULL, NULL);
    int             n      = 0;

    for (int c = 0x80; c <= 0xff; c++) {
        uint8_t       line[2] = {(uint8_t)c, '\n'};
        pgcopy_batch *batch   = decode_line(&format, line, 2);
        pgcopy_buf    out     = {0};
        if (pgcopy_batch_view(batch)->nrows) {
            pgcopy_encode_row(enc, batch, 0, &out);
            assert_int_equal(out.len, 2);
            assert_memory_equal(out.data, line, 2);
            n++;
        }
        pgcopy_buf_free(&out);
        pgcopy_batch_free(batch);
    }
    pgcopy_encoder_free(enc);
    return n;
}

/* The numbers are those of PostgreSQL's maps. */
static void every_character_of_one_byte_comes_back(void **state)
{
    static const struct {
        const char *encoding;
        int         characters;
    } all[] = {{"LATIN1", 128},    {"LATIN2", 128},     {"LATIN3", 121},   {"LATIN4", 128},
               {"LATIN5", 128},    {"LATIN6", 128},     {"LATIN7", 128},   {"LATIN8", 128},
               {"LATIN9", 128},    {"LATIN10", 128},    {"WIN1250", 123},  {"WIN1251", 127},
               {"WIN1252", 123},   {"WIN1253", 111},    {"WIN1254", 121},  {"WIN1255", 105},
               {"WIN1256", 128},   {"WIN1257", 116},    {"WIN1258", 119},  {"WIN866", 128},
               {"WIN874", 97},     {"KOI8R", 128},      {"KOI8U", 128},    {"ISO_8859_5", 128},
               {"ISO_8859_6", 83}, {"ISO_8859_7", 125}, {"ISO_8859_8", 92}};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(count_characters(all[i].encoding), all[i].characters);
}

/* A value longer than any piece, so that characters lie across their edges. */
static void a_long_value_comes_back(void **state)
{
    enum { CHARACTERS = 50000 };
    pgcopy_format   format = format_of("SJIS");
    pgcopy_encoder *enc    = pgcopy_encoder_new(&format, NULL, NULL, NULL);
    pgcopy_buf      line = {0}, out = {0};
    pgcopy_batch   *batch;

    (void)state;
    pgcopy_buf_append(&line, "x", 1);
    for (int i = 0; i < CHARACTERS; i++)
        pgcopy_buf_append(&line, "\x88\x9f", 2);
    pgcopy_buf_append(&line, "\n", 1);
    batch = decode_line(&format, line.data, line.len);
    assert_int_equal(pgcopy_batch_value(batch, 0, 0).len, 1 + 3 * CHARACTERS);
    pgcopy_encode_row(enc, batch, 0, &out);
    assert_int_equal(out.len, line.len);
    assert_memory_equal(out.data, line.data, line.len);
    pgcopy_batch_free(batch);
    pgcopy_buf_free(&line);
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
}

/* ---- Where the decoder stops in the input ------------------------------------------- */

static void what_was_not_taken_is_given_back(void **state)
{
    static const char   text[] = "\xe9\n\xe9\xe9\n\\.\nrest\xe9";
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 1};
    pgcopy_format       format = format_of("LATIN1");
    pgcopy_decoder     *dec    = pgcopy_decoder_new(&format, NULL, NULL, NULL);
    pgcopy_batch       *batch  = pgcopy_batch_new(1, &limits, NULL);
    pgcopy_slice        in     = {(const uint8_t *)text, sizeof text - 1};

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_FULL);
    assert_ptr_equal(in.data, text + 2);
    pgcopy_batch_clear(batch);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_FULL);
    assert_ptr_equal(in.data, text + 5);
    pgcopy_batch_clear(batch);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_END);
    assert_int_equal(in.len, 5);
    assert_memory_equal(in.data, "rest\xe9", 5);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

static void binary_values_have_no_encoding(void **state)
{
    pgcopy_format   format = format_of("mule_internal");
    pgcopy_encoder *enc;
    pgcopy_buf      out = {0};

    (void)state;
    format.kind = PGCOPY_FORMAT_BINARY;
    enc         = pgcopy_encoder_new(&format, NULL, NULL, NULL);
    assert_non_null(enc);
    pgcopy_encode_trailer(enc, &out);
    assert_int_equal(out.len, 2);
    pgcopy_buf_free(&out);
    pgcopy_encoder_free(enc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_written_in_the_encoding_or_not_at_all),
        cmocka_unit_test(every_character_of_one_byte_comes_back),
        cmocka_unit_test(a_long_value_comes_back),
        cmocka_unit_test(what_was_not_taken_is_given_back),
        cmocka_unit_test(binary_values_have_no_encoding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
