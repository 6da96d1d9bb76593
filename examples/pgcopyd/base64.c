/* base64.c - RFC 4648's base64 as SCRAM has it: padded, and nothing else between. */
#include "base64.h"

#include <openssl/evp.h>
#include <string.h>

void base64_encode(char *text, const uint8_t *data, size_t len)
{
    EVP_EncodeBlock((unsigned char *)text, data, (int)len);
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Six bits each; how many of the four are no padding; 0: not base64. */
static size_t read_four(const char *text, uint32_t *bits)
{
    size_t n = text[3] != '=' ? 4 : text[2] != '=' ? 3 : 2;

    *bits = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < n ? value_of(text[i]) : 0;

        if (value < 0)
            return 0;
        *bits = *bits << 6 | (uint32_t)value;
    }
    return n;
}

/* OpenSSL's own decoder forgives spaces, and counts padding as bytes. */
bool base64_decode(uint8_t *data, size_t *len, const char *text, size_t text_len)
{
    size_t done = 0;

    if (text_len % 4)
        return false;
    for (size_t i = 0; i < text_len; i += 4) {
        uint32_t bits;
        size_t   n = read_four(text + i, &bits);

        if (!n || (n < 4 && i + 4 < text_len) || *len - done < n - 1)
            return false;
        for (size_t byte = 0; byte + 1 < n; byte++)
            data[done++] = (uint8_t)(bits >> (16 - 8 * byte));
    }
    *len = done;
    return true;
}
