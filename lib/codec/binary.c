/*
 * codec/binary.c - binary format, both ways (COPY's manual page, Binary Format).
 *
 *   PGCOPY\n\377\r\n\0  flags  extension | count  len value  len value ... | ... | -1
 *   11 bytes            i32    i32 bytes | i16    i32 bytes                        i16
 *
 * Values are kept as they come; types.h turns them into text.
 */
#include "codec/binary.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SIGNATURE_LEN = 11, VALUE_LIMIT = 0x3FFFFFFF /* MaxAllocSize: no StringInfo has it */ };

static const uint8_t signature[SIGNATURE_LEN] = "PGCOPY\n\377\r\n";

/* ---- Errors ------------------------------------------------------------------------- */

/* An error of the header has no CONTEXT: there is no row yet. */
static pgcopy_status bad(pgcopy_decoder *dec, const char *message)
{
    pgcopy_error_text(&dec->error, "22P04", message);
    return dec->status = PGCOPY_ERR_DATA;
}

static pgcopy_status in_row(pgcopy_decoder *dec)
{
    if (dec->table)
        snprintf(dec->error.where, sizeof dec->error.where, "COPY %s, line %llu", dec->table,
                 (unsigned long long)dec->line);
    return dec->status = PGCOPY_ERR_DATA;
}

static pgcopy_status in_field(pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    pgcopy_error *err = &dec->error;
    size_t        i   = batch->nfields - (size_t)batch->view.nrows * batch->view.ncols;

    in_row(dec);
    if (!dec->table || i >= dec->format.ncols)
        return dec->status;
    text_add(err->where, sizeof err->where, ", column ", 9);
    text_add(err->where, sizeof err->where, dec->format.columns[i].name,
             strlen(dec->format.columns[i].name));
    return dec->status;
}

static pgcopy_status ends_early(pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    bad(dec, "unexpected EOF in COPY data");
    return in_field(dec, batch);
}

/* ---- The header --------------------------------------------------------------------- */

static pgcopy_status signature_ends(pgcopy_decoder *dec)
{
    if (memcmp(dec->binary.head, signature, SIGNATURE_LEN) != 0)
        return bad(dec, "COPY file signature not recognized");
    dec->binary.stage = BINARY_FLAGS;
    return PGCOPY_OK;
}

/* Bits 0 to 15 are for what a reader may pass over. */
static pgcopy_status flags_end(pgcopy_decoder *dec)
{
    uint32_t flags = get_u32(dec->binary.head);

    if (flags & 1u << 16)
        return bad(dec, "invalid COPY file header (WITH OIDS)");
    if (flags >> 16)
        return bad(dec, "unrecognized critical flags in COPY file header");
    dec->binary.stage = BINARY_EXTENSION_LEN;
    return PGCOPY_OK;
}

static pgcopy_status extension_len_ends(pgcopy_decoder *dec)
{
    dec->binary.left = get_u32(dec->binary.head);
    if (dec->binary.left > INT32_MAX)
        return bad(dec, "invalid COPY file header (missing length)");
    dec->binary.stage = dec->binary.left ? BINARY_EXTENSION : BINARY_COUNT;
    return PGCOPY_OK;
}

static pgcopy_status skip_extension(pgcopy_decoder *dec, pgcopy_slice *in)
{
    size_t n = in->len < dec->binary.left ? in->len : dec->binary.left;

    in->data += n;
    in->len -= n;
    dec->binary.left -= (uint32_t)n;
    if (!dec->binary.left)
        dec->binary.stage = BINARY_COUNT;
    return PGCOPY_OK;
}

/* ---- Rows --------------------------------------------------------------------------- */

/* A row of no columns is whole with its count. */
static pgcopy_status next_field(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    size_t        have = batch->nfields - (size_t)batch->view.nrows * batch->view.ncols;
    pgcopy_row    row  = {.raw = (uint32_t)batch->view.nbytes};
    pgcopy_status rc;

    dec->binary.stage = BINARY_LEN;
    if (have < dec->ncols)
        return PGCOPY_OK;
    if (!batch->view.nrows)
        batch->view.line0 = dec->line;
    row.line = (uint32_t)(dec->line - batch->view.line0);
    rc       = batch_row_ends(batch, &row);
    if (rc < 0)
        return decoder_broke(dec, rc);
    dec->line++;
    dec->binary.stage = BINARY_COUNT;
    return rc;
}

static pgcopy_status count_ends(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    int count = (int16_t)get_u16(dec->binary.head);

    if (count == -1) /* what comes behind the trailer is still on its line */
        return dec->status = PGCOPY_END;
    if (dec->ncols == SIZE_MAX && count >= 0)
        dec->ncols = (size_t)count;
    if (count < 0 || (size_t)count != dec->ncols) {
        pgcopy_error_set(&dec->error, "22P04", "row field count is %d, expected %d", count,
                         dec->ncols == SIZE_MAX ? 0 : (int)dec->ncols);
        return in_row(dec);
    }
    return next_field(dec, batch);
}

static pgcopy_status value_too_long(pgcopy_decoder *dec, const pgcopy_batch *batch,
                                    uint32_t len)
{
    pgcopy_error_set(&dec->error, "54000",
                     "string buffer exceeds maximum allowed length (%d bytes)", VALUE_LIMIT);
    snprintf(dec->error.detail, sizeof dec->error.detail,
             "Cannot enlarge string buffer containing 0 bytes by %u more bytes.",
             (unsigned)len);
    return in_field(dec, batch);
}

static pgcopy_status put_field(pgcopy_decoder *dec, pgcopy_batch *batch, uint32_t start,
                               uint32_t len)
{
    pgcopy_status rc = batch_room_fields(batch, 1);

    if (rc < 0)
        return decoder_broke(dec, rc);
    batch->fields[batch->nfields++] = (pgcopy_field){start, len};
    return next_field(dec, batch);
}

static pgcopy_status len_ends(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    int32_t len = (int32_t)get_u32(dec->binary.head);

    if (len == -1)
        return put_field(dec, batch, 0, PGCOPY_NULL);
    if (len < -1) {
        bad(dec, "invalid field size");
        return in_field(dec, batch);
    }
    if (len >= VALUE_LIMIT || (size_t)len > dec->max_row - (batch->used - batch->view.nbytes))
        return value_too_long(dec, batch, (uint32_t)len);
    dec->field        = batch->used - batch->view.nbytes;
    dec->binary.left  = (uint32_t)len;
    dec->binary.stage = BINARY_VALUE;
    return len ? PGCOPY_OK : put_field(dec, batch, (uint32_t)batch->used, 0);
}

/* The block grows with what arrives, never with what a length promises. */
static pgcopy_status take_value(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    size_t        n  = in->len < dec->binary.left ? in->len : dec->binary.left;
    pgcopy_status rc = batch_room_bytes(batch, n);
    size_t        start;

    if (rc < 0)
        return decoder_broke(dec, rc);
    memcpy(batch->block + BATCH_PAD + batch->used, in->data, n);
    batch->used += n;
    in->data += n;
    in->len -= n;
    dec->binary.left -= (uint32_t)n;
    if (dec->binary.left)
        return PGCOPY_OK;
    start = batch->view.nbytes + dec->field;
    return put_field(dec, batch, (uint32_t)start, (uint32_t)(batch->used - start));
}

/* ---- Whole rows --------------------------------------------------------------------- */

enum {
    SHORT   = 32,  /* values up to it are copied as so many bytes         */
    AT_ONCE = 64,  /* values, between two looks at the room               */
    PASS    = 4096 /* bytes of lengths at most, before the batch is asked */
};

/* Rows that all lie in `in`, until one does not or is odd: what about it, the stages find. */
struct pass {
    pgcopy_decoder *dec;
    pgcopy_batch   *batch;
    pgcopy_slice    in;
    pgcopy_field   *fields; /* of the next row */
};

/*
 * Most rows have short values alone.  Where the next length is, tells the one before; so that
 * nothing waits for a guess there is no branch on NULL.  What is stored behind the block's room
 * lies in its pad.
 */
static bool short_row(struct pass *x)
{
    const uint8_t *p = x->in.data + 2, *end = x->in.data + x->in.len;
    uint8_t       *bytes = x->batch->block + BATCH_PAD;
    size_t         cap = x->batch->block_cap, start = x->batch->used, used = start;

    for (size_t i = 0; i < x->dec->ncols; i++) {
        uint32_t len, value;
        if (end - p < 4 + SHORT || used > cap)
            return false;
        len   = get_u32(p);
        value = len == PGCOPY_NULL ? 0 : UINT32_MAX;
        if ((len & value) > SHORT)
            return false;
        x->fields[i] = (pgcopy_field){(uint32_t)used & value, len};
        memcpy(bytes + used, p + 4, SHORT);
        used += len & value;
        p += 4 + (len & value);
    }
    if (used > cap || used - start > x->dec->max_row)
        return false;
    x->batch->used = used;
    x->in          = (pgcopy_slice){p, (size_t)(end - p)};
    return true;
}

/* The fields of any row, its values side by side at `used`; where it ends. */
static const uint8_t *row_fields(const struct pass *x, size_t *bytes)
{
    const uint8_t *p = x->in.data + 2, *end = x->in.data + x->in.len;
    size_t         start = x->batch->used;

    for (size_t i = 0; i < x->dec->ncols; i++) {
        uint32_t len;
        if (end - p < 4)
            return NULL;
        len = get_u32(p);
        p += 4;
        if (len == PGCOPY_NULL) {
            x->fields[i] = (pgcopy_field){0, PGCOPY_NULL};
            continue;
        }
        if (len >= VALUE_LIMIT || len > (size_t)(end - p))
            return NULL;
        x->fields[i] = (pgcopy_field){(uint32_t)start, len};
        start += len;
        p += len;
    }
    *bytes = start - x->batch->used;
    return *bytes <= x->dec->max_row ? p : NULL;
}

/* AGAIN: it is not whole. */
static pgcopy_status any_row(struct pass *x)
{
    size_t         bytes;
    const uint8_t *end = row_fields(x, &bytes), *from = x->in.data + 2;
    pgcopy_status  rc = end ? batch_room_bytes(x->batch, bytes) : PGCOPY_AGAIN;
    uint8_t       *to;

    if (rc != PGCOPY_OK)
        return rc;
    to = x->batch->block + BATCH_PAD + x->batch->used;
    for (size_t i = 0; i < x->dec->ncols; i++) {
        size_t len = x->fields[i].len == PGCOPY_NULL ? 0 : x->fields[i].len;
        memcpy(to, from + 4, len);
        to += len;
        from += 4 + len;
    }
    x->batch->used += bytes;
    x->in.len -= (size_t)(end - x->in.data);
    x->in.data = end;
    return PGCOPY_OK;
}

static pgcopy_status next_row(struct pass *x)
{
    if (x->in.len < 2 || get_u16(x->in.data) != x->dec->ncols)
        return PGCOPY_AGAIN;
    return short_row(x) ? PGCOPY_OK : any_row(x);
}

/* Up to n rows, or to a full batch. */
static pgcopy_status take_rows(struct pass *x, size_t n)
{
    pgcopy_batch *batch = x->batch;
    uint64_t      line0 = batch->view.nrows ? batch->view.line0 : x->dec->line;
    pgcopy_row   *row = batch->rows + batch->view.nrows, place = {.raw = (uint32_t)batch->used};
    size_t        full = batch_used_if_full(batch), i = 0;
    pgcopy_status rc = PGCOPY_OK, end;

    place.line = (uint32_t)(x->dec->line - line0);
    while (i < n && place.raw < full && (rc = next_row(x)) == PGCOPY_OK) {
        row[i++] = place;
        place    = (pgcopy_row){(uint32_t)batch->used, place.line + 1};
        x->fields += x->dec->ncols;
    }
    if (!i)
        return rc;
    x->dec->line += i;
    batch->view.line0 = line0;
    end               = batch_rows_end(batch, i, x->dec->ncols, place.raw);
    return rc < 0 ? rc : end;
}

/* Each table grows by what the next rows may need at most, as often as a pass ends. */
static pgcopy_status room_for_rows(pgcopy_batch *batch, size_t n, size_t ncols)
{
    pgcopy_status rc = batch_room_fields(batch, n * ncols);

    if (rc == PGCOPY_OK)
        rc = batch_room_rows(batch, n);
    if (rc == PGCOPY_OK)
        rc = batch_room_bytes(batch, 0); /* a row of NULLs has a place too */
    return rc;
}

/* AGAIN: there is no whole row, go on by stages. */
static pgcopy_status whole_rows(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    struct pass   x     = {.dec = dec, .batch = batch, .in = *in};
    size_t        least = 2 + 4 * dec->ncols, n, most;
    pgcopy_status rc;

    if (dec->binary.stage != BINARY_COUNT || dec->binary.have || !dec->ncols ||
        dec->ncols > INT16_MAX || in->len < least)
        return PGCOPY_AGAIN;
    n    = (in->len < PASS ? in->len : PASS) / least + 1;
    most = batch_rows_to_full(batch, dec->ncols);
    n    = n < most ? n : most;
    rc   = room_for_rows(batch, n, dec->ncols);
    if (rc == PGCOPY_OK) {
        x.fields = batch->fields + batch->nfields;
        rc       = take_rows(&x, n);
        *in      = x.in;
    }
    return rc < 0 ? decoder_broke(dec, rc) : rc;
}

/* ---- Input -------------------------------------------------------------------------- */

static pgcopy_status part_ends(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    switch (dec->binary.stage) {
    case BINARY_SIGNATURE:
        return signature_ends(dec);
    case BINARY_FLAGS:
        return flags_end(dec);
    case BINARY_EXTENSION_LEN:
        return extension_len_ends(dec);
    case BINARY_COUNT:
        return count_ends(dec, batch);
    default: /* BINARY_LEN */
        return len_ends(dec, batch);
    }
}

/* A part of fixed length is put together before it is read. */
static pgcopy_status take_part(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    static const uint8_t sizes[] = {[BINARY_SIGNATURE]     = SIGNATURE_LEN,
                                    [BINARY_FLAGS]         = 4,
                                    [BINARY_EXTENSION_LEN] = 4,
                                    [BINARY_COUNT]         = 2,
                                    [BINARY_LEN]           = 4};
    struct binary_state *b       = &dec->binary;
    size_t               size = sizes[b->stage], n = size - b->have;

    n = n < in->len ? n : in->len;
    memcpy(b->head + b->have, in->data, n);
    b->have = (uint8_t)(b->have + n);
    in->data += n;
    in->len -= n;
    if (b->have < size)
        return PGCOPY_OK;
    b->have = 0;
    return part_ends(dec, batch);
}

pgcopy_status binary_read(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    pgcopy_status rc = whole_rows(dec, in, batch);

    if (rc != PGCOPY_AGAIN)
        return rc;
    switch (dec->binary.stage) {
    case BINARY_EXTENSION:
        return skip_extension(dec, in);
    case BINARY_VALUE:
        return take_value(dec, in, batch);
    default:
        return take_part(dec, in, batch);
    }
}

/* The trailer may be missing, and even half of a count is no error (CopyGetInt16). */
pgcopy_status binary_end(pgcopy_decoder *dec, const pgcopy_batch *batch)
{
    switch (dec->binary.stage) {
    case BINARY_SIGNATURE:
        return bad(dec, "COPY file signature not recognized");
    case BINARY_FLAGS:
        return bad(dec, "invalid COPY file header (missing flags)");
    case BINARY_EXTENSION_LEN:
        return bad(dec, "invalid COPY file header (missing length)");
    case BINARY_EXTENSION:
        return bad(dec, "invalid COPY file header (wrong length)");
    case BINARY_COUNT:
        return dec->status = PGCOPY_END;
    default:
        return ends_early(dec, batch);
    }
}

/* ---- Rows to bytes ------------------------------------------------------------------ */

static void put_number(pgcopy_buf *out, uint32_t value, size_t size)
{
    uint8_t *to = buf_room(out, size);

    if (!to)
        return;
    if (size == 2)
        put_u16(to, (uint16_t)value);
    else
        put_u32(to, value);
    out->len += size;
}

void binary_header(pgcopy_buf *out)
{
    pgcopy_buf_append(out, signature, SIGNATURE_LEN);
    put_number(out, 0, 4);
    put_number(out, 0, 4);
}

/* The first of n values that are short; *n: so many of them.  There is room for 4 + SHORT bytes
   each, and SHORT behind. */
static uint8_t *put_short(uint8_t *to, const uint8_t *bytes, const pgcopy_field *fields,
                          size_t *n)
{
    size_t i;

    for (i = 0; i < *n; i++) {
        pgcopy_field f = fields[i];
        if (f.len > PGCOPY_LEN_MAX) {
            put_u32(to, UINT32_MAX);
            to += 4;
            continue;
        }
        if (f.len > SHORT)
            break;
        put_u32(to, f.len);
        memcpy(to + 4, bytes + f.start, SHORT);
        to += 4 + f.len;
    }
    *n = i;
    return to;
}

static void put_long(pgcopy_buf *out, const uint8_t *bytes, pgcopy_field f)
{
    put_number(out, f.len, 4);
    pgcopy_buf_append(out, bytes + f.start, f.len);
}

void binary_row(const pgcopy_view *v, size_t row, pgcopy_buf *out)
{
    const pgcopy_field *fields = v->fields + row * v->ncols;

    put_number(out, v->ncols, 2);
    for (size_t i = 0; i < v->ncols;) {
        size_t   n = v->ncols - i < AT_ONCE ? v->ncols - i : AT_ONCE, room = n;
        uint8_t *to = buf_room(out, n * (4 + SHORT) + SHORT);
        if (!to)
            return;
        to       = put_short(to, v->bytes, fields + i, &n);
        out->len = (size_t)(to - out->data);
        i += n;
        if (n < room)
            put_long(out, v->bytes, fields[i++]);
    }
}

void binary_trailer(pgcopy_buf *out)
{
    put_number(out, UINT16_MAX, 2);
}
