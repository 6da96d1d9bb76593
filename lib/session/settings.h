/*
 * session/settings.h - the run-time parameters that drivers touch: SET, SHOW, RESET and
 * ParameterStatus, rolled back with their transaction.
 *
 * A value is looked for in this order: SET LOCAL, SET, the start of the session, PostgreSQL's
 * own.
 */
#ifndef SESSION_SETTINGS_H
#define SESSION_SETTINGS_H

#include <pgcopy/batch.h>
#include <pgcopy/wire.h>

struct setting;

struct settings {
    struct setting     *list;
    size_t              count, cap;
    const pgcopy_zones *zones; /* that TimeZone may name; NULL: UTC's and offsets */
};

/* What is wrong with a SET is told in err, in PostgreSQL's words (42704, 22023, 55P02, 0A000).
 */
enum setting_level {
    SETTING_START, /* of the startup packet; also what RESET goes back to */
    SETTING_SESSION,
    SETTING_LOCAL,
    SETTING_SERVER /* of the server itself, which may set what clients may not: kept as START */
};

/* value NULL: back to the level below.  ERR_SQL or ERR_NOMEM: nothing changed. */
pgcopy_status settings_set(struct settings *set, const pgcopy_allocator *a, const char *name,
                           const char *value, enum setting_level level, pgcopy_error *err);

/* As SHOW prints it; NULL: there is none of this name.  label (may be NULL): its own spelling.
 */
const char *settings_get(const struct settings *set, const char *name, const char **label);

/* In milliseconds; 0: no limit. */
uint32_t settings_ms(const struct settings *set, const char *name);
bool     settings_is_on(const struct settings *set, const char *name);

pgcopy_datestyle settings_datestyle(const struct settings *set);

void settings_reset_all(struct settings *set, const pgcopy_allocator *a);
void settings_end_local(struct settings *set, const pgcopy_allocator *a);

/* ParameterStatus of every setting that the client is told of: all, or those that changed since
   they were told last. */
void settings_report(struct settings *set, const pgcopy_allocator *a, bool all,
                     pgcopy_buf *out);

/* A snapshot, for a transaction to go back to; back takes it (what was told stays told). */
pgcopy_status settings_copy(struct settings *to, const struct settings *from,
                            const pgcopy_allocator *a);
void settings_back(struct settings *set, struct settings *to, const pgcopy_allocator *a);
void settings_free(struct settings *set, const pgcopy_allocator *a);

/* The names in order, for SHOW ALL; NULL behind the last. */
const char *settings_name(size_t i);

#endif
