/* users.h - who may log in, and by which password: the users file, as pgbouncer's userlist.txt.
 */
#ifndef PGCOPYD_USERS_H
#define PGCOPYD_USERS_H

#include "verifier.h"

struct users;

/* NULL: *wrong says what is wrong, with file and line, and never with what the line holds. */
struct users *users_read(const char *path, char wrong[], size_t wrong_size);
void          users_free(struct users *users);

/* NULL: there is no such user. */
const struct verifier *users_find(const struct users *users, const char *name);

#endif
