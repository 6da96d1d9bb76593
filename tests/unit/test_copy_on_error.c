/*
 * test_copy_on_error.c - ON_ERROR ignore: which rows are passed over, counted and told.
 */
#include "copy_fixture.h"

#define IGNORE "COPY u FROM STDIN (ON_ERROR ignore"

static void bad_values_are_skipped_and_counted(void **state)
{
    (void)state;
    from(IGNORE ")", u_columns, "1\tx\nq\ty\n3\tz\n",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 2\n",
         "1,x;3,z;");
    from(IGNORE ")", u_columns, "q\tx\nr\ty\n",
         "G 0 2\nN 00000 2 rows were skipped due to data type incompatibility\nC COPY 0\n", "");
    from(IGNORE ", LOG_VERBOSITY silent)", u_columns, "q\tx\n1\ty\n", "G 0 2\nC COPY 1\n",
         "1,y;");
}

static void every_skipped_row_is_named_when_asked(void **state)
{
    (void)state;
    from(IGNORE ", LOG_VERBOSITY verbose)", u_columns, "q\tx\n1\ty\nr\tz\n",
         "G 0 2\n"
         "N 00000 skipping row due to data type incompatibility at line 1 for column \"a\": "
         "\"q\" | WCOPY u\n"
         "N 00000 skipping row due to data type incompatibility at line 3 for column \"a\": "
         "\"r\" | WCOPY u\n"
         "N 00000 2 rows were skipped due to data type incompatibility\nC COPY 1\n",
         "1,y;");
}

static void one_row_over_the_limit_is_an_error(void **state)
{
    (void)state;
    from(IGNORE ", REJECT_LIMIT 1)", u_columns, "q\tx\n1\ty\n",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 1\n",
         "1,y;");
    from(IGNORE ", REJECT_LIMIT 1)", u_columns, "q\tx\n1\ty\nr\tz\n2\tw\n",
         "G 0 2\nE 22P02 skipped more than REJECT_LIMIT (1) rows due to data type "
         "incompatibility | WCOPY u, line 3, column a: \"r\"\n",
         NULL);
}

static void a_bad_value_skips_a_row_that_lacks_columns(void **state)
{
    (void)state;
    from(IGNORE ")", u_columns, "q\n1\ty\n",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 1\n",
         "1,y;");
    from(IGNORE ")", u_columns, "q",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 0\n", "");
    from(IGNORE ")", u_columns, "1\n",
         "G 0 2\nE 22P04 missing data for column \"b\" | WCOPY u, line 1: \"1\"\n", NULL);
}

static void null_is_not_ignored(void **state)
{
    (void)state;
    from("COPY w FROM STDIN (ON_ERROR ignore)", w_columns, "q\tx\n1\t\\N\n",
         "G 0 2\nE 23502 null value in column \"b\" of relation \"w\" violates not-null "
         "constraint | DFailing row contains (1, null). | WCOPY w, line 2: \"1\t\\N\" | tw | "
         "cb\n",
         NULL);
}

/* However the data is cut, so is the batch, and no batch comes without a row. */
static void checks_do_not_move_the_ends_of_batches(void **state)
{
    pgcopy_batch_limits rows  = {.size = sizeof rows, .rows = 2};
    pgcopy_batch_limits bytes = {.size = sizeof bytes, .bytes = 24};

    (void)state;
    play(&(struct play){.sql     = IGNORE ")",
                        .columns = u_columns,
                        .limits  = &rows,
                        .data    = "q\ta\n2\tb\nq\tc\nq\td\nq\te\n6\tf\n7\tg\n8\th\n",
                        .last    = "c",
                        .said    = "G 0 2\nN 00000 4 rows were skipped due to data type "
                                   "incompatibility\nC COPY 4\n",
                        .rows    = "2,b;/6,f;/7,g;8,h;/"});
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .limits  = &bytes,
                        .data    = "001\ta\n002\tb\n003\tc\n004\td\n005\te\n006\tf\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 6\n",
                        .rows    = "1,a;2,b;3,c;4,d;/5,e;6,f;"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_values_are_skipped_and_counted),
        cmocka_unit_test(every_skipped_row_is_named_when_asked),
        cmocka_unit_test(one_row_over_the_limit_is_an_error),
        cmocka_unit_test(a_bad_value_skips_a_row_that_lacks_columns),
        cmocka_unit_test(null_is_not_ignored),
        cmocka_unit_test(checks_do_not_move_the_ends_of_batches)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
