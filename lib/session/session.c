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

static bool keep_settings(pgcopy_session *s, const char *const *from)
{
    const char **to;
    size_t       n = 0;

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

/* Alone it is all that most sessions keep from here on. */
static bool keep_key(pgcopy_session *s, const pgcopy_key *key)
{
    uint8_t *secret;

    s->opts.key = key != NULL;
    if (!key)
        return true;
    if (!arena_fit(&s->strings, arena_size(key->secret.len)))
        return false;
    secret = arena_alloc(&s->strings, key->secret.len);
    s->key = (pgcopy_key){key->pid, {secret, key->secret.len}};
    memcpy(secret, key->secret.data, key->secret.len);
    return true;
}

static uint32_t or_default(uint32_t given, uint32_t usual)
{
    return given ? given : usual;
}

static bool keep_opts(pgcopy_session *s, const pgcopy_session_opts *opts)
{
    pgcopy_session_opts o;

    copy_struct(&o, sizeof o, opts, opts ? opts->size : 0);
    if (o.batch)
        copy_struct(&s->limits, sizeof s->limits, o.batch, o.batch->size);
    s->opts =
        (struct session_opts){.server_version = keep(s, o.server_version),
                              .auth_ms        = o.auth_ms,
                              .copy_idle_ms   = o.copy_idle_ms,
                              .max_row        = o.max_row,
                              .max_prepared   = or_default(o.max_prepared, PREPARED_DEFAULT),
                              .recv_bytes     = o.recv_bytes,
                              .send_bytes     = or_default(o.send_bytes, SEND_DEFAULT),
                              .tls            = o.tls};
    if (s->opts.send_bytes < SEND_LEAST)
        s->opts.send_bytes = SEND_LEAST;
    s->settings.zones   = o.zones;
    s->wire.max_message = or_default(o.max_message, MESSAGE_DEFAULT);
    return (s->opts.server_version || !o.server_version) && keep_settings(s, o.settings) &&
           keep_key(s, o.key);
}

bool session_wake(pgcopy_session *s)
{
    if (!s->work)
        s->work = mem_new(&s->allocator, sizeof *s->work);
    return s->work != NULL;
}

void session_rest(pgcopy_session *s)
{
    if (s->state != STATE_READY || s->waiting)
        return;
    mem_free(&s->allocator, s->work, sizeof *s->work);
    s->work = NULL;
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
    if (s->work)
        query_free(s);
    portals_free(s);
    tx_free(s);
    settings_free(&s->settings, &a);
    send_free(s);
    recv_free(s);
    startup_forget_auth(s);
    mem_free(&a, s->work, sizeof *s->work);
    mem_free(&a, s->last_copy, sizeof *s->last_copy);
    mem_free(&a, s->last_word, sizeof *s->last_word);
    arena_free(&s->strings);
    mem_free(&a, s, sizeof *s);
}
