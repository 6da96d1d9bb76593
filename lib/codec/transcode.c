/* codec/transcode.c - one conversion, in one direction. */
#include "codec/transcode.h"
#include "codec/character.h"

#include "base/text.h"
#include "base/utf8.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* A character above 0x7F of an encoding with one byte for each. */
struct single {
    uint8_t utf8[4];
    uint8_t len; /* 0: there is none */
    uint8_t byte;
};

struct transcoder {
    pgcopy_allocator       allocator;
    const struct encoding *from;
    const struct encoding *to;
    iconv_t                iconv;        /* not for ENCODING_SINGLE                */
    bool                   open;         /* iconv is                               */
    struct single          singles[128]; /* by byte, or by UTF-8 if that is `from` */
};

/* ---- iconv -------------------------------------------------------------------------- */

/* One character and no other: iconv must take all of it, for it may know shorter ones, and what
   it might have kept back is brought out.  0: it has no other side. */
static size_t iconv_one(iconv_t cd, const uint8_t *src, size_t n, uint8_t *dst, size_t cap)
{
    char  *in = (char *)src, *out = (char *)dst; /* iconv's prototype lacks a const */
    size_t left = n, room = cap;

    if (iconv(cd, &in, &left, &out, &room) != 0 || left ||
        iconv(cd, NULL, NULL, &out, &room) != 0) {
        iconv(cd, NULL, NULL, NULL, NULL);
        return 0;
    }
    return cap - room;
}

/* ---- One byte a character ----------------------------------------------------------- */

static int compare_singles(const struct single *a, const struct single *b)
{
    return memcmp(a->utf8, b->utf8, sizeof a->utf8);
}

/* By insertion: 128 of them, most in order. */
static void sort_singles(struct single *s)
{
    for (size_t i = 1; i < 128; i++) {
        struct single one = s[i];
        size_t        j   = i;
        for (; j && compare_singles(&s[j - 1], &one) > 0; j--)
            s[j] = s[j - 1];
        s[j] = one;
    }
}

/* Byte by byte, so that no conversion of iconv's that composes characters (CP1258) can. */
static void make_singles(struct transcoder *t, iconv_t cd)
{
    for (size_t i = 0; i < 128; i++) {
        struct single *s = &t->singles[i];
        s->byte          = (uint8_t)(0x80 + i);
        s->len           = (uint8_t)iconv_one(cd, &s->byte, 1, s->utf8, sizeof s->utf8);
    }
    if (t->from->kind == ENCODING_UTF8)
        sort_singles(t->singles);
}

static const struct single *find_single(const struct transcoder *t, const uint8_t *utf8,
                                        size_t n)
{
    struct single key = {.len = (uint8_t)n};
    size_t        low = 0, high = 128;

    memcpy(key.utf8, utf8, n);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order  = compare_singles(&t->singles[middle], &key);
        if (order == 0)
            return &t->singles[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- New and free ------------------------------------------------------------------- */

static const struct encoding utf8 = {"UTF8", "UTF-8", ENCODING_UTF8};

/* MULE_INTERNAL has none in PostgreSQL; a machine may lack the tables of others. */
static pgcopy_status no_conversion(const struct transcoder *t, pgcopy_error *err)
{
    return pgcopy_error_set(
        err, "42883",
        "default conversion function for encoding \"%s\" to \"%s\" does not exist",
        t->from->name, t->to->name);
}

static pgcopy_status open_iconv(struct transcoder *t, pgcopy_error *err)
{
    bool        single = t->to->kind == ENCODING_SINGLE || t->from->kind == ENCODING_SINGLE;
    const char *from = t->from->iconv, *to = t->to->iconv;
    iconv_t     cd = (iconv_t)-1;

    if (single && t->from == &utf8) {
        from = t->to->iconv;
        to   = utf8.iconv;
    }
    if (from && to)
        cd = iconv_open(to, from);
    if (cd == (iconv_t)-1)
        return no_conversion(t, err);
    if (single) {
        make_singles(t, cd);
        iconv_close(cd);
        return PGCOPY_OK;
    }
    t->iconv = cd;
    t->open  = true;
    return PGCOPY_OK;
}

struct transcoder *transcoder_new(const struct encoding *encoding, bool out,
                                  const pgcopy_allocator *a, pgcopy_error *err)
{
    struct transcoder *t = mem_new(a, sizeof *t);

    if (!t) {
        pgcopy_error_text(err, "53200", "out of memory");
        return NULL;
    }
    t->allocator = *a;
    t->from      = out ? &utf8 : encoding;
    t->to        = out ? encoding : &utf8;
    if (open_iconv(t, err) < 0) {
        transcoder_free(t);
        return NULL;
    }
    return t;
}

void transcoder_free(struct transcoder *t)
{
    pgcopy_allocator a;

    if (!t)
        return;
    if (t->open)
        iconv_close(t->iconv);
    a = t->allocator;
    mem_free(&a, t, sizeof *t);
}

/* ---- Characters --------------------------------------------------------------------- */

/* A form of two bytes may be taken by iconv for two characters of one, which PostgreSQL has
   not: a control character, ASCII, or the euro sign in front.  (The pairs of JIS X 0213, which
   PostgreSQL does have, are refused with them.) */
static bool is_one_character(const uint8_t *p, size_t n)
{
    return p[0] >= 0x80 && !(p[0] == 0xC2 && p[1] < 0xA0) && n <= CHARACTER_MAX &&
           utf8_length(p[0]) == n;
}

/* U+E000 to U+F8FF.  iconv has them for what users define in SJIS, EUC_JP and BIG5; of those
   that come here, PostgreSQL has GB18030's only. */
static bool is_private(const uint8_t *p, size_t n)
{
    return n == 3 && (p[0] == 0xEE || (p[0] == 0xEF && p[1] < 0xA4));
}

static size_t convert_by_iconv(struct transcoder *t, const uint8_t *src, size_t n,
                               uint8_t dst[TRANSCODE_SLACK])
{
    bool in      = t->to == &utf8;
    bool private = (in ? t->from : t->to)->kind == ENCODING_GB18030;
    size_t made;

    if (!in && !private && is_private(src, n))
        return 0;
    made = iconv_one(t->iconv, src, n, dst, TRANSCODE_SLACK);
    if (!in || !made)
        return made;
    return is_one_character(dst, made) && (private || !is_private(dst, made)) ? made : 0;
}

/* Of a character that is not ASCII; 0: it has no other side. */
static size_t convert(struct transcoder *t, const uint8_t *src, size_t n,
                      uint8_t dst[TRANSCODE_SLACK])
{
    const struct single *s;

    if (t->from->kind == ENCODING_SINGLE) {
        s = &t->singles[*src - 0x80];
        memcpy(dst, s->utf8, sizeof s->utf8);
        return s->len;
    }
    if (t->to->kind == ENCODING_SINGLE) {
        s      = find_single(t, src, n);
        dst[0] = s ? s->byte : 0;
        return s ? 1 : 0;
    }
    return convert_by_iconv(t, src, n, dst);
}

/* The character at src[n]; *len bytes become `made`. */
static enum transcode_stop convert_next(struct transcoder *t, const uint8_t *src, size_t n,
                                        uint8_t made[TRANSCODE_SLACK], size_t *len,
                                        size_t *size)
{
    *len = character_length(t->from->kind, src, n);
    if (*len > n)
        return TRANSCODE_CUT;
    if (!character_is_valid(t->from->kind, src, *len))
        return TRANSCODE_INVALID;
    *size = convert(t, src, *len, made);
    return *size ? TRANSCODE_ALL : TRANSCODE_UNMAPPABLE;
}

static size_t copy_ascii(const uint8_t *src, size_t n, uint8_t *dst, size_t room)
{
    size_t run = utf8_skip_ascii(src, 0, n < room ? n : room);

    memcpy(dst, src, run);
    return run;
}

size_t transcode(struct transcoder *t, const uint8_t *src, size_t n, uint8_t *dst, size_t cap,
                 size_t *made, enum transcode_stop *why)
{
    size_t  i = 0, len = 0, size = 0;
    uint8_t one[TRANSCODE_SLACK];

    *made = 0;
    *why  = TRANSCODE_ALL;
    while (i < n) {
        size_t run = copy_ascii(src + i, n - i, dst + *made, cap - *made);
        i += run;
        *made += run;
        if (i == n)
            break;
        *why =
            *made == cap ? TRANSCODE_FULL : convert_next(t, src + i, n - i, one, &len, &size);
        if (*why == TRANSCODE_ALL && size > cap - *made)
            *why = TRANSCODE_FULL;
        if (*why != TRANSCODE_ALL)
            break;
        memcpy(dst + *made, one, size);
        *made += size;
        i += len;
    }
    return i;
}

/* ---- Words (report_invalid_encoding, report_untranslatable_char) -------------------- */

static void add_bytes(pgcopy_error *err, const uint8_t *p, size_t n)
{
    char hex[8];

    for (size_t i = 0; i < n; i++) {
        snprintf(hex, sizeof hex, " 0x%02x", p[i]);
        text_add_message(err, hex, strlen(hex));
    }
}

void transcode_complain(const struct transcoder *t, enum transcode_stop why, const uint8_t *src,
                        size_t n, pgcopy_error *err)
{
    size_t len = character_length(t->from->kind, src, n);
    char   rest[128];

    len = len < n ? len : n;
    if (why != TRANSCODE_UNMAPPABLE) {
        pgcopy_error_set(err, "22021",
                         "invalid byte sequence for encoding \"%s\":", t->from->name);
        add_bytes(err, src, len);
        return;
    }
    pgcopy_error_text(err, "22P05", "character with byte sequence");
    add_bytes(err, src, len);
    snprintf(rest, sizeof rest, " in encoding \"%s\" has no equivalent in encoding \"%s\"",
             t->from->name, t->to->name);
    text_add_message(err, rest, strlen(rest));
}
