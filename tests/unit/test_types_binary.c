/* test_types_binary.c - binary values: what they say, and what is wrong with them. */
#include "test_types.h"

#include <stdlib.h>

static const struct binary {
    const char *type, *hex, *out;
} values[] = {
    {"bool", "", "!08P01 no data left in message"},
    {"bool", "00", "f"},
    {"bool", "07", "t"},
    {"bool", "0101", "!22P03 incorrect binary data format"},
    {"int2", "7fff", "32767"},
    {"int2", "80", "!08P01 insufficient data left in message"},
    {"int2", "800000", "!22P03 incorrect binary data format"},
    {"int4", "80000000", "-2147483648"},
    {"int4", "000000", "!08P01 insufficient data left in message"},
    {"int4", "0000000000", "!22P03 incorrect binary data format"},
    {"int8", "8000000000000000", "-9223372036854775808"},
    {"int8", "00", "!08P01 insufficient data left in message"},
    {"oid", "ffffffff", "4294967295"},
    {"oid", "ff", "!08P01 insufficient data left in message"},
    {"float4", "3fc00000", "1.5"},
    {"float4", "7f800000", "Infinity"},
    {"float4", "7fc00000", "NaN"},
    {"float4", "80000000", "-0"},
    {"float4", "3f", "!08P01 insufficient data left in message"},
    {"float8", "3ff8000000000000", "1.5"},
    {"float8", "fff0000000000000", "-Infinity"},
    {"float8", "3ff80000000000000000", "!22P03 incorrect binary data format"},
    {"numeric", "0000000000000000", "0"},
    {"numeric", "0000000000000002", "0.00"},
    {"numeric", "000100000000000204d2", "1234.00"},
    {"numeric", "00010000400000020001", "-1.00"},
    {"numeric", "0000000040000002", "0.00"},
    {"numeric", "000200000000000100011a85", "1.6"},
    {"numeric", "000200010000000000010000", "10000"},
    {"numeric", "0001fffe000000060001", "0.000000"},
    {"numeric", "00000000c0000000", "NaN"},
    {"numeric", "00000000d0000020", "Infinity"},
    {"numeric", "00000000f0000020", "-Infinity"},
    {"numeric", "0000000012340000", "!22P03 invalid sign in external \"numeric\" value"},
    {"numeric", "0000000000004000", "!22P03 invalid scale in external \"numeric\" value"},
    {"numeric", "00010000000000002710", "!22P03 invalid digit in external \"numeric\" value"},
    {"numeric", "0001000000000000", "!08P01 insufficient data left in message"},
    {"numeric", "000000000000", "!08P01 insufficient data left in message"},
    {"numeric", "000000001234", "!22P03 invalid sign in external \"numeric\" value"},
    {"numeric", "0000000012", "!08P01 insufficient data left in message"},
    {"numeric", "00010000000000000001ff", "!22P03 incorrect binary data format"},
    {"numeric(5,2)", "000100000000000303e8",
     "!22003 numeric field overflow / A field with precision 5, scale 2 must round to an "
     "absolute value less than 10^3."},
    {"numeric(5,2)", "000100000000000003e7", "999.00"},
    {"numeric(5,2)", "00000000d0000000",
     "!22003 numeric field overflow / A field with precision 5, scale 2 cannot hold an "
     "infinite value."},
    {"numeric(5,2)", "00000000d000000000",
     "!22003 numeric field overflow / A field with precision 5, scale 2 cannot hold an "
     "infinite value."},
    {"numeric(5,2)", "000200000000000400011a85", "1.68"},
    {"text", "c3a4", "ä"},
    {"text", "c3", "!22021 invalid byte sequence for encoding \"UTF8\": 0xc3"},
    {"text", "00", "!22021 invalid byte sequence for encoding \"UTF8\": 0x00"},
    {"text", "61c328", "!22021 invalid byte sequence for encoding \"UTF8\": 0xc3 0x28"},
    {"text", "eda080", "!22021 invalid byte sequence for encoding \"UTF8\": 0xed 0xa0 0x80"},
    {"text", "f4908080",
     "!22021 invalid byte sequence for encoding \"UTF8\": 0xf4 0x90 0x80 0x80"},
    {"text", "e0a0", "!22021 invalid byte sequence for encoding \"UTF8\": 0xe0 0xa0"},
    {"text", "ff", "!22021 invalid byte sequence for encoding \"UTF8\": 0xff"},
    {"text", "f8888080", "!22021 invalid byte sequence for encoding \"UTF8\": 0xf8"},
    {"text", "c080", "!22021 invalid byte sequence for encoding \"UTF8\": 0xc0 0x80"},
    {"varchar(3)", "61626364", "!22001 value too long for type character varying(3)"},
    {"varchar(3)", "6162632020", "abc"},
    {"char(3)", "61", "a"},
    {"char(3)", "61626364", "!22001 value too long for type character(3)"},
    {"name",
     "61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616"
     "161616161616161616161616161616161616161",
     "!42622 identifier too long / Identifier must be less than 64 characters."},
    {"name",
     "61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616"
     "1616161616161616161616161616161616161",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {"name",
     "ff61616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
     "6161616161616161616161616161616161616161",
     "!22021 invalid byte sequence for encoding \"UTF8\": 0xff"},
    {"bytea", "00ff10", "\\x00ff10"},
    {"bytea", "", "\\x"},
    {"uuid", "000102030405060708090a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0e0f"},
    {"uuid", "0001", "!08P01 insufficient data left in message"},
    {"uuid", "000102030405060708090a0b0c0d0e0f10", "!22P03 incorrect binary data format"},
    {"date", "00000000", "2000-01-01"},
    {"date", "7fffffff", "infinity"},
    {"date", "80000000", "-infinity"},
    {"date", "7ffffffe", "!22008 date out of range"},
    {"date", "ffda9806", "4713-02-27 BC"},
    {"date", "80000001", "!22008 date out of range"},
    {"date", "00", "!08P01 insufficient data left in message"},
    {"time", "0000000000000000", "00:00:00"},
    {"time", "000000141dd76000", "24:00:00"},
    {"time", "000000141dd76001", "!22008 time out of range"},
    {"time", "ffffffffffffffff", "!22008 time out of range"},
    {"time", "000000141dd7600100", "!22008 time out of range"},
    {"time", "000000000000000000", "!22P03 incorrect binary data format"},
    {"timestamp", "7ffffffffffffffe00", "!22008 timestamp out of range"},
    {"timestamp", "000000000000000000", "!22P03 incorrect binary data format"},
    {"date", "7ffffffe00", "!22008 date out of range"},
    {"date", "0000000000", "!22P03 incorrect binary data format"},
    {"time", "00", "!08P01 insufficient data left in message"},
    {"time(0)", "000000141dd75fff", "24:00:00"},
    {"timetz", "000000000000000000000000", "00:00:00+00"},
    {"timetz", "0000000000000000fffff1f0", "00:00:00+01"},
    {"timetz", "00000000000000000000e100", "!22009 time zone displacement out of range"},
    {"timetz", "000000000000000000", "!08P01 insufficient data left in message"},
    {"timetz", "00000000000000", "!08P01 insufficient data left in message"},
    {"timetz", "000000141dd7600100", "!22008 time out of range"},
    {"timetz", "00000000000000000000e10000", "!22009 time zone displacement out of range"},
    {"timetz", "00000000000000000000000000", "!22P03 incorrect binary data format"},
    {"timestamp", "0000000000000000", "2000-01-01 00:00:00"},
    {"timestamp", "7fffffffffffffff", "infinity"},
    {"timestamp", "8000000000000000", "-infinity"},
    {"timestamp", "7ffffffffffffffe", "!22008 timestamp out of range"},
    {"timestamp", "ffffffffffffffff", "1999-12-31 23:59:59.999999"},
    {"timestamp(0)", "ffffffffffffffff", "2000-01-01 00:00:00"},
    {"timestamptz", "fffcbb78c7f1ffff", "1970-11-08 11:38:38.152703+00"},
    {"timestamptz", "00", "!08P01 insufficient data left in message"},
    {"interval", "00000000000000000000000000000000", "00:00:00"},
    {"interval", "ffffffffd5cfaac0000000010000000e", "1 year 2 mons 1 day -00:11:47.810624"},
    {"interval", "8000000000000000800000007fffffff",
     "178956970 years 7 mons -2147483648 days -2562047788:00:54.775808"},
    {"interval", "00", "!08P01 insufficient data left in message"},
    {"interval", "0000000000000000000000000000000000", "!22P03 incorrect binary data format"},
    {"interval(0)", "7ffffffffffffffe000000000000000000", "!22008 interval out of range"},
    {"interval(0)", "00000000000f42400000000000000000", "00:00:01"},
    {"json", "5b315d", "[1]"},
    {"json", "5b",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: ["},
    {"json", "ff", "!22021 invalid byte sequence for encoding \"UTF8\": 0xff"},
    {"jsonb", "017b7d", "{}"},
    {"jsonb", "027b7d", "!XX000 unsupported jsonb version number 2"},
    {"jsonb", "", "!08P01 insufficient data left in message"},
    {"jsonb", "015b312c325d", "[1, 2]"},
    {"jsonb", "015b",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: ["},
};

static size_t bytes_of(const char *hex, uint8_t *out)
{
    size_t n      = 0;
    char   two[3] = "";

    for (; hex[0]; hex += 2) {
        memcpy(two, hex, 2);
        out[n++] = (uint8_t)strtoul(two, NULL, 16);
    }
    return n;
}

static void test_binary_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        uint8_t    bytes[64];
        char       text[2000];
        struct one o = one_of(values[i].type, bytes, bytes_of(values[i].hex, bytes));

        run(&o, pgcopy_types_to_text);
        if (strcmp(told(&o, text, sizeof text), values[i].out) != 0)
            fail_msg("%s of %s is\n%s, not\n%s", values[i].type, values[i].hex, text,
                     values[i].out);
        one_free(&o);
    }
}

/* A NULL stays one, and NOT NULL is for text to be judged. */
static void test_null_and_default_are_passed_over(void **state)
{
    pgcopy_columns *cols  = pgcopy_columns_new(NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(2, NULL, NULL);
    size_t          row   = 0;

    (void)state;
    pgcopy_columns_add(cols, "a", PGCOPY_OID_INT4)->not_null = true;
    pgcopy_columns_add(cols, "b", PGCOPY_OID_JSONB);
    pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    pgcopy_batch_put(batch, NULL, PGCOPY_DEFAULT);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    assert_int_equal(pgcopy_types_to_text(cols, batch, &row, NULL), PGCOPY_OK);
    row = 0;
    assert_int_equal(pgcopy_types_to_binary(cols, batch, &row, NULL), PGCOPY_OK);
    assert_int_equal(pgcopy_batch_view(batch)->fields[0].len, PGCOPY_NULL);
    assert_int_equal(pgcopy_batch_view(batch)->fields[1].len, PGCOPY_DEFAULT);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

/* 1234567.80 in base 10000 is 123 | 4567 | 8000. */
static void test_numeric_on_the_wire(void **state)
{
    static const uint8_t wire[] = {0, 3, 0, 1, 0, 0, 0, 2, 0, 123, 0x11, 0xD7, 0x1F, 0x40};
    struct one           o      = one_of("numeric", "1234567.80", 10);
    pgcopy_slice         v;

    (void)state;
    run(&o, pgcopy_types_to_binary);
    v = pgcopy_batch_value(o.batch, 0, 0);
    assert_int_equal(v.len, sizeof wire);
    assert_memory_equal(v.data, wire, sizeof wire);
    one_free(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_binary_values),
        cmocka_unit_test(test_null_and_default_are_passed_over),
        cmocka_unit_test(test_numeric_on_the_wire),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
