/* log.h - one logfmt line an event on standard error; the loop's thread alone writes them. */
#ifndef PGCOPYD_LOG_H
#define PGCOPYD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* A line that is being made; what no longer fits into it is cut. */
struct log_line {
    bool   wanted;
    size_t len;
    char   text[2048];
};

/* What is less important than this is not written.  LOG_LEVEL_INFO at first. */
void log_set_level(enum log_level level);
bool log_wants(enum log_level level);

/* "error", "warning", "info" or "debug"; false for any other word. */
bool log_level_named(const char *name, enum log_level *level);

/* begin, any number of key=value, end.  Values may hold any bytes, keys are ours. */
void log_begin(struct log_line *line, enum log_level level, const char *event);
void log_text(struct log_line *line, const char *key, const char *value);
void log_number(struct log_line *line, const char *key, uint64_t value);
void log_seconds(struct log_line *line, const char *key, uint64_t nanoseconds);
void log_end(struct log_line *line);

#endif
