/* test_types_datetime.c - dates and times in all the forms that PostgreSQL reads. */
#include "test_types.h"

#include "base/bytes.h"

static const struct sample dates[] = {
    {"date", "2026-01-31", NULL},
    {"date", "2000-02-29", NULL},
    {"date", "0001-01-01", NULL},
    {"date", "9999-12-31", NULL},
    {"date", "2026-1-31", "2026-01-31"},
    {"date", "1/8/99", "1999-01-08"},
    {"date", "01/02/03", "2003-01-02"},
    {"date", "8-Jan-99", "1999-01-08"},
    {"date", "Jan-08-1999", "1999-01-08"},
    {"date", "99-Jan-08",
     "!22008 date/time field value out of range: \"99-Jan-08\" // Perhaps you need a different "
     "\"DateStyle\" setting."},
    {"date", "1999-Jan-08", "1999-01-08"},
    {"date", "19990108", "1999-01-08"},
    {"date", "990108", "1999-01-08"},
    {"date", "1999.008", "1999-01-08"},
    {"date", "J2451187", "1999-01-08"},
    {"date", "January 8, 99 BC", "0099-01-08 BC"},
    {"date", "8 January 1999", "1999-01-08"},
    {"date", "Jan 8 1999", "1999-01-08"},
    {"date", "Saturday 2026-01-31",
     "!22007 invalid input syntax for type date: \"Saturday 2026-01-31\""},
    {"date", "2026/01/31", "2026-01-31"},
    {"date", "01.31.2026", "2026-01-31"},
    {"date", "2026-031", "2026-01-31"},
    {"date", "31Jan2026", "2026-01-31"},
    {"date", "on 2026-01-31", "2026-01-31"},
    {"date", "2026-01-31 BC", NULL},
    {"date", "4714-11-24 BC", NULL},
    {"date", "5874897-12-31", NULL},
    {"date", "10000-01-01", NULL},
    {"date", "infinity", NULL},
    {"date", "-infinity", NULL},
    {"date", "epoch", "1970-01-01"},
    {"date", "2026-01-31 12:00 EST", "2026-01-31"},
    {"date", " 2026-01-31 ", "2026-01-31"},
    {"date", "2026-01-31T23:59:60Z", "2026-01-31"},
    {"date", "20260131 120000", "2026-01-31"},
    {"date", "(2026-01-31)", "2026-01-31"},
    {"date", "1900-02-29", "!22008 date/time field value out of range: \"1900-02-29\""},
    {"date", "2000-02-30", "!22008 date/time field value out of range: \"2000-02-30\""},
    {"date", "2026-13-01",
     "!22008 date/time field value out of range: \"2026-13-01\" // Perhaps you need a "
     "different \"DateStyle\" setting."},
    {"date", "31/01/2026",
     "!22008 date/time field value out of range: \"31/01/2026\" // Perhaps you need a "
     "different \"DateStyle\" setting."},
    {"date", "99-1-8",
     "!22008 date/time field value out of range: \"99-1-8\" // Perhaps you need a different "
     "\"DateStyle\" setting."},
    {"date", "2000-00-01",
     "!22008 date/time field value out of range: \"2000-00-01\" // Perhaps you need a "
     "different \"DateStyle\" setting."},
    {"date", "2000-01-00",
     "!22008 date/time field value out of range: \"2000-01-00\" // Perhaps you need a "
     "different \"DateStyle\" setting."},
    {"date", "0000-01-01", "!22008 date/time field value out of range: \"0000-01-01\""},
    {"date", "2026031",
     "!22008 date/time field value out of range: \"2026031\" // Perhaps you need a different "
     "\"DateStyle\" setting."},
    {"date", "4714-11-23 BC", "!22008 date out of range: \"4714-11-23 BC\""},
    {"date", "5874898-01-01", "!22008 date out of range: \"5874898-01-01\""},
    {"date", "99999999999-01-01",
     "!22008 date/time field value out of range: \"99999999999-01-01\""},
    {"date", "", "!22007 invalid input syntax for type date: \"\""},
    {"date", " ", "!22007 invalid input syntax for type date: \" \""},
    {"date", "x", "!22007 invalid input syntax for type date: \"x\""},
    {"date", "2026-01-31x", "!22007 invalid input syntax for type date: \"2026-01-31x\""},
    {"date", "2026", "!22007 invalid input syntax for type date: \"2026\""},
    {"date", "Jan 2026", "!22007 invalid input syntax for type date: \"Jan 2026\""},
    {"date", "12:00", "!22007 invalid input syntax for type date: \"12:00\""},
    {"date", "t", "!22007 invalid input syntax for type date: \"t\""},
    {"date", "J-5", "!22007 invalid input syntax for type date: \"J-5\""},
    {"date", "jan 31", "!22007 invalid input syntax for type date: \"jan 31\""},
    {"date", "2026-01-31 2026-01-31",
     "!22007 invalid input syntax for type date: \"2026-01-31 2026-01-31\""},
    {"date", "1 2 3 4 5", "!22007 invalid input syntax for type date: \"1 2 3 4 5\""},
    {"date", "2026-01-31 a/b", "!22023 time zone \"a/b\" not recognized"},
    {"date", "2026-01-31 12:00+16",
     "!22009 time zone displacement out of range: \"2026-01-31 12:00+16\""},
    {"date", "--", "!22007 invalid input syntax for type date: \"--\""},
    {"date", "é", "!22007 invalid input syntax for type date: \"é\""},
};

static const struct sample times[] = {
    {"time", "12:00:00", NULL},
    {"time", "00:00:00", NULL},
    {"time", "24:00:00", NULL},
    {"time", "23:59:60", "24:00:00"},
    {"time", "12:00", "12:00:00"},
    {"time", "1200", "12:00:00"},
    {"time", "120000", "12:00:00"},
    {"time", "120000.5", "12:00:00.5"},
    {"time", "12:00 AM", "00:00:00"},
    {"time", "12:00 pm", "12:00:00"},
    {"time", "1:00 pm", "13:00:00"},
    {"time", "12:00:00.5", NULL},
    {"time", "12:00:00.123456", NULL},
    {"time", "12:00:00.1234565", "12:00:00.123456"},
    {"time", "12:00:00.0000005", "12:00:00"},
    {"time", "23:59:59.9999999", "24:00:00"},
    {"time", "12:30.5", "00:12:30.5"},
    {"time", "T120000", "12:00:00"},
    {"time", "allballs", "00:00:00"},
    {"time", "2026-01-31 12:00", "12:00:00"},
    {"time", "12:00 EST", "12:00:00"},
    {"time", "12:00:00+01", "12:00:00"},
    {"time", "040506-08", "04:05:06"},
    {"time", "12:", "12:00:00"},
    {"time", "24:00:01", "!22008 date/time field value out of range: \"24:00:01\""},
    {"time", "25:00", "!22008 date/time field value out of range: \"25:00\""},
    {"time", "12:60", "!22008 date/time field value out of range: \"12:60\""},
    {"time", "12:00:61", "!22008 date/time field value out of range: \"12:00:61\""},
    {"time", "13:00 pm", "!22008 date/time field value out of range: \"13:00 pm\""},
    {"time", "996199", "!22008 date/time field value out of range: \"996199\""},
    {"time", "", "!22007 invalid input syntax for type time: \"\""},
    {"time", "x", "!22007 invalid input syntax for type time: \"x\""},
    {"time", "2026-01-31", "!22007 invalid input syntax for type time: \"2026-01-31\""},
    {"time", "infinity", "!22007 invalid input syntax for type time: \"infinity\""},
    {"time", "12", "!22007 invalid input syntax for type time: \"12\""},
    {"time(2)", "12:00:00.12", NULL},
    {"time(2)", "12:00:00.125", "12:00:00.13"},
    {"time(2)", "23:59:59.999", "24:00:00"},
    {"time(2)", "12:00:00", NULL},
    {"timetz", "12:00:00+00", NULL},
    {"timetz", "12:00:00", "12:00:00+00"},
    {"timetz", "12:00+01", "12:00:00+01"},
    {"timetz", "12:00+0530", "12:00:00+05:30"},
    {"timetz", "12:00-03:30:15", "12:00:00-03:30:15"},
    {"timetz", "12:00 EST", "12:00:00-05"},
    {"timetz", "12:00 PST8", "12:00:00-08"},
    {"timetz", "12:00 gmt+2", "12:00:00-02"},
    {"timetz", "12:00 MET DST", "12:00:00+02"},
    {"timetz", "12:00+15:59:59", "12:00:00+15:59:59"},
    {"timetz", "040506+0730", "04:05:06+07:30"},
    {"timetz", "12:00+16", "!22009 time zone displacement out of range: \"12:00+16\""},
    {"timetz", "12:00 DST",
     "!22007 invalid input syntax for type time with time zone: \"12:00 DST\""},
    {"timetz", "12:00 foo",
     "!22007 invalid input syntax for type time with time zone: \"12:00 foo\""},
    {"timetz", "12:00 a/b", "!22023 time zone \"a/b\" not recognized"},
    {"timetz", "x", "!22007 invalid input syntax for type time with time zone: \"x\""},
    {"timetz(0)", "12:00:00.5+01", "12:00:01+01"},
};

static const struct sample timestamps[] = {
    {"timestamp", "2026-01-31 12:00:00", NULL},
    {"timestamp", "2026-01-31 12:00:00.5", NULL},
    {"timestamp", "2026-01-31 12:00:00.123456", NULL},
    {"timestamp", "2026-01-31", "2026-01-31 00:00:00"},
    {"timestamp", "2026-01-31T12:00:00", "2026-01-31 12:00:00"},
    {"timestamp", "2026-01-31T12:00:00Z", "2026-01-31 12:00:00"},
    {"timestamp", "2026-01-31 12:00:00.50", "2026-01-31 12:00:00.5"},
    {"timestamp", "2026-01-31 12:00:00.1234565", "2026-01-31 12:00:00.123456"},
    {"timestamp", "2026-01-31 12:00:00.0000005", "2026-01-31 12:00:00"},
    {"timestamp", "2026-01-31 12:00:00.0000015", "2026-01-31 12:00:00.000002"},
    {"timestamp", "2026-01-31 23:59:60", "2026-02-01 00:00:00"},
    {"timestamp", "2026-01-31 24:00:00", "2026-02-01 00:00:00"},
    {"timestamp", "2026-01-31 12:00:00+05", "2026-01-31 12:00:00"},
    {"timestamp", "Jan 31 2026 1:30 PM", "2026-01-31 13:30:00"},
    {"timestamp", "Sat Jan 31 12:00:00 2026", "2026-01-31 12:00:00"},
    {"timestamp", "20260131T120000", "2026-01-31 12:00:00"},
    {"timestamp", "20260131 1200", "2026-01-31 12:00:00"},
    {"timestamp", "20260131 996199", "2026-02-04 04:02:39"},
    {"timestamp", "J2451187 04:05:06", "1999-01-08 04:05:06"},
    {"timestamp", "J2451187.5", "1999-01-08 12:00:00"},
    {"timestamp", "2026-01-31 allballs", "2026-01-31 00:00:00"},
    {"timestamp", "0099-12-31 BC", "0099-12-31 00:00:00 BC"},
    {"timestamp", "4714-11-24 00:00 BC", "4714-11-24 00:00:00 BC"},
    {"timestamp", "294276-12-31 23:59:59.999999", NULL},
    {"timestamp", "epoch", "1970-01-01 00:00:00"},
    {"timestamp", "infinity", NULL},
    {"timestamp", "-infinity", NULL},
    {"timestamp", "2026-01-31 24:00:01",
     "!22008 date/time field value out of range: \"2026-01-31 24:00:01\""},
    {"timestamp", "2026-01-31 25:00",
     "!22008 date/time field value out of range: \"2026-01-31 25:00\""},
    {"timestamp", "2026-02-30 12:00",
     "!22008 date/time field value out of range: \"2026-02-30 12:00\""},
    {"timestamp", "31/01/2026 12:00",
     "!22008 date/time field value out of range: \"31/01/2026 12:00\" // Perhaps you need a "
     "different \"DateStyle\" setting."},
    {"timestamp", "294277-01-01", "!22008 timestamp out of range: \"294277-01-01\""},
    {"timestamp", "4714-11-23 23:59:59.999999 BC",
     "!22008 timestamp out of range: \"4714-11-23 23:59:59.999999 BC\""},
    {"timestamp", "12:00", "!22007 invalid input syntax for type timestamp: \"12:00\""},
    {"timestamp", "x", "!22007 invalid input syntax for type timestamp: \"x\""},
    {"timestamp", "2026-01-31 12:00 12:00",
     "!22007 invalid input syntax for type timestamp: \"2026-01-31 12:00 12:00\""},
    {"timestamp", "2026-01-31 12:00 a/b", "!22023 time zone \"a/b\" not recognized"},
    {"timestamp", "2026-01-31 12:00:00.5.5",
     "!22007 invalid input syntax for type timestamp: \"2026-01-31 12:00:00.5.5\""},
    {"timestamp(0)", "2026-01-31 12:00:00", NULL},
    {"timestamp(0)", "2026-01-31 12:00:00.5", "2026-01-31 12:00:01"},
    {"timestamp(0)", "1969-12-31 23:59:59.4", "1969-12-31 23:59:59"},
    {"timestamp(0)", "1969-12-31 23:59:59.5", "1969-12-31 23:59:59"},
    {"timestamp(3)", "2026-01-31 12:00:00.123", NULL},
    {"timestamp(3)", "2026-01-31 12:00:00.1235", "2026-01-31 12:00:00.124"},
    {"timestamp(3)", "infinity", NULL},
    {"timestamptz", "2026-01-31 12:00:00+00", NULL},
    {"timestamptz", "2026-01-31 12:00:00.25+00", NULL},
    {"timestamptz", "2026-01-31 12:00:00", "2026-01-31 12:00:00+00"},
    {"timestamptz", "2026-01-31 12:00:00+01", "2026-01-31 11:00:00+00"},
    {"timestamptz", "2026-01-31 00:30:00+01:30", "2026-01-30 23:00:00+00"},
    {"timestamptz", "2026-12-31 20:00:00-08", "2027-01-01 04:00:00+00"},
    {"timestamptz", "2026-01-31 12:00:00 EST", "2026-01-31 17:00:00+00"},
    {"timestamptz", "2026-07-01 12:00 BST", "2026-07-01 11:00:00+00"},
    {"timestamptz", "2026-01-31 12:00 MET DST", "2026-01-31 10:00:00+00"},
    {"timestamptz", "2026-01-31 12:00 PST8", "2026-01-31 20:00:00+00"},
    {"timestamptz", "20260131T120000Z", "2026-01-31 12:00:00+00"},
    {"timestamptz", "2026-01-31 -05", "2026-01-31 05:00:00+00"},
    {"timestamptz", "0001-01-01 00:00+01", "0001-12-31 23:00:00+00 BC"},
    {"timestamptz", "infinity", NULL},
    {"timestamptz", "epoch", "1970-01-01 00:00:00+00"},
    {"timestamptz", "2026-01-31 12:00+16",
     "!22009 time zone displacement out of range: \"2026-01-31 12:00+16\""},
    {"timestamptz", "2026-01-31 12:00 America/Nowhere",
     "!22023 time zone \"america/nowhere\" not recognized"},
    {"timestamptz", "x",
     "!22007 invalid input syntax for type timestamp with time zone: \"x\""},
    {"timestamptz", "4714-11-24 00:00+01 BC",
     "!22008 timestamp out of range: \"4714-11-24 00:00+01 BC\""},
    {"timestamptz(1)", "2026-01-31 12:00:00.25", "2026-01-31 12:00:00.3+00"},
};

/* 16 and later, 17 (+infinity), and what needs a clock: that is refused. */
static const struct sample differences[] = {
    {"date", "infinity 2026", "!22007 invalid input syntax for type date: \"infinity 2026\""},
    {"date", "2026-01-31 infinity",
     "!22007 invalid input syntax for type date: \"2026-01-31 infinity\""},
    {"date", "now", "!0A000 date/time value \"now\" is not supported"},
    {"date", "today", "!0A000 date/time value \"today\" is not supported"},
    {"date", "yesterday", "!0A000 date/time value \"yesterday\" is not supported"},
    {"date", "today x", "!22007 invalid input syntax for type date: \"today x\""},
    {"time", "now", "!0A000 date/time value \"now\" is not supported"},
    {"time", "today", "!22007 invalid input syntax for type time: \"today\""},
    {"timestamp", "now", "!0A000 date/time value \"now\" is not supported"},
    {"timestamp", "tomorrow 12:00",
     "!0A000 date/time value \"tomorrow 12:00\" is not supported"},
    {"timestamp", "+infinity", "infinity"},
};

static void test_dates(void **state)
{
    (void)state;
    CHECK_ALL(dates);
}

static void test_times(void **state)
{
    (void)state;
    CHECK_ALL(times);
}

static void test_timestamps(void **state)
{
    (void)state;
    CHECK_ALL(timestamps);
}

static void test_what_15_does_otherwise(void **state)
{
    (void)state;
    CHECK_ALL(differences);
}

static void check_day(const char *text, int32_t days)
{
    struct one   o = one_of("date", text, strlen(text));
    pgcopy_slice v;
    char         back[32];

    run(&o, pgcopy_types_to_binary);
    v = pgcopy_batch_value(o.batch, 0, 0);
    assert_int_equal(v.len, 4);
    assert_int_equal((int32_t)get_u32(v.data), days);
    run(&o, pgcopy_types_to_text);
    assert_string_equal(told(&o, back, sizeof back), text);
    one_free(&o);
}

/* Ends of all months of 800 years: days count without a gap. */
static void test_every_day(void **state)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    char             text[32];
    int32_t          expected = -146097; /* 1600-01-01, in days from 2000-01-01 */

    (void)state;
    for (int y = 1600; y < 2400; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1;
                 d <= days[m - 1] + (m == 2 && (y % 4 == 0 && (y % 100 || y % 400 == 0)));
                 d++, expected++) {
                if (d > 1 && d < 28)
                    continue;
                snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, d);
                check_day(text, expected);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),      cmocka_unit_test(test_times),
        cmocka_unit_test(test_timestamps), cmocka_unit_test(test_what_15_does_otherwise),
        cmocka_unit_test(test_every_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
