/*
 * sqlite_fixture.c - a SQLite file behind the backend over libsqlite3 itself.
 */
#include "db_fixture.h"

const char *const db_secrets[] = {"Mueller",       "/tmp",    "pgcopy-db",
                                  "pgcopy-sqlite", "SQLite",  "sqlite",
                                  "failed:",       "no such", NULL};

void begin_db(struct db *db)
{
    memset(db, 0, sizeof *db);
    new_file(db);
    db->backend     = &pgcopy_sqlite;
    db->sqlite.size = sizeof db->sqlite;
    db->sqlite.path = db->path;
    db->r           = pgcopy_reply_new(NULL);
    assert_non_null(db->r);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

void join_db(struct db *db, const struct db *other)
{
    *db             = *other;
    db->sqlite.path = db->path;
    db->r           = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

void set_allocator(struct db *db, const pgcopy_allocator *allocator)
{
    db->sqlite.allocator = allocator;
}

void set_lock_ms(struct db *db, uint32_t ms)
{
    db->sqlite.busy_ms = ms;
}
