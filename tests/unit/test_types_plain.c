/* test_types_plain.c - a column that is looked at as a whole gives what its values give one by
   one: columns behind the 64th are never looked at as a whole. */
#include "harness.h"

#include <pgcopy/types.h>

#include <stdio.h>
#include <string.h>

enum { FAR = 70, RUNS = 40000 };

struct outcome {
    pgcopy_status status;
    char          sqlstate[6];
    char          text[64];
};

static void check_in_last(size_t ncols, const char *type, const char *value, bool not_null,
                          struct outcome *o)
{
    int32_t         typmod;
    uint32_t        oid   = pgcopy_type_by_name(type, &typmod)->oid;
    pgcopy_columns *cols  = pgcopy_columns_new(NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(ncols, NULL, NULL);
    pgcopy_column  *last  = NULL;
    pgcopy_error    err   = {0};
    pgcopy_slice    out;
    size_t          row = 0;

    for (size_t i = 0; i < ncols; i++) {
        last = pgcopy_columns_add(cols, "c", i + 1 == ncols ? oid : 0);
        if (i + 1 < ncols)
            assert_int_equal(pgcopy_batch_put(batch, NULL, PGCOPY_NULL), PGCOPY_OK);
    }
    last->typmod   = typmod;
    last->not_null = not_null;
    assert_int_equal(pgcopy_batch_put(batch, value, value ? strlen(value) : PGCOPY_NULL),
                     PGCOPY_OK);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    memset(o, 0, sizeof *o);
    o->status = pgcopy_types_check(cols, batch, &row, &err);
    memcpy(o->sqlstate, err.sqlstate, sizeof o->sqlstate);
    out = pgcopy_batch_value(batch, 0, ncols - 1);
    snprintf(o->text, sizeof o->text, "%.*s", (int)out.len,
             out.data ? (const char *)out.data : "NULL");
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
}

static void same(const char *type, const char *value, bool not_null)
{
    struct outcome whole, single;

    check_in_last(1, type, value, not_null, &whole);
    check_in_last(FAR, type, value, not_null, &single);
    if (memcmp(&whole, &single, sizeof whole) != 0)
        print_error("%s %s\n", type, value ? value : "NULL");
    assert_memory_equal(&whole, &single, sizeof whole);
}

static const char *const types[] = {"int2", "int4", "int8", "bool", "date", "varchar(5)"};

static void the_edges_are_the_same(void **state)
{
    static const char *const values[] = {
        "",           "0",          "-0",
        "-",          "-1",         "00",
        "9",          "9999",       "32767",
        "32768",      "-32768",     "99999999",
        "999999999",  "2147483647", "2147483648",
        "12345678",   "123456789",  "1234567890123456",
        "t",          "f",          "true",
        "x",          "12345",      "123456",
        "2026-01-31", "2026-02-28", "2026-02-29",
        "2024-02-29", "2026-04-31", "2026-13-01",
        "2026-00-10", "2026-01-00", "0000-01-01",
        "0001-01-01", "2026,01,31", "2026-01,31",
        "1/31/2026",  "a",          "1a",
        "\xff",       "12:45678",   "1234/678",
    };

    (void)state;
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            same(types[t], values[i], false);
        same(types[t], NULL, false);
        same(types[t], NULL, true);
    }
}

/* Digits, signs and what lies beside them in ASCII, where arithmetic on eight bytes could err.
 */
static void random_texts_are_the_same(void **state)
{
    static const char letters[] = "0123456789012345678901234567890--/:,. tfae\xb9\xba\xff\x01";
    uint32_t          seed      = 1;
    char              text[20];

    (void)state;
    for (int run = 0; run < RUNS; run++) {
        size_t len;
        seed = seed * 1664525 + 1013904223;
        len  = seed >> 16 & 15;
        for (size_t i = 0; i < len; i++) {
            seed    = seed * 1664525 + 1013904223;
            text[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        text[len] = '\0';
        same(types[run % 6], text, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_edges_are_the_same),
        cmocka_unit_test(random_texts_are_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
