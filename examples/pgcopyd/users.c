/*
 * users.c - the users file, a line each:
 *
 *   "ann" "SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>"     what pg_authid has of her
 *   "ben" "a password"                                            kept as a verifier
 *   ; a comment
 *
 * A quote inside quotes is doubled.  What follows the second field is for others to read.
 */
#include "users.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 64 /* PostgreSQL's NAMEDATALEN */

struct user {
    char            name[NAME_SIZE];
    unsigned        line;
    struct verifier verifier;
};

struct users {
    size_t       count, room;
    struct user *list; /* by name */
};

/* ---- A line ----------------------------------------------------------------------------- */

static const char *skip_spaces(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* A quoted field, which is unquoted in its place; NULL: there is none.  *text moves behind it.
 */
static char *take_field(char **text)
{
    char *from = (char *)skip_spaces(*text), *to = from, *field = from;

    if (*from++ != '"')
        return NULL;
    while (*from && (*from != '"' || from[1] == '"')) {
        from += *from == '"';
        *to++ = *from++;
    }
    if (!*from)
        return NULL;
    *to   = '\0';
    *text = from + 1;
    return field;
}

static bool is_md5(const char *secret)
{
    return !strncmp(secret, "md5", 3) && strlen(secret) == 35 &&
           strspn(secret + 3, "0123456789abcdef") == 32;
}

/* NULL, or what is wrong with it. */
static const char *read_secret(struct verifier *v, const char *secret)
{
    if (!*secret)
        return "the password is empty";
    if (is_md5(secret))
        return "an MD5 password cannot be used; it must be a SCRAM-SHA-256 verifier";
    if (verifier_is_text(secret))
        return verifier_read(v, secret) ? NULL : "the SCRAM-SHA-256 verifier is malformed";
    return verifier_make(v, secret, strlen(secret)) ? NULL : "cannot make a verifier";
}

static const char *read_user(struct user *user, char *line)
{
    const char *name   = take_field(&line);
    const char *secret = name ? take_field(&line) : NULL;

    if (!secret)
        return "must be \"user\" \"password or verifier\"";
    if (!*name || strlen(name) >= NAME_SIZE)
        return "a user's name has 1 to 63 bytes";
    memcpy(user->name, name, strlen(name) + 1);
    return read_secret(&user->verifier, secret);
}

static bool is_blank(const char *line)
{
    line = skip_spaces(line);
    return !*line || *line == ';';
}

/* ---- The file --------------------------------------------------------------------------- */

static struct user *add_user(struct users *users)
{
    size_t       room = users->room ? 2 * users->room : 16;
    struct user *list;

    if (users->count == users->room) {
        if (!(list = realloc(users->list, room * sizeof *list)))
            return NULL;
        users->list = list;
        users->room = room;
    }
    return memset(&users->list[users->count++], 0, sizeof *users->list);
}

static const char *read_line(struct users *users, char *line, size_t len, unsigned number)
{
    struct user *user;

    if (strlen(line) != len)
        return "there is a NUL in it";
    if (is_blank(line))
        return NULL;
    if (!(user = add_user(users)))
        return "out of memory";
    user->line = number;
    return read_user(user, line);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct user *)a)->name, ((const struct user *)b)->name);
}

/* Of two lines for one user, which counts?  Rather none. */
static const char *sort(struct users *users, unsigned *line)
{
    struct user *u = users->list;

    if (users->count)
        qsort(u, users->count, sizeof *u, by_name);
    for (size_t i = 1; i < users->count; i++)
        if (!strcmp(u[i - 1].name, u[i].name)) {
            *line = u[i].line > u[i - 1].line ? u[i].line : u[i - 1].line;
            return "the user has a line already";
        }
    return NULL;
}

static const char *read_lines(struct users *users, FILE *file, unsigned *number)
{
    char       *line  = NULL;
    size_t      room  = 0;
    const char *wrong = NULL;
    ssize_t     len;

    while (!wrong && (len = getline(&line, &room, file)) >= 0) {
        ++*number;
        wrong = read_line(users, line, (size_t)len, *number);
    }
    if (line)
        OPENSSL_cleanse(line, room);
    free(line);
    if (!wrong && ferror(file))
        return "cannot be read";
    return wrong ? wrong : sort(users, number);
}

struct users *users_read(const char *path, char wrong[], size_t wrong_size)
{
    struct users *users  = calloc(1, sizeof *users);
    FILE         *file   = fopen(path, "re");
    unsigned      number = 0;
    const char   *why    = "out of memory";

    if (!file)
        snprintf(wrong, wrong_size, "cannot read %s: %s", path, strerror(errno));
    else if (users && !(why = read_lines(users, file, &number)))
        *wrong = '\0';
    else
        snprintf(wrong, wrong_size, "%s:%u: %s", path, number, why);
    if (file)
        fclose(file);
    if (!*wrong)
        return users;
    users_free(users);
    return NULL;
}

void users_free(struct users *users)
{
    if (!users)
        return;
    if (users->list)
        OPENSSL_cleanse(users->list, users->room * sizeof *users->list);
    free(users->list);
    free(users);
}

static int is_name(const void *name, const void *user)
{
    return strcmp(name, ((const struct user *)user)->name);
}

const struct verifier *users_find(const struct users *users, const char *name)
{
    const struct user *user =
        users->count ? bsearch(name, users->list, users->count, sizeof *user, is_name) : NULL;

    return user ? &user->verifier : NULL;
}
