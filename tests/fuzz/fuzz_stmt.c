/* fuzz_stmt.c - SQL of any bytes, cut into statements.  Input: the string. */
#include "fuzz.h"

#include <pgcopy/stmt.h>

#include <string.h>

static void check_statement(const pgcopy_stmt *stmt, pgcopy_slice sql)
{
    fuzz_check(stmt->sql_len <= sql.len && strlen(stmt->sql) == stmt->sql_len);
    fuzz_check(stmt->offset <= sql.len);
    for (uint32_t i = 0; i < stmt->nplaces; i++) {
        pgcopy_place p = stmt->places[i];
        fuzz_check(p.number <= stmt->nparams && p.len <= stmt->sql_len &&
                   p.start <= stmt->sql_len - p.len && stmt->sql[p.start] == '$');
    }
    if (stmt->verb == PGCOPY_VERB_COPY_FROM || stmt->verb == PGCOPY_VERB_COPY_TO)
        fuzz_check(stmt->format && (stmt->table != NULL) != (stmt->query != NULL));
    if (stmt->table)
        fuzz_check(strlen(stmt->table) < 64);
    if (stmt->verb >= PGCOPY_VERB_BEGIN && stmt->verb <= PGCOPY_VERB_ROLLBACK_TO)
        fuzz_check(stmt->tx != NULL);
}

/* Its own text, read alone, is the same statement. */
static void check_again(const pgcopy_stmt *stmt)
{
    pgcopy_slice sql   = {(const uint8_t *)stmt->sql, stmt->sql_len};
    pgcopy_stmt *again = NULL;
    size_t       pos   = 0;
    pgcopy_error err;

    fuzz_check(pgcopy_stmt_parse(sql, &pos, NULL, &again, &err) == PGCOPY_OK);
    fuzz_check(pos == sql.len && again->offset == 0 && strcmp(again->sql, stmt->sql) == 0);
    fuzz_check(again->verb == stmt->verb && again->alone == stmt->alone);
    fuzz_check(strcmp(again->tag, stmt->tag) == 0);
    fuzz_check(!again->bad_option == !stmt->bad_option);
    pgcopy_stmt_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pgcopy_slice  sql = {data, size};
    size_t        pos = 0;
    size_t        was;
    pgcopy_stmt  *stmt;
    pgcopy_error  err;
    pgcopy_status rc;

    do {
        was  = pos;
        stmt = NULL;
        rc   = pgcopy_stmt_parse(sql, &pos, NULL, &stmt, &err);
        fuzz_check(pos <= size);
        if (rc == PGCOPY_OK) {
            fuzz_check(pos > was);
            check_statement(stmt, sql);
            check_again(stmt);
        } else {
            fuzz_check(rc == PGCOPY_END || (err.sqlstate[0] && err.position <= size + 1));
        }
        pgcopy_stmt_free(stmt);
    } while (rc == PGCOPY_OK);
    return 0;
}
