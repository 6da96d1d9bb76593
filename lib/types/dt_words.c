/*
 * types/dt_words.c - the words of dates and times: months, days, zones, and the few that stand
 * for a point of time.
 */
#include "types/datetime.h"

#include <string.h>

enum { WORD_CUT = 10 }; /* PostgreSQL compares no more of a word (TOKMAXLEN) */

static const struct {
    char         text[WORD_CUT + 1];
    enum dt_word word;
    int          value;
} words[] = {
    {"-infinity", WORD_EARLY, 0},
    {"+infinity", WORD_LATE, 0}, /* since 17 */
    {"infinity", WORD_LATE, 0},
    {"epoch", WORD_EPOCH, 0},
    {"allballs", WORD_MIDNIGHT, 0},
    {"now", WORD_CLOCK, 0},
    {"today", WORD_CLOCK, 0},
    {"tomorrow", WORD_CLOCK, 1},
    {"yesterday", WORD_CLOCK, -1},
    {"ad", WORD_BC, 0},
    {"bc", WORD_BC, 1},
    {"am", WORD_PM, 0},
    {"pm", WORD_PM, 1},
    {"at", WORD_NOISE, 0},
    {"on", WORD_NOISE, 0},
    {"dst", WORD_DST, 3600},
    {"t", WORD_T, 0},
    {"j", WORD_JULIAN, 0},
    {"jd", WORD_JULIAN, 0},
    {"julian", WORD_JULIAN, 0},
    {"d", WORD_UNIT, 0},
    {"dow", WORD_UNIT, 0},
    {"doy", WORD_UNIT, 0},
    {"h", WORD_UNIT, 0},
    {"isodow", WORD_UNIT, 0},
    {"isoyear", WORD_UNIT, 0},
    {"m", WORD_UNIT, 0},
    {"mm", WORD_UNIT, 0},
    {"s", WORD_UNIT, 0},
    {"y", WORD_UNIT, 0},
    {"jan", WORD_MONTH, 1},
    {"january", WORD_MONTH, 1},
    {"feb", WORD_MONTH, 2},
    {"february", WORD_MONTH, 2},
    {"mar", WORD_MONTH, 3},
    {"march", WORD_MONTH, 3},
    {"apr", WORD_MONTH, 4},
    {"april", WORD_MONTH, 4},
    {"may", WORD_MONTH, 5},
    {"jun", WORD_MONTH, 6},
    {"june", WORD_MONTH, 6},
    {"jul", WORD_MONTH, 7},
    {"july", WORD_MONTH, 7},
    {"aug", WORD_MONTH, 8},
    {"august", WORD_MONTH, 8},
    {"sep", WORD_MONTH, 9},
    {"sept", WORD_MONTH, 9},
    {"september", WORD_MONTH, 9},
    {"oct", WORD_MONTH, 10},
    {"october", WORD_MONTH, 10},
    {"nov", WORD_MONTH, 11},
    {"november", WORD_MONTH, 11},
    {"dec", WORD_MONTH, 12},
    {"december", WORD_MONTH, 12},
    {"sun", WORD_DOW, 0},
    {"sunday", WORD_DOW, 0},
    {"mon", WORD_DOW, 1},
    {"monday", WORD_DOW, 1},
    {"tue", WORD_DOW, 2},
    {"tues", WORD_DOW, 2},
    {"tuesday", WORD_DOW, 2},
    {"wed", WORD_DOW, 3},
    {"weds", WORD_DOW, 3},
    {"wednesday", WORD_DOW, 3},
    {"thu", WORD_DOW, 4},
    {"thur", WORD_DOW, 4},
    {"thurs", WORD_DOW, 4},
    {"thursday", WORD_DOW, 4},
    {"fri", WORD_DOW, 5},
    {"friday", WORD_DOW, 5},
    {"sat", WORD_DOW, 6},
    {"saturday", WORD_DOW, 6},
};

/*
 * The zone abbreviations that PostgreSQL knows by default (pg_timezone_abbrevs), in quarters of
 * an hour and in the order of strcmp.  Where it follows a zone's history (dt_zone.c), this is
 * the offset of today, for those who have no files of zones.
 */
static const struct {
    char   text[7];
    int8_t quarters;
    int8_t summer;
} zones[] = {
    {"acdt", 42, 1},   {"acsst", 42, 1},  {"acst", 38, 0},  {"act", -20, 0},  {"acwst", 35, 0},
    {"adt", -12, 1},   {"aedt", 44, 1},   {"aesst", 44, 1}, {"aest", 40, 0},  {"aft", 18, 0},
    {"akdt", -32, 1},  {"akst", -36, 0},  {"almst", 28, 1}, {"almt", 24, 0},  {"amst", 16, 0},
    {"amt", -16, 0},   {"anast", 48, 0},  {"anat", 48, 0},  {"arst", -12, 0}, {"art", -12, 0},
    {"ast", -16, 0},   {"awsst", 36, 1},  {"awst", 32, 0},  {"azost", 0, 1},  {"azot", -4, 0},
    {"azst", 16, 0},   {"azt", 16, 0},    {"bdst", 8, 1},   {"bdt", 24, 0},   {"bnt", 32, 0},
    {"bort", 32, 0},   {"bot", -16, 0},   {"bra", -12, 0},  {"brst", -8, 1},  {"brt", -12, 0},
    {"bst", 4, 1},     {"btt", 24, 0},    {"cadt", 42, 1},  {"cast", 38, 0},  {"cct", 32, 0},
    {"cdt", -20, 1},   {"cest", 8, 1},    {"cet", 4, 0},    {"cetdst", 8, 1}, {"chadt", 55, 1},
    {"chast", 51, 0},  {"chut", 40, 0},   {"ckt", -40, 0},  {"clst", -12, 1}, {"clt", -12, 1},
    {"cot", -20, 0},   {"cst", -24, 0},   {"cxt", 28, 0},   {"davt", 28, 0},  {"ddut", 40, 0},
    {"easst", -20, 1}, {"east", -20, 1},  {"eat", 12, 0},   {"edt", -16, 1},  {"eest", 12, 1},
    {"eet", 8, 0},     {"eetdst", 12, 1}, {"egst", 0, 1},   {"egt", -4, 0},   {"est", -20, 0},
    {"fet", 12, 0},    {"fjst", 52, 1},   {"fjt", 48, 0},   {"fkst", -12, 0}, {"fkt", -12, 0},
    {"fnst", -4, 1},   {"fnt", -8, 0},    {"galt", -24, 0}, {"gamt", -36, 0}, {"gest", 16, 0},
    {"get", 16, 0},    {"gft", -12, 0},   {"gilt", 48, 0},  {"gmt", 0, 0},    {"gyt", -16, 0},
    {"hkt", 32, 0},    {"hst", -40, 0},   {"ict", 28, 0},   {"idt", 12, 1},   {"iot", 24, 0},
    {"irkst", 32, 0},  {"irkt", 32, 0},   {"irt", 14, 0},   {"ist", 8, 0},    {"jayt", 36, 0},
    {"jst", 36, 0},    {"kdt", 40, 1},    {"kgst", 24, 1},  {"kgt", 24, 0},   {"kost", 44, 0},
    {"krast", 28, 0},  {"krat", 28, 0},   {"kst", 36, 0},   {"lhdt", 44, 1},  {"lhst", 42, 0},
    {"ligt", 40, 0},   {"lint", 56, 0},   {"lkt", 22, 0},   {"magst", 44, 0}, {"magt", 44, 0},
    {"mart", -38, 0},  {"mawt", 20, 0},   {"mdt", -24, 1},  {"mest", 8, 1},   {"mesz", 8, 1},
    {"met", 4, 0},     {"metdst", 8, 1},  {"mez", 4, 0},    {"mht", 48, 0},   {"mmt", 26, 0},
    {"mpt", 40, 0},    {"msd", 16, 1},    {"msk", 12, 0},   {"mst", -28, 0},  {"must", 20, 1},
    {"mut", 16, 0},    {"mvt", 20, 0},    {"myt", 32, 0},   {"ndt", -10, 1},  {"nft", -14, 0},
    {"novst", 28, 0},  {"novt", 28, 0},   {"npt", 23, 0},   {"nst", -14, 0},  {"nut", -44, 0},
    {"nzdt", 52, 1},   {"nzst", 48, 0},   {"nzt", 48, 0},   {"omsst", 24, 0}, {"omst", 24, 0},
    {"pdt", -28, 1},   {"pet", -20, 0},   {"petst", 48, 0}, {"pett", 48, 0},  {"pgt", 40, 0},
    {"pht", 32, 0},    {"pkst", 24, 1},   {"pkt", 20, 0},   {"pmdt", -8, 1},  {"pmst", -12, 0},
    {"pont", 44, 0},   {"pst", -32, 0},   {"pwt", 36, 0},   {"pyst", -12, 1}, {"pyt", -12, 0},
    {"ret", 16, 0},    {"sadt", 42, 1},   {"sast", 8, 0},   {"sct", 16, 0},   {"sgt", 32, 0},
    {"taht", -40, 0},  {"tft", 20, 0},    {"tjt", 20, 0},   {"tkt", 52, 0},   {"tmt", 20, 0},
    {"tot", 52, 0},    {"trut", 40, 0},   {"tvt", 48, 0},   {"uct", 0, 0},    {"ulast", 36, 1},
    {"ulat", 32, 0},   {"ut", 0, 0},      {"utc", 0, 0},    {"uyst", -8, 1},  {"uyt", -12, 0},
    {"uzst", 24, 1},   {"uzt", 20, 0},    {"vet", -16, 0},  {"vlast", 40, 0}, {"vlat", 40, 0},
    {"volt", 12, 0},   {"vut", 44, 0},    {"wadt", 32, 1},  {"wakt", 48, 0},  {"wast", 28, 0},
    {"wat", 4, 0},     {"wdt", 36, 1},    {"wet", 0, 0},    {"wetdst", 4, 1}, {"wft", 48, 0},
    {"wgst", -8, 1},   {"wgt", -12, 0},   {"xjt", 24, 0},   {"yakst", 36, 0}, {"yakt", 36, 0},
    {"yapt", 40, 0},   {"yekst", 24, 1},  {"yekt", 20, 0},  {"z", 0, 0},      {"zulu", 0, 0}};

enum { QUARTER = 900 };

/* Zones are looked for last: no word is both. */
static enum dt_word find_zone(const char *text, int *value)
{
    size_t low = 0, high = sizeof zones / sizeof zones[0];

    while (low < high) {
        size_t mid = (low + high) / 2;
        int    cmp = strcmp(text, zones[mid].text);
        if (cmp == 0) {
            *value = zones[mid].quarters * QUARTER;
            return zones[mid].summer ? WORD_DST_ZONE : WORD_ZONE;
        }
        low  = cmp > 0 ? mid + 1 : low;
        high = cmp > 0 ? high : mid;
    }
    return WORD_UNKNOWN;
}

enum dt_word dt_word(const char *text, int *value)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (*text == *words[i].text && strncmp(text, words[i].text, WORD_CUT) == 0) {
            *value = words[i].value;
            return words[i].word;
        }
    }
    return find_zone(text, value);
}
