/*
 * test_copy_messages.c - what else a client sends during COPY, and what is refused around
 * CopyInResponse.
 */
#include "copy_fixture.h"

static void last(const char *sql, const char *data, const char *last_message, const char *said)
{
    play(&(struct play){
        .sql = sql, .columns = u_columns, .data = data, .last = last_message, .said = said});
}

static void copy_fail_says_why(void **state)
{
    const char *sql = "COPY u FROM STDIN";

    (void)state;
    last(sql, "1\tx\n2\ty\n3\t", "fenough",
         "G 0 2\nE 57014 COPY from stdin failed: enough | WCOPY u, line 3\n");
    last(
        sql, "1\t",
        "fa\xff"
        "b",
        "G 0 2\nE 22021 invalid byte sequence for encoding \"UTF8\": 0xff | WCOPY u, line 1\n");
    last(
        sql, "", "fa\xe2\x82",
        "G 0 2\nE 22021 invalid byte sequence for encoding \"UTF8\": 0xe2 0x82 | WCOPY u, line "
        "1\n");
}

static void other_messages_are_abuse(void **state)
{
    (void)state;
    last(
        "COPY u FROM STDIN", "1\tx\n2", "Q",
        "G 0 2\nE 08P01 unexpected message type 0x51 during COPY from stdin | WCOPY u, line 2\n"
        "E 08P01 terminating connection because protocol synchronization was lost\n");
    last(
        "COPY u FROM STDIN", "", "X",
        "G 0 2\nE 08P01 unexpected message type 0x58 during COPY from stdin | WCOPY u, line 1\n"
        "E 08P01 terminating connection because protocol synchronization was lost\n");
}

static void flush_and_sync_are_swallowed(void **state)
{
    (void)state;
    last("COPY u FROM STDIN", "1\tx", "S", "G 0 2\n");
    last("COPY u FROM STDIN", "1\tx", "H", "G 0 2\n");
}

static void behind_the_end_marker_anything_may_come(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\n\\.\nrubbish\n\n", "G 0 2\nC COPY 1\n", "1,x;");
    last("COPY u FROM STDIN", "1\tx\n\\.\n", "fno",
         "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
}

/* In CSV PostgreSQL looks at the byte behind a CR before it believes in it, whatever the style;
   in text it does so only while the style may be CRLF. */
static void a_carriage_return_waits_for_the_next_byte(void **state)
{
    (void)state;
    last("COPY u FROM STDIN CSV", "1,x\rq,y\r", "fno",
         "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
    last("COPY u FROM STDIN CSV", "1,x\n2,y\r", "fno",
         "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
    last("COPY u FROM STDIN CSV", "1,x\rq,y\r\r", "fno",
         "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | "
         "WCOPY u, line 2, column a: \"q\"\n");
    last("COPY u FROM STDIN", "1\tx\rq\ty\r", "fno",
         "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | "
         "WCOPY u, line 2, column a: \"q\"\n");
}

static void a_copy_that_is_refused_says_so_at_once(void **state)
{
    (void)state;
    from("COPY u (z) FROM STDIN", u_columns, "",
         "E 42703 column \"z\" of relation \"u\" does not exist\n", NULL);
    from("COPY u FROM STDIN (ENCODING 'mule_internal')", u_columns, "",
         "E 42883 default conversion function for encoding \"MULE_INTERNAL\" to \"UTF8\" does "
         "not exist\n",
         NULL);
}

static void a_view_is_refused_behind_copy_in_response(void **state)
{
    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .kind    = PGCOPY_RELATION_VIEW,
                        .data    = "",
                        .last    = "c",
                        .said    = "G 0 2\nE 42809 cannot copy to view \"u\" | HTo enable "
                                   "copying to a view, provide an INSTEAD OF INSERT trigger.\n"});
}

static void the_clients_encoding_is_the_default(void **state)
{
    pgcopy_copy_opts latin = {.size = sizeof latin, .client_encoding = "LATIN1"};
    pgcopy_copy_opts ascii = {.size = sizeof ascii, .client_encoding = "SQL_ASCII"};

    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .opts    = &latin,
                        .data    = "1\t\xe9\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 1\n",
                        .rows    = "1,\xc3\xa9;"});
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .opts    = &ascii,
                        .data    = "1\t\xff\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 1\n",
                        .rows    = "1,\xff;"});
    play(&(struct play){.sql     = "COPY u FROM STDIN (ENCODING 'utf-8')",
                        .columns = u_columns,
                        .opts    = &latin,
                        .data    = "",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 0\n",
                        .rows    = ""});
}

static const struct column day_columns[] = {
    {"d", PGCOPY_OID_DATE, 0}, {"b", PGCOPY_OID_TEXT, 'n'}, {NULL, 0, 0}};

static void the_clients_datestyle_is_that_of_dates(void **state)
{
    pgcopy_copy_opts german = {.size      = sizeof german,
                               .datestyle = {PGCOPY_DATE_STYLE_GERMAN, PGCOPY_DATE_ORDER_DMY}};
    pgcopy_copy_opts old    = {.size      = offsetof(pgcopy_copy_opts, datestyle),
                               .datestyle = {PGCOPY_DATE_STYLE_GERMAN, PGCOPY_DATE_ORDER_DMY}};
    const char      *out_of_range =
        "G 0 2\nE 22008 date/time field value out of range: \"13/2/24\" | HPerhaps you need a "
        "different \"DateStyle\" setting. | WCOPY t, line 1, column d: \"13/2/24\"\n";

    (void)state;
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &german,
                        .data    = "13/2/24\tx\n1/2/3\ty\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 2\n",
                        .rows    = "2024-02-13,x;2003-02-01,y;"});
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &old,
                        .data    = "13/2/24\tx\n",
                        .last    = "c",
                        .said    = out_of_range});
    /* the first fields of a row that lacks others, and a row in DETAIL */
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &german,
                        .data    = "13/2/24\n",
                        .last    = "c",
                        .said = "G 0 2\nE 22P04 missing data for column \"b\" | WCOPY t, line "
                                "1: \"13/2/24\"\n"});
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &german,
                        .data    = "13/2/24\t\\N\n",
                        .last    = "c",
                        .said =
                            "G 0 2\nE 23502 null value in column \"b\" of relation \"t\" "
                            "violates not-null constraint | DFailing row contains "
                            "(13.02.2024, null). | WCOPY t, line 1: \"13/2/24\t\\N\" | tt | "
                            "cb\n"});
}

static void a_row_may_be_too_long(void **state)
{
    pgcopy_copy_opts opts = {.size = sizeof opts, .max_row = 8};

    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .opts    = &opts,
                        .data    = "1\tx\n2\tyyyyyyyyyy\n",
                        .last    = "c",
                        .said = "G 0 2\nE 54000 string buffer exceeds maximum allowed length "
                                "(8 bytes) | WCOPY u, line 2\n"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_fail_says_why),
        cmocka_unit_test(other_messages_are_abuse),
        cmocka_unit_test(flush_and_sync_are_swallowed),
        cmocka_unit_test(behind_the_end_marker_anything_may_come),
        cmocka_unit_test(a_carriage_return_waits_for_the_next_byte),
        cmocka_unit_test(a_copy_that_is_refused_says_so_at_once),
        cmocka_unit_test(a_view_is_refused_behind_copy_in_response),
        cmocka_unit_test(the_clients_encoding_is_the_default),
        cmocka_unit_test(the_clients_datestyle_is_that_of_dates),
        cmocka_unit_test(a_row_may_be_too_long)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
