/*
 * pgcopy/batch.h - columns, the format they are written in, and rows: one block of bytes with a
 * row-major table of {start, len} over it.
 *
 *   bytes     1,Ann,\n2,"B""o",x\n
 *             ^ ^    ^^  ^      ^
 *   fields    0:1 2:3 6:NULL     row 0 of 3 columns
 *             7:1 10:3 16:1      row 1: `B"o`, unescaped where it lies
 */
#ifndef PGCOPY_BATCH_H
#define PGCOPY_BATCH_H

#include <pgcopy/base.h>

PGCOPY_BEGIN_DECLS

/* ---- Columns: of a table, a result, a COPY, or parameters --------------------------- */

typedef struct pgcopy_columns pgcopy_columns;

/* Made by add, then yours to fill.  Only grows. */
typedef struct pgcopy_column {
    const char *name;   /* a copy                                      */
    uint32_t    type;   /* OID; 0: not known, taken as text, unchecked */
    int32_t     typmod; /* as in pg_attribute; -1: none                */
    bool        not_null;
    bool        has_default;
    bool        generated; /* never copied, in either direction           */
} pgcopy_column;

/* What a table really is.  COPY FROM takes tables, partitioned and foreign ones too; COPY TO
   takes tables and materialized views (PostgreSQL 18; else 42809). */
typedef enum pgcopy_relation {
    PGCOPY_RELATION_TABLE       = 0,
    PGCOPY_RELATION_VIEW        = 1,
    PGCOPY_RELATION_MATVIEW     = 2,
    PGCOPY_RELATION_SEQUENCE    = 3,
    PGCOPY_RELATION_FOREIGN     = 4,
    PGCOPY_RELATION_PARTITIONED = 5,
    PGCOPY_RELATION_OTHER       = 6
} pgcopy_relation;

/* NULL: no memory. */
PGCOPY_API pgcopy_columns *pgcopy_columns_new(const pgcopy_allocator *allocator);
PGCOPY_API void            pgcopy_columns_free(pgcopy_columns *cols);

/* The new column, good until the next add; NULL for lack of memory.  typmod is -1. */
PGCOPY_API pgcopy_column *pgcopy_columns_add(pgcopy_columns *cols, const char *name,
                                             uint32_t type);
PGCOPY_API size_t         pgcopy_columns_count(const pgcopy_columns *cols);

/* NULL behind the last.  Good until the columns change. */
PGCOPY_API const pgcopy_column *pgcopy_columns_at(const pgcopy_columns *cols, size_t i);

/* Of whose columns these are; TABLE until it is set. */
PGCOPY_API void pgcopy_columns_set_relation(pgcopy_columns *cols, pgcopy_relation kind);
PGCOPY_API pgcopy_relation pgcopy_columns_relation(const pgcopy_columns *cols);

/* DateStyle (manual 8.5.2): how dates are written, and in which order their numbers are read
   and, but for ISO and GERMAN, written.  Zero is PostgreSQL's default: ISO, MDY. */
typedef enum pgcopy_date_style {
    PGCOPY_DATE_STYLE_ISO      = 0,
    PGCOPY_DATE_STYLE_SQL      = 1,
    PGCOPY_DATE_STYLE_POSTGRES = 2,
    PGCOPY_DATE_STYLE_GERMAN   = 3
} pgcopy_date_style;

typedef enum pgcopy_date_order {
    PGCOPY_DATE_ORDER_MDY = 0,
    PGCOPY_DATE_ORDER_DMY = 1,
    PGCOPY_DATE_ORDER_YMD = 2
} pgcopy_date_order;

typedef struct pgcopy_datestyle {
    pgcopy_date_style style;
    pgcopy_date_order order;
} pgcopy_datestyle;

/* In which order pgcopy_types_check() and pgcopy_types_to_binary() read the numbers of a date;
   MDY if it was never set. */
PGCOPY_API void pgcopy_columns_set_date_order(pgcopy_columns *cols, pgcopy_date_order order);
PGCOPY_API pgcopy_date_order pgcopy_columns_date_order(const pgcopy_columns *cols);

/*
 * Time zones and the clock, which the library does not have: you lend them.  Both functions are
 * called on the thread that uses the object they were given to; ctx is their first argument.
 */
typedef struct pgcopy_zone pgcopy_zone; /* pgcopy_zone_new(), in types.h */

typedef struct pgcopy_zones {
    size_t size;

    /* The zone of this name in any case, as PostgreSQL has it ("europe/berlin"); at most 255
       bytes.  The text may be a client's: only letters, digits and + - _ / may reach a file
       system.  NULL: there is none.  A zone stays good as long as what was given this struct.
       find NULL: zones are UTC's names and strings as POSIX has them ("PST8PDT"). */
    const pgcopy_zone *(*find)(void *ctx, const char *name);

    /* Microseconds from 2000-01-01 00:00 UTC, as PostgreSQL counts.  NULL: there is no clock,
       so now, today, tomorrow and yesterday are 0A000, as is a timetz whose text has no zone,
       where the offset depends on the day. */
    int64_t (*now)(void *ctx);
    void *ctx;
} pgcopy_zones;

/* What the text of a date or time is read by, where it does not say so itself. */
typedef struct pgcopy_when {
    const pgcopy_zone  *zone;  /* the session's TimeZone; NULL: UTC                        */
    const pgcopy_zones *zones; /* finds zones that values name; NULL: no find, no clock    */
    int64_t             now;   /* what `now` is, the transaction's start, in microseconds as
                                  above; not looked at without zones->now                  */
} pgcopy_when;

/* For pgcopy_types_check() and pgcopy_types_to_binary().  *when is copied, its zone and zones
   outlive the columns.  Until it is set all is zero: UTC, no clock. */
PGCOPY_API void pgcopy_columns_set_when(pgcopy_columns *cols, const pgcopy_when *when);

/* Never NULL; good as long as the columns. */
PGCOPY_API const pgcopy_when *pgcopy_columns_when(const pgcopy_columns *cols);

/* ---- The format: what COPY ... WITH (...) says -------------------------------------- */

typedef enum pgcopy_format_kind {
    PGCOPY_FORMAT_TEXT   = 0,
    PGCOPY_FORMAT_CSV    = 1,
    PGCOPY_FORMAT_BINARY = 2
} pgcopy_format_kind;

typedef enum pgcopy_header {
    PGCOPY_HEADER_NONE  = 0,
    PGCOPY_HEADER_LINE  = 1,
    PGCOPY_HEADER_MATCH = 2
} pgcopy_header;

typedef enum pgcopy_verbosity {
    PGCOPY_VERBOSITY_DEFAULT = 0,
    PGCOPY_VERBOSITY_VERBOSE = 1,
    PGCOPY_VERBOSITY_SILENT  = 2
} pgcopy_verbosity;

typedef struct pgcopy_format {
    size_t             size;
    pgcopy_format_kind kind;
    pgcopy_header      header;
    char               delimiter;      /* 0: tab, for CSV a comma               */
    char               quote;          /* 0: "                                  */
    char               escape;         /* 0: the quote                          */
    const char        *null_string;    /* NULL: \N, for CSV the empty string    */
    const char        *default_string; /* NULL: none                            */
    const char        *encoding;       /* NULL: UTF8, in a session the client's */
    const char *const *force_quote;    /* names, then NULL; "*" first: all      */
    const char *const *force_null;
    const char *const *force_not_null;
    bool               freeze;
    bool               ignore_errors; /* ON_ERROR ignore                       */
    pgcopy_verbosity   verbosity;
    uint64_t           reject_limit; /* 0: none                               */
    bool ignore_refused; /* ON_DATABASE_ERROR ignore: rows that the database refuses; not an
                            option of PostgreSQL's                            */

    /* CONVERT_SELECTIVELY, which PostgreSQL does not document (ProcessCopyOptions has it for
       file_fdw): of text and CSV that is read, columns that are not named here are NULL,
       whatever comes.  Names, then NULL.  NULL, or no name: all columns are read. */
    const char *const *convert_selectively;
} pgcopy_format;

/* ---- Rows: reading ------------------------------------------------------------------ */

/* Frozen.  Where a value lies.  A value is at most PGCOPY_LEN_MAX bytes; a len above that is a
   marker, and (int32_t)PGCOPY_NULL is ODBC's SQL_NULL_DATA. */
typedef struct pgcopy_field {
    uint32_t start;
    uint32_t len;
} pgcopy_field;

#define PGCOPY_NULL    0xFFFFFFFF
#define PGCOPY_DEFAULT 0xFFFFFFFE
#define PGCOPY_LEN_MAX 0x3FFFFFFF

/* Frozen.  Where a row came from. */
typedef struct pgcopy_row {
    uint32_t raw;  /* where its text as it came begins, see pgcopy_batch_raw() */
    uint32_t line; /* its line of the input, less the view's line0             */
} pgcopy_row;

typedef struct pgcopy_batch pgcopy_batch;

/* All there is to read, whole rows only.  Good until the batch is next written or cleared. */
typedef struct pgcopy_view {
    const uint8_t      *bytes; /* 64 more may be read, not used, before and behind */
    size_t              nbytes;
    const pgcopy_field *fields; /* fields[row * ncols + col]                        */
    const pgcopy_row   *rows;   /* NULL: the rows did not come from a decoder       */
    uint32_t            nrows;
    uint32_t            ncols;
    uint64_t            line0;
} pgcopy_view;

PGCOPY_API const pgcopy_view *pgcopy_batch_view(const pgcopy_batch *batch);

/* One value; data is NULL for NULL and DEFAULT, and for what is not there. */
PGCOPY_API pgcopy_slice pgcopy_batch_value(const pgcopy_batch *batch, size_t row, size_t col);

/* A row's text as it came, for messages: at least its first 101 bytes.  data is NULL for a row
   that is not there or did not come from a decoder. */
PGCOPY_API pgcopy_slice pgcopy_batch_raw(const pgcopy_batch *batch, size_t row);

/* The longest value of a column in n rows from `first`, in bytes; 0 if there is none. */
PGCOPY_API size_t pgcopy_batch_widest(const pgcopy_batch *batch, size_t col, size_t first,
                                      size_t n);

/*
 * Lays a column out for array binding: value i at dst + i * stride, unterminated, and its
 * length in indicator[i]: -1 for NULL, -2 for DEFAULT.  indicator is an array of SQLLEN. FULL:
 * a value is longer than stride; indicator tells which, and its bytes were not copied.
 * ERR_USAGE: not that many rows or columns; nothing was written.
 */
PGCOPY_API pgcopy_status pgcopy_batch_pack(const pgcopy_batch *batch, size_t col, size_t first,
                                           size_t n, void *dst, size_t stride,
                                           ptrdiff_t *indicator) PGCOPY_MUST_CHECK;

/* ---- Rows: writing ------------------------------------------------------------------ */

/* A batch is full at the first row end at or behind one of these. */
typedef struct pgcopy_batch_limits {
    size_t   size;
    uint32_t rows;   /* 0: 1024  */
    uint32_t bytes;  /* 0: 65536 */
    uint32_t fields; /* 0: 8192  */
} pgcopy_batch_limits;

/* ncols 0: as many as the first row has.  limits NULL: the defaults.  NULL: no memory. */
PGCOPY_API pgcopy_batch *pgcopy_batch_new(size_t ncols, const pgcopy_batch_limits *limits,
                                          const pgcopy_allocator *allocator);
PGCOPY_API void          pgcopy_batch_free(pgcopy_batch *batch);

/* Its rows go; its memory stays, and so does a row that has begun. */
PGCOPY_API void pgcopy_batch_clear(pgcopy_batch *batch);
PGCOPY_API void pgcopy_batch_set_limits(pgcopy_batch *batch, const pgcopy_batch_limits *limits);

/* How many rows it takes until its limit of rows. */
PGCOPY_API size_t pgcopy_batch_room(const pgcopy_batch *batch);

/* One more value of the row; len may be PGCOPY_NULL or PGCOPY_DEFAULT.  ERR_LIMIT: the value is
   too long, or the batch has 2 GiB; ERR_NOMEM.  A put that fails makes end_row fail, so only
   that one need be looked at. */
PGCOPY_API pgcopy_status pgcopy_batch_put(pgcopy_batch *batch, const void *data, size_t len);

/* One value in pieces: room for `want` bytes or more, then how many were used, and whether that
   was the last.  NULL: no memory, or the value is too long. */
PGCOPY_API void         *pgcopy_batch_put_buf(pgcopy_batch *batch, size_t want, size_t *room);
PGCOPY_API pgcopy_status pgcopy_batch_put_ack(pgcopy_batch *batch, size_t used, bool last);

/*
 * OK: the row is in.  FULL: it is in, and a limit is reached; more rows still fit, but stop.
 * Negative: the row is dropped (USAGE: it has another number of values than the rest).
 */
PGCOPY_API pgcopy_status pgcopy_batch_end_row(pgcopy_batch *batch) PGCOPY_MUST_CHECK;
PGCOPY_API void          pgcopy_batch_drop_row(pgcopy_batch *batch);

/*
 * Many rows in one call, all or none: fields[row * ncols + col] point into bytes[len], and what
 * they point to is copied.  The number of columns is the one new() was given, or that of the
 * rows that are in (USAGE while it is not known).  Answers as end_row does.
 */
PGCOPY_API pgcopy_status pgcopy_batch_add(pgcopy_batch *batch, const void *bytes, size_t len,
                                          const pgcopy_field *fields,
                                          size_t              nrows) PGCOPY_MUST_CHECK;

/* The same with n rows, from `first` on, of another batch: its number of columns is known. */
PGCOPY_API pgcopy_status pgcopy_batch_append(pgcopy_batch *batch, const pgcopy_batch *from,
                                             size_t first, size_t n) PGCOPY_MUST_CHECK;

PGCOPY_END_DECLS
#endif
