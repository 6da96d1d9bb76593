/*
 * test_codec.c - decoding: every fixture of tests/data/codec in every cut and with every
 * allocation failing.  The fixtures are text, so that against_postgres.py reads them too.
 */
#include "harness.h"

#include "codec/decoder.h"

#include <pgcopy/codec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4096, LINES_MAX = 32 };

struct fixture {
    const char             *name;
    pgcopy_format           format;
    const char             *lists[3][8]; /* FORCE_NULL, FORCE_NOT_NULL, CONVERT_SELECTIVELY */
    char                   *columns;     /* NULL: not known                         */
    uint8_t                *in;
    size_t                  in_len;
    char                    expected[TEXT_MAX];
    const pgcopy_allocator *allocator;
    bool                    out_of_memory;
};

/* ---- Reading fixtures --------------------------------------------------------------- */

/* C escapes, in place. */
static size_t unescape_c(char *text)
{
    char *from = text, *to = text;

    while (*from) {
        const char *at;
        if (*from != '\\') {
            *to++ = *from++;
        } else if (from[1] == 'x') {
            char hex[3] = {from[2], from[3], 0};
            *to++       = (char)strtoul(hex, NULL, 16);
            from += 4;
        } else {
            at    = strchr("n\nr\rt\t\\\\\"\"", from[1]);
            *to++ = at[1];
            from += 2;
        }
    }
    *to = 0;
    return (size_t)(to - text);
}

static char *option_value(char *option, const char *name)
{
    size_t n = strlen(name);

    return strncmp(option, name, n) == 0 && option[n] == '=' ? option + n + 1 : NULL;
}

static void set_list(const char **list, char *names)
{
    char *rest = names;

    for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
        *list++ = name;
}

static void set_option(struct fixture *f, char *option)
{
    pgcopy_format *format = &f->format;
    char          *value;

    unescape_c(option);
    if (!strcmp(option, "csv"))
        format->kind = PGCOPY_FORMAT_CSV;
    else if (!strcmp(option, "header"))
        format->header = PGCOPY_HEADER_LINE;
    else if (!strcmp(option, "header=match"))
        format->header = PGCOPY_HEADER_MATCH;
    else if ((value = option_value(option, "delimiter")))
        format->delimiter = *value;
    else if ((value = option_value(option, "quote")))
        format->quote = *value;
    else if ((value = option_value(option, "escape")))
        format->escape = *value;
    else if ((value = option_value(option, "null")))
        format->null_string = value;
    else if ((value = option_value(option, "default")))
        format->default_string = value;
    else if ((value = option_value(option, "encoding")))
        format->encoding = value;
    else if ((value = option_value(option, "force_null")))
        set_list(f->lists[0], value), format->force_null = f->lists[0];
    else if ((value = option_value(option, "force_not_null")))
        set_list(f->lists[1], value), format->force_not_null = f->lists[1];
    else if ((value = option_value(option, "convert_selectively")))
        set_list(f->lists[2], value), format->convert_selectively = f->lists[2];
    else
        assert_string_equal(option, "text");
}

static void set_line(struct fixture *f, char *line)
{
    char *value = strchr(line, ' ') + 1, *rest;

    if (!strncmp(line, "name:", 5)) {
        f->name = value;
    } else if (!strncmp(line, "with:", 5)) {
        for (char *o = strtok_r(value, " ", &rest); o; o = strtok_r(NULL, " ", &rest))
            set_option(f, o);
    } else if (!strncmp(line, "cols:", 5)) {
        f->columns = value;
    } else if (!strncmp(line, "in:", 3)) {
        f->in     = (uint8_t *)value;
        f->in_len = unescape_c(value);
    } else if (strncmp(line, "pg:", 3) != 0) {
        strcat(strcat(f->expected, line), "\n");
    }
}

static char *read_fixtures(const char *name)
{
    char   path[512];
    char  *text = calloc(1, 65536);
    FILE  *file;
    size_t n;

    snprintf(path, sizeof path, "%s/codec/%s", TEST_DATA, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    n = fread(text, 1, 65535, file);
    assert_true(n > 0 && n < 65535);
    fclose(file);
    return text;
}

/* The next one; lines are ended where they lie. */
static bool next_fixture(char **text, struct fixture *f)
{
    *f = (struct fixture){.format = {.size = sizeof f->format}};
    while (**text) {
        char *line = *text, *end = strchr(line, '\n');
        *text = end + 1;
        *end  = 0;
        if (end == line && f->name)
            break;
        if (end > line && *line != '#')
            set_line(f, line);
    }
    return f->name != NULL;
}

/* ---- Writing down what came out ----------------------------------------------------- */

struct report {
    char   text[TEXT_MAX];
    size_t raw_at; /* how far the raw texts have got in the input */
};

static void say(struct report *r, const char *text)
{
    strncat(r->text, text, sizeof r->text - strlen(r->text) - 1);
}

static void say_escaped(struct report *r, pgcopy_slice v, bool in_quotes)
{
    static const char plain[] = "n\nr\rt\t\\\\\"\"";
    size_t            nplain  = sizeof plain - (in_quotes ? 1 : 3);
    char              c[8];

    for (size_t i = 0; i < v.len; i++) {
        const char *at = NULL;
        for (size_t k = 0; k < nplain; k += 2)
            if (plain[k + 1] == (char)v.data[i])
                at = plain + k;
        if (at)
            snprintf(c, sizeof c, "\\%c", *at);
        else if (v.data[i] < 0x20 || v.data[i] >= 0x7f)
            snprintf(c, sizeof c, "\\x%02x", v.data[i]);
        else
            snprintf(c, sizeof c, "%c", v.data[i]);
        say(r, c);
    }
}

static void say_value(struct report *r, const pgcopy_view *v, pgcopy_field f)
{
    if (f.len == PGCOPY_NULL) {
        say(r, " NULL");
    } else if (f.len == PGCOPY_DEFAULT) {
        say(r, " DEFAULT");
    } else {
        say(r, " \"");
        say_escaped(r, (pgcopy_slice){v->bytes + f.start, f.len}, true);
        say(r, "\"");
    }
}

static void say_rows(struct report *r, const pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);
    char               line[32];

    for (uint32_t row = 0; row < v->nrows; row++) {
        snprintf(line, sizeof line, "out: %u", (unsigned)(v->line0 + v->rows[row].line));
        say(r, line);
        for (uint32_t col = 0; col < v->ncols; col++)
            say_value(r, v, v->fields[(size_t)row * v->ncols + col]);
        say(r, "\n");
    }
}

static void say_part(struct report *r, const char *what, const char *text)
{
    if (!*text)
        return;
    say(r, what);
    say_escaped(r, (pgcopy_slice){(const uint8_t *)text, strlen(text)}, false);
    say(r, "\n");
}

static void say_error(struct report *r, const pgcopy_error *err)
{
    say(r, "err: ");
    say(r, err->sqlstate);
    say_part(r, " ", err->message);
    say_part(r, "detail: ", err->detail);
    say_part(r, "hint: ", err->hint);
    say_part(r, "where: ", err->where);
}

static bool is_line_end(const struct fixture *f, size_t at)
{
    return at >= f->in_len || f->in[at] == '\n' || f->in[at] == '\r';
}

/* Is this the line that begins at the byte `at` of the input, as far as it is kept? */
static bool is_line(const struct fixture *f, size_t at, pgcopy_slice raw)
{
    return (!at || is_line_end(f, at - 1)) && raw.len <= f->in_len - at &&
           (!raw.len || !memcmp(f->in + at, raw.data, raw.len)) &&
           (is_line_end(f, at + raw.len) || raw.len == BATCH_RAW_TEXT);
}

/* The raw texts are the lines of the input, in order; of another encoding they are UTF-8, and
   errors show them. */
static void check_raw(struct report *r, const struct fixture *f, const pgcopy_batch *batch)
{
    if (f->format.encoding)
        return;
    for (size_t row = 0; row < pgcopy_batch_view(batch)->nrows; row++) {
        pgcopy_slice raw = pgcopy_batch_raw(batch, row);
        while (r->raw_at < f->in_len && !is_line(f, r->raw_at, raw))
            r->raw_at++;
        assert_true(is_line(f, r->raw_at, raw));
        r->raw_at += raw.len;
    }
}

/* ---- Running them ------------------------------------------------------------------- */

static pgcopy_columns *make_columns(const struct fixture *f, const pgcopy_allocator *allocator)
{
    pgcopy_columns *cols = pgcopy_columns_new(allocator);
    char            names[256], *rest = names;

    snprintf(names, sizeof names, "%s", f->columns);
    for (char *name = strtok_r(names, " ", &rest); cols && name;
         name       = strtok_r(NULL, " ", &rest)) {
        size_t         n           = strlen(name);
        bool           has_default = name[n - 1] == '=';
        pgcopy_column *col;
        if (!strcmp(name, "-"))
            break;
        name[n - has_default] = 0;
        col                   = pgcopy_columns_add(cols, name, 0);
        if (col) {
            col->has_default = has_default;
        } else {
            pgcopy_columns_free(cols);
            cols = NULL;
        }
    }
    return cols;
}

static pgcopy_decoder *make_decoder(const struct fixture *f, const pgcopy_allocator *allocator)
{
    pgcopy_decoder_opts opts = {.size = sizeof opts, .table = "t", .allocator = allocator};
    pgcopy_columns     *cols = f->columns ? make_columns(f, allocator) : NULL;
    pgcopy_decoder     *dec  = NULL;

    if (cols || !f->columns)
        dec = pgcopy_decoder_new(&f->format, cols, &opts, NULL);
    pgcopy_columns_free(cols);
    return dec;
}

/* One piece, with all the batches it fills. */
static pgcopy_status feed(struct report *r, const struct fixture *f, pgcopy_decoder *dec,
                          pgcopy_batch *batch, pgcopy_slice piece)
{
    pgcopy_status rc;

    while ((rc = pgcopy_decode(dec, &piece, batch)) == PGCOPY_FULL) {
        say_rows(r, batch);
        check_raw(r, f, batch);
        pgcopy_batch_clear(batch);
    }
    if (rc == PGCOPY_AGAIN)
        assert_int_equal(piece.len, 0);
    return rc;
}

static pgcopy_status run_pieces(struct report *r, const struct fixture *f, pgcopy_decoder *dec,
                                pgcopy_batch *batch, struct test_cut cut)
{
    pgcopy_status rc = PGCOPY_AGAIN;

    for (size_t at = 0, n; at < f->in_len && rc == PGCOPY_AGAIN; at += n) {
        n  = test_cut_next(&cut, f->in_len - at);
        rc = feed(r, f, dec, batch, (pgcopy_slice){f->in + at, n});
    }
    while (rc == PGCOPY_AGAIN || rc == PGCOPY_FULL) {
        rc = pgcopy_decode_end(dec, batch);
        say_rows(r, batch);
        check_raw(r, f, batch);
        pgcopy_batch_clear(batch);
    }
    say_rows(r, batch);
    return rc;
}

static bool run_fixture(struct fixture *f, struct test_cut cut, uint32_t rows)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = rows};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, f->allocator);
    pgcopy_decoder     *dec    = make_decoder(f, f->allocator);
    struct report       r      = {.raw_at = 0};
    pgcopy_status       rc     = PGCOPY_ERR_NOMEM;

    if (dec && batch)
        rc = run_pieces(&r, f, dec, batch, cut);
    if (rc == PGCOPY_ERR_DATA)
        say_error(&r, pgcopy_decoder_error(dec));
    if (rc != PGCOPY_ERR_NOMEM && strcmp(r.text, f->expected) != 0)
        fail_msg("%s, piece %zu, at %zu\n%s--- not\n%s", f->name, cut.piece, cut.at, r.text,
                 f->expected);
    if (dec && rc < 0) { /* an error sticks */
        assert_int_equal(pgcopy_decode_end(dec, batch), rc);
        assert_true(pgcopy_decoder_error(dec)->sqlstate[0]);
    }
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    return rc != PGCOPY_ERR_NOMEM;
}

static void run_cut(struct test_cut cut, void *arg)
{
    assert_true(run_fixture(arg, cut, 0));
    assert_true(run_fixture(arg, cut, 1));
}

static bool run_failing(const pgcopy_allocator *allocator, void *arg)
{
    struct fixture *f = arg;
    bool            ended;

    f->allocator = allocator;
    ended        = run_fixture(f, (struct test_cut){.at = f->in_len}, 1);
    f->allocator = NULL;
    return ended;
}

static void run_file(const char *name)
{
    char          *text = read_fixtures(name), *rest = text;
    struct fixture f;

    while (next_fixture(&rest, &f)) {
        test_every_cut(f.in_len, run_cut, &f);
        test_every_failure(run_failing, &f);
    }
    free(text);
}

static void text_fixtures(void **state)
{
    (void)state;
    run_file("text.txt");
}

static void csv_fixtures(void **state)
{
    (void)state;
    run_file("csv.txt");
}

static void fixtures_in_other_encodings(void **state)
{
    (void)state;
    run_file("encodings.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_fixtures),
        cmocka_unit_test(csv_fixtures),
        cmocka_unit_test(fixtures_in_other_encodings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
