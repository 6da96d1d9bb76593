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
    SHORT   = 32, /* values up to it are copied as so many bytes */
    AT_ONCE = 64  /* values, between two looks at the room       */
};

/* The fields of a row that all lies in `in`, its values side by side at `used`; where it ends.
   NULL: it does not, or is odd; what about it, the stages find. */
static const uint8_t *row_fields(const pgcopy_decoder *dec, pgcopy_slice in,
                                 const pgcopy_batch *batch, pgcopy_field *fields, size_t *bytes)
{
    const uint8_t *p = in.data + 2, *end = in.data + in.len;
    size_t         start = batch->used;

    for (size_t i = 0; i < dec->ncols; i++) {
        uint32_t len;
        if (end - p < 4)
            return NULL;
        len = get_u32(p);
        p += 4;
        if (len == PGCOPY_NULL) {
            fields[i] = (pgcopy_field){0, PGCOPY_NULL};
            continue;
        }
        if (len >= VALUE_LIMIT || len > (size_t)(end - p))
            return NULL;
        fields[i] = (pgcopy_field){(uint32_t)start, len};
        start += len;
        p += len;
    }
    *bytes = start - batch->used;
    return *bytes <= dec->max_row ? p : NULL;
}

/* The values of a row; so many bytes may be read behind it. */
static void copy_values(uint8_t *to, const uint8_t *from, const pgcopy_field *fields, size_t n,
                        size_t behind)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = fields[i].len == PGCOPY_NULL ? 0 : fields[i].len;
        from += 4;
        if (len <= SHORT && behind >= SHORT)
            memcpy(to, from, SHORT);
        else
            memcpy(to, from, len);
        to += len;
        from += len;
    }
}

/* AGAIN: there is no whole row, go on by stages. */
static pgcopy_status take_row(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    const uint8_t *end;
    pgcopy_field  *fields;
    size_t         bytes;
    pgcopy_status  rc;

    if (dec->binary.stage != BINARY_COUNT || dec->binary.have || in->len < 2 ||
        dec->ncols > INT16_MAX || get_u16(in->data) != dec->ncols)
        return PGCOPY_AGAIN;
    rc = batch_room_fields(batch, dec->ncols);
    if (rc < 0)
        return decoder_broke(dec, rc);
    fields = batch->fields + batch->nfields;
    end    = row_fields(dec, *in, batch, fields, &bytes);
    if (!end)
        return PGCOPY_AGAIN;
    rc = batch_room_bytes(batch, bytes);
    if (rc < 0)
        return decoder_broke(dec, rc);
    in->len -= (size_t)(end - in->data);
    copy_values(batch->block + BATCH_PAD + batch->used, in->data + 2, fields, dec->ncols,
                in->len);
    in->data = end;
    batch->nfields += dec->ncols;
    batch->used += bytes;
    return next_field(dec, batch);
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
    pgcopy_status rc = take_row(dec, in, batch);

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
