/* codec/format.c - fills in the defaults of a format and refuses what cannot be read back. */
#include "codec/format.h"

#include "base/text.h"

#include <string.h>

/* ---- Encodings ---------------------------------------------------------------------- */

/*
 * Values are handed on in UTF-8.  SQL_ASCII means that nobody vouches for the bytes, and they
 * are handed on as they are (PostgreSQL does the same); others are converted (transcode.h).
 */
static pgcopy_status set_encoding(struct codec_format *f, const char *name, pgcopy_error *err)
{
    f->encoding = encoding_find(name ? name : "UTF8");
    if (!f->encoding)
        return pgcopy_error_set(
            err, "22023", "argument to option \"encoding\" must be a valid encoding name");
    f->verify = f->encoding->kind != ENCODING_SQL_ASCII;
    return PGCOPY_OK;
}

bool format_is_foreign(const struct codec_format *f)
{
    return f->kind != PGCOPY_FORMAT_BINARY && f->encoding->kind != ENCODING_UTF8 &&
           f->encoding->kind != ENCODING_SQL_ASCII;
}

/* ---- Checks: those of PostgreSQL without which rows could not be told apart --------- */

static bool holds(pgcopy_slice text, uint8_t c)
{
    return text.len && memchr(text.data, c, text.len);
}

static bool holds_line_end(pgcopy_slice text)
{
    return holds(text, '\n') || holds(text, '\r');
}

/*
 * In the order and the words of ProcessCopyOptions, without the checks of what is merely no
 * use: those are for the statement.  A byte above 0x7F is no character of UTF-8, so as a
 * delimiter it would cut characters.
 */
static pgcopy_status check_letters(const struct codec_format *f, pgcopy_error *err)
{
    if (f->delim >= 0x80 && f->verify)
        return pgcopy_error_set(err, "0A000",
                                "COPY delimiter must be a single one-byte character");
    if (f->delim == '\n' || f->delim == '\r')
        return pgcopy_error_set(err, "22023",
                                "COPY delimiter cannot be newline or carriage return");
    if (holds_line_end(f->null_text))
        return pgcopy_error_set(
            err, "22023", "COPY null representation cannot use newline or carriage return");
    if (holds_line_end(f->default_text))
        return pgcopy_error_set(
            err, "22023", "COPY default representation cannot use newline or carriage return");
    if (f->kind == PGCOPY_FORMAT_TEXT &&
        strchr("\\.abcdefghijklmnopqrstuvwxyz0123456789", f->delim))
        return pgcopy_error_set(err, "22023", "COPY delimiter cannot be \"%c\"", f->delim);
    return PGCOPY_OK;
}

/* PostgreSQL allows QUOTE and ESCAPE to be CR or LF, and ESCAPE to be the delimiter. */
static pgcopy_status check_quotes(const struct codec_format *f, pgcopy_error *err)
{
    if (f->kind != PGCOPY_FORMAT_CSV)
        return PGCOPY_OK;
    if (f->quote >= 0x80 && f->verify)
        return pgcopy_error_set(err, "0A000", "COPY quote must be a single one-byte character");
    if (f->delim == f->quote)
        return pgcopy_error_set(err, "22023", "COPY delimiter and quote must be different");
    if (f->escape >= 0x80 && f->verify)
        return pgcopy_error_set(err, "0A000",
                                "COPY escape must be a single one-byte character");
    return PGCOPY_OK;
}

/* A marker that holds a delimiter or a quote could never be met whole. */
static pgcopy_status check_markers(const struct codec_format *f, pgcopy_error *err)
{
    bool csv = f->kind == PGCOPY_FORMAT_CSV;

    if (holds(f->null_text, f->delim))
        return pgcopy_error_set(
            err, "22023", "COPY delimiter character must not appear in the NULL specification");
    if (csv && holds(f->null_text, f->quote))
        return pgcopy_error_set(
            err, "22023", "CSV quote character must not appear in the NULL specification");
    if (!f->has_default)
        return PGCOPY_OK;
    if (holds(f->default_text, f->delim))
        return pgcopy_error_set(
            err, "0A000",
            "COPY delimiter character must not appear in the DEFAULT specification");
    if (csv && holds(f->default_text, f->quote))
        return pgcopy_error_set(
            err, "0A000", "CSV quote character must not appear in the DEFAULT specification");
    if (f->null_text.len == f->default_text.len &&
        !memcmp(f->null_text.data, f->default_text.data, f->null_text.len))
        return pgcopy_error_set(
            err, "0A000", "NULL specification and DEFAULT specification cannot be the same");
    return PGCOPY_OK;
}

static pgcopy_status check_format(const struct codec_format *f, pgcopy_error *err)
{
    pgcopy_status rc = check_letters(f, err);

    if (rc == PGCOPY_OK)
        rc = check_quotes(f, err);
    if (rc == PGCOPY_OK)
        rc = check_markers(f, err);
    return rc;
}

/* ---- Columns ------------------------------------------------------------------------ */

static pgcopy_status no_memory(pgcopy_error *err)
{
    pgcopy_error_set(err, "53200", "out of memory");
    return PGCOPY_ERR_NOMEM;
}

/* The names are copied, because the caller's columns may go before the decoder does.  Of a
   column that is not known a default is taken to exist: the database knows better. */
static pgcopy_status copy_columns(struct codec_format *f, const pgcopy_columns *columns,
                                  pgcopy_error *err)
{
    f->any   = (struct codec_column){.name = "", .has_default = true};
    f->known = columns != NULL;
    f->ncols = columns ? pgcopy_columns_count(columns) : 0;
    if (!f->ncols)
        return PGCOPY_OK;
    f->columns = arena_alloc(&f->memory, f->ncols * sizeof *f->columns);
    if (!f->columns)
        return no_memory(err);
    for (size_t i = 0; i < f->ncols; i++) {
        const pgcopy_column *col = pgcopy_columns_at(columns, i);
        f->columns[i].name       = arena_dup(&f->memory, col->name, strlen(col->name));
        if (!f->columns[i].name)
            return no_memory(err);
        f->columns[i].has_default = col->has_default;
    }
    return PGCOPY_OK;
}

enum mark { FORCE_QUOTE, FORCE_NULL, FORCE_NOT_NULL, SELECTED };

static void mark(struct codec_column *col, enum mark what)
{
    bool *marks[] = {&col->force_quote, &col->force_null, &col->force_not_null,
                     &col->unselected};

    *marks[what] = what != SELECTED;
}

static size_t mark_like(struct codec_format *f, const char *name, enum mark what,
                        bool (*same)(const char *a, const char *b))
{
    size_t found = 0;

    for (size_t i = 0; i < f->ncols; i++)
        if (same(f->columns[i].name, name)) {
            mark(&f->columns[i], what);
            found++;
        }
    return found;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* As it is written, or else as the database may have it: many keep the case of names that
   PostgreSQL folds.  A query may give a name twice. */
static bool mark_name(struct codec_format *f, const char *name, enum mark what)
{
    return mark_like(f, name, what, same_text) || mark_like(f, name, what, text_finds_name);
}

/* A name that no column has is refused: to drop the mark would give other values in silence. */
static pgcopy_status mark_columns(struct codec_format *f, const char *const *names,
                                  enum mark what, pgcopy_error *err)
{
    static const char *const words[] = {"FORCE_QUOTE", "FORCE_NULL", "FORCE_NOT_NULL",
                                        "selected"};

    if (names && *names && !strcmp(*names, "*")) {
        mark(&f->any, what);
        for (size_t i = 0; i < f->ncols; i++)
            mark(&f->columns[i], what);
        return PGCOPY_OK;
    }
    for (; names && *names; names++)
        if (!mark_name(f, *names, what))
            return pgcopy_error_set(err, "42P10", "%s column \"%.63s\" not referenced by COPY",
                                    words[what], *names);
    return PGCOPY_OK;
}

/* Binary values are converted whatever was selected (CopyFromBinaryOneRow). */
static pgcopy_status select_columns(struct codec_format *f, const char *const *names,
                                    pgcopy_error *err)
{
    if (!names || !*names || f->kind == PGCOPY_FORMAT_BINARY)
        return PGCOPY_OK;
    f->any.unselected = true;
    for (size_t i = 0; i < f->ncols; i++)
        f->columns[i].unselected = true;
    return mark_columns(f, names, SELECTED, err);
}

/* In the order in which PostgreSQL looks at the lists. */
static pgcopy_status set_columns(struct codec_format *f, const pgcopy_format *format,
                                 const pgcopy_columns *columns, pgcopy_error *err)
{
    pgcopy_status rc = copy_columns(f, columns, err);

    if (rc == PGCOPY_OK)
        rc = mark_columns(f, format->force_quote, FORCE_QUOTE, err);
    if (rc == PGCOPY_OK)
        rc = mark_columns(f, format->force_not_null, FORCE_NOT_NULL, err);
    if (rc == PGCOPY_OK)
        rc = mark_columns(f, format->force_null, FORCE_NULL, err);
    if (rc == PGCOPY_OK)
        rc = select_columns(f, format->convert_selectively, err);
    return rc;
}

/* ---- All of it ---------------------------------------------------------------------- */

static bool copy_text(struct codec_format *f, const char *text, pgcopy_slice *slice)
{
    slice->len  = strlen(text);
    slice->data = (const uint8_t *)arena_dup(&f->memory, text, slice->len);
    return slice->data != NULL;
}

static uint8_t letter_or(char letter, int otherwise)
{
    return letter ? (uint8_t)letter : (uint8_t)otherwise;
}

/* Text strings are copied: the format may be a statement's, and go with it. */
static pgcopy_status set_marks(struct codec_format *f, const pgcopy_format *format,
                               pgcopy_error *err)
{
    bool csv = format->kind == PGCOPY_FORMAT_CSV;

    f->kind        = format->kind;
    f->header      = format->header;
    f->delim       = letter_or(format->delimiter, csv ? ',' : '\t');
    f->quote       = letter_or(format->quote, '"');
    f->escape      = letter_or(format->escape, f->quote);
    f->has_default = format->default_string != NULL;
    if (!copy_text(f,
                   format->null_string ? format->null_string
                   : csv               ? ""
                                       : "\\N",
                   &f->null_text) ||
        !copy_text(f, f->has_default ? format->default_string : "", &f->default_text))
        return no_memory(err);
    return PGCOPY_OK;
}

/* What a caller of an older version does not know is zero. */
static pgcopy_format whole_format(const pgcopy_format *format)
{
    pgcopy_format whole = {0};

    if (format)
        memcpy(&whole, format,
               format->size && format->size < sizeof whole ? format->size : sizeof whole);
    return whole;
}

pgcopy_status format_init(struct codec_format *f, const pgcopy_format *format,
                          const pgcopy_columns *columns, const pgcopy_allocator *allocator,
                          pgcopy_error *err)
{
    pgcopy_format whole = whole_format(format);
    pgcopy_status rc;

    *f = (struct codec_format){.memory = {.allocator = mem_allocator(allocator)}};
    rc = set_marks(f, &whole, err);
    if (rc == PGCOPY_OK)
        rc = set_encoding(f, whole.encoding, err);
    if (rc == PGCOPY_OK)
        rc = check_format(f, err);
    if (rc == PGCOPY_OK)
        rc = set_columns(f, &whole, columns, err);
    if (rc < 0)
        format_free(f);
    return rc;
}

void format_free(struct codec_format *f)
{
    arena_free(&f->memory);
}
