/* types/bool.c - boolean: any beginning of true, false, yes, no, on, off that is no other's. */
#include "types/type.h"

#include <string.h>

/* As parse_bool_with_len: "o" alone could be on or off. */
static int parse_bool(pgcopy_slice s)
{
    static const struct {
        const char *word;
        size_t      least;
        int         is;
    } words[] = {{"true", 1, 1}, {"false", 1, 0}, {"yes", 1, 1}, {"no", 1, 0},
                 {"on", 2, 1},   {"off", 2, 0},   {"1", 1, 1},   {"0", 1, 0}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = 0;
        while (n < s.len && words[i].word[n] && lower(s.data[n]) == (uint8_t)words[i].word[n])
            n++;
        if (n == s.len && n >= words[i].least)
            return words[i].is;
    }
    return -1;
}

/* boolin; what COPY prints is boolout's one letter, not the word of ::text. */
pgcopy_status bool_check(struct value *v)
{
    int is;

    if (v->in.len == 1 && (v->in.data[0] == 't' || v->in.data[0] == 'f'))
        return PGCOPY_OK;
    is = parse_bool(text_trim(v->in));
    return is < 0 ? bad_syntax(v) : value_set(v, is ? "t" : "f", 1);
}

/* boolrecv: any byte but 0 is true.  pq_getmsgbyte has words of its own for an empty value. */
pgcopy_status bool_to_text(struct value *v)
{
    if (v->in.len == 0)
        return pgcopy_error_set(v->err, "08P01", "no data left in message");
    if (v->in.len > 1)
        return bad_binary(v, 1);
    return value_set(v, v->in.data[0] ? "t" : "f", 1);
}

pgcopy_status bool_to_binary(struct value *v)
{
    int is = parse_bool(text_trim(v->in));

    return is < 0 ? bad_syntax(v) : value_set(v, is ? "\1" : "\0", 1);
}
