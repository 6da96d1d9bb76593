/*
 * stmt/copy_options.c - what the options of a COPY come to, checked in PostgreSQL 18's order.
 *
 *   option, option, ...  ->  each by itself  ->  all together  ->  pgcopy_format
 */
#include "stmt/copy_options.h"
#include "stmt/keywords.h"

#include "base/encoding.h"

#include <stdlib.h>
#include <string.h>

/* The strings as written, while their length is not checked yet; NULL: not said. */
struct options {
    const struct lexer *lex;
    pgcopy_format      *format;
    pgcopy_error       *err;
    const char         *delimiter;
    const char         *quote;
    const char         *escape;
    bool                from;
    bool                csv;
    bool                binary;
};

typedef pgcopy_status option_handler(struct options *o, const struct copy_option *opt);

/* ---- Errors and arguments of one option ------------------------------------------- */

static pgcopy_status at_option(const struct options *o, const struct copy_option *opt)
{
    o->err->position = lexer_position(o->lex, opt->at);
    return PGCOPY_ERR_SQL;
}

static pgcopy_status conflict(const struct options *o, const struct copy_option *opt)
{
    pgcopy_error_text(o->err, "42601", "conflicting or redundant options");
    return at_option(o, opt);
}

static pgcopy_status not_recognized(const struct options *o, const struct copy_option *opt,
                                    const char *what)
{
    pgcopy_error_set(o->err, "22023", "COPY %s \"%s\" not recognized", what, opt->text);
    return at_option(o, opt);
}

static pgcopy_status bad_argument(const struct options *o, const struct copy_option *opt,
                                  const char *must_be)
{
    pgcopy_error_set(o->err, "22023", "argument to option \"%s\" must be %s", opt->name,
                     must_be);
    return at_option(o, opt);
}

static pgcopy_status need_text(const struct options *o, const struct copy_option *opt)
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

static pgcopy_status set_format(struct options *o, const struct copy_option *opt)
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

static pgcopy_status set_freeze(struct options *o, const struct copy_option *opt)
{
    if (!take_boolean(opt, &o->format->freeze))
        return pgcopy_error_set(o->err, "42601", "%s requires a Boolean value", opt->name);
    return PGCOPY_OK;
}

static pgcopy_status set_delimiter(struct options *o, const struct copy_option *opt)
{
    o->delimiter = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_null(struct options *o, const struct copy_option *opt)
{
    o->format->null_string = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_default(struct options *o, const struct copy_option *opt)
{
    o->format->default_string = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_header(struct options *o, const struct copy_option *opt)
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

static pgcopy_status set_quote(struct options *o, const struct copy_option *opt)
{
    o->quote = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_escape(struct options *o, const struct copy_option *opt)
{
    o->escape = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status take_names(const struct options *o, const struct copy_option *opt,
                                const char *const **names)
{
    if (opt->kind != ARG_STAR && opt->kind != ARG_LIST)
        return bad_argument(o, opt, "a list of column names");
    *names = opt->list;
    return PGCOPY_OK;
}

static pgcopy_status set_force_quote(struct options *o, const struct copy_option *opt)
{
    return take_names(o, opt, &o->format->force_quote);
}

static pgcopy_status set_force_not_null(struct options *o, const struct copy_option *opt)
{
    return take_names(o, opt, &o->format->force_not_null);
}

static pgcopy_status set_force_null(struct options *o, const struct copy_option *opt)
{
    return take_names(o, opt, &o->format->force_null);
}

/* PostgreSQL has it for its own file_fdw, undocumented, and passes over it in COPY TO. */
static pgcopy_status set_selectively(struct options *o, const struct copy_option *opt)
{
    static const char *const all[] = {NULL};

    if (opt->kind != ARG_NONE && opt->kind != ARG_LIST)
        return bad_argument(o, opt, "a list of column names");
    if (o->from)
        o->format->convert_selectively = opt->kind == ARG_LIST ? opt->list : all;
    return PGCOPY_OK;
}

static pgcopy_status set_encoding(struct options *o, const struct copy_option *opt)
{
    if (!encoding_find(opt->text))
        return bad_argument(o, opt, "a valid encoding name");
    o->format->encoding = opt->text;
    return PGCOPY_OK;
}

static pgcopy_status set_on_error(struct options *o, const struct copy_option *opt)
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
static pgcopy_status set_on_database_error(struct options *o, const struct copy_option *opt)
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

static pgcopy_status set_log_verbosity(struct options *o, const struct copy_option *opt)
{
    if (says(opt, "silent"))
        o->format->verbosity = PGCOPY_VERBOSITY_SILENT;
    else if (says(opt, "verbose"))
        o->format->verbosity = PGCOPY_VERBOSITY_VERBOSE;
    else if (!says(opt, "default"))
        return not_recognized(o, opt, "LOG_VERBOSITY");
    return PGCOPY_OK;
}

/* ---- REJECT_LIMIT: a bigint, as PostgreSQL reads one from text -------------------- */

/* Digits, single underscores between or before them when a base was said; to the first other.
 */
static bool take_bigint_digits(const char **text, unsigned base, uint64_t *n, bool *over)
{
    bool any = false;

    for (;; any = true) {
        const char *at    = *text + ((any || base != 10) && **text == '_');
        char        c     = ascii_lower(*at);
        unsigned    digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                            : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                   : 16;
        if (digit >= base)
            return any && at == *text;
        if (*n > (UINT64_MAX - digit) / base)
            *over = true;
        *n    = *n * base + digit;
        *text = at + 1;
    }
}

static unsigned take_base(const char **text)
{
    char letter = **text == '0' ? ascii_lower((*text)[1]) : 0;

    if (letter != 'x' && letter != 'o' && letter != 'b')
        return 10;
    *text += 2;
    return letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
}

static const char *skip_spaces(const char *text)
{
    while (lexer_is_space((uint8_t)*text))
        text++;
    return text;
}

static pgcopy_status take_bigint(const struct options *o, const char *text, int64_t *value)
{
    const char *at    = skip_spaces(text);
    bool        minus = *at == '-';
    bool        over  = false;
    uint64_t    n     = 0;
    unsigned    base;

    at += *at == '-' || *at == '+';
    base = take_base(&at);
    if (!take_bigint_digits(&at, base, &n, &over) || *skip_spaces(at))
        return pgcopy_error_set(o->err, "22P02", "invalid input syntax for type bigint: \"%s\"",
                                text);
    if (over || n > (uint64_t)INT64_MAX + minus)
        return pgcopy_error_set(o->err, "22003", "value \"%s\" is out of range for type bigint",
                                text);
    *value = minus ? (int64_t)(0 - n) : (int64_t)n;
    return PGCOPY_OK;
}

static pgcopy_status set_reject_limit(struct options *o, const struct copy_option *opt)
{
    int64_t       limit  = 0;
    pgcopy_status status = PGCOPY_OK;

    if (opt->kind == ARG_NONE || opt->kind == ARG_STAR || opt->kind == ARG_LIST)
        return pgcopy_error_set(o->err, "42601", "%s requires a numeric value", opt->name);
    status = take_bigint(o, opt->text, &limit);
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

static pgcopy_status unknown_option(const struct options *o, const struct copy_option *opt)
{
    pgcopy_error_set(o->err, "42601", "option \"%s\" not recognized", opt->name);
    return at_option(o, opt);
}

static pgcopy_status check_option(struct options *o, const struct copy_option *opt,
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

/* ---- All options together: the cross checks, in order ---------------------------------------
 */

typedef pgcopy_status cross_check(struct options *o);

static char delimiter_of(const struct options *o)
{
    return o->delimiter ? *o->delimiter : o->csv ? ',' : '\t';
}

static char quote_of(const struct options *o)
{
    return o->quote ? *o->quote : '"';
}

static const char *null_of(const struct options *o)
{
    return o->format->null_string ? o->format->null_string : o->csv ? "" : "\\N";
}

static pgcopy_status bad_in_binary(const struct options *o, const char *what)
{
    return pgcopy_error_set(o->err, "42601", "cannot specify %s in BINARY mode", what);
}

static pgcopy_status check_binary(struct options *o)
{
    if (o->binary && o->delimiter)
        return bad_in_binary(o, "DELIMITER");
    if (o->binary && o->format->null_string)
        return bad_in_binary(o, "NULL");
    if (o->binary && o->format->default_string)
        return bad_in_binary(o, "DEFAULT");
    return PGCOPY_OK;
}

static pgcopy_status not_one_byte(const struct options *o, const char *what)
{
    return pgcopy_error_set(o->err, "0A000", "COPY %s must be a single one-byte character",
                            what);
}

static pgcopy_status check_delimiter(struct options *o)
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

static pgcopy_status check_newlines(struct options *o)
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
static pgcopy_status check_unsafe(struct options *o)
{
    char c = delimiter_of(o);

    if (!o->csv && strchr("\\.abcdefghijklmnopqrstuvwxyz0123456789", c))
        return pgcopy_error_set(o->err, "22023", "COPY delimiter cannot be \"%c\"", c);
    return PGCOPY_OK;
}

static pgcopy_status check_header(struct options *o)
{
    if (o->binary && o->format->header != PGCOPY_HEADER_NONE)
        return pgcopy_error_text(o->err, "0A000", "cannot specify HEADER in BINARY mode");
    return PGCOPY_OK;
}

static pgcopy_status needs_csv(const struct options *o, const char *what)
{
    return pgcopy_error_set(o->err, "0A000", "COPY %s requires CSV mode", what);
}

static pgcopy_status check_quote(struct options *o)
{
    if (!o->csv && o->quote)
        return needs_csv(o, "QUOTE");
    if (o->csv && o->quote && strlen(o->quote) != 1)
        return not_one_byte(o, "quote");
    if (o->csv && delimiter_of(o) == quote_of(o))
        return pgcopy_error_text(o->err, "22023", "COPY delimiter and quote must be different");
    return PGCOPY_OK;
}

static pgcopy_status check_escape(struct options *o)
{
    if (!o->csv && o->escape)
        return needs_csv(o, "ESCAPE");
    if (o->csv && o->escape && strlen(o->escape) != 1)
        return not_one_byte(o, "escape");
    return PGCOPY_OK;
}

static pgcopy_status check_force_of(const struct options *o, const char *const *names,
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

static pgcopy_status check_force(struct options *o)
{
    const pgcopy_format *f = o->format;

    if (check_force_of(o, f->force_quote, "FORCE_QUOTE", false) < 0 ||
        check_force_of(o, f->force_not_null, "FORCE_NOT_NULL", true) < 0 ||
        check_force_of(o, f->force_null, "FORCE_NULL", true) < 0)
        return PGCOPY_ERR_SQL;
    return PGCOPY_OK;
}

static pgcopy_status must_not_appear(const struct options *o, const char *sqlstate,
                                     const char *who, const char *where)
{
    return pgcopy_error_set(o->err, sqlstate,
                            "%s character must not appear in the %s specification", who, where);
}

static pgcopy_status check_null(struct options *o)
{
    if (strchr(null_of(o), delimiter_of(o)))
        return must_not_appear(o, "22023", "COPY delimiter", "NULL");
    if (o->csv && strchr(null_of(o), quote_of(o)))
        return must_not_appear(o, "22023", "CSV quote", "NULL");
    return PGCOPY_OK;
}

static pgcopy_status check_freeze(struct options *o)
{
    if (o->format->freeze && !o->from)
        return pgcopy_error_text(o->err, "22023", "COPY FREEZE cannot be used with COPY TO");
    return PGCOPY_OK;
}

static pgcopy_status check_default(struct options *o)
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

static pgcopy_status check_on_error(struct options *o)
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

pgcopy_status copy_options_check(const struct lexer *lex, const struct copy_option *first,
                                 bool from, pgcopy_format *format, pgcopy_error *err)
{
    struct options o      = {.lex = lex, .format = format, .err = err, .from = from};
    uint32_t       seen   = 0;
    pgcopy_status  status = PGCOPY_OK;

    for (; first && status == PGCOPY_OK; first = first->next)
        status = check_option(&o, first, &seen);
    for (size_t i = 0; status == PGCOPY_OK && i < sizeof together / sizeof *together; i++)
        status = together[i](&o);
    format->delimiter = o.delimiter ? *o.delimiter : '\0';
    format->quote     = o.quote ? *o.quote : '\0';
    format->escape    = o.escape ? *o.escape : '\0';
    return status;
}
