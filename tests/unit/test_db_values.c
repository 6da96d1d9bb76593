/*
 * test_db_values.c - values go into SQLite and come back as they were, by its own backend and
 * by ODBC.
 */
#include "db_fixture.h"

static void null_and_the_empty_string_stay_apart(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    PUT(batch, "1", NULL);
    PUT(batch, "2", "");
    PUT(batch, "3", "NULL");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT a FROM t WHERE b IS NULL"), "1");
    assert_string_equal(value(&db, "SELECT a FROM t WHERE b = ''"), "2");
    assert_string_equal(value(&db, "SELECT b FROM t WHERE a = 1"), "NULL");
    assert_string_equal(value(&db, "SELECT b FROM t WHERE a = 2"), "");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void any_text_comes_back_as_it_went_in(void **unused)
{
    static const char *const texts[] = {"?",
                                        "'",
                                        "\"",
                                        "''; DROP TABLE t; --",
                                        "a,b\tc\nd\r\n",
                                        "\\N",
                                        "\\x41",
                                        "{d '2024-01-01'}",
                                        "$1",
                                        "%s%n",
                                        "Zo\xc3\xab",
                                        "\xf0\x9f\xa9\xba\xf0\x9f\x8f\xa5",
                                        "X'41'",
                                        "007",
                                        "1e3",
                                        " padded "};
    struct db                db;
    pgcopy_batch            *batch = pgcopy_batch_new(2, NULL, NULL), *back;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a text, b varchar(80))");
    for (int turn = 0; turn < 5; turn++) /* groups and tail */
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            PUT(batch, texts[i], texts[i]);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

/* Around the sizes of slots, pieces and the block. */
static void long_values_come_back_whole(void **unused)
{
    static const size_t sizes[] = {0,    15,   16,    17,    1022,    1023,    1024,   1025,
                                   4095, 4096, 65536, 30000, 1048575, 1048576, 3000000};
    pgcopy_batch_limits limits  = {sizeof limits, 1000000, 1u << 30, 1000000};
    pgcopy_batch       *batch   = pgcopy_batch_new(2, &limits, NULL), *back;
    char               *text    = malloc(3000000);
    struct db           db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a text, b text)");
    for (size_t i = 0; i < 3000000; i++)
        text[i] = (char)('a' + i % 23);
    for (size_t i = 0; i < 120; i++) {
        size_t size = i % 8 == 3 ? sizes[i / 8] : i;

        pgcopy_batch_put(batch, text + i, size > 2000000 ? size - 200 : size);
        pgcopy_batch_put(batch, text, i % 10 == 3 ? PGCOPY_NULL : 5);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
    }
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    free(text);
    end_db(&db);
}

static void bytes_and_booleans_are_the_databases_own(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL), *back;
    struct db     db;
    char          hex[2 + 6000 + 1] = "\\x";

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a bytea, b boolean)");
    for (int i = 0; i < 70; i++) {
        size_t n = (size_t)(i == 40 ? 3000 : i);

        for (size_t k = 0; k < n; k++)
            snprintf(hex + 2 + k * 2, 3, "%02x", (unsigned)(k * 7 + (size_t)i) & 255);
        hex[2 + n * 2] = '\0';
        PUT(batch, i == 5 ? NULL : hex, i % 3 ? i % 2 ? "t" : "f" : NULL);
    }
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t WHERE typeof(a) = 'blob'"), "69");
    assert_string_equal(value(&db, "SELECT max(length(a)) FROM t"), "3000");
    assert_string_equal(value(&db, "SELECT count(*) FROM t WHERE b"), "23");
    back = unload(&db, "COPY (SELECT a FROM t) TO STDOUT");
    for (size_t i = 0; i < 70; i++) {
        pgcopy_slice x = pgcopy_batch_value(batch, i, 0), y = pgcopy_batch_value(back, i, 0);

        assert_int_equal(x.len, y.len);
        if (x.len)
            assert_memory_equal(x.data, y.data, x.len);
    }
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_and_the_empty_string_stay_apart),
        cmocka_unit_test(any_text_comes_back_as_it_went_in),
        cmocka_unit_test(long_values_come_back_whole),
        cmocka_unit_test(bytes_and_booleans_are_the_databases_own)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
