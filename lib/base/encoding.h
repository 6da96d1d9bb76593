/* base/encoding.h - the encodings that PostgreSQL knows, by all their names (manual 24.3). */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include <pgcopy/base.h>

/* How the bytes of a character are told from each other (pg_wchar_table). */
enum encoding_kind {
    ENCODING_UTF8,
    ENCODING_SQL_ASCII, /* bytes of which nothing is known */
    ENCODING_SINGLE,    /* a byte is a character           */
    ENCODING_EUC_JP,
    ENCODING_EUC_CN,
    ENCODING_EUC_KR,
    ENCODING_EUC_TW,
    ENCODING_SJIS,
    ENCODING_DOUBLE, /* one byte, or two if the first is above 0x7F */
    ENCODING_GB18030,
    ENCODING_JOHAB,
    ENCODING_MULE /* no way to UTF-8 and back, in PostgreSQL either */
};

struct encoding {
    const char        *name;  /* as PostgreSQL writes it */
    const char        *iconv; /* as iconv_open() wants it */
    enum encoding_kind kind;
};

/* Names are compared by their letters and digits only, in any case.  NULL: there is none. */
const struct encoding *encoding_find(const char *name);

#endif
