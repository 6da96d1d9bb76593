/* types/date.c - date: days from 2000-01-01 in 32 bits, with the infinities at their ends. */
#include "types/datetime.h"

#include "base/bytes.h"

enum { DATE_END = 2147483494 - EPOCH_JULIAN }; /* DATE_END_JULIAN: behind 5874897-12-31 */

/* Years 1 to 9999 in ISO form are most dates by far; all else is read as a whole. */
static bool is_plain(pgcopy_slice s)
{
    return s.len == 10 && iso_date(s.data);
}

static int32_t plain_days(const uint8_t *s)
{
    struct civil t;

    iso_civil(s, &t);
    return (int32_t)days_of(t.year, t.month, t.day);
}

/* date_in: a time and a zone may be there and are dropped, as are the hours of "epoch". */
static pgcopy_status parse_date(struct value *v, int32_t *days)
{
    struct dt      d;
    enum dt_status rc = dt_decode(&d, v, false);
    int64_t        n;

    if (rc != DT_OK)
        return dt_refuse(v, rc, d.bad_zone);
    *days = d.special == WORD_LATE    ? INT32_MAX
            : d.special == WORD_EARLY ? INT32_MIN
                                      : UNIX_EPOCH;
    if (d.special != WORD_UNKNOWN)
        return PGCOPY_OK;
    n     = has_julian(&d.t) ? days_of(d.t.year, d.t.month, d.t.day) : DATE_END;
    *days = (int32_t)n;
    return n >= -EPOCH_JULIAN && n < DATE_END ? PGCOPY_OK : bad_point(v, "date");
}

static pgcopy_status set_date(struct value *v, int32_t days)
{
    char         text[DT_PRINT_MAX];
    char        *end;
    struct civil t;

    if (days == INT32_MAX)
        return value_set(v, "infinity", 8);
    if (days == INT32_MIN)
        return value_set(v, "-infinity", 9);
    civil_of(days, &t);
    end = print_bc(print_date(text, &t, v->dates->style), &t);
    return value_set(v, text, (size_t)(end - text));
}

pgcopy_status date_check(struct value *v)
{
    int32_t       days;
    pgcopy_status rc;

    if (v->dates->style.style == PGCOPY_DATE_STYLE_ISO && is_plain(v->in))
        return PGCOPY_OK;
    rc = parse_date(v, &days);
    return rc < 0 ? rc : set_date(v, days);
}

/* date_recv judges the range before anyone asks if bytes are left. */
pgcopy_status date_to_text(struct value *v)
{
    int32_t days;

    if (v->in.len < 4)
        return bad_binary(v, 4);
    days = (int32_t)get_u32(v->in.data);
    if (days != INT32_MAX && days != INT32_MIN && (days < -EPOCH_JULIAN || days >= DATE_END))
        return pgcopy_error_set(v->err, "22008", "date out of range");
    return v->in.len > 4 ? bad_binary(v, 4) : set_date(v, days);
}

pgcopy_status date_to_binary(struct value *v)
{
    int32_t       days;
    uint8_t       wire[4];
    pgcopy_status rc = PGCOPY_OK;

    if (is_plain(v->in))
        days = plain_days(v->in.data);
    else
        rc = parse_date(v, &days);
    if (rc < 0)
        return rc;
    put_u32(wire, (uint32_t)days);
    return value_set(v, wire, sizeof wire);
}
