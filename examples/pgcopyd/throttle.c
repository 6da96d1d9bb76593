/* throttle.c - counts failed log-ins; where the table is full, who has failed longest ago makes
   room. */
#include "throttle.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define MINUTE_MS 60000
#define MOST      10

/* One form for both families.  Of IPv6 a network of 64 bits: so much any customer has. */
static void read_address(uint8_t address[16], const struct sockaddr *peer)
{
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;

    memset(address, 0, 16);
    if (peer->sa_family == AF_INET)
        memcpy(address + 12, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, 4);
    else if (peer->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(v6))
        memcpy(address + 12, v6->s6_addr + 12, 4);
    else if (peer->sa_family == AF_INET6)
        memcpy(address, v6, 8);
}

/* The one of this address, else the one to give to it. */
static struct throttle_slot *find(struct throttle *t, const uint8_t address[16], bool *found)
{
    struct throttle_slot *oldest = t->slots;

    for (struct throttle_slot *s = t->slots; s < t->slots + THROTTLE_SLOTS; s++) {
        *found = s->failures && !memcmp(s->address, address, 16);
        if (*found)
            return s;
        if (!s->failures || (oldest->failures && s->since < oldest->since))
            oldest = s;
    }
    return oldest;
}

bool throttle_refuses(struct throttle *t, const struct sockaddr *peer, uint64_t now)
{
    uint8_t               address[16];
    bool                  found;
    struct throttle_slot *slot;

    read_address(address, peer);
    slot = find(t, address, &found);
    if (found && now - slot->since >= MINUTE_MS)
        slot->failures = 0;
    return found && slot->failures >= MOST;
}

void throttle_failed(struct throttle *t, const struct sockaddr *peer, uint64_t now)
{
    uint8_t               address[16];
    bool                  found;
    struct throttle_slot *slot;

    read_address(address, peer);
    slot = find(t, address, &found);
    if (!found || now - slot->since >= MINUTE_MS) {
        *slot = (struct throttle_slot){.since = now};
        memcpy(slot->address, address, sizeof address);
    }
    slot->failures++;
}
