/*
 * copy/check.c - what is wrong with a COPY before its first row, in PostgreSQL's order:
 *
 *   WHERE -> columns -> read-only -> COPY TO: kind of relation -> options -> FORCE_* lists
 *                             -> CopyInResponse -> COPY FROM: kind of relation, FREEZE
 */
#include "copy/copy.h"

#include <string.h>

enum { COLUMNS_MAX = 1600 }; /* of a table (MaxHeapAttributeNumber) */

/* Names of a statement come as columns (its column list) or as a list (FORCE_*). */
struct names {
    const pgcopy_columns *columns;
    const char *const    *list;
};

static const char *name_at(struct names names, size_t i)
{
    const pgcopy_column *col;

    if (names.list)
        return names.list[i];
    col = pgcopy_columns_at(names.columns, i);
    return col ? col->name : NULL;
}

static void add_text(char *dst, size_t cap, const char *text)
{
    text_add(dst, cap, text, strlen(text));
}

/* For `return`: the words are set, this is one more of them. */
static pgcopy_status add_hint(pgcopy_error *err, const char *hint)
{
    if (err)
        add_text(err->hint, sizeof err->hint, hint);
    return PGCOPY_ERR_SQL;
}

/* ---- Columns (CopyGetAttnums) ------------------------------------------------------- */

size_t check_column_named(const pgcopy_columns *cols, const char *name)
{
    size_t n = pgcopy_columns_count(cols), i = 0;

    while (i < n && strcmp(pgcopy_columns_at(cols, i)->name, name) != 0)
        i++;
    return i;
}

size_t check_find_column(const pgcopy_columns *cols, const char *name)
{
    size_t n = pgcopy_columns_count(cols), found = n, like = 0;

    for (size_t i = 0; i < n; i++) {
        const char *known = pgcopy_columns_at(cols, i)->name;
        if (strcmp(known, name) == 0)
            return i;
        if (text_finds_name(known, name)) {
            found = i;
            like++;
        }
    }
    return like == 1 ? found : n;
}

/* The columns of a query are no relation's, so none is named. */
static pgcopy_status no_such_column(const pgcopy_stmt *stmt, const char *name,
                                    pgcopy_error *err)
{
    if (stmt->query)
        return pgcopy_error_set(err, "42703", "column \"%s\" does not exist", name);
    return pgcopy_error_set(err, "42703", "column \"%s\" of relation \"%s\" does not exist",
                            name, stmt->table);
}

/* Left out when there is no list, but an error when it is asked for. */
static pgcopy_status generated_column(const char *name, pgcopy_error *err)
{
    pgcopy_error_set(err, "42P10", "column \"%s\" is a generated column", name);
    if (err)
        add_text(err->detail, sizeof err->detail, "Generated columns cannot be used in COPY.");
    return PGCOPY_ERR_SQL;
}

static pgcopy_status check_name(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                const char *name, const pgcopy_column **known,
                                pgcopy_error *err)
{
    if (!relation)
        return PGCOPY_OK;
    *known = pgcopy_columns_at(relation, check_find_column(relation, name));
    if (!*known)
        return no_such_column(stmt, name, err);
    return (*known)->generated ? generated_column(name, err) : PGCOPY_OK;
}

/* known is the relation's column that name stands for: names are looked up once each, for a
   relation may have 1600 columns. */
static bool is_same_column(const pgcopy_columns *relation, const pgcopy_column *known,
                           const char *name, const char *earlier)
{
    if (!known)
        return strcmp(earlier, name) == 0;
    return strcmp(earlier, known->name) == 0 ||
           (text_finds_name(known->name, earlier) &&
            pgcopy_columns_at(relation, check_find_column(relation, earlier)) == known);
}

/* Name by name, each against the relation and then against those before it: so `a, a, z` is
   42701, not 42703. */
static pgcopy_status check_names(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                 struct names names, pgcopy_error *err)
{
    const pgcopy_column *known = NULL;
    const char          *name;
    pgcopy_status        rc;

    for (size_t i = 0; (name = name_at(names, i)); i++) {
        rc = check_name(stmt, relation, name, &known, err);
        if (rc < 0)
            return rc;
        for (size_t j = 0; j < i; j++)
            if (is_same_column(relation, known, name, name_at(names, j)))
                return pgcopy_error_set(err, "42701", "column \"%s\" specified more than once",
                                        name);
    }
    return PGCOPY_OK;
}

/* Where a relation is known, names that it lacks or has once end a list soon. */
static pgcopy_status too_many_columns(pgcopy_error *err)
{
    return pgcopy_error_set(err, "54011", "tables can have at most %d columns", COLUMNS_MAX);
}

/* ---- FORCE_* lists ------------------------------------------------------------------ */

/* A column that exists and is not generated is copied when there is no list. */
static bool is_copied(const pgcopy_stmt *stmt, const char *name)
{
    const pgcopy_columns *cols = stmt->columns;

    return !cols || check_find_column(cols, name) < pgcopy_columns_count(cols);
}

static pgcopy_status not_referenced(const char *option, const char *name, pgcopy_error *err)
{
    return pgcopy_error_set(err, "42P10", "%s column \"%s\" not referenced by COPY", option,
                            name);
}

/* A list is looked up as the column list is, as a whole, before its names are looked for among
   those that are copied (BeginCopyFrom, BeginCopyTo).  * has nothing to look up. */
static pgcopy_status check_force(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                 const char *option, const char *const *list, pgcopy_error *err)
{
    pgcopy_status rc;

    if (!list || !list[0] || strcmp(list[0], "*") == 0)
        return PGCOPY_OK;
    rc = check_names(stmt, relation, (struct names){NULL, list}, err);
    for (size_t i = 0; rc == PGCOPY_OK && list[i]; i++)
        if (!is_copied(stmt, list[i]))
            rc = not_referenced(option, list[i], err);
    return rc;
}

/* CONVERT_SELECTIVELY without a list selects all columns of the relation, copied or not. */
static pgcopy_status check_selected(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                    pgcopy_error *err)
{
    const char *const   *list = stmt->format->convert_selectively;
    const pgcopy_column *col;

    if (!list || list[0])
        return check_force(stmt, relation, "selected", list, err);
    for (size_t i = 0; relation && (col = pgcopy_columns_at(relation, i)); i++)
        if (!col->generated && !is_copied(stmt, col->name))
            return not_referenced("selected", col->name, err);
    return PGCOPY_OK;
}

/* The options of the other direction were refused with the options themselves. */
static pgcopy_status check_force_lists(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                       pgcopy_error *err)
{
    const pgcopy_format *f = stmt->format;
    pgcopy_status        rc;

    if (stmt->verb == PGCOPY_VERB_COPY_TO)
        return check_force(stmt, relation, "FORCE_QUOTE", f->force_quote, err);
    rc = check_force(stmt, relation, "FORCE_NOT_NULL", f->force_not_null, err);
    if (rc == PGCOPY_OK)
        rc = check_force(stmt, relation, "FORCE_NULL", f->force_null, err);
    return rc < 0 ? rc : check_selected(stmt, relation, err);
}

/* ---- Kinds of relation -------------------------------------------------------------- */

/* As PostgreSQL says it between "cannot copy from" and the name. */
static const char *kind_text(pgcopy_relation kind)
{
    switch (kind) {
    case PGCOPY_RELATION_TABLE:
        return "table";
    case PGCOPY_RELATION_VIEW:
        return "view";
    case PGCOPY_RELATION_MATVIEW:
        return "materialized view";
    case PGCOPY_RELATION_SEQUENCE:
        return "sequence";
    case PGCOPY_RELATION_FOREIGN:
        return "foreign table";
    case PGCOPY_RELATION_PARTITIONED:
        return "partitioned table";
    case PGCOPY_RELATION_OTHER:
        break;
    }
    return "non-table relation";
}

/* A materialized view can be copied from since PostgreSQL 18. */
static pgcopy_status check_kind_to(const pgcopy_stmt *stmt, pgcopy_relation kind,
                                   pgcopy_error *err)
{
    if (stmt->query || kind == PGCOPY_RELATION_TABLE || kind == PGCOPY_RELATION_MATVIEW)
        return PGCOPY_OK;
    pgcopy_error_set(err, "42809", "cannot copy from %s \"%s\"", kind_text(kind), stmt->table);
    if (kind == PGCOPY_RELATION_SEQUENCE || kind == PGCOPY_RELATION_OTHER)
        return PGCOPY_ERR_SQL;
    return add_hint(err, "Try the COPY (SELECT ...) TO variant.");
}

/* Rows find their way into foreign tables and partitions. */
static pgcopy_status check_kind_from(const pgcopy_stmt *stmt, pgcopy_relation kind,
                                     pgcopy_error *err)
{
    if (kind == PGCOPY_RELATION_TABLE || kind == PGCOPY_RELATION_FOREIGN ||
        kind == PGCOPY_RELATION_PARTITIONED)
        return PGCOPY_OK;
    pgcopy_error_set(err, "42809", "cannot copy to %s \"%s\"", kind_text(kind), stmt->table);
    if (kind != PGCOPY_RELATION_VIEW)
        return PGCOPY_ERR_SQL;
    return add_hint(err, "To enable copying to a view, provide an INSTEAD OF INSERT trigger.");
}

/* That a transaction made or emptied this very table is the database's to know; that it cannot
   have, the caller's. */
static pgcopy_status check_freeze(pgcopy_relation kind, enum freeze freeze, pgcopy_error *err)
{
    if (kind == PGCOPY_RELATION_PARTITIONED || kind == PGCOPY_RELATION_FOREIGN)
        return pgcopy_error_set(err, "0A000", "cannot perform COPY FREEZE on a %s",
                                kind_text(kind));
    if (freeze == FREEZE_ACTIVITY)
        return pgcopy_error_text(
            err, "25000", "cannot perform COPY FREEZE because of prior transaction activity");
    if (freeze == FREEZE_NOT_NEW)
        return pgcopy_error_set(err, "55000",
                                "cannot perform COPY FREEZE because the table was not created "
                                "or truncated in the current subtransaction");
    return PGCOPY_OK;
}

pgcopy_status check_late(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                         enum freeze freeze, pgcopy_error *err)
{
    pgcopy_relation kind = PGCOPY_RELATION_TABLE;
    pgcopy_status   rc;

    if (stmt->verb != PGCOPY_VERB_COPY_FROM)
        return PGCOPY_OK;
    if (relation)
        kind = pgcopy_columns_relation(relation);
    rc = check_kind_from(stmt, kind, err);
    if (rc == PGCOPY_OK && stmt->format->freeze)
        rc = check_freeze(kind, freeze, err);
    return rc;
}

/* ---- The columns that are copied ---------------------------------------------------- */

/* A query's or a backend's NULL is no error on its way out, so NOT NULL is for COPY FROM only,
   and behind a WHERE for the database, which knows if the row goes in at all.
   Of a column that is not known, the database shall say whether it has a default. */
static pgcopy_status add_column(const pgcopy_stmt *stmt, pgcopy_columns *target,
                                const char *name, const pgcopy_column *known)
{
    pgcopy_column *col = pgcopy_columns_add(target, name, known ? known->type : 0);

    if (!col)
        return PGCOPY_ERR_NOMEM;
    col->has_default = true;
    if (known) {
        col->typmod      = known->typmod;
        col->has_default = known->has_default;
        col->not_null = known->not_null && stmt->verb == PGCOPY_VERB_COPY_FROM && !stmt->where;
    }
    return PGCOPY_OK;
}

/* In the order of the list, which is that of the fields. */
static pgcopy_status add_listed(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                pgcopy_columns *target)
{
    const pgcopy_column *col, *known;
    pgcopy_status        rc = PGCOPY_OK;

    for (size_t i = 0; rc == PGCOPY_OK && (col = pgcopy_columns_at(stmt->columns, i)); i++) {
        known = NULL;
        if (relation)
            known = pgcopy_columns_at(relation, check_find_column(relation, col->name));
        rc = add_column(stmt, target, known ? known->name : col->name, known);
    }
    return rc;
}

static pgcopy_status add_target(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                pgcopy_columns *target)
{
    const pgcopy_column *col;
    pgcopy_status        rc = PGCOPY_OK;

    if (stmt->columns)
        return add_listed(stmt, relation, target);
    for (size_t i = 0; rc == PGCOPY_OK && relation && (col = pgcopy_columns_at(relation, i));
         i++)
        if (!col->generated)
            rc = add_column(stmt, target, col->name, col);
    return rc;
}

/* ---- All of it ---------------------------------------------------------------------- */

static pgcopy_status bad_option(const pgcopy_stmt *stmt, pgcopy_error *err)
{
    if (err)
        *err = *stmt->bad_option;
    return PGCOPY_ERR_SQL;
}

/* What comes before CopyInResponse, in the order of DoCopy, BeginCopyTo, ProcessCopyOptions. */
static pgcopy_status check_early(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                 const pgcopy_tx *tx, pgcopy_error *err)
{
    pgcopy_status rc = PGCOPY_OK;

    if (stmt->bad_option && strcmp(stmt->bad_option->sqlstate, "42501") == 0)
        return bad_option(stmt, err); /* the server's files are refused before all else */
    if (stmt->columns && pgcopy_columns_count(stmt->columns) > COLUMNS_MAX && !relation)
        return too_many_columns(err);
    if (stmt->where && relation)
        rc = where_check(stmt, relation, err);
    if (rc == PGCOPY_OK && stmt->columns)
        rc = check_names(stmt, relation, (struct names){stmt->columns, NULL}, err);
    if (rc == PGCOPY_OK && stmt->verb == PGCOPY_VERB_COPY_FROM && tx && tx->read_only)
        rc = pgcopy_error_text(err, "25006",
                               "cannot execute COPY FROM in a read-only transaction");
    if (rc == PGCOPY_OK && stmt->verb == PGCOPY_VERB_COPY_TO && relation)
        rc = check_kind_to(stmt, pgcopy_columns_relation(relation), err);
    if (rc == PGCOPY_OK && stmt->bad_option)
        rc = bad_option(stmt, err);
    if (rc < 0 || (stmt->query && !relation)) /* a query is looked at before the lists are */
        return rc;
    return check_force_lists(stmt, relation, err);
}

pgcopy_status pgcopy_copy_check(const pgcopy_stmt *stmt, const pgcopy_columns *relation,
                                const pgcopy_tx *tx, pgcopy_columns *target, pgcopy_error *err)
{
    enum freeze   freeze = tx && tx->implicit ? FREEZE_NOT_NEW : FREEZE_TAKEN;
    pgcopy_status rc;

    if (stmt->verb != PGCOPY_VERB_COPY_FROM && stmt->verb != PGCOPY_VERB_COPY_TO)
        return PGCOPY_ERR_USAGE;
    rc = check_early(stmt, relation, tx, err);
    if (rc == PGCOPY_OK && target)
        rc = add_target(stmt, relation, target);
    if (rc == PGCOPY_OK && check_late(stmt, relation, freeze, err) < 0)
        rc = PGCOPY_END;
    return rc;
}
