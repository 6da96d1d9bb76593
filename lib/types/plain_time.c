/*
 * types/plain_time.c - columns of dates and timestamps in ISO form, of the years from 1000 on.
 */
#include "types/plain_types.h"

#include "base/bytes.h"

/* ---- date: 2026-01-31; 29 February is looked at alone --------------------------------- */

static const struct form iso_date_form = {{'1', '0', '0', '0', '-', '0', '0', '-', '0', '0'},
                                          {8, 9, 9, 9, 0, 1, 9, 0, 3, 9}};

enum { ISO_DATE = 10, MONTH = 64 };

/* The days of a month, by their two digits in four bits each. */
#define DAYS_01_09 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0
#define DAYS_10_19 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0
#define DAYS_20_28 1, 1, 1, 1, 1, 1, 1, 1, 1
#define DAYS_28    DAYS_01_09, DAYS_10_19, DAYS_20_28
#define DAYS_30    DAYS_01_09, DAYS_10_19, DAYS_10_19, 1
#define DAYS_31    DAYS_30, 1

static const uint8_t is_day[32 * MONTH] = {
    [1 * MONTH] = DAYS_31,  [2 * MONTH] = DAYS_28,  [3 * MONTH] = DAYS_31,
    [4 * MONTH] = DAYS_30,  [5 * MONTH] = DAYS_31,  [6 * MONTH] = DAYS_30,
    [7 * MONTH] = DAYS_31,  [8 * MONTH] = DAYS_31,  [9 * MONTH] = DAYS_30,
    [10 * MONTH] = DAYS_31, [11 * MONTH] = DAYS_30, [12 * MONTH] = DAYS_31,
};

/*
 * Has the calendar the month and day of "26-01-31"?  One product adds 640, 64, 16 and 1 times
 * the digits, from bit 53 on; what else it gives lies below that or beyond 64 bits.  Of what is
 * not digits it says anything.
 */
static uint8_t has_day(const uint8_t *p)
{
    const uint64_t zeros = UINT64_C(0x30302D3030); /* "00-00" */
    const uint64_t places =
        UINT64_C(640) << 53 | UINT64_C(64) << 45 | UINT64_C(16) << 29 | UINT64_C(1) << 21;

    return is_day[((get_eight(p) >> 24) - zeros) * places >> 53];
}

/* Of a value, of a marker. */
static const uint8_t date_mask[2 * LANES] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                             0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* What has been seen of dates so far. */
struct iso {
    lanes   odd;
    uint8_t days;
};

static inline void look_at_date(struct iso *iso, const uint8_t *p, uint32_t marker)
{
    lanes text = lanes_beside(lanes_load(p), lanes_load(iso_date_form.low),
                              lanes_load(iso_date_form.span));

    iso->odd = lanes_or(iso->odd, lanes_and(text, lanes_load(date_mask + LANES * marker)));
    iso->days &= (uint8_t)(has_day(p + 2) | marker);
}

bool plain_date(const struct plain_column *c)
{
    struct iso iso  = {lanes_none(), 1};
    uint32_t   good = UINT32_MAX;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f = &c->fields[at];
        look_at_date(&iso, c->bytes + f->start, f->len >> 31);
        good &= (f->len ^ ISO_DATE) - 1;
    }
    return !lanes_any(iso.odd) && iso.days && good > INT32_MAX;
}

/* ---- timestamp: 2026-01-31 12:34:56 and, without a 0 at its end, .789 ------------------- */

static const struct form iso_time_form = {
    {' ', '0', '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', '0', '0', '0'},
    {0, 2, 9, 0, 5, 9, 0, 5, 9, 0, 9, 9, 9, 9, 9, 9}};

/* What is said of n bytes lies at MARKERS + n. */
enum { MARKERS = 2, WHOLE = 19, LONGEST = 26, TOO_LONG = MARKERS + LONGEST + 1 };

/* The first of sixteen, from TOO_LONG - (MARKERS + n) on: all behind the date. */
static const uint8_t time_mask[TOO_LONG + LANES] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                    0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* The least byte that may end a timestamp, by its length. */
struct least {
    uint16_t last[TOO_LONG + 1];
};

static struct least least_of(int32_t typmod)
{
    size_t digits =
        typmod < 0 || typmod > LONGEST - WHOLE - 1 ? LONGEST - WHOLE - 1 : (size_t)typmod;
    struct least least = {{0}};

    for (size_t n = 0; n <= LONGEST + 1; n++)
        least.last[MARKERS + n] = n > WHOLE + 1 && n <= WHOLE + 1 + digits ? '1' : 256;
    least.last[MARKERS + WHOLE] = '0';
    return least;
}

/* Its time is of the day: 24:00:00 is the next one's. */
static bool is_late(const uint8_t *hour)
{
    return ((unsigned)hour[0] << 8 | hour[1]) > ('2' << 8 | '3');
}

bool plain_timestamp(const struct plain_column *c)
{
    const struct least least = least_of(c->typmod);
    const lanes low = lanes_load(iso_time_form.low), span = lanes_load(iso_time_form.span);
    struct iso  iso = {lanes_none(), 1};
    unsigned    bad = 0;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f   = &c->fields[at];
        const uint8_t      *p   = c->bytes + f->start;
        ptrdiff_t           len = (int32_t)f->len;
        size_t              n   = (size_t)len + MARKERS;
        n                       = n < TOO_LONG ? n : TOO_LONG;
        bad |=
            (*(p + n - MARKERS - 1) < least.last[n]) | (is_late(p + ISO_DATE + 1) & (len >= 0));
        look_at_date(&iso, p, f->len >> 31);
        iso.odd = lanes_or(iso.odd, lanes_and(lanes_beside(lanes_load(p + ISO_DATE), low, span),
                                              lanes_load(time_mask + TOO_LONG - n)));
    }
    return !lanes_any(iso.odd) && iso.days && !bad;
}
