/*
 * pgcopy/base.h - what every other header needs: status, slices, memory, errors, output.
 *
 * The library does no I/O, starts no thread, takes no lock, reads no clock, has no globals.
 * What new() gives, free() takes, NULL too; all else is borrowed and its comment says until
 * when.  Arguments are copied unless the comment says otherwise.  A struct that you fill begins
 * with its sizeof, and zero is the default of every other field.  One thread at a time uses an
 * object; it may move between threads.  Reading never writes.
 */
#ifndef PGCOPY_BASE_H
#define PGCOPY_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pgcopy/version.h>

#ifdef __cplusplus
#define PGCOPY_BEGIN_DECLS extern "C" {
#define PGCOPY_END_DECLS   }
#else
#define PGCOPY_BEGIN_DECLS
#define PGCOPY_END_DECLS
#endif

#ifndef PGCOPY_API
#if defined(PGCOPY_STATIC)
#define PGCOPY_API
#elif defined(_WIN32) && defined(PGCOPY_BUILDING)
#define PGCOPY_API __declspec(dllexport)
#elif defined(_WIN32)
#define PGCOPY_API __declspec(dllimport)
#else
#define PGCOPY_API __attribute__((visibility("default")))
#endif
#endif

#ifndef PGCOPY_MUST_CHECK
#if defined(__GNUC__)
#define PGCOPY_MUST_CHECK   __attribute__((warn_unused_result))
#define PGCOPY_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define PGCOPY_MUST_CHECK
#define PGCOPY_PRINTF(f, a)
#endif
#endif

PGCOPY_BEGIN_DECLS

/* Zero: done.  Positive: why it stopped.  Negative: an error. */
typedef enum pgcopy_status {
    PGCOPY_OK    = 0,
    PGCOPY_AGAIN = 1, /* all input is taken: bring more                   */
    PGCOPY_FULL  = 2, /* there are rows to use: do, then call again       */
    PGCOPY_END   = 3, /* that was all                                     */

    PGCOPY_ERR_NOMEM       = -1,
    PGCOPY_ERR_USAGE       = -2, /* a wrong argument or out of turn; nothing changed */
    PGCOPY_ERR_PROTOCOL    = -3, /* the peer broke the wire protocol                 */
    PGCOPY_ERR_DATA        = -4, /* not valid COPY data                              */
    PGCOPY_ERR_LIMIT       = -5, /* over a limit                                     */
    PGCOPY_ERR_UNSUPPORTED = -6,
    PGCOPY_ERR_SQL         = -7, /* refused; a pgcopy_error says why                 */
    PGCOPY_ERR_LOST        = -8  /* the database connection is gone                  */
} pgcopy_status;

/* In English, constant, never NULL. */
PGCOPY_API const char *pgcopy_strerror(pgcopy_status status);

/* Of the library that is linked, where version.h is of the one compiled against. */
PGCOPY_API const char *pgcopy_version(void);
PGCOPY_API unsigned    pgcopy_version_num(void);

/* Frozen.  Bytes that someone else owns.  As an in/out argument: on return, what is left. */
typedef struct pgcopy_slice {
    const uint8_t *data;
    size_t         len;
} pgcopy_slice;

/*
 * Frozen.  ptr NULL allocates, new_size 0 frees, else it resizes; NULL for lack of memory, and
 * ptr is still good.  Wherever one is asked for, NULL is malloc's.  ctx outlives what it made;
 * where jobs run on other threads, resize is called there too.
 */
typedef struct pgcopy_allocator {
    void *(*resize)(void *ctx, void *ptr, size_t old_size, size_t new_size);
    void *ctx;
} pgcopy_allocator;

typedef enum pgcopy_severity {
    PGCOPY_SEVERITY_ERROR   = 0,
    PGCOPY_SEVERITY_FATAL   = 1, /* and the connection ends */
    PGCOPY_SEVERITY_WARNING = 2,
    PGCOPY_SEVERITY_NOTICE  = 3,
    PGCOPY_SEVERITY_INFO    = 4,
    PGCOPY_SEVERITY_LOG     = 5,
    PGCOPY_SEVERITY_DEBUG   = 6
} pgcopy_severity;

/*
 * An ErrorResponse or NoticeResponse (protocol 54.8) as a value: nothing to free, {0} is none.
 * All text is UTF-8 with a NUL, and cut at a character where it is too long.  A client gets
 * message and message_more as one text of at most 4094 bytes, detail and detail_more as one of
 * 2046: the library's functions fill both; if you write message yourself, its more stays "".
 * Not frozen before 1.0.
 */
typedef struct pgcopy_error {
    char            sqlstate[6]; /* "" when there is none                            */
    pgcopy_severity severity;
    uint32_t        position; /* in the statement, in characters, from 1; 0: none */
    uint32_t        row;      /* of the batch, from 1; 0: not known               */
    char            message[512];
    char            detail[512];
    char            hint[192];
    char            where[384]; /* CONTEXT; for a COPY the library writes it        */
    char            schema[64];
    char            table[64];
    char            column[64];
    char            type[64];
    char            constraint[64];
    char            message_more[3584]; /* goes on where message is full; "": it is not */
    char            detail_more[1536];  /* likewise                                     */
} pgcopy_error;

/*
 * Clears *err (NULL: no one asks), sets its state and message, and returns PGCOPY_ERR_SQL.
 * text() is for words that are not yours to format, and for callers without varargs.
 */
PGCOPY_API pgcopy_status pgcopy_error_set(pgcopy_error *err, const char *sqlstate,
                                          const char *fmt, ...) PGCOPY_PRINTF(3, 4);
PGCOPY_API pgcopy_status pgcopy_error_text(pgcopy_error *err, const char *sqlstate,
                                           const char *message);

/* Frozen.  Output that grows; {0} to begin, len = 0 to use it again.  Writing never fails at
   once: for lack of memory `failed` is set and stays, and what follows is dropped. */
typedef struct pgcopy_buf {
    uint8_t                *data;
    size_t                  len;
    size_t                  cap;
    const pgcopy_allocator *allocator; /* borrowed until free */
    bool                    failed;
} pgcopy_buf;

PGCOPY_API void pgcopy_buf_append(pgcopy_buf *buf, const void *data, size_t len);
PGCOPY_API void pgcopy_buf_free(pgcopy_buf *buf); /* what it holds, not buf itself */

/* Where a number of rows is asked for: there is none, or the library's own count will do. */
#define PGCOPY_NO_COUNT 0xFFFFFFFFFFFFFFFF

PGCOPY_END_DECLS
#endif
