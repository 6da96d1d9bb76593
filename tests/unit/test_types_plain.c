/* test_types_plain.c - a column that is looked at as a whole gives what its values give one by
   one, whatever lies beside them in the block. */
#include "harness.h"

#include "types/type.h"

#include <stdio.h>
#include <string.h>

enum { RUNS = 40000, TEXT = 60, ROWS = 600 };

struct outcome {
    pgcopy_status status;
    char          sqlstate[6];
    char          text[TEXT];
};

static const char *const types[] = {
    "int2",         "int4",         "int8",    "bool",          "date",          "varchar(5)",
    "numeric(9,2)", "numeric(9,0)", "numeric", "numeric(2,2)",  "numeric(5,-2)", "timestamp",
    "timestamp(3)", "uuid",         "float8",  "numeric(40,12)"};
enum { TYPES = sizeof types / sizeof *types };

static void set_text(struct outcome *o, pgcopy_slice value)
{
    snprintf(o->text, sizeof o->text, "%.*s", (int)value.len, (const char *)value.data);
}

/* What the type's own function says. */
static void check_alone(const char *name, const char *text, struct outcome *o)
{
    int32_t            typmod;
    const struct type *type  = type_find(pgcopy_type_by_name(name, &typmod)->oid);
    pgcopy_batch      *batch = pgcopy_batch_new(1, NULL, NULL);
    pgcopy_error       err   = {0};
    struct date_rules  dates = {.into = NULL};
    struct value       v     = {
                  .type = type, .typmod = typmod, .batch = batch, .err = &err, .dates = &dates};

    memset(o, 0, sizeof *o);
    assert_int_equal(pgcopy_batch_put(batch, text, strlen(text)), PGCOPY_OK);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    v.in      = pgcopy_batch_value(batch, 0, 0);
    o->status = type->check(&v);
    memcpy(o->sqlstate, err.sqlstate, sizeof o->sqlstate);
    set_text(o, v.changed ? (pgcopy_slice){batch->view.bytes + v.out.start, v.out.len} : v.in);
    pgcopy_batch_free(batch);
}

static pgcopy_columns *columns_of(const char *name, bool not_null)
{
    int32_t         typmod;
    uint32_t        oid  = pgcopy_type_by_name(name, &typmod)->oid;
    pgcopy_columns *cols = pgcopy_columns_new(NULL);
    pgcopy_column  *value;

    assert_non_null(pgcopy_columns_add(cols, "before", 0));
    value           = pgcopy_columns_add(cols, "value", oid);
    value->typmod   = typmod;
    value->not_null = not_null;
    assert_non_null(pgcopy_columns_add(cols, "behind", 0));
    return cols;
}

static void put_row(pgcopy_batch *batch, const char *beside, const char *text)
{
    const char *const row[] = {beside, text, beside};

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pgcopy_batch_put(batch, row[i], row[i] ? strlen(row[i]) : PGCOPY_NULL),
                         PGCOPY_OK);
    assert_true(pgcopy_batch_end_row(batch) >= 0);
}

static void same_beside(const char *name, const char *text, const char *beside)
{
    pgcopy_columns *cols  = columns_of(name, false);
    pgcopy_batch   *batch = pgcopy_batch_new(3, NULL, NULL);
    pgcopy_error    err   = {0};
    struct outcome  whole = {0}, alone;
    size_t          row   = 0;

    put_row(batch, beside, text);
    whole.status = pgcopy_types_check(cols, batch, &row, &err);
    memcpy(whole.sqlstate, err.sqlstate, sizeof whole.sqlstate);
    set_text(&whole, pgcopy_batch_value(batch, 0, 1));
    check_alone(name, text, &alone);
    if (memcmp(&whole, &alone, sizeof whole) != 0)
        print_error("%s \"%s\" beside \"%s\"\n", name, text, beside);
    assert_memory_equal(&whole, &alone, sizeof whole);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

static void same(const char *name, const char *text)
{
    static const char *const beside[] = {"", "1", "-", ".5", "\xff\xff", "0000-00-00 00:00:00"};

    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        same_beside(name, text, beside[i]);
}

static const char *const values[] = {
    "",
    "0",
    "-0",
    "-",
    "--1",
    "-1",
    "00",
    "01",
    "-01",
    "9",
    "9999",
    "-9999",
    "32767",
    "32768",
    "-32768",
    "99999999",
    "999999999",
    "-999999999",
    "2147483647",
    "2147483648",
    "12345678",
    "1234567890123456",
    "-1234567890123456",
    "9223372036854775807",
    "9223372036854775808",
    "t",
    "f",
    "d",
    "true",
    "12345",
    "2026-01-31",
    "2026-02-28",
    "2026-02-29",
    "2024-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-19-39",
    "2026-00-10",
    "2026-01-00",
    "0000-01-01",
    "0999-01-01",
    "1000-01-01",
    "2026,01,31",
    "1/31/2026",
    "2026-01-311",
    "2026-01-3",
    "1.5",
    "12.50",
    "-12.50",
    "0.50",
    "-0.50",
    "-0.00",
    "0.00",
    "00.50",
    ".50",
    "-.50",
    "5.",
    "1..50",
    "1234567.89",
    "12345678.90",
    "-1234567.89",
    "123456789",
    "0.123456789012",
    "1234567890.123456789012",
    "123456789012345678901234567.123456789012",
    "NaN",
    "1e2",
    "1_0.50",
    "2026-01-31 12:34:56",
    "2026-01-31 23:59:59",
    "2026-01-31 24:00:00",
    "2026-01-31 12:34:60",
    "2026-01-31 12:60:56",
    "2026-01-31 12:34:56.7",
    "2026-01-31 12:34:56.789",
    "2026-01-31 12:34:56.780",
    "2026-01-31 12:34:56.123456",
    "2026-01-31 12:34:56.1234567",
    "2026-01-31 12:34:56.",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "A0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "a0eebc999c0b4ef8bb6d6bb9bd380a11",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g",
    "a0eebc99-9c0b-4ef8-bb6d06bb9bd380a11",
};
enum { VALUES = sizeof values / sizeof *values };

static void the_edges_are_the_same(void **state)
{
    (void)state;
    for (size_t t = 0; t < TYPES; t++)
        for (size_t i = 0; i < VALUES; i++)
            same(types[t], values[i]);
}

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

/* One of the values with a byte changed, taken out or put in, from what lies beside digits and
   letters in ASCII, where arithmetic on many bytes could err. */
static void draw_text(uint32_t *seed, char text[TEXT])
{
    static const char letters[] = "0123456789--/:.,. tfaegg`@G\xb0\xb9\xba\xff\x80\x01";
    const char       *value     = values[draw(seed, VALUES)];
    size_t            len = strlen(value), at = draw(seed, (uint32_t)len + 1);
    uint32_t          out = draw(seed, 2), in = draw(seed, 2);

    out = at + out > len ? 0 : out;
    snprintf(text, TEXT, "%.*s%.*s%s", (int)at, value, (int)in,
             &letters[draw(seed, sizeof letters - 1)], value + at + out);
}

static void random_texts_are_the_same(void **state)
{
    uint32_t seed = 1;
    char     text[TEXT], beside[TEXT];

    (void)state;
    for (int run = 0; run < RUNS; run++) {
        draw_text(&seed, text);
        draw_text(&seed, beside);
        same_beside(types[run % TYPES], text, beside);
    }
}

/* Canonical, one of each type. */
static const char *const usual[] = {"12",
                                    "12",
                                    "12",
                                    "t",
                                    "2026-01-31",
                                    "abc",
                                    "12.34",
                                    "12",
                                    "12.34",
                                    ".12",
                                    "1200",
                                    "2026-01-31 12:34:56",
                                    "2026-01-31 12:34:56.789",
                                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                                    "12",
                                    "1.123456789012"};

/* ---- Many rows ------------------------------------------------------------------------- */

/* Row by row from where the last error was, as ON_ERROR ignore does. */
static void rows_are_the_same(const char *name, const char *const text[], size_t n)
{
    pgcopy_columns *cols  = columns_of(name, false);
    pgcopy_batch   *batch = pgcopy_batch_new(3, NULL, NULL);
    struct outcome  alone, whole = {0};
    size_t          row = 0, next = 0;

    for (size_t i = 0; i < n; i++)
        put_row(batch, "7", text[i]);
    for (size_t i = 0; i < n; i++) {
        pgcopy_error err = {0};
        if (!text[i])
            continue;
        check_alone(name, text[i], &alone);
        if (i >= next) {
            row = next;
            (void)!pgcopy_types_check(cols, batch, &row, &err);
            next = row + 1;
        }
        assert_int_equal(i == row, alone.status < 0);
        set_text(&whole, pgcopy_batch_value(batch, i, 1));
        assert_string_equal(whole.text, alone.text);
    }
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

/* Long stretches of one value, NULLs and others among them. */
static void columns_of_many_rows_are_the_same(void **state)
{
    uint32_t    seed = 7;
    const char *text[ROWS];

    (void)state;
    for (size_t run = 0; run < 4 * TYPES; run++) {
        uint32_t odd = run < 2 * TYPES ? 100 : 5;
        for (size_t i = 0; i < ROWS; i++)
            text[i] = draw(&seed, odd) ? usual[run % TYPES]
                      : draw(&seed, 2) ? NULL
                                       : values[draw(&seed, VALUES)];
        rows_are_the_same(types[run % TYPES], text, ROWS - draw(&seed, ROWS));
    }
}

static void a_null_where_none_may_be_is_found_in_its_row(void **state)
{
    pgcopy_columns *cols  = columns_of("int4", true);
    pgcopy_batch   *batch = pgcopy_batch_new(3, NULL, NULL);
    pgcopy_error    err   = {0};
    size_t          row   = 0;

    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        put_row(batch, "7", i == 300 ? NULL : "12");
    assert_int_equal(pgcopy_types_check(cols, batch, &row, &err), PGCOPY_ERR_SQL);
    assert_int_equal(row, 300);
    assert_string_equal(err.sqlstate, "23502");
    row++;
    assert_int_equal(pgcopy_types_check(cols, batch, &row, &err), PGCOPY_OK);
    assert_int_equal(row, ROWS);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

/* Whatever a field says that is too long for a value, nothing is read there. */
static void any_length_above_the_longest_is_a_marker(void **state)
{
    static const uint32_t lengths[] = {PGCOPY_NULL,        PGCOPY_DEFAULT, PGCOPY_LEN_MAX + 1,
                                       PGCOPY_DEFAULT - 1, 0x7FFFFFFF,     0x80000000};
    pgcopy_error          err       = {0};

    (void)state;
    for (size_t t = 0; t < TYPES; t++) {
        pgcopy_columns *cols  = columns_of(types[t], false);
        pgcopy_batch   *batch = pgcopy_batch_new(3, NULL, NULL);
        size_t          row   = 0;
        put_row(batch, "7", usual[t]); /* or all would be passed over */
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            pgcopy_field fields[] = {{0, 1}, {0, lengths[i]}, {0, 1}};
            assert_int_equal(pgcopy_batch_add(batch, "7", 1, fields, 1), PGCOPY_OK);
        }
        assert_int_equal(pgcopy_types_check(cols, batch, &row, &err), PGCOPY_OK);
        pgcopy_columns_free(cols);
        pgcopy_batch_free(batch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_edges_are_the_same),
        cmocka_unit_test(random_texts_are_the_same),
        cmocka_unit_test(columns_of_many_rows_are_the_same),
        cmocka_unit_test(any_length_above_the_longest_is_a_marker),
        cmocka_unit_test(a_null_where_none_may_be_is_found_in_its_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
