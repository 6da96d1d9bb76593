/*
 * odbc_fixture.c - a SQLite file behind the ODBC backend.
 */
#include "odbc_fixture.h"

#include <dlfcn.h>

const char *const db_secrets[] = {"Mueller", "/tmp",    "pgcopy-db", "pgcopy-odbc", "SQLite",
                                  "sqlite",  "failed:", "near",      "[",           "no such",
                                  "(19)",    "Maria",   "maodbc",    "psql",        "ERROR",
                                  "1062",    "at row",  "Duplicate", "DETAIL",      "PRIMARY",
                                  NULL};

void begin_dialect(struct db *db, const char *dialect)
{
    memset(db, 0, sizeof *db);
    new_file(db);
    snprintf(db->connection, sizeof db->connection, SQLITE_DRIVER "%s", db->path);
    db->backend         = &pgcopy_odbc;
    db->odbc.size       = sizeof db->odbc;
    db->odbc.connection = db->connection;
    db->odbc.dialect    = dialect;
    /* It goes with the driver and forgets its cache of ini files, a leak that is not ours. */
    dlopen("libodbcinst.so.2", RTLD_NOW);
    db->r = pgcopy_reply_new(NULL);
    assert_non_null(db->r);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

void begin_db(struct db *db)
{
    begin_dialect(db, NULL);
}

void join_db(struct db *db, const struct db *other)
{
    *db                 = *other;
    db->odbc.connection = db->connection;
    db->r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

void set_allocator(struct db *db, const pgcopy_allocator *allocator)
{
    db->odbc.allocator = allocator;
}

void set_lock_ms(struct db *db, uint32_t ms)
{
    db->odbc.lock_ms = ms;
}
