/*
 * test_codec_scan.c - all tables of the scan, and the states alone, make the same of any input
 * however it is cut.
 *
 *   test_codec_scan             a second's worth
 *   test_codec_scan CUTS SEED   as many random cuts, such as 10000000
 */
#include "harness.h"

#include "codec/decoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 1 << 15, RAW_SHOWN = 101 };

static size_t   cuts_wanted = 5000;
static uint64_t first_seed  = 1;

/* ---- Chance ------------------------------------------------------------------------- */

/* xorshift: the same inputs every time. */
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

/* ---- Inputs ------------------------------------------------------------------------- */

struct input {
    pgcopy_format format;
    size_t        ncols;
    bool          known; /* the decoder is told how many columns there are */
    size_t        len;
    uint8_t       data[INPUT_MAX + 16384];
};

static void add(struct input *in, const char *text)
{
    size_t n = strlen(text);

    memcpy(in->data + in->len, text, n);
    in->len += n;
}

/* Bytes that mean something to no format, but to UTF-8. */
static void add_plain(struct input *in, uint64_t *seed, size_t n)
{
    static const char *const pieces[] = {
        "a", "b", "7", "N", ".", "\xc3\xa9", "XY", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "-"};
    bool ascii = below(seed, 3) > 0;

    for (size_t i = 0; i < n; i++)
        add(in, pieces[ascii ? below(seed, 5) : below(seed, 10)]);
}

static size_t some_length(uint64_t *seed)
{
    size_t kind = below(seed, 100);

    return kind < 25   ? 0
           : kind < 90 ? below(seed, 12)
           : kind < 99 ? below(seed, 90)
                       : below(seed, 3000);
}

static void add_csv_field(struct input *in, uint64_t *seed)
{
    static const char *const inside[] = {"\"\"", ",", "\n", "\"\"\"\"", "a\"b\"c", "\r"};
    size_t                   kind     = below(seed, 40);

    if (kind < 24) {
        add_plain(in, seed, some_length(seed));
    } else if (kind < 36) {
        add(in, "\"");
        add_plain(in, seed, some_length(seed));
        if (kind < 28) {
            add(in, inside[below(seed, below(seed, 20) ? 4 : 6)]);
            add_plain(in, seed, below(seed, 5));
        }
        add(in, "\"");
    } else {
        add(in, kind == 36 ? "a\"b,\"c" : kind == 37 ? "\"a\"b" : kind == 38 ? "NA" : "\"NA\"");
    }
}

static void add_text_field(struct input *in, uint64_t *seed)
{
    static const char *const escapes[] = {"\\N", "\\n",   "\\\\",  "\\\n",  "\\\t",
                                          "\\",  "\\101", "\\x41", "\\xe9", "\\."};
    size_t                   kind      = below(seed, 40);

    if (kind < 22)
        add_plain(in, seed, some_length(seed));
    else if (kind < 30)
        add(in, "\\N");
    else if (kind == 30)
        add(in, "NA");
    else
        for (size_t n = below(seed, 4); n; n--) {
            add(in, escapes[below(seed, below(seed, 60) ? 5 : 10)]);
            add_plain(in, seed, below(seed, 5));
        }
}

/* Now and then a row has a column too few or too many. */
static void add_row(struct input *in, uint64_t *seed)
{
    size_t n = below(seed, 800) ? in->ncols : 1 + below(seed, 4);

    for (size_t i = 0; i < n; i++) {
        if (i)
            add(in, in->format.kind == PGCOPY_FORMAT_CSV ? "," : "\t");
        if (in->format.kind == PGCOPY_FORMAT_CSV)
            add_csv_field(in, seed);
        else
            add_text_field(in, seed);
    }
}

/* What breaks rows anywhere. */
static void damage(struct input *in, uint64_t *seed)
{
    static const char bytes[] = "\0\"\\\n\r,\t.N\xff\x80\xc3";

    in->data[below(seed, in->len)] = (uint8_t)bytes[below(seed, sizeof bytes - 1)];
}

static void make_input(struct input *in, uint64_t *seed)
{
    static const char *const markers[] = {NULL, NULL, NULL, "", "NA", "\\N"};
    static const char *const ends[]    = {"\n", "\n", "\n", "\n", "\r\n", "\r"};
    const char              *end       = ends[below(seed, 6)];
    size_t                   len = below(seed, 3) ? below(seed, 8000) : below(seed, INPUT_MAX);

    memset(&in->format, 0, sizeof in->format);
    in->format.size        = sizeof in->format;
    in->format.kind        = below(seed, 2) ? PGCOPY_FORMAT_CSV : PGCOPY_FORMAT_TEXT;
    in->format.null_string = markers[below(seed, 6)];
    in->format.encoding    = below(seed, 8) ? NULL : "SQL_ASCII";
    in->format.header      = below(seed, 8) ? PGCOPY_HEADER_NONE : PGCOPY_HEADER_LINE;
    in->ncols              = 1 + below(seed, below(seed, 4) ? 6 : 80);
    in->known              = below(seed, 2);
    for (in->len = 0; in->len <= len; add(in, end))
        add_row(in, seed);
    in->len -= below(seed, 8) ? 0 : strlen(end);
    if (in->len && !below(seed, 4))
        damage(in, seed);
}

/* ---- Outcomes ----------------------------------------------------------------------- */

/* FNV-1a. */
static uint64_t sum_bytes(uint64_t sum, const void *data, size_t n)
{
    const uint8_t *p = data;

    for (size_t i = 0; i < n; i++)
        sum = (sum ^ p[i]) * 0x100000001B3u;
    return sum;
}

static uint64_t sum_number(uint64_t sum, uint64_t n)
{
    return sum_bytes(sum, &n, sizeof n);
}

static uint64_t sum_rows(uint64_t sum, const pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    sum = sum_number(sum, v->nrows);
    for (size_t row = 0; row < v->nrows; row++) {
        pgcopy_slice raw = pgcopy_batch_raw(batch, row);
        sum              = sum_number(sum, v->line0 + v->rows[row].line);
        sum              = sum_bytes(sum, raw.data, raw.len < RAW_SHOWN ? raw.len : RAW_SHOWN);
        for (size_t col = 0; col < v->ncols; col++) {
            pgcopy_slice value = pgcopy_batch_value(batch, row, col);
            sum = sum_number(sum, value.data ? value.len : v->fields[row * v->ncols + col].len);
            sum = sum_bytes(sum, value.data, value.len);
        }
    }
    return sum;
}

static pgcopy_columns *columns_of(const struct input *in)
{
    pgcopy_columns *cols = pgcopy_columns_new(NULL);
    char            name[32];

    for (size_t i = 0; i < in->ncols; i++) {
        snprintf(name, sizeof name, "c%zu", i);
        assert_non_null(pgcopy_columns_add(cols, name, 0));
    }
    return cols;
}

static pgcopy_decoder *decoder_of(const struct input *in, const struct scan_table *table)
{
    pgcopy_decoder_opts opts = {.size = sizeof opts, .table = "t"};
    pgcopy_columns     *cols = in->known ? columns_of(in) : NULL;
    pgcopy_decoder     *dec  = pgcopy_decoder_new(&in->format, cols, &opts, NULL);

    assert_non_null(dec);
    pgcopy_columns_free(cols);
    if (table)
        dec->scan = table;
    else
        dec->fast = false; /* the states alone */
    return dec;
}

/* A piece lies in memory of its own, so that a byte too far is noticed. */
static pgcopy_status feed(pgcopy_decoder *dec, pgcopy_batch *batch, const uint8_t *data,
                          size_t n, uint64_t *sum, size_t *left)
{
    uint8_t      *piece = malloc(n + !n);
    pgcopy_slice  in    = {piece, n};
    pgcopy_status rc;

    memcpy(piece, data, n);
    while ((rc = pgcopy_decode(dec, &in, batch)) == PGCOPY_FULL) {
        *sum = sum_rows(*sum, batch);
        pgcopy_batch_clear(batch);
    }
    *left = in.len;
    free(piece);
    return rc;
}

static size_t next_piece(uint64_t *seed, size_t most, size_t left)
{
    size_t kind = most ? below(seed, 4) : 0;
    size_t n    = !most       ? left
                  : kind < 2  ? 1 + below(seed, most)
                  : kind == 2 ? 1 + below(seed, 70)
                              : 2040 + below(seed, 16);

    return n < left ? n : left;
}

/* most: pieces are about that long at most; 0: all at once.  *cuts counts them. */
static uint64_t outcome(const struct input *in, const struct scan_table *table, uint32_t rows,
                        size_t most, uint64_t *seed, size_t *cuts)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = rows, .bytes = 9000};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    pgcopy_decoder     *dec    = decoder_of(in, table);
    pgcopy_status       rc     = PGCOPY_AGAIN;
    uint64_t            sum    = 0xCBF29CE484222325u;
    size_t              at = 0, left = 0;

    for (size_t n; at < in->len && rc == PGCOPY_AGAIN; at += n - left, ++*cuts) {
        n  = next_piece(seed, most, in->len - at);
        rc = feed(dec, batch, in->data + at, n, &sum, &left);
    }
    while (rc == PGCOPY_AGAIN || rc == PGCOPY_FULL) {
        rc  = pgcopy_decode_end(dec, batch);
        sum = sum_rows(sum, batch);
        pgcopy_batch_clear(batch);
    }
    sum = sum_rows(sum, batch);
    sum = sum_number(sum, (uint64_t)rc);
    sum = sum_number(sum, pgcopy_decoder_line(dec));
    sum = sum_number(sum, rc == PGCOPY_END ? at : 0);
    sum = sum_bytes(sum, pgcopy_decoder_error(dec)->message,
                    strlen(pgcopy_decoder_error(dec)->message));
    sum = sum_bytes(sum, pgcopy_decoder_error(dec)->where,
                    strlen(pgcopy_decoder_error(dec)->where));
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    return sum;
}

/* ---- UTF-8 -------------------------------------------------------------------------- */

/* The n bytes of text at `at` of a block or more of ASCII, which ends at most 5 behind them. */
static void assert_same_verdict(const struct scan_table *table, const uint8_t *text, size_t n,
                                size_t at)
{
    static struct scan_words words;
    struct scan_set          set = {',', '"'};
    static uint8_t           p[64 + 256];

    for (size_t len = at + 1; len < at + n + 5; len++) {
        size_t whole;
        memset(p, 'a', sizeof p);
        memcpy(p + 64 + at, text, n);
        whole = len - utf8_cut_off(p + 64, len);
        table->classify(p + 64, p + 64, len, set, &words);
        if (table->utf8(p + 64, whole, words.high) != (utf8_find_bad(p + 64, whole) == whole))
            fail_msg("%s: %02x %02x %02x %02x at %zu of %zu", table->name, text[0], text[1],
                     text[2], text[3], at, whole);
    }
}

static void all_tables_know_utf8(void **state)
{
    static const uint8_t edges[] = {0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1,
                                    0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
                                    0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF};
    enum { EDGES = sizeof edges };

    (void)state;
    for (size_t t = 0; scan_at(t); t++)
        for (size_t i = 0; i < EDGES * EDGES * 16; i++) {
            uint8_t text[4] = {edges[i % EDGES], edges[i / EDGES % EDGES],
                               edges[2 + i / EDGES / EDGES % 4 * 2],
                               edges[1 + i / EDGES / EDGES / 4 * 2]};
            assert_same_verdict(scan_at(t), text, 4, i % 3 ? 58 + i % 7 : i % 2 * 120);
        }
}

/* ---- Tests -------------------------------------------------------------------------- */

static void all_tables_agree_with_the_states(void **state)
{
    static struct input in;
    size_t              cuts = 0, inputs = 0;

    (void)state;
    for (uint64_t number = first_seed; cuts < cuts_wanted; number++, inputs++) {
        uint64_t seed = number * 0x9E3779B97F4A7C15u | 1, states;
        uint32_t rows;
        size_t   most;
        make_input(&in, &seed);
        rows   = 1 + (uint32_t)below(&seed, below(&seed, 2) ? 5 : 200);
        most   = below(&seed, 2) ? 3 + below(&seed, 60) : 500 + below(&seed, 5000);
        states = outcome(&in, NULL, rows, 0, &seed, &cuts);
        for (size_t i = 0; scan_at(i); i++)
            for (int cut = 0; cut < 2; cut++)
                if (outcome(&in, scan_at(i), rows, cut ? most : 0, &seed, &cuts) != states)
                    fail_msg("%s differs from the states: input %llu, %s", scan_at(i)->name,
                             (unsigned long long)number, cut ? "cut" : "whole");
    }
    print_message("%zu inputs, %zu cuts; tables:", inputs, cuts);
    for (size_t i = 0; scan_at(i); i++)
        print_message(" %s", scan_at(i)->name);
    print_message("\n");
}

/* Nothing lies before it, where its CR would be looked for. */
static void a_lone_lf_may_be_the_first_byte_of_a_block(void **state)
{
    pgcopy_format       csv    = {.size = sizeof csv, .kind = PGCOPY_FORMAT_CSV};
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 1};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    pgcopy_decoder     *dec    = pgcopy_decoder_new(&csv, NULL, NULL, NULL);
    pgcopy_slice        in     = {(const uint8_t *)"a\r\n\n", 4};

    (void)state;
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_FULL);
    pgcopy_batch_clear(batch);
    assert_int_equal(pgcopy_decode(dec, &in, batch), PGCOPY_ERR_DATA);
    assert_string_equal(pgcopy_decoder_error(dec)->message, "unquoted newline found in data");
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_tables_know_utf8),
        cmocka_unit_test(a_lone_lf_may_be_the_first_byte_of_a_block),
        cmocka_unit_test(all_tables_agree_with_the_states),
    };

    cuts_wanted = argc > 1 ? strtoul(argv[1], NULL, 10) : cuts_wanted;
    first_seed  = argc > 2 ? strtoull(argv[2], NULL, 10) : first_seed;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
