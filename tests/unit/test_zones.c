/* test_zones.c - time zones: the system's files as pgcopyd reads them, which instant a local
   time is, what is printed, and any bytes in the place of a file.  What is expected was said by
   PostgreSQL 18.4. */
#include "../../examples/pgcopyd/zones.h"

#include "test_types.h"

#include "types/zone.h"

#include <stdlib.h>

#define FOLDER "/usr/share/zoneinfo"

/* ---- Values -------------------------------------------------------------------------- */

/* "2024-03-31 02:30" there is not in Berlin: as ISO prints what it is taken for, and Postgres.
 */
static const struct {
    const char *zone, *in, *iso, *postgres;
} samples[] = {
    {"Europe/Berlin", "2024-06-01 12:00", "2024-06-01 12:00:00+02",
     "Sat Jun 01 12:00:00 2024 CEST"},
    {"Europe/Berlin", "2024-12-01 12:00", "2024-12-01 12:00:00+01",
     "Sun Dec 01 12:00:00 2024 CET"},
    {"Europe/Berlin", "2024-03-31 01:59:59", "2024-03-31 01:59:59+01",
     "Sun Mar 31 01:59:59 2024 CET"},
    {"Europe/Berlin", "2024-03-31 02:30", "2024-03-31 03:30:00+02",
     "Sun Mar 31 03:30:00 2024 CEST"},
    {"Europe/Berlin", "2024-03-31 03:00", "2024-03-31 03:00:00+02",
     "Sun Mar 31 03:00:00 2024 CEST"},
    {"Europe/Berlin", "2024-10-27 01:59:59", "2024-10-27 01:59:59+02",
     "Sun Oct 27 01:59:59 2024 CEST"},
    {"Europe/Berlin", "2024-10-27 02:30", "2024-10-27 02:30:00+01",
     "Sun Oct 27 02:30:00 2024 CET"},
    {"Europe/Berlin", "2024-10-27 03:00", "2024-10-27 03:00:00+01",
     "Sun Oct 27 03:00:00 2024 CET"},
    {"Europe/Berlin", "1890-01-01 12:00", "1890-01-01 12:00:00+00:53:28",
     "Wed Jan 01 12:00:00 1890 LMT"},
    {"Europe/Berlin", "0001-01-01 00:00", "0001-01-01 00:00:00+00:53:28",
     "Mon Jan 01 00:00:00 0001 LMT"},
    {"Europe/Berlin", "4000-01-01 00:00 BC", "4000-01-01 00:00:00+00:53:28 BC",
     "Mon Jan 01 00:00:00 4000 LMT BC"},
    {"Europe/Berlin", "2038-07-01 12:00", "2038-07-01 12:00:00+02",
     "Thu Jul 01 12:00:00 2038 CEST"},
    {"Europe/Berlin", "2100-12-31 23:59:59.5", "2100-12-31 23:59:59.5+01",
     "Fri Dec 31 23:59:59.5 2100 CET"},
    {"Europe/Berlin", "9999-03-28 02:30", "9999-03-28 03:30:00+02",
     "Sun Mar 28 03:30:00 9999 CEST"},
    {"Europe/Berlin", "2024-06-01 12:00 CET", "2024-06-01 13:00:00+02",
     "Sat Jun 01 13:00:00 2024 CEST"},
    {"Europe/Berlin", "2024-06-01 12:00 CEST", "2024-06-01 12:00:00+02",
     "Sat Jun 01 12:00:00 2024 CEST"},
    {"Europe/Berlin", "2024-06-01 12:00 LMT", "2024-06-01 13:06:32+02",
     "Sat Jun 01 13:06:32 2024 CEST"},
    {"Europe/Berlin", "2024-06-01 12:00 America/New_York", "2024-06-01 18:00:00+02",
     "Sat Jun 01 18:00:00 2024 CEST"},
    {"Europe/Berlin", "2024-11-03 01:30 america/new_york", "2024-11-03 07:30:00+01",
     "Sun Nov 03 07:30:00 2024 CET"},
    {"Europe/Berlin", "2012-06-01 12:00 MSK", "2012-06-01 10:00:00+02",
     "Fri Jun 01 10:00:00 2012 CEST"},
    {"Europe/Berlin", "2024-06-01 12:00 MSK", "2024-06-01 11:00:00+02",
     "Sat Jun 01 11:00:00 2024 CEST"},
    {"Europe/Berlin", "2024-06-01 12:00 MSK DST",
     "!22007 invalid input syntax for type timestamp with time zone: \"2024-06-01 12:00 MSK "
     "DST\"",
     ""},
    {"Europe/Berlin", "2024-06-01 12:00 CET DST", "2024-06-01 12:00:00+02",
     "Sat Jun 01 12:00:00 2024 CEST"},
    {"Europe/Berlin", "2024-06-01 12:00 Europe/Nowhere",
     "!22023 time zone \"europe/nowhere\" not recognized", ""},
    {"Europe/Berlin", "2024-06-01 12:00 Europe/Berlin DST",
     "!22007 invalid input syntax for type timestamp with time zone: \"2024-06-01 12:00 "
     "Europe/Berlin DST\"",
     ""},
    {"Europe/Berlin", "2024-06-01 12:00+05:30", "2024-06-01 08:30:00+02",
     "Sat Jun 01 08:30:00 2024 CEST"},
    {"Europe/Berlin", "2024-06-01 24:00", "2024-06-02 00:00:00+02",
     "Sun Jun 02 00:00:00 2024 CEST"},
    {"Europe/Berlin", "epoch", "1970-01-01 01:00:00+01", "Thu Jan 01 01:00:00 1970 CET"},
    {"Europe/Berlin", "infinity", "infinity", "infinity"},
    {"America/New_York", "2024-03-10 02:30", "2024-03-10 03:30:00-04",
     "Sun Mar 10 03:30:00 2024 EDT"},
    {"America/New_York", "2024-11-03 01:30", "2024-11-03 01:30:00-05",
     "Sun Nov 03 01:30:00 2024 EST"},
    {"America/New_York", "2040-03-11 02:30", "2040-03-11 03:30:00-04",
     "Sun Mar 11 03:30:00 2040 EDT"},
    {"America/New_York", "2040-11-04 01:30", "2040-11-04 01:30:00-05",
     "Sun Nov 04 01:30:00 2040 EST"},
    {"America/New_York", "1883-11-18 12:00", "1883-11-18 12:00:00-05",
     "Sun Nov 18 12:00:00 1883 EST"},
    {"Australia/Sydney", "2024-01-01 12:00", "2024-01-01 12:00:00+11",
     "Mon Jan 01 12:00:00 2024 AEDT"},
    {"Australia/Sydney", "2024-07-01 12:00", "2024-07-01 12:00:00+10",
     "Mon Jul 01 12:00:00 2024 AEST"},
    {"Australia/Sydney", "2024-04-07 02:30", "2024-04-07 02:30:00+10",
     "Sun Apr 07 02:30:00 2024 AEST"},
    {"Australia/Sydney", "2024-10-06 02:30", "2024-10-06 03:30:00+11",
     "Sun Oct 06 03:30:00 2024 AEDT"},
    {"Australia/Sydney", "2060-01-01 12:00", "2060-01-01 12:00:00+11",
     "Thu Jan 01 12:00:00 2060 AEDT"},
    {"Australia/Sydney", "2060-07-01 12:00", "2060-07-01 12:00:00+10",
     "Thu Jul 01 12:00:00 2060 AEST"},
    {"Australia/Lord_Howe", "2024-04-07 01:45", "2024-04-07 01:45:00+10:30",
     "Sun Apr 07 01:45:00 2024 +1030"},
    {"Australia/Lord_Howe", "2024-10-06 02:15", "2024-10-06 02:45:00+11",
     "Sun Oct 06 02:45:00 2024 +11"},
    {"Australia/Lord_Howe", "2050-10-02 02:15", "2050-10-02 02:45:00+11",
     "Sun Oct 02 02:45:00 2050 +11"},
    {"Europe/Dublin", "2024-01-15 12:00", "2024-01-15 12:00:00+00",
     "Mon Jan 15 12:00:00 2024 GMT"},
    {"Europe/Dublin", "2024-07-15 12:00", "2024-07-15 12:00:00+01",
     "Mon Jul 15 12:00:00 2024 IST"},
    {"Europe/Dublin", "2024-03-31 01:30", "2024-03-31 02:30:00+01",
     "Sun Mar 31 02:30:00 2024 IST"},
    {"Europe/Dublin", "2024-10-27 01:30", "2024-10-27 01:30:00+00",
     "Sun Oct 27 01:30:00 2024 GMT"},
    {"Europe/Dublin", "2050-07-15 12:00", "2050-07-15 12:00:00+01",
     "Fri Jul 15 12:00:00 2050 IST"},
    {"Europe/Dublin", "1916-05-21 02:30", "1916-05-21 03:30:00+00:34:39",
     "Sun May 21 03:30:00 1916 IST"},
    {"Europe/Dublin", "2024-07-15 12:00 IST", "2024-07-15 12:00:00+01",
     "Mon Jul 15 12:00:00 2024 IST"},
    {"Africa/Casablanca", "2024-03-10 02:30", "2024-03-10 02:30:00+00",
     "Sun Mar 10 02:30:00 2024 +00"},
    {"Africa/Casablanca", "2024-04-14 02:30", "2024-04-14 03:30:00+01",
     "Sun Apr 14 03:30:00 2024 +01"},
    {"Africa/Casablanca", "2024-03-20 12:00", "2024-03-20 12:00:00+00",
     "Wed Mar 20 12:00:00 2024 +00"},
    {"Africa/Casablanca", "2024-06-01 12:00", "2024-06-01 12:00:00+01",
     "Sat Jun 01 12:00:00 2024 +01"},
    {"Africa/Casablanca", "2018-10-28 02:30", "2018-10-28 02:30:00+01",
     "Sun Oct 28 02:30:00 2018 +01"},
    {"Africa/Casablanca", "2080-01-01 12:00", "2080-01-01 12:00:00+01",
     "Mon Jan 01 12:00:00 2080 +01"},
    {"America/Sao_Paulo", "2018-11-04 00:30", "2018-11-04 01:30:00-02",
     "Sun Nov 04 01:30:00 2018 -02"},
    {"America/Sao_Paulo", "2018-02-17 23:30", "2018-02-17 23:30:00-03",
     "Sat Feb 17 23:30:00 2018 -03"},
    {"America/Sao_Paulo", "2024-01-01 12:00", "2024-01-01 12:00:00-03",
     "Mon Jan 01 12:00:00 2024 -03"},
    {"America/Sao_Paulo", "2040-01-01 12:00", "2040-01-01 12:00:00-03",
     "Sun Jan 01 12:00:00 2040 -03"},
    {"America/Sao_Paulo", "1910-01-01 12:00", "1910-01-01 12:00:00-03:06:28",
     "Sat Jan 01 12:00:00 1910 LMT"},
    {"Asia/Kathmandu", "2024-06-01 12:00", "2024-06-01 12:00:00+05:45",
     "Sat Jun 01 12:00:00 2024 +0545"},
    {"Asia/Kathmandu", "1985-12-31 23:59:59", "1985-12-31 23:59:59+05:30",
     "Tue Dec 31 23:59:59 1985 +0530"},
    {"Asia/Kathmandu", "1986-01-01 00:05", "1986-01-01 00:20:00+05:45",
     "Wed Jan 01 00:20:00 1986 +0545"},
    {"Asia/Kathmandu", "1919-06-01 12:00", "1919-06-01 12:00:00+05:41:16",
     "Sun Jun 01 12:00:00 1919 LMT"},
    {"Pacific/Apia", "1890-01-01 LMT", "1890-01-01 00:00:00+12:33:04",
     "Wed Jan 01 00:00:00 1890 LMT"},
    {"Pacific/Apia", "1950-01-01 LMT", "1949-12-31 23:56:56-11:30",
     "Sat Dec 31 23:56:56 1949 -1130"},
    {"Pacific/Apia", "2011-12-29 23:59:59", "2011-12-29 23:59:59-10",
     "Thu Dec 29 23:59:59 2011 -10"},
    {"Pacific/Apia", "2011-12-30 12:00", "2011-12-31 12:00:00+14",
     "Sat Dec 31 12:00:00 2011 +14"},
    {"Pacific/Apia", "2011-12-31 00:00", "2011-12-31 00:00:00+14",
     "Sat Dec 31 00:00:00 2011 +14"},
    {"Europe/Moscow", "2014-10-26 01:30", "2014-10-26 01:30:00+03",
     "Sun Oct 26 01:30:00 2014 MSK"},
    {"Europe/Moscow", "2011-03-27 02:30", "2011-03-27 03:30:00+04",
     "Sun Mar 27 03:30:00 2011 MSK"},
    {"Europe/Moscow", "2024-06-01 12:00 MSK", "2024-06-01 12:00:00+03",
     "Sat Jun 01 12:00:00 2024 MSK"},
    {"Europe/Moscow", "2012-06-01 12:00 MSK", "2012-06-01 12:00:00+04",
     "Fri Jun 01 12:00:00 2012 MSK"},
    {"<+03>-3", "2024-06-01 12:00", "2024-06-01 12:00:00+03", "Sat Jun 01 12:00:00 2024 +03"},
    {"<+03>-3", "1800-01-01 00:00", "1800-01-01 00:00:00+03", "Wed Jan 01 00:00:00 1800 +03"},
    {"FOO5BAR", "2024-06-01 12:00", "2024-06-01 12:00:00-04", "Sat Jun 01 12:00:00 2024 BAR"},
    {"FOO5BAR", "2024-03-10 02:30", "2024-03-10 03:30:00-04", "Sun Mar 10 03:30:00 2024 BAR"},
    {"FOO5BAR", "1950-07-01 12:00", "1950-07-01 12:00:00-04", "Sat Jul 01 12:00:00 1950 BAR"},
    {"FOO5BAR", "2024-06-01 12:00 BAR", "2024-06-01 12:00:00-04",
     "Sat Jun 01 12:00:00 2024 BAR"},
    {"XST3XDT,M10.1.0,M3.3.0", "2024-01-01 12:00", "2024-01-01 12:00:00-02",
     "Mon Jan 01 12:00:00 2024 XDT"},
    {"XST3XDT,M10.1.0,M3.3.0", "2024-06-01 12:00", "2024-06-01 12:00:00-03",
     "Sat Jun 01 12:00:00 2024 XST"},
    {"XST3XDT,M10.1.0,M3.3.0", "2024-10-06 02:30", "2024-10-06 03:30:00-02",
     "Sun Oct 06 03:30:00 2024 XDT"},
    {"XST-2XDT-3,59,300/-5", "2024-02-28 12:00", "2024-02-28 12:00:00+02",
     "Wed Feb 28 12:00:00 2024 XST"},
    {"XST-2XDT-3,59,300/-5", "2024-03-01 12:00", "2024-03-01 12:00:00+03",
     "Fri Mar 01 12:00:00 2024 XDT"},
    {"XST-2XDT-3,59,300/-5", "2023-10-27 19:30", "2023-10-27 19:30:00+02",
     "Fri Oct 27 19:30:00 2023 XST"},
    {"XST3XDT,J60/0,J300/24", "2024-02-29 23:30", "2024-02-29 23:30:00-03",
     "Thu Feb 29 23:30:00 2024 XST"},
    {"XST3XDT,J60/0,J300/24", "2024-10-27 23:30", "2024-10-27 23:30:00-03",
     "Sun Oct 27 23:30:00 2024 XST"},
    {"XST3XDT,J60/0,J300/24", "2023-03-01 00:30", "2023-03-01 01:30:00-02",
     "Wed Mar 01 01:30:00 2023 XDT"},
    {"XST3XDT4,0/0,J365/23", "2024-06-01 12:00", "2024-06-01 12:00:00-04",
     "Sat Jun 01 12:00:00 2024 XDT"},
    {"XST3XDT4,0/0,J365/23", "2024-12-31 23:30", "2024-12-31 23:30:00-04",
     "Tue Dec 31 23:30:00 2024 XDT"},
    {"+02:00", "2024-06-01 12:00", "2024-06-01 12:00:00-02", "Sat Jun 01 12:00:00 2024 "},
};

static struct one read_in(const pgcopy_when *when, const char *type, const char *in)
{
    struct one o = one_of(type, in, strlen(in));

    pgcopy_columns_set_when(o.cols, when);
    run(&o, pgcopy_types_check);
    return o;
}

static void print_and_free(struct one *o, pgcopy_date_style style, const pgcopy_zone *zone,
                           const char *out)
{
    char   text[300];
    size_t row = 0;

    if (o->rc == PGCOPY_OK)
        assert_int_equal(pgcopy_types_print_in(o->cols, o->batch, &row,
                                               (pgcopy_datestyle){style, PGCOPY_DATE_ORDER_MDY},
                                               zone),
                         PGCOPY_OK);
    if (strcmp(told(o, text, sizeof text), out) != 0)
        fail_msg("it is\n%s, not\n%s", text, out);
    one_free(o);
}

static void local_times_are_those_of_postgresql(void **state)
{
    struct zones zones;
    pgcopy_zone  room;

    (void)state;
    zones_init(&zones, NULL);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        pgcopy_when when = {.zone  = zone_find(&zones.hook, samples[i].zone, &room),
                            .zones = &zones.hook};
        struct one  o, p;
        if (!when.zone)
            fail_msg("no zone %s", samples[i].zone);
        o = read_in(&when, "timestamptz", samples[i].in);
        p = read_in(&when, "timestamptz", samples[i].in);
        print_and_free(&o, PGCOPY_DATE_STYLE_ISO, when.zone, samples[i].iso);
        if (*samples[i].postgres)
            print_and_free(&p, PGCOPY_DATE_STYLE_POSTGRES, when.zone, samples[i].postgres);
        else
            one_free(&p);
    }
    zones_free(&zones);
}

static int64_t some_time(void *ctx)
{
    (void)ctx;
    return 0;
}

static void a_time_has_the_zone_of_its_date(void **state)
{
    static const struct sample times[] = {
        {"timetz", "2024-06-01 12:00", "12:00:00+02"},
        {"timetz", "12:00", "12:00:00+01"},
        {"timetz", "2024-06-01 12:00 america/new_york", "12:00:00-04"},
        {"timetz", "2024-06-01 12:00 LMT", "12:00:00+00:53:28"},
        {"timetz", "12:00 msk", "12:00:00+03"},
        {"timetz", "12:00 est5", "12:00:00-05"},
        {"timetz", "12:00 america/new_york",
         "!22007 invalid input syntax for type time with time zone: \"12:00 "
         "america/new_york\""},
        {"time", "12:00", "12:00:00"},
        {"timestamptz", "21474836470101", "!22008 timestamp out of range: \"21474836470101\""},
        {"timestamptz", "now", "2024-06-30 22:30:00+00"},
        {"timestamptz", "today", "2024-06-30 22:00:00+00"},
        {"timestamptz", "tomorrow 13:00", "2024-07-02 11:00:00+00"},
        {"timestamp", "now", "2024-07-01 00:30:00"},
        {"timestamp", "yesterday", "2024-06-30 00:00:00"},
        {"date", "today", "2024-07-01"},
        {"date", "now", "2024-07-01"},
        {"time", "now", "00:30:00"},
        {"timetz", "now", "00:30:00+02"},
        {"time", "today", "!22007 invalid input syntax for type time: \"today\""},
        {"timestamp", "now 12:00",
         "!22007 invalid input syntax for type timestamp: \"now 12:00\""}};
    const int64_t summer = INT64_C(773101800000000), winter = INT64_C(757382400000000);
    struct zones  zones;
    pgcopy_when   when;
    char          text[300];

    (void)state;
    zones_init(&zones, NULL);
    when = (pgcopy_when){zones.hook.find(&zones, "europe/berlin"), &zones.hook, 0};
    assert_non_null(when.zone);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct one o;
        when.now = strcmp(times[i].in, "12:00") == 0 ? winter : summer;
        o        = read_in(&when, times[i].type, times[i].in);
        assert_string_equal(told(&o, text, sizeof text), times[i].out);
        one_free(&o);
    }
    zones_free(&zones);
}

/* A zone with a summer is known, the day is not. */
static void without_a_clock_what_needs_it_is_refused(void **state)
{
    pgcopy_zone room;
    pgcopy_when when = {.zone = zone_find(NULL, "CET-1CEST", &room)};
    struct one  o    = read_in(&when, "timetz", "12:00");
    char        text[300];

    (void)state;
    assert_string_equal(told(&o, text, sizeof text),
                        "!0A000 date/time value \"12:00\" is not supported");
    one_free(&o);
    o = read_in(&when, "time", "12:00");
    assert_string_equal(told(&o, text, sizeof text), "12:00:00");
    one_free(&o);
    o = read_in(&when, "timestamptz", "2024-06-01 12:00 Europe/Berlin");
    assert_string_equal(told(&o, text, sizeof text),
                        "!22023 time zone \"europe/berlin\" not recognized");
    one_free(&o);
    when.zones = &(pgcopy_zones){.size = sizeof(pgcopy_zones), .now = some_time};
    o          = read_in(&when, "timetz", "12:00");
    assert_string_equal(told(&o, text, sizeof text), "12:00:00+01");
    one_free(&o);
}

/* ---- Names --------------------------------------------------------------------------- */

static void a_name_finds_its_file_in_any_case_and_nothing_outside(void **state)
{
    static const char *const bad[] = {
        "",         "Europe",         "../etc/passwd",  "/etc/passwd",    "Europe/../UTC",
        "zone.tab", "Europe//Berlin", "Europe/Berlin/", "Europe/Nowhere", "./UTC"};
    struct zones       zones;
    const pgcopy_zone *zone;
    char               name[400];

    (void)state;
    zones_init(&zones, NULL);
    zone = zones.hook.find(&zones, "america/ARGENTINA/buenos_aires");
    assert_non_null(zone);
    assert_string_equal(zone->name, "America/Argentina/Buenos_Aires");
    assert_non_null(zones.hook.find(&zones, "UTC"));
    assert_ptr_equal(zones.hook.find(&zones, "America/Argentina/Buenos_Aires"), zone);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(zones.hook.find(&zones, bad[i]));
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_null(zones.hook.find(&zones, name));
    zones_free(&zones);
    zones_init(&zones, "/nowhere");
    assert_null(zones.hook.find(&zones, "UTC"));
    zones_free(&zones);
}

static void a_string_is_read_as_posix_has_it_or_refused(void **state)
{
    static const char *const good[] = {
        "PST8", "<+03>-3", "X0", "5", "<>-1:30:15", "A1B", "A1B2,M1.1.0/-167,J365/167:59:59"};
    static const char *const bad[] = {"",
                                      "PST",
                                      "<+03-3",
                                      "A168",
                                      "A1:60",
                                      "A1B2,",
                                      "A1B,M13.1.0,0",
                                      "A1B,M1.6.0,0",
                                      "A1B,M1.1.7,0",
                                      "A1B,J0,1",
                                      "A1B,366,1",
                                      "A1B,0",
                                      "A1B,0,1x",
                                      "A1B2x",
                                      ":A1",
                                      "A1,0,1",
                                      "A99999999999",
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ1"};
    pgcopy_zone              room;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!zone_find(NULL, good[i], &room))
            fail_msg("%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (zone_find(NULL, bad[i], &room))
            fail_msg("%s", bad[i]);
}

/* ---- Bytes --------------------------------------------------------------------------- */

static size_t load(const char *path, uint8_t *bytes, size_t size)
{
    FILE  *file = fopen(path, "rb");
    size_t n;

    assert_non_null(file);
    n = fread(bytes, 1, size, file);
    fclose(file);
    return n;
}

/* Whatever a file says, questions are answered. */
static void ask(const pgcopy_zone *zone)
{
    static const int64_t instants[] = {-211813488000, -5000000000, 0,
                                       1717236000,    8000000000,  9224318016000};
    struct zone_span     span;
    struct zone_type     type;
    bool                 fixed;
    int                  offset;

    for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
        struct civil t = {.month = 6, .day = 15, .hour = 12};
        zone_span_at(zone, instants[i], &span);
        assert_true(span.from <= instants[i] && instants[i] < span.until);
        assert_true(strlen(span.type->name) < 600);
        t.year = (int)(1970 + instants[i] / 31556952);
        offset = zone_offset(zone, &t);
        assert_in_range(offset + 700000, 1, 1400000);
        (void)zone_word_offset(zone, "cest", &t);
    }
    (void)zone_word(zone, "cest", &type, &fixed);
    (void)zone_is_fixed(zone, &offset);
}

static void a_file_that_is_cut_or_broken_harms_nobody(void **state)
{
    uint8_t  whole[8192], bytes[8192];
    size_t   n      = load(FOLDER "/Europe/Berlin", whole, sizeof whole);
    uint32_t random = 1;

    (void)state;
    for (size_t len = 0; len <= n; len++) {
        pgcopy_zone *zone = pgcopy_zone_new("x", (pgcopy_slice){whole, len}, NULL);
        if (zone)
            ask(zone);
        pgcopy_zone_free(zone);
    }
    for (int round = 0; round < 20000; round++) {
        pgcopy_zone *zone;
        memcpy(bytes, whole, n);
        for (int i = 0; i < 3; i++) {
            random                              = random * 1664525 + 1013904223;
            bytes[(random >> 8) % (i ? n : 44)] = (uint8_t)(random >> 24);
        }
        zone = pgcopy_zone_new("x", (pgcopy_slice){bytes, n}, NULL);
        if (zone)
            ask(zone);
        pgcopy_zone_free(zone);
    }
}

/* 1 type, UTC+1 "AB", and a time at which it begins again. */
static const uint8_t small[] = {'T', 'Z', 'i', 'f', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                0, /* flags, leap seconds: */
                                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                /* times, types, bytes of names: */
                                0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3,
                                /* a time, its type, the type, the names: */
                                0, 0, 0, 16, 0, 0, 0, 0x0E, 0x10, 0, 0, 'A', 'B', 0};

static void a_file_is_read_as_rfc_9636_has_it(void **state)
{
    static const struct {
        size_t  at;
        uint8_t is;
    } bad[] = {{0, 'X'}, {31, 1}, {35, 0xFF}, {39, 0}, {39, 2},  {43, 0},
               {43, 4},  {48, 1}, {49, 0x7F}, {54, 3}, {57, 'C'}};
    uint8_t          bytes[sizeof small];
    pgcopy_zone     *zone = pgcopy_zone_new("One", (pgcopy_slice){small, sizeof small}, NULL);
    struct zone_span span;

    (void)state;
    assert_non_null(zone);
    zone_span_at(zone, 0, &span);
    assert_int_equal(span.type->offset, 3600);
    assert_string_equal(span.type->name, "AB");
    assert_true(span.until == 16 && span.next == span.type);
    pgcopy_zone_free(zone);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memcpy(bytes, small, sizeof bytes);
        bytes[bad[i].at] = bad[i].is;
        zone             = pgcopy_zone_new("One", (pgcopy_slice){bytes, sizeof bytes}, NULL);
        if (zone)
            fail_msg("byte %zu", bad[i].at);
        pgcopy_zone_free(zone);
    }
    pgcopy_zone_free(NULL);
}

static bool make(const pgcopy_allocator *allocator, void *arg)
{
    pgcopy_zone *zone = pgcopy_zone_new(arg, (pgcopy_slice){small, sizeof small}, allocator);
    bool         made = zone != NULL;

    pgcopy_zone_free(zone);
    return made;
}

static void a_zone_may_lack_memory(void **state)
{
    char name[300];

    (void)state;
    test_every_failure(make, "One");
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_false(make(NULL, name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_times_are_those_of_postgresql),
        cmocka_unit_test(a_time_has_the_zone_of_its_date),
        cmocka_unit_test(without_a_clock_what_needs_it_is_refused),
        cmocka_unit_test(a_name_finds_its_file_in_any_case_and_nothing_outside),
        cmocka_unit_test(a_string_is_read_as_posix_has_it_or_refused),
        cmocka_unit_test(a_file_that_is_cut_or_broken_harms_nobody),
        cmocka_unit_test(a_file_is_read_as_rfc_9636_has_it),
        cmocka_unit_test(a_zone_may_lack_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
