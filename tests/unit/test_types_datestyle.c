/* test_types_datestyle.c - DateStyle: in which order the numbers of a date are read, and what
 * PostgreSQL prints.  What is expected was said by PostgreSQL 18.4. */
#include "test_types.h"

#define HINT   " // Perhaps you need a different \"DateStyle\" setting."
#define BAD(s) "!22008 date/time field value out of range: \"" s "\"" HINT

/* ---- Reading ------------------------------------------------------------------------- */

static const struct {
    const char *type, *in, *out[3]; /* in the order of enum pgcopy_date_order */
} orders[] = {
    {"date", "1/2/3", {"2003-01-02", "2003-02-01", "2001-02-03"}},
    {"date", "13/02/2024", {BAD("13/02/2024"), "2024-02-13", BAD("13/02/2024")}},
    {"date", "02/13/2024", {"2024-02-13", BAD("02/13/2024"), BAD("02/13/2024")}},
    {"date", "2024/02/13", {"2024-02-13", "2024-02-13", "2024-02-13"}},
    {"date", "2024-02-13", {"2024-02-13", "2024-02-13", "2024-02-13"}},
    {"date", "24-02-13", {BAD("24-02-13"), "2013-02-24", "2024-02-13"}},
    {"date", "70-01-02", {BAD("70-01-02"), BAD("70-01-02"), "1970-01-02"}},
    {"date", "08.01.1999", {"1999-08-01", "1999-01-08", BAD("08.01.1999")}},
    {"date", "13 Feb 24", {"2024-02-13", "2024-02-13", "2013-02-24"}},
    {"date", "Feb 13 24", {"2024-02-13", "2024-02-13", "2013-02-24"}},
    {"date", "24 Feb 13", {"2013-02-24", "2013-02-24", "2024-02-13"}},
    {"date", "13-Feb-2024", {"2024-02-13", "2024-02-13", "2024-02-13"}},
    {"date", "99-Jan-08", {BAD("99-Jan-08"), BAD("99-Jan-08"), "1999-01-08"}},
    {"date", "240213", {"2024-02-13", "2024-02-13", "2024-02-13"}},
    {"date", "1/2/3 BC", {"0003-01-02 BC", "0003-02-01 BC", "0001-02-03 BC"}},
    {"timestamp",
     "1/2/3 04:05",
     {"2003-01-02 04:05:00", "2003-02-01 04:05:00", "2001-02-03 04:05:00"}},
    {"timestamptz",
     "13.2.24 04:05+01",
     {BAD("13.2.24 04:05+01"), "2024-02-13 03:05:00+00", "2013-02-24 03:05:00+00"}},
    {"time", "1/2/3 04:05", {"04:05:00", "04:05:00", "04:05:00"}},
};

static void read_in(pgcopy_date_order order, const char *type, const char *in, const char *out)
{
    char       text[200];
    struct one o = one_of(type, in, strlen(in)), b = one_of(type, in, strlen(in));

    pgcopy_columns_set_date_order(o.cols, order);
    assert_int_equal(pgcopy_columns_date_order(o.cols), order);
    run(&o, pgcopy_types_check);
    if (strcmp(told(&o, text, sizeof text), out) != 0)
        fail_msg("order %d: %s is\n%s, not\n%s", (int)order, in, text, out);
    pgcopy_columns_set_date_order(b.cols, order);
    run(&b, pgcopy_types_to_binary);
    if (out[0] != '!')
        run(&b, pgcopy_types_to_text);
    assert_string_equal(told(&b, text, sizeof text), out);
    one_free(&o);
    one_free(&b);
}

static void numbers_are_read_in_the_order_of_the_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        for (int order = PGCOPY_DATE_ORDER_MDY; order <= PGCOPY_DATE_ORDER_YMD; order++)
            read_in((pgcopy_date_order)order, orders[i].type, orders[i].in,
                    orders[i].out[order]);
}

/* ---- Printing ------------------------------------------------------------------------ */

enum { ISO, SQL, SQL_DMY, POSTGRES, POSTGRES_DMY, GERMAN, STYLES };

static const pgcopy_datestyle styles[STYLES] = {
    [ISO]          = {PGCOPY_DATE_STYLE_ISO, PGCOPY_DATE_ORDER_DMY},
    [SQL]          = {PGCOPY_DATE_STYLE_SQL, PGCOPY_DATE_ORDER_MDY},
    [SQL_DMY]      = {PGCOPY_DATE_STYLE_SQL, PGCOPY_DATE_ORDER_DMY},
    [POSTGRES]     = {PGCOPY_DATE_STYLE_POSTGRES, PGCOPY_DATE_ORDER_YMD},
    [POSTGRES_DMY] = {PGCOPY_DATE_STYLE_POSTGRES, PGCOPY_DATE_ORDER_DMY},
    [GERMAN]       = {PGCOPY_DATE_STYLE_GERMAN, PGCOPY_DATE_ORDER_MDY}};

static const struct {
    const char *type, *in, *out[STYLES]; /* NULL: as it came */
} prints[] = {
    {"date",
     "2024-02-13",
     {NULL, "02/13/2024", "13/02/2024", "02-13-2024", "13-02-2024", "13.02.2024"}},
    {"date",
     "0044-03-15 BC",
     {NULL, "03/15/0044 BC", "15/03/0044 BC", "03-15-0044 BC", "15-03-0044 BC",
      "15.03.0044 BC"}},
    {"date", "infinity", {NULL}},
    {"timestamp",
     "2024-02-13 01:02:03.5",
     {NULL, "02/13/2024 01:02:03.5", "13/02/2024 01:02:03.5", "Tue Feb 13 01:02:03.5 2024",
      "Tue 13 Feb 01:02:03.5 2024", "13.02.2024 01:02:03.5"}},
    {"timestamptz",
     "2024-02-13 01:02:03+00 BC",
     {NULL, "02/13/2024 01:02:03 UTC BC", "13/02/2024 01:02:03 UTC BC",
      "Sun Feb 13 01:02:03 2024 UTC BC", "Sun 13 Feb 01:02:03 2024 UTC BC",
      "13.02.2024 01:02:03 UTC BC"}},
    {"timestamptz", "-infinity", {NULL}},
    {"timetz", "01:02:00+02", {NULL}},
    {"interval", "1 day", {NULL}},
    {"char(3)", "", {"   ", "   ", "   ", "   ", "   ", "   "}},
    {"char(3)", "ö", {"ö  ", "ö  ", "ö  ", "ö  ", "ö  ", "ö  "}},
    {"char(3)", "äöü", {NULL}},
    {"bpchar", "a", {NULL}},
    {"varchar(3)", "a", {NULL}},
    {"int4", "1", {NULL}},
    /* what a database has there that is no value of the type */
    {"date", "13/02/2024", {NULL}},
    {"timestamp", "soon", {NULL}},
    {"char(3)", "abcd", {NULL}},
};

static void print_in(size_t i, int style)
{
    const char *in = prints[i].in, *out = prints[i].out[style] ? prints[i].out[style] : in;
    struct one  o   = one_of(prints[i].type, in, strlen(in));
    size_t      row = 0;
    char        text[200];

    o.rc = pgcopy_types_print(o.cols, o.batch, &row, styles[style]);
    assert_int_equal(row, 1);
    assert_string_equal(told(&o, text, sizeof text), out);
    one_free(&o);
}

static void values_are_printed_as_postgresql_prints_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof prints / sizeof *prints; i++)
        for (int style = 0; style < STYLES; style++)
            print_in(i, style);
}

/* More columns than are looked up at once. */
static void the_last_of_many_columns_is_printed_too(void **state)
{
    pgcopy_columns *cols  = pgcopy_columns_new(NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(100, NULL, NULL);
    size_t          row   = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        pgcopy_columns_add(cols, "c", i == 99 ? PGCOPY_OID_DATE : PGCOPY_OID_TEXT);
        pgcopy_batch_put(batch, "2024-02-13", 10);
    }
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    assert_int_equal(pgcopy_types_print(cols, batch, &row, styles[GERMAN]), PGCOPY_OK);
    assert_memory_equal(pgcopy_batch_value(batch, 0, 98).data, "2024-02-13", 10);
    assert_memory_equal(pgcopy_batch_value(batch, 0, 99).data, "13.02.2024", 10);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

static bool print_many(const pgcopy_allocator *allocator, void *arg)
{
    pgcopy_columns *cols  = pgcopy_columns_new(allocator);
    pgcopy_batch   *batch = pgcopy_batch_new(1, NULL, allocator);
    pgcopy_column  *col   = cols ? pgcopy_columns_add(cols, "c", PGCOPY_OID_BPCHAR) : NULL;
    size_t          row   = 0;
    pgcopy_status   rc    = col && batch ? PGCOPY_OK : PGCOPY_ERR_NOMEM;

    (void)arg;
    if (col)
        col->typmod = 5000 + 4;
    for (int i = 0; rc == PGCOPY_OK && i < 5; i++) {
        pgcopy_batch_put(batch, "a", 1);
        rc = pgcopy_batch_end_row(batch);
    }
    if (rc == PGCOPY_OK)
        rc = pgcopy_types_print(cols, batch, &row, styles[ISO]);
    if (rc == PGCOPY_OK)
        assert_int_equal(pgcopy_batch_value(batch, 4, 0).len, 5000);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
    return rc == PGCOPY_OK;
}

static void printing_may_lack_memory(void **state)
{
    (void)state;
    test_every_failure(print_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_in_the_order_of_the_columns),
        cmocka_unit_test(values_are_printed_as_postgresql_prints_them),
        cmocka_unit_test(the_last_of_many_columns_is_printed_too),
        cmocka_unit_test(printing_may_lack_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
