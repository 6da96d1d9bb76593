/*
 * codec/scan.h - the one place where bytes are looked at many at a time: three passes over a
 * chunk, in a table of functions for each kind of processor.
 *
 *   bytes     1 , A n n , \n 2 , " B , " , \n          classify   copies, and sorts into words
 *   sep       . 1 . . . 1 1  . 1 . . 1 . 1 1
 *   mark      . . . . . . .  . . 1 . . 1 . .
 *   live      . 1 . . . 1 1  . 1 . . . . 1 1           split      those outside quotes: the
 * ends fields    0:1 2:3 6:NULL   7:1 10:2 14:NULL        fields     {start, len}, NULLs, no
 * quotes
 */
#ifndef CODEC_SCAN_H
#define CODEC_SCAN_H

#include <pgcopy/batch.h>

enum {
    SCAN_CHUNK = 2048, /* stays in the first cache between the passes     */
    SCAN_WORDS = SCAN_CHUNK / 64,
    SCAN_SLACK = 64 /* what a pass may write behind what it means to  */
};

/* Bit i of word w is byte 64 * w + i of the chunk; bits behind its end are 0. */
struct scan_words {
    uint64_t sep[SCAN_WORDS];    /* delimiter or LF               */
    uint64_t eol[SCAN_WORDS];    /* LF                            */
    uint64_t mark[SCAN_WORDS];   /* quote, or backslash           */
    uint64_t letter[SCAN_WORDS]; /* N, of text with a mark        */
    uint64_t high[SCAN_WORDS];   /* above 0x7F                    */
};

struct scan_set {
    uint8_t delim;
    uint8_t mark;
};

enum {
    SCAN_HIGH = 1,
    SCAN_MARK = 2,
    SCAN_CR   = 4,
    SCAN_NUL  = 8,
    SCAN_DOT  = 16 /* text: a dot behind a backslash, live or not */
};

/* What lies before the chunk: whatever is needed to go on in the middle of a field. */
struct scan_carry {
    bool     open;     /* in quotes; text: behind a live backslash                     */
    bool     at_start; /* of a field                                                   */
    bool     closed;   /* CSV: behind a quote that closes                              */
    bool     slash;    /* text: the field is a backslash so far                        */
    bool     marker;   /* text: it is \N so far                                        */
    bool     odd;      /* it needs a closer look, see scan_ends.odd                    */
    uint64_t nulls;    /* text: all ones if \N is NULL                                 */
};

/*
 * The ends of fields, as offsets into the block: field i lies between end[i] and end[i + 1],
 * so end[0] is that of the field before.  A flag tells that the field is quoted, or text and
 * NULL.  It is odd if more than that has to be done: something inside to be undone, or a line
 * end that is data.
 */
struct scan_ends {
    uint32_t n;
    uint32_t lines;   /* how many of them are line ends */
    uint32_t nodd;    /* how many fields are odd        */
    uint32_t hidden;  /* how many line ends are data    */
    bool     flagged; /* there may be flags             */
    uint32_t end[1 + SCAN_CHUNK + SCAN_SLACK];
    uint64_t flag[SCAN_WORDS + 2]; /* bit i of word w: field 64 * w + i */
    uint16_t odd[SCAN_CHUNK];      /* which ones, in order              */
};

/* What a flag means, and which fields without it are NULL: all ones, or 0. */
struct scan_kind {
    uint32_t quotes; /* flagged fields lose a byte at both ends; else they are NULL */
    uint32_t empty;  /* empty ones are NULL                                         */
};

typedef unsigned scan_classify(uint8_t *dst, const uint8_t *src, size_t n, struct scan_set set,
                               struct scan_words *words);
typedef unsigned scan_letters(const uint8_t *p, size_t n, struct scan_words *words);
typedef void     scan_split(struct scan_carry *carry, const struct scan_words *words, size_t n,
                            uint32_t base, struct scan_ends *ends);
typedef void     scan_fields(const struct scan_ends *ends, struct scan_kind kind,
                             pgcopy_field *fields);
typedef bool     scan_utf8(const uint8_t *p, size_t n, const uint64_t *high);
typedef uint32_t scan_unquote(uint8_t *p, uint32_t len, uint8_t quote, bool *open);

/* How values are written. */
enum { SCAN_NULL_MAX = 32, SCAN_FIELD_ROOM = 64, SCAN_ESCAPE_ROOM = 64 };

struct scan_marks {
    uint8_t delim;
    uint8_t mark;   /* the quote; text: the backslash   */
    uint8_t escape; /* stands before what is escaped    */
};

struct scan_write {
    struct scan_marks marks;
    uint32_t          guarded;             /* values of this length are looked at apart    */
    uint32_t          null_len;            /* over SCAN_NULL_MAX: NULLs are apart too      */
    uint8_t           null[SCAN_NULL_MAX]; /* as it is written                             */
    bool              stops[256];          /* CSV: what calls for quotes                   */
    uint8_t           behind[256];         /* what stands behind the escape; 0: no need    */
};

/* The first of n fields that are short and need nothing, each with a delimiter behind; *n: so
   many of them.  There is room for SCAN_FIELD_ROOM a field. */
typedef uint8_t *scan_write_run(const struct scan_write *w, const uint8_t *bytes,
                                const pgcopy_field *fields, uint32_t *n, uint8_t *to);
/* There is room for 2 * n + SCAN_ESCAPE_ROOM. */
typedef uint8_t *scan_write_escaped(const struct scan_write *w, uint8_t *to, const uint8_t *p,
                                    size_t n);

struct scan_table {
    const char *name;
    /* Copies n <= SCAN_CHUNK bytes to dst, which may be src, and sorts them; SCAN_..., what was
       seen.  SCAN_SLACK more bytes of dst may be written. */
    scan_classify *classify;
    /* Text with a mark in it or right before: looks for N, and for dots (SCAN_DOT). */
    scan_letters *letters;
    /* Appends the ends of n bytes that lie at base, end[0] being set; carry moves on to what
       lies behind them.  plain: no mark was seen, and nothing is open. */
    scan_split *split_csv;
    scan_split *split_text;
    scan_split *split_plain;
    /* Writes ends->n fields; SCAN_SLACK more may be written. */
    scan_fields *fields;
    /* Are these whole characters of UTF-8?  NUL is not looked for.  64 bytes may be read
     * behind. */
    scan_utf8 *utf8;
    /* A field of CSV where ESCAPE is QUOTE: the new length; open: no quote ends it. */
    scan_unquote *unquote;
    /* Fields of a batch as they are, or each in quotes. */
    scan_write_run *write_short;
    scan_write_run *write_quoted;
    /* Does a value hold any of stops? */
    bool (*finds_stop)(const struct scan_write *w, const uint8_t *p, size_t n);
    /* Any value, and what stands inside quotes. */
    scan_write_escaped *escape_text;
    scan_write_escaped *escape_quoted;
};

/* What this processor can run, the best first; NULL ends the list. */
const struct scan_table *scan_at(size_t i);

static inline bool scan_bit(const uint64_t *words, size_t i)
{
    return words[i / 64] >> i % 64 & 1;
}

#endif
