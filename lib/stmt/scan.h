/* stmt/scan.h - passing over text whose grammar is the database's, up to where it must end. */
#ifndef STMT_SCAN_H
#define STMT_SCAN_H

#include "stmt/parser.h"

enum { SURVEY_HEAD = 16 };

/* What was seen on the way; words count outside of parentheses only. {0} to begin. */
struct survey {
    struct token  head[SURVEY_HEAD]; /* the first tokens                              */
    size_t        nhead;
    size_t        count; /* of all tokens                                 */
    struct token  prev;
    size_t        depth; /* of parentheses                                */
    size_t        body;  /* of BEGIN ... END and the CASEs in it          */
    bool          plain; /* it has no ATOMIC: another database's          */
    const char   *main;  /* what WITH leads to: the tag of its statement  */
    bool          as;
    bool          on;
    bool          into; /* as a clause, not INSERT INTO                  */
    bool          returning;
    bool          concurrently; /* wherever it stands                            */
    bool          no_data;      /* at the end                                    */
    pgcopy_place *places;
    size_t        nplaces;
    size_t        places_cap;
    uint32_t      nparams;
    pgcopy_place *casts;
    size_t        ncasts;
    size_t        casts_cap;
    size_t        cast_end; /* of the latest, in the lexer's text            */
};

/*
 * Takes tokens up to the end of the statement, or, when `inner`, up to the parenthesis that
 * closes what was opened before.  Fails where parentheses do not match.
 */
void scan(struct parser *p, struct survey *s, bool inner);

/* Whether the head's words from i on are these, in lower case with a blank between them. */
bool survey_has(const struct parser *p, const struct survey *s, size_t i, const char *words);

#endif
