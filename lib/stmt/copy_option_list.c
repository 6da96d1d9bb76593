/*
 * stmt/copy_option_list.c - the options of a COPY as they were written, in all their ages.
 *
 *   [USING] DELIMITERS 'c'            before 7.3  --.
 *   BINARY CSV FORCE QUOTE a, b ...   before 9.0  --+-->  name, argument --> name, argument
 *   (name argument, ...)                          --'
 */
#include "stmt/copy_option_list.h"
#include "stmt/names.h"

/* ---- A list in written order ------------------------------------------------------ */

static struct copy_option *add_option(struct parser *p, struct copy_option_list *list,
                                      const char *name, size_t at)
{
    struct copy_option *opt = NULL;

    if (list->n++ == NAMES_MAX)
        names_too_many(p);
    if (p->status == PGCOPY_OK)
        opt = arena_alloc(&p->stmt->memory, sizeof *opt);
    if (!opt) {
        parser_fail(p, PGCOPY_ERR_NOMEM);
        return NULL;
    }
    *opt = (struct copy_option){.name = name, .at = at};
    if (list->last)
        list->last->next = opt;
    else
        list->first = opt;
    list->last = opt;
    return opt;
}

void option_list_add(struct parser *p, struct copy_option_list *list, const char *name,
                     size_t at, const char *text)
{
    struct copy_option *opt = add_option(p, list, name, at);

    if (opt) {
        opt->kind = text ? ARG_TEXT : ARG_NONE;
        opt->text = text;
    }
}

static void set_list(struct parser *p, struct copy_option *opt, const struct names *names)
{
    if (!opt || p->status != PGCOPY_OK)
        return;
    opt->kind = ARG_LIST;
    opt->list = names->list;
    opt->text = names_join(p, names, ".");
}

static void set_star(struct copy_option *opt)
{
    static const char *const star[] = {"*", NULL};

    if (!opt)
        return;
    opt->kind = ARG_STAR;
    opt->list = star;
    opt->text = "*";
}

/* ---- The old options -------------------------------------------------------------- */

/* FORCE QUOTE | NOT NULL | NULL, columns or *. */
static void old_force(struct parser *p, struct copy_option_list *list, size_t at)
{
    const char         *name  = "force_quote";
    struct names        names = {0};
    struct copy_option *opt;

    if (parser_accept(p, "not")) {
        parser_expect(p, "null");
        name = "force_not_null";
    } else if (parser_accept(p, "null")) {
        name = "force_null";
    } else {
        parser_expect(p, "quote");
    }
    opt = add_option(p, list, name, at);
    if (parser_accept_char(p, '*')) {
        set_star(opt);
        return;
    }
    do
        names_add(p, &names, parser_name(p, NAME_COLUMN));
    while (parser_accept_char(p, ','));
    set_list(p, opt, &names);
}

/* One of them, if one stands next. */
static bool old_option(struct parser *p, struct copy_option_list *list)
{
    static const char *const flags[][3] = {{"binary", "format", "binary"},
                                           {"csv", "format", "csv"},
                                           {"freeze", "freeze", "true"},
                                           {"header", "header", "true"}};
    static const char *const texts[]    = {"delimiter", "null", "quote", "escape"};
    size_t                   at         = p->tok.start;

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (parser_accept(p, flags[i][0])) {
            option_list_add(p, list, flags[i][1], at, flags[i][2]);
            return true;
        }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (parser_accept(p, texts[i])) {
            parser_accept(p, "as");
            option_list_add(p, list, texts[i], at, parser_string(p));
            return true;
        }
    if (parser_accept(p, "encoding"))
        option_list_add(p, list, "encoding", at, parser_string(p));
    else if (parser_accept(p, "force"))
        old_force(p, list, at);
    else
        return false;
    return true;
}

size_t option_list_delimiters(struct parser *p, struct copy_option_list *list)
{
    size_t start = p->tok.start;
    bool using   = parser_accept(p, "using");
    size_t at    = p->tok.start;

    if (!using && !parser_is_word(p, "delimiters"))
        return 0;
    parser_expect(p, "delimiters");
    option_list_add(p, list, "delimiter", at, parser_string(p));
    return using ? start : 0; /* what is not there has no position */
}

/* ---- The new options -------------------------------------------------------------- */

static void argument_list(struct parser *p, struct copy_option *opt)
{
    struct names names = {0};

    do
        names_add(p, &names, parser_word_or_string(p));
    while (parser_accept_char(p, ','));
    parser_expect_char(p, ')');
    set_list(p, opt, &names);
}

static void argument(struct parser *p, struct copy_option *opt)
{
    bool is_int;

    if (parser_is_char(p, ',') || parser_is_char(p, ')'))
        return;
    if (parser_is_number(p)) {
        opt->text = parser_number(p, &is_int);
        opt->kind = is_int ? ARG_INTEGER : ARG_FLOAT;
    } else if (parser_accept_char(p, '*')) {
        set_star(opt);
    } else if (parser_accept_char(p, '(')) {
        argument_list(p, opt);
    } else {
        opt->text = parser_accept(p, "default") ? "default" : parser_word_or_string(p);
        opt->kind = ARG_TEXT;
    }
}

/* Behind the parenthesis; at least one. */
static void new_options(struct parser *p, struct copy_option_list *list)
{
    do {
        size_t              at   = p->tok.start;
        const char         *name = parser_name(p, NAME_LABEL);
        struct copy_option *opt  = name ? add_option(p, list, name, at) : NULL;
        if (opt)
            argument(p, opt);
    } while (parser_accept_char(p, ','));
    parser_expect_char(p, ')');
}

void option_list_with(struct parser *p, struct copy_option_list *list)
{
    parser_accept_with(p);
    if (parser_accept_char(p, '(')) {
        new_options(p, list);
        return;
    }
    while (old_option(p, list))
        ;
}
