/* stmt/grammar.h - one rule for each verb that is read in full. */
#ifndef STMT_GRAMMAR_H
#define STMT_GRAMMAR_H

#include "stmt/parser.h"

/* A rule begins at its verb and fills p->stmt; whether all was read is seen by its caller.
   false: the statement is passed on after all; p is to be set back. */
typedef bool grammar_rule(struct parser *p);

grammar_rule copy_statement;

grammar_rule transaction_begin;
grammar_rule transaction_start;
grammar_rule transaction_commit;
grammar_rule transaction_abort;
grammar_rule transaction_rollback;
grammar_rule transaction_savepoint;
grammar_rule transaction_release;

grammar_rule setting_set;
grammar_rule setting_show;
grammar_rule setting_reset;
grammar_rule setting_discard;
grammar_rule setting_deallocate;
grammar_rule setting_close;
grammar_rule setting_unlisten;

grammar_rule setting_select;

/* At TRANSACTION, behind SET [SESSION | LOCAL]. */
void transaction_set(struct parser *p);

/* Behind SET SESSION CHARACTERISTICS AS TRANSACTION: a SET of default_transaction_... */
void transaction_defaults(struct parser *p);

#endif
