/* wire/error.c - ErrorResponse and NoticeResponse, their fields in PostgreSQL's order (protocol
   54.8). */
#include <pgcopy/wire.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *severity_text(pgcopy_severity severity)
{
    switch (severity) {
    case PGCOPY_SEVERITY_ERROR:
        return "ERROR";
    case PGCOPY_SEVERITY_FATAL:
        return "FATAL";
    case PGCOPY_SEVERITY_WARNING:
        return "WARNING";
    case PGCOPY_SEVERITY_NOTICE:
        return "NOTICE";
    case PGCOPY_SEVERITY_INFO:
        return "INFO";
    case PGCOPY_SEVERITY_LOG:
        return "LOG";
    case PGCOPY_SEVERITY_DEBUG:
        return "DEBUG";
    }
    return "ERROR";
}

static bool is_error(pgcopy_severity severity)
{
    return severity == PGCOPY_SEVERITY_ERROR || severity == PGCOPY_SEVERITY_FATAL;
}

/* C is always there; what PostgreSQL says when no one gave one. */
static const char *sqlstate_of(const pgcopy_error *err)
{
    if (err->sqlstate[0])
        return err->sqlstate;
    if (is_error(err->severity))
        return "XX000";
    return err->severity == PGCOPY_SEVERITY_WARNING ? "01000" : "00000";
}

static void write_field(pgcopy_buf *out, char field, const char *text)
{
    if (text[0]) {
        pgcopy_buf_append(out, &field, 1);
        pgcopy_write_str(out, text);
    }
}

/* Text and what it had no room for. */
static void write_long_field(pgcopy_buf *out, char field, const char *text, const char *more)
{
    if (!text[0])
        return;
    pgcopy_buf_append(out, &field, 1);
    pgcopy_buf_append(out, text, strlen(text));
    pgcopy_write_str(out, more);
}

static void write_position(pgcopy_buf *out, uint32_t position)
{
    char number[16] = "";

    if (position)
        snprintf(number, sizeof number, "%" PRIu32, position);
    write_field(out, 'P', number);
}

void pgcopy_write_error(pgcopy_buf *out, const pgcopy_error *err)
{
    const char *severity = severity_text(err->severity);
    size_t      begun    = pgcopy_write_begin(out, is_error(err->severity) ? 'E' : 'N');

    write_field(out, 'S', severity);
    write_field(out, 'V', severity);
    write_field(out, 'C', sqlstate_of(err));
    write_long_field(out, 'M', err->message[0] ? err->message : "missing error text",
                     err->message_more);
    write_long_field(out, 'D', err->detail, err->detail_more);
    write_field(out, 'H', err->hint);
    write_field(out, 'W', err->where);
    write_field(out, 's', err->schema);
    write_field(out, 't', err->table);
    write_field(out, 'c', err->column);
    write_field(out, 'd', err->type);
    write_field(out, 'n', err->constraint);
    write_position(out, err->position);
    pgcopy_buf_append(out, "", 1);
    pgcopy_write_end(out, begun);
}
