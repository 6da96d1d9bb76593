/*
 * session/datestyle.c - DateStyle as SET takes it and SHOW prints it (manual 19.11.2).
 *
 *   "german, us"  -->  words  -->  style GERMAN, order MDY  -->  "German, MDY"
 */
#include "session/datestyle.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- The list: SplitIdentifierString ------------------------------------------------ */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_space(const char *p)
{
    while (is_space(*p))
        p++;
    return p;
}

/* One word, cut as a name is. */
struct word {
    char   text[TEXT_NAME_MAX + 2]; /* a byte more, to see that it is too long */
    size_t len;
};

static void add(struct word *word, char c)
{
    if (word->len < sizeof word->text)
        word->text[word->len++] = c;
}

/* "ISO": with its quotes, of which two stand for one; NULL: it does not end. */
static const char *quoted_word(const char *p, struct word *word)
{
    for (p++; *p && (*p != '"' || p[1] == '"'); p++) {
        p += *p == '"';
        add(word, *p);
    }
    return *p ? p + 1 : NULL;
}

static const char *plain_word(const char *p, struct word *word)
{
    for (; *p && *p != ',' && !is_space(*p); p++)
        add(word, (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p));
    return word->len ? p : NULL;
}

/* The word at p; the return is where the next one begins, or the end.  NULL: this is no list.
 */
static const char *next_word(const char *p, struct word *word)
{
    word->len = 0;
    p         = *p == '"' ? quoted_word(p, word) : plain_word(p, word);
    if (!p)
        return NULL;
    word->text[text_cut(word->text, word->len, TEXT_NAME_MAX)] = '\0';

    p = skip_space(p);
    if (*p != ',')
        return *p ? NULL : p;
    p = skip_space(p + 1);
    return *p ? p : NULL; /* nothing behind a comma */
}

/* PostgreSQL cuts all of it into words before it looks at the first. */
static bool is_list(const char *value)
{
    struct word word;

    for (value = skip_space(value); value && *value;)
        value = next_word(value, &word);
    return value;
}

/* ---- The words ---------------------------------------------------------------------- */

static const char *const styles[] = {[PGCOPY_DATE_STYLE_ISO]      = "ISO",
                                     [PGCOPY_DATE_STYLE_SQL]      = "SQL",
                                     [PGCOPY_DATE_STYLE_POSTGRES] = "Postgres",
                                     [PGCOPY_DATE_STYLE_GERMAN]   = "German"};
static const char *const orders[] = {[PGCOPY_DATE_ORDER_MDY] = "MDY",
                                     [PGCOPY_DATE_ORDER_DMY] = "DMY",
                                     [PGCOPY_DATE_ORDER_YMD] = "YMD"};

/* What was said so far. */
struct said {
    pgcopy_datestyle style;
    bool             has_style, has_order, conflict;
};

static bool begins(const char *word, const char *with)
{
    char head[16];

    snprintf(head, sizeof head, "%.*s", (int)strlen(with), word);
    return text_same_name(head, with);
}

static void say_style(struct said *said, pgcopy_date_style style)
{
    said->conflict |= said->has_style && said->style.style != style;
    said->has_style   = true;
    said->style.style = style;
    if (style == PGCOPY_DATE_STYLE_GERMAN && !said->has_order)
        said->style.order = PGCOPY_DATE_ORDER_DMY;
}

static void say_order(struct said *said, pgcopy_date_order order)
{
    said->conflict |= said->has_order && said->style.order != order;
    said->has_order   = true;
    said->style.order = order;
}

static void say_default(struct said *said, pgcopy_datestyle otherwise)
{
    if (!said->has_style)
        said->style.style = otherwise.style;
    if (!said->has_order)
        said->style.order = otherwise.order;
}

/* false: it is no word of DateStyle. */
static bool say(struct said *said, const char *word, pgcopy_datestyle otherwise)
{
    if (begins(word, "postgres")) {
        say_style(said, PGCOPY_DATE_STYLE_POSTGRES);
        return true;
    }
    for (int i = PGCOPY_DATE_STYLE_ISO; i <= PGCOPY_DATE_STYLE_GERMAN; i++)
        if (text_same_name(word, styles[i])) {
            say_style(said, (pgcopy_date_style)i);
            return true;
        }
    if (text_same_name(word, "ymd"))
        say_order(said, PGCOPY_DATE_ORDER_YMD);
    else if (text_same_name(word, "dmy") || begins(word, "euro"))
        say_order(said, PGCOPY_DATE_ORDER_DMY);
    else if (text_same_name(word, "mdy") || text_same_name(word, "us") ||
             begins(word, "noneuro"))
        say_order(said, PGCOPY_DATE_ORDER_MDY);
    else if (text_same_name(word, "default"))
        say_default(said, otherwise);
    else
        return false;
    return true;
}

/* ---- The whole ---------------------------------------------------------------------- */

static pgcopy_status refused(const char *value, pgcopy_error *err, const char *detail)
{
    pgcopy_error_set(err, "22023", "invalid value for parameter \"DateStyle\": \"%s\"", value);
    if (err)
        text_add(err->detail, sizeof err->detail, detail, strlen(detail));
    return PGCOPY_ERR_SQL;
}

static pgcopy_status no_such_word(const char *value, pgcopy_error *err, const char *word)
{
    char detail[128];

    snprintf(detail, sizeof detail, "Unrecognized key word: \"%s\".", word);
    return refused(value, err, detail);
}

pgcopy_status datestyle_read(const char *value, pgcopy_datestyle otherwise,
                             pgcopy_datestyle *style, pgcopy_error *err)
{
    struct said said = {.style = *style};
    struct word word;

    if (!is_list(value))
        return refused(value, err, "List syntax is invalid.");
    for (const char *p = skip_space(value); *p;) {
        p = next_word(p, &word);
        if (!say(&said, word.text, otherwise))
            return no_such_word(value, err, word.text);
    }
    if (said.conflict)
        return refused(value, err, "Conflicting \"DateStyle\" specifications.");
    *style = said.style;
    return PGCOPY_OK;
}

void datestyle_write(pgcopy_datestyle style, char text[DATESTYLE_MAX])
{
    snprintf(text, DATESTYLE_MAX, "%s, %s", styles[style.style], orders[style.order]);
}

/* Every COPY asks for it, so no words are cut and folded. */
pgcopy_datestyle datestyle_of(const char *text)
{
    pgcopy_datestyle style = {PGCOPY_DATE_STYLE_ISO, PGCOPY_DATE_ORDER_MDY};
    size_t           len   = strcspn(text, ",");

    for (int i = PGCOPY_DATE_STYLE_ISO; i <= PGCOPY_DATE_STYLE_GERMAN; i++)
        if (strlen(styles[i]) == len && memcmp(text, styles[i], len) == 0)
            style.style = (pgcopy_date_style)i;
    for (int i = PGCOPY_DATE_ORDER_MDY; i <= PGCOPY_DATE_ORDER_YMD; i++)
        if (strncmp(text + len, ", ", 2) == 0 && strcmp(text + len + 2, orders[i]) == 0)
            style.order = (pgcopy_date_order)i;
    return style;
}
