/* test_batch_pack.c - a column laid out for array binding: each value at its place, its length
   or what it is instead, and not a byte behind the last place; and rows added from anywhere. */
#include "harness.h"

#include <pgcopy/batch.h>

#include <stdlib.h>
#include <string.h>

enum { ROWS = 40, COLS = 3, STRIDE_MAX = 80, CANARY = 0xA5 };

static uint8_t letter(size_t row, size_t i)
{
    return (uint8_t)('a' + (row * 7 + i) % 26);
}

/* The middle column has values of 0 to widest bytes, and both markers; the others have none. */
static pgcopy_batch *rows(size_t widest)
{
    pgcopy_batch *batch = pgcopy_batch_new(COLS, NULL, NULL);
    uint8_t       value[STRIDE_MAX];

    for (size_t row = 0; row < ROWS; row++) {
        size_t len = row % 5 == 3   ? PGCOPY_NULL
                     : row % 7 == 5 ? PGCOPY_DEFAULT
                     : row % 4 == 0 ? widest
                                    : row * 11 % (widest + 1);
        for (size_t i = 0; i < STRIDE_MAX; i++)
            value[i] = letter(row, i);
        (void)pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
        (void)pgcopy_batch_put(batch, value, len);
        (void)pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
    }
    return batch;
}

static void check_value(const pgcopy_batch *batch, size_t row, const uint8_t *place,
                        size_t stride, ptrdiff_t indicator)
{
    pgcopy_slice value = pgcopy_batch_value(batch, row, 1);
    uint32_t     len   = pgcopy_batch_view(batch)->fields[row * COLS + 1].len;

    if (len > PGCOPY_LEN_MAX) {
        assert_int_equal(indicator, len == PGCOPY_NULL ? -1 : -2);
        return;
    }
    assert_int_equal(indicator, value.len);
    if (value.len <= stride)
        assert_memory_equal(place, value.data, value.len);
}

static void pack(const pgcopy_batch *batch, size_t first, size_t n, size_t stride)
{
    uint8_t       dst[ROWS * STRIDE_MAX + 64];
    ptrdiff_t     indicator[ROWS];
    bool          fits = pgcopy_batch_widest(batch, 1, first, n) <= stride;
    pgcopy_status rc;

    memset(dst, CANARY, sizeof dst);
    rc = pgcopy_batch_pack(batch, 1, first, n, dst, stride, indicator);
    assert_int_equal(rc, fits ? PGCOPY_OK : PGCOPY_FULL);
    for (size_t i = 0; i < n; i++)
        check_value(batch, first + i, dst + i * stride, stride, indicator[i]);
    for (size_t i = n * stride; i < sizeof dst; i++)
        assert_int_equal(dst[i], CANARY);
}

static void values_lie_where_the_stride_says(void **state)
{
    (void)state;
    for (size_t widest = 0; widest < STRIDE_MAX; widest += widest < 18 ? 1 : 7) {
        pgcopy_batch *batch = rows(widest);
        for (size_t stride = 0; stride <= STRIDE_MAX; stride++) {
            pack(batch, 0, ROWS, stride);
            pack(batch, 3, 1, stride);
            pack(batch, ROWS - 9, 9, stride);
            pack(batch, ROWS, 0, stride);
        }
        pgcopy_batch_free(batch);
    }
}

/* Its place stays as it was. */
static void value_that_is_too_long_is_not_copied(void **state)
{
    pgcopy_batch *batch = pgcopy_batch_new(1, NULL, NULL);
    uint8_t       dst[3 * 16];
    ptrdiff_t     indicator[3];

    (void)state;
    memset(dst, CANARY, sizeof dst);
    for (const char *const *v =
             (const char *const[]){"one", "longer than 16 bytes", "three", 0};
         *v; v++) {
        (void)pgcopy_batch_put(batch, *v, strlen(*v));
        assert_true(pgcopy_batch_end_row(batch) >= 0);
    }
    assert_int_equal(pgcopy_batch_pack(batch, 0, 0, 3, dst, 16, indicator), PGCOPY_FULL);
    assert_int_equal(indicator[1], 20);
    assert_memory_equal(dst, "one", 3);
    assert_memory_equal(dst + 32, "three", 5);
    for (size_t i = 16; i < 32; i++)
        assert_int_equal(dst[i], CANARY);
    assert_int_equal(pgcopy_batch_pack(batch, 1, 0, 1, dst, 16, indicator), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_batch_pack(batch, 0, 1, 3, dst, 16, indicator), PGCOPY_ERR_USAGE);
    pgcopy_batch_free(batch);
}

/* What a caller says of where a NULL lies is not looked at. */
static void null_lies_nowhere(void **state)
{
    const pgcopy_field fields[] = {{0, 2}, {0x7FFFFFFF, PGCOPY_NULL}, {2, 2}};
    pgcopy_batch      *batch    = pgcopy_batch_new(1, NULL, NULL);
    uint8_t            dst[3 * 16];
    ptrdiff_t          indicator[3];

    (void)state;
    assert_true(pgcopy_batch_add(batch, "abcd", 4, fields, 3) >= 0);
    assert_int_equal(pgcopy_batch_pack(batch, 0, 0, 3, dst, 16, indicator), PGCOPY_OK);
    assert_int_equal(indicator[1], -1);
    assert_memory_equal(dst + 32, "cd", 2);
    pgcopy_batch_free(batch);
    batch = pgcopy_batch_new(1, NULL, NULL); /* nothing but NULL: it may have no bytes at all */
    (void)pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    assert_true(pgcopy_batch_end_row(batch) >= 0);
    assert_int_equal(pgcopy_batch_pack(batch, 0, 0, 1, dst, 16, indicator), PGCOPY_OK);
    assert_int_equal(indicator[0], -1);
    pgcopy_batch_free(batch);
}

/* Scattered, so that they are copied one by one; the last ends where the bytes do. */
static void values_are_added_wherever_they_lie(void **state)
{
    enum { N = 70, APART = 200 };
    const size_t  size  = N * APART + N;
    uint8_t      *bytes = malloc(size);
    pgcopy_batch *batch = pgcopy_batch_new(1, NULL, NULL);
    pgcopy_field  fields[N + 1];

    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * 7);
    for (uint32_t i = 0; i <= N; i++)
        fields[i] = (pgcopy_field){i * APART, i};
    for (int twice = 0; twice < 2; twice++)
        assert_true(pgcopy_batch_add(batch, bytes, size, fields, N + 1) >= 0);
    assert_int_equal(pgcopy_batch_view(batch)->nrows, 2 * (N + 1));
    for (size_t i = 0; i < 2 * (N + 1); i++) {
        pgcopy_slice value = pgcopy_batch_value(batch, i, 0);

        assert_int_equal(value.len, i % (N + 1));
        assert_memory_equal(value.data, bytes + i % (N + 1) * APART, value.len);
    }
    fields[N].len++;
    assert_int_equal(pgcopy_batch_add(batch, bytes, size, fields, N + 1), PGCOPY_ERR_USAGE);
    pgcopy_batch_free(batch);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_lie_where_the_stride_says),
        cmocka_unit_test(value_that_is_too_long_is_not_copied),
        cmocka_unit_test(null_lies_nowhere),
        cmocka_unit_test(values_are_added_wherever_they_lie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
