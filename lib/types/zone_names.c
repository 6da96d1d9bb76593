/*
 * types/zone_names.c - what SET TimeZone and values call a zone: a name of a file, asked of the
 * application, else a string of POSIX (pg_tzset).
 */
#include "types/zone.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static void to_upper(char *to, const char *text)
{
    for (; *text; text++)
        *to++ = (char)(*text >= 'a' && *text <= 'z' ? *text - 32 : *text);
    *to = '\0';
}

/* Those of UTC that are known without a file, as the files have them: name and abbreviation. */
static const pgcopy_zone *find_utc(const char *name, pgcopy_zone *room)
{
    static const char *const names[][2] = {
        {"UTC", "UTC"},           {"GMT", "GMT"},          {"UCT", "UTC"},
        {"Zulu", "UTC"},          {"Universal", "UTC"},    {"Greenwich", "GMT"},
        {"GMT0", "GMT"},          {"Etc/UTC", "UTC"},      {"Etc/UCT", "UTC"},
        {"Etc/GMT", "GMT"},       {"Etc/Zulu", "UTC"},     {"Etc/GMT0", "GMT"},
        {"Etc/Universal", "UTC"}, {"Etc/Greenwich", "GMT"}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (text_same_name(name, names[i][0])) {
            snprintf(room->name, sizeof room->name, "%s", names[i][0]);
            room->ruled             = true;
            room->rules.winter.name = names[i][1];
            return room;
        }
    }
    return NULL;
}

/* The name of one that no file has is in large letters. */
const pgcopy_zone *zone_find(const pgcopy_zones *zones, const char *name, pgcopy_zone *room)
{
    const pgcopy_zone *zone = NULL;

    if (strlen(name) > ZONE_NAME_MAX)
        return NULL;
    memset(room, 0, sizeof *room);
    if (zones && zones->find)
        zone = zones->find(zones->ctx, name);
    if (!zone)
        zone = find_utc(name, room);
    if (zone || *name == ':')
        return zone;
    to_upper(room->name, name);
    room->ruled = zone_rules_read(&room->rules, room->name);
    return room->ruled ? room : NULL;
}

/* pg_tzset_offset */
const pgcopy_zone *zone_of_offset(int64_t offset, pgcopy_zone *room)
{
    enum { FAR = 7 * 86400 };
    char   text[DT_PRINT_MAX], name[2 * DT_PRINT_MAX + 4];
    char  *end = name;
    size_t n;

    if (offset <= -FAR || offset >= FAR)
        return NULL;
    n      = (size_t)(print_zone(text, (int)offset) - text);
    *end++ = '<';
    memcpy(end, text, n);
    end += n;
    *end++ = '>';
    memcpy(end, text, n);
    *end   = offset < 0 ? '+' : '-';
    end[n] = '\0';
    return zone_find(NULL, name, room);
}
