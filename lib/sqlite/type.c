/*
 * sqlite/type.c - which of PostgreSQL's types is a column?
 *
 * SQLite takes any words as a declaration.  First they are read as PostgreSQL's, because tables
 * are often made through us, then by the names that others use, then as SQLite itself reads
 * them (its manual, datatype3, 3.1: a column's affinity).
 */
#include "sqlite/conn.h"

#include <string.h>

/* typmod of a length: as in pg_attribute, 4 more (VARHDRSZ). */
enum { TYPMOD_HEADER = 4, LENGTH_MAX = 10485760 };

/* By how the declaration begins; the longer of two comes first. */
static const struct named {
    const char *start;
    uint32_t    oid;
} names[] = {{"tinyint", PGCOPY_OID_INT2},
             {"mediumint", PGCOPY_OID_INT4},
             {"unsigned big int", PGCOPY_OID_NUMERIC},
             {"bigint unsigned", PGCOPY_OID_NUMERIC},
             {"money", PGCOPY_OID_NUMERIC},
             {"number", PGCOPY_OID_NUMERIC},
             {"datetimeoffset", PGCOPY_OID_TIMESTAMPTZ},
             {"datetime", PGCOPY_OID_TIMESTAMP},
             {"smalldatetime", PGCOPY_OID_TIMESTAMP},
             {"uniqueidentifier", PGCOPY_OID_UUID},
             {"nvarchar", PGCOPY_OID_VARCHAR},
             {"nchar", PGCOPY_OID_BPCHAR},
             {"binary", PGCOPY_OID_BYTEA},
             {"varbinary", PGCOPY_OID_BYTEA},
             {"longvarbinary", PGCOPY_OID_BYTEA},
             {"image", PGCOPY_OID_BYTEA}};

static const struct named affinities[] = {
    {"INT", PGCOPY_OID_INT8},    {"CHAR", PGCOPY_OID_TEXT},  {"CLOB", PGCOPY_OID_TEXT},
    {"TEXT", PGCOPY_OID_TEXT},   {"BLOB", PGCOPY_OID_BYTEA}, {"REAL", PGCOPY_OID_FLOAT8},
    {"FLOA", PGCOPY_OID_FLOAT8}, {"DOUB", PGCOPY_OID_FLOAT8}};

/* Is there a length in the name itself: "nvarchar(30)"?  -1: none. */
static int32_t typmod_in(const char *declared, uint32_t oid)
{
    const char *p   = strchr(declared, '(');
    int32_t     len = 0;

    if (oid != PGCOPY_OID_VARCHAR && oid != PGCOPY_OID_BPCHAR)
        return -1;
    for (p = p ? p + 1 : ""; *p >= '0' && *p <= '9' && len < LENGTH_MAX; p++)
        len = len * 10 + (*p - '0');
    return *p == ')' && len > 0 && len <= LENGTH_MAX ? len + TYPMOD_HEADER : -1;
}

static bool contains(const char *text, const char *part)
{
    for (; *text; text++)
        if (lite_begins(text, part))
            return true;
    return false;
}

static uint32_t by_affinity(const char *declared)
{
    for (size_t i = 0; i < sizeof affinities / sizeof *affinities; i++)
        if (contains(declared, affinities[i].start))
            return affinities[i].oid;
    return 0;
}

uint32_t lite_type(const char *declared, int32_t *typmod)
{
    const pgcopy_type *type = pgcopy_type_by_name(declared, typmod);

    if (type)
        return type->oid;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (lite_begins(declared, names[i].start)) {
            if (typmod)
                *typmod = typmod_in(declared, names[i].oid);
            return names[i].oid;
        }
    return by_affinity(declared);
}

uint32_t lite_type_of_value(int storage)
{
    switch (storage) {
    case SQLITE_INTEGER:
        return PGCOPY_OID_INT8;
    case SQLITE_FLOAT:
        return PGCOPY_OID_FLOAT8;
    case SQLITE_BLOB:
        return PGCOPY_OID_BYTEA;
    default:
        return PGCOPY_OID_TEXT;
    }
}
