/* copy/where_words.c - the words of a condition, by what they tell of their neighbours. */
#include "copy/where_words.h"

#include <stddef.h>

const char *const where_leads[] = {"and",  "or",        "not",      "between", "like", "ilike",
                                   "when", "then",      "else",     "case",    "from", "in",
                                   "any",  "symmetric", "distinct", NULL};

const char *const where_glue[] = {
    "and",  "or",       "not", "between", "like", "ilike", "when",    "then",      "else",
    "case", "end",      "is",  "null",    "true", "false", "unknown", "isnull",    "notnull",
    "from", "distinct", "in",  "any",     "all",  "some",  "exists",  "symmetric", NULL};

const char *const where_special[] = {"extract", "substring", "position",  "overlay",
                                     "trim",    "cast",      "treat",     "normalize",
                                     "row",     "array",     "xmlparse",  "xmlelement",
                                     "values",  "interval",  "collation", NULL};

const char *const where_aggregates[] = {
    "count",      "sum",      "avg",         "min",    "max",       "array_agg",
    "string_agg", "bool_and", "bool_or",     "every",  "json_agg",  "jsonb_agg",
    "stddev",     "variance", "bit_and",     "bit_or", "any_value", "stddev_pop",
    "var_pop",    "var_samp", "stddev_samp", NULL};

const char *const where_windows[] = {"row_number",  "rank",       "dense_rank", "percent_rank",
                                     "cume_dist",   "ntile",      "lag",        "lead",
                                     "first_value", "last_value", "nth_value",  NULL};

const char *const where_sets[] = {"generate_series",      "unnest",
                                  "generate_subscripts",  "json_array_elements",
                                  "jsonb_array_elements", "regexp_split_to_table",
                                  "string_to_table",      NULL};

const char *const where_queries[] = {"select", "values", "with", "table", NULL};

const char *const where_quantifiers[] = {"any", "all", "some", NULL};
