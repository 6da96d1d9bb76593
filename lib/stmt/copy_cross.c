/*
 * stmt/copy_cross.c - what the options of a COPY may not be together, in PostgreSQL 18's order
 * (ProcessCopyOptions).
 */
#include "stmt/copy_cross.h"

#include <string.h>

typedef pgcopy_status cross_check(const struct copy_options *o);

static char delimiter_of(const struct copy_options *o)
{
    return o->delimiter ? *o->delimiter : o->csv ? ',' : '\t';
}

static char quote_of(const struct copy_options *o)
{
    return o->quote ? *o->quote : '"';
}

static const char *null_of(const struct copy_options *o)
{
    return o->format->null_string ? o->format->null_string : o->csv ? "" : "\\N";
}

static pgcopy_status bad_in_binary(const struct copy_options *o, const char *what)
{
    return pgcopy_error_set(o->err, "42601", "cannot specify %s in BINARY mode", what);
}

static pgcopy_status check_binary(const struct copy_options *o)
{
    if (o->binary && o->delimiter)
        return bad_in_binary(o, "DELIMITER");
    if (o->binary && o->format->null_string)
        return bad_in_binary(o, "NULL");
    if (o->binary && o->format->default_string)
        return bad_in_binary(o, "DEFAULT");
    return PGCOPY_OK;
}

static pgcopy_status not_one_byte(const struct copy_options *o, const char *what)
{
    return pgcopy_error_set(o->err, "0A000", "COPY %s must be a single one-byte character",
                            what);
}

static pgcopy_status check_delimiter(const struct copy_options *o)
{
    if (!o->delimiter)
        return PGCOPY_OK;
    if (strlen(o->delimiter) != 1)
        return not_one_byte(o, "delimiter");
    if (strpbrk(o->delimiter, "\r\n"))
        return pgcopy_error_text(o->err, "22023",
                                 "COPY delimiter cannot be newline or carriage return");
    return PGCOPY_OK;
}

static pgcopy_status check_newlines(const struct copy_options *o)
{
    if (strpbrk(null_of(o), "\r\n"))
        return pgcopy_error_text(
            o->err, "22023", "COPY null representation cannot use newline or carriage return");
    if (o->format->default_string && strpbrk(o->format->default_string, "\r\n"))
        return pgcopy_error_text(
            o->err, "22023",
            "COPY default representation cannot use newline or carriage return");
    return PGCOPY_OK;
}

/* What a backslash before it would mean in the text format. */
static pgcopy_status check_unsafe(const struct copy_options *o)
{
    char c = delimiter_of(o);

    if (!o->csv && strchr("\\.abcdefghijklmnopqrstuvwxyz0123456789", c))
        return pgcopy_error_set(o->err, "22023", "COPY delimiter cannot be \"%c\"", c);
    return PGCOPY_OK;
}

static pgcopy_status check_header(const struct copy_options *o)
{
    if (o->binary && o->format->header != PGCOPY_HEADER_NONE)
        return pgcopy_error_text(o->err, "0A000", "cannot specify HEADER in BINARY mode");
    return PGCOPY_OK;
}

static pgcopy_status needs_csv(const struct copy_options *o, const char *what)
{
    return pgcopy_error_set(o->err, "0A000", "COPY %s requires CSV mode", what);
}

static pgcopy_status check_quote(const struct copy_options *o)
{
    if (!o->csv && o->quote)
        return needs_csv(o, "QUOTE");
    if (o->csv && o->quote && strlen(o->quote) != 1)
        return not_one_byte(o, "quote");
    if (o->csv && delimiter_of(o) == quote_of(o))
        return pgcopy_error_text(o->err, "22023", "COPY delimiter and quote must be different");
    return PGCOPY_OK;
}

static pgcopy_status check_escape(const struct copy_options *o)
{
    if (!o->csv && o->escape)
        return needs_csv(o, "ESCAPE");
    if (o->csv && o->escape && strlen(o->escape) != 1)
        return not_one_byte(o, "escape");
    return PGCOPY_OK;
}

static pgcopy_status check_force_of(const struct copy_options *o, const char *const *names,
                                    const char *what, bool for_from)
{
    if (names && !o->csv)
        return needs_csv(o, what);
    if (names && for_from != o->from)
        return pgcopy_error_set(o->err, for_from ? "22023" : "0A000",
                                "COPY %s cannot be used with COPY %s", what,
                                o->from ? "FROM" : "TO");
    return PGCOPY_OK;
}

static pgcopy_status check_force(const struct copy_options *o)
{
    const pgcopy_format *f = o->format;

    if (check_force_of(o, f->force_quote, "FORCE_QUOTE", false) < 0 ||
        check_force_of(o, f->force_not_null, "FORCE_NOT_NULL", true) < 0 ||
        check_force_of(o, f->force_null, "FORCE_NULL", true) < 0)
        return PGCOPY_ERR_SQL;
    return PGCOPY_OK;
}

static pgcopy_status must_not_appear(const struct copy_options *o, const char *sqlstate,
                                     const char *who, const char *where)
{
    return pgcopy_error_set(o->err, sqlstate,
                            "%s character must not appear in the %s specification", who, where);
}

static pgcopy_status check_null(const struct copy_options *o)
{
    if (strchr(null_of(o), delimiter_of(o)))
        return must_not_appear(o, "22023", "COPY delimiter", "NULL");
    if (o->csv && strchr(null_of(o), quote_of(o)))
        return must_not_appear(o, "22023", "CSV quote", "NULL");
    return PGCOPY_OK;
}

static pgcopy_status check_freeze(const struct copy_options *o)
{
    if (o->format->freeze && !o->from)
        return pgcopy_error_text(o->err, "22023", "COPY FREEZE cannot be used with COPY TO");
    return PGCOPY_OK;
}

static pgcopy_status check_default(const struct copy_options *o)
{
    const char *text = o->format->default_string;

    if (!text)
        return PGCOPY_OK;
    if (!o->from)
        return pgcopy_error_text(o->err, "0A000", "COPY DEFAULT cannot be used with COPY TO");
    if (strchr(text, delimiter_of(o)))
        return must_not_appear(o, "0A000", "COPY delimiter", "DEFAULT");
    if (o->csv && strchr(text, quote_of(o)))
        return must_not_appear(o, "0A000", "CSV quote", "DEFAULT");
    if (strcmp(text, null_of(o)) == 0)
        return pgcopy_error_text(
            o->err, "0A000", "NULL specification and DEFAULT specification cannot be the same");
    return PGCOPY_OK;
}

static pgcopy_status check_on_error(const struct copy_options *o)
{
    if (o->binary && o->format->ignore_errors)
        return pgcopy_error_text(o->err, "42601",
                                 "only ON_ERROR STOP is allowed in BINARY mode");
    if (o->format->reject_limit && !o->format->ignore_errors && !o->format->ignore_refused)
        return pgcopy_error_text(o->err, "22023",
                                 "COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE");
    return PGCOPY_OK;
}

static cross_check *const together[] = {
    check_binary, check_delimiter, check_newlines, check_unsafe, check_header,  check_quote,
    check_escape, check_force,     check_null,     check_freeze, check_default, check_on_error};

pgcopy_status copy_cross_check(const struct copy_options *o)
{
    pgcopy_status status = PGCOPY_OK;

    for (size_t i = 0; status == PGCOPY_OK && i < sizeof together / sizeof *together; i++)
        status = together[i](o);
    return status;
}
