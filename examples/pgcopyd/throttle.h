/* throttle.h - who guesses passwords: failed log-ins for each address, in a table of fixed
 * size.
 */
#ifndef PGCOPYD_THROTTLE_H
#define PGCOPYD_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

struct sockaddr;

#define THROTTLE_SLOTS 1024

struct throttle {
    struct throttle_slot {
        uint8_t  address[16];
        unsigned failures; /* 0: free */
        uint64_t since;
    } slots[THROTTLE_SLOTS];
};

/* Ten within a minute are too many; now: in ms, on any clock. */
bool throttle_refuses(struct throttle *t, const struct sockaddr *peer, uint64_t now);

void throttle_failed(struct throttle *t, const struct sockaddr *peer, uint64_t now);

#endif
