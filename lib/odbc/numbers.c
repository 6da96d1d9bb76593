/*
 * odbc/numbers.c - a column of an array as numbers, where a server stores those sooner than
 * their texts: integers, and dates as MariaDB reads them from an integer.
 *
 *   1        -->           1
 *   (NULL)   -->      (NULL)
 *   2024-02-29 -->  20240229
 *
 * All of the column or none: what is not written so plainly keeps its whole column to texts.
 */
#include "odbc/load.h"

enum { DIGITS_MAX = 18, DATE_LEN = 10, YEAR_MIN = 1000 };

static bool read_digits(const uint8_t *text, size_t len, int64_t *n)
{
    *n = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned digit = (unsigned)text[i] - '0';

        if (digit > 9)
            return false;
        *n = *n * 10 + digit;
    }
    return len > 0 && len <= DIGITS_MAX;
}

static bool read_integer(const uint8_t *text, size_t len, int64_t *n)
{
    bool minus = len > 0 && *text == '-';
    bool read  = len <= DIGITS_MAX && read_digits(text + minus, len - minus, n);

    *n = minus ? -*n : *n;
    return read;
}

/* Numbers of less than eight digits have their year guessed. */
static bool read_date(const uint8_t *text, size_t len, int64_t *n)
{
    int64_t year, month, day;

    if (len != DATE_LEN || text[4] != '-' || text[7] != '-' || !read_digits(text, 4, &year) ||
        !read_digits(text + 5, 2, &month) || !read_digits(text + 8, 2, &day))
        return false;
    *n = (year * 100 + month) * 100 + day;
    return year >= YEAR_MIN;
}

/* smallint is YEAR's type too, where 0 and '0' are different years. */
static bool read_value(uint32_t type, const uint8_t *text, size_t len, int64_t *n)
{
    switch (type) {
    case PGCOPY_OID_INT4:
    case PGCOPY_OID_INT8:
        return read_integer(text, len, n);
    case PGCOPY_OID_DATE:
        return read_date(text, len, n);
    default:
        return false;
    }
}

static bool pack(const odbc_load *l, const pgcopy_batch *batch, size_t col, size_t at, size_t n)
{
    const pgcopy_view  *v       = pgcopy_batch_view(batch);
    const pgcopy_field *f       = v->fields + at * l->ncols + col;
    const odbc_slot    *slot    = &l->slots[col];
    int64_t            *numbers = (int64_t *)(void *)slot->data;
    uint32_t            type    = pgcopy_columns_at(l->cols, col)->type;

    for (size_t i = 0; i < n; i++, f += l->ncols) {
        bool null = f->len == PGCOPY_NULL;

        numbers[i]    = 0;
        slot->inds[i] = null ? SQL_NULL_DATA : (SQLLEN)sizeof *numbers;
        if (!null && (f->len > DIGITS_MAX ||
                      !read_value(type, v->bytes + f->start, f->len, &numbers[i])))
            return false;
    }
    return true;
}

/* Connector/ODBC loses 8 KB where an array of texts takes the place of one of numbers: so that
   is done once for a column, and with another statement. */
void odbc_numbers_pack(odbc_load *l, const pgcopy_batch *batch, size_t at, size_t n)
{
    bool back = false;

    if (!l->dialect->numbers || l->way != ODBC_ARRAYS || l->where.len)
        return;
    for (size_t i = 0; i < l->ncols; i++) {
        odbc_slot *slot = &l->slots[i];
        bool       was  = slot->numbers;

        slot->numbers = !slot->texts && pack(l, batch, i, at, n);
        slot->texts   = !slot->numbers;
        back |= was && slot->texts;
    }
    if (back) {
        odbc_drop(&l->rungs[0].stmt);
        l->rungs[0].layout = 0;
    }
}
