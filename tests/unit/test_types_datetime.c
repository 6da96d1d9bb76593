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
    {"date", "21474836470101", "!22008 date out of range: \"21474836470101\""},
    {"date", "42949693200229", "2024-02-29"},
    {"date", "99999999999999999999990101",
     "!22008 date/time field value out of range: \"99999999999999999999990101\""},
    {"timestamp", "22402291123456",
     "!22008 date/time field value out of range: \"22402291123456\""},
    {"timestamptz", "42949693200229", "2024-02-29 00:00:00+00"},
    {"timestamptz", "21474836470101", "!22008 timestamp out of range: \"21474836470101\""},
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

/* All room for fields is used up, to the byte, and a word with a digit behind it follows. */
static void test_too_long_for_its_fields(void **state)
{
    static const char *const types[] = {"date", "time", "timestamp", "timestamptz"};
    char                     text[300];

    (void)state;
    for (size_t len = 250; len < 260; len++)
        for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
            struct one o;

            memset(text, 'x', len);
            memcpy(text + len, " z7", 3);
            o = one_of(types[i], text, len + 3);
            run(&o, pgcopy_types_check);
            assert_int_equal(o.rc, PGCOPY_ERR_SQL);
            assert_string_equal(o.err.sqlstate, "22007");
            one_free(&o);
        }
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

static int days_of_month(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* Each row has a day twice: as it is printed, and with a blank, so that it is read as a whole.
 */
static void put_year(pgcopy_batch *batch, int y)
{
    char text[32];

    pgcopy_batch_clear(batch);
    for (int m = 1; m <= 12; m++)
        for (int d = 1; d <= days_of_month(y, m); d++) {
            snprintf(text, sizeof text, "%04d-%02d-%02d ", y, m, d);
            pgcopy_batch_put(batch, text, 10);
            pgcopy_batch_put(batch, text, 11);
            assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
        }
}

static int32_t day_at(const pgcopy_batch *batch, size_t row, size_t col)
{
    pgcopy_slice v = pgcopy_batch_value(batch, row, col);

    assert_int_equal(v.len, 4);
    return (int32_t)get_u32(v.data);
}

static void check_year(const pgcopy_columns *cols, pgcopy_batch *batch, pgcopy_batch *texts,
                       int y, int32_t *expected)
{
    size_t row = 0, n;

    put_year(texts, y);
    put_year(batch, y);
    assert_int_equal(pgcopy_types_to_binary(cols, batch, &row, NULL), PGCOPY_OK);
    n = row;
    for (row = 0; row < n; row++, ++*expected)
        if (day_at(batch, row, 0) != *expected || day_at(batch, row, 1) != *expected)
            fail_msg("year %d, day %zu: %d and %d", y, row + 1, day_at(batch, row, 0),
                     day_at(batch, row, 1));
    row = 0;
    assert_int_equal(pgcopy_types_to_text(cols, batch, &row, NULL), PGCOPY_OK);
    for (row = 0; row < n; row++) {
        pgcopy_slice text = pgcopy_batch_value(texts, row, 0);
        pgcopy_slice back = pgcopy_batch_value(batch, row, 0);
        if (back.len != 10 || memcmp(back.data, text.data, 10) != 0)
            fail_msg("%.10s came back as %.*s", (const char *)text.data, (int)back.len,
                     (const char *)back.data);
    }
}

/* The quick way and the whole one say the same, and count without a gap: of all days of a cycle
   of the calendar, then of each century and one year in ten.  Behind both ends the whole one
   goes on. */
static void test_every_day(void **state)
{
    pgcopy_columns *cols     = pgcopy_columns_new(NULL);
    pgcopy_batch   *batch    = pgcopy_batch_new(2, NULL, NULL);
    pgcopy_batch   *texts    = pgcopy_batch_new(2, NULL, NULL);
    int32_t         expected = -730119; /* 0001-01-01, in days from 2000-01-01 */

    (void)state;
    check_day("0001-12-31 BC", expected - 1);
    pgcopy_columns_add(cols, "a", PGCOPY_OID_DATE);
    pgcopy_columns_add(cols, "b", PGCOPY_OID_DATE);
    for (int y = 1; y <= 9999; y++)
        if (y <= 400 || y % 10 == 9 || y % 100 == 0)
            check_year(cols, batch, texts, y, &expected);
        else
            expected += 337 + days_of_month(y, 2);
    check_day("10000-01-01", expected);
    check_day("infinity", INT32_MAX);
    check_day("-infinity", INT32_MIN);
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(texts);
}

static int64_t usecs_in(const char *type, const char *text)
{
    struct one   o = one_of(type, text, strlen(text));
    pgcopy_slice v;
    int64_t      usecs;

    run(&o, pgcopy_types_to_binary);
    v = pgcopy_batch_value(o.batch, 0, 0);
    assert_int_equal(v.len, 8);
    usecs = (int64_t)get_u64(v.data);
    one_free(&o);
    return usecs;
}

/* A "T" in the middle is not the common form, so it is read as a whole. */
static void check_clock(const char *type, const char *clock, int64_t expected)
{
    char       text[64], other[64], back[64];
    struct one o;
    uint8_t    wire[8];

    snprintf(text, sizeof text, "1999-12-31 %s", clock);
    snprintf(other, sizeof other, "1999-12-31T%s", clock);
    if (usecs_in(type, text) != expected || usecs_in(type, other) != expected)
        fail_msg("%s %s", type, text);
    put_u64(wire, (uint64_t)expected);
    o = one_of(type, wire, sizeof wire);
    run(&o, pgcopy_types_to_text);
    assert_string_equal(told(&o, back, sizeof back), text);
    one_free(&o);
}

/* All hours, minutes and seconds, and fractions of 1 to 6 digits; before 2000 they count up to
 * 0. */
static void test_every_clock(void **state)
{
    static const struct {
        const char *text;
        int         usec;
    } fractions[] = {{"", 0},        {".5", 500000},     {".05", 50000}, {".789", 789000},
                     {".0001", 100}, {".99999", 999990}, {".000001", 1}, {".999999", 999999}};
    char clock[64];

    (void)state;
    for (int s = 0; s < 86400; s += 59) {
        size_t  i  = (size_t)s % 8;
        int64_t at = (s - INT64_C(86400)) * 1000000 + fractions[i].usec;
        snprintf(clock, sizeof clock, "%02d:%02d:%02d%s", s / 3600, s / 60 % 60, s % 60,
                 fractions[i].text);
        check_clock("timestamp", clock, at);
        if (i <= 3)
            check_clock("timestamp(3)", clock, at);
        strcat(clock, "+00");
        check_clock("timestamptz", clock, at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_what_15_does_otherwise),
        cmocka_unit_test(test_too_long_for_its_fields),
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_every_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
