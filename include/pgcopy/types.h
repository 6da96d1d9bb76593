/*
 * pgcopy/types.h - the built-in types: names, checks, canonical text, text <-> binary.
 * Canonical is what PostgreSQL prints with DateStyle ISO: t and f, 2026-01-31, no padding.
 */
#ifndef PGCOPY_TYPES_H
#define PGCOPY_TYPES_H

#include <pgcopy/batch.h>

PGCOPY_BEGIN_DECLS

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

/* Constant.  Only grows. */
typedef struct pgcopy_type {
    uint32_t    oid;
    const char *name; /* as format_type() says it: "integer"      */
    int16_t     len;  /* of the binary form, in bytes; -1: varies */
} pgcopy_type;

/* NULL: not built in; such a value is taken as text. */
PGCOPY_API const pgcopy_type *pgcopy_type_by_oid(uint32_t oid);

/* As SQL writes it: "int4", "varchar(30)", "timestamp with time zone".  typmod may be NULL. */
PGCOPY_API const pgcopy_type *pgcopy_type_by_name(const char *name, int32_t *typmod);

/*
 * Goes through the rows of a batch from *row on, in place: a value that changes is put behind
 * the others and its field points there.  OK: *row is behind the last.  ERR_SQL: *row is the
 * one that is refused, and err has state, message, row and column in PostgreSQL's words; add
 * one to *row to go on behind it. check      text: valid for its type?  made canonical; then
 * NOT NULL, row by row to_text    binary values to canonical text;      to_binary  and back
 */
PGCOPY_API pgcopy_status pgcopy_types_check(const pgcopy_columns *cols, pgcopy_batch *batch,
                                            size_t *row, pgcopy_error *err) PGCOPY_MUST_CHECK;
PGCOPY_API pgcopy_status pgcopy_types_to_text(const pgcopy_columns *cols, pgcopy_batch *batch,
                                              size_t *row, pgcopy_error *err) PGCOPY_MUST_CHECK;
PGCOPY_API pgcopy_status pgcopy_types_to_binary(const pgcopy_columns *cols, pgcopy_batch *batch,
                                                size_t       *row,
                                                pgcopy_error *err) PGCOPY_MUST_CHECK;

PGCOPY_END_DECLS
#endif
