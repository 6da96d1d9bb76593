/* fuzz_decode.c - COPY data of any bytes, whole and in pieces, and encoded again.  Input:
   format, piece, table of the scan, the data. */
#include "fuzz.h"

#include <pgcopy/codec.h>

#include "codec/decoder.h"

#include <string.h>

struct outcome {
    uint64_t rows; /* all values of all rows           */
    uint64_t all;  /* and where it stopped, in which words */
};

static pgcopy_format format_of(uint8_t flags)
{
    static const char *const encodings[] = {NULL, "LATIN1", "SJIS", "GB18030"};
    pgcopy_format            f = {.size = sizeof f, .encoding = encodings[flags >> 6]};

    f.kind = (pgcopy_format_kind)((flags & 3) % 3);
    f.header =
        f.kind != PGCOPY_FORMAT_BINARY && flags & 4 ? PGCOPY_HEADER_LINE : PGCOPY_HEADER_NONE;
    if (f.kind == PGCOPY_FORMAT_CSV && flags & 8)
        f.escape = '\\';
    if (f.kind != PGCOPY_FORMAT_BINARY && flags & 16)
        f.delimiter = '|';
    if (f.kind != PGCOPY_FORMAT_BINARY && flags & 32)
        f.null_string = "null";
    return f;
}

static uint64_t sum_rows(uint64_t sum, const pgcopy_batch *batch, pgcopy_encoder *enc,
                         pgcopy_buf *out)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    for (size_t i = 0; i < (size_t)v->nrows * v->ncols; i++) {
        uint32_t len = v->fields[i].len;
        sum          = fuzz_sum_number(sum, len);
        if (len <= PGCOPY_LEN_MAX)
            sum = fuzz_sum(sum, v->bytes + v->fields[i].start, len);
    }
    for (size_t row = 0; row < v->nrows; row++) {
        pgcopy_slice raw = pgcopy_batch_raw(batch, row);
        fuzz_check(raw.data != NULL);
        if (enc)
            pgcopy_encode_row(enc, batch, row, out);
    }
    return sum;
}

/* Any of those that this processor can run; portable for the last. */
static const struct scan_table *table_of(uint8_t n)
{
    size_t count = 0;

    while (scan_at(count))
        count++;
    return scan_at(n % count);
}

/* Decodes all of it in pieces; enc NULL: without writing it again to out. */
static struct outcome decode_all(const pgcopy_format *format, const struct scan_table *table,
                                 size_t piece, pgcopy_slice all, pgcopy_encoder *enc,
                                 pgcopy_buf *out)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 3};
    pgcopy_decoder     *dec    = pgcopy_decoder_new(format, NULL, NULL, NULL);
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    struct outcome      o      = {0, 0};
    pgcopy_slice        in     = {all.data, 0};
    pgcopy_status       rc     = PGCOPY_AGAIN;
    size_t              left   = all.len;

    dec->scan = table;
    while (rc == PGCOPY_AGAIN || rc == PGCOPY_FULL) {
        if (rc == PGCOPY_AGAIN && left) {
            size_t n = piece < left ? piece : left;
            in.len += n;
            left -= n;
        }
        rc = in.len || left ? pgcopy_decode(dec, &in, batch) : pgcopy_decode_end(dec, batch);
        o.rows = sum_rows(o.rows, batch, enc, out);
        pgcopy_batch_clear(batch);
    }
    o.all = fuzz_sum_number(o.rows, (uint64_t)rc);
    if (rc == PGCOPY_ERR_DATA) {
        const pgcopy_error *err = pgcopy_decoder_error(dec);
        o.all                   = fuzz_sum(o.all, err->message, strlen(err->message));
        o.all                   = fuzz_sum(o.all, err->where, strlen(err->where));
    }
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pgcopy_buf      out = {0};
    pgcopy_slice    all = {data + 3, size - 3};
    pgcopy_format   format;
    pgcopy_format   again;
    pgcopy_encoder *enc;
    struct outcome  whole, pieces;

    if (size < 4)
        return 0;
    format       = format_of(data[0]);
    again        = format;
    again.header = PGCOPY_HEADER_NONE; /* it would need columns with names */
    enc          = pgcopy_encoder_new(&again, NULL, NULL, NULL);
    if (!enc)
        return 0;
    pgcopy_encode_header(enc, &out);
    whole  = decode_all(&format, scan_at(0), size, all, enc, &out);
    pieces = decode_all(&format, table_of(data[2]), (size_t)data[1] + 1, all, NULL, NULL);
    fuzz_check(whole.all == pieces.all);
    pgcopy_encode_trailer(enc, &out);
    all = (pgcopy_slice){out.data, out.len};
    if (!pgcopy_encoder_error(enc)->sqlstate[0]) /* escapes make characters that some lack */
        fuzz_check(whole.rows ==
                   decode_all(&again, scan_at(0), SIZE_MAX, all, NULL, NULL).rows);
    pgcopy_encoder_free(enc);
    pgcopy_buf_free(&out);
    return 0;
}
