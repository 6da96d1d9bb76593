/* session/datestyle.h - DateStyle as SET takes it and SHOW prints it. */
#ifndef SESSION_DATESTYLE_H
#define SESSION_DATESTYLE_H

#include <pgcopy/batch.h>

/*
 * What a list of words makes of the DateStyle of now: each word sets one half of it, DEFAULT
 * what no other word has set.  ERR_SQL: 22023 with DETAIL; `style` is not changed.
 */
pgcopy_status datestyle_read(const char *value, pgcopy_datestyle otherwise,
                             pgcopy_datestyle *style, pgcopy_error *err);

/* Of what datestyle_write() made. */
pgcopy_datestyle datestyle_of(const char *text);

enum { DATESTYLE_MAX = sizeof "Postgres, MDY" };

void datestyle_write(pgcopy_datestyle style, char text[DATESTYLE_MAX]);

#endif
