/* base/text.c - text of a bounded size: cut at a character, never in one. */
#include "base/text.h"

#include <string.h>

size_t text_cut(const void *text, size_t len, size_t max)
{
    const uint8_t *p   = text;
    size_t         cut = max;

    if (len <= max)
        return len;
    for (int back = 0; back < 3 && cut > 0 && (p[cut] & 0xC0) == 0x80; back++)
        cut--;
    return (p[cut] & 0xC0) == 0x80 ? max : cut;
}

void text_add(char *dst, size_t cap, const void *text, size_t len)
{
    size_t have = strlen(dst);
    size_t n    = text_cut(text, len, cap - 1 - have);

    if (n)
        memcpy(dst + have, text, n);
    dst[have + n] = '\0';
}

static void add_parts(char *dst, size_t cap, char *more, size_t more_cap, const char *text,
                      size_t len)
{
    size_t n = *more ? 0 : text_cut(text, len, cap - 1 - strlen(dst));

    text_add(dst, cap, text, n);
    if (n < len)
        text_add(more, more_cap, text + n, len - n);
}

void text_add_message(pgcopy_error *err, const char *text, size_t len)
{
    add_parts(err->message, sizeof err->message, err->message_more, sizeof err->message_more,
              text, len);
}

void text_add_detail(pgcopy_error *err, const char *text, size_t len)
{
    add_parts(err->detail, sizeof err->detail, err->detail_more, sizeof err->detail_more, text,
              len);
}

void text_add_clipped(char *dst, size_t cap, pgcopy_slice text)
{
    text_add(dst, cap, text.data, text_cut(text.data, text.len, TEXT_CLIP));
    if (text.len > TEXT_CLIP)
        text_add(dst, cap, "...", 3);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int text_order_names(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return (unsigned char)lower(*a) - (unsigned char)lower(*b);
}

bool text_finds_name(const char *known, const char *name)
{
    bool folded = false, quoted = false;

    for (; *known && (*known == *name || lower(*known) == *name); known++, name++) {
        folded = folded || *known != *name;
        quoted = quoted || lower(*name) != *name;
    }
    return *known == *name && !(folded && quoted);
}

bool text_same_name(const char *a, const char *b)
{
    return text_order_names(a, b) == 0;
}
