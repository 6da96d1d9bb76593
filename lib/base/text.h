/* base/text.h - text of a bounded size: cut at a character, never in one. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <pgcopy/base.h>

enum {
    TEXT_NAME_MAX = 63, /* of an identifier, in bytes (NAMEDATALEN - 1)                  */
    TEXT_CLIP     = 100 /* of a value or line in CONTEXT (MAX_COPY_DATA_DISPLAY)         */
};

/* The length of the longest start of text that is at most max bytes and ends between two UTF-8
   characters; bytes that are not UTF-8 count as one each. */
size_t text_cut(const void *text, size_t len, size_t max);

/* Appends len bytes to the C string in dst[cap], cut at a character where they do not fit. */
void text_add(char *dst, size_t cap, const void *text, size_t len);

/* Appends to the message or the detail of an error, and what they have no room for to their
   `more`. */
void text_add_message(pgcopy_error *err, const char *text, size_t len);
void text_add_detail(pgcopy_error *err, const char *text, size_t len);

/* Appends text as CONTEXT shows it: the first TEXT_CLIP bytes, and "..." if there were more. */
void text_add_clipped(char *dst, size_t cap, pgcopy_slice text);

/* The same name but for the case of ASCII letters: PostgreSQL folds names to lower case that
   other databases keep as they were written. */
bool text_same_name(const char *a, const char *b);

/* Whether a client that wrote name may mean known: PostgreSQL folds names to lower case, so
   small letters find large ones too; a name with large letters was quoted and finds itself
   alone. */
bool text_finds_name(const char *known, const char *name);

/* Which of them comes first, likewise: less than, equal to or greater than zero. */
int text_order_names(const char *a, const char *b);

#endif
