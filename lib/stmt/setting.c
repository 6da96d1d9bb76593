/* stmt/setting.c - the session's own verbs, read in full: SET to UNLISTEN. */
#include "stmt/grammar.h"
#include "stmt/names.h"

#include <string.h>

static void is_verb(struct parser *p, pgcopy_verb verb, const char *tag)
{
    p->stmt->pub.verb = verb;
    p->stmt->pub.tag  = tag;
    parser_take(p);
}

/* name[.name]...: of a setting. */
static const char *setting_name(struct parser *p)
{
    struct names names = {0};

    do
        names_add(p, &names, parser_name(p, NAME_COLUMN));
    while (parser_accept_char(p, '.'));
    return names_join(p, &names, ".");
}

/* The settings that SQL spells in words of its own. */
static const char *spelled_name(struct parser *p)
{
    if (parser_is_word(p, "time") && parser_ahead_is_word(p, "zone")) {
        parser_take(p);
        parser_take(p);
        return "timezone";
    }
    if (parser_is_word(p, "session") && parser_ahead_is_word(p, "authorization")) {
        parser_take(p);
        parser_take(p);
        return "session_authorization";
    }
    if (parser_is_word(p, "transaction") && parser_ahead_is_word(p, "isolation")) {
        parser_take(p);
        parser_take(p);
        parser_expect(p, "level");
        return "transaction_isolation";
    }
    return NULL;
}

/* ---- Values, as SHOW prints them ----------------------------------------------------------
 */

/* Lists of names: SHOW quotes what is not a plain name. */
static bool is_list_of_names(const char *setting)
{
    static const char *const lists[] = {"search_path", "temp_tablespaces",
                                        "local_preload_libraries", "session_preload_libraries"};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(setting, lists[i]) == 0)
            return true;
    return false;
}

static bool is_plain_name(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return *text && !text[n] && !(*text >= '0' && *text <= '9') &&
           keyword_may_be((pgcopy_slice){(const uint8_t *)text, n}, NAME_COLUMN);
}

static const char *quoted_name(struct parser *p, const char *text)
{
    size_t len = text ? strlen(text) : 0;
    char  *quoted =
        text && !is_plain_name(text) ? arena_alloc(&p->stmt->memory, 2 * len + 3) : NULL;
    char *out = quoted;

    if (!text || is_plain_name(text))
        return text;
    if (!quoted) {
        parser_fail(p, PGCOPY_ERR_NOMEM);
        return NULL;
    }
    for (*out++ = '"'; *text; text++) {
        if (*text == '"')
            *out++ = '"';
        *out++ = *text;
    }
    *out = '"';
    return quoted;
}

static const char *value(struct parser *p)
{
    bool is_int;

    if (parser_is_number(p))
        return parser_number(p, &is_int);
    return parser_word_or_string(p);
}

static const char *values(struct parser *p, const char *setting)
{
    struct names names  = {0};
    bool         quotes = setting && is_list_of_names(setting);

    do {
        const char *one = value(p);
        names_add(p, &names, quotes ? quoted_name(p, one) : one);
    } while (parser_accept_char(p, ','));
    return names_join(p, &names, ", ");
}

/* ---- SET ------------------------------------------------------------------------------------
 */

static void assign(struct parser *p, const char *name, const char *to)
{
    p->stmt->pub.name  = name;
    p->stmt->pub.value = to;
}

/* Whether the word that stands next is itself the name of a setting. */
static bool is_plain(struct parser *p)
{
    return parser_ahead_is_char(p, '=') || parser_ahead_is_char(p, '.') ||
           parser_ahead_is_word(p, "to") || parser_ahead_is_word(p, "from");
}

/* name {TO | =} {value, ... | DEFAULT}; FROM CURRENT is left to the database. */
static bool set_plain(struct parser *p)
{
    const char *name = setting_name(p);

    if (parser_is_word(p, "from") && parser_ahead_is_word(p, "current"))
        return false;
    if (!parser_accept_char(p, '='))
        parser_expect(p, "to");
    assign(p, name, parser_accept(p, "default") ? NULL : values(p, name));
    return true;
}

/* Other fields are read by PostgreSQL's grammar and then refused. */
static void refuse_fields(struct parser *p, size_t at)
{
    if (p->status != PGCOPY_OK)
        return;
    pgcopy_error_text(p->lex.err, "42601", "time zone interval must be HOUR or HOUR TO MINUTE");
    if (p->lex.err)
        p->lex.err->position = lexer_position(&p->lex, at);
    parser_fail(p, PGCOPY_ERR_SQL);
}

/* [HOUR [TO MINUTE]], as it goes behind the value; "" also for what is refused. */
static const char *interval_fields(struct parser *p)
{
    static const char *const others[] = {"year", "month", "day", "minute", "second"};
    size_t                   at       = p->tok.start;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (parser_is_word(p, others[i]))
            refuse_fields(p, at);
    if (!parser_accept(p, "hour"))
        return "";
    if (!parser_accept(p, "to"))
        return " HOUR";
    if (parser_is_word(p, "second"))
        refuse_fields(p, at);
    parser_expect(p, "minute");
    return " HOUR TO MINUTE";
}

/* INTERVAL 'x' fields, or INTERVAL (precision) 'x' */
static const char *interval(struct parser *p)
{
    struct names names  = {0};
    const char  *fields = "";

    names_add(p, &names, "INTERVAL '");
    if (parser_accept_char(p, '(')) {
        if (p->tok.kind != TOKEN_INTEGER)
            parser_refuse(p);
        parser_take(p);
        parser_expect_char(p, ')');
        names_add(p, &names, parser_string(p));
    } else {
        names_add(p, &names, parser_string(p));
        fields = interval_fields(p);
    }
    names_add(p, &names, "'");
    names_add(p, &names, fields);
    return names_join(p, &names, "");
}

static void set_time_zone(struct parser *p)
{
    const char *to = NULL;

    parser_take(p);
    parser_take(p);
    if (parser_accept(p, "interval"))
        to = interval(p);
    else if (!parser_accept(p, "default") && !parser_accept(p, "local"))
        to = value(p);
    assign(p, "timezone", to);
}

static void set_names(struct parser *p)
{
    const char *to = NULL;

    parser_take(p);
    if (!parser_accept(p, "default") && !parser_is_end(p))
        to = parser_string(p);
    assign(p, "client_encoding", to);
}

static void set_schema(struct parser *p)
{
    parser_take(p);
    assign(p, "search_path", quoted_name(p, parser_string(p)));
}

static void set_role(struct parser *p)
{
    parser_take(p);
    assign(p, "role",
           parser_is_string(p) ? parser_string(p) : parser_name(p, NAME_NOT_RESERVED));
}

static void set_authorization(struct parser *p)
{
    parser_take(p);
    parser_take(p);
    if (parser_accept(p, "default"))
        assign(p, "session_authorization", NULL);
    else
        assign(p, "session_authorization",
               parser_is_string(p) ? parser_string(p) : parser_name(p, NAME_NOT_RESERVED));
}

static void set_xml_option(struct parser *p)
{
    parser_take(p);
    parser_expect(p, "option");
    if (parser_accept(p, "content")) {
        assign(p, "xmloption", "content");
        return;
    }
    parser_expect(p, "document");
    assign(p, "xmloption", "document");
}

/* CHARACTERISTICS AS TRANSACTION modes: the first of them as a setting, all of them as tx. */
static void set_characteristics(struct parser *p)
{
    parser_take(p);
    parser_take(p);
    parser_expect(p, "as");
    parser_expect(p, "transaction");
    transaction_defaults(p);
}

/* PostgreSQL cannot change it either. */
static void set_catalog(struct parser *p)
{
    size_t at;

    parser_take(p);
    at = p->tok.start;
    parser_string(p);
    if (p->status != PGCOPY_OK)
        return;
    pgcopy_error_text(p->lex.err, "0A000", "current database cannot be changed");
    if (p->lex.err)
        p->lex.err->position = lexer_position(&p->lex, at);
    parser_fail(p, PGCOPY_ERR_SQL);
}

/* Behind SET [SESSION | LOCAL]. */
static bool set_rest(struct parser *p)
{
    static const struct {
        const char *word;
        const char *next; /* NULL: any */
        void (*set)(struct parser *p);
    } forms[] = {{"time", "zone", set_time_zone},
                 {"names", NULL, set_names},
                 {"schema", NULL, set_schema},
                 {"role", NULL, set_role},
                 {"session", "authorization", set_authorization},
                 {"session", "characteristics", set_characteristics},
                 {"xml", NULL, set_xml_option},
                 {"catalog", NULL, set_catalog},
                 {"transaction", NULL, transaction_set}};

    if (is_plain(p))
        return set_plain(p);
    if (parser_is_word(p, "transaction") && parser_ahead_is_word(p, "snapshot"))
        return false;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (parser_is_word(p, forms[i].word) &&
            (!forms[i].next || parser_ahead_is_word(p, forms[i].next))) {
            forms[i].set(p);
            return true;
        }
    return set_plain(p);
}

static bool is_scope(struct parser *p, const char *word)
{
    return parser_is_word(p, word) && !is_plain(p) &&
           !parser_ahead_is_word(p, "authorization") &&
           !parser_ahead_is_word(p, "characteristics");
}

bool setting_set(struct parser *p)
{
    is_verb(p, PGCOPY_VERB_SET, "SET");
    if (parser_is_word(p, "constraints") && !is_plain(p))
        return false;
    if (is_scope(p, "session")) {
        parser_take(p);
    } else if (is_scope(p, "local")) {
        parser_take(p);
        p->stmt->pub.local = true;
    }
    return set_rest(p);
}

/* ---- The others ------------------------------------------------------------------- */

static void all_or_setting(struct parser *p)
{
    const char *spelled;

    if (parser_accept(p, "all"))
        return;
    spelled           = spelled_name(p);
    p->stmt->pub.name = spelled ? spelled : setting_name(p);
}

bool setting_show(struct parser *p)
{
    is_verb(p, PGCOPY_VERB_SHOW, "SHOW");
    all_or_setting(p);
    return true;
}

bool setting_reset(struct parser *p)
{
    is_verb(p, PGCOPY_VERB_RESET, "RESET");
    all_or_setting(p);
    return true;
}

/* DISCARD ALL also drops what only a session's end would: not in a transaction. */
bool setting_discard(struct parser *p)
{
    static const char *const kinds[][3] = {{"plans", "plans", "DISCARD PLANS"},
                                           {"sequences", "sequences", "DISCARD SEQUENCES"},
                                           {"temp", "temp", "DISCARD TEMP"},
                                           {"temporary", "temp", "DISCARD TEMP"}};

    is_verb(p, PGCOPY_VERB_DISCARD, "DISCARD ALL");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (parser_accept(p, kinds[i][0])) {
            p->stmt->pub.name = kinds[i][1];
            p->stmt->pub.tag  = kinds[i][2];
            return true;
        }
    parser_expect(p, "all");
    p->stmt->pub.alone = true;
    return true;
}

/* PREPARE alone may itself be the name. */
bool setting_deallocate(struct parser *p)
{
    is_verb(p, PGCOPY_VERB_DEALLOCATE, "DEALLOCATE");
    if (parser_is_word(p, "prepare") && !parser_ahead_is_end(p))
        parser_take(p);
    if (parser_accept(p, "all"))
        p->stmt->pub.tag = "DEALLOCATE ALL";
    else
        p->stmt->pub.name = parser_name(p, NAME_COLUMN);
    return true;
}

bool setting_close(struct parser *p)
{
    is_verb(p, PGCOPY_VERB_CLOSE, "CLOSE CURSOR");
    if (parser_accept(p, "all"))
        p->stmt->pub.tag = "CLOSE CURSOR ALL";
    else
        p->stmt->pub.name = parser_name(p, NAME_COLUMN);
    return true;
}

bool setting_unlisten(struct parser *p)
{
    is_verb(p, PGCOPY_VERB_UNLISTEN, "UNLISTEN");
    if (!parser_accept_char(p, '*'))
        p->stmt->pub.name = parser_name(p, NAME_COLUMN);
    return true;
}
