/* session/options.c - the `options` of a startup packet: -c name=value and --name=value, as
   PostgreSQL's own command line has them. */
#include "session/session.h"

#include "types/type.h"

#include <string.h>

/* The next word into word, which has room for all of text; a backslash keeps what follows. */
static bool next_word(const char **text, char *word)
{
    const char *p = *text;

    while (is_space((uint8_t)*p))
        p++;
    if (!*p)
        return false;
    while (*p && !is_space((uint8_t)*p)) {
        if (*p == '\\' && p[1])
            p++;
        *word++ = *p++;
    }
    *word = '\0';
    *text = p;
    return true;
}

static pgcopy_status set_option(pgcopy_session *s, char *word, pgcopy_error *err)
{
    char *equals = strchr(word, '=');

    if (!equals)
        return pgcopy_error_set(err, "42601", "-c %s requires a value", word);
    *equals = '\0';
    for (char *p = word; *p; p++)
        if (*p == '-')
            *p = '_';
    return settings_set(&s->settings, &s->allocator, word, equals + 1, SETTING_START, err);
}

pgcopy_status startup_options(pgcopy_session *s, const char *text, pgcopy_error *err)
{
    size_t        size = strlen(text) + 1;
    char         *word = mem_new(&s->allocator, size);
    pgcopy_status rc   = word ? PGCOPY_OK : PGCOPY_ERR_NOMEM;

    while (rc == PGCOPY_OK && next_word(&text, word)) {
        if (strcmp(word, "-c") == 0 && next_word(&text, word))
            rc = set_option(s, word, err);
        else if (strncmp(word, "-c", 2) == 0 || strncmp(word, "--", 2) == 0)
            rc = set_option(s, word + 2, err);
        else
            rc = pgcopy_error_set(err, "42601",
                                  "invalid command-line argument for server process: %s", word);
    }
    mem_free(&s->allocator, word, size);
    return rc;
}
