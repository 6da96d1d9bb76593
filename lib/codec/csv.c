/* codec/csv.c - reading the CSV format: quotes open and close anywhere in a field. */
#include "codec/decoder.h"

#include <string.h>

/* ---- Decoding: where fields and lines end ------------------------------------------- */

/* PostgreSQL counts the lines inside quotes by LF once it knows that lines end so, else by CR,
   so that the LFs in the first row are not counted. */
static void count_line(pgcopy_decoder *dec, uint8_t c)
{
    dec->line += c == '\n' && dec->eol == EOL_LF;
    dec->quoted_cr = c == '\r' && dec->eol != EOL_LF;
    dec->embedded |= c == '\n' || c == '\r';
}

/* It looks at the byte behind a CR before it counts the CR; a bad one is an error before that.
 */
void csv_count_cr(pgcopy_decoder *dec)
{
    dec->line += dec->quoted_cr;
    dec->quoted_cr = false;
}

static pgcopy_status line_end(pgcopy_decoder *dec, pgcopy_batch *batch, uint8_t c)
{
    return c == '\n' ? line_feed(dec, batch) : carriage_return(dec, batch);
}

/*
 * Outside quotes.  A quote opens wherever it stands, also in the middle of a field, and the
 * ESCAPE has no meaning; a backslash never has one, and since 18 not even \. is special.
 */
static pgcopy_status data(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c;

    if (!run_ends(dec, batch))
        return PGCOPY_OK;
    c = batch->view.bytes[batch->used];
    if (c == dec->format.delim)
        return field_ends(dec, batch);
    if (c != dec->format.quote && (c == '\n' || c == '\r'))
        return line_end(dec, batch, c);
    batch->used++;
    if (c == dec->format.quote) {
        dec->marked = true;
        dec->state  = DEC_QUOTED;
    }
    return PGCOPY_OK; /* else an ESCAPE, which means nothing here */
}

/* A quote that is a CR or LF, which PostgreSQL allows, ends the line as it closes. */
static pgcopy_status quote_closes(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c = dec->format.quote;

    dec->state = DEC_DATA;
    if (c == '\n' || c == '\r')
        return line_end(dec, batch, c);
    batch->used++;
    return PGCOPY_OK;
}

/*
 * Inside quotes: delimiters and line ends are data.  Where ESCAPE is QUOTE, as by default, ""
 * is simply a quote that closes and one that opens; which of them is data is csv_unquote's
 * affair.
 */
static pgcopy_status quoted(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c;

    csv_count_cr(dec);
    if (!run_ends(dec, batch))
        return PGCOPY_OK;
    c = batch->view.bytes[batch->used];
    if (c == dec->format.quote)
        return quote_closes(dec, batch);
    count_line(dec, c);
    if (c == dec->format.escape)
        dec->state = DEC_QUOTED_ESC;
    batch->used++;
    return PGCOPY_OK;
}

/* An ESCAPE means something before a QUOTE or another ESCAPE only. */
static pgcopy_status quoted_escape(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    uint8_t c = batch->view.bytes[batch->used];

    dec->state = DEC_QUOTED;
    if (c == dec->format.quote || c == dec->format.escape) {
        count_line(dec, c);
        batch->used++;
    }
    return PGCOPY_OK;
}

pgcopy_status csv_step(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    switch (dec->state) {
    case DEC_QUOTED:
        return quoted(dec, batch);
    case DEC_QUOTED_ESC:
        return quoted_escape(dec, batch);
    case DEC_CR:
        return after_carriage_return(dec, batch);
    default:
        return data(dec, batch);
    }
}

/* ---- Decoding: quotes --------------------------------------------------------------- */

/*
 * The same walk as above over a field that is whole: quotes that open or close are dropped, and
 * an ESCAPE before a QUOTE or an ESCAPE inside them.  What is left never gets longer.  A field
 * is open at its end only when the input ended in it, or the quote is a line end.
 */
uint32_t csv_unquote(const pgcopy_decoder *dec, uint8_t *p, uint32_t len, bool *open)
{
    const struct codec_format *f    = &dec->format;
    const uint8_t             *from = p, *end = p + len;
    uint8_t                   *to = p;

    *open = false;
    if (f->escape == f->quote)
        return dec->scan->unquote(p, len, f->quote, open);
    while (from < end) {
        uint8_t c = *from++;
        bool    pair =
            *open && c == f->escape && from < end && (*from == f->escape || *from == f->quote);
        if (pair)
            *to++ = *from++;
        else if (c == f->quote)
            *open = !*open;
        else
            *to++ = c;
    }
    return (uint32_t)(to - p);
}
