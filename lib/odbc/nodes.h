/* odbc/nodes.h - the nodes that one connection string names, and their order. */
#ifndef ODBC_NODES_H
#define ODBC_NODES_H

#include <pgcopy/odbc.h>

#include "odbc/dialect.h"

enum { ODBC_NODES_MAX = 32 };

/* How many; 0: more than ODBC_NODES_MAX, or lists that do not fit each other. */
size_t odbc_nodes_count(const odbc_dialect *d, const char *connection);

/* In text: the connection string of one of them, without the keys that are ours.  NULL for lack
   of memory, else good until text changes. */
const char *odbc_nodes_text(const odbc_dialect *d, const char *connection, size_t node,
                            pgcopy_buf *text);

/* The order to try them in.  nodes NULL: nothing is known of any. */
void odbc_nodes_order(pgcopy_odbc_nodes *nodes, const char *connection, size_t count,
                      uint8_t order[ODBC_NODES_MAX]);

/* In seconds, for each of them; 0: as long as the driver likes. */
uint32_t odbc_nodes_timeout(const char *connection, size_t count, uint32_t login_s);

/* Do arrays work there: 1, -1; 0: not known.  told, unless it is 0, is kept.  nodes may be
   NULL. */
int odbc_nodes_arrays(pgcopy_odbc_nodes *nodes, int told);

/* This one is to be tried behind the others for a while.  nodes may be NULL. */
void odbc_nodes_failed(pgcopy_odbc_nodes *nodes, size_t node);

#endif
