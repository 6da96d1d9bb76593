/* test_types.c - tables of type, value, and what PostgreSQL makes of it: its text, or its
 * error. */
#include "test_types.h"

#include <locale.h>

static const struct sample bools[] = {
    {"bool", "t", NULL},
    {"bool", "f", NULL},
    {"boolean", "true", "t"},
    {"bool", " FALSE\t", "f"},
    {"bool", "tr", "t"},
    {"bool", "y", "t"},
    {"bool", "no", "f"},
    {"bool", "on", "t"},
    {"bool", "of", "f"},
    {"bool", "1", "t"},
    {"bool", "0", "f"},
    {"bool", "o", "!22P02 invalid input syntax for type boolean: \"o\""},
    {"bool", "", "!22P02 invalid input syntax for type boolean: \"\""},
    {"bool", "truex", "!22P02 invalid input syntax for type boolean: \"truex\""},
    {"bool", "10", "!22P02 invalid input syntax for type boolean: \"10\""},
};

static const struct sample ints[] = {
    {"int2", "32767", NULL},
    {"int2", "-32768", NULL},
    {"int2", "32768", "!22003 value \"32768\" is out of range for type smallint"},
    {"int2", "-32769", "!22003 value \"-32769\" is out of range for type smallint"},
    {"int4", "0", NULL},
    {"int4", "-0", "0"},
    {"int4", "007", "7"},
    {"int4", " \t+42\n", "42"},
    {"int4", "2147483647", NULL},
    {"int4", "-2147483648", NULL},
    {"int4", "2147483648", "!22003 value \"2147483648\" is out of range for type integer"},
    {"int4", "-2147483649", "!22003 value \"-2147483649\" is out of range for type integer"},
    {"int4", "2147483649x", "!22P02 invalid input syntax for type integer: \"2147483649x\""},
    {"int4", "99999999999x", "!22003 value \"99999999999x\" is out of range for type integer"},
    {"int4", "", "!22P02 invalid input syntax for type integer: \"\""},
    {"int4", "  ", "!22P02 invalid input syntax for type integer: \"  \""},
    {"int4", "-", "!22P02 invalid input syntax for type integer: \"-\""},
    {"int4", "+-1", "!22P02 invalid input syntax for type integer: \"+-1\""},
    {"int4", "- 1", "!22P02 invalid input syntax for type integer: \"- 1\""},
    {"int4", "1.5", "!22P02 invalid input syntax for type integer: \"1.5\""},
    {"int4", "1 2", "!22P02 invalid input syntax for type integer: \"1 2\""},
    {"int8", "9223372036854775807", NULL},
    {"int8", "-9223372036854775808", NULL},
    {"int8", "9223372036854775808",
     "!22003 value \"9223372036854775808\" is out of range for type bigint"},
    {"int8", "999999999999999999", NULL},
    {"int8", "x", "!22P02 invalid input syntax for type bigint: \"x\""},
    {"oid", "4294967295", NULL},
    {"oid", "-1", "4294967295"},
    {"oid", "4294967296", "!22003 value \"4294967296\" is out of range for type oid"},
    {"oid", "-2147483649", "!22003 value \"-2147483649\" is out of range for type oid"},
    {"oid", "99999999999999999999",
     "!22003 value \"99999999999999999999\" is out of range for type oid"},
    {"oid", " 7 ", "7"},
    {"oid", "", "!22P02 invalid input syntax for type oid: \"\""},
    {"oid", "7x", "!22P02 invalid input syntax for type oid: \"7x\""},
};

/* Since 16; and since 16 oid is read with strtoul's base 0. */
static const struct sample ints_16[] = {
    {"int4", "1_000", "1000"},
    {"int4", "0xFF", "255"},
    {"int4", "-0x80000000", "-2147483648"},
    {"int4", "0x80000000", "!22003 value \"0x80000000\" is out of range for type integer"},
    {"int4", "0o17", "15"},
    {"int4", "0b1_01", "5"},
    {"int4", "0x_1", "1"},
    {"int4", "0x", "!22P02 invalid input syntax for type integer: \"0x\""},
    {"int4", "_1", "!22P02 invalid input syntax for type integer: \"_1\""},
    {"int4", "1_", "!22P02 invalid input syntax for type integer: \"1_\""},
    {"int4", "1__0", "!22P02 invalid input syntax for type integer: \"1__0\""},
    {"oid", "0x10", "16"},
    {"oid", "010", "8"},
    {"oid", "08", "!22P02 invalid input syntax for type oid: \"08\""},
};

static const struct sample floats[] = {
    {"float8", "0", NULL},
    {"float8", "-0", NULL},
    {"float8", "1.5", NULL},
    {"float8", "36.6", NULL},
    {"float8", "51.507351", NULL},
    {"float8", "0.0001", NULL},
    {"float8", "0.00001", "1e-05"},
    {"float8", "0.00012", NULL},
    {"float8", "1.50", "1.5"},
    {"float8", "1.", "1"},
    {"float8", ".5", "0.5"},
    {"float8", "+1", "1"},
    {"float8", "007", "7"},
    {"float8", "100000", NULL},
    {"float8", "100000000000000", NULL},
    {"float8", "1000000000000000", "1e+15"},
    {"float8", "1e15", "1e+15"},
    {"float8", "1E3", "1000"},
    {"float8", "1e23", "9.999999999999999e+22"},
    {"float8", "9007199254740993", "9.007199254740992e+15"},
    {"float8", "0.1234567890123456789", "0.12345678901234568"},
    {"float8", "1.7976931348623157e308", "1.7976931348623157e+308"},
    {"float8", "2.2250738585072014e-308", NULL},
    {"float8", "5e-324", NULL},
    {"float8", "4.9e-324", "5e-324"},
    {"float8", "1e-310", NULL},
    {"float8", "0e4294967296", "0"},
    {"float8", "1e4294967297",
     "!22003 \"1e4294967297\" is out of range for type double precision"},
    {"float8", " nan ", "NaN"},
    {"float8", "inf", "Infinity"},
    {"float8", "-Infinity", NULL},
    {"float8", "+iNf", "Infinity"},
    {"float8", "0x1p3", "8"},
    {"float8", "0x1.8", "1.5"},
    {"float8", "1e400", "!22003 \"1e400\" is out of range for type double precision"},
    {"float8", " -1e400x", "!22003 \"-1e400\" is out of range for type double precision"},
    {"float8", "1e-400", "!22003 \"1e-400\" is out of range for type double precision"},
    {"float8", "", "!22P02 invalid input syntax for type double precision: \"\""},
    {"float8", "1e", "!22P02 invalid input syntax for type double precision: \"1e\""},
    {"float8", "1,5", "!22P02 invalid input syntax for type double precision: \"1,5\""},
    {"float8", "infinit", "!22P02 invalid input syntax for type double precision: \"infinit\""},
    {"float4", "1.5", NULL},
    {"float4", "0.1", NULL},
    {"float4", "16777217", "1.6777216e+07"},
    {"float4", "100000", NULL},
    {"float4", "1000000", "1e+06"},
    {"float4", "3.4028235e38", "3.4028235e+38"},
    {"float4", "1e-45", NULL},
    {"float4", "3.14159274", "3.1415927"},
    {"float4", "1e39", "!22003 \"1e39\" is out of range for type real"},
    {"float4", "1e-46", "!22003 \"1e-46\" is out of range for type real"},
    {"float4", "x", "!22P02 invalid input syntax for type real: \"x\""},
};

static const struct sample numerics[] = {
    {"numeric", "0", NULL},
    {"numeric", "12.50", NULL},
    {"numeric", "-0.5", NULL},
    {"numeric", "-0", "0"},
    {"numeric", "-0.00", "0.00"},
    {"numeric", "+1", "1"},
    {"numeric", "1.", "1"},
    {"numeric", ".5", "0.5"},
    {"numeric", "-.5", "-0.5"},
    {"numeric", "000123", "123"},
    {"numeric", "00.10", "0.10"},
    {"numeric", " 12 ", "12"},
    {"numeric", "1e3", "1000"},
    {"numeric", "1.5e-3", "0.0015"},
    {"numeric", "12345.678E-2", "123.45678"},
    {"numeric", "-1.5e+2", "-150"},
    {"numeric", "0e-3", "0.000"},
    {"numeric", "123456789012345678901234567890.123456789", NULL},
    {"numeric", "nan", "NaN"},
    {"numeric", "INF", "Infinity"},
    {"numeric", "-infinity", "-Infinity"},
    {"numeric", "", "!22P02 invalid input syntax for type numeric: \"\""},
    {"numeric", ".", "!22P02 invalid input syntax for type numeric: \".\""},
    {"numeric", "1e", "!22P02 invalid input syntax for type numeric: \"1e\""},
    {"numeric", "1 e5", "!22P02 invalid input syntax for type numeric: \"1 e5\""},
    {"numeric", "+-5", "!22P02 invalid input syntax for type numeric: \"+-5\""},
    {"numeric", "-nan", "!22P02 invalid input syntax for type numeric: \"-nan\""},
    {"numeric", "1.2.3", "!22P02 invalid input syntax for type numeric: \"1.2.3\""},
    {"numeric", "1e-16384", "!22003 value overflows numeric format"},
    {"numeric", "1e131072", "!22003 value overflows numeric format"},
    {"numeric", "0e5000000000", "!22003 value overflows numeric format"},
    {"numeric", "0e131072", "0"},
    {"numeric(10,2)", "12.50", NULL},
    {"numeric(10,2)", "12.5", "12.50"},
    {"numeric(10,2)", "12", "12.00"},
    {"numeric(10,2)", "12.345", "12.35"},
    {"numeric(10,2)", "-12.344", "-12.34"},
    {"numeric(10,2)", "-9.995", "-10.00"},
    {"numeric(10,2)", "9.995", "10.00"},
    {"numeric(10,2)", "-0.001", "0.00"},
    {"numeric(10,2)", "0.005", "0.01"},
    {"numeric(10,2)", "1e-100000", "0.00"},
    {"numeric(5,2)", "999.99", NULL},
    {"numeric(5,2)", "999.994", "999.99"},
    {"numeric(5,2)", "999.995",
     "!22003 numeric field overflow / A field with precision 5, scale 2 must round to an "
     "absolute value less than 10^3."},
    {"numeric(5,2)", "12345",
     "!22003 numeric field overflow / A field with precision 5, scale 2 must round to an "
     "absolute value less than 10^3."},
    {"numeric(5,2)", "1e100000",
     "!22003 numeric field overflow / A field with precision 5, scale 2 must round to an "
     "absolute value less than 10^3."},
    {"numeric(2,2)", "0.99", NULL},
    {"numeric(2,2)", "0.995",
     "!22003 numeric field overflow / A field with precision 2, scale 2 must round to an "
     "absolute value less than 1."},
    {"numeric(5)", "12.5", "13"},
    {"numeric(5)", "12", NULL},
    {"numeric(2,-3)", "15500", "16000"},
    {"numeric(2,-3)", "-499", "0"},
    {"numeric(2,-3)", "99500",
     "!22003 numeric field overflow / A field with precision 2, scale -3 must round to an "
     "absolute value less than 10^5."},
    {"numeric(2,5)", "0.00099", NULL},
    {"numeric(2,5)", "0.001",
     "!22003 numeric field overflow / A field with precision 2, scale 5 must round to an "
     "absolute value less than 10^-3."},
    {"numeric(5,2)", "nan", "NaN"},
    {"numeric(5,2)", "-inf",
     "!22003 numeric field overflow / A field with precision 5, scale 2 cannot hold an "
     "infinite "
     "value."},
};

static const struct sample numerics_16[] = {
    {"numeric", "1_000.5_5", "1000.55"},
    {"numeric", "1_0e1_0", "100000000000"},
    {"numeric", "1__0", "!22P02 invalid input syntax for type numeric: \"1__0\""},
    {"numeric", "1_", "!22P02 invalid input syntax for type numeric: \"1_\""},
    {"numeric", "0xFF", "255"},
    {"numeric", "-0x_f_f", "-255"},
    {"numeric", "0o17", "15"},
    {"numeric", "0b101", "5"},
    {"numeric", "0x0000000000000000000000000000000000000000", "0"},
    {"numeric", "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
     "340282366920938463463374607431768211455"},
    {"numeric", "0o7777777777777777777777777777777777777777777",
     "680564733841876926926749214863536422911"},
    {"numeric(5,1)", "0x10", "16.0"},
    {"numeric(3)", "0x3E8",
     "!22003 numeric field overflow / A field with precision 3, scale 0 must round to an "
     "absolute value less than 10^3."},
    {"numeric", "0x", "!22P02 invalid input syntax for type numeric: \"0x\""},
    {"numeric", "0x1.8", "!22P02 invalid input syntax for type numeric: \"0x1.8\""},
    {"numeric", "0xFG", "!22P02 invalid input syntax for type numeric: \"0xFG\""},
    {"numeric", "1_.5", "!22P02 invalid input syntax for type numeric: \"1_.5\""},
};

static const struct sample texts[] = {
    {"text", "  as it is \n", NULL},
    {"text", "", NULL},
    {"varchar", "x  ", NULL},
    {"varchar(3)", "abc", NULL},
    {"varchar(3)", "äöü", NULL},
    {"varchar(3)", "abc  ", "abc"},
    {"varchar(3)", "äöü ", "äöü"},
    {"varchar(3)", "ab  ", "ab "},
    {"varchar(3)", "abcd", "!22001 value too long for type character varying(3)"},
    {"varchar(3)", "äöüx", "!22001 value too long for type character varying(3)"},
    {"name", "abc", NULL},
    {"name", "ab345678901234567890123456789012345678901234567890123456789012345",
     "ab3456789012345678901234567890123456789012345678901234567890123"},
    {"name", "ab34567890123456789012345678901234567890123456789012345678901äx",
     "ab34567890123456789012345678901234567890123456789012345678901ä"},
    {"name", "ab345678901234567890123456789012345678901234567890123456789012äx",
     "ab345678901234567890123456789012345678901234567890123456789012"},
};

/* char(n): PostgreSQL prints blanks behind it, the canonical form has none. */
static const struct sample chars[] = {
    {"char(3)", "abc", NULL},
    {"char(3)", "a", NULL},
    {"char(3)", "a  ", "a"},
    {"char(3)", "abc   ", "abc"},
    {"char(3)", "äöü  ", "äöü"},
    {"char(3)", "   ", ""},
    {"char(3)", "abcd", "!22001 value too long for type character(3)"},
    {"char", "ab", "!22001 value too long for type character(1)"},
    {"bpchar", "ab  ", NULL},
};

static void test_booleans(void **state)
{
    (void)state;
    CHECK_ALL(bools);
}

static void test_whole_numbers(void **state)
{
    (void)state;
    CHECK_ALL(ints);
    CHECK_ALL(ints_16);
}

static void test_floating_point(void **state)
{
    (void)state;
    CHECK_ALL(floats);
}

/* A decimal comma in the process's locale changes nothing. */
static void test_locale_does_not_matter(void **state)
{
    static const char *const with_comma[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE",
                                             "pl_PL.UTF-8"};
    const char              *found        = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof with_comma / sizeof *with_comma && !found; i++)
        found = setlocale(LC_ALL, with_comma[i]);
    if (!found)
        skip();
    CHECK_ALL(floats);
    CHECK_ALL(numerics);
    setlocale(LC_ALL, "C");
}

static void test_numeric(void **state)
{
    (void)state;
    CHECK_ALL(numerics);
    CHECK_ALL(numerics_16);
}

static void test_texts(void **state)
{
    (void)state;
    CHECK_ALL(texts);
    CHECK_ALL(chars);
}

/* ---- Names --------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t    oid;
    int32_t     typmod;
} names[] = {
    {"int", PGCOPY_OID_INT4, -1},
    {" INTEGER ", PGCOPY_OID_INT4, -1},
    {"pg_catalog.int8", PGCOPY_OID_INT8, -1},
    {"character varying(30)", PGCOPY_OID_VARCHAR, 34},
    {"character  varying ( 30 )", PGCOPY_OID_VARCHAR, 34},
    {"varchar", PGCOPY_OID_VARCHAR, -1},
    {"char", PGCOPY_OID_BPCHAR, 5},
    {"char(3)", PGCOPY_OID_BPCHAR, 7},
    {"bpchar", PGCOPY_OID_BPCHAR, -1},
    {"numeric(10,2)", PGCOPY_OID_NUMERIC, (10 << 16 | 2) + 4},
    {"numeric(5)", PGCOPY_OID_NUMERIC, (5 << 16) + 4},
    {"decimal", PGCOPY_OID_NUMERIC, -1},
    {"numeric(2,-3)", PGCOPY_OID_NUMERIC, (2 << 16 | 2045) + 4},
    {"double precision", PGCOPY_OID_FLOAT8, -1},
    {"float", PGCOPY_OID_FLOAT8, -1},
    {"float(24)", PGCOPY_OID_FLOAT4, -1},
    {"float(25)", PGCOPY_OID_FLOAT8, -1},
    {"real", PGCOPY_OID_FLOAT4, -1},
    {"bool", PGCOPY_OID_BOOL, -1},
    {"name", PGCOPY_OID_NAME, -1},
    {"oid", PGCOPY_OID_OID, -1},
    {"text", PGCOPY_OID_TEXT, -1},
    {"bytea", PGCOPY_OID_BYTEA, -1},
    {"uuid", PGCOPY_OID_UUID, -1},
    {"json", PGCOPY_OID_JSON, -1},
    {"jsonb", PGCOPY_OID_JSONB, -1},
    {"date", PGCOPY_OID_DATE, -1},
    {"time", PGCOPY_OID_TIME, -1},
    {"time(3) without time zone", PGCOPY_OID_TIME, 3},
    {"timetz(0)", PGCOPY_OID_TIMETZ, 0},
    {"time with time zone", PGCOPY_OID_TIMETZ, -1},
    {"timestamp", PGCOPY_OID_TIMESTAMP, -1},
    {"timestamp(9)", PGCOPY_OID_TIMESTAMP, 6},
    {"timestamp(3) with time zone", PGCOPY_OID_TIMESTAMPTZ, 3},
    {"timestamptz", PGCOPY_OID_TIMESTAMPTZ, -1},
    {"interval", PGCOPY_OID_INTERVAL, -1},
    {"interval(3)", PGCOPY_OID_INTERVAL, 0x7FFF << 16 | 3},
    {"interval year to month", PGCOPY_OID_INTERVAL, 6 << 16 | 0xFFFF},
    {"interval day to second(2)", PGCOPY_OID_INTERVAL, 0x1C08 << 16 | 2},
};

static const char *const no_names[] = {"",
                                       "int5",
                                       "int4[]",
                                       "\"char\"",
                                       "int4(3)",
                                       "varchar(0)",
                                       "varchar(",
                                       "varchar(3",
                                       "varchar(a)",
                                       "varchar(3,4)",
                                       "float(54)",
                                       "numeric(0)",
                                       "numeric()",
                                       "numeric(1,)",
                                       "numeric(1001)",
                                       "interval day(3)",
                                       "interval month to day",
                                       "timestamp(-1)",
                                       "float(0)",
                                       "varchar(10485761)"};

static void test_names_as_sql_writes_them(void **state)
{
    int32_t typmod;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const pgcopy_type *type = pgcopy_type_by_name(names[i].name, &typmod);
        if (!type)
            fail_msg("%s", names[i].name);
        assert_int_equal(type->oid, names[i].oid);
        assert_int_equal(typmod, names[i].typmod);
        assert_ptr_equal(type, pgcopy_type_by_oid(names[i].oid));
        assert_ptr_equal(type, pgcopy_type_by_name(names[i].name, NULL));
    }
    for (size_t i = 0; i < sizeof no_names / sizeof *no_names; i++)
        if (pgcopy_type_by_name(no_names[i], NULL))
            fail_msg("%s", no_names[i]);
    assert_null(pgcopy_type_by_oid(0));
    assert_null(pgcopy_type_by_oid(4000000000));
}

/* ---- Rows ---------------------------------------------------------------------------- */

struct table {
    pgcopy_columns *cols;
    pgcopy_batch   *batch;
};

static struct table table_of(void)
{
    struct table t = {pgcopy_columns_new(NULL), pgcopy_batch_new(3, NULL, NULL)};

    pgcopy_columns_add(t.cols, "a", PGCOPY_OID_INT4)->not_null = true;
    pgcopy_columns_add(t.cols, "b", PGCOPY_OID_FLOAT8);
    pgcopy_columns_add(t.cols, "c", 0);
    return t;
}

static void table_free(struct table *t)
{
    pgcopy_columns_free(t->cols);
    pgcopy_batch_free(t->batch);
}

static void put(struct table *t, const char *a, const char *b, const char *c)
{
    const char *values[] = {a, b, c};

    for (int i = 0; i < 3; i++)
        pgcopy_batch_put(t->batch, values[i], values[i] ? strlen(values[i]) : PGCOPY_NULL);
    assert_int_equal(pgcopy_batch_end_row(t->batch), PGCOPY_OK);
}

static void assert_value(const struct table *t, size_t row, size_t col, const char *expected)
{
    pgcopy_slice v = pgcopy_batch_value(t->batch, row, col);

    assert_int_equal(v.len, strlen(expected));
    assert_memory_equal(v.data, expected, v.len);
}

static void test_first_bad_row_is_told_and_the_next_call_goes_on(void **state)
{
    struct table t   = table_of();
    size_t       row = 0;
    pgcopy_error err = {0};

    (void)state;
    put(&t, "01", "2.0", "anything");
    put(&t, "2", "x", "");
    put(&t, "x", "y", "");
    put(&t, "+3", NULL, NULL);
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, &err), PGCOPY_ERR_SQL);
    assert_int_equal(row, 1);
    assert_int_equal(err.row, 2);
    assert_string_equal(err.column, "b");
    row++;
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, &err), PGCOPY_ERR_SQL);
    assert_int_equal(err.row, 3);
    assert_string_equal(err.column, "a");
    row++;
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, &err), PGCOPY_OK);
    assert_int_equal(row, 4);
    assert_value(&t, 0, 0, "1");
    assert_value(&t, 0, 1, "2");
    assert_value(&t, 0, 2, "anything");
    assert_value(&t, 3, 0, "3");
    table_free(&t);
}

static void test_null_in_a_not_null_column_comes_after_the_values(void **state)
{
    struct table t   = table_of();
    size_t       row = 0;
    pgcopy_error err = {0};

    (void)state;
    put(&t, NULL, "x", NULL);
    put(&t, NULL, "1", NULL);
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, &err), PGCOPY_ERR_SQL);
    assert_string_equal(err.sqlstate, "22P02");
    row++;
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, &err), PGCOPY_ERR_SQL);
    assert_string_equal(err.sqlstate, "23502");
    assert_string_equal(err.message, "null value in column \"a\" violates not-null constraint");
    assert_string_equal(err.column, "a");
    assert_int_equal(err.row, 2);
    table_free(&t);
}

static void test_default_is_no_null(void **state)
{
    struct table t   = table_of();
    size_t       row = 0;

    (void)state;
    pgcopy_batch_put(t.batch, NULL, PGCOPY_DEFAULT);
    pgcopy_batch_put(t.batch, NULL, PGCOPY_DEFAULT);
    pgcopy_batch_put(t.batch, NULL, PGCOPY_DEFAULT);
    assert_int_equal(pgcopy_batch_end_row(t.batch), PGCOPY_OK);
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, NULL), PGCOPY_OK);
    table_free(&t);
}

static void test_open_row_goes_on_behind_changed_values(void **state)
{
    struct table t   = table_of();
    size_t       row = 0;

    (void)state;
    put(&t, "01", "2.0", "x");
    pgcopy_batch_put(t.batch, "07", 2);
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, NULL), PGCOPY_OK);
    pgcopy_batch_put(t.batch, "1.50", 4);
    pgcopy_batch_put(t.batch, "y", 1);
    assert_int_equal(pgcopy_batch_end_row(t.batch), PGCOPY_OK);
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, NULL), PGCOPY_OK);
    assert_value(&t, 0, 0, "1");
    assert_value(&t, 0, 1, "2");
    assert_value(&t, 1, 0, "7");
    assert_value(&t, 1, 1, "1.5");
    assert_value(&t, 1, 2, "y");
    table_free(&t);
}

static void test_columns_must_be_as_many_as_the_rows_have(void **state)
{
    struct table t   = table_of();
    size_t       row = 2;

    (void)state;
    put(&t, "1", "2", "3");
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, NULL), PGCOPY_ERR_USAGE);
    row = 0;
    pgcopy_columns_add(t.cols, "d", 0);
    assert_int_equal(pgcopy_types_check(t.cols, t.batch, &row, NULL), PGCOPY_ERR_USAGE);
    table_free(&t);
}

static void test_many_columns(void **state)
{
    pgcopy_columns *cols  = pgcopy_columns_new(NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(100, NULL, NULL);
    size_t          row   = 0;
    pgcopy_error    err   = {0};
    char            name[8];

    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "c%d", i);
        pgcopy_columns_add(cols, name, PGCOPY_OID_INT4);
        pgcopy_batch_put(batch, i == 99 ? "x" : "01", i == 99 ? 1 : 2);
    }
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    assert_int_equal(pgcopy_types_check(cols, batch, &row, &err), PGCOPY_ERR_SQL);
    assert_string_equal(err.column, "c99");
    assert_memory_equal(pgcopy_batch_value(batch, 0, 98).data, "1", 1);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

/* ---- Memory -------------------------------------------------------------------------- */

/* Every value changes in every step, so that every step makes room. */
static const struct sample changing[] = {
    {"int4", "0x10", "16"},
    {"float8", "1.50", "1.5"},
    {"numeric", "0xFFFFFFFFFFFFFFFFFFFF", "1208925819614629174706175"},
    {"numeric(30,10)", "-1e10", "-10000000000.0000000000"},
    {"varchar(3)", "abc   ", "abc"},
    {"bytea", "a\\000b", "\\x610062"},
    {"date", "1/31/2026", "2026-01-31"},
    {"timestamptz", "2026-01-31 12:00+01", "2026-01-31 11:00:00+00"},
    {"interval", "P1DT1H", "1 day 01:00:00"},
    {"uuid", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"jsonb", "[1e2]", "[100]"},
};

enum { CHANGING = sizeof changing / sizeof *changing, COPIES = 20 };

static pgcopy_columns *changing_columns(const pgcopy_allocator *allocator)
{
    pgcopy_columns *cols = pgcopy_columns_new(allocator);

    for (size_t i = 0; cols && i < CHANGING; i++) {
        int32_t            typmod;
        const pgcopy_type *type = pgcopy_type_by_name(changing[i].type, &typmod);
        pgcopy_column     *col  = pgcopy_columns_add(cols, "c", type->oid);
        if (!col) {
            pgcopy_columns_free(cols);
            return NULL;
        }
        col->typmod = typmod;
    }
    return cols;
}

static pgcopy_status put_changing(pgcopy_batch *batch)
{
    pgcopy_status rc = PGCOPY_OK;

    for (int n = 0; n < COPIES && rc >= 0; n++) {
        for (size_t i = 0; i < CHANGING; i++)
            pgcopy_batch_put(batch, changing[i].in, strlen(changing[i].in));
        rc = pgcopy_batch_end_row(batch);
    }
    if (rc >= 0)
        rc = pgcopy_batch_put(batch, "07", 2); /* an open row behind them */
    return rc;
}

static void assert_changed(const pgcopy_batch *batch)
{
    for (size_t row = 0; row < COPIES; row++)
        for (size_t i = 0; i < CHANGING; i++) {
            pgcopy_slice v = pgcopy_batch_value(batch, row, i);
            assert_int_equal(v.len, strlen(changing[i].out));
            assert_memory_equal(v.data, changing[i].out, v.len);
        }
}

static bool check_and_convert(const pgcopy_allocator *allocator, void *arg)
{
    static step_fn *const steps[] = {pgcopy_types_check, pgcopy_types_to_binary,
                                     pgcopy_types_to_text};
    pgcopy_columns       *cols    = changing_columns(allocator);
    pgcopy_batch         *batch   = pgcopy_batch_new(CHANGING, NULL, allocator);
    pgcopy_status         rc      = PGCOPY_ERR_NOMEM;

    (void)arg;
    if (cols && batch)
        rc = put_changing(batch);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc >= 0; i++) {
        size_t row = 0;
        rc         = steps[i](cols, batch, &row, NULL);
        assert_true(rc == PGCOPY_OK || rc == PGCOPY_ERR_NOMEM);
    }
    if (rc >= 0)
        assert_changed(batch);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
    return rc >= 0;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_failure(check_and_convert, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_booleans),
        cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_floating_point),
        cmocka_unit_test(test_numeric),
        cmocka_unit_test(test_locale_does_not_matter),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_names_as_sql_writes_them),
        cmocka_unit_test(test_first_bad_row_is_told_and_the_next_call_goes_on),
        cmocka_unit_test(test_null_in_a_not_null_column_comes_after_the_values),
        cmocka_unit_test(test_default_is_no_null),
        cmocka_unit_test(test_open_row_goes_on_behind_changed_values),
        cmocka_unit_test(test_columns_must_be_as_many_as_the_rows_have),
        cmocka_unit_test(test_many_columns),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
