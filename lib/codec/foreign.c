/*
 * codec/foreign.c - input in another encoding becomes UTF-8 before anything else looks at it,
 * so that no second byte of a character is taken for a quote or a backslash (SJIS, BIG5).
 *
 *   in -> src: | kept of before | piece | -> dst: UTF-8 -> decoder_take, as any other input
 *                                ^ what the decoder leaves of dst is given back to `in`
 */
#include "codec/decoder.h"

#include <string.h>

struct foreign *foreign_new(const struct encoding *encoding, const pgcopy_allocator *a,
                            pgcopy_error *err)
{
    struct foreign *f = mem_new(a, sizeof *f);

    if (!f) {
        pgcopy_error_text(err, "53200", "out of memory");
        return NULL;
    }
    f->transcoder = transcoder_new(encoding, false, a, err);
    if (f->transcoder)
        return f;
    mem_free(a, f, sizeof *f);
    return NULL;
}

void foreign_free(struct foreign *f, const pgcopy_allocator *a)
{
    if (!f)
        return;
    transcoder_free(f->transcoder);
    mem_free(a, f, sizeof *f);
}

/* All before the bad character was good; now it is its turn. */
static pgcopy_status good_ends(pgcopy_decoder *dec, pgcopy_batch *batch,
                               enum transcode_stop why, const uint8_t *p, size_t n)
{
    if (line_is_too_long(dec, batch))
        return row_too_long(dec);
    return bad_character(dec, why, p, n);
}

/* Of src[all], `used` bytes are taken, the first ntail of which are no longer in `in`. */
static void advance(struct foreign *f, pgcopy_slice *in, size_t used)
{
    if (used < f->ntail)
        return;
    in->data += used - f->ntail;
    in->len -= used - f->ntail;
    f->ntail = 0;
}

/* What is behind src[used], a character that is cut off or bad, waits for more bytes. */
static pgcopy_status keep_tail(struct foreign *f, pgcopy_slice *in, size_t used, size_t all)
{
    size_t n = all - f->ntail;

    in->data += n;
    in->len -= n;
    memmove(f->src, f->src + used, all - used);
    f->ntail = all - used;
    return PGCOPY_OK;
}

/* PostgreSQL judges a character that is bad when this many bytes are there or none come: until
   then CopyFail may win (MAX_CONVERSION_INPUT_LENGTH). */
enum { JUDGED_BYTES = 16 };

static bool may_wait(enum transcode_stop why, size_t left)
{
    return why == TRANSCODE_CUT ||
           (why != TRANSCODE_ALL && why != TRANSCODE_FULL && left < JUDGED_BYTES);
}

/*
 * Where the decoder stops in the UTF-8, the place in the input is found by converting up to
 * there once more: that happens once a batch, and the piece is small.
 */
static pgcopy_status take_piece(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    struct foreign     *f    = dec->foreign;
    size_t              room = FOREIGN_PIECE - f->ntail, n = in->len < room ? in->len : room;
    size_t              all = f->ntail + n, used, made, stopped;
    enum transcode_stop why, full;
    pgcopy_slice        utf8;
    pgcopy_status       rc;

    memcpy(f->src + f->ntail, in->data, n);
    used = transcode(f->transcoder, f->src, all, f->dst, sizeof f->dst, &made, &why);
    utf8 = (pgcopy_slice){f->dst, made};
    rc   = decoder_take(dec, &utf8, batch);
    if (utf8.len)
        used = transcode(f->transcoder, f->src, used, f->dst, made - utf8.len, &stopped, &full);
    if (rc == PGCOPY_OK && may_wait(why, all - used))
        return keep_tail(f, in, used, all);
    advance(f, in, used);
    if (rc != PGCOPY_OK || why == TRANSCODE_ALL)
        return rc;
    return good_ends(dec, batch, why, f->src + used, all - used);
}

pgcopy_status foreign_take(pgcopy_decoder *dec, pgcopy_slice *in, pgcopy_batch *batch)
{
    pgcopy_status rc = PGCOPY_OK;

    while (rc == PGCOPY_OK && in->len)
        rc = take_piece(dec, in, batch);
    return rc;
}

/* A character that is cut off or bad comes before the row it stands in, as with UTF-8. */
pgcopy_status foreign_end(pgcopy_decoder *dec, pgcopy_batch *batch)
{
    struct foreign     *f = dec->foreign;
    enum transcode_stop why;
    size_t              made;

    if (!f->ntail)
        return PGCOPY_OK;
    transcode(f->transcoder, f->src, f->ntail, f->dst, sizeof f->dst, &made, &why);
    return good_ends(dec, batch, why, f->src, f->ntail);
}
