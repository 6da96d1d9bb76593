/* base/error.c - the words of a status, and errors as values. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *pgcopy_strerror(pgcopy_status status)
{
    switch (status) {
    case PGCOPY_OK:
        return "done";
    case PGCOPY_AGAIN:
        return "more input is needed";
    case PGCOPY_FULL:
        return "there are rows to use first";
    case PGCOPY_END:
        return "that was all";
    case PGCOPY_ERR_NOMEM:
        return "out of memory";
    case PGCOPY_ERR_USAGE:
        return "a wrong argument, or a call out of turn";
    case PGCOPY_ERR_PROTOCOL:
        return "protocol violation";
    case PGCOPY_ERR_DATA:
        return "invalid COPY data";
    case PGCOPY_ERR_LIMIT:
        return "over a limit";
    case PGCOPY_ERR_UNSUPPORTED:
        return "not supported";
    case PGCOPY_ERR_SQL:
        return "refused";
    case PGCOPY_ERR_LOST:
        return "the database connection is lost";
    }
    return "unknown status";
}

const char *pgcopy_version(void)
{
    return PGCOPY_VERSION;
}

unsigned pgcopy_version_num(void)
{
    return PGCOPY_VERSION_NUM;
}

static void error_clear(pgcopy_error *err, const char *sqlstate)
{
    memset(err, 0, sizeof *err);
    text_add(err->sqlstate, sizeof err->sqlstate, sqlstate, strlen(sqlstate));
}

pgcopy_status pgcopy_error_set(pgcopy_error *err, const char *sqlstate, const char *fmt, ...)
{
    char    text[sizeof err->message + sizeof err->message_more]; /* and for what is cut */
    va_list ap;

    if (!err)
        return PGCOPY_ERR_SQL;
    error_clear(err, sqlstate);
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_add_message(err, text, strlen(text));
    return PGCOPY_ERR_SQL;
}

pgcopy_status pgcopy_error_text(pgcopy_error *err, const char *sqlstate, const char *message)
{
    if (!err)
        return PGCOPY_ERR_SQL;
    error_clear(err, sqlstate);
    text_add_message(err, message, strlen(message));
    return PGCOPY_ERR_SQL;
}
