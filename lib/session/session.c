/* session/session.c - one client connection: made and let go. */
#include "session/session.h"

#include "session/portals.h"
#include "session/tx.h"

#include <string.h>

enum {
    SEND_DEFAULT     = 256 * 1024,
    SEND_LEAST       = 16 * 1024,
    MESSAGE_DEFAULT  = 64 * 1024 * 1024,
    PREPARED_DEFAULT = 64 * 1024 * 1024
};

const pgcopy_allocator *pgcopy_session_allocator(const pgcopy_session *s)
{
    return &s->allocator;
}

/* The caller's struct may be older and shorter than ours: what it lacks is zero. */
static void copy_struct(void *to, size_t size, const void *from, size_t from_size)
{
    memset(to, 0, size);
    if (from)
        memcpy(to, from, from_size < size ? from_size : size);
}

static const char *keep(pgcopy_session *s, const char *text)
{
    return text ? arena_dup(&s->strings, text, strlen(text)) : NULL;
}

static bool keep_settings(pgcopy_session *s)
{
    const char *const *from = s->opts.settings;
    const char       **to;
    size_t             n = 0;

    if (!from)
        return true;
    while (from[n])
        n++;
    to               = arena_alloc(&s->strings, (n + 2) * sizeof *to);
    s->opts.settings = to;
    for (size_t i = 0; to && i < n; i++)
        if (!(to[i] = keep(s, from[i])))
            return false;
    return to != NULL;
}

static bool keep_key(pgcopy_session *s)
{
    const pgcopy_key *key = s->opts.key;
    const char       *secret;

    if (!key)
        return true;
    secret      = arena_dup(&s->strings, key->secret.data, key->secret.len);
    s->key      = (pgcopy_key){key->pid, {(const uint8_t *)secret, key->secret.len}};
    s->opts.key = &s->key;
    return secret != NULL;
}

static bool keep_opts(pgcopy_session *s, const pgcopy_session_opts *opts)
{
    const char *version;

    copy_struct(&s->opts, sizeof s->opts, opts, opts ? opts->size : 0);
    version = s->opts.server_version;
    if (s->opts.batch)
        copy_struct(&s->limits, sizeof s->limits, s->opts.batch, s->opts.batch->size);
    if (!s->opts.max_prepared)
        s->opts.max_prepared = PREPARED_DEFAULT;
    if (!s->opts.send_bytes)
        s->opts.send_bytes = SEND_DEFAULT;
    if (s->opts.send_bytes < SEND_LEAST)
        s->opts.send_bytes = SEND_LEAST;
    s->opts.server_version = keep(s, version);
    s->wire.max_message    = s->opts.max_message ? s->opts.max_message : MESSAGE_DEFAULT;
    return (s->opts.server_version || !version) && keep_settings(s) && keep_key(s);
}

pgcopy_session *pgcopy_session_new(const pgcopy_session_opts *opts)
{
    pgcopy_allocator a = mem_allocator(opts ? opts->allocator : NULL);
    pgcopy_session  *s = mem_new(&a, sizeof *s);

    if (!s)
        return NULL;
    s->allocator            = a;
    s->strings.allocator    = a;
    s->send.out.allocator   = &s->allocator;
    s->send.shown.allocator = &s->allocator;
    s->copy.held.allocator  = &s->allocator;
    if (!keep_opts(s, opts)) {
        pgcopy_session_free(s);
        return NULL;
    }
    return s;
}

void pgcopy_session_free(pgcopy_session *s)
{
    pgcopy_allocator a;

    if (!s)
        return;
    a = s->allocator;
    query_free(s);
    portals_free(s);
    tx_free(s);
    settings_free(&s->settings, &a);
    send_free(s);
    recv_free(s);
    startup_forget_auth(s);
    mem_free(&a, s->copy.last, sizeof *s->copy.last);
    mem_free(&a, s->last_word, sizeof *s->last_word);
    arena_free(&s->strings);
    mem_free(&a, s, sizeof *s);
}
