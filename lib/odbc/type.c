/*
 * odbc/type.c - which of PostgreSQL's types is a column?
 *
 * First by its name, because tables are often made through us, in PostgreSQL's words; then by
 * the names that others use, then by ODBC's code for it.
 */
#include "odbc/conn.h"
#include "odbc/text.h"

#include <string.h>

/* typmod of a length, and of numeric: as in pg_attribute, 4 more (VARHDRSZ). */
enum { TYPMOD_HEADER = 4, LENGTH_MAX = 4096, PRECISION_MAX = 1000 };

/* By how the name begins; the longer of two comes first. */
static const struct named {
    const char *start;
    uint32_t    oid;
} names[] = {{"tinyint", PGCOPY_OID_INT2},
             {"smallint unsigned", PGCOPY_OID_INT4},
             {"mediumint", PGCOPY_OID_INT4},
             {"int unsigned", PGCOPY_OID_INT8},
             {"integer unsigned", PGCOPY_OID_INT8},
             {"unsigned big int", PGCOPY_OID_NUMERIC},
             {"bigint unsigned", PGCOPY_OID_NUMERIC},
             {"double", PGCOPY_OID_FLOAT8},
             {"money", PGCOPY_OID_NUMERIC},
             {"number", PGCOPY_OID_NUMERIC},
             {"datetimeoffset", PGCOPY_OID_TIMESTAMPTZ},
             {"datetime", PGCOPY_OID_TIMESTAMP},
             {"smalldatetime", PGCOPY_OID_TIMESTAMP},
             {"uniqueidentifier", PGCOPY_OID_UUID},
             {"nvarchar", PGCOPY_OID_VARCHAR},
             {"varchar", PGCOPY_OID_VARCHAR},
             {"longvarchar", PGCOPY_OID_TEXT},
             {"nchar", PGCOPY_OID_BPCHAR},
             {"ntext", PGCOPY_OID_TEXT},
             {"clob", PGCOPY_OID_TEXT},
             {"blob", PGCOPY_OID_BYTEA},
             {"tinyblob", PGCOPY_OID_BYTEA},
             {"mediumblob", PGCOPY_OID_BYTEA},
             {"longblob", PGCOPY_OID_BYTEA},
             {"binary", PGCOPY_OID_BYTEA},
             {"varbinary", PGCOPY_OID_BYTEA},
             {"longvarbinary", PGCOPY_OID_BYTEA},
             {"image", PGCOPY_OID_BYTEA}};

/* ODBC 2's dates (9, 10, 11) are what IRIS still says. */
static const struct coded {
    SQLSMALLINT code;
    uint32_t    oid;
} codes[] = {{SQL_BIT, PGCOPY_OID_BOOL},
             {SQL_TINYINT, PGCOPY_OID_INT2},
             {SQL_SMALLINT, PGCOPY_OID_INT2},
             {SQL_INTEGER, PGCOPY_OID_INT4},
             {SQL_BIGINT, PGCOPY_OID_INT8},
             {SQL_REAL, PGCOPY_OID_FLOAT4},
             {SQL_FLOAT, PGCOPY_OID_FLOAT8},
             {SQL_DOUBLE, PGCOPY_OID_FLOAT8},
             {SQL_NUMERIC, PGCOPY_OID_NUMERIC},
             {SQL_DECIMAL, PGCOPY_OID_NUMERIC},
             {SQL_CHAR, PGCOPY_OID_BPCHAR},
             {SQL_WCHAR, PGCOPY_OID_BPCHAR},
             {SQL_VARCHAR, PGCOPY_OID_VARCHAR},
             {SQL_WVARCHAR, PGCOPY_OID_VARCHAR},
             {SQL_DATE, PGCOPY_OID_DATE},
             {SQL_TYPE_DATE, PGCOPY_OID_DATE},
             {SQL_TIME, PGCOPY_OID_TIME},
             {SQL_TYPE_TIME, PGCOPY_OID_TIME},
             {SQL_TIMESTAMP, PGCOPY_OID_TIMESTAMP},
             {SQL_TYPE_TIMESTAMP, PGCOPY_OID_TIMESTAMP},
             {SQL_BINARY, PGCOPY_OID_BYTEA},
             {SQL_VARBINARY, PGCOPY_OID_BYTEA},
             {SQL_LONGVARBINARY, PGCOPY_OID_BYTEA},
             {SQL_GUID, PGCOPY_OID_UUID}};

/* Is there a length in the name itself: "nvarchar(30)"?  0: none. */
static SQLLEN length_in(const char *name)
{
    const char *p   = strchr(name, '(');
    SQLLEN      len = 0;

    for (p = p ? p + 1 : ""; *p >= '0' && *p <= '9' && len < LENGTH_MAX * 10; p++)
        len = len * 10 + (*p - '0');
    return *p == ')' ? len : 0;
}

static uint32_t by_name(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *start = names[i].start;

        for (const char *p = name; *start && (*p | 0x20) == *start; p++)
            start++;
        if (!*start)
            return names[i].oid;
    }
    return 0;
}

static uint32_t by_code(SQLSMALLINT code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            return codes[i].oid;
    return PGCOPY_OID_TEXT;
}

/* A length over 4096 is what drivers say for "any" (ODBCVarcharMaxlen, 8190, 65535, ...). */
static int32_t typmod_of(uint32_t oid, SQLLEN size, SQLSMALLINT scale)
{
    if ((oid == PGCOPY_OID_VARCHAR || oid == PGCOPY_OID_BPCHAR) && size > 0 &&
        size < LENGTH_MAX)
        return (int32_t)size + TYPMOD_HEADER;
    if (oid == PGCOPY_OID_NUMERIC && size > 0 && size <= PRECISION_MAX && scale >= 0 &&
        scale <= size)
        return (int32_t)((size << 16) | scale) + TYPMOD_HEADER;
    return -1;
}

uint32_t odbc_type(const odbc_dialect *d, const char *name, SQLSMALLINT code, SQLLEN size,
                   SQLSMALLINT scale, int32_t *typmod)
{
    int32_t            mod  = -1;
    const pgcopy_type *type = pgcopy_type_by_name(name, &mod);
    uint32_t           oid  = type ? type->oid : by_name(name);

    if (!oid)
        oid = by_code(code);
    if (!type && !size)
        size = length_in(name);
    if (mod < 0 && d->lengths)
        mod = typmod_of(oid, size, scale);
    if (typmod)
        *typmod = mod;
    return oid;
}
