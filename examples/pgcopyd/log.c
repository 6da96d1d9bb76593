/* log.c - one logfmt line an event on standard error: time level event, then key=value. */
#include "log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = {"error", "warning", "info", "debug"};

static enum log_level threshold = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
    threshold = level;
}

bool log_wants(enum log_level level)
{
    return level <= threshold;
}

bool log_level_named(const char *name, enum log_level *level)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
        if (!strcmp(name, level_names[i])) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

static void add_byte(struct log_line *line, char byte)
{
    if (line->len < sizeof line->text - 1)
        line->text[line->len++] = byte;
}

static void add(struct log_line *line, const char *text)
{
    while (*text)
        add_byte(line, *text++);
}

static void add_formatted(struct log_line *line, const char *fmt, ...)
{
    char    text[64];
    va_list args;

    if (!line->wanted)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    add(line, text);
}

void log_begin(struct log_line *line, enum log_level level, const char *event)
{
    struct timespec now;
    struct tm       day;
    char            date[32];

    line->len    = 0;
    line->wanted = log_wants(level);
    if (!line->wanted)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &day);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &day);
    add_formatted(line, "time=%s.%03ldZ", date, now.tv_nsec / 1000000);
    add_formatted(line, " level=%s event=%s", level_names[level], event);
}

/* A bare word needs no quotes in logfmt; the empty one does, to be seen at all. */
static bool is_word(const char *value)
{
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == '"' || *p == '=' || *p == '\\' || *p == 127)
            return false;
    return *value;
}

/* Clients choose these bytes: a newline among them must not begin a line of the log. */
static void add_quoted(struct log_line *line, const char *value)
{
    add_byte(line, '"');
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;

        if (byte < ' ' || byte == 127)
            add_formatted(line, "\\x%02x", byte);
        else if (byte == '"' || byte == '\\')
            add_formatted(line, "\\%c", byte);
        else
            add_byte(line, *value);
    }
    add_byte(line, '"');
}

void log_text(struct log_line *line, const char *key, const char *value)
{
    if (!line->wanted)
        return;
    add_formatted(line, " %s=", key);
    if (is_word(value))
        add(line, value);
    else
        add_quoted(line, value);
}

void log_number(struct log_line *line, const char *key, uint64_t value)
{
    add_formatted(line, " %s=%" PRIu64, key, value);
}

void log_seconds(struct log_line *line, const char *key, uint64_t nanoseconds)
{
    add_formatted(line, " %s=%" PRIu64 ".%06" PRIu64, key, nanoseconds / 1000000000,
                  nanoseconds % 1000000000 / 1000);
}

/* One write, so that lines of several servers in one file stay whole. */
void log_end(struct log_line *line)
{
    ssize_t written;

    if (!line->wanted)
        return;
    line->text[line->len++] = '\n';
    written                 = write(STDERR_FILENO, line->text, line->len);
    (void)written; /* a log that is full or gone must not stop the server */
}
