/* session/known.c - the parameters that PostgreSQL has and drivers touch. */
#include "session/known.h"

#include "base/encoding.h"
#include "base/text.h"
#include "session/datestyle.h"
#include "session/timezone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const isolations[] = {"serializable", "repeatable read", "read committed",
                                         "read uncommitted", NULL};
static const char *const levels[]     = {"debug5", "debug4", "debug3",  "debug2", "debug1",
                                         "log",    "notice", "warning", "error",  NULL};
static const char *const outputs[]    = {"hex", NULL};
static const char *const intervals[]  = {"postgres", NULL};
static const char *const xml[]        = {"content", "document", NULL};
static const char *const only_on[]    = {"on", NULL};

/* In the order of their names, as SHOW ALL prints them and known_find() needs them. */
static const struct known table[] = {
    {"application_name", "", KNOWN_TEXT, true, false, NULL},
    {"bytea_output", "hex", KNOWN_WORD, false, false, outputs},
    {"check_function_bodies", "on", KNOWN_BOOL, false, false, NULL},
    {"client_encoding", "UTF8", KNOWN_ENCODING, true, false, NULL},
    {"client_min_messages", "notice", KNOWN_WORD, false, false, levels},
    {"DateStyle", "ISO, MDY", KNOWN_DATESTYLE, true, false, NULL},
    {"default_table_access_method", "heap", KNOWN_TEXT, false, false, NULL},
    {"default_tablespace", "", KNOWN_TEXT, false, false, NULL},
    {"default_transaction_deferrable", "off", KNOWN_BOOL, false, false, NULL},
    {"default_transaction_isolation", "read committed", KNOWN_WORD, false, false, isolations},
    {"default_transaction_read_only", "off", KNOWN_BOOL, true, false, NULL},
    {"extra_float_digits", "1", KNOWN_NUMBER, false, false, NULL},
    {"idle_in_transaction_session_timeout", "0", KNOWN_MS, false, false, NULL},
    {"idle_session_timeout", "0", KNOWN_MS, false, false, NULL},
    {"in_hot_standby", "off", KNOWN_BOOL, true, true, NULL},
    {"integer_datetimes", "on", KNOWN_BOOL, true, true, NULL},
    {"IntervalStyle", "postgres", KNOWN_WORD, true, false, intervals},
    {"is_superuser", "off", KNOWN_BOOL, true, true, NULL},
    {"lock_timeout", "0", KNOWN_MS, false, false, NULL},
    {"role", "none", KNOWN_TEXT, false, false, NULL},
    {"row_security", "on", KNOWN_BOOL, false, false, NULL},
    {"scram_iterations", "4096", KNOWN_NUMBER, true, false, NULL},
    {"search_path", "\"$user\", public", KNOWN_TEXT, true, false, NULL},
    {"server_encoding", "UTF8", KNOWN_TEXT, true, true, NULL},
    {"server_version", "18.0 (pgcopy)", KNOWN_TEXT, true, true, NULL},
    {"session_authorization", "", KNOWN_TEXT, true, true, NULL},
    {"standard_conforming_strings", "on", KNOWN_WORD, true, false, only_on},
    {"statement_timeout", "0", KNOWN_MS, false, false, NULL},
    {"synchronous_commit", "on", KNOWN_TEXT, false, false, NULL},
    {"TimeZone", "UTC", KNOWN_ZONE, true, false, NULL},
    {"transaction_isolation", "read committed", KNOWN_WORD, false, false, isolations},
    {"transaction_read_only", "off", KNOWN_BOOL, false, false, NULL},
    {"transaction_timeout", "0", KNOWN_MS, false, false, NULL},
    {"xmloption", "content", KNOWN_WORD, false, false, xml},
};

/* Every COPY asks for a few of them. */
const struct known *known_find(const char *name)
{
    size_t first = 0, behind = sizeof table / sizeof *table;

    while (first < behind) {
        size_t middle = (first + behind) / 2;
        int    order  = text_order_names(name, table[middle].name);

        if (order == 0)
            return &table[middle];
        if (order < 0)
            behind = middle;
        else
            first = middle + 1;
    }
    return NULL;
}

const struct known *known_at(size_t i)
{
    return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

/* ---- Values ------------------------------------------------------------------------- */

static const char *word_of(const char *value, const char *const *words)
{
    for (; *words; words++)
        if (text_same_name(value, *words))
            return *words;
    return NULL;
}

static const char *bool_of(const char *value)
{
    static const char *const on[]  = {"on", "true", "t", "yes", "y", "1", NULL};
    static const char *const off[] = {"off", "false", "f", "no", "n", "0", NULL};

    return word_of(value, on) ? "on" : word_of(value, off) ? "off" : NULL;
}

/* Others are for ENCODING of a COPY alone: texts of messages are not converted. */
static const char *encoding_of(const char *value)
{
    const struct encoding *e = encoding_find(value);

    return e && (e->kind == ENCODING_UTF8 || e->kind == ENCODING_SQL_ASCII) ? e->name : NULL;
}

bool known_ms(const char *value, uint32_t *ms)
{
    static const struct {
        const char *name;
        uint32_t    ms;
    } units[] = {{"", 1},        {"ms", 1},      {"s", 1000},
                 {"min", 60000}, {"h", 3600000}, {"d", 86400000}};
    char              *unit;
    unsigned long long n;

    if (!value || *value < '0' || *value > '9')
        return false;
    n = strtoull(value, &unit, 10);
    while (*unit == ' ')
        unit++;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].name) == 0 && n <= INT32_MAX / units[i].ms) {
            *ms = (uint32_t)n * units[i].ms;
            return true;
        }
    return false;
}

/* As SHOW prints a time: in the largest unit that is exact. */
static const char *ms_text(uint32_t ms, char canonical[KNOWN_VALUE_MAX])
{
    const char *unit = "ms";

    if (ms && ms % 86400000 == 0) {
        ms /= 86400000;
        unit = "d";
    } else if (ms && ms % 3600000 == 0) {
        ms /= 3600000;
        unit = "h";
    } else if (ms && ms % 60000 == 0) {
        ms /= 60000;
        unit = "min";
    } else if (ms && ms % 1000 == 0) {
        ms /= 1000;
        unit = "s";
    }
    snprintf(canonical, KNOWN_VALUE_MAX, "%u%s", (unsigned)ms, ms ? unit : "");
    return canonical;
}

static bool is_number(const char *value)
{
    char *end;

    (void)strtol(value, &end, 10);
    return end != value && !*end;
}

static const char *canonical_of(const struct known *k, const char *value,
                                char canonical[KNOWN_VALUE_MAX])
{
    uint32_t ms;

    switch (k->kind) {
    case KNOWN_TEXT:
        return value;
    case KNOWN_BOOL:
        return bool_of(value);
    case KNOWN_NUMBER:
        return is_number(value) ? value : NULL;
    case KNOWN_MS:
        return known_ms(value, &ms) ? ms_text(ms, canonical) : NULL;
    case KNOWN_ENCODING:
        return encoding_of(value);
    case KNOWN_WORD:
        return word_of(value, k->words);
    case KNOWN_DATESTYLE: /* these two have words of their own for what is wrong */
    case KNOWN_ZONE:
        break;
    }
    return NULL;
}

static pgcopy_status refused(const struct known *k, const char *value, pgcopy_error *err)
{
    if (k->kind == KNOWN_BOOL)
        return pgcopy_error_set(err, "22023", "parameter \"%s\" requires a Boolean value",
                                k->name);
    return pgcopy_error_set(err, "22023", "invalid value for parameter \"%s\": \"%s\"", k->name,
                            value);
}

static pgcopy_status check_datestyle(const char *value, const char *now, const char *start,
                                     char canonical[KNOWN_VALUE_MAX], pgcopy_error *err)
{
    pgcopy_datestyle style = datestyle_of(now);
    pgcopy_status    rc    = datestyle_read(value, datestyle_of(start), &style, err);

    if (rc == PGCOPY_OK)
        datestyle_write(style, canonical);
    return rc;
}

pgcopy_status known_check(const struct known *k, const pgcopy_zones *zones, const char *value,
                          const char *now, const char *start, char canonical[KNOWN_VALUE_MAX],
                          pgcopy_error *err)
{
    const char *text;

    if (k->kind == KNOWN_DATESTYLE)
        return check_datestyle(value, now, start, canonical, err);
    if (k->kind == KNOWN_ZONE)
        return timezone_read(zones, value, canonical, err);
    text = strlen(value) < KNOWN_VALUE_MAX ? canonical_of(k, value, canonical) : NULL;
    if (!text)
        return refused(k, value, err);
    if (text != canonical)
        memcpy(canonical, text, strlen(text) + 1);
    return PGCOPY_OK;
}
