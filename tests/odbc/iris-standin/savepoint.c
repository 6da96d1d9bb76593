/*
 * savepoint.c - savepoints are levels of $TLEVEL: at most 255 in a transaction, also of one
 * name, and a rollback to one takes it away.  One that is not there ends the transaction.
 */
#include "standin.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static SQLRETURN run(struct stmt *s, const char *word, const char *name)
{
    char sql[NAME + 32];

    snprintf(sql, sizeof sql, "%s %s", word, name);
    return judged(&s->h, real.ExecDirect(s->h.real, (SQLCHAR *)sql, SQL_NTS));
}

static SQLRETURN establish(struct stmt *s, const char *name)
{
    struct dbc *c = s->dbc;
    SQLRETURN   rc;

    if (c->levels == LEVELS)
        return refuse(&s->h, "HY000", 400, "<TRANSACTION LEVEL>");
    rc = run(s, "SAVEPOINT", name);
    if (SQL_SUCCEEDED(rc))
        snprintf(c->points[c->levels++], NAME, "%s", name);
    return rc;
}

static SQLRETURN roll_back_to(struct stmt *s, const char *name)
{
    struct dbc *c = s->dbc;
    size_t      i = c->levels;
    SQLRETURN   rc;

    while (i > 0 && strcasecmp(c->points[i - 1], name) != 0)
        i--;
    if (i == 0) {
        end(c, false);
        return refuse(&s->h, "HY000", 375, "Cannot Rollback to unestablished savepoint");
    }
    rc = run(s, "ROLLBACK TO", name);
    if (SQL_SUCCEEDED(rc))
        rc = run(s, "RELEASE", name);
    c->levels = i - 1;
    return rc;
}

bool savepoint_word(struct stmt *s, const char *sql, SQLRETURN *rc)
{
    char name[NAME];

    if (sscanf(sql, "SAVEPOINT %127s", name) == 1)
        *rc = establish(s, name);
    else if (sscanf(sql, "ROLLBACK TO SAVEPOINT %127s", name) == 1)
        *rc = roll_back_to(s, name);
    else
        return false;
    return true;
}
