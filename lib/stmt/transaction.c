/* stmt/transaction.c - BEGIN to ROLLBACK TO, and SET TRANSACTION: read in full. */
#include "stmt/grammar.h"

static pgcopy_isolation isolation_level(struct parser *p)
{
    if (parser_accept(p, "serializable"))
        return PGCOPY_ISOLATION_SERIALIZABLE;
    if (parser_accept(p, "repeatable")) {
        parser_expect(p, "read");
        return PGCOPY_ISOLATION_REPEATABLE_READ;
    }
    parser_expect(p, "read");
    if (parser_accept(p, "uncommitted"))
        return PGCOPY_ISOLATION_READ_UNCOMMITTED;
    parser_expect(p, "committed");
    return PGCOPY_ISOLATION_READ_COMMITTED;
}

static void access_mode(struct parser *p, pgcopy_tx *tx)
{
    tx->read_only  = parser_accept(p, "only");
    tx->read_write = !tx->read_only;
    if (tx->read_write)
        parser_expect(p, "write");
}

/* One mode, if one stands next; of two that differ the last one counts. */
static bool mode(struct parser *p, pgcopy_tx *tx)
{
    if (parser_accept(p, "isolation")) {
        parser_expect(p, "level");
        tx->isolation = isolation_level(p);
    } else if (parser_accept(p, "read")) {
        access_mode(p, tx);
    } else if (parser_accept(p, "deferrable")) {
        tx->deferrable = true;
    } else if (parser_accept(p, "not")) {
        parser_expect(p, "deferrable");
        tx->deferrable = false;
    } else {
        return false;
    }
    return true;
}

/* With commas or without. */
static void transaction_modes(struct parser *p, pgcopy_tx *tx)
{
    while (mode(p, tx))
        if (parser_accept_char(p, ',') && !parser_is_word(p, "isolation") &&
            !parser_is_word(p, "read") && !parser_is_word(p, "deferrable") &&
            !parser_is_word(p, "not"))
            parser_refuse(p);
}

static pgcopy_tx *step(struct parser *p, pgcopy_verb verb, const char *tag)
{
    struct statement *s = p->stmt;

    s->tx       = (pgcopy_tx){.size = sizeof s->tx, .verb = verb};
    s->pub.verb = verb;
    s->pub.tag  = tag;
    s->pub.tx   = &s->tx;
    return &s->tx;
}

static bool work(struct parser *p)
{
    return parser_accept(p, "work") || parser_accept(p, "transaction");
}

static void and_chain(struct parser *p)
{
    bool no;

    if (!parser_accept(p, "and"))
        return;
    no = parser_accept(p, "no");
    parser_expect(p, "chain");
    p->stmt->pub.chain = !no;
}

/* BEGIN NOT ATOMIC is a block of statements, MariaDB's. */
bool transaction_begin(struct parser *p)
{
    parser_take(p);
    if (parser_is_word(p, "not") && parser_ahead_is_word(p, "atomic"))
        return false;
    work(p);
    transaction_modes(p, step(p, PGCOPY_VERB_BEGIN, "BEGIN"));
    return true;
}

bool transaction_start(struct parser *p)
{
    pgcopy_tx *tx = step(p, PGCOPY_VERB_BEGIN, "START TRANSACTION");

    parser_take(p);
    parser_expect(p, "transaction");
    transaction_modes(p, tx);
    return true;
}

/* END has no PREPARED. */
bool transaction_commit(struct parser *p)
{
    if (parser_is_word(p, "commit") && parser_ahead_is_word(p, "prepared"))
        return false;
    step(p, PGCOPY_VERB_COMMIT, "COMMIT");
    parser_take(p);
    work(p);
    and_chain(p);
    return true;
}

bool transaction_abort(struct parser *p)
{
    step(p, PGCOPY_VERB_ROLLBACK, "ROLLBACK");
    parser_take(p);
    work(p);
    and_chain(p);
    return true;
}

/* [SAVEPOINT] name; SAVEPOINT alone may itself be the name. */
static const char *savepoint_name(struct parser *p)
{
    if (parser_is_word(p, "savepoint") && !parser_ahead_is_end(p))
        parser_take(p);
    return parser_name(p, NAME_COLUMN);
}

bool transaction_rollback(struct parser *p)
{
    if (parser_ahead_is_word(p, "prepared"))
        return false;
    step(p, PGCOPY_VERB_ROLLBACK, "ROLLBACK");
    parser_take(p);
    work(p);
    if (parser_accept(p, "to")) {
        pgcopy_tx *tx = step(p, PGCOPY_VERB_ROLLBACK_TO, "ROLLBACK");
        tx->name      = savepoint_name(p);
    } else {
        and_chain(p);
    }
    return true;
}

bool transaction_savepoint(struct parser *p)
{
    pgcopy_tx *tx = step(p, PGCOPY_VERB_SAVEPOINT, "SAVEPOINT");

    parser_take(p);
    tx->name = parser_name(p, NAME_COLUMN);
    return true;
}

bool transaction_release(struct parser *p)
{
    pgcopy_tx *tx = step(p, PGCOPY_VERB_RELEASE, "RELEASE");

    parser_take(p);
    tx->name = savepoint_name(p);
    return true;
}

/* At least one mode. */
void transaction_set(struct parser *p)
{
    pgcopy_tx *tx = step(p, PGCOPY_VERB_SET_TRANSACTION, "SET");

    parser_take(p);
    if (parser_is_end(p))
        parser_refuse(p);
    transaction_modes(p, tx);
}

static void assign_default(pgcopy_stmt *pub, const pgcopy_tx *tx)
{
    static const char *const levels[] = {NULL, "read uncommitted", "read committed",
                                         "repeatable read", "serializable"};

    if (tx->isolation != PGCOPY_ISOLATION_DEFAULT) {
        pub->name  = "default_transaction_isolation";
        pub->value = levels[tx->isolation];
    } else if (tx->read_only || tx->read_write) {
        pub->name  = "default_transaction_read_only";
        pub->value = tx->read_only ? "on" : "off";
    } else {
        pub->name  = "default_transaction_deferrable";
        pub->value = tx->deferrable ? "on" : "off";
    }
}

void transaction_defaults(struct parser *p)
{
    pgcopy_tx *tx = step(p, PGCOPY_VERB_SET, "SET");

    if (parser_is_end(p))
        parser_refuse(p);
    transaction_modes(p, tx);
    assign_default(&p->stmt->pub, tx);
}
