/*
 * test_copy_from.c - rows of COPY FROM, and the first that is wrong.
 */
#include "copy_fixture.h"

static void rows_are_decoded_and_made_canonical(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\n 02 \t\\N\n", "G 0 2\nC COPY 2\n", "1,x;2,~;");
    from("COPY u FROM STDIN (FORMAT csv, HEADER)", u_columns, "a,b\n1,\"x,\"\"y\"\n3,",
         "G 0 2\nC COPY 2\n", "1,x,\"y;3,~;");
    from("COPY u (b) FROM STDIN", u_columns, "x\n", "G 0 1\nC COPY 1\n", "x;");
    from("COPY u FROM STDIN", u_columns, "", "G 0 2\nC COPY 0\n", "");
}

static void what_is_not_known_is_not_checked(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", NULL, "1\tx\ty\nz\t\\N\t\n", "G 0 0\nC COPY 2\n", "1,x,y;z,~,;");
    from("COPY u (a, b) FROM STDIN", NULL, "z\tx\n", "G 0 2\nC COPY 1\n", "z,x;");
}

static void full_batches_are_handed_over(void **state)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 2};

    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .limits  = &limits,
                        .data    = "1\ta\n2\tb\n3\tc\n4\td\n5\te",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 5\n",
                        .rows    = "1,a;2,b;/3,c;4,d;/5,e;"});
}

static void a_bad_value_is_shown_with_its_column(void **state)
{
    char long_value[160], said[512];

    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\nq\ty\n",
         "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 2, "
         "column a: \"q\"\n",
         NULL);
    snprintf(long_value, sizeof long_value, "%0105d\tx\n", 0);
    long_value[0] = 'x';
    snprintf(said, sizeof said,
             "G 0 2\nE 22P02 invalid input syntax for type integer: \"%.105s\" | WCOPY u, line "
             "1, column a: \"%.100s...\"\n",
             long_value, long_value);
    from("COPY u FROM STDIN", u_columns, long_value, said, NULL);
}

static void json_says_where_in_the_value_first(void **state)
{
    static const struct column j[] = {{"j", PGCOPY_OID_JSON, 0}, {0}};

    (void)state;
    from("COPY u FROM STDIN", j, "{2}\n",
         "G 0 1\nE 22P02 invalid input syntax for type json | "
         "DExpected string or \"}\", but found \"2\". | "
         "WJSON data, line 1: {2...\nCOPY u, line 1, column j: \"{2}\"\n",
         NULL);
}

static void a_bad_row_is_shown_as_it_came(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\\ty\n2\n",
         "G 0 2\nE 22P04 missing data for column \"b\" | WCOPY u, line 2: \"2\"\n", NULL);
    from("COPY u FROM STDIN", u_columns, "1\t\\x41\tc\n",
         "G 0 2\nE 22P04 extra data after last expected column | WCOPY u, line 1: "
         "\"1\t\\x41\tc\"\n",
         NULL);
}

static void the_first_bad_row_wins(void **state)
{
    const char *value = "G 0 2\nE 22P02 invalid input syntax for type integer: \"zz\" | WCOPY "
                        "u, line 1, column a: \"zz\"\n";

    (void)state;
    from("COPY u FROM STDIN", u_columns, "zz\tx\n1\n", value, NULL);
    from("COPY u FROM STDIN", u_columns, "zz\tx\n\xff\n", value, NULL);
    from("COPY u FROM STDIN", u_columns, "zz\n", value, NULL);
}

static void null_where_it_may_not_be(void **state)
{
    const char *a = "null value in column \"a\" of relation \"w\" violates not-null constraint "
                    "| DFailing row contains (null, null). | WCOPY w, line 1: ";
    char        said[512];

    (void)state;
    snprintf(said, sizeof said, "G 0 2\nE 23502 %s\"\\N\t\\N\" | tw | ca\n", a);
    from("COPY w FROM STDIN", w_columns, "\\N\t\\N\n", said, NULL);
    from("COPY w (b, a) FROM STDIN", w_columns, "\\N\t\\N\n", said, NULL);
    snprintf(said, sizeof said, "G 0 1\nE 23502 %s\"\\N\" | tw | ca\n", a);
    from("COPY w (b) FROM STDIN", w_columns, "\\N\n", said, NULL);
}

static void a_schema_that_was_said_is_named(void **state)
{
    (void)state;
    from(
        "COPY s.w FROM STDIN", w_columns, "1\t\\N\n",
        "G 0 2\nE 23502 null value in column \"b\" of relation \"w\" violates not-null "
        "constraint | DFailing row contains (1, null). | WCOPY w, line 1: \"1\t\\N\" | ss | tw "
        "| cb\n",
        NULL);
}

static void a_column_outside_of_the_copy_may_be_null_too(void **state)
{
    (void)state;
    from("COPY w (b) FROM STDIN", w_columns, "x\ny\n",
         "G 0 1\nE 23502 null value in column \"a\" of relation \"w\" violates not-null "
         "constraint | DFailing row contains (null, x). | WCOPY w, line 1: \"x\" | tw | ca\n",
         NULL);
}

static void a_row_that_is_not_all_known_is_not_shown(void **state)
{
    (void)state;
    from("COPY t (a, b) FROM STDIN", t_columns, "\\N\tx\n",
         "G 0 2\nE 23502 null value in column \"a\" of relation \"t\" violates not-null "
         "constraint | WCOPY t, line 1: \"\\N\tx\" | tt | ca\n",
         NULL);
    from("COPY t FROM STDIN (DEFAULT 'D')", t_columns, "\\N\tx\tD\n",
         "G 0 3\nE 23502 null value in column \"a\" of relation \"t\" violates not-null "
         "constraint | WCOPY t, line 1: \"\\N\tx\tD\" | tt | ca\n",
         NULL);
}

static void a_long_value_is_cut_in_the_failing_row(void **state)
{
    (void)state;
    from("COPY u (b, a) FROM STDIN", (const struct column[]){{"a", 23, 'n'}, {"b", 25, 0}, {0}},
         "123456789 123456789 123456789 123456789 123456789 123456789 12345\t\\N\n",
         "G 0 2\nE 23502 null value in column \"a\" of relation \"u\" violates not-null "
         "constraint | DFailing row contains (null, 123456789 123456789 123456789 123456789 "
         "123456789 123456789 1234...). | WCOPY u, line 1: \"123456789 123456789 123456789 "
         "123456789 123456789 123456789 12345\t\\N\" | tu | ca\n",
         NULL);
}

static void a_bad_value_wins_over_null(void **state)
{
    (void)state;
    from(
        "COPY w (b, a) FROM STDIN", w_columns, "\\N\tq\n",
        "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY w, line 1, column "
        "a: \"q\"\n",
        NULL);
}

static void a_default_is_not_null(void **state)
{
    static const struct column columns[] = {{"a", PGCOPY_OID_INT4, 'N'}, {0}};

    (void)state;
    from("COPY t FROM STDIN (DEFAULT '*')", columns, "*\n1\n", "G 0 1\nC COPY 2\n",
         "DEFAULT;1;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_decoded_and_made_canonical),
        cmocka_unit_test(what_is_not_known_is_not_checked),
        cmocka_unit_test(full_batches_are_handed_over),
        cmocka_unit_test(a_bad_value_is_shown_with_its_column),
        cmocka_unit_test(json_says_where_in_the_value_first),
        cmocka_unit_test(a_bad_row_is_shown_as_it_came),
        cmocka_unit_test(the_first_bad_row_wins),
        cmocka_unit_test(null_where_it_may_not_be),
        cmocka_unit_test(a_schema_that_was_said_is_named),
        cmocka_unit_test(a_column_outside_of_the_copy_may_be_null_too),
        cmocka_unit_test(a_row_that_is_not_all_known_is_not_shown),
        cmocka_unit_test(a_long_value_is_cut_in_the_failing_row),
        cmocka_unit_test(a_bad_value_wins_over_null),
        cmocka_unit_test(a_default_is_not_null)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
