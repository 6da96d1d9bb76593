/* stmt/longname.c - names that are longer than PostgreSQL keeps: its lexer says NOTICE 42622.
 */
#include "stmt/longname.h"

#include "base/mem.h"
#include "base/text.h"
#include "stmt/keywords.h"
#include "stmt/value.h"

static pgcopy_status word(const struct lexer *lex, const struct token *tok,
                          const pgcopy_allocator *allocator, pgcopy_error *notice)
{
    arena         memory = {.allocator = mem_allocator(allocator)};
    pgcopy_slice  name;
    pgcopy_status rc = value_whole(lex, tok, '\\', &memory, &name);

    if (rc == PGCOPY_OK && name.len <= TEXT_NAME_MAX)
        rc = PGCOPY_AGAIN;
    if (rc == PGCOPY_OK) {
        pgcopy_error_set(notice, "42622", "identifier \"%s\" will be truncated to \"%.*s\"",
                         (const char *)name.data,
                         (int)text_cut(name.data, name.len, TEXT_NAME_MAX),
                         (const char *)name.data);
        notice->severity = PGCOPY_SEVERITY_NOTICE;
    }
    arena_free(&memory);
    return rc;
}

/* PostgreSQL's lexer reads one more token behind these before its grammar sees them
   (base_yylex). */
static bool looks_ahead(const struct lexer *lex, const struct token *tok)
{
    static const char *const words[] = {"format", "not", "nulls", "with", "without"};
    pgcopy_slice             text    = {lex->text + tok->start, tok->end - tok->start};

    for (size_t i = 0; tok->kind == TOKEN_WORD && i < sizeof words / sizeof *words; i++)
        if (word_is(text, words[i]))
            return true;
    return tok->kind == TOKEN_UNAME || tok->kind == TOKEN_USTRING;
}

pgcopy_status longname_next(struct lexer *lex, uint32_t last, const pgcopy_allocator *allocator,
                            pgcopy_error *notice)
{
    struct token  tok;
    bool          ahead = false; /* of the token at `last` */
    pgcopy_status rc    = PGCOPY_AGAIN;

    while (rc == PGCOPY_AGAIN && lexer_next(lex, &tok) == PGCOPY_OK && tok.kind != TOKEN_END) {
        uint32_t at = last ? lexer_position(lex, tok.start) : 0;
        if (at > last && !ahead)
            break;
        ahead = last && at == last && looks_ahead(lex, &tok);
        if (tok.kind <= TOKEN_UNAME && tok.end - tok.start > TEXT_NAME_MAX)
            rc = word(lex, &tok, allocator, notice);
    }
    return rc == PGCOPY_ERR_SQL ? PGCOPY_AGAIN : rc;
}
