/*
 * pgcopy/types.h - the built-in types: names, checks, canonical text, text <-> binary.
 *
 * Canonical is what PostgreSQL 18 prints with DateStyle ISO, IntervalStyle postgres, TimeZone
 * UTC and bytea_output hex: t and f, 2026-01-31, 12.50 for numeric(10,2), \x00ff.  With one
 * exception: char(n) has no padding.  A value that is canonical is its type's only text.
 *
 * Read is what PostgreSQL 18 reads in the columns' date order, time zone, and with its clock
 * (pgcopy_columns_set_when()).  Where they have none the zone is UTC; now, today, tomorrow and
 * yesterday are refused (0A000), and so are names of time zones (22023 or 22007) other than
 * UTC's and POSIX's ("PST8"), and abbreviations stand for the offset that they have today.  The
 * process's locale changes nothing.
 */
#ifndef PGCOPY_TYPES_H
#define PGCOPY_TYPES_H

#include <pgcopy/batch.h>

PGCOPY_BEGIN_DECLS

/* pg_type.oid */
enum pgcopy_oid {
    PGCOPY_OID_BOOL        = 16,
    PGCOPY_OID_BYTEA       = 17,
    PGCOPY_OID_NAME        = 19,
    PGCOPY_OID_INT8        = 20,
    PGCOPY_OID_INT2        = 21,
    PGCOPY_OID_INT4        = 23,
    PGCOPY_OID_TEXT        = 25,
    PGCOPY_OID_OID         = 26,
    PGCOPY_OID_JSON        = 114,
    PGCOPY_OID_FLOAT4      = 700,
    PGCOPY_OID_FLOAT8      = 701,
    PGCOPY_OID_BPCHAR      = 1042,
    PGCOPY_OID_VARCHAR     = 1043,
    PGCOPY_OID_DATE        = 1082,
    PGCOPY_OID_TIME        = 1083,
    PGCOPY_OID_TIMESTAMP   = 1114,
    PGCOPY_OID_TIMESTAMPTZ = 1184,
    PGCOPY_OID_INTERVAL    = 1186,
    PGCOPY_OID_TIMETZ      = 1266,
    PGCOPY_OID_NUMERIC     = 1700,
    PGCOPY_OID_UUID        = 2950,
    PGCOPY_OID_JSONB       = 3802
};

/* Constant, never freed.  Only grows. */
typedef struct pgcopy_type {
    uint32_t    oid;
    const char *name; /* as format_type() says it, without typmod: "integer" */
    int16_t     len;  /* of the binary form, in bytes; -1: varies            */
} pgcopy_type;

/* NULL: not built in (0, too); such a value is taken as text, unchecked. */
PGCOPY_API const pgcopy_type *pgcopy_type_by_oid(uint32_t oid);

/*
 * As SQL writes it, in any case: "int4", "varchar(30)", "timestamp(3) with time zone", with or
 * without "pg_catalog.".  typmod (may be NULL) is what pg_attribute has: -1 for none.
 * NULL: not built in, an array, a quoted name, or modifiers that the type does not take.
 */
PGCOPY_API const pgcopy_type *pgcopy_type_by_name(const char *name, int32_t *typmod);

/*
 * Goes through the rows of a batch from *row on, in place.  cols say what each column is (type
 * and typmod; not_null for check) and are as many as the batch has.  NULL and DEFAULT are
 * passed over.  A value that changes is put behind the others and its field points there; an
 * unfinished row stays at the end.  err may be NULL.
 *
 *   check      text: valid for its type?  made canonical; then NOT NULL, row by row
 *   to_text    binary values, checked, to canonical text; of text types, the encoding (UTF8)
 *   to_binary  and back, char(n) padded; text that is not canonical is taken too
 *
 *   OK         *row is behind the last
 *   ERR_SQL    *row is the one that is refused, and err has state, message, detail, hint, row
 *              and column (its name) in PostgreSQL's words.  The value in question is as it
 *              came; others of its row may be changed.  Add one to *row to go on behind it.
 *   ERR_USAGE  another number of columns, or *row behind the last; nothing changed
 *   ERR_NOMEM, ERR_LIMIT (of a batch)   rows before *row are done; clear the batch
 *
 * What only the caller knows is left to it.  For NOT NULL, which comes after all values of its
 * row, the state is 23502, but the message lacks ` of relation "t"`.  PostgreSQL sends a column
 * for 23502 only; of other errors it belongs into CONTEXT.  CONTEXT is the caller's too: for
 * json and jsonb err->where has the first line of it, "JSON data, line 1: ..."; else it is "".
 */
PGCOPY_API pgcopy_status pgcopy_types_check(const pgcopy_columns *cols, pgcopy_batch *batch,
                                            size_t *row, pgcopy_error *err) PGCOPY_MUST_CHECK;
PGCOPY_API pgcopy_status pgcopy_types_to_text(const pgcopy_columns *cols, pgcopy_batch *batch,
                                              size_t *row, pgcopy_error *err) PGCOPY_MUST_CHECK;
PGCOPY_API pgcopy_status pgcopy_types_to_binary(const pgcopy_columns *cols, pgcopy_batch *batch,
                                                size_t       *row,
                                                pgcopy_error *err) PGCOPY_MUST_CHECK;

/* Canonical text to what PostgreSQL prints: char(n) padded with blanks to n characters, dates
   and times in a DateStyle, timestamptz in UTC.  Answers as check does, but never ERR_SQL: a
   value that is not of its type stays as it is. */
PGCOPY_API pgcopy_status pgcopy_types_print(const pgcopy_columns *cols, pgcopy_batch *batch,
                                            size_t          *row,
                                            pgcopy_datestyle style) PGCOPY_MUST_CHECK;

/* The same with timestamptz in this zone; NULL: UTC. */
PGCOPY_API pgcopy_status pgcopy_types_print_in(const pgcopy_columns *cols, pgcopy_batch *batch,
                                               size_t *row, pgcopy_datestyle style,
                                               const pgcopy_zone *zone) PGCOPY_MUST_CHECK;

/* ---- Time zones ---------------------------------------------------------------------- */

/*
 * A zone from the bytes of its file (TZif, RFC 9636, as zic makes it and /usr/share/zoneinfo
 * has it).  name: as SHOW TimeZone is to print it, at most 255 bytes.  A zone never changes, so
 * threads may share one.  NULL: no memory, a longer name, bytes that are no such file, or what
 * PostgreSQL does not take: leap seconds, more than 2000 changes.
 */
PGCOPY_API pgcopy_zone *pgcopy_zone_new(const char *name, pgcopy_slice file,
                                        const pgcopy_allocator *allocator);
PGCOPY_API void         pgcopy_zone_free(pgcopy_zone *zone);

PGCOPY_END_DECLS
#endif
