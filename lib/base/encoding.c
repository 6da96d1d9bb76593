/* base/encoding.c - the table of encodings: each name leads to the one that is meant.  */
#include "base/encoding.h"

#include <stdlib.h>
#include <string.h>

struct name {
    const char     *key; /* letters and digits, in lower case */
    struct encoding encoding;
};

/*
 * Sorted by key.  Of the names that iconv has for an encoding, the one whose characters are
 * those of PostgreSQL's maps, held against PostgreSQL 15 for all one- and two-byte sequences:
 * EUC-JP-MS and CP932, not EUC-JP and SJIS.  glibc's differ in 267 symbols of BIG5, 25 of
 * GB18030 (its edition of 2005), 189 of UHC's for private use and 2 of EUC_JIS_2004.
 */
static const struct name names[] = {
    {"abc", {"WIN1258", "CP1258", ENCODING_SINGLE}},
    {"alt", {"WIN866", "CP866", ENCODING_SINGLE}},
    {"big5", {"BIG5", "BIG5", ENCODING_DOUBLE}},
    {"euccn", {"EUC_CN", "EUC-CN", ENCODING_EUC_CN}},
    {"eucjis2004", {"EUC_JIS_2004", "EUC-JISX0213", ENCODING_EUC_JP}},
    {"eucjp", {"EUC_JP", "EUC-JP-MS", ENCODING_EUC_JP}},
    {"euckr", {"EUC_KR", "EUC-KR", ENCODING_EUC_KR}},
    {"euctw", {"EUC_TW", "EUC-TW", ENCODING_EUC_TW}},
    {"gb18030", {"GB18030", "GB18030", ENCODING_GB18030}},
    {"gbk", {"GBK", "GBK", ENCODING_DOUBLE}},
    {"iso88591", {"LATIN1", "ISO-8859-1", ENCODING_SINGLE}},
    {"iso885910", {"LATIN6", "ISO-8859-10", ENCODING_SINGLE}},
    {"iso885913", {"LATIN7", "ISO-8859-13", ENCODING_SINGLE}},
    {"iso885914", {"LATIN8", "ISO-8859-14", ENCODING_SINGLE}},
    {"iso885915", {"LATIN9", "ISO-8859-15", ENCODING_SINGLE}},
    {"iso885916", {"LATIN10", "ISO-8859-16", ENCODING_SINGLE}},
    {"iso88592", {"LATIN2", "ISO-8859-2", ENCODING_SINGLE}},
    {"iso88593", {"LATIN3", "ISO-8859-3", ENCODING_SINGLE}},
    {"iso88594", {"LATIN4", "ISO-8859-4", ENCODING_SINGLE}},
    {"iso88595", {"ISO_8859_5", "ISO-8859-5", ENCODING_SINGLE}},
    {"iso88596", {"ISO_8859_6", "ISO-8859-6", ENCODING_SINGLE}},
    {"iso88597", {"ISO_8859_7", "ISO-8859-7", ENCODING_SINGLE}},
    {"iso88598", {"ISO_8859_8", "ISO-8859-8", ENCODING_SINGLE}},
    {"iso88599", {"LATIN5", "ISO-8859-9", ENCODING_SINGLE}},
    {"johab", {"JOHAB", "JOHAB", ENCODING_JOHAB}},
    {"koi8", {"KOI8R", "KOI8-R", ENCODING_SINGLE}},
    {"koi8r", {"KOI8R", "KOI8-R", ENCODING_SINGLE}},
    {"koi8u", {"KOI8U", "KOI8-U", ENCODING_SINGLE}},
    {"latin1", {"LATIN1", "ISO-8859-1", ENCODING_SINGLE}},
    {"latin10", {"LATIN10", "ISO-8859-16", ENCODING_SINGLE}},
    {"latin2", {"LATIN2", "ISO-8859-2", ENCODING_SINGLE}},
    {"latin3", {"LATIN3", "ISO-8859-3", ENCODING_SINGLE}},
    {"latin4", {"LATIN4", "ISO-8859-4", ENCODING_SINGLE}},
    {"latin5", {"LATIN5", "ISO-8859-9", ENCODING_SINGLE}},
    {"latin6", {"LATIN6", "ISO-8859-10", ENCODING_SINGLE}},
    {"latin7", {"LATIN7", "ISO-8859-13", ENCODING_SINGLE}},
    {"latin8", {"LATIN8", "ISO-8859-14", ENCODING_SINGLE}},
    {"latin9", {"LATIN9", "ISO-8859-15", ENCODING_SINGLE}},
    {"mskanji", {"SJIS", "CP932", ENCODING_SJIS}},
    {"muleinternal", {"MULE_INTERNAL", NULL, ENCODING_MULE}},
    {"shiftjis", {"SJIS", "CP932", ENCODING_SJIS}},
    {"shiftjis2004", {"SHIFT_JIS_2004", "SHIFT_JISX0213", ENCODING_SJIS}},
    {"sjis", {"SJIS", "CP932", ENCODING_SJIS}},
    {"sqlascii", {"SQL_ASCII", NULL, ENCODING_SQL_ASCII}},
    {"tcvn", {"WIN1258", "CP1258", ENCODING_SINGLE}},
    {"tcvn5712", {"WIN1258", "CP1258", ENCODING_SINGLE}},
    {"uhc", {"UHC", "UHC", ENCODING_DOUBLE}},
    {"unicode", {"UTF8", "UTF-8", ENCODING_UTF8}},
    {"utf8", {"UTF8", "UTF-8", ENCODING_UTF8}},
    {"vscii", {"WIN1258", "CP1258", ENCODING_SINGLE}},
    {"win", {"WIN1251", "CP1251", ENCODING_SINGLE}},
    {"win1250", {"WIN1250", "CP1250", ENCODING_SINGLE}},
    {"win1251", {"WIN1251", "CP1251", ENCODING_SINGLE}},
    {"win1252", {"WIN1252", "CP1252", ENCODING_SINGLE}},
    {"win1253", {"WIN1253", "CP1253", ENCODING_SINGLE}},
    {"win1254", {"WIN1254", "CP1254", ENCODING_SINGLE}},
    {"win1255", {"WIN1255", "CP1255", ENCODING_SINGLE}},
    {"win1256", {"WIN1256", "CP1256", ENCODING_SINGLE}},
    {"win1257", {"WIN1257", "CP1257", ENCODING_SINGLE}},
    {"win1258", {"WIN1258", "CP1258", ENCODING_SINGLE}},
    {"win866", {"WIN866", "CP866", ENCODING_SINGLE}},
    {"win874", {"WIN874", "CP874", ENCODING_SINGLE}},
    {"win932", {"SJIS", "CP932", ENCODING_SJIS}},
    {"win936", {"GBK", "GBK", ENCODING_DOUBLE}},
    {"win949", {"UHC", "UHC", ENCODING_DOUBLE}},
    {"win950", {"BIG5", "BIG5", ENCODING_DOUBLE}},
    {"windows1250", {"WIN1250", "CP1250", ENCODING_SINGLE}},
    {"windows1251", {"WIN1251", "CP1251", ENCODING_SINGLE}},
    {"windows1252", {"WIN1252", "CP1252", ENCODING_SINGLE}},
    {"windows1253", {"WIN1253", "CP1253", ENCODING_SINGLE}},
    {"windows1254", {"WIN1254", "CP1254", ENCODING_SINGLE}},
    {"windows1255", {"WIN1255", "CP1255", ENCODING_SINGLE}},
    {"windows1256", {"WIN1256", "CP1256", ENCODING_SINGLE}},
    {"windows1257", {"WIN1257", "CP1257", ENCODING_SINGLE}},
    {"windows1258", {"WIN1258", "CP1258", ENCODING_SINGLE}},
    {"windows866", {"WIN866", "CP866", ENCODING_SINGLE}},
    {"windows874", {"WIN874", "CP874", ENCODING_SINGLE}},
    {"windows932", {"SJIS", "CP932", ENCODING_SJIS}},
    {"windows936", {"GBK", "GBK", ENCODING_DOUBLE}},
    {"windows949", {"UHC", "UHC", ENCODING_DOUBLE}},
    {"windows950", {"BIG5", "BIG5", ENCODING_DOUBLE}},
};

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct name *)entry)->key);
}

/* The name without case and punctuation (clean_encoding_name). */
const struct encoding *encoding_find(const char *name)
{
    char               key[64];
    size_t             n = 0;
    const struct name *found;

    if (strlen(name) >= sizeof key)
        return NULL;
    for (; *name; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            key[n++] = c;
    }
    key[n] = '\0';
    found  = bsearch(key, names, sizeof names / sizeof *names, sizeof *names, compare);
    return found ? &found->encoding : NULL;
}
