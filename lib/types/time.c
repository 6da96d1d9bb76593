/* types/time.c - time and timetz: microseconds of the day, and for the second its zone. */
#include "types/datetime.h"

#include "base/bytes.h"

struct day_time {
    int64_t usecs;
    int     zone; /* seconds east of UTC */
};

/* time_in, timetz_in.  Rounding may give 24:00:00, which is a time. */
static pgcopy_status parse_time(struct value *v, struct day_time *t)
{
    struct dt      d;
    enum dt_status rc = dt_decode(&d, v, true);

    if (rc != DT_OK)
        return dt_refuse(v, rc, d.bad_zone);
    t->usecs = round_usecs(usecs_of(&d.t), v->typmod);
    t->zone  = d.t.zone;
    return PGCOPY_OK;
}

static pgcopy_status set_time(struct value *v, bool zoned, struct day_time at)
{
    char         text[DT_PRINT_MAX];
    char        *end;
    struct civil t;

    clock_of(at.usecs, &t);
    end = print_time(text, &t);
    end = zoned ? print_zone(end, at.zone) : end;
    return value_set(v, text, (size_t)(end - text));
}

static pgcopy_status check_time(struct value *v, bool zoned)
{
    struct day_time t;
    pgcopy_status   rc = parse_time(v, &t);

    return rc < 0 ? rc : set_time(v, zoned, t);
}

pgcopy_status time_check(struct value *v)
{
    if (v->in.len >= 8 && iso_time(v->in.data, v->in.len, v->typmod))
        return PGCOPY_OK;
    return check_time(v, false);
}

/* No common form: the zone has too many. */
pgcopy_status timetz_check(struct value *v)
{
    return check_time(v, true);
}

/* ---- Binary: the zone counts seconds west of UTC ------------------------------------- */

/* time_recv: the value may be 24:00:00, not more. */
static pgcopy_status take_time(struct value *v, struct day_time *t)
{
    t->usecs = (int64_t)get_u64(v->in.data);
    if (t->usecs < 0 || t->usecs > USECS_PER_DAY)
        return pgcopy_error_set(v->err, "22008", "time out of range");
    t->usecs = round_usecs(t->usecs, v->typmod);
    return PGCOPY_OK;
}

pgcopy_status time_to_text(struct value *v)
{
    struct day_time t = {0};
    pgcopy_status   rc;

    if (v->in.len < 8)
        return bad_binary(v, 8);
    rc = take_time(v, &t);
    if (rc == PGCOPY_OK && v->in.len > 8)
        rc = bad_binary(v, 8);
    return rc < 0 ? rc : set_time(v, false, t);
}

/* timetz_recv judges the time before it reads the zone. */
pgcopy_status timetz_to_text(struct value *v)
{
    enum { ZONE_LIMIT = 16 * 3600 };
    struct day_time t = {0};
    pgcopy_status   rc;

    if (v->in.len < 8)
        return bad_binary(v, 8);
    rc = take_time(v, &t);
    if (rc < 0)
        return rc;
    if (v->in.len < 12)
        return bad_binary(v, 12);
    t.zone = (int)(0 - get_u32(v->in.data + 8));
    if (t.zone <= -ZONE_LIMIT || t.zone >= ZONE_LIMIT)
        return pgcopy_error_set(v->err, "22009", "time zone displacement out of range");
    return v->in.len > 12 ? bad_binary(v, 12) : set_time(v, true, t);
}

static pgcopy_status time_into_binary(struct value *v, size_t len)
{
    uint8_t         wire[12];
    struct day_time t;
    pgcopy_status   rc = parse_time(v, &t);

    if (rc < 0)
        return rc;
    put_u64(wire, (uint64_t)t.usecs);
    put_u32(wire + 8, 0 - (uint32_t)t.zone);
    return value_set(v, wire, len);
}

pgcopy_status time_to_binary(struct value *v)
{
    return time_into_binary(v, 8);
}

pgcopy_status timetz_to_binary(struct value *v)
{
    return time_into_binary(v, 12);
}
