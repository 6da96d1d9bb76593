/*
 * config.c - the config file, by inih.
 *
 *   [pgcopyd]   key = value   as --key on the command line
 *   [databases] NAME = URL    as --database NAME=URL
 */
#include "config.h"
#include "keys.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

/* inih's line has a fixed size, and it would take the rest of a longer one for a line of its
   own: half a connection string, and perhaps a password, as the name of something. */
static char *read_line(char *line, int size, void *stream)
{
    struct reading *r    = stream;
    char           *text = fgets(line, size, r->file);

    r->line++;
    if (text && strlen(text) == (size_t)size - 1 && text[size - 2] != '\n') {
        snprintf(r->wrong, sizeof r->wrong, "a line is longer than %d bytes", size - 2);
        return NULL;
    }
    return text;
}

/* inih's handler: zero is an error. */
static int on_entry(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    const char     *wrong;

    if (!strcmp(section, "pgcopyd"))
        return keys_set(r, name, value);
    if (strcmp(section, "databases"))
        return keys_fail(r, section, "is no section; there are [pgcopyd] and [databases]");
    wrong = database_add(&r->options->databases, name, value, true);
    return !wrong || keys_fail(r, name, wrong);
}

bool config_read(struct options *o, const char *path, enum exit_code *code)
{
    struct reading r = {.options = o, .file = fopen(path, "r")};
    int            line;

    if (!r.file) {
        fprintf(stderr, "pgcopyd: cannot read %s: %s\n", path, strerror(errno));
        *code = EXIT_START;
        return false;
    }
    line = ini_parse_stream(read_line, &r, on_entry, &r);
    fclose(r.file);
    if (!line && !*r.wrong)
        return true;
    fprintf(stderr, "pgcopyd: %s:%d: %s\n", path, line ? line : r.line,
            *r.wrong ? r.wrong : "is neither a [section] nor key = value");
    *code = EXIT_WRONG_USAGE;
    return false;
}
