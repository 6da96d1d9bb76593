/* copy/where_words.h - the words of a condition, by what they tell of their neighbours: lists
   in lower case, with NULL behind the last. */
#ifndef COPY_WHERE_WORDS_H
#define COPY_WHERE_WORDS_H

/* Behind these an operand begins. */
extern const char *const where_leads[];

/* What may stand around operands without being one. */
extern const char *const where_glue[];

/* Calls with a grammar of their own. */
extern const char *const where_special[];

/* Functions that may not stand there. */
extern const char *const where_aggregates[];
extern const char *const where_windows[];
extern const char *const where_sets[];

/* What a subquery begins with, and what may take one behind an operator. */
extern const char *const where_queries[];
extern const char *const where_quantifiers[];

#endif
