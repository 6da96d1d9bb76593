/*
 * stmt/copy_options.c - what the options of a COPY come to, checked in PostgreSQL 18's order.
 *
 *   option, option, ...  ->  each by itself  ->  all together (copy_cross.c)  ->  pgcopy_format
 */
#include "stmt/copy_options.h"
#include "stmt/bigint.h"
#include "stmt/copy_cross.h"
#include "stmt/keywords.h"

#include "base/encoding.h"

#include <string.h>

typedef pgcopy_status option_handler(struct copy_options *o, const struct copy_option *opt);

/* ---- Errors and arguments of one option ------------------------------------------- */

static pgcopy_status at_option(const struct copy_options *o, const struct copy_option *opt)
{
    o->err->position = lexer_position(o->lex, opt->at);
    return PGCOPY_ERR_SQL;
}

static pgcopy_status conflict(const struct copy_options *o, const struct copy_option *opt)
{
    pgcopy_error_text(o->err, "42601", "conflicting or redundant options");
    return at_option(o, opt);
}

static pgcopy_status not_recognized(const struct copy_options *o, const struct copy_option *opt,
                                    const char *what)
{
    pgcopy_error_set(o->err, "22023", "COPY %s \"%s\" not recognized", what, opt->text);
    return at_option(o, opt);
}

static pgcopy_status bad_argument(const struct copy_options *o, const struct copy_option *opt,
                                  const char *must_be)
{
    pgcopy_error_set(o->err, "22023", "argument to option \"%s\" must be %s", opt->name,
                     must_be);
    return at_option(o, opt);
}

static pgcopy_status need_text(const struct copy_options *o, const struct copy_option *opt)
{
    if (opt->kind == ARG_NONE)
        return pgcopy_error_set(o->err, "42601", "%s requires a parameter", opt->name);
    return PGCOPY_OK;
}

/* Words of an option, where case does not count. */
static bool says(const struct copy_option *opt, const char *lower)
{
    return word_is((pgcopy_slice){(const uint8_t *)opt->text, strlen(opt->text)}, lower);
}

/* true false on off 1 0; nothing is true. */
static bool take_boolean(const struct copy_option *opt, bool *value)
{
    bool integer = opt->kind == ARG_INTEGER;

    *value = opt->kind == ARG_NONE ||
             (integer ? strcmp(opt->text, "1") == 0 : says(opt, "true") || says(opt, "on"));
    return *value ||
           (integer ? strcmp(opt->text, "0") == 0 : says(opt, "false") || says(opt, "off"));
}

/* ---- Each option by itself -------------------------------------------------------- */

static pgcopy_status set_format(struct copy_options *o, const struct copy_option *opt)
{
    if (strcmp(opt->text, "csv") == 0)
        o->format->kind = PGCOPY_FORMAT_CSV;
    else if (strcmp(opt->text, "binary") == 0)
        o->format->kind = PGCOPY_FORMAT_BINARY;
    else if (strcmp(opt->text, "text") != 0)
        return not_recognized(o, opt, "format");
    o->csv    = o->format->kind == PGCOPY_FORMAT_CSV;
    o->binary = o->format->kind == PGCOPY_FORMAT_BINARY;
    return PGCOPY_OK;
}

static pgcopy_status set_freeze(struct copy_options *o, const struct copy_option *opt)
{
    if (!take_boolean(opt, &o->format->freeze))
        return pgcopy_error_set(o->err, "42601", "%s requires a Boolean value", opt->name);
    return PGCOPY_OK;
}

static pgcopy_status set_delimiter(struct copy_options *o, const struct copy_option *opt)
{
    o->delimiter = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_null(struct copy_options *o, const struct copy_option *opt)
{
    o->format->null_string = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_default(struct copy_options *o, const struct copy_option *opt)
{
    o->format->default_string = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_header(struct copy_options *o, const struct copy_option *opt)
{
    bool line;

    if (take_boolean(opt, &line)) {
        o->format->header = line ? PGCOPY_HEADER_LINE : PGCOPY_HEADER_NONE;
        return PGCOPY_OK;
    }
    if (opt->kind == ARG_INTEGER || !says(opt, "match"))
        return pgcopy_error_set(o->err, "42601", "%s requires a Boolean value or \"match\"",
                                opt->name);
    if (!o->from)
        return pgcopy_error_set(o->err, "0A000", "cannot use \"%s\" with HEADER in COPY TO",
                                opt->text);
    o->format->header = PGCOPY_HEADER_MATCH;
    return PGCOPY_OK;
}

static pgcopy_status set_quote(struct copy_options *o, const struct copy_option *opt)
{
    o->quote = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_escape(struct copy_options *o, const struct copy_option *opt)
{
    o->escape = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status take_names(const struct copy_options *o, const struct copy_option *opt,
                                const char *const **names)
{
    if (opt->kind != ARG_STAR && opt->kind != ARG_LIST)
        return bad_argument(o, opt, "a list of column names");
    *names = opt->list;
    return PGCOPY_OK;
}

static pgcopy_status set_force_quote(struct copy_options *o, const struct copy_option *opt)
{
    return take_names(o, opt, &o->format->force_quote);
}

static pgcopy_status set_force_not_null(struct copy_options *o, const struct copy_option *opt)
{
    return take_names(o, opt, &o->format->force_not_null);
}

static pgcopy_status set_force_null(struct copy_options *o, const struct copy_option *opt)
{
    return take_names(o, opt, &o->format->force_null);
}

/* PostgreSQL has it for its own file_fdw, undocumented, and passes over it in COPY TO. */
static pgcopy_status set_selectively(struct copy_options *o, const struct copy_option *opt)
{
    static const char *const all[] = {NULL};

    if (opt->kind != ARG_NONE && opt->kind != ARG_LIST)
        return bad_argument(o, opt, "a list of column names");
    if (o->from)
        o->format->convert_selectively = opt->kind == ARG_LIST ? opt->list : all;
    return PGCOPY_OK;
}

static pgcopy_status set_encoding(struct copy_options *o, const struct copy_option *opt)
{
    if (!encoding_find(opt->text))
        return bad_argument(o, opt, "a valid encoding name");
    o->format->encoding = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_on_error(struct copy_options *o, const struct copy_option *opt)
{
    if (!o->from) {
        pgcopy_error_text(o->err, "22023", "COPY ON_ERROR cannot be used with COPY TO");
        return at_option(o, opt);
    }
    o->format->ignore_errors = says(opt, "ignore");
    if (!o->format->ignore_errors && !says(opt, "stop"))
        return not_recognized(o, opt, "ON_ERROR");
    return PGCOPY_OK;
}

/* An option of ours, which PostgreSQL refuses as unknown: so no COPY that it takes means
   something else here. */
static pgcopy_status set_on_database_error(struct copy_options      *o,
                                           const struct copy_option *opt)
{
    if (!o->from) {
        pgcopy_error_text(o->err, "22023",
                          "COPY ON_DATABASE_ERROR cannot be used with COPY TO");
        return at_option(o, opt);
    }
    o->format->ignore_refused = says(opt, "ignore");
    if (!o->format->ignore_refused && !says(opt, "stop"))
        return not_recognized(o, opt, "ON_DATABASE_ERROR");
    return PGCOPY_OK;
}

static pgcopy_status set_log_verbosity(struct copy_options *o, const struct copy_option *opt)
{
    if (says(opt, "silent"))
        o->format->verbosity = PGCOPY_VERBOSITY_SILENT;
    else if (says(opt, "verbose"))
        o->format->verbosity = PGCOPY_VERBOSITY_VERBOSE;
    else if (!says(opt, "default"))
        return not_recognized(o, opt, "LOG_VERBOSITY");
    return PGCOPY_OK;
}

static pgcopy_status set_reject_limit(struct copy_options *o, const struct copy_option *opt)
{
    int64_t       limit  = 0;
    pgcopy_status status = PGCOPY_OK;

    if (opt->kind == ARG_NONE || opt->kind == ARG_STAR || opt->kind == ARG_LIST)
        return pgcopy_error_set(o->err, "42601", "%s requires a numeric value", opt->name);
    status = bigint_read(opt->text, &limit, o->err);
    if (status != PGCOPY_OK)
        return status;
    if (limit <= 0)
        return pgcopy_error_set(
            o->err, "22023", "REJECT_LIMIT (%lld) must be greater than zero", (long long)limit);
    o->format->reject_limit = (uint64_t)limit;
    return PGCOPY_OK;
}

/* ---- All options, as written ------------------------------------------------------ */

enum text_rule {
    TEXT_ANY,
    TEXT_NEEDED,
    TEXT_NEEDED_FIRST /* even before a duplicate is seen */
};

static const struct {
    const char     *name;
    enum text_rule  text;
    option_handler *handle;
} known[] = {
    {"format", TEXT_NEEDED_FIRST, set_format},
    {"freeze", TEXT_ANY, set_freeze},
    {"delimiter", TEXT_NEEDED, set_delimiter},
    {"null", TEXT_NEEDED, set_null},
    {"default", TEXT_NEEDED, set_default},
    {"header", TEXT_ANY, set_header},
    {"quote", TEXT_NEEDED, set_quote},
    {"escape", TEXT_NEEDED, set_escape},
    {"force_quote", TEXT_ANY, set_force_quote},
    {"force_not_null", TEXT_ANY, set_force_not_null},
    {"force_null", TEXT_ANY, set_force_null},
    {"convert_selectively", TEXT_ANY, set_selectively},
    {"encoding", TEXT_NEEDED, set_encoding},
    {"on_error", TEXT_NEEDED, set_on_error},
    {"on_database_error", TEXT_NEEDED, set_on_database_error},
    {"log_verbosity", TEXT_NEEDED, set_log_verbosity},
    {"reject_limit", TEXT_ANY, set_reject_limit},
};

enum { KNOWN = sizeof known / sizeof *known };

static pgcopy_status unknown_option(const struct copy_options *o, const struct copy_option *opt)
{
    pgcopy_error_set(o->err, "42601", "option \"%s\" not recognized", opt->name);
    return at_option(o, opt);
}

static pgcopy_status check_option(struct copy_options *o, const struct copy_option *opt,
                                  uint32_t *seen)
{
    pgcopy_status status = PGCOPY_OK;
    size_t        i      = 0;

    while (i < KNOWN && strcmp(opt->name, known[i].name) != 0)
        i++;
    if (i == KNOWN)
        return unknown_option(o, opt);
    if (known[i].text == TEXT_NEEDED_FIRST)
        status = need_text(o, opt);
    if (status == PGCOPY_OK && (*seen >> i & 1))
        return conflict(o, opt);
    *seen |= (uint32_t)1 << i;
    if (status == PGCOPY_OK && known[i].text == TEXT_NEEDED)
        status = need_text(o, opt);
    return status == PGCOPY_OK ? known[i].handle(o, opt) : status;
}

pgcopy_status copy_options_check(const struct lexer *lex, const struct copy_option *first,
                                 bool from, pgcopy_format *format, pgcopy_error *err)
{
    struct copy_options o      = {.lex = lex, .format = format, .err = err, .from = from};
    uint32_t            seen   = 0;
    pgcopy_status       status = PGCOPY_OK;

    for (; first && status == PGCOPY_OK; first = first->next)
        status = check_option(&o, first, &seen);
    if (status == PGCOPY_OK)
        status = copy_cross_check(&o);
    format->delimiter = o.delimiter ? *o.delimiter : '\0';
    format->quote     = o.quote ? *o.quote : '\0';
    format->escape    = o.escape ? *o.escape : '\0';
    return status;
}
