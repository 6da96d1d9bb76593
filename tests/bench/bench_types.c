/*
 * bench_types.c - what a check costs: ns a field, of values that are canonical already and of
 * some that are not.
 *
 *   cmake --preset release && cmake --build --preset release --target bench_types
 *   build/release/tests/bench_types [patients]
 *   valgrind --tool=callgrind --toggle-collect=pgcopy_types_check
 * build/release/tests/bench_types patients
 */
#include <pgcopy/types.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ROWS = 1000, COLS = 8, RUNS = 200 };

typedef pgcopy_status step_fn(const pgcopy_columns *cols, pgcopy_batch *batch, size_t *row,
                              pgcopy_error *err);

static double now(void)
{
    struct timespec t;

    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void fill(pgcopy_batch *batch, const char *value)
{
    pgcopy_batch_clear(batch);
    for (int row = 0; row < ROWS; row++) {
        for (int col = 0; col < COLS; col++)
            pgcopy_batch_put(batch, value, strlen(value));
        if (pgcopy_batch_end_row(batch) < 0)
            return;
    }
}

/* The best of all runs; what filling the batch costs is not in it. */
static double measure(const pgcopy_columns *cols, pgcopy_batch *batch, const char *value,
                      step_fn *step)
{
    double best = 1e18;

    for (int run = 0; run < RUNS; run++) {
        size_t row = 0;
        double begin, ns;

        fill(batch, value);
        begin = now();
        if (step(cols, batch, &row, NULL) < 0)
            return -1;
        ns   = now() - begin;
        best = ns < best ? ns : best;
    }
    return best / (ROWS * COLS);
}

static void bench(const char *type_name, const char *value)
{
    int32_t            typmod;
    const pgcopy_type *type  = pgcopy_type_by_name(type_name, &typmod);
    pgcopy_columns    *cols  = pgcopy_columns_new(NULL);
    pgcopy_batch      *batch = pgcopy_batch_new(COLS, NULL, NULL);

    for (int col = 0; type && cols && col < COLS; col++) {
        pgcopy_column *column = pgcopy_columns_add(cols, "c", type->oid);
        if (column)
            column->typmod = typmod;
    }
    if (type && cols && batch)
        printf("%-16s %-30s %8.1f %8.1f\n", type_name, value,
               measure(cols, batch, value, pgcopy_types_check),
               measure(cols, batch, value, pgcopy_types_to_binary));
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

/* Rows as in examples/data/patients.csv. */
static void fill_patients(pgcopy_batch *batch)
{
    static const char *const row[COLS] = {"123456", "Charlotte", "Andersson",  "1973-05-28",
                                          "F",      "active",    "2024-11-30", NULL};

    pgcopy_batch_clear(batch);
    for (int i = 0; i < ROWS; i++) {
        for (int col = 0; col < COLS; col++)
            pgcopy_batch_put(batch, row[col], row[col] ? strlen(row[col]) : PGCOPY_NULL);
        if (pgcopy_batch_end_row(batch) < 0)
            return;
    }
}

static void bench_patients(void)
{
    static const char *const types[COLS] = {"int",        "varchar(40)", "varchar(40)", "date",
                                            "varchar(1)", "varchar(20)", "date",        "date"};
    pgcopy_columns          *cols        = pgcopy_columns_new(NULL);
    pgcopy_batch            *batch       = pgcopy_batch_new(COLS, NULL, NULL);
    double                   best        = 1e18;

    for (int col = 0; cols && col < COLS; col++) {
        int32_t        typmod;
        uint32_t       oid    = pgcopy_type_by_name(types[col], &typmod)->oid;
        pgcopy_column *column = pgcopy_columns_add(cols, "c", oid);
        if (column)
            column->typmod = typmod;
    }
    for (int run = 0; cols && batch && run < RUNS; run++) {
        size_t row = 0;
        double begin;
        fill_patients(batch);
        begin = now();
        if (pgcopy_types_check(cols, batch, &row, NULL) < 0)
            break;
        begin = now() - begin;
        best  = begin < best ? begin : best;
    }
    printf("%-16s %-30s %8.1f\n", "patients", "8 columns, a row as in the file",
           best / (ROWS * COLS));
    printf("%d fields were checked\n", ROWS * COLS * RUNS);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

int main(int argc, char **argv)
{
    static const char *const values[][2] = {
        {"text", "Charlotte"},
        {"varchar(30)", "Charlotte"},
        {"bool", "t"},
        {"bool", "true"},
        {"int4", "123456"},
        {"int4", "0123456"},
        {"int8", "123456789012"},
        {"numeric", "1234.56"},
        {"numeric(10,2)", "1234.56"},
        {"numeric(10,2)", "1234.5"},
        {"float8", "36.6"},
        {"float8", "0.12345678901234567"},
        {"date", "2026-01-31"},
        {"date", "1/31/2026"},
        {"timestamp", "2026-01-31 12:34:56.789"},
        {"timestamp", "2026-01-31T12:34:56Z"},
        {"timestamptz", "2026-01-31 12:34:56+00"},
        {"timestamptz", "2026-01-31 12:34:56+01"},
        {"time", "12:34:56"},
        {"interval", "1 day 02:03:04"},
        {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
        {"bytea", "\\x00010203040506070809"},
        {"json", "{\"a\": 1, \"b\": [true, null]}"},
        {"jsonb", "{\"a\": 1, \"b\": [true, null]}"},
    };

    bool all = argc < 2 || strcmp(argv[1], "patients") != 0;

    printf("%-16s %-30s %8s %8s   ns a field\n", "type", "value", "check", "binary");
    for (size_t i = 0; all && i < sizeof values / sizeof *values; i++)
        bench(values[i][0], values[i][1]);
    bench_patients();
    return 0;
}
