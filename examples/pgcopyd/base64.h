/* base64.h - RFC 4648's base64 as SCRAM has it: padded, and nothing else between. */
#ifndef PGCOPYD_BASE64_H
#define PGCOPYD_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters for n bytes, and a NUL. */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

void base64_encode(char *text, const uint8_t *data, size_t len);

/* *len: the room, then what it took.  False: not base64, or no room. */
bool base64_decode(uint8_t *data, size_t *len, const char *text, size_t text_len);

#endif
