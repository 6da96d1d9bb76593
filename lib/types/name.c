/* types/name.c - a type as SQL writes it: its words, its modifiers, and what they mean. */
#include "types/type.h"

#include <string.h>

/* What may stand in the parentheses, and what it makes of typmod. */
enum modifier { NONE, LENGTH, ONE_CHAR, NUMERIC, SECONDS, FLOAT, INTERVAL };

static const struct spelling {
    const char   *words;
    uint32_t      oid;
    enum modifier modifier;
} spellings[] = {
    {"bool", PGCOPY_OID_BOOL, NONE},
    {"boolean", PGCOPY_OID_BOOL, NONE},
    {"bytea", PGCOPY_OID_BYTEA, NONE},
    {"name", PGCOPY_OID_NAME, NONE},
    {"bigint", PGCOPY_OID_INT8, NONE},
    {"int8", PGCOPY_OID_INT8, NONE},
    {"smallint", PGCOPY_OID_INT2, NONE},
    {"int2", PGCOPY_OID_INT2, NONE},
    {"integer", PGCOPY_OID_INT4, NONE},
    {"int", PGCOPY_OID_INT4, NONE},
    {"int4", PGCOPY_OID_INT4, NONE},
    {"text", PGCOPY_OID_TEXT, NONE},
    {"oid", PGCOPY_OID_OID, NONE},
    {"json", PGCOPY_OID_JSON, NONE},
    {"jsonb", PGCOPY_OID_JSONB, NONE},
    {"uuid", PGCOPY_OID_UUID, NONE},
    {"real", PGCOPY_OID_FLOAT4, NONE},
    {"float4", PGCOPY_OID_FLOAT4, NONE},
    {"float8", PGCOPY_OID_FLOAT8, NONE},
    {"double precision", PGCOPY_OID_FLOAT8, NONE},
    {"float", PGCOPY_OID_FLOAT8, FLOAT},
    {"numeric", PGCOPY_OID_NUMERIC, NUMERIC},
    {"decimal", PGCOPY_OID_NUMERIC, NUMERIC},
    {"dec", PGCOPY_OID_NUMERIC, NUMERIC},
    {"varchar", PGCOPY_OID_VARCHAR, LENGTH},
    {"character varying", PGCOPY_OID_VARCHAR, LENGTH},
    {"char varying", PGCOPY_OID_VARCHAR, LENGTH},
    {"nchar varying", PGCOPY_OID_VARCHAR, LENGTH},
    {"national character varying", PGCOPY_OID_VARCHAR, LENGTH},
    {"national char varying", PGCOPY_OID_VARCHAR, LENGTH},
    {"bpchar", PGCOPY_OID_BPCHAR, LENGTH},
    {"character", PGCOPY_OID_BPCHAR, ONE_CHAR},
    {"char", PGCOPY_OID_BPCHAR, ONE_CHAR},
    {"nchar", PGCOPY_OID_BPCHAR, ONE_CHAR},
    {"national character", PGCOPY_OID_BPCHAR, ONE_CHAR},
    {"national char", PGCOPY_OID_BPCHAR, ONE_CHAR},
    {"date", PGCOPY_OID_DATE, NONE},
    {"time", PGCOPY_OID_TIME, SECONDS},
    {"time without time zone", PGCOPY_OID_TIME, SECONDS},
    {"timetz", PGCOPY_OID_TIMETZ, SECONDS},
    {"time with time zone", PGCOPY_OID_TIMETZ, SECONDS},
    {"timestamp", PGCOPY_OID_TIMESTAMP, SECONDS},
    {"timestamp without time zone", PGCOPY_OID_TIMESTAMP, SECONDS},
    {"timestamptz", PGCOPY_OID_TIMESTAMPTZ, SECONDS},
    {"timestamp with time zone", PGCOPY_OID_TIMESTAMPTZ, SECONDS},
    {"interval", PGCOPY_OID_INTERVAL, INTERVAL},
};

/* ---- The written name ---------------------------------------------------------------- */

enum { WORDS_MAX = 63, MODIFIERS_MAX = 2, MODIFIER_LIMIT = 100000000 };

struct written {
    char    words[WORDS_MAX + 1]; /* in lower case, one blank between them */
    size_t  len;
    int32_t modifiers[MODIFIERS_MAX];
    int     nmodifiers;
};

/* No type's name is longer; a longer one is none. */
static bool add_char(struct written *w, char c)
{
    if (w->len == WORDS_MAX)
        return false;
    w->words[w->len++] = c;
    return true;
}

static const char *skip_space(const char *p)
{
    while (is_space((uint8_t)*p))
        p++;
    return p;
}

/* Beyond any type's limit it need not be exact. */
static const char *take_number(const char *p, int32_t *out)
{
    bool    minus = *p == '-';
    int32_t n     = 0;

    p += minus;
    if (!is_digit((uint8_t)*p))
        return NULL;
    for (; is_digit((uint8_t)*p); p++)
        n = n < MODIFIER_LIMIT ? n * 10 + (*p - '0') : n;
    *out = minus ? -n : n;
    return skip_space(p);
}

/* "(10, 2)", p behind the parenthesis.  NULL: not that. */
static const char *take_modifiers(struct written *w, const char *p)
{
    if (w->nmodifiers)
        return NULL;
    do {
        if (w->nmodifiers == MODIFIERS_MAX)
            return NULL;
        p = take_number(skip_space(p), &w->modifiers[w->nmodifiers++]);
    } while (p && *p == ',' && p++);
    return p && *p == ')' ? p + 1 : NULL;
}

static const char *take_word(struct written *w, const char *p)
{
    if (w->len && !add_char(w, ' '))
        return NULL;
    for (; is_alpha((uint8_t)*p) || is_digit((uint8_t)*p) || *p == '_'; p++)
        if (!add_char(w, (char)lower((uint8_t)*p)))
            return NULL;
    return p;
}

/* Modifiers may stand before the last words: timestamp(3) with time zone. */
static bool take_name(struct written *w, const char *p)
{
    for (p = skip_space(p); p && *p; p = p ? skip_space(p) : NULL) {
        if (*p == '(')
            p = take_modifiers(w, p + 1);
        else if (is_alpha((uint8_t)*p))
            p = take_word(w, p);
        else
            return false;
    }
    return p != NULL;
}

/* ---- Modifiers: the typmod of each family, as its ...typmodin makes it --------------- */

/* anychar_typmodin; a char without length has one character, a bpchar any number. */
static bool length_typmod(const struct written *w, int32_t least, int32_t *typmod)
{
    enum { MAX_ATTR_SIZE = 10 * 1024 * 1024 };

    if (w->nmodifiers == 0)
        *typmod = least ? least + 4 : -1;
    else
        *typmod = w->modifiers[0] + 4;
    return w->nmodifiers == 0 ||
           (w->nmodifiers == 1 && w->modifiers[0] >= 1 && w->modifiers[0] <= MAX_ATTR_SIZE);
}

/* Precision above, scale in 11 bits below, since 15 with a sign. */
static bool numeric_typmod(const struct written *w, int32_t *typmod)
{
    int32_t precision = w->modifiers[0], scale = w->nmodifiers == 2 ? w->modifiers[1] : 0;

    if (w->nmodifiers)
        *typmod = (int32_t)(((uint32_t)precision << 16 | ((uint32_t)scale & 0x7FF)) + 4);
    return w->nmodifiers == 0 ||
           (precision >= 1 && precision <= 1000 && scale >= -1000 && scale <= 1000);
}

/* More than microseconds are taken for that many, with a warning that has no place here. */
static bool seconds_typmod(const struct written *w, int32_t *typmod)
{
    if (w->nmodifiers)
        *typmod = w->modifiers[0] > 6 ? 6 : w->modifiers[0];
    return w->nmodifiers <= 1 && w->modifiers[0] >= 0;
}

/* float(1) to float(24) is real. */
static bool float_oid(const struct written *w, uint32_t *oid)
{
    int32_t bits = w->nmodifiers ? w->modifiers[0] : 53;

    *oid = bits <= 24 ? PGCOPY_OID_FLOAT4 : PGCOPY_OID_FLOAT8;
    return w->nmodifiers <= 1 && bits >= 1 && bits <= 53;
}

/* "interval day to second": which fields are kept (INTERVAL_MASK). */
static const struct {
    const char *fields;
    int32_t     range;
} ranges[] = {
    {"", INTERVAL_ALL_FIELDS},
    {" year", INTERVAL_YEAR},
    {" month", INTERVAL_MONTH},
    {" day", INTERVAL_DAY},
    {" hour", INTERVAL_HOUR},
    {" minute", INTERVAL_MINUTE},
    {" second", INTERVAL_SECOND},
    {" year to month", INTERVAL_YEAR | INTERVAL_MONTH},
    {" day to hour", INTERVAL_DAY | INTERVAL_HOUR},
    {" day to minute", INTERVAL_DAY | INTERVAL_HOUR | INTERVAL_MINUTE},
    {" day to second", INTERVAL_DAY | INTERVAL_HOUR | INTERVAL_MINUTE | INTERVAL_SECOND},
    {" hour to minute", INTERVAL_HOUR | INTERVAL_MINUTE},
    {" hour to second", INTERVAL_HOUR | INTERVAL_MINUTE | INTERVAL_SECOND},
    {" minute to second", INTERVAL_MINUTE | INTERVAL_SECOND},
};

/* 0: there is no such range. */
static int32_t range_of(const struct written *w)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (strcmp(w->words + strlen("interval"), ranges[i].fields) == 0)
            return ranges[i].range;
    return 0;
}

/* The fields that are kept above, the precision below; all ones where nothing was said. */
static bool interval_typmod(const struct written *w, int32_t *typmod)
{
    int32_t precision = INTERVAL_ALL_DIGITS, range = range_of(w);

    if (!range || !seconds_typmod(w, &precision))
        return false;
    if (w->nmodifiers || range != INTERVAL_ALL_FIELDS)
        *typmod = range << 16 | precision;
    return w->nmodifiers == 0 || (range & INTERVAL_SECOND);
}

static bool apply_modifiers(const struct spelling *s, const struct written *w, uint32_t *oid,
                            int32_t *typmod)
{
    switch (s->modifier) {
    case NONE:
        return w->nmodifiers == 0;
    case LENGTH:
        return length_typmod(w, 0, typmod);
    case ONE_CHAR:
        return length_typmod(w, 1, typmod);
    case NUMERIC:
        return numeric_typmod(w, typmod);
    case SECONDS:
        return seconds_typmod(w, typmod);
    case FLOAT:
        return float_oid(w, oid);
    case INTERVAL:
        return interval_typmod(w, typmod);
    }
    return false;
}

/* ---- by name ------------------------------------------------------------------------- */

/* interval may have its fields as words, so its name does not end there. */
static const struct spelling *find_spelling(const struct written *w)
{
    const size_t n = sizeof spellings / sizeof spellings[0];

    if (strncmp(w->words, "interval ", strlen("interval ")) == 0)
        return &spellings[n - 1];
    for (size_t i = 0; i < n; i++)
        if (strcmp(w->words, spellings[i].words) == 0)
            return &spellings[i];
    return NULL;
}

static const char *skip_schema(const char *name)
{
    const char *schema = "pg_catalog.";
    const char *p      = skip_space(name);
    size_t      n      = strlen(schema);

    return strlen(p) > n && text_is((const uint8_t *)p, n, schema) ? p + n : p;
}

const pgcopy_type *pgcopy_type_by_name(const char *name, int32_t *typmod)
{
    struct written         w   = {0};
    const struct spelling *s   = NULL;
    int32_t                mod = -1;
    uint32_t               oid;

    if (name && take_name(&w, skip_schema(name)))
        s = find_spelling(&w);
    if (!s)
        return NULL;
    oid = s->oid;
    if (!apply_modifiers(s, &w, &oid, &mod))
        return NULL;
    if (typmod)
        *typmod = mod;
    return pgcopy_type_by_oid(oid);
}
