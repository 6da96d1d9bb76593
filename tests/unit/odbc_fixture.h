/*
 * odbc_fixture.h - what only tests of the ODBC backend ask of a database.
 */
#ifndef ODBC_FIXTURE_H
#define ODBC_FIXTURE_H

#include "db_fixture.h"

#define SQLITE_DRIVER "Driver=SQLite3;Database="

/* A new SQLite file, taken for a database of another dialect; NULL: for what its driver is. */
void begin_dialect(struct db *db, const char *dialect);

#endif
