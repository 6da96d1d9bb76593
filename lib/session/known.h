/* session/known.h - the parameters that PostgreSQL has and drivers touch, with their defaults
   and what values they take. */
#ifndef SESSION_KNOWN_H
#define SESSION_KNOWN_H

#include <pgcopy/batch.h>

enum { KNOWN_VALUE_MAX = 1024 };

enum known_kind {
    KNOWN_TEXT,
    KNOWN_BOOL,
    KNOWN_NUMBER,
    KNOWN_MS,        /* a time: 5s, 100ms, a bare number is ms */
    KNOWN_ENCODING,  /* UTF8 and SQL_ASCII                     */
    KNOWN_DATESTYLE, /* a list of words, see datestyle.h       */
    KNOWN_ZONE,      /* a time zone, see timezone.h            */
    KNOWN_WORD       /* one of `words`                         */
};

struct known {
    const char        *name;
    const char        *value;
    enum known_kind    kind;
    bool               reported; /* ParameterStatus                      */
    bool               fixed;    /* only the server says it              */
    const char *const *words;    /* then NULL                            */
};

const struct known *known_find(const char *name); /* NULL: unknown            */
const struct known *known_at(size_t i);           /* NULL: behind the last    */

/* The value as SHOW prints it; ERR_SQL: 22023 or 0A000.  What it may depend on: the value that
   the setting has now, and the one that RESET goes back to; zones may be NULL. */
pgcopy_status known_check(const struct known *k, const pgcopy_zones *zones, const char *value,
                          const char *now, const char *start, char canonical[KNOWN_VALUE_MAX],
                          pgcopy_error *err);
bool          known_ms(const char *value, uint32_t *ms);

#endif
