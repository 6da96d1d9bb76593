/* codec/text.c - reading the text format: tabs between values, backslash escapes, \N, \. */
#include "codec/decoder.h"

#include <string.h>

/* ---- Decoding: where fields and lines end ------------------------------------------- */

/* Up to a delimiter, a line end or a backslash that no other backslash has escaped. */
static pgcopy_status data(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c;

    if (!run_ends(dec, batch))
        return PGCOPY_OK;
    c = batch->view.bytes[batch->used];
    if (c == dec->format.delim)
        return field_ends(dec, batch);
    if (c == '\n')
        return line_feed(dec, batch);
    if (c == '\r')
        return carriage_return(dec, batch);
    batch->used++;
    dec->marked = true;
    dec->state  = DEC_ESCAPE;
    return PGCOPY_OK;
}

/* A backslash makes the byte behind it part of the line, whatever it is. */
static pgcopy_status escape(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c = batch->view.bytes[batch->used++];

    dec->embedded |= c == '\n' || c == '\r';
    dec->state = c == '.' ? DEC_DOT : c == 'x' ? DEC_HEX : DEC_DATA;
    return PGCOPY_OK;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A to F may be the delimiter, but not behind \x. */
static pgcopy_status hex(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    bool digit = hex_digit(batch->view.bytes[batch->used]) >= 0;

    batch->used += digit;
    dec->state = digit && dec->state == DEC_HEX ? DEC_HEX2 : DEC_DATA;
    return PGCOPY_OK;
}

/*
 * \. ends the data.  Since 18 it must be alone on its line, with a line end of the style so far
 * behind it; older versions took what stood before it for the last row.
 */
static pgcopy_status not_alone(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    return bad_line(dec, batch, "end-of-copy marker is not alone on its line", "");
}

static pgcopy_status wrong_style(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    return bad_line(dec, batch, "end-of-copy marker does not match previous newline style", "");
}

/*
 * Behind \. : the order of these questions is PostgreSQL's, so that of two things that are
 * wrong the same one is said.  While the style is not known CR alone will do, and a LF behind
 * it is no longer looked at.
 */
static pgcopy_status dot(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c = batch->view.bytes[batch->used];

    if (dec->eol == EOL_CRLF && c == '\r') {
        batch->used++;
        dec->state = DEC_DOT_CR;
        return PGCOPY_OK;
    }
    if (dec->eol == EOL_CRLF && c == '\n')
        return wrong_style(dec, batch);
    if (c != '\n' && c != '\r')
        return not_alone(dec, batch);
    if ((dec->eol == EOL_LF && c == '\r') || (dec->eol == EOL_CR && c == '\n'))
        return wrong_style(dec, batch);
    return end_marker(dec, batch);
}

/* Behind \. and CR in style CRLF.  A second CR is a line end, if a wrong one. */
static pgcopy_status dot_cr(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c = batch->view.bytes[batch->used];

    if (c == '\n')
        return end_marker(dec, batch);
    return c == '\r' ? wrong_style(dec, batch) : not_alone(dec, batch);
}

pgcopy_status text_step(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    switch (dec->state) {
    case DEC_ESCAPE:
        return escape(dec, batch);
    case DEC_HEX:
    case DEC_HEX2:
        return hex(dec, batch);
    case DEC_DOT:
        return dot(dec, batch);
    case DEC_DOT_CR:
        return dot_cr(dec, batch);
    case DEC_CR:
        return after_carriage_return(dec, batch);
    default:
        return data(dec, batch);
    }
}

/* ---- Decoding: escapes -------------------------------------------------------------- */

/* One to three octal digits at p; how many there are. */
static size_t octal(const uint8_t *p, const uint8_t *end, uint8_t *c)
{
    unsigned value = 0;
    size_t   n     = 0;

    for (; n < 3 && p + n < end && p[n] >= '0' && p[n] <= '7'; n++)
        value = value << 3 | (unsigned)(p[n] - '0');
    *c = (uint8_t)value;
    return n;
}

/* One or two hex digits behind \x; without any it is an x. */
static size_t hexadecimal(const uint8_t *p, const uint8_t *end, uint8_t *c)
{
    unsigned value = 0;
    size_t   n     = 0;

    for (; n < 2 && p + n < end && hex_digit(p[n]) >= 0; n++)
        value = value << 4 | (unsigned)hex_digit(p[n]);
    *c = n ? (uint8_t)value : 'x';
    return n;
}

/* Letters that stand for control characters; any other byte behind a backslash is itself. */
static uint8_t control(uint8_t c)
{
    static const char letters[] = "bfnrtv", controls[] = "\b\f\n\r\t\v";
    const char       *at = c ? strchr(letters, c) : NULL;

    return at ? (uint8_t)controls[at - letters] : c;
}

/* What stands behind a backslash at p: its byte, and how many bytes it took. */
static size_t escaped(const uint8_t *p, const uint8_t *end, uint8_t *c, bool *recheck)
{
    size_t n;

    if (*p >= '0' && *p <= '7') {
        n = octal(p, end, c);
        *recheck |= *c == 0 || *c >= 0x80;
        return n;
    }
    if (*p == 'x') {
        n = hexadecimal(p + 1, end, c);
        *recheck |= n && (*c == 0 || *c >= 0x80);
        return n + 1;
    }
    *c = control(*p);
    return 1;
}

/* Runs between backslashes are moved as they are.  A lone backslash at the end is dropped. */
uint32_t text_unescape(uint8_t *p, uint32_t len, bool *recheck)
{
    const uint8_t *from = p, *end = p + len;
    uint8_t       *to = p;

    while (from < end) {
        const uint8_t *mark = memchr(from, '\\', (size_t)(end - from));
        size_t         run  = (size_t)((mark ? mark : end) - from);
        if (to != from)
            memmove(to, from, run);
        to += run;
        from += run + (mark != NULL);
        if (mark && from < end)
            from += escaped(from, end, to++, recheck);
    }
    return (uint32_t)(to - p);
}
