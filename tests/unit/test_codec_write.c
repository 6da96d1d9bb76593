/* test_codec_write.c - all tables of the scan write the same of any rows: what the rules say,
   byte by byte. */
#include "harness.h"

#include "codec/line_write.h"

#include <string.h>

enum { SEEDS = 60, VALUE_MAX = 6000 };

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Less than n. */
static size_t below(uint64_t *seed, size_t n)
{
    return (size_t)(next_random(seed) >> 8) % n;
}

/* ---- The rules, one byte after the other -------------------------------------------- */

static char letter_or(char letter, char otherwise)
{
    return letter ? letter : otherwise;
}

static void write_text(const pgcopy_format *f, pgcopy_slice v, pgcopy_buf *out)
{
    static const char controls[] = "\b\t\n\v\f\r", letters[] = "btnvfr";

    for (size_t i = 0; i < v.len; i++) {
        char        c  = (char)v.data[i];
        const char *at = c ? strchr(controls, c) : NULL;
        if (at || c == '\\' || c == letter_or(f->delimiter, '\t'))
            pgcopy_buf_append(out, "\\", 1);
        pgcopy_buf_append(out, at ? &letters[at - controls] : &c, 1);
    }
}

static bool is_quoted(const pgcopy_format *f, pgcopy_slice v, size_t ncols)
{
    const char *null  = f->null_string ? f->null_string : "";
    char        delim = letter_or(f->delimiter, ','), quote = letter_or(f->quote, '"');

    if (f->force_quote || (v.len == strlen(null) && !memcmp(v.data, null, v.len)) ||
        (ncols == 1 && v.len == 2 && !memcmp(v.data, "\\.", 2)))
        return true;
    for (size_t i = 0; i < v.len; i++) {
        char c = (char)v.data[i];
        if (c == delim || c == quote || c == '\n' || c == '\r')
            return true;
    }
    return false;
}

static void write_csv(const pgcopy_format *f, pgcopy_slice v, size_t ncols, pgcopy_buf *out)
{
    char quote = letter_or(f->quote, '"'), escape = letter_or(f->escape, quote);

    if (!is_quoted(f, v, ncols)) {
        pgcopy_buf_append(out, v.data, v.len);
        return;
    }
    pgcopy_buf_append(out, &quote, 1);
    for (size_t i = 0; i < v.len; i++) {
        if ((char)v.data[i] == quote || (char)v.data[i] == escape)
            pgcopy_buf_append(out, &escape, 1);
        pgcopy_buf_append(out, &v.data[i], 1);
    }
    pgcopy_buf_append(out, &quote, 1);
}

static void write_rows(const pgcopy_format *f, const pgcopy_batch *batch, pgcopy_buf *out)
{
    const pgcopy_view *v     = pgcopy_batch_view(batch);
    bool               csv   = f->kind == PGCOPY_FORMAT_CSV;
    const char        *null  = f->null_string ? f->null_string : csv ? "" : "\\N";
    char               delim = letter_or(f->delimiter, csv ? ',' : '\t');

    for (size_t i = 0; i < (size_t)v->nrows * v->ncols; i++) {
        pgcopy_slice value = {v->bytes + v->fields[i].start, v->fields[i].len};
        if (value.len > PGCOPY_LEN_MAX)
            pgcopy_buf_append(out, null, strlen(null));
        else if (csv)
            write_csv(f, value, v->ncols, out);
        else
            write_text(f, value, out);
        pgcopy_buf_append(out, (i + 1) % v->ncols ? &delim : "\n", 1);
    }
}

/* ---- Rows by chance ----------------------------------------------------------------- */

/* Around the sizes of what is looked at at once. */
static size_t some_length(uint64_t *seed)
{
    size_t kind = below(seed, 100);

    return kind < 60   ? below(seed, 12)
           : kind < 95 ? below(seed, 70)
           : kind < 99 ? below(seed, 300)
                       : below(seed, VALUE_MAX);
}

/* From none of them to nothing but bytes that mean something. */
static size_t some_value(uint64_t *seed, uint8_t *value)
{
    static const char meant[] = "\b\t\n\v\f\r\\\"',;|.NxD\x01\x0e\x0f\x7f\x80\xff";
    size_t            len = some_length(seed), often = below(seed, 4);

    for (size_t i = 0; i < len; i++)
        value[i] = often && below(seed, 1 + 40 / (often * often)) == 0
                       ? (uint8_t)meant[below(seed, sizeof meant)]
                       : (uint8_t)('a' + below(seed, 26));
    if (len == 2 && often)
        memcpy(value, "\\.", 2);
    return len;
}

static pgcopy_batch *some_rows(uint64_t *seed)
{
    size_t        ncols = 1 + below(seed, 9), nrows = 1 + below(seed, 40);
    pgcopy_batch *batch = pgcopy_batch_new(ncols, NULL, NULL);
    uint8_t       value[VALUE_MAX];

    for (size_t i = 0; i < nrows * ncols; i++) {
        size_t len = below(seed, 9) ? some_value(seed, value) : PGCOPY_NULL;
        assert_true(pgcopy_batch_put(batch, value, len) == PGCOPY_OK);
        if (i % ncols == ncols - 1)
            assert_true(pgcopy_batch_end_row(batch) >= 0);
    }
    return batch;
}

/* ---- All tables --------------------------------------------------------------------- */

static void compare(const pgcopy_format *format, const struct scan_table *table,
                    const pgcopy_batch *batch)
{
    pgcopy_encoder *enc      = pgcopy_encoder_new(format, NULL, NULL, NULL);
    pgcopy_buf      expected = {0}, out = {0};

    assert_non_null(enc);
    line_use(enc, table);
    write_rows(format, batch, &expected);
    for (size_t row = 0; row < pgcopy_batch_view(batch)->nrows; row++)
        pgcopy_encode_row(enc, batch, row, &out);
    if (out.len != expected.len || memcmp(out.data, expected.data, out.len) != 0)
        fail_msg("%s", table->name);
    pgcopy_buf_free(&out);
    pgcopy_buf_free(&expected);
    pgcopy_encoder_free(enc);
}

static void all_tables_write_what_the_rules_say(void **state)
{
    static const char *const all[]     = {"*", NULL};
    const pgcopy_format      formats[] = {
             {.size = sizeof *formats},
             {.size = sizeof *formats, .delimiter = '|', .null_string = ""},
             {.size = sizeof *formats, .delimiter = '\v', .null_string = "no"},
             {.size = sizeof *formats, .delimiter = '\x0e'},
             {.size = sizeof *formats, .kind = PGCOPY_FORMAT_CSV},
             {.size = sizeof *formats, .kind = PGCOPY_FORMAT_CSV, .force_quote = all},
             {.size = sizeof *formats, .kind = PGCOPY_FORMAT_CSV, .escape = '\\'},
             {.size        = sizeof *formats,
              .kind        = PGCOPY_FORMAT_CSV,
              .quote       = '\'',
              .escape      = 'x',
              .delimiter   = '\t',
              .null_string = "abc"},
             {.size        = sizeof *formats,
              .kind        = PGCOPY_FORMAT_CSV,
              .null_string = "a NULL that is longer than any short value"},
             {.size = sizeof *formats, .kind = PGCOPY_FORMAT_CSV, .quote = '\n', .escape = ','},
    };

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        uint64_t      chance = seed * 0x9E3779B97F4A7C15u;
        pgcopy_batch *batch  = some_rows(&chance);
        for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
            for (size_t i = 0; scan_at(i); i++)
                compare(&formats[f], scan_at(i), batch);
        pgcopy_batch_free(batch);
    }
    print_message("tables:");
    for (size_t i = 0; scan_at(i); i++)
        print_message(" %s", scan_at(i)->name);
    print_message("\n");
}

/* ---- Columns that differ ------------------------------------------------------------ */

static pgcopy_columns *three_columns(void)
{
    pgcopy_columns *cols = pgcopy_columns_new(NULL);

    for (const char *name = "abc"; cols && *name; name++)
        assert_non_null(pgcopy_columns_add(cols, (char[]){*name, 0}, 0));
    return cols;
}

/* Each field alone decides: the one before a long one is short, and the other way round. */
static void forced_columns_are_quoted_among_others(void **state)
{
    static const char *const names[]  = {"b", NULL};
    static const char *const values[] = {
        "1",    "2", "3",  "a\"", "b\"", "c",
        "long", "",  NULL, NULL,  NULL,  "a value that is longer than 32 bytes are"};
    static const char expected[] = "1,\"2\",3\n\"a\"\"\",\"b\"\"\",c\nlong,\"\",\n"
                                   ",,a value that is longer than 32 bytes are\n";
    pgcopy_format     format     = {
                .size = sizeof format, .kind = PGCOPY_FORMAT_CSV, .force_quote = names};
    pgcopy_columns *cols  = three_columns();
    pgcopy_encoder *enc   = pgcopy_encoder_new(&format, cols, NULL, NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(3, NULL, NULL);
    pgcopy_buf      out   = {0};

    (void)state;
    for (size_t i = 0; i < 12; i++) {
        (void)pgcopy_batch_put(batch, values[i], values[i] ? strlen(values[i]) : PGCOPY_NULL);
        if (i % 3 == 2)
            assert_true(pgcopy_batch_end_row(batch) >= 0);
    }
    for (size_t row = 0; row < 4; row++)
        pgcopy_encode_row(enc, batch, row, &out);
    assert_int_equal(out.len, sizeof expected - 1);
    assert_memory_equal(out.data, expected, out.len);
    pgcopy_buf_free(&out);
    pgcopy_batch_free(batch);
    pgcopy_encoder_free(enc);
    pgcopy_columns_free(cols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_tables_write_what_the_rules_say),
        cmocka_unit_test(forced_columns_are_quoted_among_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
