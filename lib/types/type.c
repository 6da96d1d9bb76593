/* types/type.c - the table of the built-in types. */
#include "types/type.h"

/* In the order of their OIDs: type_find halves. */
static const struct type types[] = {
    {{PGCOPY_OID_BOOL, "boolean", 1}, "boolean", bool_check, bool_to_text, bool_to_binary},
    {{PGCOPY_OID_BYTEA, "bytea", -1}, "bytea", bytea_check, bytea_to_text, bytea_to_binary},
    {{PGCOPY_OID_NAME, "name", 64}, "name", name_check, name_to_text, name_check},
    {{PGCOPY_OID_INT8, "bigint", 8}, "bigint", int8_check, int8_to_text, int8_to_binary},
    {{PGCOPY_OID_INT2, "smallint", 2}, "smallint", int2_check, int2_to_text, int2_to_binary},
    {{PGCOPY_OID_INT4, "integer", 4}, "integer", int4_check, int4_to_text, int4_to_binary},
    {{PGCOPY_OID_TEXT, "text", -1}, "text", NULL, text_to_text, NULL},
    {{PGCOPY_OID_OID, "oid", 4}, "oid", oid_check, oid_to_text, oid_to_binary},
    {{PGCOPY_OID_JSON, "json", -1}, "json", json_check, json_to_text, NULL},
    {{PGCOPY_OID_FLOAT4, "real", 4}, "real", float4_check, float4_to_text, float4_to_binary},
    {{PGCOPY_OID_FLOAT8, "double precision", 8},
     "double precision",
     float8_check,
     float8_to_text,
     float8_to_binary},
    {{PGCOPY_OID_BPCHAR, "character", -1},
     "character",
     bpchar_check,
     bpchar_to_text,
     bpchar_pad},
    {{PGCOPY_OID_VARCHAR, "character varying", -1},
     "character varying",
     varchar_check,
     varchar_to_text,
     NULL},
    {{PGCOPY_OID_DATE, "date", 4}, "date", date_check, date_to_text, date_to_binary},
    {{PGCOPY_OID_TIME, "time without time zone", 8},
     "time",
     time_check,
     time_to_text,
     time_to_binary},
    {{PGCOPY_OID_TIMESTAMP, "timestamp without time zone", 8},
     "timestamp",
     timestamp_check,
     timestamp_to_text,
     timestamp_to_binary},
    {{PGCOPY_OID_TIMESTAMPTZ, "timestamp with time zone", 8},
     "timestamp with time zone",
     timestamptz_check,
     timestamptz_to_text,
     timestamptz_to_binary},
    {{PGCOPY_OID_INTERVAL, "interval", 16},
     "interval",
     interval_check,
     interval_to_text,
     interval_to_binary},
    {{PGCOPY_OID_TIMETZ, "time with time zone", 12},
     "time with time zone",
     timetz_check,
     timetz_to_text,
     timetz_to_binary},
    {{PGCOPY_OID_NUMERIC, "numeric", -1},
     "numeric",
     numeric_check,
     numeric_to_text,
     numeric_to_binary},
    {{PGCOPY_OID_UUID, "uuid", 16}, "uuid", uuid_check, uuid_to_text, uuid_to_binary},
    {{PGCOPY_OID_JSONB, "jsonb", -1}, "jsonb", jsonb_check, jsonb_to_text, jsonb_to_binary},
};

const struct type *type_find(uint32_t oid)
{
    size_t low = 0, high = sizeof types / sizeof types[0];

    while (low < high) {
        size_t mid = (low + high) / 2;
        if (types[mid].id.oid == oid)
            return &types[mid];
        if (types[mid].id.oid < oid)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const pgcopy_type *pgcopy_type_by_oid(uint32_t oid)
{
    const struct type *type = type_find(oid);

    return type ? &type->id : NULL;
}
