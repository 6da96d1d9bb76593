/*
 * types/dt_split.c - a date or time is cut into fields by what its characters look like; what
 * they mean comes later (ParseDateTime).
 */
#include "types/datetime.h"

#include <string.h>

struct splitter {
    struct dt_fields *out;
    const uint8_t    *p, *end;
    size_t            used;
    bool              full;
};

/* 0 at the end: a value has no NUL. */
static uint8_t peek(const struct splitter *s)
{
    return s->p < s->end ? *s->p : 0;
}

/* Too much text is noticed once, when the field ends. */
static void take(struct splitter *s)
{
    if (s->used + 1 >= DT_TEXT_MAX)
        s->full = true;
    else
        s->out->text[s->used++] = (char)lower(*s->p);
    s->p++;
}

static bool is_one_of(uint8_t c, const char *set)
{
    return c && strchr(set, c) != NULL;
}

static void take_digits(struct splitter *s, const char *or_one_of)
{
    while (is_digit(peek(s)) || is_one_of(peek(s), or_one_of))
        take(s);
}

static void take_letters(struct splitter *s)
{
    while (is_alpha(peek(s)))
        take(s);
}

static void take_alnum(struct splitter *s, const char *or_one_of)
{
    while (is_alpha(peek(s)) || is_digit(peek(s)) || is_one_of(peek(s), or_one_of))
        take(s);
}

/* 2026-01-31, 31-Jan-2026; 12.5 is only a number, 31.1.2026 is a date. */
static enum dt_kind split_delimited(struct splitter *s)
{
    char         delimiter[] = {(char)peek(s), '\0'};
    enum dt_kind kind        = delimiter[0] == '.' ? DT_NUMBER : DT_DATE;

    take(s);
    if (!is_digit(peek(s))) {
        take_alnum(s, delimiter);
        return DT_DATE;
    }
    take_digits(s, "");
    if (peek(s) != (uint8_t)delimiter[0])
        return kind;
    take_digits(s, delimiter);
    return DT_DATE;
}

/* A colon makes a time of it; a first separator, a date. */
static enum dt_kind split_digits(struct splitter *s)
{
    take_digits(s, "");
    if (peek(s) == ':') {
        take_digits(s, ":.");
        return DT_TIME;
    }
    return is_one_of(peek(s), "-/.") ? split_delimited(s) : DT_NUMBER;
}

/* Jan-31-2026, America/New_York, and "gmt+2"; but in "jan31" a number follows a word. */
static enum dt_kind split_word(struct splitter *s, size_t first)
{
    int          value;
    enum dt_word word;
    bool         goes_on;

    take_letters(s);
    goes_on = is_one_of(peek(s), "-/.");
    if (peek(s) == '+' || is_digit(peek(s))) {
        s->out->text[s->used] = '\0';
        word                  = dt_word(s->out->text + first, &value);
        goes_on = word == WORD_UNKNOWN || word == WORD_ZONE || word == WORD_DST_ZONE;
    }
    if (!goes_on)
        return DT_STRING;
    take_alnum(s, "+-/_.:");
    return DT_DATE;
}

/* +05:30, or -infinity.  Blanks may follow the sign; a sign alone is nothing. */
static bool split_sign(struct splitter *s, enum dt_kind *kind)
{
    take(s);
    while (is_space(peek(s)))
        s->p++;
    *kind = is_digit(peek(s)) ? DT_ZONE : DT_SPECIAL;
    if (is_digit(peek(s)))
        take_digits(s, ":.-");
    else if (is_alpha(peek(s)))
        take_letters(s);
    else
        return false;
    return true;
}

static bool split_field(struct splitter *s, enum dt_kind *kind)
{
    if (is_digit(peek(s))) {
        *kind = split_digits(s);
    } else if (peek(s) == '.') {
        *kind = DT_NUMBER;
        take(s);
        take_digits(s, "");
    } else if (is_alpha(peek(s))) {
        *kind = split_word(s, s->used);
    } else {
        return split_sign(s, kind);
    }
    return true;
}

static bool begins_field(uint8_t c)
{
    return is_digit(c) || is_alpha(c) || is_one_of(c, ".+-");
}

enum dt_status dt_split(pgcopy_slice s, struct dt_fields *f)
{
    struct splitter  at = {.out = f, .p = s.data, .end = s.data + s.len};
    struct dt_field *field;

    for (f->n = 0; at.p < at.end;) {
        uint8_t c = *at.p;
        if (!begins_field(c)) {
            if (!is_space(c) && (c <= ' ' || c >= 0x7F))
                return DT_FORMAT;
            at.p++; /* other punctuation only parts fields */
            continue;
        }
        if (f->n == DT_FIELDS_MAX || at.used == DT_TEXT_MAX)
            return DT_FORMAT;
        field       = &f->field[f->n++];
        field->text = f->text + at.used;
        if (!split_field(&at, &field->kind) || at.full)
            return DT_FORMAT;
        f->text[at.used++] = '\0';
    }
    return DT_OK;
}
