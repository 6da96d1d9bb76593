/*
 * zones.c - the system's time zones, each read once, when a client first names it: a file of
 * two or three kilobytes, so the loop reads it itself.
 *
 *   "europe/BERLIN"  -->  /usr/share/zoneinfo  -->  Europe  -->  Berlin     in any case
 */
#include "zones.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 255, FILE_MAX = 65536 };

struct zone {
    struct zone *next;
    pgcopy_zone *zone;
    char         name[NAME_MAX_BYTES + 1];
};

/* ---- Names --------------------------------------------------------------------------- */

/* No dot, so no way out of the folder; no part of it is empty. */
static bool is_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789+-_/";
    size_t            n         = strlen(name);

    return n > 0 && n <= NAME_MAX_BYTES && strspn(name, letters) == n && *name != '/' &&
           name[n - 1] != '/' && !strstr(name, "//");
}

/* Spells the n bytes at part as the folder does; false: it has no such entry. */
static bool spell(const char *folder, char *part, size_t n)
{
    DIR                 *dir = opendir(folder);
    const struct dirent *entry;
    bool                 found = false;

    if (!dir)
        return false;
    while (!found && (entry = readdir(dir))) {
        found = strlen(entry->d_name) == n && strncasecmp(entry->d_name, part, n) == 0;
        if (found)
            memcpy(part, entry->d_name, n);
    }
    closedir(dir);
    return found;
}

/* path: the folder, a slash, and the name in any case, which becomes the files' own. */
static bool spell_path(char *path, char *name)
{
    for (char *part = name, *end; part; part = *end ? end + 1 : NULL) {
        bool found;
        end      = part + strcspn(part, "/");
        part[-1] = '\0';
        found    = spell(path, part, (size_t)(end - part));
        part[-1] = '/';
        if (!found)
            return false;
    }
    return true;
}

/* ---- Files --------------------------------------------------------------------------- */

static pgcopy_zone *read_all(int fd, size_t size, const char *name)
{
    uint8_t     *bytes = malloc(size);
    ssize_t      n     = bytes ? read(fd, bytes, size) : -1;
    pgcopy_zone *zone =
        n < 0 ? NULL : pgcopy_zone_new(name, (pgcopy_slice){bytes, (size_t)n}, NULL);

    free(bytes);
    return zone;
}

static pgcopy_zone *read_file(const char *path, const char *name)
{
    struct stat  st;
    int          fd   = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    pgcopy_zone *zone = NULL;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= FILE_MAX)
        zone = read_all(fd, (size_t)st.st_size, name);
    close(fd);
    return zone;
}

static struct zone *load(const char *folder, const char *name)
{
    size_t       n    = strlen(folder);
    struct zone *z    = calloc(1, sizeof *z);
    char        *path = malloc(n + NAME_MAX_BYTES + 2);

    if (z && path) {
        memcpy(path, folder, n);
        path[n] = '/';
        memcpy(path + n + 1, name, strlen(name) + 1);
        if (spell_path(path, path + n + 1)) {
            memcpy(z->name, path + n + 1, strlen(name) + 1);
            z->zone = read_file(path, z->name);
        }
    }
    free(path);
    if (z && z->zone)
        return z;
    free(z);
    return NULL;
}

/* ---- The hook ------------------------------------------------------------------------ */

static struct zone *take_known(struct zones *zones, const char *name)
{
    for (struct zone **p = &zones->list, *z; (z = *p); p = &z->next) {
        if (strcasecmp(z->name, name) == 0) {
            *p = z->next;
            return z;
        }
    }
    return NULL;
}

static const pgcopy_zone *find(void *ctx, const char *name)
{
    struct zones *zones = ctx;
    struct zone  *z     = take_known(zones, name);

    if (!z && is_name(name))
        z = load(zones->folder, name);
    if (!z)
        return NULL;
    z->next     = zones->list;
    zones->list = z;
    return z->zone;
}

static int64_t now(void *ctx)
{
    enum { FROM_1970 = 946684800 }; /* to 2000, in seconds */
    struct timespec t;

    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &t);
    return ((int64_t)t.tv_sec - FROM_1970) * 1000000 + t.tv_nsec / 1000;
}

void zones_init(struct zones *zones, const char *folder)
{
    zones->hook =
        (pgcopy_zones){.size = sizeof zones->hook, .find = find, .now = now, .ctx = zones};
    zones->folder = folder ? folder : "/usr/share/zoneinfo";
    zones->list   = NULL;
}

void zones_free(struct zones *zones)
{
    struct zone *z;

    while ((z = zones->list)) {
        zones->list = z->next;
        pgcopy_zone_free(z->zone);
        free(z);
    }
}
